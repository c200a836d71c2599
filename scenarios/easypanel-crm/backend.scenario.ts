/** The backend: whether it runs, where it listens, and which namespaces it has. */
import { edit, json, many, may, type ScenarioInput, scenario, up, warning } from 'sintoma';
import {
  API,
  apiLoaded,
  apiWithoutCors,
  brokenSockets,
  CRM,
  GREETING,
  handshake,
  joined,
  lastError,
  nothing,
  PING,
  RETRY_MS,
  socketFails,
  socketUrl,
  works,
} from './expected.ts';

const CLOSED_EARLY = 'WebSocket is closed before the connection is established.';

const restored = { steps: [edit(), up()], delivery: works };

/** Traefik reaches no backend and says so at once. CORS hides the status of the REST calls from the page and the console. */
const badGateway: Pick<
  ScenarioInput,
  'visit' | 'console' | 'requests' | 'sockets' | 'page' | 'delivery' | 'documentSays'
> = {
  documentSays: 'A backend that is not reached is said to give a timeout; Traefik answers 502 at once.',
  visit: `${CRM}/`,
  console: [...apiWithoutCors(502).console, ...socketFails(handshake(502)).console],
  requests: apiWithoutCors(502).requests,
  sockets: socketFails(handshake(502)).sockets,
  page: { ...socketFails(handshake(502)).page, api: { state: 'error' } },
  delivery: nothing,
};

const silent: Pick<ScenarioInput, 'visit' | 'console' | 'requests' | 'sockets' | 'page' | 'cause'> = {
  visit: `${CRM}/`,
  console: [many(warning(`WebSocket connection to '${socketUrl()}' failed: ${CLOSED_EARLY}`), RETRY_MS)],
  // Without an answer as long as Traefik waits for the backend: 30 s.
  requests: ['conversations', 'scheduler', 'attendances'].flatMap((path) => [
    { method: 'GET', url: `${API}/${path}` },
    may({ method: 'OPTIONS', url: `${API}/${path}` }),
  ]),
  sockets: brokenSockets(CLOSED_EARLY),
  page: { ...lastError('Error: timeout'), api: { state: 'loading' } },
  cause: 'upstream-silent',
};

export default [
  scenario('easypanel-crm/backend-silent', {
    title: 'A firewall drops what the proxy sends to the backend (the 20 s of Socket.IO scaled to 2 s).',
    document: { name: 'easypanel-crm', lines: [103, 109] },
    faults: ['backend-silent', 'timeout-2s'],
    ...silent,
    settleMs: 1000,
    delivery: nothing,
    repairs: [{ title: 'let the proxy through to the backend', document: [109, 109], ...restored }],
  }),
  scenario('easypanel-crm/backend-down', {
    title: 'The backend does not run.',
    document: { name: 'easypanel-crm', lines: [108, 109] },
    faults: ['backend-down'],
    without: ['backend'],
    ...badGateway,
    published: false,
    publisher: 'no answer',
    cause: 'upstream-down',
    repairs: [{ title: 'start the backend', document: [109, 109], ...restored }],
  }),
  scenario('easypanel-crm/backend-port-mismatch', {
    title: 'The backend listens on 3001, and the domain leads to 3000.',
    document: { name: 'easypanel-crm', lines: [52, 52] },
    faults: ['backend-port-mismatch'],
    ...badGateway,
    cause: 'proxy-wrong-upstream',
    // Only the server itself shows whether nothing listens, or something on another port.
    causeFromOutside: 'upstream-down',
    repairs: [{ title: 'PORT=3000', document: [52, 52], ...restored }],
  }),
  scenario('easypanel-crm/backend-on-loopback', {
    title: 'The backend listens on 127.0.0.1 of its own container.',
    document: { name: 'easypanel-crm', lines: [52, 53] },
    faults: ['backend-on-loopback'],
    ...badGateway,
    published: false,
    publisher: 'no answer',
    sameSymptomAs: ['easypanel-crm/backend-down'],
    cause: 'backend-loopback-bind',
    causeFromOutside: 'upstream-down',
    repairs: [{ title: 'listen on every address', ...restored }],
  }),
  scenario('easypanel-crm/namespace-not-registered', {
    title: 'The backend does not register /scheduler; the other two namespaces work on the same connection.',
    document: { name: 'easypanel-crm', lines: [6, 21] },
    faults: ['namespace-not-registered'],
    visit: `${CRM}/`,
    console: [{ level: 'log', text: 'WebSocket conectado' }],
    requests: apiLoaded,
    sockets: [
      {
        url: socketUrl(),
        outcome: 'open',
        received: [
          GREETING,
          joined('messages'),
          json({ message: 'Invalid namespace' }, '44/scheduler,'),
          joined('attendances'),
          PING,
        ],
      },
    ],
    page: {
      'connection-messages': { state: 'connected' },
      'connection-scheduler': { state: 'failed' },
      'connection-attendances': { state: 'connected' },
      'last-error': { text: 'Error: Invalid namespace (/scheduler)' },
    },
    delivery: { messages: 'live', scheduler: 'after-reload', attendances: 'live', api: 'loaded' },
    // No control subscriber can subscribe to a namespace that does not exist.
    published: { scheduler: false },
    cause: 'namespace-invalid',
    repairs: [{ title: 'register the gateway', document: [119, 119], ...restored }],
  }),
];
