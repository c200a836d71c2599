import { scenario } from 'sintoma';
import { DOMAIN, IP, apiLoaded, authorised, live } from './expected.ts';

const healthy = (name: string, origin: string, lines: [number, number], title: string): ReturnType<typeof scenario> =>
  scenario(`balancas/${name}`, {
    title,
    document: { name: 'balancas', lines },
    visit: `${origin}/`,
    console: [],
    requests: [...apiLoaded(origin), authorised(origin)],
    sockets: [live(origin)],
    page: { connection: { state: 'connected' }, api: { state: 'loaded' } },
    delivery: { public: 'live', private: 'live', api: 'loaded' },
    cause: 'none',
  });

export default [
  healthy('healthy-ip', IP, [62, 71], 'By the IP address and plain http, one nginx serves page, API and sockets.'),
  healthy('healthy-domain', DOMAIN, [80, 99], 'By the domain, an HTTPS proxy forwards everything to that nginx.'),
];
