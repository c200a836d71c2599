import type http from 'node:http';
import { Server as SocketIo } from 'socket.io';
import { html, pusherPage, rawPage, socketIoPage } from './pages.ts';
import { caddy, haproxy } from './proxies.ts';
import { Chat, endpoint, json, pusherServer, routes, socketIoClient } from './servers.ts';
import type { Unseen } from './unseen.ts';
import type { World } from './world.ts';

const HOST = 'desk.example.test';
const HOME = `http://${HOST}/`;
const LIVE = rawPage("'ws://' + location.host + '/live'", {
  more: "fetch('/api/messages').then((a) => a.json()).then((list) => list.forEach(show)).catch(() => {});",
});
const PUSHER = "'ws://' + location.host + '/app/desk-key?protocol=7&client=js&version=8.4.0'";

const textOf = (request: http.IncomingMessage): string =>
  new URL(request.url ?? '', HOME).searchParams.get('text') ?? '';
const say = (port: number): string => `curl -s "http://127.0.0.1:${port}/say?text={nonce}"`;

/** A server that stores messages, and answers /say as `said` does. */
async function desk(
  world: World,
  said: (text: string, chat: Chat, response: http.ServerResponse) => void,
  more: Parameters<typeof routes>[0] = {},
): Promise<number> {
  const chat = new Chat();
  const stored: string[] = [];
  const { server, port } = await world.http(
    routes({
      '/': LIVE,
      '/api/messages': (_q, r) =>
        void r.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(stored)),
      '/say': (q, r) => {
        stored.push(textOf(q));
        said(textOf(q), chat, r);
      },
      ...more,
    }),
  );
  endpoint(server, '/live', (socket) => {
    chat.join(socket);
  });
  world.route(HOST, 80, port);
  return port;
}

/** Two replicas that do not tell each other, by their ports: each names itself to its clients. */
function twoReplicas(world: World): Promise<number[]> {
  return Promise.all(
    ['a', 'b'].map(async (replica) => {
      const chat = new Chat();
      const { server, port } = await world.http(routes({ '/': LIVE, '/say': chat.publish }));
      endpoint(server, '/live', (socket) => {
        chat.join(socket, { type: 'welcome', replica });
      });
      return port;
    }),
  );
}

