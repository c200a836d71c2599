/** The scenarios as a matrix: what is wrong by proxy. A cell is a scenario, or says why there is none. */
import { type Proxy, PROXIES } from './expected.ts';

/** The id of a scenario, without the topology; or why the proxy has none. */
export type Cell = { scenario: string } | { none: string };

export interface Row {
  /** What is wrong, as a heading. */
  wrong: string;
  cells: Readonly<Record<Proxy, Cell>>;
}

type Others = Partial<Record<Proxy, Cell>>;

/** A fault whose scenarios are called after the proxy, such as `nginx-without-route`. */
const row = (wrong: string, fault: string, others: Others = {}): Row => ({
  wrong,
  cells: Object.fromEntries(
    PROXIES.map((proxy) => [proxy, others[proxy] ?? { scenario: fault === '' ? proxy : `${proxy}-${fault}` }]),
  ) as Record<Proxy, Cell>,
});

const none = (reason: string, ...proxies: Proxy[]): Others =>
  Object.fromEntries(proxies.map((proxy) => [proxy, { none: reason }]));

const BY_ITSELF = none('it passes them on by itself', 'traefik', 'caddy', 'haproxy');
const LONGEST = 'the order of routes does not matter';
const NO_LIMIT = 'no line of its block sets such a limit';

export const MATRIX: readonly Row[] = [
  row('Nothing is wrong', ''),
  row('There is no route', 'without-route'),
  row(
    'The route comes after one that fits too',
    'route-too-late',
    none(LONGEST, 'nginx', 'traefik', 'caddy', 'haproxy'),
  ),
  row('The prefix is cut off', 'strips-prefix', { nginx: { scenario: 'nginx-replaces-path' } }),
  row('Upgrade is not passed on', 'without-upgrade', BY_ITSELF),
  row('Connection is not passed on', 'without-connection', {
    ...BY_ITSELF,
    ...none('one option stands for both headers', 'apache'),
  }),
  row(
    'The application is asked by HTTP/1.0',
    'speaks-http-1.0',
    none('it speaks HTTP/1.1 to the application', 'traefik', 'caddy', 'haproxy', 'apache'),
  ),
  row('Host is not passed on', 'without-host'),
  row('The application does not run', 'app-stopped'),
  row('The application hangs', 'app-silent'),
  row('The application is asked at a wrong port', 'wrong-port'),
  row('A password is asked for', 'asks-for-a-password'),
  row('Who is not signed in is redirected', 'redirects'),
  row('Streams are buffered', 'buffers', {
    ...none('only a middleware buffers, as under the limit of bodies', 'traefik'),
    ...none('nothing in its block makes it stream', 'caddy', 'haproxy', 'apache'),
  }),
  row('Streams are compressed', 'compresses'),
  row('Bodies are limited to 1 MB', 'limits-bodies'),
  row('What is idle is ended after two seconds', 'ends-idle-streams', {
    nginx: { scenario: 'nginx-ends-what-is-idle' },
    ...none(NO_LIMIT, 'traefik', 'caddy'),
  }),
  row('Extensions of WebSockets are hidden', 'hides-extensions'),
  row('Browsers are spoken to by HTTP/2', 'speaks-http-2', {
    ...none('it does so anyway', 'traefik', 'caddy', 'haproxy'),
    ...none('its configuration loads no module for it', 'apache'),
  }),
  row('The certificate has expired', 'certificate-expired'),
  row('The certificate is for another name', 'certificate-for-another-name'),
  row('The certificate signs itself', 'certificate-untrusted'),
];
