/** Where the page looks for its socket: the variables of the panel, which Next.js reads when it builds. */
import {
  answered,
  build,
  edit,
  error,
  failedResource,
  failedSocket,
  json,
  many,
  restart,
  type ScenarioInput,
  scenario,
  up,
  warning,
} from 'sintoma';
import {
  API,
  apiLoaded,
  brokenSockets,
  connections,
  CRM,
  GREETING,
  lastError,
  nothing,
  RETRY_MS,
  socketUrl,
  storedOnly,
  works,
} from './expected.ts';

const CLOSED_EARLY = 'WebSocket is closed before the connection is established.';
const NO_NAME = 'Error in connection establishment: net::ERR_NAME_NOT_RESOLVED';

const rebuilt = { steps: [edit(), build('frontend'), up()], delivery: works };

const MIXED_CONTENT = error(
  `Mixed Content: The page at '${CRM}/' was loaded over HTTPS, but attempted to connect to the insecure WebSocket ` +
    `endpoint '${socketUrl('http://api.seu-dominio.com')}'. This request has been blocked; ` +
    'this endpoint must be available over WSS.',
);

const overHttp: Pick<ScenarioInput, 'visit' | 'console' | 'requests' | 'sockets' | 'page' | 'cause'> = {
  visit: `${CRM}/`,
  console: [many(MIXED_CONTENT, RETRY_MS)],
  requests: apiLoaded,
  // The browser makes no connection, and tells the page nothing either: Socket.IO waits until its own time is up.
  sockets: [],
  page: { ...lastError('Error: timeout'), api: { state: 'loaded' } },
  cause: 'mixed-content',
};

