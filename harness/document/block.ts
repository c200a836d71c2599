/** A code block of a document, and edits of its text. */
import { UserError } from '../common/errors.ts';
import { unitsOf } from './units.ts';

/** What a block is where it stands: read when it is asked for. */
export interface BlockSource {
  /** The document, relative to the project. */
  document: string;
  /** Line of the document, from 1, in which the text begins. */
  line: number;
  text: string;
  language?: string;
  file?: string;
}

/** What is sought in a block: a text that a line contains (or lines, where it has line breaks), or a pattern of a line. */
export type Sought = string | RegExp;

/** A line of a block; `at` is its line in the document, or that of the line above it where an edit has written it. */
interface Line {
  text: string;
  at: number;
}

/** An edit of a block's lines, and the words for it. */
interface Edit {
  says: string;
  of: (lines: readonly Line[], document: string) => readonly Line[];
}

const shown = (sought: Sought): string => (typeof sought === 'string' ? JSON.stringify(sought) : String(sought));

/** First and last index, from 0, of the lines that a text spans or a pattern matches; each place once. */
function placesOf(lines: readonly Line[], sought: Sought): (readonly [number, number])[] {
  if (typeof sought === 'string' && sought.includes('\n')) {
    const text = lines.map((line) => line.text).join('\n');
    const places: (readonly [number, number])[] = [];
    for (let from = text.indexOf(sought); from >= 0; from = text.indexOf(sought, from + 1)) {
      const line = (end: number): number => text.slice(0, end).split('\n').length - 1;
      places.push([line(from), line(from + sought.trimEnd().length)]);
    }
    return places;
  }
  const matches = (text: string): boolean =>
    typeof sought === 'string' ? sought !== '' && text.includes(sought) : text.search(sought) >= 0;
  return lines.flatMap(({ text }, index) => (matches(text) ? [[index, index] as const] : []));
}

/** The one place where something stands; throws a UserError that names document and lines when there is none, or more. */
function placeOf(lines: readonly Line[], sought: Sought, document: string): readonly [number, number] {
  const [place, ...others] = placesOf(lines, sought);
  const first = lines[0]?.at ?? 1;
  if (place === undefined) {
    throw new UserError(
      `${document}:${first}: no line of this block has ${shown(sought)}`,
      `its lines are ${first} to ${lines.at(-1)?.at ?? first} of the document`,
    );
  }
  if (others.length > 0) {
    const at = [place, ...others].map(([line]) => lines[line]?.at ?? first);
    throw new UserError(
      `${document}:${at[0] ?? first}: ${shown(sought)} is in several lines of this block: ${at.join(', ')}`,
      'name more of the line that is meant',
    );
  }
  return place;
}

/**
 * A code block of a document. It reads the document when its text is asked for, and so do its edits: what is wrong is
 * said then. Edits return a new block.
 */
export class Block {
  constructor(
    private readonly read: () => BlockSource,
    private readonly edits: readonly Edit[] = [],
  ) {}

  /** Its text, edited, with a line break at its end. */
  get text(): string {
    const { document, line, text } = this.read();
    let lines: readonly Line[] = text.split('\n').map((one, index) => ({ text: one, at: line + index }));
    for (const { of } of this.edits) lines = of(lines, document);
    return lines.map((one) => `${one.text}\n`).join('');
  }

  /** Its text as the document has it. */
  get documented(): string {
    return `${this.read().text}\n`;
  }

  /** The `file=…` of its info string; undefined without one. */
  get file(): string | undefined {
    return this.read().file;
  }

  /** The first word of its info string; undefined without one. */
  get language(): string | undefined {
    return this.read().language;
  }

  /** Where it stands: `docs/page.md:12`, the line in which its text begins. */
  get at(): string {
    const { document, line } = this.read();
    return `${document}:${line}`;
  }

  /** What has been edited, in words: `without "proxy_set_header Upgrade"`; empty for the block as it stands. */
  get edited(): string {
    return this.edits.map(({ says }) => says).join(', ');
  }

  /** Without the line (or lines) that has this. */
  without(sought: Sought): Block {
    return this.edit(`without ${shown(sought)}`, (lines, document) => {
      const [from, to] = placeOf(lines, sought, document);
      return lines.filter((_, index) => index < from || index > to);
    });
  }

  /** With something else in place of this, which stands in one line (or in lines one after the other). */
  replace(sought: Sought, by: string): Block {
    return this.edit(`${shown(by)} for ${shown(sought)}`, (lines, document) => {
      const [from, to] = placeOf(lines, sought, document);
      const text = lines
        .slice(from, to + 1)
        .map((line) => line.text)
        .join('\n');
      const at = lines[from]?.at ?? 1;
      // As a function: "$1" in a configuration is no reference.
      const written = text.replace(sought, () => by).split('\n');
      return [...lines.slice(0, from), ...written.map((one) => ({ text: one, at })), ...lines.slice(to + 1)];
    });
  }

  /** With lines after the one that has this. They are written as they are: indent them as the block does. */
  insert(after: Sought, added: string): Block {
    return this.edit(`${shown(added)} after ${shown(after)}`, (lines, document) => {
      const [, to] = placeOf(lines, after, document);
      const at = lines[to]?.at ?? 1;
      return [...lines.slice(0, to + 1), ...added.split('\n').map((text) => ({ text, at })), ...lines.slice(to + 1)];
    });
  }

  /** What can be left out of it: every line with what stands below it, and every option. Each with what then is left. */
  get ablations(): { leftOut: string; block: Block }[] {
    return unitsOf(this.text, this.language).map(({ name, lines: [from, to], instead }) => ({
      leftOut: name,
      block: this.edit(`without ${shown(name)}`, (lines) => [
        ...lines.slice(0, from),
        ...instead.map((text) => ({ text, at: lines[from]?.at ?? 1 })),
        ...lines.slice(to + 1),
      ]),
    }));
  }

  private edit(says: string, of: Edit['of']): Block {
    return new Block(this.read, [...this.edits, { says, of }]);
  }
}
