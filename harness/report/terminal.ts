/** Text for a terminal of the width that there is. */
import wrap from 'word-wrap';

/** Columns to use: those of the terminal, 80 where there is none, and never more than a person reads at ease. */
export const columns = (): number => Math.min(process.stdout.columns || 80, 100);

/**
 * Breaks a text into indented lines that fit. Colour codes count as characters: colour the result rather than the text.
 *
 * @param indent of every line but the first
 * @param first indent of the first line; default: the same
 */
export function paragraph(text: string, indent = 0, first = indent): string {
  const width = Math.max(columns() - Math.max(indent, first), 20);
  const lines = wrap(text, { width, indent: '', trim: true }).split('\n');
  return lines.map((line, index) => `${' '.repeat(index === 0 ? first : indent)}${line}`).join('\n');
}
