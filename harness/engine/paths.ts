import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** The project's own folder. */
export const ROOT = path.resolve(import.meta.dirname, '../..');
/** Where compose/ and scenarios/ are: here, unless SINTOMA_PROJECT names another folder. */
export const PROJECT = path.resolve(process.env.SINTOMA_PROJECT ?? ROOT);
export const COMPOSE = path.join(PROJECT, 'compose');
export const SCENARIOS = path.join(PROJECT, 'scenarios');
/** The images that the topologies of every project share. */
export const BASE = path.join(ROOT, 'compose/base');
/** What a run writes: reports/, unless SINTOMA_REPORTS names another folder. */
export const REPORTS = path.resolve(process.env.SINTOMA_REPORTS ?? path.join(ROOT, 'reports'));

/** What a machine keeps between runs and clones: certificates, the browser's trust store, the base system, resolved configurations. */
export const CACHE =
  process.env.SINTOMA_CACHE ?? path.join(process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache'), 'sintoma');

/** Home directory given to the suite's browsers, where the test authority is trusted; absent until setup made it. */
export function trustedHome(): string | undefined {
  const home = path.join(CACHE, 'browser-home');
  return existsSync(path.join(home, '.pki/nssdb/cert9.db')) ? home : undefined;
}
