/**
 * Prepares a machine: engine and Compose, browser, certificates, base image, shared images, all images of all
 * topologies in all their variants. Everything that is there already costs a question, not a build.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type Docker from 'dockerode';
import { execa } from 'execa';
import { Listr, type ListrTask } from 'listr2';
import lockfile from 'proper-lockfile';
import { chromiumPath } from '../browser/launch.ts';
import {
  composeFolder,
  faultNames,
  projectFiles,
  resolveProject,
  topologyNames,
  type ResolvedProject,
} from '../topology/compose.ts';
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
import { composeBuild, dockerfileOf, hasImage, imageTags, sharedClosure, sharedHash } from './images.ts';
import { BASE, CACHE } from './paths.ts';
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

interface Variant {
  overrides: readonly string[];
  service: string;
  tag: string;
}

type Combinations = readonly (readonly string[])[];

interface Context {
  docker: Docker;
}

/**
 * Does something that only one process of this machine may do at a time. One lock a thing: who has all of a topology
 * does not wait for the builds of another.
 */
async function alone<T>(thing: string, work: () => Promise<T>): Promise<T> {
  const release = await lockfile.lock(path.join(CACHE, thing), {
    realpath: false,
    stale: 20_000,
    retries: { forever: true, minTimeout: 100, maxTimeout: 1000, factor: 1.2, maxRetryTime: 30 * 60_000 },
  });
  try {
    return await work();
  } finally {
    await release();
  }
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

/** Every image that a topology needs, each once. */
async function variantsOf(topology: string, parts: readonly string[], combinations: Combinations): Promise<Variant[]> {
  const variants = new Map<string, Variant>();
  for (const [overrides, project] of await configurations(topology, parts, combinations)) {
    for (const [service, tag] of Object.entries(imageTags(topology, project))) {
      if (!variants.has(tag)) variants.set(tag, { overrides, service, tag });
    }
  }
  return [...variants.values()];
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

/** Writes the override that gives a build its tag, and runs the build. */
async function buildVariant(topology: string, variant: Variant, onLine: (line: string) => void): Promise<void> {
  const overlay = path.join(CACHE, 'stacks', `build-${variant.tag.replace(/\W/g, '-')}.json`);
  mkdirSync(path.dirname(overlay), { recursive: true });
  writeFileSync(overlay, JSON.stringify({ services: { [variant.service]: { image: variant.tag } } }));
  try {
    await composeBuild(
      [...projectFiles(topology, variant.overrides), overlay],
      variant.service,
      `service "${variant.service}" of ${topology}`,
      onLine,
    );
  } finally {
    rmSync(overlay, { force: true });
  }
}

const SHARED_LABEL = 'sintoma.hash';

/** Builds a shared image unless the engine has it with the same content. */
async function ensureShared(docker: Docker, name: string, onLine: (line: string) => void): Promise<void> {
  const tag = `sintoma/${name}`;
  const hash = sharedHash(name);
  const inspect = await docker
    .getImage(tag)
    .inspect()
    .catch(() => undefined);
  if (inspect?.Config.Labels?.[SHARED_LABEL] === hash) return;
  onLine(`building ${tag}`);
  const file = path.join(BASE, 'compose.yaml');
  const overlay = path.join(CACHE, 'stacks', `shared-${name}.json`);
  mkdirSync(path.dirname(overlay), { recursive: true });
  writeFileSync(overlay, JSON.stringify({ services: { [name]: { build: { labels: { [SHARED_LABEL]: hash } } } } }));
  await composeBuild([file, overlay], name, `shared image "${name}"`, onLine);
  rmSync(overlay, { force: true });
}

/** Tries the real part of each stand-in once for each recipe; what a machine cannot have is remembered. */
async function tryRealParts(docker: Docker, topology: string, onLine: (line: string) => void): Promise<PartReading[]> {
  const { standIns } = await resolveProject(topology, []);
  const readings: PartReading[] = [];
  for (const [service, standIn] of Object.entries(standIns)) {
    if (standIn.real === undefined) {
      readings.push({ topology, service, for: standIn.for, real: false });
      continue;
    }
    const file = path.join(composeFolder(topology), standIn.real);
    const project = await resolveProject(topology, [standIn.real]);
    const tag = imageTags(topology, project)[service];
    const recipe = createHash('sha256')
      .update(readFileSync(file))
      .update(tag ?? '')
      .digest('hex')
      .slice(0, 12);
    const known = readParts().find(
      (part) => part.topology === topology && part.service === service && part.recipe === recipe,
    );
    const base = { topology, service, for: standIn.for, override: standIn.real, recipe };
    if (known && (!known.real || !tag || (await hasImage(docker, tag)))) {
      readings.push(known);
      continue;
    }
    onLine(`is the real ${standIn.for} to be had?`);
    const image = project.services[service]?.image;
    try {
      if (tag) await buildVariant(topology, { overrides: [standIn.real], service, tag }, onLine);
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

/** Runs builds with a progress line; two at a time. */
function buildTasks(topology: string, docker: Docker, combinations: Combinations): ListrTask<Context> {
  return {
    title: `images of ${topology}`,
    task: exclusive(`images-${topology}`, async (_context, task) => {
      const began = Date.now();
      const show = shows(task);
      const readings = await tryRealParts(docker, topology, show);
      await alone('parts', async () => {
        writeParts([...readParts().filter((part) => part.topology !== topology), ...readings]);
      });
      const parts = readings.filter(({ real }) => real).flatMap(({ override }) => override ?? []);
      const variants = await variantsOf(topology, parts, combinations);
      const present = await Promise.all(variants.map(({ tag }) => hasImage(docker, tag)));
      const missing = variants.filter((_variant, index) => !present[index]);
      let done = 0;
      const queue = [...missing];
      const worker = async (): Promise<void> => {
        for (let variant = queue.shift(); variant; variant = queue.shift()) {
          const name = variant.service;
          await buildVariant(topology, variant, (line) => {
            if (/^#\d+ \[/.test(line)) show(`${done}/${missing.length} built · ${name}: ${line.replace(/^#\d+ /, '')}`);
          });
          done += 1;
          show(`${done}/${missing.length} built`);
        }
      };
      // One alone first fills the layers that its siblings share; then two at a time.
      const first = queue.shift();
      if (first) {
        await buildVariant(topology, first, (line) => show(`${first.service}: ${line}`));
        done += 1;
      }
      await Promise.all([worker(), worker()]);
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
        task: timed('base image', async ({ docker }, show) => {
          const how = await ensureBaseSystem(docker, show);
          const shared = sharedClosure(await allDockerfiles(topologies));
          for (const name of shared) await ensureShared(docker, name, show);
          return `${how}; shared: ${shared.join(', ')}`;
        }),
        rendererOptions: { outputBar: 1 },
      },
      {
        title: 'images',
        task: async ({ docker }, task) => {
          const combinations = (await options.combinations?.()) ?? {};
          return task.newListr(topologies.map((name) => buildTasks(name, docker, combinations[name] ?? [])));
        },
      },
    ],
    { concurrent: false, collectErrors: false },
  );
  await tasks.run({} as Context);
  for (const part of readParts().filter(({ topology }) => topologies.includes(topology))) {
    console.log(`  ${describePart(part)}`);
  }
}
