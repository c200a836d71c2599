/** Faults of the live path that the document does not name but its reader meets: Reverb, its key, its publisher. */
import { answered, build, edit, failedResource, openSocket, restart, scenario, up } from 'sintoma';
import {
  DOMAIN,
  apiLoaded,
  authorised,
  handshake,
  live,
  socketFails,
  socketUrl,
  storedOnly,
  works,
} from './expected.ts';

const rebuilt = { steps: [edit(), build('frontend'), up(), restart('nginx')], delivery: works };
const REFUSED = 'Error in connection establishment: net::ERR_CONNECTION_REFUSED';

/** A page by the domain whose API works and whose console stays empty. */
const silent = { visit: `${DOMAIN}/`, console: [], delivery: storedOnly } as const;

export default [
  scenario('balancas/reverb-down', {
    title: 'Reverb does not run.',
    document: { name: 'balancas', lines: [68, 68] },
    faults: ['reverb-down'],
    without: ['reverb'],
    visit: `${DOMAIN}/`,
    console: [socketFails(socketUrl(DOMAIN), handshake(502)).console],
    requests: apiLoaded(DOMAIN),
    sockets: [socketFails(socketUrl(DOMAIN), handshake(502)).socket],
    page: { api: { state: 'loaded' } },
    delivery: storedOnly,
    published: false,
    cause: 'upstream-down',
    repairs: [{ title: 'start Reverb', steps: [edit(), up()], delivery: works }],
  }),
  scenario('balancas/reverb-port-in-browser', {
    title: "The bundle takes Reverb's port behind nginx for the public one.",
    document: { name: 'balancas', lines: [97, 97] },
    faults: ['reverb-port-in-browser'],
    visit: `${DOMAIN}/`,
    console: [socketFails(socketUrl(`${DOMAIN}:8080`), REFUSED).console],
    requests: apiLoaded(DOMAIN),
    sockets: [socketFails(socketUrl(`${DOMAIN}:8080`), REFUSED).socket],
    page: { api: { state: 'loaded' } },
    delivery: storedOnly,
    cause: 'bundle-wrong-port',
    repairs: [{ title: "leave VITE_REVERB_* empty (the page's own), rebuild", document: [97, 97], ...rebuilt }],
  }),
  scenario('balancas/reverb-key-mismatch', {
    title: 'The bundle has another application key than Reverb.',
    document: { name: 'balancas', lines: [97, 97] },
    documentSays:
      'A wrong key is not mentioned; it leaves the console empty and shows only as error 4001 on the socket.',
    faults: ['reverb-key-mismatch'],
    ...silent,
    requests: apiLoaded(DOMAIN),
    sockets: [
      {
        url: socketUrl(DOMAIN, 'balancas-old-key'),
        outcome: 'closed',
        received: ['"code\\":4001,\\"message\\":\\"Application does not exist\\"'],
      },
    ],
    page: { connection: { state: 'disconnected' }, api: { state: 'loaded' } },
    cause: 'app-key-mismatch',
    repairs: [{ title: "Reverb's key in VITE_REVERB_APP_KEY, rebuild", ...rebuilt }],
  }),
  scenario('balancas/reverb-key-empty', {
    title: 'The bundle was built without an application key.',
    document: { name: 'balancas', lines: [97, 97] },
    documentSays:
      'All VITE_REVERB_* may be empty, it says; without the key no connection is ever made, and nothing is printed.',
    faults: ['reverb-key-empty'],
    ...silent,
    requests: apiLoaded(DOMAIN),
    sockets: [],
    page: { connection: { state: 'disconnected' }, api: { state: 'loaded' } },
    cause: 'bundle-variable-unset',
    repairs: [{ title: 'set VITE_REVERB_APP_KEY, rebuild', ...rebuilt }],
  }),
  scenario('balancas/reverb-origin-not-allowed', {
    title: 'Reverb allows the IP address as origin, not the domain.',
    document: { name: 'balancas', lines: [42, 50] },
    faults: ['reverb-origin-not-allowed'],
    ...silent,
    requests: apiLoaded(DOMAIN),
    sockets: [
      {
        url: socketUrl(DOMAIN),
        outcome: 'closed',
        closedByPage: true,
        received: ['"code\\":4009,\\"message\\":\\"Origin not allowed\\"'],
      },
    ],
    page: { connection: { state: 'disconnected' }, api: { state: 'loaded' } },
    cause: 'ws-origin-rejected',
    repairs: [{ title: 'allow the domain in allowed_origins', steps: [edit(), up()], delivery: works }],
  }),
  scenario('balancas/broadcasting-auth-unrouted', {
    title: 'Only the three documented routes exist: private channels cannot be authorised.',
    document: { name: 'balancas', lines: [66, 69] },
    documentSays: 'Routes for /api, /app and / are said to be all; private channels also need /broadcasting.',
    faults: ['broadcasting-auth-unrouted'],
    visit: `${DOMAIN}/`,
    console: [failedResource('the server responded with a status of 405 (Not Allowed)', `${DOMAIN}/broadcasting/auth`)],
    requests: [...apiLoaded(DOMAIN), answered('POST', `${DOMAIN}/broadcasting/auth`, 405)],
    sockets: [
      openSocket(socketUrl(DOMAIN), { received: ['pusher:connection_established', '"channel":"announcements"'] }),
    ],
    page: { connection: { state: 'connected' }, api: { state: 'loaded' } },
    delivery: { public: 'live', private: 'after-reload', api: 'loaded' },
    cause: 'channel-auth-unrouted',
    repairs: [{ title: 'route /broadcasting to Laravel', steps: [edit(), up()], delivery: works }],
  }),
  scenario('balancas/publisher-host-localhost', {
    title: 'Laravel publishes to localhost, where no Reverb is.',
    document: { name: 'balancas', lines: [68, 68] },
    faults: ['publisher-host-localhost'],
    ...silent,
    requests: [...apiLoaded(DOMAIN), authorised(DOMAIN)],
    sockets: [live(DOMAIN)],
    page: { connection: { state: 'connected' }, api: { state: 'loaded' } },
    published: false,
    cause: 'publisher-unreachable-broker',
    // The API answers 201 and stores the message either way: the failed job is seen only in the worker's log.
    causeFromOutside: 'publisher-worker-stopped',
    repairs: [{ title: 'REVERB_HOST=reverb for the API and the worker', steps: [edit(), up()], delivery: works }],
  }),
  scenario('balancas/broadcast-driver-log', {
    title: 'Laravel writes its broadcasts to the log.',
    document: { name: 'balancas', lines: [113, 120] },
    faults: ['broadcast-driver-log'],
    ...silent,
    // With the log driver the authorisation answers 200 with nothing in it, so the private channel is never joined.
    requests: [...apiLoaded(DOMAIN), authorised(DOMAIN)],
    sockets: [
      openSocket(socketUrl(DOMAIN), { received: ['pusher:connection_established', '"channel":"announcements"'] }),
    ],
    page: { connection: { state: 'connected' }, api: { state: 'loaded' } },
    published: false,
    cause: 'publisher-driver-off',
    repairs: [{ title: 'BROADCAST_CONNECTION=reverb', steps: [edit(), up()], delivery: works }],
  }),
  scenario('balancas/queue-worker-stopped', {
    title: 'No worker takes the queued broadcasts.',
    document: { name: 'balancas', lines: [113, 120] },
    faults: ['queue-worker-stopped'],
    ...silent,
    requests: [...apiLoaded(DOMAIN), authorised(DOMAIN)],
    sockets: [live(DOMAIN)],
    page: { connection: { state: 'connected' }, api: { state: 'loaded' } },
    published: false,
    sameSymptomAs: ['balancas/publisher-host-localhost'],
    cause: 'publisher-worker-stopped',
    repairs: [{ title: 'run the queue worker', steps: [edit(), up()], delivery: works }],
  }),
];
