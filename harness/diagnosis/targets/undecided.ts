/** Sockets of which the end of the visit hides how they would have gone. */
import type { SocketReading } from '../../browser/evidence.ts';
import { AT_ONCE_MS } from './attempts.ts';
import { SILENT_MS } from './grouping.ts';
import { cutByPeer } from './socket-symptoms.ts';

/** So much longer than the earlier sockets a new one has to stay open, in ms, before it stands where they fell. */
const LONGER_MS = 250;

/** What came, without what differs from one connection to the next. */
const received = (frames: SocketReading['frames']): string[] =>
  frames.flatMap(({ direction, text }) => (direction === 'received' ? text.replace(/[\w-]{8,}|\d+/g, '') : []));

/**
 * The sockets of one address, in order, without a last one that the visit saw too briefly. Where a page comes back after
 * its sockets were cut at once, the last of them is open or pending whenever the visit ends between two cuts. One by
 * which something came stands: those before it may have been cut by a restart. But a server that closes with a code for a
 * refusal may say the same to each before.
 */
export function decided(sockets: readonly SocketReading[], duration: number): readonly SocketReading[] {
  const last = sockets.at(-1);
  const ages = sockets.filter(cutByPeer).map(({ openedAt = 0, closedAt = 0 }) => closedAt - openedAt);
  const longest = Math.max(...ages);
  if (last === undefined || last.closedAt !== undefined || ages.length === 0 || longest >= AT_ONCE_MS) return sockets;
  const { at, openedAt, frames } = last;
  const refused = sockets.filter(({ closeCode = 0 }) => [1008, 1009].includes(closeCode) || closeCode >= 4000);
  const told = new Set(refused.flatMap((socket) => received(socket.frames)));
  if (received(frames).some((text) => !told.has(text))) return sockets;
  const seenFor = duration - (openedAt ?? at);
  const enough = openedAt === undefined ? SILENT_MS : longest + LONGER_MS;
  return seenFor < enough ? sockets.slice(0, -1) : sockets;
}
