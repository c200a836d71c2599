/** Engine.IO, by polling and by WebSocket, as one target. */
import { attemptOf } from './attempts.ts';
import type { Evidence, FrameReading, RequestReading, SocketReading } from '../../browser/evidence.ts';
import type { Conversation } from '../conversation.ts';
import { enginePackets } from '../protocols/engine-io.ts';
import { conversationOf } from '../protocols/read.ts';
import { credentialInUrl } from '../credentials.ts';
import { ENGINE_CODES, engineCode, engineVersion } from '../words/engine-io.ts';
import { type Address, parseAddress } from '../urls.ts';
import type { Group } from './grouping.ts';
import { ENGINE, SILENT_MS, endpointOf, groupBy } from './grouping.ts';
import { ownSockets } from './left-behind.ts';
import { requestSymptom } from './requests.ts';
import { sentToSignIn } from './sign-in.ts';
import { churned, closedSymptom, cutByPeer, handshakeSymptom, refusedSymptom } from './socket-symptoms.ts';
import type { Symptom, Target } from './target.ts';
import { emptyTarget } from './target.ts';
import { decided } from './undecided.ts';

export function engineTargets(evidence: Evidence): Target[] {
  const sockets = groupBy(
    ownSockets(evidence).filter(({ url }) => ENGINE.test(url)),
    endpointOf,
  );
  const polls = groupBy(
    evidence.requests.filter(
      (request) => ENGINE.test(request.url) && request.method !== 'OPTIONS' && !isLedElsewhere(request, evidence),
    ),
    endpoint,
  );
  const pollsOf = ({ address }: Group<SocketReading>): Group<RequestReading> | undefined =>
    polls.find((other) => endpoint(other.address) === endpoint(address));
  const withSockets = sockets.map((group) => ({ group, polls: pollsOf(group) }));
  return [
    ...withSockets.map(({ group, polls: own }) => engineTarget(group, group.all, own?.all ?? [], evidence)),
    ...polls
      .filter((group) => !withSockets.some((other) => other.polls === group))
      .map((group) => engineTarget(group, [], group.all, evidence)),
  ];
}

/** The address without a slash at its end, which some servers add or take away by a redirect. */
const bare = (address: Address): Address => ({ ...address, path: address.path.replace(/\/$/, '') });

const endpoint = (address: Address): string => endpointOf(bare(address));

/** A redirect has led to it from another path, such as to a sign-in page that is given the query as well. */
const isLedElsewhere = ({ url }: RequestReading, { requests }: Evidence): boolean =>
  requests.filter(({ redirectedTo }) => redirectedTo === url).some((other) => barePath(other.url) !== barePath(url));

const barePath = (url: string): string | undefined => {
  const address = parseAddress(url);
  return address && bare(address).path;
};

function engineTarget(
  { last: { url }, address }: Group<SocketReading | RequestReading>,
  sockets: SocketReading[],
  requests: RequestReading[],
  evidence: Evidence,
): Target {
  const target = emptyTarget('engine.io', url, address);
  target.attempts = sockets.map(attemptOf);
  target.requests = requests;
  target.transports = [
    ...(requests.length > 0 ? (['polling'] as const) : []),
    ...(sockets.length > 0 ? (['websocket'] as const) : []),
  ];
  const polled: FrameReading[] = requests.flatMap((request) =>
    enginePackets(request.status === 200 ? (request.body ?? '') : '', engineVersion(request.url)).map((text) => ({
      at: request.at,
      direction: 'received' as const,
      text,
    })),
  );
  const conversation = conversationOf(
    'engine.io',
    [...polled, ...sockets.flatMap((socket) => socket.frames)],
    [credentialInUrl(url)],
  );
  target.conversation = conversation;
  const gated = requests.findLast((request) => sentToSignIn(request, evidence));
  const symptom =
    engineSymptom(decided(sockets, evidence.duration), requests, conversation, evidence.duration) ??
    (gated && !requests.some(wentWell) ? ({ is: 'status', status: gated.status ?? 302 } as const) : undefined);
  if (symptom) target.symptom = symptom;
  target.works =
    symptom === undefined && (requests.length > 0 || sockets.some(({ openedAt }) => openedAt !== undefined));
  return target;
}

