/** One question to a published port, one answer: what checks and publishers need of HTTP and WebSocket. */
import type { WebSocket, ClientOptions } from 'ws';
import type { Reach } from '../topology/reach.ts';
import type { Published } from './published.ts';

// undici and ws are loaded on the first request: commands that only read scenarios do not need them.

export interface Answer {
  status: number;
  /** Content-Type; empty when there is none. */
  type: string;
  /** Names in lower case. */
  headers: Readonly<Record<string, string | string[] | undefined>>;
  text: string;
}

export interface AskOptions {
  method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';
  headers?: Readonly<Record<string, string>>;
  body?: string;
  /** The name asked for by TLS, where it is not the URL's. The certificate is not verified: that is the browser's part. */
  servername?: string;
}

/** Where a service's port is published, as a URL without a path. */
export function publishedAt(reach: Reach, service: string, port: number, scheme = 'http'): string {
  const { host, port: published } = reach.at(service, port);
  return `${scheme}://${host}:${published}`;
}

/** How long, in ms, a server may take to begin its answer, and to go on with it. */
const ANSWER_MS = 10_000;

/**
 * One HTTP request on a connection of its own: some servers close idle ones after a moment.
 *
 * @throws an error of undici where it is not answered: `HeadersTimeoutError` after 10 s
 */
export async function ask(url: string, { servername, ...options }: AskOptions = {}): Promise<Answer> {
  const { Agent, request } = await import('undici');
  const dispatcher =
    servername === undefined ? undefined : new Agent({ connect: { rejectUnauthorized: false, servername } });
  try {
    const { statusCode, headers, body } = await request(url, {
      ...options,
      ...(dispatcher ? { dispatcher } : {}),
      reset: true,
      headersTimeout: ANSWER_MS,
      bodyTimeout: ANSWER_MS,
    });
    return { status: statusCode, type: String(headers['content-type'] ?? ''), headers, text: await body.text() };
  } finally {
    await dispatcher?.close();
  }
}

/**
 * Publishes by an application's own API: a POST of JSON that is answered 201.
 *
 * @param url see {@link publishedAt}
 * @param token sent as a bearer token
 * @returns `ok: false` also when nothing answers
 */
export async function postJson(url: string, body: object, token?: string): Promise<Published> {
  const authorization = token === undefined ? undefined : { authorization: `Bearer ${token}` };
  try {
    const { status } = await ask(url, {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/json', ...authorization },
      body: JSON.stringify(body),
    });
    return { ok: status === 201, status };
  } catch (error) {
    return { ok: false, detail: String(error) };
  }
}

/** A WebSocket as a program opens it; the handshake may take 5 s. */
export async function openWebSocket(
  url: string,
  options: ClientOptions & { servername?: string } = {},
): Promise<WebSocket> {
  const { WebSocket } = await import('ws');
  return new WebSocket(url, { handshakeTimeout: 5000, ...options });
}

/**
 * Status of a WebSocket handshake: 101, or what was answered instead.
 *
 * @throws Error when the connection ends without an answer, or none comes within 5 s.
 */
export async function handshakeStatus(url: string, origin?: string): Promise<number> {
  const socket = await openWebSocket(url, origin === undefined ? {} : { origin });
  return new Promise((resolve, reject) => {
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
}
