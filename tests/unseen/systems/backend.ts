import { Server as SocketIo } from 'socket.io';
import { uvicorn } from './containers.ts';
import { html, pusherPage, rawPage, socketIoPage, ssePage } from './pages.ts';
import { haproxy, nginx, UPGRADE } from './proxies.ts';
import {
  Chat,
  endpoint,
  express404,
  json,
  pusherServer,
  refuseOthers,
  routes,
  socketIoClient,
  stream,
} from './servers.ts';
import type { Unseen } from './unseen.ts';

const HOST = 'desk.example.test';
const HOME = `http://${HOST}/`;

const fastapi = (path: string): string => `
from fastapi import FastAPI, WebSocket
from fastapi.responses import HTMLResponse
app = FastAPI()
@app.get("/", response_class=HTMLResponse)
async def home():
    return open("index.html").read()
@app.get("/api/orders")
async def orders():
    return []
@app.websocket("${path}")
async def live(socket: WebSocket):
    await socket.accept()
    await socket.send_json({"type": "welcome"})
    while True:
        await socket.receive_text()
`;

/** Faults of applications and their servers. */
export const backends: readonly Unseen[] = [
  {
    name: 'FastAPI, all well',
    expect: 'healthy',
    async start(world) {
      world.file('index.html', rawPage("'ws://' + location.host + '/live'"));
      world.file('app.py', fastapi('/live'));
      const port = await uvicorn(world);
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'FastAPI, another path than the page’s',
    expect: 'backend-wrong-path',
    async start(world) {
      world.file('index.html', rawPage("'ws://' + location.host + '/api/live/'"));
      world.file('app.py', fastapi('/api/live'));
      const port = await uvicorn(world);
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'Uvicorn without WebSockets',
    expect: 'backend-ws-unsupported',
    async start(world) {
      world.file('index.html', rawPage("'ws://' + location.host + '/live'"));
      world.file('app.py', fastapi('/live'));
      const port = await uvicorn(world, '--ws', 'none');
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'Uvicorn without WebSockets, behind HAProxy, which passes upgrades on',
    expect: 'backend-ws-unsupported',
    async start(world) {
      world.file('index.html', rawPage("'ws://' + location.host + '/live'"));
      world.file('app.py', fastapi('/live'));
      const port = await uvicorn(world, '--ws', 'none');
      world.route(HOST, 80, await haproxy(world, `  default_backend app\nbackend app\n  server app 127.0.0.1:${port}`));
      return { url: HOME };
    },
  },
  {
    name: 'FastAPI behind an nginx without upgrade',
    expect: 'proxy-upgrade-missing',
    async start(world) {
      world.file('index.html', rawPage("'ws://' + location.host + '/live'"));
      world.file('app.py', fastapi('/live'));
      const port = await uvicorn(world);
      world.route(HOST, 80, await nginx(world, `location / { proxy_pass http://127.0.0.1:${port}; }`));
      return { url: HOME };
    },
  },
  {
    name: 'server of an old framework takes no notice of upgrades',
    expect: 'backend-ws-unsupported',
    async start(world) {
      const page = rawPage("'ws://' + location.host + '/live'");
      const { port } = await world.http(
        routes({
          '/': page,
          '/live': json({ error: 'WebSocket connections are not supported by this server' }, 400),
          '*': express404,
        }),
      );
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'one of three endpoints does not exist',
    expect: 'backend-endpoint-missing',
    async start(world) {
      const page = html(
        "for (const channel of ['orders', 'stock', 'prices']) { const s = new WebSocket('ws://' + location.host + '/live/' + channel); s.onopen = () => state('connected'); }",
      );
      const { server, port } = await world.http(routes({ '/': page, '*': express404 }));
      endpoint(server, '/live/orders', (socket) => {
        new Chat().join(socket);
      });
      endpoint(server, '/live/stock', (socket) => {
        new Chat().join(socket);
      });
      refuseOthers(server, ['/live/orders', '/live/stock']);
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'one endpoint of the API does not exist',
    expect: 'backend-endpoint-missing',
    async start(world) {
      const page = rawPage("'ws://' + location.host + '/live'", {
        more: "fetch('/api/orders'); fetch('/api/summary').then((a) => { if (!a.ok) show('no summary'); });",
      });
      const { server, port } = await world.http(routes({ '/': page, '/api/orders': json([]), '*': express404 }));
      endpoint(server, '/live', (socket) => {
        new Chat().join(socket);
      });
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'page asks below /api, server has it at the root',
    expect: 'backend-wrong-path',
    async start(world) {
      const { server, port } = await world.http(
        routes({ '/': rawPage("'ws://' + location.host + '/api/v2/ws'"), '*': express404 }),
      );
      endpoint(server, '/ws', (socket) => {
        new Chat().join(socket);
      });
      refuseOthers(server, ['/ws'], 400);
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'event stream at another path',
    expect: 'backend-wrong-path',
    async start(world) {
      const { port } = await world.http(
        routes({ '/': ssePage("'/api/stream'"), '/stream': stream(), '*': express404 }),
      );
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'message above the limit of the server',
    expect: 'payload-too-large',
    async start(world) {
      const { server, port } = await world.http(
        routes({
          '/': rawPage("'ws://' + location.host + '/live'", {
            hello: "JSON.stringify({ type: 'draft', text: 'x'.repeat(20000) })",
          }),
        }),
      );
      endpoint(
        server,
        '/live',
        (socket) => {
          new Chat().join(socket);
        },
        { maxPayload: 10_000 },
      );
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'upload above the limit of nginx',
    expect: 'payload-too-large',
    async start(world) {
      const page = rawPage("'ws://' + location.host + '/live'", {
        more: "fetch('/api/drafts', { method: 'POST', body: 'x'.repeat(50000) }).then((a) => { if (!a.ok) state('not saved'); });",
      });
      const { server, port } = await world.http(routes({ '/': page, '/api/drafts': json({}) }));
      endpoint(server, '/live', (socket) => {
        new Chat().join(socket);
      });
      world.route(
        HOST,
        80,
        await nginx(world, `client_max_body_size 1k; location / { ${UPGRADE} proxy_pass http://127.0.0.1:${port}; }`),
      );
      return { url: HOME };
    },
  },
  {
    name: 'Socket.IO message above the limit, by polling',
    expect: 'payload-too-large',
    async start(world) {
      const { server, port } = await world.http(
        routes({
          '/': socketIoPage(
            "''",
            "{ transports: ['polling'] }",
            "socket.on('connect', () => socket.emit('draft', 'x'.repeat(40000)));",
          ),
          '/client.js': socketIoClient,
        }),
      );
      const io = new SocketIo(server, { maxHttpBufferSize: 20_000 });
      world.onStop(() => void io.close());
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'broker is over its quota',
    expect: 'connection-limit',
    async start(world) {
      const { server, port } = await world.http(
        routes({ '/': pusherPage("'ws://' + location.host + '/app/desk-key?protocol=7&client=js&version=8.4.0'") }),
      );
      const { WebSocketServer } = await import('ws');
      const sockets = new WebSocketServer({ server });
      sockets.on('connection', (socket) => {
        socket.send(
          JSON.stringify({
            event: 'pusher:error',
            data: JSON.stringify({ code: 4004, message: 'Application is over connection quota' }),
          }),
        );
      });
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'server closes with 1013',
    expect: 'connection-limit',
    async start(world) {
      const { server, port } = await world.http(routes({ '/': rawPage("'ws://' + location.host + '/live'") }));
      endpoint(server, '/live', (socket) => {
        socket.close(1013, 'too many clients');
      });
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'eight event streams over HTTP/1.1',
    expect: 'connection-limit',
    async start(world) {
      const page = html(
        "for (let n = 1; n <= 8; n += 1) { const s = new EventSource('/events?room=' + n); s.onopen = () => state('connected ' + n); }",
      );
      const { port } = await world.http(routes({ '/': page, '/events': stream() }));
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'backend that crashed, asked directly, and through its proxy',
    expect: 'upstream-down',
    async start(world) {
      const closed = await world.closedPort();
      const front = await world.http(routes({ '/': rawPage(`'ws://${HOST}:4000/live'`) }));
      const proxy = await haproxy(
        world,
        `  use_backend app if { path_beg /live }\n  default_backend front\nbackend app\n  server a 127.0.0.1:${closed} check inter 200\nbackend front\n  server f 127.0.0.1:${front.port}`,
      );
      world.route(HOST, 80, proxy);
      world.route(HOST, 4000, closed);
      return { url: HOME };
    },
  },
  {
    name: 'Pusher protocol, all well',
    expect: 'healthy',
    async start(world) {
      const { server, port } = await world.http(
        routes({
          '/': pusherPage("'ws://' + location.host + '/app/desk-key?protocol=7&client=js&version=8.4.0'"),
          '/say': (q, r) => (
            broker.publish('orders', 'order.updated', new URL(q.url ?? '', HOME).searchParams.get('text') ?? ''),
            void r.end('{}')
          ),
        }),
      );
      const broker = pusherServer(server, ['desk-key']);
      world.route(HOST, 80, port);
      return { url: HOME, publish: `curl -s "http://127.0.0.1:${port}/say?text={nonce}"` };
    },
  },
];
