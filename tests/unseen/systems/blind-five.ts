/** Faults, and what only looks like one, as clouds, brokers and frameworks word them. Their author knew no rule of the diagnosis. */
import type http from 'node:http';
import https from 'node:https';
import { gzipSync } from 'node:zlib';
import type { WebSocket } from 'ws';
import { guarded, jwt, plain, queryOf, raw, sayer } from './blind-servers.ts';
import { html, rawPage, socketIoPage } from './pages.ts';
import { page, saying, servingAt } from './programs.ts';
import { UPGRADE, nginx } from './proxies.ts';
import { Chat, endpoint, express404, json, routeOthers, routes, socketIoClient, stream, textOf } from './servers.ts';
import type { Unseen } from './unseen.ts';

const HOST = 'kiosk.example.test';
const HOME = `http://${HOST}/`;

const serve = servingAt(HOST);

/** Does something now and then, while a socket is open. */
function whileOpen(socket: WebSocket, every: number, action: () => void): void {
  const timer = setInterval(action, every);
  socket.once('close', () => {
    clearInterval(timer);
  });
}

const broken: readonly Unseen[] = [
  {
    name: 'board is put into a frame with a sandbox, so its origin is null, and the server knows the site alone',
    expect: 'ws-origin-rejected',
    async start(world) {
      const { server, port } = await world.http(
        routes({
          '/': html("state('Schalter geöffnet');", {
            title: 'Bürgeramt',
            body: '<iframe sandbox="allow-scripts" src="/tafel" title="Wartetafel"></iframe>',
          }),
          '/tafel': rawPage("'ws://' + location.host + '/ws/tafel'"),
          '/ws/tafel': plain(426, 'Upgrade Required', { Upgrade: 'websocket' }),
          '*': express404,
        }),
      );
      guarded(server, '/ws/tafel', ({ headers: { origin } }) =>
        origin === undefined || origin === `http://${HOST}` ? undefined : raw(403, `origin "${origin}" is not allowed`),
      );
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'language model answers 200 and begins its stream, whose one event says that the key has been revoked',
    expect: 'auth-rejected',
    async start(world) {
      const error = {
        type: 'authentication_error',
        code: 'invalid_api_key',
        message: 'La clave de API no es válida o fue revocada.',
      };
      await serve(world, {
        '/': html(`async function resumir() {
  const answer = await fetch('/v1/chat/completions', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'text/event-stream', Authorization: 'Bearer clave-de-muestra' },
    body: JSON.stringify({ model: 'resumen-2', stream: true, messages: [{ role: 'user', content: 'Resume el día' }] }),
  });
  let text = '';
  for await (const part of answer.body.pipeThrough(new TextDecoderStream())) text += part;
  for (const [, data] of text.matchAll(/^data: (\\{.*)$/gm)) {
    const { choices } = JSON.parse(data);
    if (choices) show(choices[0].delta.content);
  }
  state(document.querySelector('li') ? 'listo' : 'El asistente no respondió.');
  if (!document.querySelector('li')) setTimeout(resumir, 4000);
}
resumir();`),
        '/v1/chat/completions': (request, response) => {
          request.resume();
          response
            .writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-store' })
            .end(`event: error\ndata: ${JSON.stringify({ error })}\n\n`);
        },
        '*': json({ error: { type: 'not_found_error', message: 'Ruta desconocida' } }, 404),
      });
      return { url: HOME };
    },
  },
  {
    name: 'clock of the machine that writes the tokens is an hour fast, so Centrifugo ends each connection with 3500',
    expect: 'auth-rejected',
    async start(world) {
      await serve(
        world,
        {
          '/': html(`async function connect() {
  const { token } = await (await fetch('/api/realtime/token', { method: 'POST' })).json();
  const socket = new WebSocket('ws://' + location.host + '/connection/websocket');
  socket.onopen = () => socket.send(JSON.stringify({ id: 1, connect: { token, name: 'js' } }));
  socket.onmessage = ({ data }) => { const { connect, push } = JSON.parse(data); if (connect) state('verbunden'); if (push) show(push.pub.data.text); };
  socket.onclose = ({ code }) => { state('getrennt'); if (code < 3500) setTimeout(connect, 1000); };
}
connect();`),
          '/api/realtime/token': (request, response) => {
            const now = Math.floor(Date.now() / 1000) + 3600;
            json({ token: jwt({ sub: 'platz-12', iat: now, nbf: now, exp: now + 600 }) })(request, response);
          },
          '/connection/websocket': plain(400, 'Bad Request\n', { 'Sec-Websocket-Version': '13' }),
        },
        {
          '/connection/websocket': (socket) => {
            socket.once('message', () => {
              socket.close(3500, 'invalid token');
            });
          },
        },
      );
      return { url: HOME };
    },
  },
  {
    name: 'session cookie is for the folder of the page, where its events are, and the socket is beside that folder',
    expect: 'auth-missing',
    async start(world) {
      const known = ({ headers: { cookie = '' } }: http.IncomingMessage): boolean => cookie.includes('portal_sid=');
      const { server, port } = await world.http(
        routes({
          '/portal/': page(
            rawPage("'ws://' + location.host + '/ws/mensagens'", {
              more: `const turno = new EventSource('/portal/turno');
turno.onmessage = ({ data }) => { document.title = JSON.parse(data).text; };`,
            }),
            200,
            { 'Set-Cookie': 'portal_sid=visita-41; Path=/portal; HttpOnly; SameSite=Lax' },
          ),
          '/portal/turno': (request, response) => {
            if (known(request)) stream(1200)(request, response);
            else json({ erro: 'sessão ausente' }, 401)(request, response);
          },
          '/ws/mensagens': plain(426, 'Upgrade Required', { Upgrade: 'websocket' }),
          '*': json({ erro: 'não encontrado' }, 404),
        }),
      );
      guarded(server, '/ws/mensagens', (request) =>
        known(request) ? undefined : raw(401, 'cookie portal_sid ausente'),
      );
      world.route(HOST, 80, port);
      return { url: `${HOME}portal/` };
    },
  },
  {
    name: 'event stream is answered with 200 and JSON in which the server says that nobody has signed in',
    expect: 'auth-missing',
    async start(world) {
      const answer = (codigo: number, mensaje: string, datos: unknown): http.RequestListener =>
        json({ codigo, mensaje, datos, hora: '2026-03-02T09:14:07' });
      await serve(world, {
        '/': html(`fetch('/api/sucursales').then((answer) => answer.json()).then(({ datos }) => datos.forEach(show));
function escuchar() {
  const flujo = new EventSource('/api/avisos/flujo');
  flujo.onopen = () => state('conectado');
  flujo.onmessage = ({ data }) => show(JSON.parse(data).texto);
  flujo.onerror = () => { flujo.close(); state('sin avisos'); setTimeout(escuchar, 4000); };
}
escuchar();`),
        '/api/sucursales': answer(0, 'ok', ['Centro', 'Norte']),
        '/api/avisos/flujo': answer(401, 'No ha iniciado sesión', null),
        '*': answer(404, 'No existe', null),
      });
      return { url: HOME };
    },
  },
  {
    name: 'page says by PUT what it wants to hear, and the other host allows GET and POST',
    expect: 'cors-header-missing',
    async start(world) {
      await serve(world, {
        '/': html(`const base = 'http://flux.example.test';
async function suivre() {
  try {
    await fetch(base + '/abonnements/guichet-7', { method: 'PUT', headers: { 'Content-Type': 'application/json' }, body: '{"sujets":["tickets"]}' });
  } catch { state('Abonnement impossible'); setTimeout(suivre, 4000); return; }
  const source = new EventSource(base + '/abonnements/guichet-7/flux');
  source.onopen = () => state('connecté');
  source.onmessage = ({ data }) => show(JSON.parse(data).text);
}
suivre();`),
      });
      const api = routes({
        '/abonnements/guichet-7': (request, response) => {
          request.resume();
          response.writeHead(request.method === 'OPTIONS' || request.method === 'PUT' ? 204 : 405).end();
        },
        '/abonnements/guichet-7/flux': stream(),
      });
      const { port } = await world.http((request, response) => {
        response.setHeader('Access-Control-Allow-Origin', `http://${HOST}`);
        if (request.method === 'OPTIONS') {
          response.setHeader('Access-Control-Allow-Methods', 'GET, POST');
          response.setHeader('Access-Control-Allow-Headers', 'content-type');
        }
        api(request, response);
      });
      world.route('flux.example.test', 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'hub of an App Service is stopped, which Azure tells with 403',
    expect: 'upstream-down',
    async start(world) {
      await serve(world, { '/': rawPage("'ws://hub.example.test/hubs/schalter'"), '*': express404 });
      const stopped = page(
        `<!DOCTYPE html><html><head><title>Web App - Unavailable</title></head><body>
<h1 id="unavailable">Error 403 - This web app is stopped.</h1>
<p id="tryAgain">The web app you have attempted to reach is currently stopped and does not accept any requests.</p>
<p id="toAdmin">If you are the web app administrator, please find the common 403 error scenarios and resolution in the documentation.</p></body></html>`,
        403,
      );
      await serve(world, { '*': stopped }, {}, 'hub.example.test');
      return { url: HOME };
    },
  },
  {
    name: 'middleware for languages sends each path without one to the path with one, also the handshake',
    expect: 'proxy-redirects-websocket',
    async start(world) {
      const inside = routes({
        '/de/': rawPage("'ws://' + location.host + '/aktuell'"),
        '/de/aktuell': plain(426, 'Upgrade Required', { Upgrade: 'websocket' }),
        '*': page('<!DOCTYPE html><html lang="de"><title>404: Seite nicht gefunden</title></html>', 404),
      });
      const site: http.RequestListener = (request, response) => {
        const { url = '/' } = request;
        if (url.startsWith('/de/')) inside(request, response);
        else response.writeHead(307, { Location: `/de${url}`, Vary: 'Accept-Language' }).end();
      };
      const { server, port } = await world.http(site);
      endpoint(server, '/de/aktuell', (socket) => {
        new Chat().join(socket);
      });
      routeOthers(server, ['/de/aktuell'], site);
      world.route(HOST, 80, port);
      return { url: `${HOME}de/` };
    },
  },
  {
    name: 'slots of a Redis cluster are not served, which socket and status page of the server say in its words',
    expect: 'broker-down',
    async start(world) {
      const detail = 'CLUSTERDOWN Hash slot not served';
      const { port } = await serve(
        world,
        {
          '/': rawPage("'ws://' + location.host + '/ao-vivo'", {
            more: "setInterval(() => fetch('/status').then((answer) => { document.title = answer.ok ? 'Painel' : 'Painel (instável)'; }), 2500);",
          }),
          '/senhas': json({ aceita: true, senha: 'B-204' }, 202),
          '/status': json(
            {
              estado: 'degradado',
              sockets: 'ok',
              banco: 'ok',
              pubsub: { tipo: 'redis-cluster', estado: 'fora', erro: detail },
            },
            503,
          ),
          '/ao-vivo': plain(426, 'Upgrade Required', { Upgrade: 'websocket' }),
        },
        {
          '/ao-vivo': (socket) => {
            new Chat().join(socket, { type: 'welcome' });
            socket.send(JSON.stringify({ type: 'degraded', component: 'pubsub', detail }));
          },
        },
      );
      return { url: HOME, publish: `curl -s -d text={nonce} http://127.0.0.1:${port}/senhas` };
    },
  },
  {
    name: 'server was made to send its frames with gzip, and the page parses what comes as JSON',
    expect: 'client-protocol-mismatch',
    async start(world) {
      await serve(
        world,
        {
          '/': html(`function connect() {
  const socket = new WebSocket('ws://' + location.host + '/kurse');
  socket.onopen = () => state('connected');
  socket.onmessage = (event) => { const { name, price } = JSON.parse(event.data); show(name + ' ' + price); };
  socket.onclose = () => { state('disconnected'); setTimeout(connect, 1000); };
}
connect();`),
          '/kurse': plain(426, 'Upgrade Required', { Upgrade: 'websocket' }),
        },
        {
          '/kurse': (socket) => {
            let price = 100;
            whileOpen(socket, 900, () => {
              socket.send(gzipSync(JSON.stringify({ name: 'Weizen', price: (price += 1) })));
            });
          },
        },
      );
      return { url: HOME };
    },
  },
  {
    name: 'Socket.IO 4 page, and a server of Socket.IO 2 that writes the length before each packet of a poll',
    expect: 'client-protocol-mismatch',
    async start(world) {
      const open = `0${JSON.stringify({ sid: 'oM3x7vKq1TzB5nW2AAAC', upgrades: ['websocket'], pingInterval: 25_000, pingTimeout: 5000 })}`;
      await serve(
        world,
        {
          '/': socketIoPage("''", '{}'),
          '/client.js': socketIoClient,
          '/socket.io/': (request, response) => {
            if (queryOf(request).get('transport') === null)
              json({ code: 0, message: 'Transport unknown' }, 400)(request, response);
            else if (queryOf(request).has('sid')) setTimeout(() => response.end('1:6'), 5000);
            else
              plain(200, `${open.length}:${open}2:40`, { 'Content-Type': 'text/plain; charset=UTF-8' })(
                request,
                response,
              );
          },
          '*': express404,
        },
        {
          '/socket.io/': (socket) => {
            socket.send(open);
            socket.send('40');
          },
        },
      );
      return { url: HOME };
    },
  },
  {
    name: 'key in the page is of an application that the service of channels no longer has',
    expect: 'app-key-mismatch',
    async start(world) {
      await serve(world, {
        '/': html(`const socket = new WebSocket('ws://realtime.example.test/?key=kd4Qv0.demo:demo&format=json&heartbeats=true&v=3');
socket.onmessage = ({ data }) => {
  const { action, error, messages = [] } = JSON.parse(data);
  if (action === 4) { state('connecté'); socket.send(JSON.stringify({ action: 10, channel: 'guichets' })); }
  if (action === 9) state('échec : ' + error.code);
  if (action === 15) messages.forEach(({ data }) => show(data));
};`),
      });
      const message = 'No application found with id kd4Qv0. (See help page 40400 for more.)';
      await serve(
        world,
        { '/time': json([1_772_442_847_000]), '*': json({ error: { code: 40400, statusCode: 404 } }, 404) },
        {
          '/': (socket) => {
            socket.send(JSON.stringify({ action: 9, error: { message, code: 40400, statusCode: 404 } }));
            socket.close(1000);
          },
        },
        'realtime.example.test',
      );
      return { url: HOME };
    },
  },
  {
    name: 'firewall of AWS wants a puzzle solved before the negotiation of the hub, and the program cannot solve it',
    expect: 'proxy-auth-gate',
    async start(world) {
      const captcha = page(
        '<!DOCTYPE html><html lang="en"><head><title>Human Verification</title></head><body><div id="captcha-container"></div></body></html>',
        405,
        { Server: 'CloudFront', 'x-amzn-waf-action': 'captcha', 'Cache-Control': 'no-store, max-age=0' },
      );
      await serve(world, {
        '/': html(`async function start() {
  try {
    const answer = await fetch('/hubs/schalter/negotiate?negotiateVersion=1', { method: 'POST' });
    const { connectionToken } = await answer.json();
    const socket = new WebSocket('ws://' + location.host + '/hubs/schalter?id=' + connectionToken);
    socket.onopen = () => { state('verbunden'); socket.send('{"protocol":"json","version":1}\\x1e'); };
  } catch { state('Keine Verbindung zum Hub'); setTimeout(start, 3000); }
}
start();`),
        '/hubs/schalter/negotiate': captcha,
        '/hubs/schalter': captcha,
        '*': express404,
      });
      return { url: HOME };
    },
  },
  {
    name: 'gateway of AWS says that a token is missing, which is what it says of each path that it does not have',
    expect: 'proxy-route-missing',
    async start(world) {
      const id = { 'x-amzn-RequestId': '0b6a1f6e-1d0c-4f0e-9a51-7f3c2e11aa01', 'x-amz-apigw-id': 'demo' };
      await serve(world, {
        '/': html(`fetch('/prod/turnos').then((answer) => answer.json()).then((all) => all.forEach(show));
function escuchar() {
  const flujo = new EventSource('/prod/turnos/flujo');
  flujo.onopen = () => state('conectado');
  flujo.onmessage = ({ data }) => show(JSON.parse(data).texto);
  flujo.onerror = () => { flujo.close(); state('sin conexión'); setTimeout(escuchar, 3000); };
}
escuchar();`),
        '/prod/turnos': json(['A-17', 'A-18'], 200, id),
        '*': json({ message: 'Missing Authentication Token' }, 403, {
          ...id,
          'x-amzn-ErrorType': 'MissingAuthenticationTokenException',
        }),
      });
      return { url: HOME };
    },
  },
  {
    name: 'page follows two hundred topics of a hub, all in its address, which is too long for nginx',
    expect: 'payload-too-large',
    async start(world) {
      const { port } = await world.http(
        routes({
          '/': html(`const url = new URL('/.well-known/mercure', location.href);
for (let number = 1; number <= 200; number += 1) url.searchParams.append('topic', 'https://kiosk.example.test/guichets/' + number + '/tickets');
const hub = new EventSource(url);
hub.onopen = () => state('connecté');
hub.onmessage = ({ data }) => show(JSON.parse(data).text);
hub.onerror = () => state('pas de nouvelles du guichet');`),
          '/.well-known/mercure': stream(),
        }),
      );
      world.route(
        HOST,
        80,
        await nginx(world, `location / { ${UPGRADE} proxy_buffering off; proxy_pass http://127.0.0.1:${port}; }`),
      );
      world.route(HOST, 3000, port);
      return { url: HOME };
    },
  },
  {
    name: 'server writes pt_BR, and the page keeps what is in pt-BR or in any language',
    expect: 'client-ui-filter',
    async start(world) {
      const clients = new Set<WebSocket>();
      const notice = (idioma: string, texto: string): string => JSON.stringify({ tipo: 'aviso', idioma, texto });
      const { port } = await serve(
        world,
        {
          '/': html(`const idioma = 'pt-BR';
const socket = new WebSocket('ws://' + location.host + '/avisos');
socket.onopen = () => state('conectado');
socket.onmessage = ({ data }) => {
  const aviso = JSON.parse(data);
  if (aviso.tipo !== 'aviso') return;
  if (aviso.idioma === '*' || aviso.idioma === idioma) show(aviso.texto);
};
socket.onclose = () => state('desconectado');`),
          '/say': sayer((text) => {
            for (const client of clients) client.send(notice('pt_BR', text));
          }),
        },
        {
          '/avisos': (socket) => {
            clients.add(socket);
            socket.once('close', () => clients.delete(socket));
            socket.send(notice('*', 'Atendimento aberto'));
          },
        },
      );
      return { url: HOME, publish: saying(port) };
    },
  },
];

const healthy: readonly Unseen[] = [
  {
    name: 'page tries WebTransport, for which no port is open, and goes on with its WebSocket',
    expect: 'healthy',
    async start(world, authority) {
      if (!authority) throw new Error('no authority');
      const chat = new Chat();
      const server = https.createServer(
        await authority.issue([HOST]),
        routes({
          '/': html(`const late = (ms) => new Promise((_, fail) => setTimeout(() => fail(new Error('no answer by QUIC')), ms));
async function start() {
  try {
    const transport = new WebTransport('https://' + location.host + ':4433/live');
    transport.closed.catch(() => {});
    await Promise.race([transport.ready, late(1500)]);
  } catch (error) { console.warn('WebTransport is not available, using WebSocket:', error.message); }
  const socket = new WebSocket('wss://' + location.host + '/live');
  socket.onopen = () => state('connected');
  socket.onmessage = ({ data }) => { const { text } = JSON.parse(data); if (text) show(text); };
  socket.onclose = () => { state('disconnected'); setTimeout(start, 1000); };
}
start();`),
          '/say': chat.publish,
        }),
      );
      endpoint(server, '/live', (socket) => {
        chat.join(socket);
      });
      const port = await world.listen(server);
      world.route(HOST, 443, port);
      world.route(HOST, 4433, await world.closedPort());
      return { url: `https://${HOST}/`, publish: `curl -sk "https://127.0.0.1:${port}/say?text={nonce}"` };
    },
  },
  {
    name: 'page follows the log of other programs, which tells of nothing but tokens and brokers that fail',
    expect: 'healthy',
    async start(world) {
      const open = new Set<http.ServerResponse>();
      const lines = [
        'ERROR abrechnung: dial tcp 10.4.0.9:6379: connect: connection refused',
        'WARN torwache: 401 Unauthorized, token expired',
        'ERROR post: WebSocket connection failed: Unexpected response code: 502',
        'FATAL lager: CORS origin not allowed',
      ];
      const write = (response: http.ServerResponse, line: string): void => {
        response.write(`event: line\ndata: ${JSON.stringify({ line })}\n\n`);
      };
      const { port } = await serve(world, {
        '/': html(`const log = new EventSource('/protokoll/mitlesen');
log.onopen = () => state('liest mit');
log.addEventListener('line', ({ data }) => show(JSON.parse(data).line));`),
        '/protokoll/mitlesen': (_request, response) => {
          response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
          open.add(response);
          let next = 0;
          const timer = setInterval(() => {
            write(response, lines[(next += 1) % lines.length] ?? '');
          }, 800);
          response.once('close', () => {
            clearInterval(timer);
            open.delete(response);
          });
        },
        '/say': sayer((text) => {
          for (const response of open) write(response, `INFO kasse: ${text}`);
        }),
      });
      return { url: HOME, publish: saying(port) };
    },
  },
  {
    name: 'server of JSON-RPC does not know the newer method, and the page takes the older one',
    expect: 'healthy',
    async start(world) {
      const subscribers = new Set<WebSocket>();
      const { port } = await serve(
        world,
        {
          '/': html(`let id = 0;
const socket = new WebSocket('ws://' + location.host + '/rpc');
const call = (method) => socket.send(JSON.stringify({ jsonrpc: '2.0', id: ++id, method, params: { topic: 'blocks' } }));
socket.onopen = () => call('feed_subscribe_v2');
socket.onmessage = ({ data }) => {
  const { error, result, params } = JSON.parse(data);
  if (error?.code === -32601) { console.warn('falling back:', error.message); call('feed_subscribe'); }
  if (result) state('subscribed ' + result);
  if (params) show(params.result.text);
};`),
          '/say': sayer((text) => {
            const params = { subscription: '0x9c', result: { text } };
            for (const socket of subscribers)
              socket.send(JSON.stringify({ jsonrpc: '2.0', method: 'feed_event', params }));
          }),
        },
        {
          '/rpc': (socket) => {
            socket.once('close', () => subscribers.delete(socket));
            socket.on('message', (data) => {
              const { id, method } = JSON.parse(textOf(data)) as { id: number; method: string };
              if (method === 'feed_subscribe') subscribers.add(socket);
              const error = { code: -32601, message: `the method ${method} does not exist/is not available` };
              const answer = subscribers.has(socket) ? { result: '0x9c' } : { error };
              socket.send(JSON.stringify({ jsonrpc: '2.0', id, ...answer }));
            });
          },
        },
      );
      return { url: HOME, publish: saying(port) };
    },
  },
  {
    name: 'language model writes its greeting by POST, says that it is done, and the stream ends for good',
    expect: 'healthy',
    async start(world) {
      const words = ['Guten ', 'Tag! ', 'Heute ', 'warten ', 'sieben ', 'Personen.'];
      await serve(world, {
        '/': html(`(async () => {
  const answer = await fetch('/v1/chat/completions', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"stream":true}' });
  let text = '';
  for await (const part of answer.body.pipeThrough(new TextDecoderStream())) {
    for (const [, data] of part.matchAll(/^data: (\\{.*)$/gm)) text += JSON.parse(data).choices[0].delta.content ?? '';
    state(text);
  }
  show('Verbindung geschlossen');
})();`),
        '/v1/chat/completions': (request, response) => {
          request.resume();
          response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' });
          let next = 0;
          const timer = setInterval(() => {
            const content = words[next];
            next += 1;
            if (content === undefined) response.end('data: [DONE]\n\n');
            else response.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}\n\n`);
          }, 400);
          response.once('close', () => {
            clearInterval(timer);
          });
        },
        '*': express404,
      });
      return { url: HOME };
    },
  },
  {
    name: 'frames are gzip from end to end, and the page unpacks them before it shows them',
    expect: 'healthy',
    async start(world) {
      const clients = new Set<WebSocket>();
      const { port } = await serve(
        world,
        {
          '/': html(`const socket = new WebSocket('ws://' + location.host + '/packed');
socket.binaryType = 'arraybuffer';
socket.onopen = () => state('connected');
socket.onmessage = async ({ data }) => {
  const unpacked = new Response(new Blob([data]).stream().pipeThrough(new DecompressionStream('gzip')));
  const { op, text } = await unpacked.json();
  if (op === 'note') show(text);
};`),
          '/say': sayer((text) => {
            for (const client of clients) client.send(gzipSync(JSON.stringify({ op: 'note', text })));
          }),
        },
        {
          '/packed': (socket) => {
            clients.add(socket);
            socket.once('close', () => clients.delete(socket));
            socket.send(gzipSync('{"op":"hello","heartbeat":41250}'));
            whileOpen(socket, 1500, () => {
              socket.send(gzipSync('{"op":"beat"}'));
            });
          },
        },
      );
      return { url: HOME, publish: saying(port) };
    },
  },
  {
    name: 'page asks for five things at once, is told that this is too fast, waits, and gets them one by one',
    expect: 'healthy',
    async start(world) {
      const rooms = new Map<WebSocket, Set<string>>();
      const { port } = await serve(
        world,
        {
          '/': html(`const salas = ['caja', 'cocina', 'barra', 'terraza', 'reparto'];
const socket = new WebSocket('ws://' + location.host + '/salas');
const pedir = (sala) => socket.send(JSON.stringify({ type: 'subscribe', sala }));
socket.onopen = () => { state('conectando'); salas.forEach(pedir); };
socket.onmessage = ({ data }) => {
  const { type, code, sala, retryAfter, text } = JSON.parse(data);
  if (type === 'error' && code === 'RATE_LIMITED') setTimeout(pedir, retryAfter * (1 + salas.indexOf(sala)), sala);
  if (type === 'subscribed') state('sala ' + sala);
  if (type === 'message') show(text);
};`),
          '/say': sayer((text) => {
            for (const [socket, joined] of rooms)
              if (joined.has('reparto')) socket.send(JSON.stringify({ type: 'message', sala: 'reparto', text }));
          }),
        },
        {
          '/salas': (socket) => {
            const joined = new Set<string>();
            let last = 0;
            rooms.set(socket, joined);
            socket.once('close', () => rooms.delete(socket));
            socket.on('message', (data) => {
              const { sala } = JSON.parse(textOf(data)) as { sala: string };
              const now = Date.now();
              const fast = now - last < 200;
              last = now;
              if (!fast) joined.add(sala);
              const refusal = { type: 'error', code: 'RATE_LIMITED', message: 'too many requests', retryAfter: 400 };
              socket.send(JSON.stringify({ ...(fast ? refusal : { type: 'subscribed' }), sala }));
            });
          },
        },
      );
      return { url: HOME, publish: saying(port) };
    },
  },
];

export const blindFive: readonly Unseen[] = [...broken, ...healthy];
