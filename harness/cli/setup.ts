import { Command } from 'commander';
import { setup } from '../setup/setup.ts';
import { isRootDebian } from '../setup/debian.ts';
import { topologyNames } from '../scenario/project.ts';
import { unknownName } from './nearest.ts';

export const setupCommand = (): Command =>
  new Command('setup')
    .description('check and prepare this machine: engine, browser, certificates, images')
    .argument('[topology...]', 'only these topologies (default: all that a run plays, and what its other tests start)')
    .option('--install', 'install and start what is missing (bare Debian, as root)')
    .option('--install-if-bare', 'as --install, but only on a Debian where you are root')
    .action(async (topologies: string[], options: { install?: boolean; installIfBare?: boolean }) => {
      const known = topologyNames();
      for (const name of topologies)
        if (!known.includes(name)) throw unknownName('topology', name, known, 'sintoma list');
      const chosen = topologies.length > 0 ? topologies : known;
      await setup({
        install: Boolean(options.install) || (Boolean(options.installIfBare) && isRootDebian()),
        topologies: chosen,
        ...(topologies.length === 0 ? { tests: () => true } : {}),
      });
    });
