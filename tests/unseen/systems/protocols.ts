import http from 'node:http';
import { WebSocketServer } from 'ws';
import { html, rawPage, socketIoPage } from './pages.ts';
import { haproxy, nginx, pemFiles, UPGRADE } from './proxies.ts';
import { Chat, endpoint, json, routes, socketIoClient, textOf } from './servers.ts';
import type { Unseen } from './unseen.ts';
import type { World } from './world.ts';

const HOST = 'desk.example.test';
const API = 'api.example.test';
const HOME = `http://${HOST}/`;
const LIVE = "'ws://' + location.host + '/live'";

/** A page that connects to a broker of MQTT, as a client library does, byte by byte. */
const MQTT_PAGE = html(`const text = (value) => [0, value.length, ...new TextEncoder().encode(value)];
const s = new WebSocket('ws://' + location.host + '/mqtt', 'mqtt');
s.binaryType = 'arraybuffer';
s.onopen = () => { const body = [...text('MQTT'), 4, 0xc2, 0, 60, ...text('desk'), ...text('desk'), ...text('old')]; s.send(new Uint8Array([0x10, body.length, ...body])); };
s.onmessage = () => state('answered');
s.onclose = () => state('disconnected');`);

/** A broker that refuses every client, and sends each byte in a frame of its own, which is allowed. */
async function refusingBroker(world: World, code: number): Promise<{ url: string }> {
  const { server, port } = await world.http(routes({ '/': MQTT_PAGE }));
  endpoint(
    server,
    '/mqtt',
    (socket) =>
      socket.once('message', () => {
        for (const byte of [0x20, 0x02, 0x00, code]) socket.send(Buffer.from([byte]));
        socket.close();
      }),
    { handleProtocols: () => 'mqtt' },
  );
  world.route(HOST, 80, port);
  return { url: HOME };
}

/** Answers a handshake: accepts it, or sends the given answer. */
function answerUpgrades(
  server: http.Server,
  refuse: (request: http.IncomingMessage) => { status: number; body: string } | undefined,
): void {
  const chat = new Chat();
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    const refusal = refuse(request);
    if (!refusal) {
      sockets.handleUpgrade(request, socket, head, (client) => {
        chat.join(client);
      });
      return;
    }
    const { status, body } = refusal;
    const start = `HTTP/1.1 ${status} ${http.STATUS_CODES[status]}\r\nContent-Type: text/plain\r\nConnection: close\r\n`;
    socket.end(`${start}Content-Length: ${body.length}\r\n\r\n${body}`);
  });
}

