/** The page asks for an address that is not the one of the sockets. */
import { build, edit, refused, restart, type ScenarioInput, scenario, up } from 'sintoma';
import {
  ALL_LIVE,
  apiLoaded,
  DIRECT,
  failed,
  LOCAL,
  NOT_FOUND,
  ONLY_STORED,
  PRODUCTION,
  REFUSED,
  THROUGH,
} from './expected.ts';

const at8080 = failed('ws://localhost:8080/api/ws', NOT_FOUND);
const unreachable = failed(DIRECT, REFUSED);
const stripped = failed(THROUGH, NOT_FOUND);
const code = (status: number): string => `Error during WebSocket handshake: Unexpected response code: ${status}`;

/** By the domain, page and API work; every handshake is answered with a status. */
const handshakesAnswered = (
  status: number,
): Pick<ScenarioInput, 'visit' | 'console' | 'requests' | 'sockets' | 'page' | 'delivery'> => ({
  visit: `${PRODUCTION}/dashboard`,
  console: failed(THROUGH, code(status)).console,
  requests: apiLoaded(PRODUCTION),
  sockets: failed(THROUGH, code(status)).sockets,
  page: { connection: { state: 'failed' }, api: { state: 'loaded' } },
  delivery: ONLY_STORED,
});

const recreate = { title: 'recreate the container from the new image', steps: [up()], delivery: ALL_LIVE };

/** Which of the two depends on whether the browser's first bytes came before the engine's proxy hung up. */
const HUNG_UP = /^net::ERR_CONNECTION_(RESET|CLOSED)$/;

