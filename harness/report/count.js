// Prints "N passed, N failed" of a run: of the one that SINTOMA_RUN names, else of the one that ended last. A run that did not get to its tests counts
// as one failure. A test that passed only when tried again counts as failed. Exit status 1 when anything failed.
//
//   node harness/report/count.js [status]
//
// `status` is the exit status of the command that ran the tests: if it is not 0 and no test failed, a check beside the tests did (the kill matrix, say),
// and that is one failure as well.
import { readFileSync } from 'node:fs';
import path from 'node:path';

const reports = process.env.SINTOMA_REPORTS ?? path.resolve(import.meta.dirname, '../../reports');
const run = process.env.SINTOMA_RUN ? path.join('runs', process.env.SINTOMA_RUN) : 'latest';
const file = path.join(reports, run, 'results.json');

/** @returns {{ passed: number, failed: number, skipped: number }} */
function counts() {
  try {
    const { stats } = JSON.parse(readFileSync(file, 'utf8'));
    return { passed: stats.expected, failed: stats.unexpected + stats.flaky, skipped: stats.skipped };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

const { passed, failed: tests, skipped } = counts();
const beside = tests === 0 && Number(process.argv[2] ?? 0) !== 0;
if (beside) console.log('no test failed, and a check beside the tests did: see above');
const failed = tests + Number(beside);
if (skipped > 0) console.log(`${skipped} skipped; each says why in the report`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
