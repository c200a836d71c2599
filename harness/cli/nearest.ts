import { closest } from 'fastest-levenshtein';
import { UserError } from '../common/errors.ts';

/** The error for a name that does not exist, with the nearest one that does. */
export function unknownName(kind: string, name: string, known: readonly string[]): UserError {
  const near = known.length > 0 ? `did you mean "${closest(name, known)}"?` : undefined;
  return new UserError(`there is no ${kind} "${name}"`, near, 2);
}
