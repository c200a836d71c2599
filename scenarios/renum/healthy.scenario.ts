import { scenario } from 'sintoma';
import { API, apiLoaded, live, LOCAL, LOCAL_API, LOCAL_SOCKET, PREVIEW, PRODUCTION, SOCKET, WWW } from './expected.ts';

interface Place {
  title: string;
  visit: string;
  lines: [number, number];
  api?: string;
  socket?: string;
  faults?: string[];
}

const healthy = (name: string, place: Place): ReturnType<typeof scenario> =>
  scenario(`renum/healthy-${name}`, {
    title: place.title,
    document: { name: 'renum', lines: place.lines },
    faults: place.faults ?? [],
    visit: `${place.visit}/`,
    console: [],
    requests: apiLoaded(place.api ?? API),
    sockets: [live(place.socket ?? SOCKET)],
    page: { connection: { state: 'connected' }, api: { state: 'loaded' } },
    delivery: { tasks: 'live', api: 'loaded' },
    cause: 'none',
  });

export default [
  healthy('production', {
    title: 'By the domain, the page loads its tasks and gets their progress by a secure socket.',
    visit: PRODUCTION,
    lines: [70, 73],
  }),
  healthy('www', { title: 'By the www name, the same.', visit: WWW, lines: [70, 73] }),
  healthy('preview', { title: 'By the address of a preview, the same.', visit: PREVIEW, lines: [70, 73] }),
  healthy('local', {
    title: "On a developer's machine, page and backend are both local, without TLS.",
    visit: LOCAL,
    lines: [65, 68],
    api: LOCAL_API,
    socket: LOCAL_SOCKET,
    faults: ['developer-machine'],
  }),
];
