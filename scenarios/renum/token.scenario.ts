/** The token, which is asked for after the socket was accepted: a refusal prints nothing. */
import { build, edit, type RepairStep, type ScenarioInput, scenario, up } from 'sintoma';
import { apiLoaded, PRODUCTION, SOCKET } from './expected.ts';

const refused = (
  name: string,
  title: string,
  reason: string,
  cause: ScenarioInput['cause'],
  repair: string,
  steps: RepairStep[],
): ReturnType<typeof scenario> =>
  scenario(`renum/${name}`, {
    title,
    document: { name: 'renum', lines: [94, 94] },
    faults: [name],
    visit: `${PRODUCTION}/`,
    console: [],
    requests: apiLoaded(),
    sockets: [
      {
        url: SOCKET,
        outcome: 'closed',
        closeCode: 1008,
        closeReason: reason,
        received: ['"type":"auth_required"', `"code":"AUTH_FAILED","message":"${reason}"`],
      },
    ],
    page: { connection: { state: 'failed' }, 'last-error': { text: `1008 ${reason}` }, api: { state: 'loaded' } },
    delivery: { tasks: 'after-reload', api: 'loaded' },
    cause,
    repairs: [{ title: repair, steps, delivery: { tasks: 'live', api: 'loaded' } }],
  });

export default [
  refused(
    'token-rejected',
    'The socket verifies tokens with another secret than the one that signs them.',
    'Authentication failed',
    'auth-rejected',
    'give both the same secret',
    [edit(), up()],
  ),
  refused(
    'token-missing',
    'The socket looks for the token where signing in does not leave it, and sends none.',
    'Authentication token missing',
    'auth-missing',
    'read the token where it is, and deploy the pages again',
    [edit(), build('production'), up()],
  ),
];
