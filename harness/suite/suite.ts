/** One Playwright test a scenario. A spec is one call of {@link suite}. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test as base, type TestInfo } from '@playwright/test';
import { describePart, readParts } from '../engine/parts.ts';
import { loadTopology } from '../expectations/load.ts';
import { showOutcome } from '../expectations/match.ts';
import type { Scenario } from '../expectations/scenario.ts';
import { tagsOf } from '../expectations/tags.ts';
import { resolverRules } from '../browser/launch.ts';
import { faultFile } from '../topology/compose.ts';
import type { Stack } from '../topology/stack.ts';
import { diagnosisStep } from './diagnosis.ts';
import { judge } from './judge.ts';
import { keptFile, type Kept } from './matrix.ts';
import { leave, overridesOf, playRepair, playSymptom, start, type Played } from './play.ts';
import { isolated, keep, keepFailed, Stage } from './stage.ts';

export const test = base.extend<object, { stage: Stage }>({
  stage: [
    // Playwright's fixture functions take their dependencies by destructuring, also when there are none.
    // eslint-disable-next-line no-empty-pattern
    async ({}, use, workerInfo) => {
      const stage = new Stage(workerInfo.parallelIndex);
      await use(stage);
      await stage.close();
    },
    { scope: 'worker' },
  ],
});

const annotationsOf = (scenario: Scenario): { type: string; description: string }[] => [
  { type: 'document', description: `${scenario.document.name}.md:${scenario.document.lines.join('-')}` },
  { type: 'cause', description: scenario.cause },
  ...(scenario.documentSays === undefined ? [] : [{ type: 'document differs', description: scenario.documentSays }]),
  ...readParts()
    .filter(({ topology }) => topology === scenario.topology)
    .map((part) => ({ type: part.real ? 'real part' : 'stand-in', description: describePart(part) })),
];

/** Labels by which Allure groups: allure-playwright reads them from annotations. */
const allureLabels = (scenario: Scenario): { type: string; description: string }[] =>
  Object.entries({
    parentSuite: scenario.topology,
    topology: scenario.topology,
    cause: scenario.cause,
    document: scenario.document.name,
  }).map(([name, description]) => ({ type: `@allure.label.${name}`, description }));

/** What a run keeps of a visit, for people. */
async function attachPlayed(testInfo: TestInfo, name: string, played: Played): Promise<void> {
  const kept = { evidence: played.evidence, delivery: played.delivery, addresses: played.addresses };
  await testInfo.attach(`${name}.json`, { body: JSON.stringify(kept, null, 1), contentType: 'application/json' });
}

/** Keeps a symptom's evidence under reports/, for the kill matrix; once more when the diagnosis has named a cause. */
function keepEvidence(scenario: Scenario, { evidence, delivery }: Played, named?: string): void {
  const file = keptFile(scenario.id);
  mkdirSync(path.dirname(file), { recursive: true });
  const kept: Kept = { scenario: scenario.id, evidence, delivery, ...(named === undefined ? {} : { named }) };
  writeFileSync(file, JSON.stringify(kept, null, 1));
}

/** Attaches a text as a file, so that the terminal names it instead of printing it. */
async function attachFile(testInfo: TestInfo, name: string, text: string): Promise<void> {
  const file = testInfo.outputPath(`${name.replace(/[^\w.-]+/g, '-')}.txt`);
  writeFileSync(file, text);
  await testInfo.attach(name, { path: file, contentType: 'text/plain' });
}

/** When a test did not pass: the edit that broke the system, logs of every container, and how to reach what is left. */
async function attachFailure(testInfo: TestInfo, stage: Stage, stack: Stack, faults: readonly string[]): Promise<void> {
  stage.failed = true;
  for (const fault of faults) {
    await attachFile(testInfo, `fault ${fault}`, readFileSync(faultFile(stack.topology, fault), 'utf8'));
  }
  const logs = await stack.logs().catch((error: unknown) => ({ 'no logs': String(error) }));
  for (const [service, log] of Object.entries(logs)) await attachFile(testInfo, `log of ${service}`, log);
  if (!keepFailed()) return;
  keep(stack.project);
  const rules = resolverRules(await stack.addresses(), true);
  console.log(
    `\n  left running: ${stack.project}\n  reach it:     chromium --host-resolver-rules="${rules}"\n  remove it:    ${stack.removal}\n`,
  );
}

/** Declares one test for each scenario of a topology: start, symptom, cause, repair. */
export async function suite(name: string): Promise<void> {
  const { definition, scenarios, checks } = await loadTopology(name);
  for (const scenario of scenarios) {
    const details = { tag: tagsOf(scenario), annotation: [...annotationsOf(scenario), ...allureLabels(scenario)] };
    test(scenario.id.slice(name.length + 1), details, async ({ stage }, testInfo) => {
      const stack = stage.stack(definition);
      try {
        await test.step(`start: ${scenario.faults.join(' + ') || 'healthy'}`, async () => {
          if (isolated()) await stack.down();
          await start(stack, scenario);
        });
        const symptom = await test.step(`symptom: ${scenario.visit}`, async () => {
          const played = await playSymptom(stage, stack, definition, scenario);
          await attachPlayed(testInfo, 'symptom', played);
          keepEvidence(scenario, played);
          judge(scenario, 'the symptom is not what the scenario says', played.mismatches);
          return played;
        });
        keepEvidence(scenario, symptom, await diagnosisStep(test, testInfo, scenario, symptom));
        for (const [index, repair] of scenario.repairs.entries()) {
          const lines = repair.document ? ` (${scenario.document.name}.md:${repair.document.join('-')})` : '';
          const title = `${repair.fails ? 'documented repair that fails' : 'repair'}: ${repair.title}${lines}`;
          await test.step(title, async () => {
            const previous = scenario.repairs[index - 1];
            if (previous && !previous.fails) await start(stack, scenario);
            const played = await playRepair(stage, stack, definition, scenario, repair);
            await attachPlayed(testInfo, `after ${repair.title}`, played);
            judge(scenario, `after the repair "${repair.title}"`, played.mismatches);
          });
        }
        testInfo.annotations.push({
          type: 'delivery',
          description: Object.entries(symptom.delivery)
            .map(([channel, { outcome }]) => `${channel}: ${showOutcome(outcome)}`)
            .join(', '),
        });
      } catch (error) {
        await attachFailure(testInfo, stage, stack, scenario.faults);
        throw error;
      } finally {
        if (!keepFailed()) await leave(stack, scenario);
      }
    });
  }
  for (const check of checks) {
    const details = { tag: ['@check'], annotation: { type: 'check', description: check.title } };
    test(check.id.slice(name.length + 1), details, async ({ stage }, testInfo) => {
      const stack = stage.stack(definition);
      try {
        await stack.edit(overridesOf(check.faults ?? []));
        await stack.build();
        await stack.up();
        const read = await test.step(check.title, () => check.run(stack));
        testInfo.annotations.push({ type: 'read', description: read });
      } catch (error) {
        await attachFailure(testInfo, stage, stack, check.faults ?? []);
        throw error;
      }
    });
  }
}
