/** What a visit showed against what its scenario says: pure functions, for the suite and for the kill matrix. */
import type { Evidence } from '../browser/evidence.ts';
import type { DeliveryReading } from '../delivery/deliver.ts';
import {
  compareControl,
  compareDelivery,
  compareEvidence,
  renderMismatches,
  type MeasuredOutcome,
  type Mismatch,
} from '../expectations/match.ts';
import type { Delivery, Scenario, Topology } from '../expectations/scenario.ts';

/** What one visit gave: evidence, and what became of the messages published meanwhile. */
export interface Seen {
  evidence: Evidence;
  delivery: DeliveryReading;
}

/** What the page said of its API data. */
export function apiOutcome(topology: Topology, evidence: Evidence): 'loaded' | 'missing' {
  const { testId, loaded } = topology.api ?? { testId: 'api', loaded: 'loaded' };
  return evidence.page.hooks[testId]?.data.state === loaded ? 'loaded' : 'missing';
}

/** Compares what became of the messages and of the API data. */
export function deliveryMismatches(expected: Delivery, topology: Topology, { evidence, delivery }: Seen): Mismatch[] {
  const outcomes = Object.entries(delivery).map(([channel, { outcome }]): [string, MeasuredOutcome] => [
    channel,
    outcome,
  ]);
  return compareDelivery(expected, { ...Object.fromEntries(outcomes), api: apiOutcome(topology, evidence) });
}

/** Everything in which a visit differs from a scenario's symptom; none when it shows just that. */
export function symptomMismatches(scenario: Scenario, topology: Topology, seen: Seen): Mismatch[] {
  const controlled = Object.entries(seen.delivery).map(([channel, reading]) => [channel, reading.controlled]);
  return [
    ...compareEvidence(scenario, seen.evidence),
    ...deliveryMismatches(scenario.delivery, topology, seen),
    ...compareControl(scenario.published, Object.fromEntries(controlled) as Record<string, boolean>),
  ];
}

/** Fails with a message that shows expected against seen, at the place where the scenario is written. */
export function judge(scenario: Scenario, what: string, mismatches: readonly Mismatch[]): void {
  if (mismatches.length === 0) return;
  const error = new Error(renderMismatches(`${scenario.id}: ${what}`, mismatches));
  if (scenario.at !== '') error.stack = `${error.name}: ${error.message}\n    at ${scenario.at}`;
  throw error;
}
