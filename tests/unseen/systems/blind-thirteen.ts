/** What operators get wrong behind the edge: containers, clusters, clouds, and what works there though it looks odd. Their author knew no rule of the diagnosis. */
import type http from 'node:http';
import net from 'node:net';
import { Server as SocketIo } from 'socket.io';
import type { WebSocket } from 'ws';
import { guarded, jwt, plain, queryOf, raw, sayer } from './blind-servers.ts';
import { html, rawPage, socketIoPage } from './pages.ts';
import { centered, page, saying, servingAt, taken, withBody, type Join } from './programs.ts';
import {
  answerPlainly,
  Chat,
  endpoint,
  express404,
  json,
  routeOthers,
  routes,
  socketIoClient,
  textOf,
  type Routes,
} from './servers.ts';
import type { Unseen } from './unseen.ts';

const HOST = 'depot.example.test';
const HOME = `http://${HOST}/`;

const serve = servingAt(HOST);

const nginx404 = centered(404, 'Not Found', 'nginx/1.27.4');

/** What another origin may read, also with headers of its own. */
const forAll = (answer: http.RequestListener): http.RequestListener => {
  return (request, response) => {
    response.setHeader('Access-Control-Allow-Origin', request.headers.origin ?? '*');
    response.setHeader('Vary', 'Origin');
    if (request.method !== 'OPTIONS') {
      answer(request, response);
      return;
    }
    response.setHeader('Access-Control-Allow-Headers', request.headers['access-control-request-headers'] ?? '*');
    response.setHeader('Access-Control-Allow-Methods', 'GET, POST, OPTIONS');
    response.writeHead(204).end();
  };
};

/** The one to whom the next request goes. */
const inTurn = <T>(all: readonly T[]): (() => T) => {
  let turn = 0;
  return () => {
    const next = all[turn++ % all.length];
    if (next === undefined) throw new Error('there is nobody');
    return next;
  };
};

const signalRAgent =
  "'X-Requested-With': 'XMLHttpRequest', 'X-SignalR-User-Agent': 'Microsoft SignalR/8.0 (8.0.7; Unknown OS; Browser; Unknown Runtime Version)'";

/** What Laravel Echo does with a private and a public channel. */
const echoPage = (title: string, key: string, channel: string, event: string): string =>
  html(
    `let id, tries = 0;
const warn = (...words) => console.warn('Pusher : ', ...words);
(function connect() {
  const socket = new WebSocket('ws://' + location.host + '/app/${key}?protocol=7&client=js&version=8.4.0&flash=false');
  const subscribe = (auth) => socket.send(JSON.stringify({ event: 'pusher:subscribe', data: { auth, channel: '${channel}' } }));
  socket.onmessage = async (message) => {
    const frame = JSON.parse(message.data);
    const data = typeof frame.data === 'string' ? JSON.parse(frame.data) : frame.data;
    if (frame.event === 'pusher:ping') socket.send('{"event":"pusher:pong","data":{}}');
    if (frame.event === 'pusher:error') warn(': ["Error",' + JSON.stringify({ type: 'PusherError', data }) + ']');
    if (frame.event === '${event}') show(data.text);
    if (frame.event === 'pusher_internal:subscription_succeeded') state('subscribed');
    if (frame.event !== 'pusher:connection_established') return;
    tries = 0;
    state('connected');
    const answer = await fetch('/broadcasting/auth', { method: 'POST', headers: { 'Content-Type': 'application/x-www-form-urlencoded', 'X-CSRF-TOKEN': 'q0kW8mDT' }, body: new URLSearchParams({ socket_id: data.socket_id, channel_name: '${channel}' }) });
    const text = await answer.text();
    try { subscribe(JSON.parse(text).auth); } catch { console.error('Error: JSON returned from channel-authorization endpoint was invalid, yet status code was 200. Data was: ' + text); }
  };
  socket.onclose = () => { state('unavailable'); setTimeout(connect, Math.min(++tries ** 2 * 1000, 10000)); };
})();`,
    { title, head: '<meta name="csrf-token" content="q0kW8mDT">' },
  );

/** Reverb: takes this key, and asks this of each subscription. */
const reverb =
  (refuse: (channel: string) => boolean): Join =>
  (socket) => {
    const send = (event: string, data: object, channel?: string): void => {
      socket.send(JSON.stringify({ event, data: JSON.stringify(data), channel }));
    };
    send('pusher:connection_established', { socket_id: '418503127.930551274', activity_timeout: 30 });
    socket.on('error', () => undefined);
    socket.on('message', (message) => {
      const { event, data } = JSON.parse(textOf(message)) as { event: string; data?: { channel: string } };
      if (event === 'pusher:ping') socket.send('{"event":"pusher:pong"}');
      if (event !== 'pusher:subscribe' || data === undefined) return;
      if (refuse(data.channel)) send('pusher:error', { code: 4009, message: 'Connection is unauthorized' });
      else send('pusher_internal:subscription_succeeded', {}, data.channel);
    });
  };

