// reports/result.json: the published form, bounded and masked, of one run, of several, and of merged shards.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { investigate } from '../../harness/investigation/investigate.ts';
import { diagnosisSchema } from '../../harness/investigation/result.ts';
import { bounded, BOUNDS } from '../../harness/result/bounds.ts';
import { claimResults } from '../../harness/result/claims.ts';
import { mergeResults } from '../../harness/result/merge.ts';
import { resultSchema, type Result, type ScenarioResult } from '../../harness/result/schema.ts';
import { visitResult } from '../../harness/result/visit.ts';
import type { Claim } from '../../harness/scenario/schema.ts';
import { playwright, sintoma } from './support/command.ts';
import { evidence, fetched, line } from './support/evidence.ts';
import { FIXTURE, FIXTURE_CONFIG } from './support/project.ts';
import { expect, test } from './support/test.ts';

const HOSTILE = `\u001b[31m<script>alert(1)</script>\u202e ${'x'.repeat(5000)}`;
const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl';

const played = (id: string, run: string, startedAt: string, status: ScenarioResult['status'] = 'passed') => ({
  id,
  run,
  status,
  startedAt,
  topology: 'tiny',
  ms: 1,
  at: 'a.ts:1:1',
  steps: [],
});
const result = (run: string, startedAt: string, scenarios: ScenarioResult[]): Result => ({
  schemaVersion: 1,
  version: '0.0.0',
  runs: [{ id: run, startedAt, ms: 1, status: 'passed', tests: { passed: 1, failed: 0, skipped: 0 }, versions: {} }],
  scenarios,
  checks: [],
  documents: [],
  claims: [],
  parts: [],
});
const CLAIM: Claim = {
  id: 'c',
  document: 'd',
  lines: [1, 2],
  says: 's',
  verdict: 'holds with a correction',
  found: 'f',
  decidedBy: [
    { id: 'tiny/a', stance: 'shows' },
    { id: 'tiny/b', stance: 'corrects' },
  ],
};
const [MORNING, NOON, EVENING] = ['08', '12', '18'].map((hour) => `2025-01-01T${hour}:00:00.000Z`) as [
  string,
  string,
  string,
];

test.describe('of several runs', () => {
  const ids = new Set(['tiny/a', 'tiny/b']);

  test('each scenario is as it was played last, and runs of which nothing is left go', () => {
    const first = result('one', MORNING, [played('tiny/a', 'one', MORNING), played('tiny/b', 'one', MORNING)]);
    const second = result('two', NOON, [played('tiny/a', 'two', NOON, 'failed')]);
    const both = mergeResults(first, second, { ids, claims: [CLAIM] });
    expect(both.scenarios.map(({ id, run, status }) => [id, run, status])).toEqual([
      ['tiny/a', 'two', 'failed'],
      ['tiny/b', 'one', 'passed'],
    ]);
    expect(both.runs.map(({ id }) => id)).toEqual(['two', 'one']);
    expect(both.claims[0]?.state).toBe('drifted');
    const third = result('three', EVENING, [played('tiny/b', 'three', EVENING), played('tiny/a', 'three', EVENING)]);
    const all = mergeResults(both, third, { ids, claims: [CLAIM] });
    expect(all.runs.map(({ id }) => id)).toEqual(['three']);
    expect(all.claims[0]?.state).toBe('confirmed');
  });

  test('an older run that ends later changes nothing of what was played after it', () => {
    const newer = result('two', NOON, [played('tiny/a', 'two', NOON)]);
    const late = result('one', MORNING, [played('tiny/a', 'one', MORNING, 'failed')]);
    expect(mergeResults(newer, late, { ids, claims: [] }).scenarios[0]?.run).toBe('two');
  });

  test('the parts are those with which each scenario was played last', () => {
    const part = { topology: 'tiny', service: 'hub', for: 'Hub 1.0', real: false };
    const first = result('one', MORNING, [{ ...played('tiny/a', 'one', MORNING), parts: [part] }]);
    const later = { ...played('tiny/b', 'two', NOON), parts: [{ ...part, real: true }] };
    expect(mergeResults(first, result('two', NOON, [later]), { ids, claims: [] }).parts).toEqual(later.parts);
  });

  test('what is no longer defined is left out', () => {
    const old = result('one', MORNING, [played('tiny/gone', 'one', MORNING)]);
    expect(mergeResults(old, result('two', NOON, []), { ids, claims: [] }).scenarios).toEqual([]);
  });
});

