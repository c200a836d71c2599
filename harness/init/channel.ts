/** From which fact on a page takes part in the channel, and by which answer its service is ready: pure functions. */
import { isStream, type Evidence, type FrameReading, type RequestReading } from '../browser/evidence.ts';
import { carriesMessage } from '../delivery/nonce.ts';
import { tellingRequests } from '../scenario/match.ts';
import type { Text } from '../scenario/schema.ts';
import type { VisitReading } from '../suite/reading.ts';
import { CHANNEL } from './judge.ts';
import { commonBeginning, shapeOf, textOfUrls } from './patterns.ts';

/** A socket or stream by which a message came, with what came on it before. */
interface Carrier {
  kind: 'socket' | 'stream';
  url: string;
  greetings: string[];
}

/** What is said within so many ms of the first frame belongs to the beginning of a connection. */
const GREETING_MS = 1000;

/** A text that is shorter tells nothing. */
const TELLING_LENGTH = 2;

/** What came before a message, as long as it belongs to the beginning. */
function greetingsOf(frames: readonly FrameReading[], messageAt: number): string[] {
  const received = frames.filter(({ direction }) => direction === 'received');
  const [first] = received;
  return received
    .filter(({ at, text }) => at < messageAt && at - (first?.at ?? 0) <= GREETING_MS && !carriesMessage(text))
    .map(({ text }) => text);
}

function carrierOf({ evidence, delivery }: VisitReading): Carrier | undefined {
  const frame = delivery[CHANNEL]?.frame;
  if (frame === undefined) return undefined;
  const all = [
    ...evidence.sockets.map(({ url, frames }) => ({ kind: 'socket' as const, url, frames })),
    ...evidence.requests.map(({ url, events = [] }) => ({ kind: 'stream' as const, url, frames: events })),
  ];
  for (const { kind, url, frames } of all) {
    const message = frames.find(({ direction, text }) => direction === 'received' && text.slice(0, 2000) === frame);
    if (message) return { kind, url, greetings: greetingsOf(frames, message.at) };
  }
  return undefined;
}

/** The fact that a page takes part: see `connected`. */
export interface TakesPart {
  url: Text;
  said?: string;
}

/**
 * From which fact on a page takes part; undefined where the default will do, which is an open socket.
 *
 * @param readings of visits in which a message came
 */
export function takesPart(readings: readonly VisitReading[]): TakesPart | undefined {
  const carriers = readings.map(carrierOf);
  const known = carriers.filter((one) => one !== undefined);
  const [one] = known;
  if (!one || known.length < carriers.length || new Set(known.map(({ url }) => shapeOf(url))).size > 1)
    return undefined;
  const count = Math.min(...known.map(({ greetings }) => greetings.length));
  const said = count === 0 ? '' : commonBeginning(known.map(({ greetings }) => greetings[count - 1] ?? ''));
  const sockets = Math.max(...readings.map(({ evidence }) => evidence.sockets.length));
  if (one.kind === 'socket' && sockets === 1 && said.length < TELLING_LENGTH) return undefined;
  return {
    url: textOfUrls(known.map(({ url }) => url)),
    ...(said.length < TELLING_LENGTH ? {} : { said }),
  };
}

/** A request of a page that a plain GET repeats, and whose answer ends. */
const isPlain = (one: RequestReading): boolean =>
  one.method === 'GET' &&
  ['fetch', 'xhr'].includes(one.type) &&
  !isStream(one) &&
  one.status !== undefined &&
  one.status < 400 &&
  one.finishedAt !== undefined &&
  !one.url.includes('transport=polling') &&
  typeof textOfUrls([one.url]) === 'string';

/**
 * Paths by which the service that answers may tell that it is ready, the most telling first: one that the page asks
 * for, which may come from a service behind it, and the page itself.
 */
export function readyPaths(visit: string, evidence: Evidence): string[] {
  const { origin, pathname } = new URL(visit);
  const asked = tellingRequests(evidence.requests)
    .filter((one) => isPlain(one) && URL.canParse(one.url) && new URL(one.url).origin === origin)
    .map(({ url }) => url.slice(origin.length));
  return [...new Set([...asked.slice(0, 1), pathname])];
}
