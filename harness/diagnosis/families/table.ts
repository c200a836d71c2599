/**
 * Decision tables: one symptom that several causes share, the facts that part them, and a row for each combination.
 *
 * An unknown fact fits every row. While the rows that are left name different causes, each is only possible, and the
 * next fact that parts them is looked at. So without one reading a table names the same cause, or several.
 */
import type { CauseId } from '../../causes/causes.ts';
import type { ExamineTarget } from '../cause.ts';
import type { RuleContext } from '../context.ts';
import type { Finding, Level } from '../finding.ts';
import { compareLevels, finding } from '../finding.ts';

/** The values of one fact. */
export interface Column<Subject> {
  values: readonly string[];
  /** Reads the fact; undefined while it is not known. */
  read: (context: RuleContext, subject: Subject) => string | undefined;
}

/** The values that a row fits; a fact that is not named fits with every value. */
type Conditions = Readonly<Record<string, string | readonly string[]>>;

/** What a row concludes. */
export interface Row<Subject> {
  when: Conditions;
  cause: CauseId;
  level: Level;
  /** What the facts of this row mean, as a sentence. */
  because?: string | ((context: RuleContext, subject: Subject) => string | undefined);
  /** Causes that look the same from outside: they are named as possible. */
  alike?: readonly CauseId[];
}

/** A symptom with its causes. */
export interface Table<Subject> {
  /** What the table is about, if this is its symptom at all. */
  subject: (context: RuleContext, target?: Parameters<ExamineTarget>[1]) => Subject | undefined;
  /** The observation that all rows share, as a sentence. */
  text: (subject: Subject) => string;
  /** Facts, those that cost least first. */
  columns: Readonly<Record<string, Column<Subject>>>;
  rows: readonly Row<Subject>[];
}

/** True when a row fits what is known; an unknown fact fits. */
export function fits({ when }: Pick<Row<never>, 'when'>, facts: Readonly<Record<string, string | undefined>>): boolean {
  return Object.entries(when).every(([name, wanted]) => {
    const value = facts[name];
    return value === undefined || (typeof wanted === 'string' ? [wanted] : wanted).includes(value);
  });
}

/** The rows that are left after looking at the facts that part them, and whether a fact could not be had. */
function rowsLeft<Subject>(context: RuleContext, table: Table<Subject>, subject: Subject) {
  let rows = table.rows;
  let unanswered = false;
  for (const [name, column] of Object.entries(table.columns)) {
    if (rows.every((row) => concludesLike(row, rows[0]))) break;
    if (!rows.some(({ when }) => name in when)) continue;
    const { value, missing } = context.tentatively(() => column.read(context, subject));
    if (value === undefined) unanswered ||= missing;
    rows = rows.filter((row) => fits(row, { [name]: value }));
  }
  return { rows, unanswered };
}

type Conclusion = Pick<Row<never>, 'cause' | 'level'>;

const concludesLike = (a: Conclusion, b: Conclusion | undefined): boolean =>
  a.cause === b?.cause && a.level === b.level;

/** What a table says about one of its causes. */
export function examine<Subject>(
  table: Table<Subject>,
  cause: CauseId,
  context: RuleContext,
  target?: Parameters<ExamineTarget>[1],
): Finding | undefined {
  const subject = table.subject(context, target);
  if (subject === undefined) return undefined;
  const { rows, unanswered } = rowsLeft(context, table, subject);
  const mine = rows.filter((row) => row.cause === cause);
  const decided = rows.length > 0 && mine.length === rows.length;
  const named = mine.length > 0 || rows.some(({ alike = [] }) => alike.includes(cause));
  if (!named) return undefined;
  if (unanswered && !decided) context.leaveOpen(cause);
  const text = table.text(subject);
  const [least, another] = [...mine].sort((a, b) => compareLevels(b.level, a.level));
  if (!decided || !least) return finding('possible', text);
  const { level, because } = least;
  if (another) return finding(level, text);
  return finding(level, text, typeof because === 'function' ? because(context, subject) : because);
}

/** An examination of a target by a table. */
export function byTable<Subject>(table: Table<Subject>, cause: CauseId): ExamineTarget {
  return (context, target) => examine(table, cause, context, target);
}
