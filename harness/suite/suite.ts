/** One Playwright test a scenario. A spec is one call of {@link suite}. */
import { test as base, type TestInfo } from '@playwright/test';
import { writeWhole } from '../common/files.ts';
import { sayLongWaits } from '../common/waiting.ts';
import { describePart, readParts } from '../topology/parts.ts';
import { loadTopology } from '../scenario/load.ts';
import { showOutcome } from '../scenario/show.ts';
import type { Scenario } from '../scenario/schema.ts';
import { CHECK_TAG, placeOf, tagsOf, titleOf } from '../scenario/labels.ts';
import { testTrust } from '../browser/trust.ts';
import { ablatables } from './ablation.ts';
import { declareAblations } from './ablation-tests.ts';
import { allureLabels, linkDocument } from './allure.ts';
import { diagnosisStep } from './diagnosis.ts';
import { attachFailure } from './failure.ts';
import { assertNone } from './mismatches.ts';
import { writtenIn } from './location.ts';
import { evidenceFile, type KeptEvidence } from './kill-matrix.ts';
import { ScenarioRecord } from './record.ts';
import { leave, playRepair, playSymptom, start, type Place, type Played } from './play.ts';
import { isolated, keepFailed, Stage } from './stage.ts';

export const test = base.extend<{ record: ScenarioRecord }, { stage: Stage }>({
  // Attached also when the time is over in the middle of a test.
  // eslint-disable-next-line no-empty-pattern
  record: async ({}, use, testInfo) => {
    const record = new ScenarioRecord(testInfo);
    await use(record);
    await record.attach();
  },
  stage: [
    // Playwright's fixture functions take their dependencies by destructuring, also when there are none.
    // eslint-disable-next-line no-empty-pattern
    async ({}, use, workerInfo) => {
      const stage = new Stage(
        workerInfo.parallelIndex,
        sayLongWaits((title, act) => test.step(title, act)),
      );
      await use(stage);
      await stage.close();
    },
    { scope: 'worker' },
  ],
});

/** How much longer, in ms, a scenario may take for each repair that it has. */
const REPAIR_MS = 30_000;

/** An annotation, where there is something to say. */
const note = (type: string, description: string | undefined): { type: string; description: string }[] =>
  description === undefined ? [] : [{ type, description }];

const annotationsOf = (scenario: Scenario): { type: string; description: string }[] => [
  ...note('description', scenario.title),
  ...note('scenario', scenario.id),
  ...note('document', placeOf(scenario)),
  ...note('cause', scenario.cause),
  ...note('document differs', scenario.documentSays),
  ...readParts()
    .filter(({ topology }) => topology === scenario.topology)
    .map((part) => ({ type: part.real ? 'real part' : 'stand-in', description: describePart(part) })),
];

/** What a run keeps of a visit, for people. */
async function attachPlayed(testInfo: TestInfo, name: string, played: Played): Promise<void> {
  const kept = { evidence: played.evidence, delivery: played.delivery, api: played.api, addresses: played.addresses };
  await testInfo.attach(`${name}.json`, { body: JSON.stringify(kept, null, 1), contentType: 'application/json' });
}

/** Keeps a symptom's evidence under reports/, for the kill matrix; once more when the diagnosis has named a cause. */
function keepEvidence(scenario: Scenario, { evidence, delivery, api }: Played, named?: string): void {
  const kept: KeptEvidence = {
    scenario: scenario.id,
    evidence,
    delivery,
    ...(api === undefined ? {} : { api }),
    ...(named === undefined ? {} : { named }),
  };
  writeWhole(evidenceFile(scenario.id), JSON.stringify(kept, null, 1));
}

