/** One text or pattern for several texts that mean the same: pure functions. */
import type { Text } from '../scenario/schema.ts';

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

/** Parts of an address: origin and path segments, and its query parameters in order. */
interface Parts {
  segments: string[];
  query: [name: string, value: string | undefined][];
}

function partsOf(url: string): Parts {
  const mark = url.indexOf('?');
  const place = mark === -1 ? url : url.slice(0, mark);
  const query = mark === -1 ? '' : url.slice(mark + 1);
  return {
    segments: place.split('/'),
    query:
      query === ''
        ? []
        : query.split('&').map((one) => {
            const equals = one.indexOf('=');
            return equals === -1 ? [one, undefined] : [one.slice(0, equals), one.slice(equals + 1)];
          }),
  };
}

/** Addresses of one shape differ only in segments of their path and in values of their query. */
export function shapeOf(url: string): string {
  const { segments, query } = partsOf(url);
  return JSON.stringify([segments.slice(0, 3), segments.length, query.map(([name]) => name)]);
}

/** What all have in common, else the pattern. */
const common = (values: readonly (string | undefined)[], pattern: string): string =>
  new Set(values).size === 1 ? escaped(values[0] ?? '') : pattern;

/** The text that all addresses of one shape are, or a pattern in which what differs may be anything. */
export function textOfUrls(urls: readonly string[]): Text {
  const all = [...new Set(urls)];
  const [one = ''] = all;
  if (all.length <= 1) return one;
  const parts = all.map(partsOf);
  const [{ segments, query }] = parts as [Parts, ...Parts[]];
  const place = segments.map((_segment, index) =>
    common(
      parts.map((other) => other.segments[index]),
      '[^/?]+',
    ),
  );
  const asked = query.map(([name, value], index) =>
    value === undefined
      ? escaped(name)
      : `${escaped(name)}=${common(
          parts.map((other) => other.query[index]?.[1]),
          '[^&]*',
        )}`,
  );
  return new RegExp(`^${place.join('\\/')}${asked.length > 0 ? `\\?${asked.join('&')}` : ''}$`);
}

const wordsOf = (text: string): string[] => text.split(/(\s+)/);

/** Lines of one shape have as many words, and begin alike. */
export const shapeOfLine = (text: string): string => {
  const words = wordsOf(text);
  return JSON.stringify([words.length, words[0]]);
};

/** The text that all lines of one shape are, or a pattern in which the words that differ may be anything. */
export function textOfLines(lines: readonly string[]): Text {
  const all = [...new Set(lines)];
  const [one = ''] = all;
  if (all.length <= 1) return one;
  const words = all.map(wordsOf);
  const pattern = wordsOf(one).map((_word, index) =>
    common(
      words.map((other) => other[index]),
      '\\S+',
    ),
  );
  return new RegExp(`^${pattern.join('')}$`);
}

/** The longest beginning that texts have in common, without a secret or number that it was cut in. */
export function commonBeginning(texts: readonly string[]): string {
  const [one = ''] = texts;
  let length = 0;
  while (length < one.length && texts.every((text) => text[length] === one[length])) length += 1;
  return one.slice(0, length);
}
