// A scenario whose expectation is wrong must fail, and a person must see why: real runs of altered scenarios.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { playwright, sintoma } from './support/command.ts';
import { FIXTURE_CONFIG } from './support/project.ts';
import { test, thingsOf } from './support/stacks.ts';
import { expect } from './support/test.ts';

test.use({ trace: 'off', screenshot: 'off' });

interface Spec {
  title: string;
  ok: boolean;
  tests: { results: { error?: { message?: string }; attachments: { name: string }[] }[] }[];
}

/** Scenarios of the fixture, each with one expectation that does not hold. */
const ALTERED = `
import { answered, brokenSocket, edit, failedSocket, openSocket, scenario, up } from 'sintoma';

const LIVE = 'ws://tiny.test/live';
const NOT_FOUND = 'Error during WebSocket handshake: Unexpected response code: 404';
const healthy = {
  title: 'Altered.',
  document: { name: 'tiny', lines: [1, 1] },
  visit: 'http://tiny.test/',
  console: [],
  requests: [answered('GET', 'http://tiny.test/api/notes', 200)],
  sockets: [openSocket(LIVE)],
  delivery: { notes: 'live', api: 'loaded' },
  cause: 'none',
};
const broken = {
  ...healthy,
  faults: ['live-off'],
  console: [failedSocket(LIVE, NOT_FOUND)],
  sockets: [brokenSocket(LIVE, NOT_FOUND)],
  delivery: { notes: 'after-reload', api: 'loaded' },
  published: false,
  cause: 'backend-endpoint-missing',
};

export default [
  scenario('tiny/delivery', { ...healthy, delivery: { notes: 'never', api: 'loaded' } }),
  scenario('tiny/status', { ...healthy, requests: [answered('GET', 'http://tiny.test/api/notes', 502)] }),
  scenario('tiny/absence', { ...broken, console: [] }),
  scenario('tiny/repair', {
    ...broken,
    repairs: [{ title: 'nothing at all', steps: [edit('live-off'), up()], delivery: { notes: 'live', api: 'loaded' } }],
  }),
];
`;

test('altered scenarios fail: expected against seen, logs and evidence, nothing left running', async ({
  copy,
  newRun,
  docker,
}) => {
  test.setTimeout(240_000);
  copy.write('scenarios/tiny/tiny.scenario.ts', ALTERED);
  const run = newRun();
  const { status, out } = await playwright(['test', '-c', FIXTURE_CONFIG], { ...copy.env, SINTOMA_RUN: run });
  expect(status).toBe(1);
  expect(out).toContain('4 failed');

  const report = JSON.parse(readFileSync(path.join(copy.path, 'reports/results.json'), 'utf8')) as {
    suites: { specs: Spec[] }[];
  };
  const specs = report.suites.flatMap((suite) => suite.specs);
  const message = (title: string): string =>
    specs.find((one) => one.title === title)?.tests[0]?.results[0]?.error?.message ?? '';
  expect(message('delivery')).toContain(`tiny/delivery: the symptom is not what the scenario says

  delivery
    - expected  notes: never
    + seen      notes: live`);
  expect(message('status')).toContain(`
  requests
    - expected  GET http://tiny.test/api/notes → 502
    + seen      GET http://tiny.test/api/notes → 200, application/json`);
  expect(message('absence')).toContain(`
  console
    + seen      error: WebSocket connection to 'ws://tiny.test/live' failed: Error during WebSocket handshake: Unexpected response code: 404`);
  expect(message('absence')).toContain('(not listed)');
  expect(message('repair')).toContain('tiny/repair: after the repair "nothing at all"');
  expect(message('repair')).toContain(`
  delivery
    - expected  notes: live
    + seen      notes: after-reload`);
  // On the terminal too, with the place where the scenario is written.
  expect(out).toContain('- expected  notes: never');
  expect(out).toMatch(/scenarios\/tiny\/tiny\.scenario\.ts:\d+/);

  for (const { title, tests } of specs) {
    const names = tests[0]?.results[0]?.attachments.map(({ name }) => name) ?? [];
    expect(names, title).toEqual(expect.arrayContaining(['symptom.json', 'log of web']));
  }
  expect(
    specs.find(({ title }) => title === 'repair')?.tests[0]?.results[0]?.attachments.map(({ name }) => name),
  ).toEqual(expect.arrayContaining(['after nothing at all.json']));
  expect(await thingsOf(docker, run)).toEqual([]);
});

test('an address that moves under an open page ends the scenario with its name', async ({ copy }) => {
  test.setTimeout(240_000);
  copy
    .replace(
      'scenarios/tiny/tiny.scenario.ts',
      "visit: 'http://tiny.test/',",
      "visit: 'http://tiny.test/',\n    whileOpen: [restart('web')],",
    )
    .replace('scenarios/tiny/tiny.scenario.ts', 'scenario, ', 'restart, scenario, ');
  // Where the engine is elsewhere, it chooses the ports: other ones at each start.
  const env = { ...copy.env, ENGINE_ADDRESS: '127.0.0.2' };
  const { status, out } = await playwright(['test', '-c', FIXTURE_CONFIG, '-g', 'healthy'], env);
  expect(status).toBe(1);
  expect(out).toContain('tiny/healthy: whileOpen: tiny.test:80 leads elsewhere now');
});

test('KEEP=1 leaves the stack of a failure, and says how to reach and remove it', async ({ copy, newRun, docker }) => {
  test.setTimeout(240_000);
  copy.write('scenarios/tiny/tiny.scenario.ts', ALTERED);
  const run = newRun();
  const env = { ...copy.env, SINTOMA_RUN: run, KEEP: '1' };
  const { out } = await playwright(['test', '-c', FIXTURE_CONFIG, '-g', 'status'], env);
  const project = `sintoma-tiny-${run}-0`;
  expect(out).toContain(`left running: ${project}`);
  expect(out).toMatch(new RegExp(`Open it:\\n +npx sintoma open ${project}$`, 'm'));
  expect(out).toContain(`npx sintoma publish ${project} notes`);
  expect(out).toContain(`npx sintoma down ${project}`);
  const opened = await sintoma(['open', project, '--print']);
  expect(opened.out).toMatch(/^--host-resolver-rules=MAP tiny\.test:80 127\.0\.0\.1:\d+/m);
  expect(opened.out).toMatch(/^http:\/\/tiny\.test\/$/m);
  expect(await thingsOf(docker, run)).toContain(`container /${project}-web-1`);
});

test('a scenario that is malformed stops a run with its file and key', async ({ copy }) => {
  copy.replace('scenarios/tiny/tiny.scenario.ts', "'backend-endpoint-missing'", "'gremlins'");
  const { status, out, err } = await playwright(['test', '-c', FIXTURE_CONFIG], copy.env);
  expect(status).toBe(1);
  expect(`${out}\n${err}`).toContain('scenarios/tiny/tiny.scenario.ts: tiny/live-off: cause: "gremlins"');
});
