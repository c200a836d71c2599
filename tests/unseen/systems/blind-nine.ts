/** What is asked in public of application frameworks and of the clouds before them, and what works there though it looks odd. Their author knew no rule of the diagnosis. */
import http from 'node:http';
import { Server as SocketIo } from 'socket.io';
import type { WebSocket } from 'ws';
import { guarded, jwt, plain, raw, sayer } from './blind-servers.ts';
import { html, rawPage, socketIoPage } from './pages.ts';
import { centered, page, saying, servingAt, taken, type Join } from './programs.ts';
import {
  endpoint,
  express404,
  json,
  pusherServer,
  routeOthers,
  routes,
  socketIoClient,
  textOf,
  type Routes,
} from './servers.ts';
import type { Unseen } from './unseen.ts';
import type { World } from './world.ts';

const HOST = 'quay.example.test';
const HOME = `http://${HOST}/`;

const serve = servingAt(HOST);

/** Headers with which another host lets the page in. */
const LET_IN = {
  'Access-Control-Allow-Origin': `http://${HOST}`,
  'Access-Control-Allow-Credentials': 'true',
  Vary: 'Origin',
};

/** Answers the preflight of a page that is let in, and then the request. */
const letIn =
  (answer: http.RequestListener): http.RequestListener =>
  (request, response) => {
    for (const [name, value] of Object.entries(LET_IN)) response.setHeader(name, value);
    if (request.method === 'OPTIONS')
      response
        .writeHead(204, {
          'Access-Control-Allow-Methods': 'GET, POST, OPTIONS',
          'Access-Control-Allow-Headers': request.headers['access-control-request-headers'] ?? '',
        })
        .end();
    else taken(answer)(request, response);
  };

const laravel404 = page(
  '<!DOCTYPE html>\n<html lang="en">\n<head><title>Not Found</title></head>\n<body class="antialiased"><div>404</div><div>Not Found</div></body>\n</html>\n',
  404,
);

const nginx404 = centered(404, 'Not Found');

/** A page with Laravel Echo: a public and a private channel, which it has authorised at this address. */
const echoPage = (socket: string, auth: string, headers: string, more = ''): string =>
  html(
    `const socket = new WebSocket(${socket});
const send = (event, data) => socket.send(JSON.stringify({ event, data }));
const authorise = async (socketId, channel) => {
  const answer = await fetch(${auth}, { method: 'POST', headers: { 'Content-Type': 'application/x-www-form-urlencoded', ${headers} }, body: new URLSearchParams({ socket_id: socketId, channel_name: channel }) });
  if (!answer.ok) throw new Error('Unable to retrieve auth string from channel-authorization endpoint - received status: ' + answer.status + '. Clients must be authorized to join private or presence channels.');
  return (await answer.json()).auth;
};
socket.onmessage = async (message) => {
  const { event, channel, data } = JSON.parse(message.data);
  const inner = typeof data === 'string' ? JSON.parse(data) : data;
  if (event === 'pusher:connection_established') {
    state('connected');
    send('pusher:subscribe', { auth: '', channel: 'news' });
    try { send('pusher:subscribe', { auth: await authorise(inner.socket_id, 'private-orders.17'), channel: 'private-orders.17' }); }
    catch (error) { console.warn(error.message); }
  }
  if (event === 'pusher:ping') send('pusher:pong', {});
  if (event === 'App\\\\Events\\\\OrderShipped') show(channel + ': ' + inner.text);
};
socket.onclose = () => state('unavailable');
${more}`,
    { title: 'Orders' },
  );

const SHIPPED = 'App\\Events\\OrderShipped';

/** A server of channels at this name, and how it is told of a message. */
async function channels(world: World, host: string, port: number, key: string): Promise<(text: string) => void> {
  const table: Routes = { '*': plain(404, 'Not found.') };
  const { server, port: own } = await world.http(routes(table));
  const { publish } = pusherServer(server, [key]);
  world.route(host, port, own);
  return (text) => {
    publish('private-orders.17', SHIPPED, text);
  };
}

/** A small MQTT broker: it takes everybody, and hands out what it is told. */
class Mqtt {
  private readonly clients = new Set<WebSocket>();

  readonly join: Join = (socket) => {
    socket.once('close', () => this.clients.delete(socket));
    socket.on('message', (data) => {
      const bytes = Buffer.isBuffer(data) ? data : Buffer.alloc(0);
      const type = (bytes[0] ?? 0) >> 4;
      if (type === 1) socket.send(Buffer.from([0x20, 2, 0, 0]));
      if (type === 12) socket.send(Buffer.from([0xd0, 0]));
      if (type !== 8) return;
      this.clients.add(socket);
      socket.send(Buffer.from([0x90, 3, bytes[2] ?? 0, bytes[3] ?? 0, 0]));
    });
  };

  readonly say = (text: string): void => {
    const topic = Buffer.from('quay/notices');
    const rest = Buffer.concat([Buffer.from([0, topic.length]), topic, Buffer.from(text)]);
    for (const client of this.clients) client.send(Buffer.concat([Buffer.from([0x30, rest.length]), rest]));
  };
}

/** A page with an MQTT client of version 3.1.1. */
const mqttPage = (url: string, more = ''): string =>
  html(
    `const text = (value) => [0, value.length, ...new TextEncoder().encode(value)];
const packet = (type, body) => new Uint8Array([type, body.length, ...body]);
(function connect() {
  const socket = new WebSocket(${url}, 'mqtt');
  let beat;
  socket.binaryType = 'arraybuffer';
  socket.onopen = () => socket.send(packet(0x10, [...text('MQTT'), 4, 2, 0, 60, ...text('board-' + Math.random().toString(16).slice(2, 10))]));
  socket.onmessage = ({ data }) => {
    const bytes = new Uint8Array(data);
    if (bytes[0] >> 4 === 2) { state('connected'); socket.send(packet(0x82, [0, 1, ...text('quay/notices'), 0])); beat = setInterval(() => socket.send(packet(0xc0, [])), 5000); }
    if (bytes[0] >> 4 === 3) show(new TextDecoder().decode(bytes.slice(4 + bytes[3])));
  };
  socket.onclose = () => { clearInterval(beat); state('offline, next try in 1 s'); setTimeout(connect, 1000); };
})();
${more}`,
    { title: 'Notices' },
  );

