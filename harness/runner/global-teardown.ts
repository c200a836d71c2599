import { isUserError } from '../common/errors.ts';
import { newEngine } from '../topology/engine.ts';
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

/** Removes from the engine all that a run started, but what is kept. */
async function removeRun(run: string): Promise<void> {
  const kept = keptProjects();
  const docker = newEngine();
  const ours = (labels: Record<string, string>): boolean =>
    labels[LABEL_RUN] === run && !kept.includes(labels[LABEL_PROJECT] ?? '');
  // Workers that ended well have removed their stacks. Something left means that one was stopped, perhaps in the middle.
  const removed = await removeStacks(docker, ours);
  const { containers, networks, volumes } = removed;
  const stays = refusal(removed);
  if (stays !== undefined) console.warn(`sintoma: ${stays}`);
  if (containers + networks + volumes > 0 || process.env.SINTOMA_INTERRUPTED) await removeInterrupted(docker, ours);
}

/** After a run, also an interrupted one: removes all that it started, except what failed while KEEP was set. */
export default async function globalTeardown(): Promise<void> {
  const { run, owner } = currentRun();
  useTemporaryFolder(owner)();
  try {
    await removeRun(run);
  } catch (error) {
    if (!isUserError(error)) throw error;
    // Without an engine its tests have failed already; what it started goes with the next run.
    console.error(`sintoma: ${error.message}\n         when it answers again: npx sintoma down`);
  }
}
