/** A trace of Playwright's: what is known of the network, and the console. */
import type { z } from 'zod';
import { UserError } from '../common/errors.ts';
import type { Archive } from './archive.ts';
import type { Capture, CapturedLine } from './capture.ts';
import { messagesFile } from './entries.ts';
import { checked } from './checked.ts';
import type { Entry, Message } from './schema.ts';
import { entrySchema, messageSchema, networkLine, traceLine } from './schema.ts';

/** A line of JSON. @throws UserError that names file and line */
function parsed(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UserError(`${place}: is no JSON: ${(error as Error).message}`);
  }
}

/** The lines of a file of the archive, each with its place; a trace that was cut off has lost its last one only. */
function linesOf(archive: Archive, name: string, wanted: RegExp): { value: unknown; place: string }[] {
  const lines = (archive.text(name) ?? '').split('\n');
  return lines.flatMap((line, index) => {
    // The kind stands at the beginning: snapshots, which are long and many, need not be parsed.
    if (!wanted.test(line.slice(0, 300))) return [];
    const place = `${name}: line ${index + 1}`;
    return [{ value: parsed(line, place), place }];
  });
}

/**
 * Reads a trace: all its contexts.
 *
 * @param textIn reads a body of the archive
 * @throws UserError that names file, line and key
 */
export function readTrace(archive: Archive, textIn: (archive: Archive) => Capture['textOf']): Capture {
  const names = archive.names();
  const networks = names.filter((name) => name.endsWith('.network'));
  if (networks.length === 0) throw new UserError('the archive holds no *.network file: it is no trace of Playwright’s');
  const entries = networks.flatMap((name) =>
    linesOf(archive, name, /"type":\s*"resource-snapshot"/).map(({ value, place }) => {
      const { snapshot } = checked(networkLine, value, place);
      return withMessages(checked(entrySchema, snapshot, `${place}: snapshot`), archive);
    }),
  );
  const events = names.filter((name) => name.endsWith('.trace')).map((name) => eventsIn(archive, name));
  const version = events.find((one) => one.version !== undefined)?.version;
  const browser = events.find((one) => one.browser !== undefined)?.browser;
  return {
    log: {
      entries,
      creator: { name: 'Playwright', ...(version === undefined ? {} : { version }) },
      ...(browser === undefined ? {} : { browser: { name: browser } }),
    },
    console: events.flatMap(({ lines }) => lines),
    textOf: textIn(archive),
  };
}

/** The entry with the messages of its socket, which stand in a file of their own. */
function withMessages(entry: Entry, archive: Archive): Entry {
  const file = messagesFile(entry);
  if (file === undefined) return entry;
  const messages = linesOf(archive, file, /./).map(({ value, place }): Message => checked(messageSchema, value, place));
  return { ...entry, _webSocketMessages: messages };
}

interface Events {
  version?: string;
  browser?: string;
  lines: CapturedLine[];
}

const LEVELS: Readonly<Record<string, CapturedLine['level']>> = { error: 'error', warning: 'warning' };

/** What one context did: its console, and the errors that nobody caught. */
function eventsIn(archive: Archive, name: string): Events {
  const found: Events = { lines: [] };
  let wallTime: ((time: number) => number) | undefined;
  const wanted = /"type":\s*"(context-options|console)"|"method":\s*"pageError"/;
  for (const { value, place } of linesOf(archive, name, wanted)) {
    const line = checked(traceLine, value, place);
    if (line.type === 'context-options') {
      wallTime = (time) => line.wallTime + time - line.monotonicTime;
      if (line.playwrightVersion !== undefined) found.version = line.playwrightVersion;
      if (line.browserName) found.browser = line.browserName;
    } else if (wallTime !== undefined) {
      found.lines.push({
        time: wallTime(line.time),
        ...(line.type === 'console' ? consoleLine(line) : exception(line)),
      });
    }
  }
  return found;
}

type Line = Omit<CapturedLine, 'time'>;

const consoleLine = ({
  messageType,
  text,
  location,
  pageId,
}: z.output<typeof traceLine> & { type: 'console' }): Line => ({
  level: LEVELS[messageType] ?? 'log',
  text,
  ...(location === undefined ? {} : { url: location.url }),
  ...(pageId === undefined ? {} : { page: pageId }),
});

function exception({ params }: z.output<typeof traceLine> & { type: 'event' }): Line {
  const { name = 'Error', message = '' } = params?.error?.error ?? {};
  return {
    level: 'exception',
    text: `${name}: ${message}`,
    ...(params?.pageId === undefined ? {} : { page: params.pageId }),
  };
}
