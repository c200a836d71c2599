/** Access: tokens, which are checked after the connection was accepted, and origins, which only polling checks. */
import {
  answered,
  build,
  type ConsoleExpectation,
  edit,
  error,
  failedResource,
  frame,
  many,
  may,
  type RepairStep,
  type ScenarioInput,
  scenario,
  up,
} from 'sintoma';
import {
  apiLoaded,
  CONNECTED,
  connections,
  CRM,
  GREETING,
  joined,
  lastError,
  live,
  POLLING_URL,
  RETRY_MS,
  socketUrl,
  storedOnly,
  UPGRADED,
  works,
} from './expected.ts';

/** Let in, sent away, and not tried again. The two lines that the document takes for a proof are printed all the same. */
const sentAway: Pick<ScenarioInput, 'visit' | 'console' | 'requests' | 'sockets' | 'page' | 'delivery'> = {
  visit: `${CRM}/`,
  console: CONNECTED,
  requests: apiLoaded,
  sockets: [
    {
      url: socketUrl(),
      outcome: 'closed',
      received: [
        GREETING,
        ...['messages', 'scheduler', 'attendances'].flatMap((name) => [joined(name), frame(`41/${name},`)]),
      ],
    },
  ],
  page: {
    ...connections('disconnected', 'desconectado'),
    ...lastError('io server disconnect'),
    api: { state: 'loaded' },
  },
  delivery: storedOnly,
};

/** Polling from another origin is asked about first, and refused: nothing but this is ever sent. */
const blocked = (
  reason: string,
  corsError: string,
): Pick<ScenarioInput, 'visit' | 'console' | 'requests' | 'sockets' | 'page' | 'delivery'> => {
  const lines: ConsoleExpectation[] = [
    many(
      error(
        new RegExp(
          "^Access to XMLHttpRequest at 'https://api\\.seu-dominio\\.com/socket\\.io/\\?EIO=4&transport=polling&t=[^']+' " +
            "from origin 'https://crm\\.seu-dominio\\.com' has been blocked by CORS policy: " +
            `Response to preflight request doesn't pass access control check: ${reason}$`,
        ),
      ),
      RETRY_MS,
    ),
    many(failedResource('net::ERR_FAILED', POLLING_URL), RETRY_MS),
  ];
  return {
    visit: `${CRM}/`,
    console: lines,
    requests: [
      ...apiLoaded,
      many({ method: 'GET', url: POLLING_URL, error: 'net::ERR_FAILED', corsError }, RETRY_MS),
      // Another attempt, of which nothing is known yet.
      may({ method: 'GET', url: POLLING_URL }),
    ],
    sockets: [],
    page: { ...lastError('Error: xhr poll error'), api: { state: 'loaded' } },
    delivery: storedOnly,
  };
};

const rebuilt = (...faults: string[]): { steps: RepairStep[]; delivery: typeof works } => ({
  steps: [edit(...faults), build('frontend'), up()],
  delivery: works,
});

export default [
  scenario('easypanel-crm/token-rejected', {
    title: 'The gateways verify tokens with another secret than the one that signs them.',
    document: { name: 'easypanel-crm', lines: [78, 93] },
    documentSays:
      'The two lines in the console are said to show that all is well; they are printed for a rejected token.',
    faults: ['token-rejected'],
    ...sentAway,
    cause: 'auth-rejected',
    repairs: [{ title: 'give both the same secret', steps: [edit(), up()], delivery: works }],
  }),
  scenario('easypanel-crm/token-missing', {
    title: 'The page sends no token with its socket.',
    document: { name: 'easypanel-crm', lines: [78, 78] },
    faults: ['token-missing'],
    ...sentAway,
    sameSymptomAs: ['easypanel-crm/token-rejected'],
    cause: 'auth-missing',
    repairs: [{ title: 'send it in auth, rebuild', ...rebuilt() }],
  }),
  scenario('easypanel-crm/token-in-header-only', {
    title: 'The token is in extraHeaders, which a browser cannot send with a WebSocket.',
    document: { name: 'easypanel-crm', lines: [41, 41] },
    documentSays: 'A header is given as the way to authenticate; with WebSocket first it never leaves the browser.',
    faults: ['token-in-header-only'],
    ...sentAway,
    sameSymptomAs: ['easypanel-crm/token-rejected', 'easypanel-crm/token-missing'],
    cause: 'auth-missing',
    repairs: [
      { title: 'send it in auth, rebuild', ...rebuilt() },
      {
        title: 'polling first, which does carry the header, rebuild',
        ...rebuilt('token-in-header-only', 'polling-first'),
      },
    ],
  }),
  scenario('easypanel-crm/cors-origin-missing', {
    title: 'The gateways allow another origin, and the page begins by polling.',
    document: { name: 'easypanel-crm', lines: [77, 77] },
    faults: ['cors-origin-missing', 'polling-first'],
    ...blocked(
      "The 'Access-Control-Allow-Origin' header has a value 'https://crm-antigo\\.seu-dominio\\.com' " +
        'that is not equal to the supplied origin\\.',
      'PreflightAllowOriginMismatch',
    ),
    cause: 'cors-origin-missing',
    repairs: [
      {
        title: 'allow every origin',
        document: [77, 77],
        steps: [edit('polling-first'), up()],
        delivery: works,
        sockets: [UPGRADED],
      },
      {
        title: 'WebSocket alone, which no origin policy applies to, rebuild',
        ...rebuilt('cors-origin-missing', 'websocket-only'),
      },
    ],
  }),
  scenario('easypanel-crm/cors-origin-missing-websocket-only', {
    title: 'The gateways allow another origin, and the page uses WebSocket only: all works.',
    document: { name: 'easypanel-crm', lines: [77, 77] },
    faults: ['cors-origin-missing', 'websocket-only'],
    visit: `${CRM}/`,
    console: CONNECTED,
    requests: apiLoaded,
    sockets: [live()],
    page: { 'last-error': { text: '' } },
    delivery: works,
    cause: 'none',
  }),
  scenario('easypanel-crm/wildcard-with-credentials', {
    title: 'The gateways allow *, and the page asks with credentials.',
    document: { name: 'easypanel-crm', lines: [77, 77] },
    documentSays: 'The wildcard is called correct; it is not for a page that polls with credentials.',
    faults: ['wildcard-with-credentials', 'polling-first'],
    ...blocked(
      "The value of the 'Access-Control-Allow-Origin' header in the response must not be the wildcard '\\*' " +
        "when the request's credentials mode is 'include'\\. The credentials mode of requests initiated by the " +
        'XMLHttpRequest is controlled by the withCredentials attribute\\.',
      'PreflightWildcardOriginNotAllowed',
    ),
    cause: 'cors-wildcard-credentials',
    repairs: [
      {
        title: "name the page's origin and allow credentials",
        steps: [edit('wildcard-with-credentials', 'polling-first', 'credentials-with-origin'), up()],
        delivery: works,
        sockets: [UPGRADED],
      },
    ],
  }),
  scenario('easypanel-crm/polling-then-websocket', {
    title: 'Polling first: a session that changes to WebSocket as soon as it stands.',
    document: { name: 'easypanel-crm', lines: [40, 40] },
    faults: ['polling-first'],
    visit: `${CRM}/`,
    console: CONNECTED,
    requests: [
      ...apiLoaded,
      // How many depends on what falls together until the change to WebSocket.
      many(answered('GET', POLLING_URL, 200)),
      many(answered('POST', POLLING_URL, 200)),
    ],
    sockets: [UPGRADED],
    page: connections('connected', 'conectado por WebSocket'),
    delivery: works,
    cause: 'none',
  }),
];
