// What the web workers of a page do on the network stands in the evidence like what the page itself does.
import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { CDPSession, Page } from '@playwright/test';
import type { Evidence } from '../../harness/browser/evidence.ts';
import { WorkerWatch } from '../../harness/browser/workers.ts';
import { SITE, test, WIRE } from './support/sites.ts';
import { expect } from './support/test.ts';

test.use({ trace: 'off', screenshot: 'off' });

const script = (response: ServerResponse, text: string): void => {
  response.writeHead(200, { 'content-type': 'text/javascript' }).end(text);
};

const own = ({ requests }: Evidence): Evidence['requests'] => requests.filter(({ type }) => type !== 'document');

test('a socket and a request of a worker, beside one of the page to the same address', async ({ sites, visitor }) => {
  sites.on('/worker.js', (_request, response) => {
    script(
      response,
      `const socket = new WebSocket('${SITE.replace('http', 'ws')}/live'); socket.onopen = () => socket.send('from worker'); fetch('/data');`,
    );
  });
  sites.on('/data', (_request, response) => response.writeHead(503, { 'content-type': 'text/plain' }).end('not now'));
  sites.onSocket('/live', (socket) => {
    socket.send('hello');
  });
  const url = SITE + sites.page(`new WebSocket('${SITE.replace('http', 'ws')}/live'); new Worker('/worker.js')`);
  await visitor.page.goto(url);
  await visitor.recorder.until(
    ({ requests, sockets }) =>
      requests.filter(({ finishedAt }) => finishedAt !== undefined).length === 3 &&
      sockets.flatMap(({ frames }) => frames).length === 3,
    10_000,
  );
  const evidence = await visitor.recorder.evidence(url);
  expect(own(evidence)).toMatchObject([
    { url: `${SITE}/worker.js`, type: 'script', status: 200 },
    { url: `${SITE}/data`, type: 'fetch', status: 503, mimeType: 'text/plain', body: 'not now' },
  ]);
  expect(evidence.sockets.map(({ frames }) => frames.map(({ text }) => text))).toEqual([
    ['hello'],
    expect.arrayContaining(['hello', 'from worker']),
  ]);
  for (const socket of evidence.sockets) expect(socket).toMatchObject({ url: `${SITE.replace('http', 'ws')}/live` });
  expect(evidence.sockets.every(({ openedAt }) => openedAt !== undefined)).toBe(true);
});

/** A socket as Playwright tells of it. */
class TellingSocket extends EventEmitter {
  url = (): string => 'ws://site.test/live';
  sent(payload: string): void {
    this.emit('framesent', { payload });
  }
}

test('on a slow machine Playwright tells of a worker before a socket of the page: each keeps its own frames', async () => {
  const page = new EventEmitter();
  const cdp = Object.assign(new EventEmitter(), { send: () => Promise.resolve() });
  const said: string[] = [];
  const watch = new WorkerWatch(page as unknown as Page, cdp as unknown as CDPSession, {
    now: () => 0,
    touch: () => undefined,
    loaded: () => undefined,
    socket: () => said.push('a socket'),
    request: () => undefined,
    frame: (_reading, _direction, text) => said.push(text),
  });
  await watch.attach();
  const [ofPage, ofWorker] = [new TellingSocket(), new TellingSocket()];
  watch.own('ws://site.test/live');
  page.emit('worker', { url: () => 'http://site.test/worker.js' });
  page.emit('websocket', ofPage);
  page.emit('websocket', ofWorker);
  ofPage.sent('from page');
  ofWorker.sent('from worker');
  await expect.poll(() => said).toEqual(['a socket', 'from worker']);
});

test('a quiet socket of a worker is open; one that is refused says how', async ({ sites, visitor }) => {
  sites.on('/worker.js', (_request, response) => {
    script(
      response,
      `setTimeout(() => new WebSocket('${SITE.replace('http', 'ws')}/quiet'), 300); setTimeout(() => new WebSocket('${WIRE.replace('http', 'ws')}/no'), 800)`,
    );
  });
  sites.onSocket('/quiet', () => undefined);
  sites.onWire('/no', (connection) => connection.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n'));
  const url = SITE + sites.page(`new Worker('/worker.js')`);
  await visitor.page.goto(url);
  await visitor.recorder.until(
    ({ sockets }) => sockets[0]?.openedAt !== undefined && sockets[1]?.closedAt !== undefined,
    10_000,
  );
  const { sockets } = await visitor.recorder.evidence(url);
  expect(sockets).toMatchObject([
    { openedAt: expect.any(Number) },
    { error: 'Error during WebSocket handshake: Unexpected response code: 403', closedAt: expect.any(Number) },
  ]);
});
