/** The table below a code block that says what breaks without each of its lines. */
import { plain, type Part } from './markdown.ts';

/** The comment that stands before such a table, or where one is to be written. */
export const ABLATION = 'ablation';

/** A table as it stands in a document. */
export interface AblationTable {
  /** Line of the comment, from 1. */
  marker: number;
  /** Lines of the table, from 1: the first, and the one after the last. Where there is no table yet, they are the same. */
  lines: readonly [from: number, to: number];
  /** Titles of the columns after the first; none where there is no table. */
  columns: readonly string[];
  /** The rows below the head, as a reader sees them: what is left out, then one cell a column. */
  rows: readonly (readonly string[])[];
}

const isRow = (line: string): boolean => line.trimStart().startsWith('|');

const cellsOf = (row: string): string[] =>
  row
    .trim()
    .replace(/^\||\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => plain(cell.trim().replaceAll('\\|', '|')));

/**
 * The table that belongs to a block: after it, and before the next block.
 *
 * @param parts of the document
 * @param text of the document
 * @param block the line in which the text of the block begins
 * @returns undefined where no comment asks for one
 */
export function ablationTable(parts: readonly Part[], text: string, block: number): AblationTable | undefined {
  const from = parts.findIndex((part) => part.is === 'code' && part.line === block);
  const next = parts.findIndex((part, index) => index > from && part.is === 'code');
  const marker = parts
    .slice(from + 1, next < 0 ? undefined : next)
    .find((part) => part.is === 'marker' && part.id === ABLATION);
  if (from < 0 || marker === undefined) return undefined;
  const lines = text.split(/\r?\n/);
  const below = lines.findIndex((line, index) => index >= marker.line && line.trim() !== '');
  if (below < 0 || !isRow(lines[below] ?? ''))
    return { marker: marker.line, lines: [marker.line + 1, marker.line + 1], columns: [], rows: [] };
  const length = lines.slice(below).findIndex((line) => !isRow(line));
  const end = length < 0 ? lines.length : below + length;
  const [head = [], , ...rows] = lines.slice(below, end).map(cellsOf);
  return { marker: marker.line, lines: [below + 1, end + 1], columns: head.slice(1), rows };
}

/**
 * A document with another table.
 *
 * @param written the table as Markdown
 */
export function withTable(text: string, { lines: [from, to] }: AblationTable, written: string): string {
  const lines = text.split('\n');
  const table = written.trim().split('\n');
  return [...lines.slice(0, from - 1), ...(from === to ? ['', ...table] : table), ...lines.slice(to - 1)].join('\n');
}