/** The client of ASP.NET Core, as far as a page needs it. `opened` runs when the hub has taken the handshake. */
const hubPage = (hub: string, opened: string, invoked: string): string =>
  html(
    `const RS = '\\x1e';
async function negotiate({ origin, pathname, search }, token) {
  const answer = await fetch(origin + pathname.replace(/\\/?$/, '/negotiate') + (search ? search + '&' : '?') + 'negotiateVersion=1', { method: 'POST', headers: { 'X-Requested-With': 'XMLHttpRequest', ...(token && { Authorization: 'Bearer ' + token }) } });
  if (!answer.ok) throw new Error("Failed to complete negotiation with the server: Error: : Status code '" + answer.status + "'");
  return answer.json();
}
(async function start() {
  try {
    let hub = new URL(${hub}, location), token = '';
    let told = await negotiate(hub, token);
    if (told.url) { hub = new URL(told.url); token = told.accessToken; told = await negotiate(hub, token); }
    hub.protocol = 'ws:';
    hub.searchParams.set('id', told.connectionToken);
    if (token) hub.searchParams.set('access_token', token);
    const socket = new WebSocket(hub);
    const invoke = (invocationId, target, ...args) => socket.send(JSON.stringify({ type: 1, invocationId, target, arguments: args }) + RS);
    socket.onopen = () => socket.send('{"protocol":"json","version":1}' + RS);
    let shaken = false;
    socket.onmessage = ({ data }) => {
      for (const frame of data.split(RS).filter(Boolean).map((one) => JSON.parse(one))) {
        if (!shaken) { shaken = true; state('Connected'); ${opened} continue; }
        if (frame.type === 7) console.error('Connection disconnected with error: Server returned an error on close: ' + frame.error);
        if (frame.type === 6) socket.send('{"type":6}' + RS);
        if (frame.type === 1) { const { target, arguments: args } = frame; ${invoked} }
      }
    };
    socket.onclose = () => { state('Reconnecting'); setTimeout(start, 2000); };
  } catch (error) { console.error(error.message); state('Disconnected'); setTimeout(start, 4000); }
})();`,
    { title: 'Board' },
  );

const RS = '\u001e';
const NEGOTIATED = {
  negotiateVersion: 1,
  connectionId: 'q3LxkVvQ0hJt6sXo1bJz7g',
  connectionToken: 'f0Uu6mT4n1sQwq8o9cQYtA',
  availableTransports: [
    { transport: 'WebSockets', transferFormats: ['Text', 'Binary'] },
    { transport: 'ServerSentEvents', transferFormats: ['Text'] },
    { transport: 'LongPolling', transferFormats: ['Text', 'Binary'] },
  ],
};

/** The frames of a hub that came at once. */
const frames = (text: string): { type?: number; protocol?: string; invocationId?: string; target?: string }[] =>
  text
    .split(RS)
    .filter((one) => one !== '')
    .map((one) => JSON.parse(one) as object);