const broken: readonly Unseen[] = [
  {
    name: 'dyno of the sockets crashes at Heroku, whose error page allows no origin, so the browser speaks of CORS',
    expect: 'upstream-down',
    async start(world) {
      const live = 'depot-live-31f0c2.herokuapp.example.test';
      await serve(world, {
        '/': socketIoPage(`'http://${live}'`, '{}', "socket.on('load', ({ text }) => show(text));"),
        '/client.js': socketIoClient,
        '*': page('<!DOCTYPE html><title>Not found</title><h1>Page not found</h1>', 404, { Server: 'Netlify' }),
      });
      const crashed = page(
        `<!DOCTYPE html>
<html>
  <head>
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta charset="utf-8">
    <title>Application Error</title>
    <style media="screen">
      html,body,iframe {
        margin: 0;
        padding: 0;
      }
      html,body {
        height: 100%;
        overflow: hidden;
      }
      iframe {
        width: 100%;
        height: 100%;
        border: 0;
      }
    </style>
  </head>
  <body>
    <iframe src="//www.herokucdn.com/error-pages/application-error.html"></iframe>
  </body>
</html>
`,
        503,
        { Server: 'Heroku', 'Cache-Control': 'no-cache, no-store' },
      );
      await serve(world, { '*': taken(crashed) }, {}, live);
      return { url: HOME };
    },
  },
  {
    name: 'ingress leads the name of the message broker to its management port, and STOMP over sockets has another',
    expect: 'proxy-wrong-upstream',
    async start(world) {
      const mq = 'mq.depot.example.test';
      await serve(world, {
        '/': html(
          `(function activate() {
  const socket = new WebSocket('ws://${mq}/ws', ['v12.stomp', 'v11.stomp', 'v10.stomp']);
  socket.onopen = () => socket.send('CONNECT\\nlogin:web\\npasscode:web\\nhost:/\\naccept-version:1.2,1.1,1.0\\nheart-beat:10000,10000\\n\\n\\0');
  socket.onmessage = ({ data }) => {
    if (data.startsWith('CONNECTED')) { state('connected'); socket.send('SUBSCRIBE\\nid:sub-0\\ndestination:/topic/loads\\n\\n\\0'); }
    if (data.startsWith('MESSAGE')) show(data.slice(data.indexOf('\\n\\n') + 2, -1));
  };
  socket.onclose = ({ code }) => { console.log('Connection closed to ws://${mq}/ws'); state('STOMP: closed ' + code + ', reconnecting in 5000ms'); setTimeout(activate, 5000); };
})();`,
          { title: 'Loads' },
        ),
        '*': nginx404,
      });
      const cowboy = { Server: 'Cowboy', Vary: 'origin' };
      await serve(
        world,
        {
          '/': page(
            '<!DOCTYPE html>\n<html>\n    <head>\n        <meta charset="utf-8">\n        <title>RabbitMQ Management</title>\n        <link href="css/main.css" rel="stylesheet" type="text/css"/>\n        <link href="favicon.ico" rel="shortcut icon" type="image/x-icon"/>\n    </head>\n    <body>\n        <div id="outer"></div>\n        <div id="scratch"></div>\n    </body>\n</html>\n',
            200,
            cowboy,
          ),
          '/api/overview': json({ error: 'not_authorized', reason: 'Not_Authorized' }, 401, {
            ...cowboy,
            'WWW-Authenticate': 'Basic realm="RabbitMQ Management"',
          }),
          '*': json({ error: 'Object Not Found', reason: 'Not Found' }, 404, cowboy),
        },
        {},
        mq,
      );
      return { url: HOME };
    },
  },
  {
    name: 'Redis of Django Channels is not started, so each consumer fails while it joins its group, and the health page tells why',
    expect: 'broker-down',
    async start(world) {
      const daphne = { Server: 'daphne', 'X-Frame-Options': 'DENY' };
      const health = {
        DatabaseBackend: 'working',
        MigrationsHealthCheck: 'working',
        RedisHealthCheck: 'unavailable: Unable to connect to Redis: Connection was refused.',
      };
      const table = {
        '/': html(
          `(function connect() {
  const socket = new WebSocket('ws://' + location.host + '/ws/picks/');
  socket.onopen = () => state('live');
  socket.onmessage = ({ data }) => show(JSON.parse(data).message);
  socket.onclose = () => { console.error('Pick socket closed unexpectedly'); state('offline'); setTimeout(connect, 3000); };
})();
fetch('/api/picks/').then((answer) => answer.json()).then((all) => all.forEach(show));
fetch('/ht/?format=json').then((answer) => { document.getElementById('system').textContent = answer.ok ? 'All systems work' : 'Some systems are disturbed'; });`,
          { title: 'Picks', body: '<footer id="system"></footer>' },
        ),
        '/api/picks/': json(['Aisle 4, bay 11', 'Aisle 9, bay 2'], 200, daphne),
        '/ht/': json(health, 500, daphne),
        '*': page(
          '\n<!doctype html>\n<html lang="en">\n<head>\n  <title>Not Found</title>\n</head>\n<body>\n  <h1>Not Found</h1><p>The requested resource was not found on this server.</p>\n</body>\n</html>\n',
          404,
          daphne,
        ),
      };
      const { server, port } = await world.http(routes(table));
      guarded(server, '/ws/picks/', () => raw(500, 'Internal server error', ['Server: daphne']));
      routeOthers(server, ['/ws/picks/'], routes(table));
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'container app with a hub was scaled to two replicas without a backplane, so a message reaches those of one replica',
    expect: 'broker-missing',
    async start(world) {
      const replicas = ['depot-hub--9x1k2ab-6d8f7c5b9-q2zlw', 'depot-hub--9x1k2ab-6d8f7c5b9-t7m4k'].map((name) => ({
        name,
        sockets: new Set<WebSocket>(),
      }));
      const forSockets = inTurn(replicas);
      const forRequests = inTurn(replicas);
      const kestrel = { Server: 'Kestrel' };
      const call = (target: string, ...words: string[]): string =>
        `${JSON.stringify({ type: 1, target, arguments: words })}\x1e`;
      const { port } = await serve(
        world,
        {
          '/': html(
            `(function start() {
  const socket = new WebSocket('ws://' + location.host + '/hubs/loads');
  socket.onopen = () => socket.send('{"protocol":"json","version":1}\\x1e');
  socket.onmessage = ({ data }) => {
    for (const frame of data.split('\\x1e').filter(Boolean).map((part) => JSON.parse(part))) {
      if (frame.type === undefined) state('Connected');
      if (frame.target === 'ServedBy') document.getElementById('replica').textContent = 'Served by ' + frame.arguments[0];
      if (frame.target === 'LoadChanged') show(frame.arguments[0]);
    }
  };
  socket.onclose = () => { state('Reconnecting'); setTimeout(start, 2000); };
})();`,
            { title: 'Loads', body: '<footer id="replica"></footer>' },
          ),
          '/api/loads': (request, response) => {
            const { name, sockets } = forRequests();
            const text = queryOf(request).get('text');
            if (text !== null) for (const socket of sockets) socket.send(call('LoadChanged', text));
            json({ saved: text !== null, replica: name }, 200, kestrel)(request, response);
          },
          '/healthz': (request, response) => {
            json({ status: 'Healthy', replica: forRequests().name }, 200, kestrel)(request, response);
          },
          '/hubs/loads': plain(400, 'Connection ID required', kestrel),
          '*': (_request, response) => void response.writeHead(404, { ...kestrel, 'Content-Length': 0 }).end(),
        },
        {
          '/hubs/loads': (socket) => {
            const { name, sockets } = forSockets();
            socket.on('error', () => undefined);
            socket.once('message', () => {
              socket.send('{}\x1e');
              socket.send(call('ServedBy', name));
              sockets.add(socket);
            });
            const beat = setInterval(() => {
              socket.send('{"type":6}\x1e');
            }, 15_000);
            socket.once('close', () => {
              clearInterval(beat);
              sockets.delete(socket);
            });
          },
        },
      );
      return { url: HOME, publish: `curl -s "http://127.0.0.1:${port}/api/loads?text={nonce}"` };
    },
  },
  {
    name: 'PHX_HOST of a LiveView is still the name that the platform gave, and the visitor comes by the own domain',
    expect: 'ws-origin-rejected',
    async start(world) {
      const own = 'depot-board.fly.example.test';
      const fly = { Server: 'Fly/5d2c9f0a (2025-03-12)', Via: '1.1 fly.io', 'Fly-Request-Id': '01JQ3Z8E6V7N2W-ams' };
      const known = (origin: string | undefined): boolean => origin === undefined || new URL(origin).hostname === own;
      const table = {
        '/': html(
          `const steps = [10, 50, 100, 150, 200, 250, 500, 1000, 2000];
let tries = 0;
function connect() {
  const socket = new WebSocket('ws://' + location.host + '/live/websocket?_csrf_token=Bw4KJzA9&_track_static%5B0%5D=%2Fassets%2Fapp.js&_mounts=0&_mount_attempts=' + tries + '&_live_referer=undefined&vsn=2.0.0');
  socket.onopen = () => { tries = 0; state('connected'); socket.send('["4","4","lv:phx-GC1","phx_join",{"url":"' + location.href + '","params":{},"session":"SFMyNTY","static":"SFMyNTY"}]'); };
  socket.onmessage = ({ data }) => { const [, , , event, payload] = JSON.parse(data); if (event === 'diff') show(payload.text); };
  socket.onclose = () => { state('We can\\'t find the internet. Attempting to reconnect'); setTimeout(connect, steps[tries++] ?? 5000); };
}
connect();`,
          { title: 'Docks', head: '<meta name="csrf-token" content="Bw4KJzA9">' },
        ),
        '/live/websocket': plain(400, "'connection' header must contain 'upgrade', got []", fly),
        '*': plain(404, 'Not Found', fly),
      };
      const { server, port } = await world.http(routes(table));
      guarded(server, '/live/websocket', ({ headers }) =>
        known(headers.origin)
          ? undefined
          : raw(403, '', [
              'Cache-Control: max-age=0, private, must-revalidate',
              `Server: ${fly.Server}`,
              'Via: 1.1 fly.io',
            ]),
      );
      routeOthers(server, ['/live/websocket'], routes(table));
      world.route(HOST, 80, port);
      world.route(own, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'AllowedHosts of an ASP.NET program names the host that the platform gave, and the page asks by the own domain',
    expect: 'backend-host-refused',
    async start(world) {
      const api = 'api.depot.example.test';
      const own = 'depot-api.azurewebsites.example.test';
      await serve(world, {
        '/': html(
          `(async function start() {
  try {
    const answer = await fetch('http://${api}/hubs/trucks/negotiate?negotiateVersion=1', { method: 'POST', credentials: 'include', headers: { ${signalRAgent} } });
    if (!answer.ok) throw new Error("Failed to complete negotiation with the server: Error: : Status code '" + answer.status + "'");
    const { connectionToken } = await answer.json();
    const socket = new WebSocket('ws://${api}/hubs/trucks?id=' + encodeURIComponent(connectionToken));
    socket.onopen = () => { socket.send('{"protocol":"json","version":1}\\x1e'); state('Connected'); };
    socket.onmessage = ({ data }) => show(data);
    socket.onclose = () => setTimeout(start, 2000);
  } catch (error) { console.error('Failed to start the connection: ' + error); state('Disconnected'); setTimeout(start, 5000); }
})();`,
          { title: 'Trucks' },
        ),
        '*': page('<!DOCTYPE html><title>404: Not found</title>', 404),
      });
      const kestrel = { Server: 'Kestrel' };
      const invalid = page(
        '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN""http://www.w3.org/TR/html4/strict.dtd">\r\n<HTML><HEAD><TITLE>Bad Request</TITLE>\r\n<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=us-ascii"></ HEAD >\r\n<BODY><h2>Bad Request - Invalid Hostname</h2>\r\n<hr><p>HTTP Error 400. The request hostname is invalid.</p>\r\n</BODY></HTML>',
        400,
        { ...kestrel, 'Content-Type': 'text/html' },
      );
      const hub = routes({
        '/hubs/trucks/negotiate': json(
          {
            negotiateVersion: 1,
            connectionId: 'c7mR1v0sQp2u3cPd4nQ5aA',
            connectionToken: 'hX2jE0bT9gM1yS6kV4wZ7Q',
            availableTransports: [{ transport: 'WebSockets', transferFormats: ['Text', 'Binary'] }],
          },
          200,
          kestrel,
        ),
        '/hubs/trucks': plain(400, 'Connection ID required', kestrel),
        '*': (_request, response) => void response.writeHead(404, { ...kestrel, 'Content-Length': 0 }).end(),
      });
      const known = ({ headers }: http.IncomingMessage): boolean => (headers.host ?? '').split(':')[0] === own;
      const { server, port } = await world.http((request, response) => {
        request.resume();
        (known(request) ? hub : invalid)(request, response);
      });
      const { server: inside } = await world.http(hub);
      endpoint(inside, '/hubs/trucks', (socket) => {
        socket.on('error', () => undefined);
        socket.once('message', () => {
          socket.send('{}\x1e');
        });
      });
      routeOthers(inside, ['/hubs/trucks'], hub);
      server.on('upgrade', (request, socket, head) => {
        if (known(request)) inside.emit('upgrade', request, socket, head);
        else answerPlainly(request, socket, invalid);
      });
      world.route(api, 80, port);
      world.route(own, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'container of Reverb was given another secret than the application, so what this signs for a private channel is not taken',
    expect: 'auth-rejected',
    async start(world) {
      const key = 'rk3vq0m7xw1d';
      await serve(
        world,
        {
          '/': echoPage('Orders', key, 'private-orders.7', 'App\\\\Events\\\\OrderShipped'),
          '/broadcasting/auth': taken(
            json({ auth: `${key}:5f0d8c3b1a97e6424b8f9d20c1a7735e8e4f6b90d2c3a1587964fe01b2d3c4a5` }, 200, {
              'Cache-Control': 'no-cache, private',
              'X-Powered-By': 'PHP/8.3.14',
            }),
          ),
          [`/app/${key}`]: plain(500, 'Internal server error.', { 'X-Powered-By': 'Laravel Reverb' }),
          '*': page(
            '<!DOCTYPE html><html lang="en"><head><title>Not Found</title></head><body>404 | Not Found</body></html>',
            404,
            {
              'X-Powered-By': 'PHP/8.3.14',
            },
          ),
        },
        { [`/app/${key}`]: reverb((channel) => /^(private|presence)-/.test(channel)) },
      );
      return { url: HOME };
    },
  },
  {
    name: 'switch for web sockets is off at an Azure App Service, so its hub offers other transports, and the page wants sockets alone',
    expect: 'backend-ws-unsupported',
    async start(world) {
      const iis = { Server: 'Microsoft-IIS/10.0', 'X-Powered-By': 'ASP.NET' };
      const tokens = new Set<string>();
      const hub: http.RequestListener = (request, response) => {
        const id = queryOf(request).get('id');
        request.resume();
        if (id === null) plain(400, 'Connection ID required', iis)(request, response);
        else if (!tokens.has(id)) plain(404, 'No Connection with that ID', iis)(request, response);
        else if (request.method === 'POST') plain(200, '', iis)(request, response);
        else if (request.headers.accept === 'text/event-stream')
          response
            .writeHead(200, { ...iis, 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache,no-store' })
            .write(':\r\n\r\n');
        else plain(200, '', { ...iis, 'Content-Type': 'application/octet-stream' })(request, response);
      };
      await serve(world, {
        '/': html(
          `const supported = { WebSockets: true };
(async function start() {
  try {
    const answer = await fetch('/hubs/stock/negotiate?negotiateVersion=1', { method: 'POST', headers: { ${signalRAgent} } });
    if (!answer.ok) throw new Error("Failed to complete negotiation with the server: Error: : Status code '" + answer.status + "'");
    const { connectionToken, availableTransports } = await answer.json();
    const refused = availableTransports.filter(({ transport }) => !supported[transport]).map(({ transport }) => transport + " failed: Error: '" + transport + "' is disabled by the client.");
    if (refused.length === availableTransports.length) throw new Error('Unable to connect to the server with any of the available transports. ' + refused.join(' '));
    const socket = new WebSocket('ws://' + location.host + '/hubs/stock?id=' + connectionToken);
    socket.onopen = () => { socket.send('{"protocol":"json","version":1}\\x1e'); state('Connected'); };
    socket.onmessage = ({ data }) => show(data);
    socket.onclose = () => setTimeout(start, 2000);
  } catch (error) { console.error('[' + new Date().toISOString() + '] Error: Failed to start the connection: ' + error); state('Disconnected'); setTimeout(start, 5000); }
})();`,
          { title: 'Stock' },
        ),
        '/hubs/stock/negotiate': withBody((_body, request, response) => {
          if (request.method !== 'POST') {
            response.writeHead(405, { ...iis, Allow: 'POST', 'Content-Length': 0 }).end();
            return;
          }
          const connectionToken = Math.random().toString(36).slice(2) + Math.random().toString(36).slice(2);
          tokens.add(connectionToken);
          const availableTransports = [
            { transport: 'ServerSentEvents', transferFormats: ['Text'] },
            { transport: 'LongPolling', transferFormats: ['Text', 'Binary'] },
          ];
          json(
            { negotiateVersion: 1, connectionId: 'uV0h3kq1TzKx8dXb2mWc5Q', connectionToken, availableTransports },
            200,
            { ...iis, 'Set-Cookie': 'ARRAffinity=8f4c2e71; Path=/; HttpOnly' },
          )(request, response);
        }),
        '/hubs/stock': hub,
        '*': plain(
          404,
          'The resource you are looking for has been removed, had its name changed, or is temporarily unavailable.',
          iis,
        ),
      });
      return { url: HOME };
    },
  },
  {
    name: 'rule of the load balancer says /ws without a star, and the socket is one step below it',
    expect: 'proxy-route-missing',
    async start(world) {
      const uvicorn = { Server: 'uvicorn' };
      await serve(world, {
        '/': html(
          `let wait = 1000;
(function connect() {
  const socket = new WebSocket('ws://' + location.host + '/ws/gates');
  socket.onopen = () => { wait = 1000; state('live'); };
  socket.onmessage = ({ data }) => show(JSON.parse(data).text);
  socket.onclose = () => { state('offline'); setTimeout(connect, wait); wait = Math.min(wait * 2, 30000); };
})();
fetch('/api/gates').then((answer) => answer.json()).then((all) => all.forEach(show));`,
          { title: 'Gates', head: '<link rel="icon" href="data:,">' },
        ),
        '/api/gates': json(['Gate 1: open', 'Gate 2: closed'], 200, uvicorn),
        '/api/health': json({ status: 'ok' }, 200, uvicorn),
        '/ws': json({ detail: 'Not Found' }, 404, uvicorn),
        '*': plain(404, 'Not Found', { Server: 'awselb/2.0' }),
      });
      return { url: HOME };
    },
  },
  {
    name: 'BROADCAST_CONNECTION was not set where the application runs, so it broadcasts into its log and signs nothing',
    expect: 'publisher-driver-off',
    async start(world) {
      const key = 'wz8yq2f4nlc5';
      const php = { Server: 'nginx/1.27.4', 'X-Powered-By': 'PHP/8.3.14', 'Cache-Control': 'no-cache, private' };
      const { port } = await serve(
        world,
        {
          '/': echoPage('Returns', key, 'private-returns', 'App\\\\Events\\\\ReturnReceived'),
          '/broadcasting/auth': taken((_request, response) => {
            response.writeHead(200, { ...php, 'Content-Type': 'text/html; charset=UTF-8' }).end();
          }),
          '/api/returns': taken(json({ data: { id: 71, status: 'received' } }, 201, php)),
          [`/app/${key}`]: plain(500, 'Internal server error.', { 'X-Powered-By': 'Laravel Reverb' }),
          '*': page(
            '<!DOCTYPE html><html lang="en"><head><title>Not Found</title></head><body>404 | Not Found</body></html>',
            404,
            php,
          ),
        },
        { [`/app/${key}`]: reverb((channel) => /^(private|presence)-/.test(channel)) },
      );
      return { url: HOME, publish: `curl -s -X POST "http://127.0.0.1:${port}/api/returns?text={nonce}"` };
    },
  },
  {
    name: 'compose file has no service for Sidekiq, so what Rails would broadcast later waits, as the panel of the queue says',
    expect: 'publisher-worker-stopped',
    async start(world) {
      let enqueued = 41;
      const rails = { 'X-Runtime': '0.012804', 'X-Request-Id': '7b1e0c52-3a7d-4d4f-9a07-5d3f0f6b2c11' };
      const table = {
        '/': html(
          `const identifier = JSON.stringify({ channel: 'Turbo::StreamsChannel', signed_stream_name: 'InBhbGxldHMi--6b0f31c2' });
(function open() {
  const socket = new WebSocket('ws://' + location.host + '/cable', ['actioncable-v1-json', 'actioncable-unsupported']);
  socket.onmessage = ({ data }) => {
    const { type, message } = JSON.parse(data);
    if (type === 'welcome') socket.send(JSON.stringify({ command: 'subscribe', identifier }));
    if (type === 'confirm_subscription') state('connected');
    if (type === undefined) document.getElementById('list').insertAdjacentHTML('beforeend', new DOMParser().parseFromString(message, 'text/html').querySelector('template').innerHTML);
  };
  socket.onclose = () => { state('disconnected'); setTimeout(open, 3000); };
})();
(async function jobs() {
  const { sidekiq } = await (await fetch('/sidekiq/stats')).json();
  document.getElementById('jobs').textContent = sidekiq.enqueued + ' jobs enqueued, ' + sidekiq.processes + ' processes';
  setTimeout(jobs, 5000);
})();`,
          { title: 'Pallets', body: '<footer id="jobs"></footer>' },
        ),
        '/pallets': taken((request, response) => {
          enqueued += 1;
          json({ id: 900 + enqueued, note: queryOf(request).get('text') }, 201, rails)(request, response);
        }),
        '/sidekiq/stats': (request: http.IncomingMessage, response: http.ServerResponse) => {
          json(
            {
              sidekiq: {
                processed: 10_412,
                failed: 37,
                busy: 0,
                processes: 0,
                enqueued,
                scheduled: 0,
                retries: 0,
                dead: 0,
                default_latency: 50_231.4,
              },
              redis: {
                redis_version: '7.2.5',
                uptime_in_days: '12',
                connected_clients: '4',
                used_memory_human: '2.11M',
                used_memory_peak_human: '2.60M',
              },
              server_utc_time: `${new Date().toISOString().slice(11, 19)} UTC`,
            },
            200,
            rails,
          )(request, response);
        },
        '/cable': plain(404, 'Page not found', rails),
        '*': page("<!DOCTYPE html><title>The page you were looking for doesn't exist (404)</title>", 404, rails),
      };
      const { server, port } = await world.http(routes(table));
      endpoint(server, '/cable', (socket) => {
        socket.send('{"type":"welcome"}');
        const beat = setInterval(() => {
          socket.send(JSON.stringify({ type: 'ping', message: Math.floor(Date.now() / 1000) }));
        }, 3000);
        socket.on('message', (data) => {
          const { command, identifier } = JSON.parse(textOf(data)) as { command: string; identifier: string };
          if (command === 'subscribe') socket.send(JSON.stringify({ identifier, type: 'confirm_subscription' }));
        });
        socket.once('close', () => {
          clearInterval(beat);
        });
      });
      routeOthers(server, ['/cable'], routes(table));
      world.route(HOST, 80, port);
      return { url: HOME, publish: `curl -s -X POST "http://127.0.0.1:${port}/pallets?text={nonce}"` };
    },
  },
  {
    name: 'application publishes to Centrifugo by a service name that the network of its containers does not have',
    expect: 'publisher-unreachable-broker',
    async start(world) {
      const uvicorn = { Server: 'uvicorn' };
      const saved = ['Shift starts at six'];
      const { port } = await serve(
        world,
        {
          '/': html(
            `fetch('/api/messages').then((answer) => answer.json()).then((all) => all.forEach(show));
let tries = 0;
(function connect() {
  const socket = new WebSocket('ws://' + location.host + '/connection/websocket');
  socket.onopen = () => socket.send('{"connect":{"name":"js"},"id":1}');
  socket.onmessage = ({ data }) => {
    for (const line of data.split('\\n')) {
      const frame = JSON.parse(line);
      if (line === '{}') socket.send('{}');
      if (frame.connect) { tries = 0; state('connected'); socket.send('{"subscribe":{"channel":"messages"},"id":2}'); }
      if (frame.subscribe) state('subscribed');
      if (frame.push?.pub) show(frame.push.pub.data.text);
    }
  };
  socket.onclose = () => { state('connecting'); setTimeout(connect, Math.min(500 * 2 ** tries++, 20000)); };
})();`,
            { title: 'Shift' },
          ),
          '/api/messages': taken((request, response) => {
            if (request.method !== 'POST') {
              json(saved, 200, uvicorn)(request, response);
              return;
            }
            saved.push(queryOf(request).get('text') ?? '');
            json(
              { detail: 'Publish to http://centrifuge:8000/api failed: [Errno -2] Name or service not known' },
              502,
              uvicorn,
            )(request, response);
          }),
          '/connection/websocket': plain(400, 'Bad Request\n'),
          '*': json({ detail: 'Not Found' }, 404, uvicorn),
        },
        {
          '/connection/websocket': (socket) => {
            socket.on('error', () => undefined);
            socket.on('message', (data) => {
              const { id, connect, subscribe } = JSON.parse(textOf(data)) as {
                id?: number;
                connect?: object;
                subscribe?: object;
              };
              if (connect !== undefined)
                socket.send(
                  JSON.stringify({
                    id,
                    connect: { client: '3c0d9a42-5b14-4f0b-9c53-0a7c1e8f2b66', version: '5.4.9', ping: 25, pong: true },
                  }),
                );
              if (subscribe !== undefined) socket.send(JSON.stringify({ id, subscribe: {} }));
            });
          },
        },
      );
      return { url: HOME, publish: `curl -s -X POST "http://127.0.0.1:${port}/api/messages?text={nonce}"` };
    },
  },
  {
    name: 'compose file publishes port 3001 to a port of the container at which its program does not listen',
    expect: 'edge-port-unserved',
    async start(world) {
      await serve(world, {
        '/': socketIoPage(
          "'http://' + location.hostname + ':3001'",
          '{}',
          "socket.on('scan', ({ text }) => show(text));",
        ),
        '/client.js': socketIoClient,
        '*': nginx404,
      });
      const published = net.createServer((socket) => {
        socket.on('error', () => undefined);
        socket.destroy();
      });
      world.route(HOST, 3001, await world.listen(published));
      return { url: HOME };
    },
  },
  {
    name: 'settings of the page name the service inside the cluster, which no visitor can resolve',
    expect: 'dns-no-record',
    async start(world) {
      await serve(world, {
        '/': html(
          `let attempt = 0;
function connect({ realtimeUrl }) {
  const socket = new WebSocket(realtimeUrl);
  socket.onopen = () => { attempt = 0; state('live'); };
  socket.onmessage = ({ data }) => show(JSON.parse(data).text);
  socket.onclose = () => { state('no connection'); setTimeout(() => connect({ realtimeUrl }), Math.min(1000 * 2 ** attempt++, 15000)); };
}
fetch('/env.json').then((answer) => answer.json()).then(connect);
fetch('/api/racks').then((answer) => answer.json()).then((all) => all.forEach(show));`,
          { title: 'Racks' },
        ),
        '/env.json': json({ stage: 'production', realtimeUrl: 'ws://realtime.depot.svc.cluster.local:8080/live' }),
        '/api/racks': json(['Rack A: 80 %', 'Rack B: 35 %']),
        '*': nginx404,
      });
      return { url: HOME };
    },
  },
  {
    name: 'container listens at 8080 and is published at 8081, where the page asks the API, and its socket was given 8080',
    expect: 'bundle-wrong-port',
    async start(world) {
      await serve(world, {
        '/': html(
          `const API = 'http://' + location.hostname + ':8081';
const SOCKET = 'ws://' + location.hostname + ':8080/ws';
fetch(API + '/api/scales').then((answer) => answer.json()).then((all) => all.forEach(({ name, kilos }) => show(name + ': ' + kilos + ' kg')));
(function connect() {
  const socket = new WebSocket(SOCKET);
  socket.onopen = () => state('live');
  socket.onmessage = ({ data }) => show(JSON.parse(data).text);
  socket.onclose = () => { state('socket closed, next try in 3 s'); setTimeout(connect, 3000); };
})();`,
          { title: 'Scales' },
        ),
        '*': nginx404,
      });
      const chat = new Chat();
      await serve(
        world,
        {
          '/api/scales': forAll(
            json([
              { name: 'Ramp', kilos: 12_480 },
              { name: 'Yard', kilos: 0 },
            ]),
          ),
          '/ws': plain(400, 'Bad Request\n', { 'Sec-WebSocket-Version': '13' }),
          '*': plain(404, '404 page not found\n'),
        },
        {
          '/ws': (socket) => {
            chat.join(socket, { text: 'Ramp: 12 480 kg' });
          },
        },
        HOST,
        8081,
      );
      world.route(HOST, 8080, await world.closedPort());
      return { url: HOME };
    },
  },
];

const healthy: readonly Unseen[] = [
  {
    name: 'machine was stopped for lack of visitors, and its edge holds the first handshake until it has started again',
    expect: 'healthy',
    async start(world) {
      const live = 'depot-live.fly.example.test';
      const chat = new Chat();
      await serve(world, {
        '/': rawPage(`'ws://${live}/live'`, { head: '<link rel="icon" href="data:,">' }),
        '*': nginx404,
      });
      const fly = { Server: 'Fly/5d2c9f0a (2025-03-12)', Via: '1.1 fly.io' };
      const { server, port } = await serve(
        world,
        {
          '/live': plain(426, 'Upgrade Required', fly),
          '/say': chat.publish,
          '*': plain(404, 'Not Found', fly),
        },
        {
          '/live': (socket) => {
            chat.join(socket);
          },
        },
        live,
      );
      const accepting = server.listeners('upgrade') as ((...parts: unknown[]) => void)[];
      server.removeAllListeners('upgrade');
      let asleep = true;
      server.on('upgrade', (...parts: unknown[]) => {
        setTimeout(() => accepting.forEach((accept) => accept.apply(server, parts)), asleep ? 2200 : 0);
        asleep = false;
      });
      return { url: HOME, publish: saying(port) };
    },
  },
  {
    name: 'actuator is down because nobody set up the mail, and the updates by STOMP do not need it',
    expect: 'healthy',
    async start(world) {
      const members = new Set<WebSocket>();
      const components = {
        db: { status: 'UP', details: { database: 'PostgreSQL', validationQuery: 'isValid()' } },
        mail: {
          status: 'DOWN',
          details: {
            location: 'localhost:25',
            error:
              "org.eclipse.angus.mail.util.MailConnectException: Couldn't connect to host, port: localhost, 25; timeout -1",
          },
        },
        ping: { status: 'UP' },
      };
      let count = 0;
      const table: Routes = {
        '/': html(
          `(function activate() {
  const socket = new WebSocket('ws://' + location.host + '/ws', ['v12.stomp', 'v11.stomp', 'v10.stomp']);
  socket.onopen = () => socket.send('CONNECT\\naccept-version:1.2,1.1,1.0\\nheart-beat:10000,10000\\n\\n\\0');
  socket.onmessage = ({ data }) => {
    if (data.startsWith('CONNECTED')) { state('connected'); socket.send('SUBSCRIBE\\nid:sub-0\\ndestination:/topic/vans\\n\\n\\0'); }
    if (data.startsWith('MESSAGE')) show(JSON.parse(data.slice(data.indexOf('\\n\\n') + 2, -1)).text);
  };
  socket.onclose = () => { state('disconnected'); setTimeout(activate, 5000); };
})();
(async function health() {
  const { status } = await (await fetch('/actuator/health')).json();
  document.getElementById('health').textContent = 'Application: ' + status;
  setTimeout(health, 5000);
})();`,
          { title: 'Vans', body: '<footer id="health"></footer>' },
        ),
        '/actuator/health': json({ status: 'DOWN', components }, 503, {
          'Content-Type': 'application/vnd.spring-boot.actuator.v3+json',
        }),
        '/say': sayer((text) => {
          const body = JSON.stringify({ text });
          for (const member of members)
            member.send(
              `MESSAGE\ndestination:/topic/vans\ncontent-type:application/json\nsubscription:sub-0\nmessage-id:8d1f-${(count += 1)}\ncontent-length:${body.length}\n\n${body}\0`,
            );
        }),
        '/ws': plain(400, 'Can "Upgrade" only to "WebSocket".'),
        '*': json(
          { timestamp: '2026-03-02T08:11:42.091+00:00', status: 404, error: 'Not Found', path: '/missing' },
          404,
        ),
      };
      const { server, port } = await world.http(routes(table));
      endpoint(
        server,
        '/ws',
        (socket) => {
          socket.on('error', () => undefined);
          socket.on('message', (data) => {
            const frame = textOf(data);
            if (frame.startsWith('CONNECT\n')) socket.send('CONNECTED\nversion:1.2\nheart-beat:0,0\n\n\0');
            if (frame.startsWith('SUBSCRIBE')) members.add(socket);
          });
          socket.once('close', () => members.delete(socket));
        },
        { handleProtocols: () => 'v12.stomp' },
      );
      routeOthers(server, ['/ws'], routes(table));
      world.route(HOST, 80, port);
      return { url: HOME, publish: saying(port) };
    },
  },
  {
    name: 'functions of a platform hold no sockets, so the page asks every three seconds, is told 304, and has no statistics',
    expect: 'healthy',
    async start(world) {
      const slots = ['08:00 Kerr', '08:30 Lindqvist'];
      const vercel = { Server: 'Vercel', 'X-Vercel-Cache': 'MISS', 'X-Vercel-Id': 'fra1::iad1::q7k2d-1742' };
      const { port } = await serve(world, {
        '/': html(
          `let shown = [];
(async function revalidate() {
  try {
    const all = await (await fetch('/api/slots')).json();
    all.slice(shown.length).forEach(show);
    shown = all;
    state('updated ' + new Date().toLocaleTimeString());
  } catch { state('could not be updated'); }
  setTimeout(revalidate, 3000);
})();`,
          { title: 'Slots', head: '<script defer src="/_vercel/insights/script.js"></script>' },
        ),
        '/api/slots': (request, response) => {
          const etag = `W/"${slots.length}-k2"`;
          const headers = { ...vercel, ETag: etag, 'Cache-Control': 'public, max-age=0, must-revalidate' };
          if (request.headers['if-none-match'] === etag) response.writeHead(304, headers).end();
          else json(slots, 200, headers)(request, response);
        },
        '/say': sayer((text) => slots.push(text)),
        '*': plain(404, 'The page could not be found\n\nNOT_FOUND\n\nfra1::7mq2v-1742\n', {
          Server: 'Vercel',
          'X-Vercel-Error': 'NOT_FOUND',
        }),
      });
      return { url: HOME, publish: saying(port) };
    },
  },
  {
    name: 'three pods of Socket.IO share what they hear by Redis, each visitor is at another, and all are told the same',
    expect: 'healthy',
    async start(world) {
      const next = inTurn(['chat-5d7b9c6f4-2hx8v', 'chat-5d7b9c6f4-kq6tn', 'chat-5d7b9c6f4-w9s3d']);
      const { server, port } = await serve(world, {
        '/': socketIoPage(
          'location.origin',
          "{ transports: ['websocket'] }",
          "socket.on('note', ({ text }) => show(text)); socket.on('hello', ({ pod }) => state('connected to ' + pod));",
        ),
        '/client.js': socketIoClient,
        '/healthz': (request, response) => {
          json({ status: 'ok', redis: 'ready', pod: next() })(request, response);
        },
        '/say': sayer((text) => io.emit('note', { text })),
        '*': express404,
      });
      server.removeAllListeners('upgrade');
      const io = new SocketIo(server, { serveClient: false });
      world.onStop(() => void io.close());
      io.on('connection', (socket) => {
        socket.emit('hello', { pod: next() });
      });
      return { url: HOME, publish: saying(port) };
    },
  },
  {
    name: 'plan for the reports of errors is used up, which their service says with 429, and the event stream has nothing to do with it',
    expect: 'healthy',
    async start(world) {
      const reports = 'o4501.ingest.reports.example.test';
      const streams = new Set<http.ServerResponse>();
      const { port } = await serve(world, {
        '/': html(
          `const report = (type) => fetch('http://${reports}/api/4501/envelope/?sentry_version=7&sentry_key=5c1e&sentry_client=sentry.javascript.browser%2F8.42.0', { method: 'POST', body: JSON.stringify({ sent_at: new Date().toISOString() }) + '\\n' + JSON.stringify({ type }) + '\\n{}' }).catch(() => {});
report('session');
setTimeout(report, 2000, 'transaction');
const source = new EventSource('/events');
source.onopen = () => state('live');
source.onerror = () => state('reconnecting');
source.onmessage = ({ data }) => show(JSON.parse(data).text);`,
          { title: 'Parcels' },
        ),
        '/events': (_request, response) => {
          response.writeHead(200, {
            'Content-Type': 'text/event-stream',
            'Cache-Control': 'no-cache',
            'X-Accel-Buffering': 'no',
          });
          response.write('retry: 3000\n\ndata: {"text":"Parcel 7714 sorted"}\n\n');
          streams.add(response);
          response.once('close', () => streams.delete(response));
        },
        '/say': sayer((text) => {
          for (const stream of streams) stream.write(`data: ${JSON.stringify({ text })}\n\n`);
        }),
        '*': express404,
      });
      const used = json(
        {
          detail:
            'Sentry dropped data due to a quota or internal rate limit being reached. This will not affect your application. See https://docs.sentry.io/product/accounts/quotas/ for more information.',
        },
        429,
        {
          Server: 'nginx',
          'Retry-After': '60',
          'X-Sentry-Rate-Limits': '60:transaction;error;session:organization:usage_exceeded',
          'Access-Control-Expose-Headers': 'x-sentry-error,x-sentry-rate-limits,retry-after',
        },
      );
      await serve(world, { '*': taken(forAll(used)) }, {}, reports);
      return { url: HOME, publish: saying(port) };
    },
  },
  {
    name: 'NATS tells the addresses of its pods, which the page cannot reach and does not need, and hears its subject in bytes',
    expect: 'healthy',
    async start(world) {
      const bus = 'nats.depot.example.test';
      const members = new Set<WebSocket>();
      await serve(world, {
        '/': html(
          `(function connect() {
  const socket = new WebSocket('ws://${bus}/');
  socket.binaryType = 'arraybuffer';
  const send = (text) => socket.send(new TextEncoder().encode(text));
  socket.onmessage = ({ data }) => {
    const text = new TextDecoder().decode(data);
    if (text.startsWith('INFO')) send('CONNECT {"protocol":1,"version":"1.29.2","lang":"nats.ws","verbose":false,"pedantic":false,"no_responders":true,"headers":true}\\r\\nPING\\r\\n');
    if (text.startsWith('PONG')) { state('connected'); send('SUB loads.> 1\\r\\n'); }
    if (text.startsWith('PING')) send('PONG\\r\\n');
    if (text.startsWith('MSG')) show(text.split('\\r\\n')[1]);
  };
  socket.onclose = () => { state('reconnecting'); setTimeout(connect, 2000); };
})();`,
          { title: 'Loads' },
        ),
        '*': nginx404,
      });
      const { port } = await serve(
        world,
        {
          '/say': sayer((text) => {
            for (const member of members)
              member.send(Buffer.from(`MSG loads.new 1 ${Buffer.byteLength(text)}\r\n${text}\r\n`));
          }),
          '/': plain(400, "websocket handshake error: invalid value for header 'Upgrade'\n", { Server: 'NATS' }),
          '*': plain(400, "websocket handshake error: invalid value for header 'Upgrade'\n"),
        },
        {
          '/': (socket) => {
            const send = (text: string): void => {
              socket.send(Buffer.from(text));
            };
            const info = {
              server_id: 'NBX6V3WQ5YJ2LQ7E',
              server_name: 'nats-0',
              version: '2.10.24',
              proto: 1,
              host: '0.0.0.0',
              port: 443,
              headers: true,
              max_payload: 1_048_576,
              client_id: 18,
              connect_urls: ['10.42.1.17:8080', '10.42.2.9:8080'],
            };
            send(`INFO ${JSON.stringify(info)} \r\n`);
            socket.on('error', () => undefined);
            socket.on('message', (data) => {
              const text = textOf(data);
              if (text.includes('PING\r\n')) send('PONG\r\n');
              if (text.startsWith('SUB ')) members.add(socket);
            });
            const timer = setTimeout(() => {
              send('PING\r\n');
            }, 2000);
            socket.once('close', () => {
              clearTimeout(timer);
              members.delete(socket);
            });
          },
        },
        bus,
      );
      return { url: HOME, publish: saying(port) };
    },
  },
  {
    name: 'events of AppSync have their key in the list of subprotocols, confirm the channel, and then keep the connection alive',
    expect: 'healthy',
    async start(world) {
      const api = 'k7fq2w.appsync-realtime-api.eu-central-1.example.test';
      const subscriptions = new Map<WebSocket, string>();
      await serve(world, {
        '/': html(
          `const host = 'k7fq2w.appsync-api.eu-central-1.example.test';
const authorization = { 'x-api-key': 'da2-6c1p0t', host };
const header = btoa(JSON.stringify(authorization)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
(function connect() {
  const socket = new WebSocket('ws://${api}/event/realtime', ['aws-appsync-event-ws', 'header-' + header]);
  socket.onopen = () => socket.send('{"type":"connection_init"}');
  socket.onmessage = ({ data }) => {
    const { type, event } = JSON.parse(data);
    if (type === 'connection_ack') socket.send(JSON.stringify({ type: 'subscribe', id: crypto.randomUUID?.() ?? 'b2f0', channel: '/default/lifts', authorization }));
    if (type === 'subscribe_success') state('subscribed');
    if (type === 'data') show(JSON.parse(event).text);
  };
  socket.onclose = () => { state('connecting'); setTimeout(connect, 1000); };
})();`,
          { title: 'Lifts' },
        ),
        '*': page(
          '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>',
          403,
          {
            Server: 'AmazonS3',
            'Content-Type': 'application/xml',
          },
        ),
      });
      const table = {
        '/say': sayer((text) => {
          for (const [socket, id] of subscriptions)
            socket.send(JSON.stringify({ type: 'data', id, event: JSON.stringify({ text }) }));
        }),
        '*': json({ errors: [{ errorType: 'BadRequestException', message: 'Bad request' }] }, 400, {
          'X-Amzn-RequestId': '5d6f1b3e-8c0a-4a8f-9b77-2e1f0d3c4b5a',
        }),
      };
      const { server, port } = await world.http(routes(table));
      endpoint(
        server,
        '/event/realtime',
        (socket) => {
          socket.on('error', () => undefined);
          socket.on('message', (data) => {
            const { type, id } = JSON.parse(textOf(data)) as { type: string; id?: string };
            if (type === 'connection_init') socket.send('{"type":"connection_ack","connectionTimeoutMs":300000}');
            if (type !== 'subscribe' || id === undefined) return;
            subscriptions.set(socket, id);
            socket.send(JSON.stringify({ type: 'subscribe_success', id }));
          });
          const beat = setInterval(() => {
            socket.send('{"type":"ka"}');
          }, 5000);
          socket.once('close', () => {
            clearInterval(beat);
            subscriptions.delete(socket);
          });
        },
        { handleProtocols: () => 'aws-appsync-event-ws' },
      );
      routeOthers(server, ['/event/realtime'], routes(table));
      world.route(api, 80, port);
      return { url: HOME, publish: saying(port) };
    },
  },
  {
    name: 'clock of the sign-in is some seconds fast, of which the page warns, and the server of the sockets grants a minute',
    expect: 'healthy',
    async start(world) {
      const chat = new Chat();
      const { server, port } = await serve(world, {
        '/': html(
          `(async function start() {
  const { token } = await (await fetch('/auth/token', { method: 'POST' })).json();
  const { iat } = JSON.parse(atob(token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/')));
  if (iat * 1000 > Date.now()) console.warn('Token was issued in the future (iat ' + iat + '), is the clock of this device right?');
  const socket = new WebSocket('ws://' + location.host + '/ws?token=' + token);
  socket.onopen = () => state('signed in as Ines');
  socket.onmessage = ({ data }) => { const { text } = JSON.parse(data); if (text) show(text); };
  socket.onclose = () => { state('offline'); setTimeout(start, 2000); };
})();`,
          { title: 'Radio' },
        ),
        '/auth/token': taken((request, response) => {
          const now = Math.floor(Date.now() / 1000) + 20;
          json({ token: jwt({ sub: 'ines', iat: now, nbf: now, exp: now + 900 }), token_type: 'Bearer' })(
            request,
            response,
          );
        }),
        '/say': chat.publish,
        '/ws': plain(426, 'Upgrade Required', { Upgrade: 'websocket', Connection: 'Upgrade' }),
        '*': express404,
      });
      server.removeAllListeners('upgrade');
      guarded(
        server,
        '/ws',
        (request) => (queryOf(request).has('token') ? undefined : raw(401, 'Unauthorized')),
        (socket) => {
          chat.join(socket);
        },
      );
      routeOthers(server, ['/ws'], express404);
      return { url: HOME, publish: saying(port) };
    },
  },
  {
    name: 'manual of an API shows how to open a socket at localhost and what 401 means, and is nothing but a text',
    expect: 'healthy',
    async start(world) {
      const nginx = { Server: 'nginx/1.27.4' };
      await serve(world, {
        '/': html(
          `fetch('/openapi.json').then((answer) => answer.json()).then(({ info, paths }) => {
  state(info.title + ' ' + info.version);
  for (const [path, methods] of Object.entries(paths)) for (const [method, { summary }] of Object.entries(methods)) show(method.toUpperCase() + ' ' + path + ' - ' + summary);
});`,
          {
            title: 'Depot API',
            head: '<link rel="icon" href="/favicon-32x32.png">',
            body: `<h2>Live updates</h2><p>Open a socket and send your token first. Who sends none is closed with 4401 (Unauthorized).</p>
<pre>const socket = new WebSocket('ws://localhost:8000/ws/loads');
socket.onopen = () =&gt; socket.send(JSON.stringify({ token }));
const source = new EventSource('http://localhost:8000/events');</pre>`,
          },
        ),
        '/openapi.json': json(
          {
            openapi: '3.1.0',
            info: { title: 'Depot API', version: '2.4.0' },
            servers: [{ url: 'http://localhost:8000' }],
            paths: {
              '/loads': { get: { summary: 'List loads' }, post: { summary: 'Announce a load' } },
              '/ws/loads': { get: { summary: 'Socket with changes of loads' } },
            },
          },
          200,
          nginx,
        ),
        '*': nginx404,
      });
      return { url: HOME };
    },
  },
];

export const blindThirteen: readonly Unseen[] = [...broken, ...healthy];
