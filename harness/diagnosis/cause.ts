/** The form of a cause: what it is, how it is proven, and how it is ruled out. */
import type { Cause, CauseId } from '../causes/causes.ts';
import type { RuleContext } from './context.ts';
import type { Finding } from './finding.ts';
import { compareLevels } from './finding.ts';
import type { Target } from './targets/target.ts';

/** Examines one failed target of the page for a cause. It runs for each relevant target that failed. */
export type ExamineTarget = (context: RuleContext, target: Target) => Finding | undefined;

/** Examines the visit as a whole for a cause. It runs once. */
export type ExamineVisit = (context: RuleContext) => Finding | undefined;

/** A cause: a file of `causes/`. */
export interface CauseDefinition<Id extends CauseId = CauseId> extends Cause {
  id: Id;
  /** Causes that are a part or a consequence of this one: it comes before them when both are equally sure. */
  explains?: readonly CauseId[];
  examineTarget?: ExamineTarget;
  examineVisit?: ExamineVisit;
  /**
   * Why the cause is ruled out, as a sentence; undefined where it is not. It uses existing readings only (`context.peek`),
   * and counts only while the examinations find nothing.
   */
  excluded?: (context: RuleContext) => string | undefined;
}

/** Defines a cause. */
export const cause = <Id extends CauseId>(definition: CauseDefinition<Id>): CauseDefinition<Id> => definition;

/** An examination of several signs: the surest finding, of equally sure ones the first. */
export function surestOf(...examinations: ExamineTarget[]): ExamineTarget {
  return (context, target) =>
    examinations
      .flatMap((examine) => examine(context, target) ?? [])
      .sort((a, b) => compareLevels(a.level, b.level))[0];
}
