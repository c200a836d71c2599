// Publishing waits until a page can show a message in one way only.
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { BrowserPool, newVisitor, visit } from '../../harness/browser/visitor.ts';
import type { Topology } from '../../harness/scenario/schema.ts';
import { deliver } from '../../harness/suite/deliver.ts';
import { expect, test } from './support/test.ts';

const PAGE = `<!doctype html><link rel="icon" href="data:,"><ul></ul><script>
  const socket = new WebSocket('ws://' + location.host + '/live');
  socket.onmessage = ({ data }) => document.querySelector('ul').append(data);
  fetch('/slow').then(() => socket.send('answered'));
</script>`;

/** Longer, in ms, than a page is taken to be busy with a request. */
const SLOW_MS = 3000;

test('a message is live, although an answer to an earlier request was long under way', async () => {
  const sockets = new WebSocketServer({ noServer: true });
  let answer = (): void => undefined;
  /** The page has the slow answer. */
  const answered = new Promise<void>((resolve) => {
    sockets.on('connection', (socket) => socket.once('message', () => resolve()));
  });
  const server = http.createServer((request, response) => {
    if (request.url !== '/slow') {
      response.writeHead(200, { 'Content-Type': 'text/html' }).end(PAGE);
      return;
    }
    const timer = setTimeout(() => answer(), SLOW_MS);
    answer = () => {
      clearTimeout(timer);
      response.end('{}');
    };
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
    await visit(visitor, 'http://notes.example.test/');
    // The worst moment: the slow answer comes after the message was published, and before its frame.
    const publish = async (_reach: unknown, text: string): Promise<{ ok: boolean }> => {
      answer();
      await answered;
      for (const socket of sockets.clients) socket.send(text);
      return { ok: true };
    };
    const topology = { graceMs: 1000, controlMs: 1000, channels: { notes: { publish } } } as unknown as Topology;
    const delivery = await deliver(topology, {} as never, [visitor], {
      moments: ['any'],
      expected: { notes: 'live' },
      alive: true,
      patience: { dataArrives: false },
      beforeReload: async () => undefined,
    });
    expect(delivery.notes?.outcome).toBe('live');
    await visitor.context.close();
  } finally {
    await pool.close();
    sockets.close();
    for (const client of sockets.clients) client.terminate();
    await new Promise((resolve) => server.close(resolve));
  }
});
