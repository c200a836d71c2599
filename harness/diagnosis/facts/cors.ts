import type { RuleContext } from '../context.ts';
import type { HttpAnswer } from '../readings.ts';

/** The answer to a preflight permits the request. */
export function permits(context: RuleContext, { status = 0, headers }: HttpAnswer): boolean {
  return status >= 200 && status < 300 && ['*', context.origin].includes(headers['access-control-allow-origin'] ?? '');
}
