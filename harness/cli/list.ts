import { Command } from 'commander';
import pc from 'picocolors';
import { paragraph } from '../report/terminal.ts';
import { loadAll } from '../scenario/load.ts';
import { showOutcome } from '../scenario/show.ts';
import type { Delivery, Scenario } from '../scenario/schema.ts';
import { placeOf, tagsOf } from '../scenario/labels.ts';

const showDelivery = (delivery: Delivery): string =>
  Object.entries(delivery)
    .map(([channel, outcome]) => `${channel} ${showOutcome(outcome)}`)
    .join(', ');

/** A scenario as `sintoma list --json` prints it. */
const asJson = (scenario: Scenario): object => ({
  id: scenario.id,
  topology: scenario.topology,
  cause: scenario.cause,
  document: scenario.document ?? null,
  delivery: scenario.delivery,
  repairs: scenario.repairs.map(({ title, document, fails, delivery }) => ({
    title,
    lines: document ?? null,
    fails: fails ?? false,
    delivery,
  })),
  tags: tagsOf(scenario),
});

export const listCommand = (): Command =>
  new Command('list')
    .description('scenarios, by topology, cause or document line')
    .argument('[filter]', 'part of an id, a cause, or a document with a line: balancas.md:45')
    .option('--json', 'a JSON array')
    .action(async (filter: string | undefined, options: { json?: boolean }) => {
      const all = (await loadAll()).flatMap(({ scenarios }) => scenarios);
      const place = /^([\w-]+?)(?:\.md)?:(\d+)$/.exec(filter ?? '');
      const chosen = all.filter(({ id, cause, document }) => {
        if (filter === undefined) return true;
        if (place) {
          const line = Number(place[2]);
          return (
            document !== undefined &&
            document.name === place[1] &&
            document.lines[0] <= line &&
            line <= document.lines[1]
          );
        }
        return id.includes(filter) || cause === filter;
      });
      if (chosen.length === 0) process.exitCode = 1;
      if (options.json) {
        console.log(JSON.stringify(chosen.map(asJson), null, 2));
        return;
      }
      let topology = '';
      for (const scenario of chosen) {
        if (scenario.topology !== topology) {
          topology = scenario.topology;
          console.log(`\n${pc.bold(topology)}`);
        }
        console.log(`  ${scenario.id}`);
        console.log(pc.dim(paragraph(scenario.title, 6)));
        const facts = [`cause ${scenario.cause}`, showDelivery(scenario.delivery), placeOf(scenario)];
        console.log(pc.dim(paragraph(facts.filter(Boolean).join(' · '), 6)));
      }
      console.log(`\n${chosen.length} scenario${chosen.length === 1 ? '' : 's'}`);
    });
