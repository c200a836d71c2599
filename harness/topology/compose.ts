/**
 * What a topology's Compose files say: `compose.yaml` plus overrides, resolved by Compose itself, and the addresses
 * that the files document. Nothing here touches a running container.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { closest, distance } from 'fastest-levenshtein';
import pLimit from 'p-limit';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { noDockerCommand, UserError } from '../common/errors.ts';
import { readOrForget, writeWhole } from '../common/files.ts';
import { CACHE, PROJECT } from '../common/paths.ts';
import type { Deployment } from './deployment.ts';
import { checkServicesOf, documentedFiles } from './documented.ts';

/** Name under which Compose resolves files that are not started. */
export const CONFIG_PROJECT = 'sintoma-config';

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
  deploy?: { replicas?: number; resources?: { limits?: { memory?: string; pids?: number } } };
  privileged?: boolean;
  cap_add?: string[];
  cap_drop?: string[];
  security_opt?: string[];
  mem_limit?: string;
  pids_limit?: number;
  ports?: { target: number; host_ip?: string; published?: string; protocol?: string }[];
  /** Ports that the files name without publishing them. */
  expose?: string[];
  networks?: Record<string, unknown>;
  container_name?: string;
  healthcheck?: object;
  configs?: { source: string; target?: string }[];
}

export interface ResolvedNetwork {
  name?: string;
  external?: boolean;
  internal?: boolean;
  driver?: string;
  driver_opts?: Record<string, string>;
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
  networks: Record<string, ResolvedNetwork | null>;
  volumes: Record<string, { name?: string; external?: boolean } | null>;
  /** Files that are copied into services, where their content is given; in it, `$$` stands for `$`. */
  configs: Record<string, { content?: string } | null>;
  /** Documented "host:port" to where it leads. */
  addresses: Record<string, Destination>;
  standIns: Record<string, StandIn>;
}

const extensions = z.object({
  'x-addresses': z.record(z.string(), z.string()).optional(),
  services: z.record(z.string(), z.unknown()).nullish(),
  /** Services that an override adds on purpose. */
  'x-adds': z.array(z.string()).optional(),
  'x-stand-ins': z.record(z.string(), z.strictObject({ for: z.string(), real: z.string().optional() })).optional(),
});

type Extensions = z.infer<typeof extensions>;

function readExtensions(file: string): Extensions {
  const where = path.relative(PROJECT, file);
  // Compose's own tags (!reset, !override) are Compose's business.
  const parsed = parseDocument(readFileSync(file, 'utf8'), { logLevel: 'error' });
  const [wrong] = parsed.errors;
  if (wrong) {
    const at = wrong.linePos ? `:${wrong.linePos[0].line}:${wrong.linePos[0].col}` : '';
    const text = (wrong.message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '');
    throw new UserError(`${where}${at}: ${text}`, 'correct the YAML of this file');
  }
  const document: unknown = parsed.toJS();
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    const what = document === null || document === undefined ? 'is empty' : 'is no Compose file';
    throw new UserError(`${where}: ${what}`, 'a fault has at least one key, such as services');
  }
  const result = extensions.safeParse(document);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new UserError(`${where}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not valid'}`);
}

/**
 * A fault that misspells a service adds one instead of changing one. What is added on purpose is named in `x-adds`.
 *
 * @throws UserError that names the file, the service and the nearest one
 */
function checkServices(files: readonly (Extensions & { where: string })[], included: readonly string[]): void {
  const [base, ...overrides] = files;
  const known = new Set([
    ...Object.keys(base?.services ?? {}),
    ...included,
    ...files.flatMap((file) => file['x-adds'] ?? []),
  ]);
  for (const { where, services } of overrides) {
    const unknown = Object.keys(services ?? {}).find((service) => !known.has(service));
    if (unknown === undefined) continue;
    const nearest = closest(unknown, [...known]);
    throw new UserError(
      `${where}: services: "${unknown}" is no service of ${base?.where ?? 'compose.yaml'}${distance(unknown, nearest) <= 2 ? `; did you mean "${nearest}"?` : ''}`,
      `a fault that adds a service on purpose says so: x-adds: [${unknown}]`,
    );
  }
}

