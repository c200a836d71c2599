// The TCP server: one request per connection, which becomes an HTTP answer and FIN, or a WebSocket.
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Channels } from './channels.ts';
import { Client, errorPayload } from './client.ts';
import { defaults, type ReverbConfig } from './config.ts';
import { handshakeAnswer, wantsUpgrade } from './handshake.ts';
import { keepHouse } from './housekeeping.ts';
import { HttpApi } from './http-api.ts';
import { BadRequest, RequestReader, RequestTooLarge, type HttpRequest } from './http-request.ts';
import { HttpError } from './http-response.ts';
import { silent, type Output } from './output.ts';
import { phpJson } from './php-json.ts';
import { Pusher } from './pusher.ts';
import { route } from './routes.ts';
import { WebSocketConnection } from './websocket.ts';

export interface RunningServer {
  port: number;
  /** Ends every connection without a close frame. */
  stop(): Promise<void>;
}

const MISSING_UPGRADE =
  'Laravel\\Reverb\\Protocols\\Pusher\\Http\\Controllers\\PusherController::__invoke(): Argument #2 ($connection) ' +
  'must be of type Laravel\\Reverb\\Servers\\Reverb\\Connection, Laravel\\Reverb\\Servers\\Reverb\\Http\\Connection given';

export async function start(settings: Partial<ReverbConfig>, output: Output = silent): Promise<RunningServer> {
  const config = { ...defaults, ...settings };
  const channels = new Channels(output);
  const pusher = new Pusher(config, channels, output);
  const api = new HttpApi(config, channels);
  const sockets = new Set<Socket>();

  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // A connection reset by the client ends like any other.
    socket.on('error', () => socket.destroy());
    readRequest(socket);
  });
  await listen(server, config);
  const housekeeping = keepHouse(config, channels, output);

  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((stopped) => {
        clearInterval(housekeeping);
        server.close(() => stopped());
        for (const socket of sockets) socket.destroySoon();
      }),
  };

  function readRequest(socket: Socket): void {
    const reader = new RequestReader(config.maxRequestSize);
    const onData = (chunk: Buffer) => {
      try {
        const request = reader.push(chunk);
        if (!request) return;
        socket.off('data', onData);
        serve(socket, request);
      } catch (error) {
        socket.off('data', onData);
        answer(socket, asHttpError(error).toBytes());
      }
    };
    socket.on('data', onData);
  }

  function serve(socket: Socket, request: HttpRequest): void {
    if (!request.path.startsWith(config.path)) throw new HttpError(404, 'Not found.');
    const path = request.path.slice(config.path.length);
    const target = route(request.method, path);
    if (target.name !== 'websocket') return answer(socket, api.answer(request, path, target));
    if (!wantsUpgrade(request)) {
      output.error(MISSING_UPGRADE);
      throw new Error(MISSING_UPGRADE);
    }
    openWebSocket(socket, request, target.values[0] ?? '');
  }

  /** The handshake's answer and the first frame leave together, whatever the answer says. */
  function openWebSocket(socket: Socket, request: HttpRequest, key: string): void {
    const connection = new WebSocketConnection(socket);
    socket.cork();
    socket.write(handshakeAnswer(request));
    if (key === config.appKey) {
      const client = new Client(connection, request.headers.get('origin')?.[0] ?? '');
      connection.open(config.maxMessageSize, {
        message: (text) => pusher.received(client, text),
        control: () => pusher.controlled(client),
        closed: () => pusher.closed(client),
      });
      pusher.opened(client);
    } else {
      connection.send(phpJson(errorPayload(4001, 'Application does not exist')));
      connection.end();
    }
    socket.uncork();
  }
}

function answer(socket: Socket, bytes: string): void {
  socket.write(bytes);
  socket.destroySoon();
}

function asHttpError(error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  if (error instanceof RequestTooLarge) return new HttpError(413, 'Payload too large.');
  if (error instanceof BadRequest) return new HttpError(400, 'Bad request.');
  return new HttpError(500, 'Internal server error.');
}

function listen(server: Server, { host, port }: ReverbConfig): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
