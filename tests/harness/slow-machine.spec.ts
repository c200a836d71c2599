// What a machine is busy with is no finding: neither answers that come later, nor a visit or an investigation that ends
// sooner, leads to another diagnosis.
import { expect, test } from '@playwright/test';
import { isStream, type Evidence } from '../../harness/browser/evidence.ts';
import { defined } from '../../harness/common/defined.ts';
import { evaluate } from '../../harness/diagnosis/diagnose.ts';
import { isReadingOf, type Reading } from '../../harness/diagnosis/readings.ts';
import { decided } from '../../harness/diagnosis/targets/undecided.ts';
import { investigateAgain, knownOf, recordings, type Recording } from '../unseen/recording.ts';
import { answerOf } from './score/score.ts';

/** How much later, in ms. */
const LATER = 900;

/** A reading on a busy machine. What a server did within a time of its own is no later. */
function later(reading: Reading): Reading {
  if (isReadingOf(reading, 'http')) return { ...reading, answer: { ...reading.answer, ms: reading.answer.ms + LATER } };
  if (isReadingOf(reading, 'handshake'))
    return { ...reading, answer: { ...reading.answer, ms: reading.answer.ms + LATER } };
  return reading;
}

test('answers of probes that come later', () => {
  const changed = recordings().flatMap((recording) => {
    const known = knownOf({ ...recording, readings: recording.readings.map(later) });
    const answer = answerOf(evaluate(known).diagnosis);
    return answer === recording.expect ? [] : [`${recording.name}: ${recording.expect}, later ${answer}`];
  });
  expect(changed).toEqual([]);
});

/** Not before this time, in ms, may a visit end: by then the first attempts of every recorded page had failed. */
const FIRST_ATTEMPTS = 900;

/** For so long before its end, in ms, a visit may end between any two events. */
const END = 2500;

/** A connection that ended once may come back: only what follows tells. */
const TOLD_LATER = new Set<Recording['expect']>(['proxy-idle-timeout', 'client-no-reconnect']);

/**
 * What is seen of a page that tries again and again, if the visit ends at this time, in ms since it began.
 *
 * @param answersBegun answers have begun by then, and what they hold has not been read
 */
function endingAt(
  { console: lines, issues, requests, sockets, ...evidence }: Evidence,
  duration: number,
  answersBegun: boolean,
): Evidence {
  const sofar = <T extends { at: number }>(all: readonly T[]): T[] => all.filter(({ at }) => at <= duration);
  return {
    ...evidence,
    duration,
    console: sofar(lines),
    issues: sofar(issues),
    requests: sofar(requests).map((request) => {
      const { at, method, url, type, accepts, fromServiceWorker, finishedAt = 0, events } = request;
      const cut = events && { events: sofar(events) };
      if (finishedAt <= duration) return { ...request, ...cut };
      const begun = { at, method, url, type, fromServiceWorker, ...defined({ accepts }), ...cut };
      // A stream is answered long before it ends.
      const answers = answersBegun && request.status !== undefined;
      if (!answers && (!isStream(request) || request.status !== 200)) return begun;
      return { ...begun, ...defined({ status: request.status, mimeType: request.mimeType, headers: request.headers }) };
    }),
    sockets: sofar(sockets).map((socket) => {
      const { at, url, protocols, openedAt = Infinity, closedAt = 0 } = socket;
      const frames = sofar(socket.frames);
      if (closedAt <= duration) return { ...socket, frames };
      return { at, url, frames, ...defined({ protocols, openedAt: openedAt <= duration ? openedAt : undefined }) };
    }),
  };
}

/** The times at which anything happened to a request or a socket. */
const eventsOf = ({ requests, sockets }: Evidence): number[] => [
  ...requests.flatMap(({ at, finishedAt = at }) => [at, finishedAt]),
  ...sockets.flatMap(({ at, openedAt = at, closedAt = at, frames }) => [
    at,
    openedAt,
    closedAt,
    ...frames.map((frame) => frame.at),
  ]),
];

test('a visit that ends sooner, while the page tries again', () => {
  const changed = recordings().flatMap((recording) => {
    const { evidence, expect: expected } = recording;
    if (TOLD_LATER.has(expected)) return [];
    const earliest = Math.max(FIRST_ATTEMPTS, evidence.duration - END);
    const ends = eventsOf(evidence).filter((at) => at >= earliest && at < evidence.duration);
    return [...new Set(ends)]
      .flatMap((end) => [true, false].map((begun) => ({ end, begun })))
      .flatMap(({ end, begun }) => {
        const known = knownOf({ ...recording, evidence: endingAt(evidence, end, begun) });
        const answer = answerOf(evaluate(known).diagnosis);
        return [expected, 'inconclusive'].includes(answer)
          ? []
          : [`${recording.name}: ${expected}, ending at ${end} ms ${begun ? 'within answers' : ''} ${answer}`];
      });
  });
  expect(changed).toEqual([]);
});

test('a socket that was cut at once says nothing of a later one by which something came', () => {
  const cut = { at: 0, url: 'ws://desk.test/live', openedAt: 5, closedAt: 600, closeCode: 1006, frames: [] };
  const later = { at: 5000, url: cut.url, openedAt: 5010, frames: [] };
  const hello = { at: 5020, direction: 'received' as const, text: 'hello' };
  expect(decided([cut, later], 5700)).toEqual([cut]);
  expect(decided([cut, { ...later, frames: [hello] }], 5700)).toHaveLength(2);
  expect(decided([cut, later], 6500)).toHaveLength(2);
});

test('an investigation that ends sooner', async () => {
  const changed: string[] = [];
  for (const recording of recordings())
    for (const requests of [1, 3, 6, 12, 24]) {
      const answer = answerOf((await investigateAgain(recording, requests)).diagnosis);
      if (![recording.expect, 'inconclusive'].includes(answer))
        changed.push(`${recording.name}: ${recording.expect}, after ${requests} requests ${answer}`);
    }
  expect(changed).toEqual([]);
});
