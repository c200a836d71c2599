/** What several scenarios of balancas see alike. */
import { answered, openSocket, refused } from '../../harness/expectations/define.ts';
import type { RequestExpectation, SocketExpectation } from '../../harness/expectations/scenario.ts';

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
export const apiFailed = (api: string, error: string): RequestExpectation[] =>
  apiUrls(api).map((url) => refused('GET', url, error));

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
