/** One visit as HTML: expected against seen, and the evidence. */
import type { Visit } from '../result/schema.ts';
import { badge, folded, markup, list, table, type Html } from './html.ts';

const KIND = { missing: 'missing', unexpected: 'not expected', different: 'different' } as const;

/** Every expectation with what became of it, and what was seen beside them. */
export function comparison({ expected, differences }: Visit): Html {
  const missed = new Set(differences.map((one) => one.expected));
  const rows = [
    ...differences.map(({ part, kind, expected: wanted = '', seen }) => [
      badge('failed', KIND[kind]),
      part,
      markup`<code>${wanted}</code>`,
      markup`<code>${seen ?? 'nothing like it'}</code>`,
    ]),
    ...expected
      .filter(({ text }) => !missed.has(text))
      .map(({ part, text }) => [badge('passed', 'as expected'), part, markup`<code>${text}</code>`, '']),
  ];
  return table('Expected against seen', ['outcome', 'part', 'expected', 'seen instead'], rows);
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;

/** What the browser recorded. */
export function evidence({ console, requests, sockets, left, delivery, document }: Visit): Html {
  const lines = console.map(({ at, level, text, url }) => [
    seconds(at),
    level,
    markup`<code>${text}${url !== undefined && ` at ${url}`}</code>`,
  ]);
  const asked = requests.map(({ at, ms, method, url, type, status, error }) => [
    seconds(at),
    ms === undefined ? 'open' : `${Math.round(ms)} ms`,
    type,
    markup`<code>${method} ${url}</code>`,
    error ?? String(status ?? 'no answer'),
  ]);
  const frames = sockets.flatMap(({ text, frames: said, at }) => [
    [seconds(at), 'socket', markup`<code>${text}</code>`],
    ...said.map((frame) => [seconds(frame.at), frame.direction, markup`<code>${frame.text}</code>`]),
  ]);
  return markup`<p>
      The page loaded with <code>${document}</code>. Messages:
      ${Object.entries(delivery)
        .map(([channel, outcome]) => `${channel} ${outcome}`)
        .join(', ')}.
    </p>
    ${lines.length > 0 && folded(`Console (${lines.length})`, table('Console', ['at', 'level', 'line'], lines))}
    ${asked.length > 0 && folded(`Requests (${asked.length})`, table('Requests', ['at', 'for', 'type', 'request', 'answer'], asked))}
    ${frames.length > 0 && folded(`Sockets and frames (${frames.length})`, table('Sockets and frames', ['at', 'kind', 'what'], frames))}
    ${
      left.length > 0 &&
      markup`<p class="dim">Left out:</p>
        ${list(left)}`
    }`;
}
