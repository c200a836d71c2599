/** Entries of a HAR file as readings, in the form in which a visit records them. */
import type { FrameReading, RequestReading, SocketReading } from '../browser/evidence.ts';
import { eventsIn } from '../browser/event-stream.ts';
import { LIMITS, STREAM_TYPES } from '../browser/evidence.ts';
import { bounded, cut, kept, keptValues } from '../browser/kept.ts';
import { defined } from '../common/defined.ts';
import { maskHeaders, maskProtocol } from '../common/mask.ts';
import type { Entry, Message } from './schema.ts';

/** What else the file says, and how to read its bodies. */
export interface Reading {
  /** ms since 1970 at which the visit began. */
  began: number;
  /** Host of the page. */
  host: string;
  /** The file is Playwright's: an entry without status and failure is one that has not ended. */
  tellsPending: boolean;
  /** The text of a body that the archive keeps as a file of its own. */
  textOf: (file: string) => string | undefined;
}

const headersOf = (list: Entry['request']['headers']): Record<string, string> =>
  Object.fromEntries(list.map(({ name, value }): [string, string] => [name.toLowerCase(), value]));

const headerOf = (list: Entry['request']['headers'], name: string): string | undefined =>
  list.find((one) => one.name.toLowerCase() === name)?.value;

/** ms since 1970. */
export const startOf = ({ startedDateTime }: Entry): number => Date.parse(startedDateTime);

/** ms that the entry took, as far as it says so. */
export const lengthOf = ({ time }: Entry): number => Math.max(0, time ?? 0);

/** Chrome writes s, Playwright ms: a second of this century has ten digits. */
const inMs = (time: number): number => (time > 1e11 ? time : time * 1000);

/** The entry is a WebSocket. Proxies keep its handshake under http and https. */
export const isSocket = (entry: Entry): boolean =>
  entry._resourceType === 'websocket' ||
  /^wss?:/.test(entry.request.url) ||
  headerOf(entry.request.headers, 'upgrade')?.toLowerCase() === 'websocket';

/** What a browser says that it wants the answer for (Fetch Metadata). */
const DESTINATIONS: Readonly<Record<string, string>> = {
  document: 'document',
  iframe: 'document',
  script: 'script',
  style: 'stylesheet',
  image: 'image',
  font: 'font',
  empty: 'fetch',
};

/** The resource type. A file that does not name it tells it by what was asked for, or by what came. */
export function typeOf({ _resourceType, request, response }: Entry): string {
  if (_resourceType !== undefined) return _resourceType.toLowerCase();
  const accepted = headerOf(request.headers, 'accept') ?? '';
  if (request.method === 'OPTIONS' && headerOf(request.headers, 'access-control-request-method') !== undefined)
    return 'preflight';
  if (/^text\/event-stream/.test(accepted)) return 'eventsource';
  const destination = DESTINATIONS[headerOf(request.headers, 'sec-fetch-dest') ?? ''];
  if (destination !== undefined) return destination;
  if (/^text\/html/.test(accepted)) return 'document';
  if (headerOf(request.headers, 'x-requested-with') !== undefined) return 'xhr';
  const type = mimeOf(response) ?? '';
  if (/javascript/.test(type)) return 'script';
  if (/css/.test(type)) return 'stylesheet';
  return /^(image|font|video|audio)\//.test(type) ? 'other' : 'fetch';
}

/** The media type without its parameters. */
function mimeOf({ headers, content }: Entry['response']): string | undefined {
  const type = headerOf(headers, 'content-type') ?? content?.mimeType;
  return type === undefined || type === 'x-unknown' ? undefined : type.split(';')[0]?.trim().toLowerCase();
}

/** The text of an answer, where the file has it. */
export function bodyOf({ response: { content } }: Entry, textOf: Reading['textOf']): string | undefined {
  if (!content) return undefined;
  const { text, encoding, _file, _sha1 } = content;
  if (text !== undefined) return encoding === 'base64' ? Buffer.from(text, 'base64').toString('utf8') : text;
  const file = _file ?? (_sha1 === undefined ? undefined : `resources/${_sha1}`);
  return file === undefined ? undefined : textOf(file);
}

/** The first script of another host from which the request came. */
function foreignScript({ _initiator }: Entry, host: string): { foreignScript?: string } {
  let script = _initiator?.url;
  for (let stack = _initiator?.stack; stack && script === undefined; stack = stack.parent)
    script = stack.callFrames?.find(({ url }) => /^https?:/.test(url ?? ''))?.url;
  if (script === undefined || !URL.canParse(script)) return {};
  return new URL(script).hostname === host ? {} : { foreignScript: kept(script) };
}

/** Why the browser refused, in place of an error of the network (CDP `blockedReason`, as Playwright writes it). */
const failureOf = ({ response: { _failureText, _error } }: Entry): Pick<RequestReading, 'error' | 'blockedReason'> => {
  const text = _failureText ?? _error ?? '';
  if (text === '') return {};
  return /^[a-z]+(-[a-z]+)*$/.test(text) ? { blockedReason: text } : { error: kept(text) };
};

const answered = ({ response: { status } }: Entry): boolean => status > 0;

/** Nobody says how it ended. */
export const isOpenEnded = (entry: Entry, tellsPending: boolean): boolean =>
  !tellsPending && !answered(entry) && Object.keys(failureOf(entry)).length === 0 && socketErrors(entry).length === 0;

