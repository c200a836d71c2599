/**
 * Prepares a machine: engine and Compose, browser, certificates, base image, shared images, all images of all
 * topologies in all their variants. Everything that is there already costs a question, not a build.
 */
import { mkdirSync } from 'node:fs';
import type Docker from 'dockerode';
import { execa } from 'execa';
import { Listr, type ListrTask } from 'listr2';
import { chromiumPath } from '../browser/launch.ts';
import { canShield } from '../browser/shield.ts';
import { topologyNames } from '../scenario/project.ts';
import { ensureBaseSystem, publishExtraAuthorities } from './base-system.ts';
import { checkCompose, connectEngine } from '../topology/engine.ts';
import {
  configure,
  documentedHosts,
  foreignImages,
  imagesOfTests,
  sharedImages,
  variantsOf,
  type Configured,
} from './configurations.ts';
import { installCompose, installPackages, isRootDebian, missingPackages, startEngine } from './debian.ts';
import { tryRealParts } from './real-parts.ts';
import { UserError } from '../common/errors.ts';
import { ImageBuilder, type Variant } from './builder.ts';
import { withLock } from '../common/lock.ts';
import { raiseFence, unfenced } from '../topology/fence.ts';
import { hasImage } from '../topology/images.ts';
import { CACHE } from '../common/paths.ts';
import { describePart, partsInUse, readParts, writeParts } from '../topology/parts.ts';
import { keepBuild, lastBuild, timeLeft } from './time-left.ts';
import { hasCertificates, makeCertificates, publishCertificates, trustAuthority } from './tls.ts';

export interface SetupOptions {
  /** Install and start what is missing; only on a Debian where we are root. */
  install: boolean;
  /** Only these topologies; default: all. */
  topologies?: readonly string[];
  /** Only the images of these scenarios and checks, by {@link grepTitle}; default: all. */
  wanted?: (title: string) => boolean;
  /** Also the images that the tests of these projects of Playwright start without a topology; default: none. */
  tests?: (project: string) => boolean;
}

interface Context {
  docker: Docker;
  /** Why containers are not fenced off from this machine; undefined when they are. */
  noFence: string | undefined;
  images: ImageBuilder;
  topologies: readonly Configured[];
  /** The shared images that are needed, each after those that it is built from. */
  shared: readonly string[];
}

type TaskOf = Parameters<ListrTask<Context>['task']>[1];

/** Shows a line below a task. Without a terminal, single build steps are left out. */
const shows =
  (task: { output: string }) =>
  (line: string): void => {
    if (process.stdout.isTTY || !/#\d+ |\[/.test(line)) task.output = line;
  };

/** Gets an image that a topology takes as it is. */
async function pull(image: string, show: (line: string) => void): Promise<void> {
  show(`pulling ${image}`);
  const { exitCode, stderr } = await execa('docker', ['pull', '--quiet', image], { reject: false, stdin: 'ignore' });
  if (exitCode === 0) return;
  throw new UserError(
    `image ${image}: cannot be pulled: ${stderr.trim().split('\n').at(-1) ?? ''}`,
    'connect to its registry, or load it with "docker load"',
  );
}

/** Gets all images of a topology. */
function imageTasks(configured: Configured, wanted: SetupOptions['wanted']): ListrTask<Context> {
  const { deployment, name: topology } = configured.definition;
  return {
    title: `images of ${topology}`,
    task: exclusive(`images-${topology}`, async (context, task) => {
      const { docker, images } = context;
      const began = Date.now();
      const show = shows(task);
      const readings = await tryRealParts(context, configured, show);
      await withLock('parts', async () => {
        writeParts([...readParts().filter((part) => part.topology !== topology), ...readings]);
      });
      for (const image of foreignImages(configured)) if (!(await hasImage(docker, image))) await pull(image, show);
      const variants = await variantsOf(configured, partsInUse(deployment), wanted);
      const present = await Promise.all(variants.map(({ tag }) => hasImage(docker, tag)));
      const missing = variants.filter((_variant, index) => !present[index]);
      const last = lastBuild(topology);
      let done = 0;
      const progress = (): string => {
        const left = done < missing.length ? timeLeft(last, missing.length, Date.now() - began) : undefined;
        return `${done}/${missing.length} built${left === undefined ? '' : `, ${left}`}`;
      };
      const build = async (variant: Variant): Promise<void> => {
        const name = variant.service;
        await images.variant(deployment, variant, (line) => {
          if (/^#\d+ \[/.test(line)) show(`${progress()} · ${name}: ${line.replace(/^#\d+ /, '')}`);
        });
        done += 1;
        show(progress());
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
      const ms = Date.now() - began;
      if (missing.length > 0) await keepBuild(topology, { images: missing.length, ms });
      const seconds = (ms / 1000).toFixed(1);
      task.title = `images of ${topology}: ${variants.length}, ${missing.length} built in ${seconds} s`;
    }),
    rendererOptions: { outputBar: 1 },
  };
}

/** A task that is done {@link withLock}. */
const exclusive =
  (thing: string, work: (context: Context, task: TaskOf) => Promise<void>): ListrTask<Context>['task'] =>
  (context, task) =>
    withLock(thing, () => work(context, task));

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
      context.docker = engine;
      context.images = new ImageBuilder(context.docker);
      const { Version } = await context.docker.version();
      context.noFence = await raiseFence();
      const fence = context.noFence === undefined ? 'containers fenced off' : 'no fence';
      const seconds = ((Date.now() - began) / 1000).toFixed(1);
      task.title = `Docker engine ${Version}, Compose ${compose}, ${fence} (${seconds} s)`;
    }),
    rendererOptions: { outputBar: 1 },
  };
}

