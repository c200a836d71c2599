/** Kinds of failure that were first seen on real applications behind real proxies. */
import { once } from 'node:events';
import type http from 'node:http';
import { Server } from 'socket.io';
import { WebSocket } from 'ws';
import { html, rawPage, socketIoPage } from './pages.ts';
import { caddy, nginx, UPGRADE } from './proxies.ts';
import {
  answerPlainly,
  Chat,
  endpoint,
  json,
  refuseOthers,
  routeOthers,
  routes,
  socketIoClient,
  textOf,
} from './servers.ts';
import type { Unseen } from './unseen.ts';
import type { World } from './world.ts';

const HOST = 'works.example.test';
const HOME = `http://${HOST}/`;
const LIVE = "'ws://' + location.host + '/live'";

/** A Socket.IO server. */
async function socketIo(world: World): Promise<number> {
  const { server, port } = await world.http(routes({}));
  const io = new Server(server);
  world.onStop(() => void io.close());
  return port;
}

/** One program that answers unknown paths, and handshakes that arrive as plain requests, with its page. */
async function onePage(world: World): Promise<number> {
  const page = rawPage("'ws://' + location.host + '/core/stream'", {
    more: "fetch('/core/health').then((answer) => answer.text());",
  });
  const { server, port } = await world.http(routes({ '/core/health': json('ok'), '*': page }));
  endpoint(server, '/core/stream', (socket) => {
    new Chat().join(socket);
  });
  return port;
}

/** A page that speaks NATS in binary frames to a server that wants another token, and stays connected. */
async function nats(world: World, connect: string): Promise<{ url: string }> {
  const { server, port } = await world.http(
    routes({
      '/': html(`const socket = new WebSocket('ws://' + location.host + '/nats');
socket.onopen = () => socket.send(new TextEncoder().encode('CONNECT ${connect}\\r\\nPING\\r\\n'));
socket.onmessage = async ({ data }) => { const text = await data.text(); if (text.startsWith('-ERR')) state(text); };`),
    }),
  );
  endpoint(server, '/nats', (socket) => {
    socket.send(Buffer.from('INFO {"server_id":"N1","auth_required":true}\r\n'));
    socket.once('message', () => {
      socket.send(Buffer.from("-ERR 'Authorization Violation'\r\n"));
    });
  });
  world.route(HOST, 80, port);
  return { url: HOME };
}

/** What Tornado signs its answers with. */
const TORNADO = { Server: 'TornadoServer/6.4', 'Content-Type': 'text/html; charset=UTF-8' };

const DJANGO =
  '<!doctype html><html lang="en"><head><title>Not Found</title></head><body><h1>Not Found</h1><p>The requested resource was not found on this server.</p></body></html>';

const ROOM = '/ws/chat/lobby/';

/** A page of Django that opens a socket of Channels; what it does not know is answered by Django's own page. */
const lobby = routes({
  '/': rawPage(`'ws://' + location.host + '${ROOM}'`),
  '*': (_request, response) => void response.writeHead(404, { 'Content-Type': 'text/html' }).end(DJANGO),
});

