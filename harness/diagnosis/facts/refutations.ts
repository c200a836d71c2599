/** What existing readings rule out, where several causes share it. Nothing is asked here. */
import { kindOf } from '../answers.ts';
import type { RuleContext } from '../context.ts';
import type { HandshakeAnswer } from '../readings.ts';
import type { Target } from '../targets/target.ts';
import { wasCut } from '../targets/attempts.ts';
import { withScheme } from '../urls.ts';
import { addressOf, offered, seenError } from './answers.ts';
import { likelyOrigins } from './origins.ts';

/** Something answers at the port of the main failure. */
export function portIsOpen(context: RuleContext): string | undefined {
  const target = context.mainFailure;
  if (!target) return undefined;
  const { is } = target.symptom ?? {};
  if (is && ['status', 'wrong-kind', 'refused', 'dismissed', 'closed'].includes(is))
    return `something answers at ${context.name(target)}: the port is open`;
  const tcp = context.peek({ ask: 'tcp', host: target.address.host, port: target.address.port });
  return tcp?.state === 'open' && is !== 'silent' ? `${context.name(target)} accepts connections` : undefined;
}

/** The main failure comes at once, so nothing waits for an answer. */
export function answersAtOnce(context: RuleContext): string | undefined {
  const target = context.mainFailure;
  const error = target ? seenError(target) : undefined;
  return error !== undefined && target && /REFUSED|RESET|NAME_NOT|CERT|SSL/.test(error)
    ? `${context.name(target)} answers at once, with ${error}`
    : undefined;
}

/** No certificate is wrong for the browser. */
export function noCertificateError({ failed }: RuleContext): string | undefined {
  return failed.some((target) => /CERT/.test(seenError(target) ?? ''))
    ? undefined
    : 'the browser reports no certificate error';
}

/** The browser hides no answer. */
export function noCorsBlock({ failed }: RuleContext): string | undefined {
  return failed.some((target) => target.symptom?.is === 'cors') ? undefined : 'the browser reports no CORS block';
}

/** A handshake is answered alike with the Origin of the page, with every other one that may be listed, and with none. */
export function sameWithAnyOrigin(context: RuleContext): string | undefined {
  const target = context.mainFailure;
  if (!target) return undefined;
  const asked = (origin: string | null): HandshakeAnswer | undefined =>
    context.peek({ ask: 'handshake', url: socketUrl(target), origin, ...offered(target) });
  const own = asked(context.origin);
  const others = [null, ...likelyOrigins(context, target)].map(asked);
  return own && others.every((answer) => answer && answer.state === own.state && answer.status === own.status)
    ? `a handshake gets the same answer with ${others.length - 1} other origins, and without one`
    : undefined;
}

/** A WebSocket of the page was opened. */
export function upgradesWork(context: RuleContext): string | undefined {
  const open = context.realtime.find((target) => target.attempts.some((attempt) => attempt.opened && !wasCut(attempt)));
  return open ? `a WebSocket to ${context.name(open)} was opened: upgrades work` : undefined;
}

/** The real-time server itself answers, so the request reached it. */
export function realtimeServerAnswers(context: RuleContext): string | undefined {
  const target = context.mainFailure;
  const answer =
    target && context.peek({ ask: 'handshake', url: socketUrl(target), origin: context.origin, ...offered(target) });
  return answer?.status !== undefined && ['upgrade-required', 'engine-error'].includes(kindOf(answer))
    ? 'the answer comes from the real-time server itself'
    : undefined;
}

const socketUrl = (target: Target): string => withScheme(addressOf(target), 'ws');
