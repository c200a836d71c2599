/** What is seen alike where something is left out of a block, or mistyped. */
import {
  answered,
  brokenSocket,
  type ConsoleExpectation,
  type Delivery,
  edit,
  failedResource,
  failedSocket,
  many,
  may,
  type RequestExpectation,
  type ScenarioInput,
  type SocketExpectation,
  up,
} from 'sintoma';
import { allLive, ioFirst, polling, type Proxy, requestsOf, urlOf, wsOf } from './expected.ts';

/** The block as the guide has it, and all is live again. */
export const restored = { steps: [edit(), up()], delivery: allLive };

/** What browsers say of a status: over HTTP/2 it has no text. */
const TEXTS: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  413: 'Request Entity Too Large',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
};
const OVER_HTTP_1: readonly Proxy[] = ['nginx', 'apache'];
export const failed = (proxy: Proxy, url: string | RegExp, status: number): ConsoleExpectation =>
  failedResource(
    `the server responded with a status of ${status} (${OVER_HTTP_1.includes(proxy) ? TEXTS[status] : ''})`,
    url,
  );
export const handshake = (status: number): string =>
  `Error during WebSocket handshake: Unexpected response code: ${status}`;

/** What browsers say of a handshake that is refused by this proxy with this status. */
const refusal = (proxy: Proxy, status: number): string => {
  if (status !== 401) return handshake(status);
  // HAProxy takes WebSockets over HTTP/2, of which Chromium then says nothing more.
  return proxy === 'haproxy' ? '' : 'HTTP Authentication failed; no valid credentials available';
};

/** What a page shows of its ways: those that are named are in this state, the others live. */
export const states = (state: string, ...ways: string[]): NonNullable<ScenarioInput['page']> =>
  Object.fromEntries(
    Object.keys(allLive).map((way) => [`${way}-state`, { state: ways.includes(way) ? state : 'live' }]),
  );

/** WebSockets whose handshake fails: the page tries again after a second, Socket.IO after longer and longer. */
export const refusedSockets = (
  proxy: Proxy,
  ws: number,
  io: number,
): { console: ConsoleExpectation[]; sockets: SocketExpectation[] } => ({
  console: [
    many(failedSocket(wsOf(proxy), refusal(proxy, ws)), 1000),
    many(failedSocket(ioFirst(proxy), refusal(proxy, io))),
  ],
  sockets: [
    many(brokenSocket(wsOf(proxy), refusal(proxy, ws)), 1000),
    many(brokenSocket(ioFirst(proxy), refusal(proxy, io))),
    // The visit may end while they are tried again.
    may({ url: wsOf(proxy), outcome: 'pending' }),
    may({ url: ioFirst(proxy), outcome: 'pending' }),
  ],
});

/** Nothing below /live/ comes through. */
export function nothingComesThrough(
  proxy: Proxy,
  status: number,
): Pick<ScenarioInput, 'visit' | 'console' | 'requests' | 'sockets' | 'page'> {
  const live = `${urlOf(proxy)}/live`;
  const { console, sockets } = refusedSockets(proxy, status, status);
  return {
    visit: `${urlOf(proxy)}/`,
    console: [
      ...console,
      failed(proxy, `${live}/messages`, status),
      failed(proxy, `${live}/events`, status),
      failed(proxy, `${live}/chat`, status),
      many(failed(proxy, polling(proxy), status)),
    ],
    requests: [
      answered('GET', `${live}/messages`, status),
      answered('GET', `${live}/events`, status),
      answered('POST', `${live}/chat`, status),
      many(answered('GET', polling(proxy), status)),
      // It polls again after longer and longer, perhaps when the visit ends.
      may({ method: 'GET', url: polling(proxy) }),
    ],
    sockets,
    page: states('closed', ...Object.keys(allLive)),
  };
}

/** What is sent below /live/ is not answered while the page is watched. */
export function nothingIsAnswered(
  proxy: Proxy,
): Pick<ScenarioInput, 'visit' | 'console' | 'requests' | 'sockets' | 'page'> {
  const live = `${urlOf(proxy)}/live`;
  return {
    visit: `${urlOf(proxy)}/`,
    console: [],
    requests: [
      { method: 'GET', url: `${live}/messages` },
      { method: 'GET', url: `${live}/events` },
      { method: 'POST', url: `${live}/chat` },
      { method: 'GET', url: polling(proxy) },
    ],
    sockets: [
      { url: wsOf(proxy), outcome: 'pending' },
      { url: ioFirst(proxy), outcome: 'pending' },
    ],
    page: states('connecting', ...Object.keys(allLive)),
  };
}

export const NEVER: Delivery = Object.fromEntries(Object.keys(allLive).map((way) => [way, 'never']));

/** The healthy requests, apart from those to some paths. */
export const except = (proxy: Proxy, ...paths: string[]): RequestExpectation[] =>
  requestsOf(proxy).filter(({ url }) => !paths.some((path) => url === `${urlOf(proxy)}${path}`));
