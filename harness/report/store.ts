/** Where the result of all runs is kept: reports/result.json, and the page that is made from it. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { readOrForget, writeWhole } from '../common/files.ts';
import { withLock } from '../common/lock.ts';
import { REPORTS } from '../common/paths.ts';
import { mergeResults, type Defined } from '../result/merge.ts';
import { resultSchema, type Result } from '../result/schema.ts';

const FILE = path.join(REPORTS, 'result.json');

/** What runs left; undefined when nothing was played yet, or by a version with another form. */
export const readResult = (): Result | undefined =>
  readOrForget(FILE, resultSchema, 'it counts as empty, until a run makes it anew');

/**
 * Adds what a run found. Two runs that end together are both in it.
 *
 * @param then done with the whole result before another run may add to it
 */
export async function addResult(newer: Result, defined: Defined, then: (whole: Result) => void): Promise<void> {
  const lock = `result-${createHash('sha256').update(FILE).digest('hex').slice(0, 8)}`;
  await withLock(lock, async () => {
    const whole = mergeResults(readResult(), newer, defined);
    writeWhole(FILE, JSON.stringify(whole, null, 1));
    then(whole);
  });
}
