import type { Evidence, FrameReading, RequestReading, SocketReading } from '../browser/evidence.ts';
import { STREAM_TYPES, isStream } from '../browser/evidence.ts';
import { defined } from '../common/defined.ts';
import { titleOf } from './answers.ts';
import type { Conversation } from './conversation.ts';
import { conversationOf, readConversation, credentialInUrl, enginePackets } from './conversation.ts';
import { parseJson } from './json.ts';
import type { Address } from './urls.ts';
import { changed, hostClass, isTracker, originOf, parseAddress, sameSite } from './urls.ts';

/**
 * What the page tried to reach, and how each attempt ended: the evidence, grouped by endpoint.
 */

export type TargetKind = 'document' | 'script' | 'websocket' | 'engine.io' | 'pusher' | 'sse' | 'channel-auth' | 'api';

/** How a target failed. */
export type Symptom =
  | { is: 'blocked'; by: 'mixed-content' | 'csp' | 'local-network'; text: string }
  | { is: 'cors'; error: string; text: string }
  | { is: 'network'; error: string }
  | { is: 'status'; status: number }
  | { is: 'negotiation'; part: 'subprotocol' | 'extension' | 'frame' | 'accept'; text: string }
  | { is: 'invalid-url'; text: string }
  | { is: 'silent'; ms: number }
  | { is: 'wrong-kind'; mimeType: string; html: boolean }
  | { is: 'unanswered' }
  | { is: 'refused'; text: string; code?: number | string }
  | { is: 'dismissed' }
  | { is: 'closed'; code: number; reason: string; age: number; idle: number; clean: boolean }
  | { is: 'churn'; sockets: number; within: number };

/** One WebSocket of a target, summed up. */
export interface Attempt {
  at: number;
  url: string;
  /** ms from opening to closing */
  age?: number;
  /** ms from the last frame to closing */
  idle?: number;
  opened: boolean;
  error?: string;
  closeCode?: number;
  closeReason?: string;
  byPage: boolean;
  closedAt?: number;
  sentLast?: number;
  protocols: string[];
}

export interface Target {
  kind: TargetKind;
  /** The last URL that was tried, masked as in the evidence. */
  url: string;
  address: Address;
  method: string;
  /** How it ended; absent when it works. */
  symptom?: Symptom;
  /** It is open or answered, as far as the visit shows. */
  works: boolean;
  /** WebSockets of this target, in order. */
  attempts: Attempt[];
  conversation?: Conversation;
  /** Requests of this target, in order. */
  requests: RequestReading[];
  /** For Engine.IO: which transports the page tried. */
  transports: ('websocket' | 'polling')[];
  /** The page needs the result: it is no tracker, icon or picture. */
  relevant: boolean;
}

const REALTIME: readonly TargetKind[] = ['websocket', 'engine.io', 'pusher', 'sse'];

/** True when other real-time connections are open, and none of them at this target's host and port. */
export function isElsewhere({ targets }: { targets: readonly Target[] }, target: Target): boolean {
  const standing = targets.filter((other) => other.relevant && isRealtime(other) && other.works);
  return (
    standing.length > 0 &&
    standing.every(({ address }) => address.host !== target.address.host || address.port !== target.address.port)
  );
}

/** True for targets over which messages arrive. */
export function isRealtime(target: Pick<Target, 'kind'>): boolean {
  return REALTIME.includes(target.kind);
}

/** Sockets of development servers, which carry no messages of the application. */
const DEV_SOCKET = /_next\/webpack-hmr|\/@vite|[?&]token=[\w-]+$.*vite|__webpack_hmr|sockjs-node|\/ws\?vite|livereload/;

/** Engine.IO names its version in every URL. */
const ENGINE = /[?&]EIO=\d/;

/** Below this many milliseconds a pending handshake or request may just be slow. */
const SILENT_MS = 1400;

