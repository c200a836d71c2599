/** The documented system as it should be, and what its document doubts without need. */
import { type ScenarioInput, scenario } from 'sintoma';
import { apiLoaded, byWebSocket, CONNECTED, CRM, live, works } from './expected.ts';

const clean: Pick<ScenarioInput, 'visit' | 'console' | 'requests' | 'sockets' | 'cause'> = {
  visit: `${CRM}/`,
  console: CONNECTED,
  requests: apiLoaded,
  sockets: [live()],
  cause: 'none',
};

export default [
  scenario('easypanel-crm/healthy', {
    title: 'Next.js and NestJS behind Traefik, which upgrades connections without being told to.',
    document: { name: 'easypanel-crm', lines: [50, 93] },
    ...clean,
    page: { ...byWebSocket, 'last-error': { text: '' }, api: { state: 'loaded' } },
    delivery: works,
  }),
  scenario('easypanel-crm/ws-url-unset', {
    title: 'NEXT_PUBLIC_WS_URL is not set: the documented fallback to NEXT_PUBLIC_API_URL works.',
    document: { name: 'easypanel-crm', lines: [39, 39] },
    faults: ['ws-url-unset'],
    ...clean,
    page: { ...byWebSocket, api: { state: 'loaded' } },
    delivery: works,
  }),
  scenario('easypanel-crm/idle-connection', {
    title:
      'Nothing is sent for three times as long as every timeout of Traefik (scaled to 1 s): the socket stays open.',
    document: { name: 'easypanel-crm', lines: [145, 146] },
    documentSays: 'Idle WebSockets are said to be closed after 60 s by default; Traefik has no such timeout.',
    faults: ['traefik-timeouts-1s', 'quiet-heartbeat'],
    ...clean,
    page: { ...byWebSocket, 'last-error': { text: '' } },
    delivery: { 'after-3-seconds': 'live', api: 'loaded' },
  }),
  scenario('easypanel-crm/idle-connection-unscaled', {
    title: 'Nothing is sent for 65 s, with the timeouts of Traefik as they are: the socket stays open.',
    document: { name: 'easypanel-crm', lines: [145, 146] },
    faults: ['quiet-heartbeat'],
    ...clean,
    page: { ...byWebSocket, 'last-error': { text: '' } },
    delivery: { 'after-65-seconds': 'live', api: 'loaded' },
    tags: ['@slow'],
  }),
];
