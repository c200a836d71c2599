/** Loads what scenarios/ says, without Docker or Compose. */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { isUserError, UserError } from '../common/errors.ts';
import { loadModule } from '../common/modules.ts';
import { PROJECT } from '../common/paths.ts';
import { topologyFolder, topologyNames } from './project.ts';
import { faultsOf, readChecks, readClaims, readScenario, readTopology, type Definition } from './read.ts';
import type { Check, Claim, Scenario } from './schema.ts';

/** Everything that the folder scenarios/<topology>/ says. */
export interface LoadedTopology {
  definition: Definition;
  scenarios: Scenario[];
  claims: Claim[];
  checks: Check[];
}

/** What a module says when it cannot be loaded; of a syntax error with its line and column, as editors count them. */
function loadFailure(file: string, error: Error): UserError {
  const [first = '', ...rest] = error.message.split('\n');
  // The loaders of the command line and of Playwright each have a way of their own to say where.
  const [, line, column] =
    rest.map((text) => text.trim()).flatMap((text) => (text.startsWith(file) ? [/:(\d+):(\d+)$/.exec(text)] : []))[0] ??
    / \((\d+):(\d+)\)$/.exec(first) ??
    [];
  const at = line === undefined ? '' : `:${line}:${Number(column) + 1}`;
  const text = first
    .replace(`${file}: `, '')
    .replace(/^ParseError: /, '')
    .replace(/ \(\d+:\d+\)$/, '')
    .trim();
  return new UserError(`${path.relative(PROJECT, file)}${at}: ${text}`);
}

async function defaultExport(file: string): Promise<unknown> {
  try {
    const module = await loadModule(file);
    // Playwright's loader on Node 20 sends source maps beside the module; what it has sent has arrived after one turn.
    await setImmediate();
    return typeof module === 'object' && module !== null && 'default' in module ? module.default : undefined;
  } catch (error) {
    if (isUserError(error)) throw error;
    throw loadFailure(file, error as Error);
  }
}

/** The default export of a file that a topology may have; none when it has no such file. */
async function optional<T>(file: string, read: (written: unknown) => T[]): Promise<T[]> {
  return existsSync(file) ? read(await defaultExport(file)) : [];
}

/**
 * Loads what a topology.ts says, without its scenarios.
 *
 * @throws UserError naming the file and key of what is malformed.
 */
export async function loadDefinition(name: string): Promise<Definition> {
  const file = path.join(topologyFolder(name), 'topology.ts');
  return readTopology(await defaultExport(file), file, name);
}

/**
 * Loads one topology with its scenarios, claims and checks.
 *
 * @throws UserError naming the file and key of what is malformed.
 */
export async function loadTopology(name: string): Promise<LoadedTopology> {
  const folder = topologyFolder(name);
  const definition = await loadDefinition(name);
  const scenarios: Scenario[] = [];
  for (const base of readdirSync(folder).sort()) {
    if (!base.endsWith('.scenario.ts')) continue;
    const written = await defaultExport(path.join(folder, base));
    for (const one of Array.isArray(written) ? written : [written]) {
      const read = readScenario(one, path.join(folder, base), definition);
      const twin = scenarios.find(({ id }) => id === read.id);
      if (twin) throw new UserError(`${read.file}: ${read.id}: id: already defined in ${twin.file}`);
      scenarios.push(read);
    }
  }
  for (const { file: where, id, sameSymptomAs } of scenarios) {
    const unknown = sameSymptomAs.find((other) => other === id || !scenarios.some((one) => one.id === other));
    if (unknown) throw new UserError(`${where}: ${id}: sameSymptomAs: no other scenario "${unknown}"`);
  }
  for (const { wrong, cells } of definition.variants?.rows ?? [])
    for (const [variant, cell] of Object.entries(cells))
      if ('scenario' in cell && !scenarios.some(({ id }) => id === `${name}/${cell.scenario}`))
        throw new UserError(
          `${path.relative(PROJECT, path.join(folder, 'topology.ts'))}: variants: ${wrong}: ${variant}: no scenario "${name}/${cell.scenario}"`,
        );
  const [checksFile, claimsFile] = [path.join(folder, 'checks.ts'), path.join(folder, 'claims.ts')];
  const checks = await optional(checksFile, (written) => readChecks(written, checksFile, definition));
  const deciders = new Set([...scenarios.map(({ id }) => id), ...checks.map(({ id }) => id)]);
  const claims = await optional(claimsFile, (written) => readClaims(written, claimsFile, definition, deciders));
  return { definition, scenarios, claims, checks };
}

/** Loads all topologies. */
export const loadAll = (): Promise<LoadedTopology[]> => Promise.all(topologyNames().map(loadTopology));

/** Lists of faults that scenarios and checks stack on one another; set-up builds their images too. */
export const stackedFaults = ({ scenarios, checks }: LoadedTopology): (readonly string[])[] =>
  [...scenarios.flatMap(faultsOf), ...checks.map((check) => check.faults ?? [])].filter((faults) => faults.length > 1);
