import { Command } from 'commander';
import type Docker from 'dockerode';
import { connectEngine } from '../topology/engine.ts';
import { LABEL_OWNER, KEPT, ownerIsGone, refusal, removeStacks, type Removed } from '../topology/ownership.ts';
import { unknownName } from './nearest.ts';

const PROJECT = 'com.docker.compose.project';

const count = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`;

const summary = ({ containers, networks, volumes }: Removed): string =>
  containers + networks + volumes === 0
    ? 'nothing to remove'
    : `removed ${count(containers, 'container')}, ${count(networks, 'network')}, ${count(volumes, 'volume')}`;

async function projects(docker: Docker): Promise<string[]> {
  const filters = { label: [LABEL_OWNER] };
  const labels = [
    ...(await docker.listContainers({ all: true, filters })).map(({ Labels }) => Labels),
    ...(await docker.listNetworks({ filters })).map(({ Labels }) => Labels ?? {}),
  ];
  return [...new Set(labels.flatMap((one) => one[PROJECT] ?? []))].sort();
}

export const downCommand = (): Command =>
  new Command('down')
    .description('remove stacks that Sintoma started and left; never anything else')
    .argument(
      '[project]',
      'one stack, as `sintoma up` or a kept failure names it; without it, all that no run owns any more',
    )
    .option('--all', 'also stacks of runs that are still going on')
    .action(async (project: string | undefined, options: { all?: boolean }) => {
      const docker = await connectEngine();
      if (project !== undefined) {
        const known = await projects(docker);
        if (!known.includes(project))
          throw unknownName('stack', project, known, 'sintoma down, which removes all that no run owns any more');
      }
      const removed = await removeStacks(docker, (labels) => {
        if (project !== undefined) return labels[PROJECT] === project;
        const owner = labels[LABEL_OWNER] ?? '';
        return Boolean(options.all) || owner === KEPT || ownerIsGone(owner);
      });
      console.log(summary(removed));
      const kept = refusal(removed);
      if (kept !== undefined) console.error(`sintoma: ${kept}`);
    });
