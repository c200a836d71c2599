// `import { test } from 'sintoma/playwright'`: a project of somebody else's, in which tests fail on pages with sockets.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { WebSocketServer } from 'ws';
import { ROOT } from '../../harness/common/paths.ts';
import { diagnosisSchema } from '../../harness/investigation/result.ts';
import { playwright } from './support/command.ts';

/** As a team writes it that knows nothing of topologies; the names of the tests are what is expected of them. */
const SPEC = `
import { expect, test } from 'sintoma/playwright';

const origin = process.env.SITE ?? '';

test('live', async ({ page }) => {
  await page.goto(origin + '/live-page?token=demo.token.unsigned');
  await expect(page.locator('#state')).toHaveText('welcome', { timeout: 2500 });
});

test('refused', async ({ page }) => {
  await page.goto(origin + '/refused-page?token=demo.token.unsigned');
  await expect(page.locator('#state')).toHaveText('welcome', { timeout: 2500 });
});

test('static', async ({ page }) => {
  await page.goto(origin + '/static');
  await expect(page.locator('#state')).toHaveText('welcome', { timeout: 500 });
});

test('hung', async ({ page }) => {
  test.setTimeout(6000);
  await page.goto(origin + '/refused-page');
  await expect(page.locator('#state')).toHaveText('lost', { timeout: 2500 });
  await page.evaluate(() => { for (;;); });
});

test.describe('left alone', () => {
  test.use({ diagnosis: 'off' });
  test('hung, left alone', async ({ page }) => {
    test.setTimeout(6000);
    await page.goto(origin + '/refused-page');
    await expect(page.locator('#state')).toHaveText('lost', { timeout: 2500 });
    await page.evaluate(() => { for (;;); });
  });
});

test('expected', async ({ page }) => {
  test.fail();
  await page.goto(origin + '/refused-page');
  await expect(page.locator('#state')).toHaveText('welcome', { timeout: 500 });
});

test('no page', () => {
  expect(1).toBe(2);
});

test.describe('off', () => {
  test.use({ diagnosis: 'off' });
  test('off', async ({ page }) => {
    await page.goto(origin + '/refused-page');
    await expect(page.locator('#state')).toHaveText('welcome', { timeout: 500 });
  });
});

test('closed', async ({ page }) => {
  await page.goto(origin + '/refused-page');
  await expect(page.locator('#state')).toHaveText('lost', { timeout: 2500 });
  await page.close();
  expect(1).toBe(2);
});
`;

interface Result {
  status: string;
  duration: number;
  errors: { message: string }[];
  annotations: { type: string; description?: string }[];
  attachments: { name: string; body?: string }[];
}

let site: http.Server;
let folder: string;
let results: Map<string, Result>;
let steps: [test: string, title: string][];
let output: string;

/** Playwright's reporters leave out what fixtures do, except for the one for people. */
const STEPS = `
import { writeFileSync } from 'node:fs';
export default class {
  steps = [];
  onStepEnd(test, result, step) { this.steps.push([test.title, step.title]); }
  onEnd() { writeFileSync(new URL('steps.json', import.meta.url), JSON.stringify(this.steps)); }
}
`;

const resultOf = (name: string): Result => {
  const found = results.get(name);
  if (!found) throw new Error(`no test ${name}:\n${output}`);
  return found;
};

const attached = (name: string, file: string): string => {
  const body = resultOf(name).attachments.find((one) => one.name === file)?.body;
  return Buffer.from(body ?? '', 'base64').toString('utf8');
};

/** The steps of a test. */
const titles = (name: string): string[] => steps.filter(([test]) => test === name).map(([, title]) => title);

