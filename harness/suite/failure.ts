/** What a test that did not pass leaves for a person. */
import { readFileSync } from 'node:fs';
import type { TestInfo } from '@playwright/test';
import { writeWhole } from '../common/files.ts';
import type { Scenario } from '../scenario/schema.ts';
import { faultFile } from '../topology/deployment.ts';
import { noteStack, stepsByHand } from './by-hand.ts';
import type { Place } from './play.ts';
import { keep, keepFailed } from './stage.ts';
import { saveWindow, windowCommand } from './window.ts';

/** Attaches a text as a file, so that the terminal names it instead of printing it. */
async function attachFile(testInfo: TestInfo, name: string, text: string): Promise<void> {
  const file = testInfo.outputPath(`${name.replace(/[^\w.-]+/g, '-')}.txt`);
  writeWhole(file, text);
  await testInfo.attach(name, { path: file, contentType: 'text/plain' });
}

/** When a test did not pass: the edit that broke the system, logs of every container, and how to reach what is left. */
export async function attachFailure(
  testInfo: TestInfo,
  { stage, stack, topology }: Place,
  { faults, url, scenario }: { faults: readonly string[]; url: string; scenario?: Scenario },
): Promise<void> {
  stage.failed = true;
  for (const fault of faults) {
    await attachFile(testInfo, `fault ${fault}`, readFileSync(faultFile(topology.deployment, fault), 'utf8'));
  }
  const logs = await stack.logs().catch((error: unknown) => ({ 'no logs': String(error) }));
  for (const [service, log] of Object.entries(logs)) await attachFile(testInfo, `log of ${service}`, log);
  if (!keepFailed()) return;
  keep(stack.project);
  const { project } = stack;
  if (scenario) await noteStack({ stack, scenario });
  else saveWindow(project, { rules: await stack.addresses(), url });
  const steps = scenario
    ? stepsByHand(project, topology, scenario, true)
    : [['Open it', windowCommand(project)] as const, ['Remove it', `npx sintoma down ${project}`] as const];
  const lines = steps.flatMap(([heading, ...what]) => [`${heading}:`, ...what.map((line) => `  ${line}`)]);
  console.log(['', `left running: ${project}`, ...lines, ''].map((line) => `  ${line}`).join('\n'));
}
