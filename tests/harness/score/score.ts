/**
 * How good the diagnosis is, measured on recordings: the answer to each, how sure it is, and how often it is right at
 * each level of confidence. No system runs for it.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { CALIBRATION } from '../../../harness/diagnosis/calibration.ts';
import type { Diagnosis } from '../../../harness/diagnosis/diagnose.ts';
import { evaluate } from '../../../harness/diagnosis/diagnose.ts';
import type { Level } from '../../../harness/diagnosis/finding.ts';
import { LEVELS } from '../../../harness/diagnosis/finding.ts';
import { ROOT } from '../../../harness/common/paths.ts';
import { investigateAgain, knownOf, recordings, type Recording } from '../../unseen/recording.ts';

/** The folders of recordings that are kept in the repository, by the name that the snapshot uses. */
export const FOLDERS: Readonly<Record<string, string>> = {
  scenarios: path.join(ROOT, 'tests/harness/recordings'),
  unseen: path.join(ROOT, 'tests/unseen/recordings'),
};

/** The snapshot of all answers: a changed answer is a changed line of it. */
export const SNAPSHOT = path.join(ROOT, 'tests/harness/score/snapshot.txt');

/** The measured confidences. */
export const CALIBRATION_FILE = path.join(ROOT, 'harness/diagnosis/calibration.ts');

/** What the diagnosis says about one recording. */
export interface Row {
  id: string;
  expected: string;
  /** With all readings. */
  full: Diagnosis;
  /** With each single reading missing. */
  less: Diagnosis[];
  /** From the evidence alone. */
  alone: Diagnosis;
  /** When it asks its own questions, and the recording answers them. */
  asking: Diagnosis;
  /** The number of questions that it asked so. */
  asked: number;
}

/** The cause, or the verdict where there is none. */
export const answerOf = ({ verdict, cause }: Diagnosis): string => (verdict === 'faulty' ? (cause ?? '') : verdict);

/** Diagnoses all recordings of the folders. */
export async function measure(folders: Readonly<Record<string, string>> = FOLDERS): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [name, folder] of Object.entries(folders))
    for (const recording of recordings(folder)) rows.push(await measureOne(`${name}/${recording.name}`, recording));
  return rows.sort((a, b) => compare(a.expected, b.expected) || compare(a.id, b.id));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

async function measureOne(id: string, recording: Recording): Promise<Row> {
  const { expect: expected, readings } = recording;
  const { diagnosis: asking, readings: had } = await investigateAgain(recording);
  return {
    id,
    expected,
    full: evaluate(knownOf(recording)).diagnosis,
    less: readings.map((missing) => evaluate(knownOf(recording, [missing])).diagnosis),
    alone: evaluate(knownOf(recording, readings)).diagnosis,
    asking,
    asked: had.length,
  };
}

/** The answers as text, one line a recording. */
export function snapshotOf(rows: readonly Row[]): string {
  return `${rows.map(lineOf).join('\n')}\n`;
}

/** One recording: what was expected, what was answered with which candidates, and how that changes with less. */
function lineOf({ id, expected, full, less, alone, asking, asked }: Row): string {
  const named = answerOf(full);
  const kept = less.filter((one) => answerOf(one) === named).length;
  const parts = [
    `${named === expected ? '' : `WRONG, expected ${expected}: `}${named} ${sure(full)}`.trim(),
    full.candidates
      .filter(({ cause }) => cause !== full.cause)
      .slice(0, 3)
      .map((candidate) => `${candidate.cause} ${sure(candidate)}`)
      .join(', ') || 'no other',
    // An older recording does not hold the answer to every question that would be asked now.
    `asked ${asked}${[named, 'inconclusive'].includes(answerOf(asking)) ? '' : `: ${answerOf(asking)}`}`,
    `kept ${kept}/${less.length}`,
    `alone ${answerOf(alone)}`,
  ];
  return `${id} | ${parts.join(' | ')}`;
}

const sure = ({ level }: { level: Level | null }): string => level ?? '';

/** The questions that a reader has about all rows together, as text. */
export function summaryOf(rows: readonly Row[]): string {
  const right = rows.filter((row) => answerOf(row.full) === row.expected);
  const wrong = rows.filter((row) => row.full.verdict === 'faulty' && answerOf(row.full) !== row.expected);
  const confusion = rows
    .filter((row) => answerOf(row.full) !== row.expected)
    .map((row) => `  ${row.expected} → ${answerOf(row.full)}  (${row.id})`);
  return [
    `${right.length} of ${rows.length} right, ${wrong.length} wrong, ${rows.length - right.length - wrong.length} others`,
    `on average ${(rows.reduce((sum, { asked }) => sum + asked, 0) / rows.length).toFixed(1)} questions asked`,
    'confusion (expected → named):',
    ...(confusion.length > 0 ? confusion : ['  none']),
    'calibration (right answers at each level, with all readings, one less, and none):',
    ...calibrationOf(rows).map(({ kind, level, right: good, of }) => `  ${kind} ${level}  ${good} of ${of}`),
  ].join('\n');
}

type Kind = keyof typeof CALIBRATION;

/** How often the first answer is right, by its level: with all readings, with one less, and with none. */
export function calibrationOf(rows: readonly Row[]): { kind: Kind; level: Level; right: number; of: number }[] {
  const kinds: Kind[] = ['faulty', 'healthy'];
  const answers = rows.flatMap((row) => [row.full, ...row.less, row.alone].map((one) => ({ row, ...firstOf(one) })));
  return kinds.flatMap((kind) =>
    LEVELS.map((level) => {
      const given = answers.filter((answer) => answer.kind === kind && answer.level === level);
      return { kind, level, right: given.filter(({ row, named }) => named === row.expected).length, of: given.length };
    }),
  );
}

/** What a diagnosis puts first, also where the verdict is `inconclusive`. */
function firstOf(diagnosis: Diagnosis): { kind?: Kind; level?: Level | null; named?: string } {
  if (diagnosis.verdict === 'healthy') return { kind: 'healthy', level: diagnosis.level, named: 'healthy' };
  const [first] = diagnosis.candidates;
  return first ? { kind: 'faulty', level: first.level, named: first.cause } : {};
}

/** The table of confidences as the source of harness/diagnosis/calibration.ts. */
export function calibrationSource(rows: readonly Row[]): string {
  const head = readFileSync(CALIBRATION_FILE, 'utf8').split('export const')[0] ?? '';
  const of = (kind: Kind): string =>
    calibrationOf(rows)
      .filter((one) => one.kind === kind)
      .map((one) => `    ${one.level}: { right: ${one.right}, of: ${one.of} },`)
      .join('\n');
  return `${head}export const CALIBRATION = {\n  faulty: {\n${of('faulty')}\n  },\n  healthy: {\n${of('healthy')}\n  },\n} as const;\n`;
}
