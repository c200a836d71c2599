/** What containers say. */
import { Writable } from 'node:stream';
import type Docker from 'dockerode';

/** What dockerode's types leave out. */
interface Modem {
  demuxStream(from: NodeJS.ReadableStream, out: NodeJS.WritableStream, err: NodeJS.WritableStream): void;
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

/** What a container has said; nothing of one that is being removed. */
async function read(container: Docker.Container, options: Docker.ContainerLogsOptions): Promise<string> {
  try {
    return demultiplex(await container.logs({ ...options, stdout: true, stderr: true, follow: false }));
  } catch (error) {
    const status = (error as { statusCode?: number }).statusCode;
    if (status !== 404 && status !== 409) throw error;
    return '';
  }
}

/** The last lines of a container's log; none of one that is being removed. */
export const plainLog = (container: Docker.Container, tail: number): Promise<string> => read(container, { tail });

/** A line of a container's log. */
export interface LogLine {
  service: string;
  /** ISO 8601, by the engine's clock */
  at: string;
  text: string;
}

/**
 * What a container of a service has said since a time.
 *
 * @param since ms since the epoch
 */
export async function linesSince(container: Docker.Container, service: string, since: number): Promise<LogLine[]> {
  const log = await read(container, { timestamps: true, since: since / 1000 });
  return log.split('\n').flatMap((line) => {
    // The engine writes nanoseconds.
    const [, second, fraction = '', text = ''] = /^(\S+T[\d:]+)\.?(\d*)Z (.*)$/.exec(line.trimEnd()) ?? [];
    return second === undefined ? [] : [{ service, at: `${second}.${fraction.slice(0, 3).padEnd(3, '0')}Z`, text }];
  });
}

/**
 * Follows a log until one of these is said: which; undefined when the log ends, or `ms` are over, before that. `since`
 * is in seconds since the epoch, with fractions.
 */
export async function firstSaid(
  container: Docker.Container,
  words: readonly RegExp[],
  since: number,
  ms: number,
): Promise<RegExp | undefined> {
  const signal = AbortSignal.timeout(Math.max(ms, 1));
  try {
    const log = (await container.logs({
      stdout: true,
      stderr: true,
      follow: true,
      since,
      abortSignal: signal,
    })) as NodeJS.ReadableStream & { destroy(): void };
    return await new Promise<RegExp | undefined>((resolve, reject) => {
      let text = '';
      const reader = new Writable({
        write(chunk: Buffer, _encoding, done) {
          text += chunk.toString('utf8');
          const said = words.find((one) => one.test(text));
          if (said) resolve(said);
          done();
        },
      });
      (container.modem as Modem).demuxStream(log, reader, reader);
      log.once('end', () => resolve(undefined)).once('error', reject);
    }).finally(() => log.destroy());
  } catch (error) {
    const status = (error as { statusCode?: number }).statusCode;
    if (!signal.aborted && status !== 404 && status !== 409) throw error;
    return undefined;
  }
}
