/** What a browser remembers of a domain that once had HTTPS. */
import { brokenSocket, edit, failedResource, failedSocket, may, scenario, times, up } from 'sintoma';
import { apiFailed, apiUrls, DOMAIN, nothing, socketFails, socketUrl, works } from './expected.ts';

const REFUSED = 'net::ERR_CONNECTION_REFUSED';
const REASON = `Error in connection establishment: ${REFUSED}`;
const again = socketFails(socketUrl(DOMAIN), REASON);

export default [
  scenario('balancas/https-given-up', {
    title: 'The HTTPS proxy was given up: who opens the domain by http is led to https by the browser itself.',
    document: { name: 'balancas', lines: [9, 11] },
    documentSays: 'Without SSL the system is said to work by http; not for who visited it while it had SSL.',
    visitedBefore: `${DOMAIN}/`,
    faults: ['https-given-up'],
    visit: 'http://app.balancassolution.com/',
    console: [
      ...apiUrls(`${DOMAIN}/api/v1`).map((url) => failedResource(REFUSED, url)),
      times(2, failedSocket(socketUrl(DOMAIN), REASON)),
      may(again.console),
    ],
    requests: apiFailed(`${DOMAIN}/api/v1`, REFUSED),
    sockets: [times(2, brokenSocket(socketUrl(DOMAIN), REASON)), may(again.socket)],
    page: { api: { state: 'error' } },
    delivery: nothing,
    sameSymptomAs: ['balancas/port-443-closed-behind-cached-page'],
    cause: 'hsts-upgrade',
    needsTrustStore: true,
    repairs: [{ title: 'serve HTTPS again', document: [82, 82], steps: [edit(), up()], delivery: works }],
  }),
];
