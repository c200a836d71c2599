import type http from 'node:http';
import { WebSocketServer } from 'ws';
import { html, rawPage } from './pages.ts';
import { nginx, UPGRADE } from './proxies.ts';
import { relay } from './relays.ts';
import { Chat, answerPlainly, endpoint, express404, json, routes } from './servers.ts';
import type { Unseen } from './unseen.ts';

const HOST = 'shop.example.test';
const HOME = `http://${HOST}/`;

const script = (text: string) => (_q: http.IncomingMessage, r: http.ServerResponse) => {
  r.writeHead(200, { 'Content-Type': 'text/javascript' }).end(text);
};

/** The client of a development server: it tries the page's own host, and then the server directly. */
const HOT = `const protocol = location.protocol === 'https:' ? 'wss' : 'ws';
let opened = false;
const hot = new WebSocket(protocol + '://' + location.host + '/?token=cAfe01', 'vite-hmr');
hot.addEventListener('open', () => { opened = true; }, { once: true });
hot.addEventListener('close', () => {
  if (opened) return;
  const direct = new WebSocket(protocol + '://localhost:5173/?token=cAfe01', 'vite-hmr');
  direct.addEventListener('close', () => console.error('[vite] failed to connect to websocket'));
});`;

/** Development servers, and clients that try a second address when the first one fails. */
export const development: readonly Unseen[] = [
  {
    name: 'hot reload behind an nginx without upgrade, then directly at localhost',
    expect: 'proxy-upgrade-missing',
    async start(world) {
      const table = routes({
        '/': html('', { head: '<script type="module" src="/@vite/client"></script>' }),
        '/@vite/client': script(HOT),
      });
      const { server, port } = await world.http(table);
      const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'vite-hmr' });
      server.on('upgrade', (request, socket, head) => {
        sockets.handleUpgrade(request, socket, head, (client) => {
          client.send('{"type":"connected"}');
        });
      });
      world.route(
        HOST,
        80,
        await nginx(world, `location / { proxy_set_header Host $host; proxy_pass http://127.0.0.1:${port}; }`),
      );
      world.route('localhost', 5173, await world.closedPort());
      return { url: HOME };
    },
  },
  {
    name: 'updates of a bundler whose socket a relay takes for a plain request',
    expect: 'proxy-upgrade-missing',
    async start(world) {
      const client = script(
        "const hmr = () => { const socket = new WebSocket('ws://' + location.host + '/_next/webpack-hmr?page=/'); socket.onclose = () => setTimeout(hmr, 1500); }; hmr();",
      );
      const table = routes({
        '/': html('', { head: '<script src="/_next/main.js"></script>' }),
        '/_next/main.js': client,
        '/_next/webpack-hmr': (_q, r) => {
          r.writeHead(404, { 'Content-Type': 'text/html', 'X-Powered-By': 'Next.js' }).end(
            '<html><title>404: This page could not be found</title></html>',
          );
        },
        '*': (_q, r) => {
          r.writeHead(404, { 'Content-Type': 'text/html', 'X-Powered-By': 'Next.js' }).end(
            '<html><body><h2>no such route</h2></body></html>',
          );
        },
      });
      const { server, port } = await world.http(table);
      endpoint(server, '/_next/webpack-hmr', (socket) => {
        socket.send('{"action":"sync"}');
      });
      world.route(HOST, 80, await relay(world, port, { withoutUpgrade: true }));
      return { url: HOME };
    },
  },
  {
    name: 'client that tries a second port after its origin was refused',
    expect: 'ws-origin-rejected',
    async start(world) {
      const page =
        html(`const open = (host, last) => { const socket = new WebSocket('ws://' + host + '/live?room=7', 'board.v1');
socket.onopen = () => state('connected'); socket.onerror = () => last ? state('no connection') : open('${HOST}:8081', true); };
open('push.example.test', false);`);
      world.route(HOST, 80, (await world.http(routes({ '/': page }))).port);
      const push = await world.http(routes({}));
      endpoint(
        push.server,
        '/live',
        (socket) => {
          new Chat().join(socket);
        },
        {
          verifyClient: ({ origin }: { origin: string }) => !origin || origin === 'https://shop.example.test',
          handleProtocols: () => 'board.v1',
        },
      );
      world.route('push.example.test', 80, push.port);
      world.route(HOST, 8081, await world.closedPort());
      return { url: HOME };
    },
  },
  {
    name: 'development server that refuses a foreign origin with a bare word',
    expect: 'ws-origin-rejected',
    async start(world) {
      const page = rawPage("'ws://' + location.host + '/_next/hmr?id=1'");
      const { server, port } = await world.http(routes({ '/': page }));
      const sockets = new WebSocketServer({ noServer: true });
      server.on('upgrade', (request, socket, head) => {
        const { origin } = request.headers;
        if (origin !== undefined && new URL(origin).hostname !== 'localhost') socket.end('Unauthorized');
        else
          sockets.handleUpgrade(request, socket, head, (client) => {
            client.send('{"type":"sync"}');
          });
      });
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'gateway that demands an origin of its list, and answers others with a line that is no HTTP',
    expect: 'ws-origin-rejected',
    async start(world) {
      const page = rawPage("'ws://feed.example.test/stream'");
      world.route(HOST, 80, (await world.http(routes({ '/': page }))).port);
      const { server, port } = await world.http(routes({ '*': express404 }));
      const sockets = new WebSocketServer({ noServer: true });
      server.on('upgrade', (request, socket, head) => {
        if (request.headers.origin !== 'http://localhost:3000') socket.end('ERR origin is not permitted\n');
        else
          sockets.handleUpgrade(request, socket, head, (client) => {
            client.send('{"type":"hello"}');
          });
      });
      world.route('feed.example.test', 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'bundler that tells in a frame that the host is not allowed',
    expect: 'backend-host-refused',
    async start(world) {
      const client = script(
        "const hot = () => { const socket = new WebSocket('ws://' + location.host + '/ws'); socket.onclose = () => setTimeout(hot, 1200); }; hot();",
      );
      const { server, port } = await world.http(
        routes({ '/': html('', { head: '<script src="/main.js"></script>' }), '/main.js': client }),
      );
      endpoint(server, '/ws', (socket, { headers }) => {
        if (!/^localhost/.test(headers.host ?? '')) {
          socket.send('{"type":"error","data":"Invalid Host header"}');
          socket.close();
        }
      });
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'script that asks for an optional one, and a socket that nginx does not upgrade',
    expect: 'proxy-upgrade-missing',
    async start(world) {
      const app = `const more = document.createElement('script'); more.src = '/extras/spelling.js'; document.head.append(more);
const connect = () => { const socket = new WebSocket('ws://' + location.host + '/comms'); socket.onclose = () => setTimeout(connect, 1500); }; connect();`;
      const { server, port } = await world.http(
        routes({
          '/': html('', { head: '<script src="/app.js"></script>' }),
          '/app.js': script(app),
          '/api/flows': json([]),
          '*': express404,
        }),
      );
      endpoint(server, '/comms', (socket) => {
        new Chat().join(socket);
      });
      world.route(HOST, 80, await nginx(world, `location / { proxy_pass http://127.0.0.1:${port}; }`));
      return { url: HOME };
    },
  },
  {
    name: 'page that polls, and a module that it imports only where it is there',
    expect: 'healthy',
    async start(world) {
      const app = `import('/plugins/dark.js').catch(() => {}); const ask = () => fetch('/api/flows').finally(() => setTimeout(ask, 800)); ask();`;
      const { port } = await world.http(
        routes({
          '/': html('', { head: '<script type="module" src="/app.js"></script>' }),
          '/app.js': script(app),
          '/api/flows': json([]),
          '*': express404,
        }),
      );
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'two WebSocket servers of one program answer the same upgrade',
    expect: 'upgrade-answered-twice',
    async start(world) {
      const { server, port } = await world.http(routes({ '/': rawPage("'ws://' + location.host + '/chat'") }));
      const chat = new WebSocketServer({ noServer: true });
      server.on('upgrade', (request, socket, head) => {
        if (request.url === '/chat')
          chat.handleUpgrade(request, socket, head, (client) => {
            new Chat().join(client);
          });
      });
      // The second server knows another path, and refuses what it does not know.
      new WebSocketServer({ server, path: '/hmr' });
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'an application and its proxy module both answer an upgrade, behind nginx',
    expect: 'upgrade-answered-twice',
    async start(world) {
      const { server, port } = await world.http(routes({ '/': rawPage("'ws://' + location.host + '/live'") }));
      endpoint(server, '/live', (socket) => {
        new Chat().join(socket);
      });
      server.on('upgrade', (request, socket) => {
        if (request.url === '/live')
          setTimeout(() => socket.write('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n'), 30);
        else answerPlainly(request, socket, express404);
      });
      world.route(HOST, 80, await nginx(world, `location / { ${UPGRADE} proxy_pass http://127.0.0.1:${port}; }`));
      return { url: HOME };
    },
  },
];
