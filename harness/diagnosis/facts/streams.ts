/** What event streams do: those that the page holds open at a server, and what another client gets of one. */
import type { RuleContext } from '../context.ts';
import type { StreamAnswer, StreamQuestion } from '../readings.ts';
import type { Target } from '../targets/target.ts';
import { isSameServer, parseAddress, withScheme } from '../urls.ts';
import { addressOf } from './answers.ts';

/** What a client gets of a stream in 2.5 s that accepts compression, as browsers do, or does not. */
export const listened = (
  context: RuleContext,
  target: Target,
  encoding: StreamQuestion['encoding'],
): StreamAnswer | undefined =>
  context.ask({ ask: 'stream', url: withScheme(addressOf(target), 'http'), encoding, listen: 2500 });

/** A stream that is open and has brought the page no event, where nothing fails. */
export const quietStream = ({ failed, live }: RuleContext): Target | undefined =>
  failed.length > 0
    ? undefined
    : live.find(
        ({ kind, conversation, requests }) =>
          kind === 'sse' && conversation?.messages === 0 && requests.at(-1)?.finishedAt === undefined,
      );

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
