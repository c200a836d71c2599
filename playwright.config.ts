import { defineConfig, type ReporterDescription } from '@playwright/test';
import path from 'node:path';
import { REPORTS } from './harness/engine/paths.ts';
import { currentRun } from './harness/topology/ownership.ts';
import { topologyNames } from './harness/topology/compose.ts';

const ci = Boolean(process.env.CI);

/** A sharded run writes blobs, which `npx playwright merge-reports` turns into all the others. */
const blob = Boolean(process.env.SINTOMA_BLOB);

const reporters: ReporterDescription[] = [
  // Each prints its summary at the end, in this order: what failed comes last, below the matrix.
  ['./harness/report/reporter.ts'],
  ['list'],
  ...(ci ? ([['github']] as ReporterDescription[]) : []),
  ['allure-playwright', { resultsDir: path.join(REPORTS, 'allure-results'), detail: true }],
  ...(blob
    ? ([['blob', { outputDir: path.join(REPORTS, 'blob') }]] as ReporterDescription[])
    : ([
        ['html', { outputFolder: path.join(REPORTS, 'html'), open: 'never' }],
        ['junit', { outputFile: path.join(REPORTS, 'junit.xml') }],
        ['json', { outputFile: path.join(REPORTS, 'results.json') }],
      ] as ReporterDescription[])),
];

export default defineConfig({
  testDir: 'tests',
  // One folder a run: Playwright empties it at the start, and two runs may share a clone.
  outputDir: path.join(REPORTS, 'artifacts', currentRun().run),
  // Each worker has a stack of its own for the topology that it plays, and switches it from scenario to scenario.
  fullyParallel: true,
  // A worker waits as long as it computes: three fill two cores.
  workers: process.env.SINTOMA_WORKERS ? Number(process.env.SINTOMA_WORKERS) : 3,
  retries: 0,
  failOnFlakyTests: ci,
  forbidOnly: ci,
  timeout: 90_000,
  globalSetup: './harness/suite/global-setup.ts',
  globalTeardown: './harness/suite/global-teardown.ts',
  reporter: reporters,
  // A trace shows the page by its snapshots. A film strip as well costs the browser an eighth of its work.
  use: { trace: { mode: 'retain-on-failure', screenshots: false }, screenshot: 'only-on-failure' },
  // Scenarios that take a minute by nature are run with SINTOMA_SLOW=1.
  ...(process.env.SINTOMA_SLOW ? {} : { grepInvert: /@slow/ }),
  projects: [
    { name: 'harness', testDir: 'tests/harness' },
    // Systems of third parties, for the diagnosis.
    { name: 'unseen', testDir: 'tests/unseen' },
    ...topologyNames().map((name) => ({ name, testMatch: `tests/${name}.spec.ts` })),
  ],
});
