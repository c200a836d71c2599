/** What a visit showed against what its scenario says: pure functions, for the suite and for the kill matrix. */
import type { Evidence } from '../browser/evidence.ts';
import type { DeliveryReading } from './deliver.ts';
import { compareEvidence, evidenceMismatches, renderMismatches, type Mismatch } from '../scenario/match.ts';
import {
  compareControl,
  compareDelivery,
  compareFrames,
  comparePublisher,
  type MeasuredOutcome,
} from '../scenario/outcomes.ts';
import type { Delivery, Scenario } from '../scenario/schema.ts';

/** What one visit gave: evidence, and what became of the messages published meanwhile. */
export interface Seen {
  evidence: Evidence;
  delivery: DeliveryReading;
  /** What became of the data that the page loads over its API; absent where the topology does not tell. */
  api?: 'loaded' | 'missing';
}

/** What must become of the messages of a visit: at the page, at the control subscriber, and at who published them. */
export interface ExpectedDelivery extends Pick<Scenario, 'published' | 'publisher'> {
  delivery: Delivery;
}

/** What a reading of each channel says, where it says it. */
function ofEach<T>(
  delivery: DeliveryReading,
  pick: (reading: DeliveryReading[string]) => T | undefined,
): Record<string, T> {
  return Object.fromEntries(
    Object.entries(delivery).flatMap(([channel, reading]): [string, T][] => {
      const picked = pick(reading);
      return picked === undefined ? [] : [[channel, picked]];
    }),
  );
}

/** Compares what became of the messages and of the API data. */
export function deliveryMismatches(expected: ExpectedDelivery, { delivery, api }: Seen): Mismatch[] {
  const outcomes = ofEach<MeasuredOutcome>(delivery, ({ outcome }) => outcome);
  return [
    ...compareDelivery(expected.delivery, { ...outcomes, ...(api === undefined ? {} : { api }) }),
    ...compareControl(
      expected.published,
      ofEach(delivery, ({ controlled }) => controlled),
    ),
    ...comparePublisher(
      expected.publisher,
      ofEach(delivery, ({ published }) => published),
    ),
    ...compareFrames(ofEach(delivery, ({ frameDiffers }) => frameDiffers)),
  ];
}

/** Everything in which a visit differs from a scenario's symptom; none when it shows just that. */
export const symptomMismatches = (scenario: Scenario, seen: Seen): Mismatch[] => [
  ...compareEvidence(scenario, seen.evidence),
  ...deliveryMismatches(scenario, seen),
];

/** Whether a visit shows just a scenario's symptom. */
export const showsSymptom = (scenario: Scenario, seen: Seen): boolean =>
  evidenceMismatches(scenario, seen.evidence).next().done === true && deliveryMismatches(scenario, seen).length === 0;

/** Fails with a message that shows expected against seen, at the place where the scenario is written. */
export function assertNone(scenario: Scenario, what: string, mismatches: readonly Mismatch[]): void {
  if (mismatches.length === 0) return;
  const error = new Error(renderMismatches(`${scenario.id}: ${what}`, mismatches));
  if (scenario.at !== '') error.stack = `${error.name}: ${error.message}\n    at ${scenario.at}`;
  throw error;
}
