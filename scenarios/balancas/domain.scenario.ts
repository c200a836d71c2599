/** The domain, and what operators do with it besides what case 2 names. */
import { answered, edit, failedResource, may, scenario, up } from 'sintoma';
import {
  apiLoaded,
  apiUrls,
  authorised,
  DOMAIN,
  handshake,
  live,
  nothing,
  socketFails,
  socketUrl,
  works,
} from './expected.ts';

const NOT_FOUND = 'the server responded with a status of 404 (Not Found)';
const toTheServer = { steps: [edit(), up()], delivery: works };

export default [
  scenario('balancas/static-host-without-fallback', {
    title: 'The domain leads to a host that has only the files of the frontend, and answers 404 to everything else.',
    document: { name: 'balancas', lines: [56, 57] },
    documentSays: 'ERR_CONNECTION_REFUSED (or 404) is said to show: 404 it is, where the host has no fallback.',
    faults: ['static-host-without-fallback'],
    visit: `${DOMAIN}/`,
    console: [
      ...apiUrls(`${DOMAIN}/api/v1`).map((url) => failedResource(NOT_FOUND, url)),
      socketFails(socketUrl(DOMAIN), handshake(404)).console,
    ],
    requests: apiUrls(`${DOMAIN}/api/v1`).map((url) => answered('GET', url, 404, { mimeType: 'text/html' })),
    sockets: [socketFails(socketUrl(DOMAIN), handshake(404)).socket],
    page: { api: { state: 'error' } },
    delivery: nothing,
    cause: 'dns-wrong-host',
    repairs: [{ title: 'point the domain at the server with the stack', document: [77, 78], ...toTheServer }],
  }),
  scenario('balancas/edge-forwards-to-reverb', {
    title: 'The HTTPS proxy forwards everything to Reverb, which has no page.',
    document: { name: 'balancas', lines: [90, 90] },
    faults: ['edge-forwards-to-reverb'],
    visit: `${DOMAIN}/`,
    console: [failedResource(NOT_FOUND, `${DOMAIN}/`), may(failedResource(NOT_FOUND, `${DOMAIN}/favicon.ico`))],
    requests: [answered('GET', `${DOMAIN}/`, 404), may(answered('GET', `${DOMAIN}/favicon.ico`, 404))],
    sockets: [],
    delivery: nothing,
    cause: 'proxy-wrong-upstream',
    repairs: [{ title: 'forward everything to nginx on port 80', document: [84, 88], ...toTheServer }],
  }),
  scenario('balancas/two-pages', {
    title: 'Two pages are open at the same time: each has its own connection, and both get every message.',
    document: { name: 'balancas', lines: [97, 99] },
    visit: `${DOMAIN}/`,
    clients: 2,
    console: [],
    requests: [...apiLoaded(DOMAIN), authorised(DOMAIN)],
    sockets: [live(DOMAIN)],
    page: { connection: { state: 'connected' }, api: { state: 'loaded' } },
    delivery: works,
    sameSymptomAs: ['balancas/healthy-domain'],
    cause: 'none',
  }),
];
