/** Faults that public issue threads tell of, in small. Their author knew no rule of the diagnosis. */
import http from 'node:http';
import { Server as SocketIo } from 'socket.io';
import type { WebSocket } from 'ws';
import { guarded, plain, queryOf, raw } from './blind-servers.ts';
import { html, pusherPage, rawPage, socketIoPage } from './pages.ts';
import { UPGRADE, apache, haproxy, nginx } from './proxies.ts';
import {
  Chat,
  endpoint,
  express404,
  go404,
  json,
  pusherServer,
  refuseOthers,
  routeOthers,
  routes,
  socketIoClient,
  stream,
  textOf,
} from './servers.ts';
import type { Unseen } from './unseen.ts';
import type { World } from './world.ts';

const HOST = 'portal.example.test';
const HOME = `http://${HOST}/`;

/** Hands plain requests on to a port, and says in these headers that it did. */
function relay(port: number, mark: http.OutgoingHttpHeaders = {}): http.RequestListener {
  return (incoming, outgoing) => {
    const { upgrade: _upgrade, connection: _connection, ...headers } = incoming.headers;
    const { method = 'GET', url = '/' } = incoming;
    const passed = http.request({ port, method, path: url, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, { ...answer.headers, ...mark });
      answer.pipe(outgoing);
    });
    passed.on('error', () => outgoing.destroy());
    outgoing.once('close', () => passed.destroy());
    incoming.pipe(passed);
  };
}

/** A WebSocket server that greets, with what else its program answers. */
async function greeter(
  world: World,
  where: string,
  listener: http.RequestListener,
  join: (socket: WebSocket) => void = (socket) => new Chat().join(socket),
): Promise<number> {
  const { server, port } = await world.http(listener);
  endpoint(server, where, join);
  routeOthers(server, [where], listener);
  return port;
}

