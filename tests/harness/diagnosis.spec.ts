import { expect, test } from '@playwright/test';
import path from 'node:path';
import { CAUSE_IDS } from '../../harness/causes/causes.ts';
import { CAUSES } from '../../harness/diagnosis/causes/index.ts';
import type { Diagnosis } from '../../harness/diagnosis/diagnose.ts';
import { evaluate } from '../../harness/diagnosis/diagnose.ts';
import { LEVELS } from '../../harness/diagnosis/finding.ts';
import type { Reading } from '../../harness/diagnosis/readings.ts';
import { readingText } from '../../harness/diagnosis/sentences.ts';
import { ROOT } from '../../harness/common/paths.ts';
import { targetsOf } from '../../harness/diagnosis/targets.ts';
import { knownOf, recordings, type Recording } from '../unseen/recording.ts';
import { evidence, fetched, PAGE, socket } from './support/evidence.ts';

/** The rules on recorded evidence: no browser, no network. */

const all = recordings();
/** Documented systems, with the decisive readings only; reports/diagnosis/ has all readings of a run. */
const documented = recordings(path.join(ROOT, 'tests/harness/recordings'));
/** The place of a diagnosis's level among the levels: 0 is the surest; an inconclusive one is behind them all. */
const rank = ({ level }: Diagnosis): number => (level === null ? LEVELS.length : LEVELS.indexOf(level));
const answerOf = ({ verdict, cause }: Diagnosis): string => (verdict === 'faulty' ? (cause ?? '') : verdict);

test('the catalogue is complete: every cause has texts, look-alikes, and an examination unless only an operator can see it', () => {
  // From outside, a container with an old image looks like any old bundle.
  const operatorsOnly = new Set(['container-old-image']);
  for (const id of CAUSE_IDS) {
    const { sentence, proof, repair, lookAlikes, explains = [], examineTarget, examineVisit } = CAUSES[id];
    for (const text of [sentence, proof, repair]) expect(text, id).toMatch(/^\S[\s\S]+\.$/);
    expect(lookAlikes.length, id).toBeGreaterThan(0);
    expect(lookAlikes, id).not.toContain(id);
    for (const explained of explains)
      expect(CAUSES[explained].explains ?? [], `${id} ← ${explained}`).not.toContain(id);
    expect(Boolean(examineTarget ?? examineVisit), `${id} is examined`).toBe(!operatorsOnly.has(id));
  }
});

test.describe('recorded systems', () => {
  for (const recording of [...all, ...documented]) {
    test(`${recording.expect}: ${recording.name}`, () => {
      const known = knownOf(recording);
      const { diagnosis } = evaluate(known);
      expect(answerOf(diagnosis)).toBe(recording.expect);
      expect(evaluate(known).diagnosis, 'equal input gives an equal diagnosis').toEqual(diagnosis);
      // Without any one reading it may be less sure or inconclusive, but it is not surer and names no other cause.
      for (const missing of recording.readings) {
        const less = evaluate(knownOf(recording, [missing])).diagnosis;
        const without = `without “${readingText(missing).question}”: ${JSON.stringify(less.candidates)}`;
        expect([recording.expect, 'inconclusive'], without).toContain(answerOf(less));
        expect(rank(less), without).toBeGreaterThanOrEqual(rank(diagnosis));
      }
      // From evidence alone it never names a wrong cause.
      const alone = evaluate(knownOf(recording, recording.readings)).diagnosis;
      expect([recording.expect, 'inconclusive'], `evidence alone: ${JSON.stringify(alone.candidates)}`).toContain(
        answerOf(alone),
      );
    });
  }
});

