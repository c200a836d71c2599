/** The backend does not run, does not answer, or runs in a way that cannot work. */
import { edit, may, scenario, some, up } from 'sintoma';
import { apiLoaded, blocked, handshake, live, looksLikeCors, PRODUCTION, SOCKET, socketFails } from './expected.ts';

export default [
  scenario('renum/api-package-shadows-module', {
    title: 'The documented file api/__init__.py hides api.py: gunicorn finds no application and ends.',
    document: { name: 'renum', lines: [44, 46] },
    documentSays: 'The file corrects a circular import.',
    faults: ['api-package-shadows-module'],
    without: ['backend'],
    visit: `${PRODUCTION}/`,
    console: [...looksLikeCors, socketFails(SOCKET, handshake(502)).console],
    requests: blocked(502),
    sockets: [socketFails(SOCKET, handshake(502)).socket],
    page: { connection: { state: 'disconnected' }, api: { state: 'error' } },
    delivery: { tasks: 'never', api: 'missing' },
    published: false,
    publisher: 'no answer',
    cause: 'backend-not-started',
    // Why the backend is away is in its log, and nowhere else.
    causeFromOutside: 'upstream-down',
    repairs: [
      {
        title: 'take the file away again',
        steps: [edit(), up()],
        delivery: { tasks: 'live', api: 'loaded' },
      },
    ],
  }),

  scenario('renum/backend-firewalled', {
    title: "Packets to the backend's port are dropped: the proxy waits for its timeout and answers 504.",
    document: { name: 'renum', lines: [97, 99] },
    faults: ['backend-firewalled'],
    visit: `${PRODUCTION}/`,
    console: [...looksLikeCors, socketFails(SOCKET, handshake(504)).console],
    requests: blocked(504),
    sockets: [
      socketFails(SOCKET, handshake(504)).socket,
      // The page's next attempt waits for the proxy's timeout as well.
      may({ url: SOCKET, outcome: 'pending' as const }),
    ],
    page: { api: { state: 'error' } },
    delivery: { tasks: 'never', api: 'missing' },
    cause: 'upstream-silent',
    repairs: [
      {
        title: 'open the port in the firewall',
        document: [99, 99],
        steps: [edit(), up()],
        delivery: { tasks: 'live', api: 'loaded' },
      },
    ],
  }),

  scenario('renum/server-without-websocket-library', {
    title:
      'Uvicorn has no WebSocket library: it takes the handshake for an ordinary request, for which there is no route.',
    document: { name: 'renum', lines: [93, 93] },
    faults: ['server-without-websocket-library'],
    visit: `${PRODUCTION}/`,
    console: [socketFails(SOCKET, handshake(404)).console],
    requests: apiLoaded(),
    sockets: [socketFails(SOCKET, handshake(404)).socket],
    page: { connection: { state: 'disconnected' }, api: { state: 'loaded' } },
    delivery: { tasks: 'after-reload', api: 'loaded' },
    // No control subscriber can connect to a backend without sockets.
    published: false,
    cause: 'backend-ws-unsupported',
    // Uvicorn's 404 is the same when the proxy leaves the headers out, and port 8000 cannot be reached from outside.
    causeFromOutside: 'proxy-upgrade-missing',
    repairs: [
      {
        title: 'give Uvicorn its WebSocket library',
        steps: [edit(), up()],
        delivery: { tasks: 'live', api: 'loaded' },
      },
    ],
  }),

  scenario('renum/workers-isolated', {
    title: 'Four workers keep their connections to themselves: a message reaches the sockets of one of them.',
    document: { name: 'renum', lines: [104, 138] },
    documentSays: 'Communication in real time was verified.',
    faults: ['workers-isolated'],
    visit: `${PRODUCTION}/`,
    clients: 3,
    // One for each worker: every client gets its own worker's, and no other.
    messages: 4,
    console: [],
    requests: apiLoaded(),
    sockets: [live()],
    page: { connection: { state: 'connected' }, api: { state: 'loaded' } },
    delivery: { tasks: some(3, 12), api: 'loaded' },
    cause: 'workers-isolated',
    repairs: [{ title: 'run one worker', steps: [edit(), up()], delivery: { tasks: 'live', api: 'loaded' } }],
  }),
];
