import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import type { Page } from '@playwright/test';
import { isStream } from '../browser/evidence.ts';
import type { Recorder } from '../browser/recorder.ts';
import { defined } from '../common/defined.ts';
import type { DeliveryObservation } from '../diagnosis/case.ts';
import { type Piece, added, nameOf, news, received } from './received.ts';

/** A page that should get the message. */
export interface Client {
  page: Page;
  recorder: Recorder;
}

export interface Published {
  /** The command's exit status; null when it was stopped for taking too long. */
  code: number | null;
  /** The beginning of what it printed. */
  output: string;
}

/** Runs a person's own publishing command, with the nonce in its environment and in place of `{nonce}`. */
export async function runPublisher(command: string, nonce: string, timeoutMs: number): Promise<Published> {
  return new Promise((resolve) => {
    const child = spawn(command.replaceAll('{nonce}', nonce), {
      shell: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, SINTOMA_NONCE: nonce },
      detached: true,
    });
    let output = '';
    const keep = (chunk: Buffer): void => {
      if (output.length < 4000) output += chunk.toString('utf8');
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const timer = setTimeout(() => {
      // The command may have started others: its whole group ends.
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    }, timeoutMs);
    child.once('error', (error) => {
      clearTimeout(timer);
      resolve({ code: 127, output: error.message });
    });
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ code, output: output.slice(0, 4000) });
    });
  });
}

