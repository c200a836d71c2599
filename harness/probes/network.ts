import { lookup } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import tls from 'node:tls';
import type { AddressRule } from '../common/address.ts';
import { defined } from '../common/defined.ts';
import { within } from '../common/time.ts';
import { textAt } from '../diagnosis/json.ts';
import type { DnsAnswer, FingerprintAnswer, Failure, Program, TcpAnswer, TlsAnswer } from '../diagnosis/readings.ts';

/** Where a host and port really lead. */
export interface Route {
  address: string;
  port: number;
}

/** What probes need to reach anything: where names lead, what is trusted, how long to wait. */
export interface Network {
  rules: readonly AddressRule[];
  /** Hosts without a rule do not resolve. */
  hermetic: boolean;
  /** PEM texts of authorities that are trusted besides those of Node and of the environment. */
  authorities?: readonly string[];
  /** ms to wait for a connection or an answer */
  patience: number;
  /** Why no connection may be made to this address of a host that no rule names; undefined when it may be. */
  refusal?: (host: string, address: string) => Refusal | undefined;
}

/** Why something is not asked. */
export interface Refusal {
  because: string;
  /** What the user can do about it, if anything. */
  remedy?: string;
}

/** A question that is not asked, with the reason. It is no answer: nobody may take it for a failure of the system. */
export class NotAsked extends Error {
  constructor(readonly refusal: Refusal) {
    super(`not asked: ${[refusal.because, refusal.remedy].filter(Boolean).join('; ')}`);
    this.name = 'NotAsked';
  }
}

/** A connection could not be opened. */
export class ConnectionError extends Error {
  constructor(
    readonly failure: Failure,
    message: string = failure,
  ) {
    super(message);
    this.name = 'ConnectionError';
  }
}

/**
 * Finds where a host and port lead, by the rules and then by the machine's own resolver.
 *
 * @throws NotAsked when no connection may be made to where it leads
 * @throws ConnectionError when it leads nowhere
 */
export async function routeTo(network: Network, host: string, port: number): Promise<Route> {
  const rule = network.rules.find(
    (candidate) => candidate.port === port && candidate.host.toLowerCase() === host.toLowerCase(),
  );
  if (rule) {
    if (rule.to === 'no-record') throw new ConnectionError('no-record');
    return rule.to;
  }
  const address = await resolve(network, host, port);
  const refusal = network.refusal?.(host, address);
  if (refusal) throw new NotAsked(refusal);
  return { address, port };
}

async function resolve(network: Network, host: string, port: number): Promise<string> {
  if (net.isIP(host) !== 0 && !network.hermetic) return host;
  if (network.hermetic) {
    if (host === '127.0.0.1') return host;
    throw new ConnectionError('no-record');
  }
  if (host === 'localhost' || host.endsWith('.localhost')) return localhost(port);
  try {
    return (await within(lookup(host), network.patience)).address;
  } catch {
    throw new ConnectionError('no-record');
  }
}

/** The loopback address that answers: browsers try IPv4 and IPv6 for localhost. */
async function localhost(port: number): Promise<string> {
  const open = (address: string): Promise<boolean> =>
    new Promise((resolve) => {
      const socket = net.connect({ host: address, port, timeout: 500 });
      const done = (result: boolean) => () => {
        socket.destroy();
        resolve(result);
      };
      socket.once('connect', done(true)).once('error', done(false)).once('timeout', done(false));
    });
  return (await open('127.0.0.1')) || !(await open('::1')) ? '127.0.0.1' : '::1';
}

/**
 * Node's error code in the words of {@link Failure}.
 *
 * @throws NotAsked what was not asked is no failure
 */
export function failureOf(error: unknown): Failure {
  if (error instanceof NotAsked) throw error;
  if (error instanceof ConnectionError) return error.failure;
  const code = textAt(error, 'code') ?? '';
  const message = textAt(error, 'message') ?? '';
  if (code === 'ECONNREFUSED') return 'refused';
  if (code === 'ECONNRESET' || code === 'EPIPE')
    return /before secure TLS|socket hang up/i.test(message) ? 'closed' : 'reset';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'no-record';
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH') return 'unreachable';
  if (code === 'ETIMEDOUT' || /timeout|timed out/i.test(message)) return 'silent';
  if (code.startsWith('HPE_') || /Parse Error/i.test(message)) return 'not-http';
  if (
    /^ERR_(SSL|TLS)|^(CERT|UNABLE|DEPTH|SELF|EPROTO)/.test(code) ||
    /ssl|tls|certificate|wrong version/i.test(message)
  )
    return 'tls';
  return 'closed';
}

