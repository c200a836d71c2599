import { randomBytes } from 'node:crypto';
import type { Page } from '@playwright/test';
import { isStream } from '../browser/evidence.ts';
import type { Recorded, Recorder } from '../browser/recorder.ts';
import { defined } from '../common/defined.ts';
import type { DeliveryObservation } from '../diagnosis/known.ts';
import type { Client } from './connections.ts';
import { CLIENT_CONNECTS_WITHIN, joined, openConnections } from './connections.ts';
import { runPublisher } from './publisher.ts';
import { type Received, allReceived, nameOf, newMessages, partOfConnections, receivedSince } from './received.ts';

/** The text of the page and of its form fields. */
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
/** And where some clients show it already: a server may tell each client at times of its own. */
const SHOWN_BY_ALL_WITHIN = 5500;
/** The most times that the command runs: a message that reaches clients by chance needs several. */
const ROUNDS = 3;
/** How long pages are watched for unprompted messages, in ms, when the published message may be reworded. */
const BASELINE = 1500;

/** How often a document was loaded. */
const loads = ({ requests }: Recorded): number => requests.filter(({ type }) => type === 'document').length;

/**
 * Watches a client's connections from now on.
 *
 * @param usual how many are open
 * @returns whether one was missing at the beginning, or has opened or ended since
 */
function changesOf(recorder: Recorder, usual: number): () => boolean {
  const began = recorder.now();
  const missing = openConnections(recorder.recorded) < usual;
  const since = (...times: readonly (number | undefined)[]): boolean => times.some((time = 0) => time > began);
  return () =>
    missing ||
    recorder.recorded.sockets.some(({ openedAt, closedAt }) => since(openedAt, closedAt)) ||
    recorder.recorded.requests.some((request) => isStream(request) && since(request.at, request.finishedAt));
}

/** What a client shows and has received. */
interface View {
  text: string;
  received: Received[];
}

