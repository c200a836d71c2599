/** A diagnosis as text for the terminal. */
import pc from 'picocolors';
import { clean } from '../common/clean.ts';
import { paragraph } from './terminal.ts';
import type { Diagnosis } from '../diagnosis/diagnose.ts';

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
      diagnosis.probes
        .filter(({ state }) => state !== 'skipped')
        .map(({ question, answer, ms }) => `${clean(question, 160)} ${pc.dim(`${clean(answer, 160)} (${ms} ms)`)}`),
    ),
    ...list(
      'What was not asked',
      diagnosis.probes
        .filter(({ state }) => state === 'skipped')
        .map(({ question, answer }) => `${clean(question, 160)} ${pc.dim(clean(answer, 160))}`),
    ),
  ].join('\n');
}