/** Does the name resolve? */
export async function askDns(network: Network, host: string, port: number): Promise<DnsAnswer> {
  try {
    const route = await routeTo(network, host, port);
    return { addresses: [`${route.address}:${route.port}`] };
  } catch (error) {
    failureOf(error);
    return { addresses: [] };
  }
}

/** Opens a TCP connection. */
export async function connect(network: Network, host: string, port: number): Promise<net.Socket> {
  const route = await routeTo(network, host, port);
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host: route.address, port: route.port });
    socket.setTimeout(network.patience, () => socket.destroy(new ConnectionError('silent')));
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.setTimeout(0);
      socket.removeListener('error', reject);
      socket.on('error', () => undefined);
      resolve(socket);
    });
  });
}

/** Does anything accept connections there? */
export async function askTcp(network: Network, host: string, port: number): Promise<TcpAnswer> {
  const began = Date.now();
  try {
    const socket = await connect(network, host, port);
    socket.destroy();
    return { state: 'open', ms: Date.now() - began };
  } catch (error) {
    const failure = failureOf(error);
    // A connection that is reset was accepted before.
    const state =
      failure === 'reset' || failure === 'closed'
        ? 'open'
        : failure === 'tls' || failure === 'not-http'
          ? 'refused'
          : failure;
    return { state, ms: Date.now() - began };
  }
}

let environmentAuthorities: string[] | undefined;

/**
 * Authorities that the environment names. Node reads NODE_EXTRA_CA_CERTS only for its default list, and never
 * SSL_CERT_FILE; a custom list must contain all of them.
 */
function authoritiesOfEnvironment(): string[] {
  environmentAuthorities ??= [process.env.NODE_EXTRA_CA_CERTS, process.env.SSL_CERT_FILE].flatMap((file) => {
    if (file === undefined || file === '') return [];
    try {
      return [readFileSync(file, 'utf8')];
    } catch {
      return [];
    }
  });
  return environmentAuthorities;
}

const contexts = new Map<string, tls.SecureContext>();

/** What probes trust. Reading all authorities takes longer than a handshake, so the result is kept. */
function trust(network: Network): tls.SecureContext {
  const more = [...authoritiesOfEnvironment(), ...(network.authorities ?? [])];
  const key = more.join('');
  const context = contexts.get(key) ?? tls.createSecureContext({ ca: [...tls.rootCertificates, ...more] });
  contexts.set(key, context);
  return context;
}

/** Speaks TLS on an open connection. Certificates are read, not enforced: callers look at `authorized`. */
export function startTls(
  network: Network,
  socket: net.Socket,
  host: string,
  alpn: string[],
  servername?: string,
): Promise<tls.TLSSocket> {
  const name = servername ?? host;
  return new Promise((resolve, reject) => {
    const secured = tls.connect({
      socket,
      secureContext: trust(network),
      rejectUnauthorized: false,
      ALPNProtocols: alpn,
      ...defined({ servername: net.isIP(name) === 0 ? name : undefined }),
      checkServerIdentity: () => undefined,
    });
    const timer = setTimeout(() => secured.destroy(new ConnectionError('silent')), network.patience);
    secured.once('error', (error: Error) => {
      clearTimeout(timer);
      reject(error);
    });
    secured.once('close', () => {
      reject(new ConnectionError('closed'));
    });
    secured.once('secureConnect', () => {
      clearTimeout(timer);
      secured.removeAllListeners('close');
      secured.removeAllListeners('error');
      secured.on('error', () => undefined);
      resolve(secured);
    });
  });
}

