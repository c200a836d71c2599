/** Event streams that the page holds open at the same server. */
import type { RuleContext } from '../context.ts';
import type { Target } from '../targets/target.ts';
import { isSameServer, parseAddress } from '../urls.ts';

/** How many connections a browser opens to a host over HTTP/1.1. */
export const CONNECTIONS_PER_HOST = 6;

/** How many event streams of the target's server are open over HTTP/1.1, and how many still wait for an answer. */
export function eventStreams(
  { evidence }: Pick<RuleContext, 'evidence'>,
  target: Target,
): { open: number; pending: number } {
  const streams = evidence.requests.filter((request) => {
    const address = parseAddress(request.url);
    const stream = request.type === 'eventsource' || request.mimeType === 'text/event-stream';
    return stream && address !== undefined && isSameServer(address, target.address) && request.error === undefined;
  });
  // Over HTTP/2 there are no such headers, and all streams share one connection.
  const plain = streams.filter(({ headers = {} }) => 'transfer-encoding' in headers || 'connection' in headers);
  return {
    open: plain.filter(({ status, finishedAt }) => status === 200 && finishedAt === undefined).length,
    pending: streams.filter(({ status }) => status === undefined).length,
  };
}
