import Docker from 'dockerode';
import { useTemporaryFolder } from '../topology/leftovers.ts';
import {
  currentRun,
  LABEL_PROJECT,
  LABEL_RUN,
  refusal,
  removeInterrupted,
  removeStacks,
} from '../topology/ownership.ts';
import { keptProjects } from '../suite/stage.ts';

/** After a run, also an interrupted one: removes all that it started, except what failed while KEEP was set. */
export default async function globalTeardown(): Promise<void> {
  const { run } = currentRun();
  const kept = keptProjects();
  useTemporaryFolder(currentRun().owner)();
  const docker = new Docker();
  const ours = (labels: Record<string, string>): boolean =>
    labels[LABEL_RUN] === run && !kept.includes(labels[LABEL_PROJECT] ?? '');
  // Workers that ended well have removed their stacks. Something left means that one was stopped, perhaps in the middle.
  const removed = await removeStacks(docker, ours);
  const { containers, networks, volumes } = removed;
  const stays = refusal(removed);
  if (stays !== undefined) console.warn(`sintoma: ${stays}`);
  if (containers + networks + volumes > 0 || process.env.SINTOMA_INTERRUPTED) await removeInterrupted(docker, ours);
}
