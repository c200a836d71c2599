/** What is asked in public of editors, tickers, games, boards of devices, calls and chats that are live, and what works there though it looks odd. Their author knew no rule of the diagnosis. */
import type http from 'node:http';
import https from 'node:https';
import { Server as SocketIo } from 'socket.io';
import type { WebSocket } from 'ws';
import { guarded, jwt, plain, queryOf, raw, sayer } from './blind-servers.ts';
import { html, socketIoPage } from './pages.ts';
import { centered, every, page, saying, servingAt, withBody } from './programs.ts';
import { endpoint, express404, go404, json, routeOthers, routes, socketIoClient, textOf } from './servers.ts';
import type { Unseen } from './unseen.ts';

const HOST = 'yard.example.test';
const HOME = `http://${HOST}/`;

const serve = servingAt(HOST);

const nginx404 = centered(404, 'Not Found', 'nginx/1.24.0');

const javascript = (text: string): http.RequestListener => plain(200, text, { 'Content-Type': 'text/javascript' });

/** Event streams that are open, and what begins and keeps them. */
class Streams {
  private readonly open = new Set<http.ServerResponse>();

  readonly join =
    (first: string, headers: http.OutgoingHttpHeaders = {}, beat = ':\n\n'): http.RequestListener =>
    (_request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache', ...headers });
      response.write(first);
      this.open.add(response);
      const timer = setInterval(() => response.write(beat), 4000);
      response.once('close', () => {
        clearInterval(timer);
        this.open.delete(response);
      });
    };

  send(text: string): void {
    for (const one of this.open) one.write(text);
  }
}

/** A text as MessagePack writes it. */
function packed(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from(bytes.length < 32 ? [0xa0 | bytes.length] : [0xd9, bytes.length]), bytes]);
}