export const applications: readonly Unseen[] = [
  {
    name: 'nginx lets the first poll pass and refuses the next ones: its rate is limited',
    expect: 'proxy-connection-limit',
    async start(world) {
      const io = await socketIo(world);
      const page = await world.http(
        routes({ '/': socketIoPage("''", "{ transports: ['polling'] }"), '/client.js': socketIoClient }),
      );
      world.route(
        HOST,
        80,
        await nginx(
          world,
          `location /socket.io/ { limit_req zone=few; proxy_pass http://127.0.0.1:${io}; } location / { proxy_pass http://127.0.0.1:${page.port}; }`,
          'limit_req_zone $binary_remote_addr zone=few:1m rate=10r/m;',
        ),
      );
      return { url: HOME };
    },
  },
  {
    name: 'polling of Socket.IO is answered with the page of the front end',
    expect: 'proxy-route-missing',
    async start(world) {
      world.file('www/index.html', socketIoPage("''", '{}'));
      const client = await world.http(socketIoClient);
      world.route(
        HOST,
        80,
        await nginx(
          world,
          `root ${world.folder}/www; location = /client.js { proxy_pass http://127.0.0.1:${client.port}; } location / { try_files $uri /index.html; }`,
        ),
      );
      return { url: HOME };
    },
  },
  {
    name: 'server that takes the key of the page for invalid, in a message that has a payload',
    expect: 'app-key-mismatch',
    async start(world) {
      const { server, port } = await world.http(routes({ '/': rawPage(LIVE) }));
      endpoint(server, '/live', (socket) => {
        socket.send('{"type":"ERROR","payload":{"msg":"Invalid key provided"}}');
        socket.close();
      });
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'site that refuses every name but that of its own machine, and does not say so',
    expect: 'backend-host-refused',
    async start(world) {
      const own = routes({ '/': html('') });
      const { port } = await world.http((request, response) => {
        if (/^(localhost|127\.0\.0\.1)(:|$)/.test(request.headers.host ?? '')) own(request, response);
        else response.writeHead(403, { 'Content-Type': 'text/html' }).end(html('', { title: 'Forbidden' }));
      });
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'one program behind nginx answers a handshake without its headers with its own page',
    expect: 'proxy-upgrade-missing',
    async start(world) {
      world.route(
        HOST,
        80,
        await nginx(
          world,
          `location / { proxy_set_header Host $host; proxy_pass http://127.0.0.1:${await onePage(world)}; }`,
        ),
      );
      return { url: HOME };
    },
  },
  {
    name: 'Caddy takes the whole path of the socket away, and the page answers',
    expect: 'proxy-path-stripped',
    async start(world) {
      const own = routes({
        '/': rawPage(LIVE),
        '*': (_request, response) => void response.writeHead(404).end('404: Not Found'),
      });
      const { server, port } = await world.http(own);
      endpoint(server, '/live', (socket) => {
        new Chat().join(socket);
      });
      routeOthers(server, ['/live'], own);
      world.route(
        HOST,
        80,
        await caddy(
          world,
          `http://${HOST}:%p {\n  bind 127.0.0.1\n  handle_path /live* {\n    reverse_proxy 127.0.0.1:${port}\n  }\n  handle {\n    reverse_proxy 127.0.0.1:${port}\n  }\n}`,
        ),
      );
      return { url: HOME };
    },
  },
  {
    name: 'stream by POST of which nginx holds back even the headers',
    expect: 'inconclusive',
    async start(world) {
      const { port } = await world.http((request, response) => {
        if (request.url !== '/stream') {
          routes({ '/': html("fetch('/stream', { method: 'POST' }).then(() => state('connected'));") })(
            request,
            response,
          );
          return;
        }
        response.writeHead(200, { 'Content-Type': 'text/plain' });
        const timer = setInterval(() => response.write('word '), 300);
        response.once('close', () => clearInterval(timer));
      });
      world.route(HOST, 80, await nginx(world, `location / { proxy_pass http://127.0.0.1:${port}; }`));
      return { url: HOME };
    },
  },
  {
    name: 'list of origins that has the inner name alone, behind nginx that sends that name',
    expect: 'proxy-host-rewritten',
    async start(world) {
      const { server, port } = await world.http(lobby);
      endpoint(
        server,
        ROOM,
        (socket) => {
          new Chat().join(socket);
        },
        {
          verifyClient: ({ origin }: { origin?: string }, done: (ok: boolean, status?: number) => void) => {
            done(origin === 'http://127.0.0.1', 403);
          },
        },
      );
      refuseOthers(server, [ROOM], 403);
      world.route(
        HOST,
        80,
        await nginx(
          world,
          `location / { proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade; proxy_set_header Host 127.0.0.1; proxy_pass http://127.0.0.1:${port}; }`,
        ),
      );
      return { url: HOME };
    },
  },
  {
    // A broker that is away looks like it: then what each connection joins fails.
    name: 'Channels without a route for the socket: an error for the handshake, 404 for a plain request',
    expect: 'inconclusive',
    async start(world) {
      const { server, port } = await world.http(lobby);
      server.on('upgrade', (request, socket) => {
        answerPlainly(request, socket, (_request, response) => void response.writeHead(500).end());
      });
      world.route(HOST, 80, await nginx(world, `location / { ${UPGRADE} proxy_pass http://127.0.0.1:${port}; }`));
      return { url: HOME };
    },
  },
  {
    name: 'NATS: no token in the first frame, which is bytes',
    expect: 'auth-missing',
    start: (world) => nats(world, '{"verbose":false}'),
  },
  {
    name: 'NATS: a token that the server does not know',
    expect: 'auth-rejected',
    start: (world) => nats(world, '{"verbose":false,"auth_token":"an-old-one"}'),
  },
  {
    name: 'SockJS by polling, and two servers in turn: each opens the session',
    expect: 'proxy-no-stickiness',
    async start(world) {
      const { port } = await world.http(
        routes({
          '/': html(`const poll = async () => {
  const text = await (await fetch('/sockjs/017/f3kq0a1z/xhr', { method: 'POST' })).text();
  if (text.startsWith('o')) state('connected');
  setTimeout(poll, 300);
};
poll();`),
          // Two servers that have not seen the session; in a real system only the first requests of it fall on both.
          '/sockjs/017/f3kq0a1z/xhr': (_request, response) =>
            void response.writeHead(200, { 'Content-Type': 'application/javascript; charset=UTF-8' }).end('o\n'),
        }),
      );
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'Bokeh keeps a list of origins, on which the public name is not, behind nginx that passes Host on',
    expect: 'ws-origin-rejected',
    async start(world) {
      const missing = (_request: unknown, response: http.ServerResponse): void =>
        void response
          .writeHead(404, TORNADO)
          .end('<html><title>404: Not Found</title><body>404: Not Found</body></html>');
      const { server, port } = await world.http(
        routes({
          '/': html(`const socket = new WebSocket('ws://' + location.host + '/app/ws', ['bokeh', 'made.for.tests']);
socket.onopen = () => state('connected');`),
          '/app/ws': (_request, response) =>
            void response.writeHead(400, TORNADO).end('Can "Upgrade" only to "WebSocket".'),
          '*': missing,
        }),
      );
      endpoint(server, '/app/ws', (socket) => new Chat().join(socket), {
        handleProtocols: () => 'bokeh',
        verifyClient: (
          { origin }: { origin?: string },
          done: (ok: boolean, status?: number, text?: string) => void,
        ) => {
          done(origin === undefined, 403, 'Cross origin websockets not allowed');
        },
      });
      routeOthers(server, ['/app/ws'], missing);
      world.route(HOST, 80, await nginx(world, `location / { ${UPGRADE} proxy_pass http://127.0.0.1:${port}; }`));
      return { url: HOME };
    },
  },
  {
    name: 'library for sockets that serves the page too gets a handshake without its headers',
    expect: 'proxy-upgrade-missing',
    async start(world) {
      const { port } = await world.http((request, response) => {
        const known = request.url === '/';
        response.writeHead(known ? 200 : 404, { Server: 'Python/3.11 websockets/15.0', 'Content-Type': 'text/html' });
        response.end(known ? rawPage("'ws://' + location.host") : '');
      });
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'sign-in page of OAuth2 Proxy, which is longer than what is read of it, for the socket alone',
    expect: 'proxy-auth-gate',
    async start(world) {
      const gate = `<!DOCTYPE html>
<html lang="en" charset="utf-8"><head><title>Sign In</title>
<link rel="stylesheet" href="/oauth2/static/css/bulma.min.css"></head><body>
<svg><path d="${'0'.repeat(9000)}"/></svg>
<form method="GET" action="/oauth2/start"><button>Sign in with GitHub</button></form>
<p>Secured with <a href="https://github.com/oauth2-proxy/oauth2-proxy">OAuth2 Proxy</a></p></body></html>`;
      const { port } = await world.http(
        routes({
          '/': rawPage(LIVE),
          '/live': (_request, response) => void response.writeHead(403, { 'Content-Type': 'text/html' }).end(gate),
          '*': json({ detail: 'Not Found' }, 404),
        }),
      );
      world.route(HOST, 80, await nginx(world, `location / { ${UPGRADE} proxy_pass http://127.0.0.1:${port}; }`));
      return { url: HOME };
    },
  },
  {
    name: 'Channels served by gunicorn without an ASGI server, behind nginx',
    expect: 'backend-ws-unsupported',
    async start(world) {
      const { port } = await world.http((request, response) => {
        // gunicorn reads the request line itself, and has a limit for it.
        const line = `GET ${request.url ?? ''} HTTP/1.1`.length;
        if (line <= 4094) lobby(request, response);
        else
          response.writeHead(414, { 'Content-Type': 'text/html' }).end(`<html>
  <head><title>URI Too Long</title></head>
  <body><h1><p>URI Too Long</p></h1>Request Line is too large (${line} &gt; 4094)</body>
</html>`);
      });
      world.route(HOST, 80, await nginx(world, `location / { ${UPGRADE} proxy_pass http://127.0.0.1:${port}; }`));
      return { url: HOME };
    },
  },
  {
    name: 'Channels behind an nginx without upgrade: the server takes long requests',
    expect: 'proxy-upgrade-missing',
    async start(world) {
      const { port } = await world.http(lobby);
      world.route(HOST, 80, await nginx(world, `location / { proxy_pass http://127.0.0.1:${port}; }`));
      return { url: HOME };
    },
  },
  {
    name: 'client of Socket.IO 2 opens its session by polling and goes on by a socket, on which nothing is said',
    expect: 'healthy',
    async start(world) {
      const session = '0{"sid":"made-for-tests","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":60000}';
      const { server, port } = await world.http(
        routes({
          '/': html(`const query = '/socket.io/?EIO=3&transport=';
fetch(query + 'polling').then((answer) => answer.text()).then((text) => {
  const { sid } = JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1));
  const socket = new WebSocket('ws://' + location.host + query + 'websocket&sid=' + sid);
  socket.onopen = () => socket.send('2probe');
  socket.onmessage = ({ data }) => { if (data === '3probe') { socket.send('5'); state('connected'); } };
});`),
          '/socket.io/': (_request, response) =>
            void response.writeHead(200, { 'Content-Type': 'text/plain' }).end(`${session.length}:${session}2:40`),
        }),
      );
      endpoint(server, '/socket.io/', (socket) => {
        socket.on('message', (data) => {
          if (textOf(data) === '2probe') socket.send('3probe');
        });
      });
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'Caddy reaches nothing below the folder of the page, and answers everything else with nothing',
    expect: 'upstream-down',
    async start(world) {
      const nobody = await world.closedPort();
      world.route(
        HOST,
        80,
        await caddy(
          world,
          `http://${HOST}:%p {\n  bind 127.0.0.1\n  handle_path /irc/* {\n    reverse_proxy 127.0.0.1:${nobody}\n  }\n}`,
        ),
      );
      return { url: `${HOME}irc/` };
    },
  },
  {
    name: 'Hocuspocus refuses the token for a document in bytes, and leaves the connection open',
    expect: 'auth-rejected',
    async start(world) {
      const { server, port } = await world.http(
        routes({
          '/': html(`const text = (value) => [value.length, ...new TextEncoder().encode(value)];
const socket = new WebSocket('ws://' + location.host + '/collab');
socket.binaryType = 'arraybuffer';
socket.onopen = () => socket.send(new Uint8Array([...text('notes'), 2, 0, ...text('an-old-one')]));
socket.onmessage = ({ data }) => { if (new Uint8Array(data)[7] === 1) state('not permitted'); };`),
        }),
      );
      endpoint(server, '/collab', (socket) => {
        socket.once('message', () => {
          const reason = 'permission-denied';
          socket.send(Buffer.from(`\u0005notes\u0002\u0001${String.fromCharCode(reason.length)}${reason}`));
        });
      });
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'nginx with a limit of one connection, which somebody else of this address has',
    expect: 'proxy-connection-limit',
    async start(world) {
      const { server, port } = await world.http(routes({ '/': rawPage(LIVE) }));
      endpoint(server, '/live', (socket) => {
        new Chat().join(socket);
      });
      const front = await nginx(
        world,
        `location / { proxy_pass http://127.0.0.1:${port}; } location /live { limit_conn one 1; ${UPGRADE} proxy_pass http://127.0.0.1:${port}; }`,
        'limit_conn_zone $binary_remote_addr zone=one:1m;',
      );
      const other = new WebSocket(`ws://127.0.0.1:${front}/live`);
      await once(other, 'open');
      world.onStop(() => {
        other.terminate();
      });
      world.route(HOST, 80, front);
      return { url: HOME };
    },
  },
];
