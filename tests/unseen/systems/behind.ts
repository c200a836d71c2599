/** Kinds of failure behind the edge that were first seen on real applications: servers, brokers, and what they refuse. */
import type http from 'node:http';
import type { WebSocket } from 'ws';
import { html, rawPage, ssePage } from './pages.ts';
import { caddy, nginx, UPGRADE } from './proxies.ts';
import { Chat, endpoint, json, routeOthers, routes, textOf } from './servers.ts';
import type { Unseen, VisitInput } from './unseen.ts';
import type { World } from './world.ts';

const HOST = 'works.example.test';
const HOME = `http://${HOST}/`;

/** A stream that says something every second. */
function pouring(type: string, line: string): http.RequestListener {
  return (_request, response) => {
    response.writeHead(200, { 'Content-Type': type });
    const say = (): boolean => response.write(line);
    say();
    const timer = setInterval(say, 1000);
    response.once('close', () => clearInterval(timer));
  };
}

/** A page that speaks first on its socket, and a server that says something to that and stays connected. */
async function answering(world: World, hello: string, answer: (socket: WebSocket) => void): Promise<VisitInput> {
  const { server, port } = await world.http(
    routes({
      '/': html(`const socket = new WebSocket('ws://' + location.host + '/live');
socket.onopen = () => socket.send(${JSON.stringify(hello)});
socket.onmessage = ({ data }) => {
  if (data.includes('connection_ack')) socket.send('{"id":"1","type":"subscribe","payload":{"query":"subscription { messageAdded }"}}');
  show(data);
};`),
    }),
  );
  endpoint(server, '/live', (socket) => {
    socket.once('message', () => {
      answer(socket);
    });
  });
  world.route(HOST, 80, port);
  return { url: HOME };
}

