/** Leaves out each line of a documented file in turn, and finds out what breaks. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { addressOf } from '../common/address.ts';
import { isUserError, UserError } from '../common/errors.ts';
import { PROJECT } from '../common/paths.ts';
import { ablationTable, type AblationTable } from '../document/ablation-table.ts';
import { Document } from '../document/document.ts';
import type { Definition } from '../scenario/read.ts';
import type { LoadedTopology } from '../scenario/load.ts';
import { OUTCOMES, type Delivery, type Scenario } from '../scenario/schema.ts';
import { showOutcome } from '../scenario/show.ts';
import { diagnosisOf } from './diagnosis.ts';
import { playSymptom, type Place, type Played } from './play.ts';

/** A line (or an option of one) that is left out. */
export interface Ablation {
  /** What is left out, as its row calls it. */
  leftOut: string;
  /** The fault that leaves it out: an edit of the topology. */
  fault: string;
}

/** A documented file of a topology. */
export interface Ablatable {
  /** `service:/path/in/its/container` */
  target: string;
  service: string;
  /** The document, relative to the project. */
  document: string;
  /** The line in which the block begins. */
  line: number;
  /** Titles of the columns after the first: the channels, and what the diagnosis names. */
  columns: readonly string[];
  ablations: readonly Ablation[];
  /** The table that the document has of it. */
  table: AblationTable | undefined;
}

/** What was seen without a line. */
export interface AblationReading {
  /** The service was ready, or had ended; else it may only have been slow. */
  settled: boolean;
  /** One for each column. */
  cells: string[];
  /** Why the service does not start. */
  says?: string;
}

/** What a healthy system gives, of any kind: the pages that ablations are tried with. */
const isPlain = ({ cause, faults, visitedBefore, whileOpen = [], after = [] }: Scenario): boolean =>
  cause === 'none' && faults.length === 0 && visitedBefore === undefined && whileOpen.length + after.length === 0;

const NAMED = 'named';
const DOES_NOT_START = 'does not start';
const NOTHING = 'nothing breaks';

/** What can be left out of the documents of a topology. */
export interface Ablatables {
  files: readonly Ablatable[];
  /** The topology with all of it as faults. */
  definition: Definition;
  /** Its scenarios of the healthy system. */
  pages: readonly Scenario[];
}

/**
 * The documented files of a topology, with what can be left out of them.
 *
 * @throws UserError that names document and line
 */
export function ablatables({ definition, scenarios }: Pick<LoadedTopology, 'definition' | 'scenarios'>): Ablatables {
  const { deployment } = definition;
  const pages = scenarios.filter(isPlain);
  // What becomes of the page's own data (`api`) is no channel.
  const columns = [...Object.keys(pages[0]?.delivery ?? {}).filter((name) => name !== 'api'), NAMED];
  const edits = { ...deployment.edits };
  const files = Object.entries(deployment.files ?? {}).map(([target, block]): Ablatable => {
    const colon = block.at.lastIndexOf(':');
    const [document, line] = [block.at.slice(0, colon), Number(block.at.slice(colon + 1))];
    const full = path.join(PROJECT, document);
    const service = target.slice(0, target.indexOf(':'));
    const ablations = block.ablations.map(({ leftOut, block: edited }, index) => {
      const fault = `without-${service}-${path.basename(target)}-${index + 1}`;
      edits[fault] = { [target]: edited };
      return { leftOut, fault };
    });
    const source = new Document(full);
    const table = source.isMarkdown ? ablationTable(source.parts, readFileSync(full, 'utf8'), line) : undefined;
    return { target, service, document, line, columns, ablations, table };
  });
  return { files, definition: { ...definition, deployment: { ...deployment, edits } }, pages };
}

/** What the document says of a line that is left out, by column; undefined where its table has no such row. */
export const rowOf = ({ table }: Ablatable, leftOut: string): readonly string[] | undefined =>
  table?.rows.find(([name]) => name === leftOut)?.slice(1);

