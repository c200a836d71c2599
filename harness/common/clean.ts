/** Texts of foreign pages and servers, made safe to show: control and direction characters are seen, not obeyed. */

/** Control characters, marks of direction and other invisible ones. */
const INVISIBLE = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

const escaped = (character: string): string => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;

/** A text of several lines, safe to show. */
export const visible = (text: string): string =>
  text.replace(INVISIBLE, (character) => (character === '\n' || character === '\t' ? character : escaped(character)));

/** A text of one line, safe to show, cut at a number of characters. */
export function clean(text: string, limit = 400): string {
  const cut = text.length > limit ? `${text.slice(0, limit)}…` : text;
  return cut.replace(INVISIBLE, (character) => (character === '\n' || character === '\t' ? ' ' : escaped(character)));
}

/** Escapes every text in a value that will be printed as JSON. */
export function cleanAll<T>(value: T): T {
  if (typeof value === 'string') return clean(value, 1000) as T;
  if (Array.isArray(value)) return value.map(cleanAll) as T;
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, cleanAll(member)])) as T;
  return value;
}
