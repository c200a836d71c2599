import { beginRunFolder } from '../report/run-folder.ts';
import { topologyNames } from '../scenario/project.ts';
import { connectEngine } from '../topology/engine.ts';
import { wantedBy } from './command-line.ts';
import { refuse } from './refuse.ts';
import { setup } from '../setup/setup.ts';
import { sweepFiles } from '../topology/leftovers.ts';
import { currentRun, existingProjects, refusal, sweep } from '../topology/ownership.ts';

/** Before a run: identity for everything it starts, a machine that is ready, and nothing left of a killed run. */
export default async function globalSetup(): Promise<void> {
  currentRun();
  // The teardown runs in this process, and must then also look for what an interrupted `up` still brings forth.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => (process.env.SINTOMA_INTERRUPTED = '1'));
  }
  try {
    const docker = await connectEngine();
    const removed = await sweep(docker);
    sweepFiles(await existingProjects(docker));
    const kept = refusal(removed);
    if (kept !== undefined) console.warn(`sintoma: ${kept}`);
    if (removed.containers > 0) console.log(`swept ${removed.containers} containers of a run that was killed`);
    const wanted = wantedBy(process.argv.slice(2));
    await setup({
      install: false,
      topologies: topologyNames().filter(wanted.project),
      wanted: wanted.title,
      tests: wanted.project,
    });
    beginRunFolder();
  } catch (error) {
    refuse(error);
  }
}