export const behind: readonly Unseen[] = [
  {
    name: 'events are sent as plain text, of which a browser opens no stream',
    expect: 'client-protocol-mismatch',
    async start(world) {
      const { port } = await world.http(
        routes({ '/': ssePage("'/events'"), '/events': pouring('text/plain; charset=utf-8', 'data: tick\n\n') }),
      );
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'events end with one newline where two are needed',
    expect: 'client-protocol-mismatch',
    async start(world) {
      const { port } = await world.http(
        routes({ '/': ssePage("'/events'"), '/events': pouring('text/event-stream', 'data: tick\n') }),
      );
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'an event stream is opened at a path that takes what is posted alone',
    expect: 'backend-endpoint-missing',
    async start(world) {
      const { port } = await world.http(
        routes({
          '/': ssePage("'/publish'"),
          '/publish': json({ detail: 'Method Not Allowed' }, 405, { Allow: 'POST', Server: 'uvicorn' }),
          '*': json({ detail: 'Not Found' }, 404, { Server: 'uvicorn' }),
        }),
      );
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'SockJS streams from one server, and sends to another that does not know its session',
    expect: 'proxy-no-stickiness',
    async start(world) {
      const { port } = await world.http((request, response) => {
        if (request.url?.endsWith('/xhr_streaming')) {
          pouring('application/javascript; charset=UTF-8', 'h\n')(request, response);
          response.write('o\n');
        } else if (request.url?.endsWith('/xhr_send')) response.writeHead(404).end();
        else
          routes({
            '/': html(`const session = '/sockjs/' + (100 + Math.floor(Math.random() * 900)) + '/' + Math.random().toString(36).slice(2, 10);
fetch(session + '/xhr_streaming', { method: 'POST' });
setTimeout(() => fetch(session + '/xhr_send', { method: 'POST', body: '["hello"]' }), 400);`),
          })(request, response);
      });
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'Centrifugo knows the visitor, and no channel of the name that the page subscribes to',
    expect: 'backend-endpoint-missing',
    start: (world) =>
      answering(world, '{"id":1,"connect":{}}\n{"id":2,"subscribe":{"channel":"news:all"}}', (socket) => {
        socket.send('{"id":1,"connect":{"client":"c-1","version":"6.0.0","ping":25}}');
        socket.send('{"id":2,"error":{"code":102,"message":"unknown channel"}}');
      }),
  },
  {
    name: 'tRPC has no subscription of the name that an old page asks for',
    expect: 'backend-endpoint-missing',
    start: (world) =>
      answering(world, '{"id":1,"method":"subscription","params":{"path":"onMessage"}}', (socket) => {
        const error = {
          message: 'No "subscription"-procedure on path "onMessage"',
          code: -32004,
          data: { code: 'NOT_FOUND', httpStatus: 404, path: 'onMessage' },
        };
        socket.send(JSON.stringify({ id: 1, error }));
      }),
  },
  {
    name: 'RabbitMQ refuses the passcode in a frame of STOMP',
    expect: 'auth-rejected',
    start: (world) =>
      answering(world, 'CONNECT\nlogin:guest\npasscode:an-old-one\naccept-version:1.2\n\n\u0000', (socket) => {
        socket.send(
          "ERROR\nmessage:Bad CONNECT\ncontent-type:text/plain\nversion:1.0,1.1,1.2\n\nAccess refused for user 'guest'\n\u0000",
        );
      }),
  },
  {
    name: 'Prosody refuses the password in a stanza, and keeps the stream open',
    expect: 'auth-rejected',
    start: (world) =>
      answering(
        world,
        '<auth xmlns="urn:ietf:params:xml:ns:xmpp-sasl" mechanism="PLAIN">bWFkZS1mb3ItdGVzdHM=</auth>',
        (socket) => {
          socket.send(
            '<failure xmlns="urn:ietf:params:xml:ns:xmpp-sasl"><not-authorized/><text>Unable to authorize you.</text></failure>',
          );
        },
      ),
  },
  {
    name: 'broker of MQTT lets everybody connect, and nobody subscribe without a user',
    expect: 'auth-missing',
    async start(world) {
      const { server, port } = await world.http(
        routes({
          '/': html(`const socket = new WebSocket('ws://' + location.host + '/mqtt', 'mqtt');
socket.binaryType = 'arraybuffer';
const bytes = (...all) => socket.send(new Uint8Array(all));
socket.onopen = () => bytes(0x10, 13, 0, 4, 77, 81, 84, 84, 4, 2, 0, 60, 0, 1, 97);
socket.onmessage = ({ data }) => { if (new Uint8Array(data)[0] === 0x20) bytes(0x82, 6, 0, 1, 0, 1, 35, 0); };`),
        }),
      );
      endpoint(server, '/mqtt', (socket) => {
        socket.on('message', (data) => {
          const [first] = Buffer.from(textOf(data), 'latin1');
          socket.send(first === 0x10 ? Buffer.from([0x20, 2, 0, 0]) : Buffer.from([0x90, 3, 0, 1, 0x80]));
        });
      });
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'Uvicorn refuses a stream over its limit of connections, behind nginx',
    expect: 'connection-limit',
    async start(world) {
      const { port } = await world.http(
        routes({
          '/': ssePage("'/events'"),
          '/events': (_request, response) =>
            void response.writeHead(503, { 'Content-Type': 'text/plain; charset=utf-8' }).end('Service Unavailable'),
        }),
      );
      world.route(HOST, 80, await nginx(world, `location / { ${UPGRADE} proxy_pass http://127.0.0.1:${port}; }`));
      return { url: HOME };
    },
  },
  {
    name: 'Caddy cuts the prefix off, and the application behind it refuses without a word and without a name',
    expect: 'proxy-path-stripped',
    async start(world) {
      const unknown = (_request: unknown, response: http.ServerResponse): void =>
        void response.writeHead(404, { 'Content-Length': 0 }).end();
      const app = routes({ '*': unknown });
      const { server, port } = await world.http(app);
      endpoint(server, '/api/ws', (socket) => {
        new Chat().join(socket);
      });
      routeOthers(server, ['/api/ws'], app);
      world.file('www/index.html', rawPage("'ws://' + location.host + '/api/ws'"));
      world.route(
        HOST,
        80,
        await caddy(
          world,
          `http://${HOST}:%p {\n  bind 127.0.0.1\n  handle_path /api/* {\n    reverse_proxy 127.0.0.1:${port}\n  }\n  handle {\n    root * ${world.folder}/www\n    file_server\n  }\n}`,
        ),
      );
      return { url: HOME };
    },
  },
  {
    name: 'page that is loaded anew by long polling, which its server holds on purpose',
    expect: 'inconclusive',
    async start(world) {
      const { port } = await world.http((request, response) => {
        // Held for a minute where nothing changes.
        if (request.url?.startsWith('/livereload/')) return;
        routes({
          '/': html("fetch('/livereload/1/2').then((answer) => answer.text());", { title: 'Documentation' }),
        })(request, response);
      });
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'its health answer gives the error of the library that does not reach Redis',
    expect: 'broker-down',
    async start(world) {
      const { port } = await world.http(
        routes({
          '/': ssePage("'/events'"),
          '/events': pouring('text/event-stream', ': keep-alive\n\n'),
          '/health': json(
            { status: 'degraded', checks: { redis: 'Error 111 connecting to 127.0.0.1:6379. Connection refused.' } },
            503,
          ),
          '/say': json({ accepted: true }, 202),
        }),
      );
      world.route(HOST, 80, port);
      return { url: HOME, publish: `curl -s "http://127.0.0.1:${port}/say?text={nonce}"` };
    },
  },
  {
    name: 'Prosody ends a stream that is opened for a domain which it does not serve',
    expect: 'backend-host-refused',
    start: (world) =>
      answering(
        world,
        '<open xmlns="urn:ietf:params:xml:ns:xmpp-framing" to="chat.example.org" version="1.0"/>',
        (socket) => {
          socket.send('<open xmlns="urn:ietf:params:xml:ns:xmpp-framing" from="localhost" id="a1" version="1.0"/>');
          socket.send(
            '<stream:error xmlns:stream="http://etherx.jabber.org/streams"><host-unknown xmlns="urn:ietf:params:xml:ns:xmpp-streams"/><text xmlns="urn:ietf:params:xml:ns:xmpp-streams">This server does not serve chat.example.org</text></stream:error>',
          );
          socket.close(1000);
        },
      ),
  },
  {
    name: 'page subscribes to a field that the schema of GraphQL does not have any more',
    expect: 'backend-endpoint-missing',
    start: (world) =>
      answering(world, '{"type":"connection_init"}', (socket) => {
        socket.send('{"type":"connection_ack"}');
        socket.once('message', () => {
          socket.send(
            '{"id":"1","type":"error","payload":[{"message":"Cannot query field \\"messageAdded\\" on type \\"Subscription\\"."}]}',
          );
        });
      }),
  },
];
