import { Command } from 'commander';
import pc from 'picocolors';
import { paragraph } from '../report/terminal.ts';
import { readVerdicts, type Verdicts } from '../report/verdicts.ts';
import { loadAll } from '../scenario/load.ts';
import type { Claim } from '../scenario/schema.ts';
import { unknownName } from './nearest.ts';

/** Whether the committed verdict was confirmed by the last run. */
function confirmation(claim: Claim, passed: Verdicts | undefined): keyof typeof MARK {
  if (claim.verdict === 'not checkable') return 'not checkable';
  const results = claim.decidedBy.map(({ id }) => passed?.[id]);
  if (results.includes(false)) return 'drifted';
  return results.includes(undefined) ? 'not run' : 'confirmed';
}

const MARK = {
  confirmed: pc.green('✓'),
  drifted: pc.red('✗'),
  'not run': pc.yellow('?'),
  'not checkable': pc.dim('–'),
} as const;

export const claimsCommand = (): Command =>
  new Command('claims')
    .description('the documents, sentence by sentence, with verdicts; fails when one has drifted')
    .argument('[document]', 'one document or topology')
    .option('--json', 'a JSON array')
    .action(async (name: string | undefined, options: { json?: boolean }) => {
      const loaded = await loadAll();
      const documents = loaded.flatMap(({ definition }) => Object.keys(definition.documents));
      const topologies = loaded.map(({ definition }) => definition.name);
      if (name !== undefined && ![...documents, ...topologies].includes(name)) {
        throw unknownName('document', name, [...documents, ...topologies], 'sintoma claims');
      }
      const claims = loaded.flatMap(({ definition, claims: all }) =>
        all.filter(({ document }) => name === undefined || document === name || definition.name === name),
      );
      const passed = readVerdicts();
      const states = claims.map((claim) => confirmation(claim, passed));
      if (options.json) {
        const rows = claims.map(({ id, document, lines, verdict, decidedBy }, index) => ({
          id,
          document,
          lines,
          verdict,
          decidedBy,
          confirmed: states[index],
        }));
        console.log(JSON.stringify(rows, null, 2));
      } else {
        for (const [index, claim] of claims.entries()) {
          const place = `${claim.document}.md:${claim.lines.join('-')}`;
          const head = paragraph(`${claim.id}  ${place}  ${claim.verdict}`, 4, 0);
          console.log(`${MARK[states[index] ?? 'not run']} ${pc.bold(head)}`);
          console.log(paragraph(`says:  ${claim.says}`, 11, 4));
          console.log(paragraph(`found: ${claim.found}`, 11, 4));
          if (claim.decidedBy.length > 0) {
            const by = claim.decidedBy.map(({ id, stance }) => `${id} ${stance} it`).join(', ');
            console.log(pc.dim(paragraph(`by:    ${by}`, 11, 4)));
          }
        }
        const tally = (state: string): number => states.filter((one) => one === state).length;
        console.log(
          `\n${claims.length} claims: ${tally('confirmed')} confirmed, ${tally('drifted')} drifted, ${tally('not run')} not run yet, ${tally('not checkable')} not checkable`,
        );
        if (tally('not run') > 0) console.log('run "npx playwright test" to confirm the rest');
      }
      if (states.includes('drifted')) process.exitCode = 1;
    });
