// What is started is labelled, reachable from this machine only, and gone afterwards, however its run ends.
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import Docker from 'dockerode';
import { execa } from 'execa';
import lockfile from 'proper-lockfile';
import { request } from 'undici';
import { CACHE, ROOT } from '../../harness/common/paths.ts';
import { sweepFiles } from '../../harness/topology/leftovers.ts';
import {
  cloneOf,
  existingProjects,
  handRun,
  LABEL_CLONE,
  LABEL_OWNER,
  LABEL_RUN,
  overlayFile,
  ownerIsGone,
  ownerOf,
  removeWhere,
  sweep,
} from '../../harness/topology/ownership.ts';
import { untilReady } from '../../harness/topology/readiness.ts';
import { environment, playwright, programs, SINTOMA, sintoma } from './support/command.ts';
import { FakeEngine } from './support/engine.ts';
import { FIXTURE, FIXTURE_CONFIG } from './support/project.ts';
import { signalGroup, test, thingsOf, until } from './support/stacks.ts';
import { expect } from './support/test.ts';

test.use({ trace: 'off', screenshot: 'off' });

/** A pid that no process has: the largest ones are given out last, if at all. */
const DEAD_OWNER = `${os.hostname()}/4194303/1`;

test.describe('owners', () => {
  test('this process is there; its label is not that of a later process with its pid', () => {
    expect(ownerIsGone(ownerOf(process.pid))).toBe(false);
    expect(ownerIsGone(`${os.hostname()}/${process.pid}/1`)).toBe(true);
  });

  test('a process that does not exist is gone; one of another machine is not known to be', () => {
    expect(ownerIsGone(DEAD_OWNER)).toBe(true);
    expect(ownerIsGone('another-machine/1/1')).toBe(false);
    expect(ownerIsGone('kept')).toBe(false);
  });
});

test.describe('what is removed, by whom', () => {
  const labels = (owner: string, project: string, clone = cloneOf(ROOT)) => ({
    [LABEL_OWNER]: owner,
    [LABEL_RUN]: 'x',
    [LABEL_CLONE]: clone,
    'com.docker.compose.project': project,
  });
  const THINGS = {
    containers: {
      foreign: { 'com.docker.compose.project': 'shop' },
      dead: labels(DEAD_OWNER, 'sintoma-dead'),
      alive: labels(ownerOf(process.pid), 'sintoma-alive'),
      elsewhere: labels('another-machine/1/1', 'sintoma-elsewhere'),
      kept: labels('kept', 'sintoma-kept'),
      'other-clone': labels('kept', 'sintoma-other', cloneOf('/home/else/clone')),
      'other-dead': labels(DEAD_OWNER, 'sintoma-other-dead', cloneOf('/home/else/clone')),
      'other-machine': labels('kept', 'sintoma-elsewhere-kept', `another-machine:${ROOT}`),
    },
    networks: {
      bridge: {},
      'dead-net': labels(DEAD_OWNER, 'sintoma-dead'),
      'kept-net': labels('kept', 'sintoma-kept'),
    },
    volumes: { data: {}, 'dead-data': labels(DEAD_OWNER, 'sintoma-dead') },
  };
  const DEAD = ['containers/dead', 'networks/dead-net', 'volumes/dead-data'];
  const KEPT = ['containers/kept', 'networks/kept-net'];
  const OTHERS = ['containers/other-clone', 'containers/other-dead', 'containers/other-machine'];
  const LEFT_ALONE = [
    `left alone: sintoma-elsewhere-kept (of another-machine:${ROOT}); name it, or --all`,
    `left alone: sintoma-other (of ${os.hostname()}:/home/else/clone); name it, or --all`,
    `left alone: sintoma-other-dead (of ${os.hostname()}:/home/else/clone); name it, or --all`,
  ];

  for (const [args, removed, more] of [
    [['down'], [...DEAD, ...KEPT], LEFT_ALONE],
    [['down', 'sintoma-kept'], KEPT, []],
    [['down', 'sintoma-other'], ['containers/other-clone'], []],
    [['down', '--all'], [...DEAD, ...KEPT, ...OTHERS, 'containers/alive', 'containers/elsewhere'], []],
  ] as const) {
    test(`sintoma ${args.join(' ')}`, async () => {
      const engine = new FakeEngine(THINGS);
      const { status, out } = await sintoma(args, { DOCKER_HOST: await engine.listen() });
      engine.close();
      expect(engine.removed.toSorted()).toEqual(removed.toSorted());
      const [first, ...rest] = out.split('\n');
      expect(first).toMatch(/^removed \d+ containers?, \d+ networks?, \d+ volumes?$/);
      expect(rest).toEqual(more);
      expect(status).toBe(0);
    });
  }

  test('a network that the engine does not let go: said, and no failure', async () => {
    const engine = new FakeEngine(THINGS, ['dead-net']);
    const { status, out, err } = await sintoma(['down'], { DOCKER_HOST: await engine.listen() });
    engine.close();
    expect(engine.removed.toSorted()).toEqual(
      [...DEAD, ...KEPT].filter((one) => one !== 'networks/dead-net').toSorted(),
    );
    expect(out).toBe(['removed 2 containers, 1 network, 1 volume', ...LEFT_ALONE].join('\n'));
    expect(err).toMatch(/^sintoma: the engine keeps dead-net: .* only a restart of the engine removes it$/);
    expect(status).toBe(0);
  });

  test('the sweep of a run: what is left of dead ones, and nothing else', async () => {
    const engine = new FakeEngine(THINGS);
    const { port } = new URL(await engine.listen());
    await sweep(new Docker({ host: '127.0.0.1', port: Number(port), protocol: 'http' }));
    engine.close();
    expect(engine.removed.toSorted()).toEqual([...DEAD, 'containers/other-dead'].toSorted());
  });

  test('not even --all looks at what has no label of ours', async () => {
    const engine = new FakeEngine({ ...THINGS, networks: {}, volumes: {} });
    const { port } = new URL(await engine.listen());
    await removeWhere(new Docker({ host: '127.0.0.1', port: Number(port), protocol: 'http' }), () => true);
    engine.close();
    expect(engine.removed).not.toContain('containers/foreign');
    expect(engine.removed).toHaveLength(7);
  });
});

