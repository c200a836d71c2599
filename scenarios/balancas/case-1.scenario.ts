/** Case 1 of the document: the bundle calls the API by https on a server that has none. */
import { answered, build, edit, error, failedResource, may, refused, restart, scenario, up } from 'sintoma';
import { DOMAIN, IP, apiFailed, apiUrls, authorised, live, nothing, works } from './expected.ts';

const HTTP_API = 'http://178.156.176.145/api/v1';
const HTTPS_API = 'https://178.156.176.145/api/v1';
const REFUSED = 'net::ERR_CONNECTION_REFUSED';

/** What the wrong bundle shows on the page that the document tells its readers to open. */
const wrongBundle = {
  visit: `${IP}/`,
  console: apiUrls(HTTPS_API).map((url) => failedResource(REFUSED, url)),
  // The calls carry a token to another origin, so the browser asks first: that is what is refused.
  requests: [...apiFailed(HTTPS_API, REFUSED), ...apiFailed(HTTPS_API, REFUSED, 'OPTIONS'), authorised(IP)],
  sockets: [live(IP)],
  page: { connection: { state: 'connected' }, api: { state: 'error' } },
  delivery: { public: 'live', private: 'live', api: 'missing' },
} as const;

export default [
  scenario('balancas/https-bundle-on-http-only-server', {
    title: 'The bundle was built with an https address of the API; nothing listens on 443.',
    document: { name: 'balancas', lines: [7, 11] },
    faults: ['https-bundle'],
    ...wrongBundle,
    cause: 'tls-port-closed',
    repairs: [
      {
        title: 'http in VITE_API_URL, rebuild, up, restart nginx',
        document: [15, 35],
        steps: [edit('http-api-url'), build('frontend'), up(), restart('nginx')],
        delivery: works,
      },
      {
        title: 'empty VITE_API_URL (same origin), rebuild, up, restart nginx',
        document: [22, 35],
        steps: [edit(), build('frontend'), up(), restart('nginx')],
        delivery: works,
      },
    ],
  }),
  scenario('balancas/env-edited-without-rebuild', {
    title: 'The .env was corrected and everything restarted, but the frontend was not built again.',
    document: { name: 'balancas', lines: [28, 35] },
    faults: ['https-bundle'],
    after: [edit('http-api-url'), up(), restart('nginx')],
    ...wrongBundle,
    sameSymptomAs: ['balancas/https-bundle-on-http-only-server'],
    cause: 'bundle-stale',
    // The served bundle is the same as before the edit: only who sees the .env knows that it is old.
    causeFromOutside: 'tls-port-closed',
    repairs: [
      {
        title: 'up and restart once more, still without a build',
        steps: [up(), restart('frontend', 'nginx')],
        fails: true,
        delivery: wrongBundle.delivery,
      },
      {
        title: 'build, up, restart nginx',
        document: [28, 35],
        steps: [build('frontend'), up(), restart('nginx')],
        delivery: works,
      },
    ],
  }),
  scenario('balancas/nginx-not-restarted', {
    title: 'The frontend was recreated and nginx not restarted: nginx still asks the old address.',
    document: { name: 'balancas', lines: [34, 34] },
    after: [edit('nginx-not-restarted'), up()],
    visit: `${IP}/`,
    // nginx waits 2 s for the old address, and then knows that nothing is there. A headless shell asks for no icon.
    console: [
      failedResource('the server responded with a status of 504 (Gateway Time-out)', `${IP}/`),
      may(failedResource('the server responded with a status of 502 (Bad Gateway)', `${IP}/favicon.ico`)),
    ],
    requests: [answered('GET', `${IP}/`, 504), may(answered('GET', `${IP}/favicon.ico`, 502))],
    sockets: [],
    delivery: nothing,
    cause: 'proxy-stale-upstream',
    repairs: [{ title: 'restart nginx', document: [34, 34], steps: [restart('nginx')], delivery: works }],
    // nginx knows one address of the frontend, so the way back needs a restart too.
    leave: [edit(), up(), restart('nginx')],
  }),
  scenario('balancas/https-visit-to-http-only-server', {
    title: 'The server is opened by https, which it does not speak.',
    document: { name: 'balancas', lines: [37, 37] },
    visit: 'https://178.156.176.145/',
    console: [],
    requests: [refused('GET', 'https://178.156.176.145/', REFUSED)],
    sockets: [],
    navigationError: REFUSED,
    delivery: nothing,
    cause: 'tls-port-closed',
    repairs: [{ title: 'open it by http', document: [37, 37], steps: [], visit: `${IP}/`, delivery: works }],
  }),
  scenario('balancas/http-api-url-on-https-page', {
    title: 'The repair of case 1 on the page of case 2: an https page may not call http.',
    document: { name: 'balancas', lines: [15, 20] },
    documentSays:
      'An http address in VITE_API_URL is prescribed without saying that it breaks the https page of the domain.',
    faults: ['http-api-url'],
    visit: `${DOMAIN}/`,
    console: apiUrls(HTTP_API).map((url) =>
      error(
        `Mixed Content: The page at '${DOMAIN}/' was loaded over HTTPS, but requested an insecure XMLHttpRequest endpoint '${url}'. ` +
          'This request has been blocked; the content must be served over HTTPS.',
      ),
    ),
    requests: [
      ...apiUrls(HTTP_API).map((url) => ({ method: 'GET', url, blockedReason: 'mixed-content' })),
      authorised(DOMAIN),
    ],
    sockets: [live(DOMAIN)],
    page: { connection: { state: 'connected' }, api: { state: 'error' } },
    delivery: { public: 'live', private: 'live', api: 'missing' },
    cause: 'mixed-content',
    repairs: [
      {
        title: 'empty VITE_API_URL (same origin), rebuild, up, restart nginx',
        document: [96, 96],
        steps: [edit(), build('frontend'), up(), restart('nginx')],
        delivery: works,
      },
    ],
  }),
];
