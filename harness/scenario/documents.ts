/** The documents of a topology, where their files are at hand, and what was locked of them. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { UserError } from '../common/errors.ts';
import { readJson, writeWhole } from '../common/files.ts';
import { fatesOf, hashesOf, linesOf, type Fate, type LineHashes, type Lines } from './document-lines.ts';
import { topologyFolder } from './project.ts';

const lockSchema = z.record(z.string(), z.array(z.string().regex(/^([0-9a-f]{8})?$/)));

/** Path of the file that says of each document what each of its lines was. */
const lockFile = (topology: string): string => path.join(topologyFolder(topology), 'documents.lock.json');

/**
 * What was locked of a topology's documents, by name.
 *
 * @throws UserError that names the file, when it is damaged
 */
const readLock = (topology: string): Readonly<Record<string, LineHashes>> =>
  readJson(lockFile(topology), lockSchema, 'write it anew: sintoma claims --documents <folder> --accept') ?? {};

/** Locks documents as they are now. */
export const writeLock = (topology: string, documents: Readonly<Record<string, readonly string[]>>): void => {
  const lock = Object.fromEntries(Object.entries(documents).map(([name, lines]) => [name, hashesOf(lines)]));
  writeWhole(lockFile(topology), `${JSON.stringify(lock, null, 2)}\n`);
};

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
  return { lines, fateOf: locked && fatesOf(locked, hashesOf(lines)) };
}
