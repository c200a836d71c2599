/** The HTTPS proxy before the backend. */
import { edit, failedResource, refused, scenario, up } from 'sintoma';
import { apiLoaded, PRODUCTION, SOCKET, TASKS, socketFails } from './expected.ts';

const UNTRUSTED = 'Error in connection establishment: net::ERR_CERT_AUTHORITY_INVALID';
const NOT_FOUND = 'Error during WebSocket handshake: Unexpected response code: 404';

export default [
  scenario('renum/certificate-untrusted', {
    title: 'The proxy signed its certificate itself: neither data nor socket.',
    document: { name: 'renum', lines: [70, 73] },
    faults: ['certificate-untrusted'],
    visit: `${PRODUCTION}/`,
    console: [failedResource('net::ERR_CERT_AUTHORITY_INVALID', TASKS), socketFails(SOCKET, UNTRUSTED).console],
    requests: [
      refused('OPTIONS', TASKS, 'net::ERR_CERT_AUTHORITY_INVALID'),
      refused('GET', TASKS, 'net::ERR_CERT_AUTHORITY_INVALID'),
    ],
    sockets: [socketFails(SOCKET, UNTRUSTED).socket],
    page: { connection: { state: 'disconnected' }, api: { state: 'error' } },
    delivery: { tasks: 'never', api: 'missing' },
    cause: 'tls-certificate-untrusted',
    repairs: [
      {
        title: 'install a certificate that browsers trust',
        document: [73, 73],
        steps: [edit(), up()],
        delivery: { tasks: 'live', api: 'loaded' },
      },
    ],
  }),

  scenario('renum/proxy-drops-upgrade', {
    title:
      'The proxy leaves out Upgrade and Connection: Uvicorn sees an ordinary request, for which there is no route.',
    document: { name: 'renum', lines: [70, 73] },
    faults: ['proxy-drops-upgrade'],
    visit: `${PRODUCTION}/`,
    console: [socketFails(SOCKET, NOT_FOUND).console],
    requests: apiLoaded(),
    sockets: [socketFails(SOCKET, NOT_FOUND).socket],
    page: { connection: { state: 'disconnected' }, api: { state: 'loaded' } },
    delivery: { tasks: 'after-reload', api: 'loaded' },
    cause: 'proxy-upgrade-missing',
    repairs: [
      {
        title: 'let the proxy pass Upgrade and Connection on',
        steps: [edit(), up()],
        delivery: { tasks: 'live', api: 'loaded' },
      },
    ],
  }),
];
