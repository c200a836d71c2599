/** Which topologies a project has. Reads folders only. */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { SCENARIOS } from '../common/paths.ts';

export const topologyFolder = (name: string): string => path.join(SCENARIOS, name);

/** Names of all topologies: the folders of scenarios/ that hold a topology.ts. */
export function topologyNames(): string[] {
  if (!existsSync(SCENARIOS)) return [];
  return readdirSync(SCENARIOS)
    .filter((name) => existsSync(path.join(topologyFolder(name), 'topology.ts')))
    .sort();
}
