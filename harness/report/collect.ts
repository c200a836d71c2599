/** What a finished test adds to a result: pure but for reading its attachments. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { TestCase, TestResult, TestStep } from '@playwright/test/reporter';
import { defined } from '../common/defined.ts';
import { PROJECT } from '../common/paths.ts';
import { bounded, BOUNDS } from '../result/bounds.ts';
import { playedSchema, type CheckResult, type PlayedScenario, type ScenarioResult } from '../result/schema.ts';
import { PICTURE, RECORD } from '../suite/record.ts';

/** A picture, and where it belongs beside the result. */
export interface Picture {
  path: string;
  body: Buffer;
}

type Attachment = TestResult['attachments'][number];

const contentOf = ({ body, path: file }: Attachment): Buffer | undefined =>
  body ?? (file === undefined ? undefined : readFileSync(file));

export const annotation = (test: TestCase, result: TestResult, type: string): string | undefined =>
  [...result.annotations, ...test.annotations].find((one) => one.type === type)?.description;

/** What the test itself says; nothing when it ended before it could, or is of a version with another form. */
function recordOf({ attachments }: TestResult): Partial<PlayedScenario> {
  const attached = attachments.find(({ name }) => name === RECORD);
  const content = attached && contentOf(attached);
  if (content === undefined) return {};
  return playedSchema.safeParse(JSON.parse(content.toString('utf8'))).data ?? {};
}

/** Only what lies below the pictures' folder: the path comes from an attachment. */
const isInside = (file: string): boolean =>
  /^page\/pictures\/[\w.-]+\/[\w.-]+\/[\w.-]+\.jpg$/.test(file) && !file.includes('..');

/** The pictures that a test attached. */
export const picturesOf = ({ attachments }: TestResult): Picture[] =>
  attachments.flatMap((attachment) => {
    const { name } = attachment;
    const file = name.startsWith(PICTURE) ? name.slice(PICTURE.length) : '';
    const body = isInside(file) ? contentOf(attachment) : undefined;
    return body === undefined ? [] : [{ path: file, body }];
  });

const plain = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : bounded(stripVTControlCharacters(text), BOUNDS.file);

const errorOf = ({ errors }: Pick<TestResult, 'errors'>): string | undefined =>
  plain(errors.map(({ message, value }) => message ?? value ?? '').join('\n') || undefined);

const stepOf = ({ title, startTime, duration, error }: TestStep) => ({
  title: bounded(title),
  startedAt: startTime.toISOString(),
  ms: Math.max(0, duration),
  ...defined({ error: plain(error?.message) }),
});

const statusOf = ({ status }: TestResult): ScenarioResult['status'] =>
  status === 'passed' || status === 'skipped' ? status : 'failed';

const common = (result: TestResult, id: string, run: string) => ({
  id,
  run,
  status: statusOf(result),
  startedAt: result.startTime.toISOString(),
  ms: Math.max(0, result.duration),
  ...defined({ error: errorOf(result) }),
});

/** A scenario, as a test played it. */
export function scenarioOf(test: TestCase, result: TestResult, id: string, run: string): ScenarioResult {
  const { file, line, column } = test.location;
  const skipped = result.status === 'skipped' ? (annotation(test, result, 'skip') ?? 'skipped') : undefined;
  return {
    ...recordOf(result),
    ...common(result, id, run),
    topology: id.split('/')[0] as string,
    at: `${path.relative(PROJECT, file)}:${line}:${column}`,
    steps: result.steps.filter(({ category }) => category === 'test.step').map(stepOf),
    ...defined({ skippedBecause: skipped }),
  };
}

/** A check, as a test did it. */
export const checkOf = (test: TestCase, result: TestResult, id: string, run: string): CheckResult => ({
  ...common(result, id, run),
  title: annotation(test, result, 'title') ?? test.title,
  ...defined({ read: plain(annotation(test, result, 'read')) }),
});
