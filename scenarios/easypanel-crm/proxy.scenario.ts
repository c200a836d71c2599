/** Traefik: which domains and paths it routes, what it does to the upgrade, and which replica it asks. */
import {
  answered,
  build,
  edit,
  error,
  failedResource,
  failedSocket,
  many,
  may,
  type ScenarioInput,
  scenario,
  some,
  up,
} from 'sintoma';
import {
  apiUntrusted,
  apiLoaded,
  apiWithoutCors,
  byPolling,
  byWebSocket,
  CONNECTED,
  CRM,
  handshake,
  live,
  nothing,
  POLLING_URL,
  socketFails,
  socketUrl,
  storedOnly,
  works,
} from './expected.ts';

const restored = { steps: [edit(), up()], delivery: works };

/** A WebSocket that a proxy makes an ordinary request of: the backend answers 400, at once. */
const withoutUpgrade: Pick<
  ScenarioInput,
  'faults' | 'visit' | 'console' | 'requests' | 'sockets' | 'page' | 'delivery'
> = {
  faults: ['proxy-without-upgrade'],
  visit: `${CRM}/`,
  requests: apiLoaded,
  ...socketFails(handshake(400)),
  delivery: storedOnly,
};

/** The attempt to leave polling for a WebSocket, which the proxy spoils: one line, and all works. */
const UPGRADE_REFUSED = error(
  /^WebSocket connection to 'wss:\/\/api\.seu-dominio\.com\/socket\.io\/\?EIO=4&transport=websocket&sid=[^']+' failed: Error during WebSocket handshake: Unexpected response code: 400$/,
);

/** Traefik does not know the domain of the backend on port 443: it shows a certificate of its own. */
const unknownDomain: Pick<
  ScenarioInput,
  'document' | 'documentSays' | 'visit' | 'requests' | 'sockets' | 'console' | 'page' | 'delivery' | 'cause'
> = {
  document: { name: 'easypanel-crm', lines: [136, 138] },
  documentSays: 'This is said to give a timeout; Traefik shows a certificate of its own, which the browser refuses.',
  ...apiUntrusted,
  cause: 'proxy-host-unknown',
};

/** What the browser says of a 401 that asks for a password, instead of naming the status. */
const withoutCredentials = socketFails('HTTP Authentication failed; no valid credentials available');

const pollingReplicas = ['two-replicas', 'redis-adapter', 'polling-only', 'token-in-auth-only'];

