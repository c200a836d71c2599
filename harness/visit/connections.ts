/** How many connections of a page are open, and which pages are connected alike. */
import { isStream } from '../browser/evidence.ts';
import type { Page } from '@playwright/test';
import type { Recorded, Recorder } from '../browser/recorder.ts';

/** A page that should receive the message. */
export interface Client {
  page: Page;
  recorder: Recorder;
}

/** How long a client may take until it is connected as another one is, in ms. */
export const CLIENT_CONNECTS_WITHIN = 8000;

/** How long a page may take to go quiet, in ms, before a message is published all the same. */
const QUIET_WITHIN = 2000;

/** How many connections are open: sockets, and streams whose answer has begun. */
export const openConnections = ({ sockets, requests }: Pick<Recorded, 'sockets' | 'requests'>): number =>
  sockets.filter(({ openedAt, closedAt }) => openedAt !== undefined && closedAt === undefined).length +
  requests.filter((request) => isStream(request) && request.status === 200 && request.finishedAt === undefined).length;

/**
 * Waits until so many connections are open and the page has gone quiet: a connection that has just opened may not have
 * subscribed yet, and that of a page which is being reloaded may be its last one.
 *
 * @param withinMs how long to wait for the connections, in ms
 */
export async function joined(recorder: Recorder, connections: number, withinMs: number): Promise<void> {
  await recorder.settled({ timeoutMs: QUIET_WITHIN });
  await recorder.until((now) => openConnections(now) >= connections, withinMs);
  await recorder.settled({ timeoutMs: QUIET_WITHIN });
}

/** How long a client may take until it has subscribed to what it wants, in ms. */
const SUBSCRIBES_WITHIN = 3000;

/** How many frames a page sent in the first seconds of its sockets: later ones may be heartbeats. */
const framesSent = ({ sockets }: Pick<Recorded, 'sockets'>): number =>
  sockets.flatMap(({ openedAt = 0, frames }) =>
    frames.filter(({ direction, at }) => direction === 'sent' && at - openedAt < SUBSCRIBES_WITHIN),
  ).length;

/**
 * The clients that are connected as the first one is, waiting for those that are not yet: one that connects later misses
 * the message, which is nobody's fault.
 *
 * @param withinMs how long to wait
 */
export async function connectedLike<Other extends Client>(
  first: Client,
  others: readonly Other[],
  withinMs: number,
): Promise<readonly Other[]> {
  const wanted = openConnections(first.recorder.recorded);
  if (wanted === 0) return others;
  await Promise.all(
    others.map(async ({ recorder }) => {
      await joined(recorder, wanted, withinMs);
      await recorder.until((now) => framesSent(now) >= framesSent(first.recorder.recorded), SUBSCRIBES_WITHIN);
    }),
  );
  return others.filter(({ recorder }) => openConnections(recorder.recorded) > 0);
}
