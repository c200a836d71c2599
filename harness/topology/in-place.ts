/**
 * Changes that need no new container: where only files differ that Compose would copy into a service, they are copied
 * into the container that runs, and its program takes them as it does for an operator who edits them there.
 */
import { isDeepStrictEqual } from 'node:util';
import path from 'node:path';
import type Docker from 'dockerode';
import { extract, pack, type Pack } from 'tar-stream';
import type { ResolvedProject } from './compose.ts';
import { firstSaid } from './logs.ts';

/** How a running program takes a file that was changed. */
export type Reload =
  /** It is started again, in the same container. */
  | 'restart'
  /**
   * It is sent a signal (`HUP`), and says in its log that it has taken the file, or that it has not. `done` must not be
   * said before the program answers by the new file alone.
   */
  | { signal: string; done: RegExp; failed: RegExp };

/** What a service is, apart from the files that Compose copies into it; and those, by their paths. */
export interface ServiceState {
  /** Equal where a new container would be. */
  spec: string;
  files: Readonly<Record<string, string>>;
}

/** What a whole deployment is. */
export interface DeploymentState {
  /** Equal where networks and volumes are. */
  around: string;
  services: Readonly<Record<string, ServiceState>>;
}

/**
 * What runs after an `up` of these files.
 *
 * @param images service to the image that its build has made
 */
export function stateOf(
  { services, networks, volumes, configs }: ResolvedProject,
  images: Readonly<Record<string, string>>,
): DeploymentState {
  return {
    around: JSON.stringify([networks, volumes]),
    services: Object.fromEntries(
      Object.entries(services).map(([name, { configs: mounted = [], ...service }]) => {
        const files: Record<string, string> = {};
        const others: object[] = [];
        for (const config of mounted) {
          const { source, target, ...how } = config;
          const content = configs[source]?.content;
          if (target === undefined || content === undefined || Object.keys(how).length > 0)
            others.push([config, configs[source]]);
          // What is resolved is written so that it can be resolved again.
          else files[target] = content.replaceAll('$$', '$');
        }
        return [name, { spec: JSON.stringify([service, others, images[name]]), files }];
      }),
    ),
  };
}

/** As Compose copies a file of which only the content is given. */
const MODE = 0o444;

/** How long, in ms, a program may take to take its files; one that says nothing gets a new container. */
const RELOAD_MS = 5000;

/** What the containers of one stack hold, as far as this process has seen them made. */
export class InPlace {
  /** As Compose has made them; undefined where nobody knows. */
  private made: DeploymentState | undefined;
  /** Of a service whose containers hold other files than those with which they were made: the files that they hold. */
  private readonly changed = new Map<string, ServiceState['files']>();
  /** Services that did not take their files: only new containers have them. */
  private readonly failed = new Set<string>();
  /** What an image has in the place of a file that was put there; undefined: nothing. */
  private readonly originals = new Map<string, string | undefined>();
  private readonly generations: Map<string, number>;

  /**
   * @param reloads how programs take their files; other services get new containers
   * @param containers ids of the containers of a service
   * @param generations as an earlier process has left them
   */
  constructor(
    private readonly docker: Docker,
    private readonly reloads: Readonly<Record<string, Reload>>,
    private readonly containers: (service: string) => readonly string[],
    generations: Readonly<Record<string, number>> = {},
  ) {
    this.generations = new Map(Object.entries(generations));
  }

  /**
   * A number for each service that was ever changed in place. It is another one than that with which its containers were
   * made as long as they hold other files: written into the Compose files, it has every `up` make new ones, also that of
   * a person or of another process.
   */
  get numbers(): Record<string, number> {
    const numbers = new Map(this.generations);
    for (const service of new Set([...this.changed.keys(), ...this.failed]))
      numbers.set(service, (numbers.get(service) ?? 0) + 1);
    return Object.fromEntries(numbers);
  }

  /** Some containers hold other files than those with which they were made. */
  get changes(): boolean {
    return this.changed.size > 0;
  }

  /** Compose has brought everything in line with this state; undefined: it is about to, and may fail. */
  renewed(state: DeploymentState | undefined): void {
    for (const [service, number] of Object.entries(this.numbers)) this.generations.set(service, number);
    this.made = state;
    this.changed.clear();
    this.failed.clear();
    this.originals.clear();
  }

