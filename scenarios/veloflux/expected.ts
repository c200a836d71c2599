/** What several scenarios of veloflux see alike. */
import {
  answered,
  brokenSocket,
  type ConsoleExpectation,
  failedSocket,
  openSocket,
  type RequestExpectation,
  type SocketExpectation,
} from 'sintoma';

export const LOCAL = 'http://localhost';
export const PRODUCTION = 'https://seu-dominio.com';
/** Where the documented page opens its sockets, and where the load balancer has them in production. */
export const DIRECT = 'ws://localhost:9090/api/ws';
export const THROUGH = 'wss://seu-dominio.com/api/ws';

/** The endpoints that both documents call active. */
export const ENDPOINTS = ['backends', 'metrics', 'status'] as const;
/** Endpoints that one document calls active, and the other says do not exist. */
export const DISPUTED = ['ai', 'security', 'billing', 'health'] as const;

const CALLS = ['backends', 'metrics', 'status', 'alerts'] as const;

/** URLs of the dashboard's API calls. */
export const apiUrls = (origin: string): string[] => CALLS.map((call) => `${origin}/api/${call}`);

/** All API calls answered with data. */
export const apiLoaded = (origin: string): RequestExpectation[] =>
  apiUrls(origin).map((url) => answered('GET', url, 200, { mimeType: 'application/json' }));

/** One socket an endpoint, open and greeted. */
export const live = (base: string, endpoints: readonly string[] = ENDPOINTS): SocketExpectation[] =>
  endpoints.map((endpoint) => openSocket(`${base}/${endpoint}`, { received: ['"type":"connected"', '"client_id"'] }));

/** Sockets that fail alike, and the lines of the console that say so. */
export const failed = (
  base: string,
  reason: string,
  endpoints: readonly string[] = ENDPOINTS,
): { console: ConsoleExpectation[]; sockets: SocketExpectation[] } => ({
  console: endpoints.map((endpoint) => failedSocket(`${base}/${endpoint}`, reason)),
  sockets: endpoints.map((endpoint) => brokenSocket(`${base}/${endpoint}`, reason)),
});

export const REFUSED = 'Error in connection establishment: net::ERR_CONNECTION_REFUSED';
export const NOT_FOUND = 'Error during WebSocket handshake: Unexpected response code: 404';

/** What is delivered when all is well, and when only the sockets fail: the API stores what it is told. */
export const ALL_LIVE = { backends: 'live', metrics: 'live', status: 'live', api: 'loaded' } as const;
export const ONLY_STORED = {
  backends: 'after-reload',
  metrics: 'after-reload',
  status: 'after-reload',
  api: 'loaded',
} as const;
