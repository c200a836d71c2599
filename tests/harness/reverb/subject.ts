// The server under test: the stand-in inside this process, or any running server that the environment names:
//   REVERB_CONFORMANCE_URL=http://127.0.0.1:8080 REVERB_CONFORMANCE_APP_ID=… _APP_KEY=… _APP_SECRET=…
// A running server must have Reverb's stock settings; cases that need others are skipped there.
import { createHash, createHmac } from 'node:crypto';
import { expect, test as base } from '@playwright/test';
import type { ReverbConfig } from '../../../compose/balancas/reverb/src/config.ts';
import { start } from '../../../compose/balancas/reverb/src/server.ts';
import { clientFrame, frameLength, payloadOf, serverText, text, type ClientFrame } from './frames.ts';
import { RawClient, type Seen, type Tcp } from './raw-client.ts';

const { env } = process;
export const externalUrl = env.REVERB_CONFORMANCE_URL ? new URL(env.REVERB_CONFORMANCE_URL) : undefined;

export const APP = {
  id: env.REVERB_CONFORMANCE_APP_ID ?? 'app-1',
  key: env.REVERB_CONFORMANCE_APP_KEY ?? 'lab-key',
  secret: env.REVERB_CONFORMANCE_APP_SECRET ?? 'lab-secret',
};

export type Settings = Partial<ReverbConfig>;

export interface ApiRequest {
  method?: string;
  path: string;
  query?: Record<string, string>;
  body?: string;
  /** What is signed instead of the truth. */
  secret?: string;
  key?: string;
  timestamp?: number;
  signedBody?: string;
  signedPath?: string;
  unsigned?: boolean;
  headers?: string;
}

/** The request's head and body, signed as the PHP client of the Pusher protocol signs. */
export function apiRequest(request: ApiRequest): { head: string; body: string; target: string } {
  const { method = request.body === undefined ? 'GET' : 'POST', path, body = '' } = request;
  const signedBody = request.signedBody ?? body;
  const parameters: Record<string, string> = {
    auth_key: request.key ?? APP.key,
    auth_timestamp: String(request.timestamp ?? Math.floor(Date.now() / 1000)),
    auth_version: '1.0',
    ...(signedBody && { body_md5: createHash('md5').update(signedBody).digest('hex') }),
    ...request.query,
  };
  const query = Object.keys(parameters)
    .sort()
    .map((name) => `${name}=${parameters[name]}`)
    .join('&');
  const signature = createHmac('sha256', request.secret ?? APP.secret)
    .update(`${method}\n${request.signedPath ?? path}\n${query}`)
    .digest('hex');
  const target = request.unsigned ? path : `${path}?${query}&auth_signature=${signature}`;
  const headers = request.headers ?? (body ? `Content-Length: ${Buffer.byteLength(body)}\r\n` : '');
  return { head: `${method} ${target} HTTP/1.1\r\nHost: reverb.test\r\n${headers}\r\n`, body, target };
}

export const event = (channel: string, data = '{"marker":"M1"}', more: object = {}) =>
  JSON.stringify({ name: 'order.updated', data, channels: [channel], ...more });

export const subscribe = (channel: string, more: object = {}) =>
  JSON.stringify({ event: 'pusher:subscribe', data: { auth: '', channel, ...more } });

export const succeeded = (channel: string, data = '{}') =>
  `{"event":"pusher_internal:subscription_succeeded","data":${JSON.stringify(data)},"channel":"${channel}"}`;

export const pusherError = (code: number, message: string) =>
  `{"event":"pusher:error","data":"{\\"code\\":${code},\\"message\\":\\"${message}\\"}"}`;

export const delivered = (channel: string, data = '{"marker":"M1"}') =>
  `{"event":"order.updated","data":${JSON.stringify(data)},"channel":"${channel}"}`;

export const channelAuth = (socketId: string, channel: string, channelData = '', secret = APP.secret) =>
  createHmac('sha256', secret).update([socketId, channel, channelData].filter(Boolean).join(':')).digest('hex');

const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
export const ACCEPT = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';

