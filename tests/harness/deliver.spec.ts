// Publishing waits until a page can show a message in one way only.
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { BrowserPool, newVisitor, visit, type Visitor } from '../../harness/browser/visitor.ts';
import type { Topology } from '../../harness/scenario/schema.ts';
import { deliver } from '../../harness/suite/deliver.ts';
import { watchUntil } from '../../harness/suite/watch.ts';
import { expect, test } from './support/test.ts';

/** A page that shows what its socket brings, asks for something, and says to the server when it has the answer. */
const pageThatAsks = (path: string, has: string): string =>
  `<!doctype html><link rel="icon" href="data:,"><ul></ul><script>
  const socket = new WebSocket('ws://' + location.host + '/live');
  socket.onmessage = ({ data }) => document.querySelector('ul').append(data);
  fetch('${path}').then((answer) => ${has});
</script>`;

/** What is published by the servers of this file. */
type Publish = (text: string) => Promise<void>;

interface Served {
  visitor: Visitor;
  /** Sends a text to the open page. */
  send: (text: string) => void;
  /** The page has said that it has its answer. */
  answered: Promise<void>;
}

/** Serves a page and its socket, and gives a browser that can open it. */
async function serve(
  page: string,
  answer: http.RequestListener,
  use: (served: Served) => Promise<void>,
): Promise<void> {
  const sockets = new WebSocketServer({ noServer: true });
  const answered = new Promise<void>((resolve) => {
    sockets.on('connection', (socket) => socket.once('message', () => resolve()));
  });
  const server = http.createServer((request, response) => {
    if (request.url === '/') response.writeHead(200, { 'Content-Type': 'text/html' }).end(page);
    else answer(request, response);
  });
  server.on('upgrade', (request, socket, head) => {
    sockets.handleUpgrade(request, socket, head, (client) => sockets.emit('connection', client, request));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const pool = new BrowserPool({ flags: [], env: {}, store: false });
  try {
    const rule = { host: 'notes.example.test', port: 80, to: { address: '127.0.0.1', port } };
    const visitor = await newVisitor(await pool.for([rule]));
    await visit(visitor, 'http://notes.example.test/', 1500);
    const send = (text: string): void => {
      for (const socket of sockets.clients) socket.send(text);
    };
    await use({ visitor, send, answered });
    await visitor.context.close();
  } finally {
    await pool.close();
    for (const client of sockets.clients) client.terminate();
    sockets.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** What becomes of one message. */
async function outcome(visitor: Visitor, publish: Publish): Promise<unknown> {
  const channel = { publish: (_reach: unknown, text: string) => publish(text).then(() => ({ ok: true })) };
  const topology = { graceMs: 1000, controlMs: 1000, channels: { notes: channel } } as unknown as Topology;
  const delivery = await deliver(topology, {} as never, [visitor], {
    moments: ['any'],
    expected: { notes: 'live' },
    alive: true,
    patience: { dataArrives: false },
    beforeReload: async () => undefined,
  });
  return delivery.notes?.outcome;
}

/** Longer, in ms, than a page is taken to be busy with a request. */
const SLOW_MS = 3000;

test('a message is live, although an answer to an earlier request was long under way', async () => {
  let answer = (): void => undefined;
  const slow: http.RequestListener = (_request, response) => {
    const timer = setTimeout(() => answer(), SLOW_MS);
    answer = () => {
      clearTimeout(timer);
      response.end('{}');
    };
  };
  await serve(pageThatAsks('/slow', "socket.send('answered')"), slow, async ({ visitor, send, answered }) => {
    // The worst moment: the slow answer comes after the message was published, and before its frame.
    const published = outcome(visitor, async (text) => {
      answer();
      await answered;
      send(text);
    });
    expect(await published).toBe('live');
  });
});

for (const [what, told, way] of [
  ['another message', () => 'of another channel', 'live'],
  ['the same message', (text: string) => `with ${text} in it`, 'refetched'],
] as const) {
  test(`a message that comes in a frame while an answer begins, which then tells ${what}: ${way}`, async () => {
    let poll: http.ServerResponse | undefined;
    const held: http.RequestListener = (_request, response) => {
      poll = response;
    };
    const page = pageThatAsks('/poll?transport=polling', "(socket.send('begun'), answer.text())");
    await serve(page, held, async ({ visitor, send, answered }) => {
      const published = outcome(visitor, async (text) => {
        poll?.writeHead(200, { 'Content-Type': 'text/plain' }).write('Told: ');
        await answered;
        send(text);
        // The page has shown it by then.
        setTimeout(() => poll?.end(told(text)), 300);
      });
      expect(await published).toBe(way);
    });
  });
}

test('a visit of bounded time does not end on what a late page has only just asked for', async () => {
  const page = `<!doctype html><link rel="icon" href="data:,"><script>
    setInterval(() => fetch('/tick'), 100);
    setTimeout(() => fetch('/silent').catch(() => {}), 400);
  </script>`;
  const answer: http.RequestListener = ({ url }, response) => {
    if (url === '/tick') response.end();
  };
  await serve(page, answer, async ({ visitor }) => {
    await visit(visitor, 'http://notes.example.test/', 600);
    const { duration, requests } = await visitor.recorder.evidence('http://notes.example.test/');
    const silent = requests.findLast(({ url }) => url.endsWith('/silent'));
    expect(duration - (silent?.at ?? Infinity)).toBeGreaterThan(1400);
  });
});

test('what a page begins late is watched until it has ended or was silent for long', async () => {
  const page = `<!doctype html><link rel="icon" href="data:,"><script>
    setTimeout(() => { fetch('/slow'); fetch('/silent').catch(() => {}); }, 1200);
  </script>`;
  const answer: http.RequestListener = ({ url }, response) => {
    if (url === '/slow') setTimeout(() => response.writeHead(503).end(), 500);
  };
  await serve(page, answer, async ({ visitor }) => {
    const { evidence } = await watchUntil(visitor, {
      url: 'http://notes.example.test/',
      topology: {},
      missing: ({ requests }) => (requests.length === 3 ? undefined : 'two requests'),
    });
    const [, slow, silent] = evidence.requests;
    expect(slow?.status).toBe(503);
    expect(evidence.duration - (silent?.at ?? 0)).toBeGreaterThan(1400);
  });
});
