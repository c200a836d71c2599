/** What is asked most in public, and what is no fault though it looks like one. Their author knew no rule of the diagnosis. */
import type http from 'node:http';
import https from 'node:https';
import type { Writable } from 'node:stream';
import { createGzip } from 'node:zlib';
import type { WebSocket } from 'ws';
import { guarded, jwt, plain, queryOf, raw, sayer } from './blind-servers.ts';
import { html, pusherPage, rawPage, socketIoPage } from './pages.ts';
import { page, program, saying, servingAt } from './programs.ts';
import { UPGRADE, nginx } from './proxies.ts';
import { Chat, endpoint, express404, json, pusherServer, routes, socketIoClient, stream, textOf } from './servers.ts';
import type { Unseen } from './unseen.ts';

const HOST = 'station.example.test';
const HOME = `http://${HOST}/`;

const serve = servingAt(HOST);

/** What one was told, and who waits to be told more. */
class Log {
  private readonly lines: string[] = [];
  private readonly waiting = new Set<() => void>();

  readonly say = sayer((text) => {
    this.lines.push(text);
    for (const wake of this.waiting) wake();
  });

  get length(): number {
    return this.lines.length;
  }

  since(seen: number): { id: number; text: string }[] {
    return this.lines.map((text, index) => ({ id: index + 1, text })).slice(seen);
  }

  /** Calls `wake` at every line until the other end closes. */
  follow(end: WebSocket | http.ServerResponse, wake: () => void): void {
    this.waiting.add(wake);
    end.once('close', () => this.waiting.delete(wake));
  }
}

