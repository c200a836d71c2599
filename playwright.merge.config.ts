import path from 'node:path';
import { defineConfig } from '@playwright/test';
import { REPORTS } from './harness/engine/paths.ts';

/** How the blobs of a sharded run become the reports of one run. */
export default defineConfig({
  testDir: 'tests',
  reporter: [
    ['list'],
    ['html', { outputFolder: path.join(REPORTS, 'html'), open: 'never' }],
    ['junit', { outputFile: path.join(REPORTS, 'junit.xml') }],
    ['json', { outputFile: path.join(REPORTS, 'results.json') }],
    ['allure-playwright', { resultsDir: path.join(REPORTS, 'allure-results'), detail: true }],
  ],
});
