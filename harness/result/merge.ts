/** One result of several runs: of each scenario and check what was played last. Pure functions. */
import type { Claim } from '../scenario/schema.ts';
import { claimResults, type Passed } from './claims.ts';
import type { PartResult, Result, ScenarioResult } from './schema.ts';

interface Entry {
  id: string;
  startedAt: string;
}

/** Of each id the entry that began last. */
function latest<T extends Entry>(entries: readonly T[]): T[] {
  const byId = new Map<string, T>();
  for (const entry of entries) {
    const known = byId.get(entry.id);
    if (known === undefined || known.startedAt <= entry.startedAt) byId.set(entry.id, entry);
  }
  return [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** What passed and what failed; what was skipped counts as not played. */
export const passedOf = ({ scenarios, checks }: Pick<Result, 'scenarios' | 'checks'>): Passed =>
  Object.fromEntries(
    [...scenarios, ...checks]
      .filter(({ status }) => status !== 'skipped')
      .map(({ id, status }) => [id, status === 'passed']),
  );

/** The parts with which scenarios were played, each as it was played last. */
export function partsOf(scenarios: readonly ScenarioResult[]): PartResult[] {
  const played = scenarios.toSorted((a, b) => (a.startedAt < b.startedAt ? -1 : 1)).flatMap(({ parts = [] }) => parts);
  return [...new Map(played.map((part) => [`${part.topology} ${part.service}`, part])).values()];
}

/** What there is now: what a result speaks of beside it is no longer defined, and is left out. */
export interface Defined {
  /** Ids of scenarios and checks. */
  ids: ReadonlySet<string>;
  claims: readonly Claim[];
}

/**
 * Merges results.
 *
 * @param older what earlier runs left
 * @param newer of the run that ended now: version and documents are as it has them
 */
export function mergeResults(older: Result | undefined, newer: Result, { ids, claims }: Defined): Result {
  const isDefined = ({ id }: Entry): boolean => ids.has(id);
  const scenarios = latest([...(older?.scenarios ?? []), ...newer.scenarios]).filter(isDefined);
  const checks = latest([...(older?.checks ?? []), ...newer.checks]).filter(isDefined);
  const used = new Set([...scenarios, ...checks].map(({ run }) => run));
  const runs = latest([...(older?.runs ?? []), ...newer.runs])
    .filter(({ id }) => used.has(id) || newer.runs.some((run) => run.id === id))
    .sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
  return {
    ...newer,
    runs,
    scenarios,
    checks,
    parts: partsOf(scenarios),
    claims: claimResults(claims, passedOf({ scenarios, checks })),
  };
}
