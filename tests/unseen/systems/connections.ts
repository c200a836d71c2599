/** Connections beside other things: streams that never begin, slow requests, transports that take over, cuts in silence. */
import http from 'node:http';
import net from 'node:net';
import type { WebSocket } from 'ws';
import { WebSocketServer } from 'ws';
import { html, rawPage } from './pages.ts';
import { UPGRADE, nginx } from './proxies.ts';
import type { Routes } from './servers.ts';
import { Chat, endpoint, express404, json, routes, stream } from './servers.ts';
import type { Unseen } from './unseen.ts';
import type { World } from './world.ts';

const HOST = 'desk.example.test';
const HOME = `http://${HOST}/`;

/** A page that reads an event stream by fetch. `options` are those of fetch, in JavaScript. */
const fetchStreamPage = (url: string, options: string): string =>
  html(`async function read() {
  const answer = await fetch('${url}', ${options});
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  state('connected');
  for (;;) { const { done, value } = await reader.read(); if (done) break; show(value); }
}
read().catch(() => state('disconnected'));
fetch('/api/orders').then((a) => a.json()).catch(() => {});`);

/** A proxy that passes the whole answer on when it is complete, as middleboxes do that look for malware. */
async function holdsBack(world: World, to: number): Promise<number> {
  const { port } = await world.http((request, response) => {
    const ask = http.request(
      { port: to, path: request.url, method: request.method, headers: request.headers },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.once('end', () => {
          const { 'transfer-encoding': _length, ...headers } = answer.headers;
          response.writeHead(answer.statusCode ?? 502, { ...headers, Via: '1.1 filter' }).end(Buffer.concat(chunks));
        });
        response.once('close', () => answer.destroy());
      },
    );
    ask.once('error', () => response.destroy());
    request.pipe(ask);
  });
  return port;
}

/** A proxy of TCP that drops connections on which nothing was said for `quiet` ms. */
async function dropsQuiet(world: World, to: number, quiet: number): Promise<number> {
  return world.listen(
    net.createServer((near) => {
      const far = net.connect(to, '127.0.0.1');
      near.pipe(far).pipe(near);
      const drop = (): void => {
        near.destroy();
        far.destroy();
      };
      for (const side of [near, far]) side.setTimeout(quiet, drop).on('error', drop).once('close', drop);
    }),
  );
}

const chatServer = async (
  world: World,
  page: string,
  more: Routes = {},
  join?: (socket: WebSocket) => void,
): Promise<{ port: number; chat: Chat; server: http.Server }> => {
  const chat = new Chat();
  const { server, port } = await world.http(
    routes({ '/': page, '/say': chat.publish, '/api/orders': json([]), '*': express404, ...more }),
  );
  endpoint(server, '/live', (socket) => {
    chat.join(socket);
    join?.(socket);
  });
  return { port, chat, server };
};

const slowly =
  (ms: number): http.RequestListener =>
  (_request, response) => {
    const timer = setTimeout(() => response.writeHead(200, { 'Content-Type': 'application/json' }).end('{}'), ms);
    response.once('close', () => {
      clearTimeout(timer);
    });
  };

/**
 * A client in the manner of SockJS: it asks for /info, tries a WebSocket for a short time, and goes on with another
 * transport, each try at a path of its own.
 */
const sockJsPage = (fallback: 'xhr_streaming' | 'eventsource' | 'xhr', patience = 600): string =>
  html(`const base = '/feed';
const session = () => base + '/' + String(Math.floor(Math.random() * 1000)).padStart(3, '0') + '/' + Math.random().toString(36).slice(2, 10);
const got = (frame) => { if (frame[0] === 'o') state('connected'); if (frame[0] === 'a') JSON.parse(frame.slice(1)).forEach((m) => show(m)); };
async function streaming() {
  const request = new XMLHttpRequest();
  let at = 0;
  request.onreadystatechange = () => { const text = request.responseText; const end = text.lastIndexOf('\\n'); text.slice(at, end).split('\\n').filter((l) => !/^h*$/.test(l)).forEach(got); at = end + 1; };
  request.open('POST', session() + '/xhr_streaming');
  request.send();
}
async function polling(url = session() + '/xhr') {
  const answer = await fetch(url, { method: 'POST' });
  if (!answer.ok) { state('disconnected'); return; }
  (await answer.text()).split('\\n').filter(Boolean).forEach(got);
  polling(url);
}
function events() { const source = new EventSource(session() + '/eventsource'); source.onmessage = (e) => got(e.data); }
fetch(base + '/info?t=' + Date.now()).then((a) => a.json()).then(() => {
  const socket = new WebSocket('ws://' + location.host + session() + '/websocket');
  let done = false;
  const next = () => { if (done) return; done = true; socket.close(); ({ xhr_streaming: streaming, eventsource: events, xhr: polling })['${fallback}'](); };
  const timer = setTimeout(next, ${patience});
  socket.onmessage = (e) => { clearTimeout(timer); done = true; got(e.data); };
  socket.onclose = next;
});`);

