/** Which topologies a project has. Reads folders only. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../common/errors.ts';
import { PROJECT, SCENARIOS } from '../common/paths.ts';

export const topologyFolder = (name: string): string => path.join(SCENARIOS, name);

/**
 * Names of all topologies: the folders of scenarios/ that hold a topology.ts.
 *
 * @throws UserError when SINTOMA_PROJECT names no folder
 */
export function topologyNames(): string[] {
  if (process.env.SINTOMA_PROJECT && !statSync(PROJECT, { throwIfNoEntry: false })?.isDirectory())
    throw new UserError(`SINTOMA_PROJECT names ${PROJECT}, which is no folder`, 'unset it, or name a project', 2);
  if (!existsSync(SCENARIOS)) return [];
  return readdirSync(SCENARIOS)
    .filter((name) => existsSync(path.join(topologyFolder(name), 'topology.ts')))
    .sort();
}
