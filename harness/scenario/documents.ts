/** The documents of a topology, where their files are at hand, and what was locked of them. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../common/errors.ts';
import { PROJECT } from '../common/paths.ts';
import { fatesOf, hashesOf, linesOf, type Fate, type Lines } from './document-lines.ts';
import { readLock, writeLines } from './lock.ts';
import type { Claim } from './schema.ts';

/** Locks documents as they are now; what is locked of own ones stays. */
export function writeLock(topology: string, documents: Readonly<Record<string, readonly string[]>>): void {
  const lines = Object.entries(documents).map(([name, text]): [string, string[]] => [name, [...hashesOf(text)]]);
  writeLines(topology, Object.fromEntries(lines));
}

/**
 * The lines of a document.
 *
 * @param folder where `<name>.md` is
 * @throws UserError that names the file, when there is none
 */
export function readDocument(folder: string, name: string): string[] {
  const file = path.join(folder, `${name}.md`);
  if (!existsSync(file)) throw new UserError(`--documents: there is no file ${file}`, undefined, 2);
  return linesOf(readFileSync(file, 'utf8'));
}

/** The own documents that claims quote: path to number of lines; without those that are not there. */
export const ownDocuments = (claims: readonly Pick<Claim, 'at'>[]): Record<string, number> =>
  Object.fromEntries(
    claims.flatMap(({ at }) => {
      if (at === undefined) return [];
      const file = path.resolve(PROJECT, at.document);
      if (!existsSync(file)) return [];
      return [[at.document, linesOf(readFileSync(file, 'utf8')).length] as const];
    }),
  );

/** A document as it is now. */
export interface DocumentNow {
  lines: string[];
  /** What became of lines since they were locked; undefined where nothing was locked. */
  fateOf: ((lines: Lines) => Fate) | undefined;
}

/**
 * Reads a document of a topology, and compares it with what was locked of it.
 *
 * @throws UserError that names the file, when there is none
 */
export function documentNow(topology: string, name: string, folder: string): DocumentNow {
  const lines = readDocument(folder, name);
  const locked = readLock(topology)[name];
  return { lines, fateOf: Array.isArray(locked) ? fatesOf(locked, hashesOf(lines)) : undefined };
}
