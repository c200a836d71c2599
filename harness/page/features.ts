/** What symptoms have in common: marks of a visit, and an order in which similar ones are neighbours. Pure functions. */
import type { Visit } from '../result/schema.ts';

/** Texts of the console by what they speak of; the first that fits counts. */
const CONSOLE: readonly (readonly [pattern: RegExp, mark: string])[] = [
  [/Mixed Content|insecure (WebSocket|resource)/i, 'mixed content'],
  [/Content[- ]Security[- ]Policy/i, 'Content-Security-Policy'],
  [/CORS|Access-Control|cross-origin/i, 'CORS'],
  [/ERR_CERT|certificate/i, 'certificate'],
  [/response code: (\d+)/, 'handshake $1'],
  [/(?:net::)?(ERR_[A-Z0-9_]+)/, '$1'],
  [/status of (\d+)/, 'status $1'],
  [/closed before the connection is established/, 'closed before it was open'],
];

function consoleMark({ level, text }: Visit['console'][number]): string | undefined {
  if (level === 'log') return undefined;
  for (const [pattern, mark] of CONSOLE) {
    const found = pattern.exec(text);
    if (found) return `console: ${mark.replace('$1', found[1] ?? '')}`;
  }
  return `console: other ${level}`;
}

/** The marks of a visit's symptom. */
export function marksOf({ document, console, requests, sockets, delivery }: Visit): string[] {
  const failed = requests.filter(
    ({ type, status, error }) => type !== 'document' && (error !== undefined || (status ?? 0) >= 400),
  );
  const marks = [
    /^status [123]/.test(document) ? undefined : `page: ${document}`,
    ...console.map(consoleMark),
    ...failed.map(({ status, error }) => `request: ${error?.split(',')[0]?.replace('net::', '') ?? String(status)}`),
    ...(sockets.length === 0 ? ['socket: none'] : sockets.map(({ outcome }) => `socket: ${outcome}`)),
    ...Object.entries(delivery).map(([channel, outcome]) =>
      channel === 'api' ? `data: ${outcome}` : `message: ${/ of /.test(outcome) ? 'some' : outcome}`,
    ),
  ];
  return [...new Set(marks.filter((mark) => mark !== undefined))];
}

/** One row of the matrix. */
export interface Row<T> {
  item: T;
  marks: ReadonlySet<string>;
}

/** How unlike two sets are: from 0, the same, to 1, nothing in common. */
function distance(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  const both = [...one].filter((mark) => other.has(mark)).length;
  const all = one.size + other.size - both;
  return all === 0 ? 0 : 1 - both / all;
}

/** Similar rows beside one another: after each the nearest of those that are left. Rows with the same marks are one cluster. */
export function clustered<T>(rows: readonly Row<T>[]): Row<T>[][] {
  const left = rows.toSorted((a, b) => a.marks.size - b.marks.size);
  const clusters: Row<T>[][] = [];
  let last = left[0];
  while (last !== undefined) {
    const from: Row<T> = last;
    const near = left.toSorted((a, b) => distance(from.marks, a.marks) - distance(from.marks, b.marks))[0];
    if (near === undefined) break;
    left.splice(left.indexOf(near), 1);
    const cluster = clusters.at(-1);
    if (cluster && distance(from.marks, near.marks) === 0) cluster.push(near);
    else clusters.push([near]);
    last = near;
  }
  return clusters;
}

/** The marks of all rows, those of one kind beside one another, and in a kind the more frequent first. */
export function columnsOf(rows: readonly Row<unknown>[]): string[] {
  const KINDS = ['page', 'console', 'request', 'socket', 'data', 'message'];
  const number = new Map<string, number>();
  for (const { marks } of rows) for (const mark of marks) number.set(mark, (number.get(mark) ?? 0) + 1);
  const kind = (mark: string): number => KINDS.indexOf(mark.split(':')[0] ?? '');
  return [...number.keys()].sort(
    (a, b) => kind(a) - kind(b) || (number.get(b) ?? 0) - (number.get(a) ?? 0) || (a < b ? -1 : 1),
  );
}
