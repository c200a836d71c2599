/** What operators get wrong in other products behind the edge, and what works there though it looks odd. Their author knew no rule of the diagnosis. */
import type http from 'node:http';
import { generate } from 'selfsigned';
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
import {
  endpoint,
  express404,
  go404,
  json,
  routeOthers,
  routes,
  socketIoClient,
  textOf,
  type Routes,
} from './servers.ts';
import type { Unseen } from './unseen.ts';

const HOST = 'quarry.example.test';
const HOME = `http://${HOST}/`;
const SAFE = `https://${HOST}/`;

const serve = servingAt(HOST);
const serveSafely = servingSafelyAt(HOST);

const nginx404 = centered(404, 'Not Found');

/** Sends a text every second. */
const telling =
  (what: string): Join =>
  (socket) => {
    every(1000, socket, (count) => {
      socket.send(JSON.stringify({ text: `${what} ${count}` }));
    });
  };

/** Answers other origins as an application does that lets this one in. */
const letting =
  (origin: string, answer: http.RequestListener): http.RequestListener =>
  (request, response) => {
    if (request.headers.origin === origin) {
      response.setHeader('Access-Control-Allow-Origin', origin);
      response.setHeader('Access-Control-Allow-Credentials', 'true');
      response.setHeader('Vary', 'Origin');
    }
    if (request.method !== 'OPTIONS') {
      answer(request, response);
      return;
    }
    if (request.headers.origin === origin) {
      response.setHeader(
        'Access-Control-Allow-Headers',
        request.headers['access-control-request-headers'] ?? 'content-type',
      );
      response.setHeader('Access-Control-Allow-Methods', request.headers['access-control-request-method'] ?? 'GET');
    }
    response.writeHead(204).end();
  };

/** What the client of Supabase does with a channel, and the rows that it reads before. */
const supabasePage = (api: string, key: string): string =>
  html(
    `const api = '${api}', key = '${key}';
const waits = [1000, 2000, 5000, 10000];
let tries = 0, ref = 0;
fetch(api + '/rest/v1/loads?select=*', { headers: { apikey: key, Authorization: 'Bearer ' + key } }).then((answer) => answer.json()).then((all) => all.forEach(({ name }) => show(name))).catch((error) => console.error(error.message));
(function connect() {
  const socket = new WebSocket(api.replace('http', 'ws') + '/realtime/v1/websocket?apikey=' + key + '&vsn=1.0.0');
  const push = (topic, event, payload) => socket.send(JSON.stringify({ topic, event, payload, ref: String(++ref), join_ref: '1' }));
  let beat;
  socket.onopen = () => {
    tries = 0;
    push('realtime:loads', 'phx_join', { config: { broadcast: { ack: false, self: false }, presence: { key: '' }, postgres_changes: [{ event: 'INSERT', schema: 'public', table: 'loads' }] }, access_token: key });
    beat = setInterval(() => push('phoenix', 'heartbeat', {}), 25000);
  };
  socket.onmessage = ({ data }) => {
    const { event, payload } = JSON.parse(data);
    if (event === 'phx_reply') state(payload.status === 'ok' ? 'SUBSCRIBED' : 'CHANNEL_ERROR');
    if (event === 'postgres_changes') show(payload.data.record.name);
  };
  socket.onclose = () => { clearInterval(beat); state('CHANNEL_ERROR'); setTimeout(connect, waits[tries++] ?? 10000); };
})();`,
    { title: 'Loads' },
  );

/** Supabase Realtime: one row every second. */
const supabase: Join = (socket) => {
  const send = (topic: string, event: string, payload: object, ref: string | null = null): void => {
    socket.send(JSON.stringify({ ref, event, payload, topic }));
  };
  socket.on('message', (message) => {
    const { topic, event, ref } = JSON.parse(textOf(message)) as { topic: string; event: string; ref: string };
    const changes = [{ id: 30636876, event: 'INSERT', schema: 'public', table: 'loads' }];
    send(
      topic,
      'phx_reply',
      { status: 'ok', response: event === 'phx_join' ? { postgres_changes: changes } : {} },
      ref,
    );
    if (event !== 'phx_join') return;
    every(1000, socket, (count) => {
      send(topic, 'postgres_changes', {
        ids: [30636876],
        data: { table: 'loads', type: 'INSERT', schema: 'public', record: { id: count, name: `Lorry ${count}` } },
      });
    });
  });
};

const anonKey = jwt({ role: 'anon', iss: 'supabase', iat: 1_735_689_600, exp: 2_051_222_400 });

/** What the client of Action Cable does with one channel. `url` is a JavaScript expression. */
const cablePage = (channel: string, head: string, url: string): string =>
  html(
    `const identifier = JSON.stringify({ channel: '${channel}' });
(function open() {
  const socket = new WebSocket(${url}, ['actioncable-v1-json', 'actioncable-unsupported']);
  let again = true;
  socket.onmessage = ({ data }) => {
    const { type, message, reconnect } = JSON.parse(data);
    if (type === 'welcome') socket.send(JSON.stringify({ command: 'subscribe', identifier }));
    if (type === 'confirm_subscription') state('connected');
    if (type === 'disconnect') { again = reconnect; socket.close(); }
    if (message && type !== 'ping') show(message.text);
  };
  socket.onclose = () => { state('disconnected'); if (again) setTimeout(open, 3000 + Math.random() * 1000); };
})();`,
    { title: 'Blasts', head },
  );

/** Action Cable: beats every three seconds and broadcasts every other one. */
const cable: Join = (socket) => {
  socket.send('{"type":"welcome"}');
  every(3000, socket, () => {
    socket.send(JSON.stringify({ type: 'ping', message: Math.floor(Date.now() / 1000) }));
  });
  socket.on('message', (message) => {
    const { identifier } = JSON.parse(textOf(message)) as { identifier: string };
    socket.send(JSON.stringify({ identifier, type: 'confirm_subscription' }));
    every(2000, socket, (count) => {
      socket.send(JSON.stringify({ identifier, message: { text: `Blast ${count}` } }));
    });
  });
};

const RAILS = {
  'X-Frame-Options': 'SAMEORIGIN',
  'X-Request-Id': '0b6c7e52-5a0b-4a3e-a4fd-1f6f2c8f9c11',
  'X-Runtime': '0.004127',
};

const rails404 = page(
  '<!DOCTYPE html>\n<html>\n<head>\n  <title>The page you were looking for doesn\'t exist (404)</title>\n  <meta name="viewport" content="width=device-width,initial-scale=1">\n</head>\n<body class="rails-default-error-page">\n  <div class="dialog">\n    <div>\n      <h1>The page you were looking for doesn\'t exist.</h1>\n      <p>You may have mistyped the address or the page may have moved.</p>\n    </div>\n    <p>If you are the application owner check the logs for more information.</p>\n  </div>\n</body>\n</html>\n',
  404,
  RAILS,
);

const KESTREL = { Server: 'Kestrel' };
const kestrel404: http.RequestListener = (_request, response) =>
  void response.writeHead(404, { ...KESTREL, 'Content-Length': 0 }).end();