export const blindFourBroken: readonly Unseen[] = [
  {
    name: 'Next.js hands rewritten requests on to a Go program, and forgets that one of them asked for a WebSocket',
    expect: 'proxy-upgrade-missing',
    async start(world) {
      const hub = routes({
        '/ws': plain(400, 'Bad Request\n', { 'Sec-Websocket-Version': '13', 'X-Content-Type-Options': 'nosniff' }),
        '/api/issues': json([{ id: 7, title: 'Printer on floor two' }]),
        '*': go404,
      });
      const back = await greeter(world, '/ws', hub);
      const rewritten = relay(back);
      const page = rawPage("`ws://${location.host}/ws?workspace=${'floor-two'}`", {
        more: "fetch('/api/issues').then((answer) => answer.json()).then((all) => all.forEach(({ title }) => show(title)));",
      });
      const { port } = await world.http((request, response) => {
        response.setHeader('X-Powered-By', 'Next.js');
        if (request.url === '/') response.setHeader('Content-Type', 'text/html; charset=utf-8').end(page);
        else rewritten(request, response);
      });
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'Phoenix was released with the host of its template, so neither its socket nor its long poll take this origin',
    expect: 'ws-origin-rejected',
    async start(world) {
      const cowboy = { Server: 'Cowboy' };
      const allowed = ({ headers: { origin } }: http.IncomingMessage): boolean =>
        origin === undefined || new URL(origin).hostname === 'example.com';
      const { server, port } = await world.http(
        routes({
          '/': html(`function socket() {
  const live = new WebSocket('ws://' + location.host + '/live/websocket?vsn=2.0.0');
  live.onopen = () => { state('joined'); live.send('["1","1","lv:home","phx_join",{}]'); };
  live.onclose = poll;
}
async function poll() {
  state("Something went wrong! Attempting to reconnect");
  const { token } = await (await fetch('/live/longpoll?vsn=2.0.0')).json();
  const join = await fetch('/live/longpoll?vsn=2.0.0&token=' + token, { method: 'POST', body: '["1","1","lv:home","phx_join",{}]' });
  if (join.ok) state('joined'); else setTimeout(socket, 2000);
}
socket();`),
          '/live/longpoll': (request, response) => {
            if (!allowed(request)) plain(403, '', cowboy)(request, response);
            else json({ status: 410, token: 'lp-1', messages: [] }, 200, cowboy)(request, response);
          },
          '/live/websocket': plain(400, '', cowboy),
          '*': plain(404, 'Not Found', cowboy),
        }),
      );
      guarded(server, '/live/websocket', (request) =>
        allowed(request) ? undefined : raw(403, '', ['server: Cowboy', 'cache-control: max-age=0, private']),
      );
      refuseOthers(server, ['/live/websocket']);
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'HAProxy gives what is published to the pod with the fewest connections, which is the one without a listener',
    expect: 'broker-missing',
    async start(world) {
      const ports: number[] = [];
      for (const pod of ['feed-6c9d-0', 'feed-6c9d-1']) {
        const chat = new Chat();
        const { server, port } = await world.http(
          routes({
            '/': rawPage("'ws://' + location.host + '/feed'"),
            '/publish': (request, response) => {
              chat.say(queryOf(request).get('text') ?? '');
              json({ published: true, pod, receivers: chat.clients.size }, 202)(request, response);
            },
            '/healthz': json({ status: 'ok', pod, pubsub: 'in-process' }),
            '*': go404,
          }),
        );
        endpoint(server, '/feed', (socket) => {
          chat.join(socket, { type: 'hello', pod });
        });
        ports.push(port);
      }
      const pods = ports.map((port, index) => `  server pod${index} 127.0.0.1:${port}`).join('\n');
      const front = await haproxy(world, `  default_backend feed\nbackend feed\n  balance leastconn\n${pods}`);
      world.route(HOST, 80, front);
      return { url: HOME, publish: `curl -s -X POST "http://127.0.0.1:${front}/publish?text={nonce}"` };
    },
  },
  {
    name: 'cookie for the Mercure hub is marked Secure, the site is plain http, and the browser does not keep it',
    expect: 'auth-missing',
    async start(world) {
      const { port } = await world.http(
        routes({
          '/': (_request, response) => {
            response
              .writeHead(200, {
                'Content-Type': 'text/html; charset=utf-8',
                'Set-Cookie':
                  'mercureAuthorization=demo-pass; Path=/.well-known/mercure; Secure; HttpOnly; SameSite=Strict',
              })
              .end(
                html(`const topic = encodeURIComponent('/mesas/{numero}');
const hub = new EventSource('/.well-known/mercure?topic=' + topic, { withCredentials: true });
hub.onopen = () => state('conectado');
hub.onmessage = ({ data }) => show(JSON.parse(data).texto);
hub.onerror = () => state('sin conexión con la cocina');`),
              );
          },
          '/.well-known/mercure': (request, response) => {
            if (request.headers.cookie?.includes('mercureAuthorization=')) stream()(request, response);
            else plain(401, 'Unauthorized\n', { Server: 'Caddy' })(request, response);
          },
        }),
      );
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'hub on another host lets every origin in by a star, and the page asks with its cookies',
    expect: 'cors-wildcard-credentials',
    async start(world) {
      const { port: page } = await world.http(
        routes({
          '/': html(`const hub = new EventSource('http://hub.example.test/subscribe?topic=tickets', { withCredentials: true });
hub.onopen = () => state('verbunden');
hub.onmessage = ({ data }) => show(JSON.parse(data).text);
hub.onerror = () => state('Der Dienst für Benachrichtigungen ist nicht erreichbar');`),
        }),
      );
      world.route(HOST, 80, page);
      const { port } = await world.http((request, response) => {
        response.setHeader('Access-Control-Allow-Origin', '*');
        if ((request.url ?? '').startsWith('/subscribe')) stream()(request, response);
        else go404(request, response);
      });
      world.route('hub.example.test', 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'GraphQL client still says start where the server has learnt to expect subscribe',
    expect: 'client-protocol-mismatch',
    async start(world) {
      const listener = routes({
        '/': html(`let tries = 0;
function connect() {
  const socket = new WebSocket('ws://' + location.host + '/graphql');
  const send = (message) => socket.send(JSON.stringify(message));
  socket.onopen = () => send({ type: 'connection_init', payload: {} });
  socket.onmessage = ({ data }) => {
    const { type, payload } = JSON.parse(data);
    if (type === 'connection_ack') send({ id: '1', type: 'start', payload: { query: 'subscription { ticketAdded { title } }' } });
    if (type === 'data') show(payload.data.ticketAdded.title);
  };
  socket.onclose = () => { state('reconnecting'); setTimeout(connect, 500 * 2 ** Math.min(tries++, 4)); };
}
connect();`),
        '/graphql': json({ errors: [{ message: 'Must provide query string.' }] }, 400),
      });
      const port = await greeter(world, '/graphql', listener, (socket) => {
        socket.on('message', (data) => {
          const { type } = JSON.parse(textOf(data)) as { type: string };
          if (type === 'connection_init') socket.send('{"type":"connection_ack"}');
          else if (type !== 'subscribe' && type !== 'ping') socket.close(4400, `Invalid message type "${type}"`);
        });
      });
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'page writes the path of the hub with capitals, and the new router is particular about them',
    expect: 'backend-wrong-path',
    async start(world) {
      const listener = routes({
        '/': rawPage("'ws://' + location.host + '/api/Hubs/Notifications'", {
          more: "fetch('/api/tickets').then((answer) => answer.json()).then((all) => all.forEach(show));",
        }),
        '/api/tickets': json(['ticket 17', 'ticket 18']),
        '/api/hubs/notifications': plain(426, 'Upgrade Required\n', { Upgrade: 'websocket' }),
        '*': plain(404, 'no route matches the requested path\n'),
      });
      world.route(HOST, 80, await greeter(world, '/api/hubs/notifications', listener));
      return { url: HOME };
    },
  },
  {
    name: 'program asks nginx not to buffer its events, and a snippet for caching has nginx ignore that',
    expect: 'proxy-buffers-stream',
    async start(world) {
      const { port } = await world.http(
        routes({
          '/': html(`const source = new EventSource('/api/trpc/onTicket?input=%7B%7D');
source.addEventListener('connected', () => state('connected'));
source.onmessage = ({ data }) => show(JSON.parse(data).json.title);`),
          '/api/trpc/onTicket': (_request, response) => {
            response.writeHead(200, {
              'Content-Type': 'text/event-stream',
              'Cache-Control': 'no-cache, no-transform',
              'X-Accel-Buffering': 'no',
            });
            response.write('event: connected\ndata: {"reconnectAfterInactivityMs":10000}\n\n');
            let count = 0;
            const timer = setInterval(() => {
              response.write(`id: ${(count += 1)}\ndata: {"json":{"title":"ticket ${count}"}}\n\n`);
            }, 700);
            response.once('close', () => {
              clearInterval(timer);
            });
          },
          '*': json({ error: { message: 'No procedure found on this path', code: -32004 } }, 404),
        }),
      );
      const front = `proxy_ignore_headers X-Accel-Buffering X-Accel-Expires Cache-Control Expires Set-Cookie;
location / { proxy_set_header Host $host; proxy_pass http://127.0.0.1:${port}; }`;
      world.route(HOST, 80, await nginx(world, front));
      return { url: HOME };
    },
  },
  {
    name: 'Laravel broadcasts under a short name of its own, and the page listens for the name of the class',
    expect: 'event-name-mismatch',
    async start(world) {
      const { server, port } = await world.http(
        routes({
          '/': pusherPage("'ws://' + location.host + '/app/desk-key?protocol=7&client=js&version=8.4.0'", {
            channels: ['shipments'],
            event: 'App\\\\Events\\\\ShipmentDispatched',
          }),
          '/say': (request, response) => {
            pusher.publish('shipments', 'shipment.dispatched', queryOf(request).get('text') ?? '');
            json({ message: 'Versand gemeldet' }, 201)(request, response);
          },
        }),
      );
      const pusher = pusherServer(server, ['desk-key']);
      world.route(HOST, 80, port);
      return { url: HOME, publish: `curl -s "http://127.0.0.1:${port}/say?text={nonce}"` };
    },
  },
  {
    name: 'Socket.IO is told of the origin of the page with a slash at its end',
    expect: 'cors-origin-missing',
    async start(world) {
      const { port: page } = await world.http(
        routes({ '/': socketIoPage("'http://io.example.test'", '{}'), '/client.js': socketIoClient }),
      );
      world.route(HOST, 80, page);
      const { server, port } = await world.http(routes({ '/': json({ service: 'io' }), '*': express404 }));
      const io = new SocketIo(server, { cors: { origin: HOME, methods: ['GET', 'POST'] } });
      world.onStop(() => void io.close());
      world.route('io.example.test', 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'six event streams of one page talk, and its list waits for ever for a connection of its own',
    expect: 'connection-limit',
    async start(world) {
      const streams = ['tickets', 'chat', 'presence', 'logs', 'metrics', 'alerts'];
      const { port } = await world.http(
        routes({
          '/': html(`const open = [];
for (const name of ${JSON.stringify(streams)}) {
  const source = new EventSource('/streams/' + name);
  source.onmessage = ({ data }) => { document.title = name + ' ' + JSON.parse(data).text; };
  open.push(new Promise((done) => { source.onopen = done; }));
}
Promise.all(open).then(async () => {
  state('Vorgänge werden geladen …');
  for (const title of await (await fetch('/api/tickets')).json()) show(title);
  state('bereit');
});`),
          '/api/tickets': json(['Vorgang 17', 'Vorgang 18']),
          ...Object.fromEntries(streams.map((name) => [`/streams/${name}`, stream(900)])),
          '*': express404,
        }),
      );
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'policy of the page names the host of the live data by its http address, which does not cover its WebSocket',
    expect: 'csp-blocks-connect',
    async start(world) {
      const page = rawPage("'ws://live.example.test/socket'", {
        more: "fetch('http://live.example.test/stats').then((answer) => answer.json()).then(({ online }) => show(online + ' online'));",
      });
      const policy =
        "default-src 'self'; script-src 'self' 'unsafe-inline'; connect-src 'self' http://live.example.test";
      const { port } = await world.http(
        routes({
          '/': (_request, response) => {
            response
              .writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': policy })
              .end(page);
          },
          '*': express404,
        }),
      );
      world.route(HOST, 80, port);
      const live = routes({ '/stats': json({ online: 12 }, 200, { 'Access-Control-Allow-Origin': '*' }), '*': go404 });
      world.route('live.example.test', 80, await greeter(world, '/socket', live));
      return { url: HOME };
    },
  },
  {
    name: 'Envoy was not told that there are upgrades, so it forbids each handshake, and passes the rest on',
    expect: 'proxy-upgrade-missing',
    async start(world) {
      const back = await greeter(
        world,
        '/rooms/lobby',
        routes({
          '/': rawPage("'ws://' + location.host + '/rooms/lobby'", {
            more: "fetch('/rooms').then((answer) => answer.json()).then((rooms) => rooms.forEach(show));",
          }),
          '/rooms': json(['lobby', 'support']),
          '/rooms/lobby': plain(426, 'this room is a WebSocket'),
          '*': json({ error: 'no such room' }, 404),
        }),
      );
      const envoy = { server: 'envoy', 'x-envoy-upstream-service-time': '2' };
      const { server, port } = await world.http(relay(back, envoy));
      server.on('upgrade', (_request, socket) => {
        socket.end(
          `HTTP/1.1 403 Forbidden\r\ndate: ${new Date().toUTCString()}\r\nserver: envoy\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`,
        );
      });
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'nginx takes the context path off that Tomcat has itself, and SockJS finds no info',
    expect: 'proxy-path-stripped',
    async start(world) {
      const tomcat = plain(
        404,
        '<!doctype html><html lang="es"><head><title>Estado HTTP 404 – No encontrado</title></head><body><h1>Estado HTTP 404 – No encontrado</h1><hr /><h3>Apache Tomcat/10.1.24</h3></body></html>',
        { 'Content-Type': 'text/html;charset=utf-8', 'Content-Language': 'es' },
      );
      const info = { entropy: 1_912_031_183, origins: ['*:*'], cookie_needed: true, websocket: true };
      const listener = routes({ '/pedidos/stomp/info': json(info), '*': tomcat });
      const port = await greeter(world, '/pedidos/stomp/042/k3v9x2ab/websocket', listener, (socket) => {
        socket.send('o');
      });
      world.file(
        'www/pedidos/index.html',
        html(`async function conectar() {
  try {
    const answer = await fetch('/pedidos/stomp/info?t=' + Date.now());
    if (!answer.ok) throw new Error('info ' + answer.status);
    const socket = new WebSocket('ws://' + location.host + '/pedidos/stomp/042/k3v9x2ab/websocket');
    socket.onmessage = ({ data }) => { if (data === 'o') state('conectado'); };
    socket.onclose = () => setTimeout(conectar, 2000);
  } catch (error) { state('Se perdió la conexión: ' + error.message); setTimeout(conectar, 2000); }
}
conectar();`),
      );
      const front = `root ${world.folder}/www; index index.html;
location /pedidos/stomp/ { rewrite ^/pedidos/(.*)$ /$1 break; ${UPGRADE} proxy_pass http://127.0.0.1:${port}; }`;
      world.route(HOST, 80, await nginx(world, front));
      world.route(HOST, 8080, port);
      return { url: `${HOME}pedidos/` };
    },
  },
  {
    name: 'location of nginx is for one exact path, and the page goes one step below it',
    expect: 'proxy-route-missing',
    async start(world) {
      const listener = routes({ '/api/encomendas': json(['encomenda 31']), '*': json({ erro: 'inexistente' }, 404) });
      const port = await greeter(world, '/ws/encomendas', listener);
      world.file(
        'www/index.html',
        rawPage("'ws://' + location.host + '/ws/encomendas'", {
          more: "fetch('/api/encomendas').then((answer) => answer.json()).then((all) => all.forEach(show));",
        }),
      );
      const front = `root ${world.folder}/www;
location / { try_files $uri /index.html; }
location /api/ { proxy_pass http://127.0.0.1:${port}; }
location = /ws { ${UPGRADE} proxy_pass http://127.0.0.1:${port}; }`;
      world.route(HOST, 80, await nginx(world, front));
      return { url: HOME };
    },
  },
  {
    name: 'tRPC keeps the socket of a visitor open and answers the subscription with UNAUTHORIZED',
    expect: 'auth-missing',
    async start(world) {
      const listener = routes({
        '/': html(`const token = localStorage.getItem('token');
let id = 0;
const socket = new WebSocket('ws://' + location.host + '/trpc' + (token ? '?token=' + token : ''));
const subscribe = () => socket.send(JSON.stringify({ id: ++id, jsonrpc: '2.0', method: 'subscription', params: { path: 'ticket.onAdd' } }));
socket.onopen = subscribe;
socket.onmessage = ({ data }) => {
  const { error, result } = JSON.parse(data);
  if (result?.type === 'started') state('subscribed');
  if (result?.type === 'data') show(result.data.title);
  if (error) setTimeout(subscribe, 3000);
};`),
        '*': json({ error: { code: -32004, message: 'NOT_FOUND' } }, 404),
      });
      const port = await greeter(world, '/trpc', listener, (socket) => {
        socket.on('message', (data) => {
          const { id, params } = JSON.parse(textOf(data)) as { id: number; params: { path: string } };
          const error = {
            message: 'You must be logged in to subscribe',
            code: -32001,
            data: { code: 'UNAUTHORIZED', httpStatus: 401, path: params.path },
          };
          socket.send(JSON.stringify({ id, jsonrpc: '2.0', error }));
        });
      });
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'badge of the page shows a program that is not ready, because it cannot dial its Redis, and nothing arrives',
    expect: 'broker-down',
    async start(world) {
      const ready = [
        '[+]ping ok',
        '[+]postgres ok',
        '[-]redis failed: dial tcp 10.20.0.7:6379: connect: connection refused',
        'readyz check failed',
      ].join('\n');
      const listener = routes({
        '/': rawPage("'ws://' + location.host + '/live'", {
          more: `setInterval(async () => { document.title = (await fetch('/readyz')).ok ? 'Order desk' : 'Order desk (degraded)'; }, 2000);`,
        }),
        '/messages': json({ accepted: true }, 202),
        '/readyz': plain(503, `${ready}\n`),
        '/livez': plain(200, 'ok'),
        '*': go404,
      });
      const port = await greeter(world, '/live', listener);
      world.route(HOST, 80, port);
      return { url: HOME, publish: `curl -s -d text={nonce} http://127.0.0.1:${port}/messages` };
    },
  },
  {
    name: 'page tries three times within a second while its server restarts, which takes three seconds, and then asks for a reload',
    expect: 'client-no-reconnect',
    async start(world) {
      const closed = new Map<string, number>();
      const { server, port } = await world.http(
        routes({
          '/': html(`const tab = Date.now() + '-' + Math.random();
let left = 3;
function connect() {
  const socket = new WebSocket('ws://' + location.host + '/live?tab=' + tab);
  socket.onopen = () => state('verbunden');
  socket.onmessage = ({ data }) => { const { text } = JSON.parse(data); if (text) show(text); };
  socket.onclose = () => {
    if (left-- > 0) setTimeout(connect, 300);
    else state('Verbindung verloren. Bitte laden Sie die Seite neu.');
  };
}
connect();`),
        }),
      );
      guarded(server, '/live', (request) => {
        const tab = queryOf(request).get('tab') ?? '';
        const since = Date.now() - (closed.get(tab) ?? 0);
        return since < 3000 ? raw(503, 'restarting', ['Retry-After: 3']) : undefined;
      });
      server.prependListener('upgrade', (request, socket) => {
        const tab = queryOf(request).get('tab') ?? '';
        if (closed.has(tab)) return;
        const timer = setTimeout(() => {
          closed.set(tab, Date.now());
          // A close frame of a server that restarts: 1012.
          socket.end(Buffer.from([0x88, 0x02, 0x03, 0xf4]));
        }, 1500);
        socket.once('close', () => {
          clearTimeout(timer);
        });
      });
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'page drops what it takes for old: its last number is from before the numbers began anew',
    // The page knows no name of what it receives: it may as well listen for another one.
    expect: 'inconclusive',
    async start(world) {
      const chat = new Chat();
      const listener = routes({
        '/': rawPage("'ws://' + location.host + '/avisos'", {
          pick: '(data.seq > window.ultimo ? ((window.ultimo = data.seq), data.text) : undefined)',
          head: '<script>window.ultimo = 98120;</script>',
          more: "fetch('/api/avisos').then((answer) => answer.json()).then((all) => all.forEach(({ text }) => show(text)));",
        }),
        '/api/avisos': (request, response) => {
          json(chat.said.map((text, index) => ({ seq: index + 1, text })))(request, response);
        },
        '/publicar': (request, response) => {
          const text = queryOf(request).get('text') ?? '';
          const seq = chat.said.push(text);
          for (const client of chat.clients) client.send(JSON.stringify({ type: 'aviso', seq, text }));
          json({ seq }, 201)(request, response);
        },
      });
      const port = await greeter(world, '/avisos', listener, (socket) => {
        chat.join(socket, { type: 'bienvenida' });
      });
      world.route(HOST, 80, port);
      return { url: HOME, publish: `curl -s "http://127.0.0.1:${port}/publicar?text={nonce}"` };
    },
  },
  {
    name: 'rule set of Apache allows few types of bodies, and those of the polling of Socket.IO are not among them',
    expect: 'proxy-access-denied',
    async start(world) {
      const { server, port } = await world.http(
        routes({ '/': socketIoPage("''", "{ transports: ['polling'] }"), '/client.js': socketIoClient }),
      );
      const io = new SocketIo(server);
      world.onStop(() => void io.close());
      const host = `RewriteEngine on
RewriteCond %{REQUEST_METHOD} ^(POST|PUT)$
RewriteCond %{HTTP:Content-Type} !^(application/json|application/x-www-form-urlencoded|multipart/form-data)
RewriteRule ^ - [F]
ProxyPreserveHost On
ProxyPass / http://127.0.0.1:${port}/`;
      world.route(HOST, 80, await apache(world, host));
      return { url: HOME };
    },
  },
  {
    name: 'page asks for its private channel without the token of its form, and Laravel answers 419',
    expect: 'channel-auth-unrouted',
    async start(world) {
      const { server, port } = await world.http(
        routes({
          '/': html(`const socket = new WebSocket('ws://' + location.host + '/app/desk-key?protocol=7&client=js&version=8.4.0');
const subscribe = (data) => socket.send(JSON.stringify({ event: 'pusher:subscribe', data }));
socket.onmessage = async (message) => {
  const { event, data } = JSON.parse(message.data);
  if (event === 'ticket.updated') show(JSON.parse(data).text);
  if (event !== 'pusher:connection_established') return;
  state('connected');
  subscribe({ channel: 'news' });
  const body = new URLSearchParams({ socket_id: JSON.parse(data).socket_id, channel_name: 'private-tickets.17' });
  const answer = await fetch('/broadcasting/auth', { method: 'POST', body });
  if (answer.ok) subscribe({ channel: 'private-tickets.17', ...(await answer.json()) });
  else console.error('Unable to retrieve auth string from channel-authorization endpoint', answer.status);
};`),
          '/broadcasting/auth': (_request, response) => {
            response
              .writeHead(419, 'unknown status', { 'Content-Type': 'application/json' })
              .end('{"message":"CSRF token mismatch."}');
          },
        }),
      );
      pusherServer(server, ['desk-key']);
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'effect of the page depends on the messages, so each message closes the socket that brought it',
    expect: 'client-effect-churn',
    async start(world) {
      const port = await greeter(
        world,
        '/live',
        routes({
          '/': html(`let messages = [];
let cleanUp = () => {};
function effect() {
  const socket = new WebSocket('ws://' + location.host + '/live');
  socket.onopen = () => state('connected');
  socket.onmessage = ({ data }) => setMessages([...messages, data].slice(-3));
  return () => { socket.onmessage = null; socket.close(); };
}
function setMessages(next) {
  messages = next;
  document.getElementById('list').replaceChildren();
  messages.forEach(show);
  cleanUp();
  cleanUp = effect();
}
cleanUp = effect();`),
        }),
        (socket) => {
          const timer = setTimeout(() => {
            socket.send('{"type":"presence","online":4}');
          }, 150);
          socket.once('close', () => {
            clearTimeout(timer);
          });
        },
      );
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
];
