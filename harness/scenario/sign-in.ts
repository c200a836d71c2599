/** What a sign-in does, for a person who does it by hand. */

/** The entries of localStorage, by key. */
type Entries = Readonly<Record<string, string>>;

/** The same in every copy of this module: a topology's files may be loaded by other means than the command that reads them. */
const STORED = Symbol.for('sintoma.stored');

/** Marks a sign-in that stores these entries and does nothing else. */
export const storing = <T extends object>(signIn: T, entries: Entries): T =>
  Object.assign(signIn, { [STORED]: entries });

/** What a sign-in stores; undefined where it does something else. */
export const storageOf = (signIn: object | undefined): Entries | undefined =>
  (signIn as { [STORED]?: Entries } | undefined)?.[STORED];
