import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import type { Page } from '@playwright/test';
import { isStream } from '../browser/evidence.ts';
import type { Recorder } from '../browser/recorder.ts';
import { defined } from '../common/defined.ts';
import type { DeliveryObservation } from '../diagnosis/context.ts';
import { type Received, allReceived, nameOf, newMessages, receivedSince } from './received.ts';

/** A page that should get the message. */
export interface Client {
  page: Page;
  recorder: Recorder;
}

export interface PublisherRun {
  /** The command's exit status; null when it was stopped for taking too long. */
  code: number | null;
  /** The beginning of what it printed. */
  output: string;
}

/** Runs a person's own publishing command, with the nonce in its environment and in place of `{nonce}`. */
export async function runPublisher(command: string, nonce: string, timeoutMs: number): Promise<PublisherRun> {
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
export function readPublisher({ code, output }: PublisherRun): {
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
const SHOWN_WITHIN = 2500;
/** How often the command runs at most: a message that reaches some clients now and then needs more than one try. */
const ROUNDS = 3;
/** How long pages are watched for what comes by itself, in ms, before a message that may have a text of its own. */
const BASELINE = 1500;

/** What a client shows and has received. */
interface View {
  text: string;
  received: Received[];
}

/** What a client does by itself, while nothing is published. */
interface Baseline {
  client: Client;
  /** Its text does not change. */
  unchanging: boolean;
  /** What comes. */
  unprompted: Received[];
}

const look = async ({ page, recorder }: Client): Promise<View> => ({
  text: await textOf(page),
  received: allReceived(recorder.recorded),
});

async function measureBaseline(client: Client, ms: number): Promise<Baseline> {
  const before = await look(client);
  await pause(ms);
  const { text, received } = await look(client);
  return { client, unchanging: text === before.text, unprompted: receivedSince(received, before.received) };
}

/** What a client has of the message. */
interface Effect {
  shown: boolean;
  /** What it received: the piece that holds the message. */
  message?: Received;
}

/**
 * What the message did to a client.
 *
 * @param mayReword the message may have a text of its own: then it is known by what comes, and changes the page, just now
 */
function effectOn(now: View, before: View, baseline: Baseline, nonce: string, mayReword: boolean): Effect {
  const quoted = now.received.find(({ text }) => text.includes(nonce));
  const message =
    quoted ?? (mayReword ? newMessages(now.received, before.received, baseline.unprompted)[0] : undefined);
  const moved = baseline.unchanging && now.text !== before.text;
  const shown =
    now.text.includes(nonce) ||
    // A page that counts rather than quotes shows a message by changing when it comes.
    (moved && (message !== undefined || mayReword)) ||
    (message !== undefined && mentions(message.text, now.text, before.text));
  return { shown, ...defined({ message }) };
}

/** A page says something of a message more often than before. */
function mentions(message: string, now: string, before: string): boolean {
  const words = message.match(/[\p{L}\p{N}_-]{4,}/gu) ?? [];
  const count = (text: string, word: string): number => text.split(word).length;
  return [...new Set(words)].slice(0, 50).some((word) => count(now, word) > count(before, word));
}

/** Messages reach the page as it listens, not as it asks. */
const isSubscribed = ({ recorder: { recorded } }: Client): boolean =>
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
  const mayReword = !/\{nonce\}|SINTOMA_NONCE/.test(command);
  const baselines = await Promise.all(clients.map((client) => measureBaseline(client, mayReword ? BASELINE : 400)));
  const unchanging = baselines[0]?.unchanging === true;
  let last: DeliveryObservation['channels'][string] = { outcome: 'never', published: false };
  // Who asks again and again is told the next time what it missed.
  const rounds = isSubscribed(first) ? ROUNDS : 1;
  for (let round = 0; round < rounds; round += 1) {
    const nonce = `sintoma${randomBytes(5).toString('hex')}`;
    const watched = await Promise.all(
      baselines.map(async (baseline) => ({ baseline, before: await look(baseline.client) })),
    );
    const publisher = readPublisher(await runPublisher(command, nonce, timeoutMs));
    const deadline = Date.now() + SHOWN_WITHIN;
    let effects: Effect[];
    do {
      await pause(80);
      effects = await Promise.all(
        watched.map(async ({ baseline, before }) =>
          effectOn(await look(baseline.client), before, baseline, nonce, mayReword),
        ),
      );
    } while (!effects.every(({ shown }) => shown) && Date.now() < deadline);
    const shown = effects.filter((one) => one.shown).length;
    const arrived = effects.filter((one) => one.shown || one.message).length;
    const message = effects.find((one) => one.message)?.message;
    if (mayReword && arrived === 0 && publisher.published && !unchanging && !isSubscribed(first))
      return { channels: {} };
    const named = message === undefined ? undefined : nameOf(message.text);
    last = {
      outcome: shown === clients.length ? 'live' : shown > 0 ? 'partial' : 'never',
      ...publisher,
      frameSeen: effects[0]?.message !== undefined || (shown === 0 && message !== undefined),
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
        if (again.includes(nonce) || (mayReword && unchanging && again !== watched[0]?.before.text))
          last.outcome = 'after-reload';
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
