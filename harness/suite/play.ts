/** Plays one scenario: start, symptom, cause, repair. Playwright's test functions are the only thing it does not know. */
import { isDeepStrictEqual } from 'node:util';
import type { Page } from '@playwright/test';
import { addressOf, type AddressRule } from '../common/address.ts';
import { defined } from '../common/defined.ts';
import { UserError } from '../common/errors.ts';
import { within } from '../common/time.ts';
import { newVisitor, visit, type Visitor } from '../browser/visitor.ts';
import { compareConsole, compareEvidence, compareSockets, type Mismatch } from '../scenario/match.ts';
import type { Definition } from '../scenario/read.ts';
import type { Delivery, Event, Moment, Repair, RepairStep, Scenario, Topology } from '../scenario/schema.ts';
import type { Stack } from '../topology/stack.ts';
import { dataArrived, deliver, type Patience } from './deliver.ts';
import { deliveryMismatches, symptomMismatches, type Seen } from './mismatches.ts';
import type { Stage } from './stage.ts';
import { watchUntil, type Watched } from './watch.ts';

/** What one visit gave. */
export interface Played extends Seen {
  addresses: AddressRule[];
  mismatches: Mismatch[];
  /** What the first page looked like, as JPEG; absent of a page that hangs. */
  picture?: Buffer;
}

/**
 * Takes the steps of a repair, or of what a scenario does after its start.
 *
 * @param options `anew`: each `up` is a real one, in which what differs gets new containers
 */
export async function perform(
  stack: Stack,
  steps: readonly RepairStep[],
  without: readonly string[],
  options: { anew?: boolean } = {},
): Promise<void> {
  for (const step of steps) {
    if ('edit' in step) await stack.edit(step.edit);
    else if ('build' in step) await stack.build(step.build);
    else if ('up' in step) await stack.up(step.without ?? without, options);
    else if ('restart' in step) await stack.restart(step.restart);
    else await stack.answers(step.answers.service, step.answers);
  }
}

/** Puts a stack into the state that a scenario begins with, from whatever state it was in. */
export async function start(stack: Stack, scenario: Scenario): Promise<void> {
  // A fault of sequence begins with the healthy system running: what it then does, or leaves out, is the fault.
  const first = scenario.visitedBefore === undefined ? scenario.faults : [];
  // What its further steps leave alone is then left alone.
  const anew = [scenario.visitedBefore, scenario.after, scenario.whileOpen].some((one) => one !== undefined);
  await stack.edit(first);
  await stack.build();
  await stack.up(scenario.visitedBefore === undefined ? scenario.without : [], { anew });
  if (scenario.visitedBefore === undefined) await perform(stack, scenario.after ?? [], scenario.without, { anew });
}

/**
 * Goes on with a stack that another process has started for this scenario: what runs stays as it is, and its images are
 * found again by what the files said when they were built.
 *
 * @param visited the fault of a scenario with an earlier visit has been let in
 * @throws UserError when nothing of it runs
 */
export async function resume(
  stack: Stack,
  { visitedBefore, faults, after = [] }: Scenario,
  visited = true,
): Promise<void> {
  await stack.edit(visitedBefore === undefined ? faults : []);
  await stack.build();
  await stack.attach();
  if (!visited) return;
  await stack.edit(faults);
  const files = after.filter((step) => 'edit' in step || 'build' in step);
  await perform(stack, files, []);
}

/** Lets in the fault of a scenario with an earlier visit, which has been paid. */
export async function letFaultIn(stack: Stack, { faults, without, after = [] }: Scenario): Promise<void> {
  await stack.edit(faults);
  await stack.up(without, { anew: true });
  await perform(stack, after, without, { anew: true });
}

/** Leads back to the healthy system where the next scenario's `up` would not. */
export const leave = (stack: Stack, scenario: Scenario): Promise<void> => perform(stack, scenario.leave ?? [], []);

/** Where a scenario is played. */
export interface Place {
  stage: Stage;
  stack: Stack;
  topology: Definition;
}

