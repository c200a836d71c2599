import path from 'node:path';
import { sintoma } from 'sintoma/playwright';

export default sintoma({
  testDir: 'tests',
  projects: [
    { name: 'harness', testDir: 'tests/harness' },
    // Systems of third parties, for the diagnosis.
    { name: 'unseen', testDir: 'tests/unseen' },
  ],
  reporter: [['allure-playwright', { resultsDir: path.join('reports', 'allure-results'), detail: true }]],
});
