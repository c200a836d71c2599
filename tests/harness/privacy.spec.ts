import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { insideKind, scopeOf } from '../../harness/investigation/scope.ts';

/** Whom `sintoma diagnose` asks, what it tells them, and what it prints: seen from the outside, over a page full of traps. */

const ROOT = path.join(import.meta.dirname, '../..');
const SINTOMA = path.join(ROOT, 'harness/cli/sintoma.js');
const RECORD = path.join(import.meta.dirname, 'support/record-network.cjs');

/** Marked secrets, one for each place where a page or a user may have one. */
const SECRETS = {
  typedQuery: 'marked-typed-query-1',
  typedFragment: 'marked-typed-fragment-2',
  socketQuery: 'marked-socket-query-3',
  subprotocol: 'bWFya2VkLXN1YnByb3RvY29sLTQ',
  cookie: 'marked-cookie-5',
  secureCookie: 'marked-secure-cookie-6',
  localStorage: 'marked-local-storage-7',
  nested: 'marked-nested-storage-8',
  sessionStorage: 'marked-session-storage-9',
  bearer: 'marked-bearer-10',
  publisher: 'marked-publisher-11',
  answer: 'marked-answer-12',
} as const;

interface Seen {
  method: string;
  url: string;
  host: string;
  headers: http.IncomingHttpHeaders;
}

