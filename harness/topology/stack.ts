/**
 * One running stack: a topology under a fixed project name. It is switched, not restarted: `up` with other overrides
 * recreates what differs and nothing else.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { DockerComposeEnvironment, Wait } from 'testcontainers';
import type { AddressRule } from '../common/address.ts';
import { defined } from '../common/defined.ts';
import { writeWhole } from '../common/files.ts';
import { PROJECT } from '../common/paths.ts';
import { engineAddress, newEngine } from './engine.ts';
import { isUserError, UserError } from '../common/errors.ts';
import type { SaysWait } from '../common/waiting.ts';
import { composeBuild, hasImage, imageTags } from './images.ts';
import { projectFiles, resolveProject, type ResolvedProject } from './compose.ts';
import { faultFile, type Deployment } from './deployment.ts';
import { raiseFence } from './fence.ts';
import { type DeploymentState, InPlace, type Reload, type ServiceState, stateOf } from './in-place.ts';
import { keptIn, overlayOf } from './overlay.ts';
import type { Reach } from './reach.ts';
import { cloneOf, LABEL_CLONE, LABEL_OWNER, LABEL_RUN, overlayFile, removeWhere } from './ownership.ts';
import { closedPort, PortBlock } from './ports.ts';
import { linesSince, plainLog, type LogLine } from './logs.ts';
import { removedMeanwhile, untilReady, type Readiness } from './readiness.ts';

export interface StackOptions {
  deployment: Deployment;
  /** How each service tells that it is ready. */
  ready: Readonly<Record<string, Readiness>>;
  /** How programs take files that were changed; other services get new containers. */
  reload?: Readonly<Record<string, Reload>>;
  /** Compose project name: unique for run and worker. */
  project: string;
  run: string;
  owner: string;
  /** Overrides (full paths) that hold for every `up`: real parts in place of stand-ins. */
  parts?: readonly string[];
  says?: SaysWait | undefined;
}

interface RunningService {
  id: string;
  /** containerPort to published port */
  ports: Map<number, number>;
}

/** Options of every `docker compose up`. */
const UP_OPTIONS = ['--remove-orphans', '--no-build', '--timeout', '1'];

/** Where nothing is published: for addresses that refuse connections. */
const LOCAL = '127.0.0.1';

export class Stack implements Reach {
  readonly project: string;
  readonly topology: string;
  private readonly docker = newEngine();
  private readonly overlay: string;
  private overrides: readonly string[] = [];
  private resolved: ResolvedProject | undefined;
  /** Service to image: what the last build of each service made. */
  private images: Record<string, string> = {};
  private running = new Map<string, RunningService[]>();
  /** Container id + start time of what was seen ready. */
  private readonly wasReady = new Set<string>();
  private refused: number | undefined;
  private block: PortBlock | undefined;
  private inPlace: InPlace;

  constructor(private readonly options: StackOptions) {
    this.project = options.project;
    this.topology = options.deployment.name;
    this.overlay = overlayFile(options.project);
    this.inPlace = this.newInPlace(this.written.generations);
  }

  /** What another process has kept in the override. */
  private get written(): ReturnType<typeof keptIn> {
    return keptIn(existsSync(this.overlay) ? readFileSync(this.overlay, 'utf8') : '{}');
  }

  private newInPlace(generations: Readonly<Record<string, number>> = {}): InPlace {
    const { reload = {} } = this.options;
    return new InPlace(this.docker, reload, (service) => this.containers(service), generations);
  }

  /** The run whose label it has. */
  get run(): string {
    return this.options.run;
  }

  /** What the files say after the last {@link edit}. */
  get configuration(): ResolvedProject {
    if (!this.resolved) throw new Error('the stack has no configuration yet: call edit first');
    return this.resolved;
  }

  /**
   * Edits the files and nothing else: what runs stays as it is until {@link build} and {@link up}.
   *
   * @param faults their names; none for the healthy system
   */
  async edit(faults: readonly string[]): Promise<void> {
    const { deployment, parts = [] } = this.options;
    this.overrides = [...parts, ...faults.map((fault) => faultFile(deployment, fault))];
    this.resolved = await resolveProject(deployment, this.overrides);
  }

