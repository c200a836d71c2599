/** Faults that nothing in the console tells of, or that only time shows. */
import { brokenSocket, build, connecting, edit, many, may, scenario, up, warning } from 'sintoma';
import {
  ALL_LIVE,
  apiLoaded,
  CONNECTED,
  DIRECT,
  ENDPOINTS,
  live,
  LOCAL,
  PRODUCTION,
  THROUGH,
  WATCHED,
} from './expected.ts';

const CLOSED_EARLY = 'WebSocket is closed before the connection is established.';

export default [
  scenario('veloflux/lan-idle-timeout', {
    title: 'The load balancer hangs up on sockets that are silent for 1 s (scaled), long before the next ping at 54 s.',
    document: { name: 'veloflux-websockets', lines: [255, 259] },
    documentSays:
      'Setting the proxy up adequately is a line of a checklist; nothing says that its read timeout must exceed 54 s.',
    faults: ['lb-read-timeout-1s'],
    visit: `${PRODUCTION}/dashboard`,
    console: [],
    requests: apiLoaded(PRODUCTION),
    sockets: [
      ...ENDPOINTS.map((endpoint) => ({
        url: `${THROUGH}/${endpoint}`,
        outcome: 'closed' as const,
        closeCode: 1006,
        closedByPage: false,
        received: [CONNECTED],
      })),
      // The page connects again 5 s after it lost a socket.
      ...live(THROUGH).map(may),
    ],
    delivery: { backends: 'after-reload', api: 'loaded' },
    cause: 'proxy-idle-timeout',
    repairs: [
      {
        title: "raise the load balancer's read timeout above the ping interval",
        steps: [edit(), up()],
        delivery: { 'after-silence': 'live', api: 'loaded' },
      },
    ],
  }),
  scenario('veloflux/effect-churn', {
    title:
      'The hook makes a new list of protocols on every render, so every render opens new sockets (a handshake takes 0.5 s here).',
    document: { name: 'veloflux-websockets', lines: [134, 172] },
    documentSays: 'The React example is presented as ready to use.',
    // The pause in which messages are lost is as long as a handshake.
    faults: ['effect-churn', 'slow-handshake'],
    visit: `${LOCAL}/dashboard`,
    // It never goes quiet, and the browser opens one socket after the other.
    settleMs: 4000,
    messages: [connecting(200), connecting(200)],
    console: ENDPOINTS.map((endpoint) =>
      many(warning(`WebSocket connection to '${DIRECT}/${endpoint}' failed: ${CLOSED_EARLY}`)),
    ),
    requests: apiLoaded(LOCAL),
    sockets: ENDPOINTS.flatMap((endpoint) => {
      const url = `${DIRECT}/${endpoint}`;
      return [
        many({ url, outcome: 'closed' as const, closedByPage: true }),
        many(brokenSocket(url, CLOSED_EARLY)),
        // The last one, where it was caught in between.
        may({ url, outcome: 'open' as const }),
        may({ url, outcome: 'closed' as const }),
        may({ url, outcome: 'pending' as const }),
      ];
    }),
    delivery: { backends: 'after-reload', api: 'loaded' },
    cause: 'client-effect-churn',
    repairs: [
      {
        title: 'give the list of protocols a constant identity',
        steps: [edit(), build('frontend'), up()],
        delivery: ALL_LIVE,
      },
    ],
  }),
  scenario('veloflux/alert-webhook-unrouted', {
    title: 'AlertManager posts to the documented receiver, and the backend has no such route.',
    document: { name: 'veloflux-map', lines: [368, 378] },
    documentSays: 'The receiver http://backend:9090/api/alerts/webhook is given as the configuration.',
    faults: ['alert-webhook-documented'],
    visit: `${LOCAL}/dashboard`,
    console: [],
    requests: apiLoaded(LOCAL),
    sockets: live(DIRECT, ENDPOINTS, WATCHED),
    page: { connection: { state: 'connected' }, api: { state: 'loaded' } },
    delivery: { ...ALL_LIVE, alerts: 'never' },
    cause: 'alert-webhook-unrouted',
    repairs: [
      {
        title: 'post to the route that exists',
        steps: [edit(), up()],
        delivery: { ...ALL_LIVE, alerts: 'live' },
      },
    ],
  }),
  scenario('veloflux/metrics-port-changed', {
    title: 'The backend serves its metrics elsewhere: Prometheus scrapes nothing, and no alert can fire any more.',
    document: { name: 'veloflux-map', lines: [324, 331] },
    documentSays:
      'Opening /targets is the check that Prometheus collects. That page answers 200 whatever the targets do.',
    faults: ['metrics-port-changed'],
    visit: `${LOCAL}/dashboard`,
    console: [],
    requests: apiLoaded(LOCAL),
    sockets: live(DIRECT),
    page: { connection: { state: 'connected' }, api: { state: 'loaded' }, scrape: { state: 'down' } },
    delivery: ALL_LIVE,
    cause: 'scrape-target-down',
    repairs: [
      {
        title: 'serve the metrics on 8080 again',
        steps: [edit(), up()],
        delivery: { ...ALL_LIVE, alerts: 'live' },
      },
    ],
  }),
];
