/** How sure an examination is of a cause, and why. */

/**
 * The levels of certainty, surest first.
 *
 * - `proven`: the browser or a server states it, or two readings that differ in one thing show it.
 * - `likely`: what was read fits this cause, and fits its look-alikes less.
 * - `possible`: what was read fits this cause and its look-alikes alike.
 */
export const LEVELS = ['proven', 'likely', 'possible'] as const;

/** One of {@link LEVELS}. */
export type Level = (typeof LEVELS)[number];

/** The result of an examination that finds something. */
export interface Finding {
  level: Level;
  /** The observations that support it, as sentences. */
  because: string[];
}

type Sentence = string | undefined | false;

/** Makes a finding of a level that depends on what was read. */
export function finding(level: Level, ...sentences: Sentence[]): Finding {
  return { level, because: sentences.filter((sentence): sentence is string => typeof sentence === 'string') };
}

/** The browser or a server states it, or two readings that differ in one thing show it. */
export const proven = (...sentences: Sentence[]): Finding => finding('proven', ...sentences);

/** What was read fits this cause, and fits its look-alikes less. */
export const likely = (...sentences: Sentence[]): Finding => finding('likely', ...sentences);

/** What was read fits this cause and its look-alikes alike. */
export const possible = (...sentences: Sentence[]): Finding => finding('possible', ...sentences);

/** Orders levels, surest first: negative when `a` is surer. */
export const compareLevels = (a: Level, b: Level): number => LEVELS.indexOf(a) - LEVELS.indexOf(b);

/** The level, or the limit where the level is surer. */
export const atMost = (limit: Level, level: Level): Level => (compareLevels(level, limit) < 0 ? limit : level);

/** The level below. */
export const lower = (level: Level): Level => (level === 'proven' ? 'likely' : 'possible');
