/** What people report of applications that they host at home, and what works there though it looks odd. Their author knew no rule of the diagnosis. */
import type http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { Server as SocketIo } from 'socket.io';
import type { WebSocket } from 'ws';
import { guarded, plain, queryOf, raw, sayer } from './blind-servers.ts';
import { html, socketIoPage } from './pages.ts';
import { page, program, saying, servingAt, taken } from './programs.ts';
import { UPGRADE, nginx } from './proxies.ts';
import type { Routes } from './servers.ts';
import { Chat, answerPlainly, endpoint, express404, json, routes, socketIoClient, textOf } from './servers.ts';
import type { Unseen } from './unseen.ts';

const HOST = 'lab.example.test';
const HOME = `http://${HOST}/`;

const serve = servingAt(HOST);

const cloudflare = { Server: 'cloudflare', 'CF-RAY': '8f2c1d7e9a3b4c5d-FRA' };

const tomcat404 = page(
  '<!doctype html><html lang="en"><head><title>HTTP Status 404 – Not Found</title></head><body><h1>HTTP Status 404 – Not Found</h1><hr class="line" /><p><b>Type</b> Status Report</p><hr class="line" /><h3>Apache Tomcat/9.0.98</h3></body></html>',
  404,
);

/** A set of sockets to which one text goes. */
class Crowd {
  private readonly sockets = new Set<WebSocket>();

  readonly join = (socket: WebSocket): void => {
    this.sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => this.sockets.delete(socket));
  };

  tell(data: string | Buffer): void {
    for (const socket of this.sockets) socket.send(data);
  }
}

