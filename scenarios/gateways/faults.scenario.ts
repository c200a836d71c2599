/** What is left out of the blocks of the guide, or mistyped: what breaks, way by way. */
import {
  answered,
  brokenSocket,
  type ConsoleExpectation,
  type Delivery,
  edit,
  error,
  failedResource,
  failedSocket,
  many,
  may,
  openSocket,
  type RequestExpectation,
  scenario,
  type ScenarioInput,
  type SocketExpectation,
  up,
} from 'sintoma';
import { allLive, ioFirst, ioUpgrade, polling, type Proxy, PROXIES, requestsOf, urlOf, wsOf } from './expected.ts';

const restored = { steps: [edit(), up()], delivery: allLive };

/** What browsers say of a status: over HTTP/2 it has no text. */
const TEXTS: Readonly<Record<number, string>> = {
  403: 'Forbidden',
  404: 'Not Found',
  413: 'Request Entity Too Large',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
};
const OVER_HTTP_1: readonly Proxy[] = ['nginx', 'apache'];
const failed = (proxy: Proxy, url: string | RegExp, status: number): ConsoleExpectation =>
  failedResource(
    `the server responded with a status of ${status} (${OVER_HTTP_1.includes(proxy) ? TEXTS[status] : ''})`,
    url,
  );
const handshake = (status: number): string => `Error during WebSocket handshake: Unexpected response code: ${status}`;

/** What a page shows of its ways: those that are named are in this state, the others live. */
const states = (state: string, ...ways: string[]): NonNullable<ScenarioInput['page']> =>
  Object.fromEntries(
    Object.keys(allLive).map((way) => [`${way}-state`, { state: ways.includes(way) ? state : 'live' }]),
  );

/** WebSockets whose handshake fails: the page tries again after a second, Socket.IO after longer and longer. */
const refusedSockets = (
  proxy: Proxy,
  ws: number,
  io: number,
): { console: ConsoleExpectation[]; sockets: SocketExpectation[] } => ({
  console: [many(failedSocket(wsOf(proxy), handshake(ws)), 1000), many(failedSocket(ioFirst(proxy), handshake(io)))],
  sockets: [
    many(brokenSocket(wsOf(proxy), handshake(ws)), 1000),
    many(brokenSocket(ioFirst(proxy), handshake(io))),
    // The visit may end while they are tried again.
    may({ url: wsOf(proxy), outcome: 'pending' }),
    may({ url: ioFirst(proxy), outcome: 'pending' }),
  ],
});

