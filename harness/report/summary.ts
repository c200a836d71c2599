/** What reviewers see of a run beside the code: its summary.md, and GitHub's job summary. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { writeWhole } from '../common/files.ts';
import { summaryMarkdown } from '../page/summary.ts';
import type { Result } from '../result/schema.ts';

/** Writes matrix, failures and drifted claims into a run's folder, and adds them to the file that GitHub names, if it names one. */
export function writeSummary(folder: string, result: Result): void {
  const summary = `${summaryMarkdown(result)}\n`;
  writeWhole(path.join(folder, 'summary.md'), summary);
  const file = process.env.GITHUB_STEP_SUMMARY;
  if (!file) return;
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
  writeWhole(file, `${before}${summary}`);
}