/** Groups the evidence of a visit by endpoint. */
export function targetsOf(evidence: Evidence): Target[] {
  const page = parseAddress(evidence.page.url) ?? parseAddress(evidence.visit);
  const visit = parseAddress(evidence.visit);
  const targets = [
    ...documentTarget(evidence),
    ...socketTargets(evidence),
    ...engineTargets(evidence),
    ...streamTargets(evidence),
    ...requestTargets(evidence),
    ...scriptTargets(evidence),
  ];
  const blocked = blockedTargets(evidence, targets);
  const all = [...targets, ...blocked];
  const hosts = new Set(all.filter(isRealtime).map((target) => target.address.host));
  for (const target of all) target.relevant = relevant(target, page ?? visit, hosts) && !isFallback(target, all);
  // With an open connection, failed scripts and requests of third parties do not matter.
  const stands = all.some((target) => target.relevant && isRealtime(target) && target.works);
  if (stands)
    for (const target of all)
      if (target.kind === 'script' || isThirdParty(target, evidence, page ?? visit)) target.relevant = false;
  return all;
}

/** A script of another site connects to another site: a widget, an advertisement. */
function isThirdParty(target: Target, { sockets, requests }: Evidence, page: Address | undefined): boolean {
  if (!page || sameSite(target.address.host, page.host)) return false;
  const made = [...sockets, ...requests].filter(({ url }) => url === target.url);
  return (
    made.length > 0 &&
    made.every(({ foreignScript }) => {
      const from = foreignScript === undefined ? undefined : parseAddress(foreignScript);
      return from !== undefined && !sameSite(from.host, page.host);
    })
  );
}

/**
 * Pusher's client falls back to the other scheme when the configured one fails. The first of the two is the one that the
 * page asked for.
 */
function isFallback(target: Target, all: readonly Target[]): boolean {
  if (target.kind !== 'pusher' || target.works) return false;
  const began = (one: Target): number => one.attempts[0]?.at ?? Infinity;
  return all.some(
    (other) =>
      other !== target &&
      other.kind === 'pusher' &&
      other.address.host === target.address.host &&
      other.address.path === target.address.path &&
      other.address.secure !== target.address.secure &&
      began(other) < began(target),
  );
}

function relevant(target: Target, page: Address | undefined, realtimeHosts: ReadonlySet<string>): boolean {
  if (target.kind === 'document') return true;
  if (DEV_SOCKET.test(target.url)) return false;
  const { host } = target.address;
  if (!page || host === page.host) return true;
  if (target.kind === 'script') return sameSite(host, page.host);
  if (isTracker(host)) return false;
  if (isRealtime(target)) return true;
  return realtimeHosts.has(host) || sameSite(host, page.host) || hostClass(host) === 'loopback' || looksLikeApi(target);
}

function looksLikeApi(target: Target): boolean {
  return (
    /^(api|backend|server|gateway|auth|ws|rt|realtime)[.-]/.test(target.address.host) ||
    /\/(api|graphql|v\d+|rest|auth|broadcasting)(\/|$)/.test(target.address.path)
  );
}

const emptyTarget = (kind: TargetKind, url: string, address: Address): Target => ({
  kind,
  url,
  address,
  method: 'GET',
  works: false,
  attempts: [],
  requests: [],
  transports: [],
  relevant: true,
});

// ---------------------------------------------------------------- document

function documentTarget(evidence: Evidence): Target[] {
  const documents = evidence.requests.filter((request) => request.type === 'document');
  const last = documents.at(-1);
  const url =
    evidence.navigation.error === undefined && evidence.page.url.startsWith('http')
      ? evidence.page.url
      : (last?.url ?? evidence.visit);
  const address = parseAddress(url) ?? parseAddress(evidence.visit);
  if (!address) return [];
  const target = emptyTarget('document', url, address);
  target.requests = documents;
  const { error, status } = evidence.navigation;
  if (error !== undefined && status === undefined) target.symptom = { is: 'network', error: netError(error) };
  else if (status !== undefined && status >= 400) target.symptom = { is: 'status', status };
  else if (status === undefined && !evidence.page.url.startsWith('http'))
    target.symptom = { is: 'silent', ms: evidence.duration };
  target.works = target.symptom === undefined;
  return [target];
}

// ---------------------------------------------------------------- sockets

function endpointOf(address: Address): string {
  return `${address.secure ? 's' : 'p'} ${address.host}:${address.port}${address.path}`;
}

/** Query parameters that change with every attempt of the same connection. */
const VOLATILE =
  /^(t|ts|_|sid|nonce|rand(om)?|time(stamp)?|cache|cb|v|attempt|retry|ticket|token|access_token|jwt|auth|signature|sig)$/i;

/** The endpoint with its query, so that rooms and channels are distinct targets. */
function channelOf(address: Address): string {
  const query = [...new URLSearchParams(address.query)].filter(
    ([name, value]) => !VOLATILE.test(name) && !value.includes('masked'),
  );
  return `${endpointOf(address)} ${JSON.stringify(query)}`;
}

