import http from 'node:http';
import { createGzip } from 'node:zlib';
import { Server as SocketIo } from 'socket.io';
import { defined } from '../../../harness/common/defined.ts';
import { html, rawPage, socketIoPage, ssePage } from './pages.ts';
import { UPGRADE, apache, caddy, haproxy, nginx } from './proxies.ts';
import {
  Chat,
  endpoint,
  express404,
  go404,
  goMux,
  json,
  refuseOthers,
  routeOthers,
  routes,
  socketIoClient,
  stream,
} from './servers.ts';
import type { Unseen } from './unseen.ts';
import type { World } from './world.ts';

const HOST = 'desk.example.test';
const HOME = `http://${HOST}/`;

/** A backend with one endpoint, a page of nginx that opens it by what `location` does below /live/, and its port open too. */
async function orders(world: World, server: http.Server, port: number, location: string): Promise<{ url: string }> {
  endpoint(server, '/live/orders', (socket) => {
    new Chat().join(socket);
  });
  world.file('www/index.html', rawPage("'ws://' + location.host + '/live/orders'"));
  world.route(HOST, 80, await nginx(world, `root ${world.folder}/www; location /live/ { ${location} }`));
  world.route(HOST, 9000, port);
  return { url: HOME };
}

/** A backend with a page, an API and a socket at `where`. */
async function desk(
  world: World,
  page: string,
  where = '/live',
  options: Parameters<typeof endpoint>[3] = {},
): Promise<{ port: number; chat: Chat; server: http.Server }> {
  const chat = new Chat();
  const { server, port } = await world.http(routes({ '/': page, '/api/orders': json([]), '*': express404 }));
  endpoint(
    server,
    where,
    (socket) => {
      chat.join(socket);
    },
    options,
  );
  refuseOthers(server, [where], 404);
  return { port, chat, server };
}

const LIVE = rawPage("'ws://' + location.host + '/live'", {
  more: "fetch('/api/orders').then((a) => a.json()).catch(() => {});",
});

