/** The socket's address as the bundle has it: its scheme and its path. */
import { build, edit, error, type Repair, scenario, up } from 'sintoma';
import { apiLoaded, PRODUCTION, socketFails } from './expected.ts';

const redeployed: Repair = {
  title: 'set the documented address at the host and deploy the pages again',
  document: [108, 115],
  steps: [edit(), build('production'), up()],
  delivery: { tasks: 'live', api: 'loaded' },
};

const FORBIDDEN = 'Error during WebSocket handshake: Unexpected response code: 403';

const wrongPath = (name: string, path: string): ReturnType<typeof scenario> => {
  const url = `wss://api.renum.com.br${path}`;
  return scenario(`renum/${name}`, {
    title: `The page asks for ${path}; a path without a socket endpoint is answered with 403.`,
    document: { name: 'renum', lines: [93, 93] },
    faults: [name],
    visit: `${PRODUCTION}/`,
    console: [socketFails(url, FORBIDDEN).console],
    requests: apiLoaded(),
    sockets: [socketFails(url, FORBIDDEN).socket],
    page: { connection: { state: 'disconnected' }, api: { state: 'loaded' } },
    delivery: { tasks: 'after-reload', api: 'loaded' },
    cause: 'backend-wrong-path',
    repairs: [redeployed],
  });
};

export default [
  scenario('renum/insecure-ws-on-https-page', {
    title: 'An https page asks for ws://, and the browser does not even try.',
    document: { name: 'renum', lines: [70, 73] },
    faults: ['insecure-ws'],
    visit: `${PRODUCTION}/`,
    console: [
      error(
        "Mixed Content: The page at 'https://renum.com.br/' was loaded over HTTPS, but attempted to connect to the insecure WebSocket endpoint 'ws://api.renum.com.br/ws'. This request has been blocked; this endpoint must be available over WSS.",
      ),
    ],
    requests: apiLoaded(),
    sockets: [],
    page: { connection: { state: 'failed' }, 'last-error': { text: /^SecurityError: / }, api: { state: 'loaded' } },
    delivery: { tasks: 'after-reload', api: 'loaded' },
    cause: 'mixed-content',
    repairs: [redeployed],
  }),
  wrongPath('wrong-path-prefix', '/api/ws'),
  wrongPath('wrong-path-slash', '/ws/'),
];
