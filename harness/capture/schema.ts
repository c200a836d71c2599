/**
 * What is read of a HAR file. HAR 1.2, with the members that browsers and tools add to it: those of Chrome's export
 * (`_resourceType`, `_webSocketMessages`, `_initiator`, `_error`), of Playwright's recorder and traces (`_failureText`,
 * `_frameref`, `_file`), and those that both have in common with proxies. Members that are not named here are ignored.
 */
import { z } from 'zod';

const header = z.object({ name: z.string(), value: z.string() });

const content = z.object({
  mimeType: z.string().optional(),
  text: z.string().optional(),
  encoding: z.string().optional(),
  /** Where Playwright keeps the body instead: a file of the same archive. */
  _file: z.string().optional(),
  /** The same, by versions of Playwright before `_file`. */
  _sha1: z.string().optional(),
});

const when = z.string().refine((text) => !Number.isNaN(Date.parse(text)), 'expected a date and time (ISO 8601)');

/** ms; -1, null or absent where it is not known. */
const duration = z.number().nullish();

/** A message on a socket. */
export const messageSchema = z.object({
  type: z.string(),
  /** Since 1970: s by Chrome, ms by Playwright. */
  time: z.number().nullish(),
  /** Of RFC 6455: 1 is text, 2 binary, 8 the end; -1 an error of the browser. */
  opcode: z.number().optional(),
  data: z.string().nullish(),
});

const event = z.object({ time: z.number().nullish(), eventName: z.string().nullish(), data: z.string() });

interface Stack {
  callFrames?: { url?: string | undefined }[] | undefined;
  parent?: Stack | undefined;
}

const stack: z.ZodType<Stack> = z.lazy(() =>
  z.object({ callFrames: z.array(z.object({ url: z.string().optional() })).optional(), parent: stack.optional() }),
);

/** One exchange, or one WebSocket. */
export const entrySchema = z.object({
  pageref: z.string().optional(),
  startedDateTime: when,
  time: duration,
  request: z.object({
    method: z.string(),
    url: z.string(),
    headers: z.array(header),
    cookies: z.array(header).optional(),
  }),
  response: z.object({
    status: z.number(),
    headers: z.array(header),
    content: content.optional(),
    redirectURL: z.string().nullish(),
    _failureText: z.string().nullish(),
    _error: z.string().nullish(),
    _fetchedViaServiceWorker: z.boolean().optional(),
  }),
  timings: z
    .object({ blocked: duration, dns: duration, connect: duration, send: duration, wait: duration, receive: duration })
    .partial()
    .optional(),
  _resourceType: z.string().optional(),
  _frameref: z.string().optional(),
  _initiator: z.object({ url: z.string().optional(), stack: stack.optional() }).nullish(),
  _webSocketMessages: z.array(messageSchema).nullish(),
  _eventSourceMessages: z.array(event).nullish(),
});

/** A HAR file. */
export const harSchema = z.object({
  log: z.object({
    creator: z.object({ name: z.string(), version: z.string().optional() }).optional(),
    browser: z.object({ name: z.string() }).optional(),
    pages: z.array(z.object({ id: z.string(), title: z.string().optional() })).optional(),
    entries: z.array(entrySchema),
  }),
});

export type Entry = z.output<typeof entrySchema>;
export type Message = z.output<typeof messageSchema>;
export type Har = z.output<typeof harSchema>;

/** A line of a trace's network. */
export const networkLine = z.object({ type: z.string(), snapshot: z.unknown() });

/** A line of a trace's events; what is read of each kind. */
export const traceLine = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('context-options'),
    browserName: z.string().optional(),
    playwrightVersion: z.string().optional(),
    /** ms since 1970, and the same moment as the other lines count. */
    wallTime: z.number(),
    monotonicTime: z.number(),
  }),
  z.object({
    type: z.literal('console'),
    messageType: z.string(),
    text: z.string(),
    time: z.number(),
    pageId: z.string().optional(),
    location: z.object({ url: z.string() }).optional(),
  }),
  z.object({
    type: z.literal('event'),
    time: z.number(),
    method: z.string(),
    params: z
      .object({
        pageId: z.string().optional(),
        error: z
          .object({ error: z.object({ name: z.string().optional(), message: z.string().optional() }).optional() })
          .optional(),
      })
      .optional(),
  }),
]);