/** A request as a visit records it. */
export function requestOf(entry: Entry, { began, host, textOf }: Reading): RequestReading {
  const { request, response, timings } = entry;
  const at = startOf(entry) - began;
  const failure = failureOf(entry);
  const failed = Object.keys(failure).length > 0;
  const type = typeOf(entry);
  const mimeType = mimeOf(response);
  const body = answered(entry) ? bodyOf(entry, textOf) : undefined;
  // Without a body, and without the time that it took, an answer that began has not ended. A redirect has none.
  const receiving = body === undefined && (timings?.receive ?? -1) < 0 && response.status < 300;
  const ended = failed || (answered(entry) && !receiving);
  const isStream = type === 'eventsource' || STREAM_TYPES.test(mimeType ?? '');
  const finishedAt = ended ? at + lengthOf(entry) : undefined;
  return {
    at,
    method: request.method,
    url: kept(request.url),
    type,
    fromServiceWorker: response._fetchedViaServiceWorker ?? false,
    ...foreignScript(entry, host),
    ...failure,
    ...defined({
      status: answered(entry) ? response.status : undefined,
      mimeType: answered(entry) ? mimeType : undefined,
      headers: answered(entry) ? keptValues(maskHeaders(headersOf(response.headers))) : undefined,
      redirectedTo: response.redirectURL ? kept(new URL(response.redirectURL, request.url).href) : undefined,
      finishedAt,
      body: (type === 'fetch' || type === 'xhr') && body !== undefined ? bounded(body, LIMITS.body) : undefined,
      events: isStream ? eventsOf(entry, began, body, finishedAt) : undefined,
    }),
  };
}

const received = (at: number, text: string): FrameReading => ({
  at,
  direction: 'received',
  text: bounded(text, LIMITS.frame),
});

/** The messages of a stream. Of a body alone it is not known when they came: at its end at the latest. */
function eventsOf(entry: Entry, began: number, body: string | undefined, end = 0): FrameReading[] | undefined {
  if (entry._eventSourceMessages)
    return entry._eventSourceMessages.map(({ time, eventName, data }) =>
      received(time == null ? end : inMs(time) - began, `${eventName || 'message'}: ${data}`),
    );
  return body === undefined ? undefined : eventsIn(body).map((text) => received(end, text));
}

/** What the browser says went wrong on a socket: Chrome writes it among the messages. */
function socketErrors({ _webSocketMessages, response }: Entry): string[] {
  const among = (_webSocketMessages ?? []).filter(({ type }) => type === 'error').map(({ data }) => data ?? '');
  return [...among, response._failureText ?? response._error ?? ''].filter((text) => text !== '');
}

/** The file of a trace in which Playwright keeps the messages of a socket, a line each. */
export const messagesFile = ({ response: { content } }: Entry): string | undefined =>
  content?._file?.endsWith('.jsonl') ? content._file : undefined;

/** ms since 1970 of the last message on a socket. */
export const lastMessage = ({ _webSocketMessages }: Entry): number =>
  Math.max(0, ...(_webSocketMessages ?? []).map(({ time }) => (time == null ? 0 : inMs(time))));

/** The handshake was accepted. Browsers write a status only then; by HTTP/2 it is 200 (RFC 8441, section 5). */
export const isAccepted = ({ response: { status }, _webSocketMessages }: Entry, tellsPending: boolean): boolean =>
  status === 101 || (status === 200 && (tellsPending || (_webSocketMessages?.length ?? 0) > 0));

/** A WebSocket as a visit records it. No file says how the browser saw it close, except by a close frame. */
export function socketOf(entry: Entry, { began, host, tellsPending }: Reading): SocketReading {
  const { request, response, timings } = entry;
  const at = startOf(entry) - began;
  const messages = entry._webSocketMessages ?? [];
  const timeOf = ({ time }: Message): number => Math.max(at, time == null ? at : inMs(time) - began);
  const opened = isAccepted(entry, tellsPending);
  const [failure] = socketErrors(entry);
  const refusal =
    !opened && response.status > 0
      ? `Error during WebSocket handshake: Unexpected response code: ${response.status}`
      : undefined;
  const error = failure ?? refusal;
  // An error of the handshake, where a status was read all the same.
  const broken = !opened || /^Error (during|in) /.test(error ?? '');
  const close = messages.find(({ opcode }) => opcode === 8);
  const offered = headerOf(request.headers, 'sec-websocket-protocol');
  return {
    at,
    url: kept(request.url.replace(/^http/, 'ws')),
    ...foreignScript(entry, host),
    ...defined({
      openedAt: broken ? undefined : at + Math.max(0, timings?.wait ?? 0),
      error: error === undefined ? undefined : kept(error),
      closedAt: error !== undefined ? at + lengthOf(entry) : close ? timeOf(close) : undefined,
      closeCode: close ? Number(/^\d{4}/.exec(close.data ?? '')?.[0] ?? 1005) : undefined,
      closedByPage: close?.type === 'send' ? true : undefined,
      wasClean: close ? true : undefined,
      protocols: offered?.split(/,\s*/).map((one) => cut(maskProtocol(one), LIMITS.line)),
    }),
    frames: messages.flatMap((message): FrameReading[] =>
      message.opcode === 1 || message.opcode === 2 || message.opcode === undefined
        ? [
            {
              at: timeOf(message),
              direction: message.type === 'send' ? 'sent' : 'received',
              text: bounded(message.data ?? '', LIMITS.frame),
              ...(message.opcode === 2 ? { binary: true } : {}),
            },
          ]
        : [],
    ),
  };
}
