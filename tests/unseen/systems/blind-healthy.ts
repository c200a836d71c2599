/** Systems that work, and look as if they did not. Their author knew no rule; the rules were mended by them since. */
import type http from 'node:http';
import { createGzip } from 'node:zlib';
import { plain, queryOf, raw } from './blind-servers.ts';
import { html, rawPage, ssePage } from './pages.ts';
import { haproxy, nginx, pemFiles } from './proxies.ts';
import { Chat, endpoint, json, routes, stream } from './servers.ts';
import type { Unseen } from './unseen.ts';

const HOST = 'pos.example.test';
const HOME = `http://${HOST}/`;

const script =
  (text: string): http.RequestListener =>
  (_request, response) =>
    void response.writeHead(200, { 'Content-Type': 'text/javascript' }).end(text);

/** Writes a part at once and one every so often, until it is told to end. */
function drip(response: http.ServerResponse, every: number, part: (count: number) => string | undefined): void {
  let count = 0;
  const send = (): void => {
    const text = part((count += 1));
    if (text === undefined) response.end();
    else response.write(text);
  };
  const timer = setInterval(send, every);
  response.once('close', () => {
    clearInterval(timer);
  });
  send();
}

export const blindHealthy: readonly Unseen[] = [
  {
    name: 'long poll that is answered with nothing most of the time, and with 204',
    expect: 'healthy',
    async start(world) {
      const { port } = await world.http(
        routes({
          '/': html(`let cursor = 0;
async function poll() {
  try {
    const answer = await fetch('/updates?cursor=' + cursor);
    if (answer.status === 200) { const news = await answer.json(); cursor = news.cursor; news.items.forEach(show); }
    setTimeout(poll, 0);
  } catch { setTimeout(poll, 2000); }
}
poll();`),
          '/updates': (request, response) => {
            if (queryOf(request).get('cursor') === '0') {
              json({ cursor: 1, items: ['sale 1'] })(request, response);
              return;
            }
            const timer = setTimeout(() => response.writeHead(204).end(), 4000);
            response.once('close', () => {
              clearTimeout(timer);
            });
          },
        }),
      );
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'socket inside the HTTP/2 connection of the page, through HAProxy',
    expect: 'healthy',
    async start(world, authority) {
      if (!authority) throw new Error('no authority');
      const { both } = pemFiles(world, await authority.issue([HOST]));
      const { server, port } = await world.http(routes({ '/': rawPage("'wss://' + location.host + '/live'") }));
      endpoint(server, '/live', (socket) => {
        const chat = new Chat();
        chat.join(socket);
        const timer = setInterval(() => {
          chat.say('sale');
        }, 1000);
        socket.once('close', () => {
          clearInterval(timer);
        });
      });
      const tls = await world.closedPort();
      const rest = `  bind 127.0.0.1:${tls} ssl crt ${both} alpn h2,http/1.1
  default_backend app
backend app
  server a 127.0.0.1:${port}`;
      await haproxy(world, rest);
      world.route(HOST, 443, tls);
      return { url: `https://${HOST}/` };
    },
  },
  {
    name: 'meter of visitors from elsewhere has no licence for this site, and the own socket of the page works',
    expect: 'healthy',
    async start(world) {
      const { server, port } = await world.http(
        routes({
          '/': rawPage("'ws://' + location.host + '/live'", {
            head: '<script async src="http://cdn.pixelscope.test/agent.js"></script>',
          }),
        }),
      );
      endpoint(server, '/live', (socket) => {
        new Chat().join(socket);
      });
      world.route(HOST, 80, port);
      const agent = `(() => { const socket = new WebSocket('ws://ingest.pixelscope.test/v1/beacon?site=PX-2210');
socket.onopen = () => socket.send(JSON.stringify({ page: location.pathname })); })();`;
      const meter = await world.http(routes({ '/agent.js': script(agent) }));
      meter.server.on('upgrade', (_request, socket) => {
        socket.end(raw(403, 'site PX-2210 is not licensed'));
      });
      world.route('cdn.pixelscope.test', 80, meter.port);
      world.route('ingest.pixelscope.test', 80, meter.port);
      return { url: HOME };
    },
  },
  {
    name: 'token of a fetched stream had ended, and the page gets a new one and goes on',
    expect: 'healthy',
    async start(world) {
      const { port } = await world.http(
        routes({
          '/': html(`let token = 'old-3c1';
async function listen() {
  const answer = await fetch('/stream', { headers: { Authorization: 'Bearer ' + token } });
  if (answer.status === 401) {
    token = (await (await fetch('/auth/refresh', { method: 'POST' })).json()).token;
    return listen();
  }
  state('connected');
  for await (const part of answer.body.pipeThrough(new TextDecoderStream())) show(part);
}
listen();`),
          '/auth/refresh': json({ token: 'new-8f2' }),
          '/stream': (request, response) => {
            if (request.headers.authorization === 'Bearer new-8f2') stream()(request, response);
            else
              json({ error: 'token_expired' }, 401, { 'WWW-Authenticate': 'Bearer error="invalid_token"' })(
                request,
                response,
              );
          },
        }),
      );
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'page tries the sockets of three regions, keeps the one that opens first, and closes the others',
    expect: 'healthy',
    async start(world) {
      const { server, port } = await world.http(
        routes({
          '/': html(`const tries = ['eu', 'us', 'ap'].map((region) => new WebSocket('ws://' + region + '.pos.example.test/live'));
for (const socket of tries) socket.onopen = () => {
  for (const other of tries) { other.onopen = null; if (other !== socket) other.close(); }
  state('connected to ' + new URL(socket.url).hostname);
  socket.onmessage = ({ data }) => show(data);
};`),
        }),
      );
      endpoint(server, '/live', (socket) => {
        const timer = setInterval(() => {
          socket.send('{"type":"sale"}');
        }, 1000);
        socket.once('close', () => {
          clearInterval(timer);
        });
      });
      for (const host of [HOST, `eu.${HOST}`, `us.${HOST}`, `ap.${HOST}`]) world.route(host, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'event stream that its server presses itself, event by event, through nginx',
    expect: 'healthy',
    async start(world) {
      const { port } = await world.http(
        routes({
          '/': ssePage("'/events'"),
          '/events': (request, response) => {
            const headers = { 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no', Vary: 'Accept-Encoding' };
            if (!String(request.headers['accept-encoding']).includes('gzip')) {
              response.writeHead(200, headers);
              drip(response, 1000, (count) => `data: {"text":"sale ${count}"}\n\n`);
              return;
            }
            response.writeHead(200, { ...headers, 'Content-Encoding': 'gzip' });
            const press = createGzip();
            press.pipe(response);
            let count = 0;
            const send = (): void => {
              press.write(`data: {"text":"sale ${(count += 1)}"}\n\n`);
              press.flush();
            };
            send();
            const timer = setInterval(send, 1000);
            response.once('close', () => {
              clearInterval(timer);
            });
          },
        }),
      );
      world.route(HOST, 80, await nginx(world, `location / { proxy_pass http://127.0.0.1:${port}; }`));
      return { url: HOME };
    },
  },
  {
    name: 'gateway sends each new socket on to a shard and closes it with a code of its own',
    expect: 'healthy',
    async start(world) {
      const { server, port } = await world.http(
        routes({
          '/': html(`function connect(path) {
  const socket = new WebSocket('ws://' + location.host + path);
  let next = '/gateway';
  socket.onmessage = ({ data }) => {
    const { op, url, text } = JSON.parse(data);
    if (op === 7) next = url;
    if (op === 10) state('connected');
    if (text) show(text);
  };
  socket.onclose = () => setTimeout(connect, 100, next);
}
connect('/gateway');`),
        }),
      );
      endpoint(server, '/gateway', (socket) => {
        socket.send('{"op":7,"url":"/shards/3?resume=1"}');
        socket.close(4009, 'Session moved');
      });
      endpoint(server, '/shards/3', (socket) => {
        new Chat().join(socket, { op: 10, text: 'sale 1' });
      });
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'event stream that its server ends every three seconds on purpose, and that goes on where it was',
    expect: 'healthy',
    async start(world) {
      const { port } = await world.http(
        routes({
          '/': ssePage("'/events'"),
          '/events': (request, response) => {
            const last = Number(request.headers['last-event-id'] ?? 0);
            response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
            response.write('retry: 100\n\n');
            drip(response, 300, (count) =>
              count > 10 ? undefined : `id: ${last + count}\ndata: {"text":"sale ${last + count}"}\n\n`,
            );
          },
        }),
      );
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'server of the Model Context Protocol has no stream for a GET, as it may, and its answer to a call is one',
    expect: 'healthy',
    async start(world) {
      const result = {
        protocolVersion: '2025-06-18',
        capabilities: { tools: {} },
        serverInfo: { name: 'till', version: '3' },
      };
      const { port } = await world.http(
        routes({
          '/': html(`const rpc = (id, method, params) => fetch('/mcp', {
  method: 'POST',
  headers: { 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream' },
  body: JSON.stringify({ jsonrpc: '2.0', id, method, params }),
});
(async () => {
  await (await rpc(1, 'initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'desk', version: '1' } })).json();
  const stream = await fetch('/mcp', { headers: { Accept: 'text/event-stream' } });
  state(stream.status === 405 ? 'connected, no stream of the server' : 'connected');
  const call = await rpc(2, 'tools/call', { name: 'report', _meta: { progressToken: 1 } });
  for await (const part of call.body.pipeThrough(new TextDecoderStream())) show(part);
})();`),
          '/mcp': (request, response) => {
            if (request.method !== 'POST') {
              plain(405, 'Method Not Allowed', { Allow: 'POST' })(request, response);
              return;
            }
            const parts: Buffer[] = [];
            request.on('data', (part: Buffer) => parts.push(part));
            request.on('end', () => {
              if (!Buffer.concat(parts).includes('tools/call')) {
                json({ jsonrpc: '2.0', id: 1, result })(request, response);
                return;
              }
              response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' });
              const event = (message: object): string =>
                `event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', ...message })}\n\n`;
              const progress = (count: number): string =>
                event({ method: 'notifications/progress', params: { progressToken: 1, progress: count, total: 8 } });
              drip(response, 600, (count) =>
                count < 9 ? progress(count) : count === 9 ? event({ id: 2, result: { content: [] } }) : undefined,
              );
            });
          },
        }),
      );
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
];
