import path from 'node:path';
import { defineConfig } from '@playwright/test';
import { REPORTS } from './harness/engine/paths.ts';

/** How the blobs of a sharded run become the reports of one run. Allure's results need no merging: they are one folder. */
export default defineConfig({
  testDir: 'tests',
  reporter: [
    ['list'],
    ['html', { outputFolder: path.join(REPORTS, 'html'), open: 'never' }],
    ['junit', { outputFile: path.join(REPORTS, 'junit.xml') }],
    ['json', { outputFile: path.join(REPORTS, 'results.json') }],
  ],
});