test.describe('a stack', () => {
  test('is labelled, and published on 127.0.0.1 only; two stand side by side, and each answers', async ({
    docker,
    hold,
  }) => {
    const stacks = await Promise.all([hold(), hold()]);
    const ports = new Set<number>();
    for (const { run, project, addresses, error, child } of stacks) {
      expect(error).toBeUndefined();
      expect(await thingsOf(docker, run)).toEqual([
        `container /${project}-web-1`,
        `network ${project}_default`,
        `network ${project}_front`,
      ]);
      const [container] = await docker.listContainers({ filters: { label: [`${LABEL_RUN}=${run}`] } });
      expect(container?.Labels[LABEL_OWNER]).toBe(ownerOf(child.pid ?? 0));
      expect(container?.Ports.map(({ IP, PrivatePort }) => [IP, PrivatePort])).toEqual([['127.0.0.1', 80]]);
      const open = addresses?.find(({ port }) => port === 80)?.to;
      const closed = addresses?.find(({ port }) => port === 443)?.to;
      expect(open).toEqual({ address: '127.0.0.1', port: container?.Ports[0]?.PublicPort });
      const { port } = open as { port: number };
      const { statusCode, body } = await request(`http://127.0.0.1:${port}/api/notes`);
      expect([statusCode, await body.json()]).toEqual([200, []]);
      await expect(request(`http://127.0.0.1:${(closed as { port: number }).port}/`)).rejects.toThrow('ECONNREFUSED');
      ports.add(port);
    }
    expect(ports.size).toBe(2);

    // One owner is killed: its stack goes with the next sweep, and the other one stays.
    const [killed, alive] = stacks;
    await sweep(docker);
    expect(await thingsOf(docker, killed.run)).toHaveLength(3);
    const exited = once(killed.child, 'exit');
    killed.child.kill('SIGKILL');
    await exited;
    await sweep(docker);
    expect(await thingsOf(docker, killed.run)).toEqual([]);
    expect(await thingsOf(docker, alive.run)).toHaveLength(3);
  });

  test('whose service ends: its exit code and last lines', async ({ hold }) => {
    const { error } = await hold('exits');
    expect(error).toBe(
      'service "web" ended with exit code 3; its last lines:\n    reading notes.db\n    cannot start: no such table: notes',
    );
  });

  test('whose service never gets ready: how long, what was found instead, and its last lines', async ({
    docker,
    hold,
  }) => {
    const { run } = await hold('never-ready', 'web');
    const [container] = await docker.listContainers({ filters: { label: [`${LABEL_RUN}=${run}`] } });
    const context = { service: 'web', host: '127.0.0.1', seen: new Set<string>() };
    for (const [fact, instead] of [
      [{ log: /listening/ }, 'its log does not say /listening/'],
      [{ tcp: 80 }, 'port 80 does not accept connections'],
      [{ http: '/', port: 80 }, '/ is not answered'],
    ] as const) {
      await expect(
        untilReady(docker.getContainer(container?.Id ?? ''), fact, { ...context, timeoutMs: 300 }),
      ).rejects.toThrow(
        `service "web" was not ready after 0.3 s: ${instead}; its last lines:\n    waiting for the database`,
      );
    }
  });
});

