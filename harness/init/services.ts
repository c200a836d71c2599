/** Which service answers the address that readers open: pure functions over what Compose says. */
import { closest, distance } from 'fastest-levenshtein';
import { addressOf, portOf } from '../common/address.ts';
import { UserError } from '../common/errors.ts';
import type { ResolvedProject } from '../topology/compose.ts';

/** A port of a service's container. */
export interface ServicePort {
  service: string;
  port: number;
}

/** A port of a container, and the port of the machine under which the files publish it, if they do. */
export interface Port extends ServicePort {
  published?: number;
}

export const shownPort = ({ service, port }: ServicePort): string => `${service}:${port}`;

/** Ports by which nobody opens a page: databases, brokers, mail, shells. */
const NO_PAGE = new Set([
  22, 25, 53, 465, 587, 1433, 1521, 1883, 2379, 3306, 4222, 5432, 5672, 6379, 9042, 9092, 11211, 27017,
]);

/** The TCP ports of all services: those that are published first. */
export function portsOf({ services }: Pick<ResolvedProject, 'services'>): Port[] {
  const all = Object.entries(services).flatMap(([service, { ports = [], expose = [] }]): Port[] => [
    ...ports
      .filter(({ protocol = 'tcp' }) => protocol === 'tcp')
      .map(({ target, published }) => {
        const number = Number(published);
        return { service, port: target, ...(Number.isInteger(number) && number > 0 ? { published: number } : {}) };
      }),
    ...expose.flatMap((one) => (/^\d+(\/tcp)?$/.test(one) ? [{ service, port: parseInt(one, 10) }] : [])),
  ]);
  const isPublished = ({ service }: Port): boolean => (services[service]?.ports ?? []).length > 0;
  const sorted = [...all.filter(isPublished), ...all.filter((one) => !isPublished(one))];
  return sorted.filter((one, index) => sorted.findIndex((other) => shownPort(other) === shownPort(one)) === index);
}

/** The error for a service that the Compose file does not have. */
export function noSuchService(flag: string, name: string, services: readonly string[]): UserError {
  const near = services.length > 0 ? closest(name, [...services]) : '';
  const guess =
    distance(name, near) <= Math.min(2, name.length / 2)
      ? `did you mean "${near}"?`
      : `its services: ${services.join(', ')}`;
  return new UserError(`${flag}: there is no service "${name}" in the Compose file`, guess, 2);
}

/**
 * Parses `service:port`.
 *
 * @throws UserError that names the flag
 */
export function parseServicePort(flag: string, text: string, services: readonly string[]): ServicePort {
  const [, service, port] = /^([\w.-]+):(\d{1,5})$/.exec(text.trim()) ?? [];
  if (service === undefined || Number(port) < 1 || Number(port) > 65_535)
    throw new UserError(`${flag}: "${text}" is no service:port`, 'such as web:8080, with the port of the container', 2);
  if (!services.includes(service)) throw noSuchService(flag, service, services);
  return { service, port: Number(port) };
}

/**
 * Parses the address that readers open.
 *
 * @throws UserError when it is none, or a browser cannot be led from it to the system
 */
export function parseVisit(text: string): string {
  const typed = text.trim();
  const url = URL.canParse(typed) ? new URL(typed) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol) || url.hostname === '')
    throw new UserError(`--visit: "${typed}" is no address of a page`, 'such as http://localhost:8080/', 2);
  if (['127.0.0.1', '0.0.0.0', '[::1]'].includes(url.hostname)) {
    url.hostname = 'localhost';
    throw new UserError(`--visit: ${typed} always leads to this machine itself`, `write ${url.href}`, 2);
  }
  if (url.username !== '' || url.password !== '')
    throw new UserError('--visit: it holds a user or a password', 'write the address without them', 2);
  return url.href;
}

/** The ports by which pages may be opened. */
export const pagePorts = (ports: readonly Port[]): Port[] => ports.filter(({ port }) => !NO_PAGE.has(port));

/** The address that readers open, where the files leave no doubt: one published port by which pages may be opened. */
export function proposeVisit(ports: readonly Port[]): string | undefined {
  const published = pagePorts(ports).flatMap(({ published: number }) => number ?? []);
  return published.length === 1 ? new URL(`http://localhost:${published[0] ?? 80}/`).href : undefined;
}

/** The ports that may answer an address, the likeliest first; `sure` when no other is as likely. */
export function proposeServices(ports: readonly Port[], visit: string): { proposed: Port[]; sure: boolean } {
  const wanted = portOf(visit);
  const pages = pagePorts(ports);
  const rank = ({ port, published }: Port): number =>
    published === wanted ? 0 : published !== undefined && port === wanted ? 1 : published !== undefined ? 2 : 3;
  const proposed = [...pages].sort((a, b) => rank(a) - rank(b));
  const [best, next] = proposed;
  return { proposed, sure: best !== undefined && (next === undefined || rank(best) < rank(next)) };
}

/**
 * Documented addresses: that of the visit, and the other published ports under the same name, which a page may use too.
 */
export function addressesOf(visit: string, answering: ServicePort, ports: readonly Port[]): Record<string, string> {
  const { hostname } = new URL(visit);
  const visited = addressOf(visit);
  const others = ports
    .filter((one) => one.published !== undefined && shownPort(one) !== shownPort(answering))
    .map((one) => [`${hostname}:${one.published ?? 0}`, shownPort(one)] as const);
  return {
    [visited]: shownPort(answering),
    ...Object.fromEntries(others.filter(([address]) => address !== visited)),
  };
}
