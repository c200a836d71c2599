import { existsSync, readdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** The folder of the package itself. */
export const ROOT = path.resolve(import.meta.dirname, '../..');

/** Scenarios of a project: `scenarios/<topology>/`, each with a topology.ts. */
const hasScenarios = (folder: string): boolean => {
  const scenarios = path.join(folder, 'scenarios');
  if (!existsSync(scenarios)) return false;
  return readdirSync(scenarios).some((name) => existsSync(path.join(scenarios, name, 'topology.ts')));
};

/** The nearest folder with scenarios, from the current one upwards; else the current one. */
function nearestProject(): string {
  const from = process.cwd();
  for (let folder = from; ; folder = path.dirname(folder)) {
    if (hasScenarios(folder)) return folder;
    if (folder === path.dirname(folder)) return from;
  }
}

/** The project whose scenarios are played: SINTOMA_PROJECT, else the nearest folder with scenarios. */
export const PROJECT = process.env.SINTOMA_PROJECT ? path.resolve(process.env.SINTOMA_PROJECT) : nearestProject();
export const SCENARIOS = path.join(PROJECT, 'scenarios');
/** The images that topologies share. */
export const BASE = path.join(ROOT, 'compose/base');
/** What a run writes: reports/ of the project, unless SINTOMA_REPORTS names another folder. */
export const REPORTS = path.resolve(process.env.SINTOMA_REPORTS ?? path.join(PROJECT, 'reports'));

/** What a machine keeps between runs and clones: certificates, the browser's trust store, the base system, resolved configurations. */
export const CACHE =
  process.env.SINTOMA_CACHE ?? path.join(process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache'), 'sintoma');
