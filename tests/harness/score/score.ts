/**
 * How good the diagnosis is, measured on recordings: the answer to each, how sure it is, and how often it is right at
 * each level of confidence. No system runs for it.
 */
import path from 'node:path';
import type { Diagnosis } from '../../../harness/diagnosis/diagnose.ts';
import { evaluate } from '../../../harness/diagnosis/diagnose.ts';
import { keyOf } from '../../../harness/diagnosis/readings.ts';
import { investigate } from '../../../harness/investigation/investigate.ts';
import { ROOT } from '../../../harness/common/paths.ts';
import { knownOf, recordings, type Recording } from '../../unseen/recording.ts';

/** The folders of recordings that are kept in the repository, by the name that the snapshot uses. */
export const FOLDERS: Readonly<Record<string, string>> = {
  scenarios: path.join(ROOT, 'tests/harness/recordings'),
  unseen: path.join(ROOT, 'tests/unseen/recordings'),
};

/** The snapshot of all answers: a changed answer is a changed line of it. */
export const SNAPSHOT = path.join(ROOT, 'tests/harness/score/snapshot.txt');

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
  const { expect: expected, evidence, addresses, delivery, revisit, readings } = recording;
  const answers = new Map(readings.map((reading) => [keyOf(reading.question), reading.answer]));
  const { diagnosis: asking, readings: had } = await investigate({
    evidence,
    addresses,
    hermetic: true,
    ...(delivery === undefined ? {} : { delivery }),
    ...(revisit === undefined ? {} : { revisit }),
    budget: { requests: 10_000, ms: 60_000 },
    probes: {
      answer: async (question) => {
        const answer = answers.get(keyOf(question));
        if (answer === undefined) throw new Error('not recorded');
        return answer;
      },
    },
  });
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
    `${named === expected ? '' : `WRONG, expected ${expected}: `}${named} ${sure(full)}`,
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

const sure = ({ confidence }: { confidence: number }): string => confidence.toFixed(2);

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
    'calibration (share of right answers, by confidence; with all readings, one less, and none):',
    ...calibration(rows).map(({ level, right: good, of }) => `  ${level}  ${good} of ${of}`),
  ].join('\n');
}

/** How often the first candidate is right, by its confidence. */
function calibration(rows: readonly Row[]): { level: string; right: number; of: number }[] {
  const counts = new Map<string, { right: number; of: number }>();
  for (const { expected, full, less, alone } of rows)
    for (const diagnosis of [full, ...less, alone]) {
      if (diagnosis.verdict === 'inconclusive') continue;
      const level = `${(Math.floor(diagnosis.confidence * 10) / 10).toFixed(1)}+`;
      const count = counts.get(level) ?? { right: 0, of: 0 };
      counts.set(level, {
        right: count.right + (answerOf(diagnosis) === expected ? 1 : 0),
        of: count.of + 1,
      });
    }
  return [...counts].map(([level, count]) => ({ level, ...count })).sort((a, b) => compare(b.level, a.level));
}
