import type { Evidence } from '../browser/evidence.ts';
import type { AddressRule } from '../common/address.ts';
import { defined } from '../common/defined.ts';
import { Masker } from '../common/mask.ts';
import { within } from '../common/time.ts';
import type { DeliveryObservation } from '../diagnosis/known.ts';
import type { Diagnosis, Probe } from '../diagnosis/diagnose.ts';
import { evaluate } from '../diagnosis/diagnose.ts';
import type { Question, Reading } from '../diagnosis/readings.ts';
import { COST, keyOf } from '../diagnosis/readings.ts';
import { questionText, readingText } from '../diagnosis/sentences.ts';
import type { Probes } from '../probes/kit.ts';
import { ALLOWANCE, PATIENCE, liveProbes } from '../probes/kit.ts';
import { NotAsked } from '../probes/network.ts';
import type { Secrets } from '../probes/secrets.ts';
import type { Scope } from './scope.ts';

/** What an investigation starts from. */
export interface Investigation {
  /** What the visit recorded. */
  evidence: Evidence;
  /** A second visit in the same browser, if there was one. */
  revisit?: Evidence;
  /** Where documented hosts and ports really lead. */
  addresses: readonly AddressRule[];
  /** Hosts without an address do not resolve: nothing outside can be reached. */
  hermetic: boolean;
  /** What a message that was published on purpose did. */
  delivery?: DeliveryObservation;
  /** For how long connections that work were watched, in ms, where that is longer than usual. */
  watchMs?: number;
  /** PEM texts of authorities to trust besides those of the environment. */
  authorities?: readonly string[];
  /** What the evidence masks; used only towards the host to which the page sent it. */
  secrets?: Secrets;
  /** Masks what answers contain. */
  masker?: Masker;
  /** Whom the probes may ask; by default everybody, which suits a network of one's own. */
  scope?: Scope;
  /** What answers questions; by default probes of this machine, over the network. */
  probes?: Probes;
  /** Upper bounds of all probes together. */
  budget?: { requests: number; ms: number };
  /** Called when a question is asked and when it is answered. */
  onProgress?: (event: { question: string; answer?: string; ms?: number }) => void;
}

/** Together well under 15 s for an ordinary page. */
export const BUDGET = { requests: 150, ms: 14_000 };

/** Answers that take longer than this, in ms, use up the time before the requests. */
const SLOW_MS = 1000;

/** The result of an investigation: the diagnosis, and the readings to evaluate it again. */
export interface InvestigationResult {
  diagnosis: Diagnosis;
  readings: Reading[];
}

/**
 * Finds out what is wrong with a visit. It examines all causes, asks the cheapest of the questions that can still change
 * the diagnosis, and repeats until one is proven, no question is left, or the budget is used up.
 *
 * It never throws for what it finds: a question that cannot be answered stays unanswered.
 */
export async function investigate(investigation: Investigation): Promise<InvestigationResult> {
  const { evidence, revisit, addresses, hermetic, delivery, watchMs, scope, onProgress } = investigation;
  const masker = investigation.masker ?? new Masker();
  const probes =
    investigation.probes ??
    liveProbes(
      {
        rules: addresses,
        hermetic,
        ...defined({ authorities: investigation.authorities, refusal: scope?.addressRefusal.bind(scope) }),
      },
      investigation.secrets,
      patienceFor(evidence),
    );
  const budget = { ...(investigation.budget ?? BUDGET) };
  const deadline = Date.now() + budget.ms;
  const readings: Reading[] = [];
  const unanswerable = new Set<string>();
  /** What has no answer; what was not asked for one reason is told once. */
  const unanswered = new Map<string, Probe>();
  const known = (closed: boolean) => ({
    evidence,
    readings,
    unanswerable,
    closed,
    addresses: addresses.flatMap(({ host, port, to }) => (to === 'no-record' ? [] : [{ host, port }])),
    ...defined({ revisit, delivery, watchMs }),
  });

  const ask = async (question: Question): Promise<void> => {
    const key = keyOf(question);
    const began = Date.now();
    try {
      const refusal = scope?.refusal(question);
      if (refusal) throw new NotAsked(refusal);
      onProgress?.({ question: questionText(question) });
      const allowance = question.ask === 'idle' ? question.hold + 500 : ALLOWANCE[question.ask].ms;
      const limit = Math.max(1, Math.min(allowance, deadline - began));
      const answer = await within(probes.answer(question), limit);
      const reading = { question, answer: masker.data(answer), ms: Date.now() - began };
      readings.push(reading);
      onProgress?.({ ...readingText(reading), ms: reading.ms });
    } catch (error) {
      unanswerable.add(key);
      const { ask } = question;
      const told = { ask, question: questionText(question) };
      if (!(error instanceof NotAsked))
        unanswered.set(key, { ...told, state: 'unknown', answer: 'no answer', ms: Date.now() - began });
      // Of what may not be asked, only what the user can allow is worth telling.
      else if (error.refusal.remedy !== undefined && !unanswered.has(error.message))
        unanswered.set(error.message, { ...told, state: 'skipped', answer: error.message, ms: 0 });
    }
  };
  const result = (diagnosis: Diagnosis, left: readonly Question[] = []): InvestigationResult => ({
    diagnosis: {
      ...diagnosis,
      probes: [...diagnosis.probes, ...unanswered.values(), ...left.map((question) => leftOver(question))],
    },
    readings,
  });

  let slow = false;
  for (;;) {
    const { diagnosis, questions, settled } = evaluate(known(false));
    const affordable = questions.filter((question) => ALLOWANCE[question.ask].requests <= budget.requests);
    const cheapest = affordable[0];
    if (settled || cheapest === undefined || Date.now() >= deadline) {
      return settled ? result(diagnosis) : result(evaluate(known(true)).diagnosis, questions);
    }
    // Questions of similar cost are asked together, at most six: as many connections as a browser opens to a host. Where
    // answers take long, time is scarcer than requests.
    const upTo = Math.max(slow ? COST.paths : COST.handshake, COST[cheapest.ask] * 1.6);
    const batch = affordable.filter((question) => COST[question.ask] <= upTo).slice(0, 6);
    for (const question of batch) budget.requests -= ALLOWANCE[question.ask].requests;
    const began = Date.now();
    await Promise.all(batch.map(ask));
    slow = Date.now() - began > SLOW_MS;
  }
}

/** A question for which neither time nor requests were left. */
const leftOver = (question: Question): Probe => ({
  ask: question.ask,
  state: 'skipped',
  question: questionText(question),
  answer: 'not asked: no time or no requests were left for it',
  ms: 0,
});

/**
 * How long a single answer may take, in ms: a little longer than the slowest answer of the page's own requests, because
 * proxies can be slow to give up.
 */
function patienceFor(evidence: Evidence): number {
  const slow = [
    ...evidence.requests
      .filter(({ status }) => (status ?? 0) >= 500)
      .map(({ at, finishedAt }) => (finishedAt ?? at) - at),
    ...evidence.sockets
      .filter(({ openedAt, error }) => openedAt === undefined && /response code/.test(error ?? ''))
      .map(({ at, closedAt }) => (closedAt ?? at) - at),
  ];
  return Math.min(6000, Math.max(PATIENCE, ...slow.map((ms) => ms + 1500)));
}
