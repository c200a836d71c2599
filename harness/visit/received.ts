import type { Recorded } from '../browser/recorder.ts';
import { enginePackets } from '../diagnosis/protocols/engine-io.ts';
import { eventNameOf } from '../diagnosis/protocols/event-names.ts';

/** Something that a page received. */
export interface Received {
  /** As a frame or event, as a packet of Engine.IO, or in the body of an answer. */
  by: 'frame' | 'packet' | 'answer';
  /** Of binary frames, the bytes as Latin-1. */
  text: string;
}

const isEngine = ({ url }: { url: string }): boolean => /[?&]EIO=\d/.test(url);

/** Everything that a page has received so far. Credentials are masked, long texts are cut. */
export function allReceived({ sockets, requests }: Pick<Recorded, 'sockets' | 'requests'>): Received[] {
  const wrap = (by: Received['by']) => (text: string) => ({ by, text });
  return [
    ...sockets.flatMap((socket) =>
      socket.frames
        .filter(({ direction }) => direction === 'received')
        .map(({ text, binary }) => (binary ? Buffer.from(text, 'base64').toString('latin1') : text))
        .map(wrap(isEngine(socket) ? 'packet' : 'frame')),
    ),
    ...requests.flatMap((request) => [
      ...(request.events ?? []).map(({ text }) => text).map(wrap('frame')),
      ...(isEngine(request)
        ? enginePackets(request.body ?? '').map(wrap('packet'))
        : request.body !== undefined
          ? [wrap('answer')(request.body)]
          : []),
    ]),
  ];
}

/** The event name in a received text. In event streams it precedes the colon; `message` is the default and no name. */
export function nameOf(text: string): string | undefined {
  const stream = /^([\w.:\\-]+): /.exec(text);
  if (!stream) return eventNameOf(text);
  return stream[1] === 'message' ? eventNameOf(text.slice(stream[0].length)) : stream[1];
}

/** Names of frames that open a connection or keep it alive. */
const KEEPALIVE =
  /^(pusher|pusher_internal|phx|ping|pong|heartbeat|hb|keep-?alive|ka|tick|time|clock|ack|welcome|connected|connection|hello|init|subscribed|confirm_subscription)(?![a-z])/i;

/** The kind of a message: its name, or its shape. */
const kindOf = (text: string): string => nameOf(text) ?? text.replace(/"[^"]*"(?!\s*:)|\d+/g, '#').slice(0, 60);

/** What arrived after `before`: every frame, and of answers those that differ from earlier ones. */
export function receivedSince(now: readonly Received[], before: readonly Received[]): Received[] {
  const left = new Map<string, number>();
  for (const { text } of before) left.set(text, (left.get(text) ?? 0) + 1);
  return now.filter(({ by, text }) => {
    const known = left.get(text) ?? 0;
    if (by !== 'answer') left.set(text, known - 1);
    return known <= 0;
  });
}

/**
 * The messages that arrived after `before`, without keep-alives and without the kinds that also arrive unprompted.
 *
 * @param before what had been received when the message was published
 * @param unprompted what had arrived shortly before, while nothing was published
 */
export function newMessages(
  now: readonly Received[],
  before: readonly Received[],
  unprompted: readonly Received[],
): Received[] {
  const kinds = new Set(unprompted.map(({ text }) => kindOf(text)));
  return receivedSince(now, before).filter(({ by, text }) => {
    if (kinds.has(kindOf(text))) return false;
    if (by === 'answer') return true;
    // Of Engine.IO only events; of SockJS no open, heartbeat or close frames.
    if (by === 'packet' ? !/^4[25]/.test(text) : /^[oh]?\s*$|^c\[/.test(text)) return false;
    return !KEEPALIVE.test(nameOf(text) ?? text);
  });
}

/**
 * How many of the open connections of one page that are alike received a text: with one address, and with the same words
 * said by the page, apart from numbers and ids. Undefined where all did, or none.
 */
export function partOfConnections(
  { sockets }: Pick<Recorded, 'sockets'>,
  text: string,
): { open: number; received: number } | undefined {
  const alike = new Map<string, boolean[]>();
  for (const { url, openedAt, closedAt, frames } of sockets) {
    if (openedAt === undefined || closedAt !== undefined) continue;
    const said = frames.filter(({ direction }) => direction === 'sent').map((frame) => frame.text);
    const key = JSON.stringify([url, said.slice(0, 5).map((one) => one.replace(/[0-9a-f-]{8,}|\d+/gi, '#'))]);
    const got = frames.some((frame) => frame.direction === 'received' && frame.text.includes(text));
    alike.set(key, [...(alike.get(key) ?? []), got]);
  }
  for (const got of alike.values()) {
    const received = got.filter(Boolean).length;
    if (received > 0 && received < got.length) return { open: got.length, received };
  }
  return undefined;
}
