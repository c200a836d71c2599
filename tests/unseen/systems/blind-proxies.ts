/** Real proxies, with the mistakes that their own manuals lead to. Their author knew no rule; the rules were mended by them since. */
import type http from 'node:http';
import { Server as SocketIo } from 'socket.io';
import type { Answer } from './blind-servers.ts';
import { guarded, plain, queryOf, raw } from './blind-servers.ts';
import { html, rawPage, socketIoPage } from './pages.ts';
import { apache, haproxy, nginx, pemFiles, UPGRADE } from './proxies.ts';
import { Chat, endpoint, go404, json, refuseOthers, routeOthers, routes, socketIoClient } from './servers.ts';
import type { Unseen } from './unseen.ts';

const HOST = 'orders.example.test';
const HOME = `http://${HOST}/`;

/** An event at once, and more every so often where a number says so. */
const events =
  (every?: number): Answer =>
  (_request, response) => {
    let count = 0;
    const send = (): void => void response.write(`id: ${(count += 1)}\ndata: {"text":"order ${count}"}\n\n`);
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    response.write('retry: 500\n\n');
    send();
    const timer = every === undefined ? undefined : setInterval(send, every);
    response.once('close', () => {
      clearInterval(timer);
    });
  };

export const blindProxies: readonly Unseen[] = [
  {
    name: 'nginx has the Connection header of the old hosting guide of ASP.NET, in front of a SignalR hub that negotiates well',
    expect: 'proxy-upgrade-missing',
    async start(world) {
      const kestrel = { Server: 'Kestrel' };
      const negotiated = {
        negotiateVersion: 1,
        connectionId: 'kP2w',
        connectionToken: 'Zy8aQ',
        availableTransports: [{ transport: 'WebSockets', transferFormats: ['Text', 'Binary'] }],
      };
      const { server, port } = await world.http(
        routes({
          '/': html(`async function start() {
  const hub = location.origin + '/hubs/orders';
  const { connectionToken } = await (await fetch(hub + '/negotiate?negotiateVersion=1', { method: 'POST' })).json();
  const socket = new WebSocket(hub.replace('http', 'ws') + '?id=' + connectionToken);
  socket.onopen = () => socket.send('{"protocol":"json","version":1}\\x1e');
  socket.onmessage = ({ data }) => state(data.startsWith('{}') ? 'connected' : 'message');
  socket.onclose = () => { state('disconnected'); setTimeout(start, 2000); };
}
start();`),
          '/hubs/orders/negotiate': json(negotiated, 200, kestrel),
          '/hubs/orders': (request, response) => {
            const known = queryOf(request).has('id');
            const text = known
              ? 'LongPolling transport not supported by this end point type'
              : 'Connection ID required';
            plain(known ? 404 : 400, text, kestrel)(request, response);
          },
        }),
      );
      endpoint(server, '/hubs/orders', (socket) => {
        socket.on('message', () => {
          socket.send('{}\x1e');
        });
      });
      const front = `location / { proxy_pass http://127.0.0.1:${port}; proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection keep-alive; proxy_set_header Host $host; proxy_cache_bypass $http_upgrade; }`;
      world.route(HOST, 80, await nginx(world, front));
      return { url: HOME };
    },
  },
  {
    name: 'HAProxy rewrites the path of a live program that was written with its prefix',
    expect: 'proxy-path-stripped',
    async start(world) {
      const page = await world.http(
        routes({ '/': rawPage("'ws://' + location.host + '/realtime/ws'"), '*': plain(404, 'Not here\n') }),
      );
      const program = routes({ '/realtime/healthz': json({ ok: true }), '*': go404 });
      const { server, port } = await world.http(program);
      endpoint(server, '/realtime/ws', (socket) => {
        new Chat().join(socket);
      });
      routeOthers(server, ['/realtime/ws'], program);
      const rest = `  use_backend live if { path_beg /realtime/ }
  default_backend page
backend live
  http-request replace-path /realtime/(.*) /\\1
  server l 127.0.0.1:${port}
backend page
  server p 127.0.0.1:${page.port}`;
      world.route(HOST, 80, await haproxy(world, rest));
      return { url: HOME };
    },
  },
  {
    name: 'briefing of a language model, whose words carry their time, arrives as one block through nginx as it is installed',
    expect: 'proxy-buffers-stream',
    async start(world) {
      const { port } = await world.http(
        routes({
          '/': html(`async function ask() {
  const answer = await fetch('/api/briefing', { method: 'POST', headers: { 'Content-Type': 'application/json', Accept: 'text/event-stream' }, body: '{"stream":true}' });
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) { const { done, value } = await reader.read(); if (done) break; show(value); }
  state('done');
}
ask().catch(() => state('failed'));`),
          '/api/briefing': (_request, response) => {
            response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' });
            const words = 'ten orders are late and two of them are large'.split(' ');
            const timer = setInterval(() => {
              const delta = words.shift();
              const created = new Date().toISOString();
              if (delta !== undefined) response.write(`data: ${JSON.stringify({ delta, created })}\n\n`);
              else response.end('data: [DONE]\n\n');
            }, 600);
            response.once('close', () => {
              clearInterval(timer);
            });
          },
        }),
      );
      world.route(HOST, 80, await nginx(world, `location / { proxy_pass http://127.0.0.1:${port}; }`));
      return { url: HOME };
    },
  },
  {
    name: 'HAProxy lets two through to the live server, and the third board of the page waits in its queue and is sent away',
    expect: 'proxy-connection-limit',
    async start(world) {
      const { server, port } = await world.http(
        routes({
          '/': html(`const seen = {};
function open(board) {
  const socket = new WebSocket('ws://' + location.host + '/live?board=' + board);
  socket.onmessage = ({ data }) => { seen[board] = data; state(Object.keys(seen).join(' ')); };
  socket.onclose = () => setTimeout(open, 1500, board);
}
['orders', 'stock', 'returns'].forEach(open);`),
        }),
      );
      endpoint(server, '/live', (socket) => {
        new Chat().join(socket);
      });
      const rest = `  use_backend live if { path_beg /live }
  default_backend page
backend live
  timeout queue 1s
  server l 127.0.0.1:${port} maxconn 2
backend page
  server p 127.0.0.1:${port}`;
      world.route(HOST, 80, await haproxy(world, rest));
      return { url: HOME };
    },
  },
  {
    name: 'HAProxy ends the quiet one of two event streams again and again, and never the busy one',
    expect: 'proxy-idle-timeout',
    async start(world) {
      const { port } = await world.http(
        routes({
          '/': html(`for (const name of ['prices', 'alarms']) {
  const source = new EventSource('/events/' + name);
  source.onmessage = ({ data }) => { if (name === 'prices') state(data); else show(data); };
}`),
          '/events/prices': events(400),
          '/events/alarms': events(),
        }),
      );
      const rest = `  use_backend events if { path_beg /events/ }
  default_backend page
backend events
  timeout server 2500
  server e 127.0.0.1:${port}
backend page
  server p 127.0.0.1:${port}`;
      world.route(HOST, 80, await haproxy(world, rest));
      return { url: HOME };
    },
  },
  {
    name: 'nginx has less patience than the long poll asks for: what is there at once comes, what has to be waited for does not',
    expect: 'proxy-idle-timeout',
    async start(world) {
      const { port } = await world.http(
        routes({
          '/': html(`let since = 0;
async function poll() {
  try {
    const answer = await fetch('/poll?since=' + since + '&wait=25');
    if (!answer.ok) throw new Error(answer.statusText);
    const { items, next } = await answer.json();
    items.forEach(show); since = next; state('connected'); setTimeout(poll, 0);
  } catch { state('disconnected'); setTimeout(poll, 500); }
}
poll();`),
          '/poll': (request, response) => {
            const query = queryOf(request);
            if (query.get('since') === '0') json({ items: ['order 1', 'order 2'], next: 2 })(request, response);
            else {
              const timer = setTimeout(
                json({ items: [], next: 2 }),
                Number(query.get('wait')) * 1000,
                request,
                response,
              );
              response.once('close', () => {
                clearTimeout(timer);
              });
            }
          },
        }),
      );
      const front = `location / { proxy_pass http://127.0.0.1:${port}; } location /poll { proxy_pass http://127.0.0.1:${port}; proxy_read_timeout 2s; }`;
      world.route(HOST, 80, await nginx(world, front));
      return { url: HOME };
    },
  },
  {
    name: 'location of nginx ends with a slash and the address in the page does not',
    expect: 'proxy-redirects-websocket',
    async start(world) {
      const { server, port } = await world.http(routes({ '/': rawPage("'ws://' + location.host + '/ws'") }));
      endpoint(server, '/ws/', (socket) => {
        new Chat().join(socket);
      });
      refuseOthers(server, ['/ws/']);
      const to = `proxy_pass http://127.0.0.1:${port};`;
      const front = `port_in_redirect off; location / { ${to} } location /ws/ { ${UPGRADE} ${to} }`;
      world.route(HOST, 80, await nginx(world, front));
      return { url: HOME };
    },
  },
  {
    name: 'HAProxy sends what writes to the primary and what reads to its copy, and the polling of Socket.IO does both',
    expect: 'proxy-no-stickiness',
    async start(world) {
      const ports: number[] = [];
      for (const text of ['primary', 'copy']) {
        const { server, port } = await world.http(
          routes({ '/': socketIoPage("''", "{ transports: ['polling'] }"), '/client.js': socketIoClient }),
        );
        const io = new SocketIo(server);
        io.on('connection', (socket) => socket.emit('message:new', { text }));
        world.onStop(() => void io.close());
        ports.push(port);
      }
      const rest = `  use_backend primary if { method POST PUT PATCH DELETE }
  default_backend copy
backend primary
  server a 127.0.0.1:${ports[0]}
backend copy
  server b 127.0.0.1:${ports[1]}`;
      world.route(HOST, 80, await haproxy(world, rest));
      return { url: HOME };
    },
  },
  {
    name: 'Apache keeps no Host unless told, and the library behind it says which two names it compared',
    expect: 'proxy-host-rewritten',
    async start(world) {
      const { server, port } = await world.http(
        routes({ '/': rawPage("'ws://' + location.host + '/live'"), '*': go404 }),
      );
      guarded(server, '/live', ({ headers: { origin, host } }) => {
        const from = origin === undefined ? host : new URL(origin).host;
        return from === host ? undefined : raw(403, `request Origin "${from}" is not authorized for Host "${host}"\n`);
      });
      const host = `ProxyPass /live ws://127.0.0.1:${port}/live\nProxyPass / http://127.0.0.1:${port}/`;
      world.route(HOST, 80, await apache(world, host));
      return { url: HOME };
    },
  },
  {
    name: 'one location of nginx sets headers of its own, so it inherits none, and the application there thinks it is asked by http',
    expect: 'proxy-scheme-not-forwarded',
    async start(world, authority) {
      if (!authority) throw new Error('no authority');
      const { cert, key } = pemFiles(world, await authority.issue([HOST]));
      const moved = ({ headers, url }: http.IncomingMessage): string | undefined =>
        headers['x-forwarded-proto'] === 'https' ? undefined : `https://${headers.host}${url}`;
      const pages = routes({ '/': rawPage("'wss://' + location.host + '/ws/'") });
      const { server, port } = await world.http((request, response) => {
        const to = moved(request);
        if (to === undefined) pages(request, response);
        else response.writeHead(301, { Location: to }).end();
      });
      guarded(server, '/ws/', (request) => {
        const to = moved(request);
        return to === undefined ? undefined : raw(301, '', [`Location: ${to}`]);
      });
      const to = `proxy_pass http://127.0.0.1:${port};`;
      const front = `server { listen 127.0.0.1:%p ssl; ssl_certificate ${cert}; ssl_certificate_key ${key};
proxy_set_header Host $host; proxy_set_header X-Forwarded-Proto $scheme;
location / { ${to} } location /ws/ { ${UPGRADE} ${to} } }`;
      world.route(HOST, 443, await nginx(world, front));
      return { url: `https://${HOST}/` };
    },
  },
  {
    name: 'rule of nginx against hidden files takes the well-known path of a Mercure hub',
    expect: 'proxy-access-denied',
    async start(world) {
      const { port } = await world.http(
        routes({
          '/': html(`const hub = new EventSource('/.well-known/mercure?topic=' + encodeURIComponent('https://orders/{id}'));
hub.onopen = () => state('connected'); hub.onmessage = ({ data }) => show(data);`),
          '/.well-known/mercure': events(1000),
        }),
      );
      const to = `proxy_pass http://127.0.0.1:${port};`;
      const front = `location / { ${to} }
location /.well-known/mercure { ${to} proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off; proxy_read_timeout 24h; }
location ~ /\\. { deny all; }`;
      world.route(HOST, 80, await nginx(world, front));
      return { url: HOME };
    },
  },
];