/** A server in the manner of SockJS, which takes its time for WebSockets, in ms, or takes none. */
async function sockJsServer(world: World, page: string, acceptsAfter?: number): Promise<number> {
  const polls = new Map<string, number>();
  const transports: http.RequestListener = (request, response) => {
    const where = (request.url ?? '').split('?')[0] ?? '';
    const ticks = (write: (frame: string) => void): void => {
      let count = 0;
      write('o');
      const timer = setInterval(() => {
        count += 1;
        write(`a["price ${count}"]`);
      }, 900);
      response.once('close', () => {
        clearInterval(timer);
      });
    };
    if (where === '/feed/info') json({ websocket: true, origins: ['*:*'], cookie_needed: false })(request, response);
    else if (/\/xhr_streaming$/.test(where)) {
      response.writeHead(200, { 'Content-Type': 'application/javascript; charset=UTF-8' });
      response.write(`${'h'.repeat(2048)}\n`);
      ticks((frame) => response.write(`${frame}\n`));
    } else if (/\/eventsource$/.test(where)) {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      response.write('\r\n');
      ticks((frame) => response.write(`data: ${frame}\r\n\r\n`));
    } else if (/\/xhr$/.test(where)) {
      const count = polls.get(where) ?? 0;
      polls.set(where, count + 1);
      const answer = (): void => {
        response.writeHead(200, { 'Content-Type': 'application/javascript; charset=UTF-8' });
        response.end(count === 0 ? 'o\n' : `a["price ${count}"]\n`);
      };
      const timer = setTimeout(answer, count === 0 ? 0 : 900);
      response.once('close', () => {
        clearTimeout(timer);
      });
    } else if (where === '/') routes({ '/': page })(request, response);
    else if (/\/websocket$/.test(where)) response.writeHead(400).end('Can "Upgrade" only to "WebSocket".');
    else response.writeHead(404).end();
  };
  const { server, port } = await world.http(transports);
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket: net.Socket, head: Buffer) => {
    const accept = (): void => {
      if (!socket.destroyed)
        sockets.handleUpgrade(request, socket, head, (client) => {
          client.send('o');
        });
    };
    if (acceptsAfter === undefined) socket.destroy();
    else setTimeout(accept, acceptsAfter);
  });
  return port;
}

