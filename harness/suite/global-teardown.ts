import Docker from 'dockerode';
import { currentRun, LABEL_RUN, removeStacks } from '../topology/ownership.ts';
import { keptProjects } from './stage.ts';

/** For how long, in ms, nothing new must have appeared before a run counts as cleaned up. */
const STILL_MS = 1500;

/**
 * After a run, also an interrupted one: removes all that it started, except what failed while KEEP was set. An
 * interrupted `up` has asked the engine for containers that appear only after Compose is gone, so look again until
 * nothing more comes.
 */
export default async function globalTeardown(): Promise<void> {
  const { run } = currentRun();
  const kept = keptProjects();
  const docker = new Docker();
  const ours = (labels: Record<string, string>): boolean =>
    labels[LABEL_RUN] === run && !kept.includes(labels['com.docker.compose.project'] ?? '');
  for (let quietSince = Date.now(); Date.now() - quietSince < STILL_MS;) {
    const { containers, networks, volumes } = await removeStacks(docker, ours);
    if (containers + networks + volumes > 0) quietSince = Date.now();
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}