/** What does a TLS handshake say? */
export async function askTls(
  network: Network,
  host: string,
  port: number,
  alpn: 'any' | 'http/1.1',
  servername?: string,
): Promise<TlsAnswer> {
  let socket: net.Socket;
  try {
    socket = await connect(network, host, port);
  } catch (error) {
    const failure = failureOf(error);
    return { state: failure === 'tls' || failure === 'not-http' ? 'closed' : failure };
  }
  try {
    const secured = await startTls(
      network,
      socket,
      host,
      alpn === 'any' ? ['h2', 'http/1.1'] : ['http/1.1'],
      servername,
    );
    const certificate = secured.getPeerCertificate(false);
    const names = namesOf(certificate);
    const now = Date.now();
    const answer: TlsAnswer = {
      state: 'ok',
      ...(typeof secured.alpnProtocol === 'string' && secured.alpnProtocol !== ''
        ? { alpn: secured.alpnProtocol }
        : {}),
      trusted: secured.authorized,
      names,
      subject: commonName(certificate.subject),
      issuer: commonName(certificate.issuer),
      selfSigned: JSON.stringify(certificate.subject) === JSON.stringify(certificate.issuer),
      validFrom: isoOf(certificate.valid_from),
      validTo: isoOf(certificate.valid_to),
      inDate: Date.parse(certificate.valid_from) <= now && now <= Date.parse(certificate.valid_to),
      covers: tls.checkServerIdentity(servername ?? host, certificate) === undefined,
    };
    if (!secured.authorized) answer.trustError = String(secured.authorizationError);
    secured.destroy();
    return answer;
  } catch (error) {
    socket.destroy();
    const failure = failureOf(error);
    const message = (textAt(error, 'message') ?? '').replace(/^[0-9A-F]+:error:/, '').slice(0, 200);
    if (failure === 'reset' || failure === 'closed' || failure === 'silent') return { state: failure, error: message };
    return { state: 'refused-handshake', error: message };
  }
}

/** The common name of a party; a peer without a certificate has no parties. */
function commonName(party: tls.Certificate | undefined): string {
  const name = party?.CN ?? '';
  return (Array.isArray(name) ? name.join(', ') : name).slice(0, 100);
}

function isoOf(date: string): string {
  const parsed = Date.parse(date);
  return Number.isNaN(parsed) ? date : new Date(parsed).toISOString();
}

function namesOf(certificate: tls.PeerCertificate): string[] {
  const names = (certificate.subjectaltname ?? '')
    .split(', ')
    .map((entry) => entry.replace(/^(DNS|IP Address):/, ''))
    .filter((entry) => entry !== '');
  return names.slice(0, 20);
}

/** How each program rejects a request with an invalid Content-Length. */
const FINGERPRINTS: readonly (readonly [Program, RegExp])[] = [
  ['nginx', /<hr><center>(nginx|openresty)/i],
  ['apache', /Your browser sent a request that this server could not understand|<address>Apache/i],
  ['haproxy', /<h1>400 Bad request<\/h1>\s*Your browser sent an invalid request/i],
  ['uvicorn', /Invalid HTTP request received/],
  ['reverb', /\r\n\r\nBad request\.$/],
  ['gunicorn', /<h1><p>Bad Request<\/p><\/h1>|Invalid (Header|content-length)/i],
  ['envoy', /server: envoy/i],
  ['go', /\r\n\r\n400 Bad Request(: |$)/],
  ['kestrel', /server: kestrel/i],
  [
    'python',
    /server: (WSGIServer|BaseHTTP|SimpleHTTP|Werkzeug|Python|TornadoServer|aiohttp)|<title>Error response<\/title>/i,
  ],
  ['node', /^HTTP\/1\.1 400 Bad Request\r\nConnection: close\r\n\r\n$/],
];

/** Identifies the first server by how it rejects a malformed request. */
export async function askFingerprint(
  network: Network,
  host: string,
  port: number,
  secured: boolean,
): Promise<FingerprintAnswer> {
  let socket: net.Socket;
  try {
    socket = await connect(network, host, port);
    if (secured) socket = await startTls(network, socket, host, ['http/1.1']);
  } catch (error) {
    return { program: 'unknown', failure: failureOf(error) };
  }
  const answer = await new Promise<string>((resolve) => {
    let text = '';
    const timer = setTimeout(() => socket.destroy(), Math.min(network.patience, 1500));
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      if (text.length > 4000) socket.destroy();
    });
    socket.once('end', () => socket.destroy());
    socket.once('close', () => {
      clearTimeout(timer);
      resolve(text);
    });
    socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nContent-Length: none\r\n\r\n`);
  });
  return { program: FINGERPRINTS.find(([, words]) => words.test(answer))?.[0] ?? 'unknown' };
}
