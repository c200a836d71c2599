// Stacks of the fixture, started by processes of their own.
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import Docker from 'dockerode';
import { ROOT } from '../../../harness/common/paths.ts';
import { LABEL_RUN, removeWhere } from '../../../harness/topology/ownership.ts';
import type { AddressRule } from '../../../harness/common/address.ts';
import { environment, PLAYWRIGHT, TYPESCRIPT, TYPESCRIPT_ENV } from './command.ts';
import { FIXTURE } from './project.ts';
import { test as base } from './test.ts';

const HOLD = path.join(ROOT, 'tests/harness/support/hold.ts');

/** A process that started a stack and stands for its owner. */
export interface Holder {
  run: string;
  project: string;
  addresses?: AddressRule[];
  error?: string;
  child: ChildProcess;
}

/** Things of the engine that carry a run's label. */
export async function thingsOf(docker: Docker, run: string): Promise<string[]> {
  const filters = { label: [`${LABEL_RUN}=${run}`] };
  const [containers, networks, volumes] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listNetworks({ filters }),
    docker.listVolumes({ filters }),
  ]);
  return [
    ...containers.map(({ Names }) => `container ${Names[0] ?? ''}`),
    ...networks.map(({ Name }) => `network ${Name}`),
    ...volumes.Volumes.map(({ Name }) => `volume ${Name}`),
  ].sort();
}

/** Resolves when a condition of the engine holds. It is asked again and again: the engine's events come before the facts. */
export async function until(fact: () => Promise<boolean>, what: string, timeoutMs = 30_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await fact())) {
    if (Date.now() > deadline) throw new Error(`not within ${timeoutMs / 1000} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export const test = base.extend<{
  docker: Docker;
  /** The name of a run of which nothing is left after the test. */
  newRun: () => string;
  /** Starts a stack of the fixture: `hold([fault, [service that will not be ready]])`. */
  hold: (...args: string[]) => Promise<Holder>;
  /** Starts Playwright as a shell does: in a process group of its own, to which Ctrl-C goes. */
  startRun: (args: readonly string[], env: NodeJS.ProcessEnv) => ChildProcess;
}>({
  docker: async ({}, use) => {
    await use(new Docker());
  },
  newRun: async ({ docker }, use) => {
    const runs: string[] = [];
    await use(() => {
      const run = `test${randomBytes(3).toString('hex')}`;
      runs.push(run);
      return run;
    });
    await removeWhere(docker, (labels) => runs.includes(labels[LABEL_RUN] ?? ''));
  },
  hold: async ({ newRun }, use) => {
    const children: ChildProcess[] = [];
    await use(async (...args) => {
      const run = newRun();
      const child = spawn(process.execPath, [TYPESCRIPT, HOLD, ...args], {
        cwd: ROOT,
        env: environment({ ...TYPESCRIPT_ENV, SINTOMA_PROJECT: FIXTURE, SINTOMA_RUN: run }),
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      children.push(child);
      const lines = createInterface({ input: child.stdout });
      const [line] = (await Promise.race([once(lines, 'line'), once(child, 'exit')])) as [string | number | null];
      if (typeof line !== 'string') throw new Error(`the holder ended with ${String(line)}`);
      return { run, child, ...(JSON.parse(line) as Pick<Holder, 'project'>) };
    });
    for (const child of children) child.kill('SIGKILL');
  },
  startRun: async ({}, use) => {
    const children: ChildProcess[] = [];
    await use((args, env) => {
      const child = spawn(process.execPath, [PLAYWRIGHT, 'test', '--reporter=line', ...args], {
        cwd: ROOT,
        env: environment(env),
        detached: true,
        stdio: 'ignore',
      });
      children.push(child);
      return child;
    });
    for (const child of children)
      if (child.exitCode === null && child.signalCode === null) signalGroup(child, 'SIGKILL');
  },
});

/** As the terminal does on Ctrl-C. */
export function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid !== undefined) process.kill(-pid, signal);
}
