/** Programs at ports of names, and what most of them answer. */
import type http from 'node:http';
import type { WebSocket } from 'ws';
import { plain } from './blind-servers.ts';
import { endpoint, routeOthers, routes, type Routes } from './servers.ts';
import type { World } from './world.ts';

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

/** An answer with a page. */
export const page = (text: string, status = 200, headers: http.OutgoingHttpHeaders = {}): http.RequestListener =>
  plain(status, text, { 'Content-Type': 'text/html; charset=utf-8', ...headers });

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
