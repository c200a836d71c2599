/** What operators get wrong between browser and program, and what works there though it looks odd. Their author knew no rule of the diagnosis. */
import type http from 'node:http';
import { generate } from 'selfsigned';
import { Server as SocketIo } from 'socket.io';
import type { WebSocket } from 'ws';
import { plain, queryOf, sayer } from './blind-servers.ts';
import { html, rawPage, socketIoPage } from './pages.ts';
import { centered, page, saying, servingAt, servingSafelyAt, ticking, trusted, withBody } from './programs.ts';
import { Chat, endpoint, express404, go404, json, routeOthers, routes, socketIoClient, textOf } from './servers.ts';
import type { Unseen } from './unseen.ts';

const HOST = 'dock.example.test';
const HOME = `http://${HOST}/`;
const SAFE = `https://${HOST}/`;

const serve = servingAt(HOST);
const serveSafely = servingSafelyAt(HOST);

const nginx404 = centered(404, 'Not Found');
const notFound = plain(404, 'Not Found');

const broken: readonly Unseen[] = [
  {
    name: 'certificate of the origin is one that the edge alone accepts, and the record of the sockets goes past the edge',
    expect: 'tls-certificate-untrusted',
    async start(world, authority) {
      const live = 'live.dock.example.test';
      const ca = await generate([{ name: 'organizationName', value: 'CloudFlare, Inc.' }], {
        algorithm: 'sha256',
        keyType: 'ec',
        notAfterDate: new Date(Date.now() + 5000 * 86_400_000),
        extensions: [
          { name: 'basicConstraints', cA: true, critical: true },
          { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
        ],
      });
      const origin = await generate([{ name: 'commonName', value: 'CloudFlare Origin Certificate' }], {
        algorithm: 'sha256',
        keyType: 'ec',
        notAfterDate: new Date(Date.now() + 4000 * 86_400_000),
        extensions: [
          { name: 'basicConstraints', cA: false },
          { name: 'keyUsage', digitalSignature: true },
          { name: 'extKeyUsage', serverAuth: true },
          { name: 'subjectAltName', altNames: [HOST, `*.${HOST}`].map((value) => ({ type: 2 as const, value })) },
        ],
        ca: { cert: ca.cert, key: ca.private },
      });
      await serveSafely(world, await trusted(authority, [HOST]), {
        '/': rawPage(`'wss://${live}/ws/berths'`, {
          more: "fetch('/api/berths').then((answer) => answer.json()).then((all) => all.forEach(show));",
        }),
        '/api/berths': json(['Berth 1', 'Berth 2'], 200, { Server: 'cloudflare', 'CF-Cache-Status': 'DYNAMIC' }),
        '*': page('<!DOCTYPE html><title>Not found</title>', 404, { Server: 'cloudflare' }),
      });
      await serveSafely(
        world,
        { cert: origin.cert, key: origin.private },
        { '*': nginx404 },
        { '/ws/berths': ticking('Berth') },
        live,
      );
      return { url: SAFE };
    },
  },
  {
    name: 'certificate was renewed and the web server was reloaded, and the program at port 8443 still has the old one',
    expect: 'tls-certificate-expired',
    async start(world, authority) {
      await serveSafely(world, await trusted(authority, [HOST]), {
        '/': html(
          `let tries = 0;
(function connect() {
  const socket = new WebSocket('wss://' + location.hostname + ':8443/chat');
  socket.onopen = () => { tries = 0; state('online'); };
  socket.onmessage = ({ data }) => show(JSON.parse(data).text);
  socket.onclose = () => { state('offline'); setTimeout(connect, Math.min(500 * 2 ** tries++, 8000)); };
})();`,
          { title: 'Harbour chat', head: '<link rel="manifest" href="/site.webmanifest">' },
        ),
        '*': nginx404,
      });
      await serveSafely(
        world,
        await trusted(authority, [HOST], true),
        { '*': plain(426, 'Upgrade Required') },
        { '/chat': ticking('Said') },
        HOST,
        8443,
      );
      return { url: SAFE };
    },
  },
  {
    name: 'compose file publishes port 80 of the sockets and nothing else, and the page lies on a host with TLS and calls wss',
    expect: 'tls-port-closed',
    async start(world, authority) {
      const sockets = 'sockets.dock.example.test';
      await serveSafely(world, await trusted(authority, [HOST]), {
        '/': rawPage("'wss://sockets.' + location.hostname + '/ws'", { head: '<link rel="icon" href="data:,">' }),
        '*': page('<!doctype html><title>404</title><h1>Page not found</h1>', 404, { Server: 'Netlify' }),
      });
      await serve(world, { '*': express404 }, { '/ws': ticking('Crane') }, sockets);
      world.route(sockets, 443, await world.closedPort());
      return { url: SAFE };
    },
  },
  {
    name: 'firewall of an application gateway finds fault with the empty POST by which a hub is negotiated',
    expect: 'proxy-access-denied',
    async start(world) {
      const kestrel = { Server: 'Kestrel' };
      const denied = centered(403, 'Forbidden', 'Microsoft-Azure-Application-Gateway/v2');
      await serve(world, {
        '/': html(
          `fetch('/api/tides').then((answer) => answer.json()).then((all) => all.forEach(show));
fetch('/api/visits', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"page":"/"}' });
(async function start() {
  try {
    const answer = await fetch('/hubs/tides/negotiate?negotiateVersion=1', { method: 'POST', headers: { 'X-Requested-With': 'XMLHttpRequest', 'X-SignalR-User-Agent': 'Microsoft SignalR/8.0 (8.0.7; Unknown OS; Browser; Unknown Runtime Version)' } });
    if (!answer.ok) throw new Error("Failed to complete negotiation with the server: Error: : Status code '" + answer.status + "'");
    const { connectionToken } = await answer.json();
    const socket = new WebSocket('ws://' + location.host + '/hubs/tides?id=' + connectionToken);
    socket.onopen = () => { socket.send('{"protocol":"json","version":1}\\x1e'); state('Connected'); };
    socket.onmessage = ({ data }) => show(data);
    socket.onclose = () => setTimeout(start, 2000);
  } catch (error) { console.error('Error: ' + error.message); state('Disconnected'); setTimeout(start, 5000); }
})();`,
          { title: 'Tides' },
        ),
        '/api/tides': json(['High 06:12', 'Low 12:31'], 200, kestrel),
        '/api/visits': withBody((_body, _request, response) => void response.writeHead(204, kestrel).end()),
        '/hubs/tides/negotiate': withBody((_body, request, response) => {
          if (request.method === 'POST') denied(request, response);
          else response.writeHead(405, { ...kestrel, Allow: 'POST', 'Content-Length': 0 }).end();
        }),
        '/hubs/tides': plain(400, 'Connection ID required', kestrel),
        '*': (_request, response) => void response.writeHead(404, { ...kestrel, 'Content-Length': 0 }).end(),
      });
      return { url: HOME };
    },
  },
  {
    name: 'site hands its API on to a preview of another project, and previews are for members who are signed in at the platform',
    expect: 'proxy-auth-gate',
    async start(world) {
      const gate = page(
        '<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content="width=device-width,initial-scale=1"><title>Authentication Required</title><h1>Authentication Required</h1><noscript><meta http-equiv=refresh content="1; URL=https://vercel.example.test/sso-api?url=https%3A%2F%2Fdock-api-git-next.vercel.example.test%2F&nonce=5f1d">Authentication Required. If not redirected, follow the link.</noscript>',
        401,
        {
          Server: 'Vercel',
          'Cache-Control': 'no-store, max-age=0',
          'Set-Cookie': '_vercel_sso_nonce=5f1d; Max-Age=3600; Path=/; Secure; HttpOnly; SameSite=Lax',
          'X-Robots-Tag': 'noindex',
          'X-Vercel-Id': 'fra1::b6k2x-1731412',
        },
      );
      const found = page('<!doctype html><title>404: NOT_FOUND</title><p>Code: NOT_FOUND</p>', 404, {
        Server: 'Vercel',
        'X-Vercel-Error': 'NOT_FOUND',
      });
      await serve(world, {
        '/': html(
          `(function listen() {
  const source = new EventSource('/api/stream');
  source.onopen = () => state('live');
  source.onmessage = ({ data }) => show(data);
  source.onerror = () => { if (source.readyState !== EventSource.CLOSED) return; state('no connection, next try in 4 s'); setTimeout(listen, 4000); };
})();`,
          { title: 'Departures' },
        ),
        '*': (request, response) => {
          (request.url?.startsWith('/api/') ? gate : found)(request, response);
        },
      });
      return { url: HOME };
    },
  },
  {
    name: 'proxy of a storage station fills four kilobytes before it lets go, so readings of several seconds come at one moment',
    expect: 'proxy-buffers-stream',
    async start(world) {
      await serve(world, {
        '/': html(
          `const source = new EventSource('/sse/meters');
source.onopen = () => state('receiving');
source.onerror = () => state('waiting');
source.addEventListener('reading', ({ data }) => { const { at, text } = JSON.parse(data); show(at.slice(11, 19) + ' ' + text); });`,
          { title: 'Meters' },
        ),
        '/sse/meters': (request, response) => {
          const type = { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache', Server: 'nginx' };
          if (request.method === 'HEAD') {
            response.writeHead(200, type).end();
            return;
          }
          let held = '';
          let count = 0;
          const timer = setInterval(() => {
            const phases = Array.from({ length: 12 }, (_, phase) => ({ phase, volts: 229.4, amperes: 3.2 }));
            const reading = { at: new Date().toISOString(), text: `${(count += 1)} kWh`, phases };
            held += `id: ${count}\nevent: reading\ndata: ${JSON.stringify(reading)}\n\n`;
            if (held.length < 4096) return;
            if (!response.headersSent) response.writeHead(200, type);
            response.write(held.slice(0, 4096));
            held = held.slice(4096);
          }, 500);
          response.once('close', () => {
            clearInterval(timer);
          });
        },
        '*': nginx404,
      });
      return { url: HOME };
    },
  },
  {
    name: 'tools of a model have two pods behind one service, and what is posted often comes to the pod that has not opened the stream',
    expect: 'proxy-no-stickiness',
    async start(world) {
      const pods = ['mcp-6c9d5f7b8-2xk4q', 'mcp-6c9d5f7b8-n7vzt'].map((name) => ({
        name,
        streams: new Map<string, http.ServerResponse>(),
      }));
      const turns = [0, 0, 1, 1, 0, 1];
      let turn = 0;
      const next = (response: http.ServerResponse): (typeof pods)[number] => {
        const pod = pods[turns[turn++ % turns.length] ?? 0];
        if (pod === undefined) throw new Error('there is no such pod');
        response.setHeader('Server', 'uvicorn');
        response.setHeader('X-Pod', pod.name);
        return pod;
      };
      await serve(world, {
        '/': html(
          `let id = 0;
(function start() {
  const source = new EventSource('/sse');
  const fail = (text) => { source.close(); console.error(text); state(text); setTimeout(start, 2500); };
  source.onerror = () => fail('SSE error: Non-200 status code');
  source.addEventListener('endpoint', async ({ data }) => {
    const post = async (message) => {
      const answer = await fetch(data, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ jsonrpc: '2.0', ...message }) });
      if (!answer.ok) throw new Error('Error POSTing to endpoint (HTTP ' + answer.status + '): ' + (await answer.text()));
    };
    try {
      await post({ id: ++id, method: 'initialize', params: { protocolVersion: '2024-11-05', capabilities: {}, clientInfo: { name: 'inspector', version: '0.14.0' } } });
      await post({ method: 'notifications/initialized' });
      await post({ id: ++id, method: 'tools/list' });
      state('Connected');
    } catch (error) { fail(error.message); }
  });
  source.addEventListener('message', ({ data }) => { for (const { name } of JSON.parse(data).result?.tools ?? []) show(name); });
})();`,
          { title: 'Inspector' },
        ),
        '/sse': (_request, response) => {
          const { streams } = next(response);
          const session = Array.from({ length: 32 }, () => Math.floor(Math.random() * 16).toString(16)).join('');
          response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
          response.write(`event: endpoint\ndata: /messages/?session_id=${session}\n\n`);
          streams.set(session, response);
          response.once('close', () => streams.delete(session));
        },
        '/messages/': withBody((body, request, response) => {
          const { streams } = next(response);
          const stream = streams.get(queryOf(request).get('session_id') ?? '');
          if (stream === undefined) {
            plain(404, 'Could not find session')(request, response);
            return;
          }
          const { id, method } = JSON.parse(body) as { id?: number; method: string };
          plain(202, 'Accepted')(request, response);
          const result =
            method === 'tools/list'
              ? { tools: [{ name: 'find_berth', inputSchema: { type: 'object' } }] }
              : {
                  protocolVersion: '2024-11-05',
                  capabilities: { tools: {} },
                  serverInfo: { name: 'dock', version: '1' },
                };
          if (id !== undefined)
            stream.write(`event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', id, result })}\n\n`);
        }),
        '*': nginx404,
      });
      return { url: HOME };
    },
  },
  {
    name: 'ingress of the chat has the target / for whatever is below its folder, so each path of Socket.IO becomes the root',
    expect: 'proxy-path-stripped',
    async start(world) {
      const chat: http.RequestListener = (request, response) => {
        request.url = '/';
        express404(request, response);
      };
      await serve(world, {
        '/': socketIoPage(
          'location.origin',
          "{ path: '/chat/socket.io' }",
          "socket.on('said', ({ text }) => show(text));",
        ),
        '/client.js': socketIoClient,
        '*': (request, response) => {
          request.resume();
          (request.url?.startsWith('/chat/') ? chat : nginx404)(request, response);
        },
      });
      return { url: HOME };
    },
  },
  {
    name: 'every name below the house leads to its proxy manager, which nobody has told of the one for the sockets',
    expect: 'proxy-host-unknown',
    async start(world) {
      const openresty = { Server: 'openresty' };
      await serve(world, {
        '/': rawPage("'ws://push.' + location.host + '/socket'", {
          more: "fetch('/api/lamps').then((answer) => answer.json()).then((all) => all.forEach(show));",
        }),
        '/api/lamps': json(['Hall', 'Stairs'], 200, openresty),
        '*': centered(404, 'Not Found', 'openresty'),
      });
      await serve(
        world,
        {
          '*': page(
            `<!DOCTYPE html>
<html lang="en">
<head><title>Default Site</title></head>
<body><div class="jumbotron"><h1>Congratulations!</h1>
<p>You've successfully started the Nginx Proxy Manager.</p>
<p>If you're seeing this site then you're trying to access a host that isn't set up yet.</p>
<p>Log in to the Admin panel to get started.</p></div></body>
</html>
`,
            200,
            openresty,
          ),
        },
        {},
        'push.dock.example.test',
      );
      return { url: HOME };
    },
  },
  {
    name: 'edge with the flexible kind of TLS asks the origin in plain words, which sends each poll to the address where it came from',
    expect: 'proxy-scheme-not-forwarded',
    async start(world, authority) {
      const cloudflare = { Server: 'cloudflare', 'CF-RAY': '8e1c5b2d6f7a9c01-HAM' };
      await serveSafely(world, await trusted(authority, [HOST]), {
        '/': page(
          html(
            `let since = 0;
(async function poll() {
  try {
    const answer = await fetch('/api/notices?since=' + since);
    for (const { id, text } of await answer.json()) { since = id; show(text); }
    state('up to date');
  } catch (error) { console.warn(error.message); state('offline'); }
  setTimeout(poll, 3000);
})();`,
            { title: 'Notices', head: '<link rel="icon" href="/favicon.ico">' },
          ),
          200,
          { ...cloudflare, 'CF-Cache-Status': 'HIT', Age: '412' },
        ),
        '*': (request, response) => {
          const to = `https://${HOST}${request.url ?? '/'}`;
          page(
            `<!DOCTYPE html>\n<html><head><meta charset="UTF-8" /><title>Redirecting to ${to}</title></head><body>Redirecting to <a href="${to}">${to}</a>.</body></html>`,
            301,
            { ...cloudflare, Location: to, 'CF-Cache-Status': 'DYNAMIC' },
          )(request, response);
        },
      });
      return { url: SAFE };
    },
  },
  {
    name: 'service of the sockets was suspended at its platform, which says so for every path',
    expect: 'upstream-down',
    async start(world) {
      const live = 'dock-live.onrender.example.test';
      await serve(world, {
        '/': rawPage(`'ws://${live}/ws'`, {
          more: "fetch('/quays.json').then((answer) => answer.json()).then((all) => all.forEach(show));",
        }),
        '/quays.json': json(['North quay', 'South quay']),
        '*': notFound,
      });
      const suspended = page(
        '<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8"><title>Service Suspended</title></head>\n<body>\n<h1>Service Suspended</h1>\n<p>This service has been suspended by its owner.</p>\n</body>\n</html>\n',
        503,
        { Server: 'cloudflare', 'X-Render-Routing': 'suspend-by-user', 'Rndr-Id': '1c7f2a90-5b1d-4c0e' },
      );
      await serve(world, { '*': suspended }, {}, live);
      return { url: HOME };
    },
  },
  {
    name: 'hosting panel runs the chat in a folder of the site, and its script ends with an error whenever the panel starts it',
    expect: 'backend-not-started',
    async start(world) {
      const failed = page(
        `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Web application could not be started</title></head>
<body><h1>We're sorry, but something went wrong.</h1>
<p>The issue has been logged for investigation. Please try again later.</p>
<h2>Technical details for the administrator of this website</h2>
<p>Web application could not be started by the Phusion Passenger(R) application server.</p>
<dl><dt>Error ID:</dt><dd>3f0b9c1e</dd></dl>
<p>Please read the Passenger log file to find the details of the error.</p>
</body>
</html>
`,
        500,
        { Server: 'Apache', 'X-Powered-By': 'Phusion Passenger(R) 6.0.20', Status: '500 Internal Server Error' },
      );
      await serve(world, {
        '/': socketIoPage(
          'location.origin',
          "{ path: '/talk/socket.io', reconnectionDelay: 1500 }",
          "socket.on('said', ({ text }) => show(text));",
        ),
        '/client.js': socketIoClient,
        '*': (request, response) => {
          request.resume();
          const missing = page('<!DOCTYPE HTML><title>404 Not Found</title><h1>Not Found</h1>', 404, {
            Server: 'Apache',
          });
          (request.url?.startsWith('/talk') ? failed : missing)(request, response);
        },
      });
      return { url: HOME };
    },
  },
  {
    name: 'pod that is replaced disconnects its clients of Socket.IO itself, after which the library does not come back unless asked',
    expect: 'client-no-reconnect',
    async start(world) {
      const { server, port } = await serve(world, {
        '/': socketIoPage(
          'location.origin',
          "{ transports: ['websocket'], auth: { visit: Math.random().toString(36).slice(2) } }",
          "socket.on('said', ({ text }) => show(text)); socket.on('draining', ({ pod }) => console.info('pod ' + pod + ' is being replaced'));",
        ),
        '/client.js': socketIoClient,
        '/say': sayer((text) => io.emit('said', { text })),
        '*': express404,
      });
      server.removeAllListeners('upgrade');
      const io = new SocketIo(server, { serveClient: false });
      world.onStop(() => void io.close());
      const drained = new Set<string>();
      io.on('connection', (socket) => {
        socket.emit('said', { text: 'welcome' });
        const visit = String((socket.handshake.auth as { visit?: string }).visit);
        if (drained.has(visit)) return;
        drained.add(visit);
        setTimeout(() => {
          socket.emit('draining', { pod: 'chat-7f9c-xw2l' });
          socket.disconnect(true);
        }, 1500);
      });
      return { url: HOME, publish: saying(port) };
    },
  },
  {
    name: 'worker at the edge accepts each socket itself and never says which of the offered protocols it has chosen',
    expect: 'subprotocol-unanswered',
    async start(world) {
      const graph = 'graph.dock.example.test';
      await serve(world, {
        '/': html(
          `let wait = 1000;
(function connect() {
  const socket = new WebSocket('ws://${graph}/graphql', 'graphql-transport-ws');
  socket.onopen = () => { wait = 1000; socket.send('{"type":"connection_init"}'); };
  socket.onmessage = ({ data }) => {
    const { type, payload } = JSON.parse(data);
    if (type === 'connection_ack') { state('connected'); socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: 'subscription { arrivals { ship } }' } })); }
    if (type === 'next') show(payload.data.arrivals.ship);
  };
  socket.onclose = () => { state('reconnecting'); setTimeout(connect, wait); wait = Math.min(wait * 2, 8000); };
})();`,
          { title: 'Arrivals' },
        ),
        '*': notFound,
      });
      const listener = routes({
        '/graphql': plain(426, 'Expected Upgrade: websocket', { Server: 'cloudflare' }),
        '*': plain(404, 'Not found', { Server: 'cloudflare' }),
      });
      const { server, port } = await world.http(listener);
      endpoint(
        server,
        '/graphql',
        (socket) => {
          socket.on('error', () => undefined);
          socket.on('message', (data) => {
            const { type, id } = JSON.parse(textOf(data)) as { type: string; id?: string };
            if (type === 'connection_init') socket.send('{"type":"connection_ack"}');
            if (type === 'subscribe')
              socket.send(JSON.stringify({ id, type: 'next', payload: { data: { arrivals: { ship: 'Amalia' } } } }));
          });
        },
        { handleProtocols: () => false },
      );
      routeOthers(server, ['/graphql'], listener);
      world.route(graph, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'label for the port was forgotten, so the router leads the host of the sockets to the port of the measurements',
    expect: 'proxy-wrong-upstream',
    async start(world) {
      await serve(world, {
        '/': rawPage("'ws://hub.' + location.host + '/v1/socket'", { head: '<link rel="icon" href="/icon.svg">' }),
        '*': nginx404,
      });
      await serve(
        world,
        {
          '/': page(
            '<html>\n<head><title>Dockhub Exporter</title></head>\n<body>\n<h1>Dockhub Exporter</h1>\n<p><a href="/metrics">Metrics</a></p>\n</body>\n</html>\n',
          ),
          '/metrics': plain(
            200,
            '# HELP dockhub_listeners Listeners of this process.\n# TYPE dockhub_listeners gauge\ndockhub_listeners{addr=":8080",handler="websocket"} 1\ndockhub_listeners{addr=":9102",handler="metrics"} 1\n# HELP dockhub_sockets_open Sockets that are open.\n# TYPE dockhub_sockets_open gauge\ndockhub_sockets_open 0\n',
            { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' },
          ),
          '*': go404,
        },
        {},
        'hub.dock.example.test',
      );
      return { url: HOME };
    },
  },
];

const healthy: readonly Unseen[] = [
  {
    name: 'free instance sleeps, says 503 while it is woken, and the page asks until it is there and connects then',
    expect: 'healthy',
    async start(world) {
      const chat = new Chat();
      const woken = new Map<string, number>();
      const { port } = await serve(
        world,
        {
          '/': html(
            `const visit = Math.random().toString(36).slice(2);
const connect = () => {
  const socket = new WebSocket('ws://' + location.host + '/live');
  socket.onopen = () => state('connected');
  socket.onmessage = ({ data }) => { const { text } = JSON.parse(data); if (text) show(text); };
  socket.onclose = () => { state('waking'); setTimeout(wake, 1000); };
};
async function wake() {
  const answer = await fetch('/ready?visit=' + visit).catch(() => ({ ok: false }));
  if (answer.ok) connect(); else { state('waking'); setTimeout(wake, 1200); }
}
wake();`,
            { title: 'Ferry' },
          ),
          '/ready': (request, response) => {
            const visit = queryOf(request).get('visit') ?? '';
            const asked = (woken.get(visit) ?? 0) + 1;
            woken.set(visit, asked);
            if (asked < 4)
              page('<!DOCTYPE html><title>Service waking up</title>', 503, {
                'X-Render-Routing': 'hibernate-wake-error',
                'Retry-After': '1',
              })(request, response);
            else json({ ready: true })(request, response);
          },
          '/say': chat.publish,
          '*': express404,
        },
        {
          '/live': (socket) => {
            chat.join(socket);
          },
        },
      );
      return { url: HOME, publish: saying(port) };
    },
  },
  {
    name: 'edge puts scripts for its counting of visitors into the page, whose host has no record and whose path is missing',
    expect: 'healthy',
    async start(world) {
      const chat = new Chat();
      const cloudflare = { Server: 'cloudflare' };
      const { port } = await serve(
        world,
        {
          '/': rawPage("'ws://' + location.host + '/ws'", {
            beat: 3000,
            head: '<script defer src="http://static.beacon.example.test/beacon.min.js" data-cf-beacon="{}"></script><script defer src="/cdn-cgi/challenge-platform/scripts/jsd/main.js"></script>',
            more: "setTimeout(() => fetch('/cdn-cgi/rum?', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' }).catch(() => {}), 1500);",
          }),
          '/say': chat.publish,
          '*': (request, response) => {
            request.resume();
            page('<!DOCTYPE html><title>Not Found</title>', 404, cloudflare)(request, response);
          },
        },
        {
          '/ws': (socket) => {
            chat.join(socket);
            socket.on('message', () => {
              socket.send('{"type":"pong"}');
            });
          },
        },
      );
      return { url: HOME, publish: saying(port) };
    },
  },
  {
    name: 'gateway of AWS answers each beat of the page with Forbidden, because there is no route for it, and delivers all the same',
    expect: 'healthy',
    async start(world) {
      const api = 'w4kq1z7p.execute-api.example.test';
      const chat = new Chat();
      await serve(world, {
        '/': html(
          `(function connect() {
  const socket = new WebSocket('ws://${api}/prod');
  let beat;
  socket.onopen = () => { state('connected'); beat = setInterval(() => socket.send('{"action":"ping"}'), 2000); };
  socket.onmessage = ({ data }) => { const { text } = JSON.parse(data); if (text) show(text); };
  socket.onclose = () => { clearInterval(beat); state('connecting'); setTimeout(connect, 1000); };
})();`,
          { title: 'Gates' },
        ),
        '*': page('<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code></Error>', 403, {
          Server: 'AmazonS3',
          'Content-Type': 'application/xml',
        }),
      });
      const { port } = await serve(
        world,
        {
          '/say': chat.publish,
          '/prod': json({ message: 'Missing Authentication Token' }, 403, {
            'X-Amzn-ErrorType': 'MissingAuthenticationTokenException',
          }),
          '*': json({ message: 'Forbidden' }, 403, { 'X-Amzn-ErrorType': 'ForbiddenException' }),
        },
        {
          '/prod': (socket) => {
            chat.join(socket, null);
            let count = 0;
            socket.on('message', () => {
              const requestId = `Yk2bF${(count += 1)}GliAMFq3g=`;
              socket.send(JSON.stringify({ message: 'Forbidden', connectionId: 'Yk2bEcTfliACGxQ=', requestId }));
            });
          },
        },
        api,
      );
      return { url: HOME, publish: saying(port) };
    },
  },
  {
    name: 'visitor writes http, is led to https and from there without www, and the page has its socket by TLS',
    expect: 'healthy',
    async start(world, authority) {
      const www = 'www.dock.example.test';
      const chat = new Chat();
      const to: http.RequestListener = (request, response) => {
        const target = 'encrypted' in request.socket ? HOST : (request.headers.host ?? www);
        centered(301, 'Moved Permanently', 'nginx', { Location: `https://${target}${request.url ?? '/'}` })(
          request,
          response,
        );
      };
      const pems = await trusted(authority, [HOST, www]);
      await serveSafely(
        world,
        pems,
        {
          '/': rawPage("'wss://' + location.host + '/ws'"),
          '*': nginx404,
        },
        {
          '/ws': (socket) => {
            chat.join(socket);
          },
        },
      );
      await serveSafely(world, pems, { '*': to }, {}, www);
      const { port } = await serve(world, { '*': to }, {}, www);
      world.route(HOST, 80, port);
      const { port: inside } = await serve(world, { '/say': chat.publish }, {}, 'inside.dock.example.test');
      return { url: `http://${www}/`, publish: saying(inside) };
    },
  },
  {
    name: 'page asks the gate of the house who is there, this site has no gate, and its stream has nothing but comments to tell',
    expect: 'healthy',
    async start(world) {
      await serve(world, {
        '/': html(
          `fetch('/cdn-cgi/access/get-identity').then(async (answer) => { if (answer.ok) document.querySelector('h1').append(' - ' + (await answer.json()).email); });
const source = new EventSource('/events');
source.onopen = () => state('listening');
source.onerror = () => state('waiting');
source.onmessage = ({ data }) => show(data);`,
          { title: 'Alarms' },
        ),
        '/events': (_request, response) => {
          response.writeHead(200, {
            'Content-Type': 'text/event-stream',
            'Cache-Control': 'no-cache',
            'X-Accel-Buffering': 'no',
            Server: 'cloudflare',
          });
          response.write(': connected\n\n');
          const beat = setInterval(() => response.write(': keep-alive\n\n'), 2500);
          response.once('close', () => {
            clearInterval(beat);
          });
        },
        '*': page('<!DOCTYPE html><title>Not Found</title>', 404, { Server: 'cloudflare' }),
      });
      return { url: HOME };
    },
  },
  {
    name: 'load balancer hands out its two cookies with each answer, Socket.IO polls twice with them and goes on by a socket',
    expect: 'healthy',
    async start(world) {
      const { server, port } = await serve(world, {
        '/': socketIoPage(
          'location.origin',
          '{ withCredentials: true }',
          "socket.on('said', ({ text }) => show(text));",
        ),
        '/client.js': socketIoClient,
        '/say': sayer((text) => io.emit('said', { text })),
        '*': express404,
      });
      server.removeAllListeners('upgrade');
      const io = new SocketIo(server, { serveClient: false });
      world.onStop(() => void io.close());
      io.engine.on('headers', (headers: Record<string, unknown>) => {
        headers['Set-Cookie'] = ['AWSALB=q7Zt0h1x; Path=/', 'AWSALBCORS=q7Zt0h1x; Path=/; SameSite=None; Secure'];
      });
      return { url: HOME, publish: saying(port) };
    },
  },
  {
    name: 'one of the long polls falls into the moment in which a container is exchanged, and the next one is answered again',
    expect: 'healthy',
    async start(world) {
      const said: string[] = [];
      const asked = new Map<string, number>();
      const waiting = new Set<() => void>();
      const bad = centered(502, 'Bad Gateway', 'nginx/1.27.3');
      const { port } = await serve(world, {
        '/': html(
          `const visit = Math.random().toString(36).slice(2);
let after = 0;
(async function poll() {
  try {
    const answer = await fetch('/api/poll?visit=' + visit + '&after=' + after);
    if (!answer.ok) throw new Error('HTTP ' + answer.status);
    const { next, messages } = await answer.json();
    after = next;
    messages.forEach(show);
    state('connected');
    poll();
  } catch (error) { state('retrying: ' + error.message); setTimeout(poll, 1000); }
})();`,
          { title: 'Locks' },
        ),
        '/api/poll': (request, response) => {
          const visit = queryOf(request).get('visit') ?? '';
          const after = Number(queryOf(request).get('after') ?? 0);
          const turn = (asked.get(visit) ?? 0) + 1;
          asked.set(visit, turn);
          if (turn === 2) {
            bad(request, response);
            return;
          }
          const answer = (): void => {
            waiting.delete(answer);
            clearTimeout(timer);
            json({ next: said.length, messages: said.slice(after) })(request, response);
          };
          const timer = setTimeout(answer, turn === 1 ? 300 : 4000);
          waiting.add(answer);
          response.once('close', () => {
            waiting.delete(answer);
            clearTimeout(timer);
          });
        },
        '/say': sayer((text) => {
          said.push(text);
          for (const answer of waiting) answer();
        }),
        '*': nginx404,
      });
      return { url: HOME, publish: saying(port) };
    },
  },
  {
    name: 'page of a storage station tries the port of the station first, which the router does not let in, and takes the relay',
    expect: 'healthy',
    async start(world) {
      const chat = new Chat();
      const direct = 'station.dock.example.test';
      const relay = 'relay.dock.example.test';
      await serve(world, {
        '/': html(
          `const ways = ['ws://${direct}:5000/webman/live', 'ws://${relay}/webman/live'];
let way = 0;
(function connect() {
  const socket = new WebSocket(ways[way]);
  let opened = false;
  socket.onopen = () => { opened = true; state(way === 0 ? 'connected directly' : 'connected by relay'); };
  socket.onmessage = ({ data }) => { const { text } = JSON.parse(data); if (text) show(text); };
  socket.onclose = () => { if (!opened) way = 1; setTimeout(connect, opened ? 1000 : 100); };
})();`,
          { title: 'Station' },
        ),
        '*': nginx404,
      });
      world.route(direct, 5000, await world.closedPort());
      const { port } = await serve(
        world,
        { '/say': chat.publish, '*': nginx404 },
        {
          '/webman/live': (socket: WebSocket) => {
            chat.join(socket);
          },
        },
        relay,
      );
      return { url: HOME, publish: saying(port) };
    },
  },
  {
    name: 'console of a cluster reads its applications line by line from an answer that stays open, and all of them are in sync',
    expect: 'healthy',
    async start(world) {
      await serve(world, {
        '/': html(
          `fetch('/api/v1/session/userinfo').then((answer) => answer.json()).then(({ loggedIn, username }) => { if (loggedIn) document.querySelector('h1').append(' - ' + username); });
fetch('/assets/custom.styles.css');
(async function watch() {
  try {
    const answer = await fetch('/api/v1/stream/applications?resourceVersion=80412');
    state('watching');
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read())
      for (const line of part.value.split('\\n').filter(Boolean)) { const { application } = JSON.parse(line).result; show(application.metadata.name + ' ' + application.status.sync.status); }
  } catch { state('connection lost'); }
  setTimeout(watch, 1000);
})();`,
          { title: 'Applications' },
        ),
        '/api/v1/session/userinfo': json({ loggedIn: true, username: 'watch' }),
        '/api/v1/stream/applications': (_request, response) => {
          response.writeHead(200, {
            'Content-Type': 'application/json',
            'Grpc-Metadata-Content-Type': 'application/grpc',
          });
          for (const name of ['gates', 'tides']) {
            const application = {
              metadata: { name },
              status: { sync: { status: 'Synced' }, health: { status: 'Healthy' } },
            };
            response.write(`${JSON.stringify({ result: { type: 'ADDED', application } })}\n`);
          }
        },
        '*': go404,
      });
      return { url: HOME };
    },
  },
];

export const blindTen: readonly Unseen[] = [...broken, ...healthy];
