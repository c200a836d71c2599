/**
 * The last Compose override of every stack. It makes a deployment that was written for one machine safe to start
 * beside others: ports are published at random on the engine's address, fixed names of containers, networks and
 * volumes are taken away, external ones become the stack's own, images are those that set-up has built, and labels say
 * whose everything is. The project's own files stay as they are.
 */
import { Document, isMap, isScalar } from 'yaml';
import { CONFIG_PROJECT, type ResolvedProject, type ResolvedService } from './compose.ts';

export interface OverlayOptions {
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

/**
 * The override as YAML, with Compose's tags `!reset` (takes a value away) and `!override` (replaces instead of merging).
 *
 * @param project the deployment's files as Compose resolves them
 */
export function overlayOf(
  { services, networks, volumes }: Pick<ResolvedProject, 'services' | 'networks' | 'volumes'>,
  { labels, images, address }: OverlayOptions,
): string {
  const own = (kept: ResolvedProject['volumes']): object =>
    Object.fromEntries(
      Object.entries(kept).map(([key, value]) => {
        const { name, external } = value ?? {};
        const fixed = name !== undefined && name !== `${CONFIG_PROJECT}_${key}`;
        return [key, { labels, ...(fixed ? { name: null } : {}), ...(external ? { external: null } : {}) }];
      }),
    );
  const document = new Document({
    services: Object.fromEntries(
      Object.entries(services).map(([name, { ports, container_name }]) => [
        name,
        {
          labels,
          ...(images[name] ? { image: images[name], pull_policy: 'never' } : {}),
          ...(container_name === undefined ? {} : { container_name: null }),
          ...(ports ? { ports: [...new Set(ports.map((port) => randomPort(address, port)))] } : {}),
        },
      ]),
    ),
    networks: own(networks),
    volumes: own(volumes),
  });
  for (const part of ['services', 'networks', 'volumes']) {
    const map = document.get(part);
    for (const { value: item } of isMap(map) ? map.items : []) {
      for (const { value, key } of isMap(item) ? item.items : []) {
        if (isScalar(value) && value.value === null) value.tag = '!reset';
        if (isScalar(key) && key.value === 'ports' && isMap(item)) (value as { tag?: string }).tag = '!override';
      }
    }
  }
  return document.toString();
}