/** A server that keeps what it is asked, and refuses every handshake with a body that tells a secret back. */
async function listen(
  page: (ports: number) => string,
  cookies: string[] = [],
): Promise<{ port: number; seen: Seen[]; close: () => void }> {
  const seen: Seen[] = [];
  const keep = (request: http.IncomingMessage): void => {
    const { method = '', url = '', headers } = request;
    seen.push({ method, url, host: headers.host ?? '', headers });
  };
  const server = http.createServer((request, response) => {
    keep(request);
    const html = request.url?.split('?')[0] === '/';
    response.writeHead(html ? 200 : 404, {
      'content-type': html ? 'text/html' : 'application/json',
      'access-control-allow-origin': '*',
      'set-cookie': cookies,
    });
    response.end(html ? page((server.address() as AddressInfo).port) : JSON.stringify({ token: SECRETS.answer }));
  });
  server.on('upgrade', (request, socket) => {
    keep(request);
    const body = JSON.stringify({ error: 'invalid token', token: SECRETS.answer, got: SECRETS.localStorage });
    socket.end(
      `HTTP/1.1 403 Forbidden\r\nSet-Cookie: gate=${SECRETS.cookie}\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    seen,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

const PAGE = `<!doctype html><title>traps</title>
<!-- see https://example.org/docs and wss://example.net/live -->
<script>
  // https://docs.example.com/ ws://169.254.169.254/latest/meta-data
  const unused = ['https://bugs.example.org/1', 'wss://stranger.example/socket', 'http://10.1.2.3:8080/admin'];
  localStorage.setItem('plain', '${SECRETS.localStorage}');
  localStorage.setItem('user', JSON.stringify({ session: { id: '${SECRETS.nested}' } }));
  sessionStorage.setItem('s', '${SECRETS.sessionStorage}');
  console.error('refused: Bearer ${SECRETS.bearer}, stored ${SECRETS.localStorage}');
  const socket = new WebSocket('ws://app.test/live?token=${SECRETS.socketQuery}', ['chat', '${SECRETS.subprotocol}']);
  socket.onerror = () => new WebSocket('ws://other.test/live');
  fetch('http://other.test/data', { headers: { } }).catch(() => 0);
  fetch('http://10.9.8.7:81/inner').catch(() => 0);
</script>`;

test('only what the page contacts or the user names is asked, and nobody is told or shown a secret', async ({}, testInfo) => {
  test.setTimeout(240_000);
  const app = await listen(
    () => PAGE,
    [`sid=${SECRETS.cookie}; Path=/; HttpOnly`, `other=marked-other-path-13; Path=/elsewhere`],
  );
  const other = await listen(() => '');
  const backend = await listen(() => '');
  const log = testInfo.outputPath('network.txt');
  writeFileSync(log, '');
  const rule = (host: string, port: number, to: number): string[] => ['--resolve', `${host}:${port}:127.0.0.1:${to}`];
  const url = `http://app.test/?access_token=${SECRETS.typedQuery}&room=4#id_token=${SECRETS.typedFragment}`;
  const args = [
    ...['diagnose', url, '--timeout', '40'],
    ...rule('app.test', 80, app.port),
    ...rule('other.test', 80, other.port),
    ...rule('app.test', 8080, backend.port),
    ...['--publish', `echo "Authorization: Bearer ${SECRETS.publisher} password=${SECRETS.publisher}"; exit 22`],
  ];
  const env = { ...process.env, NO_COLOR: '1', NODE_OPTIONS: `--require ${RECORD}`, RECORD_NETWORK: log };
  const run = (...more: string[]): Promise<{ text: string; code: unknown }> =>
    new Promise((resolve) => {
      execFile(process.execPath, [SINTOMA, ...args, ...more], { cwd: ROOT, env }, (error, stdout, stderr) => {
        resolve({ text: `${stdout}\n${stderr}`, code: error?.code ?? 0 });
      });
    });
  const runs = [await run(), await run('--json')];
  for (const server of [app, other, backend]) server.close();

  for (const { text, code } of runs) {
    expect([1, 3], text).toContain(code);
    for (const [where, secret] of Object.entries(SECRETS)) expect(text, where).not.toContain(secret);
  }
  // Every name has a rule, so nothing is resolved; every rule leads to this machine.
  expect(existsSync(log)).toBe(true);
  const asked = readFileSync(log, 'utf8').trim().split('\n');
  expect(asked.length).toBeGreaterThan(3);
  expect([...new Set(asked.filter((line) => line.startsWith('resolve')))]).toEqual([]);
  const places = [app, other, backend].map(({ port }) => `connect 127.0.0.1:${port}`);
  expect([...new Set(asked)].filter((line) => !places.includes(line))).toEqual([]);
  expect(runs[0]?.text.replace(/\s+/g, ' '), 'wherever the line ends').toContain('10.9.8.7 has a private address');

  const probes = (seen: Seen[]): Seen[] => seen.filter(({ headers }) => headers['user-agent']?.includes('sintoma'));
  const handshakes = probes(app.seen).filter(({ headers }) => headers.upgrade);
  // There the page sent them itself: the same request is the only honest question.
  expect(handshakes.some((one) => one.url.includes(SECRETS.socketQuery))).toBe(true);
  expect(handshakes.some(({ headers }) => headers['sec-websocket-protocol']?.includes(SECRETS.subprotocol))).toBe(true);
  expect(handshakes.some(({ headers }) => headers.cookie?.includes(SECRETS.cookie))).toBe(true);
  const elsewhere = JSON.stringify([...probes(other.seen), ...probes(backend.seen)]);
  expect(probes(backend.seen).length).toBeGreaterThan(0);
  for (const [where, secret] of Object.entries(SECRETS)) expect(elsewhere, where).not.toContain(secret);
  expect(JSON.stringify(probes(app.seen))).not.toContain('marked-other-path');
});

test('inner addresses are told apart', () => {
  for (const [address, kind] of [
    ['127.0.0.1', 'a loopback address'],
    ['127.8.9.1', 'a loopback address'],
    ['::1', 'a loopback address'],
    ['0.0.0.0', 'a loopback address'],
    ['::ffff:127.0.0.1', 'a loopback address'],
    ['10.1.2.3', 'a private address'],
    ['172.31.0.1', 'a private address'],
    ['192.168.1.1', 'a private address'],
    ['100.64.0.1', 'a private address'],
    ['fd00::1', 'a private address'],
    ['169.254.169.254', 'a link-local address'],
    ['fe80::1', 'a link-local address'],
    ['8.8.8.8', undefined],
    ['172.32.0.1', undefined],
    ['2001:db8::1', undefined],
  ] as const)
    expect(insideKind(address), address).toBe(kind);
});

test('the scope: named, contacted, inner addresses, Origins', () => {
  const request = (url: string) => ({ at: 0, method: 'GET', url, type: 'fetch', fromServiceWorker: false });
  const scope = scopeOf({
    visited: 'https://app.example.test/',
    evidence: {
      requests: [request('https://cdn.other.test/x.js')],
      sockets: [{ at: 0, url: 'ws://inner.test:6001/', frames: [] }],
      page: { url: 'https://app.example.test/', title: '', text: '', hooks: {}, serviceWorker: false },
    },
    rules: [],
    named: ['named.test'],
    pageAddress: '203.0.113.9',
  });
  const tcp = (host: string) => scope.refusal({ ask: 'tcp', host, port: 443 });
  for (const host of ['app.example.test', 'api.example.test', 'cdn.other.test', 'inner.test', 'named.test'])
    expect(tcp(host), host).toBeUndefined();
  expect(tcp('stranger.test')?.because).toContain('does not contact stranger.test');
  const from = (url: string, origin: string | null) => scope.refusal({ ask: 'handshake', url, origin });
  expect(from('wss://api.example.test/', 'http://localhost:3000')).toBeUndefined();
  expect(from('wss://cdn.other.test/', 'https://app.example.test')).toBeUndefined();
  expect(from('wss://cdn.other.test/', null)).toBeUndefined();
  expect(from('wss://cdn.other.test/', 'http://localhost:3000')?.because).toContain(
    'only to hosts that the user names',
  );
  expect(scope.addressRefusal('inner.test', '10.0.0.5')?.remedy).toContain('--internal inner.test');
  expect(scope.addressRefusal('named.test', '10.0.0.5')).toBeUndefined();
  expect(scope.addressRefusal('cdn.other.test', '198.51.100.7')).toBeUndefined();
});