export const connections: readonly Unseen[] = [
  {
    name: 'an event stream read by fetch never begins behind nginx with HTTP/1.0',
    expect: 'proxy-buffers-stream',
    async start(world) {
      const page = fetchStreamPage('/queue/data', "{ headers: { Accept: 'text/event-stream' } }");
      const { port } = await chatServer(world, page, { '/queue/data': stream(1000) });
      world.route(HOST, 80, await nginx(world, `location / { proxy_pass http://127.0.0.1:${port}; }`));
      return { url: HOME };
    },
  },
  {
    name: 'an answer word by word, asked for by POST, is held back by a middlebox',
    expect: 'proxy-buffers-stream',
    async start(world) {
      const options =
        "{ method: 'POST', body: '{}', headers: { 'Content-Type': 'application/json', Accept: 'text/event-stream' } }";
      const { port } = await chatServer(world, fetchStreamPage('/v1/answer', options), { '/v1/answer': stream(500) });
      world.route(HOST, 80, await holdsBack(world, port));
      return { url: HOME };
    },
  },
  {
    name: 'an event stream read by fetch, which asks for no type, never begins behind nginx',
    expect: 'proxy-buffers-stream',
    async start(world) {
      const { port } = await chatServer(world, fetchStreamPage('/tasks/7/log', '{}'), { '/tasks/7/log': stream(1000) });
      world.route(HOST, 80, await nginx(world, `location / { proxy_pass http://127.0.0.1:${port}; }`));
      return { url: HOME };
    },
  },
  {
    name: 'sockets that talk, and one plain request that takes eight seconds',
    expect: 'healthy',
    async start(world) {
      const page = rawPage("'ws://' + location.host + '/live'", {
        more: "fetch('/lab/build').then((a) => a.json()).catch(() => {});",
      });
      const { port } = await chatServer(world, page, { '/lab/build': slowly(8000) });
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'an event stream that talks, a slow report by POST, and a message that arrives',
    expect: 'healthy',
    async start(world) {
      const page = rawPage("'ws://' + location.host + '/live'", {
        more: "fetch('/report/render', { method: 'POST', body: 'x' }).then((a) => a.json()).catch(() => {});",
      });
      const { port } = await chatServer(world, page, { '/report/render': slowly(12_000) });
      world.route(HOST, 80, await nginx(world, `location / { proxy_pass http://127.0.0.1:${port}; ${UPGRADE} }`));
      return { url: HOME, publish: `curl -s "http://127.0.0.1:${port}/say?text={nonce}"` };
    },
  },
  {
    name: 'a client that gives a slow WebSocket up and goes on by a streamed XHR',
    expect: 'healthy',
    async start(world) {
      world.route(HOST, 80, await sockJsServer(world, sockJsPage('xhr_streaming'), 1000));
      return { url: HOME };
    },
  },
  {
    name: 'a client that gives a silent WebSocket up and goes on by polling',
    expect: 'healthy',
    async start(world) {
      world.route(HOST, 80, await sockJsServer(world, sockJsPage('xhr', 1800), 2100));
      return { url: HOME };
    },
  },
  {
    name: 'a client that gives a WebSocket up and goes on by an event stream',
    expect: 'healthy',
    async start(world) {
      world.route(HOST, 80, await sockJsServer(world, sockJsPage('eventsource'), 900));
      return { url: HOME };
    },
  },
  {
    name: 'a client that falls back to a streamed XHR, because nginx passes no Upgrade',
    expect: 'proxy-upgrade-missing',
    async start(world) {
      const port = await sockJsServer(world, sockJsPage('xhr_streaming'));
      const site = `location / { proxy_pass http://127.0.0.1:${port}; proxy_http_version 1.1; proxy_buffering off; }`;
      world.route(HOST, 80, await nginx(world, site));
      return { url: HOME };
    },
  },
  {
    name: 'a quiet connection is dropped and comes back, what was said in the gap is lost',
    expect: 'proxy-idle-timeout',
    async start(world) {
      const page = rawPage("'ws://' + location.host + '/live'").replace(
        'setTimeout(connect, 1000)',
        'setTimeout(connect, 2500)',
      );
      const { port } = await chatServer(world, page);
      world.route(HOST, 80, await dropsQuiet(world, port, 4500));
      return { url: HOME, publish: `curl -s "http://127.0.0.1:${port}/say?text={nonce}"` };
    },
  },
  {
    name: 'a quiet connection is dropped once in the visit, and no message is published',
    expect: 'proxy-idle-timeout',
    async start(world) {
      const page = rawPage("'ws://' + location.host + '/live'");
      const { port } = await chatServer(world, page);
      world.route(HOST, 80, await dropsQuiet(world, port, 6200));
      return { url: HOME };
    },
  },
  {
    name: 'three connections of one page reach two servers that do not share messages',
    expect: 'broker-missing',
    async start(world) {
      const page = html(`document.cookie = 'page=' + Math.random().toString(36).slice(2);
void document.cookie; // See refusals.ts.
for (const board of [1, 2, 3]) {
  const socket = new WebSocket('ws://' + location.host + '/live');
  socket.onopen = () => state('connected');
  socket.onmessage = (event) => { const { text } = JSON.parse(event.data); if (text) show('board ' + board + ': ' + text); };
}`);
      const chats = [new Chat(), new Chat()];
      const { server, port } = await world.http(
        routes({ '/': page, '/say': (q, r) => chats[0]?.publish(q, r), '*': express404 }),
      );
      const turns = new Map<string, number>();
      endpoint(server, '/live', (socket, { headers: { cookie = '' } }) => {
        const turn = (turns.get(cookie) ?? 0) + 1;
        turns.set(cookie, turn);
        chats[turn % 2]?.join(socket, { type: 'welcome', replica: `r${turn % 2}` });
      });
      world.route(HOST, 80, port);
      return { url: HOME, publish: `curl -s "http://127.0.0.1:${port}/say?text={nonce}"` };
    },
  },
  {
    name: 'two connections of one page for two rooms, and a message for one of them',
    expect: 'healthy',
    async start(world) {
      const page = html(`for (const room of ['north', 'south']) {
  const socket = new WebSocket('ws://' + location.host + '/live?room=' + room);
  socket.onopen = () => state('connected');
  socket.onmessage = (event) => { const { text } = JSON.parse(event.data); if (text) show(room + ': ' + text); };
}`);
      const chats: Record<string, Chat> = { north: new Chat(), south: new Chat() };
      const { server, port } = await world.http(
        routes({ '/': page, '/say': (q, r) => chats.north?.publish(q, r), '*': express404 }),
      );
      endpoint(server, '/live', (socket, request) => {
        chats[/room=(\w+)/.exec(request.url ?? '')?.[1] ?? '']?.join(socket);
      });
      world.route(HOST, 80, port);
      return { url: HOME, publish: `curl -s "http://127.0.0.1:${port}/say?text={nonce}"` };
    },
  },
];
