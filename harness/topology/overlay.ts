/**
 * The last Compose override of every stack. It makes a deployment that was written for one machine safe to start
 * beside others: ports are published at random on the engine's address, fixed names of containers, networks and
 * volumes are taken away, external ones become the stack's own, images are those that set-up has built, containers may do
 * no more than they need, and labels say whose everything is. The project's own files stay as they are.
 */
import { Document, isMap, isScalar } from 'yaml';
import { CONFIG_PROJECT, type ResolvedNetwork, type ResolvedProject, type ResolvedService } from './compose.ts';
import { bridgeName } from './fence.ts';
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
}

/** `127.0.0.1::80/udp`: some free port of an address. */
const randomPort = (address: string, { target, protocol }: NonNullable<ResolvedService['ports']>[number]): string =>
  `${address}::${target}${protocol === 'udp' ? '/udp' : ''}`;

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
  { project, labels, images, address }: OverlayOptions,
): string {
  const own = (key: string, value: ResolvedProject['volumes'][string]): object => {
    const { name, external } = value ?? {};
    const fixed = name !== undefined && name !== `${CONFIG_PROJECT}_${key}`;
    return { labels, ...(fixed ? { name: null } : {}), ...(external ? { external: null } : {}) };
  };
  const document = new Document({
    services: Object.fromEntries(
      Object.entries(services).map(([name, { ports, container_name, ...service }]) => [
        name,
        {
          labels,
          ...limitsOf(service),
          ...(images[name] ? { image: images[name], pull_policy: 'never' } : {}),
          ...(container_name === undefined ? {} : { container_name: null }),
          ...(ports ? { ports: [...new Set(ports.map((port) => randomPort(address, port)))] } : {}),
        },
      ]),
    ),
    networks: Object.fromEntries(
      Object.entries(networks).map(([key, value]) => [key, { ...own(key, value), ...bridge(project, key, value) }]),
    ),
    volumes: Object.fromEntries(Object.entries(volumes).map(([key, value]) => [key, own(key, value)])),
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
