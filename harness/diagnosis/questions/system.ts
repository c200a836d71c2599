/** Questions that take several requests: to sessions, streams, scripts, health and monitoring. */
import type { Failure, HandshakeAnswer } from './servers.ts';

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
  /** Requests whose server did not know the session. */
  unknown: number;
  /** The beginning of what the last refusal said. */
  says?: string;
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
  /** Lines of data, also of events that no empty line has ended. */
  lines?: number;
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
