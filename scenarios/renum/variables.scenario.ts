/** The variable that names the socket: unknown to the code, absent, or set after the build. */
import { build, edit, type ScenarioInput, scenario, up } from 'sintoma';
import { apiLoaded, LOCAL_SOCKET, PREVIEW, PRODUCTION, REDEPLOYED_PREVIEW, socketFails } from './expected.ts';

const REFUSED = 'Error in connection establishment: net::ERR_CONNECTION_REFUSED';

/** The page asks the visitor's own machine, where nothing listens. It may: browsers exempt localhost from mixed content. */
const asksLocalhost: Pick<ScenarioInput, 'console' | 'requests' | 'sockets' | 'page' | 'delivery' | 'cause'> = {
  console: [socketFails(LOCAL_SOCKET, REFUSED).console],
  requests: apiLoaded(),
  sockets: [socketFails(LOCAL_SOCKET, REFUSED).socket],
  page: { connection: { state: 'disconnected' }, api: { state: 'loaded' } },
  delivery: { tasks: 'after-reload', api: 'loaded' },
  cause: 'bundle-localhost',
};

const NEVER_BUILT = 'wss://renum.com.br/undefined';
const OLD = 'wss://api-antiga.renum.com.br/ws';

export default [
  scenario('renum/variable-renamed', {
    title: "The host has the variable under its old name; the code falls back to the developer's own machine.",
    document: { name: 'renum', lines: [19, 21] },
    documentSays: 'The fallback to localhost was removed (line 83); with it removed the URL would be "undefined".',
    faults: ['variable-renamed'],
    visit: `${PRODUCTION}/`,
    ...asksLocalhost,
    sameSymptomAs: ['renum/variable-not-for-previews'],
    repairs: [
      {
        title: 'add the variable at the host, and do no more',
        document: [108, 112],
        steps: [edit(), up()],
        fails: true,
        delivery: { tasks: 'after-reload', api: 'loaded' },
        console: asksLocalhost.console,
      },
      {
        title: 'deploy the pages again',
        document: [115, 115],
        steps: [build('production'), up()],
        delivery: { tasks: 'live', api: 'loaded' },
      },
    ],
  }),

  scenario('renum/variable-unset', {
    title: 'No variable and no fallback: the page asks its own host for a path named undefined.',
    document: { name: 'renum', lines: [83, 86] },
    faults: ['variable-unset'],
    visit: `${PRODUCTION}/`,
    console: [socketFails(NEVER_BUILT, 'Error during WebSocket handshake: Unexpected response code: 404').console],
    requests: apiLoaded(),
    sockets: [socketFails(NEVER_BUILT, 'Error during WebSocket handshake: Unexpected response code: 404').socket],
    page: { connection: { state: 'disconnected' }, api: { state: 'loaded' } },
    delivery: { tasks: 'after-reload', api: 'loaded' },
    cause: 'bundle-variable-unset',
    repairs: [
      {
        title: 'add the variable at the host and deploy the pages again',
        document: [108, 115],
        steps: [edit(), build('production'), up()],
        delivery: { tasks: 'live', api: 'loaded' },
      },
    ],
  }),

  scenario('renum/variable-not-for-previews', {
    title: "The variable is set for Production only; a preview falls back to the developer's own machine.",
    document: { name: 'renum', lines: [85, 88] },
    faults: ['variable-not-for-previews'],
    visit: `${PREVIEW}/`,
    ...asksLocalhost,
    repairs: [
      {
        title: 'set it for Preview, deploy again, and open the address that everybody knows',
        document: [87, 87],
        steps: [edit('preview-redeployed'), build('preview-redeployed'), up()],
        fails: true,
        delivery: { tasks: 'after-reload', api: 'loaded' },
        console: asksLocalhost.console,
      },
      {
        title: 'open the address of the new deployment',
        steps: [],
        visit: `${REDEPLOYED_PREVIEW}/`,
        delivery: { tasks: 'live', api: 'loaded' },
      },
    ],
  }),

  scenario('renum/env-set-without-redeploy', {
    title: 'The variable was corrected at the host, but the deployment is the one from before.',
    document: { name: 'renum', lines: [108, 112] },
    documentSays: 'Adding the variable at the host is all that there is to do.',
    faults: ['old-url'],
    after: [edit(), up()],
    visit: `${PRODUCTION}/`,
    console: [socketFails(OLD, 'Error in connection establishment: net::ERR_NAME_NOT_RESOLVED').console],
    requests: apiLoaded(),
    sockets: [socketFails(OLD, 'Error in connection establishment: net::ERR_NAME_NOT_RESOLVED').socket],
    page: { connection: { state: 'disconnected' }, api: { state: 'loaded' } },
    delivery: { tasks: 'after-reload', api: 'loaded' },
    cause: 'bundle-stale',
    repairs: [
      {
        title: 'deploy the pages again',
        document: [115, 115],
        steps: [build('production'), up()],
        delivery: { tasks: 'live', api: 'loaded' },
      },
    ],
  }),
];