/** What the client of SignalR does with the hub at this address. */
const hubPage = (title: string, url: string): string =>
  html(
    `const hub = '${url}';
const waits = [0, 2000, 10000, 30000];
async function connect() {
  let answer;
  try {
    answer = await fetch(hub + '/negotiate?negotiateVersion=1', { method: 'POST', credentials: 'include', headers: { 'Content-Type': 'text/plain;charset=UTF-8', 'X-Requested-With': 'XMLHttpRequest', 'X-SignalR-User-Agent': 'Microsoft SignalR/8.0 (8.0.7; Unknown OS; Browser; Unknown Runtime Version)' } });
  } catch (error) { throw new Error('Failed to complete negotiation with the server: ' + error); }
  if (!answer.ok) throw new Error("Failed to complete negotiation with the server: Error: Unexpected status code returned from negotiate '" + answer.status + "'");
  const { connectionToken } = await answer.json();
  await new Promise((resolve, reject) => {
    const socket = new WebSocket(new URL(hub, location.href).href.replace('http', 'ws') + '?id=' + connectionToken);
    let again = false, shaken = false, beat;
    socket.onopen = () => { console.info('WebSocket connected to ' + socket.url.split('?')[0]); socket.send('{"protocol":"json","version":1}\\x1e'); };
    socket.onmessage = ({ data }) => {
      for (const text of data.split('\\x1e').filter(Boolean)) {
        const { type, target, arguments: all, allowReconnect } = JSON.parse(text);
        if (!shaken) { shaken = true; state('Connected'); beat = setInterval(() => socket.send('{"type":6}\\x1e'), 15000); resolve(); }
        if (type === 1) show(target + ': ' + all.join(' '));
        if (type === 7) { again = allowReconnect; socket.close(); }
      }
    };
    socket.onclose = () => { clearInterval(beat); if (!shaken) reject(new Error('WebSocket failed to connect.')); else { state('Reconnecting'); comeBack(0); } };
  });
}
function comeBack(turn) {
  if (turn < waits.length) setTimeout(() => connect().catch(() => comeBack(turn + 1)), waits[turn]);
  else state('Disconnected');
}
(function start() { connect().catch((error) => { console.error('Failed to start the connection: ' + error); state('Disconnected'); setTimeout(start, 5000); }); })();`,
    { title },
  );

const negotiated = json(
  {
    negotiateVersion: 1,
    connectionId: 'Xh0dU0vXk1q6mJ3p8Vb2hw',
    connectionToken: 'pF9aW2yq5b7u0m3o4Hc1Rg',
    availableTransports: [
      { transport: 'WebSockets', transferFormats: ['Text', 'Binary'] },
      { transport: 'ServerSentEvents', transferFormats: ['Text'] },
      { transport: 'LongPolling', transferFormats: ['Text', 'Binary'] },
    ],
  },
  200,
  KESTREL,
);

/** A SignalR hub that invokes this method every second. */
const hub =
  (target: string): Join =>
  (socket) => {
    socket.on('error', () => undefined);
    socket.once('message', () => {
      socket.send('{}\x1e');
      every(1000, socket, (count) => {
        socket.send(`${JSON.stringify({ type: 1, target, arguments: [`Belt ${count}`] })}\x1e`);
      });
    });
  };