/** As many fresh profiles as the scenario has clients, in a browser for these addresses. */
async function newVisitors(
  { stage, topology }: Place,
  addresses: readonly AddressRule[],
  { signedIn, clients }: Scenario,
): Promise<Visitor[]> {
  const browser = await stage.browsers.for(addresses);
  return Promise.all(
    Array.from({ length: clients }, async () => {
      const visitor = await newVisitor(browser);
      if (signedIn && topology.signIn) {
        await topology.signIn(visitor.page);
        // What a page of the sign-in still does is not part of the visit.
        if (visitor.page.url() !== 'about:blank') await visitor.page.goto('about:blank');
        visitor.recorder.restart();
      }
      return visitor;
    }),
  );
}

/** Opens the visitors; for a scenario with an earlier visit, pays it to the healthy system and then lets the fault in. */
async function open(place: Place, scenario: Scenario): Promise<Visitor[]> {
  const { stack } = place;
  const visitors = await newVisitors(place, await stack.addresses(), scenario);
  if (scenario.visitedBefore !== undefined) {
    for (const visitor of visitors) await visit(visitor, scenario.visitedBefore);
    await letFaultIn(stack, scenario);
    for (const { recorder } of visitors) recorder.restart();
  }
  return visitors;
}

const closeAll = async (visitors: readonly Visitor[]): Promise<void> => {
  await Promise.all(visitors.map(({ context }) => context.close()));
};

/** How long, in ms, a picture may take. */
const PICTURE_MS = 2000;

/** A small picture for people. It changes nothing in the page. */
const pictureOf = ({ page }: Visitor): Promise<Buffer | undefined> =>
  within(
    page.screenshot({ type: 'jpeg', quality: 50, scale: 'css', caret: 'initial', timeout: PICTURE_MS }),
    PICTURE_MS,
  ).catch(() => undefined);

/** What is visited and published, and when enough was seen. */
interface Plan {
  url: string;
  scenario: Scenario;
  delivery: Delivery;
  patience: Patience;
  /** True before a repair: what happens while the page is open, happens. */
  broken?: boolean;
  /** The first thing that must be seen and was not, in words. */
  missing: (evidence: Seen['evidence']) => string | undefined;
}

/** The first difference of something that should be there, in words. */
function firstMissing(mismatches: readonly Mismatch[]): string | undefined {
  const first = mismatches.find(({ kind }) => kind !== 'unexpected');
  return first && `${first.part}: ${first.expected ?? first.kind}`;
}

/** How long, in ms, a page may take to show what it is waited for while it is open. */
const EVENT_MS = 45_000;

/** Waits until an element of a page shows a state or a text. */
async function untilShown(
  page: Page,
  { element, state, text }: Extract<Event, { shows: object }>['shows'],
): Promise<void> {
  const found = page
    .getByTestId(element)
    .and(state === undefined ? page.locator('*') : page.locator(`[data-state="${state}"]`))
    .filter(text === undefined ? {} : { hasText: text });
  await found.waitFor({ timeout: EVENT_MS }).catch(() => {
    const wanted = [state, text].filter((one) => one !== undefined).join(' ');
    throw new Error(`whileOpen: "${element}" did not show ${wanted} within ${EVENT_MS / 1000} s`);
  });
}

/** True when a page has asked something of an address. */
function used({ recorder: { recorded } }: Visitor, { host, port }: AddressRule): boolean {
  return [...recorded.requests, ...recorded.sockets].some(
    ({ url }) => URL.canParse(url) && addressOf(url) === `${host}:${port}`,
  );
}

/** Lets happen what happens while the pages are open. The addresses that they use must still lead where they led. */
async function happen({ stack }: Place, visitors: readonly Visitor[], { id, whileOpen = [] }: Scenario): Promise<void> {
  if (whileOpen.length === 0) return;
  const before = await stack.addresses();
  for (const event of whileOpen) {
    if ('shows' in event) await untilShown((visitors[0] as Visitor).page, event.shows);
    else await perform(stack, [event], [], { anew: true });
  }
  const moved = (await stack.addresses()).find(
    (rule, index) => !isDeepStrictEqual(rule, before[index]) && visitors.some((visitor) => used(visitor, rule)),
  );
  if (moved === undefined) return;
  throw new UserError(
    `${id}: whileOpen: ${moved.host}:${moved.port} leads elsewhere now, and the browser cannot know`,
    'restart or change what stands behind the service that this address leads to',
  );
}