  /** The files that a service's containers hold. */
  private held(service: string): ServiceState['files'] {
    return this.changed.get(service) ?? this.made?.services[service]?.files ?? {};
  }

  /**
   * Which services must take other files, where nothing else differs between what runs and a state.
   *
   * @returns undefined where Compose has to be asked
   */
  difference({ around, services }: DeploymentState): string[] | undefined {
    const { made } = this;
    if (made?.around !== around || this.failed.size > 0) return undefined;
    const specs = (state: DeploymentState['services']): [string, string][] =>
      Object.entries(state).map(([name, { spec }]) => [name, spec]);
    if (!isDeepStrictEqual(specs(services), specs(made.services))) return undefined;
    const differing = Object.entries(services).filter(
      ([name, { files }]) => !isDeepStrictEqual(files, this.held(name)),
    );
    if (differing.some(([name, { files }]) => !this.reloads[name] || !this.canTake(name, files))) return undefined;
    return differing.map(([name]) => name);
  }

  /** Services that need only the files back with which they were made, whatever is to become of others. */
  restorable({ services }: DeploymentState): string[] {
    return [...this.changed.keys()].filter((name) => {
      const wanted = services[name];
      return wanted && isDeepStrictEqual(wanted, this.made?.services[name]) && this.canTake(name, wanted.files);
    });
  }

  /** Nothing can be taken away: in its place comes what the image has there, where it has something. */
  private canTake(service: string, files: ServiceState['files']): boolean {
    return Object.keys(this.held(service)).every(
      (file) => file in files || this.originals.get(`${service}:${file}`) !== undefined,
    );
  }

  /**
   * Notes that a service's containers hold other files from now on. That is before they do, so that it is written
   * wherever it has to be if this process does not get any further.
   *
   * @returns puts them there, and has the program take them; gives false where it did not: it needs new containers
   */
  change(service: string, { files }: ServiceState): () => Promise<boolean> {
    const before = this.held(service);
    if (isDeepStrictEqual(files, this.made?.services[service]?.files)) this.changed.delete(service);
    else this.changed.set(service, files);
    const paths = [...new Set([...Object.keys(before), ...Object.keys(files)])];
    return async () => {
      const taken = this.containers(service).map(async (id) => {
        const container = this.docker.getContainer(id);
        const archive = pack();
        for (const file of paths) {
          const name = `${service}:${file}`;
          if (!(file in before) && !this.originals.has(name))
            this.originals.set(name, await contentOf(container, file));
          const content = files[file] ?? this.originals.get(name) ?? '';
          if (content !== before[file]) archive.entry({ name: file, mode: MODE }, content);
        }
        archive.finalize();
        return hasTaken(container, archive, this.reloads[service] ?? 'restart');
      });
      const all = (await Promise.all(taken)).every(Boolean);
      if (!all) this.failed.add(service);
      return all;
    };
  }
}

/** The content of a file in a container; undefined where it is none. */
async function contentOf(container: Docker.Container, file: string): Promise<string | undefined> {
  const stream = await container.getArchive({ path: file }).catch((error: unknown) => {
    if ((error as { statusCode?: number }).statusCode === 404) return undefined;
    throw error;
  });
  if (!stream) return undefined;
  for await (const entry of stream.pipe(extract())) {
    if (entry.header.type !== 'file' || path.basename(entry.header.name) !== path.basename(file)) return undefined;
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk);
    return Buffer.concat(chunks).toString('utf8');
  }
  return undefined;
}

/** Puts files into a container, and has its program take them; false where the engine or the program does not. */
async function hasTaken(container: Docker.Container, files: Pack, how: Reload): Promise<boolean> {
  try {
    await container.putArchive(files, { path: '/' });
    const { State } = await container.inspect();
    if (how === 'restart' || !State.Running) {
      await container.restart({ t: 1 });
      return true;
    }
    const { signal, done, failed } = how;
    const said = firstSaid(container, [failed, done], Date.now() / 1000, RELOAD_MS);
    await container.kill({ signal });
    return (await said) === done;
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === undefined) throw error;
    return false;
  }
}
