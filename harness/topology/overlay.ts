/**
 * The last Compose override of every stack. It makes a deployment that was written for one machine safe to start
 * beside others: ports are published on the engine's address, under numbers of the stack's own, fixed names of
 * containers, networks and volumes are taken away, external ones become the stack's own, images are those that set-up
 * has built, containers may do no more than they need, and labels say whose everything is. The project's own files stay
 * as they are.
 */
import { Document, isMap, isScalar, parse } from 'yaml';
import { z } from 'zod';
import { CONFIG_PROJECT, type ResolvedNetwork, type ResolvedProject, type ResolvedService } from './compose.ts';
import { bridgeName } from './fence.ts';
import type { PortBlock, WrittenPorts } from './ports.ts';
import { limitsOf } from './privileges.ts';

export interface OverlayOptions {
  /** The name of the Compose project that is started. */
  project: string;
  /** Of everything that is started. */
  labels: Readonly<Record<string, string>>;
  /** Service to the image that its build has made. */
  images: Readonly<Record<string, string>>;
  /** Where ports are published. */
  address: string;
  /** Ports to publish besides those of the files: "service:port". */
  ports?: readonly string[] | undefined;
  /** Under which numbers; without it, and where it has none left, the engine chooses. */
  block?: PortBlock | undefined;
  /** Service to a number: containers that were made with another one are made anew. */
  generations?: Readonly<Record<string, number>>;
}

/** A label of services whose containers were changed in place. */
const LABEL_GENERATION = 'sintoma.generation';

/** Under which key the override keeps the numbers of its ports. */
const PORTS_KEY = 'x-sintoma-ports';

/** What a service publishes: `127.0.0.1:25001:80`, or `127.0.0.1::80/udp` for some free port. */
function published(
  service: string,
  { ports = [], deploy }: ResolvedService,
  { address, block, ports: more = [] }: OverlayOptions,
): string[] {
  // Containers of one service cannot share a port.
  const own = (deploy?.replicas ?? 1) > 1 ? undefined : block;
  const added = more
    .filter((one) => one.startsWith(`${service}:`))
    .map((one): { target: number; protocol?: string } => ({ target: Number(one.slice(service.length + 1)) }));
  const all = [...ports, ...added].map(
    ({ target, protocol = 'tcp' }) =>
      `${address}:${own?.of(service, target, protocol) ?? ''}:${target}${protocol === 'udp' ? '/udp' : ''}`,
  );
  return [...new Set(all)];
}

/** The ports of a service; nothing where it has none. */
function portsOf(name: string, service: ResolvedService, options: OverlayOptions): { ports?: string[] } {
  const ports = published(name, service, options);
  return service.ports || ports.length > 0 ? { ports } : {};
}

/** A bridge by whose name the fence knows it. Networks of other kinds have none. */
const bridge = (project: string, key: string, network: ResolvedNetwork | null): object =>
  ['bridge', 'default', undefined].includes(network?.driver)
    ? { driver_opts: { 'com.docker.network.bridge.name': bridgeName(project, key) } }
    : {};

/** Parts of a service that replace what the files say instead of adding to it. */
const REPLACED = ['ports', 'cap_add', 'cap_drop', 'security_opt'];

/**
 * The override as YAML, with Compose's tags `!reset` (takes a value away) and `!override` (replaces instead of merging).
 *
 * @param resolved the deployment's files as Compose resolves them
 */
export function overlayOf(
  { services, networks, volumes }: Pick<ResolvedProject, 'services' | 'networks' | 'volumes'>,
  options: OverlayOptions,
): string {
  const { project, labels, images, block, generations = {} } = options;
  const own = (key: string, value: ResolvedProject['volumes'][string]): object => {
    const { name, external } = value ?? {};
    const fixed = name !== undefined && name !== `${CONFIG_PROJECT}_${key}`;
    return { labels, ...(fixed ? { name: null } : {}), ...(external ? { external: null } : {}) };
  };
  const document = new Document({
    services: Object.fromEntries(
      Object.entries(services).map(([name, service]) => [
        name,
        {
          labels: { ...labels, ...(generations[name] ? { [LABEL_GENERATION]: String(generations[name]) } : {}) },
          ...limitsOf(service),
          ...(images[name] ? { image: images[name], pull_policy: 'never' } : {}),
          ...(service.container_name === undefined ? {} : { container_name: null }),
          ...portsOf(name, service, options),
        },
      ]),
    ),
    networks: Object.fromEntries(
      Object.entries(networks).map(([key, value]) => [key, { ...own(key, value), ...bridge(project, key, value) }]),
    ),
    volumes: Object.fromEntries(Object.entries(volumes).map(([key, value]) => [key, own(key, value)])),
    ...(block ? { [PORTS_KEY]: block.toJSON() } : {}),
  });
  for (const part of ['services', 'networks', 'volumes']) {
    const map = document.get(part);
    for (const { value: item } of isMap(map) ? map.items : []) {
      for (const { value, key } of isMap(item) ? item.items : []) {
        if (isScalar(value) && value.value === null) value.tag = '!reset';
        if (part === 'services' && isScalar(key) && REPLACED.includes(String(key.value)))
          (value as { tag?: string }).tag = '!override';
      }
    }
  }
  return document.toString();
}

const written = z.object({
  [PORTS_KEY]: z.object({ first: z.number(), ports: z.record(z.string(), z.number()) }).optional(),
  services: z.record(z.string(), z.object({ labels: z.record(z.string(), z.string()).default({}) })).default({}),
});

/** What an override keeps for another process: the numbers of its ports, where it has some, and of its services. */
export function keptIn(overlay: string): { ports: WrittenPorts | undefined; generations: Record<string, number> } {
  const { data } = written.safeParse(parse(overlay, { logLevel: 'error' }));
  const labelled = Object.entries(data?.services ?? {}).flatMap(([service, { labels }]) =>
    labels[LABEL_GENERATION] === undefined ? [] : [[service, Number(labels[LABEL_GENERATION])] as const],
  );
  return { ports: data?.[PORTS_KEY], generations: Object.fromEntries(labelled) };
}
