// What is live: a WebSocket, Socket.IO, Server-Sent Events, and a POST whose answer is a stream.
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { WebSocketServer } from 'ws';

const STREAM = { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' };

/** The messages of each way. */
const stored = { ws: [], 'io-websocket': [], 'io-polling': [], sse: [], stream: [] };
const streams = { sse: new Set(), stream: new Set() };

/** As frameworks check it: who has an Origin must come from the host that it asks. */
const sameOrigin = ({ headers: { origin, host } }) => origin === undefined || new URL(origin).host === host;

function openStream(way, request, response) {
  response.writeHead(200, STREAM).write('event: open\ndata: {}\n\n');
  streams[way].add(response);
  response.on('close', () => streams[way].delete(response));
}

async function bodyOf(request) {
  let body = '';
  for await (const chunk of request) body += chunk;
  return body;
}

const routes = {
  'GET /live/messages': (_request, response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(stored)),
  'GET /live/events': (request, response) => openStream('sse', request, response),
  'POST /live/chat': async (request, response) => {
    await bodyOf(request);
    openStream('stream', request, response);
  },
  'POST /live/publish': async (request, response) => {
    const { way, text } = JSON.parse(await bodyOf(request));
    stored[way].push(text);
    const message = JSON.stringify({ way, text });
    for (const socket of sockets.clients) if (socket.hearsAll || way === 'ws') socket.send(message);
    if (way in streams) for (const stream of streams[way]) stream.write(`event: message\ndata: ${message}\n\n`);
    else if (way !== 'ws') io.to(way).emit('message', { way, text });
    response.writeHead(201, { 'content-type': 'application/json' }).end('{}');
  },
};

const server = createServer((request, response) => {
  const route = routes[`${request.method} ${request.url}`];
  // What is posted is read before it is refused: an early answer is an error of its own to some proxies.
  const refuse = (status, why) => request.resume().on('end', () => response.writeHead(status).end(why));
  if (!route) return request.url.startsWith('/live/socket.io/') ? undefined : refuse(404, 'no such route\n');
  if (!sameOrigin(request)) return refuse(403, 'another origin\n');
  // A proxy may give up in the middle of a body.
  Promise.resolve(route(request, response)).catch(() => response.destroy());
});

const sockets = new WebSocketServer({ noServer: true });
sockets.on('connection', (socket, { url }) => {
  // Who proves that a message was published hears those of all ways.
  socket.hearsAll = url === '/live/all';
  socket.send(JSON.stringify({ way: 'ws', open: true }));
});
server.on('upgrade', (request, socket, head) => {
  socket.on('error', () => undefined);
  if (request.url.startsWith('/live/socket.io/')) return;
  const refuse = (status) => socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
  if (!['/live/ws', '/live/all'].includes(request.url)) return refuse('404 Not Found');
  if (!sameOrigin(request)) return refuse('403 Forbidden');
  sockets.handleUpgrade(request, socket, head, (opened) => sockets.emit('connection', opened, request));
});
// What is no handshake any more when it comes here.
routes['GET /live/ws'] = (_request, response) =>
  response.writeHead(426, { upgrade: 'websocket', connection: 'Upgrade' }).end('a WebSocket is wanted\n');

const io = new Server(server, {
  path: '/live/socket.io/',
  serveClient: false,
  destroyUpgrade: false,
  allowRequest: (request, decide) => decide(sameOrigin(request) ? null : 'another origin', sameOrigin(request)),
});
io.on('connection', (socket) => socket.join(`io-${socket.handshake.auth.first}`));

server.listen(3000, () => console.log('the application is live'));
