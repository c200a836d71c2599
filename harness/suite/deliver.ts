/** Publishes messages that did not exist before and finds out how far they came. */
import { randomBytes } from 'node:crypto';
import type { Locator, Page } from '@playwright/test';
import type { Recorder } from '../browser/recorder.ts';
import type { MeasuredOutcome } from '../scenario/match.ts';
import { isUserError } from '../common/errors.ts';
import type { PageData, Channel, Topology } from '../scenario/schema.ts';
import type { ControlSubscriber } from '../delivery/control.ts';
import type { Published } from '../delivery/published.ts';
import { within } from '../common/time.ts';
import type { Reach } from '../topology/reach.ts';

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
  /** The WebSocket frame in which a message arrived at the first page, shown or not; at most 2000 characters. */
  frame?: string;
}

export type DeliveryReading = Record<string, ChannelReading>;

/** A text that no page has ever shown. */
export const newNonce = (): string => `aviso-${randomBytes(5).toString('hex')}`;

/** How long, in ms, a page may take to show what one of its sockets has received. */
const DRAWING_MS = 1500;

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
  const frames = recorder.recorded.sockets.flatMap((socket) => socket.frames);
  return frames.find(({ direction, text }) => direction === 'received' && text.includes(nonce))?.text.slice(0, 2000);
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

interface OneMessage {
  nonce: string;
  published: Published;
  controlled: boolean | undefined;
  /** By client: shown without a reload. */
  shown: boolean[];
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
  /** How many messages, one after the other. */
  messages: number;
  /** Each goes out without a wait for what becomes of the one before it. */
  burst: boolean;
  /** False when the page did not load: then nothing is waited for in it. */
  alive: boolean;
  /** Of a page that is loaded anew. */
  patience: Patience;
  /** Called when all messages are out and before a page is reloaded to look for stored ones. */
  beforeReload: () => Promise<void>;
}

/**
 * Publishes on each channel and watches every client.
 *
 * @param channels names of the channels to use
 */
export async function deliver(
  topology: Topology,
  reach: Reach,
  clients: readonly Client[],
  channels: readonly string[],
  { messages, burst, alive, patience: { settleMs, dataArrives }, beforeReload }: Plan,
): Promise<DeliveryReading> {
  const { graceMs, controlMs } = topology;
  const showsOf = (channel: string): Shows => topology.channels[channel]?.shows ?? topology.shows ?? anywhere;
  const entries = await Promise.all(
    channels.map(async (name): Promise<[string, OneMessage[]]> => {
      const channel = topology.channels[name];
      if (!channel) throw new Error(`no channel "${name}"`);
      const control = await attach(channel, reach);
      const follow = async (nonce: string, published: Published): Promise<OneMessage> => {
        const limitMs = 2 * Math.max(controlMs, graceMs) + DRAWING_MS;
        const watching = alive ? clients.map(({ page }) => showing(showsOf(name)(page, nonce), limitMs)) : [];
        const began = Date.now();
        const controlled = control === 'no broker' ? false : await control?.received(nonce, controlMs);
        // The message is out, or never will be: what a page has not shown after the grace, it does not show. On a busy
        // machine it takes the page as long as it took the control subscriber.
        // Without a control subscriber, the time of publication is not known.
        const wait =
          controlled === undefined ? controlMs + graceMs : controlled ? Math.max(graceMs, Date.now() - began) : graceMs;
        const shown = await Promise.all(
          watching.map(async (one, index) => {
            if (await Promise.race([one, after(wait)])) return true;
            // A page that has the frame has only to draw it.
            return frameWith(clients[index] as Client, nonce) !== undefined && Promise.race([one, after(DRAWING_MS)]);
          }),
        );
        return { nonce, published, controlled, shown };
      };
      const following: Promise<OneMessage>[] = [];
      let done: OneMessage[];
      try {
        for (let count = 0; count < messages; count += 1) {
          const nonce = newNonce();
          const one = follow(nonce, await channel.publish(reach, nonce));
          following.push(one);
          if (!burst) await one;
        }
        done = await Promise.all(following);
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
  const silent = entries.filter(([, done]) => done.every(({ shown }) => !shown.includes(true)));
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
      const showings = done.flatMap(({ shown }) => shown);
      const k = showings.filter(Boolean).length;
      const frame = frames.get(name);
      const outcome: MeasuredOutcome =
        k > 0 && k < showings.length
          ? { k, n: showings.length }
          : k > 0
            ? frame !== undefined
              ? 'live'
              : 'polling'
            : afterReload.has(name)
              ? 'after-reload'
              : 'never';
      const reading: ChannelReading = {
        outcome,
        published: done.map(({ published }) => published),
        ...(done.some(({ controlled }) => controlled === undefined)
          ? {}
          : { controlled: done.every(({ controlled }) => controlled) }),
        ...(frame === undefined ? {} : { frame }),
      };
      return [name, reading];
    }),
  );
}
