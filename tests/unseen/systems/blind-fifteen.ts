/** What upgrades, moves and defaults of programs behind the edge break, and what works there though it looks odd. Their author knew no rule of the diagnosis. */
import type http from 'node:http';
import { Server as SocketIo } from 'socket.io';
import type { WebSocket } from 'ws';
import { guarded, jwt, plain, queryOf, raw, sayer } from './blind-servers.ts';
import { html } from './pages.ts';
import {
  centered,
  every,
  page,
  saying,
  servingAt,
  servingSafelyAt,
  taken,
  trusted,
  withBody,
  type Join,
} from './programs.ts';
import { Chat, endpoint, express404, go404, json, routeOthers, socketIoClient, textOf } from './servers.ts';
import type { Unseen } from './unseen.ts';
import type { World } from './world.ts';

const HOST = 'mill.example.test';
const HOME = `http://${HOST}/`;

const serve = servingAt(HOST);
const serveSafely = servingSafelyAt(HOST);

const nginx404 = centered(404, 'Not Found');

/** Serves Socket.IO; handshakes at other paths are answered as requests are. */
function withSocketIo(world: World, server: http.Server, where: string, options: object = {}): SocketIo {
  server.removeAllListeners('upgrade');
  const io = new SocketIo(server, { path: where, serveClient: false, destroyUpgrade: false, ...options });
  world.onStop(() => void io.close());
  return io;
}

/** What a page without TLS makes its ids of. */
const HEX =
  "const hex = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');";

/** What NestJS says of a path that it does not have. */
const nest404: http.RequestListener = (request, response) => {
  json({ message: `Cannot ${request.method} ${request.url}`, error: 'Not Found', statusCode: 404 }, 404, {
    'X-Powered-By': 'Express',
  })(request, response);
};

