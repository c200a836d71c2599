/** Publishes messages that did not exist before and finds out how far they came. */
import type { Locator, Page } from '@playwright/test';
import type { Recorded, Recorder } from '../browser/recorder.ts';
import { isUserError } from '../common/errors.ts';
import { within } from '../common/time.ts';
import type { ControlSubscriber } from '../delivery/control.ts';
import { newNonce } from '../delivery/nonce.ts';
import type { Published } from '../delivery/published.ts';
import { frameDifferences, socketOutcome } from '../scenario/fit.ts';
import type { MeasuredOutcome } from '../scenario/outcomes.ts';
import {
  WAYS,
  type Channel,
  type Delivery,
  type Moment,
  type PageData,
  type Topology,
  type Way,
} from '../scenario/schema.ts';
import type { Reach } from '../topology/reach.ts';
import { awaitsData, wayOf } from './way.ts';

/** An open page and its recorder. */
export interface Client {
  page: Page;
  recorder: Recorder;
}

/** What became of the messages of one channel. */
export interface ChannelReading {
  outcome: MeasuredOutcome;
  published: Published[];
  /** The control subscriber received every message; absent where the channel has none. */
  controlled?: boolean;
  /** The WebSocket frame, or event of a stream, in which a message arrived at the first page, shown or not; at most 2000 characters. */
  frame?: string;
  /** Where that frame is not as documented. */
  frameDiffers?: string[];
}

export type DeliveryReading = Record<string, ChannelReading>;

/** How long, in ms, a page may take to show what one of its sockets has received. */
const DRAWING_MS = 1500;

/** How long, in ms, a page is waited for that is to show a message, or to take part in a channel. */
const PATIENCE_MS = 10_000;

/** The same, in ms, where only some of the messages are to be shown. */
const SOME_MS = 2500;

/** How long, in ms, an answer that came with a message may take to be read. */
const ANSWER_MS = 1000;

/** Longer, in ms, than any reloaded page takes to go quiet: a stored message ends the wait, or that does. */
const RELOAD_MS = 20_000;

/** False, when the time is over. */
const after = (ms: number): Promise<false> => new Promise((resolve) => setTimeout(resolve, ms, false));

/** Where a message of a channel shows up in a page. */
type Shows = (page: Page, text: string) => Locator;

const anywhere: Shows = (page, text) => page.getByText(text);

function showing(message: Locator, timeoutMs: number): Promise<boolean> {
  return message
    .first()
    .waitFor({ state: 'visible', timeout: Math.max(timeoutMs, 1) })
    .then(
      () => true,
      () => false,
    );
}

/** How long, in ms, a page may say that its data are still to come. */
const DATA_MS = 5000;

/** Waits until the page no longer says that it is loading its API data, but not for ever. */
export async function dataArrived(page: Page, { data }: Topology): Promise<void> {
  if (!data) return;
  const deadline = Date.now() + DATA_MS;
  const state = (): Promise<PageData | undefined> => within(data(page), DATA_MS).catch(() => undefined);
  while ((await state()) === 'loading' && Date.now() < deadline) await after(50);
}

function frameWith({ recorder }: Client, nonce: string): string | undefined {
  const { sockets, requests } = recorder.recorded;
  const frames = [...sockets.flatMap((socket) => socket.frames), ...requests.flatMap(({ events = [] }) => events)];
  return frames.find(({ direction, text }) => direction === 'received' && text.includes(nonce))?.text;
}

/** A broker that does not answer is a reading: its subscriber then gets nothing, which the comparison judges. */
async function attach({ control }: Channel, reach: Reach): Promise<ControlSubscriber | 'no broker' | undefined> {
  try {
    return await control?.(reach);
  } catch (error) {
    if (isUserError(error)) return 'no broker';
    throw error;
  }
}

/** True when a page takes part in a channel. */
function takesPart({ subscribed }: Channel, recorded: Recorded, way: Way): boolean {
  if (subscribed) return subscribed(recorded, way);
  return way === 'polling' || recorded.sockets.some((one) => socketOutcome(one) === 'open');
}

