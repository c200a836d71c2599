/** Case 2 of the document: the domain. Most of what it names as the cause cannot print the lines that it shows. */
import { answered, brokenSocket, edit, failedResource, failedSocket, may, refused, scenario, times, up } from 'sintoma';
import {
  DOMAIN,
  IP,
  apiFailed,
  apiLoaded,
  apiUrls,
  authorised,
  handshake,
  live,
  nothing,
  secureFallback,
  socketFails,
  socketUrl,
  storedOnly,
  works,
} from './expected.ts';

const REFUSED = 'net::ERR_CONNECTION_REFUSED';

const again = socketFails(socketUrl(DOMAIN), `Error in connection establishment: ${REFUSED}`);
const unreachable = {
  console: failedSocket(socketUrl(DOMAIN), `Error in connection establishment: ${REFUSED}`),
  socket: brokenSocket(socketUrl(DOMAIN), `Error in connection establishment: ${REFUSED}`),
  again,
};

/** The single-page application answers every GET, so no API call fails on the wire; only the socket does. */
const applicationAnswersAll = {
  visit: `${DOMAIN}/`,
  console: [socketFails(socketUrl(DOMAIN), handshake(200)).console],
  requests: apiUrls(`${DOMAIN}/api/v1`).map((url) => answered('GET', url, 200, { mimeType: 'text/html' })),
  sockets: [socketFails(socketUrl(DOMAIN), handshake(200)).socket],
  page: { api: { state: 'error' } },
  delivery: nothing,
} as const;

const toTheServer = { title: 'forward everything to nginx on port 80 again', steps: [edit(), up()], delivery: works };