/** Nothing below /live/ comes through. */
function nothingComesThrough(
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

const NEVER: Delivery = Object.fromEntries(Object.keys(allLive).map((way) => [way, 'never']));

/** The healthy requests, apart from those to one path. */
const except = (proxy: Proxy, path: string): RequestExpectation[] =>
  requestsOf(proxy).filter(({ url }) => url !== `${urlOf(proxy)}${path}`);

const withoutRoute = PROXIES.map((proxy) =>
  scenario(`gateways/${proxy}-without-route`, {
    title: `${proxy} has no route for what is live: the program that serves the page answers, and knows nothing of it.`,
    faults: [`${proxy}-without-route`],
    ...nothingComesThrough(proxy, 404),
    delivery: NEVER,
    cause: 'proxy-route-missing',
    repairs: [{ title: 'add the route', ...restored }],
  }),
);

/** What a proxy answers for a program that does not run. */
const GONE: Readonly<Record<Proxy, number>> = { nginx: 502, traefik: 502, caddy: 502, haproxy: 503, apache: 503 };

const stopped = PROXIES.map((proxy) =>
  scenario(`gateways/${proxy}-app-stopped`, {
    title: `The application does not run: ${proxy} says so for each way.`,
    faults: ['app-stopped'],
    ...nothingComesThrough(proxy, GONE[proxy]),
    delivery: NEVER,
    published: false,
    publisher: 'no answer',
    cause: 'upstream-down',
    repairs: [{ title: 'start the application', ...restored }],
  }),
);

const withoutUpgrade = (['nginx', 'apache'] as const).map((proxy) => {
  const { console, sockets } = refusedSockets(proxy, 426, 400);
  return scenario(`gateways/${proxy}-without-upgrade`, {
    title: `${proxy} does not pass Upgrade on: no WebSocket opens, and Socket.IO goes on polling where it began so.`,
    faults: [`${proxy}-without-upgrade`],
    visit: `${urlOf(proxy)}/`,
    console: [
      ...console,
      error(new RegExp(`^WebSocket connection to '${ioUpgrade(proxy).source.slice(1)}.*failed: ${handshake(400)}$`)),
    ],
    // The last poll is held until there is something to tell.
    requests: [...requestsOf(proxy), { method: 'GET', url: polling(proxy) }],
    sockets: [...sockets, brokenSocket(ioUpgrade(proxy), handshake(400))],
    page: states('closed', 'ws', 'io-websocket'),
    delivery: { ...allLive, ws: 'after-reload', 'io-websocket': 'after-reload', 'io-polling': 'polling' },
    cause: 'proxy-upgrade-missing',
    repairs: [{ title: 'pass the headers of the handshake on', ...restored }],
  });
});

const withoutHost = (['nginx', 'apache'] as const).map((proxy) => {
  const { console, sockets } = refusedSockets(proxy, 403, 400);
  return scenario(`gateways/${proxy}-without-host`, {
    title: `${proxy} asks with a Host of its own: the application takes what the page opens for another site's.`,
    faults: [`${proxy}-without-host`],
    visit: `${urlOf(proxy)}/`,
    console: [...console, failed(proxy, `${urlOf(proxy)}/live/chat`, 403)],
    requests: [...except(proxy, '/live/chat'), answered('POST', `${urlOf(proxy)}/live/chat`, 403)],
    // A GET of the same origin has no Origin; what began so is not asked again.
    sockets: [...sockets, openSocket(ioUpgrade(proxy))],
    page: states('closed', 'ws', 'io-websocket', 'stream'),
    delivery: { ...allLive, ws: 'after-reload', 'io-websocket': 'after-reload', stream: 'after-reload' },
    cause: 'proxy-host-rewritten',
    repairs: [{ title: 'pass Host on', ...restored }],
  });
});

const NGINX = urlOf('nginx');
const nginxSockets = [openSocket(wsOf('nginx')), openSocket(ioFirst('nginx')), openSocket(ioUpgrade('nginx'))];

export default [
  ...withoutRoute,
  ...stopped,
  ...withoutUpgrade,
  ...withoutHost,
  scenario('gateways/nginx-buffers', {
    title: 'nginx collects what the application streams: events wait in its buffer, WebSockets do not.',
    faults: ['nginx-buffers'],
    visit: `${NGINX}/`,
    console: [],
    requests: [
      ...except('nginx', '/live/chat').filter(({ url }) => url !== `${NGINX}/live/events`),
      { method: 'GET', url: `${NGINX}/live/events` },
      { method: 'POST', url: `${NGINX}/live/chat` },
    ],
    sockets: nginxSockets,
    page: states('connecting', 'sse', 'stream'),
    delivery: { ...allLive, sse: 'after-reload', stream: 'after-reload' },
    cause: 'proxy-buffers-stream',
    repairs: [{ title: 'pass streams on as they come', ...restored }],
  }),
  scenario('gateways/nginx-limits-bodies', {
    title: 'nginx takes no body above 1 MB, which a picture in a chat is.',
    faults: ['nginx-limits-bodies'],
    visit: `${NGINX}/`,
    console: [failed('nginx', `${NGINX}/live/chat`, 413)],
    requests: [...except('nginx', '/live/chat'), answered('POST', `${NGINX}/live/chat`, 413)],
    sockets: nginxSockets,
    page: states('closed', 'stream'),
    delivery: { ...allLive, stream: 'after-reload' },
    cause: 'payload-too-large',
    repairs: [{ title: 'take larger bodies', ...restored }],
  }),
];