/** Readings of one endpoint, in order. */
interface Group<T> {
  all: T[];
  last: T;
  /** Of the last one. */
  address: Address;
}

/** Groups readings by endpoint; those without a usable URL are left out. */
function groupBy<T extends { url: string }>(readings: readonly T[], keyOf: (address: Address, reading: T) => string) {
  const groups = new Map<string, Group<T>>();
  for (const reading of readings) {
    const address = parseAddress(reading.url);
    if (!address) continue;
    const key = keyOf(address, reading);
    groups.set(key, { all: [...(groups.get(key)?.all ?? []), reading], last: reading, address });
  }
  return [...groups.values()];
}

function socketTargets(evidence: Evidence): Target[] {
  const sockets = evidence.sockets.filter(({ url }) => !ENGINE.test(url));
  return groupBy(sockets, channelOf).map((group) => socketTarget(group, evidence.duration));
}

function attemptOf(socket: SocketReading): Attempt {
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

/** Many sockets that the page closed at once, as an effect does that runs on every render. */
function churned(sockets: readonly SocketReading[]): { sockets: number; within: number } | undefined {
  const dropped = sockets.filter(
    (socket) =>
      (socket.closedByPage === true || /closed before the connection is established/.test(socket.error ?? '')) &&
      (socket.openedAt === undefined || (socket.closedAt ?? Infinity) - socket.openedAt < 1500),
  );
  const within = (sockets.at(-1)?.at ?? 0) - (sockets[0]?.at ?? 0);
  const rate = sockets.length / Math.max(1, within / 1000);
  return dropped.length >= 5 && dropped.length >= sockets.length / 2 && rate > 0.8
    ? { sockets: sockets.length, within }
    : undefined;
}

function socketTarget({ all: sockets, last, address }: Group<SocketReading>, duration: number): Target {
  const frames = sockets.flatMap((socket) => socket.frames);
  const conversation = readConversation({ ...last, frames: last.frames.length > 0 ? last.frames : frames });
  const target = emptyTarget(conversation.protocol === 'pusher' ? 'pusher' : 'websocket', last.url, address);
  target.attempts = sockets.map(attemptOf);
  target.conversation = conversation;
  const symptom = socketSymptom(sockets, last, conversation, duration);
  if (symptom) target.symptom = symptom;
  target.works = symptom === undefined;
  return target;
}

function socketSymptom(
  sockets: SocketReading[],
  newest: SocketReading,
  conversation: Conversation,
  duration: number,
): Symptom | undefined {
  const churn = churned(sockets);
  if (churn) return { is: 'churn', ...churn };
  // Development builds mount components twice, so one socket may be abandoned: an open one is what counts.
  const last = sockets.findLast((socket) => !abandoned(socket)) ?? newest;
  const open = sockets.findLast((socket) => socket.openedAt !== undefined && socket.closedAt === undefined);
  if (open) {
    const flaps = sockets.filter(cutByPeer);
    const cut = flaps.at(-1);
    if (conversation.error && conversation.messages === 0) return refusedSymptom(conversation.error);
    // One socket is open, and another one was refused at the same time.
    const beside = sockets.findLast(
      (socket) =>
        socket !== open &&
        socket.at >= open.at &&
        socket.openedAt === undefined &&
        /Unexpected response code/.test(socket.error ?? ''),
    );
    if (beside) return handshakeSymptom(beside.error ?? '', 0);
    // The page reconnects every time, and misses what was sent in between.
    if (flaps.length >= 2 && cut) return closedSymptom(cut);
    if (
      !conversation.greeted &&
      (conversation.protocol === 'pusher' || conversation.protocol === 'engine.io') &&
      duration - (open.openedAt ?? 0) > SILENT_MS
    ) {
      return { is: 'unanswered' };
    }
    return undefined;
  }
  if (last.openedAt === undefined) {
    if (last.error !== undefined) return handshakeSymptom(last.error, (last.closedAt ?? duration) - last.at);
    // A slow refusal is no silence: wait as long as the earlier attempt took to fail.
    const earlier = sockets.findLast((socket) => socket.error !== undefined);
    const pace = earlier ? (earlier.closedAt ?? duration) - earlier.at : 0;
    if (last.closedAt === undefined && duration - last.at >= SILENT_MS + pace)
      return { is: 'silent', ms: duration - last.at };
    return earlier ? handshakeSymptom(earlier.error ?? '', pace) : undefined;
  }
  // The socket was open, so its errors are about frames.
  if (last.error !== undefined) {
    const symptom = handshakeSymptom(last.error, 0);
    if (symptom.is === 'negotiation') return symptom;
  }
  if (conversation.error) return refusedSymptom(conversation.error);
  if (last.closedByPage === true) {
    // Client libraries close the socket after a protocol error; a page may close a working one on purpose.
    return conversation.protocol === 'engine.io' || conversation.greeted || conversation.protocol === 'raw'
      ? undefined
      : { is: 'unanswered' };
  }
  if (last.closeCode === 1000 && last.wasClean === true && conversation.messages > 0) return undefined;
  return closedSymptom(last);
}

function abandoned(socket: SocketReading): boolean {
  return (
    socket.openedAt === undefined &&
    /closed before the connection is established/.test(socket.error ?? '') &&
    socket.closedByPage === true &&
    (socket.closedAt ?? 0) - socket.at < SILENT_MS
  );
}

function cutByPeer(socket: SocketReading): boolean {
  return socket.openedAt !== undefined && socket.closedAt !== undefined && socket.closedByPage !== true;
}

function closedSymptom(socket: SocketReading): Symptom {
  const { age = 0, idle = 0 } = attemptOf(socket);
  return {
    is: 'closed',
    code: socket.closeCode ?? 1006,
    reason: socket.closeReason ?? '',
    age,
    idle,
    clean: socket.wasClean === true,
  };
}

function refusedSymptom(error: NonNullable<Conversation['error']>): Symptom {
  return { is: 'refused', text: error.text, ...defined({ code: error.code }) };
}

/** `net::ERR_CONNECTION_REFUSED` → `CONNECTION_REFUSED`. */
function netError(text: string): string {
  return /ERR_([A-Z0-9_]+)/.exec(text)?.[1] ?? text;
}

/** The symptom in Chromium's text after "WebSocket connection to '…' failed: ". */
function handshakeSymptom(error: string, took: number): Symptom {
  const status = /Unexpected response code: (\d+)/.exec(error)?.[1];
  if (status !== undefined) return { is: 'status', status: Number(status) };
  if (/HTTP Authentication failed/.test(error)) return { is: 'status', status: 401 };
  if (/ERR_BLOCKED_BY_LOCAL_NETWORK|LOCAL_NETWORK_ACCESS/.test(error))
    return { is: 'blocked', by: 'local-network', text: error };
  if (/ERR_BLOCKED_BY_CSP|Content Security Policy/.test(error)) return { is: 'blocked', by: 'csp', text: error };
  if (/ERR_[A-Z]/.test(error)) return { is: 'network', error: netError(error) };
  if (/Connection closed before receiving a handshake response/.test(error))
    return { is: 'network', error: 'CONNECTION_CLOSED' };
  if (/closed before the connection is established/.test(error)) return { is: 'silent', ms: took };
  if (/Sec-WebSocket-Protocol/.test(error)) return { is: 'negotiation', part: 'subprotocol', text: error };
  if (/reserved bits/.test(error) || /Sec-WebSocket-Extensions/.test(error))
    return { is: 'negotiation', part: 'extension', text: error };
  if (/frame|UTF-8|mask|opcode/i.test(error)) return { is: 'negotiation', part: 'frame', text: error };
  if (/Sec-WebSocket-Accept|'Upgrade' header|'Connection' header/.test(error))
    return { is: 'negotiation', part: 'accept', text: error };
  return { is: 'network', error };
}

// ---------------------------------------------------------------- Engine.IO

function engineTargets(evidence: Evidence): Target[] {
  const sockets = groupBy(
    evidence.sockets.filter(({ url }) => ENGINE.test(url)),
    endpointOf,
  );
  const polls = groupBy(
    evidence.requests.filter(({ url, method }) => ENGINE.test(url) && method !== 'OPTIONS'),
    endpointOf,
  );
  const pollsOf = ({ address }: Group<SocketReading>): Group<RequestReading> | undefined =>
    polls.find((other) => endpointOf(other.address) === endpointOf(address));
  const withSockets = sockets.map((group) => ({ group, polls: pollsOf(group) }));
  return [
    ...withSockets.map(({ group, polls: own }) => engineTarget(group, group.all, own?.all ?? [], evidence)),
    ...polls
      .filter((group) => !withSockets.some((other) => other.polls === group))
      .map((group) => engineTarget(group, [], group.all, evidence)),
  ];
}

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
    enginePackets(request.status === 200 ? (request.body ?? '') : '').map((text) => ({
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
  const symptom = engineSymptom(sockets, requests, conversation, evidence.duration);
  if (symptom) target.symptom = symptom;
  target.works = symptom === undefined;
  return target;
}

function engineSymptom(
  sockets: SocketReading[],
  requests: RequestReading[],
  conversation: Conversation,
  duration: number,
): Symptom | undefined {
  const lost = requests.findLast(
    ({ status, body = '' }) => status === 400 && /"code":1\b|Session ID unknown/.test(body),
  );
  const churn = lost ? undefined : churned(sockets);
  if (churn) return { is: 'churn', ...churn };
  const unconfirmed = conversation.asked.some((name) => !conversation.confirmed.includes(name));
  const open = sockets.findLast((socket) => socket.openedAt !== undefined && socket.closedAt === undefined);
  const failedPoll = requests.findLast(
    (request) =>
      request.error !== undefined ||
      (request.status ?? 0) >= 400 ||
      (request.status === 200 && request.finishedAt !== undefined && !isEngineBody(request)),
  );
  const goodPoll = requests.findLast((request) => request.status === 200 && isEngineBody(request));
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
  const failedSocket = sockets.findLast((socket) => socket.error !== undefined);
  if (failedSocket && goodPoll) {
    // Long-polling works, and the upgrade to a WebSocket was refused.
    return handshakeSymptom(failedSocket.error ?? '', (failedSocket.closedAt ?? duration) - failedSocket.at);
  }
  if (failedPoll && failedPoll.at > (goodPoll?.at ?? -1))
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

/** The body is Engine.IO's: packets, or the "ok" of a POST. */
function isEngineBody(request: RequestReading): boolean {
  if (request.method === 'POST') return true;
  return request.body === undefined
    ? !/html/.test(request.mimeType ?? '')
    : /^(\d|b|$)/.test(request.body) && !/^\d+:\d/.test(request.body);
}

// ---------------------------------------------------------------- event streams

function streamTargets(evidence: Evidence): Target[] {
  return groupBy(evidence.requests.filter(isStream), channelOf).map(({ all: requests, last, address }) => {
    const target = emptyTarget('sse', last.url, address);
    target.requests = requests;
    const frames = requests.flatMap((request) => request.events ?? []);
    target.conversation = {
      ...conversationOf('raw', []),
      greeted: frames.length > 0,
      messages: frames.length,
      credential: credentialInUrl(last.url),
    };
    const symptom = streamSymptom(requests, last, evidence.duration);
    if (symptom) target.symptom = symptom;
    target.works = symptom === undefined;
    return target;
  });
}

function streamSymptom(requests: RequestReading[], last: RequestReading, duration: number): Symptom | undefined {
  const pending = requests.find(
    (request) => request.status === undefined && request.error === undefined && duration - request.at > SILENT_MS,
  );
  const wrong = last.status === 200 && (last.mimeType ?? '') !== '' && !STREAM_TYPES.test(last.mimeType ?? '');
  if (wrong) return { is: 'wrong-kind', mimeType: last.mimeType ?? '', html: /html/.test(last.mimeType ?? '') };
  if (last.status === 200 && /ERR_ABORTED/.test(last.error ?? '') && !STREAM_TYPES.test(last.mimeType ?? ''))
    return { is: 'wrong-kind', mimeType: last.mimeType ?? '', html: false };
  const cuts = requests.filter(
    (request) =>
      request.status === 200 && /INCOMPLETE_CHUNKED|CONNECTION_(RESET|CLOSED)|HTTP2|QUIC/.test(request.error ?? ''),
  );
  const cut = cuts.at(-1);
  if (cut && (cuts.length >= 2 || cut === last)) {
    const age = (cut.finishedAt ?? duration) - cut.at;
    const lastEvent = cut.events?.at(-1)?.at ?? cut.at;
    return { is: 'closed', code: 1006, reason: '', age, idle: (cut.finishedAt ?? duration) - lastEvent, clean: false };
  }
  const failed = requestSymptom(last, duration);
  if (failed && failed.is !== 'silent') return failed;
  if (last.status === 204) return { is: 'status', status: 204 };
  // An EventSource reconnects by itself; a page that reads a stream with fetch has to do it.
  const { finishedAt } = last;
  if (finishedAt !== undefined && last.type === 'fetch' && last.method === 'GET' && duration - finishedAt > 4000) {
    const idle = finishedAt - (last.events?.at(-1)?.at ?? last.at);
    return { is: 'closed', code: 1000, reason: '', age: finishedAt - last.at, idle, clean: true };
  }
  return pending ? { is: 'silent', ms: duration - pending.at } : undefined;
}

// ---------------------------------------------------------------- requests

const CHANNEL_AUTH =
  /\/(broadcasting\/auth|pusher\/(user-)?auth|channel[s_-]?auth|auth\/(channel|pusher|broadcast)|broadcasting\/user-auth)/i;

/** URLs of requests that a server may hold open on purpose: long polling. */
const HELD_OPEN =
  /poll|wait|updates?\b|events?\b|subscribe|stream|listen|changes|sync\b|comet|watch|notify|[?&](since|after|cursor|timeout|last[\w-]*)=/i;

function requestTargets(evidence: Evidence): Target[] {
  const plain = evidence.requests.filter(
    (request) =>
      (request.type === 'fetch' || request.type === 'xhr') &&
      !isStream(request) &&
      !ENGINE.test(request.url) &&
      !/sockjs-?\w*\.pusher\.com/.test(request.url),
  );
  const groups = groupBy(plain, (address, { method }) => `${method} ${endpointOf(address)}`);
  return groups.map(({ all: requests, last: newest, address: newestAddress }) => {
    const last =
      requests.findLast((request) => request.finishedAt !== undefined || request.status !== undefined) ?? newest;
    const address = parseAddress(last.url) ?? newestAddress;
    const target = emptyTarget(
      CHANNEL_AUTH.test(address.path) && last.method !== 'OPTIONS' ? 'channel-auth' : 'api',
      last.url,
      address,
    );
    target.method = last.method;
    target.requests = requests;
    const symptom = requestSymptom(last, evidence.duration) ?? frontEndInstead(last, evidence, target.kind);
    // A request that is held open may be long polling: that alone is no failure.
    const held =
      symptom?.is === 'silent' &&
      (requests.some((request) => (request.status ?? 500) < 400) || HELD_OPEN.test(last.url));
    if (symptom && !held) target.symptom = symptom;
    target.works = target.symptom === undefined && last.status !== undefined;
    return target;
  });
}

/** Statuses that are about the request itself, not about the path to the server. */
const APPLICATION_STATUS = new Set([400, 402, 406, 409, 410, 411, 412, 415, 416, 417, 418, 422, 423, 424, 425, 428]);

/** The visitor's own network changed, which says nothing about the system. */
const OWN_NETWORK = /ERR_(NETWORK_CHANGED|INTERNET_DISCONNECTED|NETWORK_IO_SUSPENDED)/;

function requestSymptom(request: RequestReading, duration: number): Symptom | undefined {
  const { status, error, corsError, blockedReason } = request;
  if (blockedReason === 'mixed-content') return { is: 'blocked', by: 'mixed-content', text: request.url };
  if (blockedReason === 'csp') return { is: 'blocked', by: 'csp', text: request.url };
  if (corsError !== undefined && /LocalNetwork|InsecureLocal|PrivateNetwork|InsecurePrivate/.test(corsError)) {
    return { is: 'blocked', by: 'local-network', text: corsError };
  }
  if (error !== undefined && /LOCAL_NETWORK|PRIVATE_NETWORK/.test(error))
    return { is: 'blocked', by: 'local-network', text: error };
  if (corsError !== undefined) return { is: 'cors', error: corsError, text: request.url };
  if (error !== undefined && !(error.includes('ERR_ABORTED') && blockedReason === undefined)) {
    return error.includes('BLOCKED_BY_CLIENT') || OWN_NETWORK.test(error)
      ? undefined
      : { is: 'network', error: netError(error) };
  }
  if (status !== undefined) {
    if (status >= 400 && (!APPLICATION_STATUS.has(status) || ENGINE.test(request.url))) return { is: 'status', status };
    return undefined;
  }
  if (error === undefined && duration - request.at > 3000) return { is: 'silent', ms: duration - request.at };
  return undefined;
}

/** The front end's page was returned instead of data. */
function frontEndInstead(request: RequestReading, evidence: Evidence, kind: TargetKind): Symptom | undefined {
  if (request.status !== 200 || !/html/.test(request.mimeType ?? '')) return undefined;
  const body = request.body ?? '';
  if (!/^\s*<(!doctype|html)/i.test(body)) return undefined;
  const title = titleOf(body);
  const address = parseAddress(request.url);
  const isPage = title !== undefined && title !== '' && title === evidence.page.title;
  const api = kind === 'channel-auth' || /\/(api|graphql|v\d+|rest|auth|broadcasting)(\/|$)/.test(address?.path ?? '');
  return isPage || api ? { is: 'wrong-kind', mimeType: request.mimeType ?? '', html: true } : undefined;
}

function scriptTargets(evidence: Evidence): Target[] {
  return evidence.requests
    .filter((request) => request.type === 'script' && !request.url.includes('/sw.'))
    .flatMap((request) => {
      const address = parseAddress(request.url);
      if (!address) return [];
      const target = emptyTarget('script', request.url, address);
      target.requests = [request];
      const html = request.status === 200 && /html/.test(request.mimeType ?? '');
      const symptom = html
        ? ({ is: 'wrong-kind', mimeType: request.mimeType ?? '', html: true } as const)
        : requestSymptom(request, evidence.duration);
      if (symptom) target.symptom = symptom;
      target.works = symptom === undefined;
      return symptom ? [target] : [];
    });
}

// ---------------------------------------------------------------- requests that the browser blocked

/** The kind of a target when only its URL is known. */
function kindByUrl(url: string, address: Address): TargetKind {
  if (ENGINE.test(url)) return 'engine.io';
  if (!address.scheme.startsWith('ws')) return 'api';
  return /\/app\/[^/]+/.test(address.path) && /protocol=/.test(url) ? 'pusher' : 'websocket';
}

/** Endpoints that appear only in the console, because the browser blocked the request before sending it. */
function blockedTargets(evidence: Evidence, known: readonly Target[]): Target[] {
  const found = new Map<string, Target>();
  const add = (url: string, symptom: Symptom): void => {
    const address = parseAddress(url);
    if (!address || found.has(url)) return;
    const same = known.filter(
      (target) =>
        target.address.host === address.host &&
        target.address.port === address.port &&
        target.address.path === address.path &&
        target.address.secure === address.secure,
    );
    if (same.length > 0) {
      for (const target of same) if (target.symptom && !target.works) target.symptom = symptom;
      return;
    }
    const target = emptyTarget(kindByUrl(url, address), url, address);
    target.symptom = symptom;
    found.set(url, target);
  };
  for (const line of evidence.console) {
    const { text } = line;
    if (/\[Report Only\]/i.test(text) || line.level === 'log') continue;
    const mixed =
      /^Mixed Content: .*?insecure (WebSocket endpoint|XMLHttpRequest endpoint|resource|EventSource endpoint) '([^']+)'.*blocked/s.exec(
        text,
      );
    if (mixed) add(mixed[2] ?? '', { is: 'blocked', by: 'mixed-content', text });
    const csp = /(?:Connecting to|Refused to connect to) '([^']+)'.*violates.*Content Security Policy/s.exec(text);
    if (csp) add(csp[1] ?? '', { is: 'blocked', by: 'csp', text });
    const invalid = /Failed to construct '(WebSocket|EventSource)': (.*)/s.exec(text);
    if (invalid && !/insecure WebSocket/.test(text)) {
      const page = parseAddress(evidence.page.url) ?? parseAddress(evidence.visit);
      if (page) {
        const target = emptyTarget(
          invalid[1] === 'EventSource' ? 'sse' : 'websocket',
          originOf(page),
          changed(page, { path: '/', query: '' }),
        );
        target.symptom = { is: 'invalid-url', text };
        found.set(text, target);
      }
    }
  }
  return [...found.values()];
}

/** The last body that the target returned, as far as the browser could read it. */
export function bodyOf(target: Target): string {
  return target.requests.findLast((request) => (request.body ?? '') !== '')?.body ?? '';
}

/** The body as JSON, if it is. */
export function jsonBodyOf(target: Target): unknown {
  return parseJson(bodyOf(target));
}
