import path from 'node:path';
import { runFolder, sintoma } from 'sintoma/playwright';

export default sintoma({
  testDir: 'tests',
  // As many as wait for small systems most of the time; other projects have fewer.
  workers: 5,
  projects: [
    // What the package is installed beside is no test of this project.
    { name: 'harness', testDir: 'tests/harness', testIgnore: '**/consumer/**', workers: 3 },
    // Systems of third parties, for the diagnosis.
    { name: 'unseen', testDir: 'tests/unseen' },
  ],
  reporter: [['allure-playwright', { resultsDir: path.join(runFolder(), 'allure-results'), detail: true }]],
});
