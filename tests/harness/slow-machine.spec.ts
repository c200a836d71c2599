// What a machine is busy with is no finding: answers that come somewhat later lead to the same diagnosis.
import { expect, test } from '@playwright/test';
import { evaluate } from '../../harness/diagnosis/diagnose.ts';
import { isReadingOf, type Reading } from '../../harness/diagnosis/readings.ts';
import { knownOf, recordings } from '../unseen/recording.ts';
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