// The longest first: played at the end, it would leave the other worker without work.
export default [
  scenario('easypanel-crm/two-replicas-without-stickiness', {
    title: 'Two replicas and long polling: half of the requests of a session reach the replica that does not know it.',
    document: { name: 'easypanel-crm', lines: [110, 110] },
    documentSays: 'Polling is recommended without a word on several replicas.',
    // The replicas take turns. A session sends two requests at once, its first message and its first poll: without the
    // header that has a preflight asked for each, one of the two reaches the wrong replica.
    faults: pollingReplicas,
    visit: `${CRM}/`,
    // One session after the other is opened and lost: it never goes quiet.
    settleMs: 1000,
    console: [many(failedResource('the server responded with a status of 400 ()', POLLING_URL))],
    requests: [
      ...apiLoaded,
      many(answered('GET', POLLING_URL, 200)),
      // Which of the two it is depends on which one Traefik reads first.
      may(many(answered('POST', POLLING_URL, 200))),
      may(many(answered('GET', POLLING_URL, 400, { mimeType: 'application/json' }))),
      may(many(answered('POST', POLLING_URL, 400, { mimeType: 'application/json' }))),
      // What was on its way when the session ended.
      may(many({ method: 'GET', url: POLLING_URL })),
      may(many({ method: 'POST', url: POLLING_URL })),
    ],
    sockets: [],
    page: { api: { state: 'loaded' } },
    delivery: { messages: 'after-reload', api: 'loaded' },
    cause: 'proxy-no-stickiness',
    repairs: [
      {
        title: 'a sticky cookie, which the page of another origin does not send',
        steps: [edit(...pollingReplicas, 'sticky-cookie'), up()],
        fails: true,
        delivery: { messages: 'after-reload', api: 'loaded' },
        console: [many(failedResource('the server responded with a status of 400 ()', POLLING_URL))],
      },
      {
        title: 'the cookie, and credentials on both sides',
        steps: [edit(...pollingReplicas, 'sticky-cookie-with-credentials'), build('frontend'), up()],
        delivery: { messages: 'polling', api: 'loaded' },
      },
      {
        title: 'WebSocket alone, which is one request and needs no stickiness',
        steps: [edit('two-replicas', 'redis-adapter', 'websocket-only'), build('frontend'), up()],
        delivery: { messages: 'live', api: 'loaded' },
      },
    ],
  }),
  scenario('easypanel-crm/two-replicas-without-adapter', {
    title: 'Two replicas that do not tell each other: a page gets what its own replica was told.',
    document: { name: 'easypanel-crm', lines: [26, 29] },
    documentSays: 'Several replicas are not thought of, where the console is clean and every other message is missing.',
    faults: ['two-replicas'],
    visit: `${CRM}/`,
    // The webhook reaches each replica in turn.
    messages: 2,
    console: CONNECTED,
    requests: apiLoaded,
    sockets: [live()],
    page: { ...byWebSocket, 'last-error': { text: '' } },
    delivery: {
      messages: some(1, 2),
      scheduler: some(1, 2),
      attendances: some(1, 2),
      api: 'loaded',
    },
    cause: 'broker-missing',
    repairs: [
      {
        title: 'the Redis adapter of Socket.IO between the replicas',
        steps: [edit('two-replicas', 'redis-adapter'), up()],
        delivery: works,
      },
    ],
  }),
  scenario('easypanel-crm/proxy-without-upgrade', {
    title: 'The proxy does not pass the headers of the upgrade on.',
    document: { name: 'easypanel-crm', lines: [15, 15] },
    documentSays:
      'This is said to give a timeout; the backend answers 400 at once, and the page says "websocket error".',
    ...withoutUpgrade,
    cause: 'proxy-upgrade-missing',
    repairs: [{ title: 'pass Upgrade and Connection on', document: [142, 143], ...restored }],
  }),
  scenario('easypanel-crm/websocket-first-no-fallback', {
    title: 'Behind that proxy, polling as the second transport is never tried.',
    document: { name: 'easypanel-crm', lines: [40, 40] },
    documentSays: 'Polling after WebSocket in the list is said to be a fallback; Socket.IO tries only the first one.',
    ...withoutUpgrade,
    sameSymptomAs: ['easypanel-crm/proxy-without-upgrade'],
    cause: 'transport-no-fallback',
    // What is seen is the proxy's fault; that the page might have polled is known to who reads its code.
    causeFromOutside: 'proxy-upgrade-missing',
    repairs: [
      {
        title: 'rely on the fallback that is there already',
        document: [110, 110],
        steps: [],
        fails: true,
        delivery: storedOnly,
        console: withoutUpgrade.console,
      },
      {
        title: 'polling first in the list, rebuild',
        steps: [edit('proxy-without-upgrade', 'polling-first'), build('frontend'), up()],
        delivery: byPolling,
        console: [UPGRADE_REFUSED],
      },
      {
        title: 'tryAllTransports, rebuild',
        steps: [edit('proxy-without-upgrade', 'try-all-transports'), build('frontend'), up()],
        delivery: byPolling,
        console: [failedSocket(socketUrl(), handshake(400))],
      },
    ],
  }),
  scenario('easypanel-crm/proxy-routes-socketio-path-only', {
    title: 'The proxy routes only /socket.io to the backend: every namespace works, and the REST calls do not.',
    document: { name: 'easypanel-crm', lines: [23, 23] },
    documentSays: 'The proxy is said to route namespaces; it never sees one, they travel inside of /socket.io/.',
    faults: ['proxy-routes-socketio-path-only'],
    visit: `${CRM}/`,
    ...apiWithoutCors(404),
    sockets: [live()],
    page: {
      ...byWebSocket,
      'last-error': { text: '' },
      api: { state: 'error', text: 'Dados: não carregados TypeError: Failed to fetch' },
    },
    delivery: { messages: 'live', scheduler: 'live', attendances: 'live', api: 'missing' },
    cause: 'proxy-route-missing',
    repairs: [{ title: 'route the whole domain to the backend', document: [65, 65], ...restored }],
  }),
  scenario('easypanel-crm/api-domain-without-route', {
    title: 'The domain of the backend was not configured: Traefik has neither router nor certificate for it.',
    faults: ['api-domain-without-route'],
    ...unknownDomain,
    repairs: [{ title: 'configure the domain of the backend', document: [65, 65], ...restored }],
  }),
  scenario('easypanel-crm/api-asks-for-a-password', {
    title: 'The domain of the backend has the basic authentication of the panel: Traefik answers for the backend.',
    document: { name: 'easypanel-crm', lines: [136, 138] },
    faults: ['api-asks-for-a-password'],
    visit: `${CRM}/`,
    console: [...apiWithoutCors(401).console, ...withoutCredentials.console],
    requests: apiWithoutCors(401).requests,
    sockets: withoutCredentials.sockets,
    page: { ...withoutCredentials.page, api: { state: 'error' } },
    delivery: nothing,
    cause: 'proxy-auth-gate',
    repairs: [{ title: 'ask for no password before the backend', document: [136, 138], ...restored }],
  }),
  scenario('easypanel-crm/api-without-tls', {
    title: 'SSL was not activated for the domain of the backend: on port 443 Traefik does not know it.',
    faults: ['api-without-tls'],
    ...unknownDomain,
    sameSymptomAs: ['easypanel-crm/api-domain-without-route'],
    repairs: [{ title: 'activate SSL for the domain', document: [138, 138], ...restored }],
  }),
];
