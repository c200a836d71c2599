/** Sockets of which the end of the visit hides how they would have gone. */
import type { SocketReading } from '../../browser/evidence.ts';
import { AT_ONCE_MS } from './attempts.ts';
import { SILENT_MS } from './grouping.ts';
import { cutByPeer } from './socket-symptoms.ts';

/** So much longer than the earlier sockets a new one has to stay open, in ms, before it stands where they fell. */
const LONGER_MS = 250;

/**
 * The sockets of one address, in order, without a last one that the visit saw too briefly. Where a page comes back after
 * its sockets were cut at once, the last of them is open or pending whenever the visit ends between two cuts. One by
 * which something came stands: those before it may have been cut by a restart.
 */
export function decided(sockets: readonly SocketReading[], duration: number): readonly SocketReading[] {
  const last = sockets.at(-1);
  const ages = sockets.filter(cutByPeer).map(({ openedAt = 0, closedAt = 0 }) => closedAt - openedAt);
  const longest = Math.max(...ages);
  if (last === undefined || last.closedAt !== undefined || ages.length === 0 || longest >= AT_ONCE_MS) return sockets;
  const { at, openedAt, frames } = last;
  if (frames.some(({ direction }) => direction === 'received')) return sockets;
  const seenFor = duration - (openedAt ?? at);
  const enough = openedAt === undefined ? SILENT_MS : longest + LONGER_MS;
  return seenFor < enough ? sockets.slice(0, -1) : sockets;
}