test.describe('sockets that are answered 404', () => {
  const named = (name: string): Recording => {
    const found = documented.find((recording) => recording.name === name);
    if (!found) throw new Error(`no recording ${name}`);
    return found;
  };
  const diagnosed = (recording: Recording, without: readonly Reading[] = []): Diagnosis =>
    evaluate(knownOf(recording, without)).diagnosis;
  /** The handshakes that were accepted at other addresses. */
  const accepted = ({ readings }: Recording): Reading[] =>
    readings.filter(
      ({ question, answer }) => question.ask === 'handshake' && 'state' in answer && answer.state === 'open',
    );

  for (const name of [
    'wrong-port-8080',
    'endpoint-not-implemented',
    'load-balancer-strips-api',
    'proxy-drops-upgrade',
  ]) {
    test(`${name}: the page sees nothing else`, () => {
      const recording = documented.find((one) => one.name.endsWith(`/${name}`));
      const broken = recording?.evidence.sockets.filter(({ openedAt }) => openedAt === undefined) ?? [];
      expect(broken.length).toBeGreaterThan(0);
      for (const { error } of broken) expect(error).toContain('Unexpected response code: 404');
    });
  }

  test('the wrong port: the path works at another one, and without that reading the diagnosis is inconclusive', () => {
    const recording = named('veloflux/wrong-port-8080');
    expect(diagnosed(recording).cause).toBe('bundle-wrong-port');
    expect(accepted(recording)).toHaveLength(1);
    expect(diagnosed(recording, accepted(recording)).verdict).toBe('inconclusive');
  });

  test('a path that the proxy strips: the backend accepts it, and without that reading the diagnosis is inconclusive', () => {
    const recording = named('veloflux/load-balancer-strips-api');
    expect(diagnosed(recording).cause).toBe('proxy-path-stripped');
    expect(accepted(recording)).toHaveLength(1);
    expect(diagnosed(recording, accepted(recording)).verdict).toBe('inconclusive');
  });

  test('an endpoint that does not exist: other endpoints work, and without them the answer is less sure', () => {
    const recording = named('veloflux/endpoint-not-implemented');
    const { cause, level } = diagnosed(recording);
    expect([cause, level]).toEqual(['backend-endpoint-missing', 'proven']);
    const { evidence } = recording;
    const alone = diagnosed({
      ...recording,
      evidence: { ...evidence, sockets: evidence.sockets.filter(({ openedAt }) => openedAt === undefined) },
    });
    expect(['backend-endpoint-missing', 'inconclusive']).toContain(answerOf(alone));
    expect(alone.level).not.toBe('proven');
  });

  test('an upgrade that is not forwarded: the same framework refuses unknown sockets with 403', () => {
    const recording = named('renum/proxy-drops-upgrade');
    const { cause, because } = diagnosed(recording);
    expect(cause).toBe('proxy-upgrade-missing');
    expect(because.join()).toContain('403');
  });
});

test('a page’s own static edge is no entry point of its backend', () => {
  const recording = documented.find(({ name }) => name === 'renum/api-package-shadows-module');
  const edge = recording?.readings.filter(
    ({ question }) => 'url' in question && question.url.includes('//renum.com.br'),
  );
  expect(edge?.map(({ answer }) => 'status' in answer && answer.status).sort()).toEqual([308, 308, 404, 404]);
  expect(recording && evaluate(knownOf(recording)).diagnosis.cause).toBe('upstream-down');
});

test('the way shows a hop as passed only where a reading shows it', () => {
  const statesOf = (answer: string, name: string): string[] => {
    const recording = all.find((one) => one.expect === answer && one.name === name);
    return recording ? evaluate(knownOf(recording)).diagnosis.way.map(({ state }) => state) : [];
  };
  // page, dns, edge, proxy, backend, policy, publisher, broker
  expect(statesOf('event-name-mismatch', 'event stream under another name')).toEqual([
    'broken',
    ...Array<string>(7).fill('ok'),
  ]);
  expect(statesOf('dns-no-record', 'page host without a record')).toEqual([
    'unknown',
    'broken',
    ...Array<string>(6).fill('not reached'),
  ]);
  expect(statesOf('client-no-reconnect', 'server restarts once, page never comes back')).toEqual([
    'broken',
    ...Array<string>(5).fill('ok'),
    'unknown',
    'unknown',
  ]);
});

