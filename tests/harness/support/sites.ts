// Servers on this machine that fail in known ways, and a browser for which they have names.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import path from 'node:path';
import type { Browser } from '@playwright/test';
import { WebSocketServer, type WebSocket } from 'ws';
import { launchBrowser } from '../../../harness/browser/launch.ts';
import type { AddressRule } from '../../../harness/common/address.ts';
import { newVisitor, type Visitor } from '../../../harness/browser/visitor.ts';
import { UserError } from '../../../harness/common/errors.ts';
import { testTrust } from '../../../harness/browser/trust.ts';
import { CACHE } from '../../../harness/common/paths.ts';
import { closedPort } from '../../../harness/topology/ports.ts';
import { test as base } from './test.ts';

/** A host for which `sintoma setup` makes certificates on every machine. */
export const SECURE = 'https://localhost';
export const SITE = 'http://site.test';
/** Another origin than the page's. */
export const API = 'http://api.test';
/** Speaks on the bare connection: see {@link Sites.onWire}. */
export const WIRE = 'http://wire.test';

type Handler = (request: http.IncomingMessage, response: http.ServerResponse) => void;
type Wire = (connection: net.Socket, head: string) => void;

async function listen(server: net.Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as net.AddressInfo).port;
}

/** The key and certificate that setup made under this name. */
function certificate(name: string): { key: Buffer; cert: Buffer } {
  const file = (extension: string): Buffer => readFileSync(path.join(CACHE, 'tls', `${name}.${extension}`));
  try {
    return { key: file('key'), cert: file('crt') };
  } catch {
    throw new UserError('these tests need the test certificates', 'run: npx sintoma setup');
  }
}

/** The answer to a WebSocket handshake that accepts it. */
export function accepted(head: string, more = ''): string {
  const key = /^sec-websocket-key: (.*)$/im.exec(head)?.[1]?.trim() ?? '';
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  return (
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
    `Sec-WebSocket-Accept: ${accept}\r\n${more}\r\n`
  );
}

export class Sites {
  private readonly answers = new Map<string, Handler>();
  private readonly wires = new Map<string, Wire>();
  private readonly socketHandlers = new Map<string, (socket: WebSocket) => void>();
  private readonly servers: net.Server[] = [];
  private readonly connections = new Set<net.Socket>();
  private readonly visitors: Visitor[] = [];
  private browser!: Browser;
  private pages = 0;
  /** A port of this machine on which something answers, and for which the browser has no rule. */
  unlisted = 0;

  private async serve(server: net.Server): Promise<number> {
    server.on('connection', (connection: net.Socket) => {
      this.connections.add(connection);
      connection.on('error', () => undefined).on('close', () => this.connections.delete(connection));
    });
    this.servers.push(server);
    return listen(server);
  }

  async open(trust = testTrust()): Promise<void> {
    const sockets = new WebSocketServer({ noServer: true });
    const answer: Handler = (request, response) => {
      const { pathname } = new URL(request.url ?? '/', SITE);
      const handler = this.answers.get(pathname);
      if (handler) handler(request, response);
      else response.writeHead(404, { 'content-type': 'text/plain' }).end('nothing here');
    };
    const upgrade = (request: http.IncomingMessage, connection: net.Socket, head: Buffer): void => {
      sockets.handleUpgrade(request, connection, head, (socket) => {
        this.socketHandlers.get(new URL(request.url ?? '/', SITE).pathname)?.(socket);
      });
    };
    const secure = (name: string): https.Server => https.createServer(certificate(name), answer).on('upgrade', upgrade);
    const plain = await this.serve(http.createServer(answer).on('upgrade', upgrade));
    const wire = await this.serve(
      net.createServer((connection) => {
        let head = '';
        const onData = (chunk: Buffer): void => {
          head += chunk.toString('latin1');
          if (!head.includes('\r\n\r\n')) return;
          connection.off('data', onData);
          const { pathname } = new URL(head.split(' ')[1] ?? '/', WIRE);
          const handler = this.wires.get(pathname);
          if (handler) handler(connection, head);
          else connection.destroy();
        };
        connection.on('data', onData);
      }),
    );
    // What the engine's proxy does for a published port on which the container does not listen. It has read by then;
    // a reset that comes before the browser has written is ERR_SOCKET_NOT_CONNECTED now and then.
    const resetting = await this.serve(
      net.createServer((connection) => connection.once('data', () => connection.resetAndDestroy())),
    );
    const closed = await closedPort();
    const to = (port: number): AddressRule['to'] => ({ address: '127.0.0.1', port });
    const good = await this.serve(secure('good'));
    this.unlisted = plain;
    const rules: AddressRule[] = [
      { host: 'site.test', port: 80, to: to(plain) },
      { host: 'api.test', port: 80, to: to(plain) },
      { host: 'wire.test', port: 80, to: to(wire) },
      { host: 'wire.test', port: 8080, to: to(wire) },
      { host: 'reset.test', port: 80, to: to(resetting) },
      { host: 'closed.test', port: 80, to: to(closed) },
      { host: 'no-record.test', port: 80, to: 'no-record' },
      { host: 'plain.test', port: 443, to: to(plain) },
      { host: 'secure.test', port: 80, to: to(good) },
      { host: 'localhost', port: 443, to: to(good) },
      { host: 'localhost', port: 8443, to: to(await this.serve(secure('other-name'))) },
      { host: 'localhost', port: 9443, to: to(await this.serve(secure('expired'))) },
      { host: 'localhost', port: 7443, to: to(await this.serve(secure('untrusted'))) },
    ];
    this.browser = await launchBrowser({ rules, hermetic: true, trust });
  }

  async close(): Promise<void> {
    await this.browser.close();
    for (const connection of this.connections) connection.destroy();
    for (const server of this.servers) server.close();
  }

  /** Answers a path on all hosts that speak HTTP. */
  on(pathname: string, handler: Handler): void {
    this.answers.set(pathname, handler);
  }

  /** Takes sockets on a path. */
  onSocket(pathname: string, handler: (socket: WebSocket) => void): void {
    this.socketHandlers.set(pathname, handler);
  }

  /** Answers a path of {@link WIRE}, byte by byte. */
  onWire(pathname: string, handler: Wire): void {
    this.wires.set(pathname, handler);
  }

  /** A page that runs a script; its path. */
  page(script: string, headers: Record<string, string> = {}): string {
    const pathname = `/page-${(this.pages += 1)}`;
    this.on(pathname, (_request, response) => {
      response
        .writeHead(200, { 'content-type': 'text/html', ...headers })
        .end(`<!doctype html><link rel="icon" href="data:,"><title>Page</title><script>${script}</script>`);
    });
    return pathname;
  }

  /** An empty page in a fresh profile. Closed by {@link leave}. */
  async visitor(): Promise<Visitor> {
    const visitor = await newVisitor(this.browser);
    this.visitors.push(visitor);
    return visitor;
  }

  async leave(): Promise<void> {
    await Promise.all(this.visitors.splice(0).map(({ context }) => context.close()));
  }
}

export const test = base.extend<{ visitor: Visitor }, { sites: Sites }>({
  sites: [
    async ({}, use) => {
      const sites = new Sites();
      await sites.open();
      await use(sites);
      await sites.close();
    },
    { scope: 'worker' },
  ],
  visitor: async ({ sites }, use) => {
    await use(await sites.visitor());
    await sites.leave();
  },
});
