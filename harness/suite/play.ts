/** Plays one scenario: start, symptom, cause, repair. Playwright's test functions are the only thing it does not know. */
import { compareEvidence, type Mismatch } from '../expectations/match.ts';
import { dataArrived, deliver, type Patience } from '../delivery/deliver.ts';
import type { Delivery, Repair, RepairStep, Scenario, Topology } from '../expectations/scenario.ts';
import type { Evidence } from '../browser/evidence.ts';
import { newVisitor, visit, type Visitor } from '../browser/visit.ts';
import type { AddressRule } from '../browser/launch.ts';
import type { Stack } from '../topology/stack.ts';
import { apiOutcome, deliveryMismatches, symptomMismatches, type Seen } from './judge.ts';
import type { Stage } from './stage.ts';

/** How long, in ms, a visit may take to show everything that is expected, beyond going quiet. */
const PATIENCE_MS = 5000;

/** What one visit gave. */
export interface Played extends Seen {
  /** What the page said of its API data. */
  api: 'loaded' | 'missing';
  addresses: AddressRule[];
  mismatches: Mismatch[];
}

/** Paths of faults, as a stack's {@link Stack.edit} takes them. */
export const overridesOf = (faults: readonly string[]): string[] => faults.map((fault) => `faults/${fault}.yaml`);

async function perform(stack: Stack, steps: readonly RepairStep[], without: readonly string[]): Promise<void> {
  for (const step of steps) {
    if ('edit' in step) await stack.edit(overridesOf(step.edit));
    else if ('build' in step) await stack.build(step.build);
    else if ('up' in step) await stack.up(without);
    else if ('restart' in step) await stack.restart(step.restart);
    else await stack.answers(step.answers.service, step.answers);
  }
}

/** Puts a stack into the state that a scenario begins with, from whatever state it was in. */
export async function start(stack: Stack, scenario: Scenario): Promise<void> {
  // A fault of sequence begins with the healthy system running: what it then does, or leaves out, is the fault.
  const first = scenario.visitedBefore === undefined ? scenario.faults : [];
  await stack.edit(overridesOf(first));
  await stack.build();
  await stack.up(scenario.visitedBefore === undefined ? scenario.without : []);
  if (scenario.visitedBefore === undefined) await perform(stack, scenario.after ?? [], scenario.without);
}

/** Leads back to the healthy system where the next scenario's `up` would not. */
export const leave = (stack: Stack, scenario: Scenario): Promise<void> => perform(stack, scenario.leave ?? [], []);

/** As many fresh profiles as the scenario has clients, in a browser for these addresses. */
async function newVisitors(
  stage: Stage,
  addresses: readonly AddressRule[],
  topology: Topology,
  scenario: Scenario,
): Promise<Visitor[]> {
  const browser = await stage.browsers.for(addresses);
  const session = scenario.signedIn ? { session: topology.session } : {};
  return Promise.all(Array.from({ length: scenario.clients }, () => newVisitor(browser, session)));
}

/** Opens the visitors; for a scenario with an earlier visit, pays it to the healthy system and then lets the fault in. */
async function open(stage: Stage, stack: Stack, topology: Topology, scenario: Scenario): Promise<Visitor[]> {
  const visitors = await newVisitors(stage, await stack.addresses(), topology, scenario);
  if (scenario.visitedBefore !== undefined) {
    for (const visitor of visitors) await visit(visitor, scenario.visitedBefore);
    await stack.edit(overridesOf(scenario.faults));
    await stack.up(scenario.without);
    await perform(stack, scenario.after ?? [], scenario.without);
    for (const { recorder } of visitors) recorder.restart();
  }
  return visitors;
}

const closeAll = async (visitors: readonly Visitor[]): Promise<void> => {
  await Promise.all(visitors.map(({ context }) => context.close()));
};

