/** Which files are documents, by the ends of their names. */
import path from 'node:path';

const ASCIIDOC = ['.adoc', '.asciidoc'];

export const FORMATS: readonly string[] = ['.md', '.markdown', '.mdx', ...ASCIIDOC];

export const isDocument = (file: string): boolean => FORMATS.includes(path.extname(file));

export const isAsciidoc = (file: string): boolean => ASCIIDOC.includes(path.extname(file));
