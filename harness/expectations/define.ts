/** The words in which scenarios are written, and the check that a scenario makes sense. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { CAUSE_IDS } from '../diagnosis/causes.ts';
import { UserError } from '../engine/errors.ts';
import { PROJECT } from '../engine/paths.ts';
import { faultFile } from '../topology/compose.ts';
import type {
  Claim,
  ConsoleExpectation,
  RepairStep,
  RequestExpectation,
  Scenario,
  SocketExpectation,
  Text,
  Topology,
  Verdict,
} from './scenario.ts';

const text = z.union([z.string(), z.instanceof(RegExp)]);
const lines = z.tuple([z.number().int().min(1), z.number().int().min(1)]);
const outcome = z.union([
  z.enum(['live', 'polling', 'after-reload', 'never', 'loaded', 'missing']),
  z.strictObject({ partial: z.literal(true), perhapsNone: z.literal(true).optional() }),
]);
const consoleLine = z.strictObject({
  level: z.enum(['error', 'warning', 'exception', 'log']),
  text,
  url: text.optional(),
  may: z.boolean().optional(),
});
const repairStep = z.union([
  z.strictObject({ edit: z.array(z.string()) }),
  z.strictObject({ build: z.array(z.string()) }),
  z.strictObject({ up: z.literal(true) }),
  z.strictObject({ restart: z.array(z.string()) }),
  z.strictObject({
    answers: z.strictObject({
      service: z.string(),
      port: z.number().int(),
      http: z.string(),
      status: z.number().int().optional(),
    }),
  }),
]);
const delivery = z.record(z.string(), outcome);

const schema = z.strictObject({
  title: z.string().min(1),
  document: z.strictObject({ name: z.string(), lines }),
  documentSays: z.string().optional(),
  faults: z.array(z.string()).default([]),
  after: z.array(repairStep).optional(),
  leave: z.array(repairStep).optional(),
  without: z.array(z.string()).default([]),
  visitedBefore: z.url().optional(),
  visit: z.url(),
  signedIn: z.boolean().default(true),
  settleMs: z.number().int().min(100).optional(),
  clients: z.number().int().min(1).max(8).default(1),
  messages: z.number().int().min(1).max(20).default(1),
  burst: z.boolean().optional(),
  console: z.array(consoleLine),
  requests: z.array(
    z.strictObject({
      method: z.string(),
      url: text,
      status: z.number().int().optional(),
      error: text.optional(),
      mimeType: z.string().optional(),
      blockedReason: z.string().optional(),
      corsError: z.string().optional(),
      fromServiceWorker: z.boolean().optional(),
      may: z.boolean().optional(),
    }),
  ),
  sockets: z.array(
    z.strictObject({
      url: text,
      outcome: z.enum(['open', 'failed', 'closed', 'pending']),
      error: text.optional(),
      closeCode: z.number().int().optional(),
      closeReason: text.optional(),
      closedByPage: z.boolean().optional(),
      received: z.array(text).optional(),
      may: z.boolean().optional(),
    }),
  ),
  page: z.record(z.string(), z.strictObject({ text: text.optional(), state: z.string().optional() })).optional(),
  navigationError: text.optional(),
  delivery,
  published: z.union([z.boolean(), z.record(z.string(), z.boolean())]).default(true),
  cause: z.string(),
  causeFromOutside: z.enum(CAUSE_IDS).optional(),
  sameSymptomAs: z.array(z.string()).default([]),
  repairs: z
    .array(
      z.strictObject({
        title: z.string(),
        document: lines.optional(),
        steps: z.array(repairStep),
        visit: z.url().optional(),
        fails: z.boolean().optional(),
        delivery,
        console: z.array(consoleLine).optional(),
        without: z.array(z.string()).optional(),
      }),
    )
    .default([]),
  tags: z.array(z.string().regex(/^@/)).default([]),
});

/** What a scenario file writes; the rest has defaults. */
export type ScenarioInput = Omit<Scenario, 'id' | 'topology' | 'file' | 'at' | Defaulted> &
  Partial<Pick<Scenario, Defaulted>>;

