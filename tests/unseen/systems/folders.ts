/** What goes wrong where an application is published in a folder, on another port, or by an old version of HTTP. */
import { createHash } from 'node:crypto';
import type http from 'node:http';
import type { WebSocket } from 'ws';
import { html, rawPage, socketIoPage } from './pages.ts';
import { UPGRADE, nginx } from './proxies.ts';
import { bare, engine } from './python-engine.ts';
import { Chat, endpoint, express404, json, refuseOthers, routes, socketIoClient } from './servers.ts';
import type { Unseen } from './unseen.ts';
import type { World } from './world.ts';

const HOST = 'desk.example.test';
const HOME = `http://${HOST}/`;

const script = (text: string): http.RequestListener => {
  return (_request, response) => void response.writeHead(200, { 'Content-Type': 'text/javascript' }).end(text);
};

const CONNECT = `const socket = new WebSocket('ws://' + location.host + base + '/live');
socket.onopen = () => { document.getElementById('state').textContent = 'connected'; };
socket.onmessage = (event) => { document.getElementById('list').append(JSON.parse(event.data).type); };`;

/** A program that serves a page which asks for three things below /live/, and has none of them. */
async function pageOnly(world: World): Promise<number> {
  const page = rawPage("'ws://' + location.host + '/live/ws'", {
    more: "fetch('/live/messages').then((a) => { if (!a.ok) show('no messages'); }); new EventSource('/live/events');",
  });
  const { port } = await world.http(
    routes({
      '/': page,
      '*': (_request, response) => void response.writeHead(404, { 'Content-Type': 'text/plain' }).end('no such page\n'),
    }),
  );
  return port;
}

/** A server whose page, scripts and socket are at the root, whatever its visitors see. */
async function rootDesk(world: World, page: string, more: Parameters<typeof routes>[0] = {}): Promise<number> {
  const chat = new Chat();
  const { server, port } = await world.http(
    routes({ '/': page, '/static/app.js': script(`const base = '';\n${CONNECT}`), '*': express404, ...more }),
  );
  endpoint(server, '/live', (socket) => {
    chat.join(socket);
  });
  refuseOthers(server, ['/live']);
  return port;
}

const withScript = (source: string): string => html('', { body: `<script src="${source}"></script>` });

