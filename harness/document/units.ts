/** What can be left out of a configuration: its lines, each with what stands below it, and their options. Pure. */

/** A part of a text that can be left out. */
export interface Unit {
  /** What it is, unambiguous within the text: `location /live/ › proxy_buffering off;`. */
  name: string;
  /** First and last line, from 0. */
  lines: readonly [from: number, to: number];
  /** The lines that remain in their place: none, or one from which an option was taken. */
  instead: readonly string[];
}

/** A unit whose name is not chosen yet. */
interface Found extends Omit<Unit, 'name'> {
  /** The heads of the lines around it, then its own. */
  path: readonly string[];
}

/** Ends what another line began. */
const CLOSING = /^(?:[}\])]+[;,]?|<\/.*>|end)$/;
const COMMENT = /^(?:#|\/\/)/;
/** An option of a line, such as `timeout=3600`. */
const ASSIGNED = /^[\w.-]+=\S+$/;

/** Options that are no assignments, by language: the word, and how many words after it belong to it. */
const OPTIONS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  haproxy: { ssl: 0, check: 0, crt: 1, alpn: 1, resolvers: 1, 'init-addr': 1, inter: 1 },
  nginx: { ssl: 0, http2: 0, default_server: 0, always: 0, nodelay: 0, burst: 0 },
};

const indentOf = (line: string): number => line.length - line.trimStart().length;

/** How a line is called: `server {` is called `server`, and `routers:` is called `routers`. */
const headOf = (line: string): string => line.trim().replace(/\s*\{$|:$/, '') || '{ … }';

/** The index after the last line that belongs to the one at `from`: what is indented below it, and what closes it. */
function endOf(lines: readonly string[], from: number): number {
  const depth = indentOf(lines[from] ?? '');
  let end = from + 1;
  for (let at = end; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    if (line.trim() === '') continue;
    if (indentOf(line) > depth) end = at + 1;
    else return indentOf(line) === depth && CLOSING.test(line.trim()) ? at + 1 : end;
  }
  return end;
}

/** The options of a line, each with the line without it. A line keeps its first word. */
function optionsOf(line: string, language: string | undefined): { option: string; without: string }[] {
  const others = OPTIONS[language ?? ''] ?? {};
  const end = /\s*[;{]?$/.exec(line)?.index ?? line.length;
  const words = [...line.slice(0, end).matchAll(/\S+/g)];
  return words.flatMap((word, index) => {
    if (index === 0) return [];
    const more = ASSIGNED.test(word[0]) ? 0 : Object.hasOwn(others, word[0]) ? others[word[0]] : undefined;
    const last = more === undefined ? undefined : words[index + more];
    if (last === undefined) return [];
    const stop = last.index + last[0].length;
    return [{ option: line.slice(word.index, stop), without: line.slice(0, word.index).trimEnd() + line.slice(stop) }];
  });
}

/** The shortest ends of paths that tell them apart; those of one path are numbered. */
function namesOf(paths: readonly (readonly string[])[]): string[] {
  const end = (path: readonly string[], length: number): string => path.slice(-length).join(' › ');
  const names = paths.map((path) => {
    for (let length = 1; length < path.length; length += 1) {
      if (paths.filter((other) => end(other, length) === end(path, length)).length === 1) return end(path, length);
    }
    return end(path, path.length);
  });
  return names.map((name, index) => {
    const before = names.slice(0, index).filter((other) => other === name).length;
    return before === 0 ? name : `${name} (${before + 1})`;
  });
}

/**
 * Every line of a configuration that says something, with what is indented below it and what closes it; after each
 * line, its options. Comments and lines that only close are no units.
 *
 * @param language first word of the info string of its block; tells which words are options
 */
export function unitsOf(text: string, language?: string): Unit[] {
  const lines = text.trimEnd().split('\n');
  const found: Found[] = [];
  const around: { head: string; end: number }[] = [];
  lines.forEach((line, from) => {
    while ((around.at(-1)?.end ?? Infinity) <= from) around.pop();
    const trimmed = line.trim();
    if (trimmed === '' || CLOSING.test(trimmed) || COMMENT.test(trimmed)) return;
    const end = endOf(lines, from);
    const path = [...around.map(({ head }) => head), headOf(line)];
    found.push({ path, lines: [from, end - 1], instead: [] });
    for (const { option, without } of optionsOf(line, language))
      found.push({ path: [...path, option], lines: [from, from], instead: [without] });
    around.push({ head: headOf(line), end });
  });
  const names = namesOf(found.map(({ path }) => path));
  return found.map(({ lines: place, instead }, index) => ({ name: names[index] ?? '', lines: place, instead }));
}