const broken: readonly Unseen[] = [
  {
    name: 'editor of many hands is welcomed by Hocuspocus with a plain sentence, because nginx did not say that it wants a socket',
    expect: 'proxy-upgrade-missing',
    async start(world) {
      const nginx = { Server: 'nginx/1.24.0' };
      await serve(world, {
        '/': html(
          `let wait = 1000;
(function connect() {
  const socket = new WebSocket('ws://' + location.host + '/collaboration');
  socket.binaryType = 'arraybuffer';
  socket.onopen = () => { state('connected'); const name = new TextEncoder().encode('minutes'); socket.send(new Uint8Array([name.length, ...name, 0, 0, 1, 0])); };
  socket.onmessage = ({ data }) => show('update of ' + data.byteLength + ' bytes');
  socket.onclose = () => { state('Offline, changes are kept in this browser'); setTimeout(connect, wait + Math.random() * 300); wait = Math.min(wait * 1.2, 30000); };
})();
fetch('/api/documents').then((answer) => answer.json()).then((all) => all.forEach(({ title }) => show(title)));`,
          { title: 'Minutes' },
        ),
        '/api/documents': json([{ title: 'Minutes of May' }, { title: 'Minutes of June' }], 200, nginx),
        '/collaboration': plain(200, 'Welcome to Hocuspocus!', nginx),
        '*': nginx404,
      });
      return { url: HOME };
    },
  },
  {
    name: 'call of LiveKit is joined with a token from a page that has been open since yesterday, and asks itself why by /rtc/validate',
    expect: 'auth-rejected',
    async start(world) {
      const token = jwt({
        exp: 1_751_377_600,
        iss: 'APIyard',
        nbf: 1_751_356_000,
        sub: 'visitor-3f1c',
        video: { room: 'standup', roomJoin: true, canPublish: true, canSubscribe: true },
      });
      await serve(world, {
        '/': html(
          `const token = '${token}';
const query = 'access_token=' + token + '&auto_subscribe=1&sdk=js&version=2.5.7&protocol=15&adaptive_stream=1';
(function join() {
  const socket = new WebSocket('ws://' + location.hostname + ':7880/rtc?' + query);
  let opened = false;
  socket.binaryType = 'arraybuffer';
  socket.onopen = () => { opened = true; state('connected'); };
  socket.onclose = async () => {
    state('disconnected');
    try { if (!opened) { const answer = await fetch('http://' + location.hostname + ':7880/rtc/validate?' + query); if (!answer.ok) console.error('ConnectionError: could not establish signal connection: ' + (await answer.text())); } } catch {}
    setTimeout(join, 4000);
  };
})();`,
          { title: 'Stand-up' },
        ),
        '*': nginx404,
      });
      const refusal = (request: http.IncomingMessage): string => {
        const sent = queryOf(request).get('access_token');
        return sent === null
          ? 'no permissions to access the room'
          : `invalid token: ${sent}, error: go-jose/go-jose/jwt: validation failed, token is expired (exp)`;
      };
      const validate: http.RequestListener = (request, response) => {
        plain(401, refusal(request), { 'Access-Control-Allow-Origin': '*', Vary: 'Origin' })(request, response);
      };
      const listener = routes({ '/': plain(200, 'OK'), '/rtc': validate, '/rtc/validate': validate, '*': go404 });
      const { server, port } = await world.http(listener);
      guarded(server, '/rtc', (request) => raw(401, refusal(request)));
      routeOthers(server, ['/rtc'], listener);
      world.route(HOST, 7880, port);
      return { url: HOME };
    },
  },
  {
    name: 'server of tools for a model runs in two pods, each of which knows the sessions that began in itself, and they are asked in turn',
    expect: 'proxy-no-stickiness',
    async start(world) {
      const pods = ['tools-6d9f7c5b8-4kzqx', 'tools-6d9f7c5b8-w2hlm'].map((name) => ({
        name,
        sessions: new Set<string>(),
      }));
      let turn = 0;
      let sessions = 0;
      const failed = (code: number, message: string): object => ({
        jsonrpc: '2.0',
        error: { code, message },
        id: null,
      });
      await serve(world, {
        '/': html(
          `const headers = { 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream' };
const post = (message, session) => fetch('/mcp', { method: 'POST', headers: { ...headers, ...(session && { 'Mcp-Session-Id': session, 'Mcp-Protocol-Version': '2025-06-18' }) }, body: JSON.stringify({ jsonrpc: '2.0', ...message }) });
(async function start() {
  try {
    const first = await post({ id: 0, method: 'initialize', params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'workbench', version: '0.14.0' } } });
    const session = first.headers.get('mcp-session-id');
    for (const message of [{ method: 'notifications/initialized' }, { id: 1, method: 'tools/list' }]) {
      const answer = await post(message, session);
      if (!answer.ok) throw new Error('Streamable HTTP error: Error POSTing to endpoint (HTTP ' + answer.status + '): ' + (await answer.text()));
      if (message.id) (await answer.json()).result.tools.forEach(({ name }) => show(name));
    }
    state('connected');
  } catch (error) { console.error(error.message); state('Connection Error'); setTimeout(start, 2500); }
})();`,
          { title: 'Workbench' },
        ),
        '/mcp': withBody((body, request, response) => {
          const pod = pods[turn++ % pods.length];
          if (pod === undefined) return;
          response.setHeader('X-Served-By', pod.name);
          const session = request.headers['mcp-session-id'];
          if (request.method === 'POST' && body.includes('"initialize"')) {
            const id = `5f0c1a7e-0000-4000-8000-${String((sessions += 1)).padStart(12, '0')}`;
            pod.sessions.add(id);
            const result = {
              protocolVersion: '2025-06-18',
              capabilities: {},
              serverInfo: { name: 'tools', version: '1' },
            };
            json({ jsonrpc: '2.0', id: 0, result }, 200, { 'Mcp-Session-Id': id })(request, response);
          } else if (typeof session !== 'string')
            json(failed(-32000, 'Bad Request: Mcp-Session-Id header is required'), 400)(request, response);
          else if (!pod.sessions.has(session)) json(failed(-32001, 'Session not found'), 404)(request, response);
          else if (body.includes('tools/list'))
            json({ jsonrpc: '2.0', id: 1, result: { tools: [{ name: 'search' }] } })(request, response);
          else response.writeHead(202).end();
        }),
        '*': nginx404,
      });
      return { url: HOME };
    },
  },
  {
    name: 'live queries of Parse have a list of keys of their own, and the key of the page was never put on it',
    expect: 'app-key-mismatch',
    async start(world) {
      const refused = { op: 'error', error: 'Key in request is not valid', code: 4, reconnect: false };
      await serve(
        world,
        {
          '/': html(
            `const headers = { 'X-Parse-Application-Id': 'yard', 'X-Parse-JavaScript-Key': 'js-2024' };
fetch('/parse/classes/Delivery?order=-createdAt', { headers }).then((answer) => answer.json()).then(({ results }) => results.forEach(({ title }) => show(title)));
const socket = new WebSocket('ws://' + location.host + '/parse');
const send = (message) => socket.send(JSON.stringify(message));
socket.onopen = () => send({ op: 'connect', applicationId: 'yard', javascriptKey: 'js-2024' });
socket.onmessage = ({ data }) => {
  const message = JSON.parse(data);
  if (message.op === 'connected') send({ op: 'subscribe', requestId: 1, query: { className: 'Delivery', where: {} } });
  if (message.op === 'subscribed') state('live');
  if (message.op === 'create') show(message.object.title);
  if (message.op === 'error') { console.error('LiveQuery error: ' + message.error); state('not live'); }
};
socket.onclose = () => state('closed');`,
            { title: 'Deliveries' },
          ),
          '/parse/classes/Delivery': json({
            results: [
              { objectId: 'a1Bz', title: 'Timber' },
              { objectId: 'a1C0', title: 'Gravel' },
            ],
          }),
          '/parse/health': json({ status: 'ok' }),
          '/parse': json({ error: 'unauthorized' }, 403),
          '*': nginx404,
        },
        {
          '/parse': (socket) => {
            socket.on('message', (data) => {
              const { op, javascriptKey } = JSON.parse(textOf(data)) as { op: string; javascriptKey?: string };
              if (op === 'connect' && javascriptKey !== 'js-2025') socket.send(JSON.stringify(refused));
              else if (op === 'connect') socket.send('{"op":"connected","clientId":1}');
            });
          },
        },
      );
      return { url: HOME };
    },
  },
  {
    name: 'Mosquitto was updated to its second version, which lets nobody in without a name, and the board of the tanks has none',
    expect: 'auth-missing',
    async start(world) {
      await serve(world, {
        '/': html(
          `const text = (value) => [0, value.length, ...new TextEncoder().encode(value)];
const packet = (type, body) => new Uint8Array([type, body.length, ...body]);
(function connect() {
  const socket = new WebSocket('ws://' + location.hostname + ':9001/', ['mqtt']);
  socket.binaryType = 'arraybuffer';
  socket.onopen = () => socket.send(packet(0x10, [...text('MQTT'), 4, 2, 0, 60, ...text('mqttjs_' + Math.random().toString(16).slice(2, 10))]));
  socket.onmessage = ({ data }) => {
    const bytes = new Uint8Array(data);
    if (bytes[0] >> 4 === 2 && bytes[3] === 0) { state('connected'); socket.send(packet(0x82, [0, 1, ...text('tanks/+/level'), 0])); }
    if (bytes[0] >> 4 === 2 && bytes[3] === 5) console.error('Connection refused: Not authorized');
    if (bytes[0] >> 4 === 3) show(new TextDecoder().decode(bytes.slice(4 + bytes[3])));
  };
  socket.onclose = () => { state('reconnecting'); setTimeout(connect, 1000); };
})();
fetch('/tanks.json').then((answer) => answer.json()).then((all) => all.forEach((one) => show(one + ' --')));`,
          { title: 'Tanks' },
        ),
        '/tanks.json': json(['north', 'south']),
        '*': nginx404,
      });
      await serve(
        world,
        { '*': (_request, response) => void response.writeHead(404, { 'Content-Length': 0 }).end() },
        {
          '/': (socket) => {
            socket.once('message', (data) => {
              // The flags follow the name and the level of the protocol; the first says whether a user is named.
              const flags = Buffer.isBuffer(data) ? (data[9] ?? 0) : 0;
              const taken = (flags & 0x80) !== 0;
              socket.send(Buffer.from([0x20, 2, 0, taken ? 4 : 5]));
              socket.close();
            });
          },
        },
        HOST,
        9001,
      );
      return { url: HOME };
    },
  },
  {
    name: 'Jitsi was installed without its public address, so the settings of the page send each visitor to port 8443 of his own machine',
    expect: 'bundle-localhost',
    async start(world) {
      await serve(
        world,
        {
          '/': html(
            `let tries = 0;
(function connect() {
  const socket = new WebSocket(config.websocket + '?room=standup', 'xmpp');
  socket.onopen = () => { state('joined'); socket.send('<open xmlns="urn:ietf:params:xml:ns:xmpp-framing" to="' + config.hosts.domain + '" version="1.0"/>'); };
  socket.onmessage = ({ data }) => show(data);
  socket.onclose = () => { state('You have been disconnected.'); console.error('Strophe: Websocket error'); tries += 1; setTimeout(connect, Math.min(1000 * 2 ** tries, 8000)); };
})();`,
            { title: 'Stand-up', head: '<script src="/config.js"></script>' },
          ),
          '/config.js': javascript(
            `var config = {};
config.hosts = { domain: 'meet.jitsi', muc: 'muc.meet.jitsi' };
config.bosh = 'https://localhost:8443/http-bind';
config.websocket = 'wss://localhost:8443/xmpp-websocket';
config.prejoinConfig = { enabled: true };
`,
          ),
          '/http-bind': page(
            '<!DOCTYPE html><html><body><h1>It works! Now point your BOSH client to this URL to connect to Prosody.</h1></body></html>',
          ),
          '/xmpp-websocket': page(
            '<!DOCTYPE html><html><body><p>It works! Now point your WebSocket client to this URL to connect to Prosody.</p></body></html>',
          ),
          '*': nginx404,
        },
        {
          '/xmpp-websocket': (socket) => {
            socket.once('message', () => {
              socket.send(
                '<open xmlns="urn:ietf:params:xml:ns:xmpp-framing" from="meet.jitsi" id="7d1" version="1.0"/>',
              );
            });
          },
        },
      );
      return { url: HOME };
    },
  },
  {
    name: 'PeerJS server was given a path in the application, and the page creates its peer without one',
    expect: 'backend-wrong-path',
    async start(world) {
      const open = { 'Access-Control-Allow-Origin': '*', 'X-Powered-By': 'Express' };
      const info = json(
        {
          name: 'PeerJS Server',
          description: 'A server side element to broker connections between PeerJS clients.',
          website: 'https://peerjs.com/',
        },
        200,
        open,
      );
      await serve(
        world,
        {
          '/': html(
            `const server = { path: '/', key: 'peerjs' };
fetch('/calls/').then((answer) => answer.json()).then(({ name }) => show(name + ' is up'));
(async function start() {
  try {
    const answer = await fetch(server.path + server.key + '/id?ts=' + Date.now() + Math.random() + '&version=1.5.4');
    if (!answer.ok) throw new Error('Error. Status:' + answer.status);
    const id = await answer.text();
    const socket = new WebSocket('ws://' + location.host + server.path + 'peerjs?key=' + server.key + '&id=' + id + '&token=t' + Math.random().toString(36).slice(2) + '&version=1.5.4');
    socket.onmessage = ({ data }) => { if (JSON.parse(data).type === 'OPEN') state('my id is ' + id); };
  } catch (error) {
    console.error('PeerJS: ', 'Error retrieving ID', error.message);
    state('Could not get an ID from the server.');
    setTimeout(start, 5000);
  }
})();`,
            { title: 'Call' },
          ),
          '/calls': info,
          '/calls/': info,
          '/calls/peerjs/id': plain(200, '2b9c0f4e-6a55-4f7e-9c5e-0d3b1e7a4c21', open),
          '*': express404,
        },
        {
          '/calls/peerjs': (socket) => {
            socket.send('{"type":"OPEN"}');
          },
        },
      );
      return { url: HOME };
    },
  },
  {
    name: 'updates of the Mercure hub got a type with the last release, and the bell takes what has none',
    expect: 'event-name-mismatch',
    async start(world) {
      const streams = new Streams();
      let count = 0;
      const { port } = await serve(world, {
        '/': html(
          `const url = new URL('/.well-known/mercure', location);
url.searchParams.append('topic', 'http://yard.example.test/notifications/{id}');
const source = new EventSource(url, { withCredentials: true });
source.onopen = () => state('connected');
source.onmessage = ({ data }) => show(JSON.parse(data).text);
source.onerror = () => state('reconnecting');
fetch('/api/notifications?unread=true', { headers: { Accept: 'application/ld+json' } }).then((answer) => answer.json()).then((all) => document.querySelector('h1').append(' (' + all['hydra:totalItems'] + ')'));`,
          { title: 'Notifications' },
        ),
        '/.well-known/mercure': streams.join(':\n', { 'Cache-Control': 'private, no-cache, no-store' }),
        '/api/notifications': json({ '@id': '/api/notifications', 'hydra:totalItems': 0, 'hydra:member': [] }),
        '/say': sayer((text) => {
          const id = `urn:uuid:1f8a2c40-7b1e-4c0a-9d55-${String((count += 1)).padStart(12, '0')}`;
          streams.send(`event: notification\nid: ${id}\ndata: ${JSON.stringify({ text })}\n\n`);
        }),
        '*': page('<!DOCTYPE html><html><head><title>Not Found</title></head></html>', 404, { Server: 'Caddy' }),
      });
      return { url: HOME, publish: saying(port) };
    },
  },
  {
    name: 'HedgeDoc adds its inner port to the address that it tells the pad, and at that port of the host lives a Grafana',
    expect: 'bundle-wrong-port',
    async start(world) {
      const listener = routes({
        '/': socketIoPage(
          `'http://${HOST}:3000'`,
          "{ query: { noteId: 'features' }, timeout: 5000, reconnectionDelay: 2000 }",
          "socket.on('doc', ({ str }) => show(str)); socket.emit('refresh');",
        ),
        '/client.js': socketIoClient,
        '/status': json({ onlineNotes: 1, onlineUsers: 1, notesCount: 14 }),
        '*': page('<!DOCTYPE html><html><body><h1>404 Not Found</h1><p>oops.</p></body></html>', 404, {
          'HedgeDoc-Version': '1.9.9',
        }),
      });
      const { server, port } = await world.http(listener);
      const io = new SocketIo(server, { serveClient: false });
      world.onStop(() => void io.close());
      io.on('connection', (socket) => {
        socket.emit('doc', { str: '# Features', revision: 1 });
      });
      world.route(HOST, 80, port);
      await serve(
        world,
        {
          '/': (_request, response) => void response.writeHead(302, { Location: '/login' }).end(),
          '/login': page(
            '<!DOCTYPE html><html><head><title>Grafana</title></head><body><h1>Welcome to Grafana</h1></body></html>',
          ),
          '/api/health': json({ database: 'ok', version: '11.1.0' }),
          '*': json({ message: 'Not found', traceID: '' }, 404),
        },
        {},
        HOST,
        3000,
      );
      return { url: HOME };
    },
  },
  {
    name: 'project of Appwrite has no platform for this site, which its realtime says in a frame before it closes with 1008',
    expect: 'ws-origin-rejected',
    async start(world) {
      const api = 'appwrite.yard.example.test';
      await serve(world, {
        '/': html(
          `let last;
(function connect() {
  const socket = new WebSocket('ws://${api}/v1/realtime?project=yard&channels%5B%5D=databases.main.collections.gates.documents');
  socket.onmessage = ({ data }) => {
    last = JSON.parse(data);
    if (last.type === 'connected') state('connected');
    if (last.type === 'event') show(last.data.payload.text);
    if (last.type === 'error') throw last.data;
  };
  socket.onclose = ({ reason }) => {
    state('no updates');
    if (last?.type === 'error' && last.data.code === 1008) return;
    console.error('Realtime got disconnected. Reconnect will be attempted in 1 seconds.', reason);
    setTimeout(connect, 1000);
  };
})();
fetch('/gates.json').then((answer) => answer.json()).then((all) => all.forEach(show));`,
          { title: 'Gates' },
        ),
        '/gates.json': json(['Gate 1', 'Gate 2']),
        '*': nginx404,
      });
      const { server, port } = await world.http(
        routes({
          '/v1/health/version': json({ version: '1.5.7' }),
          '*': json({ message: 'Route not found', code: 404, type: 'general_route_not_found', version: '1.5.7' }, 404, {
            Server: 'Appwrite',
          }),
        }),
      );
      endpoint(server, '/v1/realtime', (socket, { headers }) => {
        const host = headers.origin === undefined ? undefined : new URL(headers.origin).hostname;
        if (host === undefined || host === 'localhost') {
          const channels = ['databases.main.collections.gates.documents'];
          socket.send(JSON.stringify({ type: 'connected', data: { channels, user: null } }));
          return;
        }
        const message = `Invalid Origin. Register your new client (${host}) as a new Web platform on your project console dashboard`;
        socket.send(JSON.stringify({ type: 'error', data: { code: 1008, message } }));
        socket.close(1008, message);
      });
      world.route(api, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'plan of the price feed has room for one socket, the ticker has it, and the chart is told 406 after it has named its key',
    expect: 'connection-limit',
    async start(world) {
      const feed = 'stream.prices.example.test';
      await serve(world, {
        '/': html(
          `for (const [widget, symbol] of [['ticker', 'ROPE'], ['chart', 'TAR']]) (function connect() {
  const socket = new WebSocket('ws://${feed}/v2/iex');
  socket.onopen = () => socket.send(JSON.stringify({ action: 'auth', key: 'demo', secret: 'demo' }));
  socket.onmessage = ({ data }) => {
    for (const { T, msg, code, S, p } of JSON.parse(data)) {
      if (T === 'success' && msg === 'authenticated') { state(widget + ' connected'); socket.send(JSON.stringify({ action: 'subscribe', trades: [symbol] })); }
      if (T === 'error') console.error(widget + ': ' + code + ' ' + msg);
      if (T === 't') show(widget + ': ' + S + ' ' + p);
    }
  };
  socket.onclose = () => setTimeout(connect, 3000);
})();`,
          { title: 'Prices' },
        ),
        '*': nginx404,
      });
      let holder: WebSocket | undefined;
      const { server, port } = await world.http(routes({ '*': plain(404, 'not found\n') }));
      endpoint(server, '/v2/iex', (socket) => {
        const send = (...messages: object[]): void => {
          socket.send(JSON.stringify(messages));
        };
        send({ T: 'success', msg: 'connected' });
        socket.once('close', () => {
          if (holder === socket) holder = undefined;
        });
        socket.on('message', (data) => {
          const { action, trades } = JSON.parse(textOf(data)) as { action: string; trades?: string[] };
          if (action === 'auth' && holder !== undefined) {
            send({ T: 'error', code: 406, msg: 'connection limit exceeded' });
            socket.close();
          } else if (action === 'auth') {
            holder = socket;
            send({ T: 'success', msg: 'authenticated' });
          } else if (action === 'subscribe') {
            send({ T: 'subscription', trades, quotes: [], bars: [] });
            let price = 120;
            every(1000, socket, () => {
              send({ T: 't', i: price, S: trades?.[0], x: 'V', p: (price += 1), s: 100, t: new Date().toISOString() });
            });
          }
        });
      });
      world.route(feed, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'gateway of the calls is Janus at port 8089, with the certificate that it made for itself',
    expect: 'tls-certificate-untrusted',
    async start(world, authority) {
      if (authority === undefined) throw new Error('certutil is not installed');
      await serve(world, {
        '/': html(
          `const server = 'https://' + location.hostname + ':8089/janus';
const transaction = () => Math.random().toString(36).slice(2, 14);
(async function create() {
  try {
    const answer = await fetch(server, { method: 'POST', body: JSON.stringify({ janus: 'create', transaction: transaction() }) });
    const { data: { id } } = await answer.json();
    state('session ' + id);
    for (;;) {
      const events = await (await fetch(server + '/' + id + '?rid=' + Date.now() + '&maxev=10')).json();
      for (const event of [events].flat()) if (event.janus === 'event') show(event.plugindata.data.text);
    }
  } catch (error) { console.error('Probably a network error, is the server down?: ' + error); state('The gateway is down'); setTimeout(create, 4000); }
})();`,
          { title: 'Call' },
        ),
        '*': nginx404,
      });
      const { cert, key } = await authority.issue([HOST], { selfSigned: true });
      const open = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Max-Age': '86400' };
      const server = https.createServer(
        { cert, key },
        routes({
          '/janus': withBody((body, request, response) => {
            const asked = /"transaction":"(\w+)"/.exec(body)?.[1];
            json({ janus: 'success', transaction: asked, data: { id: 4_871_206_193 } }, 200, open)(request, response);
          }),
          '/janus/info': json(
            { janus: 'server_info', name: 'Janus WebRTC Server', version_string: '1.2.3' },
            200,
            open,
          ),
          '*': (request, response) => {
            const timer = setTimeout(() => {
              json([{ janus: 'keepalive' }], 200, open)(request, response);
            }, 5000);
            response.once('close', () => {
              clearTimeout(timer);
            });
          },
        }),
      );
      world.route(HOST, 8089, await world.listen(server));
      return { url: HOME };
    },
  },
  {
    name: 'bundle was made where the address of Supabase is not known, and its client says that it needs one before anything else happens',
    expect: 'bundle-variable-unset',
    async start(world) {
      await serve(world, {
        '/': `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Berths</title><script type="module" crossorigin src="/assets/index-Dk2x9QfP.js"></script></head>
<body><h1>Berths</h1><div id="root"><p id="state">Loading</p></div><ul id="list"></ul></body></html>`,
        '/assets/index-Dk2x9QfP.js': javascript(
          `const env = { BASE_URL: '/', MODE: 'production', DEV: false, PROD: true, VITE_SUPABASE_URL: void 0, VITE_SUPABASE_ANON_KEY: void 0 };
function createClient(url, key) {
  if (!url) throw new Error('supabaseUrl is required.');
  if (!key) throw new Error('supabaseKey is required.');
  const socket = new WebSocket(url.replace(/^http/, 'ws') + '/realtime/v1/websocket?apikey=' + key + '&vsn=1.0.0');
  socket.onopen = () => socket.send(JSON.stringify({ topic: 'realtime:berths', event: 'phx_join', payload: { config: {} }, ref: '1' }));
  return socket;
}
const client = createClient(env.VITE_SUPABASE_URL, env.VITE_SUPABASE_ANON_KEY);
client.onmessage = ({ data }) => {
  const { event, payload } = JSON.parse(data);
  if (event === 'phx_reply') document.getElementById('state').textContent = 'SUBSCRIBED';
  if (event === 'broadcast') document.getElementById('list').append(payload.payload.text);
};
`,
        ),
        '*': nginx404,
      });
      return { url: HOME };
    },
  },
  {
    name: 'shop put on the helmet of Express with its usual headers, under which its support chat on another host cannot be reached',
    expect: 'csp-blocks-connect',
    async start(world) {
      const chat = 'chat.yard.example.test';
      const headers = {
        'X-Content-Type-Options': 'nosniff',
        'X-Frame-Options': 'SAMEORIGIN',
        'Content-Security-Policy':
          "default-src 'self';base-uri 'self';font-src 'self' https: data:;form-action 'self';frame-ancestors 'self';img-src 'self' data:;object-src 'none';script-src 'self';script-src-attr 'none';style-src 'self' https: 'unsafe-inline'",
      };
      await serve(world, {
        '/': page(
          '<!doctype html><html><head><meta charset="utf-8"><title>Shop</title></head><body><h1>Shop</h1><ul id="list"></ul><aside>Chat: <span id="state">connecting</span></aside><script src="/client.js"></script><script src="/chat.js"></script></body></html>',
          200,
          headers,
        ),
        '/client.js': socketIoClient,
        '/chat.js': javascript(
          `const state = (text) => { document.getElementById('state').textContent = text; };
const show = (text) => { const item = document.createElement('li'); item.textContent = text; document.getElementById('list').append(item); };
fetch('/api/offers').then((answer) => answer.json()).then((all) => all.forEach(show));
const socket = io('http://${chat}', { reconnectionDelay: 2000 });
socket.on('connect', () => state('an agent will be with you'));
socket.on('connect_error', () => state('away'));
socket.on('message', ({ text }) => show(text));
`,
        ),
        '/api/offers': json(['Rope', 'Tar'], 200, headers),
        '*': express404,
      });
      const { server, port } = await world.http(routes({ '/': plain(200, 'chat is up'), '*': express404 }));
      const io = new SocketIo(server, { serveClient: false, cors: { origin: `http://${HOST}` } });
      world.onStop(() => void io.close());
      io.on('connection', (socket) => {
        socket.emit('message', { text: 'Hello, how can we help?' });
      });
      world.route(chat, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'page of a parcel takes its number from the address, where it is text, and compares it strictly with the number in the event',
    expect: 'client-ui-filter',
    async start(world) {
      const streams = new Streams();
      const said: string[] = [];
      const { port } = await serve(world, {
        '/track': html(
          `const order = new URLSearchParams(location.search).get('order');
fetch('/api/orders/' + order + '/events').then((answer) => answer.json()).then((all) => all.forEach(({ text }) => show(text)));
const source = new EventSource('/api/tracking');
source.onopen = () => state('live');
source.onerror = () => state('reconnecting');
source.addEventListener('status', ({ data }) => { const { orderId, text } = JSON.parse(data); if (orderId === order) show(text); });`,
          { title: 'Order 1017' },
        ),
        '/api/orders/1017/events': (request, response) => {
          json(['Packed', ...said].map((text) => ({ orderId: 1017, text })))(request, response);
        },
        '/api/tracking': streams.join('retry: 2000\n\n', { 'X-Accel-Buffering': 'no' }, ': ping\n\n'),
        '/say': sayer((text) => {
          said.push(text);
          streams.send(`event: status\ndata: ${JSON.stringify({ orderId: 1017, text })}\n\n`);
        }),
        '*': express404,
      });
      return { url: `${HOME}track?order=1017`, publish: saying(port) };
    },
  },
];

const healthy: readonly Unseen[] = [
  {
    name: 'Meteor has forgotten who the visitor was, which it says in the socket, and what it publishes is for everybody',
    expect: 'healthy',
    async start(world) {
      const members = new Set<WebSocket>();
      let count = 0;
      const framed = (message: object): string => `a${JSON.stringify([JSON.stringify(message)])}`;
      const reason = "You've been logged out by the server. Please log in again.";
      const { port } = await serve(
        world,
        {
          '/': html(
            `fetch('/sockjs/info?cb=k2x9q1').then((answer) => answer.json()).then(function connect({ websocket }) {
  const socket = new WebSocket('ws://' + location.host + '/sockjs/417/x1c9ab2k/websocket');
  const send = (message) => socket.send(JSON.stringify([JSON.stringify(message)]));
  socket.onmessage = ({ data }) => {
    if (data === 'o') send({ msg: 'connect', version: '1', support: ['1', 'pre2', 'pre1'] });
    if (data[0] !== 'a') return;
    for (const one of JSON.parse(data.slice(1)).map((text) => JSON.parse(text))) {
      if (one.msg === 'connected') {
        send({ msg: 'method', method: 'login', params: [{ resume: 'of-last-week' }], id: '1' });
        send({ msg: 'sub', id: 'Gk3', name: 'meteor_autoupdate_clientVersions', params: [] });
        send({ msg: 'sub', id: 'Gk4', name: 'notices', params: [] });
      }
      if (one.msg === 'result' && one.error) document.querySelector('h1').append(' - signed out');
      if (one.msg === 'ready' && one.subs.includes('Gk4')) state('ready');
      if (one.msg === 'ping') send({ msg: 'pong' });
      if (one.msg === 'added' && one.collection === 'notices') show(one.fields.text);
    }
  };
  socket.onclose = () => { state('waiting'); setTimeout(connect, 1500, { websocket }); };
});`,
            { title: 'Notices', head: '<link rel="icon" sizes="16x16" href="/favicon.ico">' },
          ),
          '/sockjs/info': json({ websocket: true, origins: ['*:*'], cookie_needed: false, entropy: 2_918_340_117 }),
          '/say': sayer((text) => {
            const id = `n${String((count += 1))}`;
            for (const member of members)
              member.send(framed({ msg: 'added', collection: 'notices', id, fields: { text } }));
          }),
          '*': plain(404, ''),
        },
        {
          '/sockjs/417/x1c9ab2k/websocket': (socket) => {
            socket.send('o');
            socket.send(framed({ server_id: '0' }));
            every(5000, socket, () => {
              socket.send(framed({ msg: 'ping' }));
            });
            socket.once('close', () => members.delete(socket));
            socket.on('message', (data) => {
              for (const text of JSON.parse(textOf(data)) as string[]) {
                const { msg, id } = JSON.parse(text) as { msg: string; id?: string };
                if (msg === 'connect') socket.send(framed({ msg: 'connected', session: 'kR7w2' }));
                if (msg === 'method') {
                  const error = { isClientSafe: true, error: 403, reason, message: `${reason} [403]` };
                  socket.send(framed({ msg: 'result', id, error: { ...error, errorType: 'Meteor.Error' } }));
                  socket.send(framed({ msg: 'updated', methods: [id] }));
                }
                if (msg === 'sub') socket.send(framed({ msg: 'ready', subs: [id] }));
                if (id === 'Gk4') members.add(socket);
              }
            });
          },
        },
      );
      return { url: HOME, publish: saying(port) };
    },
  },
  {
    name: 'game leaves its lobby with 4000 as soon as there is a room for it, and hears of the room in bytes',
    expect: 'healthy',
    async start(world) {
      const players = new Set<WebSocket>();
      const seat = (name: string): http.RequestListener => {
        const room = {
          clients: 1,
          locked: false,
          private: false,
          maxClients: 8,
          name,
          processId: 'hV3kq9',
          roomId: name,
        };
        return json({ room: { ...room, createdAt: '2025-06-01T08:00:00.000Z' }, sessionId: 'Zk81xQ' });
      };
      const joined = Buffer.concat([Buffer.from([10, 5]), Buffer.from('tok01'), Buffer.from([4]), Buffer.from('none')]);
      const message = (type: string, text: string): Buffer =>
        Buffer.concat([Buffer.from([13]), packed(type), packed(text)]);
      const { port } = await serve(
        world,
        {
          '/': html(
            `const text = (bytes, at) => { const short = bytes[at] >> 5 === 5; const from = at + (short ? 1 : 2); const to = from + (short ? bytes[at] & 31 : bytes[at + 1]); return [new TextDecoder().decode(bytes.slice(from, to)), to]; };
async function enter(name, take) {
  const answer = await fetch('/matchmake/joinOrCreate/' + name, { method: 'POST', headers: { Accept: 'application/json', 'Content-Type': 'application/json' }, body: '{}' });
  const { room, sessionId } = await answer.json();
  const socket = new WebSocket('ws://' + location.host + '/' + room.processId + '/' + room.roomId + '?sessionId=' + sessionId);
  socket.binaryType = 'arraybuffer';
  socket.onmessage = ({ data }) => {
    const bytes = new Uint8Array(data);
    if (bytes[0] === 10) { socket.send(new Uint8Array([10])); state(name); }
    if (bytes[0] === 13) { const [type, at] = text(bytes, 1); take(type, text(bytes, at)[0], socket); }
  };
}
enter('lobby', (type, value, socket) => { if (type === 'match') { socket.send(new Uint8Array([12])); setTimeout(enter, 1500, value, (kind, said) => { if (kind === 'notice') show(said); }); } });`,
            { title: 'Harbour game' },
          ),
          '/matchmake/joinOrCreate/lobby': seat('lobby'),
          '/matchmake/joinOrCreate/duel': seat('duel'),
          '/say': sayer((text) => {
            for (const player of players) player.send(message('notice', text));
          }),
          '*': express404,
        },
        {
          '/hV3kq9/lobby': (socket) => {
            socket.send(joined);
            socket.on('message', (data) => {
              const code = Buffer.isBuffer(data) ? data[0] : undefined;
              if (code === 10) socket.send(message('match', 'duel'));
              if (code === 12) socket.close(4000);
            });
          },
          '/hV3kq9/duel': (socket) => {
            socket.send(joined);
            socket.once('message', () => players.add(socket));
            socket.once('close', () => players.delete(socket));
          },
        },
      );
      return { url: HOME, publish: saying(port) };
    },
  },
  {
    name: 'bell closes its stream of the hub to ask for one more topic, and the worker for push messages is missing',
    expect: 'healthy',
    async start(world) {
      const streams = new Streams();
      let count = 0;
      const { port } = await serve(world, {
        '/': html(
          `let source;
function listen(...topics) {
  source?.close();
  const url = new URL('/.well-known/mercure', location);
  topics.forEach((topic) => url.searchParams.append('topic', topic));
  source = new EventSource(url);
  source.onopen = () => state(topics.length + ' topics');
  source.onmessage = ({ data }) => show(JSON.parse(data).text);
}
listen('/news');
setTimeout(listen, 1200, '/news', '/visitors/17');
navigator.serviceWorker?.register('/sw.js').catch(() => console.info('no push messages here'));`,
          { title: 'News' },
        ),
        '/.well-known/mercure': streams.join(':\n'),
        '/say': sayer((text) => {
          const id = `urn:uuid:9c2a7d10-4e3b-4f6a-8a51-${String((count += 1)).padStart(12, '0')}`;
          streams.send(`id: ${id}\ndata: ${JSON.stringify({ text })}\n\n`);
        }),
        '*': page('<!DOCTYPE html><html><head><title>Not Found</title></head></html>', 404, { Server: 'Caddy' }),
      });
      return { url: HOME, publish: saying(port) };
    },
  },
  {
    name: 'console of a build is asked for what follows after so many bytes, by a page that finds no issuer of crumbs',
    expect: 'healthy',
    async start(world) {
      let log = 'Started by timer\nRunning on built-in\n[Pipeline] node\n';
      const jetty = { 'X-Jenkins': '2.462.3', Server: 'Jetty(10.0.24)' };
      const { port } = await serve(world, {
        '/job/yard/42/console': html(
          `fetch('/crumbIssuer/api/json').catch(() => {});
let start = 0;
(async function more() {
  const answer = await fetch('logText/progressiveText?start=' + start, { method: 'POST' });
  start = Number(answer.headers.get('X-Text-Size'));
  (await answer.text()).split('\\n').filter(Boolean).forEach(show);
  const going = answer.headers.get('X-More-Data') === 'true';
  state(going ? 'running' : 'finished');
  if (going) setTimeout(more, 1000);
})();`,
          { title: 'yard #42 Console' },
        ),
        '/job/yard/42/logText/progressiveText': (request, response) => {
          request.resume();
          const rest = log.slice(Number(queryOf(request).get('start') ?? 0));
          const size = { 'X-Text-Size': String(log.length), 'X-More-Data': 'true' };
          plain(200, rest, { ...jetty, ...size })(request, response);
        },
        '/say': sayer((text) => {
          log += `+ echo ${text}\n${text}\n`;
        }),
        '*': page(
          '<html><head><title>Not Found</title></head><body><h2>HTTP ERROR 404 Not Found</h2></body></html>',
          404,
          jetty,
        ),
      });
      return { url: `${HOME}job/yard/42/console`, publish: saying(port) };
    },
  },
  {
    name: 'PocketBase does not renew the session of a guest, and tells his stream of each record that is made',
    expect: 'healthy',
    async start(world) {
      const streams = new Streams();
      let count = 0;
      const { port } = await serve(world, {
        '/': html(
          `fetch('/api/collections/users/auth-refresh', { method: 'POST' }).then((answer) => { if (answer.status === 401) document.querySelector('h1').append(' (guest)'); });
const source = new EventSource('/api/realtime');
source.addEventListener('PB_CONNECT', async ({ data }) => {
  const { clientId } = JSON.parse(data);
  const answer = await fetch('/api/realtime', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ clientId, subscriptions: ['notices/*'] }) });
  state(answer.status === 204 ? 'subscribed' : 'not subscribed');
});
source.addEventListener('notices/*', ({ data }) => { const { action, record } = JSON.parse(data); if (action === 'create') show(record.text); });
source.onerror = () => state('reconnecting');`,
          { title: 'Notices' },
        ),
        '/api/collections/users/auth-refresh': withBody((_body, request, response) => {
          const message = 'The request requires valid record authorization token to be set.';
          json({ code: 401, message, data: {} }, 401)(request, response);
        }),
        '/api/realtime': withBody((_body, request, response) => {
          if (request.method === 'POST') response.writeHead(204).end();
          else
            streams.join('id:7Qx2\nevent:PB_CONNECT\ndata:{"clientId":"7Qx2"}\n\n', { 'X-Accel-Buffering': 'no' })(
              request,
              response,
            );
        }),
        '/say': sayer((text) => {
          const record = { collectionName: 'notices', id: `r${String((count += 1))}`, text };
          streams.send(`id:7Qx2\nevent:notices/*\ndata:${JSON.stringify({ action: 'create', record })}\n\n`);
        }),
        '*': json({ code: 404, message: 'Not Found.', data: {} }, 404),
      });
      return { url: HOME, publish: saying(port) };
    },
  },
  {
    name: 'call waits until the visitor has seen himself, tries the newer path of an older LiveKit, and takes the one that it has',
    expect: 'healthy',
    async start(world) {
      const token = jwt({
        exp: 4_070_908_800,
        iss: 'APIyard',
        sub: 'visitor',
        video: { room: 'standup', roomJoin: true },
      });
      await serve(world, {
        '/': html(
          `state('Is your camera ready?');
const open = (path, token) => new Promise((resolve, reject) => {
  const socket = new WebSocket('ws://' + location.hostname + ':7880' + path + '?access_token=' + token + '&auto_subscribe=1&sdk=js&version=2.16.0&protocol=16');
  socket.binaryType = 'arraybuffer';
  socket.onmessage = () => resolve(socket);
  socket.onerror = () => reject(new Error(path));
});
setTimeout(async () => {
  const { token } = await (await fetch('/api/token?room=standup')).json();
  const socket = await open('/rtc/v1', token).catch(async () => {
    const answer = await fetch('http://' + location.hostname + ':7880/rtc/v1/validate?access_token=' + token);
    if (answer.status !== 404) throw new Error('not expected');
    console.warn('v1 RTC path not found. Consider upgrading your LiveKit server version');
    return open('/rtc', token);
  });
  state('in the call, alone');
  setInterval(() => socket.send(new Uint8Array([0x72, 2, 8, 1])), 5000);
}, 2500);`,
          { title: 'Stand-up' },
        ),
        '/api/token': json({ token }),
        '*': nginx404,
      });
      const open = { 'Access-Control-Allow-Origin': '*' };
      const missing = plain(404, '404 page not found\n', open);
      await serve(
        world,
        {
          '/': plain(200, 'OK'),
          '/rtc': plain(401, 'no permissions to access the room', open),
          '/rtc/validate': plain(200, 'success', open),
          '*': missing,
        },
        {
          '/rtc': (socket) => {
            socket.send(Buffer.concat([Buffer.from([0x0a, 11, 0x0a, 9, 0x12, 7]), Buffer.from('standup')]));
            socket.on('message', () => {
              socket.send(Buffer.from([0x9a, 1, 2, 8, 1]));
            });
          },
        },
        HOST,
        7880,
      );
      return { url: HOME };
    },
  },
  {
    name: 'exchange is closed today, so its ticker hears a heartbeat and no price, and who counts the visitors cannot be reached',
    expect: 'healthy',
    async start(world) {
      const feed = 'ws.exchange.example.test';
      await serve(world, {
        '/': html(
          `fetch('http://collect.metrics.example.test/e', { method: 'POST', mode: 'no-cors', keepalive: true, body: '{"event":"view"}' }).catch(() => {});
fetch('/api/market').then((answer) => answer.json()).then(({ status, close }) => { document.querySelector('h1').append(' - market ' + status); show('TAR ' + close); });
(function connect() {
  const socket = new WebSocket('ws://${feed}/v2');
  socket.onopen = () => socket.send(JSON.stringify({ method: 'subscribe', params: { channel: 'ticker', symbol: ['TAR/EUR'] } }));
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    if (message.method === 'subscribe') state(message.success ? 'subscribed' : message.error);
    if (message.channel === 'ticker') message.data.forEach(({ symbol, last }) => show(symbol + ' ' + last));
  };
  socket.onclose = () => { state('reconnecting'); setTimeout(connect, 2000); };
})();`,
          { title: 'Prices' },
        ),
        '/api/market': json({ status: 'closed', opens: '2025-06-02T08:00:00Z', close: 118.4 }),
        '*': nginx404,
      });
      await serve(
        world,
        { '*': plain(404, '') },
        {
          '/v2': (socket) => {
            const status = { api_version: 'v2', connection_id: 13834774380200032, system: 'online', version: '2.0.10' };
            socket.send(JSON.stringify({ channel: 'status', type: 'update', data: [status] }));
            every(1000, socket, () => {
              socket.send('{"channel":"heartbeat"}');
            });
            socket.once('message', () => {
              const result = { channel: 'ticker', event_trigger: 'trades', snapshot: true, symbol: 'TAR/EUR' };
              socket.send(
                JSON.stringify({ method: 'subscribe', result, success: true, time_in: '2025-06-01T09:00:00Z' }),
              );
            });
          },
        },
        feed,
      );
      return { url: HOME };
    },
  },
  {
    name: 'model has answered in pieces and is done, its page has a title from it, and older conversations are not kept here',
    expect: 'healthy',
    async start(world) {
      const chunk = (delta: object, finish: string | null = null): string => {
        const choices = [{ index: 0, delta, logprobs: null, finish_reason: finish }];
        return `data: ${JSON.stringify({ id: 'chatcmpl-8x1', object: 'chat.completion.chunk', created: 1_748_764_800, model: 'petit', choices })}\n\n`;
      };
      await serve(world, {
        '/': html(
          `const ask = (content, stream) => fetch('/v1/chat/completions', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ model: 'petit', stream, messages: [{ role: 'user', content }] }) });
(async () => {
  const past = await fetch('/api/conversations');
  if (past.status === 404) show('(no history)');
  const item = document.createElement('li');
  document.getElementById('list').append(item);
  state('typing');
  let rest = '';
  for await (const part of (await ask('Hello', true)).body.pipeThrough(new TextDecoderStream())) {
    const events = (rest + part).split('\\n\\n');
    rest = events.pop();
    for (const event of events) if (event !== 'data: [DONE]') item.textContent += JSON.parse(event.slice(6)).choices[0].delta.content ?? '';
  }
  document.title = (await (await ask('Name this conversation', false)).json()).choices[0].message.content;
  state('ready');
})();`,
          { title: 'Assistant' },
        ),
        '/v1/models': json({ object: 'list', data: [{ id: 'petit', object: 'model', owned_by: 'yard' }] }),
        '/v1/chat/completions': withBody((body, request, response) => {
          if (request.method !== 'POST')
            json({ detail: 'Method Not Allowed' }, 405, { Allow: 'POST' })(request, response);
          else if (!body.includes('"stream":true')) {
            const choices = [
              { index: 0, message: { role: 'assistant', content: 'A greeting' }, finish_reason: 'stop' },
            ];
            json({ id: 'chatcmpl-8x2', object: 'chat.completion', model: 'petit', choices })(request, response);
          } else {
            response.writeHead(200, {
              'Content-Type': 'text/event-stream; charset=utf-8',
              'Cache-Control': 'no-cache',
            });
            response.write(chunk({ role: 'assistant', content: '' }));
            const words = ['Good', ' day,', ' what', ' can', ' I', ' do', ' for', ' you?'];
            const timer = setInterval(() => {
              const word = words.shift();
              if (word !== undefined) response.write(chunk({ content: word }));
              else {
                clearInterval(timer);
                response.end(`${chunk({}, 'stop')}data: [DONE]\n\n`);
              }
            }, 150);
            response.once('close', () => {
              clearInterval(timer);
            });
          }
        }),
        '*': json({ detail: 'Not Found' }, 404, { Server: 'uvicorn' }),
      });
      return { url: HOME };
    },
  },
  {
    name: 'terminal of ttyd needs no token and is given an empty one, sits at its prompt, and has no source map',
    expect: 'healthy',
    async start(world) {
      const terminals = new Set<WebSocket>();
      const { port } = await serve(
        world,
        {
          '/': html(
            `fetch('/app.js.map').catch(() => {});
const decoder = new TextDecoder();
fetch('/token').then((answer) => answer.json()).then(function connect({ token }) {
  const socket = new WebSocket('ws://' + location.host + '/ws', ['tty']);
  socket.binaryType = 'arraybuffer';
  socket.onopen = () => socket.send(new TextEncoder().encode(JSON.stringify({ AuthToken: token, columns: 80, rows: 24 })));
  socket.onmessage = ({ data }) => {
    const text = decoder.decode(data);
    if (text[0] === '0') show(text.slice(1));
    if (text[0] === '1') document.title = text.slice(1);
    if (text[0] === '2') state('connected');
  };
  socket.onclose = ({ code }) => { state('Press Enter to Reconnect'); if (code !== 1000) setTimeout(connect, 2000, { token }); };
});`,
            { title: 'Terminal' },
          ),
          '/token': json({ token: '' }),
          '/say': sayer((text) => {
            for (const terminal of terminals) terminal.send(Buffer.from(`0\r\n${text}\r\n$ `));
          }),
          '*': (_request, response) =>
            void response.writeHead(404, { 'Content-Length': 0, Server: 'ttyd/1.7.7' }).end(),
        },
        {
          '/ws': (socket) => {
            socket.once('close', () => terminals.delete(socket));
            socket.once('message', () => {
              terminals.add(socket);
              socket.send(Buffer.from('1bash (yard)'));
              socket.send(Buffer.from('2{}'));
              socket.send(Buffer.from('0visitor@yard:~$ '));
            });
          },
        },
      );
      return { url: HOME, publish: saying(port) };
    },
  },
];

export const blindEleven: readonly Unseen[] = [...broken, ...healthy];