/** Compares the Origin with the Host that arrives, as many servers do that know no list. */
const sameOrigin = ({ origin, req }: { origin?: string; req: http.IncomingMessage }): boolean =>
  origin === undefined || origin.replace(/^https?:\/\//, '') === req.headers.host;

export const folders: readonly Unseen[] = [
  {
    name: 'published in a folder of nginx, the page names its scripts at the root',
    expect: 'backend-base-path',
    async start(world) {
      const port = await rootDesk(world, withScript('/static/app.js'));
      const site = `location /desk/ { proxy_pass http://127.0.0.1:${port}/; ${UPGRADE} }`;
      world.route(HOST, 80, await nginx(world, site));
      return { url: `${HOME}desk/` };
    },
  },
  {
    name: 'published in a folder beside a front end that answers everything, socket and data at the root',
    expect: 'backend-base-path',
    async start(world) {
      const chat = new Chat();
      const page = rawPage("'ws://' + location.host + '/live'", {
        more: "fetch('/api/orders').then((a) => a.json()).then((a) => show(a.length + ' orders'), () => state('no orders'));",
      });
      const other = html("state('welcome')", { title: 'Company portal' });
      const { server, port } = await world.http(
        routes({ '/tools/desk/': page, '/tools/desk/api/orders': json([1, 2]), '*': other }),
      );
      endpoint(server, '/tools/desk/live', (socket) => {
        chat.join(socket);
      });
      refuseOthers(server, ['/tools/desk/live'], 400);
      world.route(HOST, 80, port);
      return { url: `${HOME}tools/desk/` };
    },
  },
  {
    name: 'published in a folder, a redirect leads out of it',
    expect: 'backend-base-path',
    async start(world) {
      const port = await rootDesk(world, '', {
        '/': (_request, response) => void response.writeHead(302, { Location: '/start' }).end(),
        '/start': rawPage("'ws://' + location.host + '/live'"),
      });
      const site = `location /desk/ { proxy_pass http://127.0.0.1:${port}/; ${UPGRADE} }`;
      world.route(HOST, 80, await nginx(world, site));
      return { url: `${HOME}desk/` };
    },
  },
  {
    name: 'published in a folder that the application knows',
    expect: 'healthy',
    async start(world) {
      const port = await rootDesk(world, withScript('/desk/static/app.js'), {
        '/static/app.js': script(`const base = '/desk';\n${CONNECT}`),
      });
      const site = `location /desk/ { proxy_pass http://127.0.0.1:${port}/; ${UPGRADE} }`;
      world.route(HOST, 80, await nginx(world, site));
      return { url: `${HOME}desk/` };
    },
  },
  {
    name: 'nginx speaks HTTP/1.0 to a server that answers 101 and hangs up, the page comes back',
    expect: 'proxy-upgrade-missing',
    async start(world) {
      const port = await rootDesk(world, rawPage("'ws://' + location.host + '/feed'"));
      const { server, port: feed } = await world.http(express404);
      oldHttpHangsUp(server);
      const upgrade = UPGRADE.replace('proxy_http_version 1.1;', '');
      const site = `location / { proxy_pass http://127.0.0.1:${port}; } location /feed { proxy_pass http://127.0.0.1:${feed}; ${upgrade} }`;
      world.route(HOST, 80, await nginx(world, site));
      return { url: HOME };
    },
  },
  {
    name: 'nginx speaks HTTP/1.0 to a server that answers 101 and hangs up, the page gives up',
    expect: 'proxy-upgrade-missing',
    async start(world) {
      const page = rawPage("'ws://' + location.host + '/api/kernels/7/channels'", { reconnect: false });
      const { server, port } = await world.http(routes({ '/': page, '/api/kernels': json([]), '*': express404 }));
      oldHttpHangsUp(server);
      const upgrade = UPGRADE.replace('proxy_http_version 1.1;', '');
      world.route(HOST, 80, await nginx(world, `location / { proxy_pass http://127.0.0.1:${port}; ${upgrade} }`));
      return { url: HOME };
    },
  },
  {
    name: 'a server that accepts every socket and drops it, without a proxy',
    expect: 'inconclusive',
    async start(world) {
      const page = rawPage("'ws://' + location.host + '/live'", { reconnect: false });
      const { server, port } = await world.http(routes({ '/': page, '*': express404 }));
      endpoint(server, '/live', (socket) => {
        socket.terminate();
      });
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'nginx on another port hands Host on without it, the server compares it with the Origin',
    expect: 'proxy-host-rewritten',
    async start(world) {
      const chat = new Chat();
      const { server, port } = await world.http(
        routes({ '/': rawPage("'ws://' + location.host + '/live'"), '*': express404 }),
      );
      endpoint(
        server,
        '/live',
        (socket) => {
          chat.join(socket);
        },
        { verifyClient: sameOrigin },
      );
      refuseOthers(server, ['/live']);
      world.route(HOST, 8080, await nginx(world, `location / { proxy_pass http://127.0.0.1:${port}; ${UPGRADE} }`));
      return { url: `http://${HOST}:8080/` };
    },
  },
  {
    name: 'nginx on another port hands Host on without it, polling is refused in words of Python',
    expect: 'proxy-host-rewritten',
    async start(world) {
      const io = engine({
        refuse: ({ headers: { origin, host } }) =>
          origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`
            ? bare(`${origin} is not an accepted origin.`)
            : undefined,
      });
      const { server, port } = await world.http(
        routes({ '/': socketIoPage("''", '{}'), '/client.js': socketIoClient, '/socket.io/': io.listener }),
      );
      io.upgrade(server);
      world.route(HOST, 8088, await nginx(world, `location / { proxy_pass http://127.0.0.1:${port}; ${UPGRADE} }`));
      return { url: `http://${HOST}:8088/` };
    },
  },
  {
    name: 'nginx has no route for what is live, the program of the page has words of its own',
    expect: 'proxy-route-missing',
    async start(world) {
      world.route(
        HOST,
        80,
        await nginx(world, `location / { ${UPGRADE} proxy_pass http://127.0.0.1:${await pageOnly(world)}; }`),
      );
      return { url: HOME };
    },
  },
  {
    name: 'no proxy, and the program of the page has nothing of what is live',
    expect: 'backend-endpoint-missing',
    async start(world) {
      world.route(HOST, 80, await pageOnly(world));
      return { url: HOME };
    },
  },
  {
    name: 'nginx asks with a Host of its own, the server compares it and knows its endpoint by a plain request',
    expect: 'proxy-host-rewritten',
    async start(world) {
      const { server, port } = await world.http(
        routes({
          '/': rawPage("'ws://' + location.host + '/live'", {
            more: "new WebSocket('ws://' + location.host + '/live/prices');",
          }),
          '/live': (_request, response) =>
            void response.writeHead(426, { Upgrade: 'websocket', Connection: 'Upgrade' }).end('a WebSocket is wanted'),
          '*': express404,
        }),
      );
      const join = (socket: WebSocket): void => {
        new Chat().join(socket);
      };
      endpoint(server, '/live', join, { verifyClient: sameOrigin });
      endpoint(server, '/live/prices', join);
      refuseOthers(server, ['/live', '/live/prices']);
      const upgrade =
        'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;';
      world.route(HOST, 80, await nginx(world, `location / { ${upgrade} proxy_pass http://127.0.0.1:${port}; }`));
      return { url: HOME };
    },
  },
];

/** A server that switches protocols and closes at once where the request is of HTTP/1.0. */
function oldHttpHangsUp(server: http.Server): void {
  server.on('upgrade', (request, socket) => {
    const accept = createHash('sha1')
      .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    if (request.httpVersion === '1.0') socket.end();
  });
}
