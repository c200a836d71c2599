/** A document as a source: its sections, the code blocks in them, and sentences that claims quote. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { closest } from 'fastest-levenshtein';
import { defined } from '../common/defined.ts';
import { UserError } from '../common/errors.ts';
import { PROJECT } from '../common/paths.ts';
import { asciidocParts } from './asciidoc.ts';
import { Block, type BlockSource } from './block.ts';
import { FORMATS, isAsciidoc, isDocument } from './formats.ts';
import { partsOf, type CodePart, type Heading, type Part } from './markdown.ts';

/** The parts of each document that was read, with the text that has them. */
const known = new Map<string, { text: string; parts: Part[] }>();

/** Reads a document anew, and takes it apart where it has changed. */
function read(file: string, shown: string): Part[] {
  if (!existsSync(file)) throw new UserError(`${shown}: there is no such document`);
  if (!isDocument(file))
    throw new UserError(`${shown}: cannot be read as a document`, `documents are ${FORMATS.join(', ')}`);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
  } catch (error) {
    throw new UserError(`${shown}: cannot be read: ${(error as Error).message}`, 'documents are text in UTF-8');
  }
  const kept = known.get(file);
  if (kept?.text === text) return kept.parts;
  const parts = (isAsciidoc(file) ? asciidocParts : partsOf)(text, shown);
  known.set(file, { text, parts });
  return parts;
}

const same = (one: string, other: string): boolean => one.trim().toLowerCase() === other.trim().toLowerCase();

/** How a code block is chosen: by language, or by the `file=…` of its info string. */
export type Choice = string | { file: string };

/** The code block of some parts that is meant. `where` names them in messages. */
function chosen(parts: readonly Part[], choice: Choice | undefined, document: string, where: string): BlockSource {
  const fits = (part: Part): part is CodePart => {
    if (part.is !== 'code') return false;
    if (choice === undefined) return true;
    return typeof choice === 'string' ? part.language === choice : part.file === choice.file;
  };
  // Those of the section itself come before those of its sub-sections.
  const below = parts.findIndex((part) => part.is === 'heading');
  const own = parts.slice(0, below < 0 ? parts.length : below).filter(fits);
  const found = own.length > 0 ? own : parts.filter(fits);
  const kind = choice === undefined ? '' : ` "${typeof choice === 'string' ? choice : `file=${choice.file}`}"`;
  const [one, ...others] = found;
  if (one === undefined) {
    const all = parts.flatMap((part) => (part.is === 'code' ? [part] : []));
    const list = all.map((part) => [
      part.language ?? 'no language',
      part.file && `file=${part.file}`,
      `line ${part.line}`,
    ]);
    throw new UserError(
      `${document}: ${where} has no code block${kind}`,
      list.length === 0 ? undefined : `it has: ${list.map((words) => words.filter(Boolean).join(' ')).join('; ')}`,
    );
  }
  if (others.length > 0) {
    throw new UserError(
      `${document}:${one.line}: ${where} has several code blocks${kind}: lines ${found.map(({ line }) => line).join(', ')}`,
      "choose by language, block('nginx'), or by the file of its info string, block({ file: 'app.conf' })",
    );
  }
  const { text, line, language, file } = one;
  return { document, line, text, ...defined({ language, file }) };
}

/** The parts under a heading, up to the next one of its depth or above. */
function under(parts: readonly Part[], heading: Heading): Part[] {
  const from = parts.indexOf(heading) + 1;
  const length = parts.slice(from).findIndex((part) => part.is === 'heading' && part.depth <= heading.depth);
  return parts.slice(from, length < 0 ? undefined : from + length);
}