/** Connections that work, and messages that do not arrive. */
export const deliveries: readonly Unseen[] = [
  {
    name: 'publisher cannot reach its broker',
    expect: 'publisher-unreachable-broker',
    async start(world) {
      const port = await desk(
        world,
        (_text, _chat, response) =>
          void response
            .writeHead(500, { 'Content-Type': 'application/json' })
            .end('{"message":"Server Error","detail":"connect ECONNREFUSED 127.0.0.1:6379"}'),
      );
      return { url: HOME, publish: say(port) };
    },
  },
  {
    name: 'publisher of a text of its own cannot reach its broker',
    expect: 'publisher-unreachable-broker',
    async start(world) {
      const port = await desk(
        world,
        (_text, _chat, response) =>
          void response.writeHead(500, { 'Content-Type': 'application/json' }).end('{"message":"Server Error"}'),
      );
      return { url: HOME, publish: `curl -s "http://127.0.0.1:${port}/say?text=hello"` };
    },
  },
  {
    name: 'publisher ends with an error',
    expect: 'publisher-unreachable-broker',
    async start(world) {
      const port = await desk(
        world,
        (_text, _chat, response) => void response.writeHead(500).end('{"message":"Server Error"}'),
      );
      return { url: HOME, publish: `curl -sf "http://127.0.0.1:${port}/say?text={nonce}"` };
    },
  },
  {
    name: 'broadcasts go to the log',
    expect: 'publisher-driver-off',
    async start(world) {
      const port = await desk(
        world,
        (_text, _chat, response) =>
          void response.writeHead(201, { 'Content-Type': 'application/json' }).end('{"ok":true}'),
        { '/health': json({ status: 'ok', broadcast: { driver: 'log' } }) },
      );
      return { url: HOME, publish: say(port) };
    },
  },
  {
    name: 'broadcasts are off: private channels are authorised with nothing',
    expect: 'publisher-driver-off',
    async start(world) {
      const { server, port } = await world.http(
        routes({
          '/': pusherPage(PUSHER),
          '/broadcasting/auth': (_q, r) => void r.writeHead(200, { 'Content-Type': 'text/html' }).end(),
          '/say': json({ ok: true }, 201),
        }),
      );
      pusherServer(server, ['desk-key']);
      world.route(HOST, 80, port);
      return { url: HOME, publish: say(port) };
    },
  },
  {
    name: 'worker does not run: the answer says queued',
    expect: 'publisher-worker-stopped',
    async start(world) {
      const port = await desk(
        world,
        (_text, _chat, response) =>
          void response.writeHead(202, { 'Content-Type': 'application/json' }).end('{"status":"queued","jobId":7}'),
      );
      return { url: HOME, publish: say(port) };
    },
  },
  {
    name: 'worker does not run: health says so',
    expect: 'publisher-worker-stopped',
    async start(world) {
      const port = await desk(
        world,
        (_text, _chat, response) =>
          void response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"ok":true}'),
        { '/api/health': json({ status: 'degraded', queue: { workers: 0, waiting: 3 } }, 503) },
      );
      return { url: HOME, publish: say(port) };
    },
  },
  {
    name: 'worker does not run: private channels are signed',
    expect: 'publisher-worker-stopped',
    async start(world) {
      const { server, port } = await world.http(
        routes({
          '/': pusherPage(PUSHER, { channels: ['orders', 'private-desk'] }),
          '/broadcasting/auth': json({ auth: 'desk-key:0123' }),
          '/say': json({ ok: true }, 201),
        }),
      );
      pusherServer(server, ['desk-key']);
      world.route(HOST, 80, port);
      return { url: HOME, publish: say(port) };
    },
  },
  {
    name: 'broker is down: health says so',
    expect: 'broker-down',
    async start(world) {
      const port = await desk(
        world,
        (_text, _chat, response) =>
          void response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"ok":true}'),
        { '/healthz': json({ status: 'degraded', redis: 'unreachable' }) },
      );
      return { url: HOME, publish: say(port) };
    },
  },
  {
    name: 'two replicas of Socket.IO behind HAProxy, no adapter',
    expect: 'broker-missing',
    async start(world) {
      const ports: number[] = [];
      for (let index = 0; index < 2; index += 1) {
        const { server, port } = await world.http(
          routes({
            '/': socketIoPage("''", "{ transports: ['websocket'] }"),
            '/client.js': socketIoClient,
            '/say': (q, r) => (io.emit('message:new', { text: textOf(q) }), void r.end('{"ok":true}')),
          }),
        );
        const io = new SocketIo(server);
        world.onStop(() => void io.close());
        ports.push(port);
      }
      const front = await haproxy(
        world,
        // No other request takes a turn of the sockets: every second client is at the other replica.
        `  use_backend sockets if { path_beg /socket.io }\n  default_backend app\n${['app', 'sockets'].map((name) => `backend ${name}\n  balance roundrobin\n${ports.map((port, index) => `  server s${index} 127.0.0.1:${port}`).join('\n')}`).join('\n')}`,
      );
      world.route(HOST, 80, front);
      return { url: HOME, publish: `curl -s "http://127.0.0.1:${front}/say?text={nonce}"` };
    },
  },
  {
    name: 'replicas of raw WebSockets behind Caddy that name themselves',
    expect: 'broker-missing',
    async start(world) {
      const ports = await twoReplicas(world);
      const turns = `${ports.map((port) => `127.0.0.1:${port}`).join(' ')} {\n    lb_policy round_robin\n  }`;
      // No other request takes a turn of the sockets: every second client is at the other replica.
      const front = await caddy(world, `:%p {\n  reverse_proxy /live ${turns}\n  reverse_proxy ${turns}\n}`);
      world.route(HOST, 80, front);
      return { url: HOME, publish: `curl -s "http://127.0.0.1:${front}/say?text={nonce}"` };
    },
  },
  {
    name: 'every second message is published at the replica that has no client',
    expect: 'broker-missing',
    async start(world) {
      const ports = await twoReplicas(world);
      let turn = 0;
      const { port: publisher } = await world.http((request, response) => {
        const port = ports[turn++ % ports.length];
        void fetch(`http://127.0.0.1:${port}${request.url}`).then(async (answer) => response.end(await answer.text()));
      });
      const front = await caddy(world, `:%p {\n  reverse_proxy 127.0.0.1:${ports[1]}\n}`);
      world.route(HOST, 80, front);
      return { url: HOME, publish: say(publisher) };
    },
  },
  {
    name: 'workers of one server that name themselves',
    expect: 'workers-isolated',
    async start(world) {
      const first = new Chat();
      const chats = [first, new Chat()];
      let turn = 0;
      const { server, port } = await world.http(
        routes({
          '/': LIVE,
          '/say': (q, r) => {
            first.publish(q, r);
          },
        }),
      );
      endpoint(server, '/live', (socket) => {
        const worker = turn++ % 2;
        chats[worker]?.join(socket, { type: 'welcome', worker, pid: 4000 + worker });
      });
      world.route(HOST, 80, port);
      return { url: HOME, publish: say(port) };
    },
  },
  {
    name: 'Prometheus whose target is down',
    expect: 'scrape-target-down',
    async start(world) {
      const target = { health: 'down', scrapeUrl: 'http://backend:8080/metrics', lastError: 'connection refused' };
      const { port } = await world.http(
        routes({
          '/targets': html('', { title: 'Prometheus Time Series Collection and Processing Server' }),
          '/api/v1/targets': json({ status: 'success', data: { activeTargets: [target] } }),
          '/api/v1/alerts': json({ status: 'success', data: { alerts: [] } }),
        }),
      );
      world.route(HOST, 9090, port);
      return { url: `http://${HOST}:9090/targets` };
    },
  },
  {
    name: 'AlertManager whose receiver answers 404',
    expect: 'alert-webhook-unrouted',
    async start(world) {
      const { port } = await world.http(
        routes({
          '/': html('', { title: 'Alertmanager' }),
          '/api/v2/status': json({
            cluster: { status: 'ready' },
            versionInfo: { version: '0.28.0' },
            config: { original: '' },
          }),
          '/api/v2/alerts': json([{ labels: { alertname: 'BackendDown' } }]),
          '/metrics': (_q, r) =>
            void r.end('alertmanager_notifications_failed_total{integration="webhook",reason="clientError"} 4\n'),
        }),
      );
      world.route(HOST, 9093, port);
      return { url: `http://${HOST}:9093/` };
    },
  },
];
