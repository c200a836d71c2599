/** One question to a published port, one answer: what checks and publishers need of HTTP and WebSocket. */
import { request } from 'undici';
import WebSocket from 'ws';
import type { Reach } from '../topology/stack.ts';

export interface Answer {
  status: number;
  /** Content-Type; empty when there is none. */
  type: string;
  /** Names in lower case. */
  headers: Readonly<Record<string, string | string[] | undefined>>;
  text: string;
}

/** Where a service's port is published, as a URL without a path. */
export function publishedAt(reach: Reach, service: string, port: number, scheme = 'http'): string {
  const { host, port: published } = reach.at(service, port);
  return `${scheme}://${host}:${published}`;
}

/** One HTTP request on a connection of its own: some servers close idle ones after a moment. */
export async function ask(url: string, options: Parameters<typeof request>[1] = {}): Promise<Answer> {
  const { statusCode, headers, body } = await request(url, { reset: true, ...options });
  return { status: statusCode, type: String(headers['content-type'] ?? ''), headers, text: await body.text() };
}

/**
 * Status of a WebSocket handshake: 101, or what was answered instead.
 *
 * @throws Error when the connection ends without an answer, or none comes within 5 s.
 */
export const handshakeStatus = (url: string, origin?: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { handshakeTimeout: 5000, ...(origin === undefined ? {} : { origin }) });
    socket.once('open', () => {
      socket.terminate();
      resolve(101);
    });
    socket.once('unexpected-response', (_request, response) => {
      resolve(response.statusCode ?? 0);
      response.destroy();
    });
    socket.once('error', reject);
  });
