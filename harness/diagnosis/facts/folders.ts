/** Whether all that a page asks below one folder is unknown to whoever answers it. */
import { sameAnswer } from '../answers.ts';
import type { RuleContext } from '../context.ts';
import type { Target } from '../targets/target.ts';
import { isRealtime } from '../targets/target.ts';
import { answerTo, atPath, realStatus } from './answers.ts';
import { firstServer } from './servers.ts';

const folderOf = ({ address: { path } }: Target): string | undefined => {
  const [, folder, ...rest] = path.split('/');
  return rest.length > 0 ? folder : undefined;
};

/**
 * The folder, where a proxy leads to a server that answers everything which the page asks below it, data and real time,
 * as it answers a path of the root that nobody has. Undefined where anything below it works, or is answered otherwise.
 */
export function unknownFolder(context: RuleContext, target: Target): string | undefined {
  const folder = folderOf(target);
  const answer = answerTo(context, target);
  if (folder === undefined || !answer || realStatus(context, target) !== 404) return undefined;
  const { host, port } = target.address;
  const asked = context.targets.filter(
    (other) =>
      (other.kind === 'api' || isRealtime(other)) &&
      other.address.host === host &&
      other.address.port === port &&
      folderOf(other) === folder,
  );
  if (!asked.some(isRealtime) || !asked.some(({ kind }) => kind === 'api')) return undefined;
  const alike = (other: Target): boolean => {
    const there = answerTo(context, other);
    return !other.works && there !== undefined && sameAnswer(there, answer);
  };
  const outside = context.getUnknownPath(atPath(target.address, '/'));
  if (!outside || !sameAnswer(outside, answer) || !asked.every(alike)) return undefined;
  return firstServer(context, target).proxied === true ? folder : undefined;
}
