/**
 * Ownership. Everything that Sintoma starts carries the run and the owner as labels, so that a later run can tell what
 * a killed one left behind, and never touches anything else.
 */
import { readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createHash, randomBytes } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import type Docker from 'dockerode';
import { CACHE } from '../common/paths.ts';

export const LABEL_RUN = 'sintoma.run';
export const LABEL_OWNER = 'sintoma.owner';

/** Which clone (folder of a project) of which machine something belongs to. */
export const LABEL_CLONE = 'sintoma.clone';

/** How a folder of this machine stands in {@link LABEL_CLONE}. */
export const cloneOf = (project: string): string => `${os.hostname()}:${project}`;

/** Compose's own label for the project that something belongs to. */
export const LABEL_PROJECT = 'com.docker.compose.project';

/** The file with what a stack adds to its topology's Compose files. */
export const overlayFile = (project: string): string => path.join(CACHE, 'stacks', `${project}.yaml`);

/** The file with what a browser window on a stack needs; only of stacks that were left for a person. */
export const windowFile = (project: string): string => path.join(CACHE, 'stacks', `${project}.window.json`);

/** The owner of what belongs to no process: what `sintoma up` or KEEP=1 leaves running until `sintoma down`. */
export const KEPT = 'kept';

/** True when a process with this pid is alive, also one of another user. */
function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** When a process started, in a form that differs for a later process with the same pid; undefined when it is not alive. */
function startOf(pid: number): string | undefined {
  try {
    // Field 22 of /proc/<pid>/stat; the command name before it may hold spaces, so count from its closing parenthesis.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    if (process.platform === 'linux') return undefined;
  }
  if (process.platform === 'win32') return alive(pid) ? 'alive' : undefined;
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' })
      .trim()
      .replace(/\s+/g, '_');
  } catch {
    return undefined;
  }
}

/** The owner label of a process of this machine. */
export const ownerOf = (pid: number): string => `${os.hostname()}/${pid}/${startOf(pid) ?? 'gone'}`;

/** True when the process behind an owner label is certainly gone: same machine, and no such process any more. */
export function ownerIsGone(owner: string): boolean {
  const [host, pid, start] = owner.split('/');
  if (host !== os.hostname() || pid === undefined) return false;
  return startOf(Number(pid)) !== start;
}

/** Identity of a run. Workers inherit it from the process that began the run through the environment. */
export function currentRun(): { run: string; owner: string } {
  process.env.SINTOMA_RUN ??= randomBytes(3).toString('hex');
  process.env.SINTOMA_OWNER ??= ownerOf(process.pid);
  return { run: process.env.SINTOMA_RUN, owner: process.env.SINTOMA_OWNER };
}

/** The run of what `sintoma up` leaves running: one for each copy of the project on a machine. */
export const handRun = (project: string): string =>
  `hand-${createHash('sha256').update(project).digest('hex').slice(0, 4)}`;

/** Compose projects of which the engine has something with an owner. */
export async function existingProjects(docker: Docker): Promise<Set<string>> {
  const filters = { label: [LABEL_OWNER] };
  const [containers, networks, volumes] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listNetworks({ filters }),
    docker.listVolumes({ filters }),
  ]);
  const labels = [...containers, ...networks, ...(volumes.Volumes ?? [])].map(({ Labels }) => Labels ?? {});
  return new Set(labels.flatMap((one) => one[LABEL_PROJECT] ?? []));
}

/** What a removal took away. */
export interface Removed {
  containers: number;
  networks: number;
  volumes: number;
  /** Networks that the engine did not let go. */
  refused: string[];
}

/** How long the engine is asked again to let a network go, in ms: what leaves it may not be quite gone. */
const LEAVING_MS = 1000;

/** Removes a network; answers false where the engine says to the last that something is on it. */
async function removeNetwork(docker: Docker, id: string, gone: (error: unknown) => void): Promise<boolean> {
  for (const began = Date.now(); ; await new Promise((resolve) => setTimeout(resolve, 100))) {
    try {
      await docker.getNetwork(id).remove().catch(gone);
      return true;
    } catch (error) {
      if ((error as { statusCode?: number }).statusCode !== 403) throw error;
      if (Date.now() - began > LEAVING_MS) return false;
    }
  }
}

/** What to do about networks that stay. */
export const refusal = ({ refused }: Removed): string | undefined =>
  refused.length > 0
    ? `the engine keeps ${refused.join(', ')}: it says that something is on it. Where no container is, only a restart of the engine removes it`
    : undefined;

/**
 * Removes containers, networks and volumes whose labels satisfy `match`. Only things with an owner label of Sintoma
 * are ever looked at. Something that another sweep removes at the same moment is not an error, and neither is a network
 * that the engine keeps: now and then it forgets that a container has left one.
 */
export async function removeWhere(
  docker: Docker,
  match: (labels: Record<string, string>) => boolean,
): Promise<Removed> {
  const filters = { label: [LABEL_OWNER] };
  const gone = (error: unknown): void => {
    const status = (error as { statusCode?: number }).statusCode;
    if (status !== 404 && status !== 409) throw error;
  };
  const containers = (await docker.listContainers({ all: true, filters })).filter(({ Labels }) => match(Labels));
  await Promise.all(containers.map(({ Id }) => docker.getContainer(Id).remove({ force: true, v: true }).catch(gone)));
  const networks = (await docker.listNetworks({ filters })).filter(({ Labels }) => match(Labels ?? {}));
  const left = await Promise.all(networks.map(({ Id }) => removeNetwork(docker, Id, gone)));
  const refused = networks.filter((_network, index) => !left[index]).map(({ Name }) => Name);
  const volumes = ((await docker.listVolumes({ filters })).Volumes ?? []).filter(({ Labels }) => match(Labels ?? {}));
  await Promise.all(volumes.map(({ Name }) => docker.getVolume(Name).remove().catch(gone)));
  return {
    containers: containers.length,
    networks: networks.length - refused.length,
    volumes: volumes.length,
    refused,
  };
}

/** As {@link removeWhere}, and forgets the stacks: their written files go too. */
export function removeStacks(docker: Docker, match: (labels: Record<string, string>) => boolean): Promise<Removed> {
  return removeWhere(docker, (labels) => {
    const matches = match(labels);
    const project = labels[LABEL_PROJECT];
    if (matches && project !== undefined) {
      for (const file of [overlayFile(project), windowFile(project)]) rmSync(file, { force: true });
    }
    return matches;
  });
}

/** For how long, in ms, nothing new must have appeared before an interrupted start counts as cleaned up. */
const STILL_MS = 1500;

/**
 * As {@link removeStacks}, for a start that was interrupted: Compose has asked the engine for containers that appear
 * only after it is gone, so this looks again until nothing more comes.
 */
export async function removeInterrupted(
  docker: Docker,
  match: (labels: Record<string, string>) => boolean,
): Promise<void> {
  for (let quietSince = Date.now(); Date.now() - quietSince < STILL_MS;) {
    const { containers, networks, volumes } = await removeStacks(docker, match);
    if (containers + networks + volumes > 0) quietSince = Date.now();
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}

/** Removes what runs left behind whose owner is gone. */
export const sweep = (docker: Docker): Promise<Removed> =>
  removeStacks(docker, (labels) => {
    const owner = labels[LABEL_OWNER];
    return owner !== undefined && owner !== KEPT && ownerIsGone(owner);
  });
