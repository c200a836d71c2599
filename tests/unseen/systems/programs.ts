/** Programs at ports of names, and what most of them answer. */
import type http from 'node:http';
import https from 'node:https';
import type { WebSocket } from 'ws';
import { plain } from './blind-servers.ts';
import { endpoint, routeOthers, routes, type Routes } from './servers.ts';
import type { Authority, Pems, World } from './world.ts';

/** What a WebSocket endpoint does with a socket. */
export type Join = (socket: WebSocket, request: http.IncomingMessage) => void;

interface Program {
  server: http.Server;
  port: number;
}

/** Gives a server these WebSocket endpoints; other handshakes are answered as requests are. */
export function withSockets(server: http.Server, sockets: Record<string, Join>, listener: http.RequestListener): void {
  for (const [where, join] of Object.entries(sockets)) endpoint(server, where, join);
  routeOthers(server, Object.keys(sockets), listener);
}

/** A program with these WebSocket endpoints, under no name. */
export async function program(world: World, table: Routes, sockets: Record<string, Join> = {}): Promise<Program> {
  const listener = routes(table);
  const { server, port } = await world.http(listener);
  withSockets(server, sockets, listener);
  return { server, port };
}

/** Starts programs at port 80 of this name, unless another name or port is given. */
export const servingAt =
  (home: string) =>
  async (world: World, table: Routes, sockets: Record<string, Join> = {}, host = home, at = 80): Promise<Program> => {
    const running = await program(world, table, sockets);
    world.route(host, at, running.port);
    return running;
  };

/** Ends TLS at port 443 of this name, unless other names or another port are given, before a program. */
export const servingSafelyAt =
  (home: string) =>
  async (
    world: World,
    pems: Pems,
    table: Routes,
    sockets: Record<string, Join> = {},
    hosts: string | readonly string[] = home,
    at = 443,
  ): Promise<void> => {
    const listener = routes(table);
    const server = https.createServer(pems, listener);
    withSockets(server, sockets, listener);
    const port = await world.listen(server);
    for (const host of [hosts].flat()) world.route(host, at, port);
  };

/** A certificate that the browser takes, unless it has expired. */
export function trusted(authority: Authority | undefined, names: readonly string[], expired = false): Promise<Pems> {
  if (authority === undefined) throw new Error('there is no authority without certutil');
  return authority.issue(names, { expired });
}

/** Calls until the socket is closed. */
export function every(ms: number, socket: WebSocket, call: (count: number) => void): void {
  let count = 0;
  const timer = setInterval(() => {
    call((count += 1));
  }, ms);
  socket.on('error', () => undefined);
  socket.once('close', () => {
    clearInterval(timer);
  });
}

/** Sends a number at once, and every second. */
export const ticking =
  (what: string): Join =>
  (socket) => {
    const tell = (count: number): void => {
      socket.send(JSON.stringify({ type: 'tick', text: `${what} ${count + 1}` }));
    };
    tell(0);
    every(1000, socket, tell);
  };

/** An answer with a page. */
export const page = (text: string, status = 200, headers: http.OutgoingHttpHeaders = {}): http.RequestListener =>
  plain(status, text, { 'Content-Type': 'text/html; charset=utf-8', ...headers });

/** An error page of nginx, or of what was made from it. */
export const centered = (
  status: number,
  words: string,
  server = 'nginx',
  headers: http.OutgoingHttpHeaders = {},
): http.RequestListener =>
  page(
    `<html>\r\n<head><title>${status} ${words}</title></head>\r\n<body>\r\n<center><h1>${status} ${words}</h1></center>\r\n<hr><center>${server}</center>\r\n</body>\r\n</html>\r\n`,
    status,
    { 'Content-Type': 'text/html', Server: server, ...headers },
  );

/** The command that publishes by `/say` of a program. */
export const saying = (port: number): string => `curl -s "http://127.0.0.1:${port}/say?text={nonce}"`;

/** What answers a POST without reading it. */
export const taken =
  (answer: http.RequestListener): http.RequestListener =>
  (request, response) => {
    request.resume();
    answer(request, response);
  };

/** What answers a POST when it has been read. */
export const withBody =
  (
    answer: (body: string, request: http.IncomingMessage, response: http.ServerResponse) => void,
  ): http.RequestListener =>
  (request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      answer(body, request, response);
    });
  };
