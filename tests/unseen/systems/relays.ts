import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { answerPlainly } from './servers.ts';
import type { Pems, World } from './world.ts';

/** A small reverse proxy of this process, which passes WebSockets on and signs with `Via`. */
export async function relay(
  world: World,
  to: number,
  options: {
    /** It ends TLS. */
    tls?: Pems | undefined;
    /** What it changes in the headers of requests. */
    headers?: (headers: http.IncomingHttpHeaders) => http.IncomingHttpHeaders;
    /** It passes handshakes on as plain requests. */
    withoutUpgrade?: boolean;
  } = {},
): Promise<number> {
  const { tls, withoutUpgrade = false } = options;
  const headers = options.headers ?? ((own: http.IncomingHttpHeaders): http.IncomingHttpHeaders => own);
  const forward: http.RequestListener = (request, response) => {
    const sent = headers({ ...request.headers });
    if (withoutUpgrade) for (const name of ['upgrade', 'connection']) Reflect.deleteProperty(sent, name);
    const onward = http.request(
      { host: '127.0.0.1', port: to, method: request.method, path: request.url, headers: sent },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, { ...answer.headers, via: '1.1 relay' });
        answer.pipe(response);
      },
    );
    onward.on('error', () => response.headersSent || response.writeHead(502).end());
    request.pipe(onward);
  };
  const server = tls ? https.createServer(tls, forward) : http.createServer(forward);
  server.on('upgrade', (request, socket, head) => {
    if (withoutUpgrade) {
      answerPlainly(request, socket, forward);
      return;
    }
    const onward = net.connect(to, '127.0.0.1', () => {
      const lines = Object.entries(headers({ ...request.headers })).map(([name, value]) => `${name}: ${String(value)}`);
      onward.write(`${request.method} ${request.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
      onward.write(head);
      socket.pipe(onward).pipe(socket);
    });
    onward.on('error', () => socket.destroy());
    socket.on('error', () => onward.destroy());
    socket.once('close', () => onward.destroy());
  });
  return world.listen(server);
}
