/**
 * What became of a document's lines since they were locked. Only hashes of the lines are kept: no document's sentences
 * enter a project.
 */
import { createHash } from 'node:crypto';
import { diffArrays } from 'diff';

/** One hash a line: 8 hexadecimal digits of its text without regard to white space; empty for an empty line. */
export type LineHashes = readonly string[];

/** The lines of a document; the end of the file is no line. */
export const linesOf = (text: string): string[] => {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
};

/** What is kept of a document's lines. */
export const hashesOf = (lines: readonly string[]): LineHashes =>
  lines.map((line) => {
    const normalised = line.replace(/\s+/g, ' ').trim();
    return normalised === '' ? '' : createHash('sha256').update(normalised).digest('hex').slice(0, 8);
  });

export type Lines = readonly [from: number, to: number];

/** What became of some lines; `lines`, from 1, is where they are now. */
export type Fate = { is: 'same' | 'moved' | 'changed'; lines: Lines } | { is: 'gone' };

/** For each locked line its place now, from 0, where it stands in the same order. */
function keptPlaces(locked: LineHashes, now: LineHashes): (number | undefined)[] {
  const places: (number | undefined)[] = locked.map(() => undefined);
  let [before, after] = [0, 0];
  for (const { added, removed, count } of diffArrays([...locked], [...now])) {
    if (!added && !removed) {
      for (let index = 0; index < count; index += 1) places[before + index] = after + index;
    }
    if (!added) before += count;
    if (!removed) after += count;
  }
  return places;
}

/** The one place that no other line has taken and where a text stands; undefined when there is none, or more. */
function placeElsewhere(
  hash: string | undefined,
  now: LineHashes,
  taken: ReadonlySet<number | undefined>,
): number | undefined {
  const free = now.flatMap((other, place) => (other === hash && !taken.has(place) ? [place] : []));
  return free.length === 1 ? free[0] : undefined;
}

/**
 * What became of lines of a document: compares the whole once, and then tells it of any lines.
 *
 * @returns a function of lines from 1, as they were when the document was locked
 */
export function fatesOf(locked: LineHashes, now: LineHashes): (lines: Lines) => Fate {
  const kept = keptPlaces(locked, now);
  const taken = new Set(kept);
  return ([from, to]) => {
    const texts = locked.flatMap((hash, index) => (index >= from - 1 && index < to && hash !== '' ? [index] : []));
    const found = texts.flatMap((index) => kept[index] ?? placeElsewhere(locked[index], now, taken) ?? []);
    if (texts.length > 0 && found.length === texts.length) {
      const lines = [Math.min(...found) + 1, Math.max(...found) + 1] as const;
      // Empty lines at the ends of the range have no place of their own.
      const first = texts[0] ?? 0;
      const there = found.every((place, index) => place - (found[0] ?? 0) === (texts[index] ?? 0) - first);
      if (there && found[0] === first) return { is: 'same', lines: [from, to] };
      return { is: there ? 'moved' : 'changed', lines };
    }
    // The nearest lines around that are still there: what was changed stands between them.
    const above = kept.slice(0, from - 1).findLast((place) => place !== undefined) ?? -1;
    const below = kept.slice(to).find((place) => place !== undefined) ?? now.length;
    const between = now.flatMap((hash, place) => (place > above && place < below && hash !== '' ? [place] : []));
    const left = [...found, ...between];
    return left.length === 0
      ? { is: 'gone' }
      : { is: 'changed', lines: [Math.min(...left) + 1, Math.max(...left) + 1] };
  };
}
