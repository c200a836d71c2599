/** What follows from an address alone. */

export interface Address {
  scheme: 'http' | 'https' | 'ws' | 'wss';
  secure: boolean;
  host: string;
  port: number;
  path: string;
  /** With the question mark, or empty. */
  query: string;
}

/** Parses a URL; undefined for anything but http, https, ws and wss. */
export function parseAddress(url: string): Address | undefined {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    return undefined;
  }
  const scheme = parsed.protocol.slice(0, -1);
  if (scheme !== 'http' && scheme !== 'https' && scheme !== 'ws' && scheme !== 'wss') return undefined;
  const secure = scheme === 'https' || scheme === 'wss';
  return {
    scheme,
    secure,
    host: parsed.hostname.replace(/^\[|\]$/g, ''),
    port: parsed.port === '' ? (secure ? 443 : 80) : Number(parsed.port),
    path: parsed.pathname,
    query: parsed.search,
  };
}

/** host:port, without the default port of the scheme. */
export function authority(address: Pick<Address, 'host' | 'port' | 'secure'>): string {
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  return address.port === (address.secure ? 443 : 80) ? host : `${host}:${address.port}`;
}

/** The web origin of an address: always http or https. */
export function originOf(address: Pick<Address, 'host' | 'port' | 'secure'>): string {
  return `${address.secure ? 'https' : 'http'}://${authority(address)}`;
}

/** The same address with http(s) in place of ws(s), or the reverse. */
export function withScheme(address: Address, family: 'http' | 'ws'): string {
  return `${family}${address.secure ? 's' : ''}://${authority(address)}${address.path}${address.query}`;
}

/** The address with some parts replaced. */
export function changed(address: Address, change: Partial<Address>): Address {
  const secure = change.secure ?? address.secure;
  const family = address.scheme.startsWith('ws') ? 'ws' : 'http';
  return { ...address, ...change, secure, scheme: secure ? `${family}s` : family };
}

export type HostClass = 'loopback' | 'private' | 'address' | 'single-label' | 'name';

/** The kind of a host, by its name alone. */
export function hostClass(host: string): HostClass {
  if (
    host === 'localhost' ||
    host.endsWith('.localhost') ||
    /^127\./.test(host) ||
    host === '::1' ||
    host === '0.0.0.0'
  ) {
    return 'loopback';
  }
  if (/^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.|f[cd][0-9a-f]{2}:|fe80:)/i.test(host)) return 'private';
  if (/^[\d.]+$/.test(host) || host.includes(':')) return 'address';
  return host.includes('.') ? 'name' : 'single-label';
}

/** Second-level labels under which names are registered, as in com.br and co.uk. */
const SECOND_LEVEL = /^(com|co|net|org|gov|edu|ac|or|ne)$/;

/** The registrable part of a host name, by the common rules; addresses and single labels are their own site. */
export function siteOf(host: string): string {
  if (hostClass(host) !== 'name') return host;
  const labels = host.split('.');
  const keep =
    labels.length > 2 && SECOND_LEVEL.test(labels.at(-2) ?? '') && (labels.at(-1) ?? '').length === 2 ? 3 : 2;
  return labels.slice(-keep).join('.');
}

/** True when both hosts belong to one site. */
export function sameSite(a: string, b: string): boolean {
  return siteOf(a) === siteOf(b);
}

/** What a URL contains where a build-time variable was not set. */
const PLACEHOLDERS =
  /(^|[/.:@?=&_-])(undefined|null|nan|%5bobject%20object%5d|\[object object\])($|[/.:?=&_-])|ws-\.pusher\.com|sockjs-\.pusher\.com|\$\{|%7b|\{\{|%24|__[A-Z][A-Z_]+__|\/\/(vite|next_public|react_app)_/i;

/** The placeholder that a URL contains instead of a value, if any. */
export function placeholderIn(url: string): string | undefined {
  const withoutQueryValues = url.replace(/([?&][^=&]+)=[^&]*/g, '$1');
  const found = PLACEHOLDERS.exec(withoutQueryValues);
  return found ? found[0].replace(/^[/.:@?=&_-]|[/.:?=&_-]$/g, '') : undefined;
}

/** Hosts of services for analytics, advertising and switches of features, on which no message depends. */
const TRACKER =
  /(^|[.-])(google-analytics|googletagmanager|doubleclick|gtm|gtag|analytics?|track(er|ing)?|telemetry|metrics|stats|pixel|beacon|ads?|adserver|rum|sentry|hotjar|segment|mixpanel|amplitude|clarity|plausible|matomo|piwik|umami|posthog|datadog(hq)?|newrelic|nr-data|intercom|fullstory|facebook|fbcdn|cloudflareinsights|bugsnag|logrocket|flags|feature-?flags|unleash|flagsmith|growthbook|launchdarkly|configcat)([.-]|$)/i;

/** Paths of such services, at whatever host: Sentry's reports, what Vercel and Netlify count visits by, Matomo. */
const TRACKER_PATH =
  /^\/api\/\d+\/(envelope|store)\/?$|^\/_vercel\/(speed-)?insights\/|^\/\.netlify\/scripts\/rum|\/(matomo|piwik)\.(js|php)$/i;

/** True when the host is, by its name, an analytics or advertising service. */
export function isTracker(host: string): boolean {
  return hostClass(host) === 'name' && TRACKER.test(host);
}

/** True when the path is one of such a service, whatever its host is called. */
export const isTrackerPath = (path: string): boolean => TRACKER_PATH.test(path);

/** Two addresses of one host and port. */
export const isSameServer = (a: Address, b: Address): boolean => a.host === b.host && a.port === b.port;

/** Two addresses of one server, in the same folder of its root. */
export const isBeside = (a: Address, b: Address): boolean =>
  isSameServer(a, b) && a.path.split('/')[1] === b.path.split('/')[1];