/** Words of an answer that was no success although the command ended with 0. */
const FAILED =
  /HTTP\/[\d.]+ [45]\d\d|"(status|statusCode|code)"\s*:\s*[45]\d\d\b|^\s*[45]\d\d\s*$|Internal Server Error|Server Error|Bad Gateway|Service Unavailable|"(ok|success|published|delivered)"\s*:\s*false|"error"\s*:\s*["{]|ECONNREFUSED|cURL error|exception/im;

const STATUS = /HTTP\/[\d.]+ (\d{3})|"(?:status|statusCode)"\s*:\s*(\d{3})\b|^\s*(\d{3})\s*$/m;

/** What the publisher says it did. */
export function readPublisher({ code, output }: Published): {
  published: boolean;
  publisherStatus?: number;
  publisherText?: string;
} {
  const found = STATUS.exec(output);
  const status = found ? Number(found[1] ?? found[2] ?? found[3]) : undefined;
  const published = code === 0 && !FAILED.test(output);
  const exit = code === 0 || code === null ? undefined : Math.max(code, 500);
  return {
    published,
    ...defined({
      publisherStatus: status ?? exit,
      publisherText: output.trim().slice(0, 500) || undefined,
    }),
  };
}

/** Text and fields of the page. */
export async function textOf(page: Page): Promise<string> {
  return page
    .evaluate(() => {
      const fields = Array.from(document.querySelectorAll<HTMLInputElement>('input,textarea')).map(
        (field) => field.value,
      );
      return [document.querySelector('body')?.textContent ?? '', ...fields].join('\n').slice(0, 500_000);
    })
    .catch(() => '');
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** How long a published message may take to be shown, in ms, after the publisher is done. */
const GRACE = 2500;
/** How often the command runs at most: a message that reaches some clients now and then needs more than one try. */
const ROUNDS = 3;
/** How long pages are watched for what comes by itself, in ms, before a message that may have a text of its own. */
const USUAL = 1500;

/** What a client shows and has received. */
interface View {
  text: string;
  pieces: Piece[];
}

/** What a client does by itself, while nothing is published. */
interface Habit {
  client: Client;
  /** Its text does not change. */
  still: boolean;
  /** What comes. */
  usual: Piece[];
}

const look = async ({ page, recorder }: Client): Promise<View> => ({
  text: await textOf(page),
  pieces: received(recorder.recorded),
});

async function watch(client: Client, ms: number): Promise<Habit> {
  const before = await look(client);
  await pause(ms);
  const { text, pieces } = await look(client);
  return { client, still: text === before.text, usual: added(pieces, before.pieces) };
}

/** What a client has of the message. */
interface Effect {
  shown: boolean;
  /** What it received: the piece that holds the message. */
  piece?: Piece;
}

/**
 * What the message did to a client.
 *
 * @param own the message may have a text of its own: then it is known by what comes, and changes the page, just now
 */
function effectOn(now: View, before: View, habit: Habit, nonce: string, own: boolean): Effect {
  const quoted = now.pieces.find(({ text }) => text.includes(nonce));
  const piece = quoted ?? (own ? news(now.pieces, before.pieces, habit.usual)[0] : undefined);
  const moved = habit.still && now.text !== before.text;
  const shown =
    now.text.includes(nonce) ||
    // A page that counts rather than quotes shows a message by changing when it comes.
    (moved && (piece !== undefined || own)) ||
    (piece !== undefined && quotes(piece.text, now.text, before.text));
  return { shown, ...defined({ piece }) };
}

/** A page says something of a message more often than before. */
function quotes(message: string, now: string, before: string): boolean {
  const words = message.match(/[\p{L}\p{N}_-]{4,}/gu) ?? [];
  const count = (text: string, word: string): number => text.split(word).length;
  return [...new Set(words)].slice(0, 50).some((word) => count(now, word) > count(before, word));
}

/** Messages reach the page as it listens, not as it asks. */
const listens = ({ recorder: { recorded } }: Client): boolean =>
  recorded.sockets.some(({ openedAt }) => openedAt !== undefined) || recorded.requests.some(isStream);

/**
 * Publishes messages that did not exist before, and watches what becomes of them.
 *
 * @param revisit opens the page anew and answers its text
 * @returns no channels where nobody can tell: the message is not the nonce, and the page changes all the time
 */
export async function observeDelivery(
  clients: readonly [Client, ...Client[]],
  command: string,
  revisit: () => Promise<string>,
  timeoutMs: number,
): Promise<DeliveryObservation> {
  const [first] = clients;
  // A command that does not speak of the nonce may still be a script that does.
  const own = !/\{nonce\}|SINTOMA_NONCE/.test(command);
  const habits = await Promise.all(clients.map((client) => watch(client, own ? USUAL : 400)));
  const still = habits[0]?.still === true;
  let last: DeliveryObservation['channels'][string] = { outcome: 'never', published: false };
  // Who asks again and again is told the next time what it missed.
  const rounds = listens(first) ? ROUNDS : 1;
  for (let round = 0; round < rounds; round += 1) {
    const nonce = `sintoma${randomBytes(5).toString('hex')}`;
    const watched = await Promise.all(habits.map(async (habit) => ({ habit, before: await look(habit.client) })));
    const publisher = readPublisher(await runPublisher(command, nonce, timeoutMs));
    const until = Date.now() + GRACE;
    let effects: Effect[];
    do {
      await pause(80);
      effects = await Promise.all(
        watched.map(async ({ habit, before }) => effectOn(await look(habit.client), before, habit, nonce, own)),
      );
    } while (!effects.every(({ shown }) => shown) && Date.now() < until);
    const shown = effects.filter((one) => one.shown).length;
    const arrived = effects.filter((one) => one.shown || one.piece).length;
    const piece = effects.find((one) => one.piece)?.piece;
    if (own && arrived === 0 && publisher.published && !still && !listens(first)) return { channels: {} };
    const named = piece === undefined ? undefined : nameOf(piece.text);
    last = {
      outcome: shown === clients.length ? 'live' : shown > 0 ? 'partial' : 'never',
      ...publisher,
      frameSeen: effects[0]?.piece !== undefined || (shown === 0 && piece !== undefined),
      received: arrived,
      clients: clients.length,
      greetings: clients.flatMap(({ recorder }) =>
        recorder.recorded.sockets.flatMap((socket) =>
          socket.frames
            .filter((one) => one.direction === 'received')
            .slice(0, 1)
            .map((one) => one.text.slice(0, 300)),
        ),
      ),
      ...defined({ frame: named }),
    };
    // Nobody got it: was it lost, or told to others, by a worker on which none of these pages is?
    if (arrived === 0 && round === 0 && rounds > 1 && publisher.published) continue;
    if (shown === 0) {
      // Frames for some clients and none for others is a broker's doing, whatever the page shows.
      if (arrived > 0 && arrived < clients.length) last.outcome = 'partial';
      else {
        const again = await revisit();
        if (again.includes(nonce) || (own && still && again !== watched[0]?.before.text)) last.outcome = 'after-reload';
      }
      break;
    }
    if (shown < clients.length) break;
    if (
      first.recorder.recorded.sockets.every((socket) => socket.openedAt === undefined) &&
      first.recorder.recorded.requests.some((request) => request.url.includes('transport=polling'))
    )
      last.outcome = 'polling';
  }
  return { channels: { page: last } };
}
