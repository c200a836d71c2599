import { closest, distance } from 'fastest-levenshtein';
import { UserError } from '../common/errors.ts';

/** No more than so many names are suggested. */
const SUGGESTIONS = 4;

/** The names that somebody may have meant: those that hold the text, else the nearest if it is near. */
export function suggestions(name: string, known: readonly string[]): string[] {
  const holding = name.length < 3 ? [] : known.filter((one) => one.includes(name.toLowerCase()));
  if (holding.length > 0) return holding.slice(0, SUGGESTIONS);
  const nearest = known.length > 0 ? closest(name, known) : undefined;
  if (nearest === undefined) return [];
  return distance(name, nearest) <= Math.max(2, name.length / 3) ? [nearest] : [];
}

/**
 * The error for a name that does not exist.
 *
 * @param lister the command that lists those that do, for a name that is like none
 */
export function unknownName(kind: string, name: string, known: readonly string[], lister: string): UserError {
  const near = suggestions(name, known);
  const hint = near.length > 0 ? `did you mean ${near.map((one) => `"${one}"`).join(' or ')}?` : `run: ${lister}`;
  return new UserError(`there is no ${kind} "${name}"`, hint, 2);
}
