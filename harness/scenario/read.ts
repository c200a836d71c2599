/** Turns what the files of scenarios/ export into scenarios, claims and checks, or says what is wrong with them. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { z } from 'zod';
import { isCauseId } from '../causes/causes.ts';
import { UserError } from '../common/errors.ts';
import { PROJECT } from '../common/paths.ts';
import { missingFault, type Deployment } from '../topology/deployment.ts';
import { linesOfQuote } from './lock.ts';
import {
  checkSchema,
  claimSchema,
  scenarioSchema,
  topologySchema,
  type Check,
  type Claim,
  type RepairStep,
  type Scenario,
  type Topology,
} from './schema.ts';

/** A topology as a project defines it. */
export interface Definition extends Topology {
  deployment: Deployment;
}

/** What follows the topology in an id: it becomes a title, a file name and a word on a command line. */
const NAME = /^[A-Za-z0-9][\w.-]*$/;

/** What is wrong with an id; undefined when nothing is. */
const idMistake = (id: string, topology: string): string | undefined => {
  if (!id.startsWith(`${topology}/`)) return `must begin with "${topology}/"`;
  const name = id.slice(topology.length + 1);
  return NAME.test(name) ? undefined : `"${name}" is no name: letters, digits, "-", "_" and "." make one`;
};

/** The path of a file as messages name it. */
const shown = (file: string): string => path.relative(PROJECT, file);

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** Parses; throws an error that names place, key and what is wrong with it. */
function parse<S extends z.ZodType>(schema: S, value: unknown, place: string): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const key = issue?.path.map(String).join('.');
  throw new UserError([place, key, issue?.message ?? 'is not valid'].filter(Boolean).join(': '));
}

/**
 * Reads the default export of a topology.ts.
 *
 * @param name of its folder
 * @throws UserError that names the file and the key of the first thing that is wrong
 */
export function readTopology(written: unknown, file: string, name: string): Definition {
  if (!isObject(written)) throw new UserError(`${shown(file)}: it must export topology({…}) as its default`);
  const input = parse(topologySchema, written, shown(file));
  const folder = path.dirname(file);
  const compose = path.resolve(folder, input.compose);
  if (!existsSync(compose)) throw new UserError(`${shown(file)}: compose: there is no file ${shown(compose)}`);
  const { addresses, files, ports, edits = {} } = input;
  const deployment = { name, compose, faults: path.resolve(folder, input.faults), addresses, files, ports };
  for (const [fault, edit] of Object.entries(edits)) {
    const wrong = (message: string): UserError => new UserError(`${shown(file)}: edits: ${fault}: ${message}`);
    if (missingFault(deployment, fault) === undefined) throw wrong('the folder of faults has a fault of this name');
    const other = Object.keys(edit).find((target) => !files || !Object.hasOwn(files, target));
    if (other !== undefined) throw wrong(`"${other}" is none of \`files\``);
  }
  return { ...input, name, deployment: { ...deployment, edits } };
}

/** All steps that a scenario takes after its start. */
export const stepsOf = ({ after = [], leave = [], whileOpen = [], repairs }: Scenario): RepairStep[] => [
  ...after,
  ...whileOpen.flatMap((event) => ('shows' in event ? [] : event)),
  ...leave,
  ...repairs.flatMap(({ steps }) => steps),
];

/** The lists of faults that a scenario puts into effect: the one that it begins with, and those of its steps. */
export const faultsOf = (scenario: Scenario): (readonly string[])[] => [
  scenario.faults,
  ...stepsOf(scenario).flatMap((step) => ('edit' in step ? [step.edit] : [])),
];

/**
 * Names of services in a scenario, with the key under which each stands. Only the resolved Compose files tell whether
 * they exist: set-up compares.
 */
export const servicesIn = (scenario: Scenario): { key: string; service: string }[] => [
  ...[scenario.without, ...scenario.repairs.map(({ without = [] }) => without)]
    .flat()
    .map((service) => ({ key: 'without', service })),
  ...stepsOf(scenario).flatMap((step): { key: string; service: string }[] => {
    if ('build' in step) return step.build.map((service) => ({ key: 'build', service }));
    if ('restart' in step) return step.restart.map((service) => ({ key: 'restart', service }));
    return 'answers' in step ? [{ key: 'answers', service: step.answers.service }] : [];
  }),
];

/**
 * Pages that a scenario opens, with the key under which each stands. Only the resolved Compose files tell where all
 * addresses lead: set-up compares.
 */
export const visitsIn = ({ visit, visitedBefore, repairs }: Scenario): { key: string; url: string }[] =>
  [
    { key: 'visit', url: visit },
    { key: 'visitedBefore', url: visitedBefore },
    ...repairs.map((repair) => ({ key: 'repairs.visit', url: repair.visit })),
  ].flatMap(({ key, url }) => (url === undefined ? [] : [{ key, url }]));

/**
 * Turns what a file wrote into a scenario.
 *
 * @param file full path of the defining file
 * @throws UserError that names the file and the key of the first thing that is wrong
 */
