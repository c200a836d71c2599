/** What several scenarios of the gateways see alike. */
import { answered, type Delivery, many, openSocket, type RequestExpectation, type ScenarioInput } from 'sintoma';

export const PROXIES = ['nginx', 'traefik', 'caddy', 'haproxy', 'apache'] as const;
export type Proxy = (typeof PROXIES)[number];

export const urlOf = (proxy: Proxy): string => `https://${proxy}.example.test`;
const escaped = (proxy: Proxy): string => `${proxy}\\.example\\.test`;

export const allLive: Delivery = {
  ws: 'live',
  'io-websocket': 'live',
  'io-polling': 'live',
  sse: 'live',
  stream: 'live',
};

/** A polling request of Socket.IO. */
export const polling = (proxy: Proxy): RegExp =>
  new RegExp(`^https://${escaped(proxy)}/live/socket\\.io/\\?EIO=4&transport=polling`);
/** Where Socket.IO opens a WebSocket at once. */
export const ioFirst = (proxy: Proxy): string =>
  `wss://${proxy}.example.test/live/socket.io/?EIO=4&transport=websocket`;
/** The WebSocket to which a session changes that began by polling. */
export const ioUpgrade = (proxy: Proxy): RegExp =>
  new RegExp(`^wss://${escaped(proxy)}/live/socket\\.io/\\?EIO=4&transport=websocket&sid=`);
export const wsOf = (proxy: Proxy): string => `wss://${proxy}.example.test/live/ws`;

/** The requests of a page of which everything works. */
export const requestsOf = (proxy: Proxy): RequestExpectation[] => [
  answered('GET', `${urlOf(proxy)}/live/messages`, 200),
  answered('GET', `${urlOf(proxy)}/live/events`, 200, { mimeType: 'text/event-stream' }),
  answered('POST', `${urlOf(proxy)}/live/chat`, 200, { mimeType: 'text/event-stream' }),
  many(answered('GET', polling(proxy), 200)),
  many(answered('POST', polling(proxy), 200)),
];

export const healthy = (proxy: Proxy): Pick<ScenarioInput, 'console' | 'requests' | 'sockets' | 'page'> => ({
  console: [],
  requests: requestsOf(proxy),
  sockets: [openSocket(wsOf(proxy)), openSocket(ioFirst(proxy)), openSocket(ioUpgrade(proxy))],
  page: Object.fromEntries(Object.keys(allLive).map((way) => [`${way}-state`, { state: 'live' }])),
});
