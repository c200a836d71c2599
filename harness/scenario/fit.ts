/** Whether one reading is what one expectation describes: pure functions. */
import type { ConsoleLine, FrameReading, RequestReading, SocketReading } from '../browser/evidence.ts';
import { carriesMessage } from '../delivery/nonce.ts';
import { assign, type Range } from './assign.ts';
import type {
  ConsoleExpectation,
  Count,
  FrameExpectation,
  RequestExpectation,
  SocketExpectation,
  Text,
} from './schema.ts';
import { differences, type Shape } from './shape.ts';

/** How many readings an expectation stands for. */
export const rangeOf = ({ times = 1, many, may }: Count): Range => ({
  min: may ? 0 : times,
  max: many ? Infinity : times,
});

export const textFits = (expected: Text | undefined, seen: string | undefined): boolean =>
  expected === undefined ||
  (typeof expected === 'string' ? expected === seen : seen !== undefined && expected.test(seen));

export const consoleFits = (expected: ConsoleExpectation, seen: ConsoleLine): boolean =>
  expected.level === seen.level && textFits(expected.text, seen.text) && textFits(expected.url, seen.url);

export const requestFits = (expected: RequestExpectation, seen: RequestReading): boolean =>
  expected.method === seen.method &&
  textFits(expected.url, seen.url) &&
  (expected.error === undefined
    ? seen.error === undefined || expected.status !== undefined
    : textFits(expected.error, seen.error)) &&
  (['status', 'mimeType', 'blockedReason', 'corsError', 'fromServiceWorker'] as const).every(
    (key) => expected[key] === undefined || expected[key] === seen[key],
  );

/** What became of a socket. */
export function socketOutcome(socket: SocketReading): SocketExpectation['outcome'] {
  if (socket.openedAt !== undefined) return socket.closedAt === undefined ? 'open' : 'closed';
  return socket.error !== undefined || socket.closedAt !== undefined ? 'failed' : 'pending';
}

const contains = (expected: Text, seen: string): boolean =>
  typeof expected === 'string' ? seen.includes(expected) : expected.test(seen);

/** Where a frame differs from the JSON that is expected; empty when it does not. */
function jsonDifferences({ json, after = '' }: { json: Shape; after?: string }, seen: string): string[] {
  if (!seen.startsWith(after)) return [`does not begin with ${after}`];
  try {
    return differences(json, JSON.parse(seen.slice(after.length)));
  } catch {
    return ['is no JSON'];
  }
}

/** Where a frame differs from what is expected; empty when it does not. */
export function frameDifferences(expected: FrameExpectation, seen: string): string[] {
  if (typeof expected === 'object' && 'json' in expected) return jsonDifferences(expected, seen);
  const text = typeof expected === 'object' && 'text' in expected ? expected.text : expected;
  return contains(text, seen) ? [] : [`does not have ${String(text)}`];
}

/** The frames of one direction that a scenario speaks of: published messages are judged by the delivery. */
export const tellingFrames = (frames: readonly FrameReading[], direction: FrameReading['direction']): string[] =>
  frames.filter((one) => one.direction === direction && !carriesMessage(one.text)).map(({ text }) => text);

/** Which frames are wanting, and which are too much. */
export function frameMismatches(
  expected: readonly FrameExpectation[],
  seen: readonly string[],
): { wanting: FrameExpectation[]; over: string[] } {
  const ranges = expected.map((one) => rangeOf(typeof one === 'object' && !(one instanceof RegExp) ? one : {}));
  const { held, over } = assign(
    ranges,
    seen.length,
    (one, index) => frameDifferences(expected[one] as FrameExpectation, seen[index] as string).length === 0,
  );
  return {
    wanting: expected.filter((_, one) => (held[one] as number[]).length < (ranges[one] as Range).min),
    over: over.map((index) => seen[index] as string),
  };
}

const framesFit = (
  expected: readonly FrameExpectation[] | undefined,
  frames: readonly FrameReading[],
  direction: FrameReading['direction'],
): boolean => {
  if (expected === undefined) return true;
  const { wanting, over } = frameMismatches(expected, tellingFrames(frames, direction));
  return wanting.length + over.length === 0;
};

export const socketFits = (expected: SocketExpectation, seen: SocketReading): boolean =>
  textFits(expected.url, seen.url) &&
  expected.outcome === socketOutcome(seen) &&
  textFits(expected.error, seen.error) &&
  (expected.closeCode === undefined || expected.closeCode === seen.closeCode) &&
  textFits(expected.closeReason, seen.closeReason) &&
  (expected.closedByPage === undefined || expected.closedByPage === (seen.closedByPage ?? false)) &&
  framesFit(expected.received, seen.frames, 'received') &&
  framesFit(expected.sent, seen.frames, 'sent');
