/** Files that others may read meanwhile, or that a kill may cut off: written in one step, read with a sentence. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { z } from 'zod';
import { UserError } from './errors.ts';

/** A file as messages name it. */
const shown = (file: string): string => {
  const relative = path.relative(process.cwd(), file);
  return relative.startsWith('..') ? file : relative;
};

/**
 * Writes a file, and its folder if need be. Whoever reads it meanwhile gets all of the old text or all of the new, and
 * so does everybody after a kill.
 */
export function writeWhole(file: string, content: string | Uint8Array, mode?: number): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const draft = `${file}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    writeFileSync(draft, content, mode === undefined ? {} : { mode });
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

/** What is read of a JSON file: nothing where there is none. */
type Read<T> = { is: 'read'; value: T } | { is: 'missing' } | { is: 'damaged' };

function read<S extends z.ZodType>(file: string, schema: S): Read<z.output<S>> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { is: 'missing' };
    throw new UserError(`${shown(file)}: cannot be read: ${(error as Error).message}`);
  }
  try {
    return { is: 'read', value: schema.parse(JSON.parse(text)) };
  } catch {
    return { is: 'damaged' };
  }
}

/**
 * What a JSON file holds; undefined when there is none.
 *
 * @param hint what a person does about one that is damaged
 * @throws UserError that names the file, when it is damaged
 */
export function readJson<S extends z.ZodType>(file: string, schema: S, hint: string): z.output<S> | undefined {
  const found = read(file, schema);
  if (found.is === 'damaged') throw new UserError(`${shown(file)}: is damaged`, hint);
  return found.is === 'read' ? found.value : undefined;
}

/**
 * What a JSON file holds that is made anew where it is missing. A damaged one counts as missing, and is told.
 *
 * @param consequence what that means for the person who reads it
 */
export function readOrForget<S extends z.ZodType>(
  file: string,
  schema: S,
  consequence: string,
): z.output<S> | undefined {
  const found = read(file, schema);
  if (found.is === 'damaged') console.warn(`sintoma: ${shown(file)} is damaged: ${consequence}`);
  return found.is === 'read' ? found.value : undefined;
}
