/** A Markdown document as a list of its parts, in their order. The only file that knows how Markdown is written. */
import { createRequire } from 'node:module';
import type { Code, Nodes, Root } from 'mdast';
import type { fromMarkdown } from 'mdast-util-from-markdown';
import type { toString } from 'mdast-util-to-string';
import { defined } from '../common/defined.ts';
import { UserError } from '../common/errors.ts';

/** A heading of the document itself; one in a quotation or a list is a passage. */
export interface Heading {
  is: 'heading';
  /** 1 to 6. */
  depth: number;
  text: string;
  /** From 1. */
  line: number;
}

/** A code block. */
export interface CodePart {
  is: 'code';
  text: string;
  /** First word of its info string. */
  language?: string;
  /** `file=…` of its info string. */
  file?: string;
  /** Line of the document, from 1, in which its text begins. */
  line: number;
}

/** A paragraph, a table's row, or another run of text. White space is as written: each line break is one character. */
export interface Passage {
  is: 'passage';
  text: string;
  /** What it names as code. */
  codes: string[];
  /** Line of the document, from 1, in which it begins. */
  line: number;
}

/** A comment that gives the part after it an id: `<!-- sintoma: id -->`, in MDX `{/* sintoma: id *\/}`. */
export interface Marker {
  is: 'marker';
  id: string;
  line: number;
}

export type Part = Heading | CodePart | Passage | Marker;

const MARKER = /^(?:<!--\s*sintoma:\s*(\S+)\s*-->|\{\/\*\s*sintoma:\s*(\S+)\s*\*\/\})$/;
const FENCE = /(?:`{3,}|~{3,})/;
/** The second line of a table. */
const DELIMITER_ROW = /^\s*\|?(?:\s*:?-+:?\s*\|)+(?:\s*:?-+:?\s*)?$/;

const require = createRequire(import.meta.url);
/** The parser costs 0.08 s to load, which what only lists scenarios does not pay. */
const parser = (): { fromMarkdown: typeof fromMarkdown; toString: typeof toString } => ({
  ...(require('mdast-util-from-markdown') as { fromMarkdown: typeof fromMarkdown }),
  ...(require('mdast-util-to-string') as { toString: typeof toString }),
});

const lineOf = (node: Nodes): number => node.position?.start.line ?? 1;

function codeOf(node: Code, lines: readonly string[], shown: string): CodePart {
  const [first, last] = [lineOf(node), node.position?.end.line ?? 1];
  const fenced = FENCE.test(lines[first - 1] ?? '');
  if (fenced && (first === last || !FENCE.test(lines[last - 1] ?? '')))
    throw new UserError(`${shown}:${first}: the code block has no end`, 'close it with the fence that begins it');
  const [, quoted, bare] = /(?:^|\s)file=(?:"([^"]*)"|(\S+))/.exec(node.meta ?? '') ?? [];
  const file = quoted ?? bare;
  return {
    is: 'code',
    text: node.value,
    line: first + (fenced ? 1 : 0),
    ...defined({ language: node.lang ?? undefined, file }),
  };
}

const codesOf = (node: Nodes): string[] => {
  if (node.type === 'inlineCode') return [node.value];
  return 'children' in node ? node.children.flatMap(codesOf) : [];
};

/** A text without its marks: what of Markdown a reader sees. */
export const plain = (text: string): string => {
  const markdown = parser();
  return markdown.toString(markdown.fromMarkdown(text));
};

/** The rows of a table, without the one that parts head and body; undefined when it is none. */
function rowsOf({ text, codes, line }: Passage): Passage[] | undefined {
  const rows = text.split('\n');
  if (!DELIMITER_ROW.test(rows[1] ?? '')) return undefined;
  return rows.flatMap((row, index) =>
    index === 1 ? [] : [{ is: 'passage', text: row.replace(/^\s*\||\|\s*$/g, '').trim(), codes, line: line + index }],
  );
}

/**
 * The parts of a document.
 *
 * @param shown the document as messages name it
 * @throws UserError that names document and line, of a code block without an end
 */
export function partsOf(text: string, shown: string): Part[] {
  const markdown = parser();
  // Front matter is no text of the document; its lines stay, so that the others keep their numbers.
  const body = text.replace(/^---\r?\n[\s\S]*?\n---(?=\r?\n|$)/, (matter) => matter.replace(/[^\n]/g, ''));
  const lines = body.split(/\r?\n/);
  const passage = (node: Nodes): Passage => ({
    is: 'passage',
    text: markdown.toString(node),
    codes: codesOf(node),
    line: lineOf(node),
  });
  const parts = (node: Nodes, parent: Nodes): Part[] => {
    const line = lineOf(node);
    const marker = (written: string): Part[] => {
      const match = MARKER.exec(written.trim());
      return match ? [{ is: 'marker', id: match[1] ?? match[2] ?? '', line }] : [];
    };
    switch (node.type) {
      case 'heading':
        return parent.type === 'root'
          ? [{ is: 'heading', depth: node.depth, text: markdown.toString(node), line }]
          : [passage(node)];
      case 'code':
        return [codeOf(node, lines, shown)];
      case 'html':
        return marker(node.value);
      case 'paragraph': {
        const written = passage(node);
        const marked = marker(written.text);
        return marked.length > 0 ? marked : (rowsOf(written) ?? [written]);
      }
      default:
        return 'children' in node ? node.children.flatMap((child) => parts(child, node)) : [];
    }
  };
  const root: Root = markdown.fromMarkdown(body);
  return root.children.flatMap((child) => parts(child, root));
}
