/** Sockets that ended because the page went to another document: nobody's fault. */
import type { Evidence, SocketReading } from '../../browser/evidence.ts';

/**
 * The sockets of the visit without those that a navigation of the page ended. Where the new document has opened none
 * yet, they are kept, as closed by the page.
 */
export function ownSockets({ sockets }: Pick<Evidence, 'sockets'>): SocketReading[] {
  const stayed = sockets.filter(({ closedByNavigation }) => closedByNavigation !== true);
  if (stayed.length > 0 || sockets.length === 0) return stayed;
  return sockets.slice(-1).map((socket) => ({ ...socket, closedByPage: true }));
}
