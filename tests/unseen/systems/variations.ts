import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { Server as SocketIo } from 'socket.io';
import { uvicorn } from './containers.ts';
import { html, pollPage, rawPage, socketIoPage, ssePage } from './pages.ts';
import { UPGRADE, caddy, haproxy, nginx, pemFiles } from './proxies.ts';
import { Chat, endpoint, express404, json, refuseOthers, routes, socketIoClient, stream } from './servers.ts';
import type { Unseen } from './unseen.ts';

const HOST = 'desk.example.test';
const RT = 'rt.example.test';
const API = 'api.example.test';
const HOME = `http://${HOST}/`;
const LIVE = rawPage("'ws://' + location.host + '/live'");
const TOKEN = 'demo.token.unsigned';

/** The same causes with other protocols, programs and places. */
export const variations: readonly Unseen[] = [
  {
    name: 'optional script is missing, error collector forbidden, one socket done',
    expect: 'healthy',
    async start(world) {
      const page = rawPage("'ws://' + location.host + '/live'", {
        head: '<script src="/extras.js"></script>',
        more: "const once = new WebSocket('ws://' + location.host + '/once'); fetch('https://o1.ingest.sentry-corp.test/api/1/envelope/', { method: 'POST' }).catch(() => {});",
      });
      const { server, port } = await world.http((request, response) => {
        response.setHeader('Content-Security-Policy', "connect-src 'self'");
        routes({ '/': page, '*': express404 })(request, response);
      });
      endpoint(server, '/live', (socket) => {
        new Chat().join(socket);
      });
      endpoint(server, '/once', (socket) => {
        socket.send('{"type":"snapshot"}');
        setTimeout(() => {
          socket.close(1000);
        }, 300);
      });
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'page that comes back after a restart',
    expect: 'healthy',
    async start(world) {
      let restarted = false;
      const { server, port } = await world.http(routes({ '/': LIVE }));
      endpoint(server, '/live', (socket) => {
        new Chat().join(socket);
        if (!restarted)
          setTimeout(() => {
            restarted = true;
            socket.close(1012);
          }, 1000);
      });
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'cable protocol: unauthorized',
    expect: 'auth-missing',
    async start(world) {
      const { server, port } = await world.http(
        routes({
          '/': rawPage("'ws://' + location.host + '/cable'", {
            protocols: "['actioncable-v1-json']",
            reconnect: false,
          }),
        }),
      );
      endpoint(server, '/cable', (socket) => {
        socket.send('{"type":"disconnect","reason":"unauthorized","reconnect":false}');
        socket.close(3000, 'unauthorized');
      });
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'channels protocol: join refused with an old token',
    expect: 'auth-rejected',
    async start(world) {
      const { server, port } = await world.http(
        routes({
          '/': rawPage("'ws://' + location.host + '/live/websocket?vsn=2.0.0'", {
            hello: `JSON.stringify(['1', '1', 'room:1', 'phx_join', { token: '${TOKEN}' }])`,
          }),
        }),
      );
      endpoint(server, '/live/websocket', (socket) =>
        socket.on('message', () => {
          socket.send('["1","1","room:1","phx_reply",{"response":{"reason":"invalid token"},"status":"error"}]');
        }),
      );
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'event stream without a session',
    expect: 'auth-missing',
    async start(world) {
      world.route(
        HOST,
        80,
        (await world.http(routes({ '/': ssePage("'/events'"), '/events': json({ error: 'login required' }, 401) })))
          .port,
      );
      return { url: HOME };
    },
  },
  {
    name: 'token as subprotocol, refused at the handshake',
    expect: 'auth-rejected',
    async start(world) {
      const { server, port } = await world.http(
        routes({
          '/': rawPage("'ws://' + location.host + '/live'", { protocols: `['bearer', 'token.${TOKEN}']` }),
          '*': express404,
        }),
      );
      endpoint(server, '/live', () => undefined, { verifyClient: () => false });
      refuseOthers(server, ['/live']);
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'FastAPI refuses the token before it accepts',
    expect: 'auth-rejected',
    async start(world) {
      world.file('index.html', rawPage(`'ws://' + location.host + '/live?token=${TOKEN}'`));
      world.file(
        'app.py',
        `
from fastapi import FastAPI, WebSocket
from fastapi.responses import HTMLResponse
app = FastAPI()
@app.get("/", response_class=HTMLResponse)
async def home():
    return open("index.html").read()
@app.websocket("/live")
async def live(socket: WebSocket):
    await socket.close(1008)
`,
      );
      const port = await uvicorn(world);
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'event stream of another origin',
    expect: 'cors-origin-missing',
    async start(world) {
      world.route(HOST, 80, (await world.http(routes({ '/': ssePage(`'http://${API}/events'`) }))).port);
      world.route(API, 80, (await world.http(routes({ '/events': stream() }))).port);
      return { url: HOME };
    },
  },
  {
    name: 'top-level domain that browsers know as HTTPS only',
    expect: 'hsts-upgrade',
    async start(world) {
      const { server, port } = await world.http(routes({ '/': LIVE }));
      endpoint(server, '/live', (socket) => {
        new Chat().join(socket);
      });
      world.route('desk.example.dev', 80, port);
      world.route('desk.example.dev', 443, await world.closedPort());
      return { url: 'http://desk.example.dev/' };
    },
  },
  {
    name: 'HAProxy does not know the name',
    expect: 'proxy-host-unknown',
    async start(world) {
      const { port } = await world.http(routes({ '/': rawPage(`'ws://${RT}/live'`) }));
      const front = await haproxy(
        world,
        `  acl desk hdr(host) -i ${HOST}\n  use_backend app if desk\n  http-request deny deny_status 404 unless desk\nbackend app\n  server a 127.0.0.1:${port}`,
      );
      world.route(HOST, 80, front);
      world.route(RT, 80, front);
      return { url: HOME };
    },
  },
  {
    name: 'Caddy has no certificate for the name',
    expect: 'proxy-host-unknown',
    async start(world, authority) {
      const back = await world.http(routes({ '/': rawPage(`'wss://${RT}/live'`) }));
      const files = pemFiles(world, (await authority?.issue([HOST])) ?? { cert: '', key: '' });
      const port = await caddy(
        world,
        `https://${HOST}:%p {\n  bind 127.0.0.1\n  tls ${files.cert} ${files.key}\n  reverse_proxy 127.0.0.1:${back.port}\n}`,
      );
      world.route(HOST, 443, port);
      world.route(RT, 443, port);
      return { url: `https://${HOST}/` };
    },
  },
  {
    name: 'HAProxy takes three connections, the page wants four',
    expect: 'proxy-connection-limit',
    async start(world) {
      const page = html(
        "for (const room of ['a', 'b', 'c', 'd', 'e']) { const s = new WebSocket('ws://' + location.host + '/live?room=' + room); s.onopen = () => state('connected'); }",
      );
      const { server, port } = await world.http(routes({ '/': page }));
      endpoint(server, '/live', (socket) => {
        new Chat().join(socket);
      });
      world.route(
        HOST,
        80,
        await haproxy(
          world,
          `  default_backend app\nbackend app\n  timeout queue 20s\n  server a 127.0.0.1:${port} maxconn 3`,
        ),
      );
      return { url: HOME };
    },
  },
  {
    name: 'nginx allows one request in a minute',
    expect: 'proxy-connection-limit',
    async start(world) {
      const { server, port } = await world.http(routes({ '/': LIVE, '/api/orders': json([]) }));
      endpoint(server, '/live', (socket) => {
        new Chat().join(socket);
      });
      const front = await nginx(
        world,
        `location / { proxy_pass http://127.0.0.1:${port}; } location /live { limit_req zone=few; limit_req_status 429; ${UPGRADE} proxy_pass http://127.0.0.1:${port}; }`,
        'limit_req_zone $binary_remote_addr zone=few:1m rate=1r/m;',
      );
      await new Promise((resolve) =>
        http.get({ port: front, path: '/live' }, (answer) => answer.resume().once('end', resolve)),
      );
      world.route(HOST, 80, front);
      return { url: HOME };
    },
  },
  {
    name: 'nginx puts address and port of its upstream into Host',
    expect: 'proxy-host-rewritten',
    async start(world) {
      const { server, port } = await world.http(routes({ '/': LIVE, '*': express404 }));
      endpoint(
        server,
        '/live',
        (socket) => {
          new Chat().join(socket);
        },
        {
          verifyClient: ({ origin, req }: { origin?: string; req: http.IncomingMessage }) =>
            origin === undefined || new URL(origin).host === req.headers.host,
        },
      );
      refuseOthers(server, ['/live']);
      world.route(
        HOST,
        80,
        await nginx(
          world,
          `location / { ${UPGRADE.replace('proxy_set_header Host $host;', '')} proxy_pass http://127.0.0.1:${port}; }`,
        ),
      );
      return { url: HOME };
    },
  },
  {
    name: 'list of origins behind HAProxy, page on the same host',
    expect: 'ws-origin-rejected',
    async start(world) {
      const { server, port } = await world.http(routes({ '/': LIVE, '*': express404 }));
      endpoint(
        server,
        '/live',
        (socket) => {
          new Chat().join(socket);
        },
        {
          verifyClient: ({ origin }: { origin?: string }) => origin === undefined || origin === 'https://www.shop.test',
        },
      );
      world.route(HOST, 80, await haproxy(world, `  default_backend app\nbackend app\n  server a 127.0.0.1:${port}`));
      return { url: HOME };
    },
  },
  {
    name: 'server without the transport websocket',
    expect: 'transport-no-fallback',
    async start(world) {
      const { server, port } = await world.http(
        routes({ '/': socketIoPage("''", "{ transports: ['websocket'] }"), '/client.js': socketIoClient }),
      );
      const io = new SocketIo(server, { transports: ['polling'] });
      world.onStop(() => void io.close());
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'name that leads to another company’s site',
    expect: 'dns-wrong-host',
    async start(world) {
      world.route(HOST, 80, (await world.http(routes({ '/': rawPage(`'ws://${RT}/live'`) }))).port);
      world.route(
        RT,
        80,
        (
          await world.http(
            (_q, r) =>
              void r
                .writeHead(200, { 'Content-Type': 'text/html' })
                .end('<!doctype html><html><head><title>Flower shop</title></head><body>Fresh flowers</body></html>'),
          )
        ).port,
      );
      return { url: HOME };
    },
  },
  {
    name: 'polling page, backend stopped behind nginx',
    expect: 'upstream-down',
    async start(world) {
      const front = await world.http(routes({ '/': pollPage("'/api/messages'") }));
      world.route(
        HOST,
        80,
        await nginx(
          world,
          `location / { proxy_pass http://127.0.0.1:${front.port}; } location /api/ { proxy_pass http://127.0.0.1:${await world.closedPort()}; }`,
        ),
      );
      return { url: HOME };
    },
  },
  {
    name: 'polling page on HTTPS, API by http',
    expect: 'mixed-content',
    async start(world, authority) {
      const server = https.createServer(
        (await authority?.issue([HOST])) ?? {},
        routes({ '/': pollPage(`'http://${API}/messages'`) }),
      );
      world.route(HOST, 443, await world.listen(server));
      world.route(API, 80, (await world.http(routes({ '/messages': json({ messages: [] }) }))).port);
      return { url: `https://${HOST}/` };
    },
  },
  {
    name: 'HAProxy cuts a quiet event stream',
    expect: 'proxy-idle-timeout',
    async start(world) {
      const { port } = await world.http(routes({ '/': ssePage("'/events'"), '/events': stream(60_000) }));
      world.route(
        HOST,
        80,
        await haproxy(
          world,
          `  default_backend app\nbackend app\n  timeout server 1500ms\n  server a 127.0.0.1:${port}`,
        ),
      );
      return { url: HOME };
    },
  },
  {
    name: 'Caddy asks for a password before the socket',
    expect: 'proxy-auth-gate',
    async start(world) {
      const { server, port } = await world.http(routes({ '/': LIVE }));
      endpoint(server, '/live', (socket) => {
        new Chat().join(socket);
      });
      world.route(
        HOST,
        80,
        await caddy(
          world,
          `:%p {\n  basicauth /live {\n    demo JDJhJDE0JDAwMDAwMDAwMDAwMDAwMDAwMDAwMC5DcUdoNlZkTTVhVlpKTTFZUmtTaTZHM1NCWk9XQnJD\n  }\n  reverse_proxy 127.0.0.1:${port}\n}`,
        ),
      );
      return { url: HOME };
    },
  },
  {
    name: 'Caddy limits the size of uploads',
    expect: 'payload-too-large',
    async start(world) {
      const page = rawPage("'ws://' + location.host + '/live'", {
        more: "fetch('/api/drafts', { method: 'POST', body: 'x'.repeat(50000) }).then((a) => { if (!a.ok) state('not saved'); });",
      });
      const { server, port } = await world.http((request, response) => {
        request.resume();
        request.once('end', () => {
          routes({ '/': page, '/api/drafts': json({}) })(request, response);
        });
      });
      endpoint(server, '/live', (socket) => {
        new Chat().join(socket);
      });
      world.route(
        HOST,
        80,
        await caddy(world, `:%p {\n  request_body {\n    max_size 1KB\n  }\n  reverse_proxy 127.0.0.1:${port}\n}`),
      );
      return { url: HOME };
    },
  },
  {
    name: 'API that never answers',
    expect: 'upstream-silent',
    async start(world) {
      const { port } = await world.http(
        routes({
          '/': html("fetch('/api/orders').then((a) => a.json()).then(() => state('ready'));"),
          '/api/orders': () => undefined,
        }),
      );
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'page itself on a port that drops',
    expect: 'edge-port-unserved',
    async start(world) {
      world.route(HOST, 80, await world.listen(net.createServer((socket) => socket.resetAndDestroy())));
      return { url: HOME };
    },
  },
  {
    name: 'page itself by https on a plain port',
    expect: 'tls-plain-mismatch',
    async start(world) {
      world.route(HOST, 8443, (await world.http(routes({ '/': LIVE }))).port);
      return { url: `https://${HOST}:8443/` };
    },
  },
  {
    name: 'host of the API without a record, no socket at all',
    expect: 'dns-no-record',
    async start(world) {
      world.route(HOST, 80, (await world.http(routes({ '/': pollPage(`'http://${API}/messages'`) }))).port);
      return { url: HOME };
    },
  },
  {
    name: 'server goes away with 1001, page stays without',
    expect: 'client-no-reconnect',
    async start(world) {
      let gone = false;
      const { server, port } = await world.http(
        routes({ '/': rawPage("'ws://' + location.host + '/live'", { reconnect: false }) }),
      );
      endpoint(server, '/live', (socket) => {
        new Chat().join(socket);
        if (!gone)
          setTimeout(() => {
            gone = true;
            socket.close(1001);
          }, 2500);
      });
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'workers of one server that do not name themselves',
    expect: 'workers-isolated',
    async start(world) {
      const [first, second] = [new Chat(), new Chat()];
      let turn = 0;
      const next = (): Chat => (turn++ % 2 === 0 ? first : second);
      const { server, port } = await world.http(
        routes({
          '/': LIVE,
          '/say': (q, r) => {
            next().publish(q, r);
          },
        }),
      );
      endpoint(server, '/live', (socket) => {
        next().join(socket, null);
      });
      world.route(HOST, 80, port);
      return { url: HOME, publish: `curl -s "http://127.0.0.1:${port}/say?text={nonce}"` };
    },
  },
  {
    name: 'event stream under another name',
    expect: 'event-name-mismatch',
    async start(world) {
      const open = new Set<http.ServerResponse>();
      const { port } = await world.http(
        routes({
          '/': ssePage("'/events'", 'order'),
          '/events': (_q, r) => {
            r.writeHead(200, { 'Content-Type': 'text/event-stream' }).write(': hello\n\n');
            open.add(r);
          },
          '/say': (q, r) => {
            for (const one of open)
              one.write(
                `event: order-created\ndata: ${JSON.stringify({ text: new URL(q.url ?? '', HOME).searchParams.get('text') })}\n\n`,
              );
            r.end('{"ok":true}');
          },
        }),
      );
      world.route(HOST, 80, port);
      return { url: HOME, publish: `curl -s "http://127.0.0.1:${port}/say?text={nonce}"` };
    },
  },
  {
    name: 'Socket.IO event under another name',
    expect: 'event-name-mismatch',
    async start(world) {
      const { server, port } = await world.http(
        routes({
          '/': socketIoPage("''", '{}', "socket.on('message.new', (message) => show(message.text));"),
          '/client.js': socketIoClient,
          '/say': (q, r) => (
            io.emit('message:new', { text: new URL(q.url ?? '', HOME).searchParams.get('text') }),
            void r.end('{"ok":true}')
          ),
        }),
      );
      const io = new SocketIo(server);
      world.onStop(() => void io.close());
      world.route(HOST, 80, port);
      return { url: HOME, publish: `curl -s "http://127.0.0.1:${port}/say?text={nonce}"` };
    },
  },
  {
    name: 'page that counts messages instead of showing them',
    expect: 'healthy',
    async start(world) {
      const chat = new Chat();
      const page = html(
        "let n = 0; const s = new WebSocket('ws://' + location.host + '/live'); s.onopen = () => state('0 unread'); s.onmessage = (e) => { if (JSON.parse(e.data).type === 'message') state(++n + ' unread'); };",
      );
      const { server, port } = await world.http(routes({ '/': page, '/say': chat.publish }));
      endpoint(server, '/live', (socket) => {
        chat.join(socket);
      });
      world.route(HOST, 80, port);
      return { url: HOME, publish: `curl -s "http://127.0.0.1:${port}/say?text={nonce}"` };
    },
  },
];
