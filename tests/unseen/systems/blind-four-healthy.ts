/** Systems that work by a design that looks like a fault. Their author knew no rule of the diagnosis. */
import type http from 'node:http';
import https from 'node:https';
import { plain, sayer } from './blind-servers.ts';
import { html } from './pages.ts';
import { UPGRADE, nginx } from './proxies.ts';
import { Chat, endpoint, express404, json, routes, textOf } from './servers.ts';
import type { Unseen } from './unseen.ts';

const HOST = 'board.example.test';
const HOME = `http://${HOST}/`;

/** Event streams that are open, and a handler that opens one more. */
class Streams {
  private readonly open = new Set<http.ServerResponse>();

  readonly join = (_request: http.IncomingMessage, response: http.ServerResponse): void => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' });
    response.write(': hello\n\n');
    this.open.add(response);
    response.once('close', () => this.open.delete(response));
  };

  write(text: string): void {
    for (const response of this.open) response.write(text);
  }
}

export const blindFourHealthy: readonly Unseen[] = [
  {
    name: 'service worker fetches everything for its page, also the event stream, and a file that it wants to keep is gone',
    expect: 'healthy',
    async start(world, authority) {
      if (!authority) throw new Error('no authority');
      const { cert, key } = await authority.issue([HOST]);
      const streams = new Streams();
      const worker = `self.addEventListener('install', (event) => {
  event.waitUntil(caches.open('v7').then((cache) => cache.addAll(['/', '/icons/old.svg'])).catch((error) => console.error('precaching failed', error)));
  self.skipWaiting();
});
self.addEventListener('activate', (event) => event.waitUntil(clients.claim()));
self.addEventListener('fetch', (event) => { if (event.request.method === 'GET') event.respondWith(fetch(event.request)); });`;
      const page = html(`navigator.serviceWorker.register('/sw.js');
navigator.serviceWorker.ready.then(() => {
  const source = new EventSource('/events');
  source.onopen = () => state('connected');
  source.onmessage = ({ data }) => show(JSON.parse(data).text);
});`);
      const listener = routes({
        '/': page,
        '/sw.js': (_request, response) =>
          void response.writeHead(200, { 'Content-Type': 'text/javascript' }).end(worker),
        '/events': streams.join,
        '/say': sayer((text) => {
          streams.write(`data: ${JSON.stringify({ text })}\n\n`);
        }),
        '*': express404,
      });
      const port = await world.listen(https.createServer({ cert, key }, listener));
      world.route(HOST, 443, port);
      return { url: `https://${HOST}/`, publish: `curl -sk "https://127.0.0.1:${port}/say?text={nonce}"` };
    },
  },
  {
    name: 'trial of a service for feature flags has ended, so its stream is refused, and the STOMP of the page works',
    expect: 'healthy',
    async start(world) {
      const subscribers = new Set<(text: string) => void>();
      const { server, port } = await world.http(
        routes({
          '/': html(
            `const socket = new WebSocket('ws://' + location.host + '/stomp', ['v12.stomp']);
const frame = (...lines) => socket.send(lines.join('\\n') + '\\n\\n\\0');
socket.onopen = () => frame('CONNECT', 'accept-version:1.2', 'heart-beat:0,0');
socket.onmessage = ({ data }) => {
  if (data.startsWith('CONNECTED')) { state('connected'); frame('SUBSCRIBE', 'id:0', 'destination:/topic/board'); }
  if (data.startsWith('MESSAGE')) show(data.slice(data.indexOf('\\n\\n') + 2, -1));
};`,
            { head: '<script async src="http://cdn.flagpost.test/sdk.js"></script>' },
          ),
          '/say': sayer((text) => {
            for (const send of subscribers) send(text);
          }),
        }),
      );
      endpoint(server, '/stomp', (socket) => {
        const send = (text: string): void => {
          socket.send(`MESSAGE\ndestination:/topic/board\nmessage-id:1\nsubscription:0\n\n${text}\0`);
        };
        socket.on('message', (data) => {
          if (textOf(data).startsWith('CONNECT')) socket.send('CONNECTED\nversion:1.2\nheart-beat:0,0\n\n\0');
          else subscribers.add(send);
        });
        socket.once('close', () => subscribers.delete(send));
      });
      world.route(HOST, 80, port);
      const sdk = `(() => { let wait = 1000;
  (function listen() {
    const source = new EventSource('http://stream.flagpost.test/all/env-4417');
    source.onerror = () => { source.close(); console.warn('[flagpost] stream failed, next try in ' + wait + ' ms'); setTimeout(listen, wait); wait *= 2; };
  })();
})();`;
      const vendor = await world.http(
        routes({
          '/sdk.js': (_request, response) =>
            void response.writeHead(200, { 'Content-Type': 'text/javascript' }).end(sdk),
          '*': json({ code: 'trial_ended', message: 'environment env-4417 is not active' }, 401, {
            'Access-Control-Allow-Origin': '*',
          }),
        }),
      );
      for (const name of ['cdn', 'stream']) world.route(`${name}.flagpost.test`, 80, vendor.port);
      return { url: HOME, publish: `curl -s "http://127.0.0.1:${port}/say?text={nonce}"` };
    },
  },
  {
    name: 'tracking of a parcel ends when it has been delivered, and its stream says with 204 not to come back',
    expect: 'healthy',
    async start(world) {
      const stages = ['recolhida', 'em trânsito', 'entregue'];
      const { port } = await world.http(
        routes({
          '/': html(`const source = new EventSource('/encomendas/5512/estado');
source.onopen = () => state('a acompanhar');
source.addEventListener('estado', ({ data }) => show(data));
source.onerror = () => { if (source.readyState === EventSource.CLOSED) state('Encomenda entregue. Obrigado!'); };`),
          '/encomendas/5512/estado': (request, response) => {
            let next = Number(request.headers['last-event-id'] ?? 0);
            if (next >= stages.length) {
              response.writeHead(204).end();
              return;
            }
            response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
            response.write('retry: 400\n\n');
            const timer = setInterval(() => {
              response.write(`id: ${next + 1}\nevent: estado\ndata: ${stages[next]}\n\n`);
              next += 1;
              if (next === stages.length) response.end();
            }, 900);
            response.once('close', () => {
              clearInterval(timer);
            });
          },
        }),
      );
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'page asks who leads before it connects, and its frame has no connection but what the leader tells it',
    expect: 'healthy',
    async start(world) {
      const chat = new Chat();
      const { server, port } = await world.http(
        routes({
          '/': html(
            `const channel = new BroadcastChannel('board');
let follower = false;
channel.onmessage = ({ data }) => { if (data === 'I lead') follower = true; if (data === 'who leads?' && leader) channel.postMessage('I lead'); };
let leader;
channel.postMessage('who leads?');
setTimeout(() => {
  if (follower) return;
  leader = new WebSocket('ws://' + location.host + '/live');
  leader.onopen = () => state('leading');
  leader.onmessage = ({ data }) => { const { text } = JSON.parse(data); if (text) { show(text); channel.postMessage({ text }); } };
}, 800);`,
            { body: '<iframe src="/ticker"></iframe>' },
          ),
          '/ticker': html(
            `new BroadcastChannel('board').onmessage = ({ data }) => { if (data.text) { state('following'); show(data.text); } };`,
            { title: 'Ticker' },
          ),
          '/say': chat.publish,
        }),
      );
      endpoint(server, '/live', (socket) => {
        chat.join(socket);
      });
      world.route(HOST, 80, port);
      return { url: HOME, publish: `curl -s "http://127.0.0.1:${port}/say?text={nonce}"` };
    },
  },
  {
    name: 'SignalR hub offers no WebSockets on purpose, so its client takes server-sent events and warns of it',
    expect: 'healthy',
    async start(world) {
      const streams = new Streams();
      const record = (value: object): string => `data: ${JSON.stringify(value)}\x1e\r\n\r\n`;
      const offer = ['ServerSentEvents', 'LongPolling'].map((transport) => ({ transport, transferFormats: ['Text'] }));
      const { port } = await world.http(
        routes({
          '/': html(`async function start() {
  const negotiation = await fetch('/hubs/board/negotiate?negotiateVersion=1', { method: 'POST' });
  const { connectionToken, availableTransports } = await negotiation.json();
  if (!availableTransports.some(({ transport }) => transport === 'WebSockets'))
    console.error("Failed to start the transport 'WebSockets': 'WebSockets' is not supported by the server.");
  const source = new EventSource('/hubs/board?id=' + connectionToken);
  source.onopen = () => fetch('/hubs/board?id=' + connectionToken, { method: 'POST', body: '{"protocol":"json","version":1}\\x1e' });
  source.onmessage = ({ data }) => {
    const message = JSON.parse(data.replace('\\x1e', ''));
    if (message.type === undefined) state('verbunden');
    if (message.type === 1) show(message.arguments[0]);
  };
}
start();`),
          '/hubs/board/negotiate': json({
            negotiateVersion: 1,
            connectionId: 'c-1',
            connectionToken: 't-1',
            availableTransports: offer,
          }),
          '/hubs/board': (request, response) => {
            if (request.method === 'GET') {
              streams.join(request, response);
              const timer = setInterval(() => response.write(record({ type: 6 })), 2000);
              response.once('close', () => {
                clearInterval(timer);
              });
              return;
            }
            response.writeHead(200).end();
            streams.write(record({}));
          },
          '/say': sayer((text) => {
            streams.write(record({ type: 1, target: 'Neu', arguments: [text] }));
          }),
        }),
      );
      world.route(HOST, 80, port);
      return { url: HOME, publish: `curl -s "http://127.0.0.1:${port}/say?text={nonce}"` };
    },
  },
  {
    name: 'socket of an export reports its progress, is closed by the server when the file is ready, and stays closed',
    expect: 'healthy',
    async start(world) {
      const { server, port } = await world.http(
        routes({
          '/': html(`const socket = new WebSocket('ws://' + location.host + '/exports/88/progress');
socket.onopen = () => state('Export läuft');
socket.onmessage = ({ data }) => { const { percent } = JSON.parse(data); show(percent + ' %'); };
socket.onclose = ({ code, reason }) => state(code === 1000 ? 'Export fertig: ' + reason : 'Export abgebrochen');`),
          '/exports/88/progress': plain(426, 'Upgrade Required'),
          '*': express404,
        }),
      );
      endpoint(server, '/exports/88/progress', (socket) => {
        let percent = 0;
        const timer = setInterval(() => {
          socket.send(JSON.stringify({ percent: (percent += 20) }));
          if (percent === 100) socket.close(1000, '/exports/88/board.csv');
        }, 500);
        socket.once('close', () => {
          clearInterval(timer);
        });
      });
      const front = `location / { ${UPGRADE} proxy_pass http://127.0.0.1:${port}; }`;
      world.route(HOST, 80, await nginx(world, front));
      return { url: HOME };
    },
  },
  {
    name: 'MQTT broker acknowledges a subscription and then answers pings alone, because nobody says anything',
    expect: 'healthy',
    async start(world) {
      const chat = new Chat();
      const topic = 'board/lamps';
      const { server, port } = await world.http(
        routes({
          '/': html(`const socket = new WebSocket('ws://' + location.host + '/mqtt', 'mqtt');
socket.binaryType = 'arraybuffer';
const text = (value) => [0, value.length, ...new TextEncoder().encode(value)];
const packet = (type, body = []) => socket.send(new Uint8Array([type, body.length, ...body]));
socket.onopen = () => packet(0x10, [...text('MQTT'), 4, 2, 0, 60, ...text('board-1')]);
socket.onmessage = ({ data }) => {
  const bytes = new Uint8Array(data);
  const type = bytes[0] >> 4;
  if (type === 2 && bytes[3] === 0) { state('connected'); packet(0x82, [0, 1, ...text('${topic}'), 0]); setInterval(packet, 2500, 0xc0); }
  if (type === 3) show(new TextDecoder().decode(bytes.slice(4 + bytes[3])));
};`),
          '/say': sayer((text) => {
            const body = [0, topic.length, ...Buffer.from(topic), ...Buffer.from(text)];
            for (const client of chat.clients) client.send(Buffer.from([0x30, body.length, ...body]));
          }),
          '*': plain(404, ''),
        }),
      );
      endpoint(server, '/mqtt', (socket) => {
        chat.join(socket, null);
        socket.on('message', (data) => {
          const answers: Record<number, number[]> = { 1: [0x20, 2, 0, 0], 8: [0x90, 3, 0, 1, 0], 12: [0xd0, 0] };
          const answer = answers[(Buffer.isBuffer(data) ? (data[0] ?? 0) : 0) >> 4];
          if (answer) socket.send(Buffer.from(answer));
        });
      });
      world.route(HOST, 80, port);
      return { url: HOME, publish: `curl -s "http://127.0.0.1:${port}/say?text={nonce}"` };
    },
  },
  {
    name: 'page polls with the tag of what it has, is told 304 nearly always, and warns that sockets are switched off',
    expect: 'healthy',
    async start(world) {
      const said = ['primer aviso'];
      const { port } = await world.http(
        routes({
          '/': html(`console.warn('WebSocket desactivado por el administrador: se consulta cada 1,5 s');
let tag;
async function consultar() {
  const answer = await fetch('/avisos', { headers: tag ? { 'If-None-Match': tag } : {}, cache: 'no-store' });
  if (answer.status === 200) {
    tag = answer.headers.get('ETag');
    document.getElementById('list').replaceChildren();
    (await answer.json()).forEach(show);
  }
  state('al día');
}
consultar(); setInterval(consultar, 1500);`),
          '/avisos': (request, response) => {
            const tag = `"${said.length}"`;
            if (request.headers['if-none-match'] === tag) response.writeHead(304, { ETag: tag }).end();
            else json(said, 200, { ETag: tag })(request, response);
          },
          '/say': sayer((text) => {
            said.push(text);
          }),
          '*': express404,
        }),
      );
      world.route(HOST, 80, port);
      return { url: HOME, publish: `curl -s "http://127.0.0.1:${port}/say?text={nonce}"` };
    },
  },
];
