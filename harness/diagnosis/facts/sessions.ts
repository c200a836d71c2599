/** Sessions that some answers of a server know and others do not. */
import type { RequestReading } from '../../browser/evidence.ts';
import type { Target } from '../targets/target.ts';

/** So servers refuse a session that they do not know; those of the Model Context Protocol: “Session not found”. */
const UNKNOWN =
  /\b(could not find|unknown|invalid|no( valid)?|no such) session\b|\bsession( id)? (is |was )?(not found|unknown|invalid)\b/i;

const refuses = ({ status = 0, body = '' }: RequestReading): boolean =>
  [400, 404].includes(status) && UNKNOWN.test(body);

/** A request that was refused for its session, after one to the same endpoint had been served; undefined where there is none. */
export function forgottenSession({ kind, requests }: Target): RequestReading | undefined {
  if (kind !== 'api') return undefined;
  const served = requests.findIndex(({ status = 500 }) => status < 300);
  return served < 0 ? undefined : requests.slice(served + 1).find(refuses);
}
