import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { generate } from 'selfsigned';
import type { AddressRule } from '../../../harness/common/address.ts';
import { closedPort } from '../../../harness/topology/ports.ts';

/**
 * The parts of one system: servers of this process, on free loopback ports, reached by invented names; real programs
 * join them in containers (containers.ts). Everything ends with {@link World.stop}.
 */
export class World {
  readonly rules: AddressRule[] = [];
  readonly folder = mkdtempSync(path.join(os.tmpdir(), 'unseen-'));
  private readonly cleanups: (() => void | Promise<void>)[] = [];

  constructor() {
    // Some servers read their files as another user.
    chmodSync(this.folder, 0o755);
  }

  /** Makes a name and port resolve to a port of this machine. */
  route(host: string, port: number, to: number): void {
    this.rules.push({ host, port, to: { address: '127.0.0.1', port: to } });
  }

  /** Starts a server on a free port. */
  async listen(server: net.Server, host = '127.0.0.1'): Promise<number> {
    if (LONGEST_HOLD_MS > 0) holdRequests(server);
    const sockets = new Set<net.Socket>();
    server.on('connection', (socket: net.Socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => sockets.delete(socket));
    });
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, host, resolve));
    this.cleanups.push(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    return (server.address() as net.AddressInfo).port;
  }

  /** An HTTP server with one handler for all paths. */
  async http(handler: http.RequestListener): Promise<{ server: http.Server; port: number }> {
    const server = http.createServer(handler);
    return { server, port: await this.listen(server) };
  }

  readonly closedPort = closedPort;

  /** A file of this system. */
  file(name: string, content: string): string {
    const file = path.join(this.folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
    return file;
  }

  /** Runs when the system ends. */
  onStop(cleanup: () => void | Promise<void>): void {
    this.cleanups.push(cleanup);
  }

  async stop(): Promise<void> {
    for (const cleanup of this.cleanups.reverse()) await cleanup();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** With SINTOMA_HOLD_MS, servers of this process hold each request and handshake for up to so long: what waits for no fact fails. */
const LONGEST_HOLD_MS = Number(process.env.SINTOMA_HOLD_MS ?? 0);

function holdRequests(server: net.Server): void {
  const emit = server.emit.bind(server);
  server.emit = (event: string, ...values: unknown[]): boolean => {
    if (event !== 'request' && event !== 'upgrade') return emit(event, ...values);
    if (server.listenerCount(event) === 0) return false;
    setTimeout(() => emit(event, ...values), Math.random() * LONGEST_HOLD_MS);
    return true;
  };
}

/** The path of a program, or undefined where it is not installed. */
function program(name: string): string | undefined {
  for (const folder of [...(process.env.PATH ?? '').split(path.delimiter), '/usr/sbin', '/usr/local/sbin']) {
    const file = path.join(folder, name);
    if (spawnSync('test', ['-x', file]).status === 0) return file;
  }
  return undefined;
}

export interface Pems {
  cert: string;
  key: string;
}

/** An authority of these tests, which only the browsers of these tests trust. */
export interface Authority {
  /** HOME of a browser that trusts it. */
  home: string;
  /** PEM */
  certificate: string;
  /** A certificate for these names. */
  issue(names: readonly string[], more?: { expired?: boolean; selfSigned?: boolean }): Promise<Pems>;
  remove(): void;
}

const DAY = 24 * 3600 * 1000;

/** Makes an authority, and a home directory whose NSS store trusts it; undefined where certutil is not installed. */
export async function makeAuthority(): Promise<Authority | undefined> {
  const certutil = program('certutil');
  if (certutil === undefined) return undefined;
  const home = mkdtempSync(path.join(os.tmpdir(), 'unseen-home-'));
  const ca = await generate([{ name: 'commonName', value: 'Unseen test authority' }], {
    algorithm: 'sha256',
    keyType: 'ec',
    notAfterDate: new Date(Date.now() + 30 * DAY),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  writeFileSync(path.join(home, 'ca.crt'), ca.cert);
  for (const store of ['.pki/nssdb', '.local/share/pki/nssdb']) {
    const folder = path.join(home, store);
    mkdirSync(folder, { recursive: true });
    execFileSync(certutil, ['-N', '-d', `sql:${folder}`, '--empty-password']);
    execFileSync(certutil, ['-A', '-d', `sql:${folder}`, '-n', 'unseen', '-t', 'C,,', '-i', path.join(home, 'ca.crt')]);
  }
  return {
    home,
    certificate: ca.cert,
    remove: () => {
      rmSync(home, { recursive: true, force: true });
    },
    async issue(names, more = {}) {
      const pems = await generate([{ name: 'commonName', value: names[0] ?? 'unseen' }], {
        algorithm: 'sha256',
        keyType: 'ec',
        notBeforeDate: new Date(Date.now() - 10 * DAY),
        notAfterDate: new Date(Date.now() + (more.expired ? -1 : 20) * DAY),
        extensions: [
          { name: 'basicConstraints', cA: false },
          { name: 'keyUsage', digitalSignature: true },
          { name: 'extKeyUsage', serverAuth: true },
          { name: 'subjectAltName', altNames: names.map((value) => ({ type: 2 as const, value })) },
        ],
        ...(more.selfSigned ? {} : { ca: { cert: ca.cert, key: ca.private } }),
      });
      return { cert: pems.cert, key: pems.private };
    },
  };
}