/** Systems with other protocols and other behaviour than the documented ones. */
export const protocols: readonly Unseen[] = [
  {
    name: 'MQTT broker that does not know the password',
    expect: 'auth-rejected',
    start: (world) => refusingBroker(world, 4),
  },
  {
    name: 'MQTT broker of another version',
    expect: 'client-protocol-mismatch',
    start: (world) => refusingBroker(world, 1),
  },
  {
    name: 'sockets by HTTP/2 through HAProxy',
    expect: 'healthy',
    async start(world, authority) {
      const pems = await authority?.issue([HOST]);
      const { server, port } = await world.http(routes({ '/': rawPage("'wss://' + location.host + '/live'") }));
      endpoint(server, '/live', (socket) => {
        new Chat().join(socket);
      });
      const tls = await world.closedPort();
      const { both } = pemFiles(world, pems ?? { cert: '', key: '' });
      await haproxy(
        world,
        `  bind 127.0.0.1:${tls} ssl crt ${both} alpn h2,http/1.1\n  default_backend app\nbackend app\n  server app 127.0.0.1:${port}`,
      );
      world.route(HOST, 443, tls);
      return { url: `https://${HOST}/` };
    },
  },
  {
    name: 'an API that does not know the visitor, and messages that arrive',
    expect: 'healthy',
    async start(world) {
      const chat = new Chat();
      const { server, port } = await world.http(
        routes({
          '/': rawPage(LIVE, { more: "fetch('/api/me'); fetch('/api/banner');" }),
          '/api/me': json({ error: 'unauthorized' }, 401),
          '/say': chat.publish,
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
    name: 'page that connects four seconds after it came',
    expect: 'healthy',
    async start(world) {
      const chat = new Chat();
      const page = html(`setTimeout(() => { const s = new WebSocket(${LIVE});
s.onopen = () => state('connected'); s.onmessage = (e) => show(JSON.parse(e.data).text); }, 4000);`);
      const { server, port } = await world.http(routes({ '/': page, '/say': chat.publish }));
      endpoint(server, '/live', (socket) => {
        chat.join(socket);
      });
      world.route(HOST, 80, port);
      return { url: HOME, publish: `curl -s "http://127.0.0.1:${port}/say?text={nonce}"` };
    },
  },
  {
    name: 'stream of lines that ends, and is not asked for again',
    expect: 'client-no-reconnect',
    async start(world) {
      const page = html(
        `fetch('/lines').then(async ({ body }) => { for await (const _ of body) state('connected'); state('finished'); });`,
      );
      const { port } = await world.http(
        routes({
          '/': page,
          '/lines': (_q, r) => {
            r.writeHead(200, { 'Content-Type': 'application/x-ndjson' }).write('{"text":"one"}\n');
            setTimeout(() => r.end('{"text":"two"}\n'), 1500);
          },
        }),
      );
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'event stream behind a password',
    expect: 'proxy-auth-gate',
    async start(world) {
      const page = html(`const s = new EventSource('/events'); s.onmessage = (e) => show(e.data);`);
      const { port } = await world.http(
        routes({
          '/': page,
          '/events': (_q, r) =>
            void r.writeHead(401, { 'WWW-Authenticate': 'Basic realm="staging"' }).end('Authorization Required'),
        }),
      );
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'origins are listed, others get 404, nginx in front of all',
    expect: 'ws-origin-rejected',
    async start(world) {
      const { server, port } = await world.http(routes({ '/': rawPage(LIVE) }));
      answerUpgrades(server, ({ headers: { origin } }) =>
        origin === undefined || origin === 'https://www.example.test'
          ? undefined
          : { status: 404, body: 'Page not found' },
      );
      world.route(HOST, 80, await nginx(world, `location / { proxy_pass http://127.0.0.1:${port}; ${UPGRADE} }`));
      return { url: HOME };
    },
  },
  {
    name: 'library that begins every refusal alike: the origin is not listed',
    expect: 'ws-origin-rejected',
    async start(world) {
      const { port } = await world.http(routes({ '/': rawPage(`'ws://${API}/live'`) }));
      const api = await world.http(json({}, 426));
      answerUpgrades(api.server, ({ headers: { origin } }) =>
        origin === undefined
          ? undefined
          : { status: 403, body: `Failed to open a WebSocket connection: invalid Origin header: ${origin}.\n` },
      );
      world.route(HOST, 80, port);
      world.route(API, 80, api.port);
      return { url: HOME };
    },
  },
  {
    name: 'endpoint whose own page answers: the server takes no upgrade',
    expect: 'backend-ws-unsupported',
    async start(world) {
      const { port } = await world.http(
        routes({
          '/': rawPage("'ws://' + location.host + '/graphql'"),
          '/graphql': '<!doctype html><html><head><title>GraphiQL</title></head><body>Loading…</body></html>',
        }),
      );
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'endpoint that fails whenever a handshake comes',
    expect: 'backend-ws-unsupported',
    async start(world) {
      const { server, port } = await world.http(
        routes({ '/': rawPage(LIVE), '/live': (_q, r) => void r.writeHead(400).end('Bad Request') }),
      );
      answerUpgrades(server, ({ url }) =>
        url === '/live' ? { status: 500, body: 'Internal Server Error' } : { status: 404, body: 'Not Found' },
      );
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'namespace that the server of another language does not have',
    expect: 'namespace-invalid',
    async start(world) {
      const { server, port } = await world.http(
        routes({
          '/': socketIoPage("'/visitors'", "{ transports: ['websocket'] }"),
          '/client.js': socketIoClient,
        }),
      );
      endpoint(server, '/socket.io/', (socket) => {
        const open = { sid: 'a1', upgrades: [], pingInterval: 25000, pingTimeout: 20000, maxPayload: 100000 };
        socket.send(`0${JSON.stringify(open)}`);
        socket.on('message', (data) => {
          if (textOf(data).startsWith('40/visitors')) socket.send('44/visitors,"Unable to connect"');
        });
      });
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'page that waits for answers of the front end’s host, data come from another',
    expect: 'bundle-wrong-host',
    async start(world) {
      const page =
        html(`const ask = async () => { try { const a = await fetch('/live/poll'); show((await a.json()).text); } catch { state('disconnected'); } setTimeout(ask, 1000); };
fetch('http://${API}/api/history').then((a) => a.json()).then((all) => all.forEach(show)).then(ask);`);
      const { port } = await world.http(routes({ '*': page }));
      const open = { 'Access-Control-Allow-Origin': '*' };
      const api = await world.http(
        routes({ '/api/history': json(['one'], 200, open), '/live/poll': json({ text: 'two' }, 200, open) }),
      );
      world.route(HOST, 80, port);
      world.route(API, 80, api.port);
      return { url: HOME };
    },
  },
];
