// What a log says of a run in which nothing ends for long.
import { QUIET_MS, QuietSteps } from '../../harness/report/quiet-steps.ts';
import { expect, test } from './support/test.ts';

test('a step that takes long is named every half minute, with the steps around it', () => {
  const steps = new QuietSteps();
  steps.begin('1', 'desk/healthy', 0);
  steps.begin('2', 'desk/quick', 0);
  steps.step('1', 'start: healthy', 1000);
  expect(steps.lines(QUIET_MS - 1)).toEqual([]);
  steps.end('2');
  expect(steps.lines(QUIET_MS + 1000)).toEqual(['desk/healthy › start: healthy, for 30 s']);
  expect(steps.lines(QUIET_MS + 6000)).toEqual([]);
  expect(steps.lines(2 * QUIET_MS + 1000)).toEqual(['desk/healthy › start: healthy, for 60 s']);
  steps.stepEnd('1', 'start: healthy', 130_000);
  steps.step('1', 'repair: reload', 130_000);
  steps.step('1', 'as documented', 131_000, 'repair: reload');
  expect(steps.lines(130_000 + QUIET_MS)).toEqual([]);
  expect(steps.lines(131_000 + QUIET_MS)).toEqual(['desk/healthy › repair: reload › as documented, for 30 s']);
  steps.step('1', 'and quickly', 190_000, 'repair: reload');
  expect(steps.lines(190_000 + QUIET_MS)).toEqual([
    'desk/healthy › repair: reload › as documented, and quickly, for 30 s',
  ]);
});
