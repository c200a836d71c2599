/** When a service is ready, and what to say when it does not become so. */
import net from 'node:net';
import { Writable } from 'node:stream';
import type Docker from 'dockerode';
import { Agent, request } from 'undici';
import { UserError } from '../common/errors.ts';

/** A fact that tells that a service is ready. */
export type Readiness =
  /** A line of its log since it was last started. */
  | { log: RegExp }
  /** An HTTP answer on a published port, of this status or of any below 500; `tls`: by https, under this name. */
  | { http: string; port: number; tls?: string; status?: number }
  /** A published port that takes connections inside the container: one that answers nonsense, or stays silent on it. */
  | { tcp: number };

/** What dockerode's types leave out. */
interface Modem {
  demuxStream(from: NodeJS.ReadableStream, out: NodeJS.WritableStream, err: NodeJS.WritableStream): void;
}

/** Whether a certificate is a good one is for the browser to say. */
const insecureAgent = new Agent({ connect: { rejectUnauthorized: false } });

export interface ReadinessContext {
  service: string;
  host: string;
  ports: ReadonlyMap<number, number>;
  /** Containers (id and start time) that were ready before; extended by what becomes ready. */
  seen: Set<string>;
  /** ms */
  timeoutMs?: number;
}

/** Takes the stream headers out of what the engine sends for a container without a terminal. */
function demultiplex(buffer: Buffer): string {
  const chunks: Buffer[] = [];
  for (let offset = 0; offset + 8 <= buffer.length;) {
    const length = buffer.readUInt32BE(offset + 4);
    chunks.push(buffer.subarray(offset + 8, offset + 8 + length));
    offset += 8 + length;
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The last lines of a container's log; none of one that is being removed. */
export async function plainLog(container: Docker.Container, tail: number): Promise<string> {
  try {
    const buffer = await container.logs({
      stdout: true,
      stderr: true,
      follow: false,
      tail,
    });
    return demultiplex(buffer);
  } catch (error) {
    const status = (error as { statusCode?: number }).statusCode;
    if (status !== 404 && status !== 409) throw error;
    return '';
  }
}

/**
 * Follows a log until what it says matches: false when the log ends, or `ms` are over, before that. `since` is in
 * seconds since the epoch, with fractions.
 */
async function says(container: Docker.Container, words: RegExp, since: number, ms: number): Promise<boolean> {
  const signal = AbortSignal.timeout(Math.max(ms, 1));
  try {
    const log = (await container.logs({
      stdout: true,
      stderr: true,
      follow: true,
      since,
      abortSignal: signal,
    })) as NodeJS.ReadableStream & { destroy(): void };
    return await new Promise<boolean>((resolve, reject) => {
      let text = '';
      const reader = new Writable({
        write(chunk: Buffer, _encoding, done) {
          text += chunk.toString('utf8');
          if (words.test(text)) resolve(true);
          done();
        },
      });
      (container.modem as Modem).demuxStream(log, reader, reader);
      log.once('end', () => resolve(false)).once('error', reject);
    }).finally(() => log.destroy());
  } catch (error) {
    const status = (error as { statusCode?: number }).statusCode;
    if (!signal.aborted && status !== 404 && status !== 409) throw error;
    return false;
  }
}

async function holds(
  fact: Readiness,
  container: Docker.Container,
  since: number,
  deadline: number,
  context: ReadinessContext,
): Promise<boolean> {
  if ('log' in fact) return says(container, fact.log, since, deadline - Date.now());
  const port = context.ports.get('http' in fact ? fact.port : fact.tcp);
  if (port === undefined)
    throw new UserError(`service "${context.service}" is to be ready on a port that it does not publish`);
  if ('http' in fact) {
    // A proxy may take a second to find out that a name is gone, and answers only then.
    return request(`${fact.tls ? 'https' : 'http'}://${context.host}:${port}${fact.http}`, {
      headersTimeout: 2000,
      bodyTimeout: 1000,
      ...(fact.tls ? { dispatcher: insecureAgent, headers: { host: fact.tls } } : {}),
    }).then(
      async ({ statusCode, body }) => {
        await body.dump();
        return fact.status === undefined ? statusCode < 500 : statusCode === fact.status;
      },
      () => false,
    );
  }
  return new Promise((resolve) => {
    // The engine's proxy accepts for a container that does not listen, and closes at once. A server that reads lines
    // (HTTP, also on a TLS port) refuses a line of nonsense with a text; for one that says nothing, wait a moment.
    const socket = net.connect(port, context.host, () => socket.write('?\r\n\r\n'));
    const verdict = (ok: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(ok);
    };
    const timer = setTimeout(verdict, 150, true);
    socket
      .once('data', () => verdict(true))
      .once('error', () => verdict(false))
      .once('close', () => verdict(false));
  });
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
  for (let pause = 20; ; pause = Math.min(pause * 1.5, 100)) {
    const { State } = await container.inspect();
    const identity = `${container.id}@${State.StartedAt}`;
    if (context.seen.has(identity)) return;
    const ended = !State.Running && State.Status !== 'created';
    // A service that does one thing and ends, such as a migration, is ready when it has done so.
    const done = ended && !fact && State.ExitCode === 0;
    const failed = ended && !done;
    const healthy = State.Health === undefined || ['healthy', 'none'].includes(State.Health.Status);
    // Lines of an earlier run of the same container do not count. StartedAt will not do: the engine notes it only after
    // the process was started, which may have said by then that it is ready.
    const since = Math.max(Date.parse(State.FinishedAt) / 1000, 0);
    if (!failed && (fact ? await holds(fact, container, since, deadline, context) : done || healthy)) {
      context.seen.add(identity);
      return;
    }
    if (failed || Date.now() > deadline) {
      const lines = (await plainLog(container, 15))
        .trimEnd()
        .split('\n')
        .map((line) => `    ${line}`)
        .join('\n');
      const what = failed ? `ended with exit code ${State.ExitCode}` : `was not ready after ${timeoutMs / 1000} s`;
      throw new UserError(`service "${service}" ${what}; its last lines:\n${lines}`);
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}
