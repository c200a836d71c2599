// No topology, healthy or faulty, can be reached from another machine, or reach one. (The browser's side: recorder.spec.ts.)
import { resolveProject, type ResolvedService } from '../../harness/topology/compose.ts';
import { faultFile, faultNames } from '../../harness/topology/deployment.ts';
import { loadDefinition } from '../../harness/scenario/load.ts';
import { topologyNames } from '../../harness/scenario/project.ts';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { IMAGE_PREFIX } from '../../harness/topology/images.ts';
import { ROOT } from '../../harness/common/paths.ts';
import { expect, test } from './support/test.ts';

const COMPOSE = path.join(ROOT, 'compose');

type Service = ResolvedService & { dns?: string[]; network_mode?: string; extra_hosts?: unknown; volumes?: Volume[] };
interface Volume {
  type: string;
  source: string;
}

/** What is wrong with one service. */
function leaks(name: string, service: Service): string[] {
  const found: string[] = [];
  for (const port of service.ports ?? []) {
    if (port.host_ip !== '127.0.0.1') found.push(`${name}: port ${port.target} is not on 127.0.0.1 only`);
    if (port.published !== undefined && port.published !== '0')
      found.push(`${name}: port ${port.target} is not random`);
  }
  if (JSON.stringify(service.dns) !== '["127.0.0.1"]') found.push(`${name}: resolves names outside (dns)`);
  if (service.network_mode !== undefined) found.push(`${name}: network_mode ${service.network_mode}`);
  if (service.extra_hosts !== undefined) found.push(`${name}: extra_hosts`);
  for (const { type, source } of service.volumes ?? []) {
    // A folder of this machine is not there for an engine elsewhere.
    if (type === 'bind') found.push(`${name}: mounts ${source}`);
  }
  return found;
}

for (const topology of topologyNames()) {
  test(`${topology}: ports on 127.0.0.1 only, networks that lead nowhere, no resolver`, async () => {
    const found: string[] = [];
    const { deployment } = await loadDefinition(topology);
    for (const fault of [undefined, ...faultNames(deployment)]) {
      const overrides = fault === undefined ? [] : [faultFile(deployment, fault)];
      const { services, networks } = await resolveProject(deployment, overrides);
      for (const [name, service] of Object.entries(services)) found.push(...leaks(name, service));
      for (const [name, network] of Object.entries(networks)) {
        const masked = network?.driver_opts?.['com.docker.network.bridge.enable_ip_masquerade'] === 'false';
        if (!network?.internal && !masked) found.push(`network ${name} leads outside`);
      }
      expect(found, fault ?? 'healthy').toEqual([]);
    }
  });
}

test('a service that leaks is found', () => {
  const leaky: Service = { ports: [{ target: 80, host_ip: '0.0.0.0', published: '8080' }], network_mode: 'host' };
  expect(leaks('web', leaky)).toEqual([
    'web: port 80 is not on 127.0.0.1 only',
    'web: port 80 is not random',
    'web: resolves names outside (dns)',
    'web: network_mode host',
  ]);
});

// A name without a registry is Docker Hub's: whoever owns it there would be asked when an image was not built yet.
test('every image stands on one that is built here, or on a published one of its own project', () => {
  const published = ['debian:trixie-slim', 'traefik:v3.5.3'];
  const foreign: string[] = [];
  const files = readdirSync(COMPOSE, { recursive: true, encoding: 'utf8' });
  for (const file of files.filter((name) => name.endsWith('Dockerfile') && !name.includes('node_modules'))) {
    const text = readFileSync(`${COMPOSE}/${file}`, 'utf8');
    const stages = [...text.matchAll(/ AS (\S+)$/gm)].map(([, name]) => name);
    for (const [, image = ''] of text.matchAll(/(?:^FROM\s+|--from=)(\S+)/gm)) {
      const known = ['scratch', ...published, ...stages].includes(image) || image.startsWith(IMAGE_PREFIX);
      if (!known) foreign.push(`${file}: ${image}`);
    }
  }
  expect(foreign).toEqual([]);
});