/** True when a page has been opening a socket for at most so many ms. */
const connects = (recorder: Recorder, atMostMs: number): boolean =>
  recorder.recorded.sockets.some((one) => socketOutcome(one) === 'pending' && recorder.now() - one.at < atMostMs);

interface OneMessage {
  nonce: string;
  published: Published;
  controlled: boolean | undefined;
  /** By client: how it was shown without a reload from outside; undefined where it was not. */
  shown: (Way | undefined)[];
}

/** What a page is waited for. */
export interface Patience {
  /** How long, in ms, it is given to go quiet, if not the usual time. */
  settleMs?: number | undefined;
  /** False for a page whose data never arrive. */
  dataArrives: boolean;
}

/** What is published. */
export interface Plan {
  /** One message each, one after the other. */
  moments: readonly (Moment | 'any')[];
  /** What must become of them: a page that is to show a message is waited for longer. */
  expected: Delivery;
  /** False when the page did not load: then nothing is waited for in it. */
  alive: boolean;
  /** Of a page that is loaded anew. */
  patience: Patience;
  /** Called when all messages are out and before a page is reloaded to look for stored ones. */
  beforeReload: () => Promise<void>;
}

/** The worst of the ways in which messages were shown. */
const worst = (ways: readonly Way[]): Way =>
  ways.reduce((one, other) => (WAYS.indexOf(other) > WAYS.indexOf(one) ? other : one));

/** The way in which a message is to be shown; undefined where it is not. */
function expectedWay(wanted: Delivery[string] | undefined): Way | undefined {
  if (typeof wanted === 'object') return wanted.by;
  return WAYS.find((way) => way === wanted);
}

/** Sums up what became of the messages of one channel. */
function outcomeOf(done: readonly OneMessage[], stored: boolean): MeasuredOutcome {
  const showings = done.flatMap(({ shown }) => shown);
  const ways = showings.filter((way) => way !== undefined);
  if (ways.length === 0) return stored ? 'after-reload' : 'never';
  const by = worst(ways);
  return ways.length === showings.length ? by : { shown: ways.length, of: showings.length, by };
}

/**
 * Publishes on each channel that the delivery names, and watches every client.
 */
