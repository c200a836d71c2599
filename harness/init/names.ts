/** Names of topologies: pure functions. */
import path from 'node:path';
import { UserError } from '../common/errors.ts';

const VALID = /^[a-z0-9][a-z0-9_-]*$/;

/** Folders whose name says nothing of the system in them. */
const VAGUE = /^(docker|compose|deploy|deployment|infra|ops|app|src|\.)$/;

/** A text as a name: lower case, of letters, digits, "-" and "_". */
const asName = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, '-')
    .replace(/^[-_]+|[-_]+$/g, '');

/**
 * The name of a topology.
 *
 * @param asked by `--name`
 * @param project the name that the Compose file gives itself
 * @param folders full paths whose names may serve, the best first
 * @throws UserError when the name that is asked for is none
 */
export function nameOf(asked: string | undefined, project: string | undefined, folders: readonly string[]): string {
  if (asked !== undefined) {
    if (VALID.test(asked)) return asked;
    throw new UserError(
      `--name: "${asked}" is no name of a topology`,
      `use lower-case letters, digits, "-" and "_"${asName(asked) === '' ? '' : `, such as ${asName(asked)}`}`,
      2,
    );
  }
  const bases = folders.map((folder) => path.basename(folder));
  const candidates = [project ?? '', ...bases.filter((one) => !VAGUE.test(one)), ...bases].map(asName);
  return candidates.find((one) => VALID.test(one)) ?? 'system';
}