  /**
   * Builds the services (all by default) from the files as they are now. An image of the same content is reused.
   */
  async build(services?: readonly string[]): Promise<void> {
    const tags = imageTags(this.topology, this.configuration);
    for (const [service, tag] of Object.entries(tags)) {
      if (services && !services.includes(service)) continue;
      this.images[service] = tag;
      if (await hasImage(this.docker, tag)) continue;
      await this.takePorts();
      this.writeOverlay();
      await composeBuild(this.files(), service, { what: `service "${service}" of ${this.topology}` });
    }
    for (const service of services ?? []) {
      if (!tags[service]) throw new UserError(`${this.topology}: service "${service}" has nothing to build`);
    }
  }

  /** Service to the image that it runs: the one that was built, else the one that the files name. */
  get programs(): Record<string, string> {
    const { services } = this.configuration;
    const named = Object.entries(services).flatMap(([service, { image }]) =>
      image ? [[service, image] as const] : [],
    );
    return { ...Object.fromEntries(named), ...this.images };
  }

  /** The Compose files of the stack as it is configured, with the override that gives images and labels. */
  files(): string[] {
    return [...projectFiles(this.options.deployment, this.overrides), this.overlay];
  }

  /** The last override: images by content, and the labels that say whose the stack is. */
  private writeOverlay(): void {
    const labels = {
      [LABEL_RUN]: this.options.run,
      [LABEL_OWNER]: this.options.owner,
      [LABEL_CLONE]: cloneOf(PROJECT),
    };
    writeWhole(
      this.overlay,
      overlayOf(this.configuration, {
        project: this.project,
        labels,
        images: this.images,
        address: engineAddress(),
        block: this.block,
        ports: this.options.deployment.ports,
        generations: this.inPlace.numbers,
      }),
    );
  }

  /** Takes the ports that the stack has for as long as it lives: those that it had, if another process started it. */
  private async takePorts(): Promise<void> {
    // Only of this machine can be told which ports are free.
    if (this.block || engineAddress() !== LOCAL) return;
    const { ports } = this.written;
    if (ports) await this.refresh();
    this.block = await (ports && this.running.size > 0 ? PortBlock.resume(ports) : PortBlock.reserve());
  }

  /**
   * Brings what runs in line with the files and the last build, and waits until every service is ready.
   *
   * @param without services that are expected not to become ready: the fault itself
   * @param options `anew`: no container stays that was changed, or would be changed, in place: what the next `up` then
   *   does is what Compose does
   * @throws UserError with the last log lines of a service that does not become ready.
   */
  async up(without: readonly string[] = [], { anew = false } = {}): Promise<void> {
    for (const service of Object.keys(this.configuration.services)) {
      if (this.configuration.services[service]?.build && !this.images[service]) await this.build([service]);
    }
    await this.takePorts();
    const wanted = stateOf(this.configuration, this.images);
    // A container that has ended is started by Compose.
    const differing = (await this.refresh()) ? this.inPlace.difference(wanted) : undefined;
    const real = anew && (differing?.length !== 0 || this.inPlace.changes);
    if (differing === undefined || real || !(await this.takeFiles(differing, wanted))) {
      if (!anew) await this.takeFiles(this.inPlace.restorable(wanted), wanted);
      this.writeOverlay();
      this.inPlace.renewed(undefined);
      if (this.running.size === 0) await this.create(this.files());
      else await this.compose(['up', '--detach', ...UP_OPTIONS]);
      this.inPlace.renewed(wanted);
      await this.refresh();
    }
    await this.ready(without);
  }

  /** Has services take the files of a state in place; false where one of them did not. */
  private async takeFiles(services: readonly string[], state: DeploymentState): Promise<boolean> {
    const changes = services.map((service) => this.inPlace.change(service, state.services[service] as ServiceState));
    this.writeOverlay();
    const again = services.flatMap((service) => this.containers(service));
    for (const seen of this.wasReady) if (again.some((id) => seen.startsWith(id))) this.wasReady.delete(seen);
    return (await Promise.all(changes.map((change) => change()))).every(Boolean);
  }