test.describe('readiness names what is wrong', () => {
  const context = () => ({ service: 'web', host: '127.0.0.1', seen: new Set<string>(), timeoutMs: 20_000 });

  test('with real containers: restarted by another, a port that is not published, and gone', async ({
    docker,
    hold,
  }) => {
    const { run } = await hold();
    const [found] = await docker.listContainers({ filters: { label: [`${LABEL_RUN}=${run}`] } });
    const container = docker.getContainer(found?.Id ?? '');
    const before = (await container.inspect()).NetworkSettings.Ports['80/tcp'];
    // While it is stopped it has no ports, and has ended with an exit code.
    await container.stop({ t: 0 });
    const ready = untilReady(container, { tcp: 80 }, context());
    await container.start();
    await ready;
    expect((await container.inspect()).NetworkSettings.Ports['80/tcp'], 'a stack keeps its ports').toEqual(before);
    await expect(untilReady(container, { tcp: 81 }, context())).rejects.toThrow(
      'service "web" is to be ready on port 81, which it does not publish',
    );
    await container.remove({ force: true });
    await expect(untilReady(container, { tcp: 80 }, context())).rejects.toThrow(
      'the container of service "web" is gone: something other than this run removed it, or the engine was restarted',
    );
  });

  for (const [what, State, sentence] of [
    [
      'too much memory',
      { Status: 'exited', Running: false, ExitCode: 137, OOMKilled: true },
      'service "web" ended with exit code 137, because it wanted more memory than its limit (mem_limit in its Compose file, else 1g)',
    ],
    [
      'being removed',
      { Status: 'removing', Running: false, ExitCode: 0 },
      'service "web" is being removed by something other than this run',
    ],
    [
      'restarted again and again',
      { Status: 'restarting', Running: true, Restarting: true, ExitCode: 1 },
      'service "web" was not ready after 0.1 s: it is being restarted',
    ],
  ] as const) {
    test(what, async () => {
      const container = {
        id: 'x',
        inspect: async () => ({
          State: { StartedAt: 'then', FinishedAt: '0001-01-01T00:00:00Z', ...State },
          HostConfig: { PortBindings: { '80/tcp': [] } },
          NetworkSettings: { Ports: {} },
        }),
        logs: async () => Buffer.alloc(0),
      };
      const asked = untilReady(container as never, { tcp: 80 }, { ...context(), timeoutMs: 100 });
      await expect(asked).rejects.toThrow(sentence);
    });
  }
});

