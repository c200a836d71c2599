/** A diagnosis as text for the terminal. */
import pc from 'picocolors';
import { paragraph } from './terminal.ts';
import type { Diagnosis } from '../diagnosis/diagnose.ts';

/** A text from a foreign page, safe to print: control and direction characters are shown, not obeyed. */
export function clean(text: string, limit = 400): string {
  const cut = text.length > limit ? `${text.slice(0, limit)}…` : text;
  return cut.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code === 0x0a || code === 0x09 ? ' ' : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** Escapes every text in a value that will be printed as JSON. */
export function cleanAll<T>(value: T): T {
  if (typeof value === 'string') return clean(value, 1000) as T;
  if (Array.isArray(value)) return value.map(cleanAll) as T;
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, cleanAll(member)])) as T;
  return value;
}

const MARKS = { ok: '●', broken: '✖', unknown: '○', 'not reached': '·' } as const;

/** The way of a message, hop by hop, with the broken one marked. */
export function drawWay(way: Diagnosis['way']): string {
  const paint = { ok: pc.green, broken: pc.red, unknown: pc.yellow, 'not reached': pc.dim } as const;
  const line = way
    .map(({ hop, state }) => paint[state](`${MARKS[state]} ${state === 'broken' ? hop.toUpperCase() : hop}`))
    .join(pc.dim(' ─ '));
  const broken = way.findIndex(({ state }) => state === 'broken');
  if (broken < 0) return line;
  const indent = way.slice(0, broken).reduce((sum, { hop }) => sum + hop.length + 5, 0);
  return `${line}\n${' '.repeat(indent)}${pc.red(`└ ${way[broken]?.text ?? ''}`)}`;
}

/** The diagnosis for a person. */
export function render(diagnosis: Diagnosis, url: string): string {
  const { verdict, cause, confidence, because, ruledOut, candidates, repair, advice, way } = diagnosis;
  const head =
    verdict === 'healthy'
      ? pc.green('healthy')
      : verdict === 'faulty'
        ? `${pc.red('faulty')}: ${pc.bold(cause ?? '')}`
        : pc.yellow('inconclusive');
  const list = (title: string, lines: readonly string[]): string[] =>
    lines.length > 0 ? ['', pc.bold(title), ...lines.map((line) => paragraph(line, 4, 2))] : [];
  return [
    `${clean(url, 200)}  ${head} ${pc.dim(`(confidence ${confidence.toFixed(2)})`)}`,
    '',
    drawWay(way),
    ...list(
      'Why',
      because.map((text) => clean(text)),
    ),
    ...list(
      'Ruled out',
      ruledOut.map(({ cause: other, because: text }) => `${other}: ${clean(text)}`),
    ),
    ...list(
      'Other candidates',
      candidates
        .slice(verdict === 'faulty' ? 1 : 0, 4)
        .map((other) => `${other.cause} ${pc.dim(other.confidence.toFixed(2))}`),
    ),
    ...list('Repair', [
      ...(repair === null ? [] : [repair]),
      ...advice.map(({ program, change, see }) => `${program}: ${change} ${see}`),
    ]),
    ...list(
      'What was asked',
      diagnosis.probes.map(
        ({ question, answer, ms }) => `${clean(question, 160)} ${pc.dim(`${clean(answer, 160)} (${ms} ms)`)}`,
      ),
    ),
  ].join('\n');
}
