/** What is asked in public of chats, hubs, consoles and models in a page, and what works there though it looks odd. Their author knew no rule of the diagnosis. */
import type http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { Server as SocketIo } from 'socket.io';
import type { WebSocket } from 'ws';
import { guarded, jwt, plain, queryOf, raw, sayer } from './blind-servers.ts';
import { html, pusherPage, rawPage, socketIoPage } from './pages.ts';
import { page, saying, servingAt, taken } from './programs.ts';
import { UPGRADE, nginx } from './proxies.ts';
import type { Routes } from './servers.ts';
import {
  Chat,
  answerPlainly,
  endpoint,
  express404,
  json,
  pusherServer,
  routeOthers,
  routes,
  socketIoClient,
  textOf,
} from './servers.ts';
import type { Unseen } from './unseen.ts';
import type { World } from './world.ts';

const HOST = 'harbour.example.test';
const HOME = `http://${HOST}/`;

const serve = servingAt(HOST);

/** A JSON answer to what was posted. */
const posted = (value: unknown, status = 200, headers: http.OutgoingHttpHeaders = {}): http.RequestListener =>
  taken(json(value, status, headers));

const laravel404 = page(
  '<!DOCTYPE html><html lang="en"><title>Not Found</title><body class="antialiased">404 | Not Found</body></html>',
  404,
);

/** A Laravel application whose channels are at the same host. */
async function laravel(world: World, table: Routes, key: string): Promise<number> {
  const listener = routes({ ...table, '*': laravel404 });
  const { server, port } = await world.http(listener);
  pusherServer(server, [key]);
  server.on('upgrade', (request, socket) => {
    if (!(request.url ?? '').startsWith('/app/')) answerPlainly(request, socket, listener);
  });
  world.route(HOST, 80, port);
  return port;
}

/** Passes bytes on, and drops a connection on which none pass for so long. */
async function idleCutter(world: World, to: number, idleMs: number): Promise<number> {
  return world.listen(
    net.createServer((socket) => {
      const onward = net.connect(to, '127.0.0.1');
      for (const [one, other] of [
        [socket, onward],
        [onward, socket],
      ] as const) {
        one.pipe(other);
        one.on('error', () => other.destroy());
        one.once('close', () => other.destroy());
      }
      // Bytes of either direction count as traffic of this end.
      socket.setTimeout(idleMs, () => socket.resetAndDestroy());
    }),
  );
}

