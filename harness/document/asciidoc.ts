/** An AsciiDoc document as a list of its parts, in their order. The only file that knows how AsciiDoc is written. */
import { createRequire } from 'node:module';
import type { DomUtils, parseDocument } from 'htmlparser2';
import { defined } from '../common/defined.ts';
import { UserError } from '../common/errors.ts';
import type { CodePart, Part, Passage } from './markdown.ts';

/** As much of Asciidoctor's blocks as is read here. */
interface AdocBlock {
  getContext(): string;
  getLineNumber(): number | undefined;
  getBlocks(): AdocBlock[];
  getTitle(): string | undefined;
  getLevel(): number;
  getAttribute(name: string): string | undefined;
  getSource?(): string;
  applySubstitutions(text: string, names: readonly string[]): string;
  /** Of an item of a list: its text as written; of any other block nothing. */
  text?: unknown;
  getRows?(): { head: AdocCell[][]; body: AdocCell[][]; foot: AdocCell[][] };
}

/** A cell of a table. */
interface AdocCell {
  text: string;
  getLineNumber?(): number | undefined;
}

interface Asciidoctor {
  load(text: string, options: object): AdocBlock & { getDocumentTitle(): string | undefined };
}

const require = createRequire(import.meta.url);

/** The parser: 9 MB and a third of a second, for those who have such documents. */
function parser(shown: string): Asciidoctor {
  try {
    const create = require('@asciidoctor/core') as () => Asciidoctor;
    return create();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    throw new UserError(`${shown}: AsciiDoc is read by a package that is not here`, 'npm i -D @asciidoctor/core@3');
  }
}

/** Of the substitutions of AsciiDoc those that a reader does not notice: quotes stay as they are typed. */
const SUBSTITUTIONS = ['specialcharacters', 'quotes', 'attributes', 'macros'];

const MARKER = /^\/\/\s*sintoma:\s*(\S+)\s*$/;
const DELIMITER = /^(?:-{2,}|\.{4,}|`{3,}.*)$/;
/** Marks of explanations at the end of a line of code, which no reader takes for a part of it. */
const CALLOUTS = /\s*(?:(?:\/\/|#|--|;;)\s?)?(?:<(?:\d+|\.)>|<!--(?:\d+|\.)-->)(?:\s*<(?:\d+|\.)>)*\s*$/;

/**
 * The parts of a document.
 *
 * @param shown the document as messages name it
 * @throws UserError where the parser is not installed
 */
export function asciidocParts(text: string, shown: string): Part[] {
  const html = require('htmlparser2') as { DomUtils: typeof DomUtils; parseDocument: typeof parseDocument };
  const document = parser(shown).load(text, {
    sourcemap: true,
    safe: 'secure',
    attributes: { 'skip-front-matter': '' },
  });
  const lines = text.split(/\r?\n/);

  const plain = (markup: string): string => html.DomUtils.textContent(html.parseDocument(markup));
  const passage = (block: AdocBlock, source: string, line: number): Passage => {
    const tree = html.parseDocument(block.applySubstitutions(source, SUBSTITUTIONS));
    return {
      is: 'passage',
      text: html.DomUtils.textContent(tree),
      codes: html.DomUtils.getElementsByTagName('code', tree).map((one) => html.DomUtils.textContent(one)),
      line,
    };
  };
  const code = (block: AdocBlock, line: number): CodePart => ({
    is: 'code',
    text: (block.getSource?.() ?? '')
      .split('\n')
      .map((one) => one.replace(CALLOUTS, ''))
      .join('\n'),
    line: line + (DELIMITER.test(lines[line - 1] ?? '') ? 1 : 0),
    ...defined({ language: block.getAttribute('language'), file: block.getAttribute('file') }),
  });
  const rows = (block: AdocBlock): Part[] => {
    const { head, body, foot } = block.getRows?.() ?? { head: [], body: [], foot: [] };
    return [...head, ...body, ...foot].map((row) => {
      const line = row[0]?.getLineNumber?.() ?? block.getLineNumber() ?? 1;
      return passage(block, row.map((cell) => cell.text).join(' | '), line);
    });
  };
  const parts = (block: AdocBlock): Part[] => {
    const line = block.getLineNumber() ?? 1;
    const inside = block.getBlocks().flat(2).flatMap(parts);
    switch (block.getContext()) {
      case 'section': {
        return [{ is: 'heading', depth: block.getLevel() + 1, text: plain(block.getTitle() ?? ''), line }, ...inside];
      }
      case 'listing':
      case 'literal':
        return [code(block, line)];
      case 'table':
        return rows(block);
      case 'list_item':
        return typeof block.text === 'string' ? [passage(block, block.text, line), ...inside] : inside;
      default: {
        const own = inside.length === 0 ? block.getSource?.() : undefined;
        return own === undefined || own === '' ? inside : [passage(block, own, line)];
      }
    }
  };
  const title = document.getDocumentTitle();
  const begins = lines.findIndex((line) => /^[=#]\s/.test(line)) + 1;
  const markers = lines.flatMap((line, index): Part[] => {
    const match = MARKER.exec(line);
    return match ? [{ is: 'marker', id: match[1] ?? '', line: index + 1 }] : [];
  });
  const all: Part[] = [
    ...(title === undefined
      ? []
      : [
          {
            is: 'heading' as const,
            depth: 1,
            text: plain(title),
            line: begins,
          },
        ]),
    ...document.getBlocks().flatMap(parts),
    ...markers,
  ];
  return all.sort((one, other) => one.line - other.line);
}
