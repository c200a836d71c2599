/** What a result keeps of one visit: a pure function of its evidence. */
import { isStream, type Evidence, type RequestReading, type SocketReading } from '../browser/evidence.ts';
import { defined } from '../common/defined.ts';
import { socketOutcome } from '../scenario/fit.ts';
import { tellingRequests } from '../scenario/match.ts';
import { showSocket } from '../scenario/show.ts';
import { bounded, BOUNDS, first } from './bounds.ts';
import type { Visit } from './schema.ts';

/** What is known of a visit besides its evidence. */
export type Judged = Pick<Visit, 'expected' | 'differences' | 'delivery' | 'way' | 'picture'>;

const requestOf = ({ at, finishedAt, method, url, type, status, error, blockedReason, corsError }: RequestReading) => ({
  at,
  method,
  url,
  type,
  ...defined({
    ms: finishedAt === undefined ? undefined : Math.max(0, finishedAt - at),
    status,
    error: [error, blockedReason, corsError].filter(Boolean).join(', ') || undefined,
  }),
});

function socketOf(socket: SocketReading) {
  const { kept, left } = first(socket.frames, BOUNDS.frames, `frames of ${socket.url}`);
  const end = socket.closedAt ?? (socket.error === undefined ? undefined : socket.at);
  const result = {
    at: socket.at,
    url: socket.url,
    outcome: socketOutcome(socket),
    text: showSocket(socket),
    frames: kept.map(({ at, direction, text, binary }) => ({
      at,
      direction,
      text: binary ? '(binary)' : text,
    })),
    ...defined({ ms: end === undefined ? undefined : Math.max(0, end - socket.at) }),
  };
  return { result, left };
}

/** The requests that tell something: the page itself, its own calls, streams, and what failed. */
function telling(requests: readonly RequestReading[]): RequestReading[] {
  const calls = new Set(tellingRequests(requests));
  return requests.filter((one) => one.type === 'document' || isStream(one) || calls.has(one));
}

/** Bounded and masked. */
export function visitResult(evidence: Evidence, judged: Judged): Visit {
  const { visit: url, startedAt, duration, navigation } = evidence;
  const console = first(evidence.console, BOUNDS.console, 'lines of the console');
  const requests = first(telling(evidence.requests), BOUNDS.requests, 'requests');
  const sockets = first(evidence.sockets, BOUNDS.sockets, 'sockets');
  const { picture, ...texts } = judged;
  const expected = first(texts.expected, BOUNDS.sentences, 'expectations');
  const differences = first(texts.differences, BOUNDS.sentences, 'differences');
  const read = sockets.kept.map((socket) => socketOf(socket));
  const visit = bounded({
    ...texts,
    expected: expected.kept,
    differences: differences.kept,
    url,
    document: navigation.error ?? `status ${navigation.status ?? 'unknown'}`,
    console: console.kept.map(({ at, level, text, url: where }) => ({ at, level, text, ...defined({ url: where }) })),
    requests: requests.kept.map(requestOf),
    sockets: read.map(({ result }) => result),
    left: [
      ...evidence.truncated,
      ...[console, requests, sockets, expected, differences, ...read].flatMap(({ left }) => left),
    ],
  });
  return { ...visit, startedAt, ms: duration, ...defined({ picture }) };
}