  /**
   * Starts the deployment. Only the start goes through Testcontainers: its Compose client sits half a second after each
   * command that has ended (docker-compose for npm does, see its issue 347), which each switch of what runs would pay.
   */
  private async create(files: readonly string[]): Promise<void> {
    // Set-up has told where none can be; here it is put up again if somebody took it away since.
    await raiseFence();
    const folder = path.dirname(this.options.deployment.compose);
    const environment = new DockerComposeEnvironment(
      folder,
      files.map((file) => path.relative(folder, file)),
    )
      .withProjectName(this.project)
      .withAutoCleanup(false)
      .withDefaultWaitStrategy(Wait.forAll([]))
      .withClientOptions({ commandOptions: UP_OPTIONS });
    try {
      await environment.up();
    } catch (error) {
      throw new UserError(`${this.topology}: docker compose up failed: ${(error as Error).message.trim()}`);
    }
  }

  /**
   * Goes on with what another process has started under this name.
   *
   * @throws UserError when nothing of it runs
   */
  async attach(): Promise<void> {
    await this.takePorts();
    await this.refresh();
    if (this.running.size === 0)
      throw new UserError(`nothing runs of the stack "${this.project}"`, 'start it again with sintoma up', 2);
  }

  /** `docker compose restart`: the same containers, started again. */
  async restart(services: readonly string[]): Promise<void> {
    await this.compose(['restart', '--timeout', '1', ...services]);
    await this.refresh();
    await this.ready([], services);
  }

  /**
   * Waits until what runs of a service fits a fact, whether or not it did before.
   *
   * @param timeoutMs how long it may take, in ms, if not the usual time
   * @throws UserError with the service's last log lines when it does not.
   */
  async answers(service: string, fact: Readiness, timeoutMs?: number): Promise<void> {
    await this.ready([], [service], { fact, seen: new Set(), timeoutMs });
  }

  private async compose(args: readonly string[]): Promise<string> {
    const flags = this.files().flatMap((file) => ['-f', file]);
    const result = await execa('docker', ['compose', '-p', this.project, ...flags, ...args], { reject: false });
    if (result.exitCode !== 0) {
      const accident = await this.accident();
      if (accident) throw accident;
      throw new UserError(
        `${this.topology}: docker compose ${args[0]} failed: ${result.stderr.trim().split('\n').at(-1)}`,
      );
    }
    return result.stdout;
  }

  /**
   * Reads which containers there are and where their ports are published.
   *
   * @returns true when there are some and all of them run
   */
  private async refresh(): Promise<boolean> {
    const listed = await this.docker.listContainers({
      all: true,
      filters: { label: [`com.docker.compose.project=${this.project}`] },
    });
    // What the engine is about to remove is listed until it is gone, with its old ports.
    const containers = listed.filter(({ State }) => State !== 'removing' && State !== 'dead');
    this.running = new Map();
    for (const container of containers.sort((a, b) => (a.Names[0] as string).localeCompare(b.Names[0] as string))) {
      const service = container.Labels['com.docker.compose.service'] as string;
      const ports = new Map(
        container.Ports.filter(({ PublicPort, IP }) => PublicPort && IP === engineAddress()).map(
          ({ PrivatePort, PublicPort }) => [PrivatePort, PublicPort],
        ),
      );
      this.running.set(service, [...(this.running.get(service) ?? []), { id: container.Id, ports }]);
    }
    return containers.length > 0 && containers.every(({ State }) => State === 'running');
  }

  private async ready(
    without: readonly string[],
    only?: readonly string[],
    {
      fact,
      seen = this.wasReady,
      timeoutMs,
    }: { fact?: Readiness; seen?: Set<string>; timeoutMs?: number | undefined } = {},
  ): Promise<void> {
    const pending = [...this.running].filter(
      ([service]) => !without.includes(service) && (!only || only.includes(service)),
    );
    await Promise.all(
      pending.flatMap(([service, containers]) =>
        containers.map(({ id }) => {
          const isReady = untilReady(this.docker.getContainer(id), fact ?? this.options.ready[service], {
            service,
            host: engineAddress(),
            seen,
            ...defined({ timeoutMs }),
          });
          this.options.says?.(`waits until ${service} is ready`, isReady);
          return isReady;
        }),
      ),
    );
    // A container that was started meanwhile has other ports.
    await this.refresh();
  }