const broken: readonly Unseen[] = [
  {
    name: 'development server of Next.js is shown to others by a tunnel, and answers their socket with one word that is not HTTP',
    expect: 'ws-origin-rejected',
    async start(world) {
      const listener = routes({
        '/': html(
          `fetch('/api/notes').then((answer) => answer.json()).then((all) => all.forEach(show));
let tries = 0;
(function connect() {
  const socket = new WebSocket('ws://' + location.host + '/_next/webpack-hmr?id=4f1c7d20');
  socket.onopen = () => { tries = 0; state('[HMR] connected'); };
  socket.onmessage = ({ data }) => { const { action, hash } = JSON.parse(data); if (action === 'built' || action === 'sync') show('[Fast Refresh] ' + action + ' ' + hash); };
  socket.onclose = () => { state('[HMR] disconnected'); if ((tries += 1) > 25) location.reload(); else setTimeout(connect, tries > 5 ? 5000 : 1000); };
})();`,
          { title: 'Preview' },
        ),
        '/api/notes': json(['first draft'], 200, { 'X-Powered-By': 'Next.js' }),
        '*': page(
          '<!DOCTYPE html><html><head><title>404: This page could not be found.</title></head><body><h1>404</h1><h2>This page could not be found.</h2></body></html>',
          404,
          { 'X-Powered-By': 'Next.js' },
        ),
      });
      const { server, port } = await world.http(listener);
      guarded(
        server,
        '/_next/webpack-hmr',
        ({ headers: { origin } }) =>
          origin === undefined || /^https?:\/\/([\w-]+\.)?localhost(:\d+)?$/.test(origin) ? undefined : 'Unauthorized',
        (socket) => {
          socket.send(JSON.stringify({ action: 'sync', hash: 'b52a19f4', errors: [], warnings: [] }));
        },
      );
      routeOthers(server, ['/_next/webpack-hmr'], listener);
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'settings of Laravel for other origins name the paths of the API, and not the one that authorises channels',
    expect: 'cors-origin-missing',
    async start(world) {
      const api = 'api.quay.example.test';
      const say = await channels(world, 'reverb.quay.example.test', 8080, 'quay-key');
      await serve(world, {
        '/': echoPage(
          "'ws://reverb.quay.example.test:8080/app/quay-key?protocol=7&client=js&version=8.4.0&flash=false'",
          `'http://${api}/broadcasting/auth'`,
          "Accept: 'application/json', Authorization: 'Bearer 17|visitor'",
          `fetch('http://${api}/api/orders', { headers: { Authorization: 'Bearer 17|visitor' } }).then((answer) => answer.json()).then(({ data }) => data.forEach(({ title }) => show(title)));`,
        ),
        '*': nginx404,
      });
      const { port } = await serve(
        world,
        {
          '/api/orders': letIn(json({ data: [{ title: 'Order 16' }, { title: 'Order 17' }] })),
          '/broadcasting/auth': (request, response) => {
            request.resume();
            if (request.method === 'OPTIONS') response.writeHead(200, { Allow: 'GET,HEAD,POST' }).end();
            else if (request.headers.authorization === undefined)
              json({ message: 'Unauthenticated.' }, 401)(request, response);
            else json({ auth: 'quay-key:5ad0c2' })(request, response);
          },
          '/say': sayer(say),
          '*': laravel404,
        },
        {},
        api,
      );
      return { url: HOME, publish: saying(port) };
    },
  },
  {
    name: 'Cloudflare is strict about the certificate of the origin, and that of the live host has ended there',
    expect: 'proxy-upstream-tls',
    async start(world) {
      const live = 'live.quay.example.test';
      await serve(world, {
        '/': rawPage(`'ws://${live}/ws/prices'`, {
          more: "fetch('/data/prices.json').then((answer) => answer.json()).then((all) => all.forEach(show));",
        }),
        '/data/prices.json': json(['Roggen 182', 'Hafer 201'], 200, { Server: 'cloudflare', 'CF-Cache-Status': 'HIT' }),
        '*': page('<!DOCTYPE html><title>Not found</title>', 404, { Server: 'cloudflare' }),
      });
      const invalid = page(
        `<!DOCTYPE html>\n<html lang="en-US">\n<head>\n<title>${live} | 526: Invalid SSL certificate</title>\n</head>\n<body>\n<h1><span>Invalid SSL certificate</span><span>Error code 526</span></h1>\n<div>You: Browser Working. Cloudflare: Working. ${live}: Host Error</div>\n<h2>What happened?</h2><p>The origin web server does not have a valid SSL certificate.</p>\n</body>\n</html>\n`,
        526,
        { Server: 'cloudflare', 'CF-RAY': '8f1d5c2b7a1e3d40-FRA', 'Cache-Control': 'private, max-age=0, no-store' },
      );
      await serve(world, { '*': invalid }, {}, live);
      return { url: HOME };
    },
  },
  {
    name: 'name of the live host leads to Heroku, where the name was never added to the application',
    expect: 'proxy-host-unknown',
    async start(world) {
      const own = 'live.quay.example.test';
      const app = 'quay-live-5f2c81.herokuapp.example.test';
      await serve(world, {
        '/': socketIoPage(
          `'http://${own}'`,
          "{ transports: ['websocket'] }",
          "socket.on('berth', ({ text }) => show(text));",
        ),
        '/client.js': socketIoClient,
        '*': express404,
      });
      const listener = routes({ '*': express404 });
      const { server: program, port: dyno } = await world.http(listener);
      const io = new SocketIo(program, { serveClient: false });
      world.onStop(() => void io.close());
      const noSuchApp =
        '<!DOCTYPE html>\n<html>\n  <head>\n    <meta charset="utf-8">\n    <title>No such app</title>\n    <style media="screen">html,body,iframe { margin: 0; padding: 0; }</style>\n  </head>\n  <body>\n    <iframe src="//www.herokucdn.com/error-pages/no-such-app.html"></iframe>\n  </body>\n</html>';
      const { server: router, port } = await world.http((request, response) => {
        if (request.headers.host === app) {
          request.pipe(
            http.request(
              { port: dyno, host: '127.0.0.1', path: request.url, method: request.method, headers: request.headers },
              (answer) => {
                response.writeHead(answer.statusCode ?? 502, answer.headers);
                answer.pipe(response);
              },
            ),
          );
          return;
        }
        page(noSuchApp, 404, { Server: 'Heroku', 'Cache-Control': 'no-cache, no-store' })(request, response);
      });
      router.on('upgrade', (request: http.IncomingMessage, socket, head) => {
        if (request.headers.host === app) program.emit('upgrade', request, socket, head);
        else
          socket.end(
            `HTTP/1.1 404 Not Found\r\nServer: Heroku\r\nCache-Control: no-cache, no-store\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: ${noSuchApp.length}\r\nConnection: close\r\n\r\n${noSuchApp}`,
          );
      });
      world.route(own, 80, port);
      world.route(app, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'load balancer of AWS waits for targets of the sockets that its security group does not let it reach',
    expect: 'upstream-silent',
    async start(world) {
      const timeout = page(
        '<html>\r\n<head><title>504 Gateway Time-out</title></head>\r\n<body>\r\n<center><h1>504 Gateway Time-out</h1></center>\r\n</body>\r\n</html>\r\n',
        504,
        { Server: 'awselb/2.0' },
      );
      await serve(world, {
        '/': rawPage("'ws://' + location.host + '/ws/quotes'", {
          more: "setInterval(() => fetch('/api/health').then((answer) => answer.json()).then(({ status }) => { document.title = status; }), 4000);",
        }),
        '/api/health': json({ status: 'ok' }, 200, { 'X-Powered-By': 'Express' }),
        '/ws/quotes': (request, response) => {
          setTimeout(() => {
            timeout(request, response);
          }, 3000);
        },
        '*': express404,
      });
      return { url: HOME };
    },
  },
  {
    name: 'service on Cloud Run has one instance that takes one request at a time, and the page has three sockets',
    expect: 'proxy-connection-limit',
    async start(world) {
      const run = 'live-7h3k2q-ew.run.example.test';
      await serve(world, {
        '/': html(
          `for (const name of ['alerts', 'crew', 'map']) (function connect() {
  const socket = new WebSocket('ws://${run}/ws/' + name);
  socket.onopen = () => state(name + ' connected');
  socket.onmessage = ({ data }) => show(name + ' ' + JSON.parse(data).text);
  socket.onclose = () => setTimeout(connect, 2000);
})();`,
          { title: 'Watch' },
        ),
        '*': page('<!DOCTYPE html><title>Page Not Found</title><h2>404</h2><h1>Page Not Found</h1>', 404),
      });
      let busy = 0;
      const headers = { Server: 'Google Frontend' };
      const exceeded = plain(429, 'Rate exceeded.', { 'Content-Type': 'text/html', ...headers });
      const { server, port } = await world.http((request, response) => {
        (busy > 0 ? exceeded : json({ detail: 'Not Found' }, 404, headers))(request, response);
      });
      for (const name of ['alerts', 'crew', 'map'])
        guarded(
          server,
          `/ws/${name}`,
          () => (busy > 0 ? raw(429, 'Rate exceeded.', ['Server: Google Frontend']) : undefined),
          (socket) => {
            busy += 1;
            let count = 0;
            const timer = setInterval(() => {
              socket.send(JSON.stringify({ text: `${(count += 1)}` }));
            }, 1000);
            socket.once('close', () => {
              busy -= 1;
              clearInterval(timer);
            });
          },
        );
      routeOthers(server, ['/ws/alerts', '/ws/crew', '/ws/map'], json({ detail: 'Not Found' }, 404, headers));
      world.route(run, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'page speaks gRPC-Web, and Envoy was given no filter for it, so the server in Go sees a type that it does not take',
    expect: 'client-protocol-mismatch',
    async start(world) {
      const method: http.RequestListener = (request, response) => {
        request.resume();
        const type = request.headers['content-type'] ?? '';
        const told = (status: number, grpcStatus: string, message: string): void => {
          const headers = { 'Content-Type': 'application/grpc', 'Content-Length': 0, Server: 'envoy' };
          response.writeHead(status, { ...headers, 'Grpc-Status': grpcStatus, 'Grpc-Message': message }).end();
        };
        if (request.method !== 'POST')
          told(405, '13', `Received a HEADERS frame with :method "${request.method}" which should be POST`);
        else if (/^application\/grpc($|[+;])/.test(type)) told(200, '0', '');
        else told(415, '3', `invalid gRPC request content-type "${type}"`);
      };
      await serve(world, {
        '/': html(
          `(async function watch() {
  try {
    const answer = await fetch('/orders.v1.OrderService/WatchOrders', { method: 'POST', headers: { 'Content-Type': 'application/grpc-web+proto', 'X-Grpc-Web': '1', 'X-User-Agent': 'grpc-web-javascript/0.1' }, body: new Uint8Array(5) });
    if (!answer.ok) throw new Error('RpcError: Unknown Content-type received. (HTTP ' + answer.status + ')');
    state('watching');
    const reader = answer.body.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) show(new TextDecoder().decode(part.value.slice(5)));
  } catch (error) { console.error(error.message); state('no orders'); }
  setTimeout(watch, 2500);
})();`,
          { title: 'Orders' },
        ),
        '/orders.v1.OrderService/WatchOrders': method,
        '*': (_request, response) => void response.writeHead(404, { Server: 'envoy' }).end(),
      });
      return { url: HOME };
    },
  },
  {
    name: 'relay of Spring has lost its RabbitMQ, and says so in a frame to each page that connects by STOMP',
    expect: 'broker-down',
    async start(world) {
      const missing = json({ timestamp: '2025-11-04T08:12:31.402+00:00', status: 404, error: 'Not Found' }, 404);
      await serve(
        world,
        {
          '/': html(
            `(function connect() {
  const socket = new WebSocket('ws://' + location.host + '/ws', ['v12.stomp', 'v11.stomp', 'v10.stomp']);
  socket.onopen = () => socket.send('CONNECT\\naccept-version:1.2,1.1,1.0\\nheart-beat:10000,10000\\n\\n\\0');
  socket.onmessage = ({ data }) => {
    const [head, body] = data.split('\\n\\n');
    const command = head.split('\\n')[0];
    if (command === 'CONNECTED') { state('connected'); socket.send('SUBSCRIBE\\nid:sub-0\\ndestination:/topic/shipments\\n\\n\\0'); }
    if (command === 'MESSAGE') show(body.replace('\\0', ''));
    if (command === 'ERROR') { console.error('Broker reported error: ' + /message:(.*)/.exec(head)?.[1]); state('error'); }
  };
  socket.onclose = () => setTimeout(connect, 3000);
})();
fetch('/api/shipments').then((answer) => answer.json()).then((all) => all.forEach(show));`,
            { title: 'Shipments' },
          ),
          '/api/shipments': json(['S-204', 'S-205']),
          '/ws': plain(400, 'Can "Upgrade" only to "WebSocket".'),
          '*': missing,
        },
        {
          '/ws': (socket) => {
            socket.once('message', () => {
              socket.send('ERROR\nmessage:Broker not available.\ncontent-length:0\n\n\0');
              socket.close(1002);
            });
          },
        },
      );
      return { url: HOME };
    },
  },
  {
    name: 'token was signed with the secret of the other environment, and Hasura closes the subscription with 4400',
    expect: 'auth-rejected',
    async start(world) {
      const graphql = 'graph.quay.example.test';
      const token = jwt({
        sub: '17',
        exp: 4_070_908_800,
        'https://hasura.io/jwt/claims': {
          'x-hasura-default-role': 'user',
          'x-hasura-allowed-roles': ['user'],
          'x-hasura-user-id': '17',
        },
      });
      const message = 'Could not verify JWT: JWSError JWSInvalidSignature';
      await serve(world, {
        '/': html(
          `const headers = { Authorization: 'Bearer ${token}' };
let wait = 1000;
(function connect() {
  const socket = new WebSocket('ws://${graphql}/v1/graphql', 'graphql-transport-ws');
  socket.onopen = () => socket.send(JSON.stringify({ type: 'connection_init', payload: { headers } }));
  socket.onmessage = ({ data }) => {
    const { type, payload } = JSON.parse(data);
    if (type === 'connection_ack') { state('connected'); socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: 'subscription { jobs(limit: 5) { id title } }' } })); }
    if (type === 'next') payload.data.jobs.forEach(({ title }) => show(title));
    if (type === 'ping') socket.send('{"type":"pong"}');
  };
  socket.onclose = () => { state('Socket closed'); setTimeout(connect, wait); wait = Math.min(wait * 2, 8000); };
})();`,
          { title: 'Jobs' },
        ),
        '*': express404,
      });
      await serve(
        world,
        {
          '/healthz': plain(200, 'OK'),
          '/v1/graphql': letIn(json({ errors: [{ message, extensions: { path: '$', code: 'invalid-jwt' } }] })),
          '*': json({ path: '$', error: 'resource does not exist', code: 'not-found' }, 404),
        },
        {
          '/v1/graphql': (socket) => {
            socket.once('message', () => {
              socket.close(4400, message);
            });
          },
        },
        graphql,
      );
      return { url: HOME };
    },
  },
  {
    name: 'EMQX has its sockets below /mqtt, and the page was made for a broker that takes them at any path',
    expect: 'backend-wrong-path',
    async start(world) {
      await serve(world, { '/': mqttPage(`'ws://' + location.hostname + ':8083/'`), '*': nginx404 });
      const cowboy = { Server: 'Cowboy' };
      await serve(
        world,
        {
          '/mqtt': (_request, response) =>
            void response.writeHead(426, { ...cowboy, Connection: 'upgrade', Upgrade: 'websocket' }).end(),
          '*': (_request, response) => void response.writeHead(404, { ...cowboy, 'Content-Length': 0 }).end(),
        },
        { '/mqtt': new Mqtt().join },
        HOST,
        8083,
      );
      return { url: HOME };
    },
  },
  {
    name: 'Blazor Server is published in a folder, and the base of its page is still the root of the site',
    expect: 'backend-base-path',
    async start(world) {
      const kestrel = { Server: 'Kestrel' };
      await serve(
        world,
        {
          '/': html("state('welcome');", { title: 'Quay', body: '<a href="/portal/">Portal</a>' }),
          '/portal/': page(
            `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><base href="/"><title>Portal</title><link rel="stylesheet" href="css/app.css"></head>
<body><h1>Portal</h1><p id="state">Loading</p><button>Count 0</button><ul id="list"></ul><div id="blazor-error-ui" hidden>An unhandled error has occurred.</div>
<script src="_framework/blazor.server.js"></script></body></html>`,
            200,
            { ...kestrel, 'Blazor-Environment': 'Production' },
          ),
          '/portal/css/app.css': plain(200, 'h1 { color: navy }', { 'Content-Type': 'text/css', ...kestrel }),
          '/portal/_framework/blazor.server.js': plain(
            200,
            `(async () => {
  const state = document.getElementById('state');
  const answer = await fetch(new URL('_blazor/negotiate?negotiateVersion=1', document.baseURI), { method: 'POST' });
  const { connectionToken } = await answer.json();
  const socket = new WebSocket(new URL('_blazor?id=' + connectionToken, document.baseURI.replace(/^http/, 'ws')));
  socket.onopen = () => { socket.send('{"protocol":"blazorpack","version":1}\\x1e'); state.textContent = 'Connected'; };
})();`,
            { 'Content-Type': 'text/javascript', ...kestrel },
          ),
          '/portal/_blazor/negotiate': taken(json(NEGOTIATED, 200, kestrel)),
          '*': (request, response) => {
            const inside = request.url?.startsWith('/portal/');
            (inside ? (plain(404, '', kestrel) as http.RequestListener) : nginx404)(request, response);
          },
        },
        {
          '/portal/_blazor': (socket) => {
            socket.once('message', () => {
              socket.send(Buffer.from(`{}${RS}`));
            });
          },
        },
      );
      return { url: `${HOME}portal/` };
    },
  },
  {
    name: 'page lies in a bucket, and asks the bucket to authorise its private channel, which takes no POST',
    expect: 'channel-auth-unrouted',
    async start(world) {
      const say = await channels(world, 'soketi.quay.example.test', 6001, 'app-key');
      const s3 = { Server: 'AmazonS3', 'Content-Type': 'application/xml' };
      const api = 'api.quay.example.test';
      await serve(world, {
        '/': echoPage(
          "'ws://soketi.quay.example.test:6001/app/app-key?protocol=7&client=js&version=7.0.3&flash=false'",
          "'/broadcasting/auth'",
          "'X-Requested-With': 'XMLHttpRequest'",
          `fetch('http://${api}/api/orders').then((answer) => answer.json()).then(({ data }) => data.forEach(({ title }) => show(title)));`,
        ),
        '*': (request, response) => {
          request.resume();
          if (request.method === 'GET' || request.method === 'HEAD')
            plain(
              403,
              '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>Access Denied</Message><RequestId>K2T6V1E0Q9</RequestId></Error>',
              s3,
            )(request, response);
          else
            plain(
              405,
              `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>MethodNotAllowed</Code><Message>The specified method is not allowed against this resource.</Message><Method>${request.method}</Method><ResourceType>OBJECT</ResourceType><RequestId>K2T6V1E0QA</RequestId></Error>`,
              { ...s3, Allow: 'GET, HEAD' },
            )(request, response);
        },
      });
      const { port } = await serve(
        world,
        {
          '/api/orders': letIn(json({ data: [{ title: 'Order 16' }, { title: 'Order 17' }] })),
          '/broadcasting/auth': letIn(json({ auth: 'app-key:5ad0c2' })),
          '/say': sayer(say),
          '*': laravel404,
        },
        {},
        api,
      );
      return { url: HOME, publish: saying(port) };
    },
  },
  {
    name: 'plan of the channels allows a hundred visitors, there are more, and each further one is told 4004',
    expect: 'connection-limit',
    async start(world) {
      const { server, port } = await world.http(routes({ '*': plain(404, '404 NOT FOUND\n') }));
      endpoint(server, '/app/9c1f0e7d', (socket) => {
        const data = { code: 4004, message: 'Application is over connection quota' };
        socket.send(JSON.stringify({ event: 'pusher:error', data }));
        socket.close(4004, data.message);
      });
      world.route('ws-eu.channels.example.test', 80, port);
      await serve(world, {
        '/': html(
          `const socket = new WebSocket('ws://ws-eu.channels.example.test/app/9c1f0e7d?protocol=7&client=js&version=8.4.0&flash=false');
socket.onmessage = (message) => {
  const { event, data } = JSON.parse(message.data);
  if (event === 'pusher:connection_established') { state('connected'); socket.send(JSON.stringify({ event: 'pusher:subscribe', data: { auth: '', channel: 'auction' } })); }
  if (event === 'pusher:error') console.warn(JSON.stringify({ type: 'PusherError', data }));
  if (event === 'bid') show(JSON.parse(data).text);
};
socket.onclose = ({ code }) => state(code >= 4000 && code < 4100 ? 'failed' : 'unavailable');
fetch('/lots.json').then((answer) => answer.json()).then((all) => all.forEach(show));`,
          { title: 'Auction' },
        ),
        '/lots.json': json(['Lot 1', 'Lot 2']),
        '*': express404,
      });
      return { url: HOME };
    },
  },
  {
    name: 'board is handed to its hub as a whole, which is more than the 32 kilobytes that a hub takes at once',
    expect: 'payload-too-large',
    async start(world) {
      await serve(
        world,
        {
          '/': hubPage(
            "'/hubs/board'",
            "invoke('0', 'Join', 'board-4'); setTimeout(() => invoke('1', 'Restore', { shapes: Array.from({ length: 900 }, (_, at) => ({ id: at, kind: 'rect', x: at * 3, y: at * 5, label: 'box ' + at })) }), 500);",
            "if (target === 'presence') state(args[0] + ' here'); if (target === 'shape') show(args[0]);",
          ),
          '/hubs/board/negotiate': taken(json(NEGOTIATED, 200, { Server: 'Kestrel' })),
          '/hubs/board': plain(400, 'Connection ID required', { Server: 'Kestrel' }),
          '*': (_request, response) => void response.writeHead(404, { Server: 'Kestrel', 'Content-Length': 0 }).end(),
        },
        {
          '/hubs/board': (socket) => {
            const send = (frame: object): void => {
              socket.send(JSON.stringify(frame) + RS);
            };
            socket.on('message', (data) => {
              const text = textOf(data);
              if (text.length > 32_768) {
                const error =
                  'Connection closed with an error. InvalidDataException: The maximum message size of 32768B was exceeded. The message size can be configured in AddHubOptions.';
                send({ type: 7, error, allowReconnect: true });
                socket.close(1000);
                return;
              }
              for (const { protocol, invocationId, target } of frames(text)) {
                if (protocol !== undefined) send({});
                if (target === 'Join') {
                  send({ type: 3, invocationId, result: null });
                  send({ type: 1, target: 'presence', arguments: [2] });
                }
              }
            });
          },
        },
      );
      return { url: HOME };
    },
  },
  {
    name: 'load balancer of Google ends each socket at its time limit however busy it is, and the page leaves it at that',
    expect: 'client-no-reconnect',
    async start(world) {
      const google = { Via: '1.1 google' };
      await serve(
        world,
        {
          '/': page(rawPage("'ws://' + location.host + '/ticks'", { reconnect: false, beat: 1000 }), 200, google),
          '/ticks': plain(426, 'Upgrade Required', { Upgrade: 'websocket', ...google }),
          '*': plain(404, 'Cannot GET', google),
        },
        {
          '/ticks': (socket) => {
            let count = 0;
            const ticks = setInterval(() => {
              socket.send(JSON.stringify({ text: `tick ${(count += 1)}` }));
            }, 400);
            const limit = setTimeout(() => {
              socket.terminate();
            }, 4000);
            socket.once('close', () => {
              clearInterval(ticks);
              clearTimeout(limit);
            });
          },
        },
      );
      return { url: HOME };
    },
  },
];

const healthy: readonly Unseen[] = [
  {
    name: 'SockJS is told that there are no sockets here, and takes responses that stream, a new one every few seconds',
    expect: 'healthy',
    async start(world) {
      const sessions = new Map<string, { response: http.ServerResponse; waiting: string[] }>();
      const streaming = (request: http.IncomingMessage, response: http.ServerResponse): void => {
        request.resume();
        const where = request.url ?? '';
        const known = sessions.get(where);
        const waiting = known?.waiting ?? [];
        sessions.set(where, { response, waiting });
        response.writeHead(200, {
          'Content-Type': 'application/javascript;charset=UTF-8',
          'Cache-Control': 'no-store, no-cache, must-revalidate, max-age=0',
        });
        response.write(`${'h'.repeat(2048)}\n${known ? '' : 'o\n'}${waiting.splice(0).join('')}`);
        const beat = setInterval(() => response.write('h\n'), 2500);
        const end = setTimeout(() => response.end(), 6000);
        response.once('close', () => {
          clearInterval(beat);
          clearTimeout(end);
        });
      };
      const { port } = await serve(world, {
        '/': html(
          `(async function start() {
  const info = await (await fetch('/live/info?t=' + Date.now())).json();
  if (info.websocket) throw new Error('not expected');
  const session = '/live/' + String(Math.floor(Math.random() * 1000)).padStart(3, '0') + '/' + Math.random().toString(36).slice(2, 10) + '/xhr_streaming';
  for (;;) {
    try {
      const answer = await fetch(session + '?t=1', { method: 'POST' });
      let rest = '';
      for await (const part of answer.body.pipeThrough(new TextDecoderStream())) {
        const lines = (rest + part).split('\\n');
        rest = lines.pop();
        for (const line of lines) {
          if (line === 'o') state('open by xhr-streaming');
          if (line.startsWith('a')) JSON.parse(line.slice(1)).forEach((one) => show(JSON.parse(one).text));
        }
      }
    } catch { state('closed'); await new Promise((resolve) => setTimeout(resolve, 1000)); }
  }
})();`,
          { title: 'Gate' },
        ),
        '/live/info': json({ entropy: 1_849_320_117, origins: ['*:*'], cookie_needed: true, websocket: false }),
        '/live': plain(200, 'Welcome to SockJS!\n'),
        '/say': sayer((text) => {
          const frame = `a${JSON.stringify([JSON.stringify({ text })])}\n`;
          for (const { response, waiting } of sessions.values()) {
            if (response.writableEnded || response.destroyed) waiting.push(frame);
            else response.write(frame);
          }
        }),
        '*': (request, response) => {
          if (/^\/live\/\d+\/\w+\/xhr_streaming/.test(request.url ?? '')) streaming(request, response);
          else json({ status: 404, error: 'Not Found' }, 404)(request, response);
        },
      });
      return { url: HOME, publish: saying(port) };
    },
  },
  {
    name: 'Next.js page asks in vain for the statistics of a host that it is not on, a source map and an icon, and has its event stream',
    expect: 'healthy',
    async start(world) {
      const open = new Set<http.ServerResponse>();
      const next = { 'X-Powered-By': 'Next.js' };
      const { port } = await serve(world, {
        '/': html(
          `const source = new EventSource('/api/events');
source.addEventListener('connected', () => state('live'));
source.addEventListener('notice', ({ data }) => show(JSON.parse(data).text));
fetch('/_next/static/chunks/main.js.map').catch(() => {});
fetch('/_vercel/speed-insights/vitals', { method: 'POST', body: '{}', keepalive: true });`,
          {
            title: 'Notices',
            head: '<link rel="icon" href="/icon.png"><script defer src="/_vercel/insights/script.js"></script>',
          },
        ),
        '/api/events': (_request, response) => {
          response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache, no-transform' });
          response.write('event: connected\ndata: {}\n\n');
          open.add(response);
          const beat = setInterval(() => response.write(': keep-alive\n\n'), 3000);
          response.once('close', () => {
            clearInterval(beat);
            open.delete(response);
          });
        },
        '/say': sayer((text) => {
          for (const one of open) one.write(`event: notice\ndata: ${JSON.stringify({ text })}\n\n`);
        }),
        '*': taken(page('<!DOCTYPE html><html><title>404: This page could not be found.</title></html>', 404, next)),
      });
      return { url: HOME, publish: saying(port) };
    },
  },
  {
    name: 'cable says goodbye to its first connections for a restart of Rails and asks them to come back, which they do',
    expect: 'healthy',
    async start(world) {
      const members = new Set<WebSocket>();
      const identifier = JSON.stringify({ channel: 'Turbo::StreamsChannel', signed_stream_name: 'Im5vdGljZXMi--8a1f' });
      const greeted = new Set<string>();
      const { port } = await serve(
        world,
        {
          '/': html(
            `const visit = Math.random().toString(36).slice(2);
(function connect() {
  const socket = new WebSocket('ws://' + location.host + '/cable?visit=' + visit, ['actioncable-v1-json', 'actioncable-unsupported']);
  socket.onmessage = ({ data }) => {
    const { type, reconnect, message } = JSON.parse(data);
    if (type === 'welcome') socket.send(JSON.stringify({ command: 'subscribe', identifier: ${JSON.stringify(identifier)} }));
    if (type === 'confirm_subscription') state('connected');
    if (type === 'disconnect' && reconnect) socket.close();
    if (typeof message === 'string') document.getElementById('list').insertAdjacentHTML('beforeend', /<template>(.*)<\\/template>/.exec(message)[1]);
  };
  socket.onclose = () => { state('connecting'); setTimeout(connect, 1200); };
})();`,
            { title: 'Notices' },
          ),
          '/say': sayer((text) => {
            const message = `<turbo-stream action="append" target="list"><template><li>${text}</li></template></turbo-stream>`;
            for (const member of members) member.send(JSON.stringify({ identifier, message }));
          }),
          '/cable': plain(404, 'Page not found'),
          '*': page('<!DOCTYPE html><html><head><title>404 Not found</title></head></html>', 404),
        },
        {
          '/cable': (socket, { url }) => {
            const visit = url ?? '';
            socket.send('{"type":"welcome"}');
            if (!greeted.has(visit)) {
              greeted.add(visit);
              setTimeout(() => {
                socket.send('{"type":"disconnect","reason":"server_restart","reconnect":true}');
                socket.close(1000);
              }, 700);
              return;
            }
            const beat = setInterval(() => {
              socket.send(JSON.stringify({ type: 'ping', message: Math.round(Date.now() / 1000) }));
            }, 3000);
            socket.once('close', () => {
              clearInterval(beat);
              members.delete(socket);
            });
            socket.once('message', () => {
              members.add(socket);
              socket.send(JSON.stringify({ identifier, type: 'confirm_subscription' }));
            });
          },
        },
      );
      return { url: HOME, publish: saying(port) };
    },
  },
  {
    name: 'Supabase answers 406 because the visitor has no profile yet, and its channel brings each new row',
    expect: 'healthy',
    async start(world) {
      const project = 'kqzxvbnm.supabase.example.test';
      const members = new Set<WebSocket>();
      const topic = 'realtime:public:notices';
      await serve(world, {
        '/': html(
          `const base = 'http://${project}';
const headers = { apikey: 'anon', Authorization: 'Bearer anon' };
fetch(base + '/rest/v1/profiles?id=eq.17&select=*', { headers: { ...headers, Accept: 'application/vnd.pgrst.object+json' } }).then((answer) => answer.json()).then(({ code }) => { if (code === 'PGRST116') document.querySelector('h1').append(' (guest)'); });
let ref = 0;
(function connect() {
  const socket = new WebSocket(base.replace('http', 'ws') + '/realtime/v1/websocket?apikey=anon&vsn=1.0.0');
  const push = (topic, event, payload) => socket.send(JSON.stringify({ topic, event, payload, ref: String(++ref), join_ref: '1' }));
  let beat;
  socket.onopen = () => {
    push('${topic}', 'phx_join', { config: { broadcast: { ack: false, self: false }, presence: { key: '' }, postgres_changes: [{ event: 'INSERT', schema: 'public', table: 'notices' }] } });
    beat = setInterval(() => push('phoenix', 'heartbeat', {}), 4000);
  };
  socket.onmessage = ({ data }) => {
    const { event, payload } = JSON.parse(data);
    if (event === 'phx_reply' && payload.response.postgres_changes) state('SUBSCRIBED');
    if (event === 'postgres_changes') show(payload.data.record.text);
  };
  socket.onclose = () => { clearInterval(beat); state('CLOSED'); setTimeout(connect, 1000); };
})();`,
          { title: 'Notices' },
        ),
        '*': express404,
      });
      const { port } = await serve(
        world,
        {
          '/rest/v1/profiles': letIn(
            json(
              {
                code: 'PGRST116',
                details: 'The result contains 0 rows',
                hint: null,
                message: 'Cannot coerce the result to a single JSON object',
              },
              406,
            ),
          ),
          '/say': sayer((text) => {
            const data = { schema: 'public', table: 'notices', type: 'INSERT', record: { id: 4, text }, errors: null };
            for (const member of members)
              member.send(
                JSON.stringify({ topic, event: 'postgres_changes', payload: { ids: [71], data }, ref: null }),
              );
          }),
          '*': letIn(json({ message: 'no Route matched with those values' }, 404)),
        },
        {
          '/realtime/v1/websocket': (socket) => {
            socket.once('close', () => members.delete(socket));
            socket.on('message', (data) => {
              const asked = JSON.parse(textOf(data)) as { topic: string; event: string; ref: string };
              const joins = asked.event === 'phx_join';
              const response = joins
                ? { postgres_changes: [{ id: 71, event: 'INSERT', schema: 'public', table: 'notices' }] }
                : {};
              const reply = { topic: asked.topic, event: 'phx_reply', payload: { status: 'ok', response } };
              socket.send(JSON.stringify({ ...reply, ref: asked.ref }));
              if (!joins) return;
              members.add(socket);
              const payload = { channel: 'public:notices', extension: 'postgres_changes', status: 'ok' };
              socket.send(
                JSON.stringify({
                  topic,
                  event: 'system',
                  payload: { ...payload, message: 'Subscribed to PostgreSQL' },
                  ref: null,
                }),
              );
            });
          },
        },
        project,
      );
      return { url: HOME, publish: saying(port) };
    },
  },
  {
    name: 'Centrifugo asks by empty braces whether the page is there, is answered with the same, and nothing else happens',
    expect: 'healthy',
    async start(world) {
      await serve(
        world,
        {
          '/': html(
            `(function connect() {
  const socket = new WebSocket('ws://' + location.host + '/connection/websocket');
  socket.onopen = () => socket.send('{"id":1,"connect":{"name":"js"}}\\n{"id":2,"subscribe":{"channel":"notices"}}');
  socket.onmessage = ({ data }) => {
    for (const line of data.split('\\n')) {
      const reply = JSON.parse(line);
      if (Object.keys(reply).length === 0) socket.send('{}');
      if (reply.subscribe) state('subscribed');
      if (reply.push?.pub) show(reply.push.pub.data.text);
    }
  };
  socket.onclose = () => { state('connecting'); setTimeout(connect, 1500); };
})();`,
            { title: 'Notices' },
          ),
          '/connection/websocket': plain(400, 'Bad Request\n'),
          '*': plain(404, '404 page not found\n'),
        },
        {
          '/connection/websocket': (socket) => {
            const beat = setInterval(() => {
              socket.send('{}');
            }, 2500);
            socket.once('close', () => {
              clearInterval(beat);
            });
            socket.on('message', (data) => {
              if (!textOf(data).includes('"connect"')) return;
              socket.send(
                '{"id":1,"connect":{"client":"7e1d9a4c","version":"5.4.9","ping":25,"pong":true}}\n{"id":2,"subscribe":{}}',
              );
            });
          },
        },
      );
      return { url: HOME };
    },
  },
  {
    name: 'GraphQL client opens a socket for one question, closes it with 1000 when that is answered, and the list is polled',
    expect: 'healthy',
    async start(world) {
      const said: string[] = [];
      const { port } = await serve(
        world,
        {
          '/': html(
            `let seen = 0;
async function refetch() {
  const answer = await fetch('/graphql', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ operationName: 'Notices', variables: { after: seen }, query: 'query Notices($after: Int!) { notices(after: $after) { text } }' }) });
  const { data } = await answer.json();
  seen += data.notices.length;
  data.notices.forEach(({ text }) => show(text));
  setTimeout(refetch, 1000);
}
refetch();
const socket = new WebSocket('ws://' + location.host + '/graphql', 'graphql-transport-ws');
socket.onopen = () => socket.send('{"type":"connection_init"}');
socket.onmessage = ({ data }) => {
  const { type, payload } = JSON.parse(data);
  if (type === 'connection_ack') socket.send(JSON.stringify({ id: 'f1', type: 'subscribe', payload: { query: 'query { settings { title } }' } }));
  if (type === 'next') document.title = payload.data.settings.title;
  if (type === 'complete') { socket.close(1000, 'Normal Closure'); state('ready'); }
};`,
            { title: 'Notices' },
          ),
          '/graphql': (request, response) => {
            let body = '';
            request.on('data', (part: Buffer) => (body += part.toString()));
            request.on('end', () => {
              if (request.method !== 'POST') {
                json({ errors: [{ message: 'Must provide query string.' }] }, 400)(request, response);
                return;
              }
              const after = Number(/"after":(\d+)/.exec(body)?.[1] ?? 0);
              json({ data: { notices: said.slice(after).map((text) => ({ text })) } })(request, response);
            });
          },
          '/say': sayer((text) => {
            said.push(text);
          }),
          '*': express404,
        },
        {
          '/graphql': (socket) => {
            socket.on('message', (data) => {
              const { type, id } = JSON.parse(textOf(data)) as { type: string; id?: string };
              if (type === 'connection_init') socket.send('{"type":"connection_ack"}');
              if (type !== 'subscribe') return;
              socket.send(
                JSON.stringify({ id, type: 'next', payload: { data: { settings: { title: 'Quay notices' } } } }),
              );
              socket.send(JSON.stringify({ id, type: 'complete' }));
            });
          },
        },
      );
      return { url: HOME, publish: saying(port) };
    },
  },
  {
    name: 'visitor has not signed in, which the page is told by 401, and the MQTT broker of the notices takes everybody',
    expect: 'healthy',
    async start(world) {
      const broker = new Mqtt();
      await serve(world, {
        '/': mqttPage(
          `'ws://' + location.hostname + ':9001/mqtt'`,
          "fetch('/api/me').then((answer) => { if (answer.status === 401) document.querySelector('h1').append(' - sign in to write'); });",
        ),
        '/api/me': json({ detail: 'Authentication credentials were not provided.' }, 401, {
          'WWW-Authenticate': 'Bearer realm="api"',
        }),
        '*': nginx404,
      });
      const { port } = await serve(
        world,
        { '/say': sayer(broker.say), '*': plain(404, '') },
        { '/mqtt': broker.join },
        HOST,
        9001,
      );
      return { url: HOME, publish: saying(port) };
    },
  },
  {
    name: 'Vite is connected and has nothing to tell, because nobody changes a file, and some files that nobody needs are missing',
    expect: 'healthy',
    async start(world) {
      const javascript = { 'Content-Type': 'text/javascript', 'Cache-Control': 'no-cache' };
      await serve(
        world,
        {
          '/': page(
            html("state('rendered'); ['one', 'two'].forEach(show);", {
              title: 'Vite App',
              head: '<script type="module" src="/@vite/client"></script>',
            }),
          ),
          '/@vite/client': plain(
            200,
            `console.debug('[vite] connecting...');
const socket = new WebSocket('ws://' + location.host + '/?token=b1o9uYxk3m2L', 'vite-hmr');
socket.addEventListener('message', ({ data }) => {
  const { type } = JSON.parse(data);
  if (type === 'connected') { console.debug('[vite] connected.'); setInterval(() => socket.send('{"type":"ping"}'), 4000); }
  if (type === 'full-reload') location.reload();
});
socket.addEventListener('close', () => console.log('[vite] server connection lost. Polling for restart...'));
fetch('/.well-known/appspecific/com.chrome.devtools.json').catch(() => {});
//# sourceMappingURL=client.mjs.map`,
            javascript,
          ),
          '*': (_request, response) => void response.writeHead(404, { 'Content-Length': 0 }).end(),
        },
        {
          '/': (socket) => {
            socket.send('{"type":"connected"}');
          },
        },
      );
      return { url: HOME };
    },
  },
  {
    name: 'hub sends its page to a service of Azure with a token, where it negotiates again, and all messages come from there',
    expect: 'healthy',
    async start(world) {
      const service = 'quay.service.signalr.example.test';
      const members = new Set<WebSocket>();
      const kestrel = { Server: 'Kestrel' };
      await serve(world, {
        '/': hubPage("'/hubs/notices'", '', "if (target === 'notice') show(args[0]);"),
        '/hubs/notices/negotiate': taken(
          json(
            {
              negotiateVersion: 0,
              url: `http://${service}/client/?hub=notices`,
              accessToken: jwt({ aud: `http://${service}/client/?hub=notices`, exp: 4_070_908_800 }),
              availableTransports: [],
            },
            200,
            kestrel,
          ),
        ),
        '*': (_request, response) => void response.writeHead(404, { ...kestrel, 'Content-Length': 0 }).end(),
      });
      const { port } = await serve(
        world,
        {
          '/client/negotiate': letIn(json(NEGOTIATED)),
          '/client/': plain(401, ''),
          '/say': sayer((text) => {
            for (const member of members)
              member.send(JSON.stringify({ type: 1, target: 'notice', arguments: [text] }) + RS);
          }),
          '*': letIn(plain(404, '')),
        },
        {
          '/client/': (socket) => {
            const beat = setInterval(() => {
              socket.send(JSON.stringify({ type: 6 }) + RS);
            }, 5000);
            socket.once('close', () => {
              clearInterval(beat);
              members.delete(socket);
            });
            socket.once('message', () => {
              socket.send(`{}${RS}`);
              members.add(socket);
            });
          },
        },
        service,
      );
      return { url: HOME, publish: saying(port) };
    },
  },
];

export const blindNine: readonly Unseen[] = [...broken, ...healthy];
