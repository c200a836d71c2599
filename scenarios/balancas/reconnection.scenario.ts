/** What an open page does when what is behind it goes away and comes back. */
import { brokenSocket, failedSocket, many, may, restart, scenario, shown } from 'sintoma';
import { DOMAIN, apiLoaded, authorised, handshake, live, socketUrl } from './expected.ts';

export default scenario('balancas/reverb-restarted', {
  title: 'Reverb is restarted under an open page: the page connects again and joins its channels again.',
  document: { name: 'balancas', lines: [68, 68] },
  visit: `${DOMAIN}/`,
  whileOpen: [restart('reverb'), shown('connection', { state: 'connected' })],
  // While Reverb is away the proxy answers for it.
  console: [may(many(failedSocket(socketUrl(DOMAIN), handshake(502))))],
  requests: [...apiLoaded(DOMAIN), many(authorised(DOMAIN))],
  sockets: [
    { url: socketUrl(DOMAIN), outcome: 'closed', closeCode: 1006, closedByPage: false },
    may(many(brokenSocket(socketUrl(DOMAIN), handshake(502)))),
    live(DOMAIN),
  ],
  page: { connection: { state: 'connected' }, api: { state: 'loaded' } },
  delivery: { public: 'live', private: 'live', api: 'loaded' },
  cause: 'none',
});
