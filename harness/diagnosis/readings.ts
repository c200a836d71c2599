/**
 * Questions that can be asked from outside the browser, and the readings that answer them.
 *
 * Rules name a question when they need its answer (see context.ts); the probes answer it; both sides share only these
 * types. Everything here is plain data, JSON-safe and bounded.
 */

/** Why there was no answer, whichever layer failed. */
export type Failure = 'no-record' | 'refused' | 'unreachable' | 'reset' | 'closed' | 'silent' | 'tls' | 'not-http';

/** Does the name resolve? (P1) */
export interface DnsQuestion {
  ask: 'dns';
  host: string;
  /** Resolver rules are a host and port each. */
  port: number;
}
export interface DnsAnswer {
  /** address:port */
  addresses: string[];
}

/** Does anything accept connections there? (P2) */
export interface TcpQuestion {
  ask: 'tcp';
  host: string;
  port: number;
}
export interface TcpAnswer {
  state: 'open' | 'refused' | 'silent' | 'unreachable' | 'no-record';
  ms: number;
}

/** What does a TLS handshake say? (P3) */
export interface TlsQuestion {
  ask: 'tls';
  host: string;
  port: number;
  /** `any` offers h2 and http/1.1, as a browser does for a page; a WebSocket needs http/1.1. */
  alpn: 'any' | 'http/1.1';
  /** Another name than the host, to learn whether the server knows that one. */
  servername?: string;
}
export interface TlsAnswer {
  state: 'ok' | 'refused-handshake' | Exclude<Failure, 'tls' | 'not-http'>;
  /** The protocol that was agreed on, when any. */
  alpn?: string;
  /** TLS alert or library text of a refused handshake. */
  error?: string;
  trusted?: boolean;
  trustError?: string;
  names?: string[];
  subject?: string;
  issuer?: string;
  selfSigned?: boolean;
  /** ISO 8601 */
  validFrom?: string;
  /** ISO 8601 */
  validTo?: string;
  /** The validity dates include the moment of the reading. */
  inDate?: boolean;
  /** The host is among the names. */
  covers?: boolean;
}

/** Which program is the first server? It is identified by how it rejects a malformed request. */
export interface FingerprintQuestion {
  ask: 'fingerprint';
  host: string;
  port: number;
  secure: boolean;
}
export interface FingerprintAnswer {
  program: Program | 'unknown';
  failure?: Failure;
}

/** HTTP programs that can be identified by their answers. */
export type Program =
  | 'nginx'
  | 'apache'
  | 'haproxy'
  | 'caddy'
  | 'traefik'
  | 'envoy'
  | 'varnish'
  | 'go'
  | 'node'
  | 'uvicorn'
  | 'gunicorn'
  | 'kestrel'
  | 'python'
  | 'reverb'
  | 'php'
  | 'java';

/** A plain request, without credentials (P4, P8). */
export interface HttpQuestion {
  ask: 'http';
  url: string;
  method?: 'GET' | 'HEAD' | 'OPTIONS' | 'POST';
  /** Send this Origin. */
  origin?: string;
  /** Ask as a preflight for this method and these headers. */
  preflight?: { method: string; headers: string[] };
  /** Ask caches for a new copy. */
  fresh?: boolean;
  /** Send another Host (and, by TLS, server name) to the same address. */
  as?: string;
  /** Send this form body (POST only). */
  form?: string;
}
export interface HttpAnswer {
  status?: number;
  failure?: Failure;
  /** Names in lower case. */
  headers: Record<string, string>;
  /** At most 8 kB of a text body. */
  body: string;
  /** Milliseconds until the headers came, or until the failure. */
  ms: number;
}

/** A WebSocket handshake (P5, P7). */
export interface HandshakeQuestion {
  ask: 'handshake';
  url: string;
  /** null sends none. */
  origin: string | null;
  protocols?: string[];
  /** Offer permessage-deflate. */
  deflate?: boolean;
  /** How long to listen after the 101, in ms; default 400. */
  listen?: number;
}
export interface HandshakeAnswer {
  state: 'open' | 'answered' | Failure;
  status?: number;
  headers: Record<string, string>;
  /** At most 8 kB of the body of an answer that is not 101. */
  body: string;
  ms: number;
  protocol?: string;
  /** First messages of the server, at most 5 of 500 characters. */
  frames: string[];
  /** The connection ended while it was listened to. */
  closed?: { code: number; reason: string; ms: number; error?: string };
}

/** Handshakes at similar paths of the same host. */
export interface PathsQuestion {
  ask: 'paths';
  url: string;
  origin: string | null;
  paths: string[];
}
export interface PathsAnswer {
  results: { path: string; state: HandshakeAnswer['state']; status?: number }[];
}

/** Engine.IO by long-polling (P9); with `paths`, each of them is tried until one answers. */
export interface EngineQuestion {
  ask: 'engineio';
  url: string;
  paths: string[];
}
export interface EngineAnswer {
  results: {
    path: string;
    status?: number;
    failure?: Failure;
    open: boolean;
    upgrades?: string[];
    code?: number;
    body: string;
  }[];
}

/** Do the requests of one polling session reach the same server? (P10) */
export interface StickyQuestion {
  ask: 'sticky';
  url: string;
}
export interface StickyAnswer {
  sessions: number;
  requests: number;
  /** Answers "Session ID unknown". */
  unknown: number;
}

/** An event stream, read as it comes. */
export interface StreamQuestion {
  ask: 'stream';
  url: string;
  encoding: 'identity' | 'gzip';
  /** in ms */
  listen: number;
}
export interface StreamAnswer {
  status?: number;
  failure?: Failure;
  headers: Record<string, string>;
  /** Milliseconds until the headers, absent when none came. */
  headersMs?: number;
  /** Arrival of each chunk of body, in ms; at most 50. */
  chunks: number[];
  /** Events seen in the body. */
  events: number;
}

