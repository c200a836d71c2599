/** What is live is led elsewhere, or nowhere. */
import { scenario } from 'sintoma';
import { NEVER, nothingComesThrough, nothingIsAnswered, restored } from './broken.ts';
import { type Proxy, PROXIES } from './expected.ts';

const withoutRoute = PROXIES.map((proxy) =>
  scenario(`gateways/${proxy}-without-route`, {
    title: `${proxy} has no route for what is live: the program that serves the page answers, and knows nothing of it.`,
    faults: [`${proxy}-without-route`],
    ...nothingComesThrough(proxy, 404),
    delivery: NEVER,
    cause: 'proxy-route-missing',
    // Traefik puts no name into what it passes on: a Go program that serves the page itself would answer alike.
    ...(proxy === 'traefik' ? { causeFromOutside: 'backend-endpoint-missing' as const } : {}),
    repairs: [{ title: 'add the route', ...restored }],
  }),
);

/** What a proxy answers for a program that does not run. */
const GONE: Readonly<Record<Proxy, number>> = { nginx: 502, traefik: 502, caddy: 502, haproxy: 503, apache: 503 };

const stopped = PROXIES.map((proxy) =>
  scenario(`gateways/${proxy}-app-stopped`, {
    title: `The application does not run: ${proxy} says so for each way.`,
    faults: ['app-stopped'],
    ...nothingComesThrough(proxy, GONE[proxy]),
    delivery: NEVER,
    published: false,
    publisher: 'no answer',
    cause: 'upstream-down',
    repairs: [{ title: 'start the application', ...restored }],
  }),
);

const silent = PROXIES.map((proxy) =>
  scenario(`gateways/${proxy}-app-silent`, {
    title: `The application hangs: it takes what ${proxy} sends, and answers nothing.`,
    faults: ['app-silent'],
    ...nothingIsAnswered(proxy),
    delivery: NEVER,
    published: false,
    publisher: 'no answer',
    cause: 'upstream-silent',
    repairs: [{ title: 'start the application again', ...restored }],
  }),
);

const wrongPort = PROXIES.map((proxy) =>
  scenario(`gateways/${proxy}-wrong-port`, {
    title: `${proxy} asks the application at a port at which nothing listens.`,
    faults: [`${proxy}-wrong-port`],
    ...nothingComesThrough(proxy, GONE[proxy]),
    delivery: NEVER,
    cause: 'proxy-wrong-upstream',
    // Only the application's machine shows whether it does not run, or listens at another port.
    causeFromOutside: 'upstream-down',
    repairs: [{ title: 'name the port of the application', ...restored }],
  }),
);

const stripsPrefix = (['traefik', 'caddy', 'haproxy', 'apache'] as const).map((proxy) =>
  scenario(`gateways/${proxy}-strips-prefix`, {
    title: `${proxy} cuts /live off, and the application knows no path without it.`,
    faults: [`${proxy}-strips-prefix`],
    ...nothingComesThrough(proxy, 404),
    delivery: NEVER,
    cause: 'proxy-path-stripped',
    sameSymptomAs: [`gateways/${proxy}-without-route`],
    repairs: [{ title: 'pass the path on as it is', ...restored }],
  }),
);

export default [
  scenario('gateways/nginx-replaces-path', {
    title: 'nginx, with a variable before it, takes the slash behind the address for the whole path.',
    faults: ['nginx-replaces-path'],
    ...nothingComesThrough('nginx', 404),
    delivery: NEVER,
    cause: 'proxy-path-stripped',
    // Whatever is asked, the application is asked for "/": no longer path leads anywhere.
    causeFromOutside: 'backend-endpoint-missing',
    sameSymptomAs: ['gateways/nginx-without-route'],
    repairs: [{ title: 'pass the path on as it is', ...restored }],
  }),
  ...withoutRoute,
  ...stopped,
  ...silent,
  ...wrongPort,
  ...stripsPrefix,
  scenario('gateways/apache-route-too-late', {
    title: 'Apache takes the first route that fits, and that of the page fits everything.',
    faults: ['apache-route-too-late'],
    ...nothingComesThrough('apache', 404),
    delivery: NEVER,
    cause: 'proxy-route-missing',
    sameSymptomAs: ['gateways/apache-without-route', 'gateways/apache-strips-prefix'],
    repairs: [{ title: 'put the longer path first', ...restored }],
  }),
];
