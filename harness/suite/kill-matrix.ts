/**
 * The kill matrix: the expectations of every scenario of a topology held against the kept evidence of every other.
 * Expectations that accept the evidence of another scenario cannot tell the two apart.
 */
import path from 'node:path';
import { REPORTS } from '../common/paths.ts';
import type { Scenario } from '../scenario/schema.ts';
import { showsSymptom, type Seen } from './mismatches.ts';

/** Where a run keeps the evidence of a scenario's symptom: reports/evidence/<topology>/<scenario>.json. */
export const evidenceFile = (id: string): string => path.join(REPORTS, 'evidence', `${id}.json`);

/** What a run keeps of a scenario's symptom. */
export interface KeptEvidence extends Seen {
  scenario: string;
  /** What the diagnosis named: a cause, `none` for a healthy system, `inconclusive`; absent when it was not asked. */
  named?: string;
}

/** Two scenarios that their expectations do not tell apart: one accepts the evidence of the other, or each does. */
export interface Alike {
  pair: [string, string];
  /** One of the two says so (`sameSymptomAs`); of healthy systems it goes without saying. */
  stated: boolean;
  /** What tells them apart all the same: nothing is needed where both have one cause as seen from outside. */
  apart: 'same cause' | 'diagnosis' | 'nothing';
  /** What the diagnosis named for each; absent when it was not asked, or failed. */
  named: [string | undefined, string | undefined];
}

/** The matrix of one topology. */
export interface KillMatrix {
  topology: string;
  /** Ids of the scenarios with evidence. */
  scenarios: string[];
  /** How many pairs were compared: ordered, without the diagonal. */
  pairs: number;
  /** How many of them the expectations of the one do not tell from the evidence of the other. */
  accepted: number;
  alike: Alike[];
  /** Pairs that a scenario says look the same, but that their expectations tell apart. */
  overstated: [string, string][];
  /** Scenarios without evidence: not played yet. */
  missing: string[];
  /** Scenarios that reject their own evidence: it is of a failed run, or older than the expectations. */
  stale: string[];
}

/** Computes the matrix of one topology from the evidence that there is, by id of the scenario. */
export function killMatrix(
  topology: string,
  scenarios: readonly Scenario[],
  kept: ReadonlyMap<string, KeptEvidence>,
): KillMatrix {
  const played = scenarios.flatMap((scenario) => {
    const seen = kept.get(scenario.id);
    return seen === undefined ? [] : [{ ...scenario, seen }];
  });
  type Played = (typeof played)[number];
  const accepts = (one: Scenario, { seen }: Played): boolean => showsSymptom(one, seen);
  const states = (one: Scenario, other: Scenario): boolean => one.sameSymptomAs.includes(other.id);
  const pairs = played.flatMap((one, index) => played.slice(index + 1).map((other): [Played, Played] => [one, other]));
  const read = pairs.map(([one, other]) => ({
    one,
    other,
    accepted: Number(accepts(one, other)) + Number(accepts(other, one)),
    stated: states(one, other) || states(other, one),
  }));
  const outside = ({ causeFromOutside, cause }: Scenario): string => causeFromOutside ?? cause;
  return {
    topology,
    scenarios: played.map(({ id }) => id),
    pairs: 2 * pairs.length,
    accepted: read.reduce((sum, { accepted }) => sum + accepted, 0),
    alike: read
      .filter(({ accepted }) => accepted > 0)
      .map(({ one, other, stated }) => {
        const named: Alike['named'] = [one.seen.named, other.seen.named];
        const told = named[0] !== undefined && named[1] !== undefined && named[0] !== named[1];
        const apart = outside(one) === outside(other) ? 'same cause' : told ? 'diagnosis' : 'nothing';
        const healthy = one.cause === 'none' && other.cause === 'none';
        return { pair: [one.id, other.id], stated: stated || healthy, apart, named };
      }),
    overstated: read
      .filter(({ accepted, stated }) => stated && accepted === 0)
      .map(({ one, other }): [string, string] => [one.id, other.id]),
    missing: scenarios.filter(({ id }) => !kept.has(id)).map(({ id }) => id),
    stale: played.filter((one) => !accepts(one, one)).map(({ id }) => id),
  };
}
