/** One WebSocket, summed up. */
import type { SocketReading } from '../../browser/evidence.ts';
import { defined } from '../../common/defined.ts';
import type { Attempt } from './target.ts';

/** Below this age, in ms, a connection that ends without a close frame was cut as soon as it was open. */
export const AT_ONCE_MS = 1000;

/** The peer cut it without a close frame as soon as it was open. */
export const wasCut = ({ opened, byPage, closeCode, age }: Attempt): boolean =>
  opened && !byPage && closeCode === 1006 && age !== undefined && age < AT_ONCE_MS;

export function attemptOf(socket: SocketReading): Attempt {
  const { error, openedAt, closedAt, closeCode, closeReason } = socket;
  const lastFrame = socket.frames.at(-1);
  const ended = closedAt !== undefined && openedAt !== undefined;
  return {
    at: socket.at,
    url: socket.url,
    opened: openedAt !== undefined,
    byPage: socket.closedByPage === true,
    protocols: socket.protocols ?? [],
    ...defined({
      error,
      closeCode,
      closeReason: closeReason || undefined,
      closedAt,
      age: ended ? closedAt - openedAt : undefined,
      idle: ended ? closedAt - Math.max(openedAt, lastFrame?.at ?? 0) : undefined,
      sentLast: lastFrame?.direction === 'sent' ? lastFrame.text.length : undefined,
    }),
  };
}
