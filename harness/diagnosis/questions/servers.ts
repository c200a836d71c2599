/** Questions to names, ports and servers. */

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
  | 'cloudflare'
  | 'aws-elb'
  | 'ngrok'
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
  /** Say that the request came to a proxy by this scheme. */
  forwardedProto?: 'https';
  /** Add a query of so many characters. */
  padding?: number;
  /** Send this form body (POST only). */
  form?: string;
  /** How long to wait for the answer, in ms, where longer than usual. */
  patience?: number;
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
  /** How long to wait for the answer, in ms, where longer than usual. */
  patience?: number;
}
export interface HandshakeAnswer {
  state: 'open' | 'answered' | Failure;
  status?: number;
  headers: Record<string, string>;
  /** At most 8 kB of the body of an answer that is not 101; of one that is not HTTP, its first bytes. */
  body: string;
  ms: number;
  protocol?: string;
  /** The first line of a second HTTP answer, which came after the 101. */
  second?: string;
  /** First messages of the server, at most 5 of 500 characters. */
  frames: string[];
  /** The connection ended while it was listened to. */
  closed?: { code: number; reason: string; ms: number; error?: string };
}
