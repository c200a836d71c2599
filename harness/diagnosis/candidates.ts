/** The causes that fit a visit, in the order in which they explain it. */
import type { CauseId } from '../causes/causes.ts';
import { CAUSE_IDS, HOPS } from '../causes/causes.ts';
import { defined } from '../common/defined.ts';
import type { RuleContext } from './context.ts';
import { effectOf, isAside, type Effect } from './effect.ts';
import { CAUSES } from './causes/index.ts';
import type { Finding, Level } from './finding.ts';
import { atMost, compareLevels, lower } from './finding.ts';
import { symptomText } from './symptom-text.ts';
import type { Target } from './targets/target.ts';
import { isRealtime } from './targets/target.ts';
import { authority } from './urls.ts';

/** A cause that fits. */
export interface Candidate {
  cause: CauseId;
  level: Level;
  because: string[];
  /** The target that it is about; none where it is about the visit as a whole. */
  target?: Target;
}

/** All causes that fit, in the order of {@link inOrder}. */
export function candidatesOf(context: RuleContext): Candidate[] {
  const found = new Map<CauseId, Candidate>();
  const add = (cause: CauseId, finding: Finding | undefined, effect: Effect, target?: Target): void => {
    if (!finding) return;
    const level = weakened(finding.level, effect);
    const known = found.get(cause);
    if (known && compareLevels(known.level, level) <= 0) return;
    found.set(cause, { cause, level, because: finding.because, ...defined({ target }) });
  };
  for (const target of mostImportant(context.failed.filter((target) => !isAside(context, target)))) {
    const effect = effectOf(context, target);
    for (const cause of CAUSE_IDS) {
      const { examineTarget } = CAUSES[cause];
      if (!examineTarget) continue;
      const finding = context.examining(cause, () => examineTarget(context, target));
      add(cause, finding, effect, target);
    }
  }
  for (const cause of CAUSE_IDS) {
    const { examineVisit } = CAUSES[cause];
    if (examineVisit)
      add(
        cause,
        context.examining(cause, () => examineVisit(context)),
        'full',
      );
  }
  return inOrder([...found.values()]);
}

/** A failure without full effect on the messages explains less. */
function weakened(level: Level, effect: Effect): Level {
  return effect === 'none' ? atMost('possible', level) : effect === 'partial' ? lower(level) : level;
}

/** How directly a failure of this target explains missing messages: 0 is the most direct. */
function distance({ kind }: Target): number {
  if (kind === 'document' || isRealtime({ kind })) return 0;
  return kind === 'channel-auth' ? 1 : kind === 'script' ? 2 : 3;
}

/**
 * The failed targets that are looked at: at most six, real-time ones first. When the page itself failed, its failure
 * alone. Of targets that failed in the same way, one is enough.
 */
function mostImportant(failed: Target[]): Target[] {
  const document = failed.find((target) => target.kind === 'document');
  if (document) return [document];
  const kinds = new Map<string, Target>();
  for (const target of failed) {
    const kind = JSON.stringify([target.kind, authority(target.address), symptomText(target)]);
    if (!kinds.has(kind)) kinds.set(kind, target);
  }
  return [...kinds.values()].sort((a, b) => distance(a) - distance(b)).slice(0, 6);
}

/**
 * The order of candidates: the surer one first; of equally sure ones the one about the target that is closer to the
 * messages, then the one whose hop comes first on the way of a request. One that another explains comes behind that one.
 */
function inOrder(candidates: readonly Candidate[]): Candidate[] {
  const rest = [...candidates].sort(compareCandidates);
  const ordered: Candidate[] = [];
  while (rest.length > 0) {
    const level = rest[0]?.level;
    const at = rest.findIndex(
      (one) => one.level === level && !rest.some((other) => other.level === level && explains(other, one)),
    );
    ordered.push(...rest.splice(Math.max(0, at), 1));
  }
  return ordered;
}

function compareCandidates(a: Candidate, b: Candidate): number {
  return compareLevels(a.level, b.level) || compareWays(a, b);
}

function compareWays(a: Candidate, b: Candidate): number {
  const distanceOf = ({ target }: Candidate): number => (target ? distance(target) : 0);
  const hopOf = ({ cause }: Candidate): number => HOPS.indexOf(CAUSES[cause].hop);
  return distanceOf(a) - distanceOf(b) || hopOf(a) - hopOf(b);
}

/** The first cause brings about what the second one describes. */
const explains = (a: { cause: CauseId }, b: { cause: CauseId }): boolean =>
  CAUSES[a.cause].explains?.includes(b.cause) === true;

/** Two equally sure candidates that nothing puts in order. */
export function isTie(first: Candidate, second: Candidate | undefined): boolean {
  return second !== undefined && compareCandidates(first, second) === 0 && !explains(first, second);
}

/** The causes that would come before the first candidate if they were proven. */
export function couldPrecede(first: Candidate): (cause: CauseId) => boolean {
  return (cause) => explains({ cause }, first);
}