const broken: readonly Unseen[] = [
  {
    name: 'compose file of Supabase still has localhost as its public address, and the page was built with that',
    expect: 'bundle-localhost',
    async start(world) {
      const kong = { Via: 'kong/2.8.1', 'Access-Control-Allow-Origin': '*' };
      world.route('localhost', 8000, await world.closedPort());
      await serve(world, { '/': supabasePage('http://localhost:8000', anonKey), '*': nginx404 });
      await serve(
        world,
        {
          '/rest/v1/loads': letting(HOME.slice(0, -1), json([{ id: 1, name: 'Lorry 0' }], 200, { Via: 'kong/2.8.1' })),
          '*': json({ message: 'no Route matched with those values' }, 404, { ...kong, Server: 'kong/2.8.1' }),
        },
        { '/realtime/v1/websocket': supabase },
        HOST,
        8000,
      );
      return { url: HOME };
    },
  },
  {
    name: 'nginx passes on to n8n without its Host line, so the editor comes from another origin than n8n expects',
    expect: 'proxy-host-rewritten',
    async start(world) {
      const inner = 'n8n:5678';
      const unauthorized = json({ status: 'error', message: 'Unauthorized' }, 401, { Server: 'nginx' });
      const editor = html(
        `let attempt = 0;
(function connect() {
  const socket = new WebSocket('ws://' + location.host + '/rest/push?pushRef=k3v9q1zt0b');
  let beat;
  socket.onopen = () => { attempt = 0; state('Connected'); beat = setInterval(() => socket.send('{"type":"heartbeat"}'), 30000); };
  socket.onmessage = ({ data }) => { let push; try { push = JSON.parse(data); } catch { return; } show(push.type + ' ' + (push.data?.workflowId ?? '')); };
  socket.onclose = ({ code }) => {
    clearInterval(beat);
    console.warn('[WebSocketClient] Connection lost, code=' + code);
    state('Connection lost');
    setTimeout(connect, Math.min(1000 * 2 ** attempt++, 15000));
  };
})();
fetch('/rest/workflows').then((answer) => answer.json()).then(({ data }) => data.forEach(({ name }) => show(name)));`,
        { title: 'Workflows' },
      );
      const cookie = 'n8n-auth=eyJhbGciOiJIUzI1NiJ9.e30.q1; Max-Age=604800; Path=/; HttpOnly; SameSite=Lax';
      await serve(
        world,
        {
          '/': page(editor, 200, { Server: 'nginx', 'Set-Cookie': cookie }),
          '/rest/workflows': (request, response) => {
            if (request.headers.cookie?.includes('n8n-auth=') !== true) unauthorized(request, response);
            else
              json({ count: 1, data: [{ id: 'Qw3', name: 'Weighbridge to ledger' }] }, 200, { Server: 'nginx' })(
                request,
                response,
              );
          },
          '/rest/push': (request, response) => {
            if (request.headers.cookie?.includes('n8n-auth=') !== true) unauthorized(request, response);
            else plain(401, 'Unauthorized', { Server: 'nginx' })(request, response);
          },
          '/healthz': json({ status: 'ok' }, 200, { Server: 'nginx' }),
          '*': nginx404,
        },
        {
          '/rest/push': (socket, { headers }) => {
            socket.on('error', () => undefined);
            if (headers.cookie?.includes('n8n-auth=') !== true) socket.close();
            else if (headers.origin === undefined || new URL(headers.origin).host !== inner) {
              socket.send('Invalid origin!');
              socket.close(1008);
            } else
              every(2000, socket, () => {
                socket.send(JSON.stringify({ type: 'executionFinished', data: { workflowId: 'Qw3' } }));
              });
          },
        },
      );
      return { url: HOME };
    },
  },
  {
    name: 'Mercure was given another secret for its subscribers than the Symfony application that signs their cookies',
    expect: 'auth-rejected',
    async start(world) {
      const caddy = { Server: 'Caddy' };
      const token = jwt({ mercure: { subscribe: ['*'] }, exp: 2_051_222_400 });
      const cookie = `mercureAuthorization=${token}; path=/.well-known/mercure; httponly; samesite=strict`;
      const head = '<link rel="mercure" href="/.well-known/mercure">';
      await serve(world, {
        '/': page(
          html(
            `const hub = new URL(document.querySelector('link[rel=mercure]').href);
hub.searchParams.append('topic', '${HOME}crushers/{id}');
(function subscribe() {
  const source = new EventSource(hub, { withCredentials: true });
  source.onopen = () => state('live');
  source.onmessage = ({ data }) => show(JSON.parse(data).name);
  source.onerror = () => { if (source.readyState !== EventSource.CLOSED) return; state('no live updates'); setTimeout(subscribe, 5000); };
})();
fetch('/api/crushers').then((answer) => answer.json()).then(({ member }) => member.forEach(({ name }) => show(name)));`,
            { title: 'Crushers', head },
          ),
          200,
          { ...caddy, 'Set-Cookie': cookie, Link: '</.well-known/mercure>; rel="mercure"' },
        ),
        '/api/crushers': json(
          {
            '@id': '/api/crushers',
            '@type': 'Collection',
            totalItems: 1,
            member: [{ '@id': '/api/crushers/1', name: 'Jaw 1' }],
          },
          200,
          { ...caddy, 'Content-Type': 'application/ld+json; charset=utf-8' },
        ),
        '/.well-known/mercure': (request, response) => {
          const { authorization, cookie: sent } = request.headers;
          if (
            authorization !== undefined ||
            sent?.includes('mercureAuthorization=') ||
            queryOf(request).has('authorization')
          ) {
            plain(401, 'Unauthorized\n', { ...caddy, 'X-Content-Type-Options': 'nosniff' })(request, response);
            return;
          }
          if (!queryOf(request).has('topic')) {
            plain(400, 'Missing "topic" parameter.\n', { ...caddy, 'X-Content-Type-Options': 'nosniff' })(
              request,
              response,
            );
            return;
          }
          response.writeHead(200, {
            ...caddy,
            'Content-Type': 'text/event-stream',
            'Cache-Control': 'private, no-cache, no-store, must-revalidate, max-age=0',
          });
          response.write(':\n');
        },
        '*': page(
          '<!DOCTYPE html><html><head><title>An Error Occurred: Not Found</title></head><body><h1>Oops! An Error Occurred</h1><h2>The server returned a "404 Not Found".</h2></body></html>',
          404,
          caddy,
        ),
      });
      return { url: HOME };
    },
  },
  {
    name: 'Directus was started without WEBSOCKETS_ENABLED, and the page opens its socket there',
    expect: 'backend-ws-unsupported',
    async start(world) {
      const directus = { 'X-Powered-By': 'Directus' };
      await serve(world, {
        '/': html(
          `let tries = 0;
(function connect() {
  const socket = new WebSocket('ws://' + location.host + '/websocket');
  socket.onopen = () => { tries = 0; socket.send(JSON.stringify({ type: 'subscribe', collection: 'orders', query: { fields: ['*'] }, uid: '1' })); };
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    if (message.type === 'ping') socket.send('{"type":"pong"}');
    if (message.type === 'subscription') { state('live'); message.data.forEach(({ title }) => show(title)); }
  };
  socket.onclose = () => { console.warn('reconnecting in 1000ms'); state('offline'); if (tries++ < 10) setTimeout(connect, 1000); };
})();
fetch('/items/orders').then((answer) => answer.json()).then(({ data }) => data.forEach(({ title }) => show(title)));`,
          { title: 'Orders' },
        ),
        '/items/orders': json({ data: [{ id: 1, title: 'Gravel, 12 t' }] }, 200, directus),
        '/server/ping': plain(200, 'pong', directus),
        '/server/health': json({ status: 'ok' }, 200, { ...directus, 'Content-Type': 'application/health+json' }),
        '/server/info': json(
          { data: { project: { project_name: 'Quarry', default_language: 'en-US' } } },
          200,
          directus,
        ),
        '*': (request, response) => {
          const path = (request.url ?? '').split('?')[0] ?? '';
          json(
            { errors: [{ message: `Route ${path} doesn't exist.`, extensions: { code: 'ROUTE_NOT_FOUND', path } }] },
            404,
            directus,
          )(request, response);
        },
      });
      return { url: HOME };
    },
  },
  {
    name: 'FastAPI was given two workers by WEB_CONCURRENCY, and each has a list of sockets of its own',
    expect: 'workers-isolated',
    async start(world) {
      const uvicorn = { Server: 'uvicorn' };
      const workers = [8, 9].map((pid) => ({ pid, sockets: new Set<WebSocket>() }));
      const turns = { socket: 0, request: 0 };
      const next = (kind: keyof typeof turns): (typeof workers)[number] => {
        const worker = workers[turns[kind]++ % workers.length];
        if (worker === undefined) throw new Error('there is no worker');
        return worker;
      };
      const { port } = await serve(
        world,
        {
          '/': html(
            `(function connect() {
  const socket = new WebSocket('ws://' + location.host + '/ws/dispatch');
  socket.onopen = () => state('online');
  socket.onmessage = ({ data }) => show(JSON.parse(data).text);
  socket.onclose = () => { state('offline'); setTimeout(connect, 2000); };
})();
const check = () => fetch('/health').then((answer) => answer.json()).then(({ status, pid, host }) => { document.getElementById('system').textContent = status + ' (' + host + ', process ' + pid + ')'; });
check();
setInterval(check, 3000);`,
            { title: 'Dispatch', body: '<footer id="system"></footer>' },
          ),
          '/health': (request, response) => {
            json({ status: 'ok', host: 'f3b1c07d92aa', pid: next('request').pid }, 200, uvicorn)(request, response);
          },
          '/say': sayer((text) => {
            for (const socket of next('request').sockets) socket.send(JSON.stringify({ text }));
          }),
          '*': json({ detail: 'Not Found' }, 404, uvicorn),
        },
        {
          '/ws/dispatch': (socket) => {
            const { sockets } = next('socket');
            sockets.add(socket);
            socket.on('error', () => undefined);
            socket.once('close', () => sockets.delete(socket));
          },
        },
      );
      return { url: HOME, publish: saying(port) };
    },
  },
  {
    name: 'list of origins of an ASP.NET program has the site with a slash at its end, which no origin has',
    expect: 'cors-origin-missing',
    async start(world) {
      const api = 'api.quarry.example.test';
      await serve(world, { '/': hubPage('Belts', `http://${api}/hubs/belts`), '*': nginx404 });
      const allowed = 'http://quarry.example.test/';
      await serve(
        world,
        {
          '/hubs/belts/negotiate': letting(
            allowed,
            taken((request, response) => {
              if (request.method === 'POST') negotiated(request, response);
              else response.writeHead(405, { ...KESTREL, Allow: 'POST', 'Content-Length': 0 }).end();
            }),
          ),
          '/hubs/belts': letting(allowed, plain(400, 'Connection ID required', KESTREL)),
          '/healthz': plain(200, 'Healthy', KESTREL),
          '*': letting(allowed, kestrel404),
        },
        { '/hubs/belts': hub('moved') },
        api,
      );
      return { url: HOME };
    },
  },
  {
    name: 'Spring registers its STOMP endpoint without SockJS, and the page is written for SockJS',
    expect: 'client-protocol-mismatch',
    async start(world) {
      const notFound: http.RequestListener = (request, response) => {
        const path = (request.url ?? '').split('?')[0];
        const timestamp = new Date().toISOString().replace('Z', '+00:00');
        json({ timestamp, status: 404, error: 'Not Found', path }, 404)(request, response);
      };
      await serve(
        world,
        {
          '/': html(
            `(function connect() {
  console.log('Opening Web Socket...');
  const lost = () => { console.log('Whoops! Lost connection to http://' + location.host + '/ws'); state('disconnected'); setTimeout(connect, 5000); };
  const request = new XMLHttpRequest();
  request.open('GET', '/ws/info?t=' + Date.now());
  request.onload = () => {
    if (request.status !== 200) return lost();
    const session = Math.random().toString(36).slice(2, 10);
    const socket = new WebSocket('ws://' + location.host + '/ws/481/' + session + '/websocket');
    socket.onmessage = ({ data }) => {
      if (data === 'o') socket.send(JSON.stringify(['CONNECT\\naccept-version:1.1,1.0\\nheart-beat:10000,10000\\n\\n\\0']));
      if (data[0] !== 'a') return;
      for (const frame of JSON.parse(data.slice(1))) {
        if (frame.startsWith('CONNECTED')) { state('connected'); socket.send(JSON.stringify(['SUBSCRIBE\\nid:sub-0\\ndestination:/topic/loads\\n\\n\\0'])); }
        if (frame.startsWith('MESSAGE')) show(frame.slice(frame.indexOf('\\n\\n') + 2, -1));
      }
    };
    socket.onclose = lost;
  };
  request.onerror = lost;
  request.send();
})();
fetch('/api/loads').then((answer) => answer.json()).then((all) => all.forEach(show));`,
            { title: 'Weighbridge' },
          ),
          '/api/loads': json(['Lorry 3, 18 t', 'Lorry 5, 22 t']),
          '/ws': plain(400, 'Can "Upgrade" only to "WebSocket".'),
          '*': notFound,
        },
        {
          '/ws': (socket) => {
            socket.on('message', (message) => {
              const text = textOf(message);
              if (/^(CONNECT|STOMP)\n/.test(text)) socket.send('CONNECTED\nversion:1.1\nheart-beat:0,0\n\n\0');
              if (!text.startsWith('SUBSCRIBE')) return;
              every(1000, socket, (count) => {
                socket.send(
                  `MESSAGE\ndestination:/topic/loads\nsubscription:sub-0\nmessage-id:7-${count}\n\nLorry ${count}\0`,
                );
              });
            });
          },
        },
      );
      return { url: HOME };
    },
  },
  {
    name: 'photo of the day is larger than the megabyte that Socket.IO takes at once, and is sent again after each connection',
    expect: 'payload-too-large',
    async start(world) {
      const { server } = await serve(world, {
        '/': html(
          `const socket = io({ transports: ['websocket'] });
const photo = new Uint8Array(1600000).map((_, index) => index * 31);
socket.on('connect', () => {
  state('connected');
  setTimeout(() => socket.emit('photo', { name: 'face-7.jpg', data: photo }, () => show('face-7.jpg is there')), 500);
});
socket.on('disconnect', (reason) => { console.log('disconnected', reason); state('disconnected: ' + reason); });
socket.on('note', ({ text }) => show(text));`,
          { title: 'Faces', head: '<script src="/client.js"></script>' },
        ),
        '/client.js': socketIoClient,
        '*': express404,
      });
      server.removeAllListeners('upgrade');
      const io = new SocketIo(server, { serveClient: false });
      world.onStop(() => void io.close());
      io.on('connection', (socket) => {
        socket.emit('note', { text: 'Blasting at three' });
        socket.on('photo', (_photo: object, done: () => void) => {
          done();
        });
      });
      return { url: HOME };
    },
  },
  {
    name: 'free plan of Supabase has as many visitors as it allows at once, and says so to the next handshake',
    expect: 'connection-limit',
    async start(world) {
      const project = 'kqvzhrtmwnbdoaejlpys';
      const api = `${project}.supabase.example.test`;
      const edge = {
        Server: 'cloudflare',
        'CF-RAY': '8f0d5c1b7a2e9c44-FRA',
        'sb-gateway-version': '1',
        'sb-project-ref': project,
      };
      const full = json({ error: 'Too many connected users' }, 429, edge);
      await serve(world, { '/': supabasePage(`http://${api}`, anonKey), '*': nginx404 });
      await serve(
        world,
        {
          '/rest/v1/loads': letting(HOME.slice(0, -1), json([{ id: 1, name: 'Lorry 0' }], 200, edge)),
          '/realtime/v1/websocket': full,
          '*': json({ message: 'no Route matched with those values' }, 404, edge),
        },
        {},
        api,
      );
      return { url: HOME };
    },
  },
  {
    name: 'ingress names a secret that does not exist, so the host of the sockets shows the fake certificate of its controller',
    expect: 'tls-certificate-untrusted',
    async start(world, authority) {
      const live = 'live.quarry.example.test';
      await serveSafely(world, await trusted(authority, [HOST]), {
        '/': html(
          `let tries = 0;
(function connect() {
  const socket = new WebSocket('wss://${live}/ws');
  socket.onopen = () => { tries = 0; state('online'); };
  socket.onmessage = ({ data }) => show(JSON.parse(data).text);
  socket.onclose = () => { state('offline'); setTimeout(connect, Math.min(1000 * 2 ** tries++, 8000)); };
})();`,
          { title: 'Conveyor' },
        ),
        '*': nginx404,
      });
      const fake = await generate(
        [
          { name: 'organizationName', value: 'Acme Co' },
          { name: 'commonName', value: 'Kubernetes Ingress Controller Fake Certificate' },
        ],
        {
          algorithm: 'sha256',
          notAfterDate: new Date(Date.now() + 360 * 86_400_000),
          extensions: [
            { name: 'basicConstraints', cA: false, critical: true },
            { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
            { name: 'extKeyUsage', serverAuth: true },
            { name: 'subjectAltName', altNames: [{ type: 2 as const, value: 'ingress.local' }] },
          ],
        },
      );
      await serveSafely(
        world,
        { cert: fake.cert, key: fake.private },
        { '*': nginx404 },
        { '/ws': telling('Belt') },
        live,
      );
      return { url: SAFE };
    },
  },
  {
    name: 'address of Action Cable was set in production with ws, and the site has TLS',
    expect: 'mixed-content',
    async start(world, authority) {
      const head = `<meta name="csrf-param" content="authenticity_token"><meta name="action-cable-url" content="ws://${HOST}/cable">`;
      await serveSafely(
        world,
        await trusted(authority, [HOST]),
        {
          '/': page(
            cablePage('BlastsChannel', head, "document.querySelector('meta[name=action-cable-url]').content"),
            200,
            RAILS,
          ),
          '/cable': plain(404, 'Page not found', RAILS),
          '/up': page('<!DOCTYPE html><html><body style="background-color: green"></body></html>', 200, RAILS),
          '*': rails404,
        },
        { '/cable': cable },
      );
      await serve(world, {
        '*': ({ url }, response) =>
          void response
            .writeHead(301, { Location: `https://${HOST}${url}`, 'Content-Type': 'text/html; charset=utf-8' })
            .end(),
      });
      return { url: SAFE };
    },
  },
  {
    name: 'Centrifugo was started with the origin of the developers alone in allowed_origins',
    expect: 'ws-origin-rejected',
    async start(world) {
      const rt = 'rt.quarry.example.test';
      await serve(world, {
        '/': html(
          `let tries = 0, id = 0;
(function connect() {
  const socket = new WebSocket('ws://${rt}/connection/websocket');
  socket.onopen = () => { tries = 0; socket.send(JSON.stringify({ connect: { token: '${jwt({ sub: 'visitor', exp: 2_051_222_400 })}', name: 'js' }, id: ++id })); };
  socket.onmessage = ({ data }) => {
    for (const line of data.split('\\n')) {
      const reply = JSON.parse(line);
      if (line === '{}') socket.send('{}');
      if (reply.connect) { state('connected'); socket.send(JSON.stringify({ subscribe: { channel: 'drills' }, id: ++id })); }
      if (reply.push?.pub) show(reply.push.pub.data.text);
    }
  };
  socket.onclose = () => { state('connecting: transport closed'); setTimeout(connect, Math.min(500 * 2 ** tries++, 20000)); };
})();`,
          { title: 'Drills' },
        ),
        '*': nginx404,
      });
      const forbidden = raw(403, 'Forbidden\n', ['Sec-Websocket-Version: 13', 'X-Content-Type-Options: nosniff']);
      const table: Routes = {
        '/connection/websocket': plain(400, 'Bad Request\n', {
          'Sec-Websocket-Version': '13',
          'X-Content-Type-Options': 'nosniff',
        }),
        '*': go404,
      };
      const { server, port } = await world.http(routes(table));
      guarded(
        server,
        '/connection/websocket',
        ({ headers }) =>
          headers.origin === undefined || headers.origin === 'http://localhost:3000' ? undefined : forbidden,
        (socket) => {
          socket.on('message', (message) => {
            const { id, connect } = JSON.parse(textOf(message)) as { id?: number; connect?: object };
            if (id === undefined) return;
            if (connect) {
              const told = { client: '5ad1e2d0-0d25-4a49-8a4c-0d6cbe8b5b0e', version: '6.1.0', ping: 25, pong: true };
              socket.send(JSON.stringify({ id, connect: told }));
              return;
            }
            socket.send(JSON.stringify({ id, subscribe: {} }));
            every(1000, socket, (count) => {
              socket.send(JSON.stringify({ push: { channel: 'drills', pub: { data: { text: `Drill ${count}` } } } }));
            });
          });
        },
      );
      routeOthers(server, ['/connection/websocket'], routes(table));
      world.route(rt, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'cable of Rails was moved to a name of its own, and the cookie of the session is for the name of the site alone',
    expect: 'auth-missing',
    async start(world) {
      const live = 'cable.quarry.example.test';
      const head = `<meta name="action-cable-url" content="ws://${live}/cable">`;
      const cookie = '_quarry_session=Jm9tZWdh--c2Vzc2lvbg%3D%3D; path=/; HttpOnly; SameSite=Lax';
      await serve(world, {
        '/': page(
          cablePage('ShiftsChannel', head, "document.querySelector('meta[name=action-cable-url]').content"),
          200,
          {
            ...RAILS,
            'Set-Cookie': cookie,
          },
        ),
        '*': rails404,
      });
      await serve(
        world,
        { '/cable': plain(404, 'Page not found', RAILS), '*': rails404 },
        {
          '/cable': (socket, request) => {
            if (request.headers.cookie?.includes('_quarry_session=') === true) {
              cable(socket, request);
              return;
            }
            socket.on('error', () => undefined);
            socket.send('{"type":"disconnect","reason":"unauthorized","reconnect":false}');
            socket.close(1000);
          },
        },
        live,
      );
      return { url: HOME };
    },
  },
  {
    name: 'container of the front end starts without the script that fills in its settings, so they still read as they were written',
    expect: 'bundle-variable-unset',
    async start(world) {
      const nginx = { Server: 'nginx/1.27.4' };
      const front = html(
        `(function connect() {
  const socket = new WebSocket(window.__env.WS_URL);
  socket.onopen = () => state('online');
  socket.onmessage = ({ data }) => show(JSON.parse(data).text);
  socket.onclose = () => { state('offline'); setTimeout(connect, 3000); };
})();`,
        { title: 'Stockpile', head: '<script src="/assets/env.js"></script>' },
      );
      await serve(
        world,
        {
          '/assets/env.js': plain(200, "window.__env = {\n  WS_URL: '${WS_URL}',\n  RELEASE: '${RELEASE}',\n};\n", {
            ...nginx,
            'Content-Type': 'application/javascript',
          }),
          '*': page(front, 200, nginx),
        },
        { '/ws/stock': telling('Pile') },
      );
      return { url: HOME };
    },
  },
  {
    name: 'ALLOWED_HOSTS of Django lacks the name of the site, which nginx serves from files and passes on for events',
    expect: 'backend-host-refused',
    async start(world) {
      const nginx = { Server: 'nginx' };
      const refused = page(
        '\n<!doctype html>\n<html lang="en">\n<head>\n  <title>Bad Request (400)</title>\n</head>\n<body>\n  <h1>Bad Request (400)</h1><p></p>\n</body>\n</html>\n',
        400,
        nginx,
      );
      const events: http.RequestListener = (_request, response) => {
        response.writeHead(200, {
          ...nginx,
          'Content-Type': 'text/event-stream',
          'Cache-Control': 'no-cache',
          'X-Accel-Buffering': 'no',
        });
        response.write('event: stream-open\ndata:\n\n');
        const timer = setInterval(() => response.write('event: message\ndata: {"text":"Kiln"}\n\n'), 1000);
        response.once('close', () => {
          clearInterval(timer);
        });
      };
      const front = html(
        `(function open() {
  const source = new EventSource('/events/');
  source.addEventListener('stream-open', () => state('live'));
  source.onmessage = ({ data }) => show(JSON.parse(data).text);
  source.onerror = () => { source.close(); state('reconnecting'); setTimeout(open, 3000); };
})();`,
        { title: 'Kilns' },
      );
      await serve(world, {
        '/': page(front, 200, nginx),
        '*': (request, response) => {
          const path = (request.url ?? '').split('?')[0] ?? '';
          if (!/^\/(events|api|admin)\//.test(path)) nginx404(request, response);
          else if (!/^(localhost|127\.0\.0\.1|web)(:\d+)?$/.test(request.headers.host ?? ''))
            refused(request, response);
          else if (path === '/events/') events(request, response);
          else
            page(
              '\n<!doctype html>\n<html lang="en">\n<head>\n  <title>Not Found</title>\n</head>\n<body>\n  <h1>Not Found</h1><p>The requested resource was not found on this server.</p>\n</body>\n</html>\n',
              404,
              nginx,
            )(request, response);
        },
      });
      return { url: HOME };
    },
  },
];

const healthy: readonly Unseen[] = [
  {
    name: 'dashboard of Grafana is open to guests, who have no stars and no preferences, and streams by its live socket',
    expect: 'healthy',
    async start(world) {
      const unauthorized = json(
        { extra: null, message: 'Unauthorized', messageId: 'auth.unauthorized', statusCode: 401, traceID: '' },
        401,
        { 'Cache-Control': 'no-store' },
      );
      await serve(
        world,
        {
          '/': (_request, response) =>
            void response
              .writeHead(302, { Location: '/public-dashboards/pit' })
              .end('<a href="/public-dashboards/pit">Found</a>.\n\n'),
          '/public-dashboards/pit': html(
            `fetch('/api/user/stars').then((answer) => answer.ok && answer.json());
fetch('/api/user/preferences').then((answer) => answer.ok && answer.json());
const image = new Image();
image.src = '/public/plugins/grafana-pump-panel/img/logo.svg';
let id = 0, tries = 0;
(function connect() {
  const socket = new WebSocket('ws://' + location.host + '/api/live/ws');
  socket.onopen = () => { tries = 0; socket.send(JSON.stringify({ connect: { name: 'js' }, id: ++id })); };
  socket.onmessage = ({ data }) => {
    for (const line of data.split('\\n')) {
      const reply = JSON.parse(line);
      if (line === '{}') socket.send('{}');
      if (reply.connect) { state('Connected'); socket.send(JSON.stringify({ subscribe: { channel: '1/stream/pit/water' }, id: ++id })); }
      if (reply.push?.pub) show(reply.push.pub.data.data.values.join(' '));
    }
  };
  socket.onclose = () => { state('Connecting'); setTimeout(connect, Math.min(500 * 2 ** tries++, 20000)); };
})();`,
            { title: 'Water in the pit' },
          ),
          '/api/user/stars': unauthorized,
          '/api/user/preferences': unauthorized,
          '/api/health': json({
            database: 'ok',
            version: '11.4.0',
            commit: 'b58701869e1a11b696010a6f28bd96b68a2cf0d0',
          }),
          '/api/live/ws': plain(400, 'Bad Request\n', { 'Sec-Websocket-Version': '13' }),
          '*': json(
            { accessErrorId: '', message: 'Not found', messageId: 'not-found', statusCode: 404, traceID: '' },
            404,
          ),
        },
        {
          '/api/live/ws': (socket) => {
            socket.on('message', (message) => {
              const { id, connect } = JSON.parse(textOf(message)) as { id?: number; connect?: object };
              if (id === undefined) return;
              if (connect) {
                const told = { client: '0c8a3d3e-95a1-4b39-8b0b-3e0cc5ab8f0d', ping: 25, pong: true };
                socket.send(JSON.stringify({ id, connect: told }));
                return;
              }
              socket.send(JSON.stringify({ id, subscribe: {} }));
              every(1000, socket, (count) => {
                const data = { data: { values: [[Date.now()], [3.1 + count / 100]] } };
                socket.send(JSON.stringify({ push: { channel: '1/stream/pit/water', pub: { data } } }));
              });
            });
          },
        },
      );
      return { url: HOME };
    },
  },
  {
    name: 'JupyterHub tells of a notebook server that is being started, ends its events when it is there, and the page goes to it',
    expect: 'healthy',
    async start(world) {
      const hubHeaders = { Server: 'TornadoServer/6.4.2', 'X-JupyterHub-Version': '5.2.1' };
      const tornado404 = page('<html><title>404: Not Found</title><body>404: Not Found</body></html>', 404, hubHeaders);
      const steps = [
        { progress: 0, message: 'Server requested' },
        { progress: 50, message: 'Pulling image "quarry/notebook:5"' },
        { progress: 80, message: 'Started container notebook' },
        {
          progress: 100,
          ready: true,
          message: 'Server ready at /user/guest/',
          html_message: 'Server ready at <a href="/user/guest/">/user/guest/</a>',
          url: '/user/guest/',
        },
      ];
      await serve(world, {
        '/hub/spawn-pending/guest': html(
          `const source = new EventSource('/hub/api/users/guest/server/progress?_xsrf=Mnw4');
source.onmessage = ({ data }) => {
  const { progress, message, failed, ready } = JSON.parse(data);
  if (progress !== undefined) state(progress + ' %');
  show(message);
  if (ready) { source.close(); location.replace('/user/guest/lab'); }
  if (failed) source.close();
};`,
          { title: 'Your server is starting up.' },
        ),
        '/hub/api/users/guest/server/progress': (request, response) => {
          response.writeHead(200, { ...hubHeaders, 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' });
          if (request.method === 'HEAD') {
            response.end();
            return;
          }
          const rest = [...steps];
          const timer = setInterval(() => {
            const step = rest.shift();
            if (step) response.write(`data: ${JSON.stringify(step)}\n\n`);
            else response.end();
          }, 900);
          response.once('close', () => {
            clearInterval(timer);
          });
        },
        '/user/guest/lab': html(
          `const list = () => fetch('/user/guest/api/kernels?' + Date.now()).then((answer) => answer.json()).then((all) => state(all.length + ' kernels'));
list();
setInterval(list, 4000);`,
          { title: 'JupyterLab' },
        ),
        '/user/guest/api/kernels': json([], 200, { Server: 'TornadoServer/6.4.2' }),
        '/hub/api/': json({ version: '5.2.1' }, 200, hubHeaders),
        '*': tornado404,
      });
      return { url: `${HOME}hub/spawn-pending/guest` };
    },
  },
  {
    name: 'card of a house asks for a command that nobody has installed, is told so, and hears the states of all things',
    expect: 'healthy',
    async start(world) {
      const token = jwt({ iss: 'a41f', iat: 1_735_689_600, exp: 2_051_222_400 });
      await serve(
        world,
        {
          '/': html(
            `let id = 0;
(function connect() {
  const socket = new WebSocket('ws://' + location.host + '/api/websocket');
  const ask = (type, more) => socket.send(JSON.stringify({ type, ...more, id: ++id }));
  socket.onmessage = ({ data }) => {
    const { type, event, success, error } = JSON.parse(data);
    if (type === 'auth_required') socket.send(JSON.stringify({ type: 'auth', access_token: '${token}' }));
    if (type === 'auth_invalid') state('sign in');
    if (type === 'auth_ok') { state('connected'); ask('supported_features', { features: { coalesce_messages: 1 } }); ask('subscribe_entities'); ask('hacs/subscribe', { signal: 'hacs_dispatch_status' }); }
    if (type === 'result' && !success) console.warn(error.code + ': ' + error.message);
    for (const [entity, { '+': more }] of Object.entries(event?.c ?? {})) show(entity + ' ' + more.s);
  };
  socket.onclose = () => { state('connection lost, reconnecting'); setTimeout(connect, 1000); };
})();`,
            { title: 'Site office' },
          ),
          '/manifest.json': json({ name: 'Home Assistant', short_name: 'Assistant' }),
          '/api/websocket': plain(400, 'No WebSocket UPGRADE hdr: None\n Can "Upgrade" only to "WebSocket".', {
            Server: 'Python/3.13 aiohttp/3.11.11',
          }),
          '*': plain(404, '404: Not Found'),
        },
        {
          '/api/websocket': (socket) => {
            const send = (value: object): void => {
              socket.send(JSON.stringify(value));
            };
            send({ type: 'auth_required', ha_version: '2025.1.2' });
            socket.on('message', (message) => {
              const {
                type,
                id,
                access_token: sent,
              } = JSON.parse(textOf(message)) as { type: string; id?: number; access_token?: string };
              if (type === 'auth' && sent === token) send({ type: 'auth_ok', ha_version: '2025.1.2' });
              else if (type === 'auth') {
                send({ type: 'auth_invalid', message: 'Invalid access token or password' });
                socket.close();
              } else if (type === 'hacs/subscribe')
                send({
                  id,
                  type: 'result',
                  success: false,
                  error: { code: 'unknown_command', message: 'Unknown command.' },
                });
              else {
                send({ id, type: 'result', success: true, result: null });
                if (type !== 'subscribe_entities') return;
                every(1200, socket, (count) => {
                  send({
                    id,
                    type: 'event',
                    event: { c: { 'sensor.dust': { '+': { s: String(40 + count), lc: Date.now() / 1000 } } } },
                  });
                });
              }
            });
          },
        },
      );
      return { url: HOME };
    },
  },
  {
    name: 'hub says goodbye because its program is exchanged, allows its client to come back, and the next program goes on',
    expect: 'healthy',
    async start(world) {
      let first: number | undefined;
      const moved = hub('moved');
      await serve(
        world,
        {
          '/': page(hubPage('Belts', '/hubs/belts'), 200, KESTREL),
          '/hubs/belts/negotiate': taken((request, response) => {
            if (request.method === 'POST') negotiated(request, response);
            else response.writeHead(405, { ...KESTREL, Allow: 'POST', 'Content-Length': 0 }).end();
          }),
          '/hubs/belts': plain(400, 'Connection ID required', KESTREL),
          '*': kestrel404,
        },
        {
          '/hubs/belts': (socket, request) => {
            moved(socket, request);
            const end = (first ??= Date.now()) + 4000;
            if (Date.now() >= end) return;
            const timer = setTimeout(() => {
              socket.send('{"type":7,"allowReconnect":true}\x1e');
              socket.close(1000);
            }, end - Date.now());
            socket.once('close', () => {
              clearTimeout(timer);
            });
          },
        },
      );
      return { url: HOME };
    },
  },
  {
    name: 'function takes four seconds to wake before it names the socket of Web PubSub, and a group is joined twice by mistake',
    expect: 'healthy',
    async start(world) {
      const service = 'quarry.webpubsub.example.test';
      const token = jwt({
        aud: `http://${service}/client/hubs/notices`,
        sub: 'guest',
        iat: 1_735_689_600,
        exp: 2_051_222_400,
      });
      let awake = false;
      await serve(world, {
        '/': html(
          `(async function start() {
  try {
    const { url } = await (await fetch('/api/negotiate', { method: 'POST' })).json();
    const socket = new WebSocket(url, 'json.webpubsub.azure.v1');
    const join = (ackId) => socket.send(JSON.stringify({ type: 'joinGroup', group: 'blasts', ackId }));
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(data);
      if (message.event === 'connected') { state('connected'); join(1); join(1); }
      if (message.type === 'ack' && !message.success && message.error.name !== 'Duplicate') console.error(message.error.message);
      if (message.type === 'message') show(message.data.text);
    };
    socket.onclose = () => { state('stopped'); setTimeout(start, 1000); };
  } catch (error) { state(error.message); setTimeout(start, 3000); }
})();`,
          { title: 'Notices' },
        ),
        '/api/negotiate': taken((_request, response) => {
          const answer = (): void => {
            awake = true;
            json({
              baseUrl: `ws://${service}/client/hubs/notices`,
              url: `ws://${service}/client/hubs/notices?access_token=${token}`,
              accessToken: token,
            })(_request, response);
          };
          if (awake) answer();
          else setTimeout(answer, 4000);
        }),
        '*': (_request, response) => void response.writeHead(404, { 'Content-Length': 0 }).end(),
      });
      const unauthorized: http.RequestListener = (_request, response) =>
        void response.writeHead(401, { 'Content-Length': 0, 'WWW-Authenticate': 'Bearer' }).end();
      const table: Routes = {
        '/client/hubs/notices': (request, response) => {
          if (queryOf(request).get('access_token') === token)
            plain(400, 'Connection is not a WebSocket request.')(request, response);
          else unauthorized(request, response);
        },
        '*': (_request, response) => void response.writeHead(404, { 'Content-Length': 0 }).end(),
      };
      const { server, port } = await world.http(routes(table));
      guarded(
        server,
        '/client/hubs/notices',
        (request) =>
          queryOf(request).get('access_token') === token ? undefined : raw(401, '', ['WWW-Authenticate: Bearer']),
        (socket) => {
          const send = (value: object): void => {
            socket.send(JSON.stringify(value));
          };
          send({
            type: 'system',
            event: 'connected',
            userId: 'guest',
            connectionId: 'tBg0V1f2a7WJ8RrY5nCz8w6a1b2c3d4',
          });
          let joined = false;
          socket.on('message', (message) => {
            const { type, ackId } = JSON.parse(textOf(message)) as { type: string; ackId?: number };
            if (type !== 'joinGroup') return;
            const error = { name: 'Duplicate', message: `Message with ack-id: ${ackId} has been processed` };
            send({ type: 'ack', ackId, success: !joined, ...(joined ? { error } : {}) });
            if (joined) return;
            joined = true;
            every(1000, socket, (count) => {
              const data = { text: `Blast in ${30 - count} minutes` };
              send({ type: 'message', from: 'group', fromUserId: 'office', group: 'blasts', dataType: 'json', data });
            });
          });
        },
      );
      routeOthers(server, ['/client/hubs/notices'], routes(table));
      world.route(service, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'Directus says in its socket that the token has expired, the page fetches a new one, and its subscription goes on',
    expect: 'healthy',
    async start(world) {
      const directus = { 'X-Powered-By': 'Directus' };
      const bearer = (): string => {
        const now = Math.floor(Date.now() / 1000);
        return jwt({ id: 'guest', role: 'reader', app_access: false, iat: now, exp: now + 900, iss: 'directus' });
      };
      await serve(
        world,
        {
          '/': html(
            `let subscribed = false;
const fresh = async () => (await (await fetch('/auth/refresh', { method: 'POST', credentials: 'include', headers: { 'Content-Type': 'application/json' }, body: '{"mode":"cookie"}' })).json()).data.access_token;
(async function connect() {
  const token = await fresh();
  const socket = new WebSocket('ws://' + location.host + '/websocket');
  const send = (value) => socket.send(JSON.stringify(value));
  socket.onopen = () => send({ type: 'auth', access_token: token });
  socket.onmessage = async ({ data }) => {
    const message = JSON.parse(data);
    if (message.type === 'ping') send({ type: 'pong' });
    if (message.type === 'auth' && message.status === 'error' && message.error.code === 'TOKEN_EXPIRED') send({ type: 'auth', access_token: await fresh() });
    if (message.type === 'auth' && message.status === 'ok' && !subscribed) { subscribed = true; send({ type: 'subscribe', collection: 'orders', query: { fields: ['*'] }, uid: '1' }); }
    if (message.type === 'subscription') { state('live'); message.data.forEach(({ title }) => show(title)); }
  };
  socket.onclose = () => { state('offline'); subscribed = false; setTimeout(connect, 1000); };
})();`,
            { title: 'Orders' },
          ),
          '/auth/refresh': taken((request, response) => {
            if (request.method === 'POST')
              json({ data: { expires: 900_000, access_token: bearer() } }, 200, directus)(request, response);
            else
              json(
                {
                  errors: [
                    {
                      message: "Route /auth/refresh doesn't exist.",
                      extensions: { code: 'ROUTE_NOT_FOUND', path: '/auth/refresh' },
                    },
                  ],
                },
                404,
                directus,
              )(request, response);
          }),
          '/server/ping': plain(200, 'pong', directus),
          '*': (request, response) => {
            const path = (request.url ?? '').split('?')[0] ?? '';
            json(
              { errors: [{ message: `Route ${path} doesn't exist.`, extensions: { code: 'ROUTE_NOT_FOUND', path } }] },
              404,
              directus,
            )(request, response);
          },
        },
        {
          '/websocket': (socket) => {
            let known = false;
            const send = (value: object): void => {
              socket.send(JSON.stringify(value));
            };
            const patience = setTimeout(() => {
              send({
                type: 'auth',
                status: 'error',
                error: { code: 'AUTH_TIMEOUT', message: 'Authentication timed out.' },
              });
              socket.close();
            }, 10_000);
            const expiry = setTimeout(() => {
              send({ type: 'auth', status: 'error', error: { code: 'TOKEN_EXPIRED', message: 'Token expired.' } });
            }, 3500);
            socket.once('close', () => {
              clearTimeout(patience);
              clearTimeout(expiry);
            });
            socket.on('message', (message) => {
              const { type, uid } = JSON.parse(textOf(message)) as { type: string; uid?: string };
              if (type === 'auth') {
                known = true;
                clearTimeout(patience);
                send({ type: 'auth', status: 'ok' });
              }
              if (type !== 'subscribe' || !known) return;
              send({ type: 'subscription', event: 'init', data: [{ id: 1, title: 'Gravel, 12 t' }], uid });
              every(1500, socket, (count) => {
                send({
                  type: 'subscription',
                  event: 'create',
                  data: [{ id: count + 1, title: `Sand, ${count} t` }],
                  uid,
                });
              });
            });
          },
        },
      );
      return { url: HOME };
    },
  },
  {
    name: 'Livewire asks every two seconds by POST for a component that seldom changes, and its page knows no Echo',
    expect: 'healthy',
    async start(world) {
      const session = 'quarry_session=eyJpdiI6Ik0ifQ; Max-Age=7200; path=/; httponly; samesite=lax';
      let asked = 0;
      const notFound = page(
        '<!DOCTYPE html>\n<html lang="en">\n<head><title>Not Found</title></head>\n<body><div>404</div><div>Not Found</div></body>\n</html>\n',
        404,
      );
      await serve(world, {
        '/': page(
          html(
            `let snapshot = document.getElementById('queue').getAttribute('wire:snapshot');
const headers = { 'Content-Type': 'application/json', 'X-Livewire': '' };
setInterval(async () => {
  if (document.hidden) return;
  const answer = await fetch('/livewire/update', { method: 'POST', headers, body: JSON.stringify({ _token: 'q0kW8mDT', components: [{ snapshot, updates: {}, calls: [{ path: '', method: '$refresh', params: [] }] }] }) });
  if (answer.status === 419) return confirm('This page has expired.\\nWould you like to refresh the page?') && location.reload();
  const [{ snapshot: next, effects }] = (await answer.json()).components;
  snapshot = next;
  if (effects.html) document.getElementById('queue').outerHTML = effects.html;
}, 2000);
if (!window.Echo) console.warn('Laravel Echo cannot be found');
state('open');`,
            {
              title: 'Queue at the weighbridge',
              head: '<meta name="csrf-token" content="q0kW8mDT"><link rel="preload" as="style" href="/build/assets/print.css">',
              body: '<div id="queue" wire:id="kT4" wire:snapshot="{}" wire:poll.2s>Nobody waits</div>',
            },
          ),
          200,
          { 'X-Powered-By': 'PHP/8.3.14', 'Set-Cookie': session },
        ),
        '/livewire/update': taken((request, response) => {
          if (request.method !== 'POST') {
            plain(405, 'Method Not Allowed', { Allow: 'POST' })(request, response);
            return;
          }
          const waiting = Math.floor((asked += 1) / 3);
          const snapshot = JSON.stringify({
            data: { waiting },
            memo: { id: 'kT4', name: 'queue', path: '/' },
            checksum: '7f41',
          });
          const effects = { returns: [null], html: `<div id="queue" wire:id="kT4">${waiting || 'Nobody'} waits</div>` };
          json({ components: [{ snapshot, effects }], assets: [] })(request, response);
        }),
        '/up': page('<!DOCTYPE html><html><body>Application up</body></html>'),
        '*': notFound,
      });
      return { url: HOME };
    },
  },
  {
    name: 'Phoenix is asked by long polls alone, begins by saying 410 in the body of a 200, and often has nothing but 204 there',
    expect: 'healthy',
    async start(world) {
      const cowboy = { Server: 'Cowboy', 'Access-Control-Allow-Origin': '*' };
      const sessions = new Map<string, { queue: string[]; wake?: () => void }>();
      const push = (queue: { queue: string[]; wake?: () => void }, message: unknown[]): void => {
        queue.queue.push(JSON.stringify(message));
        queue.wake?.();
      };
      const { port } = await serve(world, {
        '/': html(
          `let token = null, open = false, ref = 0;
const address = () => '/socket/longpoll?vsn=2.0.0' + (token ? '&token=' + encodeURIComponent(token) : '');
const send = (topic, event, payload) => fetch(address(), { method: 'POST', headers: { 'Content-Type': 'application/x-ndjson' }, body: JSON.stringify(['1', String(++ref), topic, event, payload]) });
let beat;
(async function poll() {
  let answer = { status: 0 };
  try { answer = await (await fetch(address(), { headers: { Accept: 'application/json' } })).json(); } catch {}
  const { status, messages } = answer;
  if (answer.token) token = answer.token;
  if (status === 200) for (const message of messages) {
    const [, , , event, payload] = JSON.parse(message);
    if (event === 'phx_reply' && payload.status === 'ok') state('joined');
    if (event === 'load') show(payload.text);
  }
  if (status === 410) { state('open'); send('yard:lobby', 'phx_join', {}); clearInterval(beat); beat = setInterval(() => send('phoenix', 'heartbeat', {}), 30000); }
  if (status === 0 || status >= 500) { token = null; state('closed'); setTimeout(poll, 1000); return; }
  poll();
})();`,
          { title: 'Yard' },
        ),
        '/socket/longpoll': withBody((body, request, response) => {
          const token = queryOf(request).get('token') ?? '';
          const session = sessions.get(token);
          const answer = (status: number, more: object = {}): void => {
            json({ status, ...more }, 200, cowboy)(request, response);
          };
          if (session === undefined) {
            if (request.method === 'POST') {
              answer(410);
              return;
            }
            const made = `SFMyNTY.g2gDaAJhBnQ.${sessions.size + 1}`;
            sessions.set(made, { queue: [] });
            answer(410, { token: made, messages: [] });
          } else if (request.method === 'POST') {
            for (const line of body.split('\n').filter(Boolean)) {
              const [join, ref, topic] = JSON.parse(line) as [string, string, string];
              push(session, [join, ref, topic, 'phx_reply', { status: 'ok', response: {} }]);
            }
            answer(200);
          } else {
            const flush = (): void => {
              clearTimeout(timer);
              delete session.wake;
              const messages = session.queue.splice(0);
              answer(messages.length > 0 ? 200 : 204, { token, messages });
            };
            const timer = setTimeout(flush, session.queue.length > 0 ? 0 : 5000);
            session.wake = flush;
            response.once('close', () => {
              clearTimeout(timer);
            });
          }
        }),
        '/say': sayer((text) => {
          for (const session of sessions.values()) push(session, ['1', null, 'yard:lobby', 'load', { text }]);
        }),
        '*': page('Not Found', 404, { Server: 'Cowboy' }),
      });
      return { url: HOME, publish: saying(port) };
    },
  },
  {
    name: 'first host of Ably takes no connection, its client finds by a text file that it is online and goes to a host for such cases',
    expect: 'healthy',
    async start(world) {
      const main = 'realtime.ably.example.test';
      const other = 'a.fallback.ably.example.test';
      await serve(world, {
        '/': html(
          `const hosts = ['${main}', '${other}'];
let turn = 0;
(function connect() {
  const host = hosts[turn % hosts.length];
  const socket = new WebSocket('ws://' + host + '/?key=8Jr1Qw.hT0x2g%3AsubscribeOnly&v=3&format=json&heartbeats=true&agent=ably-js%2F2.6.0%20browser');
  socket.onmessage = ({ data }) => {
    const { action, messages, error } = JSON.parse(data);
    if (action === 4) { state('connected'); socket.send(JSON.stringify({ action: 10, channel: 'hoist', params: {}, flags: 0 })); }
    if (action === 9) state(error.message);
    if (action === 15) messages.forEach((message) => show(message.data));
  };
  socket.onclose = async () => {
    state('disconnected');
    const online = await fetch('http://internet-up.ably.example.test/is-the-internet-up.txt').then((answer) => answer.text(), () => '');
    if (online.trim() === 'yes') turn++;
    setTimeout(connect, turn % hosts.length ? 100 : 15000);
  };
})();`,
          { title: 'Hoist' },
        ),
        '*': nginx404,
      });
      await serve(
        world,
        { '*': plain(200, 'yes\n', { 'Access-Control-Allow-Origin': '*' }) },
        {},
        'internet-up.ably.example.test',
      );
      world.route(main, 80, await world.closedPort());
      const failed = json({ error: { message: 'Unable to find resource', code: 40400, statusCode: 404 } }, 404);
      const { server, port } = await world.http(failed);
      endpoint(server, '/', (socket) => {
        const send = (value: object): void => {
          socket.send(JSON.stringify(value));
        };
        const connectionDetails = {
          connectionKey: 'e1a2b3!x9',
          maxMessageSize: 65_536,
          maxIdleInterval: 15_000,
          connectionStateTtl: 120_000,
        };
        send({ action: 4, connectionId: 'x9Vt1rQ0aB', connectionDetails });
        socket.on('message', (message) => {
          const { action, channel } = JSON.parse(textOf(message)) as { action: number; channel?: string };
          if (action === 0) send({ action: 0 });
          if (action !== 10) return;
          send({ action: 11, channel, channelSerial: 'e1aQ2@1', flags: 196_608 });
          every(1000, socket, (count) => {
            const messages = [{ name: 'load', data: `${count} t` }];
            send({ action: 15, id: `x9Vt1rQ0aB:${count}`, channel, timestamp: Date.now(), messages });
          });
        });
      });
      world.route(other, 80, port);
      return { url: HOME };
    },
  },
];

export const blindFourteen: readonly Unseen[] = [...broken, ...healthy];
