/** One text or pattern for several texts that mean the same: pure functions. */
import { MASK } from '../common/mask.ts';
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

/** What differs between days and builds, although visits in a row have it in common: times, dates, hashes, random names. */
const PASSING = [
  /^\d{10,}$/,
  /^\d{4}-\d\d-\d\d/,
  /^[0-9a-f]{16,}$/i,
  /^(?=.*\d)(?=.*[A-Z])(?=.*[a-z])[\w-]{16,}$/,
  /[.-][0-9a-f]{8,}\.\w+$/i,
];

/** True for a value that another run need not see again, or that was masked. */
export const isPassing = (value: string): boolean => value.includes(MASK) || PASSING.some((shape) => shape.test(value));

/** What all have in common, else the pattern. */
function common(values: readonly (string | undefined)[], pattern: string): string {
  const [one = ''] = values;
  return new Set(values).size === 1 && !isPassing(one) ? escaped(one) : pattern;
}

/** The text that all addresses of one shape are, or a pattern in which what differs or passes may be anything. */
export function textOfUrls(urls: readonly string[]): Text {
  const [one = ''] = urls;
  const parts = urls.map(partsOf);
  const [{ segments, query }] = parts as [Parts, ...Parts[]];
  const place = segments.map((_segment, index) => {
    const values = parts.map((other) => other.segments[index]);
    return common(values, '[^/?]+');
  });
  const asked = query.map(([name], index) => {
    const values = parts.map((other) => other.query[index]?.[1]);
    return values[0] === undefined ? escaped(name) : `${escaped(name)}=${common(values, '[^&]*')}`;
  });
  const text = `${place.join('\\/')}${asked.length > 0 ? `\\?${asked.join('&')}` : ''}`;
  return text === escaped(one) ? one : new RegExp(`^${text}$`);
}

const wordsOf = (text: string): string[] => text.split(/(\s+)/);

/** Lines of one shape have as many words, and begin alike. */
export const shapeOfLine = (text: string): string => {
  const words = wordsOf(text);
  return JSON.stringify([words.length, words[0]]);
};

/** The text that all lines of one shape are, or a pattern in which the words that differ may be anything. */
export function textOfLines(lines: readonly string[]): Text {
  const [one = ''] = lines;
  const words = lines.map(wordsOf);
  const pattern = wordsOf(one).map((_word, index) => {
    const values = words.map((other) => other[index]);
    return common(values, '\\S+');
  });
  const text = pattern.join('');
  return text === escaped(one) ? one : new RegExp(`^${text}$`);
}

/** The longest beginning that texts have in common, up to what is masked. */
export function commonBeginning(texts: readonly string[]): string {
  const [one = ''] = texts;
  let length = 0;
  while (length < one.length && texts.every((text) => text[length] === one[length])) length += 1;
  return one.slice(0, length).split(MASK)[0] ?? '';
}
