import net from 'node:net';
import { test } from '@playwright/test';
import type Dockerode from 'dockerode';
import { GenericContainer, type WaitStrategy } from 'testcontainers';
import { PROJECT } from '../../../harness/common/paths.ts';
import { newEngine } from '../../../harness/topology/engine.ts';
import { IMAGE_PREFIX } from '../../../harness/topology/images.ts';
import {
  cloneOf,
  currentRun,
  LABEL_CLONE,
  LABEL_OWNER,
  LABEL_PROJECT,
  LABEL_RUN,
} from '../../../harness/topology/ownership.ts';
import { plainLog } from '../../../harness/topology/logs.ts';
import type { World } from './world.ts';

/** The images of compose/base in which programs of small systems run; `x-tests` there names the same. */
export type ProgramImage = 'nginx' | 'haproxy' | 'caddy' | 'apache' | 'python';

/** How long a program may take until it listens, in ms. */
const STARTUP_MS = 20_000;

/**
 * Why a program in a container cannot reach the servers of this process; undefined when it can. It shares the network
 * of the engine's machine, which must be this one.
 */
function obstacle(): string | undefined {
  if (process.platform !== 'linux')
    return 'real proxies run in containers on the network of this machine: that needs Linux';
  const { DOCKER_HOST: engine = '' } = process.env;
  if (engine === '' || engine.startsWith('unix:')) return undefined;
  return `real proxies run in containers on the network of this machine: the engine is on another one (${engine})`;
}

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

/** Ready when a port of this machine accepts connections; fails with the program's own words when it ends before. */
class ListensOn implements WaitStrategy {
  private limitMs = STARTUP_MS;

  constructor(private readonly port: number) {}

  async waitUntilReady(container: Dockerode.Container): Promise<void> {
    for (const began = Date.now(); !(await accepts(this.port)); await new Promise((next) => setTimeout(next, 20))) {
      const { State, Config } = await container.inspect();
      if (State.Running && Date.now() - began < this.limitMs) continue;
      const what = State.Running ? `does not listen on 127.0.0.1:${this.port}` : `ended with ${State.ExitCode}`;
      throw new Error(`${Config.Image}: ${(Config.Cmd ?? []).join(' ')} ${what}:\n${await plainLog(container, 30)}`);
    }
  }

  withStartupTimeout(limitMs: number): this {
    this.limitMs = limitMs;
    return this;
  }

  isStartupTimeoutSet(): boolean {
    return true;
  }

  getStartupTimeout(): number {
    return this.limitMs;
  }
}

/** Uvicorn on a free port, which serves the `app.py` of the system. */
export async function uvicorn(world: World, ...options: string[]): Promise<number> {
  const port = await world.closedPort();
  const command = ['python3', '-m', 'uvicorn', 'app:app', '--port', String(port), ...options];
  await startProgram(world, 'python', [...command, '--app-dir', world.folder], port);
  return port;
}

/**
 * Starts a real program in a container, with the files that the system has until now at the same paths, and waits until
 * it listens. It shares the network of this machine, as if it had been installed here, and may do no more than an
 * ordinary user. It ends with the system; what a killed worker leaves goes with the run or the next sweep.
 *
 * @param command the program and its arguments
 * @param port on which it listens, on 127.0.0.1
 * @throws Error with what the program said, when it ends or does not listen
 */
export async function startProgram(
  world: World,
  image: ProgramImage,
  command: readonly string[],
  port: number,
): Promise<void> {
  const why = obstacle();
  test.skip(why !== undefined, why);
  const { run, owner } = currentRun();
  const name = `sintoma-unseen-${run}-${port}`;
  world.onStop(async () => {
    await newEngine()
      .getContainer(name)
      .remove({ force: true, v: true })
      .catch((error: unknown) => {
        if ((error as { statusCode?: number }).statusCode !== 404) throw error;
      });
  });
  await new GenericContainer(`${IMAGE_PREFIX}${image}`)
    .withName(name)
    .withLabels({
      [LABEL_RUN]: run,
      [LABEL_OWNER]: owner,
      [LABEL_CLONE]: cloneOf(PROJECT),
      [LABEL_PROJECT]: `sintoma-unseen-${run}`,
    })
    // Ownership takes the place of the library's reaper.
    .withAutoCleanup(false)
    .withNetworkMode('host')
    .withDroppedCapabilities('ALL')
    .withSecurityOpt('no-new-privileges:true')
    .withResourcesQuota({ memory: 1 })
    .withCopyDirectoriesToContainer([{ source: world.folder, target: world.folder }])
    .withWorkingDir(world.folder)
    .withCommand([...command])
    .withWaitStrategy(new ListensOn(port))
    .start();
}
