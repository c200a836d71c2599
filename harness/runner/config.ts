/** The Playwright configuration of a project with scenarios. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { defineConfig, type PlaywrightTestConfig, type ReporterDescription } from '@playwright/test';
import { PROJECT, REPORTS } from '../common/paths.ts';
import { refuse } from './refuse.ts';
import { topologyNames } from '../scenario/project.ts';
import { MERGED, runFolder } from '../report/run-folder.ts';

/** A module of this folder's neighbours, as Playwright takes it: by path, whichever of source or build runs. */
const module = (name: string): string => {
  const file = path.resolve(import.meta.dirname, name);
  return existsSync(`${file}.ts`) ? `${file}.ts` : `${file}.js`;
};

/** The topologies of the project. A project that is not there ends the process with a sentence. */
function names(): string[] {
  try {
    return topologyNames();
  } catch (error) {
    return refuse(error);
  }
}

/** Reports that a merged run has as well, in its folder. */
const filesIn = (folder: string): ReporterDescription[] => [
  ['html', { outputFolder: path.join(folder, 'html'), open: 'never' }],
  ['junit', { outputFile: path.join(folder, 'junit.xml') }],
  ['json', { outputFile: path.join(folder, 'results.json') }],
  [module('../report/result-reporter'), { run: path.basename(folder) }],
  [module('../report/latest'), { folder }],
];

/**
 * The configuration: one Playwright project a topology, each with the spec `<topology>.spec.ts`; set-up and clean-up
 * around the run; reports under reports/, in a folder of the run (`reports/latest` leads to the last one).
 *
 * @param more what a project adds or changes; its `projects` and reporters come in addition
 */
export function sintoma(more: PlaywrightTestConfig = {}): PlaywrightTestConfig {
  const ci = Boolean(process.env.CI);
  // A sharded run writes blobs, which `playwright merge-reports` turns into all the others.
  const blob = Boolean(process.env.SINTOMA_BLOB);
  const { projects = [], reporter = [], ...rest } = more;
  const own: PlaywrightTestConfig = {
    testDir: PROJECT,
    // Playwright empties it at the start.
    outputDir: path.join(runFolder(), 'artifacts'),
    // Each worker has a stack of its own for the topology that it plays, and switches it from scenario to scenario.
    fullyParallel: true,
    // A worker waits as long as it computes: three fill two cores.
    workers: process.env.SINTOMA_WORKERS ? Number(process.env.SINTOMA_WORKERS) : 3,
    retries: 0,
    failOnFlakyTests: ci,
    forbidOnly: ci,
    timeout: 90_000,
    globalSetup: module('global-setup'),
    globalTeardown: module('global-teardown'),
    reporter: [
      // Each prints its summary at the end, in this order: what failed comes last, below the matrix.
      [module('../report/reporter')],
      ['list'],
      ...(ci ? ([['github']] satisfies ReporterDescription[]) : []),
      ...(blob
        ? ([['blob', { outputDir: path.join(REPORTS, 'blob') }]] satisfies ReporterDescription[])
        : filesIn(runFolder())),
      ...(reporter as ReporterDescription[]),
    ],
    // A trace shows the page by its snapshots. A film strip as well costs the browser an eighth of its work.
    use: { trace: { mode: 'retain-on-failure', screenshots: false }, screenshot: 'only-on-failure' },
    // Scenarios that take a minute by nature are run with SINTOMA_SLOW=1.
    ...(process.env.SINTOMA_SLOW ? {} : { grepInvert: /@slow/ }),
    projects: [...projects, ...names().map((name) => ({ name, testMatch: `**/${name}.spec.ts` }))],
  };
  return defineConfig(own, rest);
}

/** How the blobs of a sharded run become the reports of one run. */
export const merged = (): PlaywrightTestConfig => defineConfig({ reporter: [['list'], ...filesIn(MERGED)] });
