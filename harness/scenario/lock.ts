/** documents.lock.json beside a topology: what its documents were, as hashes. */
import path from 'node:path';
import { z } from 'zod';
import { isUserError } from '../common/errors.ts';
import { readJson, readOrForget, writeWhole } from '../common/files.ts';
import { anchorFate, type Anchor, type AnchorFate } from '../document/anchors.ts';
import type { Quote } from '../document/document.ts';
import type { Lines } from './document-lines.ts';
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
export const readLock = (topology: string): Lock =>
  readJson(lockFile(topology), lockSchema, 'write it anew: sintoma claims --documents <folder> --accept') ?? {};

/** What is locked where it is about to be written: a damaged file gives nothing. */
const lockToReplace = (topology: string): Lock =>
  readOrForget(lockFile(topology), lockSchema, 'it is written anew, from the documents at hand') ?? {};

const write = (topology: string, lock: Lock): void =>
  writeWhole(lockFile(topology), `${JSON.stringify(lock, null, 2)}\n`);

/** Locks the lines of documents, by name; what is locked of own documents stays. */
export function writeLines(topology: string, lines: Readonly<Record<string, string[]>>): void {
  write(topology, { ...lines, ...ownOf(topology, lockToReplace(topology)) });
}

/** By id of a claim: what it is about. */
export type Anchors = Readonly<Record<string, Anchor>>;

/** What is locked of own documents, by path. */
export const ownOf = (topology: string, lock = readLock(topology)): Record<string, Anchors> =>
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

/** What became of what a claim quotes, of what is locked of own documents. */
export const fateOfQuote = (own: Readonly<Record<string, Anchors>>, id: string, quote: Quote): AnchorFate =>
  anchorFate(quote, own[quote.document]?.[id]);

/** The lines of what a claim quotes; where it is not found, the line in which it was. */
export function linesOfQuote(topology: string, id: string, quote: Quote): Lines {
  const own = ownOf(topology);
  const line = own[quote.document]?.[id]?.line ?? 1;
  try {
    const fate = fateOfQuote(own, id, quote);
    return 'place' in fate ? fate.place.lines : [line, line];
  } catch (error) {
    if (isUserError(error)) return [line, line];
    throw error;
  }
}
