/** More than one page at a time. */
import { scenario } from 'sintoma';
import { apiLoaded, authorised, DOMAIN, live, works } from './expected.ts';

export default [
  scenario('balancas/two-pages', {
    title: 'Two pages are open at the same time: each has its own connection, and both get every message.',
    document: { name: 'balancas', lines: [97, 99] },
    visit: `${DOMAIN}/`,
    clients: 2,
    console: [],
    requests: [...apiLoaded(DOMAIN), authorised(DOMAIN)],
    sockets: [live(DOMAIN)],
    page: { connection: { state: 'connected' }, api: { state: 'loaded' } },
    delivery: works,
    sameSymptomAs: ['balancas/healthy-domain'],
    cause: 'none',
  }),
];
