import type { CauseId, Hop } from '../causes/causes.ts';
import { CAUSES } from '../causes/causes.ts';
import { defined } from '../common/defined.ts';
import type { Finding, Known, Rule } from './context.ts';
import { RuleContext } from './context.ts';
import { EXCLUSIONS } from './exclusions.ts';
import type { Question } from './readings.ts';
import { COST } from './readings.ts';
import { readingText } from './sentences.ts';
import { backendRules } from './rules/backend.ts';
import { deliveryRules } from './rules/delivery.ts';
import { networkRules } from './rules/network.ts';
import { pageRules } from './rules/page.ts';
import { policyRules } from './rules/policy.ts';
import { proxyRules } from './rules/proxy.ts';
import type { Target } from './targets.ts';
import { bodyOf, isElsewhere, isRealtime } from './targets.ts';
import { stockProgram } from './answers.ts';
import { label } from './facts.ts';
import { authority, sameSite } from './urls.ts';
import type { HopState } from './way.ts';
import { wayOf } from './way.ts';

export type { HopState };

/** All rules, hop by hop. */
export const RULES: readonly Rule[] = [
  ...pageRules,
  ...networkRules,
  ...proxyRules,
  ...backendRules,
  ...policyRules,
  ...deliveryRules,
];

export type Verdict = 'healthy' | 'faulty' | 'inconclusive';

/** What is wrong with a visit, or that nothing is. */
export interface Diagnosis {
  verdict: Verdict;
  /** The first of the candidates when the verdict is `faulty`, else null. */
  cause: CauseId | null;
  hop: Hop | null;
  /** From 0 to 1, of the verdict and its cause. */
  confidence: number;
  because: string[];
  ruledOut: { cause: CauseId; because: string }[];
  /** Best first. */
  candidates: { cause: CauseId; confidence: number }[];
  repair: string | null;
  /** Every question that was asked, with its answer, as a sentence. */
  probes: { question: string; answer: string; ms: number }[];
  way: HopState[];
}

/** A diagnosis, and what could still improve it. */
export interface Evaluation {
  diagnosis: Diagnosis;
  /** Unanswered questions of the rules, cheapest first. */
  questions: Question[];
  /** No answer is likely to change the diagnosis. */
  settled: boolean;
}

interface Candidate {
  cause: CauseId;
  weight: number;
  because: string[];
  /** The target that it is about; none where it is about the visit as a whole. */
  target?: Target;
}

/** Below this, a cause is a guess, and the verdict is `inconclusive`. */
const LIKELY = 0.45;
/** From here on, with this lead, no further probe is needed: the browser or a server has stated the cause. */
const PROVEN = 0.955;
/** From here on, only cheap probes are worth running. */
const SURE = 0.9;
const LEAD = 0.03;
/** The highest cost of a cheap probe. */
const CHEAP = 12;

/**
 * Diagnoses a visit from what is known about it. A pure function: equal input gives an equal result.
 *
 * @param known evidence, readings and addresses
 */
export function evaluate(known: Known): Evaluation {
  const context = new RuleContext(known);
  const candidates = runRules(context);
  const [first, second] = candidates;
  const weight = first && first.weight - (second?.weight ?? 0) >= LEAD ? first.weight : 0;
  const questions =
    weight >= PROVEN ? [] : context.questions().filter((question) => weight < SURE || COST[question.ask] <= CHEAP);
  const settled = questions.length === 0;
  return { diagnosis: buildDiagnosis(context, candidates), questions, settled };
}

/** How likely it is that this failed target explains missing messages. */
function importance(target: Target): number {
  if (target.kind === 'document' || isRealtime(target)) return 1;
  return target.kind === 'channel-auth' ? 0.98 : target.kind === 'script' ? 0.95 : 0.93;
}

function runRules(context: RuleContext): Candidate[] {
  const found = new Map<CauseId, Candidate>();
  const add = (cause: CauseId, finding: Finding | undefined, factor: number, target?: Target): void => {
    if (!finding || finding.weight <= 0) return;
    const weight = Math.min(0.99, finding.weight * factor);
    const known = found.get(cause);
    if (known && known.weight >= weight) return;
    found.set(cause, { cause, weight, because: finding.because, ...defined({ target }) });
  };
  // When the page itself fails, other failures mean nothing.
  const document = context.failed.find((target) => target.kind === 'document');
  const failed = document ? [document] : mostImportant(context.failed);
  for (const target of failed) {
    for (const rule of RULES)
      if (rule.scope === 'target') {
        const finding = context.runRule(rule.cause, () => rule.when(context, target));
        add(rule.cause, finding, importance(target) * deliveryFactor(context, target), target);
      }
  }
  for (const rule of RULES)
    if (rule.scope === 'visit')
      add(
        rule.cause,
        context.runRule(rule.cause, () => rule.when(context)),
        1,
      );
  return [...found.values()].sort((a, b) => b.weight - a.weight);
}

