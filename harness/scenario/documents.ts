/** The documents of a topology, where their files are at hand, and what was locked of them. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { isUserError, UserError } from '../common/errors.ts';
import { readJson, readOrForget, writeWhole } from '../common/files.ts';
import { PROJECT } from '../common/paths.ts';
import { anchorFate, type Anchor, type AnchorFate } from '../document/anchors.ts';
import type { Quote } from '../document/document.ts';
import { fatesOf, hashesOf, linesOf, type Fate, type Lines } from './document-lines.ts';
import type { Claim } from './schema.ts';
import { topologyFolder } from './project.ts';

const hash = z.string().regex(/^[0-9a-f]{64}$/);

const anchor = z.strictObject({
  section: z.array(z.string()),
  sentence: hash,
  quote: hash,
  triples: z.array(z.string().regex(/^[0-9a-f]{8}$/)),
  line: z.number().int().min(1),
});

/** By document: a hash for each line, or, of an own document, what its claims are about. */
const lockSchema = z.record(
  z.string(),
  z.union([z.array(z.string().regex(/^([0-9a-f]{8})?$/)), z.record(z.string(), anchor)]),
);
type Lock = z.infer<typeof lockSchema>;

/** Path of the file that says of each document what it was. */
const lockFile = (topology: string): string => path.join(topologyFolder(topology), 'documents.lock.json');

/**
 * What was locked of a topology's documents, by name.
 *
 * @throws UserError that names the file, when it is damaged
 */
const readLock = (topology: string): Lock =>
  readJson(lockFile(topology), lockSchema, 'write it anew: sintoma claims --documents <folder> --accept') ?? {};

/** What is locked where it is about to be written: a damaged file gives nothing. */
const lockToReplace = (topology: string): Lock =>
  readOrForget(lockFile(topology), lockSchema, 'it is written anew, from the documents at hand') ?? {};

const write = (topology: string, lock: Lock): void =>
  writeWhole(lockFile(topology), `${JSON.stringify(lock, null, 2)}\n`);

/** Locks documents as they are now; what is locked of own ones stays. */
export function writeLock(topology: string, documents: Readonly<Record<string, readonly string[]>>): void {
  const own = ownOf(topology, lockToReplace(topology));
  const lines = Object.entries(documents).map(([name, text]) => [name, [...hashesOf(text)]]);
  write(topology, { ...Object.fromEntries(lines), ...own } as Lock);
}

/** By id of a claim: what it is about. */
export type Anchors = Readonly<Record<string, Anchor>>;

/** What is locked of own documents, by path. */
const ownOf = (topology: string, lock = readLock(topology)): Record<string, Anchors> =>
  Object.fromEntries(Object.entries(lock).flatMap(([name, locked]) => (Array.isArray(locked) ? [] : [[name, locked]])));

/** Locks what claims of own documents are about, by path and claim; what is locked of other documents stays. */
export function writeAnchors(topology: string, anchors: Readonly<Record<string, Anchors>>): void {
  const others = Object.entries(lockToReplace(topology)).filter(([, locked]) => Array.isArray(locked));
  write(topology, { ...Object.fromEntries(others), ...anchors });
}

/** Puts what some claims are about in place of what was locked of them; the rest stays. */
export function followAnchors(topology: string, anchors: Readonly<Record<string, Anchors>>): void {
  const own = ownOf(topology);
  const merged = Object.entries(anchors).map(([document, moved]) => [document, { ...own[document], ...moved }]);
  writeAnchors(topology, { ...own, ...(Object.fromEntries(merged) as Record<string, Anchors>) });
}

/** What became of what a claim quotes. */
export const fateOfQuote = (topology: string, id: string, quote: Quote): AnchorFate =>
  anchorFate(quote, ownOf(topology)[quote.document]?.[id]);

/** The lines of what a claim quotes; where it is not found, the line in which it was. */
export function linesOfQuote(topology: string, id: string, quote: Quote): Lines {
  const line = ownOf(topology)[quote.document]?.[id]?.line ?? 1;
  try {
    const fate = fateOfQuote(topology, id, quote);
    return 'place' in fate ? fate.place.lines : [line, line];
  } catch (error) {
    if (isUserError(error)) return [line, line];
    throw error;
  }
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