type Defaulted =
  'sameSymptomAs' | 'faults' | 'published' | 'without' | 'signedIn' | 'clients' | 'messages' | 'repairs' | 'tags';

/** A scenario as written, with its id. */
export interface WrittenScenario {
  id: string;
  input: ScenarioInput;
  /** file:line:column where it is written, so that a failure points there. */
  at: string;
}

/** Where the function that called the caller was called: the first frame below scenarios/. */
function writtenAt(): string {
  const frame = (new Error().stack ?? '')
    .split('\n')
    .find((line) => /scenario\.ts[?:]/.test(line) && /scenarios\//.test(line));
  return (
    /((?:file:\/\/)?\/[^()\s]+:\d+:\d+)/
      .exec(frame ?? '')?.[1]
      ?.replace(/^file:\/\//, '')
      .replace(/\?[^:]*/, '') ?? ''
  );
}

/** Writes down a scenario. `id` is `<topology>/<name>`. */
export const scenario = (id: string, input: ScenarioInput): WrittenScenario => ({ id, input, at: writtenAt() });

/** Writes down a topology: only checks the types. */
export const topology = <T extends Topology>(definition: T): T => definition;

// Console lines.
interface At {
  at(url: Text): ConsoleExpectation;
}
const line = (level: ConsoleExpectation['level'], value: Text): ConsoleExpectation & At => {
  const expectation: ConsoleExpectation = { level, text: value };
  return Object.defineProperty({ ...expectation }, 'at', {
    value: (url: Text) => ({ ...expectation, url }),
  }) as ConsoleExpectation & At;
};
/** An error of the console; `.at(url)` says which resource it names outside the text. */
export const error = (value: Text): ConsoleExpectation & At => line('error', value);
export const warning = (value: Text): ConsoleExpectation & At => line('warning', value);
export const exception = (value: Text): ConsoleExpectation & At => line('exception', value);
/** "Failed to load resource: …" at a URL. */
export const failedResource = (reason: string, url: Text): ConsoleExpectation =>
  error(`Failed to load resource: ${reason}`).at(url);
/** "WebSocket connection to '<url>' failed: <reason>", as an error. The URL stands in the text. */
export const failedSocket = (url: string, reason: string): ConsoleExpectation =>
  error(`WebSocket connection to '${url}' failed: ${reason}`);

// Requests.
/** A request that was answered with this status. */
export const answered = (
  method: string,
  url: Text,
  status: number,
  more: Partial<RequestExpectation> = {},
): RequestExpectation => ({ method, url, status, ...more });
/** A request that failed below HTTP. */
export const refused = (
  method: string,
  url: Text,
  netError: Text,
  more: Partial<RequestExpectation> = {},
): RequestExpectation => ({ method, url, error: netError, ...more });

// Sockets.
export const openSocket = (url: Text, more: Partial<SocketExpectation> = {}): SocketExpectation => ({
  url,
  outcome: 'open',
  ...more,
});
export const brokenSocket = (url: Text, reason: Text, more: Partial<SocketExpectation> = {}): SocketExpectation => ({
  url,
  outcome: 'failed',
  error: reason,
  ...more,
});

/** Marks an expectation as one that may be absent. */
export const may = <T extends object>(expectation: T): T & { may: true } => ({ ...expectation, may: true });

// Repair steps.
export const edit = (...faults: string[]): RepairStep => ({ edit: faults });
export const build = (...services: string[]): RepairStep => ({ build: services });
export const up = (): RepairStep => ({ up: true });
export const restart = (...services: string[]): RepairStep => ({ restart: services });
/** `port` is the container's, `http` a path; without `status` anything below 500 will do. */
export const answers = (service: string, port: number, http: string, status?: number): RepairStep => ({
  answers: { service, port, http, ...(status === undefined ? {} : { status }) },
});

/**
 * The word in which a document's claims are written.
 *
 * @param prefix of the claims' ids, e.g. `balancas` for `balancas-01`
 * @param document its name; also the topology whose scenarios and checks decide
 */
export const claimsOf =
  (prefix: string, document: string) =>
  (
    number: string,
    lines: [number, number],
    says: string,
    verdict: Verdict,
    found: string,
    ...decidedBy: string[]
  ): Claim => ({
    id: `${prefix}-${number}`,
    document,
    lines,
    says,
    verdict,
    found,
    decidedBy: decidedBy.map((name) => `${document}/${name}`),
  });

/** How a topology's documents are known: name to number of lines. */
export type DocumentLengths = Readonly<Record<string, number>>;

const showPath = (issuePath: PropertyKey[]): string => issuePath.map(String).join('.');

/**
 * Turns what a file wrote into a scenario.
 *
 * @param file path of the defining file, for messages
 * @throws UserError that names the file and the key of the first thing that is wrong.
 */
export function readScenario(
  written: unknown,
  file: string,
  definition: Topology,
  services: ReadonlySet<string>,
): Scenario {
  const where = path.relative(PROJECT, file);
  const { id, input, at } = (written ?? {}) as Partial<WrittenScenario>;
  const wrong = (key: string, message: string, hint?: string): UserError =>
    new UserError(`${where}: ${id ?? 'default export'}: ${key}: ${message}`, hint);
  if (typeof id !== 'string') throw wrong('id', 'a file exports scenario(id, {…}) or a list of them as its default');
  if (!id.startsWith(`${definition.name}/`)) throw wrong('id', `must begin with "${definition.name}/"`);
  const result = schema.safeParse(input);
  if (!result.success) {
    const issue = result.error.issues[0];
    throw wrong(showPath(issue?.path ?? []), issue?.message ?? 'is not valid');
  }
  const read = result.data;
  if (read.cause !== 'none' && !(CAUSE_IDS as readonly string[]).includes(read.cause)) {
    throw wrong('cause', `"${read.cause}" is not in the catalogue of causes`, 'see harness/diagnosis/causes.ts');
  }
  const steps = [...(read.after ?? []), ...(read.leave ?? []), ...read.repairs.flatMap((repair) => repair.steps)];
  const faults = [...read.faults, ...steps.flatMap((step) => ('edit' in step ? step.edit : []))];
  for (const fault of faults) {
    if (!existsSync(faultFile(definition.name, fault))) {
      throw wrong('faults', `there is no compose/${definition.name}/faults/${fault}.yaml`);
    }
  }
  const named = [
    ...read.without,
    ...steps.flatMap((step) => {
      if ('build' in step) return step.build;
      if ('restart' in step) return step.restart;
      return 'answers' in step ? step.answers.service : [];
    }),
  ];
  for (const service of named) {
    if (!services.has(service)) throw wrong('service', `"${service}" is no service of compose/${definition.name}`);
  }
  const channels = [...Object.keys(definition.channels), 'api'];
  for (const channel of [read.delivery, ...read.repairs.map((repair) => repair.delivery)].flatMap(Object.keys)) {
    if (!channels.includes(channel)) throw wrong('delivery', `"${channel}" is none of ${channels.join(', ')}`);
  }
  const length = definition.documents[read.document.name];
  if (length === undefined) {
    throw wrong('document', `"${read.document.name}" is none of ${Object.keys(definition.documents).join(', ')}`);
  }
  for (const [from, to] of [
    read.document.lines,
    ...read.repairs.flatMap((repair) => (repair.document ? [repair.document] : [])),
  ]) {
    if (from > to || to > length)
      throw wrong('document', `lines ${from}–${to} are not in a document of ${length} lines`);
  }
  return { ...read, id, topology: definition.name, file: where, at: at ?? '' } as Scenario;
}