/** The heading of some parts that is meant. */
function headingOf(parts: readonly Part[], text: string, document: string, where: string): Heading {
  const headings = parts.flatMap((part) => (part.is === 'heading' ? [part] : []));
  const [one, ...others] = headings.filter((heading) => same(heading.text, text));
  if (one === undefined) {
    const near =
      headings.length === 0
        ? undefined
        : closest(
            text,
            headings.map((heading) => heading.text),
          );
    throw new UserError(
      `${document}: ${where} has no section "${text}"`,
      near === undefined
        ? 'it has no headings'
        : `did you mean "${near}"? It has: ${headings.map((heading) => heading.text).join(', ')}`,
    );
  }
  if (others.length > 0) {
    const lines = [one, ...others].map(({ line }) => line).join(', ');
    throw new UserError(
      `${document}:${one.line}: ${where} has several sections "${text}": lines ${lines}`,
      "name the section around it first: section('nginx').section('TLS')",
    );
  }
  return one;
}

/** A part of a document that has sections, blocks and sentences. Nothing is read before something of it is asked for. */
export class Section {
  constructor(
    /** The document that it belongs to: its path, relative to the project, and all its parts. */
    readonly document: { readonly file: string; readonly read: () => Part[] },
    /** The headings that lead to it; none for the document itself. */
    readonly path: readonly string[],
    private readonly read: () => Part[],
  ) {}

  /** What is in it, in the order of the document; read anew. */
  get parts(): readonly Part[] {
    return this.read();
  }

  /** A section of it, by the text of its heading, without regard to case. */
  section(heading: string): Section {
    return new Section(this.document, [...this.path, heading], () => {
      const parts = this.read();
      return under(parts, headingOf(parts, heading, this.document.file, this.name));
    });
  }

  /** Its only code block, its only one of a language, or the one whose info string says `file=…`. */
  block(choice?: Choice): Block {
    return new Block(() => chosen(this.read(), choice, this.document.file, this.name));
  }

  /** A sentence of it, or a part of one, that a claim is about. Only how lines are broken does not matter. */
  quote(text: string): Quote {
    return { document: this.document.file, section: this, text };
  }

  private get name(): string {
    return this.path.length === 0 ? 'the document' : `section "${this.path.join(' › ')}"`;
  }
}

/** What a claim is about: the words of a section of a document. */
export interface Quote {
  /** The document, relative to the project. */
  readonly document: string;
  readonly section: Section;
  readonly text: string;
}

/** A document of the project. */
export class Document extends Section {
  /** Its path, relative to the project. */
  readonly file: string;

  /** @param full its full path */
  constructor(full: string) {
    const file = path.relative(PROJECT, full);
    const all = (): Part[] => read(full, file);
    super({ file, read: all }, [], all);
    this.file = file;
  }

  /** Tables can be read and written as Markdown has them. */
  get isMarkdown(): boolean {
    return !isAsciidoc(this.file);
  }

  /** What stands after the comment `<!-- sintoma: id -->`, up to the next heading or such comment. */
  marked(id: string): Section {
    return new Section(this.document, [`sintoma: ${id}`], () => {
      const parts = [...this.parts];
      const markers = parts.flatMap((part, index) => (part.is === 'marker' && part.id === id ? [{ part, index }] : []));
      const [one, other] = markers;
      if (one === undefined)
        throw new UserError(`${this.file}: has no comment <!-- sintoma: ${id} -->`, 'write it before what is meant');
      if (other !== undefined)
        throw new UserError(`${this.file}:${other.part.line}: sintoma: ${id}: already in line ${one.part.line}`);
      const rest = parts.slice(one.index + 1);
      const end = rest.findIndex((part) => part.is === 'heading' || part.is === 'marker');
      return rest.slice(0, end < 0 ? undefined : end);
    });
  }
}

/**
 * A document of the project as a source: Markdown (.md, .mdx) or AsciiDoc (.adoc).
 *
 * @param where a URL, `new URL('../../docs/page.md', import.meta.url)`, or a path relative to the project
 */
export const document = (where: URL | string): Document =>
  new Document(where instanceof URL ? fileURLToPath(where) : path.resolve(PROJECT, where));