/** What is said where the browser sees each container come and go. */
const NOT_SHIELDED =
  process.platform === 'linux'
    ? 'not shielded from network changes: install bubblewrap'
    : 'not shielded from network changes: that needs Linux';

/** Where no browser is: Playwright's own is downloaded; on a bare Debian the package was installed before. */
function browserTask(options: SetupOptions): ListrTask<Context> {
  return {
    title: 'browser',
    task: exclusive('browser', async (_context, task) => {
      const found = (): string | undefined => {
        try {
          return chromiumPath();
        } catch (error) {
          // Respect SINTOMA_CHROMIUM.
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
      task.title = `browser: ${file}${canShield() ? '' : `, ${NOT_SHIELDED}`}`;
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
    const result = await withLock(title.replace(' ', '-'), () => work(context, shows(task)));
    task.title = `${title}: ${result} (${((Date.now() - began) / 1000).toFixed(1)} s)`;
  };

/** What is said where browsers cannot know the test authority. */
const TRUSTED_BY_KEY =
  'trusted by key, so scenarios about the name or date of a certificate are skipped: they need Linux and certutil (libnss3-tools, nss-tools)';

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
        title: 'Compose files',
        task: async (context, task) => {
          context.topologies = await Promise.all(topologies.map(configure));
          context.shared = [...new Set([...sharedImages(context.topologies), ...imagesOfTests(options.tests)])];
          const count = context.topologies.reduce((sum, { configurations }) => sum + configurations.length, 0);
          task.title = `Compose files: ${count} configurations, of ${topologies.join(', ') || 'no topology'}`;
        },
      },
      {
        title: 'certificates',
        task: timed('certificates', async (context) => {
          const hosts = documentedHosts(context.topologies);
          const made = !hasCertificates(hosts);
          if (made) await makeCertificates(hosts);
          const trust = (await trustAuthority()) === 'store' ? '' : `, ${TRUSTED_BY_KEY}`;
          return `${made ? 'made' : 'present'} for ${hosts.length} documented hosts${trust}`;
        }),
      },
      {
        title: 'base image',
        skip: (context) => (context.shared.length > 0 ? false : 'nothing builds on it'),
        task: timed('base image', async ({ docker, images }, show) => {
          publishCertificates();
          publishExtraAuthorities();
          const how = await ensureBaseSystem(docker, show);
          await images.shared('base', show);
          return how;
        }),
        rendererOptions: { outputBar: 1 },
      },
      {
        title: 'images',
        task: (context, task) =>
          task.newListr(
            [
              ...context.shared
                .filter((name) => name !== 'base')
                .map((name) => ({
                  title: `shared image ${name}`,
                  task: timed(`shared image ${name}`, async ({ images }, show) => {
                    await images.shared(name, show);
                    return 'present';
                  }),
                  rendererOptions: { outputBar: 1 },
                })),
              ...context.topologies.map((one) => imageTasks(one, options.wanted)),
            ],
            { concurrent: true },
          ),
      },
    ],
    // On a signal, listr2 would end the process with a status of its own.
    { concurrent: false, collectErrors: false, registerSignalListeners: false },
  );
  const context: Partial<Context> = {};
  try {
    await tasks.run(context as Context);
  } finally {
    // A failure ends the other builds too.
    context.images?.stop();
  }
  if (context.noFence !== undefined) console.log(`  ${unfenced(context.noFence)}`);
  for (const part of readParts().filter(({ topology }) => topologies.includes(topology))) {
    console.log(`  ${describePart(part)}`);
  }
}