const broken: readonly Unseen[] = [
  {
    name: 'notebooks are listed and kernels start, and nginx passes the channel of the kernel on as a plain request',
    expect: 'proxy-upgrade-missing',
    async start(world) {
      const tornado = { Server: 'TornadoServer/6.4.2' };
      const channels = '/api/kernels/5f2c81d0/channels';
      const { port } = await program(
        world,
        {
          '/lab': html(
            `fetch('/api/contents').then((answer) => answer.json()).then(({ content }) => content.forEach(({ name }) => show(name)));
async function connect() {
  const { id } = await (await fetch('/api/kernels', { method: 'POST' })).json();
  (function open() {
    const socket = new WebSocket('ws://' + location.host + '/api/kernels/' + id + '/channels?session_id=9d1e');
    socket.onopen = () => state('Python 3 | Inactif');
    socket.onmessage = ({ data }) => state('Python 3 | ' + JSON.parse(data).content.execution_state);
    socket.onclose = () => { state('Python 3 | Connexion en cours'); setTimeout(open, 1500); };
  })();
}
connect();`,
            { title: 'Carnets' },
          ),
          '/api/contents': json({ type: 'directory', content: [{ name: 'mesures.ipynb' }] }, 200, tornado),
          '/api/kernels': json({ id: '5f2c81d0', name: 'python3' }, 201, tornado),
          [channels]: plain(400, 'Can "Upgrade" only to "WebSocket".', tornado),
          '*': page('<html><title>404: Not Found</title><body>404: Not Found</body></html>', 404, tornado),
        },
        {
          [channels]: (socket) => {
            socket.send(JSON.stringify({ msg_type: 'status', content: { execution_state: 'idle' } }));
          },
        },
      );
      const front = `location / { proxy_pass http://127.0.0.1:${port}; proxy_set_header Host $host; proxy_set_header X-Forwarded-For $remote_addr; }`;
      world.route(HOST, 80, await nginx(world, front));
      return { url: `${HOME}lab` };
    },
  },
  {
    name: 'dashboard was never told its public address, so its live socket takes visitors of localhost:3000 alone',
    expect: 'ws-origin-rejected',
    async start(world) {
      const { server, port } = await world.http(
        routes({
          '/': html(
            `const boot = { settings: { appUrl: 'http://localhost:3000/', appSubUrl: '', liveEnabled: true } };
fetch(boot.settings.appSubUrl + '/api/ds/query', { method: 'POST' }).then((answer) => answer.json()).then(({ results }) => show('CPU ' + results.A + ' %'));
(function connect() {
  const socket = new WebSocket('ws://' + location.host + boot.settings.appSubUrl + '/api/live/ws');
  socket.onopen = () => { state('Streaming'); socket.send(JSON.stringify({ id: 1, connect: {} })); };
  socket.onmessage = ({ data }) => { const { push } = JSON.parse(data); if (push) show('CPU ' + push.pub.data.cpu + ' %'); };
  socket.onclose = () => { state('Not streaming'); setTimeout(connect, 2000); };
})();`,
            { title: 'Dashboards' },
          ),
          '/api/ds/query': json({ results: { A: 41 } }),
          '/api/live/ws': plain(400, 'Bad Request\n', { 'Sec-Websocket-Version': '13' }),
          '*': json({ message: 'Not found', traceID: '' }, 404),
        }),
      );
      guarded(
        server,
        '/api/live/ws',
        ({ headers: { origin } }) =>
          origin === undefined || origin === 'http://localhost:3000' ? undefined : raw(403, 'Forbidden\n'),
        (socket) => {
          socket.once('message', () => {
            socket.send(JSON.stringify({ id: 1, connect: { client: 'c-1', version: '8' } }));
          });
        },
      );
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'presence of the wiki connects by its own address, and its editor by a setting that still begins with http',
    expect: 'mixed-content',
    async start(world, authority) {
      if (!authority) throw new Error('no authority');
      const chat = new Chat();
      const server = https.createServer(
        await authority.issue([HOST]),
        routes({
          '/': html(
            `const env = { URL: 'http://${HOST}', DEPLOYMENT: 'hosted' };
const presence = new WebSocket('wss://' + location.host + '/realtime');
presence.onmessage = () => show('Anna ist hier');
setTimeout(() => {
  const editor = new WebSocket(env.URL.replace(/^http/, 'ws') + '/collaboration/document.55b1');
  editor.onopen = () => state('Bearbeiten');
  editor.onmessage = ({ data }) => show(data);
}, 300);
state('Dokument ist schreibgeschützt');`,
            { title: 'Wissen' },
          ),
          '*': express404,
        }),
      );
      for (const where of ['/realtime', '/collaboration/document.55b1'])
        endpoint(server, where, (socket) => {
          chat.join(socket);
        });
      world.route(HOST, 443, await world.listen(server));
      return { url: `https://${HOST}/` };
    },
  },
  {
    name: 'certificate is at the port of the page, and the page speaks wss to the port where Reverb itself listens without one',
    expect: 'tls-plain-mismatch',
    async start(world, authority) {
      if (!authority) throw new Error('no authority');
      const site = https.createServer(
        await authority.issue([HOST]),
        routes({
          '/': pusherPage(`'wss://${HOST}:8080/app/sala-muestra?protocol=7&client=js&version=8.4.0&flash=false'`, {
            channels: ['pedidos'],
            event: 'PedidoListo',
          }),
          '*': page(
            '<!DOCTYPE html><html lang="es"><title>No encontrado</title><body>404 | No encontrado</body></html>',
            404,
          ),
        }),
      );
      world.route(HOST, 443, await world.listen(site));
      const reverb = await world.http(routes({ '*': plain(404, 'Not found.', { 'X-Powered-By': 'Laravel Reverb' }) }));
      pusherServer(reverb.server, ['sala-muestra']);
      world.route(HOST, 8080, reverb.port);
      return { url: `https://${HOST}/` };
    },
  },
  {
    name: 'front end was built where nobody had set the address of the API, and its host answers each path with the front end',
    expect: 'bundle-variable-unset',
    async start(world) {
      const site = html(
        `const e = void 0, t = \`\${e}/api/v1/alerts\`;
fetch(t).then((n) => n.json()).then((n) => n.forEach(show)).catch(() => show('Alarme konnten nicht geladen werden'));
const r = () => { const n = new EventSource(t + '/stream'); n.onopen = () => state('live'); n.onmessage = (i) => show(JSON.parse(i.data).text); n.onerror = () => { n.close(); state('offline'); setTimeout(r, 3e3); }; };
r();`,
        { title: 'Alarme' },
      );
      await serve(world, { '*': page(site, 200, { Server: 'nginx', ETag: '"6641f2-3ad"' }) });
      return { url: HOME };
    },
  },
  {
    name: 'demo of a model is published in a folder, and its page joins the queue at the root of the site',
    expect: 'backend-base-path',
    async start(world) {
      const uvicorn = { Server: 'uvicorn' };
      const demo = await program(world, {
        '/': html(
          `const config = { version: '4.44.0', root: 'http://${HOST}', api_prefix: '' };
(async function run() {
  try {
    const body = JSON.stringify({ data: ['Guten Morgen'], fn_index: 0, session_hash: 'k3v9' });
    const joined = await fetch(config.root + config.api_prefix + '/queue/join', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
    if (!joined.ok) throw new Error(joined.status);
    const queue = new EventSource(config.root + config.api_prefix + '/queue/data?session_hash=k3v9');
    queue.onmessage = ({ data }) => { const { msg, output } = JSON.parse(data); state(msg); if (output) show(output.data[0]); if (msg === 'close_stream') queue.close(); };
  } catch { state('Connection errored out.'); setTimeout(run, 3000); }
})();`,
          { title: 'Übersetzer' },
        ),
        '/config': json({ version: '4.44.0', mode: 'blocks' }, 200, uvicorn),
        '/queue/join': (request, response) => {
          request.resume();
          if (request.method === 'POST') json({ event_id: 'e-7' }, 200, uvicorn)(request, response);
          else json({ detail: 'Method Not Allowed' }, 405, { ...uvicorn, Allow: 'POST' })(request, response);
        },
        '/queue/data': (_request, response) => {
          response.writeHead(200, { 'Content-Type': 'text/event-stream', ...uvicorn });
          for (const part of [
            { msg: 'process_starts' },
            { msg: 'process_completed', output: { data: ['Good morning'] } },
            { msg: 'close_stream' },
          ])
            response.write(`data: ${JSON.stringify(part)}\n\n`);
        },
        '*': json({ detail: 'Not Found' }, 404, uvicorn),
      });
      const site = await program(world, {
        '/': html("state('Willkommen');", { title: 'Institut' }),
        '*': page('<!doctype html><title>Seite nicht gefunden</title><p>Diese Seite gibt es im Institut nicht.', 404),
      });
      const front = `location / { proxy_pass http://127.0.0.1:${site.port}; proxy_set_header Host $host; }
location /uebersetzer/ { proxy_pass http://127.0.0.1:${demo.port}/; proxy_set_header Host $host; proxy_http_version 1.1; proxy_buffering off; }`;
      world.route(HOST, 80, await nginx(world, front));
      return { url: `${HOME}uebersetzer/` };
    },
  },
  {
    name: 'everything is compressed on its way, also the events, which wait until there are enough of them',
    expect: 'proxy-buffers-stream',
    async start(world) {
      const open = new Set<Writable>();
      const send = (to: Writable, text: string): void => {
        to.write(`data: ${JSON.stringify({ text, at: new Date().toISOString() })}\n\n`);
      };
      const { port } = await serve(world, {
        '/': html(
          `const feed = new EventSource('/api/notifications/stream');
feed.onopen = () => state('conectado');
feed.onmessage = ({ data }) => show(JSON.parse(data).text);
feed.onerror = () => state('reconectando');`,
          { title: 'Avisos' },
        ),
        '/api/notifications/stream': (request, response) => {
          const packed = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
          response.writeHead(200, {
            'Content-Type': 'text/event-stream; charset=utf-8',
            'Cache-Control': 'no-cache',
            Vary: 'Accept-Encoding',
            ...(packed && { 'Content-Encoding': 'gzip' }),
          });
          response.flushHeaders();
          const to = packed ? createGzip() : response;
          if (to !== response) to.pipe(response);
          open.add(to);
          let count = 0;
          const timer = setInterval(() => {
            send(to, `lectura ${(count += 1)}`);
          }, 1000);
          response.once('close', () => {
            clearInterval(timer);
            open.delete(to);
          });
        },
        '/say': sayer((text) => {
          for (const to of open) send(to, text);
        }),
        '*': express404,
      });
      return { url: HOME, publish: saying(port) };
    },
  },
  {
    name: 'team chat greets and then says nothing for a while, and nginx hangs up on it each time',
    expect: 'proxy-idle-timeout',
    async start(world) {
      const { port } = await program(
        world,
        {
          '/': html(
            `let sequence = 0;
(function connect() {
  const socket = new WebSocket('ws://' + location.host + '/api/v4/websocket?sequence_number=' + sequence);
  socket.onmessage = ({ data }) => { const { event, seq } = JSON.parse(data); sequence = seq + 1; if (event === 'hello') state('online'); if (event === 'posted') show('new post'); };
  socket.onclose = () => { state('Please check connection, chat unreachable.'); setTimeout(connect, 1000); };
})();`,
            { title: 'Team chat' },
          ),
          '/api/v4/websocket': json({ id: 'api.web_socket.connect.upgrade.app_error', status_code: 400 }, 400),
          '*': json({ id: 'api.context.404.app_error', status_code: 404 }, 404),
        },
        {
          '/api/v4/websocket': (socket) => {
            socket.send(JSON.stringify({ event: 'hello', data: { server_version: '10.4' }, seq: 0 }));
            socket.on('message', (data) => {
              const { seq = 0 } = JSON.parse(textOf(data)) as { seq?: number };
              socket.send(JSON.stringify({ status: 'OK', seq_reply: seq }));
            });
          },
        },
      );
      const to = `proxy_pass http://127.0.0.1:${port};`;
      const front = `location / { ${to} } location ~ /api/v[0-9]+/(users/)?websocket$ { ${UPGRADE} ${to} proxy_read_timeout 4s; }`;
      world.route(HOST, 80, await nginx(world, front));
      return { url: HOME };
    },
  },
  {
    name: 'socket of the tables is open and beats, and each channel is refused because the token of the visitor has expired',
    expect: 'auth-rejected',
    async start(world) {
      const token = jwt({ sub: 'mesa-4', role: 'authenticated', iat: 1_756_000_000, exp: 1_756_003_600 });
      await serve(
        world,
        {
          '/': html(
            `let ref = 0;
const socket = new WebSocket('ws://' + location.host + '/realtime/v1/websocket?apikey=publica&vsn=1.0.0');
const push = (topic, event, payload) => socket.send(JSON.stringify({ topic, event, payload, ref: String(++ref) }));
const join = () => push('realtime:pedidos', 'phx_join', { config: { postgres_changes: [{ event: '*', schema: 'public', table: 'pedidos' }] }, access_token: '${token}' });
socket.onopen = () => { join(); setInterval(() => push('phoenix', 'heartbeat', {}), 4000); };
socket.onmessage = ({ data }) => {
  const { topic, event, payload } = JSON.parse(data);
  if (event === 'postgres_changes') show(payload.data.record.nombre);
  if (topic === 'phoenix' || event !== 'phx_reply') return;
  state(payload.status === 'ok' ? 'SUBSCRIBED' : 'CHANNEL_ERROR');
  if (payload.status !== 'ok') setTimeout(join, 3000);
};`,
            { title: 'Pedidos' },
          ),
          '*': json({ message: 'no Route matched with those values' }, 404),
        },
        {
          '/realtime/v1/websocket': (socket) => {
            socket.on('message', (data) => {
              const { topic, ref } = JSON.parse(textOf(data)) as { topic: string; ref: string };
              const response = { reason: 'InvalidJWTToken: Token has expired 41210 seconds ago' };
              const payload = topic === 'phoenix' ? { status: 'ok', response: {} } : { status: 'error', response };
              socket.send(JSON.stringify({ topic, event: 'phx_reply', payload, ref }));
            });
          },
        },
      );
      return { url: HOME };
    },
  },
  {
    name: 'session comes from another site with SameSite=Lax, so the browser does not keep it and the socket is without one',
    expect: 'auth-missing',
    async start(world) {
      await serve(world, {
        '/': html(
          `const api = 'api.boardhub.test';
(async function start() {
  const entered = await fetch('http://' + api + '/session', { method: 'POST', credentials: 'include' });
  state('Olá, ' + (await entered.json()).name);
  (function connect() {
    const socket = new WebSocket('ws://' + api + '/live');
    socket.onopen = () => state('ao vivo');
    socket.onmessage = ({ data }) => show(JSON.parse(data).text);
    socket.onclose = () => { state('sem ligação'); setTimeout(connect, 2000); };
  })();
})();`,
          { title: 'Quadro' },
        ),
        '*': express404,
      });
      const headers = {
        'Access-Control-Allow-Origin': `http://${HOST}`,
        'Access-Control-Allow-Credentials': 'true',
        Vary: 'Origin',
      };
      const { server, port } = await world.http(
        routes({
          '/session': json({ name: 'Rui' }, 200, {
            ...headers,
            'Set-Cookie': 'connect.sid=s-114; Path=/; HttpOnly; SameSite=Lax',
          }),
          '/live': json({ error: 'Unauthorized', message: 'No session' }, 401, headers),
          '*': express404,
        }),
      );
      guarded(server, '/live', ({ headers: { cookie = '' } }) =>
        cookie.includes('connect.sid=') ? undefined : raw(401, '{"error":"Unauthorized","message":"No session"}'),
      );
      world.route('api.boardhub.test', 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'forward authentication guards all but the files of the page, and sends what the page asks for to the sign-in portal',
    expect: 'proxy-auth-gate',
    async start(world) {
      const gate: http.RequestListener = (request, response) => {
        const back = encodeURIComponent(`http://${HOST}${request.url}`);
        const to = `http://auth.example.test/?rd=${back}&rm=${request.method}`;
        page(`<a href="${to.replaceAll('&', '&amp;')}">302 Found</a>`, 302, { Location: to })(request, response);
      };
      await serve(world, {
        '/': socketIoPage("''", '{}', "socket.on('all', (queue) => queue.forEach(show));"),
        '/client.js': socketIoClient,
        '*': gate,
      });
      await serve(
        world,
        {
          '*': page('<!doctype html><title>Login - Portal</title><h1>Sign in</h1><form><input name="username"></form>'),
        },
        {},
        'auth.example.test',
      );
      return { url: HOME };
    },
  },
  {
    name: 'tunnel stands, and behind it nothing listens where the tunnel leads to',
    expect: 'upstream-down',
    async start(world) {
      await serve(world, { '/': rawPage("'ws://tunel.example.test/ws'"), '*': express404 });
      const bad = page(
        `<!DOCTYPE html><html lang="en-US"><head><title>tunel.example.test | 502: Bad gateway</title></head><body><div id="cf-error-details">
<h1><span>Bad gateway</span> <span>Error code 502</span></h1><p>You: Browser Working. Lisbon: Cloudflare Working. tunel.example.test: Host Error.</p>
<h2>What happened?</h2><p>The web server reported a bad gateway error.</p></div></body></html>`,
        502,
        { Server: 'cloudflare', 'CF-RAY': '8c0f1b2a3d4e5f60-LIS', 'Cache-Control': 'private, max-age=0, no-store' },
      );
      await serve(world, { '*': bad }, {}, 'tunel.example.test');
      return { url: HOME };
    },
  },
  {
    name: 'host of the front end hands /api on and nothing else, so a hub beside it is negotiated with files',
    expect: 'proxy-route-missing',
    async start(world) {
      const server = { Server: 'nginx/1.27.2' };
      const site = page(
        html(
          `fetch('/api/tickets').then((answer) => answer.json()).then((all) => all.forEach(({ title }) => show(title)));
(async function start() {
  try {
    const answer = await fetch('/hubs/tickets/negotiate?negotiateVersion=1', { method: 'POST', headers: { 'X-Requested-With': 'XMLHttpRequest' } });
    if (!answer.ok) throw new Error('Failed to complete negotiation with the server: Status code ' + answer.status);
    const { connectionToken } = await answer.json();
    const socket = new WebSocket('ws://' + location.host + '/hubs/tickets?id=' + connectionToken);
    socket.onopen = () => { state('Verbunden'); socket.send('{"protocol":"json","version":1}\\x1e'); };
  } catch (error) { console.error(error.message); state('Nicht verbunden'); setTimeout(start, 3000); }
})();`,
          { title: 'Tickets' },
        ),
        200,
        server,
      );
      const refused = page(
        '<html>\r\n<head><title>405 Not Allowed</title></head>\r\n<body>\r\n<center><h1>405 Not Allowed</h1></center>\r\n<hr><center>nginx/1.27.2</center>\r\n</body>\r\n</html>\r\n',
        405,
        server,
      );
      await serve(world, {
        '/api/tickets': json([{ title: 'Drucker' }, { title: 'Beamer' }], 200, server),
        '*': (request, response) => {
          request.resume();
          (request.method === 'GET' || request.method === 'HEAD' ? site : refused)(request, response);
        },
      });
      return { url: HOME };
    },
  },
  {
    name: 'hub has two instances and no affinity, so the one that is asked to connect never negotiated',
    expect: 'proxy-no-stickiness',
    async start(world) {
      const kestrel = { Server: 'Kestrel' };
      const instances = [new Set<string>(), new Set<string>()];
      let turn = 0;
      const next = (): Set<string> => instances[(turn += 1) % 2] ?? new Set();
      const knows = (request: http.IncomingMessage): boolean => next().has(queryOf(request).get('id') ?? '');
      const transports = ['WebSockets', 'ServerSentEvents'].map((transport) => ({
        transport,
        transferFormats: ['Text'],
      }));
      const { server, port } = await world.http(
        routes({
          '/': html(
            `const hub = location.origin + '/hubs/queue';
const negotiate = async () => (await (await fetch(hub + '/negotiate?negotiateVersion=1', { method: 'POST' })).json()).connectionToken;
const bySocket = async () => { const id = await negotiate(); return new Promise((done, fail) => { const socket = new WebSocket(hub.replace('http', 'ws') + '?id=' + id); socket.onopen = () => { socket.send('{"protocol":"json","version":1}\\x1e'); done('WebSockets'); }; socket.onerror = () => fail(new Error('WebSockets failed')); }); };
const byEvents = async () => { const id = await negotiate(); return new Promise((done, fail) => { const source = new EventSource(hub + '?id=' + id); source.onopen = () => done('ServerSentEvents'); source.onerror = () => { source.close(); fail(new Error('ServerSentEvents failed')); }; }); };
(async function start() {
  try { state('connected by ' + (await bySocket().catch(byEvents))); } catch (error) { console.error('Unable to connect to the server with any of the available transports. ' + error.message); state('disconnected'); setTimeout(start, 3000); }
})();`,
            { title: 'Queue' },
          ),
          '/hubs/queue/negotiate': (request, response) => {
            request.resume();
            const connectionToken = Math.random().toString(36).slice(2);
            next().add(connectionToken);
            const more = {
              connectionId: connectionToken.slice(0, 4),
              connectionToken,
              availableTransports: transports,
            };
            json({ negotiateVersion: 1, ...more }, 200, kestrel)(request, response);
          },
          '/hubs/queue': (request, response) => {
            if (!queryOf(request).has('id')) plain(400, 'Connection ID required', kestrel)(request, response);
            else if (knows(request)) stream()(request, response);
            else plain(404, 'No Connection with that ID', kestrel)(request, response);
          },
          '*': plain(404, '', kestrel),
        }),
      );
      guarded(
        server,
        '/hubs/queue',
        (request) => (knows(request) ? undefined : raw(404, 'No Connection with that ID', ['Server: Kestrel'])),
        (socket) => {
          socket.once('message', () => {
            socket.send('{}\x1e');
          });
        },
      );
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'application allows the origin of the page, and the proxy before it adds that it allows all',
    expect: 'cors-origin-missing',
    async start(world) {
      await serve(world, {
        '/': html(
          `(function listen() {
  const source = new EventSource('http://api.station.example.test/v1/departures/stream');
  source.onopen = () => state('en direct');
  source.onmessage = ({ data }) => show(JSON.parse(data).text);
  source.onerror = () => { source.close(); state('hors ligne'); setTimeout(listen, 3000); };
})();`,
          { title: 'Départs' },
        ),
        '*': express404,
      });
      const api = routes({ '/v1/departures/stream': stream(), '*': express404 });
      const { port } = await world.http((request, response) => {
        response.setHeader('Vary', 'Origin');
        response.setHeader('Access-Control-Allow-Origin', [`http://${HOST}`, '*']);
        api(request, response);
      });
      world.route('api.station.example.test', 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'clock of the page renders it every second, and its hook takes options that are made anew for each render',
    expect: 'client-effect-churn',
    async start(world) {
      await serve(
        world,
        {
          '/': html(
            `let before, cleanUp;
function useSocket(url, options) {
  if (options === before) return;
  before = options;
  cleanUp?.();
  const socket = new WebSocket(url, options.protocols);
  socket.onopen = () => state('открыто');
  socket.onmessage = ({ data }) => { const { text } = JSON.parse(data); if (text) show(text); };
  cleanUp = () => socket.close(1000);
}
function render() {
  document.title = new Date().toLocaleTimeString();
  useSocket('ws://' + location.host + '/ws/board', { protocols: [], retry: true });
}
render();
setInterval(render, 1000);`,
            { title: 'Табло' },
          ),
          '/ws/board': plain(426, 'Upgrade Required', { Upgrade: 'websocket' }),
          '*': express404,
        },
        {
          '/ws/board': (socket) => {
            new Chat().join(socket);
          },
        },
      );
      return { url: HOME };
    },
  },
  {
    name: 'notifications are queued and no worker takes them, which the page of the queue tells',
    expect: 'publisher-worker-stopped',
    async start(world) {
      let waiting = 86;
      const { server, port } = await world.http(
        routes({
          '/': pusherPage(`'ws://' + location.host + '/app/quai-cle?protocol=7&client=js'`, {
            channels: ['annonces'],
            event: 'AnnoncePubliee',
          }).replace(
            '</script></body>',
            `fetch('/horizon/api/stats').then((answer) => answer.json()).then(({ status, wait }) => { document.title = 'Horizon : ' + status + ', ' + Object.values(wait)[0] + ' en attente'; });
</script></body>`,
          ),
          '/horizon/api/stats': (request, response) => {
            json({
              failedJobs: 0,
              jobsPerMinute: 0,
              processes: 0,
              recentJobs: 0,
              status: 'inactive',
              wait: { 'redis:default': waiting },
            })(request, response);
          },
          '/annonces': (request, response) => {
            request.resume();
            waiting += 1;
            json({ message: 'Annonce enregistrée' }, 201)(request, response);
          },
          '*': page(
            '<!DOCTYPE html><html lang="fr"><title>Introuvable</title><body>404 | Introuvable</body></html>',
            404,
          ),
        }),
      );
      pusherServer(server, ['quai-cle']);
      world.route(HOST, 80, port);
      return { url: HOME, publish: `curl -s -d texte={nonce} http://127.0.0.1:${port}/annonces` };
    },
  },
];

const healthy: readonly Unseen[] = [
  {
    name: 'file with changes of the installation and a list of beta features are asked for, and this installation has neither',
    expect: 'healthy',
    async start(world) {
      const chat = new Chat();
      const { port } = await serve(
        world,
        {
          '/': html(
            `const optional = async (path, fallback) => { const answer = await fetch(path); if (answer.ok) return answer.json(); console.error(path + ' could not be loaded (' + answer.status + '), using defaults'); return fallback; };
(async () => {
  const { path } = await optional('/config/override.json', { path: '/live' });
  await optional('/api/features/beta', []);
  (function connect() {
    const socket = new WebSocket('ws://' + location.host + path);
    socket.onopen = () => state('connected');
    socket.onmessage = ({ data }) => { const { text } = JSON.parse(data); if (text) show(text); };
    socket.onclose = () => setTimeout(connect, 1000);
  })();
})();`,
            { head: '<link rel="stylesheet" href="/custom.css">' },
          ),
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
    name: 'public status page asks for heartbeats every three seconds, and one of the things that it watches is down',
    expect: 'healthy',
    async start(world) {
      const log = new Log();
      const { port } = await serve(world, {
        '/': html(
          `async function update() {
  const { monitors, incidents } = await (await fetch('/api/status-page/heartbeat/main')).json();
  state(monitors.map(({ name, status, msg }) => name + ': ' + (status ? 'Up' : 'Down – ' + msg)).join(', '));
  document.getElementById('list').replaceChildren();
  incidents.forEach(({ text }) => show(text));
}
update();
setInterval(update, 3000);`,
          { title: 'Status' },
        ),
        '/api/status-page/heartbeat/main': (request, response) => {
          const monitors = [
            { name: 'Website', status: 1, msg: '200 - OK' },
            { name: 'Live feed', status: 0, msg: 'connect ECONNREFUSED 10.0.3.8:6379' },
          ];
          json({ monitors, incidents: log.since(0) }, 200, { 'Cache-Control': 'no-store' })(request, response);
        },
        '/say': log.say,
        '*': express404,
      });
      return { url: HOME, publish: saying(port) };
    },
  },
  {
    name: 'help of a shop connects its visitor when he asks for it, and not before',
    expect: 'healthy',
    async start(world) {
      await serve(
        world,
        {
          '/': html(
            `fetch('/api/assistenza').then((answer) => answer.json()).then(({ aperta, attesa }) => state(aperta ? 'Assistenza aperta, attesa ' + attesa + ' min' : 'Assistenza chiusa'));
document.getElementById('chat').onclick = () => {
  const socket = new WebSocket('ws://' + location.host + '/ws/assistenza');
  socket.onopen = () => state('In linea');
  socket.onmessage = ({ data }) => { const { text } = JSON.parse(data); if (text) show(text); };
};`,
            { title: 'Negozio', body: '<button id="chat">Scrivici</button>' },
          ),
          '/api/assistenza': json({ aperta: true, attesa: 2 }),
          '*': express404,
        },
        {
          '/ws/assistenza': (socket) => {
            new Chat().join(socket);
          },
        },
      );
      return { url: HOME };
    },
  },
  {
    name: 'script behind an event stream may run for three seconds, ends, and goes on from the last event when asked again',
    expect: 'healthy',
    async start(world) {
      const log = new Log();
      const { port } = await serve(world, {
        '/': html(
          `const source = new EventSource('/stream.php');
source.onopen = () => state('verbonden');
source.onerror = () => state('opnieuw verbinden');
source.addEventListener('melding', ({ data }) => show(data));`,
          { title: 'Meldingen' },
        ),
        '/stream.php': (request, response) => {
          response.writeHead(200, { 'Content-Type': 'text/event-stream;charset=UTF-8', 'Cache-Control': 'no-cache' });
          let seen = Number(request.headers['last-event-id'] ?? log.length);
          response.write(`retry: 1000\nid: ${seen}\nevent: start\ndata: 1\n\n`);
          const write = (): void => {
            for (const { id, text } of log.since(seen)) response.write(`id: ${id}\nevent: melding\ndata: ${text}\n\n`);
            seen = log.length;
          };
          write();
          log.follow(response, write);
          const timer = setTimeout(() => response.end(), 3000);
          response.once('close', () => {
            clearTimeout(timer);
          });
        },
        '/say': log.say,
        '*': express404,
      });
      return { url: HOME, publish: saying(port) };
    },
  },
  {
    name: 'server says after a moment that it restarts, and the page comes back and asks for what it has missed',
    expect: 'healthy',
    async start(world) {
      const log = new Log();
      const known = new Set<string>();
      const { port } = await serve(
        world,
        {
          '/': html(
            `const tab = Math.random().toString(36).slice(2);
let seen, wait = 400;
(function connect() {
  const socket = new WebSocket('ws://' + location.host + '/feed?tab=' + tab + (seen === undefined ? '' : '&since=' + seen));
  socket.onmessage = ({ data }) => { const { id, text } = JSON.parse(data); seen = id; wait = 400; state('conectado'); if (text) show(text); };
  socket.onclose = ({ code, reason }) => { console.warn('socket closed', code, reason); state('reconectando'); setTimeout(connect, wait); wait = Math.min(wait * 2, 8000); };
})();`,
            { title: 'Central' },
          ),
          '/say': log.say,
          '*': express404,
        },
        {
          '/feed': (socket, request) => {
            const query = queryOf(request);
            const tab = query.get('tab') ?? '';
            let seen = Number(query.get('since') ?? log.length);
            const write = (): void => {
              for (const line of log.since(seen)) socket.send(JSON.stringify(line));
              seen = log.length;
            };
            socket.send(JSON.stringify({ id: seen }));
            write();
            log.follow(socket, write);
            if (!known.has(tab))
              setTimeout(() => {
                socket.close(1012, 'service restart');
              }, 1500);
            known.add(tab);
          },
        },
      );
      return { url: HOME, publish: saying(port) };
    },
  },
  {
    name: 'question of the page is held for twenty seconds, unless there is something to say',
    expect: 'healthy',
    async start(world) {
      const log = new Log();
      const { port } = await serve(world, {
        '/': html(
          `let next = 'latest';
(async function poll() {
  try {
    const answer = await fetch('/api/updates?timeout=20&offset=' + next);
    if (!answer.ok) throw new Error(answer.status);
    const { offset, result } = await answer.json();
    next = offset;
    state('spojeno');
    result.forEach(({ text }) => show(text));
    poll();
  } catch { state('odpojeno'); setTimeout(poll, 2000); }
})();`,
          { title: 'Hlášení' },
        ),
        '/api/updates': (request, response) => {
          const offset = queryOf(request).get('offset') ?? 'latest';
          const seen = offset === 'latest' ? log.length : Number(offset);
          const answer = (): void => {
            if (!response.headersSent)
              json({ ok: true, offset: log.length, result: log.since(seen) })(request, response);
          };
          if (offset === 'latest' || log.length > seen) {
            answer();
            return;
          }
          log.follow(response, answer);
          const timer = setTimeout(answer, 20_000);
          response.once('close', () => {
            clearTimeout(timer);
          });
        },
        '/say': log.say,
        '*': express404,
      });
      return { url: HOME, publish: saying(port) };
    },
  },
  {
    name: 'edition of the server has event streams alone, says so to a handshake, and the page takes what it is offered',
    expect: 'healthy',
    async start(world) {
      const log = new Log();
      const offer = {
        error: 'websocket_not_offered',
        message: 'This edition offers event streams only.',
        stream: '/live/events',
      };
      const { port } = await serve(world, {
        '/': html(
          `const receive = ({ data }) => { const { text } = JSON.parse(data); if (text) show(text); };
function byEvents() {
  const source = new EventSource('/live/events');
  source.onopen = () => state('connected (event stream)');
  source.onmessage = receive;
}
const socket = new WebSocket('ws://' + location.host + '/live');
socket.onopen = () => state('connected (WebSocket)');
socket.onmessage = receive;
socket.onerror = () => { console.info('no WebSocket in this edition, using the event stream'); byEvents(); };`,
          { title: 'Community edition' },
        ),
        '/live': json(offer, 501),
        '/live/events': (_request, response) => {
          response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' });
          response.write('data: {"type":"hello"}\n\n');
          let seen = log.length;
          log.follow(response, () => {
            for (const { text } of log.since(seen)) response.write(`data: ${JSON.stringify({ text })}\n\n`);
            seen = log.length;
          });
        },
        '/say': log.say,
        '*': express404,
      });
      return { url: HOME, publish: saying(port) };
    },
  },
];

export const blindSix: readonly Unseen[] = [...broken, ...healthy];
