import { sameAnswer } from '../answers.ts';
import type { RuleContext } from '../context.ts';
import type { HandshakeAnswer, HttpAnswer } from '../readings.ts';
import type { Target } from '../targets/target.ts';
import type { Address } from '../urls.ts';
import { isBeside, isSameServer } from '../urls.ts';
import { addressOf, handshakeAnswer, handshakeAtUnknownPath, plainAnswer } from './answers.ts';

/** Switched protocols and was cut at once, before a word was said: nobody got a connection of that. */
export const isCut = ({ state, closed, frames }: HandshakeAnswer): boolean =>
  state === 'open' && closed?.code === 1006 && frames.length === 0;

/** The handshake was accepted, and the connection was not cut at once. */
export const accepts = (answer: HandshakeAnswer | undefined): boolean => answer?.state === 'open' && !isCut(answer);

/** The handshake was accepted, and the connection stays open. */
export const stays = (answer: HandshakeAnswer | undefined): boolean =>
  answer?.state === 'open' && answer.closed === undefined;

/** A handshake is answered as a plain request is. */
const alike = (handshake: HandshakeAnswer, get: HttpAnswer): boolean =>
  handshake.status === undefined || get.status === undefined
    ? handshake.state === get.failure
    : sameAnswer(handshake, get);

/**
 * The answer to a plain request of the path, asked as the handshake was: where only the words differ from the
 * handshake's, with an Origin too, which some servers repeat in them.
 */
export function plainAnswerLike(
  context: RuleContext,
  target: Target,
  handshake: HandshakeAnswer,
): HttpAnswer | undefined {
  const get = plainAnswer(context, target);
  if (!get || get.status !== handshake.status || alike(handshake, get)) return get;
  const named = context.get(addressOf(target), { origin: context.origin });
  return named && alike(handshake, named) ? named : get;
}

/** A handshake at an unknown path is answered differently from a plain request there. Engine.IO is not asked. */
export function tellsHandshakes(context: RuleContext, target: Target, at: Address): boolean | undefined {
  const handshake = handshakeAtUnknownPath(context, target, at);
  const get = context.getUnknownPath(at);
  return handshake && get && !alike(handshake, get);
}

/** A handshake is answered differently from a plain request, so its headers reach the backend. */
export function upgradeArrives(context: RuleContext, target: Target): boolean | undefined {
  const handshake = handshakeAnswer(context, target);
  if (!handshake) return undefined;
  const get = plainAnswerLike(context, target, handshake);
  if (!get) return undefined;
  if (handshake.state === 'open' || !alike(handshake, get)) return true;
  return tellsHandshakes(context, target, target.address);
}

/** Another WebSocket of the same folder, or one at the root, was opened through the same server. */
export const upgradesWorkBeside = (context: RuleContext, target: Target): boolean =>
  context.live.some(
    (other) =>
      other !== target &&
      other.attempts.some((attempt) => attempt.opened) &&
      (isBeside(other.address, target.address) ||
        (isSameServer(other.address, target.address) && other.address.path.split('/').length <= 2)),
  );