export async function deliver(
  topology: Topology,
  reach: Reach,
  clients: readonly Client[],
  { moments, expected, alive, patience: { settleMs, dataArrives }, beforeReload }: Plan,
): Promise<DeliveryReading> {
  const { graceMs, controlMs } = topology;
  const showsOf = (channel: string): Shows => topology.channels[channel]?.shows ?? topology.shows ?? anywhere;
  const channels = Object.keys(expected).filter((name) => name !== 'api');
  const entries = await Promise.all(
    channels.map(async (name): Promise<[string, OneMessage[]]> => {
      const channel = topology.channels[name];
      if (!channel) throw new Error(`no channel "${name}"`);
      const control = await attach(channel, reach);
      const way = expectedWay(expected[name]);
      /** Waits for the fact that a message is to be published at; what becomes of it tells whether it came about. */
      const moment = async (wanted: Moment | 'any'): Promise<void> => {
        if (!alive || (wanted === 'any' && way === undefined)) return;
        const holds = (recorder: Recorder): boolean => {
          const connected = takesPart(channel, recorder.recorded, way ?? 'live');
          if (typeof wanted === 'object') return !connected && connects(recorder, wanted.connectingMs);
          return connected && !(way === 'live' && awaitsData(recorder.recorded.requests));
        };
        await Promise.all(clients.map(({ recorder }) => recorder.until(() => holds(recorder), PATIENCE_MS)));
      };
      const follow = async (
        nonce: string,
        publishedAt: readonly number[],
        published: Published,
      ): Promise<OneMessage> => {
        const grace = Math.max(graceMs, typeof expected[name] === 'object' ? SOME_MS : way ? PATIENCE_MS : 0);
        const limitMs = 2 * Math.max(controlMs, grace) + DRAWING_MS;
        const watching = alive
          ? clients.map(async ({ page, recorder }) =>
              (await showing(showsOf(name)(page, nonce), limitMs)) ? recorder.now() : undefined,
            )
          : [];
        const began = Date.now();
        const controlled = control === 'no broker' ? false : await control?.received(nonce, controlMs);
        // The message is out, or never will be: what a page has not shown after the grace, it does not show. On a busy
        // machine it takes the page as long as it took the control subscriber.
        // Without a control subscriber, the time of publication is not known.
        const wait =
          controlled === undefined ? controlMs + grace : controlled ? Math.max(grace, Date.now() - began) : graceMs;
        const shown = await Promise.all(
          watching.map(async (one, index): Promise<Way | undefined> => {
            const client = clients[index] as Client;
            const shownAt =
              (await Promise.race([one, after(wait)])) ||
              // A page that has the frame has only to draw it.
              (frameWith(client, nonce) !== undefined && (await Promise.race([one, after(DRAWING_MS)])));
            if (!shownAt) return undefined;
            const framed = frameWith(client, nonce) !== undefined;
            const showing = { text: nonce, publishedAt: publishedAt[index] ?? 0, shownAt, framed };
            const { recorder } = client;
            const way = (): Way => wayOf(showing, recorder.recorded.requests);
            // An answer that has begun may have told the message as well: what it holds is known when it has been read.
            await recorder.until(() => way() !== 'refetched', ANSWER_MS);
            return way();
          }),
        );
        return { nonce, published, controlled, shown };
      };
      const done: OneMessage[] = [];
      try {
        for (const wanted of moments) {
          await moment(wanted);
          const nonce = newNonce();
          const publishedAt = clients.map(({ recorder }) => recorder.now());
          done.push(await follow(nonce, publishedAt, await channel.publish(reach, nonce)));
        }
      } finally {
        if (control !== 'no broker') await control?.close();
      }
      return [name, done];
    }),
  );
  const first = clients[0] as Client;
  const frames = new Map(
    entries.map(([name, done]) => [name, done.flatMap(({ nonce }) => frameWith(first, nonce) ?? [])[0]]),
  );
  const silent = entries.filter(([, done]) => done.every(({ shown }) => shown.every((way) => way === undefined)));
  await beforeReload();
  const afterReload = new Set<string>();
  if (alive && silent.length > 0) {
    await first.page.reload({ waitUntil: 'load' }).catch(() => undefined);
    const loaded = (async () => {
      await first.recorder.settled(settleMs === undefined ? {} : { timeoutMs: settleMs });
      if (dataArrives) await dataArrived(first.page, topology);
    })();
    await Promise.all(
      silent.map(async ([name, done]) => {
        const { nonce } = done[0] as OneMessage;
        const message = showsOf(name)(first.page, nonce);
        const stored = showing(message, RELOAD_MS);
        const absent = loaded.then(() => showing(message, 300));
        if (await Promise.race([stored, absent])) afterReload.add(name);
      }),
    );
  }
  return Object.fromEntries(
    entries.map(([name, done]) => {
      const frame = frames.get(name);
      const documented = topology.channels[name]?.frame;
      const reading: ChannelReading = {
        outcome: outcomeOf(done, afterReload.has(name)),
        published: done.map(({ published }) => published),
        ...(done.some(({ controlled }) => controlled === undefined)
          ? {}
          : { controlled: done.every(({ controlled }) => controlled) }),
        ...(frame === undefined ? {} : { frame: frame.slice(0, 2000) }),
        // What the recorder had to cut is no JSON any more, and not judged.
        ...(frame === undefined || documented === undefined || frame.endsWith('…')
          ? {}
          : { frameDiffers: frameDifferences(documented, frame) }),
      };
      return [name, reading];
    }),
  );
}
