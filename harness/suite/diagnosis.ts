import type { TestInfo, TestType } from '@playwright/test';
import type { Scenario } from '../expectations/scenario.ts';
import type { Played } from './play.ts';

/** The cause step. Until diagnosis exists it checks nothing, and says so. */
export async function diagnosisStep(
  test: Pick<TestType<object, object>, 'step'>,
  testInfo: TestInfo,
  scenario: Scenario,
  _played: Played,
): Promise<void> {
  testInfo.annotations.push({ type: 'cause not checked', description: 'diagnosis does not exist yet' });
  await test.step(`cause: ${scenario.cause} (declared, not yet checked)`, async () => undefined);
}
