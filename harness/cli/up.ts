import { Command } from 'commander';
import pc from 'picocolors';
import { connectEngine } from '../topology/engine.ts';
import { PROJECT } from '../common/paths.ts';
import { partsInUse } from '../topology/parts.ts';
import { setup } from '../setup/setup.ts';
import { loadTopology } from '../scenario/load.ts';
import type { Definition } from '../scenario/read.ts';
import type { Scenario } from '../scenario/schema.ts';
import { noteStack, stepsByHand } from '../suite/by-hand.ts';
import { letFaultIn, resume, start } from '../suite/play.ts';
import { openWindow } from '../suite/window.ts';
import { handRun, KEPT, LABEL_PROJECT } from '../topology/ownership.ts';
import { topologyNames } from '../scenario/project.ts';
import { Stack } from '../topology/stack.ts';
import { removeOnSignal } from './interrupted.ts';
import { unknownName } from './nearest.ts';

/** Finds a scenario; a bare topology name means its first healthy one. */
async function find(
  id: string,
): Promise<{ scenario: Scenario; definition: Definition; stackOf: (run: string) => Stack }> {
  const names = topologyNames();
  const topology = id.split('/')[0] as string;
  if (!names.includes(topology)) throw unknownName('topology', topology, names, 'sintoma list');
  const { definition, scenarios } = await loadTopology(topology);
  const scenario = scenarios.find((one) => one.id === id || (id === topology && one.cause === 'none'));
  if (!scenario)
    throw unknownName(
      'scenario',
      id,
      scenarios.map((one) => one.id),
      `sintoma list ${topology}/`,
    );
  return {
    scenario,
    definition,
    stackOf: (run) =>
      new Stack({
        deployment: definition.deployment,
        ready: definition.ready,
        project: `sintoma-${topology}-${run}`,
        run,
        owner: KEPT,
        parts: partsInUse(definition.deployment),
      }),
  };
}

export const upCommand = (): Command =>
  new Command('up')
    .description('start a scenario and leave it running, to reproduce it by hand')
    .argument('<scenario>', 'an id as `sintoma list` prints it, or a topology for its healthy state')
    .option('--open', 'open the documented address in a browser window')
    .option('--after-visit', 'for a fault that needs an earlier visit: let it in, now that the visit was paid')
    .action(async (id: string, options: { open?: boolean; afterVisit?: boolean }) => {
      const { scenario, definition, stackOf } = await find(id);
      const docker = await connectEngine();
      const topologies = [scenario.topology];
      await setup({ install: false, topologies });
      const stack = stackOf(handRun(PROJECT));
      const signals = removeOnSignal(docker, (labels) => labels[LABEL_PROJECT] === stack.project);
      if (options.afterVisit) {
        await resume(stack, scenario, false);
        await letFaultIn(stack, scenario);
      } else await start(stack, scenario);
      const rules = await stack.addresses();
      signals.done();

      console.log(`\n${pc.bold(scenario.id)}\n${scenario.title}\n`);
      console.log(pc.bold('Documented addresses, and where they lead'));
      for (const { host, port, to } of rules) {
        const destination = stack.configuration.addresses[`${host}:${port}`];
        const meaning =
          typeof destination === 'object' ? `${destination.service}:${destination.port}` : String(destination);
        console.log(
          `  ${`${host}:${port}`.padEnd(34)} ${to === 'no-record' ? '' : `${to.address}:${to.port}`.padEnd(18)} ${meaning}`,
        );
      }
      await noteStack({ stack, scenario });
      for (const [heading, ...lines] of stepsByHand(stack.project, definition, scenario, options.afterVisit === true))
        console.log(['', pc.bold(heading), ...lines.map((line) => `  ${line}`)].join('\n'));
      if (options.open) openWindow(stack.project);
    });