test('a claim is confirmed only when everything that decides it passed', () => {
  const stateWith = (passed: Record<string, boolean>) => claimResults([CLAIM], passed)[0]?.state;
  expect(stateWith({})).toBe('not run');
  expect(stateWith({ 'tiny/a': true })).toBe('not run');
  expect(stateWith({ 'tiny/a': true, 'tiny/b': true })).toBe('confirmed');
  expect(stateWith({ 'tiny/a': false })).toBe('drifted');
});

test('a visit is bounded and masked, whatever the page says', () => {
  const seen = evidence({
    console: Array.from({ length: 10_000 }, (_, index) => line('error', `${HOSTILE} token=${JWT}`, undefined, index)),
    requests: Array.from({ length: 500 }, () => fetched(`http://site.test/api?access_token=${JWT}`, { status: 500 })),
    sockets: [
      {
        at: 1,
        url: `ws://site.test/?token=${JWT}`,
        frames: Array.from({ length: 900 }, () => ({ at: 2, direction: 'received' as const, text: HOSTILE })),
      },
    ],
  });
  const visit = visitResult(seen, { expected: [], differences: [], delivery: {}, way: [] });
  const text = JSON.stringify(visit);
  expect(text).not.toContain(JWT);
  expect(text).toContain('‹masked›');
  expect(text.length).toBeLessThan(200_000);
  expect(visit.console).toHaveLength(BOUNDS.console);
  expect(visit.sockets[0]?.frames).toHaveLength(BOUNDS.frames);
  expect(visit.left).toEqual(
    expect.arrayContaining(['lines of the console: 9940 more', `requests: ${500 - BOUNDS.requests} more`]),
  );
});

test('a text that fits is kept as it is', () => {
  const text = 'x'.repeat(BOUNDS.text);
  expect(bounded({ text })).toEqual({ text });
  expect(bounded(`${text}y`)).toBe(`${text}…`);
});

test('a question without an answer is unknown, and one that was not asked is skipped', async () => {
  const visit = {
    evidence: evidence({
      sockets: [{ at: 1, url: 'ws://site.test/live', error: 'net::ERR_CONNECTION_REFUSED', frames: [] }],
    }),
    addresses: [],
    hermetic: true,
    probes: { answer: () => Promise.reject(new Error('no answer')) },
  };
  const states = async (budget: { requests: number; ms: number }): Promise<string[]> => {
    const { diagnosis } = await investigate({ ...visit, budget });
    expect(diagnosisSchema.parse(diagnosis)).toEqual(diagnosis);
    return [...new Set(diagnosis.probes.map(({ state }) => state))];
  };
  expect(await states({ requests: 1000, ms: 5000 })).toEqual(['unknown']);
  expect(await states({ requests: 0, ms: 5000 })).toEqual(['skipped']);
});

