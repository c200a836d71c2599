import { answered, openSocket, scenario } from 'sintoma';
import { ALL_LIVE, apiLoaded, apiUrls, DIRECT, live, LOCAL, PRODUCTION, THROUGH } from './expected.ts';

export default [
  scenario('veloflux/healthy-direct', {
    title: "On the machine itself, three sockets to the backend's own port, and alerts from end to end.",
    document: { name: 'veloflux-websockets', lines: [15, 41] },
    visit: `${LOCAL}/dashboard`,
    console: [],
    requests: apiLoaded(LOCAL),
    sockets: live(DIRECT),
    page: { connection: { state: 'connected' }, api: { state: 'loaded' } },
    delivery: { ...ALL_LIVE, alerts: 'live' },
    cause: 'none',
  }),
  scenario('veloflux/healthy-production', {
    title: 'By the domain, the load balancer serves page, API and three secure sockets.',
    document: { name: 'veloflux-map', lines: [27, 31] },
    visit: `${PRODUCTION}/dashboard`,
    console: [],
    requests: apiLoaded(PRODUCTION),
    sockets: live(THROUGH),
    page: { connection: { state: 'connected' }, api: { state: 'loaded' } },
    delivery: { ...ALL_LIVE, 'after-silence': 'live' },
    cause: 'none',
  }),
  scenario('veloflux/healthy-vanilla', {
    title: 'The documented page without React: one socket to the metrics endpoint.',
    document: { name: 'veloflux-websockets', lines: [174, 198] },
    visit: `${LOCAL}/vanilla.html`,
    console: [],
    requests: [],
    sockets: [openSocket(`${DIRECT}/metrics`, { received: ['"type":"connected"'] })],
    page: { connection: { state: 'connected' } },
    delivery: { vanilla: 'live' },
    cause: 'none',
  }),
  scenario('veloflux/port-3000-without-api', {
    title: 'The frontend by its own port: its server has no route for /api and answers with the page.',
    document: { name: 'veloflux-map', lines: [15, 223] },
    documentSays:
      'Port 3000 is listed as the web interface beside port 80. Only the load balancer is said to reach the backend, and the page asks for a relative /api.',
    visit: 'http://localhost:3000/dashboard',
    console: [],
    requests: apiUrls('http://localhost:3000').map((url) => answered('GET', url, 200, { mimeType: 'text/html' })),
    sockets: live(DIRECT),
    page: { connection: { state: 'connected' }, api: { state: 'error' } },
    delivery: { backends: 'live', metrics: 'live', status: 'live', api: 'missing' },
    cause: 'proxy-route-missing',
    repairs: [
      {
        title: 'open the load balancer instead',
        document: [334, 337],
        steps: [],
        visit: `${LOCAL}/dashboard`,
        delivery: ALL_LIVE,
      },
    ],
  }),
];
