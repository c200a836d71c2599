/** Expectations as a person would write them, in the words of `sintoma`: pure functions from data to TypeScript. */
import type { ConsoleExpectation, Count, RequestExpectation, SocketExpectation, Text } from '../scenario/schema.ts';

/** TypeScript, and the words of `sintoma` that it uses. */
export interface Code {
  text: string;
  words: readonly string[];
}

/** A text in single quotes. */
export const quoted = (text: string): string =>
  `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;

/** A text or a pattern. */
export const textCode = (text: Text): string => (typeof text === 'string' ? quoted(text) : String(text));

const isName = (key: string): boolean => /^[A-Za-z_$][\w$]*$/.test(key);

/** An object as it is written in one line. */
export const objectCode = (entries: Readonly<Record<string, string>>): string => {
  const written = Object.entries(entries).map(([key, value]) => `${isName(key) ? key : quoted(key)}: ${value}`);
  return written.length === 0 ? '{}' : `{ ${written.join(', ')} }`;
};

const call = (word: string, ...args: string[]): Code => ({ text: `${word}(${args.join(', ')})`, words: [word] });

/** A word around what is counted. */
function counted({ times, many, may }: Count, inner: Code): Code {
  const around = (word: string, { text, words }: Code, ...before: string[]): Code => ({
    text: `${word}(${[...before, text].join(', ')})`,
    words: [...words, word],
  });
  let code = inner;
  if (times !== undefined) code = around('times', code, String(times));
  if (many) code = around('many', code);
  return may ? around('may', code) : code;
}

const RESOURCE = 'Failed to load resource: ';
const SOCKET = /^WebSocket connection to '([^']+)' failed: (.*)$/s;

export function consoleCode(line: ConsoleExpectation): Code {
  const { level, text, url } = line;
  const more = url === undefined ? [] : [textCode(url)];
  const [, socket, reason] = (level === 'error' && typeof text === 'string' && SOCKET.exec(text)) || [];
  if (socket !== undefined && reason !== undefined && url === undefined)
    return counted(line, call('failedSocket', quoted(socket), quoted(reason)));
  if (level === 'error' && typeof text === 'string' && text.startsWith(RESOURCE) && url !== undefined)
    return counted(line, call('failedResource', quoted(text.slice(RESOURCE.length)), textCode(url)));
  if (level !== 'log') return counted(line, call(level, textCode(text), ...more));
  const entries = { level: quoted(level), text: textCode(text), ...(url === undefined ? {} : { url: textCode(url) }) };
  return counted(line, { text: objectCode(entries), words: [] });
}

export function requestCode(request: RequestExpectation): Code {
  const { method, url, status, error, blockedReason, corsError } = request;
  const details = {
    ...(blockedReason === undefined ? {} : { blockedReason: quoted(blockedReason) }),
    ...(corsError === undefined ? {} : { corsError: quoted(corsError) }),
  };
  const more = Object.keys(details).length > 0 ? [objectCode(details)] : [];
  const place = [quoted(method), textCode(url)];
  if (error !== undefined) return counted(request, call('refused', ...place, textCode(error), ...more));
  if (status !== undefined) return counted(request, call('answered', ...place, String(status), ...more));
  // Answered or still waited for: both are in order.
  return counted(request, {
    text: objectCode({ method: quoted(method), url: textCode(url), ...details }),
    words: [],
  });
}

export function socketCode(socket: SocketExpectation): Code {
  const { url, outcome, error, closeCode, closedByPage } = socket;
  if (outcome === 'open') return counted(socket, call('openSocket', textCode(url)));
  if (outcome === 'failed' && error !== undefined)
    return counted(socket, call('brokenSocket', textCode(url), textCode(error)));
  const entries = {
    url: textCode(url),
    outcome: quoted(outcome),
    ...(closeCode === undefined ? {} : { closeCode: String(closeCode) }),
    ...(closedByPage === undefined ? {} : { closedByPage: String(closedByPage) }),
  };
  return counted(socket, { text: objectCode(entries), words: [] });
}

/** The longest line that is written. */
const WIDTH = 110;

/** A list: in one line where it fits. */
export function listCode(items: readonly Code[], indent: string): Code {
  const words = items.flatMap((item) => item.words);
  const line = `[${items.map(({ text }) => text).join(', ')}]`;
  if (items.length === 0 || (line.length + indent.length < WIDTH && items.length <= 2)) return { text: line, words };
  return { text: `[\n${items.map(({ text }) => `${indent}  ${text},\n`).join('')}${indent}]`, words };
}

/** The line that imports words, sorted. */
export function importCode(words: readonly string[]): string {
  const sorted = [...new Set(words)].sort();
  const line = `import { ${sorted.join(', ')} } from 'sintoma';`;
  return line.length <= WIDTH ? line : `import {\n${sorted.map((word) => `  ${word},\n`).join('')}} from 'sintoma';`;
}