/** What is wrong with the rows and columns of a table; nothing where each line has its row. */
export function amiss({ ablations, columns, table }: Ablatable): string[] {
  const rows = table?.rows.map(([name = '']) => name) ?? [];
  const wanted = ablations.map(({ leftOut }) => leftOut);
  return [
    ...(table?.columns.join() === columns.join() ? [] : [`its columns are not ${columns.join(', ')}`]),
    ...wanted.filter((name) => !rows.includes(name)).map((name) => `no row for ${name}`),
    ...rows.filter((name) => !wanted.includes(name)).map((name) => `a row for ${name}, which the block does not have`),
    ...rows.filter((name, index) => rows.indexOf(name) !== index).map((name) => `two rows for ${name}`),
  ];
}

/** What a row says of messages. */
export function expectedOf({ columns }: Ablatable, row: readonly string[]): Delivery {
  return Object.fromEntries(
    columns.flatMap((column, index) => {
      const outcome = OUTCOMES.find((one) => one === row[index]);
      return outcome === undefined ? [] : [[column, outcome]];
    }),
  );
}

/** The page behind a service; any of the topology where it is behind none. */
function pageBehind({ stack }: Place, service: string, pages: readonly Scenario[]): Scenario {
  const page =
    pages.find(({ visit }) => {
      const to = stack.configuration.addresses[addressOf(visit)];
      return typeof to === 'object' && to.service === service;
    }) ?? pages[0];
  if (page !== undefined) return page;
  throw new UserError(
    `${stack.topology}: no scenario shows the healthy system`,
    "lines are left out of a system that works: write a scenario without faults whose cause is 'none'",
  );
}

/** How long, in ms, a service may take to be ready; what lacks a line may never be. */
const READY_MS = 8000;

/** The same, in ms, where the document says that no message comes through: it is then hardly ever ready. */
const NEVER_READY_MS = 3000;

/** Waits until a service is ready, or will not be: false where it runs and is not, or why it has ended. */
async function untilSettled({ stack, topology }: Place, service: string, timeoutMs: number): Promise<boolean | string> {
  const ready = topology.ready[service];
  if (ready === undefined) return true;
  try {
    await stack.answers(service, ready, timeoutMs);
    return true;
  } catch (error) {
    if (!isUserError(error)) throw error;
    return (await stack.hasEnded(service)) && error.message;
  }
}

/** True for a message that was shown, and not in the way of the healthy system. */
const isBetween = (outcome: Delivery[string], healthy: Delivery[string] | undefined): boolean =>
  outcome !== healthy && outcome !== 'never' && outcome !== 'after-reload';

/**
 * Plays the healthy visit to a system of which something is left out.
 *
 * @param expected what the document says becomes of the messages, by channel; a page that is to show one is waited for
 */
export async function playAblation(
  place: Place,
  { service, columns }: Ablatable,
  { fault }: Ablation,
  pages: readonly Scenario[],
  expected: Delivery = {},
): Promise<AblationReading> {
  const { stack } = place;
  await stack.edit([fault]);
  await stack.build();
  await stack.up([service]);
  const healthy = pageBehind(place, service, pages);
  const told = Object.values(expected);
  const hopeless = told.length > 0 && told.every((outcome) => outcome === 'never');
  const settled = await untilSettled(place, service, hopeless ? NEVER_READY_MS : READY_MS);
  const channels = columns.slice(0, -1);
  if (typeof settled === 'string')
    return { settled: true, cells: [...channels.map(() => '–'), DOES_NOT_START], says: settled };
  // What the page then says is not known, and not waited for.
  const visit = (delivery: Delivery): Promise<Played> => playSymptom(place, { ...healthy, delivery }, () => undefined);
  let played = await visit({ ...Object.fromEntries(channels.map((channel) => [channel, 'never'])), ...expected });
  const outcomeOf = (channel: string): Delivery[string] => played.delivery[channel]?.outcome ?? 'never';
  // Who polls may be about to open a socket: it is waited for, unless somebody has waited before.
  const onTheWay = channels.filter(
    (one) => expected[one] === undefined && isBetween(outcomeOf(one), healthy.delivery[one]),
  );
  if (onTheWay.length > 0)
    played = await visit({
      ...Object.fromEntries(channels.map((one) => [one, outcomeOf(one)])),
      ...Object.fromEntries(onTheWay.map((one) => [one, healthy.delivery[one] ?? 'live'])),
    });
  const outcomes = channels.map((channel) => showOutcome(played.delivery[channel]?.outcome ?? 'never'));
  const { named } = await diagnosisOf(played);
  return { settled, cells: [...outcomes, named === 'none' ? NOTHING : named] };
}
