// What containers may do, and whom they and their neighbours can reach. With real ones: as an attacker would try it.
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type Docker from 'dockerode';
import { execa } from 'execa';
import { ROOT } from '../../harness/common/paths.ts';
import { findProgram } from '../../harness/common/which.ts';
import { topologyNames } from '../../harness/scenario/project.ts';
import { configure } from '../../harness/setup/configurations.ts';
import { bridgeName, raiseFence } from '../../harness/topology/fence.ts';
import { hasImage, imageTags } from '../../harness/topology/images.ts';
import { LABEL_RUN } from '../../harness/topology/ownership.ts';
import { overlayOf } from '../../harness/topology/overlay.ts';
import { limitsOf } from '../../harness/topology/privileges.ts';
import { environment, TYPESCRIPT, TYPESCRIPT_ENV } from './support/command.ts';
import { test } from './support/stacks.ts';
import { expect } from './support/test.ts';

test.use({ trace: 'off', screenshot: 'off' });

const FENCEABLE = process.platform === 'linux' && process.getuid?.() === 0 && findProgram('ip') !== undefined;

/** Connects, and says what became of it: a program for the Node.js of a container or of another machine. */
const connectTo = (host: string, port: number): string =>
  `const s = require('net').connect(${port}, '${host}');
   const say = (text) => { console.log(text); process.exit(); };
   s.on('connect', () => say('open')).on('error', ({ code }) => say(code)); setTimeout(say, 2000, 'silent');`;

async function containerOf(docker: Docker, run: string): Promise<Docker.ContainerInspectInfo> {
  const [found] = await docker.listContainers({ filters: { label: [`${LABEL_RUN}=${run}`] } });
  return docker.getContainer(found?.Id ?? '').inspect();
}

/** What becomes of a connection from inside a container. */
async function fromInside(container: string, host: string, port: number): Promise<string> {
  return (await execa('docker', ['exec', container, 'node', '-e', connectTo(host, port)])).stdout;
}

const networksOf = ({ NetworkSettings }: Docker.ContainerInspectInfo): { Gateway: string; IPAddress: string }[] =>
  Object.values(NetworkSettings.Networks);

