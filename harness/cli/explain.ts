import { Command } from 'commander';
import pc from 'picocolors';
import { paragraph } from '../report/terminal.ts';
import type { CauseId } from '../causes/causes.ts';
import { CAUSE_IDS, isCauseId } from '../causes/causes.ts';
import { ADVICE } from '../diagnosis/advice/table.ts';
import { CAUSES } from '../diagnosis/catalogue.ts';
import { unknownName } from './nearest.ts';

/** A scenario that shows a cause, as the page of that cause lists it. */
export interface Shown {
  id: string;
  title: string;
}

/** Text of the page about one cause, without colours when `plain`. */
export function explainPage(id: CauseId, scenarios: readonly Shown[], plain = false): string {
  const cause = CAUSES[id];
  const bold = plain ? (text: string): string => text : pc.bold;
  const section = (title: string, lines: readonly string[]): string =>
    `${bold(title)}\n${lines.map((line) => paragraph(line, 4, 2)).join('\n')}`;
  return [
    `${bold(id)}  (hop: ${cause.hop})`,
    paragraph(cause.sentence),
    '',
    section('Proof', [cause.proof]),
    section(
      'Look-alikes',
      cause.lookAlikes.map((other) => `${other} – ${CAUSES[other].sentence}`),
    ),
    section('Repair', [
      cause.repair,
      ...ADVICE.filter(({ causes }) => causes.includes(id)).map(
        ({ program, change, see }) => `${program}: ${change} ${see}`,
      ),
    ]),
    section(
      'Scenarios that show it',
      scenarios.length > 0 ? scenarios.map(({ id: name, title }) => `${name} – ${title}`) : ['none in this repository'],
    ),
  ].join('\n');
}

/**
 * `sintoma explain <cause>`.
 *
 * @param scenariosOf finds the scenarios that show a cause
 */
export function explainCommand(
  scenariosOf: (cause: CauseId) => Promise<readonly Shown[]> = () => Promise.resolve([]),
): Command {
  return new Command('explain')
    .description('one page about a cause: sentence, proof, look-alikes, repair, scenarios')
    .argument('[cause]', 'id of a cause; without one, all are listed')
    .option('--json', 'a JSON object')
    .action(async (id: string | undefined, options: { json?: boolean }) => {
      if (id === undefined) {
        if (options.json) {
          console.log(JSON.stringify(CAUSES, null, 2));
          return;
        }
        let hop = '';
        for (const cause of CAUSE_IDS) {
          if (CAUSES[cause].hop !== hop) {
            hop = CAUSES[cause].hop;
            console.log(`\n${pc.bold(hop)}`);
          }
          console.log(`  ${cause}\n${pc.dim(paragraph(CAUSES[cause].sentence, 6))}`);
        }
        return;
      }
      if (!isCauseId(id)) throw unknownName('cause', id, CAUSE_IDS, 'sintoma explain');
      const scenarios = await scenariosOf(id);
      console.log(
        options.json ? JSON.stringify({ id, ...CAUSES[id], scenarios }, null, 2) : explainPage(id, scenarios),
      );
    });
}
