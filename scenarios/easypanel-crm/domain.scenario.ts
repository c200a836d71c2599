/** What the panel has for each domain: a router, a certificate, a list of origins. */
import { answers, edit, refused, scenario, up } from 'sintoma';
import {
  apiUntrusted,
  apiWithoutCors,
  byWebSocket,
  CRM,
  CONNECTED,
  live,
  nothing,
  UNTRUSTED,
  works,
} from './expected.ts';

const restored = { steps: [edit(), up()], delivery: works };

export default [
  scenario('easypanel-crm/crm-domain-without-route', {
    title: 'The domain of the front end was not configured: Traefik shows a certificate of its own, and no page comes.',
    document: { name: 'easypanel-crm', lines: [66, 66] },
    faults: ['crm-domain-without-route'],
    // It is asked for the page of that domain to tell that it is ready; here its other domain tells.
    without: ['traefik'],
    after: [answers('traefik', 443, '/', { tls: 'api.seu-dominio.com' })],
    visit: `${CRM}/`,
    console: [],
    requests: [refused('GET', `${CRM}/`, UNTRUSTED)],
    sockets: [],
    navigationError: UNTRUSTED,
    delivery: nothing,
    cause: 'proxy-host-unknown',
    repairs: [{ title: 'configure the domain of the front end', document: [66, 66], ...restored }],
  }),
  scenario('easypanel-crm/api-certificate-failed', {
    title: "Let's Encrypt gave no certificate for the domain of the backend: Traefik routes it, with one of its own.",
    document: { name: 'easypanel-crm', lines: [67, 67] },
    documentSays: 'That TLS is activated is said to be what to look for; here it is, and the browser refuses it.',
    faults: ['api-certificate-failed'],
    ...apiUntrusted,
    sameSymptomAs: ['easypanel-crm/api-domain-without-route', 'easypanel-crm/api-without-tls'],
    cause: 'tls-certificate-untrusted',
    repairs: [{ title: 'get the certificate', document: [67, 67], ...restored }],
  }),
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
