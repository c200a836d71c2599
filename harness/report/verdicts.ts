/** Which scenarios and checks passed when they were last played: reports/verdicts.json. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { z } from 'zod';
import { readOrForget, writeWhole } from '../common/files.ts';
import { withLock } from '../common/lock.ts';
import { REPORTS } from '../common/paths.ts';

/** By id of the scenario or check. */
export type Verdicts = Readonly<Record<string, boolean>>;

const FILE = path.join(REPORTS, 'verdicts.json');

/** What the last runs said of each; undefined when nothing was played yet. */
export const readVerdicts = (): Verdicts | undefined =>
  readOrForget(FILE, z.record(z.string(), z.boolean()), 'nothing counts as played, until a run makes it anew');

/** Adds what a run decided: a partial run confirms what it played, and two runs that end together confirm both. */
export async function addVerdicts(decided: Verdicts): Promise<void> {
  const lock = `verdicts-${createHash('sha256').update(FILE).digest('hex').slice(0, 8)}`;
  await withLock(lock, async () => {
    const all = Object.entries({ ...readVerdicts(), ...decided }).sort();
    writeWhole(FILE, JSON.stringify(Object.fromEntries(all), null, 1));
  });
}
