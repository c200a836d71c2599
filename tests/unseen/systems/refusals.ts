/** Requests that are refused on the way, for what goes with them or for what does not. */
import type http from 'node:http';
import { Server } from 'socket.io';
import { WebSocketServer } from 'ws';
import { html, rawPage, socketIoPage } from './pages.ts';
import { caddy, haproxy, nginx, UPGRADE } from './proxies.ts';
import { answerPlainly, Chat, endpoint, express404, routes, socketIoClient } from './servers.ts';
import type { Unseen } from './unseen.ts';

const HOST = 'gate.example.test';
const HOME = `http://${HOST}/`;

const LIVE = rawPage("'ws://' + location.host + '/live'");

export const refusals: readonly Unseen[] = [
  {
    name: 'event stream that is redirected to the page of a login',
    expect: 'auth-missing',
    async start(world) {
      const { port } = await world.http(
        routes({
          '/': html("new EventSource('/events').onmessage = ({ data }) => show(data);"),
          '/login': html('', { title: 'Sign in' }),
          '/events': (_request, response) => void response.writeHead(302, { Location: '/login?next=/events' }).end(),
        }),
      );
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'event stream that is redirected to another, which begins',
    expect: 'healthy',
    async start(world) {
      const { port } = await world.http(
        routes({
          '/': html("new EventSource('/events').onmessage = ({ data }) => show(data);"),
          '/events': (_request, response) => void response.writeHead(307, { Location: '/events/' }).end(),
          '/events/': (_request, response) => {
            response.writeHead(200, { 'Content-Type': 'text/event-stream' });
            response.write('data: hello\n\n');
          },
        }),
      );
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'Caddy asks for a password before the polling of Socket.IO, and the browser waits for its user',
    expect: 'proxy-auth-gate',
    async start(world) {
      const page = await world.http(
        routes({ '/': socketIoPage("''", "{ transports: ['polling'] }"), '/client.js': socketIoClient }),
      );
      world.route(
        HOST,
        80,
        await caddy(
          world,
          `http://${HOST}:%p {\n  bind 127.0.0.1\n  handle /socket.io/* {\n    header WWW-Authenticate "Basic realm=\\"desk\\""\n    respond 401\n  }\n  handle {\n    reverse_proxy 127.0.0.1:${page.port}\n  }\n}`,
        ),
      );
      return { url: HOME };
    },
  },
  {
    name: 'cookies that are larger than what the server takes of headers',
    expect: 'payload-too-large',
    async start(world) {
      const { server, port } = await world.http(
        routes({
          '/': html(`for (let n = 0; n < 6; n += 1) document.cookie = 'c' + n + '=' + 'x'.repeat(3500) + '; path=/live';
const connect = () => { const socket = new WebSocket('ws://' + location.host + '/live');
socket.onclose = () => setTimeout(connect, 1500); }; connect();`),
        }),
      );
      server.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 431 \r\nConnection: close\r\n\r\n'));
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'nginx leads the socket to another program, which has its own words for what it does not know',
    expect: 'inconclusive',
    async start(world) {
      const page = await world.http(routes({ '/': rawPage("'ws://' + location.host + '/ws'"), '*': express404 }));
      const other: http.RequestListener = (_request, response) => void response.writeHead(404).end('404: Not Found');
      const { server, port } = await world.http(other);
      server.on('upgrade', (request, socket) => {
        answerPlainly(request, socket, other);
      });
      world.route(
        HOST,
        80,
        await nginx(
          world,
          `location / { proxy_pass http://127.0.0.1:${page.port}; } location /ws { ${UPGRADE} proxy_pass http://127.0.0.1:${port}; }`,
        ),
      );
      return { url: HOME };
    },
  },
  {
    name: 'a policy of the page forbids the polling of Socket.IO on another host',
    expect: 'csp-blocks-connect',
    async start(world) {
      const live = 'live.example.test';
      const { port } = await world.http((request, response) => {
        response.setHeader('Content-Security-Policy', "default-src 'self' 'unsafe-inline'; connect-src 'self'");
        routes({ '/': socketIoPage(`'http://${live}'`, "{ transports: ['polling'] }"), '/client.js': socketIoClient })(
          request,
          response,
        );
      });
      world.route(HOST, 80, port);
      const io = await world.http(routes({}));
      const server = new Server(io.server, { cors: { origin: '*' } });
      world.onStop(() => void server.close());
      world.route(live, 80, io.port);
      return { url: HOME };
    },
  },
  {
    name: 'nginx allows the path of the WebSocket to a list of addresses',
    expect: 'proxy-access-denied',
    async start(world) {
      const { server, port } = await world.http(routes({ '/': LIVE }));
      endpoint(server, '/live', (socket) => {
        new Chat().join(socket);
      });
      const to = `proxy_pass http://127.0.0.1:${port}; ${UPGRADE}`;
      const front = `location / { ${to} } location /live { allow 10.0.0.0/8; deny all; ${to} }`;
      world.route(HOST, 80, await nginx(world, front));
      return { url: HOME };
    },
  },
  {
    name: 'nginx itself looks at the Origin of the handshake',
    expect: 'ws-origin-rejected',
    async start(world) {
      const { server, port } = await world.http(routes({ '/': LIVE }));
      endpoint(server, '/live', (socket) => {
        new Chat().join(socket);
      });
      const to = `proxy_pass http://127.0.0.1:${port}; ${UPGRADE}`;
      const check = 'if ($http_origin !~ "^$|^https?://www\\.gate\\.example\\.test$") { return 403; }';
      world.route(HOST, 80, await nginx(world, `location / { ${to} } location /live { ${check} ${to} }`));
      return { url: HOME };
    },
  },
  {
    name: 'HAProxy denies the events to other addresses',
    expect: 'proxy-access-denied',
    async start(world) {
      const { port } = await world.http(
        routes({
          '/': html("new EventSource('/events').onmessage = ({ data }) => show(data);"),
          '/events': (_request, response) => {
            response.writeHead(200, { 'Content-Type': 'text/event-stream' });
            response.write('data: hello\n\n');
          },
        }),
      );
      const rules = `  http-request deny if { path_beg /events } !{ src 10.0.0.0/8 }\n  default_backend app\nbackend app\n  server s 127.0.0.1:${port}`;
      world.route(HOST, 80, await haproxy(world, rules));
      return { url: HOME };
    },
  },
  {
    name: 'firewall of a content network refuses handshakes',
    expect: 'proxy-access-denied',
    async start(world) {
      const { server, port } = await world.http(routes({ '/': LIVE }));
      server.on('upgrade', (_request, socket) => {
        socket.end(
          'HTTP/1.1 403 Forbidden\r\nServer: cloudflare\r\nContent-Type: text/plain\r\nContent-Length: 16\r\nConnection: close\r\n\r\nerror code: 1020',
        );
      });
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'HAProxy leads the socket of visitors without a session to the login, the page is open to all',
    expect: 'auth-missing',
    async start(world) {
      const { port } = await world.http(routes({ '/': LIVE, '/login': html('', { title: 'Sign in' }) }));
      world.route(
        HOST,
        80,
        await haproxy(
          world,
          `  http-request redirect location /login code 302 if { path /live } !{ req.cook(session) -m found }\n  default_backend app\nbackend app\n  server app 127.0.0.1:${port}`,
        ),
      );
      return { url: HOME };
    },
  },
  {
    name: 'nginx takes fewer headers of an answer than the page has',
    expect: 'inconclusive',
    async start(world) {
      const { port } = await world.http(
        routes({
          '/': (_request, response) =>
            void response
              .writeHead(200, { 'Content-Type': 'text/html', 'X-State': 'a'.repeat(40_000) })
              .end('<p>desk</p>'),
          '*': (_request, response) =>
            void response.writeHead(404, { 'Content-Type': 'text/plain' }).end('nothing here'),
        }),
      );
      world.route(HOST, 80, await nginx(world, `location / { proxy_pass http://127.0.0.1:${port}; ${UPGRADE} }`));
      return { url: HOME };
    },
  },
  {
    name: 'cookies that are larger than what nginx takes of headers',
    expect: 'payload-too-large',
    async start(world) {
      const page =
        html(`for (let n = 0; n < 9; n += 1) document.cookie = 'c' + n + '=' + 'x'.repeat(3900) + '; path=/live';
void document.cookie; // Chromium goes on before they are stored, unless they are read.
const connect = () => { const socket = new WebSocket('ws://' + location.host + '/live');
socket.onclose = () => setTimeout(connect, 1500); }; connect();`);
      const { server, port } = await world.http(routes({ '/': page }));
      endpoint(server, '/live', (socket) => {
        new Chat().join(socket);
      });
      world.route(HOST, 80, await nginx(world, `location / { proxy_pass http://127.0.0.1:${port}; ${UPGRADE} }`));
      return { url: HOME };
    },
  },
  {
    name: 'sockets have a host of their own, to which the session of the page is not sent',
    expect: 'auth-missing',
    async start(world) {
      const page = rawPage("'ws://live.example.test/rooms/7'");
      const { server, port } = await world.http(
        routes({
          '/': (_request, response) =>
            void response.writeHead(200, { 'Content-Type': 'text/html', 'Set-Cookie': 'session=1' }).end(page),
        }),
      );
      const sockets = new WebSocketServer({ noServer: true });
      server.on('upgrade', (request, socket, head) => {
        const { url, headers } = request;
        if (url === '/rooms/7' && headers.cookie?.includes('session='))
          sockets.handleUpgrade(request, socket, head, () => undefined);
        else
          socket.end(`HTTP/1.1 ${url === '/rooms/7' ? 403 : 500} \r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
      });
      for (const host of [HOST, 'live.example.test']) world.route(host, 80, port);
      return { url: HOME };
    },
  },
];
