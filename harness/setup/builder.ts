/** Builds images: those that topologies share, and the variants of their services. */
import { rmSync } from 'node:fs';
import path from 'node:path';
import type Docker from 'dockerode';
import pLimit from 'p-limit';
import { projectFiles } from '../topology/compose.ts';
import type { Deployment } from '../topology/deployment.ts';
import { OWNED_BY } from '../topology/leftovers.ts';
import { composeBuild, IMAGE_PREFIX, sharedBelow, sharedHash } from '../topology/images.ts';
import { ownerOf } from '../topology/ownership.ts';
import { writeWhole } from '../common/files.ts';
import { withLock } from '../common/lock.ts';
import { BASE, CACHE } from '../common/paths.ts';

/** An image of a service, as some configuration of its topology wants it. */
export interface Variant {
  /** The overrides of that configuration: full paths. */
  overrides: readonly string[];
  service: string;
  /** The folder that it is built from; variants of one folder share layers. */
  context: string;
  tag: string;
  /** Shared images that it builds on. */
  shared: readonly string[];
}

type OnLine = (line: string) => void;

const SHARED_LABEL = 'sintoma.hash';

/** Writes a Compose override for the time of a build that needs it. */
async function withOverlay(name: string, services: object, build: (file: string) => Promise<void>): Promise<void> {
  const overlay = path.join(CACHE, 'stacks', `${name}.json`);
  writeWhole(overlay, JSON.stringify({ [OWNED_BY]: ownerOf(process.pid), services }));
  try {
    await build(overlay);
  } finally {
    rmSync(overlay, { force: true });
  }
}

/** Builds what the engine lacks; each build waits only for the shared images that it stands on. */
export class ImageBuilder {
  private readonly begun = new Map<string, Promise<void>>();
  /** More at a time than this machine has cores would only take turns. */
  private readonly turn = pLimit(2);
  private readonly stopping = new AbortController();

  constructor(private readonly docker: Docker) {}

  /**
   * A shared image (compose/base), unless the engine has it with the content of now.
   *
   * @throws UserError when the build fails
   */
  shared(name: string, onLine: OnLine): Promise<void> {
    const make = async (): Promise<void> => {
      await Promise.all(sharedBelow(name).map((below) => this.shared(below, onLine)));
      if (!(await this.hasShared(name))) await withLock(`shared-${name}`, () => this.buildShared(name, onLine));
    };
    const promise = this.begun.get(name) ?? make();
    this.begun.set(name, promise);
    return promise;
  }

  /**
   * The image of a service, after the shared ones below it.
   *
   * @throws UserError when the build fails
   */
  async variant(deployment: Deployment, { overrides, service, tag, shared }: Variant, onLine: OnLine): Promise<void> {
    await Promise.all(shared.map((name) => this.shared(name, onLine)));
    await this.turn(() =>
      withOverlay(`build-${tag.replace(/\W/g, '-')}`, { [service]: { image: tag } }, (overlay) =>
        composeBuild([...projectFiles(deployment, overrides), overlay], service, {
          what: `service "${service}" of ${deployment.name}`,
          signal: this.stopping.signal,
          onLine,
        }),
      ),
    );
  }

  /** Ends the builds that run, and begins no other. */
  stop(): void {
    this.turn.clearQueue();
    this.stopping.abort();
  }

  private async hasShared(name: string): Promise<boolean> {
    const found = await this.docker
      .getImage(`${IMAGE_PREFIX}${name}`)
      .inspect()
      .catch(() => undefined);
    return found?.Config.Labels?.[SHARED_LABEL] === sharedHash(name);
  }

  private async buildShared(name: string, onLine: OnLine): Promise<void> {
    if (await this.hasShared(name)) return;
    onLine(`building ${IMAGE_PREFIX}${name}`);
    const labels = { [SHARED_LABEL]: sharedHash(name) };
    await withOverlay(`shared-${name}`, { [name]: { build: { labels } } }, (overlay) =>
      composeBuild([path.join(BASE, 'compose.yaml'), overlay], name, {
        what: `shared image "${name}"`,
        signal: this.stopping.signal,
        onLine,
      }),
    );
    // Docker 20.10 caches nothing after a FROM that two builds at once are the first to use. Here one build uses it.
    const image = `${IMAGE_PREFIX}${name}`;
    const first = { image: `${image}:first`, build: { dockerfile_inline: `FROM ${image}` } };
    await withOverlay(`first-${name}`, { first }, (overlay) =>
      composeBuild([overlay], 'first', { what: `shared image "${name}"`, signal: this.stopping.signal }),
    );
  }
}
