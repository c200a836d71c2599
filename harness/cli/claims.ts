import { Command } from 'commander';
import pc from 'picocolors';
import { UserError } from '../common/errors.ts';
import { paragraph } from '../report/terminal.ts';
import { readVerdicts } from '../report/verdicts.ts';
import { stateOf } from '../result/claims.ts';
import type { Fate } from '../scenario/document-lines.ts';
import { placeIn } from '../scenario/labels.ts';
import { documentNow, readDocument, writeLock } from '../scenario/documents.ts';
import { loadAll, type LoadedTopology } from '../scenario/load.ts';
import type { Claim } from '../scenario/schema.ts';
import { unknownName } from './nearest.ts';

const MARK = {
  confirmed: pc.green('✓'),
  drifted: pc.red('✗'),
  'not run': pc.yellow('?'),
  'not checkable': pc.dim('–'),
} as const;

/** What a document says now where a claim has its lines. */
interface Quote {
  fate: Fate;
  /** The lines that are there now; empty when they are gone. */
  text: string[];
}

interface Row {
  claim: Claim;
  state: keyof typeof MARK;
  quote?: Quote;
}

/** Reads of a topology's documents what its claims are about. */
function quotesOf({ definition, claims }: LoadedTopology, folder: string): Map<Claim, Quote> {
  const documents = Object.keys(definition.documents);
  return new Map(
    documents.flatMap((name) => {
      const { lines, fateOf } = documentNow(definition.name, name, folder);
      const about = claims.filter(({ document }) => document === name);
      if (about.length === 0) return [];
      if (!fateOf) {
        throw new UserError(
          `scenarios/${definition.name}/documents.lock.json: says nothing of "${name}"`,
          'lock it as it is now: sintoma claims --documents <folder> --accept',
        );
      }
      return about.map((claim): [Claim, Quote] => {
        const fate = fateOf(claim.lines);
        return [claim, { fate, text: fate.is === 'gone' ? [] : lines.slice(fate.lines[0] - 1, fate.lines[1]) }];
      });
    }),
  );
}

/** Locks the documents of topologies as they are now. */
function accept(loaded: readonly LoadedTopology[], folder: string): void {
  for (const { definition } of loaded) {
    const names = Object.keys(definition.documents);
    writeLock(definition.name, Object.fromEntries(names.map((name) => [name, readDocument(folder, name)])));
    console.log(`scenarios/${definition.name}/documents.lock.json: ${names.join(', ')} as in ${folder}`);
  }
}

/** What a person is told of lines that are not where they were; undefined when they are. */
function movement({ fate }: Quote, { document }: Claim): string | undefined {
  if (fate.is === 'same') return undefined;
  return fate.is === 'gone' ? pc.red('gone') : pc.red(`${fate.is}: ${placeIn(document, fate.lines)}`);
}

function printRow({ claim, state, quote }: Row): void {
  const head = paragraph(`${claim.id}  ${placeIn(claim.document, claim.lines)}  ${claim.verdict}`, 4, 0);
  console.log(`${MARK[state]} ${pc.bold(head)}`);
  const moved = quote && movement(quote, claim);
  if (moved !== undefined) console.log(`    ${moved}`);
  for (const line of quote?.text ?? []) console.log(pc.dim(paragraph(`│ ${line}`, 6, 4)));
  console.log(paragraph(`says:  ${claim.says}`, 11, 4));
  console.log(paragraph(`found: ${claim.found}`, 11, 4));
  if (claim.decidedBy.length > 0) {
    const by = claim.decidedBy.map(({ id, stance }) => `${id} ${stance} it`).join(', ');
    console.log(pc.dim(paragraph(`by:    ${by}`, 11, 4)));
  }
}

function printSummary(rows: readonly Row[]): void {
  const tally = (state: Row['state']): number => rows.filter((row) => row.state === state).length;
  console.log(
    `\n${rows.length} claims: ${tally('confirmed')} confirmed, ${tally('drifted')} drifted, ${tally('not run')} not run yet, ${tally('not checkable')} not checkable`,
  );
  if (tally('not run') > 0) console.log('run "npx playwright test" to confirm the rest');
  const fates = rows.flatMap(({ quote }) => quote?.fate.is ?? []);
  if (fates.length === 0) return;
  const count = (is: Fate['is']): number => fates.filter((one) => one === is).length;
  console.log(
    `lines: ${count('same')} as they were, ${count('moved')} moved, ${count('changed')} changed, ${count('gone')} gone`,
  );
  if (count('same') < fates.length) {
    console.log(
      'correct the lines of these claims (and their words), then: sintoma claims --documents <folder> --accept',
    );
  }
}

export const claimsCommand = (): Command =>
  new Command('claims')
    .description('the documents, sentence by sentence, with verdicts; fails when one has drifted')
    .argument('[document]', 'one document or topology')
    .option('--documents <folder>', 'quote the documents (<name>.md); fails when lines moved, changed or are gone')
    .option('--accept', 'with --documents: take the documents as they are now, and print no claims')
    .option('--json', 'a JSON array')
    .action(async (name: string | undefined, options: { documents?: string; accept?: boolean; json?: boolean }) => {
      const loaded = await loadAll();
      const documents = loaded.flatMap(({ definition }) => Object.keys(definition.documents));
      const topologies = loaded.map(({ definition }) => definition.name);
      if (name !== undefined && ![...documents, ...topologies].includes(name)) {
        throw unknownName('document', name, [...documents, ...topologies], 'sintoma claims');
      }
      const chosen = loaded.filter(
        ({ definition }) => name === undefined || definition.name === name || name in definition.documents,
      );
      if (options.accept) {
        if (options.documents === undefined) throw new UserError('--accept needs --documents', undefined, 2);
        accept(chosen, options.documents);
        return;
      }
      const passed = readVerdicts() ?? {};
      const rows = chosen.flatMap((topology): Row[] => {
        const quotes = options.documents === undefined ? undefined : quotesOf(topology, options.documents);
        return topology.claims
          .filter(({ document }) => name === undefined || topology.definition.name === name || document === name)
          .map((claim) => {
            const quote = quotes?.get(claim);
            return { claim, state: stateOf(claim, passed), ...(quote && { quote }) };
          });
      });
      if (options.json) {
        const data = rows.map(({ claim: { id, document, lines, verdict, decidedBy }, state, quote }) => ({
          id,
          document,
          lines,
          verdict,
          decidedBy,
          confirmed: state,
          ...(quote && { linesNow: quote.fate, text: quote.text }),
        }));
        console.log(JSON.stringify(data, null, 2));
      } else {
        for (const row of rows) printRow(row);
        printSummary(rows);
      }
      if (rows.some(({ state, quote }) => state === 'drifted' || (quote && quote.fate.is !== 'same'))) {
        process.exitCode = 1;
      }
    });
