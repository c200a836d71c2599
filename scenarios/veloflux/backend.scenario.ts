/** The backend, what it serves, and what it depends on. */
import {
  answered,
  answers,
  brokenSocket,
  build,
  edit,
  failedResource,
  failedSocket,
  many,
  scenario,
  up,
} from 'sintoma';
import { ALL_LIVE, apiLoaded, apiUrls, DIRECT, DISPUTED, failed, live, LOCAL, NOT_FOUND, REFUSED } from './expected.ts';

const missing = failed(DIRECT, NOT_FOUND, DISPUTED);
const refused = failed(DIRECT, REFUSED);
const never = { backends: 'never', metrics: 'never', status: 'never', api: 'missing' } as const;

/** Every API call answered with this status, and the lines of the console that say so. */
const answeredBy = (status: number, text: string) => ({
  console: apiUrls(LOCAL).map((url) =>
    failedResource(`the server responded with a status of ${status} (${text})`, url),
  ),
  requests: apiUrls(LOCAL).map((url) => answered('GET', url, status)),
});
const badGateway = answeredBy(502, 'Bad Gateway');
const unavailable = answeredBy(503, 'Service Unavailable');

const ADMIN_HEALTH = 'http://localhost:9000/admin/health';

export default [
  scenario('veloflux/endpoint-not-implemented', {
    title: 'The page opens all seven endpoints of the map; the backend has three.',
    document: { name: 'veloflux-map', lines: [33, 43] },
    documentSays:
      'All seven endpoints are called active. The other document of the same day calls four of them not implemented, and is right.',
    faults: ['all-seven-endpoints'],
    visit: `${LOCAL}/dashboard`,
    console: missing.console,
    requests: apiLoaded(LOCAL),
    sockets: [...live(DIRECT), ...missing.sockets],
    page: { connection: { state: 'failed' }, api: { state: 'loaded' } },
    delivery: { ...ALL_LIVE, ai: 'never', security: 'never', billing: 'never', health: 'never' },
    cause: 'backend-endpoint-missing',
    repairs: [
      {
        title: 'use only the endpoints that exist, as the other document says (its lines 236-241)',
        steps: [edit(), build('frontend'), up()],
        delivery: ALL_LIVE,
      },
    ],
  }),
  scenario('veloflux/admin-health-404', {
    title: "The map's health check of the admin API is no route of it.",
    document: { name: 'veloflux-map', lines: [115, 122] },
    documentSays: 'Five admin routes are listed. None of them exists.',
    visit: ADMIN_HEALTH,
    console: [failedResource('the server responded with a status of 404 (Not Found)', ADMIN_HEALTH)],
    requests: [answered('GET', ADMIN_HEALTH, 404)],
    sockets: [],
    delivery: { api: 'missing' },
    cause: 'backend-endpoint-missing',
    repairs: [
      {
        title: "ask the backend's own health check on 9090",
        document: [59, 63],
        steps: [],
        visit: 'http://localhost:9090/health',
        delivery: { api: 'missing' },
      },
    ],
  }),
  scenario('veloflux/backend-down', {
    title: 'The backend does not run: its ports refuse, and the load balancer answers for it.',
    document: { name: 'veloflux-websockets', lines: [204, 214] },
    faults: ['backend-down'],
    // For a second the load balancer remembers where the backend was, and nothing answers there, not even a refusal.
    after: [answers('loadbalancer', 80, '/api/status', { status: 502 })],
    visit: `${LOCAL}/dashboard`,
    console: [...refused.console, ...badGateway.console],
    requests: badGateway.requests,
    sockets: refused.sockets,
    page: { connection: { state: 'failed' }, api: { state: 'error' } },
    delivery: never,
    published: false,
    publisher: 502,
    cause: 'upstream-down',
    repairs: [{ title: 'start the backend', steps: [edit(), up()], delivery: ALL_LIVE }],
  }),
  scenario('veloflux/backend-down-vanilla', {
    title: 'The page without React loses its socket: it reloads itself again and again (1.5 s, documented 5 s).',
    document: { name: 'veloflux-websockets', lines: [193, 197] },
    documentSays:
      'Reloading the page is called automatic reconnection. While the backend is down it is a loop that empties the console.',
    faults: ['backend-down'],
    visit: `${LOCAL}/vanilla.html`,
    console: [many(failedSocket(`${DIRECT}/metrics`, REFUSED), 1500)],
    requests: [],
    sockets: [many(brokenSocket(`${DIRECT}/metrics`, REFUSED), 1500)],
    page: { reloads: { text: /^[1-9]/ } },
    delivery: { vanilla: 'never', api: 'missing' },
    published: false,
    publisher: 502,
    cause: 'upstream-down',
    repairs: [{ title: 'start the backend', steps: [edit(), up()], delivery: { vanilla: 'live' } }],
  }),
  scenario('veloflux/redis-down', {
    title: 'Redis does not run: sockets stay connected, every API call answers 503, nothing new can be stored or sent.',
    document: { name: 'veloflux-map', lines: [221, 227] },
    faults: ['redis-down'],
    visit: `${LOCAL}/dashboard`,
    console: unavailable.console,
    requests: unavailable.requests,
    sockets: live(DIRECT),
    page: { connection: { state: 'connected' }, api: { state: 'error' } },
    delivery: never,
    published: false,
    publisher: 503,
    cause: 'broker-down',
    // Whose attempts failed often, the backend's Redis client makes one a second.
    repairs: [{ title: 'start Redis', steps: [edit(), up(), answers('backend', 9090, '/health')], delivery: ALL_LIVE }],
  }),
];
