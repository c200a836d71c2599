/** What a target answers: to the page, to a plain request, to a handshake. */
import type { RequestReading } from '../../browser/evidence.ts';
import { defined } from '../../common/defined.ts';
import type { RuleContext } from '../context.ts';
import type { ClientsQuestion } from '../questions/system.ts';
import type { AnswerOf, HandshakeAnswer, HandshakeQuestion, HttpAnswer } from '../readings.ts';
import type { Target } from '../targets/target.ts';
import { bodyOf } from '../targets/target.ts';
import type { Address } from '../urls.ts';
import { changed, withScheme } from '../urls.ts';

/** The target is reached by a WebSocket handshake. */
export function isSocket(target: Target): boolean {
  return (
    target.kind === 'websocket' ||
    target.kind === 'pusher' ||
    (target.kind === 'engine.io' && target.transports.includes('websocket')) ||
    target.attempts.length > 0
  );
}

/** The status that the page saw, if it saw one. */
export function seenStatus(target: Target): number | undefined {
  return target.symptom?.is === 'status' ? target.symptom.status : undefined;
}

/** The network error that the page saw, without `net::ERR_`. */
export function seenError(target: Target): string | undefined {
  return target.symptom?.is === 'network' ? target.symptom.error : undefined;
}

/** The URL of a target as the page first opens it: without the ids of expired sessions. */
export function addressOf(target: Target): Address {
  const query = target.address.query.replace(/([?&])(sid|t)=[^&]*&?/g, '$1').replace(/[?&]$/, '');
  return { ...target.address, query };
}

/** The answer to a handshake as the page makes it. */
export function handshakeAnswer(
  context: RuleContext,
  target: Target,
  options: Pick<HandshakeQuestion, 'patience'> = {},
): HandshakeAnswer | undefined {
  const address = addressOf(target);
  const asSocket =
    target.kind === 'engine.io'
      ? { ...address, query: address.query.replace('transport=polling', 'transport=websocket') }
      : address;
  return context.handshake(asSocket, { ...offered(target), ...options });
}

/** The subprotocols that the page offers, masked ones too: whoever asks knows the real ones. */
export function offered(target: Target): { protocols?: string[] } {
  const protocols = target.attempts.at(-1)?.protocols ?? [];
  return protocols.length > 0 ? { protocols } : {};
}

/**
 * The answer to a handshake at an unknown path. Engine.IO is not asked: it drops such handshakes after a second, and a
 * proxy may then mark the server as failed.
 */
export function handshakeAtUnknownPath(
  context: RuleContext,
  target: Target,
  at = target.address,
): HandshakeAnswer | undefined {
  return target.kind === 'engine.io' ? undefined : context.handshakeAtUnknownPath(at);
}

/** What four clients get that connect at the same time. */
export const clientsAtOnce = (context: RuleContext, target: Target): AnswerOf<ClientsQuestion> | undefined =>
  context.ask({ ask: 'clients', url: withScheme(addressOf(target), 'ws'), origin: context.origin, count: 4 });

/** The answer to a plain request of the same path. */
export function plainAnswer(context: RuleContext, target: Target): HttpAnswer | undefined {
  return context.get(addressOf(target));
}

/** The real answer of a target, even where the browser hides it: of a handshake for sockets, else of a request with the page's origin. */
export function answerTo(context: RuleContext, target: Target): HandshakeAnswer | HttpAnswer | undefined {
  const { symptom } = target;
  if (target.kind === 'document' || target.kind === 'script') return plainAnswer(context, target);
  const poll = refusedPoll(target);
  if (poll?.headers) return asRead(poll, poll.headers);
  if (target.kind === 'engine.io' && target.attempts.length === 0)
    return context.get(addressOf(target), { origin: context.origin });
  if (isSocket(target)) return handshakeAnswer(context, target);
  const last = target.requests.findLast((request) => request.status !== undefined);
  if (
    symptom?.is === 'status' &&
    last?.status === symptom.status &&
    last.headers &&
    (bodyOf(target) !== '' || target.method !== 'GET')
  ) {
    return { ...asRead(last, last.headers), body: bodyOf(target) };
  }
  if (symptom?.is === 'cors' && /Preflight/.test(symptom.error) && target.method !== 'GET') {
    return context.get(addressOf(target), {
      preflight: { method: target.method, headers: [] },
      origin: context.origin,
    });
  }
  return target.method === 'GET' || symptom?.is === 'cors' || symptom?.is === 'network'
    ? context.get(addressOf(target), { origin: context.origin })
    : undefined;
}

/** The answer to a request as the page itself read it. */
const asRead = ({ status, at, finishedAt = at, body = '' }: RequestReading, headers: Headers): HttpAnswer => ({
  headers,
  body,
  ms: finishedAt - at,
  ...defined({ status }),
});

type Headers = HttpAnswer['headers'];

/** The refused request of a polling session whose answer has been read, where that and no handshake is the symptom. */
function refusedPoll({ kind, symptom, attempts, requests }: Target): RequestReading | undefined {
  if (kind !== 'engine.io' || symptom?.is !== 'status') return undefined;
  if (attempts.some(({ error = '' }) => /Unexpected response code/.test(error))) return undefined;
  return requests.findLast(
    ({ status, url, finishedAt }) => status === symptom.status && finishedAt !== undefined && /[?&]sid=/.test(url),
  );
}

/** The status behind the symptom: the one that the page saw, or the real one where the browser hides it. */
export function realStatus(context: RuleContext, target: Target): number | undefined {
  return (
    seenStatus(target) ??
    (target.symptom?.is === 'cors' || target.symptom?.is === 'wrong-kind'
      ? answerTo(context, target)?.status
      : undefined)
  );
}

/** The same address on another path. */
export function atPath(address: Address, path: string): Address {
  return changed(address, { path, query: '' });
}
