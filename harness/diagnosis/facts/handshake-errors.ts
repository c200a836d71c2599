/** Servers that fail on every handshake. */
import { isFrameworkPage, sameAnswer } from '../answers.ts';
import type { RuleContext } from '../context.ts';
import type { Target } from '../targets/target.ts';
import { answerTo, handshakeAtUnknownPath, isSocket, plainAnswer, realStatus } from './answers.ts';
import { describeAnswer, label } from './sentences.ts';

/**
 * A server of Django answers each handshake with an error, and a plain request of the path with its own 404: Channels has
 * no route, or what every connection needs, such as its broker, fails. Returns what was seen, as sentences.
 */
export function failsOnHandshakes(context: RuleContext, target: Target): string[] | undefined {
  if (!isSocket(target) || realStatus(context, target) !== 500) return undefined;
  const plain = plainAnswer(context, target);
  if (plain?.status !== 404 || !isFrameworkPage(plain)) return undefined;
  const answer = answerTo(context, target);
  const unknown = handshakeAtUnknownPath(context, target);
  if (!answer || !unknown || !sameAnswer(answer, unknown)) return undefined;
  return [
    `${label(target)} is answered ${describeAnswer(answer)}, like a handshake at a path that nobody has`,
    `a plain request of it is answered ${describeAnswer(plain)}`,
  ];
}