test('shards of a run become one result, with pictures, diagnosis, repair and edit', async ({ folder }) => {
  test.setTimeout(240_000);
  const env = { SINTOMA_PROJECT: FIXTURE, SINTOMA_REPORTS: folder };
  for (const [index, name] of ['healthy', 'live-off'].entries()) {
    const shard = await playwright(['test', '-c', FIXTURE_CONFIG, '-g', ` ${name} `, '--reporter', 'blob'], {
      ...env,
      PLAYWRIGHT_BLOB_OUTPUT_FILE: path.join(folder, `blob/${index}.zip`),
    });
    expect(shard.status, shard.out).toBe(0);
  }
  const merge = path.join(FIXTURE, 'merge.config.ts');
  mkdirSync(path.join(folder, 'allure-results'));
  const summary = path.join(folder, 'summary.md');
  writeFileSync(summary, 'of another step\n');
  const merged = await playwright(['merge-reports', '--config', merge, path.join(folder, 'blob')], {
    ...env,
    GITHUB_STEP_SUMMARY: summary,
  });
  expect(merged.status, `${merged.out}\n${merged.err}`).toBe(0);
  const whole = resultSchema.parse(JSON.parse(readFileSync(path.join(folder, 'result.json'), 'utf8')));
  expect(whole.scenarios.map(({ id, status }) => [id, status])).toEqual([
    ['tiny/healthy', 'passed'],
    ['tiny/live-off', 'passed'],
  ]);
  expect(whole.runs).toMatchObject([{ id: 'merged', tests: { passed: 2, failed: 0, skipped: 0 } }]);
  const broken = whole.scenarios[1];
  expect(broken?.faults?.map(({ name }) => name)).toEqual(['live-off']);
  expect(broken?.edit).toMatch(/^\+ {2}.*LIVE/m);
  expect(broken?.edit).not.toContain(FIXTURE);
  expect(broken?.versions?.Chromium).toMatch(/^\d+\./);
  expect(broken?.diagnosis?.probes.map(({ state }) => state)).toContain('answered');
  const listens = broken?.logs?.filter(({ text }) => text === 'listening on 80').map(({ service }) => service);
  expect(new Set(listens), 'what its containers say').toEqual(new Set(['web']));
  expect(broken?.symptom?.delivery).toEqual({ notes: 'after-reload', api: 'loaded' });
  expect(broken?.steps.map(({ title }) => title.split(':')[0])).toEqual(['start', 'symptom', 'cause', 'repair']);
  for (const visit of [broken?.symptom, ...(broken?.repairs ?? []).map((repair) => repair.visit)]) {
    expect(visit?.differences).toEqual([]);
    expect(existsSync(path.join(folder, visit?.picture ?? 'none'))).toBe(true);
  }

  for (const file of ['index.html', 'page/style.css', 'page/tiny/live-off.html', 'page/tiny/live-off.trace.json'])
    expect(existsSync(path.join(folder, file)), file).toBe(true);
  const said = readFileSync(summary, 'utf8');
  expect(said).toMatch(/^of another step\n## Sintoma: 2 passed, 0 failed, 0 skipped\n/);
  expect(said).toMatch(/\| ✓ +\| `tiny\/live-off` +\| `\S+` +\| `\S+` +\| .*message: after-reload/);

  expect(readFileSync(path.join(folder, 'runs/merged/summary.md'), 'utf8')).toBe(
    said.replace(/^of another step\n/, ''),
  );

  const allure = (file: string): string => readFileSync(path.join(folder, 'allure-results', file), 'utf8');
  const [category] = (JSON.parse(allure('categories.json')) as { name: string; messageRegex: string }[]).filter(
    ({ name }) => name === broken?.cause,
  );
  const fits = (text: string): boolean => new RegExp(`^${category?.messageRegex ?? ''}$`).test(text);
  expect(fits('Error: tiny/live-off: the symptom is not what the scenario says\n\n  console')).toBe(true);
  expect(fits('Error: tiny/healthy: the symptom is not what the scenario says')).toBe(false);
  expect(allure('environment.properties')).toMatch(/^Chromium = \d+\./m);

  rmSync(path.join(folder, 'index.html'));
  const made = await sintoma(['report'], env);
  expect(made.out).toMatch(/^2 scenarios, 0 checks, 0 failed, 0 claims drifted\n.*index\.html$/);
  expect(existsSync(path.join(folder, 'index.html'))).toBe(true);
});

test('sintoma report before any run says what to do', async ({ folder }) => {
  const { status, err } = await sintoma(['report'], { SINTOMA_PROJECT: FIXTURE, SINTOMA_REPORTS: folder });
  expect(err).toMatch(/^sintoma: report: there is no result in .*result\.json\n +run: npx playwright test$/);
  expect(status).toBe(1);
});