export function readScenario(written: unknown, file: string, definition: Definition): Scenario {
  const { id, input, at } = isObject(written) ? written : {};
  const place = `${shown(file)}: ${typeof id === 'string' ? id : 'default export'}`;
  const wrong = (key: string, message: string, hint?: string): UserError =>
    new UserError(`${place}: ${key}: ${message}`, hint);
  if (typeof id !== 'string') throw wrong('id', 'a file exports scenario(id, {…}) or a list of them as its default');
  const mistake = idMistake(id, definition.name);
  if (mistake !== undefined) throw wrong('id', mistake);
  const cause = isObject(input) ? input.cause : undefined;
  if (typeof cause === 'string' && cause !== 'none' && !isCauseId(cause)) {
    throw wrong('cause', `"${cause}" is not in the catalogue of causes`, 'sintoma explain lists them');
  }
  const scenario: Scenario = {
    ...parse(scenarioSchema, input, place),
    id,
    topology: definition.name,
    file: shown(file),
    at: typeof at === 'string' ? at : '',
  };
  const { document, faults, repairs, delivery } = scenario;
  const edited = stepsOf(scenario).flatMap((step) => ('edit' in step ? step.edit : []));
  for (const fault of [...faults, ...edited]) {
    const missing = missingFault(definition.deployment, fault);
    if (missing !== undefined) throw wrong('faults', `there is no ${shown(missing)}`);
  }
  const channels = [...Object.keys(definition.channels), ...(definition.data ? ['api'] : [])];
  for (const channel of [delivery, ...repairs.map((repair) => repair.delivery)].flatMap((one) => Object.keys(one))) {
    if (channels.includes(channel)) continue;
    if (channel === 'api') throw wrong('delivery', '"api" needs `data` in topology.ts');
    throw wrong('delivery', `"${channel}" is none of ${channels.join(', ')}`);
  }
  const places = [document?.lines, ...repairs.map((repair) => repair.document)].filter((one) => one !== undefined);
  if (document === undefined && places.length > 0) throw wrong('document', 'a repair names lines of no document');
  const length = document && definition.documents[document.name];
  if (document && length === undefined) {
    throw wrong('document', `"${document.name}" is none of ${Object.keys(definition.documents).join(', ')}`);
  }
  for (const [from, to] of places) {
    if (length !== undefined && (from > to || to > length))
      throw wrong('document', `lines ${from}–${to} are not in a document of ${length} lines`);
  }
  return scenario;
}

/** The entries of an exported list, each with how messages name it. Throws unless the export is a list. */
function entries(written: unknown, file: string): { entry: unknown; place: string }[] {
  if (!Array.isArray(written)) throw new UserError(`${shown(file)}: it must export a list as its default`);
  return written.map((entry: unknown, index) => ({
    entry,
    place: `${shown(file)}: ${isObject(entry) && typeof entry.id === 'string' ? entry.id : String(index)}`,
  }));
}

/**
 * Reads the default export of a checks.ts.
 *
 * @throws UserError that names the file and the key of the first thing that is wrong
 */
export function readChecks(written: unknown, file: string, { name, deployment }: Definition): Check[] {
  return entries(written, file).map(({ entry, place }) => {
    const check = parse(checkSchema, entry, place);
    const mistake = idMistake(check.id, name);
    if (mistake !== undefined) throw new UserError(`${place}: id: ${mistake}`);
    const missing = (check.faults ?? [])
      .map((fault) => missingFault(deployment, fault))
      .find((one) => one !== undefined);
    if (missing !== undefined) throw new UserError(`${place}: faults: there is no ${shown(missing)}`);
    return check;
  });
}

/**
 * Reads the default export of a claims.ts.
 *
 * @param deciders ids of the topology's scenarios and checks
 * @throws UserError that names the file and the key of the first thing that is wrong
 */
export function readClaims(
  written: unknown,
  file: string,
  { documents, name }: Definition,
  deciders: ReadonlySet<string>,
): Claim[] {
  const claims = entries(written, file).map(({ entry, place }): Claim => {
    const { document = '', lines = [1, 1], ...claim } = parse(claimSchema, entry, place);
    const unknown = claim.decidedBy.find(({ id }) => !deciders.has(id));
    if (unknown !== undefined) throw new UserError(`${place}: decidedBy: no scenario or check "${unknown.id}"`);
    const { id, at } = claim;
    if (at !== undefined) {
      const own = {
        document: at.document,
        get lines() {
          return linesOfQuote(name, id, at);
        },
      };
      return Object.assign(own, claim);
    }
    const length = documents[document];
    const [from, to] = lines;
    if (length === undefined) throw new UserError(`${place}: document: topology.ts names no "${document}"`);
    if (from > to || to > length)
      throw new UserError(`${place}: lines: ${from}–${to} are not in a document of ${length} lines`);
    return { ...claim, document, lines };
  });
  const twin = claims.find(({ id }, index) => claims.some((other, before) => before < index && other.id === id));
  if (twin) throw new UserError(`${shown(file)}: ${twin.id}: id: already defined above`);
  return claims;
}