/** Declares one test for each scenario of a topology: start, symptom, cause, repair. */
export async function suite(name: string): Promise<void> {
  const loaded = await loadTopology(name);
  const { scenarios, checks } = loaded;
  const ablations = ablatables(loaded);
  const { definition } = ablations;
  for (const scenario of scenarios) {
    const details = { tag: tagsOf(scenario), annotation: [...annotationsOf(scenario), ...allureLabels(scenario)] };
    writtenIn(scenario.at, test)(titleOf(name, scenario.id), details, async ({ stage, record }, testInfo) => {
      const stack = stage.stack(definition);
      const place: Place = { stage, stack, topology: definition };
      // Each repair is a visit of its own, and may be preceded by another look at what is broken.
      testInfo.setTimeout(testInfo.timeout + scenario.repairs.length * REPAIR_MS);
      testInfo.skip(
        scenario.needsTrustStore === true && !testTrust().store,
        'browsers here trust by key, and say of no certificate that its name or date is wrong',
      );
      await record.begin(scenario, definition);
      await linkDocument(testInfo, scenario);
      try {
        await test.step(`start: ${scenario.faults.join(' + ') || 'healthy'}`, async () => {
          if (isolated()) await stack.down();
          await start(stack, scenario);
        });
        record.versions(stack.programs);
        const symptom = await test.step(`symptom: ${scenario.visit}`, async () => {
          const played = await playSymptom(place, scenario);
          await attachPlayed(testInfo, 'symptom', played);
          keepEvidence(scenario, played);
          await record.symptom(scenario, played);
          record.versions(await stage.versions());
          assertNone(scenario, 'the symptom is not what the scenario says', played.mismatches);
          return played;
        });
        const named = await diagnosisStep(test, testInfo, scenario, symptom, record.diagnosed.bind(record));
        keepEvidence(scenario, symptom, named);
        await record.logs(stack);
        for (const [index, repair] of scenario.repairs.entries()) {
          const lines =
            repair.document && scenario.document
              ? ` (${placeOf({ document: { ...scenario.document, lines: repair.document } }) ?? ''})`
              : '';
          const title = `${repair.fails ? 'documented repair that fails' : 'repair'}: ${repair.title}${lines}`;
          await test.step(title, async () => {
            const previous = scenario.repairs[index - 1];
            if (previous && !previous.fails) {
              await start(stack, scenario);
              const again = await playSymptom(place, scenario);
              await attachPlayed(testInfo, `symptom before ${repair.title}`, again);
              assertNone(scenario, `the symptom before the repair "${repair.title}"`, again.mismatches);
            }
            const played = await playRepair(place, scenario, repair);
            await attachPlayed(testInfo, `after ${repair.title}`, played);
            await record.repaired(scenario, index, played);
            await record.logs(stack);
            assertNone(scenario, `after the repair "${repair.title}"`, played.mismatches);
          });
        }
        const uncontrolled = Object.keys(symptom.delivery).filter((one) => !definition.channels[one]?.control);
        if (uncontrolled.length > 0)
          testInfo.annotations.push(...note('no control subscriber', uncontrolled.join(', ')));
        testInfo.annotations.push({
          type: 'delivery',
          description: Object.entries(symptom.delivery)
            .map(([channel, { outcome }]) => `${channel}: ${showOutcome(outcome)}`)
            .join(', '),
        });
      } catch (error) {
        const accident = await stack.accident();
        await record.logs(stack);
        await attachFailure(testInfo, place, { faults: scenario.faults, url: scenario.visit, scenario });
        throw accident ?? error;
      } finally {
        if (!keepFailed())
          await leave(stack, scenario).catch((error: unknown) => {
            // It would take the place of the failure that led to it.
            if (!stage.failed) throw error;
          });
      }
    });
  }
  for (const check of checks) {
    const details = {
      tag: [CHECK_TAG],
      annotation: [...note('check', check.id), ...note('title', check.title)],
    };
    writtenIn(check.at, test)(titleOf(name, check.id), details, async ({ stage }, testInfo) => {
      const stack = stage.stack(definition);
      const place: Place = { stage, stack, topology: definition };
      try {
        await stack.edit(check.faults ?? []);
        await stack.build();
        await stack.up();
        const read = await test.step(check.title, () => check.run(stack));
        testInfo.annotations.push({ type: 'read', description: read });
      } catch (error) {
        await attachFailure(testInfo, place, { faults: check.faults ?? [], url: 'about:blank' });
        throw error;
      }
    });
  }
  declareAblations(test, ablations);
}
