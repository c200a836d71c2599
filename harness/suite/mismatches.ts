/** What a visit showed against what its scenario says: pure functions, for the suite and for the kill matrix. */
import type { Evidence } from '../browser/evidence.ts';
import type { DeliveryReading } from './deliver.ts';
import {
  compareControl,
  compareDelivery,
  compareEvidence,
  renderMismatches,
  type MeasuredOutcome,
  type Mismatch,
} from '../scenario/match.ts';
import type { Delivery, Scenario } from '../scenario/schema.ts';

/** What one visit gave: evidence, and what became of the messages published meanwhile. */
export interface Seen {
  evidence: Evidence;
  delivery: DeliveryReading;
  /** What became of the data that the page loads over its API; absent where the topology does not tell. */
  api?: 'loaded' | 'missing';
}

/** Compares what became of the messages and of the API data. */
export function deliveryMismatches(expected: Delivery, { delivery, api }: Seen): Mismatch[] {
  const outcomes = Object.entries(delivery).map(([channel, { outcome }]): [string, MeasuredOutcome] => [
    channel,
    outcome,
  ]);
  return compareDelivery(expected, { ...Object.fromEntries(outcomes), ...(api === undefined ? {} : { api }) });
}

/** Everything in which a visit differs from a scenario's symptom; none when it shows just that. */
export function symptomMismatches(scenario: Scenario, seen: Seen): Mismatch[] {
  const controlled = Object.entries(seen.delivery).flatMap(([channel, reading]): [string, boolean][] =>
    reading.controlled === undefined ? [] : [[channel, reading.controlled]],
  );
  return [
    ...compareEvidence(scenario, seen.evidence),
    ...deliveryMismatches(scenario.delivery, seen),
    ...compareControl(scenario.published, Object.fromEntries(controlled)),
  ];
}

/** Fails with a message that shows expected against seen, at the place where the scenario is written. */
export function assertNone(scenario: Scenario, what: string, mismatches: readonly Mismatch[]): void {
  if (mismatches.length === 0) return;
  const error = new Error(renderMismatches(`${scenario.id}: ${what}`, mismatches));
  if (scenario.at !== '') error.stack = `${error.name}: ${error.message}\n    at ${scenario.at}`;
  throw error;
}
