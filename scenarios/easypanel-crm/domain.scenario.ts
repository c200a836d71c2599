/** What the proxy adds for a domain. */
import { edit, scenario, up } from 'sintoma';
import { apiWithoutCors, byWebSocket, CONNECTED, CRM, live, works } from './expected.ts';

const restored = { steps: [edit(), up()], delivery: works };

export default [
  scenario('easypanel-crm/proxy-answers-for-cors', {
    title: 'Traefik answers preflights from a list with the old domain: the REST calls are lost, the sockets are live.',
    document: { name: 'easypanel-crm', lines: [77, 77] },
    documentSays: 'The backend is said to allow every origin; the proxy before it answers first.',
    faults: ['proxy-answers-for-cors'],
    visit: `${CRM}/`,
    console: [...CONNECTED, ...apiWithoutCors(200).console],
    // The browser tells nothing of a preflight that was answered with 200.
    requests: apiWithoutCors(200).requests.filter(({ method }) => method === 'GET'),
    sockets: [live()],
    page: { ...byWebSocket, 'last-error': { text: '' }, api: { state: 'error' } },
    delivery: { messages: 'live', scheduler: 'live', attendances: 'live', api: 'missing' },
    cause: 'cors-origin-missing',
    repairs: [{ title: 'leave origins to the backend', document: [77, 77], ...restored }],
  }),
];