const broken: readonly Unseen[] = [
  {
    name: 'team chat speaks of CORS whenever a handshake fails, and its site in the proxy manager was saved with one switch off',
    expect: 'proxy-upgrade-missing',
    async start(world) {
      const crowd = new Crowd();
      const { port } = await program(
        world,
        {
          '/': html(
            `let failed = 0;
fetch('/api/v4/config/client?format=old').then((answer) => answer.json()).then(({ SiteName }) => { document.title = SiteName; });
fetch('/api/v4/users/me').then((answer) => answer.json()).then(({ username }) => show('@' + username));
(function connect() {
  const socket = new WebSocket('ws://' + location.host + '/api/v4/websocket?connection_id=&sequence_number=0');
  socket.onmessage = ({ data }) => {
    const { event, data: inner } = JSON.parse(data);
    if (event === 'hello') { failed = 0; state(''); }
    if (event === 'posted') show(JSON.parse(inner.post).message);
  };
  socket.onclose = () => {
    failed += 1;
    if (failed > 1) state('Please check connection, Mattermost unreachable. If issue persists, ask administrator to check WebSocket port.');
    setTimeout(connect, Math.min(3000 * failed, 9000));
  };
})();`,
            { title: 'Town Square' },
          ),
          '/api/v4/config/client': json({ SiteName: 'Werkhof', Version: '10.5.1', WebsocketURL: '' }),
          '/api/v4/users/me': json({ id: 'h5wxbk1qxjr8tqsrmkk5ew9mfa', username: 'visitor' }),
          '/api/v4/websocket': ({ headers: { origin = '' } }, response) => {
            const error = {
              id: 'api.web_socket.connect.upgrade.app_error',
              message: `URL Blocked because of CORS. Url: ${origin}`,
              detailed_error: '',
              request_id: 'p7hy1j6q9bfgmkwzz3r8nnp5do',
              status_code: 400,
            };
            response
              .writeHead(400, { 'Content-Type': 'text/plain; charset=utf-8', 'Sec-Websocket-Version': '13' })
              .end(`Bad Request\n${JSON.stringify(error)}`);
          },
          '/say': sayer((text) => {
            crowd.tell(JSON.stringify({ event: 'posted', data: { post: JSON.stringify({ message: text }) }, seq: 1 }));
          }),
          '*': json({ id: 'api.context.404.app_error', message: 'Sorry, we could not find the page.' }, 404),
        },
        {
          '/api/v4/websocket': (socket) => {
            crowd.join(socket);
            socket.send(JSON.stringify({ event: 'hello', data: { server_version: '10.5.1' }, seq: 0 }));
          },
        },
      );
      const front = `location / { proxy_set_header Host $http_host; proxy_set_header X-Forwarded-Scheme $scheme; proxy_set_header X-Forwarded-Proto $scheme; proxy_set_header X-Forwarded-For $remote_addr; proxy_set_header X-Real-IP $remote_addr; proxy_pass http://127.0.0.1:${port}; }`;
      world.route(HOST, 80, await nginx(world, front));
      world.route(HOST, 8065, port);
      return { url: HOME, publish: saying(port) };
    },
  },
  {
    name: 'wall of the house may read the list of notifications of another host, whose stream has a list of origins of its own',
    expect: 'ws-origin-rejected',
    async start(world) {
      const push = 'push.lab.example.test';
      const crowd = new Crowd();
      await serve(world, {
        '/': html(
          `const base = 'http://${push}';
const token = 'client-of-the-wall';
const list = () => fetch(base + '/message?limit=100&token=' + token).then((answer) => answer.json()).then(({ messages }) => messages.forEach(({ message }) => show(message)));
(function connect() {
  const socket = new WebSocket(base.replace('http', 'ws') + '/stream?token=' + token);
  socket.onopen = () => state('Connected');
  socket.onmessage = ({ data }) => show(JSON.parse(data).message);
  socket.onclose = () => { state('WebSocket connection closed, trying again in 30 seconds.'); setTimeout(connect, 4000); };
})();
list();`,
          { title: 'Hallway' },
        ),
        '*': express404,
      });
      const cors = { 'Access-Control-Allow-Origin': `http://${HOST}`, Vary: 'Origin' };
      const known = (request: http.IncomingMessage): boolean => queryOf(request).get('token') === 'client-of-the-wall';
      const unauthorized = json(
        {
          error: 'Unauthorized',
          errorCode: 401,
          errorDescription: 'you need to provide a valid access token or user credentials to access this api',
        },
        401,
        cors,
      );
      const listener = routes({
        '/message': (request, response) => {
          const messages = [{ id: 25, appid: 5, message: 'Backup finished', title: 'NAS', priority: 2 }];
          (known(request) ? json({ paging: { size: 1, limit: 100 }, messages }, 200, cors) : unauthorized)(
            request,
            response,
          );
        },
        '/stream': (request, response) => {
          (known(request) ? plain(400, 'Bad Request\n', { 'Sec-Websocket-Version': '13', ...cors }) : unauthorized)(
            request,
            response,
          );
        },
        '/health': json({ health: 'green', database: 'green' }, 200, cors),
        '/say': sayer((text) => {
          crowd.tell(JSON.stringify({ id: 26, appid: 5, message: text, title: 'NAS', priority: 2 }));
        }),
        '*': json({ error: 'Not Found', errorCode: 404, errorDescription: 'page not found' }, 404, cors),
      });
      const { server, port } = await world.http(listener);
      guarded(
        server,
        '/stream',
        (request) => {
          const { origin, host } = request.headers;
          if (!known(request)) return raw(401, 'Unauthorized');
          return origin === undefined || new URL(origin).host === host
            ? undefined
            : raw(403, 'Forbidden\n', ['Sec-Websocket-Version: 13']);
        },
        crowd.join,
      );
      world.route(push, 80, port);
      return { url: HOME, publish: saying(port) };
    },
  },
  {
    name: 'files of a kiosk are open to all, and before the house itself stands a guard that shows its sign-in button with 403',
    expect: 'proxy-auth-gate',
    async start(world) {
      const signIn = page(
        `<!DOCTYPE html>
<html lang="en" charset="utf-8"><head><title>Sign In</title></head><body>
<section class="section has-background-light"><form method="GET" action="/oauth2/start"><input type="hidden" name="rd" value="/"><button type="submit" class="button is-primary">Sign in with OpenID Connect</button></form></section>
<footer><p>Secured with <a href="https://github.com/oauth2-proxy/oauth2-proxy#oauth2_proxy">OAuth2 Proxy</a> version v7.8.1</p></footer></body></html>`,
        403,
        { 'Cache-Control': 'no-cache, no-store, must-revalidate, max-age=0' },
      );
      await serve(world, {
        '/': html(
          `let wait = 1000;
const rooms = () => fetch('/house/api/rooms', { headers: { Accept: 'application/json' } }).then((answer) => { if (!answer.ok) throw new Error(answer.status); return answer.json(); }).then((all) => all.forEach(show)).catch((error) => console.warn('rooms: ' + error.message));
(function connect() {
  const socket = new WebSocket('ws://' + location.host + '/house/ws');
  socket.onopen = () => state('online');
  socket.onmessage = ({ data }) => show(JSON.parse(data).text);
  socket.onclose = () => { state('offline'); setTimeout(connect, wait); wait = Math.min(wait * 2, 8000); };
})();
rooms();`,
          { title: 'Kiosk' },
        ),
        '/robots.txt': plain(200, 'User-agent: *\nDisallow: /\n'),
        '/ping': plain(200, 'OK'),
        '/oauth2/auth': plain(401, 'Unauthorized\n'),
        '*': (request, response) => {
          if (!(request.url ?? '').startsWith('/house/')) express404(request, response);
          else if (request.headers.accept === 'application/json') json({}, 401)(request, response);
          else signIn(request, response);
        },
      });
      return { url: HOME };
    },
  },
  {
    name: 'demo of a model stands behind TLS, was not told of it, and writes http into the root that its page asks',
    expect: 'mixed-content',
    async start(world, authority) {
      if (!authority) throw new Error('no authority');
      const config = { version: '5.9.1', api_prefix: '/gradio_api', root: `http://${HOST}`, is_space: false };
      const uvicorn = { Server: 'uvicorn' };
      const answer = routes({
        '/': html(
          `const gradio_config = ${JSON.stringify(config)};
const api = gradio_config.root + gradio_config.api_prefix;
(async function mount() {
  try {
    const hash = Math.random().toString(36).slice(2);
    await (await fetch(api + '/info?serialize=False')).json();
    await fetch(api + '/queue/join', { method: 'POST', body: JSON.stringify({ data: [], fn_index: 0, session_hash: hash }) });
    state('Queue');
    new EventSource(api + '/queue/data?session_hash=' + hash).onmessage = ({ data }) => show(data);
  } catch { state('Could not load this space.'); setTimeout(mount, 4000); }
})();`,
          { title: 'Gradio' },
        ),
        '/config': json(config, 200, uvicorn),
        '/gradio_api/info': json({ named_endpoints: {}, unnamed_endpoints: {} }, 200, uvicorn),
        '/gradio_api/queue/join': taken(json({ event_id: '3d1f' }, 200, uvicorn)),
        '/gradio_api/queue/data': (_request, response) => {
          response.writeHead(200, { 'Content-Type': 'text/event-stream', ...uvicorn });
          response.write('data: {"msg":"estimation","rank":0,"queue_size":1}\n\n');
        },
        '*': json({ detail: 'Not Found' }, 404, uvicorn),
      });
      const pems = await authority.issue([HOST]);
      world.route(HOST, 443, await world.listen(https.createServer(pems, answer)));
      await serve(world, {
        '*': (request, response) => {
          response.writeHead(301, { Location: `https://${HOST}${request.url}`, Server: 'openresty' }).end();
        },
      });
      return { url: `https://${HOST}/` };
    },
  },
  {
    name: 'push of a cloud takes name and word of a device that its owner has removed, and answers with an error in one line',
    expect: 'auth-rejected',
    async start(world) {
      await serve(
        world,
        {
          '/': html(
            `let wait = 1000;
fetch('/status.php').then((answer) => answer.json()).then(({ versionstring }) => console.info('server ' + versionstring));
(function connect() {
  const socket = new WebSocket('ws://' + location.host + '/push/ws');
  socket.onopen = () => { socket.send('hallway-panel'); socket.send('word-of-the-panel'); };
  socket.onmessage = ({ data }) => {
    if (data === 'authenticated') { state('listening'); socket.send('listen notify_file_id'); }
    else if (data.startsWith('err: ')) { console.error('Received error: ' + data.slice(5)); state('not listening'); }
    else show(data);
  };
  socket.onclose = () => { setTimeout(connect, wait); wait = Math.min(wait * 2, 8000); };
})();`,
            { title: 'Files' },
          ),
          '/status.php': json({
            installed: true,
            maintenance: false,
            versionstring: '30.0.4',
            productname: 'Nextcloud',
          }),
          '/push/test/cookie': plain(200, '0'),
          '/push/ws': plain(400, 'Invalid request header "connection"'),
          '*': page('<!DOCTYPE html><title>Nextcloud</title><h2>Page not found</h2>', 404),
        },
        {
          '/push/ws': (socket) => {
            const words: string[] = [];
            socket.on('message', (data) => {
              words.push(textOf(data));
              if (words.length !== 2) return;
              socket.send('err: Invalid credentials');
              socket.close();
            });
          },
        },
      );
      return { url: HOME };
    },
  },
  {
    name: 'header that was pasted into the proxy allows a media page its own host alone, by what it says of all things at once',
    expect: 'csp-blocks-connect',
    async start(world) {
      const media = 'media.example.test';
      const policy =
        "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; object-src 'none'; frame-ancestors 'self'";
      await serve(world, {
        '/': page(
          html(
            `const server = 'http://${media}:8096';
const info = () => fetch(server + '/System/Info/Public').then((answer) => answer.json()).then(({ ServerName }) => state(ServerName)).catch(() => state('Connection Failure'));
(function connect() {
  let socket;
  try { socket = new WebSocket(server.replace('http', 'ws') + '/socket?deviceId=living-room'); } catch { setTimeout(connect, 5000); return; }
  socket.onmessage = ({ data }) => { const { MessageType, Data } = JSON.parse(data); if (MessageType === 'ForceKeepAlive') socket.send('{"MessageType":"KeepAlive"}'); else show(MessageType + ' ' + JSON.stringify(Data)); };
  socket.onclose = () => setTimeout(connect, 5000);
})();
info();`,
            { title: 'Jellyfin' },
          ),
          200,
          { 'Content-Security-Policy': policy, 'X-Content-Type-Options': 'nosniff', Server: 'openresty' },
        ),
        '/config.json': json({ multiserver: true, servers: [`http://${media}:8096`] }),
        '*': express404,
      });
      const kestrel = { Server: 'Kestrel', 'Access-Control-Allow-Origin': '*' };
      await serve(
        world,
        {
          '/System/Info/Public': json(
            { ServerName: 'Wohnzimmer', Version: '10.10.3', ProductName: 'Jellyfin Server' },
            200,
            kestrel,
          ),
          '/health': plain(200, 'Healthy', kestrel),
          '*': plain(404, '', kestrel),
        },
        {
          '/socket': (socket) => {
            socket.send(JSON.stringify({ MessageType: 'ForceKeepAlive', Data: 60 }));
          },
        },
        media,
        8096,
      );
      return { url: HOME };
    },
  },
  {
    name: 'console of the containers moved to its port with TLS, and nginx goes on to speak to it in plain words',
    expect: 'proxy-upstream-tls',
    async start(world, authority) {
      if (!authority) throw new Error('no authority');
      const table: Routes = {
        '/api/system/status': json({ Version: '2.21.5', InstanceID: '4c2b' }),
        '*': json({ message: 'Unable to find the requested resource' }, 404),
      };
      const secure = https.createServer(await authority.issue([HOST]), routes(table));
      endpoint(secure, '/api/websocket/exec', (socket) => {
        socket.send('root@4c2b:/# ');
      });
      const port = await world.listen(
        net.createServer((socket) => {
          socket.on('error', () => undefined);
          socket.once('data', (first) => {
            socket.pause();
            socket.unshift(first);
            if (first[0] === 0x16) secure.emit('connection', socket);
            else socket.end('HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n');
          });
        }),
      );
      const site = world.file(
        'www/index.html',
        html(
          `fetch('/portainer/api/system/status').then(async (answer) => { if (!answer.ok) throw new Error(await answer.text()); show((await answer.json()).Version); }).catch((error) => console.error(error.message));
(function connect() {
  const socket = new WebSocket('ws://' + location.host + '/portainer/api/websocket/exec?endpointId=1&id=5d0e7c');
  socket.onopen = () => state('Connected');
  socket.onmessage = ({ data }) => show(data);
  socket.onclose = () => { state('Unable to connect to container'); setTimeout(connect, 3000); };
})();`,
          { title: 'Console' },
        ),
      );
      const front = `root ${site.replace(/\/index\.html$/, '')}; index index.html; location /portainer/ { ${UPGRADE} proxy_pass http://127.0.0.1:${port}/; }`;
      world.route(HOST, 80, await nginx(world, front));
      world.route(HOST, 9443, port);
      return { url: HOME };
    },
  },
  {
    name: 'bridge of the radio devices got a token in its settings, which a board on the wall has never heard of',
    expect: 'auth-missing',
    async start(world) {
      await serve(
        world,
        {
          '/': html(
            `const token = new URLSearchParams(location.search).get('token');
(function connect() {
  const socket = new WebSocket('ws://' + location.host + '/api' + (token ? '?token=' + token : ''));
  socket.onopen = () => state('connected');
  socket.onmessage = ({ data }) => { const { topic, payload } = JSON.parse(data); show(topic + ' ' + JSON.stringify(payload)); };
  socket.onclose = ({ code, reason }) => { state('closed ' + code + ' ' + reason); setTimeout(connect, 2500); };
})();`,
            { title: 'Zigbee' },
          ),
          '*': express404,
        },
        {
          '/api': (socket, request) => {
            if (queryOf(request).get('token') !== 'token-of-the-bridge') {
              socket.close(4401, 'Unauthorized');
              return;
            }
            socket.send(JSON.stringify({ topic: 'bridge/state', payload: { state: 'online' } }));
          },
        },
      );
      return { url: HOME };
    },
  },
  {
    name: 'program of the models has hung, and after a while the edge in front of it gives the visitor 524 instead of an answer',
    expect: 'upstream-silent',
    async start(world) {
      const llm = 'llm.example.test';
      await serve(world, {
        '/': html(
          `(async function ask() {
  try {
    const answer = await fetch('http://${llm}/api/chat/completions', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ model: 'petit', stream: true, messages: [{ role: 'user', content: 'Hallo' }] }) });
    if (!answer.ok) throw new Error('HTTP ' + answer.status);
    state('antwortet');
    for await (const part of answer.body.pipeThrough(new TextDecoderStream())) show(part);
  } catch (error) { state('Network Problem'); setTimeout(ask, 3000); }
})();`,
          { title: 'Assistent' },
        ),
        '*': express404,
      });
      await serve(
        world,
        {
          '*': (request, response) => {
            request.resume();
            const timer = setTimeout(() => {
              plain(524, 'error code: 524', { ...cloudflare, 'Cache-Control': 'private, no-store' })(request, response);
            }, 5000);
            response.once('close', () => {
              clearTimeout(timer);
            });
          },
        },
        {},
        llm,
      );
      return { url: HOME };
    },
  },
  {
    name: 'office in the cloud calls its folder cool since its last version, and the proxy knows it as lool',
    expect: 'proxy-route-missing',
    async start(world) {
      const document = encodeURIComponent(`http://${HOST}/index.php/apps/richdocuments/wopi/files/127`);
      const socketPath = `/cool/${document}/ws`;
      const apache = { Server: 'Apache/2.4.62 (Debian)' };
      const cloud = await program(world, {
        '/': page(
          html(
            `fetch('/hosting/discovery').then((answer) => answer.text()).then((text) => console.info(text.length + ' bytes of discovery'));
fetch('/hosting/capabilities').then((answer) => answer.json()).then(({ productName }) => show(productName));
let tries = 0;
(function connect() {
  const socket = new WebSocket('ws://' + location.host + '${socketPath}?WOPISrc=${document}&compat=/ws');
  socket.onopen = () => { state('open'); socket.send('coolclient 0.1 1735732800000 0'); };
  socket.onmessage = ({ data }) => show(data);
  socket.onclose = () => { tries += 1; state('Well, this is embarrassing, we cannot connect to your document. Please try again.'); if (tries < 10) setTimeout(connect, 3000); };
})();`,
            { title: 'protocol.odt' },
          ),
          200,
          apache,
        ),
        '*': page(
          '<!DOCTYPE html><html class="ng-csp" data-placeholder-focus="false" lang="en"><head><title>Nextcloud</title></head><body id="body-public"><h2>Page not found</h2><p>The page could not be found on the server or you may not be allowed to view it.</p></body></html>',
          404,
          apache,
        ),
      });
      const office = { Server: 'COOLWSD WOPI Server 24.04.10.2' };
      const wopi = await program(
        world,
        {
          '/': plain(200, 'OK', office),
          '/hosting/discovery': plain(
            200,
            `<wopi-discovery><net-zone name="external-http"><app name="writer"><action default="true" ext="odt" name="edit" urlsrc="http://${HOST}/browser/7e2f3ab/cool.html?"/></app></net-zone></wopi-discovery>`,
            { ...office, 'Content-Type': 'text/xml' },
          ),
          '/hosting/capabilities': json(
            { productName: 'Collabora Online Development Edition', productVersion: '24.04.10.2' },
            200,
            office,
          ),
          '*': plain(404, '', office),
        },
        {
          [socketPath]: (socket) => {
            socket.on('message', () => {
              socket.send('coolserver {"Version":"24.04.10.2","Protocol":"0.1"}');
            });
          },
        },
      );
      const handed = ['/browser', '/hosting/discovery', '/hosting/capabilities', '/lool']
        .map(
          (where) =>
            `location ^~ ${where} { ${UPGRADE} proxy_pass_header Server; proxy_pass http://127.0.0.1:${wopi.port}; }`,
        )
        .join('\n');
      const front = `${handed}\nlocation / { ${UPGRADE} proxy_pass_header Server; proxy_pass http://127.0.0.1:${cloud.port}; }`;
      world.route(HOST, 80, await nginx(world, front));
      world.route(HOST, 9980, wopi.port);
      return { url: HOME };
    },
  },
  {
    name: 'page of eight cameras opens a socket for each, and the edge lets four pass before it finds that this is too fast',
    expect: 'proxy-connection-limit',
    async start(world) {
      const listener = routes({
        '/': html(
          `const cameras = ['gate', 'yard', 'porch', 'shed', 'drive', 'lane', 'roof', 'door'];
const live = new Set();
const watch = (camera) => {
  const socket = new WebSocket('ws://' + location.host + '/live/mse/api/ws?src=' + camera);
  socket.onopen = () => socket.send('{"type":"mse","value":"avc1.640029,mp4a.40.2"}');
  socket.onmessage = () => { live.add(camera); state(live.size + ' of ' + cameras.length + ' live'); };
  socket.onclose = () => { live.delete(camera); setTimeout(() => watch(camera), 3000); };
};
fetch('/api/stats').then((answer) => answer.json()).then(({ service }) => show('Frigate ' + service.version));
cameras.forEach(watch);`,
          { title: 'Cameras' },
        ),
        '/api/stats': json({ service: { version: '0.14.1', uptime: 81_220 } }, 200, cloudflare),
        '/live/mse/api/ws': plain(400, 'Bad Request\n', { 'Sec-Websocket-Version': '13', ...cloudflare }),
        '*': page('<html><head><title>404 Not Found</title></head></html>', 404, cloudflare),
      });
      const { server, port } = await world.http((request, response) => {
        if (limited(request)) plain(429, 'error code: 1015', { ...cloudflare, 'Retry-After': '60' })(request, response);
        else listener(request, response);
      });
      let count = 0;
      const limited = (request: http.IncomingMessage): boolean =>
        (request.url ?? '').startsWith('/live/') && (count += 1) > 4;
      guarded(
        server,
        '/live/mse/api/ws',
        (request) =>
          limited(request)
            ? raw(429, 'error code: 1015', ['Server: cloudflare', `CF-RAY: ${cloudflare['CF-RAY']}`, 'Retry-After: 60'])
            : undefined,
        (socket) => {
          socket.send(JSON.stringify({ type: 'mse', value: 'video/mp4; codecs="avc1.640029"' }));
          const timer = setInterval(() => {
            socket.send(Buffer.alloc(400, 7));
          }, 300);
          socket.on('error', () => undefined);
          socket.once('close', () => {
            clearInterval(timer);
          });
        },
      );
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'firewall at the edge takes what a visitor writes to a model for an attack, and blocks it with a page of its own',
    expect: 'proxy-access-denied',
    async start(world) {
      const blocked = page(
        `<!DOCTYPE html>
<html class="no-js" lang="en-US"><head><title>Attention Required! | Cloudflare</title><meta name="robots" content="noindex, nofollow" /></head>
<body><div id="cf-wrapper"><div id="cf-error-details"><h1 data-translate="block_headline">Sorry, you have been blocked</h1><h2><span data-translate="unable_to_access">You are unable to access</span> ${HOST}</h2>
<h2 data-translate="blocked_why_headline">Why have I been blocked?</h2><p>This website is using a security service to protect itself from online attacks.</p><span>Cloudflare Ray ID: <strong>8f2c1d7e9a3b4c5d</strong></span></div></div></body></html>`,
        403,
        { ...cloudflare, 'X-Frame-Options': 'SAMEORIGIN' },
      );
      await serve(world, {
        '/': html(
          `const hash = Math.random().toString(36).slice(2);
fetch('/gradio_api/info').then((answer) => answer.json()).then(() => show('1 endpoint'));
(async function join() {
  const body = JSON.stringify({ data: ["SELECT name FROM users WHERE id = 1 OR '1' = '1'; -- what does this do?"], fn_index: 0, session_hash: hash });
  try {
    const answer = await fetch('/gradio_api/queue/join', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
    await answer.json();
    state('in queue');
    new EventSource('/gradio_api/queue/data?session_hash=' + hash).onmessage = ({ data }) => show(data);
  } catch (error) { state('Error: ' + error.message); setTimeout(join, 4000); }
})();`,
          { title: 'SQL tutor' },
        ),
        '/gradio_api/info': json({ named_endpoints: { '/predict': {} } }, 200, cloudflare),
        '/gradio_api/queue/join': (request, response) => {
          request.resume();
          (request.method === 'POST'
            ? blocked
            : json({ detail: 'Method Not Allowed' }, 405, { ...cloudflare, Allow: 'POST' }))(request, response);
        },
        '*': json({ detail: 'Not Found' }, 404, cloudflare),
      });
      return { url: HOME };
    },
  },
  {
    name: 'workflows are started by their hooks and stay new, because in queue mode somebody else has to run them and nobody does',
    expect: 'publisher-worker-stopped',
    async start(world) {
      const waiting = ['225', '226', '227', '228'];
      const crowd = new Crowd();
      const { port } = await serve(
        world,
        {
          '/': html(
            `(function connect() {
  const socket = new WebSocket('ws://' + location.host + '/rest/push?pushRef=k3v9x2');
  socket.onopen = () => { state('connected'); setInterval(() => socket.send('{"type":"heartbeat"}'), 5000); };
  socket.onmessage = ({ data }) => { const { type, data: inner } = JSON.parse(data); if (type === 'executionFinished') show(inner.text); };
  socket.onclose = () => { state('Connection lost'); setTimeout(connect, 2000); };
})();
const badge = document.createElement('p');
document.body.append(badge);
async function queue() {
  const { data } = await (await fetch('/rest/executions?limit=20')).json();
  const text = await (await fetch('/metrics')).text();
  badge.textContent = data.results.filter(({ status }) => status === 'new').length + ' queued, ' + /jobs_active (\\d+)/.exec(text)[1] + ' active';
  setTimeout(queue, 3000);
}
queue();`,
            { title: 'Workflows' },
          ),
          '/rest/executions': (request, response) => {
            const results = waiting.map((id) => ({
              id,
              status: 'new',
              mode: 'webhook',
              startedAt: null,
              stoppedAt: null,
            }));
            json({ data: { results, count: results.length, estimated: false } })(request, response);
          },
          '/metrics': (request, response) => {
            plain(
              200,
              `# HELP n8n_scaling_mode_queue_jobs_waiting Current number of enqueued jobs waiting for pickup in scaling mode.
# TYPE n8n_scaling_mode_queue_jobs_waiting gauge
n8n_scaling_mode_queue_jobs_waiting ${waiting.length}
# TYPE n8n_scaling_mode_queue_jobs_active gauge
n8n_scaling_mode_queue_jobs_active 0
# TYPE n8n_scaling_mode_queue_jobs_completed counter
n8n_scaling_mode_queue_jobs_completed 0
# TYPE n8n_scaling_mode_queue_jobs_failed counter
n8n_scaling_mode_queue_jobs_failed 0
`,
            )(request, response);
          },
          '/healthz/readiness': json({ status: 'ok' }),
          '/rest/orchestration/worker/status': taken(json({ data: { workers: [] } })),
          '/webhook/incident': (request, response) => {
            waiting.push(String(225 + waiting.length));
            taken(json({ message: 'Workflow was started' }))(request, response);
          },
          '*': express404,
        },
        { '/rest/push': crowd.join },
      );
      return { url: HOME, publish: `curl -s -d text={nonce} http://127.0.0.1:${port}/webhook/incident` };
    },
  },
  {
    name: 'connection to a model was entered with https, and at that port the model speaks without it',
    expect: 'tls-plain-mismatch',
    async start(world) {
      const gpu = 'gpu.example.test';
      await serve(world, {
        '/': html(
          `const base = 'https://${gpu}:11434';
(async function verify() {
  try {
    const { models } = await (await fetch(base + '/api/tags')).json();
    state('Server connection verified');
    const answer = await fetch(base + '/api/chat', { method: 'POST', body: JSON.stringify({ model: models[0].name, messages: [] }) });
    for await (const part of answer.body.pipeThrough(new TextDecoderStream())) show(part);
  } catch { state('Ollama: Network Problem'); setTimeout(verify, 3000); }
})();`,
          { title: 'Chat' },
        ),
        '/api/config': json({ status: true, name: 'Chat', version: '0.5.7' }),
        '*': json({ detail: 'Not Found' }, 404, { Server: 'uvicorn' }),
      });
      const open = { 'Access-Control-Allow-Origin': '*' };
      await serve(
        world,
        {
          '/': plain(200, 'Ollama is running', open),
          '/api/tags': json({ models: [{ name: 'petit:latest' }] }, 200, open),
          '/api/chat': taken(json({ message: { role: 'assistant', content: '' }, done: true }, 200, open)),
          '*': plain(404, '404 page not found', open),
        },
        {},
        gpu,
        11_434,
      );
      return { url: HOME };
    },
  },
  {
    name: 'client library tells the model in headers of its own what it runs on, and the model lets foreign pages send a few known ones',
    expect: 'cors-header-missing',
    async start(world) {
      const gpu = 'gpu.example.test';
      await serve(world, {
        '/': html(
          `const headers = { 'Content-Type': 'application/json', 'X-Stainless-Lang': 'js', 'X-Stainless-Package-Version': '4.77.0', 'X-Stainless-Runtime': 'browser:chrome', 'X-Stainless-Retry-Count': '0' };
const ask = async (retries = 2) => {
  const body = JSON.stringify({ model: 'petit', stream: true, messages: [{ role: 'user', content: 'Salut' }] });
  try { return await fetch('http://${gpu}:11434/v1/chat/completions', { method: 'POST', headers, body }); }
  catch (error) { if (!retries) throw error; await new Promise((done) => setTimeout(done, 700)); return ask(retries - 1); }
};
(async function start() {
  try {
    const answer = await ask();
    state('en ligne');
    for await (const part of answer.body.pipeThrough(new TextDecoderStream())) show(part);
  } catch { state('Connection error.'); setTimeout(start, 5000); }
})();`,
          { title: 'Clavardage' },
        ),
        '*': express404,
      });
      const { port } = await world.http((request, response) => {
        response.setHeader('Access-Control-Allow-Origin', '*');
        request.resume();
        if (request.method === 'OPTIONS') {
          response
            .writeHead(204, {
              'Access-Control-Allow-Methods': 'GET,POST,PUT,PATCH,DELETE,HEAD,OPTIONS',
              'Access-Control-Allow-Headers':
                'Origin,Content-Length,Content-Type,Authorization,User-Agent,Accept,X-Requested-With',
              'Access-Control-Max-Age': '43200',
            })
            .end();
          return;
        }
        routes({
          '/': plain(200, 'Ollama is running'),
          '/v1/models': json({ object: 'list', data: [{ id: 'petit:latest', object: 'model' }] }),
          '/v1/chat/completions': (_request, answer) => {
            answer.writeHead(200, { 'Content-Type': 'text/event-stream' });
            answer.end('data: {"choices":[{"delta":{"content":"Salut"}}]}\n\ndata: [DONE]\n\n');
          },
          '*': plain(404, '404 page not found'),
        })(request, response);
      });
      world.route(gpu, 11_434, port);
      return { url: HOME };
    },
  },
];

const healthy: readonly Unseen[] = [
  {
    name: 'application of data asks twice whether its server is well, connects after three seconds, and its report of use has no host',
    expect: 'healthy',
    async start(world) {
      const crowd = new Crowd();
      const listener = routes({
        '/': html(
          `fetch('http://webhooks.example.test/report', { method: 'POST', mode: 'no-cors', body: '{}' }).catch(() => undefined);
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
(async function connect() {
  await fetch('/_stcore/health'); await fetch('/_stcore/host-config');
  await pause(3000);
  const socket = new WebSocket('ws://' + location.host + '/_stcore/stream', ['streamlit', 'PLACEHOLDER_AUTH_TOKEN']);
  socket.binaryType = 'arraybuffer';
  socket.onopen = () => { state('running'); socket.send(new Uint8Array([90, 0])); };
  socket.onmessage = ({ data }) => show(new TextDecoder().decode(new Uint8Array(data).subarray(4)));
  socket.onclose = () => { state('Please wait...'); connect(); };
})();`,
          { title: 'Consumption' },
        ),
        '/_stcore/health': plain(200, 'ok', { Server: 'TornadoServer/6.4.2' }),
        '/_stcore/host-config': json({
          allowedOrigins: [],
          useExternalAuthToken: false,
          enableCustomParentMessages: false,
        }),
        '/_stcore/stream': plain(400, 'Can "Upgrade" only to "WebSocket".', { Server: 'TornadoServer/6.4.2' }),
        '/say': sayer((text) => {
          crowd.tell(Buffer.concat([Buffer.from([10, 2, 18, text.length]), Buffer.from(text)]));
        }),
        '*': page('<html><title>404: Not Found</title><body>404: Not Found</body></html>', 404, {
          Server: 'TornadoServer/6.4.2',
        }),
      });
      const { server, port } = await world.http(listener);
      endpoint(
        server,
        '/_stcore/stream',
        (socket) => {
          crowd.join(socket);
          socket.once('message', () => {
            socket.send(Buffer.from([10, 2, 18, 9, ...Buffer.from('412.5 kWh')]));
          });
        },
        { handleProtocols: () => 'streamlit' },
      );
      world.route(HOST, 80, port);
      return { url: HOME, publish: saying(port) };
    },
  },
  {
    name: 'desktop in the browser has no tunnel by WebSocket, and takes the one by reading and writing, which streams',
    expect: 'healthy',
    async start(world) {
      const readers = new Set<http.ServerResponse>();
      const instruction = (...parts: string[]): string => `${parts.map((part) => `${part.length}.${part}`).join(',')};`;
      const { port } = await serve(world, {
        '/': html(
          `const parse = (text) => { for (const [, , value] of text.matchAll(/4\\.name,(\\d+)\\.([^;]*);/g)) show(value); };
async function overHttp() {
  const id = await (await fetch('/guacamole/tunnel?connect', { method: 'POST', body: 'GUAC_ID=7&GUAC_TYPE=c' })).text();
  state('Connected');
  for (let turn = 0; ; turn += 1) {
    const answer = await fetch('/guacamole/tunnel?read:' + id + ':' + turn);
    if (!answer.ok) throw new Error('tunnel ' + answer.status);
    for await (const part of answer.body.pipeThrough(new TextDecoderStream())) parse(part);
  }
}
const socket = new WebSocket('ws://' + location.host + '/guacamole/websocket-tunnel?GUAC_ID=7&GUAC_TYPE=c', 'guacamole');
socket.onerror = () => overHttp().catch(() => state('Disconnected'));`,
          { title: 'Workshop PC' },
        ),
        '/guacamole/tunnel': (request, response) => {
          request.resume();
          if (request.method === 'POST') {
            plain(200, '0c9d2f4e-1b7a-4f6e-9f0b-6d3f7c1a2e55')(request, response);
            return;
          }
          response.writeHead(200, { 'Content-Type': 'application/octet-stream', 'Cache-Control': 'no-cache' });
          readers.add(response);
          response.write(instruction('name', 'Workshop PC'));
          const timer = setInterval(() => {
            response.write(instruction('sync', String(Date.now())));
          }, 800);
          const end = setTimeout(() => {
            response.end();
          }, 12_000);
          response.once('close', () => {
            readers.delete(response);
            clearInterval(timer);
            clearTimeout(end);
          });
        },
        '/say': sayer((text) => {
          for (const reader of readers) reader.write(instruction('name', text));
        }),
        '*': tomcat404,
      });
      return { url: HOME, publish: saying(port) };
    },
  },
  {
    name: 'front end of a model has joined its socket and hears nothing until somebody writes, and cannot learn of newer versions',
    expect: 'healthy',
    async start(world) {
      const { server, port } = await world.http(
        routes({
          '/': socketIoPage(
            "''",
            "{ path: '/ws/socket.io', transports: ['websocket'], auth: { token: 'visitor' } }",
            `socket.on('connect', () => socket.emit('user-join', { auth: { token: 'visitor' } }));
socket.on('chat-events', ({ data }) => show(data.data.content));
fetch('/api/version/updates').then((answer) => answer.json()).catch(() => undefined);
fetch('/static/custom.css').catch(() => undefined);`,
          ),
          '/client.js': socketIoClient,
          '/api/version/updates': json({ detail: 'Could not reach the list of releases' }, 500, { Server: 'uvicorn' }),
          '/say': sayer((text) => {
            io.emit('chat-events', { chat_id: '51f', data: { type: 'message', data: { content: text } } });
          }),
          '*': json({ detail: 'Not Found' }, 404, { Server: 'uvicorn' }),
        }),
      );
      const io = new SocketIo(server, { path: '/ws/socket.io', serveClient: false, transports: ['websocket'] });
      world.onStop(() => void io.close());
      world.route(HOST, 80, port);
      return { url: HOME, publish: saying(port) };
    },
  },
  {
    name: 'editor of workflows was told to use events instead of a socket, and what it measures of its visitor is refused',
    expect: 'healthy',
    async start(world) {
      const open = new Set<http.ServerResponse>();
      const { port } = await serve(world, {
        '/': html(
          `const source = new EventSource('/rest/push?pushRef=m81qz0', { withCredentials: true });
source.onopen = () => state('connected');
source.onmessage = ({ data }) => { const { type, data: inner } = JSON.parse(data); if (type === 'executionFinished') show(inner.text); };
source.onerror = () => state('Connection lost');
fetch('/rest/telemetry/proxy/v1/track', { method: 'POST', body: '{"event":"User opened workflow"}' }).catch(() => undefined);
fetch('/rest/ph/decide/?v=3', { method: 'POST', body: '{}' }).catch(() => undefined);`,
          { title: 'Workflows' },
        ),
        '/rest/push': (_request, response) => {
          response.writeHead(200, {
            'Content-Type': 'text/event-stream; charset=UTF-8',
            'Cache-Control': 'no-cache',
            'X-Accel-Buffering': 'no',
          });
          response.write(':ok\n\n');
          open.add(response);
          const timer = setInterval(() => {
            response.write(':ping\n\n');
          }, 2000);
          response.once('close', () => {
            open.delete(response);
            clearInterval(timer);
          });
        },
        '/rest/telemetry/proxy/v1/track': taken(json({ status: 'error', message: 'Unauthorized' }, 401)),
        '/say': sayer((text) => {
          for (const one of open)
            one.write(`data: ${JSON.stringify({ type: 'executionFinished', data: { executionId: '12', text } })}\n\n`);
        }),
        '*': taken(express404),
      });
      return { url: HOME, publish: saying(port) };
    },
  },
  {
    name: 'dashboard is refreshed by its own clock, has no socket at all, and its panel of remarks is asked for every two seconds',
    expect: 'healthy',
    async start(world) {
      const remarks = [{ id: 1, time: 1_735_732_800_000, text: 'Pump serviced' }];
      const { port } = await serve(world, {
        '/': html(
          `const seen = new Set();
async function refresh() {
  const query = { queries: [{ refId: 'A', datasource: { uid: 'prom' }, expr: 'pump_flow' }], from: 'now-5m', to: 'now' };
  const { results } = await (await fetch('/api/ds/query?ds_type=prometheus', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(query) })).json();
  state('flow ' + results.A.frames[0].data.values[1].at(-1) + ' l/min');
  for (const { id, text } of await (await fetch('/api/annotations?from=0')).json()) if (!seen.has(id)) { seen.add(id); show(text); }
  setTimeout(refresh, 2000);
}
refresh();`,
          {
            title: 'Pumps',
            body: '<img src="/avatar/46d229b033af06a191ff2267bca9ae56" alt="">',
          },
        ),
        '/api/ds/query': (request, response) => {
          const values = [[Date.now()], [40 + (Math.floor(Date.now() / 2000) % 5)]];
          taken(json({ results: { A: { status: 200, frames: [{ schema: { refId: 'A' }, data: { values } }] } } }))(
            request,
            response,
          );
        },
        '/api/annotations': (request, response) => {
          json(remarks)(request, response);
        },
        '/api/live/ws': json({ message: 'Not found' }, 404),
        '/say': sayer((text) => {
          remarks.push({ id: remarks.length + 1, time: Date.now(), text });
        }),
        '*': json({ message: 'Not found' }, 404),
      });
      return { url: HOME, publish: saying(port) };
    },
  },
  {
    name: 'notebook runs one cell, closes the channel of its kernel when it is done, and keeps to the events of the server',
    expect: 'healthy',
    async start(world) {
      const crowd = new Crowd();
      const tornado = { Server: 'TornadoServer/6.4.2' };
      const upgradeOnly = plain(400, 'Can "Upgrade" only to "WebSocket".', tornado);
      const listener = routes({
        '/': html(
          `const base = 'ws://' + location.host;
(async function run() {
  const { id } = await (await fetch('/api/kernels', { method: 'POST', body: '{"name":"python3"}' })).json();
  const kernel = new WebSocket(base + '/api/kernels/' + id + '/channels?session_id=4f0a');
  kernel.onopen = () => kernel.send(JSON.stringify({ channel: 'shell', header: { msg_type: 'execute_request' }, content: { code: 'print(6 * 7)' } }));
  kernel.onmessage = ({ data }) => {
    const { header, content } = JSON.parse(data);
    if (header.msg_type === 'stream') show(content.text);
    if (header.msg_type === 'status' && content.execution_state === 'idle') kernel.close(1000);
  };
  kernel.onclose = () => fetch('/api/kernels/' + id, { method: 'DELETE' });
})();
const events = new WebSocket(base + '/api/events/subscribe');
events.onopen = () => state('listening');
events.onmessage = ({ data }) => show(JSON.parse(data).path);
events.onclose = () => state('closed');`,
          { title: 'mesures.ipynb' },
        ),
        '/api/kernels': taken(json({ id: '9b1d04e7', name: 'python3', execution_state: 'starting' }, 201, tornado)),
        '/api/kernels/9b1d04e7': (_request, response) => {
          response.writeHead(204, tornado).end();
        },
        '/api/kernels/9b1d04e7/channels': upgradeOnly,
        '/api/events/subscribe': upgradeOnly,
        '/say': sayer((text) => {
          crowd.tell(
            JSON.stringify({
              schema_id: 'https://events.jupyter.org/jupyter_server/contents_service/v1',
              action: 'save',
              path: text,
            }),
          );
        }),
        '*': json({ message: 'Not Found', reason: null }, 404, tornado),
      });
      const { server, port } = await world.http(listener);
      endpoint(server, '/api/events/subscribe', crowd.join);
      endpoint(server, '/api/kernels/9b1d04e7/channels', (socket) => {
        const tell = (type: string, content: object): void => {
          socket.send(JSON.stringify({ channel: 'iopub', header: { msg_type: type }, content }));
        };
        socket.once('message', () => {
          tell('status', { execution_state: 'busy' });
          tell('stream', { name: 'stdout', text: '42\n' });
          setTimeout(() => {
            tell('status', { execution_state: 'idle' });
          }, 600);
        });
      });
      server.on('upgrade', (request, socket) => {
        if (!/\/(channels|subscribe)(\?|$)/.test(request.url ?? '')) answerPlainly(request, socket, listener);
      });
      world.route(HOST, 80, port);
      return { url: HOME, publish: saying(port) };
    },
  },
  {
    name: 'house restarts just as its panel connects, says so with a code, and takes it in a second later',
    expect: 'healthy',
    async start(world) {
      const crowd = new Crowd();
      let count = 0;
      const { port } = await serve(
        world,
        {
          '/': html(
            `(function connect() {
  const socket = new WebSocket('ws://' + location.host + '/api/websocket');
  const send = (message) => socket.send(JSON.stringify(message));
  socket.onmessage = ({ data }) => {
    const { type, event } = JSON.parse(data);
    if (type === 'auth_required') send({ type: 'auth', access_token: 'panel-in-the-kitchen' });
    if (type === 'auth_ok') { state('Connected'); send({ id: 1, type: 'subscribe_events', event_type: 'state_changed' }); }
    if (type === 'event') show(event.data.new_state);
  };
  socket.onclose = () => { state('Connection lost. Reconnecting…'); setTimeout(connect, 1000); };
})();
fetch('/api/camera_proxy/camera.porch').catch(() => undefined);`,
            { title: 'Kitchen' },
          ),
          '/api/websocket': plain(400, 'No WebSocket UPGRADE hdr: None\n Can "Upgrade" only to "WebSocket".'),
          '/say': sayer((text) => {
            crowd.tell(
              JSON.stringify({
                id: 1,
                type: 'event',
                event: { data: { entity_id: 'input_text.note', new_state: text } },
              }),
            );
          }),
          '*': plain(404, '404: Not Found'),
        },
        {
          '/api/websocket': (socket) => {
            count += 1;
            if (count === 1) {
              socket.close(1012, 'Service restart');
              return;
            }
            socket.send(JSON.stringify({ type: 'auth_required', ha_version: '2025.1.4' }));
            socket.on('message', (data) => {
              const { id, type } = JSON.parse(textOf(data)) as { id?: number; type: string };
              if (type === 'auth') socket.send(JSON.stringify({ type: 'auth_ok', ha_version: '2025.1.4' }));
              else {
                socket.send(JSON.stringify({ id, type: 'result', success: true, result: null }));
                crowd.join(socket);
              }
            });
          },
        },
      );
      return { url: HOME, publish: saying(port) };
    },
  },
  {
    name: 'screen of a machine on which nothing moves, in a language for which there is no file',
    expect: 'healthy',
    async start(world) {
      await serve(
        world,
        {
          '/': html(
            `fetch('/app/locale/ca.json').catch(() => undefined);
fetch('/package.json').then((answer) => answer.json()).then(({ version }) => console.info('noVNC ' + version));
const socket = new WebSocket('ws://' + location.host + '/websockify');
socket.binaryType = 'arraybuffer';
let step = 0;
const replies = [() => new TextEncoder().encode('RFB 003.008\\n'), () => new Uint8Array([1]), () => new Uint8Array([1])];
socket.onmessage = ({ data }) => {
  const reply = replies[step++];
  if (reply) socket.send(reply());
  else { state('Connected to ' + new TextDecoder().decode(new Uint8Array(data).subarray(24))); socket.send(new Uint8Array([3, 1, 0, 0, 0, 0, 4, 0, 3, 0])); }
};
socket.onclose = () => state('Something went wrong, connection is closed');`,
            { title: 'noVNC' },
          ),
          '/package.json': json({ name: '@novnc/novnc', version: '1.5.0' }),
          '/websockify': page(
            '<!DOCTYPE HTML><title>Error response</title><h1>Error response</h1><p>Error code: 405</p>',
            405,
            {
              Server: 'WebSockify Python/3.11.2',
            },
          ),
          '*': page(
            '<!DOCTYPE HTML><title>Error response</title><h1>Error response</h1><p>Error code: 404</p><p>Message: File not found.</p>',
            404,
            {
              Server: 'WebSockify Python/3.11.2',
            },
          ),
        },
        {
          '/websockify': (socket) => {
            const steps = [
              Buffer.from([1, 1]),
              Buffer.from([0, 0, 0, 0]),
              Buffer.concat([
                Buffer.from([4, 0, 3, 0]),
                Buffer.alloc(16),
                Buffer.from([0, 0, 0, 6]),
                Buffer.from('vm-104'),
              ]),
            ];
            socket.send(Buffer.from('RFB 003.008\n'));
            socket.on('message', () => {
              const next = steps.shift();
              if (next) socket.send(next);
            });
          },
        },
      );
      return { url: HOME };
    },
  },
  {
    name: 'one camera of the page is switched off, so its film ends as it should and its last picture is missing, while news come in',
    expect: 'healthy',
    async start(world) {
      const chat = new Chat();
      const { port } = await serve(
        world,
        {
          '/': html(
            `(function connect() {
  const socket = new WebSocket('ws://' + location.host + '/ws');
  socket.onopen = () => { state('connected'); socket.send('{"topic":"onConnect","message":"","retain":false}'); };
  socket.onmessage = ({ data }) => { const { type, text } = JSON.parse(data); if (type === 'reviews') show(text); };
  socket.onclose = () => { state('disconnected'); setTimeout(connect, 2000); };
})();
const film = new WebSocket('ws://' + location.host + '/live/jsmpeg/shed');
film.onclose = ({ code }) => { if (code === 1000) { show('shed: camera is off'); still(); } };
const still = () => { fetch('/api/shed/latest.webp?h=360&cache=' + Date.now()).catch(() => undefined); setTimeout(still, 5000); };`,
            { title: 'Yard' },
          ),
          '/api/shed/latest.webp': json({ message: 'Unable to get valid frame from shed', success: false }, 500),
          '/say': (request, response) => {
            chat.say(queryOf(request).get('text') ?? '', 'reviews');
            json({ success: true })(request, response);
          },
          '*': page(
            '<html>\r\n<head><title>404 Not Found</title></head>\r\n<body>\r\n<center><h1>404 Not Found</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n',
            404,
          ),
        },
        {
          '/ws': (socket) => {
            chat.join(socket, { type: 'camera_activity', text: '{"shed":{"config":{"enabled":false}}}' });
          },
          '/live/jsmpeg/shed': (socket) => {
            socket.send(Buffer.from('jsmp\x02\x80\x01\x68', 'latin1'));
            setTimeout(() => {
              socket.close(1000);
            }, 700);
          },
        },
      );
      return { url: HOME, publish: saying(port) };
    },
  },
];

export const blindEight: readonly Unseen[] = [...broken, ...healthy];