  /**
   * What happened to the stack that no scenario does: the engine is gone, or somebody else removed a container. It is
   * the reason for whatever was seen since.
   */
  async accident(): Promise<UserError | undefined> {
    for (const [service, containers] of this.running) {
      for (const { id } of containers) {
        try {
          await this.docker.getContainer(id).inspect();
        } catch (error) {
          if (isUserError(error)) return error;
          if ((error as { statusCode?: number }).statusCode === 404) return removedMeanwhile(service);
        }
      }
    }
    return undefined;
  }

  at(service: string, port: number): { host: string; port: number } {
    const published = this.running.get(service)?.[0]?.ports.get(port);
    if (published === undefined) {
      throw new UserError(`${this.topology}: service "${service}" does not publish port ${port}`);
    }
    return { host: engineAddress(), port: published };
  }

  runs(service: string): boolean {
    return this.running.has(service);
  }

  /** True when no container of a service runs: it has ended, or could not be started. */
  async hasEnded(service: string): Promise<boolean> {
    const states = await Promise.all(this.containers(service).map((id) => this.docker.getContainer(id).inspect()));
    return states.every(({ State }) => !State.Running);
  }

  /** Ids of the containers of a service; empty when it has none. */
  containers(service: string): string[] {
    return (this.running.get(service) ?? []).map(({ id }) => id);
  }

  /**
   * Where each documented address leads now. An address of a service that does not run refuses connections: that of
   * the port under which it is published when it runs, so that a browser finds it there afterwards.
   */
  async addresses(): Promise<AddressRule[]> {
    this.refused ??= await closedPort();
    const closed = { address: LOCAL, port: this.refused };
    return Object.entries(this.configuration.addresses).map(([documented, destination]) => {
      const colon = documented.lastIndexOf(':');
      const host = documented.slice(0, colon);
      const port = Number(documented.slice(colon + 1));
      if (destination === 'no-record') return { host, port, to: 'no-record' };
      if (destination === 'closed') return { host, port, to: closed };
      const published =
        this.running.get(destination.service)?.[0]?.ports.get(destination.port) ??
        this.block?.of(destination.service, destination.port);
      return { host, port, to: published === undefined ? closed : { address: engineAddress(), port: published } };
    });
  }

  /** The last lines of every container's log, by service. */
  async logs(tail = 200): Promise<Record<string, string>> {
    await this.refresh();
    const entries = await Promise.all(
      [...this.running].flatMap(([service, containers]) =>
        containers.map(async ({ id }, index) => [
          containers.length > 1 ? `${service}-${index + 1}` : service,
          await plainLog(this.docker.getContainer(id), tail),
        ]),
      ),
    );
    return Object.fromEntries(entries) as Record<string, string>;
  }

  /**
   * What all containers have said since a time, in its order.
   *
   * @param since ms since the epoch
   */
  async logLines(since: number): Promise<LogLine[]> {
    await this.refresh();
    const lines = await Promise.all(
      [...this.running].flatMap(([service, containers]) =>
        containers.map(({ id }) => linesSince(this.docker.getContainer(id), service, since)),
      ),
    );
    return lines.flat().sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  }

  /** Runs a command inside a service's container, as an operator would. */
  async exec(service: string, command: readonly string[]): Promise<string> {
    return this.compose(['exec', '-T', service, ...command]);
  }

  /** Removes the stack with its networks and volumes. `keepFiles` leaves the written override in place. */
  async down({ keepFiles = false } = {}): Promise<void> {
    this.inPlace = this.newInPlace();
    await removeWhere(this.docker, (labels) => labels['com.docker.compose.project'] === this.project);
    await this.block?.release();
    this.block = undefined;
    if (!keepFiles) rmSync(this.overlay, { force: true });
  }
}
