/** What the page tried to reach, and how each attempt ended. */
import type { RequestReading } from '../../browser/evidence.ts';
import type { Conversation } from '../conversation.ts';
import { parseJson } from '../json.ts';
import type { Address } from '../urls.ts';

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
  /** How it ended; absent when it works, and while the visit does not show. */
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
  /** The client tried another address first, and this one after that had failed. */
  fallbackOf?: Target;
  /** For SockJS: the transport that took over from the WebSocket. */
  takenOverBy?: string;
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

export const emptyTarget = (kind: TargetKind, url: string, address: Address): Target => ({
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

/** The last body that the target returned, as far as the browser could read it. */
export function bodyOf(target: Target): string {
  return target.requests.findLast((request) => (request.body ?? '') !== '')?.body ?? '';
}

/** The body as JSON, if it is. */
export function jsonBodyOf(target: Target): unknown {
  return parseJson(bodyOf(target));
}

/** By its address the request is answered with a stream, which begins at once; a question of long polling is held open. */
export const isNamedStream = ({ address }: Target): boolean => /stream|\bevents?\b|\bsse\b/i.test(address.path);