const broken: readonly Unseen[] = [
  {
    name: 'Vaultwarden was upgraded to a version without port 3012, to which nginx still passes its notifications',
    expect: 'upstream-down',
    async start(world) {
      const rocket = { Server: 'nginx', 'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'same-origin' };
      const token = jwt({ iss: `http://${HOST}|login`, sub: '3f0c', nbf: 1_790_000_000, exp: 4_000_000_000 });
      await serve(world, {
        '/': html(
          `fetch('/api/config').then((answer) => answer.json()).then(({ version }) => show('Server ' + version));
(function connect() {
  const socket = new WebSocket('ws://' + location.host + '/notifications/hub?access_token=${token}');
  socket.binaryType = 'arraybuffer';
  socket.onopen = () => { socket.send('{"protocol":"messagepack","version":1}\\x1e'); state('connected'); };
  socket.onmessage = () => show('sync');
  socket.onclose = () => { console.error("Error: Failed to start the connection: Error: WebSocket failed to connect. The connection could not be found on the server, either the endpoint may not be a SignalR endpoint, the connection ID is not present on the server, or there is a proxy blocking WebSockets. If you have multiple servers check that sticky sessions are enabled."); state('reconnecting'); setTimeout(connect, 4000 + Math.random() * 2000); };
})();`,
          { title: 'Vault' },
        ),
        '/api/config': json({ version: '2025.1.0', server: { name: 'Vaultwarden' }, object: 'config' }, 200, rocket),
        '/alive': json('2026-01-04T10:12:55.120Z', 200, rocket),
        '/notifications/hub': centered(502, 'Bad Gateway'),
        '*': page('<!DOCTYPE html><title>Page not found!</title>', 404, rocket),
      });
      return { url: HOME };
    },
  },
  {
    name: 'Open WebUI was moved to another name, and CORS_ALLOW_ORIGIN still has the old one',
    expect: 'ws-origin-rejected',
    async start(world) {
      const old = 'http://chat.old-mill.example.test';
      const uvicorn = { Server: 'uvicorn' };
      const refused = (origin: string) => `"${origin} is not an accepted origin."`;
      const { server } = await serve(world, {
        '/': html(
          `fetch('/api/config').then((answer) => answer.json()).then(({ name }) => show(name));
const socket = io(location.origin, { reconnection: true, reconnectionDelay: 1000, reconnectionDelayMax: 5000, randomizationFactor: 0.5, path: '/ws/socket.io', transports: ['websocket'], auth: { token: undefined } });
socket.on('connect_error', (error) => { console.log('connect_error', error); state('connecting'); });
socket.on('connect', () => { console.log('connected', socket.id); state('connected'); });
socket.on('events', ({ data }) => show(data.content));`,
          { title: 'Models', head: '<script src="/client.js"></script>' },
        ),
        '/client.js': socketIoClient,
        '/api/config': json(
          { status: true, name: 'Open WebUI', version: '0.6.36', features: { enable_websocket: true } },
          200,
          uvicorn,
        ),
        '/ws/socket.io/': taken((request, response) => {
          const { origin } = request.headers;
          if (origin !== undefined && origin !== old)
            plain(400, refused(origin), { 'Content-Type': 'text/plain', ...uvicorn })(request, response);
          else
            plain(
              200,
              '0{"sid":"q1Yt0bVvZp5mWkZkAAAA","upgrades":["websocket"],"pingTimeout":20000,"pingInterval":25000,"maxPayload":1000000}',
              uvicorn,
            )(request, response);
        }),
        '*': json({ detail: 'Not Found' }, 404, uvicorn),
      });
      server.removeAllListeners('upgrade');
      guarded(
        server,
        '/ws/socket.io/',
        ({ headers }) =>
          headers.origin === undefined || headers.origin === old ? undefined : raw(403, '', ['server: uvicorn']),
        (socket) => {
          socket.send('0{"sid":"q1Yt0bVvZp5mWkZkAAAB","upgrades":[],"pingTimeout":20000,"pingInterval":25000}');
        },
      );
      routeOthers(server, ['/ws/socket.io/'], json({ detail: 'Not Found' }, 404, uvicorn));
      return { url: HOME };
    },
  },
  {
    name: 'server was moved to the newer protocol for GraphQL subscriptions, and the page was left with the client of the older one',
    expect: 'client-protocol-mismatch',
    async start(world) {
      const query = json(
        {
          errors: [
            {
              message:
                "This operation has been blocked as a potential Cross-Site Request Forgery (CSRF). Please either specify a 'content-type' header (with a type that is not one of application/x-www-form-urlencoded, multipart/form-data, text/plain) or provide a non-empty value for one of the following headers: x-apollo-operation-name, apollo-require-preflight\n",
              extensions: { code: 'BAD_REQUEST' },
            },
          ],
        },
        400,
        { 'X-Powered-By': 'Express' },
      );
      const { server } = await serve(world, {
        '/': html(
          `fetch('/graphql', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ query: '{ sacks { name } }' }) }).then((answer) => answer.json()).then(({ data }) => data.sacks.forEach(({ name }) => show(name)));
let tries = 0;
(function connect() {
  const socket = new WebSocket('ws://' + location.host + '/graphql', 'graphql-ws');
  socket.onopen = () => { socket.send('{"type":"connection_init","payload":{}}'); };
  socket.onmessage = ({ data }) => {
    const { type, payload } = JSON.parse(data);
    if (type === 'connection_ack') { tries = 0; state('connected'); socket.send(JSON.stringify({ id: '1', type: 'start', payload: { query: 'subscription { sackFilled { name } }' } })); }
    if (type === 'data') show(payload.data.sackFilled.name);
  };
  socket.onclose = () => { state('reconnecting'); setTimeout(connect, Math.min(1000 * 2 ** tries++, 10000)); };
})();`,
          { title: 'Sacks' },
        ),
        '/graphql': (request, response) => {
          request.resume();
          if (request.method === 'POST')
            json({ data: { sacks: [{ name: 'Rye 4' }, { name: 'Spelt 2' }] } }, 200, { 'X-Powered-By': 'Express' })(
              request,
              response,
            );
          else query(request, response);
        },
        '*': express404,
      });
      server.removeAllListeners('upgrade');
      endpoint(server, '/graphql', (socket) => {
        socket.on('error', () => undefined);
        if (socket.protocol !== 'graphql-transport-ws') {
          socket.close(4406, 'Subprotocol not acceptable');
          return;
        }
        socket.on('message', (data) => {
          const { type, id } = JSON.parse(textOf(data)) as { type: string; id?: string };
          if (type === 'connection_init') socket.send('{"type":"connection_ack"}');
          if (type === 'subscribe')
            socket.send(JSON.stringify({ id, type: 'next', payload: { data: { sackFilled: { name: 'Rye 5' } } } }));
        });
      });
      routeOthers(server, ['/graphql'], express404);
      return { url: HOME };
    },
  },
  {
    name: 'Next.js went into a small image with standalone output, whose own server starts instead of the one with Socket.IO in it',
    expect: 'backend-endpoint-missing',
    async start(world) {
      const next = { 'X-Powered-By': 'Next.js', Vary: 'rsc, next-router-state-tree, next-router-prefetch' };
      await serve(world, {
        '/': html(
          `const socket = io();
socket.on('connect', () => state('connected'));
socket.on('connect_error', (error) => { console.log('connect_error', error.message); state('offline'); });
socket.on('grind', ({ text }) => show(text));
fetch('/api/grinds').then((answer) => answer.json()).then((all) => all.forEach(show));`,
          { title: 'Grinds', head: '<script src="/client.js"></script>' },
        ),
        '/client.js': socketIoClient,
        '/api/grinds': json(['Coarse', 'Fine'], 200, next),
        '*': (request, response) => {
          request.resume();
          const { pathname, search } = new URL(request.url ?? '/', HOME);
          if (pathname.endsWith('/')) {
            const to = pathname.slice(0, -1) + search;
            response.writeHead(308, { Location: to, Refresh: `0;url=${to}` }).end(to);
            return;
          }
          page(
            '<!DOCTYPE html><html lang="en"><head><meta charSet="utf-8"/><meta name="robots" content="noindex"/><title>404: This page could not be found.</title></head><body><h1 class="next-error-h1">404</h1><h2>This page could not be found.</h2><script src="/_next/static/chunks/main-app.js" async=""></script></body></html>',
            404,
            { ...next, 'Cache-Control': 'private, no-cache, no-store, max-age=0, must-revalidate' },
          )(request, response);
        },
      });
      return { url: HOME };
    },
  },
  {
    name: 'gateway of NestJS was given a path of its own in its settings, and the page keeps to the one that Socket.IO has by default',
    expect: 'socketio-path-mismatch',
    async start(world) {
      const api = 'api.mill.example.test';
      await serve(world, {
        '/': html(
          `const socket = io('http://${api}', { withCredentials: true });
socket.on('connect', () => state('connected'));
socket.on('connect_error', (error) => { console.error(error.message); state('no connection'); });
socket.on('stone', ({ text }) => show(text));`,
          { title: 'Stones', head: '<script src="/client.js"></script>' },
        ),
        '/client.js': socketIoClient,
        '*': nginx404,
      });
      const { server } = await serve(
        world,
        {
          '/': plain(200, 'Hello World!', { 'X-Powered-By': 'Express' }),
          '*': taken((request, response) => {
            response.setHeader('Access-Control-Allow-Origin', `http://${HOST}`);
            response.setHeader('Access-Control-Allow-Credentials', 'true');
            response.setHeader('Vary', 'Origin');
            nest404(request, response);
          }),
        },
        {},
        api,
      );
      const io = withSocketIo(world, server, '/realtime/socket.io', {
        cors: { origin: `http://${HOST}`, credentials: true },
      });
      io.on('connection', (socket) => {
        socket.emit('stone', { text: 'Stone 1 turns' });
      });
      routeOthers(server, ['/realtime/socket.io/'], nest404);
      return { url: HOME };
    },
  },
  {
    name: 'Gotify moved behind an nginx that has nothing but a proxy_pass, and its program finds no token to upgrade by',
    expect: 'proxy-upgrade-missing',
    async start(world) {
      const bad = plain(400, 'Bad Request\n', {
        Server: 'nginx',
        'Sec-Websocket-Version': '13',
        'X-Content-Type-Options': 'nosniff',
      });
      await serve(world, {
        '/': html(
          `const token = 'C3kq0vJp8sXw1Za';
fetch('/message?since=0&limit=100', { headers: { 'X-Gotify-Key': token } }).then((answer) => answer.json()).then(({ messages }) => messages.forEach(({ title, message }) => show(title + ': ' + message)));
(function listen() {
  const socket = new WebSocket('ws://' + location.host + '/stream?token=' + token);
  socket.onopen = () => state('listening');
  socket.onerror = (error) => console.log('WebSocket connection errored', error);
  socket.onmessage = ({ data }) => show(JSON.parse(data).message);
  socket.onclose = () => { state('WebSocket connection closed, trying again in 30 seconds.'); setTimeout(listen, 30000); };
})();`,
          { title: 'Messages' },
        ),
        '/message': json(
          {
            paging: { size: 1, since: 0, limit: 100 },
            messages: [{ id: 4, appid: 1, title: 'Sluice', message: 'is open', priority: 4 }],
          },
          200,
          { Server: 'nginx' },
        ),
        '/health': json({ health: 'green', database: 'green' }, 200, { Server: 'nginx' }),
        '/version': json({ version: '2.6.1', commit: '46f9c6e', buildDate: '2024-11-10' }, 200, { Server: 'nginx' }),
        '/stream': bad,
        '*': json({ error: 'Not Found', errorCode: 404, errorDescription: 'page not found' }, 404, { Server: 'nginx' }),
      });
      return { url: HOME };
    },
  },
  {
    name: 'Keycloak was upgraded and issues its tokens without /auth in the name of the realm, which a Spring program still expects',
    expect: 'auth-rejected',
    async start(world) {
      const now = Math.floor(Date.now() / 1000);
      const token = jwt({ iss: `${HOME}realms/mill`, aud: 'account', typ: 'Bearer', iat: now, exp: now + 300 });
      const guard: Record<string, string> = { 'X-Frame-Options': 'DENY', 'Cache-Control': 'no-cache, no-store' };
      await serve(world, {
        '/': html(
          `let token;
const refresh = async () => {
  const answer = await fetch('/realms/mill/protocol/openid-connect/token', { method: 'POST', body: new URLSearchParams({ grant_type: 'password', client_id: 'kiosk', username: 'hall', password: 'hall' }) });
  token = (await answer.json()).access_token;
};
(async function listen() {
  try {
    if (!token) await refresh();
    const answer = await fetch('/api/events', { headers: { Accept: 'text/event-stream', Authorization: 'Bearer ' + token } });
    if (!answer.ok) { token = undefined; throw new Error('Error: ' + answer.status); }
    state('connected');
    for await (const part of answer.body.pipeThrough(new TextDecoderStream())) show(part);
  } catch (error) { console.error(error.message); state('signed out'); }
  setTimeout(listen, 3000);
})();`,
          { title: 'Hall' },
        ),
        '/realms/mill/protocol/openid-connect/token': taken(
          json({ access_token: token, expires_in: 300, token_type: 'Bearer', scope: 'profile email' }, 200, {
            'Cache-Control': 'no-store',
          }),
        ),
        '/api/events': (request, response) => {
          const why =
            request.headers.authorization === undefined
              ? ''
              : ' error="invalid_token", error_description="An error occurred while attempting to decode the Jwt: The iss claim is not valid", error_uri="https://tools.ietf.org/html/rfc6750#section-3.1"';
          response.writeHead(401, { ...guard, 'WWW-Authenticate': `Bearer${why}`, 'Content-Length': 0 }).end();
        },
        '/actuator/health': json({ status: 'UP' }, 200, guard),
        '*': json({ error: 'RESTEASY003210: Could not find resource for full path' }, 404),
      });
      return { url: HOME };
    },
  },
  {
    name: 'Nextcloud moved behind a proxy with TLS, was not told of it, and names its push server by ws',
    expect: 'mixed-content',
    async start(world, authority) {
      const capabilities = {
        notify_push: {
          type: ['files', 'activities', 'notifications'],
          endpoints: { websocket: `ws://${HOST}/push/ws`, pre_auth: `http://${HOST}/apps/notify_push/pre_auth` },
        },
      };
      await serveSafely(world, await trusted(authority, [HOST]), {
        '/': html(
          `const { notify_push } = JSON.parse(atob(document.getElementById('initial-state-core-capabilities').value));
const poll = () => fetch('/ocs/v2.php/apps/notifications/api/v2/notifications', { headers: { 'OCS-APIRequest': 'true', Accept: 'application/json' } });
poll();
(function listen() {
  try {
    const socket = new WebSocket(notify_push.endpoints.websocket);
    socket.onopen = () => { socket.send(''); socket.send(''); };
    socket.onmessage = ({ data }) => { if (data === 'authenticated') state('connected'); else show(data); };
    socket.onclose = () => setTimeout(listen, 1000);
  } catch (error) { console.error('Failed to open the push socket', error.message); state('push is not available'); }
})();
setInterval(poll, 30000);`,
          {
            title: 'Files',
            head: `<input type="hidden" id="initial-state-core-capabilities" value="${Buffer.from(JSON.stringify(capabilities)).toString('base64')}">`,
          },
        ),
        '/ocs/v2.php/apps/notifications/api/v2/notifications': json(
          { ocs: { meta: { status: 'ok', statuscode: 200, message: 'OK' }, data: [] } },
          200,
          { Server: 'nginx', 'X-Nextcloud-User-Status': 'online' },
        ),
        '*': nginx404,
      });
      return { url: `https://${HOST}/` };
    },
  },
  {
    name: 'tracing of Sentry was switched on for the API on another host, which does not let its headers in',
    expect: 'cors-header-missing',
    async start(world) {
      const api = 'api.mill.example.test';
      await serve(world, {
        '/': html(
          `${HEX}
(async function poll() {
  try {
    const id = hex();
    const answer = await fetch('http://${api}/v1/wheels', { headers: { 'sentry-trace': id + '-' + id.slice(16) + '-1', baggage: 'sentry-environment=production,sentry-release=mill%403.2.0,sentry-public_key=5c1e,sentry-trace_id=' + id } });
    for (const { text } of await answer.json()) show(text);
    state('up to date');
  } catch (error) { console.error(error); state('no data'); }
  setTimeout(poll, 2000);
})();`,
          { title: 'Wheels' },
        ),
        '*': nginx404,
      });
      await serve(
        world,
        {
          '/v1/wheels': (request, response) => {
            response.setHeader('Access-Control-Allow-Origin', `http://${HOST}`);
            response.setHeader('Vary', 'Origin');
            response.setHeader('X-Powered-By', 'Express');
            if (request.method === 'OPTIONS')
              response
                .writeHead(204, {
                  'Access-Control-Allow-Methods': 'GET,POST,PUT,DELETE',
                  'Access-Control-Allow-Headers': 'Content-Type,Authorization',
                  'Content-Length': 0,
                })
                .end();
            else json([{ text: `Wheel turns at ${new Date().toISOString()}` }])(request, response);
          },
          '*': nest404,
        },
        {},
        api,
      );
      return { url: HOME };
    },
  },
  {
    name: 'cable of Rails got a host of its own, and the policy in the initializer allows https and itself',
    expect: 'csp-blocks-connect',
    async start(world) {
      const cable = 'cable.mill.example.test';
      const headers = {
        'Content-Security-Policy':
          "default-src 'self' https:; font-src 'self' https: data:; img-src 'self' https: data:; object-src 'none'; script-src 'self' https: 'unsafe-inline'; style-src 'self' https: 'unsafe-inline'; connect-src 'self' https:",
        'X-Request-Id': '8a1c6f5e-77a0-4a52-9a3f-5b6d1c0f2e47',
        'X-Runtime': '0.014211',
      };
      await serve(world, {
        '/': page(
          html(
            `(function open() {
  const again = () => { state('disconnected'); setTimeout(open, 3000 + Math.random() * 3000); };
  let socket;
  try { socket = new WebSocket(document.querySelector('meta[name=action-cable-url]').content, ['actioncable-v1-json', 'actioncable-unsupported']); } catch (error) { console.error(error); again(); return; }
  socket.onmessage = ({ data }) => {
    const { type, message } = JSON.parse(data);
    if (type === 'welcome') { state('connected'); socket.send(JSON.stringify({ command: 'subscribe', identifier: '{"channel":"FloursChannel"}' })); }
    if (message) show(message.text);
  };
  socket.onclose = again;
})();`,
            { title: 'Flours', head: `<meta name="action-cable-url" content="ws://${cable}/cable">` },
          ),
          200,
          headers,
        ),
        '*': page('<!doctype html><title>The page you were looking for doesn’t exist (404 Not found)</title>', 404),
      });
      const { server } = await serve(world, { '*': plain(404, 'Page not found') }, {}, cable);
      server.removeAllListeners('upgrade');
      endpoint(
        server,
        '/cable',
        (socket) => {
          socket.send('{"type":"welcome"}');
          every(3000, socket, () => {
            socket.send(JSON.stringify({ type: 'ping', message: Math.floor(Date.now() / 1000) }));
          });
          socket.on('message', (data) => {
            const { identifier } = JSON.parse(textOf(data)) as { identifier: string };
            socket.send(JSON.stringify({ identifier, type: 'confirm_subscription' }));
            socket.send(JSON.stringify({ identifier, message: { text: 'Type 550' } }));
          });
        },
        { handleProtocols: () => 'actioncable-v1-json' },
      );
      routeOthers(server, ['/cable'], plain(404, 'Page not found'));
      return { url: HOME };
    },
  },
  {
    name: 'Docker was upgraded to 29, with which an older Traefik cannot speak, so it knows none of the hosts that it had',
    expect: 'proxy-host-unknown',
    async start(world) {
      const live = 'live.mill.example.test';
      await serve(world, {
        '/': html(
          `let wait = 1000;
(function connect() {
  const socket = new WebSocket('ws://${live}/ws');
  socket.onopen = () => { wait = 1000; state('connected'); };
  socket.onmessage = ({ data }) => show(JSON.parse(data).text);
  socket.onclose = () => { state('reconnecting'); setTimeout(connect, wait); wait = Math.min(wait * 2, 15000); };
})();
fetch('http://${live}/api/orders').then((answer) => answer.json()).then((all) => all.forEach(show)).catch((error) => console.error(error.message));`,
          { title: 'Orders of the mill' },
        ),
        '*': page('<!DOCTYPE html><title>Site not found · GitHub Pages</title>', 404, { Server: 'GitHub.com' }),
      });
      await serve(world, { '*': taken(go404) }, {}, live);
      return { url: HOME };
    },
  },
  {
    name: 'Coolify was updated, its realtime container did not come up again, and nothing listens at port 6001',
    expect: 'edge-port-closed',
    async start(world) {
      const key = '9a1d4b7c60f2e8335d1f';
      await serve(world, {
        '/': html(
          `let failed = 0;
(function connect() {
  const socket = new WebSocket('ws://' + location.hostname + ':6001/app/${key}?protocol=7&client=js&version=8.3.0&flash=false');
  socket.onmessage = ({ data }) => {
    const { event } = JSON.parse(data);
    if (event === 'pusher:connection_established') { state('connected'); socket.send('{"event":"pusher:subscribe","data":{"auth":"","channel":"team.0"}}'); }
    if (event === 'App\\\\Events\\\\ServiceStatusChanged') show('status changed');
  };
  socket.onclose = () => { if (++failed > 2) state('WARNING: Cannot connect to real-time service'); setTimeout(connect, 2000); };
})();`,
          { title: 'Services' },
        ),
        '/api/health': plain(200, 'OK', { Server: 'nginx' }),
        '*': page('<!DOCTYPE html><title>Not Found</title><h1>404</h1>', 404, { Server: 'nginx' }),
      });
      world.route(HOST, 6001, await world.closedPort());
      return { url: HOME };
    },
  },
  {
    name: 'ntfy was given deny-all for whoever has no account, and the public board of alerts subscribes as nobody',
    expect: 'auth-missing',
    async start(world) {
      const ntfy = 'ntfy.mill.example.test';
      const all = { 'Access-Control-Allow-Origin': '*' };
      const forbidden = json(
        { code: 40301, http: 403, error: 'forbidden', link: 'https://ntfy.sh/docs/publish/#authentication' },
        403,
        all,
      );
      await serve(world, {
        '/': html(
          `(function listen() {
  const source = new EventSource('http://${ntfy}/mill-alerts/sse');
  source.onopen = () => state('subscribed');
  source.onmessage = ({ data }) => show(JSON.parse(data).message);
  source.onerror = () => { if (source.readyState !== EventSource.CLOSED) return; console.error('subscription to mill-alerts ended'); state('no alerts'); setTimeout(listen, 4000); };
})();`,
          { title: 'Alerts' },
        ),
        '*': nginx404,
      });
      await serve(
        world,
        {
          '/mill-alerts/sse': forbidden,
          '/mill-alerts/json': forbidden,
          '/mill-alerts/ws': forbidden,
          '/mill-alerts/auth': forbidden,
          '/v1/health': json({ healthy: true }, 200, all),
          '/': page('<!doctype html><html lang="en"><head><title>ntfy web</title></head><body></body></html>'),
          '*': json({ code: 40401, http: 404, error: 'page not found' }, 404, all),
        },
        {},
        ntfy,
      );
      return { url: HOME };
    },
  },
  {
    name: 'password of Redis was changed, the gateways of NestJS still have the old one, and what is sent ends in a 500',
    expect: 'broker-down',
    async start(world) {
      const express = { 'X-Powered-By': 'Express' };
      const redis = { status: 'down', message: 'WRONGPASS invalid username-password pair or user is disabled.' };
      const failed = json({ statusCode: 500, message: 'Internal server error' }, 500, express);
      const { server, port } = await serve(world, {
        '/': html(
          `const socket = io({ transports: ['websocket'] });
socket.on('connect', () => { state('connected'); socket.emit('join', 'hall'); });
socket.on('exception', ({ status, message }) => { console.error(status, message); state('could not join: ' + message); });
socket.on('notice', ({ text }) => show(text));`,
          { title: 'Notices', head: '<script src="/client.js"></script>' },
        ),
        '/client.js': socketIoClient,
        '/notices': taken(failed),
        '/health': json(
          {
            status: 'error',
            info: { database: { status: 'up' } },
            error: { redis },
            details: { database: { status: 'up' }, redis },
          },
          503,
          express,
        ),
        '*': nest404,
      });
      const io = withSocketIo(world, server, '/socket.io', { destroyUpgrade: true });
      io.on('connection', (socket) => {
        socket.on('join', () => {
          socket.emit('exception', { status: 'error', message: 'Internal server error' });
        });
      });
      return {
        url: HOME,
        publish: `curl -s -X POST -H 'Content-Type: application/json' -d '{"text":"{nonce}"}' http://127.0.0.1:${port}/notices`,
      };
    },
  },
  {
    name: 'Novu was taken from its compose file with a public address for the API, and its sockets kept the one of the developer',
    expect: 'bundle-localhost',
    async start(world) {
      const nest = { 'X-Powered-By': 'Express' };
      await serve(world, {
        '/': html(
          `const config = window._env_;
(async () => {
  const answer = await fetch(config.API_HOSTNAME + '/v1/inbox/session', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ applicationIdentifier: 'hT3q9mPz1x', subscriberId: 'guest' }) });
  const { data } = await answer.json();
  show(data.totalUnreadCount + ' unread');
  const socket = io(config.WS_URL, { reconnectionDelayMax: 10000, transports: ['websocket'], query: { token: data.token } });
  socket.on('connect', () => state('connected'));
  socket.on('connect_error', (error) => { console.error(error.message); state('disconnected'); });
  socket.on('notification_received', ({ message }) => show(message.content));
})();`,
          {
            title: 'Inbox',
            head: `<script src="/client.js"></script><script>window._env_ = { API_HOSTNAME: 'http://${HOST}/api', WS_URL: 'http://localhost:3002' };</script>`,
          },
        ),
        '/client.js': socketIoClient,
        '/api/v1/inbox/session': taken(
          json(
            { data: { token: jwt({ _id: '65f0', exp: 4_000_000_000, aud: 'widget_user' }), totalUnreadCount: 2 } },
            201,
            nest,
          ),
        ),
        '*': nest404,
      });
      return { url: HOME };
    },
  },
];

const healthy: readonly Unseen[] = [
  {
    name: 'Jellyfin asks its page for a sign of life each thirty seconds, has no picture for one film, and plays nothing',
    expect: 'healthy',
    async start(world) {
      const kestrel = { Server: 'Kestrel', 'X-Response-Time-ms': '2' };
      const chat = new Set<WebSocket>();
      const { port } = await serve(
        world,
        {
          '/': html(
            `(function open() {
  const socket = new WebSocket('ws://' + location.host + '/socket?api_key=3f1b6c0de2a94&deviceId=TW96aWxsYS81LjA');
  let beat;
  socket.onopen = () => { state('connected'); };
  socket.onmessage = ({ data }) => {
    const { MessageType, Data } = JSON.parse(data);
    if (MessageType === 'ForceKeepAlive') { socket.send('{"MessageType":"KeepAlive"}'); beat = setInterval(() => socket.send('{"MessageType":"KeepAlive"}'), Data * 1000 * 0.5); }
    if (MessageType === 'LibraryChanged') show('Added ' + Data.ItemsAdded.join(' '));
  };
  socket.onclose = () => { clearInterval(beat); setTimeout(open, 3000); };
})();`,
            { title: 'Films', body: '<img src="/Items/9c2f/Images/Primary?fillHeight=446&quality=96" alt="">' },
          ),
          '/System/Info/Public': json(
            { ServerName: 'mill', Version: '10.10.7', ProductName: 'Jellyfin Server', StartupWizardCompleted: true },
            200,
            kestrel,
          ),
          '/say': sayer((text) => {
            for (const socket of chat)
              socket.send(
                JSON.stringify({
                  Data: { FoldersAddedTo: [], ItemsAdded: [text], ItemsRemoved: [], IsEmpty: false },
                  MessageId: '8d1e',
                  MessageType: 'LibraryChanged',
                }),
              );
          }),
          '*': (_request, response) => void response.writeHead(404, { ...kestrel, 'Content-Length': 0 }).end(),
        },
        {
          '/socket': (socket) => {
            chat.add(socket);
            socket.on('error', () => undefined);
            socket.once('close', () => chat.delete(socket));
            socket.send('{"Data":60,"MessageId":"1b7a","MessageType":"ForceKeepAlive"}');
            socket.on('message', () => {
              socket.send('{"MessageType":"KeepAlive","MessageId":"77c0"}');
            });
          },
        },
      );
      return { url: HOME, publish: saying(port) };
    },
  },
  {
    name: 'one camera of Frigate is offline, which its page tells by a picture of its own, and the events of the others come',
    expect: 'healthy',
    async start(world) {
      const feed: Join = (socket) => {
        const send = (topic: string, payload: unknown): void => {
          socket.send(JSON.stringify({ topic, payload }));
        };
        send('camera_activity', '{"yard":{"motion":false,"objects":[]},"gate":{"motion":false,"objects":[]}}');
        every(2000, socket, (count) => {
          const stats = { cameras: { yard: { camera_fps: 5.1 }, gate: { camera_fps: 0, process_fps: 0 } } };
          send('stats', JSON.stringify(stats));
          send('yard/motion', count % 2 ? 'ON' : 'OFF');
        });
      };
      await serve(
        world,
        {
          '/': html(
            `(function connect() {
  const socket = new WebSocket('ws://' + location.host + '/ws');
  socket.onopen = () => { state('connected'); socket.send('{"topic":"onConnect","message":"","retain":false}'); };
  socket.onmessage = ({ data }) => {
    const { topic, payload } = JSON.parse(data);
    if (topic === 'stats') for (const [name, { camera_fps }] of Object.entries(JSON.parse(payload).cameras)) if (!camera_fps) state(name + ': No frames have been received, check error logs');
    if (topic.endsWith('/motion')) show(topic + ' ' + payload);
  };
  socket.onclose = () => setTimeout(connect, 1000);
})();`,
            { title: 'Cameras', body: '<img src="/api/gate/latest.jpg?h=400" alt="gate">' },
          ),
          '/api/gate/latest.jpg': json({ success: false, message: 'Unable to get valid frame' }, 500, {
            Server: 'nginx',
          }),
          '/api/version': plain(200, '0.15.1-8d2f5a', { Server: 'nginx' }),
          '*': nginx404,
        },
        { '/ws': feed },
      );
      return { url: HOME };
    },
  },
  {
    name: 'flows of Node-RED stand still for a node that nobody has installed, of which its editor is told, and comms beats',
    expect: 'healthy',
    async start(world) {
      const red = { 'X-Powered-By': 'Express' };
      const notice = {
        topic: 'notification/runtime-state',
        data: {
          error: 'missing-types',
          type: 'warning',
          text: 'notification.warnings.missing-types',
          types: ['modbus-read'],
        },
      };
      const comms: Join = (socket) => {
        socket.on('message', (data) => {
          const { subscribe } = JSON.parse(textOf(data)) as { subscribe?: string };
          if (subscribe === 'notification/#') socket.send(JSON.stringify([notice]));
        });
        every(5000, socket, () => {
          socket.send(JSON.stringify([{ topic: 'hb', data: Date.now() }]));
        });
        every(1500, socket, (count) => {
          const status = { text: `${count} sacks`, fill: 'green', shape: 'dot' };
          socket.send(JSON.stringify([{ topic: 'status/6d0f3b1a', data: status }]));
        });
      };
      await serve(
        world,
        {
          '/': html(
            `fetch('/settings').then((answer) => answer.json()).then(({ version }) => show('Node-RED ' + version));
(function connect() {
  const socket = new WebSocket('ws://' + location.host + '/comms');
  socket.onopen = () => { state('connected'); for (const topic of ['notification/#', 'status/#']) socket.send(JSON.stringify({ subscribe: topic })); };
  socket.onmessage = ({ data }) => { for (const { topic, data: value } of JSON.parse(data)) { if (value.error === 'missing-types') { console.warn('Flows stopped due to missing node types: ' + value.types); state('Flows stopped due to missing node types'); } if (topic.startsWith('status/')) show(value.text); } };
  socket.onclose = () => setTimeout(connect, 1000);
})();`,
            { title: 'Flows' },
          ),
          '/settings': json({ httpNodeRoot: '/', version: '4.0.9', flowFilePretty: true }, 200, red),
          '*': nest404,
        },
        { '/comms': comms },
      );
      return { url: HOME };
    },
  },
  {
    name: 'forum of Discourse is polled in pieces that are empty most of the time, and is once asked to be slower with 429',
    expect: 'healthy',
    async start(world) {
      const waiting = new Set<http.ServerResponse>();
      const asked = new Map<string, number>();
      const said: { global_id: number; message_id: number; channel: string; data: object }[] = [];
      const { port } = await serve(world, {
        '/': html(
          `${HEX}
const id = hex();
let seq = 0, last = -1;
(async function poll() {
  let wait = 100;
  try {
    const answer = await fetch('/message-bus/' + id + '/poll', { method: 'POST', headers: { 'Content-Type': 'application/x-www-form-urlencoded', 'X-SILENCE-LOGGER': 'true' }, body: '%2Flatest=' + last + '&__seq=' + seq++ });
    if (answer.status === 429) wait = Math.max(2000, Number(answer.headers.get('Retry-After')) * 1000);
    else {
      state('watching');
      let held = '';
      for await (const part of answer.body.pipeThrough(new TextDecoderStream())) {
        const parts = (held + part).split('\\r\\n|\\r\\n');
        held = parts.pop();
        for (const messages of parts) for (const { channel, message_id, data } of JSON.parse(messages)) {
          if (channel === '/__status') last = data['/latest']; else { last = message_id; show(data.payload.title); }
        }
      }
    }
  } catch { wait = 3000; }
  setTimeout(poll, wait);
})();`,
          { title: 'Forum' },
        ),
        '/say': sayer((text) => {
          const id = said.length + 1;
          const message = { global_id: id, message_id: id, channel: '/latest', data: { payload: { title: text } } };
          said.push(message);
          for (const response of waiting) response.end(`${JSON.stringify([message])}\r\n|\r\n`);
        }),
        '*': withBody((body, request, response) => {
          const client = /^\/message-bus\/([0-9a-f]+)\/poll$/.exec(request.url ?? '')?.[1];
          if (client === undefined || request.method !== 'POST') {
            page('<!DOCTYPE html><title>Oops! That page doesn’t exist or is private.</title>', 404)(request, response);
            return;
          }
          const turn = (asked.get(client) ?? 0) + 1;
          asked.set(client, turn);
          if (turn === 2) {
            plain(429, 'Slow down, too many requests from this IP address.', {
              'Retry-After': '2',
              'Discourse-Rate-Limit-Error-Code': 'ip_10_secs_limit',
            })(request, response);
            return;
          }
          response.writeHead(200, {
            'Content-Type': 'text/plain; charset=utf-8',
            'Cache-Control': 'must-revalidate, private, max-age=0',
            'X-Accel-Buffering': 'no',
          });
          if (body.includes('=-1&')) {
            const status = { global_id: -1, message_id: -1, channel: '/__status', data: { '/latest': said.length } };
            response.end(`${JSON.stringify([status])}\r\n|\r\n`);
            return;
          }
          const missed = said.slice(Number(/%2Flatest=(\d+)/.exec(body)?.[1] ?? said.length));
          if (missed.length > 0) {
            response.end(`${JSON.stringify(missed)}\r\n|\r\n`);
            return;
          }
          response.write('[]\r\n|\r\n');
          waiting.add(response);
          const timer = setTimeout(() => response.end('[]\r\n|\r\n'), 25_000);
          response.once('close', () => {
            clearTimeout(timer);
            waiting.delete(response);
          });
        }),
      });
      return { url: HOME, publish: saying(port) };
    },
  },
  {
    name: 'queue of events at Zulip was collected as garbage, which it says with 400, and the page registers another one',
    expect: 'healthy',
    async start(world) {
      const queues = new Set<string>();
      const said: { type: string; id: number; message: object }[] = [];
      const gone = 'fb67bf8a-c031-47cc-84cf-ed80accacda8';
      let made = 0;
      const waiting = new Set<http.ServerResponse>();
      const { port } = await serve(world, {
        '/': html(
          `let queue = '${gone}', last = -1;
(async function events() {
  let wait = 0;
  try {
    const answer = await fetch('/json/events?queue_id=' + queue + '&last_event_id=' + last, { headers: { 'X-Requested-With': 'XMLHttpRequest' } });
    const found = await answer.json();
    if (found.code === 'BAD_EVENT_QUEUE_ID') {
      const made = await (await fetch('/json/register', { method: 'POST', body: new URLSearchParams({ client_gravatar: 'true' }) })).json();
      queue = made.queue_id;
      last = made.last_event_id;
      state('connected');
    }
    for (const event of found.events ?? []) { last = event.id; if (event.type === 'message') show(event.message.content); }
  } catch { state('unable to connect'); wait = 3000; }
  setTimeout(events, wait);
})();`,
          { title: 'Streams' },
        ),
        '/json/register': taken((request, response) => {
          const queue_id = `6e8fdc2a-2b7d-4a1e-9d1d-${String((made += 1)).padStart(12, '0')}`;
          queues.add(queue_id);
          json({ result: 'success', msg: '', queue_id, last_event_id: said.length || -1, zulip_version: '10.4' })(
            request,
            response,
          );
        }),
        '/json/events': (request, response) => {
          const query = queryOf(request);
          const queue_id = query.get('queue_id') ?? '';
          if (!queues.has(queue_id)) {
            json(
              { result: 'error', msg: `Bad event queue ID: ${queue_id}`, code: 'BAD_EVENT_QUEUE_ID', queue_id },
              400,
              { Server: 'nginx' },
            )(request, response);
            return;
          }
          const missed = said.slice(Math.max(0, Number(query.get('last_event_id'))));
          if (missed.length > 0) {
            json({ result: 'success', msg: '', events: missed, queue_id })(request, response);
            return;
          }
          waiting.add(response);
          const timer = setTimeout(() => {
            json({ result: 'success', msg: '', events: [{ type: 'heartbeat', id: said.length }], queue_id })(
              request,
              response,
            );
          }, 8000);
          response.once('close', () => {
            clearTimeout(timer);
            waiting.delete(response);
          });
        },
        '/say': sayer((text) => {
          const event = { type: 'message', id: said.length + 1, message: { id: 41 + said.length, content: text } };
          said.push(event);
          for (const response of waiting)
            response
              .writeHead(200, { 'Content-Type': 'application/json' })
              .end(JSON.stringify({ result: 'success', msg: '', events: [event] }));
        }),
        '*': page('<!DOCTYPE html><title>Page not found | Zulip</title>', 404, { Server: 'nginx' }),
      });
      return { url: HOME, publish: saying(port) };
    },
  },
  {
    name: 'stream of events was switched off at Gitea, so its page asks for the number of notices now and then',
    expect: 'healthy',
    async start(world) {
      await serve(world, {
        '/': html(
          `const { EventSourceUpdateTime, MinTimeout, TimeoutStep, MaxTimeout } = window.config.notificationSettings;
state('0 unread');
let timeout = MinTimeout;
let before = 0;
const count = async () => {
  try {
    const { new: unread } = await (await fetch('/notifications/new')).json();
    if (unread !== before) { timeout = MinTimeout; show(unread + ' unread'); } else timeout = Math.min(timeout + TimeoutStep, MaxTimeout);
    before = unread;
  } catch (error) { console.error(error); }
  setTimeout(count, timeout);
};
if (EventSourceUpdateTime > 0) new EventSource('/user/events'); else setTimeout(count, timeout);`,
          {
            title: 'Repositories',
            head: '<script>window.config = { appUrl: "/", notificationSettings: { MinTimeout: 3000, TimeoutStep: 1000, MaxTimeout: 60000, EventSourceUpdateTime: -1000 } };</script>',
          },
        ),
        '/notifications/new': json({ new: 0 }, 200, { 'Cache-Control': 'max-age=0, private, must-revalidate' }),
        '/api/v1/version': json({ version: '1.22.6' }),
        '*': page('<!DOCTYPE html><title>Page Not Found - Gitea: Git with a cup of tea</title>', 404),
      });
      return { url: HOME };
    },
  },
  {
    name: 'printer of OctoPrint is switched off, so it has no temperatures, and its socket tells the state of the machine all the same',
    expect: 'healthy',
    async start(world) {
      const tornado = { 'X-Robots-Tag': 'noindex, nofollow, noimageindex' };
      const { server } = await serve(world, {
        '/': html(
          `(async function connect() {
  await fetch('/api/login', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"passive":true}' });
  await fetch('/sockjs/info?t=' + Date.now());
  const three = () => String(Math.floor(Math.random() * 1000)).padStart(3, '0');
  const socket = new WebSocket('ws://' + location.host + '/sockjs/' + three() + '/' + Math.random().toString(36).slice(2, 10) + '/websocket');
  socket.onmessage = ({ data }) => {
    if (data[0] !== 'a') return;
    for (const message of JSON.parse(data.slice(1))) {
      if (message.connected) { show('OctoPrint ' + message.connected.display_version); socket.send(JSON.stringify([JSON.stringify({ auth: 'guest:' })])); }
      if (message.current) state(message.current.state.text);
    }
  };
  socket.onclose = () => { state('Server is offline'); setTimeout(connect, 1000); };
})();`,
          { title: 'Printer' },
        ),
        '/api/login': taken(json({ _is_external_client: false, name: null, groups: ['guests'], active: true })),
        '/api/printer': json({ error: 'Printer is not operational' }, 409, tornado),
        '/sockjs/info': json(
          { websocket: true, origins: ['*:*'], cookie_needed: false, entropy: 2_746_120_311 },
          200,
          tornado,
        ),
        '/sockjs': plain(200, 'Welcome to SockJS!\n', tornado),
        '*': page('<html><title>404: Not Found</title><body>404: Not Found</body></html>', 404, tornado),
      });
      server.removeAllListeners('upgrade');
      const join: Join = (socket) => {
        const send = (message: object): void => {
          socket.send(`a${JSON.stringify([message])}`);
        };
        socket.send('o');
        send({ connected: { version: '1.10.3', display_version: '1.10.3', branch: 'HEAD', plugin_hash: '1c0' } });
        const current = {
          state: { text: 'Offline', flags: { operational: false, printing: false, closedOrError: true } },
          job: { file: { name: null } },
          progress: { completion: null },
          temps: [],
          logs: [],
        };
        every(1000, socket, () => {
          send({ current: { ...current, serverTime: Date.now() / 1000 } });
        });
      };
      server.on('upgrade', (request, raw, head) => {
        if (!/^\/sockjs\/\d{3}\/\w+\/websocket$/.test(request.url ?? '')) raw.destroy();
        else sockets.handleUpgrade(request, raw, head, (socket) => join(socket, request));
      });
      const sockets = endpoint(server, '/none', join);
      return { url: HOME };
    },
  },
  {
    name: 'one of two questions to Convex fails in the function that answers it, and the other is answered anew with each change',
    expect: 'healthy',
    async start(world) {
      const sync: Join = (socket) => {
        let ts = 0;
        const stamp = (): string => Buffer.from(BigUint64Array.of(BigInt(ts)).buffer).toString('base64');
        let querySet = 0;
        const move = (modifications: object[], next = querySet): void => {
          const startVersion = { querySet, identity: 0, ts: stamp() };
          ts += 1;
          querySet = next;
          const endVersion = { querySet, identity: 0, ts: stamp() };
          socket.send(JSON.stringify({ type: 'Transition', startVersion, endVersion, modifications }));
        };
        const updated = (value: string[]) => ({
          type: 'QueryUpdated',
          queryId: 0,
          value,
          logLines: [],
          journal: null,
        });
        socket.on('message', (data) => {
          const message = JSON.parse(textOf(data)) as { type: string; newVersion?: number };
          if (message.type !== 'ModifyQuerySet') return;
          const errorMessage =
            '[Request ID: 5f1d0c7be2a94431] Server Error\nUncaught Error: no miller of the month\n    at handler (../convex/millers.ts:12:11)\n';
          move(
            [
              updated([]),
              { type: 'QueryFailed', queryId: 1, errorMessage, logLines: [], errorData: null, journal: null },
            ],
            message.newVersion,
          );
          every(1500, socket, (count) => {
            move([updated(Array.from({ length: count }, (_, index) => `Sack ${index + 1}`))]);
          });
        });
        every(5000, socket, () => {
          socket.send('{"type":"Ping"}');
        });
      };
      await serve(
        world,
        {
          '/': html(
            `${HEX}
(function connect() {
  const socket = new WebSocket('ws://' + location.host + '/api/1.17.4/sync');
  const send = (message) => socket.send(JSON.stringify(message));
  socket.onopen = () => {
    state('connected');
    send({ sessionId: hex().replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'), maxObservedTimestamp: null, type: 'Connect', connectionCount: 0, lastCloseReason: 'InitialConnect' });
    send({ type: 'ModifyQuerySet', baseVersion: 0, newVersion: 1, modifications: [{ type: 'Add', queryId: 0, udfPath: 'sacks:list', args: [{}] }, { type: 'Add', queryId: 1, udfPath: 'millers:best', args: [{}] }] });
  };
  socket.onmessage = ({ data }) => {
    const { type, modifications } = JSON.parse(data);
    if (type === 'Ping') send({ type: 'Event', eventType: 'Pong', event: {} });
    for (const { type: kind, value, errorMessage } of modifications ?? []) {
      if (kind === 'QueryFailed') console.error('[CONVEX Q(millers:best)] ' + errorMessage);
      if (kind === 'QueryUpdated' && value.length) show(value.at(-1));
    }
  };
  socket.onclose = () => { console.log('WebSocket closed, reconnecting'); setTimeout(connect, 1000); };
})();`,
            { title: 'Sacks' },
          ),
          '/version': plain(200, 'unknown'),
          '*': plain(404, 'This Convex deployment does not have HTTP actions enabled.'),
        },
        { '/api/1.17.4/sync': sync },
      );
      return { url: HOME };
    },
  },
  {
    name: 'server of Unleash was given up, so the page goes on with the defaults of its features, and its socket lives',
    expect: 'healthy',
    async start(world) {
      const chat = new Chat();
      const old = 'flags.mill.example.test';
      const { port } = await serve(
        world,
        {
          '/': html(
            `fetch('http://${old}/api/frontend?appName=mill', { headers: { Accept: 'application/json', 'Content-Type': 'application/json', Authorization: '*:production.5f1d' } }).catch((error) => console.error('Unleash: unable to fetch feature toggles', error));
(function connect() {
  const socket = new WebSocket('ws://' + location.host + '/ws');
  socket.onopen = () => state('connected');
  socket.onmessage = ({ data }) => { const { text } = JSON.parse(data); if (text) show(text); };
  socket.onclose = () => setTimeout(connect, 1000);
})();`,
            { title: 'Robots' },
          ),
          '/say': chat.publish,
          '*': nest404,
        },
        {
          '/ws': (socket) => {
            chat.join(socket);
          },
        },
      );
      world.route(old, 80, await world.closedPort());
      return { url: HOME, publish: saying(port) };
    },
  },
];

export const blindFifteen: readonly Unseen[] = [...broken, ...healthy];
