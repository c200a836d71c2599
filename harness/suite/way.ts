/** In which way a page came to show a message: a pure function of what it did between the two. */
import { isStream, LIMITS, type RequestReading } from '../browser/evidence.ts';
import type { Way } from '../scenario/schema.ts';

/** One message that a page shows; times as in its evidence. */
export interface Showing {
  /** The message. */
  text: string;
  publishedAt: number;
  shownAt: number;
  /** It arrived in a frame of one of the page's sockets, or as an event of a stream. */
  framed: boolean;
}

/** Types of requests by which a script loads data. */
const FETCHES: readonly string[] = ['fetch', 'xhr'];

/** True for an answer that the page could read, on a request under way after one time and not begun after another. */
const answeredBetween = ({ at, finishedAt, status, error }: RequestReading, from: number, to: number): boolean =>
  at <= to && (finishedAt ?? Infinity) > from && status !== undefined && status < 400 && error === undefined;

/** False for an answer that was read as a whole and does not hold the message: it cannot have told it. */
const mayHold = ({ body }: RequestReading, text: string): boolean =>
  body === undefined || body.length >= LIMITS.body || body.includes(text);

/** A poll of Engine.IO is held until there is something to tell. */
const isPoll = ({ url }: RequestReading): boolean => /[?&]transport=polling\b/.test(url);

/**
 * True while a page waits for data that could hold a message which is published now: it could not be told from one that
 * came live. An answer that is a stream is waited for in vain, and so is a poll.
 */
export const awaitsData = (requests: readonly RequestReading[]): boolean =>
  requests.some(
    (one) =>
      FETCHES.includes(one.type) &&
      one.finishedAt === undefined &&
      one.accepts === undefined &&
      !isStream(one) &&
      !isPoll(one),
  );

/**
 * `live`: the page had nothing but the frame to show the message by. Where it also loaded data, or itself anew, between
 * publication and showing, the frame proves nothing.
 */
export function wayOf({ text, publishedAt, shownAt, framed }: Showing, requests: readonly RequestReading[]): Way {
  // What a stream brings are its events.
  const between = requests.filter((one) => !isStream(one) && answeredBetween(one, publishedAt, shownAt));
  // A document that was asked for before the message was published is the visit itself.
  if (between.some(({ type, at }) => type === 'document' && at >= publishedAt)) return 'reloaded';
  if (!framed) return 'polling';
  return between.some((one) => FETCHES.includes(one.type) && mayHold(one, text)) ? 'refetched' : 'live';
}
