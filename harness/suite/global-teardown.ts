import Docker from 'dockerode';
import { currentRun, LABEL_PROJECT, LABEL_RUN, removeInterrupted, removeStacks } from '../topology/ownership.ts';
import { keptProjects } from './stage.ts';

/** After a run, also an interrupted one: removes all that it started, except what failed while KEEP was set. */
export default async function globalTeardown(): Promise<void> {
  const { run } = currentRun();
  const kept = keptProjects();
  const docker = new Docker();
  const ours = (labels: Record<string, string>): boolean =>
    labels[LABEL_RUN] === run && !kept.includes(labels[LABEL_PROJECT] ?? '');
  // Workers that ended well have removed their stacks. Something left means that one was stopped, perhaps in the middle.
  const { containers, networks, volumes } = await removeStacks(docker, ours);
  if (containers + networks + volumes > 0 || process.env.SINTOMA_INTERRUPTED) await removeInterrupted(docker, ours);
}
