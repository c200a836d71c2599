/** Reads the files that others recorded: HAR files, and traces of Playwright's. */
import { readFileSync, statSync } from 'node:fs';
import { UserError, isUserError } from '../common/errors.ts';
import { Archive, ArchiveError } from './archive.ts';
import type { Capture } from './capture.ts';
import { checked } from './checked.ts';
import { harSchema } from './schema.ts';
import { readTrace } from './trace.ts';

/** A file, by its kind. */
export type CaptureFile = { har: string } | { trace: string };

/** Bytes of the file itself. */
const MOST = 200_000_000;
/** Bytes of a body that an archive keeps as a file. */
const BODY = 4_000_000;

/** What to do about a file that cannot be used. */
const HINTS = {
  har: 'export it from the Network panel of the browser’s developer tools, or with recordHar of Playwright',
  trace: 'record it with trace: "on" of Playwright Test, or with context.tracing; it is a zip archive',
};

/**
 * Reads and checks a capture.
 *
 * @throws UserError that names the option, the file and the key, when it cannot be read, is too long or is no such thing
 */
export function loadCapture(source: CaptureFile): Capture {
  const [kind, file] = 'har' in source ? (['har', source.har] as const) : (['trace', source.trace] as const);
  try {
    const data = readBounded(file);
    if (kind === 'trace') return readTrace(new Archive(data), textIn);
    return isZip(data) ? fromArchive(new Archive(data)) : fromText(new TextDecoder().decode(data), () => undefined);
  } catch (error) {
    if (isUserError(error)) throw new UserError(`--${kind}: ${file}: ${error.message}`, error.hint ?? HINTS[kind], 2);
    if (error instanceof ArchiveError) throw new UserError(`--${kind}: ${file}: ${error.message}`, HINTS[kind], 2);
    throw error;
  }
}

/** @throws UserError when it cannot be read or is too long */
function readBounded(file: string): Uint8Array {
  try {
    const { size } = statSync(file);
    if (size > MOST)
      throw new UserError(
        `it is ${Math.ceil(size / 1e6)} MB long, and at most ${MOST / 1e6} MB are read`,
        'record only the page that fails, or without the bodies of pictures and films',
      );
    return readFileSync(file);
  } catch (error) {
    if (isUserError(error)) throw error;
    throw new UserError(`cannot be read: ${(error as Error).message.replace(/, \w+ '.*/, '')}`, 'it must be a file');
  }
}

const isZip = (data: Uint8Array): boolean => data[0] === 0x50 && data[1] === 0x4b;

const textIn =
  (archive: Archive) =>
  (name: string): string | undefined =>
    archive.text(name, BODY);

/** A HAR file with its bodies beside it, as Playwright writes it where the file's name ends in .zip. */
function fromArchive(archive: Archive): Capture {
  const name = archive.names().find((one) => one.endsWith('.har'));
  const text = name === undefined ? undefined : archive.text(name);
  if (text === undefined) throw new UserError('the archive holds no .har file');
  return fromText(text, textIn(archive));
}

function fromText(text: string, textOf: Capture['textOf']): Capture {
  let content: unknown;
  try {
    content = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new UserError(`is no JSON: ${(error as Error).message}`);
  }
  const { log } = checked(harSchema, content, '');
  return { log, textOf };
}
