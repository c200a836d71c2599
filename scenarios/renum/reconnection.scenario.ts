/** What an open page does when the backend goes away and comes back. */
import { brokenSocket, failedSocket, many, may, restart, scenario, shown } from 'sintoma';
import { apiLoaded, handshake, live, PRODUCTION, SOCKET } from './expected.ts';

export default scenario('renum/backend-restarted', {
  title: 'The backend is restarted under an open page: the page connects again after five seconds.',
  document: { name: 'renum', lines: [93, 94] },
  visit: `${PRODUCTION}/`,
  whileOpen: [restart('backend'), shown('connection', { state: 'connected' })],
  console: [may(many(failedSocket(SOCKET, handshake(502))))],
  requests: apiLoaded(),
  sockets: [
    { url: SOCKET, outcome: 'closed', closedByPage: false },
    may(many(brokenSocket(SOCKET, handshake(502)))),
    live(),
  ],
  page: { connection: { state: 'connected' }, api: { state: 'loaded' } },
  delivery: { tasks: 'live', api: 'loaded' },
  cause: 'none',
});