export default [
  scenario('balancas/domain-on-frontend-only-host', {
    title: 'The domain leads to a host that has only the files of the frontend.',
    document: { name: 'balancas', lines: [56, 57] },
    documentSays:
      'This is said to print ERR_CONNECTION_REFUSED; in fact every GET is answered 200 with the page itself.',
    faults: ['domain-on-frontend-only-host'],
    ...applicationAnswersAll,
    cause: 'dns-wrong-host',
    repairs: [{ ...toTheServer, title: 'point the domain at the server with the stack', document: [77, 78] }],
  }),
  scenario('balancas/edge-forwards-frontend-only', {
    title: 'The HTTPS proxy forwards everything to the container of the frontend.',
    document: { name: 'balancas', lines: [59, 60] },
    documentSays:
      'This is said to print ERR_CONNECTION_REFUSED (or 404); in fact every GET is answered 200 with the page itself.',
    faults: ['edge-forwards-frontend-only'],
    ...applicationAnswersAll,
    sameSymptomAs: ['balancas/domain-on-frontend-only-host'],
    cause: 'proxy-route-missing',
    repairs: [{ ...toTheServer, document: [82, 88] }],
  }),
  scenario('balancas/edge-skips-app', {
    title: 'The HTTPS proxy forwards the API but not /app.',
    document: { name: 'balancas', lines: [82, 90] },
    faults: ['edge-skips-app'],
    visit: `${DOMAIN}/`,
    console: [socketFails(socketUrl(DOMAIN), handshake(200)).console],
    requests: apiLoaded(DOMAIN),
    sockets: [socketFails(socketUrl(DOMAIN), handshake(200)).socket],
    page: { api: { state: 'loaded' } },
    delivery: storedOnly,
    cause: 'proxy-route-missing',
    repairs: [{ ...toTheServer, document: [82, 88] }],
  }),
  scenario('balancas/edge-skips-api', {
    title: 'The HTTPS proxy forwards /app but not the API.',
    document: { name: 'balancas', lines: [82, 90] },
    documentSays:
      'ERR_CONNECTION_REFUSED (or 404) is said to show on /api; in fact it is answered 200 with the page itself.',
    faults: ['edge-skips-api'],
    visit: `${DOMAIN}/`,
    console: [],
    requests: [
      ...apiUrls(`${DOMAIN}/api/v1`).map((url) => answered('GET', url, 200, { mimeType: 'text/html' })),
      authorised(DOMAIN),
    ],
    sockets: [live(DOMAIN)],
    page: { connection: { state: 'connected' }, api: { state: 'error' } },
    delivery: { public: 'live', private: 'live', api: 'missing' },
    cause: 'proxy-route-missing',
    repairs: [{ ...toTheServer, document: [82, 88] }],
  }),
  scenario('balancas/nginx-skips-app', {
    title: "The server's own nginx has no route for /app.",
    document: { name: 'balancas', lines: [66, 69] },
    faults: ['nginx-skips-app'],
    visit: `${IP}/`,
    console: [socketFails(socketUrl(IP), handshake(200)).console, secureFallback.console],
    requests: apiLoaded(IP),
    sockets: [socketFails(socketUrl(IP), handshake(200)).socket, secureFallback.socket],
    page: { api: { state: 'loaded' } },
    delivery: storedOnly,
    cause: 'proxy-route-missing',
    repairs: [{ title: 'route /app to reverb:8080', document: [66, 69], steps: [edit(), up()], delivery: works }],
  }),
  scenario('balancas/port-443-closed-behind-cached-page', {
    title: 'Nothing listens on the port 443 of the domain any more; the page still comes, out of the service worker.',
    document: { name: 'balancas', lines: [45, 50] },
    documentSays:
      'These lines are ascribed to a wrong DNS record or a proxy; only a closed port behind a cached page prints both.',
    visitedBefore: `${DOMAIN}/`,
    faults: ['https-edge-down'],
    visit: `${DOMAIN}/`,
    console: [
      ...apiUrls(`${DOMAIN}/api/v1`).map((url) => failedResource(REFUSED, url)),
      // The way that worked on the earlier visit is tried first, and then every way, which is the same one.
      times(2, unreachable.console),
      may(unreachable.again.console),
    ],
    requests: apiFailed(`${DOMAIN}/api/v1`, REFUSED),
    sockets: [times(2, unreachable.socket), may(unreachable.again.socket)],
    page: { api: { state: 'error' } },
    delivery: nothing,
    cause: 'tls-port-closed',
    repairs: [{ title: 'start the HTTPS proxy again', steps: [edit(), up()], delivery: works }],
  }),
  scenario('balancas/edge-drops-upgrade', {
    title: 'The HTTPS proxy forwards every path, but not the headers Upgrade and Connection.',
    document: { name: 'balancas', lines: [82, 88] },
    documentSays: 'Forwarding all paths is said to be enough; the proxy must pass the upgrade on its own hop as well.',
    faults: ['edge-drops-upgrade'],
    visit: `${DOMAIN}/`,
    console: [socketFails(socketUrl(DOMAIN), handshake(500)).console],
    requests: apiLoaded(DOMAIN),
    sockets: [socketFails(socketUrl(DOMAIN), handshake(500)).socket],
    page: { api: { state: 'loaded' } },
    delivery: storedOnly,
    cause: 'proxy-upgrade-missing',
    repairs: [{ title: 'pass Upgrade and Connection on', steps: [edit(), up()], delivery: works }],
  }),
  scenario('balancas/domain-without-record', {
    title: 'The domain has no DNS record.',
    document: { name: 'balancas', lines: [77, 77] },
    faults: ['domain-without-record'],
    visit: `${DOMAIN}/`,
    console: [],
    requests: [refused('GET', `${DOMAIN}/`, 'net::ERR_NAME_NOT_RESOLVED')],
    sockets: [],
    navigationError: 'net::ERR_NAME_NOT_RESOLVED',
    delivery: nothing,
    cause: 'dns-no-record',
    repairs: [{ title: 'give the domain its record', document: [77, 78], steps: [edit(), up()], delivery: works }],
  }),
  scenario('balancas/domain-on-dead-host', {
    title: 'The domain leads to a host on which nothing runs.',
    document: { name: 'balancas', lines: [77, 78] },
    faults: ['domain-on-dead-host'],
    visit: `${DOMAIN}/`,
    console: [],
    requests: [refused('GET', `${DOMAIN}/`, REFUSED)],
    sockets: [],
    navigationError: REFUSED,
    delivery: nothing,
    cause: 'dns-wrong-host',
    repairs: [{ title: 'point the domain at the server', document: [77, 78], steps: [edit(), up()], delivery: works }],
  }),
  scenario('balancas/certificate-for-another-name', {
    title: 'The HTTPS proxy shows a certificate of another name.',
    document: { name: 'balancas', lines: [82, 82] },
    faults: ['certificate-for-another-name'],
    visit: `${DOMAIN}/`,
    console: [],
    requests: [refused('GET', `${DOMAIN}/`, 'net::ERR_CERT_COMMON_NAME_INVALID')],
    sockets: [],
    navigationError: 'net::ERR_CERT_COMMON_NAME_INVALID',
    delivery: nothing,
    cause: 'tls-certificate-name',
    needsTrustStore: true,
    repairs: [{ title: "install the domain's own certificate", steps: [edit(), up()], delivery: works }],
  }),
];
