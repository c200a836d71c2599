/** Origins: CORS, which sockets are not subject to, and an endpoint that checks the origin itself. */
import { answered, edit, error, failedResource, refused, type Repair, scenario, up } from 'sintoma';
import { apiLoaded, live, LOCAL, PREVIEW, PRODUCTION, PROJECT, SOCKET, TASKS, WWW, socketFails } from './expected.ts';

interface Blocked {
  title: string;
  origin: string;
  lines: [number, number];
  documentSays?: string;
  faults: string[];
  repair: Pick<Repair, 'title' | 'steps' | 'document'>;
}

/** The origin is not on the list: fetch is blocked, and the socket of the same page is live. */
const blocked = (
  name: string,
  { title, origin, lines, documentSays, faults, repair }: Blocked,
): ReturnType<typeof scenario> =>
  scenario(`renum/${name}`, {
    title,
    document: { name: 'renum', lines },
    ...(documentSays === undefined ? {} : { documentSays }),
    faults,
    visit: `${origin}/`,
    console: [
      error(
        `Access to fetch at '${TASKS}' from origin '${origin}' has been blocked by CORS policy: Response to preflight request doesn't pass access control check: No 'Access-Control-Allow-Origin' header is present on the requested resource.`,
      ),
      failedResource('net::ERR_FAILED', TASKS),
    ],
    requests: [
      answered('OPTIONS', TASKS, 400),
      refused('GET', TASKS, 'net::ERR_FAILED', { corsError: 'PreflightMissingAllowOriginHeader' }),
    ],
    sockets: [live()],
    page: { connection: { state: 'connected' }, api: { state: 'error' } },
    delivery: { tasks: 'live', api: 'missing' },
    cause: 'cors-origin-missing',
    repairs: [{ ...repair, delivery: { tasks: 'live', api: 'loaded' } }],
  });

const FORBIDDEN = 'Error during WebSocket handshake: Unexpected response code: 403';

const STATED_CAUSE = 'The missing origins blocked the WebSocket connections.';
const extendTheList: Blocked['repair'] = {
  title: "add Renum's domains to the backend's list",
  document: [27, 32],
  steps: [edit(), up()],
};

export default [
  blocked('cors-origin-missing', {
    title: "Without Renum's domains in the backend's list the page loses its data, and keeps its socket.",
    origin: PRODUCTION,
    lines: [25, 32],
    documentSays: STATED_CAUSE,
    faults: ['cors-origin-missing'],
    repair: extendTheList,
  }),
  blocked('origin-with-slash', {
    title: 'The origins in the list end with a slash, which no browser sends: none of them fits.',
    origin: WWW,
    lines: [31, 31],
    faults: ['origin-with-slash'],
    repair: { title: 'write the origins without the slash', document: [31, 31], steps: [edit(), up()] },
  }),
  blocked('cors-origin-missing-preview', {
    title: 'The same on a preview, for want of the expression that covers previews.',
    origin: PREVIEW,
    lines: [25, 32],
    documentSays: STATED_CAUSE,
    faults: ['cors-origin-missing'],
    repair: extendTheList,
  }),
  blocked('preview-outside-regex', {
    title: "The documented expression wants a hyphen: the project's own address at the host is not covered.",
    origin: PROJECT,
    lines: [32, 32],
    documentSays: 'The expression covers what the host serves (line 72).',
    faults: [],
    repair: {
      title: 'let the expression cover the address without a hyphen',
      steps: [edit('regex-with-project-address'), up()],
    },
  }),
  blocked('local-origin-in-production', {
    title: "A developer's page against production: localhost:3001 is listed in LOCAL and STAGING only.",
    origin: LOCAL,
    lines: [34, 41],
    faults: ['local-page-against-production'],
    repair: {
      title: 'use a backend that runs as STAGING',
      document: [38, 41],
      steps: [edit('local-page-against-production', 'backend-staging'), up()],
    },
  }),

  scenario('renum/origin-checked-by-endpoint', {
    title: 'The endpoint itself looks at the origin: the system in which the documented cause would have been right.',
    document: { name: 'renum', lines: [25, 25] },
    documentSays: 'CORS is what blocks the socket (line 92): but here the CORS list has the domain.',
    faults: ['origin-checked-by-endpoint'],
    visit: `${PRODUCTION}/`,
    console: [socketFails(SOCKET, FORBIDDEN).console],
    requests: apiLoaded(),
    sockets: [socketFails(SOCKET, FORBIDDEN).socket],
    page: { connection: { state: 'disconnected' }, api: { state: 'loaded' } },
    delivery: { tasks: 'after-reload', api: 'loaded' },
    cause: 'ws-origin-rejected',
    repairs: [
      {
        title: "add Renum's domains to the endpoint's own list",
        document: [27, 32],
        steps: [edit('endpoint-lists-renum'), up()],
        delivery: { tasks: 'live', api: 'loaded' },
      },
    ],
  }),
];