function engineSymptom(
  sockets: readonly SocketReading[],
  requests: RequestReading[],
  conversation: Conversation,
  duration: number,
): Symptom | undefined {
  const lost = requests.findLast(
    ({ status = 0, body = '' }) => status >= 400 && engineCode(body) === ENGINE_CODES.session,
  );
  // A client gives its upgrade up when its polling session is refused: then the page closes nothing by itself.
  const refusedPoll = requests.findLast(({ status = 0 }) => status >= 400);
  const churn = refusedPoll ? undefined : churned(sockets);
  if (churn) return { is: 'churn', ...churn };
  const unconfirmed = conversation.asked.some((name) => !conversation.confirmed.includes(name));
  const open = sockets.findLast(
    (socket) => socket.openedAt !== undefined && socket.closedAt === undefined && !isProbing(socket),
  );
  const failedPoll = requests.findLast(
    (request) =>
      request.error !== undefined ||
      // What the browser blocks has no error.
      request.blockedReason !== undefined ||
      (request.status ?? 0) >= 400 ||
      (request.status === 200 && request.finishedAt !== undefined && !isEngineBody(request)),
  );
  const goodPoll = requests.findLast(wentWell);
  if (conversation.refused.length > 0 && (unconfirmed || conversation.confirmed.length === 0))
    return refusedSymptom({ text: conversation.refused.at(-1)?.text ?? '' });
  if (conversation.dismissed) return { is: 'dismissed' };
  // A lost polling session: the client may open a new one, which is lost again.
  if (lost && lost === failedPoll) return { is: 'status', status: 400 };
  // A message that is too large ends the session; afterwards the client opens a new one, which looks healthy.
  if (requests.some((request) => request.status === 413)) return { is: 'status', status: 413 };
  // A server that never sends an Engine.IO open packet, however often the client tries.
  const heard = sockets.some(
    (socket) =>
      socket.openedAt !== undefined &&
      (socket.frames.some((frame) => frame.direction === 'received') || duration - socket.openedAt > SILENT_MS),
  );
  if (heard && !conversation.greeted) return { is: 'unanswered' };
  if (open) {
    if (conversation.greeted) {
      const flaps = sockets.filter(cutByPeer);
      const cut = flaps.at(-1);
      return flaps.length >= 2 && cut ? closedSymptom(cut) : undefined;
    }
    return duration - (open.openedAt ?? 0) > SILENT_MS ? { is: 'unanswered' } : undefined;
  }
  if (refusedPoll && sockets.length > 0 && sockets.every(givenUp)) return requestSymptom(refusedPoll, duration);
  const failedSocket = sockets.findLast((socket) => socket.error !== undefined);
  if (failedSocket && goodPoll) {
    // Long-polling works, and the upgrade to a WebSocket was refused.
    return handshakeSymptom(failedSocket.error ?? '', (failedSocket.closedAt ?? duration) - failedSocket.at);
  }
  if (failedPoll && !requests.some((request) => outweighs(request, failedPoll)))
    return requestSymptom(failedPoll, duration) ?? { is: 'unanswered' };
  if (failedSocket)
    return handshakeSymptom(failedSocket.error ?? '', (failedSocket.closedAt ?? duration) - failedSocket.at);
  const pending = sockets.find((socket) => socket.openedAt === undefined && socket.closedAt === undefined);
  if (pending && !goodPoll && duration - pending.at > SILENT_MS) return { is: 'silent', ms: duration - pending.at };
  const cut = sockets.findLast(cutByPeer);
  if (cut && !goodPoll) return closedSymptom(cut);
  if (cut && cut.at > (goodPoll?.at ?? 0)) return closedSymptom(cut);
  const waiting = requests.find((request) => request.status === undefined && request.error === undefined);
  if (waiting && !goodPoll && duration - waiting.at > SILENT_MS) return { is: 'silent', ms: duration - waiting.at };
  return undefined;
}

/**
 * A request that went well shows that a failure before it is over only if it is of the same kind: a client whose every
 * POST is refused opens a new session each time, and each of these opens well.
 */
const outweighs = (request: RequestReading, failed: RequestReading): boolean =>
  wentWell(request) &&
  request.at >= failed.at &&
  request.method === failed.method &&
  hasSession(request) === hasSession(failed);

const wentWell = (request: RequestReading): boolean => request.status === 200 && isEngineBody(request);

/** The client asks whether a WebSocket would do for its polling session, and has no answer: polling still carries all. */
const isProbing = (socket: SocketReading): boolean =>
  hasSession(socket) && !socket.frames.some(({ direction, text }) => direction === 'received' && text === '3probe');

const hasSession = ({ url }: { url: string }): boolean => new URL(url).searchParams.has('sid');

/** The client closed it, or it still waits for its handshake. */
const givenUp = ({ closedByPage, closedAt, error = '' }: SocketReading): boolean =>
  closedAt === undefined || closedByPage === true || /closed before the connection is established/.test(error);

/** The body is Engine.IO's: packets, or the "ok" of a POST. */
function isEngineBody(request: RequestReading): boolean {
  if (request.method === 'POST') return true;
  if (request.body === undefined) return !/html/.test(request.mimeType ?? '');
  return /^(\d|b|$)/.test(request.body) && (engineVersion(request.url) < 4 || !/^\d+:\d/.test(request.body));
}
