import { Command } from 'commander';
import type Docker from 'dockerode';
import { PROJECT } from '../common/paths.ts';
import { connectEngine } from '../topology/engine.ts';
import { removeFence } from '../topology/fence.ts';
import { sweepFiles } from '../topology/leftovers.ts';
import {
  cloneOf,
  existingProjects,
  KEPT,
  LABEL_CLONE,
  LABEL_OWNER,
  LABEL_PROJECT,
  ownerIsGone,
  refusal,
  removeStacks,
  type Removed,
} from '../topology/ownership.ts';
import { unknownName } from './nearest.ts';

type Labels = Readonly<Record<string, string>>;

const count = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`;

const summary = ({ containers, networks, volumes }: Removed): string =>
  containers + networks + volumes === 0
    ? 'nothing to remove'
    : `removed ${count(containers, 'container')}, ${count(networks, 'network')}, ${count(volumes, 'volume')}`;

/** Labels of everything that has an owner. */
async function owned(docker: Docker): Promise<Labels[]> {
  const filters = { label: [LABEL_OWNER] };
  return [
    ...(await docker.listContainers({ all: true, filters })).map(({ Labels }) => Labels),
    ...(await docker.listNetworks({ filters })).map(({ Labels }) => Labels ?? {}),
  ];
}

/** No run goes on with it: it was left for a person, or its run is gone. */
function isLeft(labels: Labels): boolean {
  const owner = labels[LABEL_OWNER] ?? '';
  return owner === KEPT || ownerIsGone(owner);
}

/** It was started from this folder. */
const isOurs = (labels: Labels): boolean => labels[LABEL_CLONE] === cloneOf(PROJECT);

/** Stacks that are left by others: one line each. */
const leftByOthers = (all: readonly Labels[]): string[] => [
  ...new Set(
    all
      .filter((labels) => isLeft(labels) && !isOurs(labels))
      .map((labels) => `${labels[LABEL_PROJECT] ?? '?'} (of ${labels[LABEL_CLONE] ?? 'an older version'})`)
      .sort(),
  ),
];

export const downCommand = (): Command =>
  new Command('down')
    .description('remove stacks that Sintoma started and left; never anything else')
    .argument(
      '[stack]',
      'one stack of any clone, as `sintoma up` or a kept failure names it; without it, all of this clone that no run owns any more',
    )
    .option('--all', 'the stacks of all clones, also of runs that are still going on, and the fence of the containers')
    .action(async (stack: string | undefined, options: { all?: boolean }) => {
      const docker = await connectEngine();
      const all = await owned(docker);
      if (stack !== undefined) {
        const known = [...new Set(all.flatMap((labels) => labels[LABEL_PROJECT] ?? []))].sort();
        if (!known.includes(stack))
          throw unknownName('stack', stack, known, 'sintoma down, which removes all of this clone that no run owns');
      }
      const removed = await removeStacks(docker, (labels) => {
        if (stack !== undefined) return labels[LABEL_PROJECT] === stack;
        return options.all === true || (isOurs(labels) && isLeft(labels));
      });
      sweepFiles(await existingProjects(docker));
      console.log(summary(removed));
      if (options.all) {
        if (await removeFence()) console.log('took the fence of the containers away');
      } else if (stack === undefined) {
        for (const other of leftByOthers(all)) console.log(`left alone: ${other}; name it, or --all`);
      }
      const kept = refusal(removed);
      if (kept !== undefined) console.error(`sintoma: ${kept}`);
    });