/** Visits, publishes and records; compares nothing. */
async function watch(
  stack: Stack,
  topology: Topology,
  visitors: readonly Visitor[],
  url: string,
  scenario: Scenario,
  channels: readonly string[],
  patience: Patience,
  complete: (evidence: Evidence) => boolean,
): Promise<Seen> {
  const first = visitors[0] as Visitor;
  /** Records until all that is expected was seen; on a slow machine a page is quiet before it is done. */
  const watched = async (): Promise<Evidence> => {
    const deadline = Date.now() + PATIENCE_MS;
    let evidence = await first.recorder.evidence(url);
    while (!complete(evidence) && Date.now() < deadline) {
      const { console, requests, sockets } = first.recorder.recorded;
      const count = console.length + requests.length + sockets.length;
      await first.recorder.until((now) => now.console.length + now.requests.length + now.sockets.length > count, 250);
      evidence = await first.recorder.evidence(url);
    }
    return evidence;
  };
  await Promise.all(visitors.map((visitor) => visit(visitor, url, patience.settleMs)));
  if (patience.dataArrives) await Promise.all(visitors.map(({ page }) => dataArrived(page, topology)));
  let evidence = await watched();
  const delivery = await deliver(topology, stack, visitors, channels, {
    messages: scenario.messages,
    burst: scenario.burst ?? false,
    alive: evidence.navigation.error === undefined,
    patience,
    beforeReload: async () => {
      evidence = await watched();
    },
  });
  return { evidence, delivery };
}

/** How long a page is waited for while it is broken; one that is repaired goes quiet and gets its data. */
const whileBroken = ({ settleMs, page }: Scenario, topology: Topology): Patience => ({
  settleMs,
  dataArrives: page?.[topology.api?.testId ?? 'api']?.state !== 'loading',
});

const channelsOf = (delivery: Delivery): string[] => Object.keys(delivery).filter((channel) => channel !== 'api');

/** The symptom: what the scenario says must be seen, seen. */
export async function playSymptom(stage: Stage, stack: Stack, topology: Topology, scenario: Scenario): Promise<Played> {
  const visitors = await open(stage, stack, topology, scenario);
  const { evidence, delivery } = await watch(
    stack,
    topology,
    visitors,
    scenario.visit,
    scenario,
    channelsOf(scenario.delivery),
    whileBroken(scenario, topology),
    (seen) => compareEvidence(scenario, seen).every(({ kind }) => kind === 'unexpected'),
  );
  const mismatches = symptomMismatches(scenario, topology, { evidence, delivery });
  await closeAll(visitors);
  return { evidence, delivery, api: apiOutcome(topology, evidence), addresses: await stack.addresses(), mismatches };
}

/** Applies one repair to what runs, visits again in a fresh profile and compares. */
export async function playRepair(
  stage: Stage,
  stack: Stack,
  topology: Topology,
  scenario: Scenario,
  repair: Repair,
): Promise<Played> {
  await perform(stack, repair.steps, repair.without ?? []);
  const addresses = await stack.addresses();
  const visitors = await newVisitors(stage, addresses, topology, scenario);
  try {
    const lines = repair.console ?? (repair.fails ? undefined : []);
    const expected = { console: lines ?? [], requests: [], sockets: [] };
    const onlyConsole = (seen: Evidence): Mismatch[] =>
      lines === undefined ? [] : compareEvidence(expected, seen).filter(({ part }) => part === 'console');
    const { evidence, delivery } = await watch(
      stack,
      topology,
      visitors,
      repair.visit ?? scenario.visit,
      scenario,
      channelsOf(repair.delivery),
      repair.fails ? whileBroken(scenario, topology) : { dataArrives: true },
      (seen) => onlyConsole(seen).every(({ kind }) => kind === 'unexpected'),
    );
    const mismatches = [
      ...onlyConsole(evidence),
      ...deliveryMismatches(repair.delivery, topology, { evidence, delivery }),
    ];
    return { evidence, delivery, api: apiOutcome(topology, evidence), addresses, mismatches };
  } finally {
    await closeAll(visitors);
  }
}
