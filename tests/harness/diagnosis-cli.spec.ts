import { execFile } from 'node:child_process';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { WebSocketServer } from 'ws';
import { parseResolve, readLogin } from '../../harness/cli/diagnose-options.ts';
import { clean } from '../../harness/common/clean.ts';
import { drawWay } from '../../harness/report/diagnosis.ts';
import { explainPage } from '../../harness/cli/explain.ts';
import { CAUSE_IDS } from '../../harness/causes/causes.ts';

/** What a person types and reads: arguments, exit status, output. */

const ROOT = path.join(import.meta.dirname, '../..');
const SINTOMA = path.join(ROOT, 'harness/cli/sintoma.js');

interface Run {
  code: number;
  stdout: string;
  stderr: string;
}

/** Without colours, whatever this run was told about them. */
const { FORCE_COLOR: _force, ...rest } = process.env;
const env = { ...rest, NO_COLOR: '1' };

function sintoma(...args: string[]): Promise<Run> {
  return new Promise((resolve) => {
    // From a folder that is not the project's, as people do.
    execFile(
      process.execPath,
      [SINTOMA, ...args],
      { cwd: os.tmpdir(), timeout: 80_000, env },
      (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr });
      },
    );
  });
}

const HOSTILE = '\u001b[31mred\u001b[0m \u202eevil\u0007';

/** A page that opens a socket at `target`, and shouts control characters. */
async function serve(target: string): Promise<{ port: number; close: () => void }> {
  const server = http.createServer((request, response) => {
    if (request.url !== '/') {
      response.writeHead(404).end(HOSTILE);
      return;
    }
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' });
    response.end(
      `<title>${HOSTILE}</title><script>console.error(${JSON.stringify(HOSTILE)}); new WebSocket(${target});</script>`,
    );
  });
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    if (request.url === '/live')
      sockets.handleUpgrade(request, socket, head, (client) => client.send('{"type":"hello"}'));
    else
      socket.end(
        `HTTP/1.1 404 Not Found\r\nX-Note: x\r\nContent-Length: ${Buffer.byteLength(HOSTILE)}\r\nConnection: close\r\n\r\n${HOSTILE}`,
      );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
      server.close();
    },
  };
}

test('a healthy page: exit status 0, one JSON object on stdout, progress on stderr', async () => {
  const site = await serve("'ws://' + location.host + '/live'");
  const run = await sintoma(
    'diagnose',
    'http://desk.example.test/',
    '--resolve',
    `desk.example.test:80:127.0.0.1:${site.port}`,
    '--json',
  );
  site.close();
  const diagnosis = JSON.parse(run.stdout) as Record<string, unknown>;
  expect(run.code, run.stderr).toBe(0);
  expect(diagnosis).toMatchObject({ verdict: 'healthy', cause: null, hop: null, repair: null, candidates: [] });
  expect(diagnosis.confidence).toBeGreaterThan(0.8);
  expect(run.stderr).toContain('visiting http://desk.example.test/');
});

test('a faulty page: exit status 1, the cause, and nothing of a hostile page obeyed by the terminal', async () => {
  const site = await serve("'ws://' + location.host + '/nowhere'");
  const url = `http://127.0.0.1:${site.port}/`;
  const [plain, json] = await Promise.all([sintoma('diagnose', url), sintoma('diagnose', url, '--json')]);
  site.close();
  for (const run of [plain, json]) {
    expect(run.code, run.stderr).toBe(1);
    // eslint-disable-next-line no-control-regex -- control characters are what this is about
    expect(`${run.stdout}${run.stderr}`).not.toMatch(/[\u0007\u001b\u202e]/);
  }
  expect(plain.stdout).toContain('faulty');
  expect(plain.stdout).toContain('Repair');
  const diagnosis = JSON.parse(json.stdout) as Record<string, unknown>;
  expect(diagnosis).toMatchObject({
    verdict: 'faulty',
    hop: expect.any(String),
    because: expect.any(Array),
  });
  expect(Object.keys(diagnosis)).toEqual(
    expect.arrayContaining(['verdict', 'cause', 'hop', 'confidence', 'because', 'ruledOut', 'candidates', 'repair']),
  );
});