/** Several clients at once (P11, connection limits). */
export interface ClientsQuestion {
  ask: 'clients';
  url: string;
  origin: string | null;
  count: number;
}
export interface ClientsAnswer {
  results: {
    state: HandshakeAnswer['state'];
    status?: number;
    headers: Record<string, string>;
    body: string;
  }[];
}

/** A connection on which nothing is sent, and one with a heartbeat (P12). */
export interface IdleQuestion {
  ask: 'idle';
  url: string;
  origin: string | null;
  /** in ms */
  hold: number;
  /** Messages to send after the 101, as the page does; never a credential. */
  hello?: string[];
}
export interface IdleAnswer {
  opened: boolean;
  /** The idle connection ended after this long without traffic. */
  idle?: { code: number; ms: number };
  /** The connection with a heartbeat ended. */
  busy?: { code: number; ms: number };
}

/** What the scripts of the page contain (P13). */
export interface BundleQuestion {
  ask: 'bundle';
  /** The page, and the scripts that it loaded from its own site. */
  page: string;
  scripts: string[];
  /** Ask caches for a new copy of the page, and read the scripts which that one names. */
  fresh: boolean;
}
export interface BundleAnswer {
  status?: number;
  failure?: Failure;
  /** Paths of the scripts, in the order of the page. */
  scripts: string[];
  /** A hash of the contents, to compare two copies. */
  digest: string;
  bytes: number;
  /** Whole http(s) and ws(s) URLs in the text. */
  urls: string[];
  /** URLs in the page itself, outside of its script files. */
  pageUrls: string[];
  /** String literals that are short enough to be names, keys or paths. */
  literals: string[];
  libraries: ('websocket' | 'socket.io' | 'pusher' | 'echo' | 'eventsource' | 'fetch')[];
  /** Values of `transports: […]` options. */
  transports: string[][];
  /** Names of options and variables that were built in without a value. */
  empty: string[];
  /** The scripts seem to reconnect. */
  reconnects: boolean;
  /** Response headers about caching: age, x-cache, cf-cache-status, cache-control, last-modified. */
  cache: Record<string, string>;
}

/** Run-time configuration that is served next to the page. */
export interface ConfigQuestion {
  ask: 'config';
  page: string;
  paths: string[];
}
export interface ConfigAnswer {
  found: { path: string; urls: string[]; body: string }[];
}

/** Health answers of the application. */
export interface HealthQuestion {
  ask: 'health';
  bases: string[];
}
export interface HealthAnswer {
  found: { url: string; status: number; body: string }[];
}

/** What Prometheus or AlertManager report. */
export interface MonitorQuestion {
  ask: 'monitor';
  bases: string[];
}
export interface MonitorAnswer {
  found: {
    base: string;
    program: 'prometheus' | 'alertmanager';
    targetsDown: string[];
    firing: string[];
    failedNotifications: number;
  }[];
}

/** Each kind of question with its answer. */
export interface Answers {
  dns: { question: DnsQuestion; answer: DnsAnswer };
  tcp: { question: TcpQuestion; answer: TcpAnswer };
  tls: { question: TlsQuestion; answer: TlsAnswer };
  fingerprint: { question: FingerprintQuestion; answer: FingerprintAnswer };
  http: { question: HttpQuestion; answer: HttpAnswer };
  handshake: { question: HandshakeQuestion; answer: HandshakeAnswer };
  paths: { question: PathsQuestion; answer: PathsAnswer };
  engineio: { question: EngineQuestion; answer: EngineAnswer };
  sticky: { question: StickyQuestion; answer: StickyAnswer };
  stream: { question: StreamQuestion; answer: StreamAnswer };
  clients: { question: ClientsQuestion; answer: ClientsAnswer };
  idle: { question: IdleQuestion; answer: IdleAnswer };
  bundle: { question: BundleQuestion; answer: BundleAnswer };
  config: { question: ConfigQuestion; answer: ConfigAnswer };
  health: { question: HealthQuestion; answer: HealthAnswer };
  monitor: { question: MonitorQuestion; answer: MonitorAnswer };
}

export type Ask = keyof Answers;
export type Question = Answers[Ask]['question'];
export type AnswerOf<Q extends Question> = Answers[Q['ask']]['answer'];
export type Answer = Answers[Ask]['answer'];

/** A question with its answer. */
export interface Reading {
  question: Question;
  answer: Answer;
  /** Milliseconds that the probe took. */
  ms: number;
}

/** A reading of one kind of question. */
export interface ReadingOf<A extends Ask> extends Reading {
  question: Answers[A]['question'];
  answer: Answers[A]['answer'];
}

/** Tells the kind of a reading: the type of its answer follows from its question. */
export const isReadingOf = <A extends Ask>(reading: Reading, ask: A): reading is ReadingOf<A> =>
  reading.question.ask === ask;

/** The cost of a question: cheap ones are asked first. About its duration on an ordinary system, in units of 10 ms. */
export const COST: Readonly<Record<Ask, number>> = {
  dns: 1,
  tcp: 2,
  tls: 3,
  http: 4,
  handshake: 5,
  fingerprint: 5,
  bundle: 8,
  engineio: 8,
  config: 12,
  paths: 15,
  health: 15,
  monitor: 15,
  // Many requests, but it is asked only after a session was lost, and then it decides.
  sticky: 2,
  clients: 60,
  stream: 200,
  idle: 500,
};

/** Equal questions have equal keys. */
export function keyOf(question: Question): string {
  return JSON.stringify(Object.entries(question).sort(([a], [b]) => a.localeCompare(b)));
}
