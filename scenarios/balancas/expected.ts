/** What several scenarios of balancas see alike. */
import {
  answered,
  brokenSocket,
  type ConsoleExpectation,
  failedSocket,
  many,
  may,
  openSocket,
  refused,
  type RequestExpectation,
  type SocketExpectation,
} from 'sintoma';

export const IP = 'http://178.156.176.145';
export const DOMAIN = 'https://app.balancassolution.com';

/** The three calls of a signed-in page. */
const CALLS = ['notifications/unread-count', 'dashboard-stats', 'notifications'] as const;

/** URLs of the page's API calls below an API address. */
export const apiUrls = (api: string): string[] => CALLS.map((call) => `${api}/${call}`);

/** All API calls answered with data. */
export const apiLoaded = (origin: string): RequestExpectation[] =>
  apiUrls(`${origin}/api/v1`).map((url) => answered('GET', url, 200, { mimeType: 'application/json' }));

/** All API calls failed below HTTP. */
export const apiFailed = (api: string, error: string, method = 'GET'): RequestExpectation[] =>
  apiUrls(api).map((url) => refused(method, url, error));

/** Where Echo really connects. */
export const socketUrl = (origin: string, key = 'balancas-key'): string =>
  `${origin.replace('http', 'ws')}/app/${key}?protocol=7&client=js&version=8.6.0&flash=false`;

/** The private channel's authorisation, as pusher-js asks for it. */
export const authorised = (origin: string): RequestExpectation => answered('POST', `${origin}/broadcasting/auth`, 200);

/** The live connection, up, with both channels. */
export const live = (origin: string): SocketExpectation =>
  openSocket(socketUrl(origin), {
    received: [
      'pusher:connection_established',
      '"event":"pusher_internal:subscription_succeeded","data":"{}","channel":"announcements"',
      '"event":"pusher_internal:subscription_succeeded","data":"{}","channel":"private-users.1"',
    ],
  });

/** Why a handshake failed that was answered with a status. */
export const handshake = (status: number): string =>
  `Error during WebSocket handshake: Unexpected response code: ${status}`;

/** After how long, in ms, pusher-js tries again to open a socket that failed. */
const RETRY_MS = 15_000;

/** The socket fails, and is tried again if the visit lasts that long. */
export const socketFails = (
  url: string,
  reason: string,
): { console: ConsoleExpectation; socket: SocketExpectation } => ({
  console: many(failedSocket(url, reason), RETRY_MS),
  socket: many(brokenSocket(url, reason), RETRY_MS),
});

/**
 * By http, pusher-js tries wss on port 443 two seconds after ws failed. Nothing listens there, so this line and socket
 * come too if the visit lasts that long.
 */
const SECURE_FALLBACK = socketUrl('https://178.156.176.145');
const FALLBACK_REASON = 'Error in connection establishment: net::ERR_CONNECTION_REFUSED';
export const secureFallback = {
  console: may(many(failedSocket(SECURE_FALLBACK, FALLBACK_REASON), RETRY_MS)),
  socket: may(many(brokenSocket(SECURE_FALLBACK, FALLBACK_REASON), RETRY_MS)),
};

export const works = { public: 'live', private: 'live', api: 'loaded' } as const;
export const nothing = { public: 'never', private: 'never', api: 'missing' } as const;
/** The page works and the API answers; what is new shows after a reload only. */
export const storedOnly = { public: 'after-reload', private: 'after-reload', api: 'loaded' } as const;
