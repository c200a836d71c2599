/** Statuses that a server tells in what it answers, while HTTP says that all is well. */
import type { RuleContext } from '../context.ts';
import { parseJson, valueAt } from '../json.ts';
import type { Target } from '../targets/target.ts';
import { bodyOf } from '../targets/target.ts';
import { plainAnswer } from './answers.ts';

const NAMES = ['code', 'codigo', 'status', 'statusCode', 'errcode', 'error_code'];

interface Told {
  status: number;
  body: string;
}

/**
 * The status in the JSON with which a stream is answered: `{"code":401,"message":"…"}`, in whatever language; `none` where
 * it tells none, undefined while the answer has not been read.
 */
export function toldStatus(context: RuleContext, target: Target): Told | 'none' | undefined {
  if (target.symptom?.is !== 'wrong-kind' || !/json/.test(target.symptom.mimeType)) return 'none';
  const body = bodyOf(target) || plainAnswer(context, target)?.body;
  if (body === undefined) return undefined;
  const answer = parseJson(body);
  const status = NAMES.map((name) => Number(valueAt(answer, name))).find((one) => one >= 400 && one < 600);
  return status === undefined ? 'none' : { status, body };
}
