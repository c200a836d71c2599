// The answer to every recording is as the snapshot has it, and recordings and unseen systems belong together one to one.
import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { recordings } from '../unseen/recording.ts';
import { backends } from '../unseen/systems/backend.ts';
import { connections } from '../unseen/systems/connections.ts';
import { deliveries } from '../unseen/systems/delivery.ts';
import { folders } from '../unseen/systems/folders.ts';
import { frameworks } from '../unseen/systems/frameworks.ts';
import { healthy } from '../unseen/systems/healthy.ts';
import { network } from '../unseen/systems/network.ts';
import { pages } from '../unseen/systems/page.ts';
import { policies } from '../unseen/systems/policy.ts';
import { protocols } from '../unseen/systems/protocols.ts';
import { proxies } from '../unseen/systems/proxy.ts';
import { variations } from '../unseen/systems/variations.ts';
import { CALIBRATION_FILE, SNAPSHOT, calibrationSource, measure, snapshotOf } from './score/score.ts';

test('the answers to all recordings are those of the snapshot, and the confidences as measured', async () => {
  const update = 'npm run score -- --update writes the snapshot; look at every line that changes';
  const rows = await measure();
  expect(snapshotOf(rows).split('\n'), update).toEqual(readFileSync(SNAPSHOT, 'utf8').split('\n'));
  expect(calibrationSource(rows), update).toBe(readFileSync(CALIBRATION_FILE, 'utf8'));
});

test('every unseen system has a recording, and every recording a system', () => {
  const systems = [
    ...[backends, deliveries, healthy, network, pages, policies, protocols, proxies, variations],
    ...[connections, folders, frameworks],
  ].flat();
  const names = (all: readonly { expect: string; name: string }[]): string[] =>
    all.map(({ expect: answer, name }) => `${answer}: ${name}`).sort();
  // No system of this name was ever kept, so it cannot be recorded again.
  const withoutSystem = ['upstream-down: HAProxy gives up while the page already tries again'];
  expect(names(recordings()).filter((name) => !withoutSystem.includes(name))).toEqual(names(systems));
});
