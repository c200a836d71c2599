// The list of mutations is of this tree, and a sample of it is killed. `npm run mutations` plays them all.
import { loadAll } from '../../harness/scenario/load.ts';
import { MUTATIONS } from '../mutations/index.ts';
import { edited, topologyOf } from '../mutations/mutation.ts';
import { play } from '../mutations/play.ts';
import { expect, test } from './support/test.ts';

/** One a topology, of different kinds, which build no image. */
const SAMPLE = [
  'balancas/fault-breaks-nothing',
  'easypanel-crm/repair-does-nothing',
  'gateways/nginx-limits-bodies',
  'renum/symptom-is-another',
  'veloflux/claim-turned-round',
];

test('there are sixty and more, and each edits what is there', () => {
  expect(MUTATIONS.length).toBeGreaterThanOrEqual(60);
  expect(new Set(MUTATIONS.map(({ id }) => id)).size).toBe(MUTATIONS.length);
  for (const mutation of MUTATIONS) expect(edited(mutation), mutation.id).toContain(mutation.edit[1]);
});

test('each plays a scenario or check that there is', async () => {
  const loaded = await loadAll();
  const ids = new Set(loaded.flatMap(({ scenarios, checks }) => [...scenarios, ...checks].map(({ id }) => id)));
  for (const mutation of MUTATIONS)
    expect([...ids], mutation.id).toContain(`${topologyOf(mutation)}/${mutation.plays}`);
});

for (const mutation of MUTATIONS.filter(({ id }) => SAMPLE.includes(id))) {
  test(`${mutation.id}: ${mutation.title}`, async () => {
    test.setTimeout(240_000);
    const { outcome, output } = await play(mutation);
    expect(outcome, output).toBe('killed');
  });
}