test.describe('with the fence', () => {
  test.skip(!FENCEABLE, 'it needs Linux, root and iproute2');

  test.beforeAll(async () => {
    const why = await raiseFence();
    test.skip(why !== undefined, why ?? '');
  });

  test('a container reaches neither this machine nor other stacks; its own address and its neighbours it does', async ({
    docker,
    hold,
  }) => {
    const server = net.createServer((socket) => socket.on('error', () => undefined).end('this machine'));
    await once(server.listen(0, '0.0.0.0'), 'listening');
    const { port } = server.address() as net.AddressInfo;
    const stacks = await Promise.all([hold(), hold()]);
    const [inside, other] = await Promise.all(stacks.map(({ run }) => containerOf(docker, run)));
    if (!inside || !other) throw new Error('there are two containers');
    const own = Object.values(os.networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .flatMap(({ family, internal, address }) => (family === 'IPv4' && !internal ? [address] : []));
    const published = Number(inside.NetworkSettings.Ports['80/tcp']?.[0]?.HostPort);
    const attempts = [
      ...[...own, ...networksOf(inside).map(({ Gateway }) => Gateway)].flatMap((host) => [
        [host, port],
        [host, published],
      ]),
      ...networksOf(other).map(({ IPAddress }) => [IPAddress, 80]),
    ] as [string, number][];
    const seen = await Promise.all(
      attempts.map(async ([host, to]) => `${host}:${to} ${await fromInside(inside.Id, host, to)}`),
    );
    server.close();
    expect(attempts.length).toBeGreaterThan(6);
    expect(seen.filter((one) => one.endsWith(' open'))).toEqual([]);
    expect(await fromInside(inside.Id, networksOf(inside)[0]?.IPAddress ?? '', 80)).toBe('open');
  });

  test('another machine on the network reaches no container at its own address', async ({ docker, hold }) => {
    const { run, addresses } = await hold();
    const to = networksOf(await containerOf(docker, run)).map(({ IPAddress }) => IPAddress);
    expect(to).toHaveLength(2);
    const name = `sintoma-${run}`;
    const near = `v${run.slice(-6)}a`;
    const ip = (...args: string[]): Promise<unknown> => execa(findProgram('ip') ?? 'ip', args);
    // A neighbour: a network namespace with a cable to this machine, which it takes for its router.
    await ip('netns', 'add', name);
    try {
      await ip('link', 'add', near, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name);
      await ip('address', 'add', '10.213.77.1/30', 'dev', near);
      await ip('link', 'set', near, 'up');
      await ip('-n', name, 'address', 'add', '10.213.77.2/30', 'dev', 'eth0');
      await ip('-n', name, 'link', 'set', 'eth0', 'up');
      await ip('-n', name, 'route', 'add', 'default', 'via', '10.213.77.1');
      const fromOutside = async (host: string, port: number): Promise<string> =>
        (await execa('ip', ['netns', 'exec', name, process.execPath, '-e', connectTo(host, port)])).stdout;
      const server = net.createServer((socket) => socket.end());
      await once(server.listen(0, '10.213.77.1'), 'listening');
      const { port } = server.address() as net.AddressInfo;
      expect(await fromOutside('10.213.77.1', port), 'it reaches this machine').toBe('open');
      server.close();
      expect(await Promise.all(to.map((host) => fromOutside(host, 80)))).toEqual(['silent', 'silent']);
    } finally {
      await ip('netns', 'delete', name);
    }
    const open = addresses?.find(({ port }) => port === 80)?.to as { address: string; port: number };
    const socket = net.connect(open.port, open.address);
    await once(socket, 'connect');
    socket.destroy();
  });

  test('stands once, however often it is raised, and goes without a trace', async ({ folder }, testInfo) => {
    // In a network namespace the packet filter is another: that of this machine stays as it is.
    const script = path.join(folder, 'fence.mts');
    writeFileSync(
      script,
      `import { raiseFence, removeFence } from ${JSON.stringify(path.join(ROOT, 'harness/topology/fence.ts'))};
       const said = process.argv[2] === 'raise' ? await raiseFence() : await removeFence();
       console.log(String(said));`,
    );
    const name = `sintoma-fence-${testInfo.workerIndex}-${process.pid}`;
    const inside = async (...command: string[]): Promise<string> =>
      (
        await execa(findProgram('ip') ?? 'ip', ['netns', 'exec', name, ...command], {
          extendEnv: false,
          env: environment(TYPESCRIPT_ENV),
        })
      ).stdout;
    const fence = (what: 'raise' | 'remove'): Promise<string> => inside(process.execPath, TYPESCRIPT, script, what);
    const rules = async (): Promise<string> => `${await inside('iptables', '-S')}\n${await inside('ip6tables', '-S')}`;
    await execa(findProgram('ip') ?? 'ip', ['netns', 'add', name]);
    try {
      expect(await fence('raise')).toBe('the engine does not use the iptables of this machine');
      await inside('iptables', '-N', 'DOCKER-USER');
      await inside('iptables', '-A', 'DOCKER-USER', '-j', 'RETURN');
      const before = await rules();
      expect(await fence('raise')).toBe('undefined');
      const once = await rules();
      expect(once).toMatch(/^-A DOCKER-USER -j SINTOMA-FORWARD\n-A DOCKER-USER -j RETURN$/m);
      expect(await fence('raise')).toBe('undefined');
      expect(await rules()).toBe(once);
      expect(await fence('remove')).toBe('true');
      expect(await rules()).toBe(before);
      expect(await fence('remove')).toBe('false');
    } finally {
      await execa(findProgram('ip') ?? 'ip', ['netns', 'delete', name]);
    }
  });
});

test('bridges have names that Linux takes and the fence knows, each its own', () => {
  const names = [bridgeName('a', 'front'), bridgeName('a', 'default'), bridgeName('b', 'front')];
  expect(new Set(names).size).toBe(3);
  for (const name of names) expect(name).toMatch(/^sintoma[0-9a-f]{8}$/);
});

test('networks of other kinds than bridges keep what they say', () => {
  const networks = { front: null, lan: { driver: 'macvlan' } };
  const resolved = { services: {}, networks, volumes: {} };
  const written = overlayOf(resolved, { project: 'p', labels: {}, images: {}, address: '127.0.0.1' });
  expect(written.match(/bridge\.name: \S+/g)).toEqual([`bridge.name: ${bridgeName('p', 'front')}`]);
});

/** Services that begin as root, and why. */
const ROOT_AT_FIRST: Readonly<Record<string, string>> = {
  'easypanel-crm/backend-silent: backend': 'sets up a firewall, and then becomes somebody else',
  'easypanel-crm/backend-silent+timeout-2s: backend': 'the same',
};

test('no container of a documented system runs as root, but for those that say why', async ({ docker }) => {
  const asRoot = new Set<string>();
  for (const topology of topologyNames()) {
    const { configurations } = await configure(topology);
    for (const { overrides, project } of configurations) {
      for (const [service, tag] of Object.entries(imageTags(topology, project))) {
        if (!(await hasImage(docker, tag))) continue;
        const { User } = (await docker.getImage(tag).inspect()).Config;
        const fault = overrides.map((file) => path.basename(file, '.yaml')).join('+') || 'healthy';
        if (!User || /^(root|0)(:|$)/.test(User)) asRoot.add(`${topology}/${fault}: ${service}`);
      }
    }
  }
  expect([...asRoot]).toEqual(Object.keys(ROOT_AT_FIRST));
});

test.describe('what a container may do', () => {
  const DEFAULT = {
    cap_drop: ['ALL'],
    cap_add: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'KILL', 'SETGID', 'SETUID'],
    security_opt: ['no-new-privileges:true'],
    mem_limit: '1g',
    pids_limit: 1024,
  };
  const { mem_limit: _memory, ...withoutMemory } = DEFAULT;
  const { pids_limit: _pids, ...withoutProcesses } = DEFAULT;

  for (const [what, service, expected] of [
    ['says nothing', {}, DEFAULT],
    [
      'needs a capability',
      { cap_add: ['CAP_NET_ADMIN'] },
      { ...DEFAULT, cap_add: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'KILL', 'NET_ADMIN', 'SETGID', 'SETUID'] },
    ],
    ['has dropped all', { cap_drop: ['all'], cap_add: ['CHOWN'] }, { ...DEFAULT, cap_add: ['CHOWN'] }],
    [
      'gains privileges',
      { security_opt: ['no-new-privileges:false'] },
      { ...DEFAULT, security_opt: ['no-new-privileges:false'] },
    ],
    [
      'has a profile of its own',
      { security_opt: ['seccomp=x.json'] },
      { ...DEFAULT, security_opt: ['seccomp=x.json', 'no-new-privileges:true'] },
    ],
    ['is privileged', { privileged: true }, { mem_limit: '1g', pids_limit: 1024 }],
    ['limits its memory', { mem_limit: '5368709120' }, withoutMemory],
    ['limits its memory in `deploy`', { deploy: { resources: { limits: { memory: '5368709120' } } } }, withoutMemory],
    ['limits its processes', { pids_limit: 5000 }, withoutProcesses],
  ] as const) {
    test(`a service that ${what}`, () => {
      expect(limitsOf(structuredClone(service) as Parameters<typeof limitsOf>[0])).toEqual(expected);
    });
  }

  test('a running one: no more', async ({ docker, hold }) => {
    const { run } = await hold();
    const { HostConfig, Id } = await containerOf(docker, run);
    expect(HostConfig).toMatchObject({
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges:true'],
      Memory: 1024 ** 3,
      PidsLimit: 1024,
    });
    const { stdout } = await execa('docker', [
      'exec',
      '-u',
      '0',
      Id,
      'grep',
      '-E',
      'NoNewPrivs|CapBnd',
      '/proc/self/status',
    ]);
    expect(stdout).toMatch(/^NoNewPrivs:\t1$/m);
    // CHOWN, DAC_OVERRIDE, FOWNER, KILL, SETGID, SETUID: bits 0, 1, 3, 5, 6, 7.
    expect(stdout).toMatch(/^CapBnd:\t00000000000000eb$/m);
  });
});
