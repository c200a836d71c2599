/** The HTTPS proxy before the backend. */
import { edit, error, failedResource, failedSocket, many, refused, type ScenarioInput, scenario, up } from 'sintoma';
import {
  apiLoaded,
  blocked,
  handshake,
  live,
  looksLikeCors,
  PRODUCTION,
  RETRY_MS,
  SOCKET,
  TASKS,
  socketFails,
  unreachable,
} from './expected.ts';

const UNTRUSTED = 'Error in connection establishment: net::ERR_CERT_AUTHORITY_INVALID';

/** What the browser says of a 401 that asks for a password, instead of naming the status. */
const NO_CREDENTIALS = 'HTTP Authentication failed; no valid credentials available';

const restored = { steps: [edit(), up()], delivery: { tasks: 'live', api: 'loaded' } } as const;

/** The data comes; every handshake is answered with a status. */
const socketAnswered = (
  status: number,
): Pick<ScenarioInput, 'visit' | 'console' | 'requests' | 'sockets' | 'page' | 'delivery'> => ({
  visit: `${PRODUCTION}/`,
  console: [socketFails(SOCKET, handshake(status)).console],
  requests: apiLoaded(),
  sockets: [socketFails(SOCKET, handshake(status)).socket],
  page: { connection: { state: 'disconnected' }, api: { state: 'loaded' } },
  delivery: { tasks: 'after-reload', api: 'loaded' },
});

