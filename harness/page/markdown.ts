/** Markdown from a tree: what stands in it is escaped by the writer of the tree. */
import type { BlockContent, ListItem, PhrasingContent, Root, TableCell } from 'mdast';
import { gfmTableToMarkdown } from 'mdast-util-gfm-table';
import { toMarkdown } from 'mdast-util-to-markdown';
import { clean, visible } from '../common/clean.ts';

export type Block = BlockContent;

/** Characters of a sentence; a sentence of ours is shorter. */
const LIMIT = 600;

/** Words that a forge would turn into a link, a mention or a reference. */
const LIVE = /(\S*(?::\/\/|@\w|#\d|www\.)\S*?)(?=[:;,.)]*(?:\s|$))/;

/** A sentence: one line, in which addresses are code. */
export const sentence = (text: string): PhrasingContent[] =>
  clean(text, LIMIT)
    .split(LIVE)
    .flatMap((value, index): PhrasingContent[] =>
      value === '' ? [] : [{ type: index % 2 === 1 ? 'inlineCode' : 'text', value }],
    );

/** A sentence that is code as a whole. */
export const code = (text: string): PhrasingContent => ({ type: 'inlineCode', value: clean(text, LIMIT) });

/** Codes one after the other. */
export const codes = (texts: readonly string[], separator: string): PhrasingContent[] =>
  texts.flatMap((text, index) => [...(index === 0 ? [] : sentence(separator)), code(text)]);

export const paragraph = (...children: PhrasingContent[]): Block => ({ type: 'paragraph', children });

export const heading = (depth: 2 | 3, text: string): Block => ({ type: 'heading', depth, children: sentence(text) });

const item = (children: PhrasingContent[]): ListItem => ({
  type: 'listItem',
  spread: false,
  children: [paragraph(...children)],
});

export const bullets = (items: readonly PhrasingContent[][]): Block => ({
  type: 'list',
  spread: false,
  children: items.map(item),
});

/** Lines as they stand, such as a diff. */
export const fence = (lang: string, value: string): Block => ({ type: 'code', lang, value: visible(value) });

/** A table; the first row is its head. */
export const grid = (rows: readonly (readonly PhrasingContent[][])[]): Block => ({
  type: 'table',
  children: rows.map((row) => ({
    type: 'tableRow',
    children: row.map((children): TableCell => ({ type: 'tableCell', children })),
  })),
});

/**
 * The tree as text.
 *
 * @param options `aligned`: the columns of tables are padded, as in a file that people edit
 */
export function markdown(children: Block[], { aligned = false } = {}): string {
  const root: Root = { type: 'root', children };
  return toMarkdown(root, { bullet: '-', extensions: [gfmTableToMarkdown({ tablePipeAlign: aligned })] });
}