export default [
  scenario('veloflux/wrong-port-8080', {
    title: 'The bundle opens its sockets on the metrics port, which is an HTTP server without them.',
    document: { name: 'veloflux-websockets', lines: [23, 29] },
    documentSays: 'Port 8080 is the wrong one. It does not refuse, as a wrong port is expected to: it answers 404.',
    faults: ['bundle-port-8080'],
    visit: `${LOCAL}/dashboard`,
    console: at8080.console,
    requests: apiLoaded(LOCAL),
    sockets: at8080.sockets,
    page: { connection: { state: 'failed' }, api: { state: 'loaded' } },
    delivery: ONLY_STORED,
    cause: 'bundle-wrong-port',
    repairs: [
      {
        title: 'correct the configuration, build the frontend, restart it',
        document: [216, 224],
        steps: [edit(), build('frontend'), restart('frontend')],
        fails: true,
        delivery: ONLY_STORED,
        console: at8080.console,
      },
      recreate,
    ],
  }),
  scenario('veloflux/restarted-not-recreated', {
    title: 'The frontend was built with the right port and restarted: its container still has the old image.',
    document: { name: 'veloflux-websockets', lines: [216, 224] },
    documentSays: 'Building the frontend and restarting it is said to bring the new bundle.',
    faults: ['bundle-port-8080'],
    after: [edit(), build('frontend'), restart('frontend')],
    visit: `${LOCAL}/dashboard`,
    console: at8080.console,
    requests: apiLoaded(LOCAL),
    sockets: at8080.sockets,
    page: { connection: { state: 'failed' }, api: { state: 'loaded' } },
    delivery: ONLY_STORED,
    sameSymptomAs: ['veloflux/wrong-port-8080'],
    cause: 'container-old-image',
    // The files that the operator edited, and the image that was built, are not seen from outside.
    causeFromOutside: 'bundle-wrong-port',
    repairs: [recreate],
  }),
  scenario('veloflux/localhost-bundle-in-production', {
    title: "By the domain, with the documented production setting: sockets on the visitor's own machine.",
    document: { name: 'veloflux-map', lines: [141, 147] },
    documentSays: 'The production section of the configuration names ws://localhost:9090.',
    faults: ['bundle-localhost'],
    visit: `${PRODUCTION}/dashboard`,
    console: unreachable.console,
    requests: apiLoaded(PRODUCTION),
    sockets: unreachable.sockets,
    page: { connection: { state: 'failed' }, api: { state: 'loaded' } },
    delivery: ONLY_STORED,
    cause: 'bundle-localhost',
    repairs: [
      {
        title: "build the page with the production base of the map, the load balancer's own address",
        steps: [edit(), build('frontend'), up()],
        delivery: ALL_LIVE,
      },
    ],
  }),
  scenario('veloflux/port-9090-not-published', {
    title: "The backend's socket port is not published: the page and its API still come through the load balancer.",
    document: { name: 'veloflux-map', lines: [197, 202] },
    faults: ['port-9090-not-published'],
    visit: `${LOCAL}/dashboard`,
    console: unreachable.console,
    requests: apiLoaded(LOCAL),
    sockets: unreachable.sockets,
    page: { connection: { state: 'failed' }, api: { state: 'loaded' } },
    delivery: ONLY_STORED,
    cause: 'edge-port-closed',
    // The load balancer serves the same path: whether the page or the port is the wrong one is the operator's to say.
    causeFromOutside: 'bundle-wrong-port',
    repairs: [
      { title: 'publish 9090 as the map does', document: [199, 203], steps: [edit(), up()], delivery: ALL_LIVE },
    ],
  }),
  scenario('veloflux/load-balancer-strips-api', {
    title: 'The load balancer passes the sockets on without /api, under a path that the backend does not have.',
    document: { name: 'veloflux-map', lines: [27, 31] },
    documentSays: 'The production base wss://seu-dominio.com/api/ws/ is said to work through the load balancer.',
    faults: ['load-balancer-strips-api'],
    visit: `${PRODUCTION}/dashboard`,
    console: stripped.console,
    requests: apiLoaded(PRODUCTION),
    sockets: stripped.sockets,
    page: { connection: { state: 'failed' }, api: { state: 'loaded' } },
    delivery: ONLY_STORED,
    cause: 'proxy-path-stripped',
    repairs: [{ title: 'pass the path on unchanged', steps: [edit(), up()], delivery: ALL_LIVE }],
  }),
  scenario('veloflux/map-says-443', {
    title: 'Port 443 is published and nothing in the load balancer listens on it.',
    document: { name: 'veloflux-map', lines: [14, 14] },
    documentSays: 'Port 443 is listed as working. Published and without a TLS server, it accepts and hangs up.',
    faults: ['load-balancer-without-tls'],
    visit: 'https://localhost/dashboard',
    console: [],
    requests: [{ method: 'GET', url: 'https://localhost/dashboard', error: HUNG_UP }],
    sockets: [],
    navigationError: HUNG_UP,
    delivery: { backends: 'never', api: 'missing' },
    cause: 'edge-port-unserved',
    repairs: [{ title: 'give the load balancer a TLS server', steps: [edit(), up()], delivery: ALL_LIVE }],
  }),
  scenario('veloflux/origins-without-domain', {
    title: "The backend's list of origins lacks the domain: gorilla/websocket answers the handshakes with 403.",
    document: { name: 'veloflux-map', lines: [141, 147] },
    faults: ['origins-without-domain'],
    ...handshakesAnswered(403),
    cause: 'ws-origin-rejected',
    repairs: [{ title: 'list the domain', steps: [edit(), up()], delivery: ALL_LIVE }],
  }),
  scenario('veloflux/load-balancer-drops-upgrade', {
    title: 'The load balancer passes no Upgrade on: gorilla/websocket answers 400.',
    document: { name: 'veloflux-websockets', lines: [256, 256] },
    faults: ['load-balancer-drops-upgrade'],
    ...handshakesAnswered(400),
    cause: 'proxy-upgrade-missing',
    repairs: [
      { title: 'pass Upgrade and Connection on', document: [256, 256], steps: [edit(), up()], delivery: ALL_LIVE },
    ],
  }),
  scenario('veloflux/load-balancer-to-metrics-port', {
    title: 'The load balancer sends the sockets to the port of the metrics, which has no such path.',
    document: { name: 'veloflux-map', lines: [27, 31] },
    faults: ['load-balancer-to-metrics-port'],
    ...handshakesAnswered(404),
    sameSymptomAs: ['veloflux/load-balancer-strips-api'],
    cause: 'proxy-wrong-upstream',
    // Only its configuration tells whether the path or the port is another one: both are unknown where they arrive.
    causeFromOutside: 'proxy-path-stripped',
    repairs: [{ title: 'send them to port 9090', steps: [edit(), up()], delivery: ALL_LIVE }],
  }),
  scenario('veloflux/same-origin-check', {
    title: 'The backend has no list of origins: a page of port 80 is a stranger to the sockets of port 9090.',
    document: { name: 'veloflux-websockets', lines: [23, 29] },
    documentSays:
      'The right port is said to be all that counts; by default gorilla/websocket refuses pages of another.',
    faults: ['same-origin-check'],
    visit: `${LOCAL}/dashboard`,
    console: failed(DIRECT, code(403)).console,
    requests: apiLoaded(LOCAL),
    sockets: failed(DIRECT, code(403)).sockets,
    page: { connection: { state: 'failed' }, api: { state: 'loaded' } },
    delivery: ONLY_STORED,
    cause: 'ws-origin-rejected',
    repairs: [
      { title: 'list the origin of the page', steps: [edit(), up()], delivery: ALL_LIVE },
      {
        title: 'open the page by the domain, where page and sockets have one host',
        document: [254, 256],
        steps: [],
        visit: `${PRODUCTION}/dashboard`,
        delivery: ALL_LIVE,
      },
    ],
  }),
  scenario('veloflux/load-balancer-rewrites-host', {
    title: "The load balancer does not pass the browser's Host on: to gorilla's own check every page is a stranger.",
    document: { name: 'veloflux-websockets', lines: [256, 256] },
    documentSays: 'The proxy is to be set up adequately; what it must do with the Host is not said.',
    faults: ['same-origin-check', 'load-balancer-rewrites-host'],
    ...handshakesAnswered(403),
    sameSymptomAs: ['veloflux/origins-without-domain'],
    cause: 'proxy-host-rewritten',
    repairs: [
      { title: 'pass Host on', document: [256, 256], steps: [edit('same-origin-check'), up()], delivery: ALL_LIVE },
    ],
  }),
  scenario('veloflux/load-balancer-wrong-port', {
    title: 'The load balancer sends the sockets to a port of the backend on which nothing listens.',
    document: { name: 'veloflux-map', lines: [18, 20] },
    faults: ['load-balancer-wrong-port'],
    ...handshakesAnswered(502),
    cause: 'proxy-wrong-upstream',
    repairs: [{ title: 'send them to port 9090', document: [209, 209], steps: [edit(), up()], delivery: ALL_LIVE }],
  }),
  scenario('veloflux/certificate-for-another-name', {
    title: 'The certificate of the load balancer is for another name.',
    document: { name: 'veloflux-websockets', lines: [254, 254] },
    faults: ['certificate-for-another-name'],
    visit: `${PRODUCTION}/dashboard`,
    console: [],
    requests: [refused('GET', `${PRODUCTION}/dashboard`, 'net::ERR_CERT_COMMON_NAME_INVALID')],
    sockets: [],
    navigationError: 'net::ERR_CERT_COMMON_NAME_INVALID',
    delivery: { backends: 'never', api: 'missing' },
    cause: 'tls-certificate-name',
    needsTrustStore: true,
    repairs: [
      { title: 'install a certificate of the domain', document: [254, 254], steps: [edit(), up()], delivery: ALL_LIVE },
    ],
  }),
];
