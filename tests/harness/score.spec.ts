// The answer to every recording is as the snapshot has it, and recordings and unseen systems belong together one to one.
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { ROOT } from '../../harness/common/paths.ts';
import { ON_STRANGERS } from '../../harness/diagnosis/confidence.ts';
import { recordings } from '../unseen/recording.ts';
import type { Unseen } from '../unseen/systems/unseen.ts';
import { CALIBRATION_FILE, SNAPSHOT, calibrationSource, measure, snapshotOf } from './score/score.ts';

test('the answers to all recordings are those of the snapshot, and the confidences as measured', async () => {
  const update = 'npm run score -- --update writes the snapshot; look at every line that changes';
  const rows = await measure();
  expect(snapshotOf(rows).split('\n'), update).toEqual(readFileSync(SNAPSHOT, 'utf8').split('\n'));
  expect(calibrationSource(rows), update).toBe(readFileSync(CALIBRATION_FILE, 'utf8'));
});

const SYSTEMS = path.join(ROOT, 'tests/unseen/systems');

/** The systems of all files of the folder: each exports a list of them. */
async function allSystems(): Promise<Unseen[]> {
  const files = readdirSync(SYSTEMS).filter((file) => file.endsWith('.ts'));
  const modules = await Promise.all(
    files.map((file) => import(path.join(SYSTEMS, file)) as Promise<Record<string, unknown>>),
  );
  return modules.flatMap((exported) => Object.values(exported).filter(Array.isArray).flat() as Unseen[]);
}

test('every unseen system has a recording, and every recording a system', async () => {
  const systems = await allSystems();
  const names = (all: readonly { expect: string; name: string }[]): string[] =>
    all.map(({ expect: answer, name }) => `${answer}: ${name}`).sort();
  // No system of this name was ever kept, so it cannot be recorded again.
  const withoutSystem = ['upstream-down: HAProxy gives up while the page already tries again'];
  expect(names(recordings()).filter((name) => !withoutSystem.includes(name))).toEqual(names(systems));
});

test('the shares of right answers on systems of strangers are those that the documentation states', () => {
  const { proven, likely } = ON_STRANGERS;
  const text = readFileSync(path.join(ROOT, 'docs/diagnosing.md'), 'utf8').replace(/\s+/g, ' ');
  expect(text).toContain(
    `proven was right in ${proven.right} of ${proven.of} and likely in ${likely.right} of ${likely.of}`,
  );
});