/** When each message of a scenario is published. */
const momentsOf = ({ messages }: Scenario): readonly (Moment | 'any')[] =>
  typeof messages === 'number' ? Array<'any'>(messages).fill('any') : messages;

/** Visits, publishes and records. */
async function watch(
  place: Place,
  visitors: readonly Visitor[],
  { url, scenario, delivery: expected, patience, broken, missing }: Plan,
): Promise<Seen & Pick<Played, 'picture'>> {
  const { stage, stack, topology } = place;
  const first = visitors[0] as Visitor;
  const watched = (): Promise<Watched> =>
    watchUntil(first, { url, topology, missing, settleMs: patience.settleMs, says: stage.says });
  await Promise.all(visitors.map((visitor) => visit(visitor, url, patience.settleMs)));
  if (patience.dataArrives) await Promise.all(visitors.map(({ page }) => dataArrived(page, topology)));
  if (broken) await happen(place, visitors, scenario);
  let seen = await watched();
  let picture: Buffer | undefined;
  const delivering = deliver(topology, stack, visitors, {
    moments: momentsOf(scenario),
    expected,
    alive: seen.evidence.navigation.error === undefined,
    patience,
    beforeReload: async () => {
      seen = await watched();
      picture = await pictureOf(first);
    },
  });
  const channels = Object.keys(expected).filter((one) => one !== 'api');
  stage.says?.(`waits for messages: ${channels.join(', ')}`, delivering);
  const delivery = await delivering;
  picture ??= await pictureOf(first);
  return { ...seen, delivery, ...defined({ picture }) };
}

/** How long a page is waited for while it is broken; one that is repaired goes quiet and gets its data. */
const whileBroken = ({ settleMs, page }: Scenario): Patience => ({
  settleMs,
  dataArrives: !Object.values(page ?? {}).some(({ state }) => state === 'loading'),
});

/** The addresses of the system that is visited: all that are documented, or those of its own host. */
export const addressesOfVisit = (
  { separateHosts = false }: Pick<Topology, 'separateHosts'>,
  visited: string,
  all: readonly AddressRule[],
): AddressRule[] => all.filter(({ host }) => !separateHosts || host === new URL(visited).hostname);

/**
 * The symptom: what the scenario says must be seen, seen.
 *
 * @param missing what is waited for; by default, all that the scenario says
 */
export async function playSymptom(
  place: Place,
  scenario: Scenario,
  missing: Plan['missing'] = (evidence) => firstMissing(compareEvidence(scenario, evidence)),
): Promise<Played> {
  const visitors = await open(place, scenario);
  const seen = await watch(place, visitors, {
    url: scenario.visit,
    scenario,
    delivery: scenario.delivery,
    patience: whileBroken(scenario),
    broken: true,
    missing,
  });
  const mismatches = symptomMismatches(scenario, seen);
  await closeAll(visitors);
  const addresses = addressesOfVisit(place.topology, scenario.visit, await place.stack.addresses());
  return { ...seen, addresses, mismatches };
}

/** Applies one repair to what runs, visits again in a fresh profile and compares. */
export async function playRepair(place: Place, scenario: Scenario, repair: Repair): Promise<Played> {
  const { stack } = place;
  await perform(stack, repair.steps, repair.without ?? []);
  const addresses = await stack.addresses();
  const visitors = await newVisitors(place, addresses, scenario);
  try {
    const lines = repair.console ?? (repair.fails ? undefined : []);
    const compare = ({ console, sockets }: Seen['evidence']): Mismatch[] => [
      ...(lines === undefined ? [] : compareConsole(lines, console)),
      ...(repair.sockets === undefined ? [] : compareSockets(repair.sockets, sockets)),
    ];
    const { delivery } = repair;
    const seen = await watch(place, visitors, {
      url: repair.visit ?? scenario.visit,
      scenario,
      delivery,
      patience: repair.fails ? whileBroken(scenario) : { dataArrives: true },
      missing: (evidence) => firstMissing(compare(evidence)),
    });
    const expected = repair.fails ? { ...scenario, delivery } : { published: true, delivery };
    const mismatches = [...compare(seen.evidence), ...deliveryMismatches(expected, seen)];
    return { ...seen, addresses, mismatches };
  } finally {
    await closeAll(visitors);
  }
}
