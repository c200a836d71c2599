/** Servers, and what they want of those who ask, as their libraries say it. Their author knew no rule; the rules were mended by them since. */
import http from 'node:http';
import type { WebSocket } from 'ws';
import { WebSocketServer } from 'ws';
import { html, rawPage } from './pages.ts';
import { nginx } from './proxies.ts';
import { Chat, endpoint, json, refuseOthers, routes, textOf } from './servers.ts';
import type { Unseen } from './unseen.ts';

const HOST = 'crew.example.test';
const HOME = `http://${HOST}/`;

/** An answer to a handshake, as it goes over the wire. */
export const raw = (status: number, text = '', headers: readonly string[] = []): string =>
  [
    `HTTP/1.1 ${status} ${http.STATUS_CODES[status]}`,
    ...headers,
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${text.length}`,
    'Connection: close',
    '',
    text,
  ].join('\r\n');

/** A WebSocket endpoint that answers some handshakes with something else. */
export function guarded(
  server: http.Server,
  where: string,
  refuse: (request: http.IncomingMessage) => string | undefined,
  join: (socket: WebSocket) => void = (socket) => new Chat().join(socket),
): void {
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    if ((request.url ?? '').split('?')[0] !== where) return;
    const answer = refuse(request);
    if (answer === undefined) sockets.handleUpgrade(request, socket, head, join);
    else socket.end(answer);
  });
}

export type Answer = (request: http.IncomingMessage, response: http.ServerResponse) => void;

/** A text, as frameworks answer with it. */
export const plain =
  (status: number, text: string, headers: http.OutgoingHttpHeaders = {}): Answer =>
  (_request, response) =>
    void response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', ...headers }).end(text);

export const queryOf = (request: http.IncomingMessage): URLSearchParams =>
  new URL(request.url ?? '', HOME).searchParams;

/** Answers to GET /say?text=… */
export const sayer =
  (say: (text: string) => void): Answer =>
  (request, response) => {
    say(queryOf(request).get('text') ?? '');
    json({ ok: true })(request, response);
  };

/** A token that says of itself until when it is good. */
export const jwt = (claims: object): string =>
  [{ alg: 'HS256', typ: 'JWT' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .concat('mX3pQm0y0c9QhVd8n2YFz1oVZ0m8m1bqk1kq2bV7c9w')
    .join('.');

export const blindServers: readonly Unseen[] = [
  {
    name: 'GraphQL socket forbids a visitor whose connection_init has nothing in it',
    expect: 'auth-missing',
    async start(world) {
      const { server, port } = await world.http(
        routes({
          '/': html(`let wait = 1000;
function connect() {
  const token = sessionStorage.getItem('access_token');
  const socket = new WebSocket('ws://' + location.host + '/graphql', 'graphql-transport-ws');
  socket.onopen = () => socket.send(JSON.stringify({ type: 'connection_init', ...(token && { payload: { token } }) }));
  socket.onmessage = ({ data }) => { if (JSON.parse(data).type === 'connection_ack') state('connected'); };
  socket.onclose = () => { setTimeout(connect, wait); wait *= 2; };
}
connect();`),
          '/graphql': plain(405, 'GraphQL only supports GET and POST requests.', { Allow: 'GET, POST' }),
        }),
      );
      endpoint(server, '/graphql', (socket) => {
        socket.on('message', (data) => {
          const { type, payload } = JSON.parse(textOf(data)) as { type: string; payload?: object };
          if (type === 'connection_init' && payload === undefined) socket.close(4403, 'Forbidden');
        });
      });
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'Rails knows its site without www, says to others that there is no such page, and www is where the visitor is',
    expect: 'ws-origin-rejected',
    async start(world) {
      const rails = ['X-Request-Id: 5c0f4d1e-8f0e-4d6c-8a55-6c1b0f3a9e11', 'X-Runtime: 0.001942'];
      const page = rawPage("'ws://' + location.host + '/cable'", {
        protocols: "['actioncable-v1-json', 'actioncable-unsupported']",
        pick: 'data.message',
        head: '<link rel="canonical" href="http://rota.example.test/">',
      });
      const { server, port } = await world.http(routes({ '/': page, '/cable': plain(404, 'Page not found') }));
      guarded(server, '/cable', ({ headers }) =>
        headers.origin === 'http://rota.example.test' ? undefined : raw(404, 'Page not found', rails),
      );
      refuseOthers(server, ['/cable']);
      world.route('www.rota.example.test', 80, port);
      world.route('rota.example.test', 80, port);
      return { url: 'http://www.rota.example.test/' };
    },
  },
  {
    name: 'session of a Model Context Protocol server on another host begins, and the header of the session may not come back',
    expect: 'cors-header-missing',
    async start(world) {
      const { port: page } = await world.http(
        routes({
          '/': html(`async function start() {
  try {
    const url = 'http://mcp.example.test/mcp';
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'desk', version: '1' } } });
    const first = await fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream' }, body });
    const session = first.headers.get('Mcp-Session-Id');
    const stream = await fetch(url, { headers: { Accept: 'text/event-stream', 'Mcp-Session-Id': session } });
    state('connected');
    for await (const part of stream.body.pipeThrough(new TextDecoderStream())) show(part);
  } catch { state('offline'); setTimeout(start, 3000); }
}
start();`),
        }),
      );
      world.route(HOST, 80, page);
      const { port } = await world.http((request, response) => {
        response.setHeader('Access-Control-Allow-Origin', `http://${HOST}`);
        response.setHeader('Access-Control-Expose-Headers', 'Mcp-Session-Id');
        response.setHeader('Access-Control-Allow-Methods', 'GET, POST, DELETE, OPTIONS');
        response.setHeader('Access-Control-Allow-Headers', 'Content-Type, Authorization');
        const result = { protocolVersion: '2025-06-18', capabilities: {}, serverInfo: { name: 'files', version: '2' } };
        if (request.method === 'OPTIONS') response.writeHead(204).end();
        else if (request.method === 'POST')
          json({ jsonrpc: '2.0', id: 1, result }, 200, { 'Mcp-Session-Id': 's-81' })(request, response);
        else response.writeHead(200, { 'Content-Type': 'text/event-stream' }).write(': open\n\n');
      });
      world.route('mcp.example.test', 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'Python server of the Model Context Protocol guards itself against foreign names, also against its own public one',
    expect: 'backend-host-refused',
    async start(world) {
      const { port: page } = await world.http(
        routes({
          '/': html(`function open() {
  const source = new EventSource('/sse');
  source.addEventListener('endpoint', ({ data }) => state('session ' + data));
  source.onerror = () => { source.close(); setTimeout(open, 2000); };
}
open();`),
        }),
      );
      const { port } = await world.http((request, response) => {
        if (!/^(localhost|127\.0\.0\.1)(:\d+)?$/.test(request.headers.host ?? ''))
          plain(421, 'Invalid Host header', { Server: 'uvicorn' })(request, response);
        else if (request.url !== '/sse') json({ detail: 'Not Found' }, 404, { Server: 'uvicorn' })(request, response);
        else {
          response.writeHead(200, { 'Content-Type': 'text/event-stream', Server: 'uvicorn' });
          response.write('event: endpoint\ndata: /messages/?session_id=4f1c\n\n');
        }
      });
      const front = `location / { proxy_pass http://127.0.0.1:${page}; }
location ~ ^/(sse|messages/) { proxy_pass http://127.0.0.1:${port}; proxy_set_header Host $host; proxy_buffering off; proxy_http_version 1.1; proxy_set_header Connection ""; }`;
      world.route(HOST, 80, await nginx(world, front));
      return { url: HOME };
    },
  },
  {
    name: 'fetched stream is sent with a bearer that ended last year, and the page keeps quiet about it',
    expect: 'auth-rejected',
    async start(world) {
      const token = jwt({ sub: 'crew-17', iat: 1_717_000_000, exp: 1_717_003_600 });
      const { port } = await world.http(
        routes({
          '/': html(`async function listen() {
  try {
    const answer = await fetch('/v2/stream', { headers: { Authorization: 'Bearer ${token}', Accept: 'text/event-stream' } });
    if (answer.ok) for await (const part of answer.body.pipeThrough(new TextDecoderStream())) show(part);
  } catch {}
  setTimeout(listen, 2000);
}
listen();`),
          '/v2/stream': (request, response) => {
            const error = ', error="invalid_token", error_description="The access token expired"';
            const challenge = `Bearer realm="crew"${request.headers.authorization === undefined ? '' : error}`;
            response.writeHead(401, { 'WWW-Authenticate': challenge }).end();
          },
        }),
      );
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'socket brings the shift of another branch, which the page keeps from this view',
    expect: 'client-ui-filter',
    async start(world) {
      const chat = new Chat();
      const { server, port } = await world.http(
        routes({
          '/': rawPage("'ws://' + location.host + '/live'", {
            pick: "data.type === 'shift' && data.branch === (localStorage.getItem('branch') ?? 'south') && data.text",
            more: "fetch('/api/shifts').then((answer) => answer.json()).then((all) => all.forEach(show));",
          }),
          '/api/shifts': (request, response) => {
            json(chat.said)(request, response);
          },
          '/say': (request, response) => {
            const text = queryOf(request).get('text') ?? '';
            chat.said.push(text);
            for (const client of chat.clients) client.send(JSON.stringify({ type: 'shift', branch: 'north', text }));
            json({ ok: true }, 201)(request, response);
          },
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
    name: 'one 503 during a deployment, after which an event stream never asks again by itself',
    expect: 'client-no-reconnect',
    async start(world) {
      const asked = new Map<string, number>();
      const { port } = await world.http(
        routes({
          '/': html(`const source = new EventSource('/feed?tab=' + Date.now() + Math.random());
source.onopen = () => state('connected');
source.onmessage = ({ data }) => show(data);`),
          '/feed': (request, response) => {
            const tab = queryOf(request).get('tab') ?? '';
            const turn = (asked.get(tab) ?? 0) + 1;
            asked.set(tab, turn);
            if (turn === 2) {
              // As a proxy that looks for another instance first.
              setTimeout(() => {
                plain(503, 'deploying', { 'Retry-After': '1' })(request, response);
              }, 1000);
              return;
            }
            response.writeHead(200, { 'Content-Type': 'text/event-stream' });
            response.write('retry: 400\ndata: shift 1\n\n');
            if (turn > 1) return;
            const timer = setTimeout(() => response.end(), 1500);
            response.once('close', () => {
              clearTimeout(timer);
            });
          },
        }),
      );
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'Starlette forbids a socket that it has no route for, beside one that it has',
    expect: 'backend-endpoint-missing',
    async start(world) {
      const { server, port } = await world.http(
        routes({
          '/': html(`for (const name of ['chat', 'alerts']) (function connect() {
  const socket = new WebSocket('ws://' + location.host + '/ws/' + name);
  socket.onmessage = ({ data }) => show(name + ' ' + data);
  socket.onclose = () => setTimeout(connect, 1500);
})();`),
          '*': json({ detail: 'Not Found' }, 404, { Server: 'uvicorn' }),
        }),
      );
      endpoint(server, '/ws/chat', (socket) => {
        new Chat().join(socket);
      });
      server.on('upgrade', (request, socket) => {
        if (request.url !== '/ws/chat') socket.end(raw(403, '', ['Server: uvicorn']));
      });
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'Django Channels fails at a path without its last slash',
    expect: 'backend-wrong-path',
    async start(world) {
      const daphne = { Server: 'daphne' };
      const { server, port } = await world.http(
        routes({
          '/': rawPage("'ws://' + location.host + '/ws/room/42'"),
          '*': plain(404, 'Not Found\nThe requested resource was not found on this server.\n', daphne),
        }),
      );
      endpoint(server, '/ws/room/42/', (socket) => {
        new Chat().join(socket);
      });
      server.on('upgrade', (request, socket) => {
        if (request.url !== '/ws/room/42/') socket.end(raw(500, 'Internal server error', ['Server: daphne']));
      });
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
];
