/** When a service is ready, and what to say when it does not become so. */
import net from 'node:net';
import type Docker from 'dockerode';
import { Agent, request } from 'undici';
import { UserError } from '../common/errors.ts';
import { firstSaid, plainLog } from './logs.ts';
import { MEMORY } from './privileges.ts';

/** A fact that tells that a service is ready. */
export type Readiness =
  /** A line of its log since it was last started. */
  | { log: RegExp }
  /** An HTTP answer on a published port, of this status or of any below 500; `tls`: by https, under this name. */
  | { http: string; port: number; tls?: string; status?: number }
  /** A published port that takes connections inside the container: one that answers nonsense, or stays silent on it. */
  | { tcp: number };

/**
 * Whether a certificate is a good one is for the browser to say. No connection is kept: a program that is asked to end
 * may wait for those that are open.
 */
const agent = new Agent({ connect: { rejectUnauthorized: false }, pipelining: 0 });

export interface ReadinessContext {
  service: string;
  /** Where ports are published. */
  host: string;
  /** Containers (id and start time) that were ready before; extended by what becomes ready. */
  seen: Set<string>;
  /** ms */
  timeoutMs?: number;
}

/** Where a container's port is published now: nowhere while it starts or ends. */
function publishedPort(
  { HostConfig, NetworkSettings }: Docker.ContainerInspectInfo,
  wanted: number,
  { service, host }: ReadinessContext,
): number | undefined {
  const name = `${wanted}/tcp`;
  const bindings = (HostConfig.PortBindings ?? {}) as Record<string, unknown>;
  if (!(name in bindings))
    throw new UserError(`service "${service}" is to be ready on port ${wanted}, which it does not publish`);
  const found = NetworkSettings.Ports[name]?.find(({ HostIp }) => HostIp === host);
  return found ? Number(found.HostPort) : undefined;
}

/** Whether a fact holds, or what was found instead. */
async function holds(
  fact: Readiness,
  container: Docker.Container,
  state: Docker.ContainerInspectInfo,
  deadline: number,
  context: ReadinessContext,
): Promise<true | string> {
  // Lines of an earlier run of the same container do not count. StartedAt will not do: the engine notes it only after
  // the process was started, which may have said by then that it is ready.
  const since = Math.max(Date.parse(state.State.FinishedAt) / 1000, 0);
  if ('log' in fact)
    return (
      (await firstSaid(container, [fact.log], since, deadline - Date.now())) !== undefined ||
      `its log does not say ${String(fact.log)}`
    );
  const port = publishedPort(state, 'http' in fact ? fact.port : fact.tcp, context);
  if (port === undefined) return 'its port is not published yet';
  if ('http' in fact) {
    // A proxy may take a second to find out that a name is gone, and answers only then.
    return request(`${fact.tls ? 'https' : 'http'}://${context.host}:${port}${fact.http}`, {
      headersTimeout: 2000,
      bodyTimeout: 1000,
      dispatcher: agent,
      ...(fact.tls ? { headers: { host: fact.tls } } : {}),
    }).then(
      async ({ statusCode, body }) => {
        await body.dump();
        const wanted = fact.status === undefined ? statusCode < 500 : statusCode === fact.status;
        return (
          wanted || `${fact.http} is answered ${statusCode}${fact.status === undefined ? '' : `, not ${fact.status}`}`
        );
      },
      () => `${fact.http} is not answered`,
    );
  }
  return new Promise((resolve) => {
    // The engine's proxy accepts for a container that does not listen, and closes at once. A server that reads lines
    // (HTTP, also on a TLS port) refuses a line of nonsense with a text; for one that says nothing, wait a moment.
    const socket = net.connect(port, context.host, () => socket.write('?\r\n\r\n'));
    const verdict = (ok: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(ok || `port ${fact.tcp} does not accept connections`);
    };
    const timer = setTimeout(verdict, 150, true);
    socket
      .once('data', () => verdict(true))
      .once('error', () => verdict(false))
      .once('close', () => verdict(false));
  });
}

/** The error for a container that vanished while something was asked of it. */
export const removedMeanwhile = (service: string): UserError =>
  new UserError(
    `the container of service "${service}" is gone: something other than this run removed it, or the engine was restarted`,
    'see that nothing else works on the stack ("sintoma down", a run that was interrupted), and run again',
  );

/** What the engine knows of a container. */
const look = (container: Docker.Container, service: string): Promise<Docker.ContainerInspectInfo> =>
  container.inspect().catch((error: unknown) => {
    throw (error as { statusCode?: number }).statusCode === 404 ? removedMeanwhile(service) : error;
  });

/** How long, in ms, a container that has ended may take to run again: somebody may be restarting it. */
const RESTART_MS = 2000;

/** Why a container that has ended, or took too long, is not ready. */
function reasonOf({ State }: Docker.ContainerInspectInfo, timeoutMs: number, instead: string | undefined): string {
  if (State.Status === 'removing' || State.Status === 'dead')
    return 'is being removed by something other than this run';
  if (State.Restarting) return `was not ready after ${timeoutMs / 1000} s: it is being restarted`;
  if (State.OOMKilled)
    return `ended with exit code ${State.ExitCode}, because it wanted more memory than its limit (mem_limit in its Compose file, else ${MEMORY})`;
  return State.Running || State.Status === 'created'
    ? `was not ready after ${timeoutMs / 1000} s${instead === undefined ? '' : `: ${instead}`}`
    : `ended with exit code ${State.ExitCode}`;
}

/**
 * Waits until a container is ready. Without a fact: until its health check says so, where it has one,
 * else until it runs or has ended well.
 *
 * @throws UserError with the service's last log lines when its container ends or the time is over.
 */
export async function untilReady(
  container: Docker.Container,
  fact: Readiness | undefined,
  context: ReadinessContext,
): Promise<void> {
  const { service, timeoutMs = 60_000 } = context;
  const deadline = Date.now() + timeoutMs;
  let endedSince: number | undefined;
  let instead: string | undefined;
  for (let pause = 20; ; pause = Math.min(pause * 1.5, 100)) {
    const state = await look(container, service);
    const { State } = state;
    const identity = `${container.id}@${State.StartedAt}`;
    if (context.seen.has(identity)) return;
    const ended = !State.Running && !State.Restarting && State.Status !== 'created';
    // A service that does one thing and ends, such as a migration, is ready when it has done so.
    const done = ended && !fact && State.ExitCode === 0;
    endedSince = ended && !done ? (endedSince ?? Date.now()) : undefined;
    const healthy = State.Health === undefined || ['healthy', 'none'].includes(State.Health.Status);
    if (endedSince === undefined) {
      const found = fact
        ? await holds(fact, container, state, deadline, context)
        : done || (State.Running && !State.Restarting && healthy);
      if (found === true) {
        context.seen.add(identity);
        return;
      }
      instead = found || undefined;
    }
    const failed = endedSince !== undefined && Date.now() - endedSince >= RESTART_MS;
    if (failed || Date.now() > deadline) {
      const lines = (await plainLog(container, 15))
        .trimEnd()
        .split('\n')
        .map((line) => `    ${line}`)
        .join('\n');
      throw new UserError(`service "${service}" ${reasonOf(state, timeoutMs, instead)}; its last lines:\n${lines}`);
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}
