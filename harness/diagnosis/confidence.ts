import { CALIBRATION } from './calibration.ts';
import type { Level } from './finding.ts';

/** Right answers of all, by level. */
type Shares = Partial<Record<Level, { right: number; of: number }>>;

/**
 * How often a cause that was named first was right on systems whose faults somebody chose who did not know the
 * examinations, by its level: the first three and the last six of the sets in docs/diagnosing.md. A cause that is only
 * possible is never named first.
 */
export const ON_STRANGERS = {
  proven: { right: 203, of: 213 },
  likely: { right: 102, of: 137 },
} as const satisfies Shares;

/**
 * The measured share of right answers at a level, by the rule of succession: (right + 1) of (all + 2), so that a few
 * right answers are no certainty. Rounded down to hundredths, so it is never 1. Causes are measured on systems of
 * strangers, and the rest on the recordings of this repository, which are easier.
 *
 * @param kind whether the answer is a cause, or that the visit is healthy
 */
export function confidenceOf(kind: 'faulty' | 'healthy', level: Level): number {
  const strangers: Shares = kind === 'faulty' ? ON_STRANGERS : {};
  const { right, of } = strangers[level] ?? CALIBRATION[kind][level];
  return Math.floor(((right + 1) / (of + 2)) * 100) / 100;
}