test('a healthy visit becomes inconclusive, not faulty, when its open socket is not recorded', () => {
  const healthy = all.find(
    ({ expect: answer, name }) => answer === 'healthy' && name.startsWith('raw WebSocket that says nothing'),
  );
  expect(healthy).toBeDefined();
  if (!healthy) return;
  const { evidence } = healthy;
  const { diagnosis } = evaluate({
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

const LOST = {
  channels: { board: { outcome: 'never', published: true, publisherStatus: 201, frameSeen: false } },
} as const;

test('a socket that still waits for its handshake when the visit ends is not called open', () => {
  const document = fetched(PAGE, { type: 'document', status: 200, mimeType: 'text/html', finishedAt: 20 });
  const seen = (more: object) => ({
    evidence: evidence({ requests: [document], sockets: [socket('ws://site.test/ws', { at: 500, ...more })] }),
    readings: [],
    addresses: [],
    delivery: LOST,
  });
  const waiting = evaluate(seen({})).diagnosis;
  expect(waiting.candidates.map(({ cause }) => cause)).not.toContain('publisher-worker-stopped');
  expect(waiting.because.join()).not.toContain('the connection is open');
  expect(evaluate(seen({ openedAt: 520 })).diagnosis.because.join()).toContain('the connection is open');
});

test('where a redirect leads is no connection of Engine.IO, though it is given the query', () => {
  const polling = '/socket.io/?EIO=4&transport=polling';
  const signIn = 'http://site.test/oauth2/sign_in?EIO=4&transport=polling';
  const redirected = { type: 'fetch', status: 302, finishedAt: 30, redirectedTo: signIn } as const;
  const targets = targetsOf(
    evidence({
      requests: [
        fetched(`http://site.test${polling}`, redirected),
        fetched(signIn, { status: 200, mimeType: 'text/html', finishedAt: 40 }),
      ],
    }),
  );
  expect(targets.filter(({ kind }) => kind === 'engine.io').map(({ address }) => address.path)).toEqual([
    '/socket.io/',
  ]);
});

test('a connection that is over by design is not said to be open', () => {
  const over = recordings().find(({ name }) => name.startsWith('socket of an export'));
  if (!over) throw new Error('no such recording');
  const { because } = evaluate(knownOf(over)).diagnosis;
  expect(because.join()).toContain('/exports/88/progress is at its end');
});

test('what a page throws beside its messages is no other protocol', () => {
  const unread = recordings().find(({ name }) => name.startsWith('server was made to send its frames with gzip'));
  if (!unread) throw new Error('no such recording');
  const { console: lines } = unread.evidence;
  const noise = lines.flatMap((line) => [line, { ...line, at: line.at + 200 }, { ...line, at: line.at + 400 }]);
  const noisy = { ...unread, evidence: { ...unread.evidence, console: noise } };
  expect(evaluate(knownOf(noisy)).diagnosis.verdict).toBe('healthy');
});

test('a stream that says something before it tells of an error is not refused', () => {
  const refused = recordings().find(({ name }) => name.startsWith('language model answers 200 and begins'));
  if (!refused) throw new Error('no such recording');
  const after = (body: string): string =>
    evaluate(
      knownOf({
        ...refused,
        evidence: {
          ...refused.evidence,
          requests: refused.evidence.requests.map(({ events: _events, ...request }) =>
            request.method === 'POST' ? { ...request, body } : request,
          ),
        },
      }),
    ).diagnosis.verdict;
  const error = 'event: error\ndata: {"error":{"type":"authentication_error","code":"invalid_api_key"}}\n\n';
  expect(after(error)).toBe('faulty');
  expect(after(`data: {"choices":[]}\n\n${error}`)).not.toBe('faulty');
});
