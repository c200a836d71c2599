/** Sentences of a document's passages, and how like one another they are. Pure. */
import { createHash } from 'node:crypto';
import type { Passage } from './markdown.ts';

/** A sentence, and its first and last line in the document, from 1. */
export interface Sentence {
  text: string;
  lines: readonly [from: number, to: number];
}

/** A text without regard to how its lines are broken. */
export const normalised = (text: string): string => text.replace(/\s+/g, ' ').trim();

let segmenter: Intl.Segmenter | undefined;
/** Made when it is first needed: it costs 0.04 s, which what only lists scenarios does not pay. */
const inSentences = (text: string): Intl.Segments =>
  (segmenter ??= new Intl.Segmenter('en', { granularity: 'sentence' })).segment(text);

/** The sentences of a passage, each normalised. */
export const sentencesOf = ({ text, line }: Pick<Passage, 'text' | 'line'>): Sentence[] =>
  [...inSentences(text.replace(/\s/g, ' '))].flatMap(({ segment, index }) => {
    if (segment.trim() === '') return [];
    const lineAt = (place: number): number => line + text.slice(0, place).split('\n').length - 1;
    const from = index + segment.length - segment.trimStart().length;
    return [{ text: normalised(segment), lines: [lineAt(from), lineAt(index + segment.trimEnd().length)] as const }];
  });

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** What is kept of a sentence: SHA-256 of its normalised text. */
export const hashOf = (text: string): string => sha256(normalised(text));

/** Hashes (8 hexadecimal digits) of the runs of three words of a text, without regard to case and punctuation; sorted. */
export function triplesOf(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}_.$/:-]*[\p{L}\p{N}_]/gu) ?? [];
  const runs = words.length < 3 ? [words] : words.slice(2).map((_, index) => words.slice(index, index + 3));
  return [...new Set(runs.map((run) => sha256(run.join(' ')).slice(0, 8)))].sort();
}

/** How much two sets of triples have in common: 0 (nothing) to 1 (all), by Dice's coefficient. */
export function likeness(one: readonly string[], other: readonly string[]): number {
  const both = one.filter((triple) => other.includes(triple)).length;
  return one.length + other.length === 0 ? 0 : (2 * both) / (one.length + other.length);
}
