import type http from 'node:http';
import type { Duplex } from 'node:stream';
import { Server as SocketIo } from 'socket.io';
import { html, pusherPage, rawPage, socketIoPage } from './pages.ts';
import { caddy } from './proxies.ts';
import { Chat, endpoint, express404, json, pusherServer, refuseOthers, routes, socketIoClient } from './servers.ts';
import type { Unseen } from './unseen.ts';

const HOST = 'desk.example.test';
const API = 'api.example.test';
const HOME = `http://${HOST}/`;
const PUSHER = "'ws://' + location.host + '/app/desk-key?protocol=7&client=js&version=8.4.0'";
/** An unsigned token with the three parts of a JSON Web Token. */
const TOKEN = 'demo.token.unsigned';

/** What servers permit: origins, credentials, protocols. */
export const policies: readonly Unseen[] = [
  {
    name: 'API without the page’s origin, socket works',
    expect: 'cors-origin-missing',
    async start(world) {
      const page = rawPage(`'ws://${API}/live'`, { more: `fetch('http://${API}/orders').catch(() => {});` });
      world.route(HOST, 80, (await world.http(routes({ '/': page }))).port);
      const api = await world.http(
        routes({ '/orders': json([], 200, { 'Access-Control-Allow-Origin': 'http://other.example.test' }) }),
      );
      endpoint(api.server, '/live', (socket) => {
        new Chat().join(socket);
      });
      world.route(API, 80, api.port);
      return { url: HOME };
    },
  },
  {
    name: 'Express answers 500 “Not allowed by CORS”',
    expect: 'cors-origin-missing',
    async start(world) {
      world.route(
        HOST,
        80,
        (await world.http(routes({ '/': html(`fetch('http://${API}/orders').catch(() => state('failed'));`) }))).port,
      );
      const api = await world.http((request, response) => {
        if (request.headers.origin)
          response.writeHead(500, { 'Content-Type': 'text/html' }).end('<pre>Error: Not allowed by CORS</pre>');
        else json([])(request, response);
      });
      world.route(API, 80, api.port);
      return { url: HOME };
    },
  },
  {
    name: 'Socket.IO by polling without the page’s origin',
    expect: 'cors-origin-missing',
    async start(world) {
      world.route(
        HOST,
        80,
        (await world.http(routes({ '/': socketIoPage(`'http://${API}'`, '{}'), '/client.js': socketIoClient }))).port,
      );
      const api = await world.http(routes({}));
      const io = new SocketIo(api.server, { cors: { origin: 'http://other.example.test' } });
      world.onStop(() => void io.close());
      world.route(API, 80, api.port);
      return { url: HOME };
    },
  },
  {
    name: 'Socket.IO with credentials against a wildcard',
    expect: 'cors-wildcard-credentials',
    async start(world) {
      world.route(
        HOST,
        80,
        (
          await world.http(
            routes({ '/': socketIoPage(`'http://${API}'`, '{ withCredentials: true }'), '/client.js': socketIoClient }),
          )
        ).port,
      );
      const api = await world.http(routes({}));
      const io = new SocketIo(api.server, { cors: { origin: '*' } });
      world.onStop(() => void io.close());
      world.route(API, 80, api.port);
      return { url: HOME };
    },
  },
  {
    name: 'server that refuses the whole preflight for one header',
    expect: 'cors-header-missing',
    async start(world) {
      const page = html(`fetch('http://${API}/orders', { headers: { 'X-Key': 'a' } }).catch(() => state('failed'));`);
      world.route(HOST, 80, (await world.http(routes({ '/': page }))).port);
      const api = await world.http((request, response) => {
        const refused = 'x-key' === request.headers['access-control-request-headers'];
        response.writeHead(refused ? 400 : 200, { 'Access-Control-Allow-Origin': HOME.slice(0, -1) });
        response.end(refused ? 'Disallowed CORS headers' : 'OK');
      });
      world.route(API, 80, api.port);
      return { url: HOME };
    },
  },
  {
    name: 'header that the preflight does not allow',
    expect: 'cors-header-missing',
    async start(world) {
      world.route(
        HOST,
        80,
        (
          await world.http(
            routes({
              '/': html(
                `fetch('http://${API}/orders', { headers: { 'X-Tenant': 'acme' } }).catch(() => state('failed'));`,
              ),
            }),
          )
        ).port,
      );
      const api = await world.http((request, response) => {
        json([], 200, {
          'Access-Control-Allow-Origin': HOME.slice(0, -1),
          'Access-Control-Allow-Headers': 'content-type',
        })(request, response);
      });
      world.route(API, 80, api.port);
      return { url: HOME };
    },
  },
  {
    name: 'API is down behind Caddy: the console speaks of CORS',
    expect: 'upstream-down',
    async start(world) {
      world.route(
        HOST,
        80,
        (await world.http(routes({ '/': html(`fetch('http://${API}/orders').catch(() => state('failed'));`) }))).port,
      );
      world.route(API, 80, await caddy(world, `:%p {\n  reverse_proxy 127.0.0.1:${await world.closedPort()}\n}`));
      return { url: HOME };
    },
  },
  {
    name: 'endpoint with a list of origins',
    expect: 'ws-origin-rejected',
    async start(world) {
      world.route(HOST, 80, (await world.http(routes({ '/': rawPage(`'ws://${API}/live'`) }))).port);
      const api = await world.http(routes({}));
      endpoint(
        api.server,
        '/live',
        (socket) => {
          new Chat().join(socket);
        },
        {
          verifyClient: ({ origin }: { origin?: string }) =>
            origin === undefined || origin === 'http://shop.example.test',
        },
      );
      world.route(API, 80, api.port);
      return { url: HOME };
    },
  },
  {
    name: 'endpoint that hangs up on a foreign origin',
    expect: 'ws-origin-rejected',
    async start(world) {
      world.route(HOST, 80, (await world.http(routes({ '/': rawPage(`'ws://${API}/live'`) }))).port);
      const api = await world.http(routes({}));
      api.server.prependListener('upgrade', (request: http.IncomingMessage, socket: Duplex) => {
        if (request.headers.origin === HOME.slice(0, -1)) socket.destroy();
      });
      endpoint(api.server, '/live', (socket) => {
        new Chat().join(socket);
      });
      world.route(API, 80, api.port);
      return { url: HOME };
    },
  },
  {
    name: 'broker says that the origin is not allowed',
    expect: 'ws-origin-rejected',
    async start(world) {
      const { server, port } = await world.http(routes({ '/': pusherPage(PUSHER) }));
      const { WebSocketServer } = await import('ws');
      new WebSocketServer({ server }).on('connection', (socket) => {
        socket.send(
          JSON.stringify({
            event: 'pusher:error',
            data: JSON.stringify({ code: 4009, message: 'Origin not allowed' }),
          }),
        );
      });
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'no token, closed with 1008',
    expect: 'auth-missing',
    async start(world) {
      const { server, port } = await world.http(routes({ '/': rawPage("'ws://' + location.host + '/live'") }));
      endpoint(server, '/live', (socket, request) => {
        if (!(request.url ?? '').includes('token=')) socket.close(1008, 'Authentication required');
      });
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'token “null”, refused with 401',
    expect: 'auth-missing',
    async start(world) {
      const { server, port } = await world.http(
        routes({ '/': rawPage("'ws://' + location.host + '/live?token=' + localStorage.getItem('token')") }),
      );
      endpoint(
        server,
        '/live',
        (socket) => {
          new Chat().join(socket);
        },
        {
          verifyClient: ({ req }: { req: http.IncomingMessage }) => (req.url ?? '').includes('token=good'),
        },
      );
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'token that has expired, told in a frame',
    expect: 'auth-rejected',
    async start(world) {
      const { server, port } = await world.http(
        routes({
          '/': rawPage("'ws://' + location.host + '/live'", {
            hello: `JSON.stringify({ type: 'auth', token: '${TOKEN}' })`,
          }),
        }),
      );
      endpoint(server, '/live', (socket) => {
        socket.on('message', () => {
          socket.send(JSON.stringify({ type: 'error', code: 'AUTH_FAILED', message: 'Token expired' }));
          socket.close(4401, 'token expired');
        });
      });
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'token of another secret, 403 at the handshake',
    expect: 'auth-rejected',
    async start(world) {
      const { server, port } = await world.http(
        routes({ '/': rawPage(`'ws://' + location.host + '/live?token=${TOKEN}'`), '*': express404 }),
      );
      endpoint(
        server,
        '/live',
        (socket) => {
          new Chat().join(socket);
        },
        {
          verifyClient: (_info: object, done: (ok: boolean, status: number, text: string) => void) => {
            done(false, 403, 'Forbidden');
          },
        },
      );
      refuseOthers(server, ['/live']);
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'Socket.IO middleware refuses the token',
    expect: 'auth-rejected',
    async start(world) {
      const { server, port } = await world.http(
        routes({ '/': socketIoPage("''", `{ auth: { token: '${TOKEN}' } }`), '/client.js': socketIoClient }),
      );
      const io = new SocketIo(server);
      world.onStop(() => void io.close());
      io.use((_socket, next) => {
        next(new Error('jwt malformed'));
      });
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'Socket.IO lets in and sends away, no token',
    expect: 'auth-missing',
    async start(world) {
      const { server, port } = await world.http(
        routes({ '/': socketIoPage("''", '{}'), '/client.js': socketIoClient }),
      );
      const io = new SocketIo(server);
      world.onStop(() => void io.close());
      io.on('connection', (socket) => socket.disconnect());
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'private channels have no route',
    expect: 'channel-auth-unrouted',
    async start(world) {
      const { server, port } = await world.http((request, response) => {
        if (request.url === '/')
          routes({ '/': pusherPage(PUSHER, { channels: ['orders', 'private-desk'] }) })(request, response);
        else
          response
            .writeHead(405, { 'Content-Type': 'text/html' })
            .end('<html><body><center><h1>405 Not Allowed</h1></center><hr><center>nginx</center></body></html>');
      });
      pusherServer(server, ['desk-key']);
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'key of another application',
    expect: 'app-key-mismatch',
    async start(world) {
      const { server, port } = await world.http(routes({ '/': pusherPage(PUSHER) }));
      pusherServer(server, ['other-key']);
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'namespace that nobody registered',
    expect: 'namespace-invalid',
    async start(world) {
      const { server, port } = await world.http(
        routes({ '/': socketIoPage("'/orders'", '{}'), '/client.js': socketIoClient }),
      );
      const io = new SocketIo(server);
      world.onStop(() => void io.close());
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'Socket.IO at another path, polling first',
    expect: 'socketio-path-mismatch',
    async start(world) {
      const { server, port } = await world.http(
        routes({ '/': socketIoPage("''", '{}'), '/client.js': socketIoClient, '*': express404 }),
      );
      const io = new SocketIo(server, { path: '/realtime/' });
      world.onStop(() => void io.close());
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'Socket.IO at another path, WebSocket alone',
    expect: 'socketio-path-mismatch',
    async start(world) {
      world.route(
        HOST,
        80,
        (
          await world.http(
            routes({
              '/': socketIoPage(`'http://${API}'`, "{ transports: ['websocket'] }"),
              '/client.js': socketIoClient,
            }),
          )
        ).port,
      );
      const api = await world.http(routes({}));
      const io = new SocketIo(api.server, { path: '/ws/socket.io/' });
      world.onStop(() => void io.close());
      world.route(API, 80, api.port);
      return { url: HOME };
    },
  },
  {
    name: 'subprotocol that the server does not know',
    expect: 'subprotocol-unanswered',
    async start(world) {
      const { server, port } = await world.http(
        routes({ '/': rawPage("'ws://' + location.host + '/live'", { protocols: "['desk.v2']" }) }),
      );
      endpoint(
        server,
        '/live',
        (socket) => {
          new Chat().join(socket);
        },
        { handleProtocols: () => false },
      );
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
];