/** At most six failed targets, real-time ones first. Of targets that failed in the same way, one is enough. */
function mostImportant(failed: Target[]): Target[] {
  const kinds = new Map<string, Target>();
  for (const target of failed) {
    const kind = JSON.stringify([target.kind, authority(target.address), describeSymptom(target)]);
    if (!kinds.has(kind)) kinds.set(kind, target);
  }
  return [...kinds.values()].sort((a, b) => importance(b) - importance(a)).slice(0, 6);
}

/** How much a failure matters when messages arrive, or other connections are open. */
function deliveryFactor(context: RuleContext, target: Target): number {
  const outcomes = Object.values(context.delivery?.channels ?? {}).map((channel) => channel.outcome);
  const own = context.delivery?.api === undefined ? applicationError(target) : undefined;
  if (outcomes.length === 0) {
    // A working application refuses requests of a visitor who has not signed in.
    const stand =
      context.realtime.length > 0 ? context.live.length === context.realtime.length : asksForSignIn(context);
    return stand && (own === 401 || own === 500) ? 0.5 : 1;
  }
  if (!outcomes.every((outcome) => outcome === 'live' || outcome === 'polling')) return 1;
  if (isRealtime(target)) {
    // Messages that arrived before the connection ended prove nothing about the time after.
    if (target.symptom?.is === 'closed') return 1;
    return isElsewhere(context, target) ? 0.5 : 0.6;
  }
  return context.delivery?.api === 'loaded' || own !== undefined || isUnrelatedHost(context, target) ? 0.3 : 1;
}

/** A host of another site from which the page received nothing. */
const isUnrelatedHost = (context: RuleContext, { address }: Target): boolean =>
  context.delivery?.api === undefined &&
  !sameSite(address.host, context.page.host) &&
  !context.targets.some((other) => other.works && other.address.host === address.host);

/** The page asks for a password: nothing else is visible before signing in. */
const asksForSignIn = (context: RuleContext): boolean => context.evidence.page.signIn === true;

/** The status of a request that the application itself, not a proxy, refused or failed to serve. */
function applicationError(target: Target): number | undefined {
  if (target.kind !== 'api' || target.symptom?.is !== 'status') return undefined;
  const { status } = target.symptom;
  const type = target.requests.at(-1)?.headers?.['content-type'] ?? '';
  const own = status === 500 ? stockProgram(bodyOf(target)) === undefined : /json|^$/.test(type);
  return own && [401, 403, 404, 500].includes(status) ? status : undefined;
}

function buildDiagnosis(context: RuleContext, found: Candidate[]): Diagnosis {
  const excluded = new Map<CauseId, string>();
  for (const { causes, why } of EXCLUSIONS) {
    const text = why(context);
    if (text !== undefined) for (const cause of causes) if (!excluded.has(cause)) excluded.set(cause, text);
  }
  const doubt = doubtOf(context, found[0]);
  const candidates = found
    .map((candidate) => ({ ...candidate, weight: candidate.weight * doubt }))
    .filter((candidate) => candidate.weight >= 0.1);
  const probes = context.known.readings.map((reading) => ({ ...readingText(reading), ms: reading.ms }));
  const [first, second] = candidates;
  const unsure = context.unresolved.size > 0;
  const seemsHealthy = health(context);
  // A question that could not be answered may concern the very thing that is wrong.
  const healthy = unsure && seemsHealthy ? undefined : seemsHealthy;
  const listed = candidates.slice(0, 6).map(({ cause, weight }) => ({ cause, confidence: round(weight) }));
  if (healthy && (!first || first.weight < LIKELY)) {
    return {
      verdict: 'healthy',
      cause: null,
      hop: null,
      confidence: round(healthy.weight),
      because: healthy.because,
      ruledOut: [],
      candidates: [],
      repair: null,
      probes,
      way: wayOf(context, undefined, context.live[0] ?? context.goodApi[0] ?? context.documentTarget),
    };
  }
  if (!first || first.weight < LIKELY) {
    const said = first?.because ?? symptoms(context);
    return {
      verdict: 'inconclusive',
      cause: null,
      hop: null,
      confidence: round(first?.weight ?? 0),
      because: said,
      ruledOut: ruledOut(
        excluded,
        candidates.map((candidate) => candidate.cause),
      ),
      candidates: listed,
      repair: null,
      probes,
      way: wayOf(context, undefined, context.mainFailure ?? context.live[0]),
    };
  }
  // A near tie lowers the confidence.
  const tie = second && first.weight - second.weight < 0.05 && first.weight < 0.85 ? 0.9 : 1;
  const cause = CAUSES[first.cause];
  return {
    verdict: 'faulty',
    cause: first.cause,
    hop: cause.hop,
    confidence: round(first.weight * tie),
    because: first.because,
    ruledOut: ruledOut(excluded, cause.lookAlikes),
    candidates: listed,
    repair: cause.repair,
    probes,
    way: wayOf(context, first.cause, first.target ?? context.live[0] ?? context.mainFailure),
  };
}