const broken: readonly Unseen[] = [
  {
    name: 'screen of a virtual machine is led through nginx by a location that was copied from one for plain pages',
    expect: 'proxy-upgrade-missing',
    async start(world) {
      const { server, port } = await world.http(
        page(
          '<!DOCTYPE HTML>\n<html lang="en">\n<head><title>Error response</title></head>\n<body>\n<h1>Error response</h1>\n<p>Error code: 405</p>\n<p>Message: Method Not Allowed.</p>\n<p>Error code explanation: 405 - Specified method is invalid for this resource.</p>\n</body>\n</html>\n',
          405,
          { Server: 'WebSockify Python/3.11.2' },
        ),
      );
      endpoint(server, '/websockify', (socket) => {
        socket.send(Buffer.from('RFB 003.008\n'));
      });
      const site = world.file(
        'www/index.html',
        html(
          `(function connect() {
  const socket = new WebSocket('ws://' + location.host + '/websockify', ['binary']);
  socket.binaryType = 'arraybuffer';
  socket.onmessage = ({ data }) => { state('Connected'); show(new TextDecoder().decode(data).trim()); };
  socket.onclose = ({ code }) => { state('Failed to connect to server (code: ' + code + ')'); setTimeout(connect, 3000); };
})();`,
          { title: 'vm-104 - noVNC' },
        ),
      );
      const front = `root ${site.replace(/\/index\.html$/, '')}; index index.html;
location /websockify { proxy_pass http://127.0.0.1:${port}; proxy_pass_header Server; proxy_set_header Host $host; proxy_set_header X-Real-IP $remote_addr; proxy_buffering off; }`;
      world.route(HOST, 80, await nginx(world, front));
      return { url: HOME };
    },
  },
  {
    name: 'self-hosted platform has not one healthy container for the host of the sockets, and its proxy says so in three words',
    expect: 'upstream-down',
    async start(world) {
      await serve(world, {
        '/': rawPage("'ws://live.harbour.example.test/rooms/lobby'", {
          more: "fetch('/api/rooms').then((answer) => answer.json()).then((all) => all.forEach(({ name }) => show(name)));",
        }),
        '/api/rooms': json([{ name: 'Lobby' }, { name: 'Werkstatt' }]),
        '*': express404,
      });
      const none = plain(503, 'no available server\n', { 'X-Content-Type-Options': 'nosniff' });
      await serve(world, { '*': none }, {}, 'live.harbour.example.test');
      return { url: HOME };
    },
  },
  {
    name: 'load balancer has less patience with a silent connection than Socket.IO has between two pings',
    expect: 'proxy-idle-timeout',
    async start(world) {
      const { server, port } = await world.http(
        routes({
          '/': (request, response) => {
            page(
              socketIoPage(
                "''",
                "{ transports: ['websocket'], reconnectionDelay: 800 }",
                "socket.on('bid', ({ text }) => show(text));",
              ),
              200,
              { 'Set-Cookie': 'AWSALB=target-1; Path=/' },
            )(request, response);
          },
          '/client.js': socketIoClient,
          '*': express404,
        }),
      );
      const io = new SocketIo(server, { pingInterval: 25_000, pingTimeout: 20_000, serveClient: false });
      world.onStop(() => void io.close());
      world.route(HOST, 80, await idleCutter(world, port, 4000));
      return { url: HOME };
    },
  },
  {
    name: 'IIS keeps what a program behind it writes until there are eight kilobytes of it, also events',
    expect: 'proxy-buffers-stream',
    async start(world) {
      const iis = { Server: 'Microsoft-IIS/10.0' };
      await serve(world, {
        '/': html(
          `const source = new EventSource('/plant/events');
source.onopen = () => state('Anlage verbunden');
source.addEventListener('sample', ({ data }) => { const { at, sensor, value } = JSON.parse(data); show(at.slice(11, 23) + ' ' + sensor + ' ' + value); });
source.onerror = () => state('Anlage getrennt');`,
          { title: 'Leitstand' },
        ),
        '/plant/events': (_request, response) => {
          let held = '';
          let count = 0;
          const timer = setInterval(() => {
            count += 1;
            const sample = {
              at: new Date().toISOString(),
              sensor: 'T-7',
              value: 60 + (count % 5),
              trace: '.'.repeat(560),
            };
            held += `id: ${count}\nevent: sample\ndata: ${JSON.stringify(sample)}\n\n`;
            while (held.length >= 8192) {
              if (!response.headersSent)
                response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache', ...iis });
              response.write(held.slice(0, 8192));
              held = held.slice(8192);
            }
          }, 400);
          response.once('close', () => {
            clearInterval(timer);
          });
        },
        '*': page(
          '<!DOCTYPE html><title>404 - File or directory not found.</title><h2>404 - File or directory not found.</h2>',
          404,
          iis,
        ),
      });
      return { url: HOME };
    },
  },
  {
    name: 'site has moved to www, and the address of its socket has not',
    expect: 'proxy-redirects-websocket',
    async start(world) {
      const chat = new Chat();
      const www = 'www.harbour.example.test';
      await serve(
        world,
        {
          '/': rawPage(`'ws://${HOST}/ws/ferries'`, {
            more: "fetch('/api/ferries').then((answer) => answer.json()).then((all) => all.forEach(show));",
          }),
          '/api/ferries': json(['Insel 14:10', 'Festland 14:40']),
          '*': express404,
        },
        {
          '/ws/ferries': (socket) => {
            chat.join(socket);
          },
        },
        www,
      );
      const moved: http.RequestListener = (request, response) => {
        page(
          '<html>\r\n<head><title>301 Moved Permanently</title></head>\r\n<body>\r\n<center><h1>301 Moved Permanently</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n',
          301,
          { Server: 'nginx', Location: `http://${www}${request.url}` },
        )(request, response);
      };
      await serve(world, { '*': moved });
      return { url: `http://${www}/` };
    },
  },
  {
    name: 'certificate with a star is good for one step below the name, and the sockets are two steps below it',
    expect: 'tls-certificate-name',
    async start(world, authority) {
      if (!authority) throw new Error('no authority');
      const pems = await authority.issue([HOST, `*.${HOST}`]);
      const site = https.createServer(
        pems,
        routes({ '/': rawPage(`'wss://live.eu.${HOST}/stream'`), '*': express404 }),
      );
      world.route(HOST, 443, await world.listen(site));
      const live = https.createServer(pems, routes({ '*': express404 }));
      endpoint(live, '/stream', (socket) => {
        new Chat().join(socket);
      });
      world.route(`live.eu.${HOST}`, 443, await world.listen(live));
      return { url: `https://${HOST}/` };
    },
  },
  {
    name: 'page loads the client of Socket.IO from port 6001 of its own host, where nobody listens',
    expect: 'edge-port-closed',
    async start(world) {
      await serve(world, {
        '/': html(
          `const socket = io('http://' + location.hostname + ':6001');
socket.on('connect', () => { state('conectado'); socket.emit('subscribe', { channel: 'pedidos' }); });
socket.on('PedidoCreado', (channel, { numero }) => show('Pedido ' + numero));`,
          { title: 'Pedidos', head: `<script src="//${HOST}:6001/socket.io/socket.io.js"></script>` },
        ),
        '*': laravel404,
      });
      world.route(HOST, 6001, await world.closedPort());
      return { url: HOME };
    },
  },
  {
    name: 'front end was built with the address that its channels have on the machine of the developer',
    expect: 'bundle-localhost',
    async start(world) {
      await laravel(
        world,
        {
          '/': pusherPage("'ws://localhost:8080/app/muelle?protocol=7&client=js&version=8.4.0&flash=false'", {
            channels: ['turnos'],
            event: 'TurnoLlamado',
          }),
        },
        'muelle',
      );
      world.route('localhost', 8080, await world.closedPort());
      return { url: HOME };
    },
  },
  {
    name: 'Channels takes visitors of the hosts that Django answers to, and the page is on another',
    expect: 'ws-origin-rejected',
    async start(world) {
      const api = 'api.harbour.example.test';
      await serve(world, { '/': rawPage(`'ws://${api}/ws/berths/'`), '*': express404 });
      const daphne = { Server: 'daphne' };
      const listener = routes({
        '*': page(
          '<!doctype html>\n<html lang="en">\n<head>\n  <title>Not Found</title>\n</head>\n<body>\n  <h1>Not Found</h1><p>The requested resource was not found on this server.</p>\n</body>\n</html>\n',
          404,
          daphne,
        ),
      });
      const { server, port } = await world.http(listener);
      guarded(server, '/ws/berths/', ({ headers: { origin } }) =>
        origin !== undefined && [api, 'localhost'].includes(new URL(origin).hostname)
          ? undefined
          : raw(403, 'Access denied', ['Server: daphne']),
      );
      routeOthers(server, ['/ws/berths/'], listener);
      world.route(api, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'server of a language model lets pages of its own machine ask it, and this page is not on it',
    expect: 'cors-origin-missing',
    async start(world) {
      await serve(world, {
        '/': html(
          `const base = 'http://models.example.test:11434';
(async function start() {
  try {
    const { models } = await (await fetch(base + '/api/tags')).json();
    const body = JSON.stringify({ model: models[0].name, messages: [{ role: 'user', content: 'Bonjour' }], stream: true });
    const answer = await fetch(base + '/api/chat', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
    state('connecté');
    for await (const part of answer.body.pipeThrough(new TextDecoderStream())) show(part);
  } catch { state('modèle injoignable'); setTimeout(start, 3000); }
})();`,
          { title: 'Assistant' },
        ),
        '*': express404,
      });
      const model = routes({
        '/': plain(200, 'Ollama is running'),
        '/api/tags': json({ models: [{ name: 'petit:latest' }] }),
        '/api/chat': (request, response) => {
          request.resume();
          response.writeHead(200, { 'Content-Type': 'application/x-ndjson' });
          response.write(`${JSON.stringify({ message: { role: 'assistant', content: 'Bonjour' }, done: false })}\n`);
          response.end(`${JSON.stringify({ done: true })}\n`);
        },
        '*': plain(404, '404 page not found'),
      });
      const { port } = await world.http((request, response) => {
        const { origin } = request.headers;
        if (origin !== undefined && !/^https?:\/\/(localhost|127\.0\.0\.1|0\.0\.0\.0)(:\d+)?$/.test(origin)) {
          request.resume();
          response.writeHead(403).end();
          return;
        }
        if (origin !== undefined) {
          response.setHeader('Access-Control-Allow-Origin', origin);
          response.setHeader('Vary', 'Origin');
        }
        if (request.method === 'OPTIONS') {
          const allowed = { 'Access-Control-Allow-Methods': 'GET,POST,PUT,PATCH,DELETE,HEAD,OPTIONS' };
          response.writeHead(204, { ...allowed, 'Access-Control-Allow-Headers': 'Authorization,Content-Type' }).end();
        } else model(request, response);
      });
      world.route('models.example.test', 11_434, port);
      return { url: HOME };
    },
  },
  {
    name: 'panel of a house sends a token that its owner has withdrawn, and the house says so and hangs up',
    expect: 'auth-rejected',
    async start(world) {
      const token = jwt({ iss: 'panel', iat: 1_735_689_600, exp: 4_070_908_800 });
      await serve(
        world,
        {
          '/': html(
            `(function connect() {
  const socket = new WebSocket('ws://' + location.host + '/api/websocket');
  const send = (message) => socket.send(JSON.stringify(message));
  socket.onmessage = ({ data }) => {
    const { type, event } = JSON.parse(data);
    if (type === 'auth_required') send({ type: 'auth', access_token: '${token}' });
    if (type === 'auth_ok') { state('Verbunden'); send({ id: 1, type: 'subscribe_events', event_type: 'state_changed' }); }
    if (type === 'event') show(event.data.entity_id);
  };
  socket.onclose = () => { state('Keine Verbindung zum Haus'); setTimeout(connect, 5000); };
})();`,
            { title: 'Flur' },
          ),
          '/api/websocket': plain(400, 'No WebSocket UPGRADE hdr: None\n Can "Upgrade" only to "WebSocket".'),
          '*': plain(404, '404: Not Found'),
        },
        {
          '/api/websocket': (socket) => {
            socket.send(JSON.stringify({ type: 'auth_required', ha_version: '2025.1.4' }));
            socket.once('message', () => {
              socket.send(JSON.stringify({ type: 'auth_invalid', message: 'Invalid access token or password' }));
              socket.close();
            });
          },
        },
      );
      return { url: HOME };
    },
  },
  {
    name: 'inspector of a Model Context Protocol server begins without having asked anybody for a token',
    expect: 'auth-missing',
    async start(world) {
      const metadata = `http://${HOST}/.well-known/oauth-protected-resource`;
      const challenge = { 'WWW-Authenticate': `Bearer resource_metadata="${metadata}"` };
      await serve(world, {
        '/': html(
          `async function rpc(method, params) {
  const token = localStorage.getItem('mcp_access_token');
  const headers = { 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream', 'MCP-Protocol-Version': '2025-06-18' };
  if (token) headers.Authorization = 'Bearer ' + token;
  const answer = await fetch('/mcp', { method: 'POST', headers, body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }) });
  if (!answer.ok) throw new Error('Error POSTing to endpoint (HTTP ' + answer.status + ')');
  return answer.body.pipeThrough(new TextDecoderStream());
}
(async function connect() {
  try {
    const parts = await rpc('initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'inspector', version: '0.9' } });
    state('Connected');
    for await (const part of parts) show(part);
  } catch (error) { console.error(error.message); state('Connection error'); setTimeout(connect, 3000); }
})();`,
          { title: 'Inspector' },
        ),
        '/mcp': posted({ error: 'invalid_request', error_description: 'Missing Authorization header' }, 401, challenge),
        '/.well-known/oauth-protected-resource': json({
          resource: `http://${HOST}/mcp`,
          authorization_servers: ['http://login.example.test/'],
          bearer_methods_supported: ['header'],
        }),
        '*': json({ error: 'not_found' }, 404),
      });
      return { url: HOME };
    },
  },
  {
    name: 'address of the API ends with /api, and the page gives the same address to Socket.IO',
    expect: 'namespace-invalid',
    async start(world) {
      const { server, port } = await world.http(
        routes({
          '/': html(
            `const API_URL = 'http://${HOST}/api';
fetch(API_URL + '/tasks').then((answer) => answer.json()).then((all) => all.forEach(({ title }) => show(title)));
const socket = io(API_URL);
socket.on('connect', () => state('online'));
socket.on('connect_error', () => state('offline'));
socket.on('task:created', ({ title }) => show(title));`,
            { title: 'Aufgaben', head: '<script src="/client.js"></script>' },
          ),
          '/client.js': socketIoClient,
          '/api/tasks': json([{ title: 'Leinen prüfen' }, { title: 'Kran warten' }]),
          '*': express404,
        }),
      );
      const io = new SocketIo(server, { serveClient: false });
      world.onStop(() => void io.close());
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'page of the service desk is there, and the application with its hub ends while IIS starts it',
    expect: 'backend-not-started',
    async start(world) {
      const iis = { Server: 'Microsoft-IIS/10.0', 'X-Powered-By': 'ASP.NET' };
      const failed = page(
        `<!DOCTYPE html><html><head><title>IIS 500.30 Error</title></head><body><div id="content"><h1>HTTP Error 500.30 - ASP.NET Core app failed to start</h1>
<h3>Common solutions to this issue:</h3><ul><li>The app failed to start</li><li>The app started but then stopped</li><li>The app started but threw an exception during startup</li></ul>
<h3>Troubleshooting steps:</h3><ul><li>Check the system event log for error messages</li></ul></div></body></html>`,
        500,
        iis,
      );
      await serve(world, {
        '/': html(
          `(async function start() {
  try {
    const answer = await fetch('/desk/hubs/calls/negotiate?negotiateVersion=1', { method: 'POST', headers: { 'X-Requested-With': 'XMLHttpRequest' } });
    if (!answer.ok) throw new Error("Failed to complete negotiation with the server: Error: : Status code '" + answer.status + "'");
    const { connectionToken } = await answer.json();
    const socket = new WebSocket('ws://' + location.host + '/desk/hubs/calls?id=' + connectionToken);
    socket.onopen = () => { socket.send('{"protocol":"json","version":1}\\x1e'); state('connected'); };
    socket.onmessage = ({ data }) => show(data);
  } catch (error) { console.error('Failed to start the connection: ' + error.message); state('disconnected'); setTimeout(start, 4000); }
})();`,
          { title: 'Service desk' },
        ),
        '*': (request, response) => {
          request.resume();
          const missing = page('<title>404 - File or directory not found.</title>', 404, iis);
          (request.url?.startsWith('/desk/') ? failed : missing)(request, response);
        },
      });
      return { url: HOME };
    },
  },
  {
    name: 'page hears its channel, and the application that broadcasts calls port 8080 of its own container in vain',
    expect: 'publisher-unreachable-broker',
    async start(world) {
      const port = await laravel(
        world,
        {
          '/': pusherPage("'ws://' + location.host + '/app/faro?protocol=7&client=js&version=8.4.0&flash=false'", {
            channels: ['avisos'],
            event: 'AvisoPublicado',
          }),
          '/avisos': posted(
            {
              message:
                'Pusher error: cURL error 7: Failed to connect to localhost port 8080 after 0 ms: Could not connect to server (see https://curl.haxx.se/libcurl/c/libcurl-errors.html) for http://localhost:8080/apps/71/events.',
              exception: 'Illuminate\\Broadcasting\\BroadcastException',
            },
            500,
          ),
        },
        'faro',
      );
      return { url: HOME, publish: `curl -s -d texto={nonce} http://127.0.0.1:${port}/avisos` };
    },
  },
  {
    name: 'page was moved to the client of ASP.NET Core, and its hub is still one of the old framework',
    expect: 'client-protocol-mismatch',
    async start(world) {
      const classic = { Server: 'Microsoft-IIS/10.0', 'X-AspNet-Version': '4.0.30319' };
      const negotiated = {
        Url: '/signalr',
        ConnectionToken: 'bWFzdA==',
        ConnectionId: '0b7c2f5e-4a55-4a0e-9a3d-3d0a1e6c7f10',
        KeepAliveTimeout: 20,
        DisconnectTimeout: 30,
        ConnectionTimeout: 110,
        TryWebSockets: true,
        ProtocolVersion: '1.4',
        TransportConnectTimeout: 5,
        LongPollDelay: 0,
      };
      await serve(world, {
        '/': html(
          `(async function start() {
  try {
    const answer = await (await fetch('/signalr/negotiate?negotiateVersion=1', { method: 'POST', headers: { 'X-Requested-With': 'XMLHttpRequest' } })).json();
    if (answer.ProtocolVersion) throw new Error('Detected a connection attempt to an ASP.NET SignalR Server. This client only supports connecting to an ASP.NET Core SignalR Server.');
    const socket = new WebSocket('ws://' + location.host + '/signalr?id=' + answer.connectionToken);
    socket.onopen = () => { socket.send('{"protocol":"json","version":1}\\x1e'); state('verbonden'); };
    socket.onmessage = ({ data }) => show(data);
  } catch (error) { console.error('Error: Failed to start the connection: ' + error.message); state('niet verbonden'); setTimeout(start, 4000); }
})();`,
          { title: 'Sluizen' },
        ),
        '/signalr/negotiate': posted(negotiated, 200, classic),
        '/signalr/hubs': plain(200, '/*!\n * ASP.NET SignalR JavaScript Library 2.4.3\n */\n', {
          'Content-Type': 'application/x-javascript; charset=UTF-8',
          ...classic,
        }),
        '/signalr': plain(400, 'Protocol error: Unknown transport.', classic),
        '*': page(
          '<!DOCTYPE html><title>The resource cannot be found.</title><h2><i>The resource cannot be found.</i></h2>',
          404,
          classic,
        ),
      });
      return { url: HOME };
    },
  },
  {
    name: 'visitor is named in the list of subprotocols, and the server accepts him without choosing from it',
    expect: 'subprotocol-unanswered',
    async start(world) {
      const uvicorn = { Server: 'uvicorn' };
      const listener = routes({
        '/': rawPage("'ws://' + location.host + '/ws/crew'", { protocols: "['access_token', 'visitor-17']" }),
        '*': json({ detail: 'Not Found' }, 404, uvicorn),
      });
      const { server, port } = await world.http(listener);
      endpoint(
        server,
        '/ws/crew',
        (socket) => {
          new Chat().join(socket);
        },
        { handleProtocols: () => false },
      );
      routeOthers(server, ['/ws/crew'], listener);
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
];

const healthy: readonly Unseen[] = [
  {
    name: 'server asks for a new socket every four seconds, and the page opens it before it closes the old one',
    expect: 'healthy',
    async start(world) {
      const chat = new Chat();
      const { port } = await serve(
        world,
        {
          '/': html(
            `let current;
const seen = new Set();
function open() {
  const socket = new WebSocket('ws://' + location.host + '/session');
  socket.onmessage = ({ data }) => {
    const { type, text } = JSON.parse(data);
    if (type === 'ready') { state('connected'); current?.close(1000, 'rotated'); current = socket; }
    if (type === 'rotate') open();
    if (type === 'message' && !seen.has(text)) { seen.add(text); show(text); }
  };
  socket.onclose = () => { if (socket === current) setTimeout(open, 1000); };
}
open();`,
            { title: 'Dispatch' },
          ),
          '/say': chat.publish,
          '*': express404,
        },
        {
          '/session': (socket) => {
            chat.join(socket, { type: 'ready', rotate_after: 4 });
            const timer = setTimeout(() => {
              socket.send(JSON.stringify({ type: 'rotate' }));
            }, 4000);
            socket.once('close', () => {
              clearTimeout(timer);
            });
          },
        },
      );
      return { url: HOME, publish: saying(port) };
    },
  },
  {
    name: 'paths of the API want a slash at their end and are redirected to it, and the socket has one from the beginning',
    expect: 'healthy',
    async start(world) {
      const chat = new Chat();
      const slashed: http.RequestListener = (request, response) => {
        response.writeHead(301, { Location: `${request.url}/`, Server: 'daphne' }).end();
      };
      const { port } = await serve(
        world,
        {
          '/': rawPage("'ws://' + location.host + '/pier/ws/notes/'", {
            more: "for (const name of ['notes', 'people']) fetch('/pier/api/' + name).then((answer) => answer.json()).then((all) => all.forEach(show));",
          }),
          '/pier/api/notes': slashed,
          '/pier/api/people': slashed,
          '/pier/ws/notes': slashed,
          '/pier/api/notes/': json(['Leuchte 3 ersetzt']),
          '/pier/api/people/': json(['Ana', 'Jonas']),
          '/say': chat.publish,
          '*': page(
            '<!doctype html><html lang="en"><head><title>Not Found</title></head><body><h1>Not Found</h1></body></html>',
            404,
          ),
        },
        {
          '/pier/ws/notes/': (socket) => {
            chat.join(socket);
          },
        },
      );
      return { url: HOME, publish: saying(port) };
    },
  },
  {
    name: 'small device has its page at port 80 and its socket at port 81, which has nothing for a plain request',
    expect: 'healthy',
    async start(world) {
      const chat = new Chat();
      const device = { Server: 'ESP8266WebServer', 'Cache-Control': 'no-cache' };
      const { port } = await serve(world, {
        '/': page(
          rawPage("'ws://' + location.hostname + ':81/', ['arduino']", {
            pick: "data.type === 'message' ? data.text : undefined",
            beat: 3000,
          }),
          200,
          device,
        ),
        '/say': chat.publish,
        '*': plain(404, 'Not found: ', device),
      });
      const socketOnly = plain(400, 'This is a Websocket server only!', { Server: 'arduino-WebSocketsServer' });
      await serve(
        world,
        { '*': socketOnly },
        {
          '/': (socket) => {
            chat.join(socket, { type: 'Connected' });
          },
        },
        HOST,
        81,
      );
      return { url: HOME, publish: saying(port) };
    },
  },
  {
    name: 'stream says that it sends a digest every three seconds, and does, with all that has come in between',
    expect: 'healthy',
    async start(world) {
      const open = new Map<http.ServerResponse, { at: string; text: string }[]>();
      const tell = (text: string): void => {
        for (const items of open.values()) items.push({ at: new Date().toISOString(), text });
      };
      let count = 0;
      const reading = setInterval(() => {
        tell(`pegel ${180 + ((count += 1) % 4)}`);
      }, 700);
      world.onStop(() => {
        clearInterval(reading);
      });
      const { port } = await serve(world, {
        '/': html(
          `const source = new EventSource('/digest');
source.addEventListener('settings', ({ data }) => state('verbunden, alle ' + JSON.parse(data).digest_seconds + ' s'));
source.addEventListener('digest', ({ data }) => JSON.parse(data).items.forEach(({ at, text }) => show(at.slice(11, 19) + ' ' + text)));
source.onerror = () => state('getrennt');`,
          { title: 'Pegel' },
        ),
        '/digest': (_request, response) => {
          const items: { at: string; text: string }[] = [];
          response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' });
          response.write('event: settings\ndata: {"digest_seconds":3}\n\n');
          open.set(response, items);
          const timer = setInterval(() => {
            response.write(`event: digest\ndata: ${JSON.stringify({ items: items.splice(0) })}\n\n`);
          }, 3000);
          response.once('close', () => {
            clearInterval(timer);
            open.delete(response);
          });
        },
        '/say': sayer(tell),
        '*': express404,
      });
      return { url: HOME, publish: saying(port) };
    },
  },
  {
    name: 'cable confirms the channel of the visitors, rejects that of the administrators, and the page leaves their panel away',
    expect: 'healthy',
    async start(world) {
      const members = new Set<WebSocket>();
      const rooms = JSON.stringify({ channel: 'RoomChannel', room: 4 });
      const { port } = await serve(
        world,
        {
          '/': html(
            `const wanted = [{ channel: 'RoomChannel', room: 4 }, { channel: 'AdminChannel' }].map((one) => JSON.stringify(one));
(function connect() {
  const socket = new WebSocket('ws://' + location.host + '/cable', ['actioncable-v1-json', 'actioncable-unsupported']);
  socket.onmessage = ({ data }) => {
    const { type, identifier, message } = JSON.parse(data);
    if (type === 'welcome') for (const identifier of wanted) socket.send(JSON.stringify({ command: 'subscribe', identifier }));
    if (type === 'confirm_subscription') state('Connected');
    if (type === 'reject_subscription') { console.info('not an administrator', identifier); document.getElementById('admin')?.remove(); }
    if (message) show(message.text);
  };
  socket.onclose = () => { state('Reconnecting'); setTimeout(connect, 1500); };
})();`,
            { title: 'Room 4', body: '<section id="admin">Moderation</section>' },
          ),
          '/say': sayer((text) => {
            for (const socket of members) socket.send(JSON.stringify({ identifier: rooms, message: { text } }));
          }),
          '/cable': plain(404, 'Page not found'),
          '*': page(
            '<!DOCTYPE html><html><head><title>The page you were looking for doesn’t exist (404 Not found)</title></head></html>',
            404,
          ),
        },
        {
          '/cable': (socket) => {
            socket.send(JSON.stringify({ type: 'welcome' }));
            const timer = setInterval(() => {
              socket.send(JSON.stringify({ type: 'ping', message: Math.round(Date.now() / 1000) }));
            }, 3000);
            socket.once('close', () => {
              clearInterval(timer);
              members.delete(socket);
            });
            socket.on('message', (data) => {
              const { identifier } = JSON.parse(textOf(data)) as { identifier: string };
              if (identifier === rooms) members.add(socket);
              const type = identifier === rooms ? 'confirm_subscription' : 'reject_subscription';
              socket.send(JSON.stringify({ identifier, type }));
            });
          },
        },
      );
      return { url: HOME, publish: saying(port) };
    },
  },
  {
    name: 'each socket costs a ticket that is good for one handshake, and who comes with a used one is refused',
    expect: 'healthy',
    async start(world) {
      const chat = new Chat();
      const tickets = new Set<string>();
      const refusal = { error: 'ticket_used', message: 'Tickets are valid once. Get another at POST /live/ticket.' };
      const listener = routes({
        '/': html(
          `(async function connect() {
  const { ticket } = await (await fetch('/live/ticket', { method: 'POST' })).json();
  const socket = new WebSocket('ws://' + location.host + '/live?ticket=' + ticket);
  socket.onopen = () => state('połączono');
  socket.onmessage = ({ data }) => { const { text } = JSON.parse(data); if (text) show(text); };
  socket.onclose = () => { state('ponowne łączenie'); setTimeout(connect, 1500); };
})();`,
          { title: 'Tablica' },
        ),
        '/live/ticket': (request, response) => {
          if (request.method !== 'POST') {
            json({ error: 'method_not_allowed' }, 405, { Allow: 'POST' })(request, response);
            return;
          }
          const ticket = Math.random().toString(36).slice(2);
          tickets.add(ticket);
          posted({ ticket, expires_in: 30 }, 201, { 'Cache-Control': 'no-store' })(request, response);
        },
        '/live': json(refusal, 401),
        '/say': chat.publish,
        '*': express404,
      });
      const { server, port } = await world.http(listener);
      guarded(
        server,
        '/live',
        (request) =>
          tickets.delete(queryOf(request).get('ticket') ?? '') ? undefined : raw(401, JSON.stringify(refusal)),
        (socket) => {
          chat.join(socket);
        },
      );
      routeOthers(server, ['/live'], listener);
      world.route(HOST, 80, port);
      return { url: HOME, publish: saying(port) };
    },
  },
  {
    name: 'socket through nginx tells who is there and who writes several times a second, and the page shows what has been written',
    expect: 'healthy',
    async start(world) {
      const chat = new Chat();
      const listener = routes({
        '/': rawPage("'ws://' + location.host + '/room'", {
          pick: "data.type === 'message' ? data.text : undefined",
        }),
        '/say': chat.publish,
        '/room': plain(426, 'Upgrade Required', { Upgrade: 'websocket' }),
        '*': express404,
      });
      const { server, port } = await world.http(listener);
      endpoint(server, '/room', (socket) => {
        chat.join(socket, { type: 'presence', online: ['Ida', 'Mehmet'] });
        let count = 0;
        const timer = setInterval(() => {
          count += 1;
          const type = count % 3 ? 'typing' : 'presence';
          socket.send(JSON.stringify({ type, from: count % 2 ? 'Ida' : 'Mehmet', text: null }));
        }, 300);
        socket.once('close', () => {
          clearInterval(timer);
        });
      });
      routeOthers(server, ['/room'], listener);
      world.route(HOST, 80, await nginx(world, `location / { ${UPGRADE} proxy_pass http://127.0.0.1:${port}; }`));
      return { url: HOME, publish: saying(port) };
    },
  },
];

export const blindSeven: readonly Unseen[] = [...broken, ...healthy];
