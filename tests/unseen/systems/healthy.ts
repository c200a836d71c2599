import type http from 'node:http';
import https from 'node:https';
import { Server as SocketIo } from 'socket.io';
import { html, pollPage, pusherPage, rawPage, socketIoPage, ssePage } from './pages.ts';
import { Chat, endpoint, express404, json, pusherServer, routes, socketIoClient, stream } from './servers.ts';
import type { Unseen } from './unseen.ts';

const HOST = 'desk.example.test';
const HOME = `http://${HOST}/`;

/** Healthy systems, some with unrelated errors. */
export const healthy: readonly Unseen[] = [
  {
    name: 'raw WebSocket, favicon missing, tracker without a record',
    expect: 'healthy',
    async start(world) {
      const chat = new Chat();
      const page = rawPage("'ws://' + location.host + '/live'", {
        more: "fetch('https://stats.tracker-corp.test/collect', { method: 'POST', mode: 'no-cors' }).catch(() => {}); new Image().src = 'https://pixel.ads-corp.test/1.gif';",
      });
      const { server, port } = await world.http(routes({ '/': page, '/api/orders': json([]), '*': express404 }));
      endpoint(server, '/live', (socket) => {
        chat.join(socket);
      });
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'raw WebSocket, published message arrives',
    expect: 'healthy',
    async start(world) {
      const chat = new Chat();
      const { server, port } = await world.http(
        routes({ '/': rawPage("'ws://' + location.host + '/live'"), '/say': chat.publish }),
      );
      endpoint(server, '/live', (socket) => {
        chat.join(socket);
      });
      world.route(HOST, 80, port);
      return { url: HOME, publish: `curl -s "http://127.0.0.1:${port}/say?text={nonce}"` };
    },
  },
  {
    name: 'a publication with a text of its own, on a page whose clock ticks and whose server counts',
    expect: 'healthy',
    async start(world) {
      const chat = new Chat();
      const page = rawPage("'ws://' + location.host + '/live'", {
        pick: "data.type === 'order' && data.text",
        more: "setInterval(() => state('connected, ' + new Date().toISOString()), 300);",
      });
      const { server, port } = await world.http(
        routes({
          '/': page,
          '/say': (_q, r) => {
            chat.say('A new order from Lisbon', 'order');
            r.end('ok');
          },
        }),
      );
      endpoint(server, '/live', (socket) => {
        chat.join(socket);
      });
      const beat = setInterval(() => {
        chat.say(String(Date.now()), 'online');
      }, 700);
      world.onStop(() => {
        clearInterval(beat);
      });
      world.route(HOST, 80, port);
      return { url: HOME, publish: `curl -s http://127.0.0.1:${port}/say` };
    },
  },
  {
    name: 'binary frames, a page that counts them',
    expect: 'healthy',
    async start(world) {
      const page = html(`let count = 0;
const socket = new WebSocket('ws://' + location.host + '/live');
socket.binaryType = 'arraybuffer';
socket.onmessage = () => state(++count + ' measurements');`);
      const clients = new Set<{ send: (data: Buffer) => void }>();
      const { server, port } = await world.http(
        routes({
          '/': page,
          '/say': (q, r) => {
            const text = Buffer.from(new URL(q.url ?? '', HOME).searchParams.get('text') ?? '');
            for (const client of clients) client.send(Buffer.concat([Buffer.from([0x30, 0x02, 0x81]), text]));
            r.end('ok');
          },
        }),
      );
      endpoint(server, '/live', (socket) => void clients.add(socket));
      world.route(HOST, 80, port);
      return { url: HOME, publish: `curl -s "http://127.0.0.1:${port}/say?text={nonce}"` };
    },
  },
  {
    name: 'event stream that the page reads by fetch',
    expect: 'healthy',
    async start(world) {
      const page = html(`fetch('/events', { headers: { Accept: 'text/event-stream' } }).then(async ({ body }) => {
  let rest = '';
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + chunk).split('\\n\\n');
    rest = parts.pop();
    for (const part of parts) show(part.replace('data: ', ''));
  }
});`);
      const open = new Set<http.ServerResponse>();
      const { port } = await world.http(
        routes({
          '/': page,
          '/events': (_q, r) => {
            r.writeHead(200, { 'Content-Type': 'text/event-stream' }).write(': welcome\n\n');
            open.add(r);
          },
          '/say': (q, r) => {
            for (const one of open) one.write(`data: ${new URL(q.url ?? '', HOME).searchParams.get('text') ?? ''}\n\n`);
            r.end('ok');
          },
        }),
      );
      world.route(HOST, 80, port);
      return { url: HOME, publish: `curl -s "http://127.0.0.1:${port}/say?text={nonce}"` };
    },
  },
  {
    name: 'raw WebSocket that says nothing until something happens',
    expect: 'healthy',
    async start(world) {
      const chat = new Chat();
      const { server, port } = await world.http(
        routes({ '/': rawPage("'ws://' + location.host + '/live'", { reconnect: false }) }),
      );
      endpoint(server, '/live', (socket) => {
        chat.join(socket, null);
      });
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'development build that mounts twice',
    expect: 'healthy',
    async start(world) {
      const chat = new Chat();
      const page = rawPage("'ws://' + location.host + '/live'", {
        more: "const first = new WebSocket('ws://' + location.host + '/live'); first.close();",
      });
      const { server, port } = await world.http(routes({ '/': page }));
      endpoint(server, '/live', (socket) => {
        chat.join(socket);
      });
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'Socket.IO with the default transports',
    expect: 'healthy',
    async start(world) {
      const { server, port } = await world.http(
        routes({ '/': socketIoPage("''", '{}'), '/client.js': socketIoClient }),
      );
      const io = new SocketIo(server);
      world.onStop(() => void io.close());
      io.on('connection', (socket) => socket.emit('message:new', { text: 'hello' }));
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'Socket.IO on another host, polling only by design',
    expect: 'healthy',
    async start(world) {
      const { port } = await world.http(
        routes({
          '/': socketIoPage("'http://api.example.test'", "{ transports: ['polling'] }"),
          '/client.js': socketIoClient,
        }),
      );
      const api = await world.http(routes({}));
      const io = new SocketIo(api.server, { transports: ['polling'], cors: { origin: 'http://desk.example.test' } });
      world.onStop(() => void io.close());
      io.on('connection', (socket) => socket.emit('message:new', { text: 'hello' }));
      world.route(HOST, 80, port);
      world.route('api.example.test', 80, api.port);
      return { url: HOME };
    },
  },
  {
    name: 'event stream',
    expect: 'healthy',
    async start(world) {
      const { port } = await world.http(routes({ '/': ssePage("'/events'"), '/events': stream() }));
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'polling page',
    expect: 'healthy',
    async start(world) {
      const { port } = await world.http(
        routes({ '/': pollPage("'/api/messages'"), '/api/messages': json({ messages: [] }) }),
      );
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'long polling: the question is held open',
    expect: 'healthy',
    async start(world) {
      const { port } = await world.http(
        routes({
          '/': pollPage("'/api/wait'", 10),
          '/api/wait': (_request, response) =>
            void setTimeout(
              () => response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"messages":[]}'),
              20_000,
            ),
        }),
      );
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'Pusher protocol with a private channel',
    expect: 'healthy',
    async start(world) {
      const page = pusherPage("'ws://' + location.host + '/app/desk-key?protocol=7&client=js&version=8.4.0'", {
        channels: ['orders', 'private-desk'],
      });
      const { server, port } = await world.http(
        routes({ '/': page, '/broadcasting/auth': json({ auth: 'desk-key:0123' }) }),
      );
      pusherServer(server, ['desk-key']);
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'HTTPS with a trusted certificate, Report-Only policy that complains',
    expect: 'healthy',
    async start(world, authority) {
      const pems = await authority?.issue([HOST]);
      const chat = new Chat();
      const page = rawPage("'wss://' + location.host + '/live'", {
        more: "fetch('https://widgets.partner-corp.test/').catch(() => {});",
      });
      const server = https.createServer(pems ?? {}, (request, response) => {
        response.setHeader('Content-Security-Policy-Report-Only', "connect-src 'none'");
        routes({ '/': page })(request, response);
      });
      const port = await world.listen(server);
      endpoint(server, '/live', (socket) => {
        chat.join(socket);
      });
      world.route(HOST, 443, port);
      return { url: `https://${HOST}/` };
    },
  },
  {
    name: 'widget of another company without its socket, events that nobody collects',
    expect: 'healthy',
    async start(world) {
      const chat = new Chat();
      const page = rawPage("'ws://' + location.host + '/live'", {
        head: '<script async src="http://cdn.widget-corp.test/loader.js"></script>',
        more: "fetch('http://t.metrics-corp.test/v2/e', { method: 'POST', body: '{}' }).catch(() => {});",
      });
      const { server, port } = await world.http(routes({ '/': page, '/say': chat.publish }));
      endpoint(server, '/live', (socket) => {
        chat.join(socket);
      });
      const loader = "new WebSocket('ws://rt.widget-corp.test/visitor')";
      const cdn = await world.http(
        routes({ '/loader.js': (_q, r) => void r.setHeader('Content-Type', 'text/javascript').end(loader) }),
      );
      world.route(HOST, 80, port);
      world.route('cdn.widget-corp.test', 80, cdn.port);
      for (const host of ['rt.widget-corp.test', 't.metrics-corp.test'])
        world.route(host, 80, await world.closedPort());
      return { url: HOME, publish: `curl -s "http://127.0.0.1:${port}/say?text={nonce}"` };
    },
  },
  {
    name: 'preferences that cannot be read, and a connection that stands',
    expect: 'healthy',
    async start(world) {
      const page = rawPage("'ws://' + location.host + '/live'", { more: "fetch('/api/preferences');" });
      const { server, port } = await world.http(
        routes({ '/': page, '/api/preferences': json({ detail: 'boom' }, 500) }),
      );
      endpoint(server, '/live', (socket) => {
        new Chat().join(socket);
      });
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'page that asks for a password before it connects',
    expect: 'healthy',
    async start(world) {
      const page = html("fetch('/api/me')", { body: '<form><input name="user"><input type="password"></form>' });
      const { port } = await world.http(routes({ '/': page, '/api/me': json({ error: 'unauthenticated' }, 401) }));
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'a page without anything live',
    expect: 'inconclusive',
    async start(world) {
      const { port } = await world.http(routes({ '/': html("state('ready')") }));
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
];
