/**
 * The public entry for Playwright: the configuration of a project, and the tests of a topology.
 *
 * @module sintoma/playwright
 */
export { runFolder } from './report/run-folder.ts';
export { merged, sintoma } from './runner/config.ts';
export { suite, test } from './suite/suite.ts';
