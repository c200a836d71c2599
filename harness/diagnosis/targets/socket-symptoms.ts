/** How a WebSocket failed. */
import { attemptOf } from './attempts.ts';
import type { SocketReading } from '../../browser/evidence.ts';
import { defined } from '../../common/defined.ts';
import type { Conversation } from '../conversation.ts';
import { readConversation } from '../protocols/read.ts';
import { GIVEN_UP_MS, SILENT_MS, churnOf, netError } from './grouping.ts';
import type { Symptom } from './target.ts';

/** Sockets that the page gave up soon after it had opened them. */
const droppedOf = (sockets: readonly SocketReading[]): SocketReading[] =>
  sockets.filter(
    (socket) =>
      (socket.closedByPage === true || /closed before the connection is established/.test(socket.error ?? '')) &&
      (socket.openedAt === undefined || (socket.closedAt ?? Infinity) - socket.openedAt < GIVEN_UP_MS),
  );

/** Many sockets that the page closed at once, as an effect does that runs on every render. */
export const churned = (sockets: readonly SocketReading[]): { sockets: number; within: number } | undefined =>
  churnOf(sockets, droppedOf(sockets).length);

/** The page has opened several and given them up again: it may go on so. */
export const flickers = (sockets: readonly SocketReading[]): boolean => droppedOf(sockets).length >= 3;

export function socketSymptom(
  sockets: readonly SocketReading[],
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
    const [denied] = ['raw', 'graphql'].includes(conversation.protocol) ? conversation.refused : [];
    if (denied && conversation.confirmed.length === 0)
      return refusedSymptom({ text: `${denied.name}: ${denied.text}` });
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
    if (flaps.length >= 2 && cut) {
      const { error } = readConversation(cut);
      return error ? refusedSymptom(error) : closedSymptom(cut);
    }
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

export function cutByPeer(socket: SocketReading): boolean {
  return socket.openedAt !== undefined && socket.closedAt !== undefined && socket.closedByPage !== true;
}

export function closedSymptom(socket: SocketReading): Symptom {
  const { age = 0, idle = 0 } = attemptOf(socket);
  return {
    is: 'closed',
    code: socket.closeCode ?? 1006,
    reason: socket.closeReason || lastWords(socket),
    age,
    idle,
    clean: socket.wasClean === true,
  };
}

/** The sentence that a server sent before it closed with a code that stands for a refusal; empty where there is none. */
function lastWords({ frames, closeCode = 1006, closedAt = Infinity }: SocketReading): string {
  const last = frames.findLast(({ direction }) => direction === 'received');
  const refused = closeCode === 1008 || closeCode === 1011 || closeCode >= 4000;
  return refused && last !== undefined && closedAt - last.at < 1000 && SENTENCE.test(last.text) ? last.text : '';
}

/** Plain words, and no data. */
const SENTENCE = /^[A-Za-z][\w '’.,:-]{2,98}[\w.!]$/;

export function refusedSymptom(error: NonNullable<Conversation['error']>): Symptom {
  return { is: 'refused', text: error.text, ...defined({ code: error.code }) };
}

/** The symptom in Chromium's text after "WebSocket connection to '…' failed: ". */
export function handshakeSymptom(error: string, took: number): Symptom {
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
