import http from 'node:http';
import type { Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import { textOf } from './servers.ts';

/** A refusal: its status and its body. */
export type Refusal = readonly [status: number, body: string];

/** A bare JSON string, as python-engineio writes its refusals. */
export const bare = (text: string, status = 400): Refusal => [status, JSON.stringify(text)];

export interface EngineOptions {
  /**
   * Processes that share the port; each request of a session meets the next one, which knows its own sessions only.
   * The turns are counted by session, so that no order of arrival lets a session through by luck.
   */
  workers?: number;
  /** Why a request is refused before anything else, if it is. */
  refuse?: (request: http.IncomingMessage, query: URLSearchParams) => Refusal | undefined;
  unknownSession?: Refusal;
}

interface Session {
  /** The process that knows the session, and the one that met its latest request. */
  worker: number;
  latest: number;
  queue: string[];
  waiting?: http.ServerResponse | undefined;
}

/** A small Engine.IO server with Socket.IO's default namespace, which refuses in words of its own. */
export function engine(options: EngineOptions = {}): {
  listener: http.RequestListener;
  upgrade: (server: http.Server) => void;
} {
  const { workers = 1, refuse = () => undefined, unknownSession = bare('Invalid session') } = options;
  const sessions = new Map<string, Session>();
  const hello = (sid: string, upgrades: string[]): string =>
    `0${JSON.stringify({ sid, upgrades, pingInterval: 25_000, pingTimeout: 20_000, maxPayload: 1_000_000 })}`;
  const answer = (response: http.ServerResponse, [status, body]: Refusal): void => {
    response.writeHead(status, { 'Content-Type': 'text/plain', 'Content-Length': Buffer.byteLength(body) }).end(body);
  };
  const queryOf = (request: http.IncomingMessage): URLSearchParams =>
    new URL(request.url ?? '/', 'http://localhost').searchParams;
  const flush = (session: Session): void => {
    if (!session.waiting || session.queue.length === 0) return;
    answer(session.waiting, [200, session.queue.splice(0).join('\u001e')]);
    session.waiting = undefined;
  };
  const receive = (session: Session, packet: string): void => {
    if (packet.startsWith('40')) session.queue.push(`40{"sid":"n${sessions.size}"}`);
    if (packet === '1') session.queue.push('6');
    flush(session);
  };
  const refusal = (request: http.IncomingMessage, query: URLSearchParams): Refusal | undefined => {
    const refused = refuse(request, query);
    if (refused) return refused;
    const sid = query.get('sid');
    if (sid === null) return undefined;
    const session = sessions.get(sid);
    if (!session) return unknownSession;
    session.latest = (session.latest + 1) % workers;
    return session.latest === session.worker ? undefined : unknownSession;
  };
  return {
    listener: (request, response) => {
      const query = queryOf(request);
      const refused = refusal(request, query);
      if (refused) {
        request.resume();
        answer(response, refused);
        return;
      }
      const sid = query.get('sid');
      const session = sid === null ? undefined : sessions.get(sid);
      if (!session) {
        const id = `s${sessions.size}${Math.random().toString(36).slice(2, 12)}`;
        const worker = sessions.size % workers;
        sessions.set(id, { worker, latest: worker, queue: [] });
        answer(response, [200, hello(id, ['websocket'])]);
      } else if (request.method === 'POST') {
        let body = '';
        request.on('data', (chunk: Buffer) => (body += chunk.toString()));
        request.once('end', () => {
          for (const packet of body.split('\u001e')) receive(session, packet);
          answer(response, [200, 'OK']);
        });
      } else {
        session.waiting = response;
        flush(session);
      }
    },
    upgrade: (server) => {
      const sockets = new WebSocketServer({ noServer: true });
      server.on('upgrade', (request: http.IncomingMessage, socket: Socket, head: Buffer) => {
        const query = queryOf(request);
        if (!query.has('EIO')) return;
        const refused = refusal(request, query);
        if (refused) {
          const [status, body] = refused;
          socket.end(
            `HTTP/1.1 ${status} ${http.STATUS_CODES[status]}\r\nContent-Type: text/plain\r\nConnection: close\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
          );
          return;
        }
        sockets.handleUpgrade(request, socket, head, (client) => {
          if (!query.has('sid')) client.send(hello('direct', []));
          client.on('message', (data) => {
            const packet = textOf(data);
            if (packet === '2probe') client.send('3probe');
            if (packet.startsWith('40')) client.send('40{"sid":"direct"}');
          });
        });
      });
    },
  };
}
