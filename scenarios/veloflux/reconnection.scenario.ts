/** What an open page does when the backend goes away and comes back. */
import { brokenSocket, failedSocket, many, may, restart, scenario, shown } from 'sintoma';
import { ALL_LIVE, apiLoaded, CONNECTED, ENDPOINTS, live, PRODUCTION, THROUGH } from './expected.ts';

const BAD_GATEWAY = 'Error during WebSocket handshake: Unexpected response code: 502';

export default scenario('veloflux/backend-restarted', {
  title: 'The backend is restarted under an open page: the hook opens every socket again after five seconds.',
  document: { name: 'veloflux-websockets', lines: [261, 261] },
  visit: `${PRODUCTION}/dashboard`,
  whileOpen: [restart('backend'), shown('connection', { state: 'connected' })],
  console: ENDPOINTS.map((endpoint) => may(many(failedSocket(`${THROUGH}/${endpoint}`, BAD_GATEWAY)))),
  requests: apiLoaded(PRODUCTION),
  sockets: [
    ...ENDPOINTS.map((endpoint) => ({
      url: `${THROUGH}/${endpoint}`,
      outcome: 'closed' as const,
      closedByPage: false,
      received: [CONNECTED],
    })),
    ...ENDPOINTS.map((endpoint) => may(many(brokenSocket(`${THROUGH}/${endpoint}`, BAD_GATEWAY)))),
    ...live(THROUGH),
  ],
  page: { connection: { state: 'connected' }, api: { state: 'loaded' } },
  delivery: ALL_LIVE,
  cause: 'none',
});
