/** For people: reports/latest leads to the results of the run that ended last. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import type { Reporter } from '@playwright/test/reporter';
import { REPORTS } from '../common/paths.ts';

/** Makes a link lead to a folder; whoever follows it meanwhile gets to the old one or to the new one. */
function lead(link: string, folder: string): void {
  const draft = `${link}.${randomBytes(4).toString('hex')}`;
  // Windows wants whole paths, and lets everybody make junctions.
  if (process.platform === 'win32') symlinkSync(folder, draft, 'junction');
  else symlinkSync(path.relative(path.dirname(link), folder), draft);
  if (process.platform === 'win32') rmSync(link, { recursive: true, force: true });
  renameSync(draft, link);
}

export default class LatestReporter implements Reporter {
  /** False when Playwright only lists the tests. */
  private ran = false;

  constructor(private readonly options: { folder: string }) {}

  onTestBegin(): void {
    this.ran = true;
  }

  onEnd(): void {
    if (!this.ran) return;
    mkdirSync(this.options.folder, { recursive: true });
    lead(path.join(REPORTS, 'latest'), this.options.folder);
  }

  printsToStdio(): boolean {
    return false;
  }
}
