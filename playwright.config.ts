import path from 'node:path';
import { runFolder, sintoma } from 'sintoma/playwright';

export default sintoma({
  testDir: 'tests',
  projects: [
    // What the package is installed beside is no test of this project.
    { name: 'harness', testDir: 'tests/harness', testIgnore: '**/consumer/**' },
    // Systems of third parties, for the diagnosis. Their visits are measured as users have them: nothing traces beside.
    { name: 'unseen', testDir: 'tests/unseen', use: { trace: 'off', screenshot: 'off' } },
  ],
  reporter: [['allure-playwright', { resultsDir: path.join(runFolder(), 'allure-results'), detail: true }]],
});