test.describe('an engine', () => {
  test('that takes connections and never answers: sintoma down says so, and does not wait for ever', async () => {
    const silent = net.createServer((socket) => socket.on('error', () => undefined));
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const host = `tcp://127.0.0.1:${(silent.address() as net.AddressInfo).port}`;
    const began = Date.now();
    const { status, err } = await sintoma(['down'], { DOCKER_HOST: host });
    silent.close();
    expect(err).toBe(
      `sintoma: Docker engine: ${host} takes the question, and has not answered within 10 s\n` +
        '         restart the engine, or point DOCKER_HOST at one that answers',
    );
    expect(status).toBe(1);
    expect(Date.now() - began).toBeLessThan(30_000);
  });

  test('that stops in the middle of a run: one sentence, wherever it was needed', async ({ newRun }, testInfo) => {
    test.setTimeout(240_000);
    const sockets = new Set<net.Socket>();
    const proxy = net.createServer((socket) => {
      const engine = net.connect('/var/run/docker.sock');
      socket.pipe(engine).pipe(socket);
      for (const side of [socket, engine]) {
        sockets.add(side);
        side.on('error', () => [socket, engine].forEach((one) => one.destroy()));
      }
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const host = `tcp://127.0.0.1:${(proxy.address() as net.AddressInfo).port}`;
    const run = newRun();
    const started = path.join(testInfo.outputPath(), 'reports/evidence/tiny/healthy.json');
    const stop = until(() => Promise.resolve(existsSync(started)), 'the first scenario', 60_000).then(() => {
      proxy.close();
      for (const socket of sockets) socket.destroy();
    });
    const [{ status, out, err }] = await Promise.all([
      playwright(['test', '-c', FIXTURE_CONFIG], {
        DOCKER_HOST: host,
        SINTOMA_PROJECT: FIXTURE,
        SINTOMA_REPORTS: testInfo.outputPath('reports'),
        SINTOMA_RUN: run,
      }),
      stop,
    ]);
    expect(status).toBe(1);
    expect(out).toContain(`UserError: Docker engine: nothing answers at ${host}`);
    expect(`${out}\n${err}`).not.toMatch(/^\s*Error: (connect|read|socket)/m);
    expect(err).toContain(
      `sintoma: Docker engine: nothing answers at ${host}\n         when it answers again: npx sintoma down`,
    );
  });
});

test.describe('a run that is interrupted', () => {
  test('by Ctrl-C while it starts: nothing is left', async ({ docker, newRun, startRun }) => {
    test.setTimeout(240_000);
    const run = newRun();
    const child = startRun(['--project=balancas', '-g', 'healthy-ip'], { SINTOMA_RUN: run });
    const exited = once(child, 'exit');
    await until(
      async () => (await thingsOf(docker, run)).some((one) => one.startsWith('container')),
      'a container',
      90_000,
    );
    signalGroup(child, 'SIGINT');
    const [status] = (await exited) as [number | null];
    expect(status).not.toBe(0);
    expect(await thingsOf(docker, run)).toEqual([]);
    expect(existsSync(overlayFile(`sintoma-balancas-${run}-0`)), 'the file with its labels').toBe(false);
  });

  test('by SIGKILL: the next sweep removes what it left', async ({ docker, newRun, startRun }) => {
    test.setTimeout(240_000);
    const run = newRun();
    const child = startRun(['-c', FIXTURE_CONFIG, '-g', 'healthy'], {
      SINTOMA_PROJECT: FIXTURE,
      SINTOMA_REPORTS: path.join(ROOT, 'reports/harness', run),
      SINTOMA_RUN: run,
    });
    const exited = once(child, 'exit');
    await until(
      async () => (await thingsOf(docker, run)).some((one) => one.startsWith('container')),
      'a container',
      60_000,
    );
    const overlay = overlayFile(`sintoma-tiny-${run}-0`);
    const temporary = (): string[] => readdirSync(os.tmpdir()).filter((name) => name.includes(`-${child.pid ?? 0}-`));
    expect(existsSync(overlay)).toBe(true);
    expect(temporary()).toHaveLength(1);
    signalGroup(child, 'SIGKILL');
    await exited;
    expect(await thingsOf(docker, run)).not.toEqual([]);
    await sweep(docker);
    expect(await thingsOf(docker, run)).toEqual([]);
    sweepFiles(await existingProjects(docker));
    expect(existsSync(overlay), 'the file with its labels').toBe(false);
    expect(temporary(), 'what its browsers wrote').toEqual([]);
  });
});

test('an engine elsewhere (DOCKER_HOST): published and reached at its address', async ({
  docker,
  newRun,
}, testInfo) => {
  test.setTimeout(240_000);
  // Another address of this machine stands for another machine: whatever went to 127.0.0.1 would fail.
  const elsewhere = net.createServer((socket) => {
    const engine = net.connect('/var/run/docker.sock');
    socket.pipe(engine).pipe(socket);
    for (const side of [socket, engine]) side.on('error', () => [socket, engine].forEach((one) => one.destroy()));
  });
  elsewhere.listen(0, '127.0.0.2');
  await once(elsewhere, 'listening');
  const { port } = elsewhere.address() as net.AddressInfo;
  const run = newRun();
  const published = new Set<string>();
  const watch = async (): Promise<boolean> => {
    const filters = { label: [`${LABEL_RUN}=${run}`] };
    for (const { Ports } of await docker.listContainers({ filters })) for (const { IP } of Ports) published.add(IP);
    return published.size > 0;
  };
  const [{ status, out }] = await Promise.all([
    playwright(['test', '-c', FIXTURE_CONFIG, '-g', 'healthy'], {
      DOCKER_HOST: `tcp://127.0.0.2:${port}`,
      SINTOMA_PROJECT: FIXTURE,
      SINTOMA_REPORTS: testInfo.outputPath('reports'),
      SINTOMA_RUN: run,
    }),
    until(watch, 'a published port', 60_000),
  ]);
  elsewhere.close();
  expect(out).toMatch(/\b1 passed\b/);
  expect(status).toBe(0);
  expect([...published]).toEqual(['127.0.0.2']);
  expect(out).toMatch(
    /^ {2}containers can reach this machine, .*: no fence, because the engine is on another machine$/m,
  );
});

test.describe('by hand', () => {
  test.setTimeout(240_000);
  let release: () => Promise<void>;

  test.beforeEach(async () => {
    // One name a topology and clone: these tests take turns.
    release = await lockfile.lock(path.join(CACHE, 'harness-up'), {
      realpath: false,
      retries: { forever: true, minTimeout: 250, maxTimeout: 1000 },
    });
  });

  test.afterEach(() => release());

  test('sintoma up says where all is and leaves it; sintoma down removes it', async ({ docker }) => {
    const up = await sintoma(['up', 'tiny/live-off'], { SINTOMA_PROJECT: FIXTURE });
    expect(up.err).toBe('');
    expect(up.status).toBe(0);
    const address = /^ {2}tiny\.test:80 +(127\.0\.0\.1:\d+) +web:80$/m.exec(up.out)?.[1];
    expect(up.out).toMatch(/^ {2}tiny\.test:443 +127\.0\.0\.1:\d+ +closed$/m);
    const opened = await sintoma(['open', /npx sintoma open (\S+)$/m.exec(up.out)?.[1] ?? '', '--print']);
    expect(opened.out).toContain(`MAP tiny.test:80 ${address ?? 'nowhere'}`);
    expect(opened.out).toMatch(/^http:\/\/tiny\.test\/$/m);
    const project = /npx sintoma down (\S+)$/m.exec(up.out)?.[1] ?? '';
    const { statusCode, body } = await request(`http://${address ?? 'nowhere'}/api/notes`);
    expect([statusCode, await body.json()]).toEqual([200, []]);
    const left = async (): Promise<number> =>
      (await docker.listContainers({ filters: { label: [`com.docker.compose.project=${project}`] } })).length;
    await sweep(docker);
    expect(await left(), 'a sweep leaves it').toBe(1);
    const down = await sintoma(['down', project]);
    expect(down.out).toBe('removed 1 container, 2 networks, 0 volumes');
    expect(await left()).toBe(0);
  });

  test('sintoma up --open opens the documented address in that browser', async ({ docker }, testInfo) => {
    const seen = testInfo.outputPath('arguments');
    const bin = programs(testInfo.outputPath(''), { browser: `echo "$@" > ${seen}.new && mv ${seen}.new ${seen}` });
    const browser = { SINTOMA_PROJECT: FIXTURE, SINTOMA_CHROMIUM: path.join(bin, 'browser') };
    const { status, out } = await sintoma(['up', 'tiny', '--open'], browser);
    expect(status).toBe(0);
    await until(async () => existsSync(seen), 'the browser');
    expect(readFileSync(seen, 'utf8')).toMatch(/--host-resolver-rules=MAP tiny\.test:80 .* http:\/\/tiny\.test\/\n$/);
    await sintoma(['down', /npx sintoma down (\S+)$/m.exec(out)?.[1] ?? ''], browser);
    expect(await thingsOf(docker, handRun(FIXTURE))).toEqual([]);
  });

  test('Ctrl-C while sintoma up starts: nothing is left', async ({ docker }) => {
    const child = execa(process.execPath, [SINTOMA, 'up', 'tiny/live-off'], {
      extendEnv: false,
      env: environment({ SINTOMA_PROJECT: FIXTURE }),
      reject: false,
      detached: true,
    });
    const things = (): Promise<string[]> => thingsOf(docker, handRun(FIXTURE));
    await until(async () => (await things()).length > 0, 'a network or container', 60_000);
    process.kill(-(child.pid ?? 0), 'SIGINT');
    const { exitCode, stderr } = await child;
    expect(stderr).toContain('interrupted: removing what was started');
    expect(exitCode).toBe(130);
    expect(await things()).toEqual([]);
  });
});