/** Several proxy programs, and what they do to real-time traffic. */
export const proxies: readonly Unseen[] = [
  {
    name: 'Caddy, all well',
    expect: 'healthy',
    async start(world) {
      const { port } = await desk(world, LIVE);
      world.route(HOST, 80, await caddy(world, `:%p {\n  reverse_proxy 127.0.0.1:${port}\n}`));
      return { url: HOME };
    },
  },
  {
    name: 'HAProxy, all well',
    expect: 'healthy',
    async start(world) {
      const { port } = await desk(world, LIVE);
      world.route(HOST, 80, await haproxy(world, `  default_backend app\nbackend app\n  server a 127.0.0.1:${port}`));
      return { url: HOME };
    },
  },
  {
    name: 'Apache, all well',
    expect: 'healthy',
    async start(world) {
      const { port } = await desk(world, LIVE);
      world.route(HOST, 80, await apache(world, `ProxyPass / http://127.0.0.1:${port}/ upgrade=websocket`));
      return { url: HOME };
    },
  },
  {
    name: 'nginx passes no Upgrade to ws',
    expect: 'proxy-upgrade-missing',
    async start(world) {
      const { port } = await desk(world, LIVE);
      world.route(HOST, 80, await nginx(world, `location / { proxy_pass http://127.0.0.1:${port}; }`));
      return { url: HOME };
    },
  },
  {
    name: 'Apache without wstunnel',
    expect: 'proxy-upgrade-missing',
    async start(world) {
      const chat = new Chat();
      const { server, port } = await world.http(
        routes({
          '/': LIVE,
          '/live': (_q, r) => void r.writeHead(426, { 'Content-Type': 'text/plain' }).end('Upgrade Required'),
          '*': express404,
        }),
      );
      endpoint(server, '/live', (socket) => {
        chat.join(socket);
      });
      world.route(HOST, 80, await apache(world, `ProxyPass / http://127.0.0.1:${port}/`));
      return { url: HOME };
    },
  },
  {
    name: 'HAProxy removes the header Upgrade, Socket.IO stays on polling',
    expect: 'proxy-upgrade-missing',
    async start(world) {
      const { server, port } = await world.http(
        routes({ '/': socketIoPage("''", '{}'), '/client.js': socketIoClient }),
      );
      const io = new SocketIo(server);
      world.onStop(() => void io.close());
      world.route(
        HOST,
        80,
        await haproxy(
          world,
          `  http-request del-header Upgrade\n  http-request del-header Connection\n  default_backend app\nbackend app\n  server a 127.0.0.1:${port}`,
        ),
      );
      return { url: HOME };
    },
  },
  {
    name: 'nginx serves the front end on every path',
    expect: 'proxy-route-missing',
    async start(world) {
      const { port } = await desk(world, '');
      world.file('www/index.html', LIVE);
      world.route(
        HOST,
        80,
        await nginx(
          world,
          `root ${world.folder}/www; location / { try_files $uri /index.html; } location /api/ { proxy_pass http://127.0.0.1:${port}; }`,
        ),
      );
      return { url: HOME };
    },
  },
  {
    name: 'Caddy serves files and has no route for the socket',
    expect: 'proxy-route-missing',
    async start(world) {
      const { port } = await desk(world, '');
      world.file('www/index.html', LIVE);
      world.route(
        HOST,
        80,
        await caddy(
          world,
          `:%p {\n  handle /api/* {\n    reverse_proxy 127.0.0.1:${port}\n  }\n  handle {\n    root * ${world.folder}/www\n    file_server\n  }\n}`,
        ),
      );
      return { url: HOME };
    },
  },
  {
    name: 'Apache serves files and has no route for the event stream',
    expect: 'proxy-route-missing',
    async start(world) {
      const back = await world.http(routes({ '/events': stream(), '/api/orders': json([]) }));
      world.file('www/index.html', ssePage("'/events'"));
      world.route(
        HOST,
        80,
        await apache(
          world,
          `DocumentRoot ${world.folder}/www\nFallbackResource /index.html\nProxyPass /api/ http://127.0.0.1:${back.port}/api/`,
        ),
      );
      return { url: HOME };
    },
  },
  {
    name: 'HAProxy has no backend for the API',
    expect: 'proxy-route-missing',
    async start(world) {
      const { port } = await desk(world, LIVE);
      const front = await world.http((_q, r) => void r.writeHead(200, { 'Content-Type': 'text/html' }).end(LIVE));
      world.route(
        HOST,
        80,
        await haproxy(
          world,
          `  use_backend app if { path_beg /live }\n  default_backend front\nbackend app\n  server a 127.0.0.1:${port}\nbackend front\n  server f 127.0.0.1:${front.port}`,
        ),
      );
      return { url: HOME };
    },
  },
  {
    name: 'nginx cuts the prefix off',
    expect: 'proxy-path-stripped',
    async start(world) {
      const { port } = await desk(world, '', '/rt/live');
      world.file('www/index.html', rawPage("'ws://' + location.host + '/rt/live'"));
      world.route(
        HOST,
        80,
        await nginx(
          world,
          `root ${world.folder}/www; location /rt/ { ${UPGRADE} proxy_pass http://127.0.0.1:${port}/; }`,
        ),
      );
      return { url: HOME };
    },
  },
  {
    name: "nginx replaces the prefix, the backend answers in Go's own words",
    expect: 'proxy-path-stripped',
    async start(world) {
      const listener = goMux({
        '/live/orders': (_request, response) => void response.writeHead(400).end('Bad Request\n'),
      });
      const { server, port } = await world.http(listener);
      routeOthers(server, ['/live/orders'], listener);
      return orders(world, server, port, `${UPGRADE} proxy_pass http://127.0.0.1:${port}/ws/;`);
    },
  },
  {
    name: 'nginx replaces the prefix, the backend has the same words for every path and handshake',
    expect: 'inconclusive',
    async start(world) {
      const listener = json({ error: 'not found' }, 404);
      const { server, port } = await world.http(listener);
      routeOthers(server, ['/live/orders'], listener);
      return orders(world, server, port, `${UPGRADE} proxy_pass http://127.0.0.1:${port}/ws/;`);
    },
  },
  {
    name: 'nginx without upgrade, the backend knows no plain request of its endpoint',
    expect: 'proxy-upgrade-missing',
    async start(world) {
      const { server, port } = await world.http(json({ error: 'not found' }, 404));
      refuseOthers(server, ['/live/orders'], 403);
      return orders(world, server, port, `proxy_pass http://127.0.0.1:${port};`);
    },
  },
  {
    name: 'Caddy cuts the prefix off, the backend says so',
    expect: 'proxy-path-stripped',
    async start(world) {
      const { server, port } = await world.http(routes({ '/': '', '*': express404 }));
      endpoint(server, '/rt/live', (socket) => {
        new Chat().join(socket);
      });
      refuseOthers(server, ['/rt/live'], 400);
      world.file('www/index.html', rawPage("'ws://' + location.host + '/rt/live'"));
      world.route(
        HOST,
        80,
        await caddy(
          world,
          `:%p {\n  handle_path /rt/* {\n    reverse_proxy 127.0.0.1:${port}\n  }\n  handle {\n    root * ${world.folder}/www\n    file_server\n  }\n}`,
        ),
      );
      return { url: HOME };
    },
  },
  {
    name: 'HAProxy redirects everything to https',
    expect: 'proxy-redirects-websocket',
    async start(world) {
      world.route(HOST, 80, (await world.http(routes({ '/': rawPage("'ws://rt.example.test/live'") }))).port);
      const { port } = await desk(world, '');
      world.route(
        'rt.example.test',
        80,
        await haproxy(
          world,
          `  http-request redirect scheme https code 301\n  default_backend app\nbackend app\n  server a 127.0.0.1:${port}`,
        ),
      );
      return { url: HOME };
    },
  },
  {
    name: 'canonical path with a slash',
    expect: 'proxy-redirects-websocket',
    async start(world) {
      const chat = new Chat();
      const { server, port } = await world.http(routes({ '/': LIVE, '*': express404 }));
      endpoint(server, '/live/', (socket) => {
        chat.join(socket);
      });
      server.on('upgrade', (request, socket) => {
        if (request.url === '/live')
          socket.end(
            'HTTP/1.1 308 Permanent Redirect\r\nLocation: /live/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
          );
      });
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'Apache asks for a password before the socket',
    expect: 'proxy-auth-gate',
    async start(world) {
      const { port } = await desk(world, LIVE);
      const users = world.file('users', 'demo:$apr1$abcdefgh$0000000000000000000000\n');
      world.route(
        HOST,
        80,
        await apache(
          world,
          `<Location /live>\n  AuthType Basic\n  AuthName "staff"\n  AuthUserFile ${users}\n  Require valid-user\n</Location>\nProxyPass / http://127.0.0.1:${port}/ upgrade=websocket`,
        ),
      );
      return { url: HOME };
    },
  },
  {
    name: 'single sign-on sends the handshake away',
    expect: 'proxy-auth-gate',
    async start(world) {
      const { server, port } = await world.http(
        routes({
          '/': LIVE,
          '/api/orders': json([]),
          '/live': (_q, r) =>
            void r.writeHead(302, { Location: 'https://login.corp.test/oauth2/start?rd=%2Flive' }).end(),
        }),
      );
      server.on(
        'upgrade',
        (_request, socket) =>
          void socket.end(
            'HTTP/1.1 302 Found\r\nLocation: https://login.corp.test/oauth2/start?rd=%2Flive\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
          ),
      );
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'HAProxy cuts idle sockets, page comes back',
    expect: 'proxy-idle-timeout',
    async start(world) {
      const { port } = await desk(world, rawPage("'ws://' + location.host + '/live'"));
      world.route(
        HOST,
        80,
        await haproxy(world, `  default_backend app\nbackend app\n  timeout tunnel 2s\n  server a 127.0.0.1:${port}`),
      );
      return { url: HOME };
    },
  },
  {
    name: 'nginx cuts idle sockets, page does not come back',
    expect: 'proxy-idle-timeout',
    async start(world) {
      const { port } = await desk(world, rawPage("'ws://' + location.host + '/live'", { reconnect: false }));
      world.route(
        HOST,
        80,
        await nginx(world, `location / { ${UPGRADE} proxy_read_timeout 3s; proxy_pass http://127.0.0.1:${port}; }`),
      );
      return { url: HOME };
    },
  },
  {
    name: 'nginx does not know the name of the API',
    expect: 'proxy-host-unknown',
    async start(world) {
      const { port } = await desk(world, rawPage("'ws://rt.example.test/live'"));
      const front = await nginx(
        world,
        `server { listen 127.0.0.1:%p default_server; return 404; } server { listen 127.0.0.1:%p; server_name ${HOST}; location / { ${UPGRADE} proxy_pass http://127.0.0.1:${port}; } }`,
      );
      world.route(HOST, 80, front);
      world.route('rt.example.test', 80, front);
      return { url: HOME };
    },
  },
  {
    name: 'Caddy does not know the name of the API',
    expect: 'proxy-host-unknown',
    async start(world) {
      const { port } = await desk(world, rawPage("'ws://rt.example.test/live'"));
      const front = await caddy(world, `http://${HOST}:%p {\n  reverse_proxy 127.0.0.1:${port}\n}`);
      world.route(HOST, 80, front);
      world.route('rt.example.test', 80, front);
      return { url: HOME };
    },
  },
  {
    name: 'a proxy in Go has no route for the name of the API',
    expect: 'proxy-host-unknown',
    async start(world) {
      const page = routes({ '/': rawPage("'ws://rt.example.test/live'"), '/api/orders': json([]), '*': express404 });
      const { port } = await world.http((request, response) => {
        (request.headers.host === HOST ? page : go404)(request, response);
      });
      world.route(HOST, 80, port);
      world.route('rt.example.test', 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'Apache answers an unknown name with its default site',
    expect: 'proxy-host-unknown',
    async start(world) {
      const { port } = await desk(world, rawPage("'ws://rt.example.test/live'"));
      world.file('default/index.html', '<html><body><h1>It works!</h1></body></html>');
      const front = await apache(
        world,
        `<VirtualHost *:*>\n  ServerName default.invalid\n  DocumentRoot ${world.folder}/default\n</VirtualHost>\n<VirtualHost *:*>\n  ServerName ${HOST}\n  ProxyPass / http://127.0.0.1:${port}/ upgrade=websocket\n</VirtualHost>`,
      );
      world.route(HOST, 80, front);
      world.route('rt.example.test', 80, front);
      return { url: HOME };
    },
  },
  {
    name: 'nginx puts its upstream into Host, backend compares it with the Origin',
    expect: 'proxy-host-rewritten',
    async start(world) {
      const verifyClient = ({ origin, req }: { origin?: string; req: http.IncomingMessage }): boolean =>
        origin === undefined || new URL(origin).host === req.headers.host;
      const { port } = await desk(world, LIVE, '/live', { verifyClient });
      world.route(
        HOST,
        80,
        await nginx(
          world,
          `location / { ${UPGRADE.replace('proxy_set_header Host $host;', '')} proxy_pass http://backend; }`,
          `upstream backend { server 127.0.0.1:${port}; }`,
        ),
      );
      return { url: HOME };
    },
  },
  {
    name: 'two replicas, polling goes to and fro',
    expect: 'proxy-no-stickiness',
    async start(world) {
      const ports: number[] = [];
      for (let index = 0; index < 2; index += 1) {
        const { server, port } = await world.http(
          routes({ '/': socketIoPage("''", "{ transports: ['polling'] }"), '/client.js': socketIoClient }),
        );
        const io = new SocketIo(server);
        world.onStop(() => void io.close());
        ports.push(port);
      }
      world.route(
        HOST,
        80,
        await haproxy(
          world,
          `  default_backend app\nbackend app\n  balance roundrobin\n  option http-server-close\n${ports.map((port, index) => `  server s${index} 127.0.0.1:${port}`).join('\n')}`,
        ),
      );
      return { url: HOME };
    },
  },
  {
    name: 'nginx allows one connection, the page wants three',
    expect: 'proxy-connection-limit',
    async start(world) {
      const page = html(
        "for (const room of ['a', 'b', 'c']) { const s = new WebSocket('ws://' + location.host + '/live?room=' + room); s.onopen = () => state('connected'); s.onclose = () => state('disconnected'); }",
      );
      const { port } = await desk(world, page);
      world.route(
        HOST,
        80,
        await nginx(
          world,
          `location = / { proxy_pass http://127.0.0.1:${port}; } location / { limit_conn one 1; ${UPGRADE} proxy_pass http://127.0.0.1:${port}; }`,
          'limit_conn_zone $binary_remote_addr zone=one:1m;',
        ),
      );
      return { url: HOME };
    },
  },
  {
    name: 'nginx hides the extension from the answer',
    expect: 'proxy-strips-extensions',
    async start(world) {
      const { port } = await desk(world, LIVE, '/live', { perMessageDeflate: { threshold: 0 } });
      world.route(
        HOST,
        80,
        await nginx(
          world,
          `location / { ${UPGRADE} proxy_hide_header Sec-WebSocket-Extensions; proxy_pass http://127.0.0.1:${port}; }`,
        ),
      );
      return { url: HOME };
    },
  },
  {
    name: 'nginx buffers the event stream',
    expect: 'proxy-buffers-stream',
    async start(world) {
      const { port } = await world.http(
        routes({ '/': ssePage("'/events'"), '/events': stream(), '/api/orders': json([]) }),
      );
      world.route(
        HOST,
        80,
        await nginx(world, `location / { proxy_pass http://127.0.0.1:${port}; proxy_buffering on; }`),
      );
      return { url: HOME };
    },
  },
  {
    name: 'a middlebox compresses the event stream',
    expect: 'proxy-buffers-stream',
    async start(world) {
      const back = await world.http(routes({ '/': ssePage("'/events'"), '/events': stream() }));
      const { port } = await world.http((incoming, outgoing) => {
        const passed = http.request(
          { port: back.port, path: incoming.url ?? '/', headers: { host: HOST } },
          (answer) => {
            const compress = /gzip/.test(incoming.headers['accept-encoding'] ?? '');
            const { 'content-length': _length, ...headers } = answer.headers;
            outgoing.writeHead(answer.statusCode ?? 502, {
              ...headers,
              Via: '1.1 squeeze',
              ...defined({ 'Content-Encoding': compress ? 'gzip' : undefined }),
            });
            if (compress) answer.pipe(createGzip()).pipe(outgoing);
            else answer.pipe(outgoing);
          },
        );
        passed.on('error', () => outgoing.destroy());
        outgoing.once('close', () => passed.destroy());
        passed.end();
      });
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'HAProxy, backend stopped',
    expect: 'upstream-down',
    async start(world) {
      const front = await world.http(routes({ '/': LIVE, '/api/orders': json([]) }));
      world.route(
        HOST,
        80,
        await haproxy(
          world,
          `  use_backend rt if { path_beg /live }\n  default_backend front\nbackend rt\n  server a 127.0.0.1:${await world.closedPort()}\nbackend front\n  server f 127.0.0.1:${front.port}`,
        ),
      );
      return { url: HOME };
    },
  },
  {
    name: 'Caddy, backend stopped',
    expect: 'upstream-down',
    async start(world) {
      const front = await world.http(routes({ '/': LIVE, '/api/orders': json([]) }));
      world.route(
        HOST,
        80,
        await caddy(
          world,
          `:%p {\n  reverse_proxy /live 127.0.0.1:${await world.closedPort()}\n  reverse_proxy 127.0.0.1:${front.port}\n}`,
        ),
      );
      return { url: HOME };
    },
  },
  {
    name: 'Apache, backend stopped',
    expect: 'upstream-down',
    async start(world) {
      const front = await world.http(routes({ '/': LIVE, '/api/orders': json([]) }));
      world.route(
        HOST,
        80,
        await apache(
          world,
          `ProxyPass /live http://127.0.0.1:${await world.closedPort()}/live upgrade=websocket\nProxyPass / http://127.0.0.1:${front.port}/`,
        ),
      );
      return { url: HOME };
    },
  },
  {
    name: 'nginx asks a port on which the backend is not',
    expect: 'proxy-wrong-upstream',
    async start(world) {
      const { port } = await desk(world, LIVE);
      world.route(
        HOST,
        80,
        await nginx(
          world,
          `location / { proxy_pass http://127.0.0.1:${port}; } location /live { ${UPGRADE} proxy_pass http://127.0.0.1:${await world.closedPort()}; }`,
        ),
      );
      world.route(HOST, 3001, port);
      return { url: HOME };
    },
  },
  {
    name: 'HAProxy, backend that never answers',
    expect: 'upstream-silent',
    async start(world) {
      const { createServer } = await import('node:net');
      const front = await world.http(routes({ '/': LIVE, '/api/orders': json([]) }));
      const mute = await world.listen(createServer(() => undefined));
      world.route(
        HOST,
        80,
        await haproxy(
          world,
          `  use_backend rt if { path_beg /live }\n  default_backend front\nbackend rt\n  timeout server 1s\n  server a 127.0.0.1:${mute}\nbackend front\n  server f 127.0.0.1:${front.port}`,
        ),
      );
      return { url: HOME };
    },
  },
  {
    name: 'Caddy, backend that never answers, and no limit of time',
    expect: 'upstream-silent',
    async start(world) {
      const { createServer } = await import('node:net');
      const front = await world.http(routes({ '/': LIVE, '/api/orders': json([]) }));
      const mute = await world.listen(createServer(() => undefined));
      world.route(
        HOST,
        80,
        await caddy(
          world,
          `:%p {\n  reverse_proxy /live 127.0.0.1:${mute}\n  reverse_proxy 127.0.0.1:${front.port}\n}`,
        ),
      );
      return { url: HOME };
    },
  },
];
