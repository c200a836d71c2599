/** Finds topologies, scenarios, claims and checks in the folders. */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { UserError } from '../engine/errors.ts';
import { PROJECT, SCENARIOS } from '../engine/paths.ts';
import { faultNames, resolveProject, topologyNames } from '../topology/compose.ts';
import { readScenario } from './define.ts';
import type { Check, Claim, Scenario, Topology } from './scenario.ts';

/** Everything that the folder scenarios/<topology>/ says. */
export interface LoadedTopology {
  definition: Topology;
  scenarios: Scenario[];
  claims: Claim[];
  checks: Check[];
}

async function defaultExport(file: string): Promise<unknown> {
  try {
    return ((await import(pathToFileURL(file).href)) as { default: unknown }).default;
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${path.relative(PROJECT, file)}: ${(error as Error).message.split('\n')[0]}`);
  }
}

/**
 * Loads one topology.
 *
 * @throws UserError naming the file and key of what is malformed.
 */
export async function loadTopology(name: string): Promise<LoadedTopology> {
  const folder = path.join(SCENARIOS, name);
  const definition = (await defaultExport(path.join(folder, 'topology.ts'))) as Topology;
  if (definition?.name !== name) {
    throw new UserError(`scenarios/${name}/topology.ts: name: must be "${name}", as the folder is called`);
  }
  const healthy = await resolveProject(name, []);
  const services = new Set(Object.keys(healthy.services));
  for (const fault of faultNames(name)) {
    const faulty = await resolveProject(name, [`faults/${fault}.yaml`]);
    if (isDeepStrictEqual(faulty, healthy)) {
      throw new UserError(
        `compose/${name}/faults/${fault}.yaml: changes nothing: with it, Compose starts what it starts without it`,
        'a fault differs from compose.yaml in one place',
      );
    }
    for (const service of Object.keys(faulty.services)) services.add(service);
  }
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.scenario.ts'))
    .sort();
  const scenarios: Scenario[] = [];
  for (const base of files) {
    const file = path.join(folder, base);
    const written = await defaultExport(file);
    for (const one of Array.isArray(written) ? written : [written]) {
      const read = readScenario(one, file, definition, services);
      const twin = scenarios.find(({ id }) => id === read.id);
      if (twin) throw new UserError(`${read.file}: ${read.id}: id: already defined in ${twin.file}`);
      scenarios.push(read);
    }
  }
  for (const { file, id, sameSymptomAs } of scenarios) {
    const unknown = sameSymptomAs.find((other) => other === id || !scenarios.some((one) => one.id === other));
    if (unknown) throw new UserError(`${file}: ${id}: sameSymptomAs: no other scenario "${unknown}"`);
  }
  const optional = async (base: string): Promise<unknown> =>
    existsSync(path.join(folder, base)) ? defaultExport(path.join(folder, base)) : [];
  const claims = (await optional('claims.ts')) as Claim[];
  const checks = (await optional('checks.ts')) as Check[];
  const deciders = new Set([...scenarios.map(({ id }) => id), ...checks.map(({ id }) => id)]);
  for (const claim of claims) {
    const unknown = claim.decidedBy.find((id) => !deciders.has(id));
    if (unknown)
      throw new UserError(`scenarios/${name}/claims.ts: ${claim.id}: decidedBy: no scenario or check "${unknown}"`);
    const length = definition.documents[claim.document];
    if (length === undefined || claim.lines[1] > length || claim.lines[0] > claim.lines[1]) {
      throw new UserError(`scenarios/${name}/claims.ts: ${claim.id}: lines: not in the document`);
    }
  }
  return { definition, scenarios, claims, checks };
}

/** Loads all topologies. */
export const loadAll = (): Promise<LoadedTopology[]> => Promise.all(topologyNames().map(loadTopology));

/** By topology: the faults that scenarios stack on one another; set-up builds their images too. */
export async function combinationsOf(topologies: readonly string[]): Promise<Record<string, string[][]>> {
  const entries = await Promise.all(
    topologies.map(async (name): Promise<[string, string[][]]> => {
      const { scenarios } = await loadTopology(name);
      const stacked = scenarios.flatMap(({ faults, after = [], repairs }) => [
        [...faults],
        ...[...after, ...repairs.flatMap(({ steps }) => steps)].flatMap((step) =>
          'edit' in step ? [[...step.edit]] : [],
        ),
      ]);
      return [name, stacked.filter((faults) => faults.length > 1)];
    }),
  );
  return Object.fromEntries(entries);
}
