import type { CauseId, Hop } from '../causes/causes.ts';
import { CAUSE_IDS } from '../causes/causes.ts';
import type { Advice } from './advice/advise.ts';
import { adviceFor } from './advice/advise.ts';
import type { Candidate } from './candidates.ts';
import { candidatesOf, couldPrecede, isTie } from './candidates.ts';
import { confidenceOf } from './confidence.ts';
import type { Known } from './known.ts';
import { RuleContext } from './context.ts';
import { CAUSES } from './causes/index.ts';
import { label } from './facts/sentences.ts';
import { serverWords } from './facts/server-words.ts';
import type { Level } from './finding.ts';
import { failingScripts, healthOf, hiddenConnections, nothingTried, saysNotConnected, usedTarget } from './health.ts';
import { inconclusive } from './inconclusive.ts';
import type { Ask, Question } from './readings.ts';
import { readingText } from './sentences.ts';
import { symptomText } from './symptom-text.ts';
import type { Target } from './targets/target.ts';
import type { HopState } from './way.ts';
import { wayOf } from './way.ts';

export type { HopState };

/**
 * A question, and what became of it: `answered`; `unknown` when it was asked and nothing came back that answers it;
 * `skipped` when it was not asked, because it may not be or because neither time nor requests were left.
 */
export interface Probe {
  /** The kind of question. */
  ask: Ask;
  state: 'answered' | 'unknown' | 'skipped';
  /** As a sentence. */
  question: string;
  /** The answer as a sentence; else why there is none. */
  answer: string;
  /** How long it took, in ms. */
  ms: number;
}

export type Verdict = 'healthy' | 'faulty' | 'inconclusive';

/** What is wrong with a visit, or that nothing is. */
export interface Diagnosis {
  /** The version of this form; members may be added without a new version. */
  schemaVersion: 1;
  verdict: Verdict;
  /** The first of the candidates when the verdict is `faulty`, else null. */
  cause: CauseId | null;
  hop: Hop | null;
  /** How sure the verdict is; null when it is `inconclusive`. */
  level: Level | null;
  /** From 0 to 1: the measured share of right answers at this level. */
  confidence: number;
  /** What went wrong on the page, as sentences: each failed target with its symptom. */
  seen: string[];
  because: string[];
  ruledOut: { cause: CauseId; because: string }[];
  /** Best first. */
  candidates: { cause: CauseId; level: Level; confidence: number }[];
  repair: string | null;
  /** What to change in the programs that were recognised, with the address of their documentation. */
  advice: Advice[];
  /** Every question that came up, with what became of it. */
  probes: Probe[];
  way: HopState[];
}

/** A diagnosis, and what could still improve it. */
export interface Evaluation {
  diagnosis: Diagnosis;
  /** Unanswered questions of the causes, cheapest first. */
  questions: Question[];
  /** No answer is likely to change the diagnosis. */
  settled: boolean;
}

/**
 * Diagnoses a visit from what is known about it. A pure function: equal input gives an equal result.
 *
 * @param known evidence, readings and addresses
 */
export function evaluate(known: Known): Evaluation {
  const context = new RuleContext(known);
  const candidates = candidatesOf(context);
  const questions = openQuestions(context, candidates);
  return { diagnosis: buildDiagnosis(context, candidates), questions, settled: questions.length === 0 };
}

/** The questions whose answers can change the diagnosis: once a cause is proven, only those about what may explain it. */
function openQuestions(context: RuleContext, [first, second]: readonly Candidate[]): Question[] {
  const decided = first?.level === 'proven' && !isTie(first, second);
  return context.questions(decided ? couldPrecede(first) : undefined);
}

