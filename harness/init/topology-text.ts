/** The text of topology.ts: a pure function. */
import { defined } from '../common/defined.ts';
import type { Readiness } from '../topology/readiness.ts';
import type { TakesPart } from './channel.ts';
import { importCode, objectCode, quoted, textCode } from './code.ts';
import { CHANNEL } from './judge.ts';
import type { PublishWay } from './publishing.ts';
import { shownPort, type ServicePort } from './services.ts';

/** A system as it is answered for. */
export interface System {
  name: string;
  /** Of the Compose file, relative to the repository. */
  compose: string;
  visit: string;
  answering: ServicePort;
  /** Documented "host:port" to "service:port". */
  addresses: Readonly<Record<string, string>>;
  /** Ports that the Compose file does not publish. */
  ports: readonly string[];
  publish: PublishWay;
  /** See {@link publishedTo}; absent where its service has a health check. */
  listens?: ServicePort;
}

const WRITTEN = '// Written by `npx sintoma init`. docs/writing-scenarios.md of sintoma explains every key.';

/** The name that the service is asked under by HTTPS; undefined where it speaks HTTP. */
export const tlsName = (visit: string): string | undefined => {
  const { protocol, hostname } = new URL(visit);
  return protocol === 'https:' ? hostname : undefined;
};

/** A request by which a message is published. */
export interface PublishRequest extends ServicePort {
  method: string;
  path: string;
  body?: string;
  /** The name that it is asked under. */
  host?: string;
  /** The service speaks HTTPS, under this name. */
  tls?: string;
}

/** A request goes to the service that answers the visit, under the name that readers use, unless another is named. */
export function requestOf(
  { visit, answering }: Pick<System, 'visit' | 'answering'>,
  { method, to, path, body }: Extract<PublishWay, { by: 'request' }>,
): PublishRequest {
  const own = to === undefined ? { host: new URL(visit).host, tls: tlsName(visit) } : {};
  return { method, ...(to ?? answering), path, ...defined({ body, ...own }) };
}

function publishCode(system: System): { word: string; text: string } | undefined {
  const { publish } = system;
  if (publish.by === 'none') return undefined;
  if (publish.by === 'command')
    return { word: 'byCommand', text: `byCommand(${quoted(publish.service)}, ${quoted(publish.command)})` };
  const { method, service, port, path, host, body, tls } = requestOf(system, publish);
  const more = {
    ...(body === undefined ? {} : { body: quoted(body) }),
    ...(host === undefined ? {} : { headers: objectCode({ host: quoted(host) }) }),
    ...(tls === undefined ? {} : { tls: quoted(tls) }),
  };
  const args = [quoted(method), quoted(service), String(port), quoted(path)].join(', ');
  if (Object.keys(more).length === 0) return { word: 'byRequest', text: `byRequest(${args})` };
  const line = `byRequest(${args}, ${objectCode(more)})`;
  const lines = Object.entries(more).map(([key, value]) => `        ${key}: ${value},\n`);
  return { word: 'byRequest', text: line.length < 80 ? line : `byRequest(${args}, {\n${lines.join('')}      })` };
}

/** What the topology is known to be ready by, and from when a page takes part. */
export interface Known {
  ready: string;
  takesPart?: TakesPart | undefined;
}

/** By which facts its services are known to be ready, where the one that answers does so at this path. */
export const readyBy = (
  { answering, listens, visit }: Pick<System, 'answering' | 'listens' | 'visit'>,
  http: string,
): Record<string, Readiness> => ({
  [answering.service]: { http, port: answering.port, ...defined({ tls: tlsName(visit) }) },
  ...(listens ? { [listens.service]: { tcp: listens.port } } : {}),
});

/** The members of an object as code. */
const valuesCode = (values: object): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, typeof value === 'string' ? quoted(value) : String(value)]),
  );

/**
 * The text of topology.ts.
 *
 * @param compose path of the Compose file, relative to topology.ts
 */
export function topologyText(system: System, compose: string, { ready, takesPart }: Known): string {
  const { addresses, ports } = system;
  const publish = publishCode(system);
  const words = ['topology', ...(publish ? [publish.word] : []), ...(publish && takesPart ? ['connected'] : [])];
  const facts = Object.fromEntries(
    Object.entries(readyBy(system, ready)).map(([service, fact]) => [service, objectCode(valuesCode(fact))]),
  );
  const subscribed = takesPart
    ? [
        `      subscribed: connected(${[textCode(takesPart.url), ...(takesPart.said === undefined ? [] : [quoted(takesPart.said)])].join(', ')}),`,
      ]
    : [];
  const channels = publish
    ? ['  channels: {', `    ${CHANNEL}: {`, `      publish: ${publish.text},`, ...subscribed, '    },', '  },']
    : [
        '  // A channel says how a message is published. Without one, no scenario can tell how far messages come.',
        '  channels: {},',
      ];
  const led = Object.entries(addresses).map(([address, to]) => `    ${quoted(address)}: ${quoted(to)},`);
  return [
    WRITTEN,
    importCode(words),
    '',
    'export default topology({',
    `  compose: ${quoted(compose)},`,
    '  // Where the addresses that readers open lead: to a service and the port of its container.',
    '  addresses: {',
    ...led,
    '  },',
    ...(ports.length > 0 ? [`  ports: [${ports.map(quoted).join(', ')}],`] : []),
    `  ready: ${objectCode(facts)},`,
    ...channels,
    '});',
    '',
  ].join('\n');
}

/**
 * The port of the service that messages are published to, where another one answers the visit: a system whose proxy is
 * stopped may be asked to publish before that service listens.
 */
export function publishedTo(
  { answering, publish }: Pick<System, 'answering' | 'publish'>,
  ports: readonly ServicePort[],
): ServicePort | undefined {
  if (publish.by === 'none') return undefined;
  const to = publish.by === 'request' ? publish.to : ports.find(({ service }) => service === publish.service);
  return to?.service === answering.service ? undefined : to;
}

/** "service:port" of all that a topology publishes by itself. */
export const addedPorts = (
  { answering, publish, listens }: Pick<System, 'answering' | 'publish' | 'listens'>,
  known: readonly string[],
): string[] => {
  const to = publish.by === 'request' ? publish.to : undefined;
  const wanted = [answering, ...(to ? [to] : []), ...(listens ? [listens] : [])].map(shownPort);
  return [...new Set(wanted)].filter((one) => !known.includes(one));
};