test.beforeAll(async () => {
  test.setTimeout(240_000);
  site = http.createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://site.test');
    if (pathname.endsWith('-page') || pathname === '/static') {
      const target = { '/live-page': '/live', '/refused-page': '/refused' }[pathname];
      const script =
        target === undefined
          ? ''
          : `const socket = new WebSocket('ws://' + location.host + '${target}' + location.search);
             socket.onmessage = ({ data }) => (state.textContent = JSON.parse(data).type);
             socket.onerror = () => (state.textContent = 'lost');`;
      response.writeHead(200, { 'Content-Type': 'text/html' });
      response.end(
        `<!doctype html><link rel="icon" href="data:,"><title>Desk</title><p id="state">…</p><script>${script}</script>`,
      );
    } else response.writeHead(404).end();
  });
  const sockets = new WebSocketServer({ noServer: true });
  site.on('upgrade', (request, socket, head) => {
    if (request.url?.startsWith('/live'))
      sockets.handleUpgrade(request, socket, head, (client) => client.send('{"type":"welcome"}'));
    else {
      const body = '{"error":"token expired"}';
      socket.end(
        `HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
      );
    }
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  const parent = path.join(ROOT, 'reports/harness');
  mkdirSync(parent, { recursive: true });
  folder = mkdtempSync(path.join(parent, 'explain-'));
  writeFileSync(path.join(folder, 'live.spec.ts'), SPEC);
  writeFileSync(path.join(folder, 'steps.mjs'), STEPS);
  const config = path.join(folder, 'playwright.config.ts');
  writeFileSync(
    config,
    `import { chromiumPath } from '${ROOT}/harness/browser/launch.ts';
     export default {
       workers: 2,
       fullyParallel: true,
       reporter: [['json', { outputFile: 'report.json' }], ['./steps.mjs'], ['line']],
       use: { launchOptions: { executablePath: chromiumPath(true), args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] } },
     };`,
  );
  const { out } = await playwright(['test', '--config', config], {
    SITE: `http://127.0.0.1:${(site.address() as AddressInfo).port}`,
    // No engine is needed, and none is found.
    DOCKER_HOST: 'unix:///tmp/no-engine.sock',
  });
  output = out;
  steps = JSON.parse(readFileSync(path.join(folder, 'steps.json'), 'utf8')) as typeof steps;
  const report = JSON.parse(readFileSync(path.join(folder, 'report.json'), 'utf8')) as {
    suites: { specs: Spec[]; suites?: { specs: Spec[] }[] }[];
  };
  interface Spec {
    title: string;
    tests: { results: Result[] }[];
  }
  const specs = report.suites.flatMap((suite) => [...suite.specs, ...(suite.suites ?? []).flatMap((one) => one.specs)]);
  results = new Map(specs.flatMap(({ title, tests }) => (tests[0]?.results[0] ? [[title, tests[0].results[0]]] : [])));
});

test.afterAll(() => {
  site.closeAllConnections();
  site.close();
  rmSync(folder, { recursive: true, force: true });
});

test('a failed test on a page with a socket carries the diagnosis, as a step and as files', () => {
  expect(resultOf('refused').status).toBe('failed');
  // The one error is the user's own.
  expect(resultOf('refused').errors).toHaveLength(1);
  expect(resultOf('refused').errors[0]?.message).toContain('toHaveText');
  expect(titles('refused')).toContain('diagnosis of the page’s connections');
  const diagnosis = diagnosisSchema.parse(JSON.parse(attached('refused', 'diagnosis.json')));
  expect(diagnosis).toMatchObject({ verdict: 'faulty', cause: 'auth-rejected' });
  expect(diagnosis.because.join()).toContain('token expired');
  expect(titles('refused').join('\n')).toContain('auth-rejected: ');
  expect(attached('refused', 'diagnosis.txt')).toMatch(
    /^http:\/\/127\.0\.0\.1:\d+\/refused-page.*faulty: auth-rejected/,
  );
});

test('nothing secret is attached', () => {
  for (const file of ['diagnosis.json', 'diagnosis.txt']) {
    expect(attached('refused', file)).toContain('refused');
    expect(attached('refused', file)).not.toContain('demo.token.unsigned');
  }
});

test('a test that passes, one that is to fail, one without a socket and one without a page carry nothing', () => {
  expect(resultOf('live').status).toBe('passed');
  expect(resultOf('expected').status).toBe('failed');
  for (const name of ['live', 'expected', 'static', 'no page', 'off']) {
    expect(titles(name).join(), name).not.toContain('diagnosis of');
    expect(
      resultOf(name)
        .attachments.map((one) => one.name)
        .join(),
      name,
    ).not.toContain('diagnosis');
    expect(
      resultOf(name).annotations.filter(({ type }) => type === 'diagnosis'),
      name,
    ).toEqual([]);
  }
  for (const name of ['static', 'no page', 'off']) expect(resultOf(name).errors, name).toHaveLength(1);
});

test('a page that hangs and one that the test has closed are diagnosed all the same, in time', () => {
  expect(resultOf('hung').status).toBe('timedOut');
  expect(
    resultOf('hung')
      .errors.map(({ message }) => message)
      .join(),
  ).not.toMatch(/fixture|Tearing down/);
  // Half of its timeout, and two seconds at most to end that.
  expect(resultOf('hung').duration - resultOf('hung, left alone').duration).toBeLessThan(5000 + 2000);
  expect(resultOf('closed').status).toBe('failed');
  expect(resultOf('closed').errors).toHaveLength(1);
  expect(JSON.parse(attached('closed', 'diagnosis.json'))).toMatchObject({ cause: 'auth-rejected' });
});
