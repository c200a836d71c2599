import { expect, test } from '@playwright/test';
import { CAUSES, CAUSE_IDS } from '../../harness/diagnosis/causes.ts';
import type { Diagnosis } from '../../harness/diagnosis/diagnose.ts';
import { RULES, judge } from '../../harness/diagnosis/diagnose.ts';
import { sentenceOf } from '../../harness/diagnosis/sentences.ts';
import { knownOf, recordings } from '../unseen/recording.ts';

/** The rules on recorded evidence: no browser, no network. */

const all = recordings();
const answerOf = ({ verdict, cause }: Diagnosis): string => (verdict === 'faulty' ? (cause ?? '') : verdict);

test('the catalogue is complete: every cause has its texts, known look-alikes, and a rule or an operator to see it', () => {
  const ruled = new Set(RULES.map(({ cause }) => cause));
  // An image that is not the container's looks like any old bundle from outside.
  const operatorsOnly = new Set(['container-old-image']);
  for (const id of CAUSE_IDS) {
    const { sentence, proof, repair, lookAlikes } = CAUSES[id];
    for (const text of [sentence, proof, repair]) expect(text, id).toMatch(/^\S[\s\S]+\.$/);
    expect(lookAlikes.length, id).toBeGreaterThan(0);
    expect(lookAlikes, id).not.toContain(id);
    expect(ruled.has(id) || operatorsOnly.has(id), `${id} has a rule`).toBe(true);
  }
});

test.describe('recorded systems', () => {
  for (const recording of all) {
    test(`${recording.expect}: ${recording.name}`, () => {
      const known = knownOf(recording);
      const { diagnosis } = judge(known);
      expect(answerOf(diagnosis)).toBe(recording.expect);
      expect(judge(known).diagnosis, 'the same knowledge gives the same judgement').toEqual(diagnosis);
      // With a reading less it may be less sure, and it may say that it does not know; it names no other cause.
      for (const missing of recording.readings) {
        const less = judge(knownOf(recording, [missing])).diagnosis;
        const without = `without “${sentenceOf(missing).question}”: ${JSON.stringify(less.candidates)}`;
        expect([recording.expect, 'inconclusive'], without).toContain(answerOf(less));
        expect(less.confidence, without).toBeLessThanOrEqual(
          Math.max(diagnosis.confidence, recording.expect === 'healthy' ? 1 : 0) + 0.001,
        );
      }
      // Evidence alone: never a wrong cause with confidence.
      const alone = judge(knownOf(recording, recording.readings)).diagnosis;
      const guess = answerOf(alone);
      expect(
        guess === recording.expect || guess === 'inconclusive' || alone.confidence < 0.75,
        `evidence alone: ${JSON.stringify(alone.candidates)}`,
      ).toBe(true);
    });
  }
});

test('a healthy visit becomes inconclusive, not faulty, when what was open is not recorded', () => {
  const healthy = all.find(
    ({ expect: answer, name }) => answer === 'healthy' && name.startsWith('raw WebSocket that says nothing'),
  );
  expect(healthy).toBeDefined();
  if (!healthy) return;
  const { evidence } = healthy;
  const { diagnosis } = judge({
    ...knownOf(healthy),
    evidence: {
      ...evidence,
      sockets: evidence.sockets
        .map((socket) => ({ ...socket, error: 'a text that no browser prints' }))
        .map(({ openedAt: _openedAt, ...socket }) => socket),
    },
  });
  expect(diagnosis.verdict).toBe('inconclusive');
});
