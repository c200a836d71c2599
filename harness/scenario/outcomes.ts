/** What became of published messages against what must become of them: pure functions. */
import type { Published } from '../delivery/published.ts';
import type { Mismatch } from './match.ts';
import type { Delivery, MessageOutcome, Scenario } from './schema.ts';
import { showOutcome, type MeasuredOutcome } from './show.ts';

export type { MeasuredOutcome } from './show.ts';

/** A difference between two states of a channel. */
const different = (channel: string, expected: string, seen: string): Mismatch => ({
  part: 'delivery',
  kind: 'different',
  expected: `${channel}: ${expected}`,
  seen: `${channel}: ${seen}`,
});

/**
 * Compares what the control subscriber received with what it must have: without it, "never" would prove nothing.
 *
 * @param received by channel: whether the control subscriber got every message
 */
export function compareControl(
  published: Scenario['published'],
  received: Readonly<Record<string, boolean>>,
): Mismatch[] {
  const say = (got: boolean): string => `the control subscriber ${got ? 'gets the message' : 'gets nothing'}`;
  return Object.entries(received).flatMap(([channel, got]) => {
    const expected = typeof published === 'boolean' ? published : (published[channel] ?? true);
    return got === expected ? [] : [different(channel, say(expected), say(got))];
  });
}

/**
 * Compares what the application answered who published with what it must have.
 *
 * @param expected undefined: it takes every message
 */
export function comparePublisher(
  expected: Scenario['publisher'],
  published: Readonly<Record<string, readonly Published[]>>,
): Mismatch[] {
  const said = ({ ok, status, detail }: Published): string =>
    ok
      ? 'the message is taken'
      : status === undefined
        ? `no answer (${detail ?? ''})`
        : `the publisher is told ${status}`;
  const right = ({ ok, status }: Published): boolean => {
    if (expected === undefined) return ok;
    return !ok && (expected === 'no answer' ? status === undefined : status === expected);
  };
  const wanted =
    expected === undefined
      ? 'the message is taken'
      : expected === 'no answer'
        ? 'no answer'
        : `the publisher is told ${expected}`;
  return Object.entries(published).flatMap(([channel, answers]) => {
    const wrong = answers.find((one) => !right(one));
    return wrong === undefined ? [] : [different(channel, wanted, said(wrong))];
  });
}

/**
 * Compares the frames in which messages arrived with those of the document.
 *
 * @param differing by channel: where the first frame that differs does
 */
export const compareFrames = (differing: Readonly<Record<string, readonly string[]>>): Mismatch[] =>
  Object.entries(differing)
    .filter(([, places]) => places.length > 0)
    .map(([channel, places]) => different(channel, 'the documented frame', `another frame: ${places.join('; ')}`));

const sameOutcome = (wanted: MessageOutcome | 'loaded' | 'missing', seen: MeasuredOutcome | undefined): boolean =>
  typeof wanted === 'string'
    ? wanted === seen
    : typeof seen === 'object' && wanted.shown === seen.shown && wanted.of === seen.of && wanted.by === seen.by;

/** Compares measured deliveries with what must be. Channels that the scenario does not state are not compared. */
export function compareDelivery(expected: Delivery, measured: Readonly<Record<string, MeasuredOutcome>>): Mismatch[] {
  return Object.entries(expected).flatMap(([channel, wanted]): Mismatch[] => {
    const seen = measured[channel];
    if (sameOutcome(wanted, seen)) return [];
    if (seen !== undefined) return [different(channel, showOutcome(wanted), showOutcome(seen))];
    return [{ part: 'delivery', kind: 'missing', expected: `${channel}: ${showOutcome(wanted)}` }];
  });
}
