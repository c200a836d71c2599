import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Command } from 'commander';
import pc from 'picocolors';
import { chromiumFlags, chromiumPath, trustEnvironment } from '../browser/launch.ts';
import { connectEngine } from '../topology/engine.ts';
import { PROJECT, trustedHome } from '../common/paths.ts';
import { partsInUse } from '../topology/parts.ts';
import { setup } from '../setup/setup.ts';
import { loadTopology } from '../scenario/load.ts';
import type { Scenario } from '../scenario/schema.ts';
import { start } from '../suite/play.ts';
import { handRun, KEPT, LABEL_PROJECT, removeInterrupted } from '../topology/ownership.ts';
import { topologyNames } from '../scenario/project.ts';
import { Stack } from '../topology/stack.ts';
import { unknownName } from './nearest.ts';

const quote = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);

/** Finds a scenario; a bare topology name means its first healthy one. */
async function find(id: string): Promise<{ scenario: Scenario; stackOf: (run: string) => Stack }> {
  const names = topologyNames();
  const topology = id.split('/')[0] as string;
  if (!names.includes(topology)) throw unknownName('topology', topology, names);
  const { definition, scenarios } = await loadTopology(topology);
  const scenario = scenarios.find((one) => one.id === id || (id === topology && one.cause === 'none'));
  if (!scenario)
    throw unknownName(
      'scenario',
      id,
      scenarios.map((one) => one.id),
    );
  return {
    scenario,
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
    .action(async (id: string, options: { open?: boolean }) => {
      const { scenario, stackOf } = await find(id);
      const docker = await connectEngine();
      const topologies = [scenario.topology];
      await setup({ install: false, topologies });
      const stack = stackOf(handRun(PROJECT));
      const interrupted = (): void => {
        console.error('\ninterrupted: removing what was started');
        const ours = (labels: Record<string, string>): boolean => labels[LABEL_PROJECT] === stack.project;
        void removeInterrupted(docker, ours).finally(() => process.exit(130));
      };
      process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
      await start(stack, scenario);
      const rules = await stack.addresses();
      process.off('SIGINT', interrupted).off('SIGTERM', interrupted);

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
      const home = trustedHome();
      const profile = mkdtempSync(path.join(os.tmpdir(), 'sintoma-profile-'));
      const flags = [...chromiumFlags({ rules, hermetic: true }), `--user-data-dir=${profile}`, scenario.visit];
      const env = home ? trustEnvironment(home) : {};
      const command = [
        ...Object.entries(env).map(([name, value]) => `${name}=${quote(value)}`),
        chromiumPath(),
        ...flags.map(quote),
      ].join(' ');
      console.log(`\n${pc.bold('Open it')}\n  ${command}\n`);
      if (scenario.visitedBefore) {
        console.log(
          `${pc.bold('This fault needs an earlier visit')}\n  visit ${scenario.visitedBefore}, then: docker compose … -f faults/${scenario.faults.join(',')}.yaml up -d\n`,
        );
      }
      console.log(`${pc.bold('Remove it')}\n  npx sintoma down ${stack.project}`);
      if (options.open) {
        spawn(chromiumPath(), flags, { detached: true, stdio: 'ignore', env: { ...process.env, ...env } }).unref();
      }
    });
