/** Connections of SockJS: a WebSocket and the transports that take over from it are one target. */
import type { Evidence, FrameReading, RequestReading, SocketReading } from '../../browser/evidence.ts';
import { conversationOf } from '../protocols/read.ts';
import { parseAddress } from '../urls.ts';
import { attemptOf } from './attempts.ts';
import type { Group } from './grouping.ts';
import { endpointOf, groupBy } from './grouping.ts';
import { socketSymptom } from './socket-symptoms.ts';
import type { Target } from './target.ts';
import { emptyTarget } from './target.ts';

/** `/prefix/server/session/transport`: server and session are new for each try (SockJS protocol 0.3.3, “Base URL”). */
const PATH = /^(.*)\/\d{3}\/[^/]+\/(websocket|xhr|xhr_send|xhr_streaming|eventsource|htmlfile|jsonp|jsonp_send)$/;

/** Transports that bring messages to the page. */
const RECEIVES = /\/(xhr|xhr_streaming|eventsource|htmlfile|jsonp)$/;

/** The endpoint of SockJS to which a URL belongs, the path of its session, and the transport. */
export function placeOf(
  url: string,
): { endpoint: string; path: string; session: string; transport: string } | undefined {
  const address = parseAddress(url.replace(/^ws/, 'http'));
  const [path, prefix, transport] = (address && PATH.exec(address.path)) ?? [];
  if (address === undefined || path === undefined || prefix === undefined || transport === undefined) return undefined;
  const session = path.slice(0, -transport.length - 1);
  return { endpoint: endpointOf({ ...address, path: prefix }), path, session, transport };
}

/** The endpoint of which a request asks what SockJS asks first: `<endpoint>/info?t=<time>`. */
export const askedForInfo = ({ kind, address: { path, query } }: Target): string | undefined =>
  kind === 'api' && /^\?t=\d+$/.test(query) ? /^(.+)\/info$/.exec(path)?.[1] : undefined;

const belongsTo =
  (endpoint: string) =>
  ({ url }: { url: string }): boolean =>
    placeOf(url)?.endpoint === endpoint;

/** The targets of SockJS that tried a WebSocket, and the evidence without what belongs to them. */
export function sockJsTargets(evidence: Evidence): { targets: Target[]; rest: Evidence } {
  const sockets = evidence.sockets.filter(({ url }) => placeOf(url) !== undefined);
  const groups = groupBy(sockets, (_address, { url }) => placeOf(url)?.endpoint ?? '');
  const taken = groups.map(({ last: { url } }) => belongsTo(placeOf(url)?.endpoint ?? ''));
  const isTaken = (reading: { url: string }): boolean => taken.some((belongs) => belongs(reading));
  return {
    targets: groups.map((group, index) =>
      sockJsTarget(group, evidence.requests.filter(taken[index] ?? (() => false)), evidence.duration),
    ),
    rest: {
      ...evidence,
      sockets: evidence.sockets.filter((socket) => !isTaken(socket)),
      requests: evidence.requests.filter((request) => !isTaken(request)),
    },
  };
}

function sockJsTarget(
  { all: sockets, last, address }: Group<SocketReading>,
  requests: RequestReading[],
  duration: number,
): Target {
  const target = emptyTarget('websocket', last.url, address);
  target.attempts = sockets.map(attemptOf);
  target.requests = requests;
  const conversation = conversationOf('sockjs', [
    ...sockets.flatMap(({ frames }) => frames),
    ...requests.flatMap(read),
  ]);
  target.conversation = conversation;
  const symptom = socketSymptom(sockets, last, conversation, duration);
  const next = requests.findLast(({ url, status }) => status === 200 && RECEIVES.test(placeOf(url)?.path ?? ''));
  // A client gives a slow socket up by itself: with another transport that works, that is nobody's fault.
  const abandoned = symptom?.is === 'silent' || symptom?.is === 'unanswered';
  if (next && (abandoned || symptom === undefined)) target.takenOverBy = placeOf(next.url)?.transport ?? '';
  else if (symptom) target.symptom = symptom;
  target.works = target.symptom === undefined;
  return target;
}

/** What a request brought: its events, or the lines of its body. */
function read({ at, url, events = [], body = '' }: RequestReading): FrameReading[] {
  if (!RECEIVES.test(placeOf(url)?.path ?? '')) return [];
  const lines = body.split('\n').filter((line) => /^[oac]/.test(line));
  return [...events, ...lines.map((text) => ({ at, direction: 'received' as const, text }))];
}
