/** What reviewers see of a run beside the code: GitHub's job summary. */
import { existsSync, readFileSync } from 'node:fs';
import { writeWhole } from '../common/files.ts';
import { summaryMarkdown } from '../page/summary.ts';
import type { Result } from '../result/schema.ts';

/** Adds the matrix and the drifted claims to the file that GitHub names, if it names one. */
export function writeSummary(result: Result): void {
  const file = process.env.GITHUB_STEP_SUMMARY;
  if (!file) return;
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
  writeWhole(file, `${before}${summaryMarkdown(result)}\n`);
}
