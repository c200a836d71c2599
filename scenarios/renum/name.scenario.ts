/** The name of the backend, and where it leads. */
import { edit, scenario, up } from 'sintoma';
import { PRODUCTION, SOCKET, TASKS, unreachable } from './expected.ts';

const restored = { steps: [edit(), up()], delivery: { tasks: 'live', api: 'loaded' } } as const;

export default [
  scenario('renum/api-without-record', {
    title: 'The domain of the backend has no DNS record.',
    document: { name: 'renum', lines: [116, 116] },
    faults: ['api-without-record'],
    visit: `${PRODUCTION}/`,
    ...unreachable('net::ERR_NAME_NOT_RESOLVED'),
    cause: 'dns-no-record',
    repairs: [{ title: 'give the domain its record', document: [116, 116], ...restored }],
  }),

  scenario('renum/api-on-dead-host', {
    title: 'The domain of the backend leads to a host on which nothing runs.',
    document: { name: 'renum', lines: [116, 116] },
    faults: ['api-on-dead-host'],
    visit: `${PRODUCTION}/`,
    ...unreachable('net::ERR_CONNECTION_REFUSED'),
    cause: 'dns-wrong-host',
    // Whether it is another machine, or the right one on which all was stopped, only its owner knows.
    causeFromOutside: 'upstream-down',
    repairs: [{ title: "point the domain at the backend's proxy", document: [116, 116], ...restored }],
  }),

  scenario('renum/api-firewalled', {
    title:
      "A firewall drops what is sent to port 443 of the backend's domain: data and socket wait, and nothing says so.",
    document: { name: 'renum', lines: [99, 99] },
    documentSays: 'The firewall is left to a check in production; what it looks like from a browser is not said.',
    faults: ['api-firewalled'],
    visit: `${PRODUCTION}/`,
    // It never goes quiet: nothing is ever answered.
    settleMs: 2000,
    console: [],
    requests: [{ method: 'GET', url: TASKS }],
    sockets: [{ url: SOCKET, outcome: 'pending' }],
    page: { connection: { state: 'connecting' }, api: { state: 'loading' } },
    delivery: { tasks: 'never', api: 'missing' },
    cause: 'edge-silent',
    repairs: [{ title: 'let port 443 through the firewall', document: [99, 99], ...restored }],
  }),
];