export default [
  scenario('easypanel-crm/ws-url-http-on-https-page', {
    title: 'NEXT_PUBLIC_WS_URL begins with http, on an https page (the 20 s of Socket.IO scaled to 2 s).',
    document: { name: 'easypanel-crm', lines: [5, 14] },
    documentSays: 'Any wrong address is said to give a timeout; of the wrong addresses only this one does.',
    faults: ['ws-url-http-on-https-page', 'timeout-2s'],
    ...overHttp,
    delivery: storedOnly,
    repairs: [{ title: 'https in NEXT_PUBLIC_WS_URL, rebuild', document: [108, 108], ...rebuilt }],
  }),
  scenario('easypanel-crm/ws-url-http-unscaled', {
    title: 'The same with the documented 20 s.',
    document: { name: 'easypanel-crm', lines: [43, 43] },
    faults: ['ws-url-http-on-https-page'],
    ...overHttp,
    // Only when the 25 s of silence are over does the page say so.
    delivery: { 'after-25-seconds': 'after-reload', api: 'loaded' },
    tags: ['@slow'],
  }),
  scenario('easypanel-crm/ws-url-of-frontend', {
    title: 'NEXT_PUBLIC_WS_URL is the domain of the front end: Next.js leaves the upgrade without an answer.',
    document: { name: 'easypanel-crm', lines: [62, 62] },
    faults: ['ws-url-of-frontend', 'timeout-2s'],
    visit: `${CRM}/`,
    console: [many(warning(`WebSocket connection to '${socketUrl(CRM)}' failed: ${CLOSED_EARLY}`), RETRY_MS)],
    requests: apiLoaded,
    sockets: brokenSockets(CLOSED_EARLY, CRM),
    page: { ...lastError('Error: timeout'), api: { state: 'loaded' } },
    delivery: storedOnly,
    cause: 'bundle-wrong-host',
    repairs: [
      {
        title: 'polling first, as the fallback would have it: the front end answers 404',
        document: [110, 110],
        steps: [edit('ws-url-of-frontend', 'polling-first'), build('frontend'), up()],
        fails: true,
        delivery: storedOnly,
        console: [
          many(
            failedResource(
              'the server responded with a status of 404 ()',
              /^https:\/\/crm\.seu-dominio\.com\/socket\.io\?EIO=4&transport=polling&t=/,
            ),
            RETRY_MS,
          ),
        ],
      },
      { title: "the backend's domain in NEXT_PUBLIC_WS_URL, rebuild", document: [62, 62], ...rebuilt },
    ],
  }),
  scenario('easypanel-crm/both-urls-unset', {
    title: 'Neither NEXT_PUBLIC_WS_URL nor NEXT_PUBLIC_API_URL was there when the front end was built.',
    document: { name: 'easypanel-crm', lines: [14, 39] },
    documentSays: 'A variable that is missing is said to give a timeout; it gives a name that does not resolve.',
    faults: ['both-urls-unset'],
    visit: `${CRM}/`,
    console: [
      many(failedSocket(socketUrl('https://undefined'), NO_NAME), RETRY_MS),
      ...['conversations', 'scheduler', 'attendances'].map((path) =>
        failedResource('the server responded with a status of 404 ()', `${CRM}/undefined/${path}`),
      ),
    ],
    requests: ['conversations', 'scheduler', 'attendances'].map((path) =>
      answered('GET', `${CRM}/undefined/${path}`, 404, { mimeType: 'text/html' }),
    ),
    sockets: brokenSockets(NO_NAME, 'https://undefined'),
    page: { ...lastError('Error: websocket error'), api: { state: 'error', text: 'Dados: não carregados Error: 404' } },
    delivery: nothing,
    cause: 'bundle-variable-unset',
    repairs: [{ title: 'set both where the front end is built, rebuild', document: [58, 59], ...rebuilt }],
  }),
  scenario('easypanel-crm/env-edited-without-rebuild', {
    title: 'The panel has the right address; the front end was built with an older one.',
    document: { name: 'easypanel-crm', lines: [56, 62] },
    documentSays: 'Setting the variables is all that is said; that Next.js reads them at build time is not.',
    faults: ['env-edited-without-rebuild'],
    visit: `${CRM}/`,
    console: [many(failedSocket(socketUrl('https://api-antiga.seu-dominio.com'), NO_NAME), RETRY_MS)],
    requests: apiLoaded,
    sockets: brokenSockets(NO_NAME, 'https://api-antiga.seu-dominio.com'),
    page: { ...lastError('Error: websocket error'), api: { state: 'loaded' } },
    delivery: storedOnly,
    cause: 'bundle-stale',
    // Only who sees the panel knows that the address is an old one.
    causeFromOutside: 'dns-no-record',
    repairs: [
      {
        title: 'set the variable in the panel and restart the front end, without a build',
        document: [58, 59],
        steps: [edit(), up(), restart('frontend')],
        fails: true,
        delivery: storedOnly,
        console: [many(failedSocket(socketUrl('https://api-antiga.seu-dominio.com'), NO_NAME), RETRY_MS)],
      },
      { title: 'build the front end, and deploy it', steps: [build('frontend'), up()], delivery: works },
    ],
  }),
  scenario('easypanel-crm/api-prefix-in-ws-url', {
    title: 'NEXT_PUBLIC_WS_URL has a path, which Socket.IO takes for a part of the namespace.',
    document: { name: 'easypanel-crm', lines: [20, 22] },
    documentSays: 'The message is said to be of /scheduler alone; with a path in the address it is of every namespace.',
    faults: ['api-prefix-in-ws-url'],
    visit: `${CRM}/`,
    console: [],
    requests: apiLoaded,
    sockets: [
      {
        url: socketUrl(),
        outcome: 'closed',
        closedByPage: true,
        received: [
          GREETING,
          ...['messages', 'scheduler', 'attendances'].map((name) =>
            json({ message: 'Invalid namespace' }, `44/api/${name},`),
          ),
        ],
      },
    ],
    page: {
      ...connections('failed', 'sem conexão'),
      ...lastError('Error: Invalid namespace'),
      api: { state: 'loaded' },
    },
    delivery: storedOnly,
    cause: 'namespace-invalid',
    repairs: [{ title: `the bare origin ${API} in NEXT_PUBLIC_WS_URL, rebuild`, document: [118, 118], ...rebuilt }],
  }),
];
