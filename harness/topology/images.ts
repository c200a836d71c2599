/**
 * Images by content: the tag of an image is the hash of everything that goes into its build, the base images
 * included. So an image is built once for every machine, a variant (other build arguments) is another image, and
 * whether all is there is a question to the engine, not a build.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import type Docker from 'dockerode';
import type { Build, ResolvedProject } from './compose.ts';
import { BASE } from '../common/paths.ts';
import { UserError } from '../common/errors.ts';

/** Never part of a build context: what a developer's own runs leave in the folders. */
const NOT_IN_CONTEXT = new Set(['node_modules', 'dist', '.next', '.git', 'out', '__pycache__']);

const digestCache = new Map<string, string>();

/** Hash of all files below a folder: names and contents. */
function hashFolder(folder: string): string {
  const known = digestCache.get(folder);
  if (known) return known;
  const hash = createHash('sha256');
  const walk = (relative: string): void => {
    for (const entry of readdirSync(path.join(folder, relative), { withFileTypes: true }).sort((a, b) =>
      a.name < b.name ? -1 : 1,
    )) {
      if (NOT_IN_CONTEXT.has(entry.name)) continue;
      const name = path.join(relative, entry.name);
      if (entry.isDirectory()) walk(name);
      else if (entry.isFile()) {
        const file = path.join(folder, name);
        hash
          .update(`${name}\0${statSync(file).mode & 0o111 ? 'x' : '-'}\0`)
          .update(readFileSync(file))
          .update('\0');
      }
    }
  };
  walk('');
  const digest = hash.digest('hex');
  digestCache.set(folder, digest);
  return digest;
}

/**
 * How the name of each image begins that is built here. It names a registry that nobody can publish to: an image that
 * was not built yet is missing, and never taken from a stranger.
 */
export const IMAGE_PREFIX = 'localhost/sintoma/';

const SHARED_IMAGE = new RegExp(`(?:^FROM\\s+|--from=)${IMAGE_PREFIX}([\\w-]+)`, 'gm');

/** The shared images (compose/base) that a Dockerfile builds on, e.g. ["base", "tls"]. */
function sharedImagesOf(dockerfile: string): string[] {
  const text = readFileSync(dockerfile, 'utf8');
  return [...new Set([...text.matchAll(SHARED_IMAGE)].map((match) => match[1] as string))];
}

const sharedFolder = (name: string): string => path.join(BASE, name === 'base' ? '' : name);

/** Hash of a shared image: its folder and the shared images below it. */
export function sharedHash(name: string): string {
  const folder = sharedFolder(name);
  const dockerfile = path.join(folder, 'Dockerfile');
  if (!existsSync(dockerfile)) {
    throw new UserError(`compose/base: there is no shared image "${name}"`, 'see the folders of compose/base');
  }
  const hash = createHash('sha256').update(name).update(readFileSync(dockerfile));
  if (name === 'base') hash.update(hashFolder(path.join(folder, 'ca')));
  else hash.update(hashFolder(folder));
  for (const below of sharedImagesOf(dockerfile)) hash.update(sharedHash(below));
  return hash.digest('hex').slice(0, 12);
}

/** The shared images on which a shared image builds itself. */
export const sharedBelow = (name: string): string[] => sharedImagesOf(path.join(sharedFolder(name), 'Dockerfile'));

/** A shared image after those that it is built from. */
export const sharedWith = (name: string): string[] => [
  ...sharedClosure([path.join(sharedFolder(name), 'Dockerfile')]),
  name,
];

/** Every shared image that a list of Dockerfiles needs, in the order in which they must be built. */
export function sharedClosure(dockerfiles: readonly string[]): string[] {
  const order: string[] = [];
  const visit = (dockerfile: string): void => {
    for (const name of sharedImagesOf(dockerfile)) {
      visit(path.join(sharedFolder(name), 'Dockerfile'));
      if (!order.includes(name)) order.push(name);
    }
  };
  dockerfiles.forEach(visit);
  return order;
}

/** Path of the Dockerfile of a build. */
export const dockerfileOf = (build: Build): string => path.resolve(build.context, build.dockerfile ?? 'Dockerfile');

/** The image that a service's build yields: `localhost/sintoma/<topology>-<service>:<hash>`. */
export function imageTag(topology: string, service: string, build: Build): string {
  const dockerfile = dockerfileOf(build);
  const hash = createHash('sha256')
    .update(hashFolder(build.context))
    .update(readFileSync(dockerfile))
    .update(JSON.stringify([build.target ?? null, Object.entries(build.args ?? {}).sort()]));
  for (const name of sharedImagesOf(dockerfile)) hash.update(sharedHash(name));
  return `${IMAGE_PREFIX}${topology}-${service}:${hash.digest('hex').slice(0, 12)}`;
}

/** Tags of all services of a project that are built. */
export function imageTags(topology: string, project: ResolvedProject): Record<string, string> {
  return Object.fromEntries(
    Object.entries(project.services).flatMap(([service, { build }]) =>
      build ? [[service, imageTag(topology, service, build)]] : [],
    ),
  );
}

/** True when the engine has the image. */
export async function hasImage(docker: Docker, tag: string): Promise<boolean> {
  return docker
    .getImage(tag)
    .inspect()
    .then(
      () => true,
      (error: unknown) => {
        if ((error as { statusCode?: number }).statusCode === 404) return false;
        throw error;
      },
    );
}

/** Reads what went wrong out of a build's output: its last lines, and the step that failed. */
function buildFailure(what: string, output: string): UserError {
  if (/no space left on device/i.test(output)) {
    return new UserError(
      `build of ${what}: the disk is full`,
      'free some space (docker system df shows what uses it) and run again',
    );
  }
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const step = lines.findLast((line) => /^#\d+ \[/.test(line))?.replace(/^#\d+ /, '');
  const tail = lines
    .slice(-12)
    .map((line) => `    ${line}`)
    .join('\n');
  return new UserError(`build of ${what} failed${step ? ` at step ${step}` : ''}; its last lines:\n${tail}`);
}

/**
 * Runs `docker compose build` for one service.
 *
 * @param how.what what is built, for messages
 * @param how.onLine gets each line of the build's output as it comes
 * @param how.signal ends the build
 * @throws UserError with the service, the step and the last lines.
 */
export async function composeBuild(
  files: readonly string[],
  service: string,
  { what, onLine, signal }: { what: string; onLine?: (line: string) => void; signal?: AbortSignal },
): Promise<void> {
  const child = execa(
    'docker',
    [
      'compose',
      '-p',
      'sintoma-build',
      '--progress',
      'plain',
      ...files.flatMap((file) => ['-f', file]),
      'build',
      service,
    ],
    {
      all: true,
      reject: false,
      stdin: 'ignore',
      ...(signal ? { cancelSignal: signal } : {}),
      env: { BUILDX_NO_DEFAULT_ATTESTATIONS: '1' },
    },
  );
  if (onLine) for await (const line of child.iterable({ from: 'all' })) onLine(line);
  const result = await child;
  if (result.exitCode !== 0) throw buildFailure(what, result.all);
}
