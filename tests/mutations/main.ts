/**
 * `npm run mutations [-- <id>…]`: plays mutations, two at a time, and prints what became of each. Ends with 1 when one
 * survived, or when a failure does not say what changed; with 2 when there is no such mutation.
 */
import { Command } from 'commander';
import pLimit from 'p-limit';
import { MUTATIONS } from './index.ts';
import { play, type Result } from './play.ts';

/** How much of an unclear or surviving run's output is shown, in lines from its end. */
const SHOWN_LINES = 40;

const { args, list, jobs } = (() => {
  const command = new Command('mutations')
    .description('single edits that must turn the suite red; fails when one survives')
    .argument('[ids...]', 'mutations, or the beginning of their names, such as "balancas/"; default: all')
    .option('--list', 'print them and play none')
    .option('--jobs <n>', 'how many at a time', '2')
    .parse();
  return { args: command.args, ...command.opts<{ list?: boolean; jobs: string }>() };
})();

const unknown = args.find((name) => !MUTATIONS.some(({ id }) => id.startsWith(name)));
if (unknown !== undefined) {
  console.error(
    `mutations: there is none whose name begins with "${unknown}"; npm run mutations -- --list has them all`,
  );
  process.exit(2);
}
const chosen = MUTATIONS.filter(({ id }) => args.length === 0 || args.some((name) => id.startsWith(name)));
if (list) {
  for (const { id, title } of chosen) console.log(`${id}  ${title}`);
  process.exit(0);
}

const MARK = { killed: '✓', unclear: '?', survived: '✗' } as const;
const counts: Record<Result['outcome'], number> = { killed: 0, unclear: 0, survived: 0 };
const turn = pLimit(Number(jobs));
await Promise.all(
  chosen.map((mutation) =>
    turn(async () => {
      const { outcome, output, ms } = await play(mutation);
      counts[outcome] += 1;
      console.log(`${MARK[outcome]} ${mutation.id}: ${outcome} by ${mutation.plays} (${(ms / 1000).toFixed(1)} s)`);
      if (outcome === 'killed') return;
      console.log(`    ${mutation.title}\n    waited for: ${String(mutation.says)}`);
      for (const line of output.trimEnd().split('\n').slice(-SHOWN_LINES)) console.log(`    │ ${line}`);
    }),
  ),
);
console.log(
  `\n${chosen.length} mutations: ${counts.killed} killed, ${counts.unclear} unclear, ${counts.survived} survived`,
);
process.exitCode = counts.killed === chosen.length ? 0 : 1;