test('what keeps an element away is named; where nothing else is wrong, the selector may be', async () => {
  const away = ['--wait-for', '#connected', '--json'];
  const run = async (target: string): Promise<Run> => {
    const site = await serve(`'ws://' + location.host + '${target}'`);
    return sintoma('diagnose', `http://127.0.0.1:${site.port}/`, ...away).finally(() => {
      site.close();
    });
  };
  const [broken, whole] = await Promise.all([run('/nowhere'), run('/live')]);
  const text = 'the page shows nothing that matches --wait-for #connected';
  expect(broken.code, broken.stderr).toBe(1);
  expect(JSON.parse(broken.stdout)).toMatchObject({ verdict: 'faulty', seen: expect.arrayContaining([text]) });
  expect(whole.code, whole.stderr).toBe(3);
  expect(JSON.parse(whole.stdout)).toMatchObject({ verdict: 'inconclusive', because: expect.arrayContaining([text]) });
});

test('a socket that only --ws names is examined too', async () => {
  const site = await serve("'ws://' + location.host + '/live'");
  const url = `http://127.0.0.1:${site.port}/`;
  const run = await sintoma('diagnose', url, '--ws', `ws://127.0.0.1:${site.port}/nowhere`, '--json');
  site.close();
  expect(run.code).toBe(1);
  expect((JSON.parse(run.stdout) as { because: string[] }).because.join(' ')).toContain('/nowhere');
});