/** A handshake's head. A header set to `null` is left out, another value replaces or adds. */
export function handshake(target: string, headers: Record<string, string | null> = {}, version = '1.1'): string {
  const all: Record<string, string | null> = {
    Host: 'reverb.test',
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Key': KEY,
    'Sec-WebSocket-Version': '13',
    ...headers,
  };
  const lines = Object.entries(all).filter(([, value]) => value !== null);
  return `GET ${target} HTTP/${version}\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
}

export const plainRequest = (method: string, target: string, headers = 'Host: reverb.test\r\n', version = '1.1') =>
  `${method} ${target} HTTP/${version}\r\n${headers}\r\n`;

/** A raw client after its handshake, with the first frame read. */
export class Socket {
  readonly raw: RawClient;
  readonly head: string;
  readonly greeting: string;

  constructor(raw: RawClient, head: string, greeting: string) {
    this.raw = raw;
    this.head = head;
    this.greeting = greeting;
  }

  get id(): string {
    return /\\"socket_id\\":\\"(\d+\.\d+)\\"/.exec(this.greeting)?.[1] ?? 'none';
  }

  send(...messages: (string | ClientFrame)[]): void {
    for (const message of messages) this.raw.send(clientFrame(typeof message === 'string' ? text(message) : message));
  }

  /** What comes next: waits for as much as `expected` is long, and reads all there is. */
  read(expected: string, end: Tcp = 'open', silence?: number): Promise<Seen> {
    return this.raw.read(expected.length, end, silence);
  }

  async expectTexts(...texts: string[]): Promise<void> {
    const bytes = texts.map(serverText).join('');
    expect(await this.read(bytes)).toEqual({ bytes, tcp: 'open' });
  }
}

export class Subject {
  readonly host: string;
  readonly port: number;
  readonly #clients: RawClient[] = [];

  constructor(host: string, port: number) {
    this.host = host;
    this.port = port;
  }

  connect(): RawClient {
    const client = new RawClient(this.host, this.port);
    this.#clients.push(client);
    return client;
  }

  async exchange(request: string | Buffer, expected: string, end: Tcp): Promise<Seen> {
    const client = this.connect();
    client.send(request);
    return client.read(expected.length, end);
  }

  /** Opens a WebSocket by `request` and reads the answer's head and the first frame. */
  async open(request = handshake(`/app/${APP.key}`)): Promise<Socket> {
    const raw = this.connect();
    raw.send(request);
    const head = await raw.take((unread) => (unread.includes('\r\n\r\n') ? unread.indexOf('\r\n\r\n') + 4 : 0));
    const frame = await raw.take(frameLength);
    return new Socket(raw, head, payloadOf(frame));
  }

  /** Opens a WebSocket and subscribes, reading the answers. */
  async subscribed(...channels: string[]): Promise<Socket> {
    const socket = await this.open();
    socket.send(...channels.map((channel) => subscribe(channel)));
    const bytes = channels.map((channel) => serverText(succeeded(channel))).join('');
    expect(await socket.read(bytes, 'open', 0)).toEqual({ bytes, tcp: 'open' });
    return socket;
  }

  /** The answer to a request of the HTTP API, without the date. */
  async api(request: ApiRequest): Promise<Seen> {
    const { head, body } = apiRequest(request);
    const seen = await this.exchange(head + body, '', 'FIN');
    return { ...seen, bytes: withoutDate(seen.bytes) };
  }

  async close(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()));
  }
}

export const DATE = 'Date:           <date>';
export const withoutDate = (bytes: string) =>
  bytes.replace(/Date: {11}\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT/, DATE);

/** A success as the real server writes it, with `Date` as `withoutDate` leaves it. */
export const json = (body: string, status = '200 OK') =>
  `HTTP/1.0 ${status}\r\nCache-Control:  no-cache, private\r\nContent-Length: ${body.length}\r\n` +
  `Content-Type:   application/json\r\n${DATE}\r\n\r\n${body}`;

interface Fixtures {
  /** Gives the server with these settings; on a running server a case with settings of its own is skipped. */
  subject: (settings?: Settings) => Promise<Subject>;
}

export const test = base.extend<Fixtures>({
  subject: async ({}, use) => {
    const cleanUps: (() => Promise<void>)[] = [];
    await use(async (settings) => {
      if (externalUrl) {
        base.skip(settings !== undefined, `a running server cannot be given ${JSON.stringify(settings)}`);
        const subject = new Subject(externalUrl.hostname, Number(externalUrl.port || 80));
        cleanUps.push(() => subject.close());
        return subject;
      }
      const server = await start({
        host: '127.0.0.1',
        port: 0,
        appId: APP.id,
        appKey: APP.key,
        appSecret: APP.secret,
        ...settings,
      });
      const subject = new Subject('127.0.0.1', server.port);
      cleanUps.push(
        () => subject.close(),
        () => server.stop(),
      );
      return subject;
    });
    for (const cleanUp of cleanUps) await cleanUp();
  },
});

export { expect };
