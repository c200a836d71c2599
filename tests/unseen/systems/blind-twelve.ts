/** What self-hosters get wrong at the edge and on the way, and what works there though it looks odd. Their author knew no rule of the diagnosis. */
import type http from 'node:http';
import { Server as SocketIo } from 'socket.io';
import { guarded, plain, raw, sayer } from './blind-servers.ts';
import { html, rawPage, socketIoPage } from './pages.ts';
import { centered, page, saying, servingAt, servingSafelyAt, taken, ticking, trusted, withBody } from './programs.ts';
import { Chat, express404, go404, json, routeOthers, routes, socketIoClient, type Routes } from './servers.ts';
import type { Unseen } from './unseen.ts';

const HOST = 'attic.example.test';
const HOME = `http://${HOST}/`;
const SAFE = `https://${HOST}/`;

const serve = servingAt(HOST);
const serveSafely = servingSafelyAt(HOST);

const nginx404 = centered(404, 'Not Found');

const apache404 = page(
  '<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>404 Not Found</title>\n</head><body>\n<h1>Not Found</h1>\n<p>The requested URL was not found on this server.</p>\n</body></html>\n',
  404,
  { 'Content-Type': 'text/html; charset=iso-8859-1', Server: 'Apache/2.4.62 (Debian)' },
);

/** The path of a request. */
const pathOf = (request: http.IncomingMessage): string => (request.url ?? '/').split('?')[0] ?? '/';

/** Event streams that are open, with what is said at once and a comment every so often. */
class Streams {
  private readonly open = new Set<http.ServerResponse>();

  answer(headers: http.OutgoingHttpHeaders = {}, first = ': connected\n\n', every = 3000): http.RequestListener {
    return (request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache', ...headers });
      if (request.method === 'HEAD') {
        response.end();
        return;
      }
      response.write(first);
      this.open.add(response);
      const beat = setInterval(() => response.write(': keep-alive\n\n'), every);
      response.once('close', () => {
        clearInterval(beat);
        this.open.delete(response);
      });
    };
  }

  readonly say = sayer((text) => {
    for (const response of this.open) response.write(`data: ${text}\n\n`);
  });
}