/** The share of its weight that the first candidate keeps while a look-alike could not be checked. */
const DOUBT = 0.45;

function doubtOf(context: RuleContext, first: Candidate | undefined): number {
  if (!first || first.weight >= PROVEN) return 1;
  const alike = (a: CauseId, b: CauseId): boolean =>
    a !== b && (CAUSES[a].lookAlikes.includes(b) || CAUSES[b].lookAlikes.includes(a));
  return [...context.unresolved].some((cause) => alike(first.cause, cause)) ? DOUBT : 1;
}

const round = (weight: number): number => Math.round(weight * 100) / 100;

/** Why the look-alikes are ruled out. */
function ruledOut(excluded: ReadonlyMap<CauseId, string>, causes: readonly CauseId[]): Diagnosis['ruledOut'] {
  return causes.flatMap((cause) => {
    const text = excluded.get(cause);
    return text === undefined ? [] : [{ cause, because: text }];
  });
}

/** The symptom of each failure, for a diagnosis without a cause. */
function symptoms(context: RuleContext): string[] {
  return context.failed.slice(0, 5).map((target) => `${label(target)}: ${describeSymptom(target)}`);
}

/** The symptom of a target in a few words. */
export function describeSymptom(target: Target): string {
  const { symptom } = target;
  switch (symptom?.is) {
    case undefined:
      return 'works';
    case 'blocked':
      return `blocked by the browser (${symptom.by})`;
    case 'cors':
      return `CORS: ${symptom.error}`;
    case 'network':
      return symptom.error;
    case 'status':
      return `status ${symptom.status}`;
    case 'negotiation':
    case 'invalid-url':
      return symptom.text.slice(0, 120);
    case 'silent':
      return 'no answer';
    case 'wrong-kind':
      return `answers ${symptom.mimeType || 'something else'}`;
    case 'unanswered':
      return 'open, and the server does not speak its protocol';
    case 'refused':
      return `refused: ${symptom.text.slice(0, 100)}`;
    case 'dismissed':
      return 'admitted, then disconnected by the server';
    case 'closed':
      return `closed ${symptom.code}${symptom.reason ? ` “${symptom.reason.slice(0, 60)}”` : ''} after ${(symptom.age / 1000).toFixed(1)} s`;
    case 'churn':
      return `${symptom.sockets} sockets in ${(symptom.within / 1000).toFixed(1)} s`;
  }
}

/** Whether the visit looks healthy, and why. */
function health(context: RuleContext): Finding | undefined {
  const channels = Object.values(context.delivery?.channels ?? {});
  const arrived =
    channels.length > 0 &&
    channels.every(
      (channel) => channel.outcome === 'live' || (channel.outcome === 'polling' && context.failed.length === 0),
    );
  const outcome = channels.length > 0 ? (arrived ? 'the published message arrived' : undefined) : undefined;
  if (channels.length > 0 && !arrived) return undefined;
  const failed = context.failed.filter((target) => deliveryFactor(context, target) > 0.7);
  if (failed.length > 0 || !context.pageLoaded) return undefined;
  const unrelated = context.targets.filter((target) => target.symptom !== undefined && !target.relevant).length;
  const aside =
    unrelated > 0
      ? `${unrelated} failed ${unrelated === 1 ? 'request does' : 'requests do'} not concern the page's own messages`
      : undefined;
  const said = (weight: number, ...texts: (string | undefined)[]): Finding => ({
    weight,
    because: [...texts, aside].filter((text): text is string => text !== undefined),
  });
  if (outcome) return said(0.97, outcome);
  const live = context.live;
  if (live.length > 0) {
    const greeted = live.filter((target) => target.conversation?.greeted === true);
    const names = live.slice(0, 3).map(label).join(', ');
    return said(
      greeted.length === live.length ? 0.93 : 0.85,
      `${names} ${live.length === 1 ? 'is' : 'are'} open${greeted.length > 0 ? ' and the server answers on it' : ''}`,
    );
  }
  const poll = context.goodApi.find((target) => target.requests.length >= 2);
  if (poll) return said(0.88, `the page polls ${label(poll)} successfully`);
  if (asksForSignIn(context))
    return said(0.65, 'the page asks for a password and connects to nothing before; --login visits it signed in');
  if (context.goodApi.length > 0) return said(0.75, 'the requests of the page succeed; it opens no lasting connection');
  return said(0.6, 'the page loads without failures; it opens no connection');
}
