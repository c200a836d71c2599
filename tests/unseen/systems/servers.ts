import { readFileSync } from 'node:fs';
import http from 'node:http';
import { Socket } from 'node:net';
import path from 'node:path';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { RawData, WebSocket } from 'ws';
import { WebSocketServer } from 'ws';

/** Servers as other teams might write them. */

export type Routes = Record<string, string | ((request: http.IncomingMessage, response: http.ServerResponse) => void)>;

/** Answers exact paths; `*` is the fallback. A text is a page. */
export function routes(table: Routes): http.RequestListener {
  return (request, response) => {
    const where = (request.url ?? '/').split('?')[0] ?? '/';
    const found = table[where] ?? table['*'];
    if (found === undefined) {
      response
        .writeHead(404, { 'Content-Type': 'application/json' })
        .end(JSON.stringify({ error: 'not found', service: 'desk' }));
      return;
    }
    if (typeof found === 'string') response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(found);
    else found(request, response);
  };
}

/** JSON, with these headers. */
export function json(
  value: unknown,
  status = 200,
  headers: http.OutgoingHttpHeaders = {},
): (request: http.IncomingMessage, response: http.ServerResponse) => void {
  return (_request, response) => {
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(value));
  };
}

/** The 404 page of Express. */
export function express404(request: http.IncomingMessage, response: http.ServerResponse): void {
  response
    .writeHead(404, { 'Content-Type': 'text/html; charset=utf-8', 'X-Powered-By': 'Express' })
    .end(
      `<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Error</title>\n</head>\n<body>\n<pre>Cannot ${request.method} ${(request.url ?? '').split('?')[0]}</pre>\n</body>\n</html>\n`,
    );
}

/** The 404 answer of Go's library, which Traefik uses too. */
export function go404(_request: http.IncomingMessage, response: http.ServerResponse): void {
  response
    .writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff' })
    .end('404 page not found\n');
}

/** Answers as the mux of Go's library does: a path that is not clean is redirected to the clean one. */
export function goMux(table: Routes): http.RequestListener {
  const answer = routes({ '*': go404, ...table });
  return (request, response) => {
    const where = (request.url ?? '/').split('?')[0] ?? '/';
    const clean = path.posix.normalize(where);
    if (clean === where) answer(request, response);
    else
      response
        .writeHead(301, { 'Content-Type': 'text/html; charset=utf-8', Location: clean })
        .end(`<a href="${clean}">Moved Permanently</a>.\n\n`);
  };
}

const nodeModules = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../../node_modules');

/** The browser build of Socket.IO's client. */
export function socketIoClient(_request: http.IncomingMessage, response: http.ServerResponse): void {
  response
    .writeHead(200, { 'Content-Type': 'text/javascript' })
    .end(readFileSync(path.join(nodeModules, 'socket.io-client/dist/socket.io.min.js')));
}

/** A chat of raw WebSockets: it greets, and broadcasts what is posted to `say`. */
export class Chat {
  readonly clients = new Set<WebSocket>();
  readonly said: string[] = [];

  join(socket: WebSocket, greeting: object | null = { type: 'welcome' }): void {
    this.clients.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => this.clients.delete(socket));
    if (greeting) socket.send(JSON.stringify(greeting));
  }

  say(text: string, type = 'message'): void {
    this.said.push(text);
    for (const client of this.clients) client.send(JSON.stringify({ type, text }));
  }

  /** GET /say?text=… */
  readonly publish = (request: http.IncomingMessage, response: http.ServerResponse): void => {
    this.say(new URL(request.url ?? '', 'http://localhost').searchParams.get('text') ?? '');
    response.writeHead(201, { 'Content-Type': 'application/json' }).end('{"ok":true}');
  };
}

/** Adds a raw WebSocket endpoint to an HTTP server. */
export function endpoint(
  server: http.Server,
  where: string,
  join: (socket: WebSocket, request: http.IncomingMessage) => void,
  options: ConstructorParameters<typeof WebSocketServer>[0] = {},
): WebSocketServer {
  const sockets = new WebSocketServer({ ...options, noServer: true });
  server.on('upgrade', (request, socket, head) => {
    if ((request.url ?? '').split('?')[0] !== where) return;
    sockets.handleUpgrade(request, socket, head, (client) => {
      join(client, request);
    });
  });
  return sockets;
}

/** Refuses upgrades that no endpoint took. Add it last. */
export function refuseOthers(server: http.Server, known: readonly string[], status = 404): void {
  server.on('upgrade', (request, socket) => {
    if (known.includes((request.url ?? '').split('?')[0] ?? '')) return;
    socket.end(
      `HTTP/1.1 ${status} ${http.STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 9\r\n\r\nNot found`,
    );
  });
}

/** Answers an upgrade as if it were a plain request. */
export function answerPlainly(request: http.IncomingMessage, socket: Duplex, listener: http.RequestListener): void {
  if (!(socket instanceof Socket)) throw new Error('the server does not listen on a network socket');
  const response = new http.ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  response.once('finish', () => socket.end());
  listener(request, response);
}

/** Hands upgrades that no endpoint took to the server's own routes. Add it last. */
export function routeOthers(server: http.Server, known: readonly string[], listener: http.RequestListener): void {
  server.on('upgrade', (request, socket) => {
    if (!known.includes((request.url ?? '').split('?')[0] ?? '')) answerPlainly(request, socket, listener);
  });
}

/** An event stream that sends an event at once and one every `every` ms. */
export function stream(
  every = 1000,
  event?: string,
): (request: http.IncomingMessage, response: http.ServerResponse) => void {
  return (request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' });
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    let count = 0;
    const send = (): void => {
      count += 1;
      response.write(`${event ? `event: ${event}\n` : ''}data: ${JSON.stringify({ text: `price ${count}` })}\n\n`);
    };
    send();
    const timer = setInterval(send, every);
    response.once('close', () => {
      clearInterval(timer);
    });
  };
}

/** A message of ws as text. */
export const textOf = (data: RawData): string =>
  (Array.isArray(data) ? Buffer.concat(data) : Buffer.isBuffer(data) ? data : Buffer.from(data)).toString('utf8');

/** A minimal server of Pusher's protocol. */
export function pusherServer(
  server: http.Server,
  keys: readonly string[],
): { publish: (channel: string, event: string, text: string) => void } {
  const members = new Map<WebSocket, Set<string>>();
  const sockets = new WebSocketServer({ noServer: true });
  const frame = (event: string, data: unknown, channel?: string): string =>
    JSON.stringify({ event, data: JSON.stringify(data), channel });
  server.on('upgrade', (request, socket, head) => {
    const key = /^\/app\/([^/?]+)/.exec(request.url ?? '')?.[1];
    if (key === undefined) return;
    sockets.handleUpgrade(request, socket, head, (client) => {
      if (!keys.includes(key)) {
        client.send(frame('pusher:error', { code: 4001, message: `App key ${key} does not exist` }));
        client.close(4001);
        return;
      }
      members.set(client, new Set());
      client.once('close', () => members.delete(client));
      client.send(frame('pusher:connection_established', { socket_id: '12.34', activity_timeout: 30 }));
      client.on('message', (data) => {
        const { event, data: inner } = JSON.parse(textOf(data)) as { event: string; data: { channel: string } };
        if (event !== 'pusher:subscribe') return;
        members.get(client)?.add(inner.channel);
        client.send(frame('pusher_internal:subscription_succeeded', {}, inner.channel));
      });
    });
  });
  return {
    publish: (channel, event, text) => {
      for (const [client, channels] of members) if (channels.has(channel)) client.send(frame(event, { text }, channel));
    },
  };
}
