import Docker from 'dockerode';
import { currentRun, LABEL_RUN, removeStacks } from '../topology/ownership.ts';
import { keptProjects } from './stage.ts';

/** After a run, also an interrupted one: removes all that it started, except what failed while KEEP was set. */
export default async function globalTeardown(): Promise<void> {
  const { run } = currentRun();
  const kept = keptProjects();
  await removeStacks(
    new Docker(),
    (labels) => labels[LABEL_RUN] === run && !kept.includes(labels['com.docker.compose.project'] ?? ''),
  );
}