function destination(text: string, key: string, where: string): Destination {
  if (text === 'closed' || text === 'no-record') return text;
  const match = /^([\w-]+):(\d+)$/.exec(text);
  if (!match) {
    throw new UserError(`${where}: ${key}: "${text}" is no destination`, 'write service:port, closed or no-record');
  }
  return { service: match[1] as string, port: Number(match[2]) };
}

/** What `docker compose config` answers; it leaves out what is empty. */
type ComposeConfig = Pick<ResolvedProject, 'services'> &
  Partial<Pick<ResolvedProject, 'networks' | 'volumes' | 'configs'>>;

/** As much of a kept answer as tells that it is whole; the rest is Compose's. */
const resolvedFiles = z.looseObject({ services: z.record(z.string(), z.looseObject({})) });

/** On a fresh machine each fault of each topology is resolved; more at a time would only take turns. */
const turn = pLimit(4);

/** Runs `docker compose config` on the files; the answer is cached on disk under the content of the files. */
async function composeConfig(files: readonly string[]): Promise<ComposeConfig> {
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
  const known = readOrForget(cached, resolvedFiles, 'Compose is asked again');
  if (known) return known;
  const flags = files.flatMap((file) => ['-f', file]);
  const command = ['compose', '-p', CONFIG_PROJECT, ...flags, 'config', '--format', 'json'];
  const { stdout, stderr, exitCode, code } = await turn(() => execa('docker', command, { reject: false }));
  if (code === 'ENOENT') throw noDockerCommand();
  if (exitCode !== 0) {
    const reason = stderr.trim().split('\n').at(-1) ?? '';
    throw new UserError(`${files.map((file) => path.relative(PROJECT, file)).join(' + ')}: ${reason}`);
  }
  writeWhole(cached, stdout);
  return JSON.parse(stdout) as ComposeConfig;
}

/**
 * The Compose files of a deployment with these overrides (full paths): compose.yaml first, then what is generated of
 * its documents.
 *
 * @throws UserError naming the file that is missing, or the place of a document
 */
export function projectFiles(deployment: Deployment, overrides: readonly string[]): string[] {
  const files = [deployment.compose, ...documentedFiles(deployment), ...overrides];
  const missing = files.find((file) => !existsSync(file));
  if (missing) throw new UserError(`${path.relative(PROJECT, missing)}: no such file`);
  return files;
}

/**
 * Resolves a deployment with overrides.
 *
 * @param overrides full paths of Compose files, e.g. of faults
 * @throws UserError naming the file that is missing or malformed.
 */
export async function resolveProject(deployment: Deployment, overrides: readonly string[]): Promise<ResolvedProject> {
  const files = projectFiles(deployment, overrides);
  const addresses: Record<string, Destination> = {};
  const standIns: Record<string, StandIn> = {};
  /** By address: which file says where it leads. */
  const origins: Record<string, string> = {};
  const add = (written: Readonly<Record<string, string>>, where: string): void => {
    for (const [key, text] of Object.entries(written)) {
      addresses[key] = destination(text, key, where);
      origins[key] = where;
    }
  };
  add(deployment.addresses, `scenarios/${deployment.name}/topology.ts: addresses`);
  const written = files.map((file) => ({ ...readExtensions(file), where: path.relative(PROJECT, file) }));
  for (const { where, ...read } of written) {
    add(read['x-addresses'] ?? {}, `${where}: x-addresses`);
    Object.assign(standIns, read['x-stand-ins']);
  }
  if (files.length > 1) {
    const known = Object.keys((await composeConfig(files.slice(0, 1))).services);
    checkServicesOf(deployment, known);
    checkServices(written, known);
  }
  const { services, networks = {}, volumes = {}, configs = {} } = await composeConfig(files);
  for (const [key, to] of Object.entries(addresses)) {
    if (typeof to === 'object' && !services[to.service]) {
      throw new UserError(`${origins[key] ?? ''}: ${key} leads to "${to.service}", which is no service`);
    }
  }
  const stray = (deployment.ports ?? []).find((one) => !services[one.slice(0, one.lastIndexOf(':'))]);
  if (stray !== undefined)
    throw new UserError(`scenarios/${deployment.name}/topology.ts: ports: "${stray}" is of no service`);
  return { services, networks, volumes, configs, addresses, standIns };
}
