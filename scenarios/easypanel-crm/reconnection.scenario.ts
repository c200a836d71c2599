/** What an open page does when the backend goes away, for a moment or for too long. */
import { brokenSocket, edit, failedSocket, many, may, restart, scenario, shown, up } from 'sintoma';
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
  scenario('easypanel-crm/backend-away-too-long', {
    title: 'The backend is away longer than five attempts take: the page gives up, and stays silent when it is back.',
    document: { name: 'easypanel-crm', lines: [27, 29] },
    visit: `${CRM}/`,
    whileOpen: [
      edit('backend-down'),
      up({ without: ['backend'] }),
      shown('connection-messages', { state: 'failed' }),
      edit(),
      up(),
    ],
    console: [...CONNECTED, many(away.console)],
    requests: apiLoaded,
    sockets: [lost, many(away.socket)],
    page: { 'connection-messages': { state: 'failed' }, api: { state: 'loaded' } },
    // As long as it takes to know that no sixth attempt comes.
    delivery: { 'after-25-seconds': 'after-reload', api: 'loaded' },
    cause: 'client-no-reconnect',
    tags: ['@slow'],
    repairs: [{ title: 'load the page again', steps: [], delivery: works }],
  }),
];
