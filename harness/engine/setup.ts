/**
 * Prepares a machine: engine and Compose, browser, certificates, base image, shared images, all images of all
 * topologies in all their variants. Everything that is there already costs a question, not a build.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type Docker from 'dockerode';
import { execa } from 'execa';
import { Listr, type ListrTask } from 'listr2';
import { chromiumPath } from '../browser/launch.ts';
import { composeFolder, faultNames, resolveProject, topologyNames, type ResolvedProject } from '../topology/compose.ts';
import { ensureBaseSystem, publishExtraAuthorities } from './base-system.ts';
import {
  checkCompose,
  connectEngine,
  installCompose,
  installPackages,
  isRootDebian,
  missingPackages,
  startEngine,
} from './docker.ts';
import { UserError } from './errors.ts';
import { ImageBuilder, type Variant } from './builder.ts';
import { alone } from './lock.ts';
import { dockerfileOf, hasImage, imageTags, sharedClosure } from './images.ts';
import { CACHE } from './paths.ts';
import { describePart, readParts, writeParts, type PartReading } from './parts.ts';
import { hasCertificates, isTrusted, makeCertificates, publishCertificates, trustAuthority } from './tls.ts';

export interface SetupOptions {
  /** Install and start what is missing; only on a Debian where we are root. */
  install: boolean;
  /** Only these topologies; default: all. */
  topologies?: readonly string[];
  /** By topology: faults that scenarios stack on one another, besides each fault alone. Asked once Compose is there. */
  combinations?: () => Promise<Readonly<Record<string, Combinations>>>;
}

type Combinations = readonly (readonly string[])[];

interface Context {
  docker: Docker;
  images: ImageBuilder;
}

type TaskOf = Parameters<ListrTask<Context>['task']>[1];

