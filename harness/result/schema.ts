/**
 * The result of runs as programs read it: reports/result.json and schema/result.v1.json. The page, the terminal's
 * summary and what a merge request shows are all made from it.
 *
 * Plain data, bounded (see bounds.ts) and masked. Times are ISO 8601; durations are in ms.
 */
import { z } from 'zod';
import { CAUSE_IDS, HOPS } from '../causes/causes.ts';
import { diagnosisSchema } from '../investigation/result.ts';

const ms = z.number().min(0).describe('ms');
const at = z.number().describe('ms since the visit began');
const time = z.iso.datetime();
const lines = z.tuple([z.number().int().min(1), z.number().int().min(1)]).describe('first and last line');
const status = z.enum(['passed', 'failed', 'skipped']);
const part = z.enum(['console', 'requests', 'sockets', 'page', 'navigation', 'delivery']);

/** One line of a comparison: what must be seen, against what was. */
const expectation = z.strictObject({
  part,
  text: z.string().describe('as the scenario has it'),
});
export const difference = z.strictObject({
  part,
  kind: z.enum(['missing', 'unexpected', 'different']),
  expected: z.string().exactOptional(),
  seen: z.string().exactOptional(),
});

const consoleLine = z.strictObject({
  at,
  level: z.enum(['error', 'warning', 'log', 'exception']),
  text: z.string(),
  url: z.string().exactOptional(),
});
const request = z.strictObject({
  at,
  ms: ms.exactOptional().describe('absent while the answer is open'),
  method: z.string(),
  url: z.string(),
  type: z.string().describe("Chromium's resource type"),
  status: z.number().int().exactOptional(),
  error: z.string().exactOptional().describe('net::ERR_…, or why the browser refused'),
});
const frame = z.strictObject({ at, direction: z.enum(['sent', 'received']), text: z.string() });
const socket = z.strictObject({
  at,
  ms: ms.exactOptional().describe('absent while it is open'),
  url: z.string(),
  outcome: z.enum(['open', 'failed', 'closed', 'pending']),
  text: z.string().describe('how it went, as a sentence'),
  frames: z.array(frame),
});

/** One visit: what was seen, held against what must be seen. */
const visit = z.strictObject({
  url: z.string(),
  startedAt: time,
  ms,
  document: z.string().describe('how the page itself loaded: a status or a net error'),
  expected: z.array(expectation),
  differences: z.array(difference).describe('empty when it was as expected'),
  delivery: z.record(z.string(), z.string()).describe('what became of the messages, by channel; of the data as `api`'),
  console: z.array(consoleLine),
  requests: z.array(request).describe('what the page asked by itself, and what failed'),
  sockets: z.array(socket),
  left: z.array(z.string()).describe('what was left out to keep it small'),
  way: z
    .array(z.strictObject({ hop: z.enum(HOPS), state: z.enum(['ok', 'broken', 'unknown', 'not reached']) }))
    .describe('hops that readings of this visit show to work'),
  picture: z.string().exactOptional().describe('a screenshot: path beside the result'),
});

const step = z.strictObject({
  title: z.string(),
  startedAt: time,
  ms,
  error: z.string().exactOptional(),
});

const repair = z.strictObject({
  title: z.string(),
  lines: lines.exactOptional().describe('where the document prescribes it'),
  steps: z.array(z.string()).describe('what an operator does, in order'),
  fails: z.boolean().describe('the documented remedy does not help, and that is what must be seen'),
  visit: visit.exactOptional().describe('absent when it was not got to'),
});

const versions = z.record(z.string(), z.string()).describe('of the browser, of programs and of images, by name');

const partRun = z.strictObject({
  topology: z.string(),
  service: z.string(),
  for: z.string(),
  real: z.boolean().describe('false: a stand-in ran'),
  reason: z.string().exactOptional(),
});

