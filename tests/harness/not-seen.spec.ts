// What a visit did not see is said, and shown as unknown; what is proven is not asked for again.
import { expect, test } from '@playwright/test';
import { evaluate, type Diagnosis } from '../../harness/diagnosis/diagnose.ts';
import { knownOf, recordings } from '../unseen/recording.ts';

const all = recordings();

function diagnosed(name: string): Diagnosis {
  const recording = all.find((one) => one.name === name);
  if (!recording) throw new Error(`no recording ${name}`);
  return evaluate(knownOf(recording)).diagnosis;
}

const hopsOf = ({ way }: Diagnosis, state: string): string[] =>
  way.filter((hop) => hop.state === state).map(({ hop }) => hop);

test('a page that connects only after a click: what to do, and hops that nobody used', () => {
  const diagnosis = diagnosed('page that connects after a click, and reads its settings before');
  expect(diagnosis.because.join()).toContain('no real-time connection was made in this visit');
  expect(diagnosis.because.join()).toContain('--click');
  expect(hopsOf(diagnosis, 'ok')).toEqual(['page', 'dns', 'edge']);
  expect(hopsOf(diagnosis, 'unknown')).toEqual(['proxy', 'backend', 'policy', 'publisher', 'broker']);
});

test('a page that says of itself that it is not connected is not healthy because nothing fails', () => {
  const recording = all.find(({ expect: answer, delivery }) => answer === 'healthy' && delivery === undefined);
  if (!recording) throw new Error('no healthy recording without a published message');
  const saying = (text: string): Diagnosis =>
    evaluate(knownOf({ ...recording, evidence: { ...recording.evidence, page: { ...recording.evidence.page, text } } }))
      .diagnosis;
  expect(saying('Kilns\n4 devices are offline\nConnected').verdict).toBe('healthy');
  const { verdict, because } = saying('Kilns\n\nReconnecting in 3 s…');
  expect(verdict).toBe('inconclusive');
  expect(because.join()).toContain('the page itself says “Reconnecting in 3 s…”');
});

test('a page that polls did use the way', () => {
  expect(hopsOf(diagnosed('page that polls with success, and a banner that is not there'), 'ok')).toContain('backend');
});

test('a sign-in page: the visitor is not signed in, and no credential is called missing', () => {
  const diagnosis = diagnosed('sign-in page that tries its socket before anybody has signed in');
  expect(diagnosis.verdict).toBe('inconclusive');
  expect(diagnosis.because.join()).toContain('--login');
});

test('a second try is said to be one', () => {
  const { because } = diagnosed('hot reload behind an nginx without upgrade, then directly at localhost');
  expect(because.join()).toContain('after that the client tried ws://localhost:5173/ instead');
});

test('where another Origin is accepted, the path is right, and no similar one is asked for', () => {
  const { probes } = diagnosed('client that tries a second port after its origin was refused');
  expect(probes.map(({ question }) => question).filter((question) => question.includes('similar'))).toEqual([]);
});

test('an answer that is no HTTP is quoted', () => {
  const { because } = diagnosed('development server that refuses a foreign origin with a bare word');
  expect(because.join()).toContain('no HTTP: “Unauthorized”');
});

test('a page whose script throws before anything is tried: what it throws is told', () => {
  const recording = all.find(({ evidence }) => evidence.sockets.length === 0 && evidence.page.title !== '');
  if (!recording) throw new Error('no recording of a page without connections');
  const { evidence } = recording;
  const throwing = {
    ...evidence,
    requests: evidence.requests.filter(({ type }) => type === 'document'),
    console: [{ at: 100, level: 'exception' as const, text: 'ReferenceError: Buffer is not defined' }],
  };
  const { verdict, because } = evaluate({ evidence: throwing, readings: [], addresses: [], closed: true }).diagnosis;
  expect(verdict).toBe('inconclusive');
  expect(because.join()).toContain('the page throws “ReferenceError: Buffer is not defined”');
});
