/**
 * Causes: every reason that Sintoma can name for a real-time page that does not work. Each is a file of
 * harness/diagnosis/causes; here is what scenarios and reports need to know of them.
 *
 * Scenarios, diagnosis, reports and the JSON of `sintoma diagnose` all use these ids. A diagnosis may name any of
 * them for a system that it has never seen.
 */
import { CAUSE_IDS } from './ids.ts';
import type { Hop } from './hops.ts';

export { CAUSE_IDS };
export { HOPS, type Hop } from './hops.ts';

/** One of {@link CAUSE_IDS}. */
export type CauseId = (typeof CAUSE_IDS)[number];

/** What is known of a cause. */
export interface Cause {
  /** The hop that is broken. */
  hop: Hop;
  /** What is wrong, in one plain sentence. */
  sentence: string;
  /** What has to be read for the cause to be proven. */
  proof: string;
  /** Causes with the same symptom, from which it must be told apart. */
  lookAlikes: readonly CauseId[];
  /** What to do about it. */
  repair: string;
}

/**
 * Tells whether a text is the id of a cause.
 * @param text what a person typed
 */
export function isCauseId(text: string): text is CauseId {
  return CAUSE_IDS.some((id) => id === text);
}