test('a connection that is cut when nothing is said for long: seen by who watches it for longer', async () => {
  test.setTimeout(90_000);
  const page = `<script>const open = () => {
  const socket = new WebSocket('ws://' + location.host + '/live');
  socket.onclose = () => setTimeout(open, 200);
};
open();</script>`;
  const server = http.createServer((_request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/html' }).end(page);
  });
  const sockets = new WebSocketServer({ server });
  server.on('upgrade', ({ socket }) => {
    socket.setTimeout(7600, () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const [usual, longer] = await Promise.all([
    sintoma('diagnose', url, '--json'),
    sintoma('diagnose', url, '--json', '--watch', '10'),
  ]);
  for (const client of sockets.clients) client.terminate();
  server.closeAllConnections();
  server.close();
  expect(usual.code, usual.stderr).toBe(0);
  expect(usual.stdout).toMatch(
    /no message passed on .* whether a proxy ends what is idle for longer shows with --watch/,
  );
  expect(longer.code, longer.stderr).toBe(1);
  expect(JSON.parse(longer.stdout)).toMatchObject({ cause: 'proxy-idle-timeout', level: 'proven' });
});

test('wrong usage: exit status 2, a sentence and no stack trace', async () => {
  const wrong = [
    ['diagnose'],
    ['diagnose', 'not a url'],
    ['diagnose', 'ftp://example.test/'],
    ['diagnose', 'http://example.test/', '--resolve', 'example.test:80'],
    ['diagnose', 'http://example.test/', '--resolve', 'example.test:80:localhost:8080'],
    ['diagnose', 'http://example.test/', '--ws', 'http://example.test/'],
    ['diagnose', 'http://example.test/', '--timeout', 'soon'],
    ['diagnose', 'http://example.test/', '--watch', '0'],
    ['diagnose', '--har', 'page.har', '--watch', '60'],
    ['diagnose', 'http://example.test/', '--login', '/no/such/file.json'],
    ['diagnose', 'http://example.test/', '--publish', ' '],
    ['diagnose', 'http://example.test/', '--jsn'],
    ['explain', 'tls-port-close'],
  ];
  const runs = await Promise.all(wrong.map((args) => sintoma(...args)));
  for (const [index, run] of runs.entries()) {
    expect(run.code, wrong[index]?.join(' ')).toBe(2);
    expect(run.stderr, wrong[index]?.join(' ')).not.toMatch(/\n\s+at /);
    expect(run.stdout).toBe('');
  }
  expect(runs.at(-1)?.stderr).toContain('did you mean "tls-port-closed"?');
});

test('--resolve is read as curl reads it', () => {
  expect(parseResolve('app.example.test:443:127.0.0.1:8443')).toEqual({
    host: 'app.example.test',
    port: 443,
    to: { address: '127.0.0.1', port: 8443 },
  });
  expect(parseResolve('App.Example.test:80:[::1]:8080')).toEqual({
    host: 'app.example.test',
    port: 80,
    to: { address: '::1', port: 8080 },
  });
  expect(parseResolve('app.example.test:80:10.0.0.1')).toEqual({
    host: 'app.example.test',
    port: 80,
    to: { address: '10.0.0.1', port: 80 },
  });
  for (const text of ['app.example.test', 'a:0:127.0.0.1:1', 'a:1:127.0.0.1:99999', 'a:1:name:1', ''])
    expect(() => parseResolve(text), text).toThrow();
});

test('--login reads a storageState and an object of localStorage', async ({}, testInfo) => {
  const { writeFileSync } = await import('node:fs');
  const file = testInfo.outputPath('login.json');
  writeFileSync(
    file,
    JSON.stringify({
      cookies: [],
      origins: [{ origin: 'http://a.test', localStorage: [{ name: 'token', value: 'demo' }] }],
    }),
  );
  expect(readLogin(file, 'http://a.test/').origins[0]?.localStorage).toEqual([{ name: 'token', value: 'demo' }]);
  writeFileSync(file, JSON.stringify({ token: 'demo', user: { id: 1 } }));
  expect(readLogin(file, 'http://a.test/x').origins).toEqual([
    {
      origin: 'http://a.test',
      localStorage: [
        { name: 'token', value: 'demo' },
        { name: 'user', value: '{"id":1}' },
      ],
    },
  ]);
  for (const [wrong, where] of [
    [{ cookies: [{ name: 'sid' }] }, /cookies\.0\.value/],
    [{ cookies: 5 }, /cookies/],
    [{ origins: [{ origin: 'no url', localStorage: [] }] }, /origins\.0\.origin/],
    [{ localStorage: 'text' }, /--login: .*Invalid input/],
  ] as const) {
    writeFileSync(file, JSON.stringify(wrong));
    expect(() => readLogin(file, 'http://a.test/')).toThrow(where);
  }
  writeFileSync(file, '[]');
  expect(() => readLogin(file, 'http://a.test/')).toThrow(/no JSON object/);
});

test('texts of a page are shown, not obeyed', () => {
  expect(clean(HOSTILE)).toBe('\\u001b[31mred\\u001b[0m \\u202eevil\\u0007');
  expect(clean('a\nb\tc')).toBe('a b c');
  expect(clean('x'.repeat(1000))).toHaveLength(401);
});

test('the picture marks the broken hop', () => {
  const picture = drawWay([
    { hop: 'page', state: 'ok', text: '' },
    { hop: 'proxy', state: 'broken', text: 'The proxy does not forward.' },
    { hop: 'backend', state: 'not reached', text: '' },
  ]);
  expect(picture).toContain('PROXY');
  expect(picture.split('\n')[1]).toContain('The proxy does not forward.');
});

test('explain prints one page for every cause', () => {
  for (const id of CAUSE_IDS) {
    const page = explainPage(id, [{ id: 'topology/fault', title: 'A title.' }], true);
    for (const part of ['Proof', 'Look-alikes', 'Repair', 'topology/fault']) expect(page, id).toContain(part);
    expect(Math.max(...page.split('\n').map((line) => line.length)), id).toBeLessThanOrEqual(100);
  }
});

test.describe('--format', () => {
  const SECRET = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl';

  test('md: what was seen, cause, why, repair, versions; nothing of the page is markup, no secret is shown', async () => {
    const site = await serve('"ws://" + location.host + "/gone"');
    const url = `http://127.0.0.1:${site.port}/?token=${SECRET}`;
    const { code, stdout } = await sintoma('diagnose', url, '--format', 'md');
    site.close();
    expect([1, 3]).toContain(code);
    expect(stdout).toMatch(/^## `http:\/\/127\.0\.0\.1:\d+\/\?token=‹masked›`: /);
    for (const part of ['What was seen', 'Cause', 'Why', 'Versions']) expect(stdout).toContain(`### ${part}\n`);
    expect(stdout).toContain('404');
    expect(stdout).not.toContain(SECRET);
    // eslint-disable-next-line no-control-regex
    expect(stdout).not.toMatch(/[\u001b\u0007\u202e]/);
  });

  test('html: one file that asks nobody', async () => {
    const site = await serve('"ws://" + location.host + "/live"');
    const { stdout } = await sintoma('diagnose', `http://127.0.0.1:${site.port}/`, '--format', 'html');
    site.close();
    expect(stdout).toMatch(/^<!doctype html>/);
    expect(stdout.trimEnd()).toMatch(/<\/html>$/);
    expect(stdout).not.toMatch(/<(script|link|img|iframe)/);
    // eslint-disable-next-line no-control-regex
    expect(stdout).not.toMatch(/[\u001b\u0007\u202e]/);
  });

  test('another one is refused, and the right ones are named', async () => {
    const { code, stderr } = await sintoma('diagnose', 'http://example.test/', '--format', 'pdf');
    expect(stderr).toContain('text, json, md, html');
    expect(code).toBe(2);
  });
});