const broken: readonly Unseen[] = [
  {
    name: 'Apache asks Streamlit by its inner address, since nobody told it to keep the Host, and Tornado takes the visitor for a foreigner',
    expect: 'proxy-host-rewritten',
    async start(world) {
      const tornado = { Server: 'TornadoServer/6.4.1' };
      const index = html(
        `let tries = 0;
const later = () => { state('CONNECTING'); setTimeout(ping, Math.min(500 * 2 ** tries++, 60000)); };
async function ping() {
  try {
    const answers = await Promise.all([fetch('/_stcore/health'), fetch('/_stcore/host-config')]);
    if (answers.every(({ ok }) => ok)) connect(); else later();
  } catch { later(); }
}
function connect() {
  const socket = new WebSocket('ws://' + location.host + '/_stcore/stream', ['streamlit', 'PLACEHOLDER_AUTH_TOKEN']);
  socket.binaryType = 'arraybuffer';
  socket.onopen = () => { tries = 0; state('CONNECTED'); };
  socket.onmessage = ({ data }) => show(new TextDecoder().decode(data));
  socket.onclose = later;
}
ping();`,
        { title: 'Rainfall' },
      );
      const listener = routes({
        '/_stcore/health': plain(200, 'ok', tornado),
        '/_stcore/host-config': json({ allowedOrigins: [], useExternalAuthToken: false }, 200, tornado),
        '/_stcore/stream': page('Can "Upgrade" only to "WebSocket".', 400, tornado),
        '*': page(index, 200, tornado),
      });
      const { server, port } = await world.http(listener);
      const known = ['127.0.0.1:8501', 'localhost', '127.0.0.1', '0.0.0.0'];
      guarded(
        server,
        '/_stcore/stream',
        ({ headers }) => {
          if (headers.origin === undefined) return undefined;
          const origin = URL.canParse(headers.origin) ? new URL(headers.origin) : undefined;
          if (origin && (known.includes(origin.host) || known.includes(origin.hostname))) return undefined;
          return raw(403, 'Cross origin websockets not allowed', ['Server: TornadoServer/6.4.1']).replace(
            'text/plain; charset=utf-8',
            'text/html; charset=UTF-8',
          );
        },
        (socket) => {
          socket.send(Buffer.from('rain 4 mm'));
        },
      );
      routeOthers(server, ['/_stcore/stream'], listener);
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'reverse proxy of a Synology has no custom headers for this site, and Uptime Kuma connects by WebSocket and in no other way',
    expect: 'proxy-upgrade-missing',
    async start(world) {
      const kuma = { Server: 'nginx' };
      const table: Routes = {
        '/': socketIoPage(
          'location.origin',
          "{ transports: ['websocket'] }",
          `socket.on('connect_error', (error) => { const text = 'Cannot connect to the socket server. [' + error + '] Reconnecting...'; console.error('Failed to connect to the backend. Socket.io connect_error: ' + error.message); state(text); });
socket.on('info', ({ version }) => show('Version ' + version));`,
        ),
        '/client.js': socketIoClient,
        '/api/entry-page': json({ type: 'entryPage', entryPage: 'dashboard' }, 200, kuma),
        '*': express404,
      };
      const { server } = await serve(world, table);
      server.removeAllListeners('upgrade');
      const io = new SocketIo(server, { serveClient: false, transports: ['websocket'] });
      world.onStop(() => void io.close());
      // What the proxy hands on says nothing of an upgrade.
      server.removeAllListeners('upgrade');
      routeOthers(
        server,
        [],
        routes({ ...table, '/socket.io/': json({ code: 3, message: 'Bad request' }, 400, kuma) }),
      );
      return { url: HOME };
    },
  },
  {
    name: 'HAProxy of the firewall gives a server four seconds to say the next word, and the doorbell beats every fifteen',
    expect: 'proxy-idle-timeout',
    async start(world) {
      const touched = new Map<http.ServerResponse, () => void>();
      const { port } = await serve(world, {
        '/': html(
          `const source = new EventSource('/api/rings');
source.onopen = () => state('connected');
source.onerror = () => state('connection lost, reconnecting');
source.addEventListener('ring', ({ data }) => show(data));`,
          { title: 'Doorbell' },
        ),
        '/api/rings': (request, response) => {
          response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' });
          if (request.method === 'HEAD') {
            response.end();
            return;
          }
          let cut: NodeJS.Timeout | undefined;
          const touch = (): void => {
            clearTimeout(cut);
            cut = setTimeout(() => request.socket.destroy(), 4000);
          };
          response.write('retry: 1000\n\n');
          touch();
          touched.set(response, touch);
          const beat = setInterval(() => {
            response.write(': beat\n\n');
            touch();
          }, 15_000);
          response.once('close', () => {
            clearTimeout(cut);
            clearInterval(beat);
            touched.delete(response);
          });
        },
        '/say': sayer((text) => {
          for (const [response, touch] of touched) {
            response.write(`event: ring\ndata: ${text}\n\n`);
            touch();
          }
        }),
        '*': express404,
      });
      return { url: HOME, publish: saying(port) };
    },
  },
  {
    name: 'quick tunnel of Cloudflare was meant for a test, and hands out the events of a backup when the backup is over',
    expect: 'proxy-buffers-stream',
    async start(world) {
      const host = 'attic-lamp-river-blue.trycloudflare.example.test';
      const cloudflare = { Server: 'cloudflare', 'CF-RAY': '8f1c2ad94e0b1e5c-FRA', 'CF-Cache-Status': 'DYNAMIC' };
      await serve(
        world,
        {
          '/': html(
            `function follow(job) {
  const source = new EventSource('/api/jobs/' + job + '/events');
  source.onopen = () => state('backup ' + job + ' is running');
  source.addEventListener('progress', ({ data }) => { const { at, percent } = JSON.parse(data); show(at.slice(11, 23) + ' ' + percent + ' %'); });
  source.addEventListener('done', () => { source.close(); state('backup ' + job + ' is done'); setTimeout(follow, 500, job + 1); });
}
follow(81);`,
            { title: 'Backups' },
          ),
          '*': (request, response) => {
            if (!/^\/api\/jobs\/\d+\/events$/.test(pathOf(request))) {
              json({ detail: 'Not Found' }, 404, cloudflare)(request, response);
              return;
            }
            response.writeHead(200, {
              'Content-Type': 'text/event-stream; charset=utf-8',
              'Cache-Control': 'no-store',
              'X-Accel-Buffering': 'no',
              ...cloudflare,
            });
            if (request.method === 'HEAD') {
              response.end();
              return;
            }
            response.flushHeaders();
            let held = '';
            let percent = 0;
            const timer = setInterval(() => {
              held += `event: progress\ndata: ${JSON.stringify({ at: new Date().toISOString(), percent: (percent += 10) })}\n\n`;
              if (percent < 100) return;
              clearInterval(timer);
              response.end(`${held}event: done\ndata: {}\n\n`);
            }, 500);
            response.once('close', () => {
              clearInterval(timer);
            });
          },
        },
        {},
        host,
      );
      return { url: `http://${host}/` };
    },
  },
  {
    name: 'certbot was asked for the site with and without www, and the new name of the sockets shows the same certificate',
    expect: 'tls-certificate-name',
    async start(world, authority) {
      const live = 'live.attic.example.test';
      await serveSafely(
        world,
        await trusted(authority, [HOST, `www.${HOST}`]),
        {
          '/': rawPage(`'wss://${live}/ws'`, {
            more: "fetch('/api/lamps').then((answer) => answer.json()).then((all) => all.forEach(show));",
          }),
          '/api/lamps': json(['Lamp 1', 'Lamp 2'], 200, { Server: 'nginx/1.24.0 (Ubuntu)' }),
          '*': centered(404, 'Not Found', 'nginx/1.24.0 (Ubuntu)'),
        },
        { '/ws': ticking('Lamp') },
        [HOST, live],
      );
      return { url: SAFE };
    },
  },
  {
    name: 'page lies with a host of files and its API behind a free ngrok address, which shows browsers a warning first',
    expect: 'proxy-auth-gate',
    async start(world) {
      const api = 'tidy-mole-promptly.ngrok-free.example.test';
      const notice = page(
        `<!DOCTYPE html>\n<html class="h-full" lang="en-US" dir="ltr">\n  <head>\n    <meta charset="utf-8">\n    <meta name="author" content="ngrok">\n    <meta name="description" content="ngrok is the fastest way to put anything on the internet with a single command.">\n    <meta name="robots" content="noindex, nofollow">\n  </head>\n  <body class="h-full" id="ngrok">\n    <div id="root"></div>\n    <noscript>You are about to visit ${api}, served by 203.0.113.9. This website is served for free through ngrok.com. You should only visit this website if you trust whoever sent the link to you. (ERR_NGROK_6024)</noscript>\n  </body>\n</html>\n`,
        200,
        { 'Content-Type': 'text/html', 'Ngrok-Error-Code': 'ERR_NGROK_6024', 'Ngrok-Agent-Ips': '203.0.113.9' },
      );
      const cors = { 'Access-Control-Allow-Origin': '*', 'Ngrok-Agent-Ips': '203.0.113.9', 'X-Powered-By': 'Express' };
      const streams = new Streams();
      const behind = routes({
        '/api/orders': json([{ id: 7, text: 'Order 7' }], 200, cors),
        '/api/stream': streams.answer(cors, 'data: Order 8\n\n'),
        '*': express404,
      });
      await serve(world, {
        '/': html(
          `fetch('http://${api}/api/orders').then((answer) => answer.json()).then((all) => all.forEach(({ text }) => show(text))).catch((error) => console.error('Could not load orders', error));
(function listen() {
  const source = new EventSource('http://${api}/api/stream');
  source.onopen = () => state('live');
  source.onmessage = ({ data }) => show(data);
  source.onerror = () => { state('offline'); if (source.readyState === EventSource.CLOSED) setTimeout(listen, 3000); };
})();`,
          { title: 'Kitchen' },
        ),
        '*': page('<!doctype html><title>Page not found</title>', 404, { Server: 'Netlify' }),
      });
      await serve(
        world,
        {
          '*': (request, response) => {
            const { headers } = request;
            const browser = /mozilla/i.test(headers['user-agent'] ?? '');
            const passed = 'ngrok-skip-browser-warning' in headers || headers.cookie?.includes('abuse_interstitial');
            (browser && !passed && request.method === 'GET' ? notice : behind)(request, response);
          },
        },
        {},
        api,
      );
      return { url: HOME };
    },
  },
  {
    name: 'proxy manager was told to block common exploits, and takes the topic of a hub, which is an address, for one',
    expect: 'proxy-access-denied',
    async start(world) {
      const served = { Server: 'openresty', 'X-Served-By': HOST };
      const denied = centered(403, 'Forbidden', 'openresty');
      const hub = new Streams().answer(served, ':\n');
      await serve(world, {
        '/': html(
          `(function listen() {
  const source = new EventSource('/.well-known/mercure?topic=http://${HOST}/lamps/{id}');
  source.onopen = () => state('subscribed');
  source.onmessage = ({ data }) => show(JSON.parse(data).name);
  source.onerror = () => { state('not subscribed'); if (source.readyState === EventSource.CLOSED) setTimeout(listen, 2500); };
})();
fetch('/api/lamps').then((answer) => answer.json()).then((all) => all.forEach(({ name }) => show(name)));`,
          { title: 'Lamps' },
        ),
        '/api/lamps': json([{ id: 1, name: 'Stairs' }], 200, served),
        '/.well-known/mercure': (request, response) => {
          const query = (request.url ?? '').split('?').slice(1).join('?');
          if (/[a-zA-Z0-9_]=http:\/\//.test(query)) denied(request, response);
          else if (query.includes('topic=')) hub(request, response);
          else plain(400, 'Missing "topic" parameter.\n', served)(request, response);
        },
        '*': centered(404, 'Not Found', 'openresty'),
      });
      return { url: HOME };
    },
  },
  {
    name: 'drawing on a shared board has grown beyond the megabyte that nginx lets a visitor post, and the board polls',
    expect: 'payload-too-large',
    async start(world) {
      const { server } = await serve(world, {
        '/': socketIoPage(
          'location.origin',
          "{ transports: ['polling'] }",
          `const stroke = (id) => ({ id, type: 'freedraw', points: Array.from({ length: 120 }, (_, at) => [at * 1.25, at * 0.75]) });
const elements = Array.from({ length: 1200 }, (_, id) => stroke(id));
socket.on('connect', () => { socket.emit('join-room', 'attic'); socket.emit('server-broadcast', 'attic', elements); });
socket.on('client-broadcast', ({ text }) => show(text));`,
        ),
        '/client.js': socketIoClient,
        '*': express404,
      });
      server.removeAllListeners('upgrade');
      const io = new SocketIo(server, { serveClient: false, maxHttpBufferSize: 1e8, transports: ['polling'] });
      world.onStop(() => void io.close());
      const inside = server.listeners('request') as http.RequestListener[];
      const tooLarge = taken(
        centered(413, 'Request Entity Too Large', 'nginx/1.24.0 (Ubuntu)', { Connection: 'close' }),
      );
      server.removeAllListeners('request');
      server.on(
        'request',
        (request: http.IncomingMessage, response: http.ServerResponse & { req: http.IncomingMessage }) => {
          if (Number(request.headers['content-length'] ?? 0) > 1_048_576) tooLarge(request, response);
          else for (const listener of inside) listener(request, response);
        },
      );
      return { url: HOME };
    },
  },
  {
    name: 'host of the sockets was saved with SSL forced, and the page in the house still calls it by ws',
    expect: 'proxy-redirects-websocket',
    async start(world, authority) {
      const live = 'live.attic.example.test';
      await serve(world, {
        '/': rawPage(`'ws://${live}/ws'`, { head: '<link rel="icon" href="data:,">' }),
        '*': nginx404,
      });
      await serve(
        world,
        {
          '*': (request, response) => {
            const Location = `https://${live}${request.url ?? '/'}`;
            centered(301, 'Moved Permanently', 'openresty', { Location })(request, response);
          },
        },
        {},
        live,
      );
      await serveSafely(
        world,
        await trusted(authority, [live]),
        { '/ws': plain(426, 'Upgrade Required', { Server: 'openresty' }), '*': nginx404 },
        { '/ws': ticking('Door') },
        [live],
      );
      return { url: HOME };
    },
  },
  {
    name: 'Caddy was given handle_path for the sockets, which takes /ws away from what Spring is asked',
    expect: 'proxy-path-stripped',
    async start(world) {
      const caddy = { Server: 'Caddy', Via: '1.1 Caddy' };
      const spring = routes({
        '/ws/info': json({ entropy: -1_347_226_891, origins: ['*:*'], cookie_needed: true, websocket: true }, 200, {
          ...caddy,
          'Content-Type': 'application/json;charset=UTF-8',
          'Cache-Control': 'no-store, no-cache, must-revalidate, max-age=0',
        }),
        '/ws': plain(200, 'Welcome to SockJS!\n', { ...caddy, 'Content-Type': 'text/plain;charset=UTF-8' }),
        '*': (request, response) => {
          const error = {
            timestamp: new Date().toISOString().replace('Z', '+00:00'),
            status: 404,
            error: 'Not Found',
            path: pathOf(request),
          };
          json(error, 404, { ...caddy, Vary: 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers' })(
            request,
            response,
          );
        },
      });
      await serve(world, {
        '/': html(
          `const random = (length) => Math.random().toString(36).slice(2, 2 + length);
async function open() {
  try {
    const answer = await fetch('/ws/info?t=' + Date.now());
    if (!answer.ok) throw new Error('info');
    await answer.json();
    const socket = new WebSocket('ws://' + location.host + '/ws/' + String(Math.floor(Math.random() * 1000)).padStart(3, '0') + '/' + random(8) + '/websocket');
    socket.onmessage = ({ data }) => { if (data === 'o') { state('connected'); socket.send(JSON.stringify(['CONNECT\\naccept-version:1.2,1.1,1.0\\nheart-beat:10000,10000\\n\\n\\0'])); } };
    socket.onclose = closed;
  } catch { closed({ code: 1002, reason: 'Cannot connect to server' }); }
}
function closed({ code, reason }) {
  console.log('STOMP: connection closed ' + code + ' ' + reason + ', scheduling reconnection in 5000ms');
  state('reconnecting');
  setTimeout(open, 5000);
}
open();`,
          { title: 'Parcels' },
        ),
        '*': (request, response) => {
          if (/^\/ws(\/|$)/.test(pathOf(request))) {
            request.url = (request.url ?? '').slice('/ws'.length) || '/';
            spring(request, response);
          } else response.writeHead(404, { Server: 'Caddy', 'Content-Length': 0 }).end();
        },
      });
      return { url: HOME };
    },
  },
  {
    name: 'browser speaks of CORS, because nginx adds its headers to answers that went well, and the program behind it has ended',
    expect: 'upstream-down',
    async start(world) {
      const api = 'api.attic.example.test';
      const cors = {
        'Access-Control-Allow-Origin': `http://${HOST}`,
        'Access-Control-Allow-Methods': 'GET, POST, OPTIONS',
        'Access-Control-Allow-Headers': 'Authorization, Content-Type, Last-Event-ID',
        'Access-Control-Max-Age': '1728000',
      };
      const bad = centered(502, 'Bad Gateway', 'nginx/1.22.1');
      await serve(world, {
        '/': html(
          `fetch('http://${api}/v1/rooms', { headers: { 'Content-Type': 'application/json' } }).then((answer) => answer.json()).then((all) => all.forEach(show)).catch((error) => console.error(error));
(function listen() {
  const source = new EventSource('http://${api}/v1/events');
  source.onopen = () => state('connected');
  source.onmessage = ({ data }) => show(data);
  source.onerror = () => { state('disconnected'); if (source.readyState === EventSource.CLOSED) setTimeout(listen, 2000); };
})();`,
          { title: 'Rooms' },
        ),
        '*': centered(404, 'Not Found', 'nginx/1.22.1'),
      });
      await serve(
        world,
        {
          '*': (request, response) => {
            if (request.method === 'OPTIONS') response.writeHead(204, { Server: 'nginx/1.22.1', ...cors }).end();
            else taken(bad)(request, response);
          },
        },
        {},
        api,
      );
      return { url: HOME };
    },
  },
  {
    name: 'star in the configuration of nginx is meant to let everybody in, and the client of a hub always sends its cookies',
    expect: 'cors-wildcard-credentials',
    async start(world) {
      const api = 'api.attic.example.test';
      const cors = {
        Server: 'nginx/1.26.2',
        'Access-Control-Allow-Origin': '*',
        'Access-Control-Allow-Methods': 'GET, POST, OPTIONS',
        'Access-Control-Allow-Headers': 'X-Requested-With, X-SignalR-User-Agent, Content-Type, Authorization',
      };
      await serve(world, {
        '/': html(
          `const url = 'http://${api}/hubs/parcels';
(async function start() {
  try {
    const answer = await fetch(url + '/negotiate?negotiateVersion=1', { method: 'POST', credentials: 'include', body: '', headers: { 'Content-Type': 'text/plain;charset=UTF-8', 'X-Requested-With': 'XMLHttpRequest', 'X-SignalR-User-Agent': 'Microsoft SignalR/8.0 (8.0.7; Unknown OS; Browser; Unknown Runtime Version)' } });
    const { connectionToken } = await answer.json();
    const socket = new WebSocket(url.replace('http', 'ws') + '?id=' + connectionToken);
    socket.onopen = () => { socket.send('{"protocol":"json","version":1}\\x1e'); state('Connected'); };
    socket.onmessage = ({ data }) => show(data);
    socket.onclose = () => setTimeout(start, 2000);
  } catch (error) {
    console.error('[' + new Date().toISOString() + '] Error: Failed to complete negotiation with the server: ' + error);
    state('Disconnected');
    setTimeout(start, 5000);
  }
})();`,
          { title: 'Parcels' },
        ),
        '*': centered(404, 'Not Found', 'nginx/1.26.2'),
      });
      await serve(
        world,
        {
          '/hubs/parcels/negotiate': withBody((_body, request, response) => {
            if (request.method === 'OPTIONS') response.writeHead(204, cors).end();
            else if (request.method !== 'POST') response.writeHead(405, { ...cors, Allow: 'POST' }).end();
            else {
              const transports = [{ transport: 'WebSockets', transferFormats: ['Text', 'Binary'] }];
              const ids = { connectionId: 'u2Zk9QmB0a', connectionToken: 'Xo4vN7c1Rt', negotiateVersion: 1 };
              json({ ...ids, availableTransports: transports }, 200, cors)(request, response);
            }
          }),
          '/hubs/parcels': plain(400, 'Connection ID required', cors),
          '*': plain(404, '', cors),
        },
        {
          '/hubs/parcels': (socket) => {
            socket.on('message', () => {
              socket.send('{}\x1e');
            });
          },
        },
        api,
      );
      return { url: HOME };
    },
  },
  {
    name: 'cloud of the house was saved with HSTS for all names below it, and the sockets below it have a port without TLS',
    expect: 'hsts-upgrade',
    async start(world, authority) {
      const kiosk = 'kiosk.example.test';
      const live = 'live.attic.example.test';
      await serve(
        world,
        {
          '/': html(
            `function connect() {
  const socket = new WebSocket('ws://${live}:8080/ws');
  socket.onopen = () => state('connected');
  socket.onmessage = ({ data }) => show(JSON.parse(data).text);
  socket.onclose = () => { state('disconnected'); setTimeout(connect, 2000); };
}
addEventListener('load', connect);`,
            { title: 'Kiosk', body: `<img alt="" src="${SAFE}logo.svg">` },
          ),
          '*': nginx404,
        },
        {},
        kiosk,
      );
      await serve(world, { '*': express404 }, { '/ws': ticking('Door') }, live, 8080);
      const served = {
        Server: 'openresty',
        'Strict-Transport-Security': 'max-age=63072000; includeSubDomains; preload',
      };
      const logo = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><circle cx="4" cy="4" r="4"/></svg>';
      await serveSafely(world, await trusted(authority, [HOST]), {
        '/logo.svg': plain(200, logo, { ...served, 'Content-Type': 'image/svg+xml' }),
        '*': centered(404, 'Not Found', 'openresty', served),
      });
      return { url: `http://${kiosk}/` };
    },
  },
  {
    name: 'rule at the edge caches everything, so visitors get the page of the last release, whose socket is at a path that is gone',
    expect: 'page-stale-cache',
    async start(world) {
      const cloudflare = { Server: 'cloudflare', 'CF-RAY': '8f1c41e7bd2a9b3f-AMS' };
      const cached = page(rawPage("'ws://' + location.host + '/socket'"), 200, {
        ...cloudflare,
        'CF-Cache-Status': 'HIT',
        Age: '412906',
        'Cache-Control': 'max-age=2592000',
        'Last-Modified': 'Tue, 03 Nov 2026 08:14:20 GMT',
        ETag: '"6a1c-19a48f2c1e0"',
      });
      const fresh = page(rawPage("'ws://' + location.host + '/realtime/v2'"), 200, {
        ...cloudflare,
        'CF-Cache-Status': 'MISS',
        'Cache-Control': 'max-age=2592000',
        'Last-Modified': new Date(Date.now() - 3_600_000).toUTCString(),
        ETag: '"6b04-19ad5b7f420"',
      });
      await serve(
        world,
        {
          '/': (request, response) => {
            (request.url === '/' ? cached : fresh)(request, response);
          },
          '*': express404,
        },
        { '/realtime/v2': ticking('Lamp') },
      );
      return { url: HOME };
    },
  },
  {
    name: 'public page reads from a machine of the tailnet, for which Funnel was never switched on, so its name is known inside alone',
    expect: 'dns-no-record',
    async start(world) {
      await serve(world, {
        '/': html(
          `(function listen() {
  const source = new EventSource('https://nas.tail4f2c1e.ts.example.test/api/stream');
  source.onopen = () => state('connected');
  source.onmessage = ({ data }) => show(data);
  source.onerror = () => { state('reconnecting'); };
})();`,
          { title: 'Meters' },
        ),
        '*': page('<!doctype html><title>Site not found</title>', 404, { Server: 'GitHub.com' }),
      });
      return { url: HOME };
    },
  },
];

const healthy: readonly Unseen[] = [
  {
    name: 'page knows of the warning of ngrok, sends the header that skips it with each request, and reads its events by fetch',
    expect: 'healthy',
    async start(world) {
      const api = 'tidy-mole-promptly.ngrok-free.example.test';
      const cors = { 'Access-Control-Allow-Origin': '*', 'Ngrok-Agent-Ips': '203.0.113.9' };
      const streams = new Streams();
      await serve(world, {
        '/': html(
          `const headers = { 'ngrok-skip-browser-warning': '1' };
fetch('http://${api}/api/orders', { headers }).then((answer) => answer.json()).then((all) => all.forEach(({ text }) => show(text)));
(async function listen() {
  try {
    const answer = await fetch('http://${api}/api/stream', { headers: { ...headers, Accept: 'text/event-stream' } });
    state('live');
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read())
      for (const line of part.value.split('\\n')) if (line.startsWith('data: ')) show(line.slice(6));
  } catch {}
  state('reconnecting');
  setTimeout(listen, 2000);
})();`,
          { title: 'Kitchen' },
        ),
        '*': page('<!doctype html><title>Page not found</title>', 404, { Server: 'Netlify' }),
      });
      const behind = routes({
        '/api/orders': json([{ id: 7, text: 'Order 7' }], 200, cors),
        '/api/stream': streams.answer(cors),
        '/say': streams.say,
        '*': express404,
      });
      const { port } = await serve(
        world,
        {
          '*': (request, response) => {
            const { method, headers } = request;
            if (method === 'OPTIONS')
              response
                .writeHead(204, {
                  ...cors,
                  'Access-Control-Allow-Methods': 'GET,HEAD,PUT,PATCH,POST,DELETE',
                  'Access-Control-Allow-Headers': headers['access-control-request-headers'] ?? '*',
                })
                .end();
            else if (/mozilla/i.test(headers['user-agent'] ?? '') && !('ngrok-skip-browser-warning' in headers))
              page('<!DOCTYPE html>\n<noscript>(ERR_NGROK_6024)</noscript>\n', 200, {
                'Ngrok-Error-Code': 'ERR_NGROK_6024',
              })(request, response);
            else behind(request, response);
          },
        },
        {},
        api,
      );
      return { url: HOME, publish: saying(port) };
    },
  },
  {
    name: 'Apache offers HTTP/2 by an Upgrade header in each of its answers, which nobody takes, and its event stream flows',
    expect: 'healthy',
    async start(world) {
      const apache = { Server: 'Apache/2.4.62 (Debian)', Upgrade: 'h2,h2c', Connection: 'Upgrade, Keep-Alive' };
      const streams = new Streams();
      const { port } = await serve(world, {
        '/': page(
          html(
            `const source = new EventSource('/events');
source.onopen = () => state('connected');
source.onerror = () => state('reconnecting');
source.onmessage = ({ data }) => show(data);`,
            { title: 'Doors' },
          ),
          200,
          { ...apache, 'Keep-Alive': 'timeout=5, max=100' },
        ),
        '/events': streams.answer(apache),
        '/say': streams.say,
        '*': apache404,
      });
      return { url: HOME, publish: saying(port) };
    },
  },
  {
    name: 'IIS was installed without its WebSocket feature, so the hub offers events and long polling, and the client takes the events',
    expect: 'healthy',
    async start(world) {
      const iis = { Server: 'Microsoft-IIS/10.0', 'X-Powered-By': 'ASP.NET' };
      const open = new Map<string, http.ServerResponse>();
      let made = 0;
      const { port } = await serve(world, {
        '/': html(
          `const agent = { 'X-Requested-With': 'XMLHttpRequest', 'X-SignalR-User-Agent': 'Microsoft SignalR/8.0 (8.0.7; Unknown OS; Browser; Unknown Runtime Version)' };
(async function start() {
  const answer = await fetch('/hubs/news/negotiate?negotiateVersion=1', { method: 'POST', headers: agent });
  const { connectionToken, availableTransports } = await answer.json();
  if (!availableTransports.some(({ transport }) => transport === 'WebSockets')) console.debug("Skipping transport 'WebSockets' because it is not supported by the server.");
  const where = '/hubs/news?id=' + connectionToken;
  const source = new EventSource(where);
  source.onopen = () => fetch(where, { method: 'POST', headers: { ...agent, 'Content-Type': 'text/plain;charset=UTF-8' }, body: '{"protocol":"json","version":1}\\x1e' });
  source.onmessage = ({ data }) => {
    for (const text of data.split('\\x1e').filter(Boolean)) {
      const { type, arguments: values } = JSON.parse(text);
      if (type === undefined) state('Connected');
      if (type === 1) show(values[0]);
    }
  };
  source.onerror = () => { source.close(); state('Disconnected'); setTimeout(start, 2000); };
})();`,
          { title: 'News' },
        ),
        '/hubs/news/negotiate': withBody((_body, request, response) => {
          if (request.method !== 'POST') {
            response.writeHead(405, { ...iis, Allow: 'POST', 'Content-Length': 0 }).end();
            return;
          }
          const token = `kQ7d${(made += 1)}wZ0`;
          const availableTransports = [
            { transport: 'ServerSentEvents', transferFormats: ['Text'] },
            { transport: 'LongPolling', transferFormats: ['Text', 'Binary'] },
          ];
          json(
            { negotiateVersion: 1, connectionId: `c${made}`, connectionToken: token, availableTransports },
            200,
            iis,
          )(request, response);
        }),
        '/hubs/news': withBody((_body, request, response) => {
          const id = new URL(request.url ?? '', HOME).searchParams.get('id');
          if (id === null) plain(400, 'Connection ID required', iis)(request, response);
          else if (request.method === 'POST') {
            const stream = open.get(id);
            if (stream === undefined) plain(404, 'No Connection with that ID', iis)(request, response);
            else {
              plain(200, '', iis)(request, response);
              stream.write('data: {}\x1e\r\n\r\n');
            }
          } else {
            response.writeHead(200, {
              ...iis,
              'Content-Type': 'text/event-stream',
              'Cache-Control': 'no-cache,no-store',
              'Content-Encoding': 'identity',
            });
            response.write(':\r\n');
            open.set(id, response);
            const ping = setInterval(() => response.write('data: {"type":6}\x1e\r\n\r\n'), 15_000);
            response.once('close', () => {
              clearInterval(ping);
              open.delete(id);
            });
          }
        }),
        '/say': sayer((text) => {
          const message = JSON.stringify({ type: 1, target: 'news', arguments: [text] });
          for (const stream of open.values()) stream.write(`data: ${message}\x1e\r\n\r\n`);
        }),
        '*': (_request, response) => void response.writeHead(404, { ...iis, 'Content-Length': 0 }).end(),
      });
      return { url: HOME, publish: saying(port) };
    },
  },
  {
    name: 'Caddy tells everybody of HTTP/3, for which the router lets nothing in, and page and socket come as before',
    expect: 'healthy',
    async start(world, authority) {
      const chat = new Chat();
      const caddy = { Server: 'Caddy', Via: '1.1 Caddy', 'Alt-Svc': 'h3=":443"; ma=2592000' };
      await serveSafely(
        world,
        await trusted(authority, [HOST]),
        {
          '/': page(
            rawPage("'wss://' + location.host + '/ws'", {
              more: "setInterval(() => fetch('/api/time').then((answer) => answer.json()).then(({ now }) => { document.title = now; }), 2000);",
            }),
            200,
            caddy,
          ),
          '/api/time': (request, response) => {
            json({ now: new Date().toISOString() }, 200, caddy)(request, response);
          },
          '*': (_request, response) => void response.writeHead(404, { ...caddy, 'Content-Length': 0 }).end(),
        },
        {
          '/ws': (socket) => {
            chat.join(socket);
          },
        },
      );
      const { port } = await serve(world, {
        '/say': chat.publish,
        '*': (request, response) =>
          void response
            .writeHead(308, { Server: 'Caddy', Location: `${SAFE.slice(0, -1)}${request.url ?? '/'}` })
            .end(),
      });
      return { url: SAFE, publish: saying(port) };
    },
  },
  {
    name: 'dashboard of a router counts every three seconds, finds a router with an error in somebody else’s labels, and nothing changes',
    expect: 'healthy',
    async start(world) {
      const counts = (total: number, errors = 0) => ({ total, warnings: 0, errors });
      const router = {
        name: 'old-wiki@docker',
        rule: 'Host(`wiki.attic.example.test`)',
        status: 'disabled',
        error: ['the service "wiki@docker" does not exist'],
      };
      await serve(world, {
        '/': html(
          `const load = () => Promise.all(['/api/overview', '/api/http/routers?status=disabled'].map((path) => fetch(path).then((answer) => answer.json())))
  .then(([{ http }, routers]) => { state(http.routers.total + ' routers, ' + http.routers.errors + ' with errors: ' + routers.map(({ name, error }) => name + ' (' + error[0] + ')').join()); });
load();
setInterval(load, 3000);
fetch('/api/version').then((answer) => answer.json()).then(({ Version }) => show('Traefik ' + Version));
fetch('/api/support-dump', { method: 'HEAD' });`,
          { title: 'Traefik' },
        ),
        '/api/overview': json({
          http: { routers: counts(6, 1), services: counts(9), middlewares: counts(4) },
          tcp: { routers: counts(0), services: counts(0), middlewares: counts(0) },
          features: { tracing: '', metrics: '', accessLog: false },
          providers: ['Docker'],
        }),
        '/api/http/routers': json([router], 200, { 'X-Next-Page': '1' }),
        '/api/version': json({ Version: '3.1.4', Codename: 'comte', startDate: '2026-11-29T18:02:11Z' }),
        '*': go404,
      });
      return { url: HOME };
    },
  },
  {
    name: 'page of ntfy asks for its history, which is empty, has no file for the language of the visitor, and waits for the next push',
    expect: 'healthy',
    async start(world) {
      const chat = new Chat();
      let count = 0;
      const message = (event: string, more: object = {}) => ({
        id: `hwQ2YpKdmg${(count += 1)}`,
        time: Math.floor(Date.now() / 1000),
        event,
        topic: 'alerts',
        ...more,
      });
      const ndjson = { 'Content-Type': 'application/x-ndjson; charset=utf-8', 'Access-Control-Allow-Origin': '*' };
      const { port } = await serve(
        world,
        {
          '/': html(
            `fetch('/static/langs/fy.json').then((answer) => { if (!answer.ok) console.warn('i18next::backendConnector: loading namespace translation for language fy failed'); });
let retry = 0;
async function subscribe() {
  const history = await (await fetch('/alerts/json?poll=1&since=all')).text();
  for (const line of history.split('\\n').filter(Boolean)) show(JSON.parse(line).message);
  const socket = new WebSocket('ws://' + location.host + '/alerts/ws');
  socket.onopen = () => { retry = 0; state('connected'); };
  socket.onmessage = ({ data }) => { const { event, message } = JSON.parse(data); if (event === 'message') show(message); };
  socket.onclose = () => { state('reconnecting'); setTimeout(subscribe, [5000, 10000, 20000][Math.min(retry++, 2)]); };
}
subscribe();`,
            { title: 'Alerts', head: '<script src="/config.js"></script>' },
          ),
          '/config.js': plain(200, "var config = { base_url: '', app_root: '/', enable_login: false };\n", {
            'Content-Type': 'text/javascript',
          }),
          '/alerts/json': plain(200, '', ndjson),
          '/alerts': withBody((text, request, response) => {
            const said = message('message', { message: text });
            for (const client of chat.clients) client.send(JSON.stringify(said));
            json(said)(request, response);
          }),
          '*': json(
            {
              code: 40401,
              http: 404,
              error: 'page not found',
            },
            404,
          ),
        },
        {
          '/alerts/ws': (socket) => {
            chat.join(socket, message('open'));
          },
        },
      );
      return { url: HOME, publish: `curl -s -d "{nonce}" http://127.0.0.1:${port}/alerts` };
    },
  },
  {
    name: 'certificate was renewed and nginx reloaded, whose old worker ends its sockets once, and the page is back a second later',
    expect: 'healthy',
    async start(world) {
      const chat = new Chat();
      const ended = new Set<string>();
      const { port } = await serve(
        world,
        {
          '/': html(
            `const visit = Math.random().toString(36).slice(2);
(function connect() {
  const socket = new WebSocket('ws://' + location.host + '/ws?visit=' + visit);
  socket.onopen = () => state('connected');
  socket.onmessage = ({ data }) => { const { text } = JSON.parse(data); if (text) show(text); };
  socket.onclose = () => { state('reconnecting'); setTimeout(connect, 1000); };
})();`,
            { title: 'Locks' },
          ),
          '/say': chat.publish,
          '*': nginx404,
        },
        {
          '/ws': (socket, request) => {
            chat.join(socket);
            const visit = new URL(request.url ?? '', HOME).searchParams.get('visit') ?? '';
            if (ended.has(visit)) return;
            ended.add(visit);
            const end = setTimeout(() => {
              socket.terminate();
            }, 2500);
            socket.once('close', () => {
              clearTimeout(end);
            });
          },
        },
      );
      return { url: HOME, publish: saying(port) };
    },
  },
  {
    name: 'report of GoAccess was written at night, without the server that would keep it fresh, and counts what failed yesterday',
    expect: 'inconclusive',
    async start(world) {
      await serve(world, {
        '/': html(
          `var user_interface = {};
var panel_data = { general: { total_requests: 48211, valid_requests: 48002, failed_requests: 209, date_time: '2026-11-29 03:00:11 +0000' }, status_codes: { data: [{ data: '502 - Bad Gateway', hits: 118 }, { data: '101 - Switching Protocols', hits: 2904 }, { data: '404 - Not Found', hits: 771 }] } };
var connection = null;
state('Last Updated: ' + panel_data.general.date_time);
show('Failed Requests ' + panel_data.general.failed_requests);
for (const { data, hits } of panel_data.status_codes.data) show(data + ' ' + hits);`,
          { title: 'Server Statistics', head: '<link rel="icon" href="data:,">' },
        ),
        '*': nginx404,
      });
      return { url: HOME };
    },
  },
  {
    name: 'each poll has a preflight before it, nginx lets everybody in by a star, and most answers say that nothing has changed',
    expect: 'healthy',
    async start(world) {
      const api = 'api.attic.example.test';
      const said: string[] = [];
      const cors = {
        Server: 'nginx/1.26.2',
        'Access-Control-Allow-Origin': '*',
        'Access-Control-Allow-Methods': 'GET, OPTIONS',
        'Access-Control-Allow-Headers': 'Authorization',
        'Access-Control-Max-Age': '0',
      };
      await serve(world, {
        '/': html(
          `let shown = 0;
async function poll() {
  try {
    const answer = await fetch('http://${api}/v1/notes', { cache: 'no-cache', headers: { Authorization: 'Bearer public-board' } });
    const notes = await answer.json();
    notes.slice(shown).forEach(show);
    shown = notes.length;
    state('up to date');
  } catch { state('offline'); }
  setTimeout(poll, 1500);
}
poll();`,
          { title: 'Notes' },
        ),
        '*': centered(404, 'Not Found', 'nginx/1.26.2'),
      });
      const { port } = await serve(
        world,
        {
          '/v1/notes': (request, response) => {
            const ETag = `"notes-${said.length}"`;
            const headers = { ...cors, ETag, 'Cache-Control': 'no-cache' };
            if (request.method === 'OPTIONS') response.writeHead(204, cors).end();
            else if (request.headers['if-none-match'] === ETag) response.writeHead(304, headers).end();
            else json(said, 200, headers)(request, response);
          },
          '/say': sayer((text) => {
            said.push(text);
          }),
          '*': centered(404, 'Not Found', 'nginx/1.26.2', cors),
        },
        {},
        api,
      );
      return { url: HOME, publish: saying(port) };
    },
  },
];

export const blindTwelve: readonly Unseen[] = [...broken, ...healthy];
