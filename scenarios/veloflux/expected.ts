/** What several scenarios of veloflux see alike. */
import {
  answered,
  brokenSocket,
  type ConsoleExpectation,
  failedSocket,
  type FrameExpectation,
  json,
  many,
  may,
  openSocket,
  type RequestExpectation,
  type Shape,
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

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

/** The greeting, as the document has it. */
export const GREETING: Shape = {
  type: 'connected',
  timestamp: TIME,
  data: { client_id: /^\d{14}-[a-z0-9]{6}$/, status: 'connected' },
};
export const CONNECTED = json(GREETING);

/** The frame of every update, as the document has it. */
export const UPDATE: Shape = {
  type: 'backend_update',
  timestamp: TIME,
  data: { backends: [{ id: String, name: String, status: String }], timestamp: TIME, type: 'created' },
};

/** The frame of an alert. */
export const ALERT: Shape = {
  type: 'alert',
  timestamp: TIME,
  data: { alerts: [{ name: String, url: String }] },
};

/** Alerts of an earlier visit, which AlertManager repeats when it likes. */
const REPEATED = may(many(json(ALERT)));
/** The update that a watched backend causes: its text is in its address, which no update has. */
export const WATCHED = may(many(json(UPDATE)));

/** One socket an endpoint, open and greeted. */
export const live = (
  base: string,
  endpoints: readonly string[] = ENDPOINTS,
  ...more: FrameExpectation[]
): SocketExpectation[] =>
  endpoints.map((endpoint) => openSocket(`${base}/${endpoint}`, { received: [CONNECTED, REPEATED, ...more] }));

/** How long, in ms, the page waits before it opens a lost socket again. */
const RETRY_MS = 5000;

/** Sockets that fail alike, and the lines of the console that say so. */
export const failed = (
  base: string,
  reason: string,
  endpoints: readonly string[] = ENDPOINTS,
): { console: ConsoleExpectation[]; sockets: SocketExpectation[] } => ({
  console: endpoints.map((endpoint) => many(failedSocket(`${base}/${endpoint}`, reason), RETRY_MS)),
  sockets: endpoints.flatMap((endpoint) => [
    many(brokenSocket(`${base}/${endpoint}`, reason), RETRY_MS),
    // Caught in between.
    may({ url: `${base}/${endpoint}`, outcome: 'pending' as const }),
  ]),
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
