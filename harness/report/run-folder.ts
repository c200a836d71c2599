/** Where a run writes its results: a folder of its own, so that two runs of one clone both keep theirs. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { writeWhole } from '../common/files.ts';
import { REPORTS } from '../common/paths.ts';
import { currentRun, ownerIsGone } from '../topology/ownership.ts';

const RUNS = path.join(REPORTS, 'runs');

/** How many runs are kept. */
const KEPT_RUNS = 10;

/** Where the blobs of a sharded run are merged. */
export const MERGED = path.join(RUNS, 'merged');

/** The folder of this run. One that writes a blob is a job of its own, in whose reports/ the next job looks. */
export const runFolder = (): string => (process.env.SINTOMA_BLOB ? REPORTS : path.join(RUNS, currentRun().run));

/** The file that says whose a folder is. */
const ownerFile = (folder: string): string => path.join(folder, '.owner');

const isEnded = (folder: string): boolean => {
  const file = ownerFile(folder);
  return !existsSync(file) || ownerIsGone(readFileSync(file, 'utf8'));
};

/** Removes the folders of all runs that have ended but the last ones. */
function forgetOldRuns(): void {
  const folders = readdirSync(RUNS)
    .map((name) => path.join(RUNS, name))
    .map((folder) => ({ folder, at: statSync(folder).mtimeMs }))
    .sort((one, other) => other.at - one.at)
    .map(({ folder }) => folder);
  for (const folder of folders.slice(KEPT_RUNS)) {
    if (isEnded(folder)) rmSync(folder, { recursive: true, force: true });
  }
}

/** Makes the folder of this run. */
export function beginRunFolder(): void {
  const folder = runFolder();
  // Allure's reporter only ever adds to what there is.
  rmSync(path.join(folder, 'allure-results'), { recursive: true, force: true });
  if (folder === REPORTS) return;
  mkdirSync(folder, { recursive: true });
  writeWhole(ownerFile(folder), currentRun().owner);
  forgetOldRuns();
}
