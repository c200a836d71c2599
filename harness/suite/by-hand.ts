/** A stack that was left running, and what a person does with it: each step is a command that can be pasted. */
import { loadTopology } from '../scenario/load.ts';
import type { Definition } from '../scenario/read.ts';
import type { Repair, Scenario } from '../scenario/schema.ts';
import { storageOf } from '../scenario/sign-in.ts';
import { UserError } from '../common/errors.ts';
import { KEPT } from '../topology/ownership.ts';
import { partsInUse } from '../topology/parts.ts';
import { Stack } from '../topology/stack.ts';
import { perform, resume } from './play.ts';
import { readWindow, saveWindow, windowCommand } from './window.ts';

/** A stack as a later command finds it. */
export interface LeftStack {
  stack: Stack;
  topology: Definition;
  scenario: Scenario;
}

/** What `sintoma up` and a kept failure note of a stack, and {@link leftStack} reads. */
export async function noteStack({ stack, scenario }: Omit<LeftStack, 'topology'>, url = scenario.visit): Promise<void> {
  saveWindow(stack.project, { rules: await stack.addresses(), url, scenario: scenario.id, run: stack.run });
}

/**
 * Finds a stack that was left running, with the scenario that it plays.
 *
 * @throws UserError when there is none of this name, or its scenario is no longer there
 */
export async function leftStack(project: string): Promise<LeftStack> {
  const { scenario: id, run } = readWindow(project);
  if (id === undefined || run === undefined)
    throw new UserError(`the stack "${project}" plays no scenario`, `it can be opened: ${windowCommand(project)}`, 2);
  const { definition, scenarios } = await loadTopology(id.split('/')[0] ?? '');
  const scenario = scenarios.find((one) => one.id === id);
  if (!scenario)
    throw new UserError(
      `the stack "${project}" plays ${id}, which is no longer there`,
      `npx sintoma down ${project}`,
      2,
    );
  const { deployment, ready } = definition;
  const stack = new Stack({ deployment, ready, project, run, owner: KEPT, parts: partsInUse(deployment) });
  await resume(stack, scenario);
  return { stack, topology: definition, scenario };
}

/** Applies a repair, and notes where the addresses lead then. */
export async function repairLeft(left: LeftStack, repair: Repair): Promise<void> {
  await perform(left.stack, repair.steps, repair.without ?? []);
  await noteStack(left, repair.visit ?? left.scenario.visit);
}

/** A heading with what to do. */
export type Step = readonly [heading: string, ...lines: string[]];

/**
 * All that can be done with a stack by hand.
 *
 * @param visited the earlier visit that the scenario needs has been paid
 */
export function stepsByHand(project: string, topology: Definition, scenario: Scenario, visited: boolean): Step[] {
  const channels = Object.entries(topology.channels);
  const watched = channels.filter(([, { control }]) => control !== undefined);
  const storage = storageOf(topology.signIn);
  const code = Object.entries(storage ?? {}).map(
    ([key, value]) => `localStorage.setItem(${JSON.stringify(key)}, ${JSON.stringify(value)})`,
  );
  const signIn =
    code.length > 0
      ? `in the console of the page, which is then loaded again: ${code.join('; ')}`
      : 'as signIn of its topology.ts does';
  const steps: (Step | undefined)[] = [
    ['Open it', windowCommand(project)],
    scenario.signedIn && topology.signIn ? ['Sign in', signIn] : undefined,
    scenario.visitedBefore !== undefined && !visited
      ? [
          'This fault needs an earlier visit',
          `visit ${scenario.visitedBefore}, then let the fault in:`,
          `npx sintoma up ${scenario.id} --after-visit`,
        ]
      : undefined,
    ['Publish a message', ...channels.map(([channel]) => `npx sintoma publish ${project} ${channel}`)],
    watched.length > 0
      ? ['See what was published', ...watched.map(([channel]) => `npx sintoma watch ${project} ${channel}`)]
      : undefined,
    scenario.repairs.length > 0
      ? [
          'Repair it',
          ...scenario.repairs.map(
            ({ title, fails }, index) =>
              `npx sintoma repair ${project} ${index + 1}   # ${title}${fails ? ' (documented; it fails)' : ''}`,
          ),
        ]
      : undefined,
    ['Remove it', `npx sintoma down ${project}`],
  ];
  return steps.filter((step) => step !== undefined);
}
