/**
 * What a topology's Compose files say: `compose.yaml` plus overrides, resolved by Compose itself, and the addresses
 * that the files document. Nothing here touches a running container.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { parse } from 'yaml';
import { z } from 'zod';
import { noDockerCommand, UserError } from '../engine/errors.ts';
import { CACHE, COMPOSE, PROJECT, SCENARIOS } from '../engine/paths.ts';

/** Where a documented host:port leads: a service's container port, a port on which nothing listens, or no DNS record. */
export type Destination = { service: string; port: number } | 'closed' | 'no-record';

export interface Build {
  context: string;
  dockerfile?: string;
  target?: string;
  args?: Record<string, string | null>;
}

export interface ResolvedService {
  build?: Build;
  image?: string;
  environment?: Record<string, string | null>;
  deploy?: { replicas?: number };
  ports?: { target: number; host_ip?: string; published?: string }[];
  networks?: Record<string, unknown>;
}

/** A part that runs in place of a real one where the real one cannot be had. */
export interface StandIn {
  /** What it stands in for, e.g. "Laravel Reverb 1.10". */
  for: string;
  /** Compose override, relative to the topology's folder, that puts the real part in its place; absent if there is none. */
  real?: string | undefined;
}

export interface ResolvedProject {
  services: Record<string, ResolvedService>;
  networks: Record<string, { internal?: boolean; driver_opts?: Record<string, string> }>;
  volumes: Record<string, unknown>;
  /** Documented "host:port" to where it leads. */
  addresses: Record<string, Destination>;
  standIns: Record<string, StandIn>;
}

const extensions = z.object({
  'x-addresses': z.record(z.string(), z.string()).optional(),
  'x-stand-ins': z.record(z.string(), z.strictObject({ for: z.string(), real: z.string().optional() })).optional(),
});

export const composeFolder = (topology: string): string => path.join(COMPOSE, topology);

export const faultFile = (topology: string, fault: string): string =>
  path.join(composeFolder(topology), 'faults', `${fault}.yaml`);

/** Names of all faults that have a file. */
export function faultNames(topology: string): string[] {
  const folder = path.join(composeFolder(topology), 'faults');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => name.slice(0, -'.yaml'.length))
    .sort();
}

/** Names of all topologies: a compose.yaml and the scenarios that are played on it. */
export function topologyNames(): string[] {
  return readdirSync(COMPOSE)
    .filter((name) => existsSync(path.join(COMPOSE, name, 'compose.yaml')))
    .filter((name) => existsSync(path.join(SCENARIOS, name, 'topology.ts')))
    .sort();
}

function readExtensions(file: string): z.infer<typeof extensions> {
  const where = path.relative(PROJECT, file);
  let document: unknown;
  try {
    // Compose's own tags (!reset, !override) are Compose's business.
    document = parse(readFileSync(file, 'utf8'), { logLevel: 'error' });
  } catch (error) {
    throw new UserError(`${where}: ${(error as Error).message.split('\n')[0]}`, 'correct the YAML of this file');
  }
  const result = extensions.safeParse(document);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new UserError(`${where}: ${issue?.path.join('.') ?? 'file'}: ${issue?.message ?? 'not valid'}`);
}

function destination(text: string, key: string, file: string): Destination {
  if (text === 'closed' || text === 'no-record') return text;
  const match = /^([\w-]+):(\d+)$/.exec(text);
  if (!match) {
    throw new UserError(
      `${path.relative(PROJECT, file)}: x-addresses: ${key}: "${text}" is no destination`,
      'write service:port, closed or no-record',
    );
  }
  return { service: match[1] as string, port: Number(match[2]) };
}

/** Runs `docker compose config` on the files; the answer is cached on disk under the content of the files. */
async function composeConfig(files: readonly string[]): Promise<Omit<ResolvedProject, 'addresses' | 'standIns'>> {
  const folder = path.dirname(files[0] as string);
  const env = path.join(folder, '.env');
  const hash = createHash('sha256').update(folder);
  for (const file of [...files, ...(existsSync(env) ? [env] : [])]) {
    const text = readFileSync(file, 'utf8');
    hash.update(text).update('\0');
    // Compose puts the values of the caller's environment into the files.
    for (const [, name] of text.matchAll(/\$\{?([A-Za-z_]\w*)/g))
      hash.update(process.env[name as string] ?? '').update('\0');
  }
  const cached = path.join(CACHE, 'compose-config', `${hash.digest('hex').slice(0, 32)}.json`);
  if (existsSync(cached)) return JSON.parse(readFileSync(cached, 'utf8')) as ResolvedProject;
  const flags = files.flatMap((file) => ['-f', file]);
  const { stdout, stderr, exitCode, code } = await execa(
    'docker',
    ['compose', '-p', 'sintoma-config', ...flags, 'config', '--format', 'json'],
    { reject: false },
  );
  if (code === 'ENOENT') throw noDockerCommand();
  if (exitCode !== 0) {
    const reason = stderr.trim().split('\n').at(-1) ?? '';
    throw new UserError(`${files.map((file) => path.relative(PROJECT, file)).join(' + ')}: ${reason}`);
  }
  mkdirSync(path.dirname(cached), { recursive: true });
  const temporary = `${cached}.${process.pid}`;
  writeFileSync(temporary, stdout);
  renameSync(temporary, cached);
  return JSON.parse(stdout) as ResolvedProject;
}

/** The files of a topology with these overrides (paths relative to its folder), compose.yaml first. */
export function projectFiles(topology: string, overrides: readonly string[]): string[] {
  const folder = composeFolder(topology);
  const files = [path.join(folder, 'compose.yaml'), ...overrides.map((name) => path.join(folder, name))];
  const missing = files.find((file) => !existsSync(file));
  if (missing) throw new UserError(`${path.relative(PROJECT, missing)}: no such file`);
  return files;
}

/**
 * Resolves a topology with overrides.
 *
 * @param overrides Compose files relative to the topology's folder, e.g. `faults/nginx-skips-app.yaml`
 * @throws UserError naming the file that is missing or malformed.
 */
export async function resolveProject(topology: string, overrides: readonly string[]): Promise<ResolvedProject> {
  const files = projectFiles(topology, overrides);
  const addresses: Record<string, Destination> = {};
  const standIns: Record<string, StandIn> = {};
  for (const file of files) {
    const read = readExtensions(file);
    for (const [key, text] of Object.entries(read['x-addresses'] ?? {})) addresses[key] = destination(text, key, file);
    Object.assign(standIns, read['x-stand-ins']);
  }
  const { services, networks = {}, volumes = {} } = await composeConfig(files);
  for (const [key, to] of Object.entries(addresses)) {
    if (typeof to === 'object' && !services[to.service]) {
      throw new UserError(`compose/${topology}: x-addresses: ${key} leads to "${to.service}", which is no service`);
    }
  }
  return { services, networks, volumes, addresses, standIns };
}
