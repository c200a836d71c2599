import { CALIBRATION } from './calibration.ts';
import type { Level } from './finding.ts';

/**
 * The measured share of right answers at a level, by the rule of succession: (right + 1) of (all + 2), so that a few
 * right answers are no certainty. Rounded down to hundredths, so it is never 1.
 *
 * @param kind whether the answer is a cause, or that the visit is healthy
 */
export function confidenceOf(kind: 'faulty' | 'healthy', level: Level): number {
  const { right, of } = CALIBRATION[kind][level];
  return Math.floor(((right + 1) / (of + 2)) * 100) / 100;
}