/** What a test itself says of the scenario that it played; the rest is known to the reporter. */
export const playedSchema = z.strictObject({
  topology: z.string(),
  title: z.string(),
  document: z.strictObject({ name: z.string(), lines }).exactOptional(),
  documentSays: z.string().exactOptional().describe('where reality differs from it'),
  faults: z.array(z.strictObject({ name: z.string(), file: z.string(), text: z.string() })),
  edit: z.string().describe('what the faults change in the resolved Compose files, as a unified diff; may be empty'),
  cause: z.enum([...CAUSE_IDS, 'none']),
  causeFromOutside: z.enum(CAUSE_IDS).exactOptional().describe('what the outside can name at best'),
  sameSymptomAs: z.array(z.string()),
  commands: z.array(z.string()).describe('that reproduce it'),
  versions,
  parts: z.array(partRun).describe('stand-ins, or what ran in their place'),
  symptom: visit.exactOptional(),
  diagnosis: diagnosisSchema.exactOptional(),
  asked: z
    .array(z.strictObject({ question: z.string(), startedAt: time, ms }))
    .exactOptional()
    .describe('when the probes asked'),
  repairs: z.array(repair),
  logs: z
    .array(z.strictObject({ service: z.string(), at: time, text: z.string() }))
    .exactOptional()
    .describe('what the containers said'),
});

const scenario = playedSchema.partial().extend({
  id: z.string(),
  run: z.string(),
  status,
  topology: z.string(),
  startedAt: time,
  ms,
  at: z.string().describe('file:line of its definition, relative to the project'),
  steps: z.array(step),
  error: z.string().exactOptional(),
  skippedBecause: z.string().exactOptional(),
});

const check = z.strictObject({
  id: z.string(),
  run: z.string(),
  title: z.string(),
  status,
  startedAt: time,
  ms,
  read: z.string().exactOptional().describe('what it found'),
  error: z.string().exactOptional(),
});

const claim = z.strictObject({
  id: z.string(),
  document: z.string(),
  lines,
  says: z.string().describe("in Sintoma's words"),
  verdict: z.enum(['holds', 'holds with a correction', 'refuted', 'not checkable']),
  found: z.string(),
  decidedBy: z.array(z.strictObject({ id: z.string(), stance: z.enum(['shows', 'contradicts', 'corrects']) })),
  state: z.enum(['confirmed', 'drifted', 'not run', 'not checkable']).describe('whether runs confirm the verdict'),
});

const variants = z.strictObject({
  topology: z.string(),
  by: z.string().describe('what the variants differ by, such as "proxy"'),
  rows: z.array(
    z.strictObject({
      wrong: z.string(),
      cells: z.array(
        z.strictObject({
          variant: z.string(),
          scenario: z.string().exactOptional().describe('id of the scenario that shows it'),
          none: z.string().exactOptional().describe('why there is no scenario'),
        }),
      ),
    }),
  ),
});

const run = z.strictObject({
  id: z.string(),
  startedAt: time,
  ms,
  status: z.enum(['passed', 'failed', 'timedout', 'interrupted']),
  tests: z.strictObject({ passed: z.number().int(), failed: z.number().int(), skipped: z.number().int() }),
  versions,
});

export const resultSchema = z.strictObject({
  schemaVersion: z.literal(1).describe('of this form; members may be added without a new version'),
  version: z.string().describe('of Sintoma'),
  runs: z.array(run).describe('those that anything below is of, newest first'),
  scenarios: z.array(scenario).describe('as each was played last'),
  checks: z.array(check),
  documents: z.array(z.strictObject({ name: z.string(), topology: z.string(), lines: z.number().int().min(1) })),
  claims: z.array(claim),
  parts: z.array(partRun),
  variants: z.array(variants).exactOptional().describe('what is wrong by variant, of topologies that have such'),
});

export type PlayedScenario = z.infer<typeof playedSchema>;
export type Visit = z.infer<typeof visit>;
export type Difference = z.infer<typeof difference>;
export type Step = z.infer<typeof step>;
export type RepairResult = z.infer<typeof repair>;
export type ScenarioResult = z.infer<typeof scenario>;
export type CheckResult = z.infer<typeof check>;
export type ClaimResult = z.infer<typeof claim>;
export type PartResult = z.infer<typeof partRun>;
export type RunResult = z.infer<typeof run>;
export type Result = z.infer<typeof resultSchema>;

/** The published JSON schema. */
export const resultJsonSchema = (): object => ({
  $id: 'sintoma/schema/result.v1.json',
  title: 'The result of runs of Sintoma',
  ...z.toJSONSchema(resultSchema),
});
