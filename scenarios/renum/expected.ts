/** What several scenarios of renum see alike. */
import {
  answered,
  brokenSocket,
  type ConsoleExpectation,
  error,
  failedResource,
  failedSocket,
  many,
  openSocket,
  refused,
  type RequestExpectation,
  type ScenarioInput,
  type SocketExpectation,
} from 'sintoma';

export const PRODUCTION = 'https://renum.com.br';
export const WWW = 'https://www.renum.com.br';
export const PREVIEW = 'https://renum-9c41d2.vercel.app';
export const REDEPLOYED_PREVIEW = 'https://renum-b7e05a.vercel.app';
/** The address that the host gives every project: it shows what production shows. */
export const PROJECT = 'https://renum.vercel.app';
export const LOCAL = 'http://localhost:3001';

export const API = 'https://api.renum.com.br';
export const TASKS = `${API}/api/tasks`;
export const SOCKET = 'wss://api.renum.com.br/ws';
export const LOCAL_API = 'http://localhost:8000';
export const LOCAL_SOCKET = 'ws://localhost:8000/ws';

/** The page's one call. */
export const apiLoaded = (api = API): RequestExpectation[] => [
  answered('GET', `${api}/api/tasks`, 200, { mimeType: 'application/json' }),
];

/** The socket, up: asked for its token after it was accepted, and let in. */
export const live = (url = SOCKET): SocketExpectation =>
  openSocket(url, { received: ['"type":"auth_required"', '"type":"connection_established"'] });

/** How long, in ms, the page waits before it opens a lost socket again; longer each time. */
export const RETRY_MS = 5000;

/** The socket fails, and is tried again if the visit lasts that long. */
export const socketFails = (
  url: string,
  reason: string,
): { console: ConsoleExpectation; socket: SocketExpectation } => ({
  console: many(failedSocket(url, reason), RETRY_MS),
  socket: many(brokenSocket(url, reason, { closeCode: 1006 }), RETRY_MS),
});

/** Neither data nor socket, for a reason below HTTP. */
export const unreachable = (
  reason: string,
): Pick<ScenarioInput, 'console' | 'requests' | 'sockets' | 'page' | 'delivery'> => {
  const { console, socket } = socketFails(SOCKET, `Error in connection establishment: ${reason}`);
  return {
    console: [failedResource(reason, TASKS), console],
    requests: [refused('OPTIONS', TASKS, reason), refused('GET', TASKS, reason)],
    sockets: [socket],
    page: { connection: { state: 'disconnected' }, api: { state: 'error' } },
    delivery: { tasks: 'never', api: 'missing' },
  };
};

/** Why a handshake failed that was answered with a status. */
export const handshake = (status: number): string =>
  `Error during WebSocket handshake: Unexpected response code: ${status}`;

/** The proxy's own error page has no CORS headers: so the browser speaks of CORS, whatever the status. */
export const looksLikeCors: ConsoleExpectation[] = [
  error(
    `Access to fetch at '${TASKS}' from origin '${PRODUCTION}' has been blocked by CORS policy: Response to preflight request doesn't pass access control check: No 'Access-Control-Allow-Origin' header is present on the requested resource.`,
  ),
  failedResource('net::ERR_FAILED', TASKS),
];
/** The page's call, answered by the proxy with a status that CORS hides from the page. */
export const blocked = (status: number): RequestExpectation[] => [
  answered('OPTIONS', TASKS, status),
  refused('GET', TASKS, 'net::ERR_FAILED', { corsError: 'PreflightMissingAllowOriginHeader' }),
];
