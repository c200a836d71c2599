import { sameAnswer } from '../answers.ts';
import type { RuleContext } from '../context.ts';
import type { HandshakeAnswer, HttpAnswer } from '../readings.ts';
import type { Target } from '../targets/target.ts';
import { handshakeAnswer, handshakeAtUnknownPath, plainAnswer } from './answers.ts';

/** Switched protocols and was cut at once, before a word was said: nobody got a connection of that. */
export const isCut = ({ state, closed, frames }: HandshakeAnswer): boolean =>
  state === 'open' && closed?.code === 1006 && frames.length === 0;

/** The handshake was accepted, and the connection was not cut at once. */
export const accepts = (answer: HandshakeAnswer | undefined): boolean => answer?.state === 'open' && !isCut(answer);

/** The handshake was accepted, and the connection stays open. */
export const stays = (answer: HandshakeAnswer | undefined): boolean =>
  answer?.state === 'open' && answer.closed === undefined;

/** A handshake is answered differently from a plain request, so its headers reach the backend. */
export function upgradeArrives(context: RuleContext, target: Target): boolean | undefined {
  const handshake = handshakeAnswer(context, target);
  const get = plainAnswer(context, target);
  if (!handshake || !get) return undefined;
  if (handshake.state === 'open') return true;
  const same = (a: HandshakeAnswer, b: HttpAnswer): boolean =>
    a.status === undefined || b.status === undefined ? a.state === b.failure : sameAnswer(a, b);
  if (!same(handshake, get)) return true;
  const unknownPath = handshakeAtUnknownPath(context, target);
  const plainUnknownPath = context.getUnknownPath(target.address);
  if (!unknownPath || !plainUnknownPath) return undefined;
  return !same(unknownPath, plainUnknownPath);
}
