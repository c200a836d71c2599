/** What an open page does when the backend goes away and comes back. */
import { brokenSocket, failedSocket, many, may, restart, scenario, shown } from 'sintoma';
import { apiLoaded, byWebSocket, CONNECTED, CRM, handshake, live, socketUrl, works } from './expected.ts';

const away = {
  console: failedSocket(socketUrl(), handshake(502)),
  socket: brokenSocket(socketUrl(), handshake(502)),
};

/** The connection that stood when the backend went. */
const lost = { url: socketUrl(), outcome: 'closed', closedByPage: false } as const;

export default [
  scenario('easypanel-crm/backend-restarted', {
    title:
      'The backend is redeployed under an open page: Socket.IO connects again, and every namespace is joined again.',
    document: { name: 'easypanel-crm', lines: [27, 29] },
    visit: `${CRM}/`,
    whileOpen: [restart('backend'), shown('connection-messages', { state: 'connected' })],
    console: [...CONNECTED, ...CONNECTED, may(many(away.console))],
    requests: apiLoaded,
    sockets: [lost, may(many(away.socket)), live()],
    page: byWebSocket,
    delivery: works,
    cause: 'none',
  }),
];
