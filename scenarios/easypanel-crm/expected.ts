/** What several scenarios of easypanel-crm see alike. */
import {
  answered,
  brokenSocket,
  type ConsoleExpectation,
  type Delivery,
  error,
  failedResource,
  failedSocket,
  frame,
  type FrameExpectation,
  json,
  many,
  may,
  openSocket,
  refused,
  type RequestExpectation,
  type ScenarioInput,
  type SocketExpectation,
} from 'sintoma';

export const CRM = 'https://crm.seu-dominio.com';
export const API = 'https://api.seu-dominio.com';

/** Where Socket.IO really connects: the namespace of the URL is not a part of the path. */
export const socketUrl = (origin = API): string =>
  `${origin.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`;
/** The same connection as an upgrade of a session that began by polling. */
export const UPGRADE_URL = /^wss:\/\/api\.seu-dominio\.com\/socket\.io\/\?EIO=4&transport=websocket&sid=/;
/** A polling request; the first one has no session yet. */
export const POLLING_URL = /^https:\/\/api\.seu-dominio\.com\/socket\.io\/\?EIO=4&transport=polling&t=/;

/** What a signed-in page asks for first. */
export const API_PATHS = ['conversations', 'scheduler', 'attendances'] as const;

/** All REST calls of a signed-in page answered with data: the lists, and the messages of the open conversation. */
export const apiLoaded: RequestExpectation[] = [
  ...API_PATHS.map((path) => `${API}/${path}`),
  /^https:\/\/api\.seu-dominio\.com\/conversations\/\d\/messages$/,
].map((url) => answered('GET', url, 200, { mimeType: 'application/json' }));

/**
 * The REST calls where what answers is Traefik and not the backend: it knows nothing of CORS, so the browser hides the
 * status of the preflight.
 */
export const apiWithoutCors = (status: number): Pick<ScenarioInput, 'console' | 'requests'> => ({
  console: API_PATHS.flatMap((path) => [
    error(
      `Access to fetch at '${API}/${path}' from origin '${CRM}' has been blocked by CORS policy: ` +
        "Response to preflight request doesn't pass access control check: " +
        "No 'Access-Control-Allow-Origin' header is present on the requested resource.",
    ),
    failedResource('net::ERR_FAILED', `${API}/${path}`),
  ]),
  requests: API_PATHS.flatMap((path) => [
    answered('OPTIONS', `${API}/${path}`, status),
    refused('GET', `${API}/${path}`, 'net::ERR_FAILED', { corsError: 'PreflightMissingAllowOriginHeader' }),
  ]),
});

/** What Engine.IO says first. */
export const GREETING = json(
  { sid: String, upgrades: [String], pingInterval: Number, pingTimeout: Number, maxPayload: Number },
  '0',
);
/** A namespace joined, as the server confirms it. */
export const joined = (namespace: string): FrameExpectation => json({ sid: String }, `40/${namespace},`);

/** The heartbeat of Engine.IO, every 25 s. */
export const PING = may(many(frame(/^2$/)));

/** The one WebSocket, up, with all three namespaces on it. */
export const live = (origin = API): SocketExpectation =>
  openSocket(socketUrl(origin), {
    received: [GREETING, joined('messages'), joined('scheduler'), joined('attendances'), PING],
  });

/** The WebSocket that a session which began by polling has changed to; a namespace joined late is confirmed on it. */
export const UPGRADED: SocketExpectation = openSocket(UPGRADE_URL, {
  received: [
    frame(/^3probe$/),
    ...['messages', 'scheduler', 'attendances'].map((name) => may(frame(`40/${name},`))),
    PING,
  ],
});

/** The two lines that the document gives as the sign that all is well. */
export const CONNECTED: ConsoleExpectation[] = [
  { level: 'log', text: 'WebSocket conectado' },
  { level: 'log', text: '[scheduler] ✅ WebSocket conectado com sucesso' },
];

/** The state of all three namespaces. */
export const connections = (state: string, text: string): NonNullable<ScenarioInput['page']> =>
  Object.fromEntries(
    ['messages', 'scheduler', 'attendances'].map((name) => [`connection-${name}`, { state, text: `/${name} ${text}` }]),
  );
export const byWebSocket = connections('connected', 'conectado por WebSocket');

/** The last error of all three namespaces, as the page shows it. */
export const lastError = (text: string): NonNullable<ScenarioInput['page']> => ({
  'last-error': { text: `${text} (/messages, /scheduler, /attendances)` },
});

/** The shortest pause of Socket.IO, in ms: a second, from which it takes off up to a half by chance. */
export const RETRY_MS = 500;

/** Why a handshake failed that was answered with a status. */
export const handshake = (status: number): string =>
  `Error during WebSocket handshake: Unexpected response code: ${status}`;

/** The attempts to connect; Socket.IO makes another after half a second or more, which may be on its way at the end. */
export const brokenSockets = (reason: string, origin = API): SocketExpectation[] => [
  many(brokenSocket(socketUrl(origin), reason), RETRY_MS),
  may({ url: socketUrl(origin), outcome: 'pending' }),
];

/** The WebSocket fails, is tried again and fails again; the page says what Socket.IO says. */
export const socketFails = (
  reason: string,
  origin = API,
): Pick<ScenarioInput, 'sockets' | 'page'> & { console: ConsoleExpectation[] } => ({
  console: [many(failedSocket(socketUrl(origin), reason), RETRY_MS)],
  sockets: brokenSockets(reason, origin),
  page: lastError('Error: websocket error'),
});

export const works: Delivery = { messages: 'live', scheduler: 'live', attendances: 'live', api: 'loaded' };
export const byPolling: Delivery = { messages: 'polling', scheduler: 'polling', attendances: 'polling', api: 'loaded' };
/** The page works and the API answers; what is new shows after a reload only. */
export const storedOnly: Delivery = {
  messages: 'after-reload',
  scheduler: 'after-reload',
  attendances: 'after-reload',
  api: 'loaded',
};
export const nothing: Delivery = { messages: 'never', scheduler: 'never', attendances: 'never', api: 'missing' };

export const UNTRUSTED = 'net::ERR_CERT_AUTHORITY_INVALID';
const withoutCertificate = socketFails(`Error in connection establishment: ${UNTRUSTED}`);

/** Traefik shows a certificate of its own for the domain of the backend, which the browser refuses. */
export const apiUntrusted: Pick<ScenarioInput, 'visit' | 'requests' | 'sockets' | 'console' | 'page' | 'delivery'> = {
  visit: `${CRM}/`,
  requests: API_PATHS.flatMap((path) => [
    refused('OPTIONS', `${API}/${path}`, UNTRUSTED),
    refused('GET', `${API}/${path}`, UNTRUSTED),
  ]),
  sockets: withoutCertificate.sockets,
  console: [...API_PATHS.map((path) => failedResource(UNTRUSTED, `${API}/${path}`)), ...withoutCertificate.console],
  page: { ...withoutCertificate.page, api: { state: 'error' } },
  delivery: nothing,
};
