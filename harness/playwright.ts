/**
 * The public entry for Playwright: a `test` that explains failures of sockets and streams, the configuration of a
 * project with scenarios, and the tests of a topology.
 *
 * @module sintoma/playwright
 */
export { runFolder } from './report/run-folder.ts';
export { merged, sintoma } from './runner/config.ts';
export { expect } from '@playwright/test';
export { test, type DiagnosisOptions } from './fixture/test.ts';

/**
 * Declares one test for each scenario of a topology: start, symptom, cause, repair.
 *
 * @param name of the topology
 */
export async function suite(name: string): Promise<void> {
  // Loaded only here: tests that want no scenarios need nothing of what plays them.
  const { suite: declare } = await import('./suite/suite.ts');
  await declare(name);
}