/** A compressed frame on a socket for which no compression was agreed upon. */
const INVALID_FRAME = 'One or more reserved bits are on: reserved1 = 1, reserved2 = 0, reserved3 = 0';

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
    console: [socketFails(SOCKET, handshake(404)).console],
    requests: apiLoaded(),
    sockets: [socketFails(SOCKET, handshake(404)).socket],
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

  scenario('renum/certificate-expired', {
    title: 'The certificate of the proxy has expired: neither data nor socket.',
    document: { name: 'renum', lines: [70, 73] },
    faults: ['certificate-expired'],
    visit: `${PRODUCTION}/`,
    ...unreachable('net::ERR_CERT_DATE_INVALID'),
    cause: 'tls-certificate-expired',
    needsTrustStore: true,
    repairs: [{ title: 'renew the certificate', document: [73, 73], ...restored }],
  }),

  scenario('renum/proxy-without-tls', {
    title: 'The proxy speaks plain HTTP on the port of https.',
    document: { name: 'renum', lines: [70, 73] },
    faults: ['proxy-without-tls'],
    visit: `${PRODUCTION}/`,
    ...unreachable('net::ERR_SSL_PROTOCOL_ERROR'),
    cause: 'tls-plain-mismatch',
    repairs: [{ title: 'let the proxy speak TLS', document: [73, 73], ...restored }],
  }),

  scenario('renum/proxy-redirects', {
    title: 'The proxy redirects every request: a browser follows no redirect of a preflight, and none of a handshake.',
    document: { name: 'renum', lines: [70, 73] },
    faults: ['proxy-redirects'],
    visit: `${PRODUCTION}/`,
    console: [
      error(
        `Access to fetch at '${TASKS}' from origin '${PRODUCTION}' has been blocked by CORS policy: Response to preflight request doesn't pass access control check: Redirect is not allowed for a preflight request.`,
      ),
      failedResource('net::ERR_FAILED', TASKS),
      socketFails(SOCKET, handshake(308)).console,
    ],
    requests: [
      refused('OPTIONS', TASKS, 'net::ERR_INVALID_REDIRECT'),
      refused('GET', TASKS, 'net::ERR_FAILED', { corsError: 'PreflightDisallowedRedirect' }),
    ],
    sockets: [socketFails(SOCKET, handshake(308)).socket],
    page: { connection: { state: 'disconnected' }, api: { state: 'error' } },
    delivery: { tasks: 'never', api: 'missing' },
    cause: 'proxy-redirects-websocket',
    repairs: [{ title: 'redirect pages only', ...restored }],
  }),

  scenario('renum/proxy-asks-for-a-password', {
    title: 'The proxy asks for a password of its own, before the backend is asked for anything.',
    document: { name: 'renum', lines: [97, 99] },
    faults: ['proxy-asks-for-a-password'],
    visit: `${PRODUCTION}/`,
    console: [...looksLikeCors, socketFails(SOCKET, NO_CREDENTIALS).console],
    requests: blocked(401),
    sockets: [socketFails(SOCKET, NO_CREDENTIALS).socket],
    page: { connection: { state: 'disconnected' }, api: { state: 'error' } },
    delivery: { tasks: 'never', api: 'missing' },
    cause: 'proxy-auth-gate',
    repairs: [{ title: 'ask for no password on the way to the API', ...restored }],
  }),

  scenario('renum/proxy-wrong-port', {
    title: 'The proxy asks for a port on which nothing listens.',
    document: { name: 'renum', lines: [97, 97] },
    faults: ['proxy-wrong-port'],
    visit: `${PRODUCTION}/`,
    console: [...looksLikeCors, socketFails(SOCKET, handshake(502)).console],
    requests: blocked(502),
    sockets: [socketFails(SOCKET, handshake(502)).socket],
    page: { connection: { state: 'disconnected' }, api: { state: 'error' } },
    delivery: { tasks: 'never', api: 'missing' },
    cause: 'proxy-wrong-upstream',
    // Only the server itself shows whether nothing listens, or something on another port.
    causeFromOutside: 'upstream-down',
    repairs: [{ title: 'ask for port 8000', document: [97, 97], ...restored }],
  }),

  scenario('renum/page-policy-without-api', {
    title: 'The pages come with a policy that forbids connections to other hosts: the browser asks nobody.',
    document: { name: 'renum', lines: [70, 73] },
    faults: ['page-policy-without-api'],
    visit: `${PRODUCTION}/`,
    console: [
      ...[TASKS, SOCKET].map((url) =>
        error(
          `Connecting to '${url}' violates the following Content Security Policy directive: "connect-src 'self'". The action has been blocked.`,
        ),
      ),
      error(
        `Fetch API cannot load ${TASKS}. Refused to connect because it violates the document's Content Security Policy.`,
      ),
    ],
    requests: [],
    sockets: [],
    page: { connection: { state: 'connecting' }, api: { state: 'error' } },
    delivery: { tasks: 'never', api: 'missing' },
    cause: 'csp-blocks-connect',
    repairs: [{ title: 'name the API and its sockets in the policy, or have none', ...restored }],
  }),

  scenario('renum/certificate-for-another-name', {
    title: 'The certificate of the proxy is for another name: neither data nor socket.',
    document: { name: 'renum', lines: [70, 73] },
    faults: ['certificate-for-another-name'],
    visit: `${PRODUCTION}/`,
    ...unreachable('net::ERR_CERT_COMMON_NAME_INVALID'),
    cause: 'tls-certificate-name',
    needsTrustStore: true,
    repairs: [{ title: "install a certificate of the backend's domain", document: [73, 73], ...restored }],
  }),

  scenario('renum/proxy-skips-ws', {
    title: 'The proxy has a route for the API, and none for the socket: it answers 404 itself.',
    document: { name: 'renum', lines: [93, 98] },
    faults: ['proxy-skips-ws'],
    ...socketAnswered(404),
    sameSymptomAs: ['renum/proxy-drops-upgrade'],
    cause: 'proxy-route-missing',
    repairs: [{ title: 'route /ws to the backend as well', document: [93, 93], ...restored }],
  }),

  scenario('renum/proxy-answers-preflights', {
    title: 'The proxy answers preflights itself and allows no Authorization: the data is lost, the socket is live.',
    document: { name: 'renum', lines: [25, 32] },
    documentSays: 'The list of origins is said to decide; here the origin is allowed, and the header is not.',
    faults: ['proxy-answers-preflights'],
    visit: `${PRODUCTION}/`,
    console: [
      error(
        `Access to fetch at '${TASKS}' from origin '${PRODUCTION}' has been blocked by CORS policy: Request header field authorization is not allowed by Access-Control-Allow-Headers in preflight response.`,
      ),
      failedResource('net::ERR_FAILED', TASKS),
    ],
    // The browser tells nothing of a preflight that was answered with 204.
    requests: [refused('GET', TASKS, 'net::ERR_FAILED', { corsError: 'HeaderDisallowedByPreflightResponse' })],
    sockets: [live()],
    page: { connection: { state: 'connected' }, api: { state: 'error' } },
    delivery: { tasks: 'live', api: 'missing' },
    cause: 'cors-header-missing',
    repairs: [{ title: 'leave preflights to the backend', ...restored }],
  }),

  scenario('renum/proxy-hides-extensions', {
    title: 'The proxy hides the agreement on compression: the first compressed frame ends the socket.',
    document: { name: 'renum', lines: [70, 73] },
    faults: ['proxy-hides-extensions'],
    visit: `${PRODUCTION}/`,
    console: [many(failedSocket(SOCKET, INVALID_FRAME), RETRY_MS)],
    requests: apiLoaded(),
    sockets: [many({ url: SOCKET, outcome: 'closed', closeCode: 1006 }, RETRY_MS)],
    page: { connection: { state: 'disconnected' }, api: { state: 'loaded' } },
    delivery: { tasks: 'after-reload', api: 'loaded' },
    cause: 'proxy-strips-extensions',
    repairs: [{ title: 'let the header through', ...restored }],
  }),
];
