/** Whether a target is refused for the host name with which it is asked. */
import { plainText } from '../answers.ts';
import type { RuleContext } from '../context.ts';
import type { Target } from '../targets/target.ts';
import { bodyOf } from '../targets/target.ts';
import { answerTo } from './answers.ts';
import type { HostRefusal } from './host-words.ts';
import { hostRefusal } from './host-words.ts';

/** The refusal, whose name that is, and the words. */
export interface RefusedHost extends HostRefusal {
  /** The name is the one that the browser asked for, another one, or not said. */
  says: 'the visited' | 'another' | 'no name';
  text: string;
}

/** The refusal of a host name with which a target is answered, in an HTTP answer or in a frame. */
export function refusedHost(context: RuleContext, target: Target): RefusedHost | undefined {
  const { symptom } = target;
  const status = symptom?.is === 'status' ? symptom.status : undefined;
  const answered = (status !== undefined && status >= 400 && status < 500) || symptom?.is === 'cors';
  const text =
    symptom?.is === 'refused'
      ? symptom.text
      : answered
        ? (answerTo(context, target)?.body ?? bodyOf(target))
        : undefined;
  const refusal = text === undefined ? undefined : hostRefusal(text);
  if (!refusal || text === undefined) return undefined;
  const { name } = refusal;
  const says = name === undefined ? 'no name' : name === target.address.host.toLowerCase() ? 'the visited' : 'another';
  return { ...refusal, says, text: plainText(text).slice(0, 140) };
}
