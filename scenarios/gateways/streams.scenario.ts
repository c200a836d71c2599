/** What proxies do to bodies, to streams and to what is idle. */
import { answered, failedResource, many, may, refused, scenario, shown, type SocketExpectation } from 'sintoma';
import { except, failed, restored, states } from './broken.ts';
import { allLive, healthy, ioFirst, ioUpgrade, polling, PROXIES, urlOf, wsOf } from './expected.ts';

const NGINX = urlOf('nginx');

/** A body that is too large. Caddy notices it only when it has begun to pass it on, and answers that it could not. */
const limits = (['nginx', 'traefik', 'caddy', 'haproxy'] as const).map((proxy) => {
  const status = proxy === 'caddy' ? 502 : 413;
  const chat = `${urlOf(proxy)}/live/chat`;
  // Its buffer, which counts what comes in, also collects what goes out.
  const buffered = proxy === 'traefik';
  return scenario(`gateways/${proxy}-limits-bodies`, {
    title: buffered
      ? 'Traefik limits bodies by a buffer, which holds streams back as well.'
      : `${proxy} takes no body above 1 MB, which a picture in a chat is.`,
    faults: [`${proxy}-limits-bodies`],
    visit: `${urlOf(proxy)}/`,
    console: [failed(proxy, chat, status)],
    requests: [
      ...(buffered
        ? [...except(proxy, '/live/chat', '/live/events'), { method: 'GET', url: `${urlOf(proxy)}/live/events` }]
        : except(proxy, '/live/chat')),
      answered('POST', chat, status),
    ],
    sockets: healthy(proxy).sockets,
    page: { ...states('closed', 'stream'), ...(buffered ? { 'sse-state': { state: 'connecting' } } : {}) },
    delivery: { ...allLive, ...(buffered ? { sse: 'after-reload' } : {}), stream: 'after-reload' },
    cause: 'payload-too-large',
    repairs: [{ title: 'take larger bodies', ...restored }],
  });
});

/** What is idle is ended, and what is said until the page has come back is lost. */
const idle = (
  [
    // Every connection, the WebSockets too.
    ['nginx', 'nginx-ends-what-is-idle', 'net::ERR_INCOMPLETE_CHUNKED_ENCODING'],
    // It has another limit for WebSockets: timeout tunnel.
    ['haproxy', 'haproxy-ends-idle-streams', 'net::ERR_HTTP2_PROTOCOL_ERROR'],
    ['apache', 'apache-ends-idle-streams', 'net::ERR_INCOMPLETE_CHUNKED_ENCODING'],
  ] as const
).map(([proxy, fault, cut]) => {
  const live = `${urlOf(proxy)}/live`;
  return scenario(`gateways/${fault}`, {
    title: `${proxy} ends an answer that says nothing for two seconds: a stream, between two messages.`,
    faults: [fault],
    visit: `${urlOf(proxy)}/`,
    whileOpen: [shown('stream-state', { state: 'closed' })],
    console: [failedResource(cut, `${live}/chat`), many(failedResource(cut, `${live}/events`), 2000)],
    requests: [
      ...except(proxy, '/live/chat', '/live/events'),
      refused('POST', `${live}/chat`, cut),
      many(refused('GET', `${live}/events`, cut), 2000),
      // An event source comes back after three seconds.
      may({ method: 'GET', url: `${live}/events`, status: 200 }),
      // Socket.IO begins again by polling, perhaps when the visit ends.
      may({ method: 'GET', url: polling(proxy) }),
    ],
    sockets:
      proxy === 'nginx'
        ? [wsOf(proxy), ioFirst(proxy), ioUpgrade(proxy)].flatMap((url): SocketExpectation[] => [
            many({ url, outcome: 'closed', closeCode: 1006 }),
            may({ url, outcome: 'open' }),
            may({ url, outcome: 'pending' }),
          ])
        : healthy(proxy).sockets,
    page: { 'stream-state': { state: 'closed' } },
    delivery: { stream: 'after-reload' },
    cause: 'proxy-idle-timeout',
    repairs: [{ title: 'wait longer than any silence', ...restored }],
  });
});

/** What is often blamed, and does no harm to any of the ways. */
const harmless = [
  ...PROXIES.map(
    (proxy) =>
      [proxy, `${proxy}-compresses`, `${proxy} compresses streams, and passes each event on at once.`] as const,
  ),
  ...PROXIES.map(
    (proxy) =>
      [
        proxy,
        `${proxy}-hides-extensions`,
        `${proxy} hides what could compress a WebSocket, which does without.`,
      ] as const,
  ),
  [
    'nginx',
    'nginx-speaks-http-2',
    'nginx speaks HTTP/2 with browsers, which open WebSockets by HTTP/1.1 then.',
  ] as const,
  ['apache', 'apache-limits-bodies', 'Apache does not apply its limit of bodies to what it passes on.'] as const,
].map(([proxy, fault, title]) =>
  scenario(`gateways/${fault}`, {
    title,
    faults: [fault],
    visit: `${urlOf(proxy)}/`,
    ...healthy(proxy),
    delivery: allLive,
    cause: 'none',
    sameSymptomAs: [`gateways/${proxy}`],
  }),
);

export default [
  scenario('gateways/nginx-buffers', {
    title: 'nginx collects what the application streams: events wait in its buffer, WebSockets do not.',
    faults: ['nginx-buffers'],
    visit: `${NGINX}/`,
    console: [],
    requests: [
      ...except('nginx', '/live/chat', '/live/events'),
      { method: 'GET', url: `${NGINX}/live/events` },
      { method: 'POST', url: `${NGINX}/live/chat` },
    ],
    sockets: healthy('nginx').sockets,
    page: states('connecting', 'sse', 'stream'),
    delivery: { ...allLive, sse: 'after-reload', stream: 'after-reload' },
    cause: 'proxy-buffers-stream',
    repairs: [{ title: 'pass streams on as they come', ...restored }],
  }),
  ...limits,
  ...idle,
  ...harmless,
];
