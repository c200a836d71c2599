/** The word for the fact that a page takes part in a channel. */
import { isStream } from '../browser/evidence.ts';
import type { Recorded } from '../browser/recorder.ts';
import { socketOutcome, textFits } from './fit.ts';
import type { Text } from './schema.ts';

/**
 * A page takes part (`subscribed` of a channel) when a socket or stream to this URL is open.
 *
 * @param said it has also received something with this text, such as the answer to a subscription
 */
export const connected =
  (url: Text, said = '') =>
  ({ sockets, requests }: Recorded): boolean => {
    const heard = (frames: readonly { direction: string; text: string }[]): boolean =>
      said === '' || frames.some(({ direction, text }) => direction === 'received' && text.includes(said));
    return (
      sockets.some((one) => textFits(url, one.url) && socketOutcome(one) === 'open' && heard(one.frames)) ||
      requests.some(
        (one) =>
          textFits(url, one.url) &&
          isStream(one) &&
          one.status === 200 &&
          one.finishedAt === undefined &&
          heard(one.events ?? []),
      )
    );
  };
