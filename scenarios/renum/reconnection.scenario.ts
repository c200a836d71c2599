/** What an open page does when the backend goes away and comes back. */
import { brokenSocket, failedSocket, many, may, restart, scenario, shown } from 'sintoma';
import { apiLoaded, live, PRODUCTION, SOCKET } from './expected.ts';

const BAD_GATEWAY = 'Error during WebSocket handshake: Unexpected response code: 502';

export default scenario('renum/backend-restarted', {
  title: 'The backend is restarted under an open page: the page connects again after five seconds.',
  document: { name: 'renum', lines: [93, 94] },
  visit: `${PRODUCTION}/`,
  whileOpen: [restart('backend'), shown('connection', { state: 'connected' })],
  console: [may(many(failedSocket(SOCKET, BAD_GATEWAY)))],
  requests: apiLoaded(),
  sockets: [
    { url: SOCKET, outcome: 'closed', closedByPage: false },
    may(many(brokenSocket(SOCKET, BAD_GATEWAY))),
    live(),
  ],
  page: { connection: { state: 'connected' }, api: { state: 'loaded' } },
  delivery: { tasks: 'live', api: 'loaded' },
  cause: 'none',
});