/** What a client does while nothing is published. */
interface Baseline {
  client: Client;
  /** Its text does not change. */
  unchanging: boolean;
  /** What it receives. */
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

/** What the message did to a client. */
interface Effect {
  shown: boolean;
  /** The received text that holds the message. */
  message?: Received;
}

/**
 * Compares a client with what it was before the message.
 *
 * @param mayReword the publisher may not use the nonce: then anything new that arrives counts as the message
 */
function effectOn(now: View, before: View, baseline: Baseline, nonce: string, mayReword: boolean): Effect {
  const quoted = now.received.find(({ text }) => text.includes(nonce));
  const message =
    quoted ?? (mayReword ? newMessages(now.received, before.received, baseline.unprompted)[0] : undefined);
  const moved = baseline.unchanging && now.text !== before.text;
  const shown =
    now.text.includes(nonce) ||
    // A page may count messages instead of quoting them: then any change shows the message.
    (moved && (message !== undefined || mayReword)) ||
    (message !== undefined && mentions(message.text, now.text, before.text));
  return { shown, ...defined({ message }) };
}

/** The page contains some word of the message more often than before. */
function mentions(message: string, now: string, before: string): boolean {
  const words = message.match(/[\p{L}\p{N}_-]{4,}/gu) ?? [];
  const count = (text: string, word: string): number => text.split(word).length;
  return [...new Set(words)].slice(0, 50).some((word) => count(now, word) > count(before, word));
}

/** The server pushes messages to the page, which does not have to poll. */
const isSubscribed = ({ recorder: { recorded } }: Client): boolean =>
  recorded.sockets.some(({ openedAt }) => openedAt !== undefined) || recorded.requests.some(isStream);

/**
 * Publishes new messages, and observes what happens to them.
 *
 * @param command the shell command that publishes one
 * @param revisit opens the page again and returns its text
 * @returns no channels when delivery cannot be observed: the message does not hold the nonce, and the page always changes
 */
export async function observeDelivery(
  clients: readonly [Client, ...Client[]],
  command: string,
  revisit: () => Promise<string>,
  timeoutMs: number,
): Promise<DeliveryObservation> {
  const [first] = clients;
  // A command that does not mention the nonce may be a script that does.
  const mayReword = !/\{nonce\}|SINTOMA_NONCE/.test(command);
  const baselines = await Promise.all(clients.map((client) => measureBaseline(client, mayReword ? BASELINE : 400)));
  const unchanging = baselines[0]?.unchanging === true;
  let last: DeliveryObservation['channels'][string] = { outcome: 'never', published: false };
  // A polling page receives missed messages on its next request. One that polled may be connected by now.
  const rounds = (): number => (isSubscribed(first) ? ROUNDS : 1);
  let arrivals = 0;
  const before = clients.map(({ recorder: { recorded } }) => ({
    connections: openConnections(recorded),
    loads: loads(recorded),
  }));
  const missedWhileConnecting = new Set<Client>();
  for (let round = 0; round < rounds(); round += 1) {
    // A page may load itself anew for a message, and is connected again only after that.
    await Promise.all(
      clients.map(async (client, index) => {
        const { connections = 0, loads: once = 0 } = before[index] ?? {};
        const missed = missedWhileConnecting.has(client);
        if (missed || loads(client.recorder.recorded) > once)
          await joined(client.recorder, missed ? 1 : connections, Math.min(timeoutMs, CLIENT_CONNECTS_WITHIN));
      }),
    );
    const connecting = clients.map(({ recorder }, index) => changesOf(recorder, before[index]?.connections ?? 0));
    const nonce = `sintoma${randomBytes(5).toString('hex')}`;
    const watched = await Promise.all(
      baselines.map(async (baseline) => ({ baseline, before: await look(baseline.client) })),
    );
    const { publisher, endRest } = await runPublisher(command, nonce, timeoutMs);
    const began = Date.now();
    const shownTo = (): number => effects.filter(({ shown }) => shown).length;
    let effects: Effect[] = [];
    do {
      await pause(80);
      effects = await Promise.all(
        watched.map(async ({ baseline, before }) =>
          effectOn(await look(baseline.client), before, baseline, nonce, mayReword),
        ),
      );
    } while (shownTo() < clients.length && Date.now() - began < (shownTo() === 0 ? SHOWN_WITHIN : SHOWN_BY_ALL_WITHIN));
    endRest();
    const shown = shownTo();
    const arrived = effects.filter((one) => one.shown || one.message).length;
    const missed = clients.filter((_client, index) => effects[index]?.shown !== true && connecting[index]?.() === true);
    // Whoever was just connecting again missed it, which is nobody's fault, once.
    const excused = missed.length > 0 && !missed.some((client) => missedWhileConnecting.has(client));
    if (excused && publisher.published && round + 1 < rounds()) {
      for (const client of missed) missedWhileConnecting.add(client);
      continue;
    }
    // In the last round, those who were connected all the time count.
    const counted = clients.length - (excused && shown > 0 ? missed.length : 0);
    if (arrived > 0) arrivals += 1;
    const message = effects.find((one) => one.message)?.message;
    if (mayReword && arrived === 0 && publisher.published && !unchanging && !isSubscribed(first))
      return { channels: {} };
    const named = message === undefined ? undefined : nameOf(message.text);
    last = {
      outcome: shown === counted ? 'live' : shown > 0 ? 'partial' : 'never',
      ...publisher,
      frameSeen: effects[0]?.message !== undefined || (shown === 0 && message !== undefined),
      received: arrived,
      clients: counted,
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
    // No client received it. It may be lost, or went to a worker that serves none of these clients: try once more.
    if (arrived === 0 && round === 0 && rounds() > 1 && publisher.published) continue;
    // It was published where none of these clients is connected, and an earlier one where they are.
    if (arrived === 0 && arrivals > 0 && publisher.published) {
      last = { ...last, outcome: 'partial', messages: { published: round + 1, received: arrivals } };
      break;
    }
    if (shown === 0) {
      // Only some clients received a frame: the broker is at fault, whatever the page shows.
      if (arrived > 0 && arrived < counted) last.outcome = 'partial';
      else {
        const again = await revisit();
        if (again.includes(nonce) || (mayReword && unchanging && again !== watched[0]?.before.text))
          last.outcome = 'after-reload';
      }
      break;
    }
    if (shown < counted) break;
    const apart = clients.flatMap(({ recorder }) => partOfConnections(recorder.recorded, nonce) ?? [])[0];
    if (apart) {
      last = { ...last, outcome: 'partial', connections: apart };
      break;
    }
    if (
      first.recorder.recorded.sockets.every((socket) => socket.openedAt === undefined) &&
      first.recorder.recorded.requests.some((request) => request.url.includes('transport=polling'))
    )
      last.outcome = 'polling';
  }
  return { channels: { page: last } };
}
