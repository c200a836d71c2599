import https from 'node:https';
import type { Duplex } from 'node:stream';
import type http from 'node:http';
import { Server as SocketIo } from 'socket.io';
import { html, rawPage, socketIoPage, ssePage } from './pages.ts';
import { Chat, endpoint, express404, goMux, json, routes, socketIoClient, stream } from './servers.ts';
import type { Unseen } from './unseen.ts';

const HOST = 'desk.example.test';
const API = 'api.example.test';
const HOME = `http://${HOST}/`;

/** Faults of pages, and requests that the browser blocks. */
export const pages: readonly Unseen[] = [
  {
    name: 'cache that hands out its copy whatever it is asked for',
    expect: 'page-stale-cache',
    async start(world) {
      const { server, port } = await world.http((request, response) => {
        const copy = request.url === '/';
        response.setHeader('X-Cache-Status', copy ? 'HIT' : 'MISS');
        routes({ '/': rawPage(copy ? `'ws://${HOST}:8081/live'` : "'ws://' + location.host + '/live'") })(
          request,
          response,
        );
      });
      endpoint(server, '/live', (socket) => {
        new Chat().join(socket);
      });
      world.route(HOST, 80, port);
      world.route(HOST, 8081, await world.closedPort());
      return { url: HOME };
    },
  },
  {
    name: 'policy forbids the socket of another host',
    expect: 'csp-blocks-connect',
    async start(world) {
      const chat = new Chat();
      const { port } = await world.http((request, response) => {
        response.setHeader('Content-Security-Policy', "default-src 'self' 'unsafe-inline'; connect-src 'self'");
        routes({ '/': rawPage(`'ws://${API}/live'`), '/api/orders': json([]) })(request, response);
      });
      const api = await world.http(routes({}));
      endpoint(api.server, '/live', (socket) => {
        chat.join(socket);
      });
      world.route(HOST, 80, port);
      world.route(API, 80, api.port);
      return { url: HOME };
    },
  },
  {
    name: 'policy in a meta element forbids the event stream',
    expect: 'csp-blocks-connect',
    async start(world) {
      const page = ssePage(`'http://${API}/events'`).replace(
        '<meta charset',
        `<meta http-equiv="Content-Security-Policy" content="connect-src https:"><meta charset`,
      );
      const { port } = await world.http(routes({ '/': page }));
      const api = await world.http(routes({ '/events': stream() }));
      world.route(HOST, 80, port);
      world.route(API, 80, api.port);
      return { url: HOME };
    },
  },
  {
    name: 'public page, socket in the local network',
    expect: 'local-network-access',
    async start(world) {
      const chat = new Chat();
      const { port } = await world.http((request, response) => {
        response.setHeader('Content-Security-Policy', 'treat-as-public-address');
        routes({ '/': rawPage("'ws://printer.example.test:9100/live'") })(request, response);
      });
      const local = await world.http(routes({}));
      endpoint(local.server, '/live', (socket) => {
        chat.join(socket);
      });
      world.route(HOST, 80, port);
      world.route('printer.example.test', 9100, local.port);
      return { url: HOME };
    },
  },
  {
    name: 'HTTPS page with a plain socket',
    expect: 'mixed-content',
    async start(world, authority) {
      const server = https.createServer(
        (await authority?.issue([HOST])) ?? {},
        routes({ '/': rawPage(`'ws://${API}/live'`) }),
      );
      world.route(HOST, 443, await world.listen(server));
      const api = await world.http(routes({}));
      endpoint(api.server, '/live', (socket) => {
        new Chat().join(socket);
      });
      world.route(API, 80, api.port);
      return { url: `https://${HOST}/` };
    },
  },
  {
    name: 'HSTS of a former visit turns ws into wss',
    expect: 'hsts-upgrade',
    async start(world, authority) {
      const pems = (await authority?.issue([HOST])) ?? {};
      const secure = https.createServer(pems, (_request, response) => {
        response
          .writeHead(200, {
            'Strict-Transport-Security': 'max-age=3600',
            'Access-Control-Allow-Origin': '*',
            'Content-Type': 'text/plain',
          })
          .end('ok');
      });
      const page = rawPage(`'ws://${HOST}:9000/live'`).replace(
        'connect();\n',
        `fetch('https://${HOST}/hello').finally(connect);\n`,
      );
      const { port } = await world.http(routes({ '/': page }));
      const live = await world.http(routes({}));
      endpoint(live.server, '/live', (socket) => {
        new Chat().join(socket);
      });
      world.route(HOST, 80, port);
      world.route(HOST, 443, await world.listen(secure));
      world.route(HOST, 9000, live.port);
      return { url: HOME };
    },
  },
  {
    name: 'service worker keeps an old shell',
    expect: 'page-stale-cache',
    async start(world) {
      const chat = new Chat();
      const worker = `const OLD = ${JSON.stringify(html("navigator.serviceWorker.register('/sw.js'); const s = new WebSocket('ws://old.example.test/live'); s.onclose = () => state('disconnected');"))};
self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(clients.claim()));
self.addEventListener('fetch', (event) => { if (event.request.mode === 'navigate') event.respondWith(new Response(OLD, { headers: { 'Content-Type': 'text/html' } })); });`;
      const { server, port } = await world.http(
        routes({
          '/': rawPage("'ws://' + location.host + '/live'", {
            more: "navigator.serviceWorker && navigator.serviceWorker.register('/sw.js');",
          }),
          '/sw.js': (_request, response) =>
            void response.writeHead(200, { 'Content-Type': 'text/javascript' }).end(worker),
        }),
      );
      endpoint(server, '/live', (socket) => {
        chat.join(socket);
      });
      world.rules.push({ host: 'localhost', port: 8123, to: { address: '127.0.0.1', port } });
      return { url: 'http://localhost:8123/' };
    },
  },
  {
    name: 'cache in front hands out the page of last week',
    expect: 'page-stale-cache',
    async start(world) {
      const chat = new Chat();
      const app = routes({ '/': rawPage("'ws://' + location.host + '/live'") });
      const { server, port } = await world.http((request, response) => {
        const fresh =
          /no-cache/.test(request.headers['cache-control'] ?? '') &&
          request.headers['user-agent']?.includes('Chrome') !== true;
        if (!fresh && request.url === '/') {
          response
            .writeHead(200, { 'Content-Type': 'text/html', Age: '604800', 'X-Cache': 'HIT' })
            .end(rawPage(`'ws://old-desk.example.test/live'`));
          return;
        }
        app(request, response);
      });
      endpoint(server, '/live', (socket) => {
        chat.join(socket);
      });
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'address of the developer in the bundle',
    expect: 'bundle-localhost',
    async start(world) {
      const { port } = await world.http(
        routes({
          '/': html('', { head: '<script src="/main.9f2.js" defer></script>' }),
          '/main.9f2.js': (_q, r) =>
            void r
              .writeHead(200, { 'Content-Type': 'text/javascript' })
              .end('const s=new WebSocket("ws://localhost:4999/live");s.onclose=()=>state("offline")'),
        }),
      );
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'name of the container in the bundle',
    expect: 'bundle-wrong-host',
    async start(world) {
      const { port } = await world.http(routes({ '/': rawPage("'ws://backend:3000/live'") }));
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'socket of the front end’s host, API elsewhere',
    expect: 'bundle-wrong-host',
    async start(world) {
      const page = rawPage("'ws://' + location.host + '/live'", {
        more: `fetch('http://${API}/api/orders').then((a) => a.json());`,
      });
      const { port } = await world.http(
        routes({ '/': page, '*': (_q, r) => void r.writeHead(200, { 'Content-Type': 'text/html' }).end(page) }),
      );
      const api = await world.http(routes({ '/api/orders': json([], 200, { 'Access-Control-Allow-Origin': '*' }) }));
      endpoint(api.server, '/live', (socket) => {
        new Chat().join(socket);
      });
      world.route(HOST, 80, port);
      world.route(API, 80, api.port);
      return { url: HOME };
    },
  },
  {
    name: 'port of another service',
    expect: 'bundle-wrong-port',
    async start(world) {
      const { server, port } = await world.http(
        routes({ '/': rawPage(`'ws://${HOST}:8080/live'`), '/api/orders': json([]) }),
      );
      endpoint(server, '/live', (socket) => {
        new Chat().join(socket);
      });
      const metrics = await world.http(
        (request, response) =>
          void response
            .writeHead(request.url === '/metrics' ? 200 : 404, { 'Content-Type': 'text/plain' })
            .end(request.url === '/metrics' ? 'up 1\n' : '404 page not found\n'),
      );
      world.route(HOST, 80, port);
      world.route(HOST, 8080, metrics.port);
      return { url: HOME };
    },
  },
  {
    name: "port of the metrics of the same program, in Go's own words",
    expect: 'bundle-wrong-port',
    async start(world) {
      const { server, port } = await world.http(
        routes({ '/': rawPage(`'ws://${HOST}:8080/live'`), '/api/orders': json([]) }),
      );
      endpoint(server, '/live', (socket) => {
        new Chat().join(socket);
      });
      const metrics = await world.http(goMux({ '/metrics': json({ up: 1 }) }));
      world.route(HOST, 80, port);
      world.route(HOST, 8080, metrics.port);
      return { url: HOME };
    },
  },
  {
    name: 'variable that was not set, in the path',
    expect: 'bundle-variable-unset',
    async start(world) {
      const { port } = await world.http(routes({ '/': rawPage("'undefined/live'") }));
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'variable that was not set, as the host of Socket.IO',
    expect: 'bundle-variable-unset',
    async start(world) {
      const { port } = await world.http(
        routes({ '/': socketIoPage("'http://undefined'", '{}'), '/client.js': socketIoClient }),
      );
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'key that was not set: nothing is ever tried',
    expect: 'bundle-variable-unset',
    async start(world) {
      const bundle =
        'const env={VITE_PUSHER_APP_KEY:"",VITE_PUSHER_HOST:""};if(env.VITE_PUSHER_APP_KEY){const s=new WebSocket("ws://"+location.host+"/app/"+env.VITE_PUSHER_APP_KEY);s.onopen=()=>s.send(JSON.stringify({event:"pusher:subscribe"}))}else{document.getElementById("state").textContent="offline"}';
      const { port } = await world.http(
        routes({
          '/': html('', { head: '<script src="/app.js" defer></script>' }),
          '/app.js': (_q, r) => void r.writeHead(200, { 'Content-Type': 'text/javascript' }).end(bundle),
        }),
      );
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'configuration was changed, bundle was not built',
    expect: 'bundle-stale',
    async start(world) {
      const live = await world.http(routes({}));
      endpoint(live.server, '/live', (socket) => {
        new Chat().join(socket);
      });
      const { port } = await world.http(
        routes({
          '/': html('', { head: '<script src="/main.js" defer></script>' }),
          '/main.js': (_q, r) =>
            void r
              .writeHead(200, { 'Content-Type': 'text/javascript' })
              .end('const s=new WebSocket("ws://rt-old.example.test/live");s.onclose=()=>state("offline")'),
          '/config.json': json({ wsUrl: 'ws://rt.example.test/live' }),
          '*': express404,
        }),
      );
      world.route(HOST, 80, port);
      world.route('rt.example.test', 80, live.port);
      return { url: HOME };
    },
  },
  {
    name: 'effect that runs on every render',
    expect: 'client-effect-churn',
    async start(world) {
      const page = html(
        "let s; setInterval(() => { if (s) s.close(); s = new WebSocket('ws://' + location.host + '/live'); }, 60);",
      );
      const { server, port } = await world.http(routes({ '/': page }));
      endpoint(server, '/live', (socket) => {
        new Chat().join(socket);
      });
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'server restarts once, page never comes back',
    expect: 'client-no-reconnect',
    async start(world) {
      let restarted = false;
      const { server, port } = await world.http(
        routes({ '/': rawPage("'ws://' + location.host + '/live'", { reconnect: false }) }),
      );
      endpoint(server, '/live', (socket) => {
        new Chat().join(socket);
        if (!restarted)
          setTimeout(() => {
            restarted = true;
            socket.close(1012, 'service restart');
          }, 1200);
      });
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'connection is lost without a word, page never comes back',
    expect: 'client-no-reconnect',
    async start(world) {
      let lost = false;
      const { server, port } = await world.http(
        routes({ '/': rawPage("'ws://' + location.host + '/live'", { reconnect: false }) }),
      );
      endpoint(server, '/live', (socket) => {
        new Chat().join(socket);
        if (!lost)
          setTimeout(() => {
            lost = true;
            socket.terminate();
          }, 1500);
      });
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'plain WebSocket page, Socket.IO server',
    expect: 'client-protocol-mismatch',
    async start(world) {
      const { server, port } = await world.http(routes({ '/': rawPage("'ws://' + location.host + '/ws'") }));
      const io = new SocketIo(server);
      world.onStop(() => void io.close());
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'Socket.IO page, plain WebSocket server',
    expect: 'client-protocol-mismatch',
    async start(world) {
      const { port } = await world.http(
        routes({ '/': socketIoPage(`'http://${API}'`, "{ transports: ['websocket'] }"), '/client.js': socketIoClient }),
      );
      const api = await world.http(
        (_q, r) => void r.writeHead(426, { 'Content-Type': 'text/plain' }).end('Upgrade Required'),
      );
      endpoint(api.server, '/socket.io/', (socket) => {
        new Chat().join(socket);
      });
      world.route(HOST, 80, port);
      world.route(API, 80, api.port);
      return { url: HOME };
    },
  },
  {
    name: 'Socket.IO 2 page, Socket.IO 4 server',
    expect: 'client-protocol-mismatch',
    async start(world) {
      const page = html(
        "fetch('/socket.io/?EIO=3&transport=polling&t=a1').then((a) => { if (!a.ok) state('xhr poll error'); });",
      );
      const { server, port } = await world.http(routes({ '/': page }));
      const io = new SocketIo(server);
      world.onStop(() => void io.close());
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'WebSocket page, event stream server',
    expect: 'client-protocol-mismatch',
    async start(world) {
      const { port } = await world.http(
        routes({ '/': rawPage("'ws://' + location.host + '/events'"), '/events': stream() }),
      );
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'event stream page, JSON endpoint',
    expect: 'client-protocol-mismatch',
    async start(world) {
      const { port } = await world.http(routes({ '/': ssePage("'/events'"), '/events': json([]) }));
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'event under another name',
    expect: 'event-name-mismatch',
    async start(world) {
      const page = html(`const s = new WebSocket('ws://' + location.host + '/live');
s.onopen = () => state('connected');
s.onmessage = (e) => { const m = JSON.parse(e.data); if (m.type === 'order.created') show(m.text); };`);
      const chat = new Chat();
      const { server, port } = await world.http(
        routes({
          '/': page,
          '/say': (q, r) => (
            chat.say(new URL(q.url ?? '', 'http://x').searchParams.get('text') ?? '', 'order:created'),
            void r.end('{"ok":true}')
          ),
        }),
      );
      endpoint(server, '/live', (socket) => {
        chat.join(socket);
      });
      world.route(HOST, 80, port);
      return { url: HOME, publish: `curl -s "http://127.0.0.1:${port}/say?text=$SINTOMA_NONCE"` };
    },
  },
  {
    name: 'method under another name, invoked with a text of its own',
    expect: 'event-name-mismatch',
    async start(world) {
      const page = html(`const handlers = { orderCreated: (order) => show(order) };
const s = new WebSocket('ws://' + location.host + '/hub');
s.onopen = () => s.send('{"protocol":"json","version":1}\\u001e');
s.onmessage = (e) => { for (const part of e.data.split('\\u001e')) { if (part === '' || part === '{}') continue; const m = JSON.parse(part); if (m.type === 1) handlers[m.target]?.(...m.arguments); } };`);
      const clients = new Set<{ send: (text: string) => void }>();
      const { server, port } = await world.http(
        routes({
          '/': page,
          '/say': (_q, r) => {
            const frame = { type: 1, target: 'OrderCreated', arguments: ['A new order from Lisbon'] };
            for (const client of clients) client.send(`${JSON.stringify(frame)}\u001e`);
            r.end('ok');
          },
        }),
      );
      endpoint(server, '/hub', (socket) => {
        socket.on('message', () => {
          socket.send('{}\u001e');
          clients.add(socket);
        });
      });
      world.route(HOST, 80, port);
      return { url: HOME, publish: `curl -s http://127.0.0.1:${port}/say` };
    },
  },
  {
    name: 'page shows another room',
    expect: 'client-ui-filter',
    async start(world) {
      const page = html(`const s = new WebSocket('ws://' + location.host + '/live'); const room = 'second';
s.onopen = () => state('connected');
s.onmessage = (e) => { const m = JSON.parse(e.data); if (m.type === 'message' && m.room === room) show(m.text); };`);
      const chat = new Chat();
      const { server, port } = await world.http(routes({ '/': page, '/say': chat.publish }));
      endpoint(server, '/live', (socket) => {
        chat.join(socket);
      });
      world.route(HOST, 80, port);
      return { url: HOME, publish: `curl -s "http://127.0.0.1:${port}/say?text={nonce}"` };
    },
  },
  {
    name: 'WebSocket first, a proxy without upgrade, polling never tried',
    expect: 'transport-no-fallback',
    async start(world) {
      const app = await world.http(
        routes({ '/': socketIoPage("''", "{ transports: ['websocket', 'polling'] }"), '/client.js': socketIoClient }),
      );
      const io = new SocketIo(app.server);
      world.onStop(() => void io.close());
      const { request } = await import('node:http');
      const proxy = await world.http((incoming, outgoing) => {
        forward(request, app.port, incoming, outgoing);
      });
      proxy.server.on('upgrade', (incoming: http.IncomingMessage, socket: Duplex) => {
        const { connection: _connection, upgrade: _upgrade, ...headers } = incoming.headers;
        request({ port: app.port, path: incoming.url, headers }, (answer) => {
          socket.write(
            `HTTP/1.1 ${answer.statusCode} x\r\nContent-Type: ${answer.headers['content-type']}\r\nConnection: close\r\n\r\n`,
          );
          answer.pipe(socket);
        }).end();
      });
      world.route(HOST, 80, proxy.port);
      return { url: HOME };
    },
  },
];

function forward(
  request: typeof http.request,
  port: number,
  incoming: http.IncomingMessage,
  outgoing: http.ServerResponse,
): void {
  const passed = request(
    { port, method: incoming.method ?? 'GET', path: incoming.url ?? '/', headers: incoming.headers },
    (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    },
  );
  passed.on('error', () => outgoing.writeHead(502).end());
  incoming.pipe(passed);
}
