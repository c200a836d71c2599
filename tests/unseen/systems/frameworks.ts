/** What frameworks of other languages say in their own words, behind proxies and without. */
import type http from 'node:http';
import { html, rawPage, socketIoPage, ssePage } from './pages.ts';
import { UPGRADE, nginx } from './proxies.ts';
import { bare, engine, type EngineOptions } from './python-engine.ts';
import { routeOthers, routes, socketIoClient } from './servers.ts';
import type { Unseen } from './unseen.ts';
import type { World } from './world.ts';

const HOST = 'desk.example.test';
const HOME = `http://${HOST}/`;

/** The 404 of Django without DEBUG, signed by the server that runs it. */
const django404 =
  (server: string): http.RequestListener =>
  (_request, response) => {
    response
      .writeHead(404, { 'Content-Type': 'text/html; charset=utf-8', Server: server, 'X-Frame-Options': 'DENY' })
      .end(
        '\n<!doctype html>\n<html lang="en">\n<head>\n  <title>Not Found</title>\n</head>\n<body>\n  <h1>Not Found</h1><p>The requested resource was not found on this server.</p>\n</body>\n</html>\n',
      );
  };

const signed =
  (server: string, body: string, type = 'text/html; charset=utf-8'): http.RequestListener =>
  (_request, response) => {
    response.writeHead(200, { 'Content-Type': type, Server: server }).end(body);
  };

const ORDERS = "fetch('/api/orders').then((a) => a.json()).catch(() => {});";

/** A page with Socket.IO's client, and a server in Python's words. */
async function pythonDesk(world: World, options: EngineOptions, page = socketIoPage("''", '{}')): Promise<number> {
  const io = engine(options);
  const { server, port } = await world.http(
    routes({ '/': page, '/client.js': socketIoClient, '/socket.io/': io.listener }),
  );
  io.upgrade(server);
  return port;
}

export const frameworks: readonly Unseen[] = [
  {
    name: 'a WSGI server, production words of its framework for handshake and request',
    expect: 'backend-ws-unsupported',
    async start(world) {
      const sign = 'WSGIServer/0.2 CPython/3.11.9';
      const listener = routes({
        '/': signed(sign, rawPage("'ws://' + location.host + '/ws/orders/'", { more: ORDERS })),
        '/api/orders': signed(sign, '[]', 'application/json'),
        '*': django404(sign),
      });
      const { server, port } = await world.http(listener);
      routeOthers(server, [], listener);
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'the framework behind nginx has no event stream, and says so in words like those of a proxy',
    expect: 'backend-endpoint-missing',
    async start(world) {
      const { port } = await world.http(
        routes({
          '/': signed('gunicorn', ssePage("'/api/changes/'").replace('</body>', `<script>${ORDERS}</script></body>`)),
          '/api/orders': signed('gunicorn', '[]', 'application/json'),
          '*': django404('gunicorn'),
        }),
      );
      world.route(HOST, 80, await nginx(world, `location / { proxy_pass http://127.0.0.1:${port}; }`));
      return { url: HOME };
    },
  },
  {
    name: 'the framework itself has no event stream, and says so in words like those of a proxy',
    expect: 'backend-endpoint-missing',
    async start(world) {
      const { port } = await world.http(
        routes({
          '/': signed('daphne', ssePage("'/api/changes/'").replace('</body>', `<script>${ORDERS}</script></body>`)),
          '/api/orders': signed('daphne', '[]', 'application/json'),
          '*': django404('daphne'),
        }),
      );
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'polling sessions of one address are shared out among workers, in words of Python',
    expect: 'proxy-no-stickiness',
    async start(world) {
      world.route(HOST, 80, await pythonDesk(world, { workers: 3 }));
      return { url: HOME };
    },
  },
  {
    name: 'polling sessions go to and fro behind nginx, the words name the session',
    expect: 'proxy-no-stickiness',
    async start(world) {
      const unknownSession = bare('Invalid session Zk3oT2pXvQ7a');
      const port = await pythonDesk(world, { workers: 2, unknownSession });
      world.route(HOST, 80, await nginx(world, `location / { proxy_pass http://127.0.0.1:${port}; ${UPGRADE} }`));
      return { url: HOME };
    },
  },
  {
    name: 'polling sessions go to and fro, in words that nobody knows',
    expect: 'proxy-no-stickiness',
    async start(world) {
      world.route(HOST, 80, await pythonDesk(world, { workers: 2, unknownSession: [410, 'no such client here'] }));
      return { url: HOME };
    },
  },
  {
    name: 'every POST of a polling session is refused, in words that nobody knows',
    expect: 'inconclusive',
    async start(world) {
      const refuse: EngineOptions['refuse'] = ({ method }) =>
        method === 'POST' ? [400, 'body rejected by policy 7'] : undefined;
      // Polling alone: a WebSocket that stands before the first POST is answered would carry the messages.
      world.route(HOST, 80, await pythonDesk(world, { refuse }, socketIoPage("''", "{ transports: ['polling'] }")));
      return { url: HOME };
    },
  },
  {
    name: 'a list of origins, checked on every POST and handshake, in words of Python',
    expect: 'ws-origin-rejected',
    async start(world) {
      const refuse: EngineOptions['refuse'] = ({ headers: { origin } }) =>
        origin !== undefined && origin !== 'https://desk.example.test' ? bare('Not an accepted origin.') : undefined;
      world.route(HOST, 80, await pythonDesk(world, { refuse }));
      return { url: HOME };
    },
  },
  {
    name: 'nginx puts its upstream into Host, the server takes that for its origin, in words of Python',
    expect: 'proxy-host-rewritten',
    async start(world) {
      const refuse: EngineOptions['refuse'] = ({ headers: { origin, host } }) =>
        origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`
          ? bare(`${origin} is not an accepted origin.`)
          : undefined;
      const port = await pythonDesk(world, { refuse });
      const upgrade = UPGRADE.replace('proxy_set_header Host $host;', '');
      world.route(HOST, 80, await nginx(world, `location / { proxy_pass http://127.0.0.1:${port}; ${upgrade} }`));
      return { url: HOME };
    },
  },
  {
    name: 'a client of an old version, refused in words of Python',
    expect: 'client-protocol-mismatch',
    async start(world) {
      const refuse: EngineOptions['refuse'] = (_request, query) =>
        query.get('EIO') === '4' || query.has('sid')
          ? undefined
          : bare('The client is using an unsupported version of the Socket.IO or Engine.IO protocols');
      const page = html(`async function poll() {
  const answer = await fetch('/socket.io/?EIO=3&transport=polling&t=' + Date.now());
  state(answer.ok ? 'connected' : 'disconnected');
  setTimeout(poll, 1000);
}
poll();`);
      world.route(HOST, 80, await pythonDesk(world, { refuse }, page));
      return { url: HOME };
    },
  },
  {
    name: 'nginx passes no Upgrade, and the server says so in words of Python',
    expect: 'proxy-upgrade-missing',
    async start(world) {
      const refuse: EngineOptions['refuse'] = ({ headers }, query) =>
        query.get('transport') === 'websocket' && headers.upgrade !== 'websocket'
          ? bare('Invalid websocket upgrade')
          : undefined;
      const page = socketIoPage("''", "{ transports: ['websocket'] }");
      const port = await pythonDesk(world, { refuse }, page);
      world.route(HOST, 80, await nginx(world, `location / { proxy_pass http://127.0.0.1:${port}; }`));
      return { url: HOME };
    },
  },
];