function buildDiagnosis(context: RuleContext, found: readonly Candidate[]): Diagnosis {
  const excluded = exclusionsOf(context, found);
  const probes = context.known.readings.map((reading): Probe => ({
    ask: reading.question.ask,
    state: 'answered',
    ...readingText(reading),
    ms: reading.ms,
  }));
  const seen = symptoms(context);
  const [first, second] = found;
  const sure = first !== undefined && first.level !== 'possible';
  const seemsHealthy = healthOf(context);
  // A question that could not be answered may concern the very thing that is wrong.
  const healthy = context.unresolved.size > 0 ? undefined : seemsHealthy;
  const candidates = found.slice(0, 6).map(({ cause, level }) => ({
    cause,
    level,
    confidence: confidenceOf('faulty', level),
  }));
  if (healthy && !sure) {
    return {
      schemaVersion: 1,
      verdict: 'healthy',
      cause: null,
      hop: null,
      level: healthy.level,
      confidence: confidenceOf('healthy', healthy.level),
      seen,
      because: healthy.because,
      ruledOut: [],
      candidates: [],
      repair: null,
      advice: [],
      probes,
      way: wayOf(context, undefined, usedTarget(context)),
    };
  }
  const hidden = hiddenConnections(context);
  const doubtful = first !== undefined && (hidden.length > 0 || isDoubtful(context, first, found));
  if (!sure || doubtful || isTie(first, second)) {
    const possible = { level: 'possible', confidence: confidenceOf('faulty', 'possible') } as const;
    return {
      ...inconclusive(
        withWords(
          context,
          [
            ...hidden,
            ...failingScripts(context),
            ...(first?.because ?? [...symptoms(context), ...saysNotConnected(context), ...nothingTried(context)]),
          ],
          first?.target ?? context.mainFailure,
        ),
      ),
      confidence: first ? possible.confidence : 0,
      seen,
      ruledOut: ruledOut(
        excluded,
        found.map(({ cause }) => cause),
      ),
      candidates: doubtful ? candidates.map((candidate) => ({ ...candidate, ...possible })) : candidates,
      probes,
      way: wayOf(context, undefined, context.mainFailure ?? context.live[0]),
    };
  }
  const { hop, lookAlikes, repair } = CAUSES[first.cause];
  return {
    schemaVersion: 1,
    verdict: 'faulty',
    cause: first.cause,
    hop,
    level: first.level,
    confidence: confidenceOf('faulty', first.level),
    seen,
    because: withWords(context, [...first.because, ...fallbacks(context, first.target)], first.target),
    ruledOut: ruledOut(excluded, lookAlikes),
    candidates,
    repair,
    advice: adviceFor(context, first.cause, first.target ?? context.live[0] ?? context.mainFailure),
    probes,
    way: wayOf(context, first.cause, first.target ?? context.live[0] ?? context.mainFailure),
  };
}

/**
 * A question could not be answered that may have led to another cause: to one that explains this one, or, where this one
 * is not proven, to a look-alike or another candidate.
 */
function isDoubtful({ unresolved }: RuleContext, first: Candidate, found: readonly Candidate[]): boolean {
  const precedes = couldPrecede(first);
  const isAlike = (cause: CauseId): boolean => precedes(cause) || (first.level !== 'proven' && isRival(cause));
  const isRival = (cause: CauseId): boolean =>
    CAUSES[first.cause].lookAlikes.includes(cause) ||
    CAUSES[cause].lookAlikes.includes(first.cause) ||
    found.some((candidate) => candidate.cause === cause);
  return [...unresolved].some((cause) => cause !== first.cause && isAlike(cause));
}

/** Why causes are ruled out for which nothing was found. */
function exclusionsOf(context: RuleContext, found: readonly Candidate[]): ReadonlyMap<CauseId, string> {
  const open = CAUSE_IDS.filter((id) => !found.some(({ cause }) => cause === id));
  return new Map(
    open.flatMap((id) => {
      const text = context.examining(id, () => CAUSES[id].excluded?.(context));
      return text === undefined ? [] : [[id, text]];
    }),
  );
}

/** Why the look-alikes are ruled out. */
function ruledOut(excluded: ReadonlyMap<CauseId, string>, causes: readonly CauseId[]): Diagnosis['ruledOut'] {
  return causes.flatMap((cause) => {
    const text = excluded.get(cause);
    return text === undefined ? [] : [{ cause, because: text }];
  });
}

/** Which addresses the client tried after this one had failed. */
const fallbacks = ({ targets }: RuleContext, target: Target | undefined): string[] =>
  targets
    .filter((other) => target !== undefined && other.fallbackOf === target)
    .map((other) => `after that the client tried ${label(other)} instead (${symptomText(other)})`);

/** The reasons, after the server's own words about the target where they do not quote them already. */
function withWords(context: RuleContext, because: string[], target: Target | undefined): string[] {
  const words = target && serverWords(context, target);
  const quote = words === undefined ? undefined : /“([^”…]{1,40})/.exec(words)?.[1];
  return words === undefined || quote === undefined || because.some((reason) => reason.includes(quote))
    ? because
    : [words, ...because];
}

/** The symptom of each failure, for a diagnosis without a cause. */
function symptoms(context: RuleContext): string[] {
  return context.failed.slice(0, 5).map((target) => `${label(target)}: ${symptomText(target)}`);
}