/** Shows a line below a task; where nobody watches, only what is not a single build step. */
const shows =
  (task: { output: string }) =>
  (line: string): void => {
    if (process.stdout.isTTY || !/#\d+ |\[/.test(line)) task.output = line;
  };

/** All ways in which a topology is configured: healthy, each fault, and what scenarios stack, with this machine's parts. */
async function configurations(
  topology: string,
  parts: readonly string[],
  combinations: Combinations = [],
): Promise<[readonly string[], ResolvedProject][]> {
  const faults = [[], ...faultNames(topology).map((fault) => [fault]), ...combinations];
  const overrides = faults.map((names) => [...parts, ...names.map((fault) => `faults/${fault}.yaml`)]);
  return Promise.all(
    overrides.map(async (list): Promise<[readonly string[], ResolvedProject]> => [
      list,
      await resolveProject(topology, list),
    ]),
  );
}

/** The images of a project's services, as this configuration wants them. */
function variantsIn(topology: string, overrides: readonly string[], project: ResolvedProject): Variant[] {
  const tags = imageTags(topology, project);
  return Object.entries(project.services).flatMap(([service, { build }]) => {
    const tag = tags[service];
    if (!build || !tag) return [];
    return { overrides, service, context: build.context, tag, shared: sharedClosure([dockerfileOf(build)]) };
  });
}

/** Every image that a topology needs, each once. */
async function variantsOf(topology: string, parts: readonly string[], combinations: Combinations): Promise<Variant[]> {
  const all = await configurations(topology, parts, combinations);
  const variants = all.flatMap(([overrides, project]) => variantsIn(topology, overrides, project));
  return [...new Map(variants.map((variant) => [variant.tag, variant])).values()];
}

/** Hosts that some topology serves with TLS. */
async function documentedHosts(topologies: readonly string[]): Promise<string[]> {
  const hosts = new Set<string>();
  for (const topology of topologies) {
    if (!sharedClosure(await allDockerfiles([topology])).includes('tls')) continue;
    for (const [, project] of await configurations(topology, [])) {
      for (const address of Object.keys(project.addresses)) hosts.add(address.slice(0, address.lastIndexOf(':')));
    }
  }
  return [...hosts].sort();
}

/** Tries the real part of each stand-in once for each recipe; what a machine cannot have is remembered. */
async function tryRealParts(
  { docker, images }: Context,
  topology: string,
  onLine: (line: string) => void,
): Promise<PartReading[]> {
  const { standIns } = await resolveProject(topology, []);
  const readings: PartReading[] = [];
  for (const [service, standIn] of Object.entries(standIns)) {
    if (standIn.real === undefined) {
      readings.push({ topology, service, for: standIn.for, real: false });
      continue;
    }
    const file = path.join(composeFolder(topology), standIn.real);
    const project = await resolveProject(topology, [standIn.real]);
    const variant = variantsIn(topology, [standIn.real], project).find((one) => one.service === service);
    const recipe = createHash('sha256')
      .update(readFileSync(file))
      .update(variant?.tag ?? '')
      .digest('hex')
      .slice(0, 12);
    const known = readParts().find(
      (part) => part.topology === topology && part.service === service && part.recipe === recipe,
    );
    const base = { topology, service, for: standIn.for, override: standIn.real, recipe };
    if (known && (!known.real || !variant || (await hasImage(docker, variant.tag)))) {
      readings.push(known);
      continue;
    }
    onLine(`is the real ${standIn.for} to be had?`);
    const image = project.services[service]?.image;
    try {
      if (variant) await images.variant(topology, variant, onLine);
      else if (image && !(await hasImage(docker, image))) await execa('docker', ['pull', image]);
      readings.push({ ...base, real: true });
    } catch {
      readings.push({ ...base, real: false, reason: 'no registry that this machine reaches has it' });
    }
  }
  return readings;
}

/** Dockerfiles of everything that is built. */
async function allDockerfiles(topologies: readonly string[]): Promise<string[]> {
  const files = new Set<string>();
  for (const topology of topologies) {
    for (const [, project] of await configurations(topology, [])) {
      for (const { build } of Object.values(project.services)) if (build) files.add(dockerfileOf(build));
    }
  }
  return [...files];
}

/** Builds all images of a topology. */
function buildTasks(topology: string, combinations: Combinations): ListrTask<Context> {
  return {
    title: `images of ${topology}`,
    task: exclusive(`images-${topology}`, async (context, task) => {
      const { docker, images } = context;
      const began = Date.now();
      const show = shows(task);
      const readings = await tryRealParts(context, topology, show);
      await alone('parts', async () => {
        writeParts([...readParts().filter((part) => part.topology !== topology), ...readings]);
      });
      const parts = readings.filter(({ real }) => real).flatMap(({ override }) => override ?? []);
      const variants = await variantsOf(topology, parts, combinations);
      const present = await Promise.all(variants.map(({ tag }) => hasImage(docker, tag)));
      const missing = variants.filter((_variant, index) => !present[index]);
      let done = 0;
      const build = async (variant: Variant): Promise<void> => {
        const name = variant.service;
        await images.variant(topology, variant, (line) => {
          if (/^#\d+ \[/.test(line)) show(`${done}/${missing.length} built · ${name}: ${line.replace(/^#\d+ /, '')}`);
        });
        done += 1;
        show(`${done}/${missing.length} built`);
      };
      // The first of a folder alone fills the layers that its siblings share.
      const contexts = [...new Set(missing.map(({ context }) => context))];
      await Promise.all(
        contexts.map(async (folder) => {
          const [first, ...siblings] = missing.filter(({ context }) => context === folder);
          if (first) await build(first);
          await Promise.all(siblings.map(build));
        }),
      );
      const seconds = ((Date.now() - began) / 1000).toFixed(1);
      task.title = `images of ${topology}: ${variants.length}, ${missing.length} built in ${seconds} s`;
    }),
    rendererOptions: { outputBar: 1 },
  };
}

/** A task that is done {@link alone}. */
const exclusive =
  (thing: string, work: (context: Context, task: TaskOf) => Promise<void>): ListrTask<Context>['task'] =>
  (context, task) =>
    alone(thing, () => work(context, task));

/** A missing thing that setup was not told to install. */
function refuse(what: string): UserError {
  return new UserError(
    `${what} is missing on this machine`,
    isRootDebian()
      ? 'run: npx sintoma setup --install'
      : 'install Docker Engine with Compose v2 and start it (docs.docker.com/engine/install), then run: npx sintoma setup',
  );
}

function engineTask(options: SetupOptions): ListrTask<Context> {
  return {
    title: 'Docker engine and Compose',
    task: exclusive('engine', async (context, task) => {
      const began = Date.now();
      const show = shows(task);
      let engine = await connectEngine().catch((error: unknown) => error as UserError);
      const packages = isRootDebian()
        ? missingPackages().filter((name) => engine instanceof Error || !/docker|iptables/.test(name))
        : [];
      if (engine instanceof Error && !(options.install && isRootDebian())) throw engine;
      if (packages.length > 0 && options.install) {
        task.title = `Docker engine and Compose: installing ${packages.join(', ')} (about half a minute)`;
        await installPackages(packages, show);
      }
      if (engine instanceof Error) {
        show('starting the engine');
        await startEngine();
        engine = await connectEngine();
      }
      const compose = await checkCompose().catch(async (error: unknown) => {
        if (!(options.install && isRootDebian())) throw error;
        show('getting the Compose plugin');
        await installCompose(show);
        return checkCompose();
      });
      context.docker = engine as Docker;
      context.images = new ImageBuilder(context.docker);
      const { Version } = await context.docker.version();
      const seconds = ((Date.now() - began) / 1000).toFixed(1);
      task.title = `Docker engine ${Version}, Compose ${compose} (${seconds} s)`;
    }),
    rendererOptions: { outputBar: 1 },
  };
}

/** Where no browser is: Playwright's own is downloaded; on a bare Debian the package was installed before. */
function browserTask(options: SetupOptions): ListrTask<Context> {
  return {
    title: 'browser',
    task: exclusive('browser', async (_context, task) => {
      const found = (): string | undefined => {
        try {
          return chromiumPath();
        } catch (error) {
          // Who names a browser wants that one.
          if (process.env.SINTOMA_CHROMIUM) throw error;
          return undefined;
        }
      };
      if (!found()) {
        task.title = 'browser: downloading Chromium (about 170 MB)';
        const child = execa('npx', ['playwright', 'install', 'chromium'], { all: true, reject: false });
        for await (const line of child.iterable({ from: 'all' })) task.output = line;
        await child;
      }
      const file = found();
      if (!file)
        throw options.install
          ? new UserError('browser: Chromium could not be had', 'run: npx playwright install chromium')
          : refuse('a Chromium');
      task.title = `browser: ${file}`;
    }),
    rendererOptions: { outputBar: 1 },
  };
}

const timed =
  (
    title: string,
    work: (context: Context, show: (line: string) => void) => Promise<string>,
  ): ListrTask<Context>['task'] =>
  async (context, task) => {
    const began = Date.now();
    const result = await alone(title.replace(' ', '-'), () => work(context, shows(task)));
    task.title = `${title}: ${result} (${((Date.now() - began) / 1000).toFixed(1)} s)`;
  };

/**
 * Prepares the machine, or fails with what is missing and how to get it.
 *
 * @throws UserError
 */
export async function setup(options: SetupOptions): Promise<void> {
  mkdirSync(CACHE, { recursive: true });
  const topologies = options.topologies ?? topologyNames();
  const tasks = new Listr<Context>(
    [
      engineTask(options),
      browserTask(options),
      {
        title: 'certificates',
        task: timed('certificates', async () => {
          const hosts = await documentedHosts(topologies);
          const made = !hasCertificates(hosts);
          if (made) await makeCertificates(hosts);
          publishCertificates();
          publishExtraAuthorities();
          if (!isTrusted()) await trustAuthority();
          return `${made ? 'made' : 'present'} for ${hosts.length} documented hosts`;
        }),
      },
      {
        title: 'base image',
        task: timed('base image', async ({ docker, images }, show) => {
          const how = await ensureBaseSystem(docker, show);
          await images.shared('base', show);
          return how;
        }),
        rendererOptions: { outputBar: 1 },
      },
      {
        title: 'images',
        task: async ({ images }, task) => {
          const combinations = (await options.combinations?.()) ?? {};
          const names = sharedClosure(await allDockerfiles(topologies)).filter((name) => name !== 'base');
          return task.newListr(
            [
              ...names.map((name) => ({
                title: `shared image ${name}`,
                task: timed(`shared image ${name}`, async (_context, show) => {
                  await images.shared(name, show);
                  return 'present';
                }),
                rendererOptions: { outputBar: 1 },
              })),
              ...topologies.map((name) => buildTasks(name, combinations[name] ?? [])),
            ],
            { concurrent: true },
          );
        },
      },
    ],
    { concurrent: false, collectErrors: false },
  );
  const context = {} as Context;
  try {
    await tasks.run(context);
  } finally {
    // After a failure, nobody waits for the builds beside it.
    context.images?.stop();
  }
  for (const part of readParts().filter(({ topology }) => topologies.includes(topology))) {
    console.log(`  ${describePart(part)}`);
  }
}
