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
import { acceptAnchors, anchorsOf, followMoves, HELD, printUncovered, type Anchored } from './anchors.ts';
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
  /** Of the lines of a foreign document. */
  quote?: Quote;
  /** Of what a claim quotes of an own one. */
  anchored?: Anchored;
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

/** Locks foreign documents of topologies as they are now. */
function acceptLines(loaded: readonly LoadedTopology[], folder: string): void {
  for (const { definition } of loaded) {
    const names = Object.keys(definition.documents);
    if (names.length === 0) continue;
    writeLock(definition.name, Object.fromEntries(names.map((name) => [name, readDocument(folder, name)])));
    console.log(`scenarios/${definition.name}/documents.lock.json: ${names.join(', ')} as in ${folder}`);
  }
}

/** What a person is told of lines that are not where they were; undefined when they are. */
function movement({ fate }: Quote, { document }: Claim): string | undefined {
  if (fate.is === 'same') return undefined;
  return fate.is === 'gone' ? pc.red('gone') : pc.red(`${fate.is}: ${placeIn(document, fate.lines)}`);
}

function printRow({ claim, state, quote, anchored }: Row): void {
  const head = paragraph(`${claim.id}  ${placeIn(claim.document, claim.lines)}  ${claim.verdict}`, 4, 0);
  console.log(`${MARK[state]} ${pc.bold(head)}`);
  const moved = quote && movement(quote, claim);
  if (moved !== undefined) console.log(`    ${moved}`);
  if (anchored && anchored.is !== 'same') console.log(`    ${anchored.says}`);
  for (const line of quote?.text ?? []) console.log(pc.dim(paragraph(`│ ${line}`, 6, 4)));
  console.log(paragraph(`says:  ${claim.says}`, 11, 4));
  if (anchored?.now !== undefined) console.log(paragraph(`now:   ${anchored.now}`, 11, 4));
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
  const anchored = rows.flatMap((row) => row.anchored ?? []);
  if (anchored.length > 0) {
    const of = (is: Anchored['is']): number => anchored.filter((one) => one.is === is).length;
    const kinds = (['same', 'moved', 'new', 'reworded', 'ambiguous', 'gone'] as const).filter((is) => of(is) > 0);
    console.log(`quotes: ${kinds.map((is) => `${of(is)} ${is}`).join(', ')}`);
    if (of('new') + of('reworded') > 0) console.log('when what decides them has passed: sintoma claims --accept');
  }
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

interface Options {
  documents?: string;
  accept?: boolean;
  coverage?: boolean;
  json?: boolean;
}

const asJson = ({ claim: { id, document, lines, verdict, decidedBy }, state, quote, anchored }: Row): object => ({
  id,
  document,
  lines,
  verdict,
  decidedBy,
  confirmed: state,
  ...(quote && { linesNow: quote.fate, text: quote.text }),
  ...(anchored && { quote: anchored.is, ...(anchored.now !== undefined && { now: anchored.now }) }),
});

export const claimsCommand = (): Command =>
  new Command('claims')
    .description(
      'the documents, sentence by sentence, with verdicts; fails when one has drifted, or is not as accepted',
    )
    .argument('[document]', 'one document or topology')
    .option('--documents <folder>', 'quote the documents (<name>.md); fails when lines moved, changed or are gone')
    .option(
      '--accept',
      'take the documents as they are now, and print no claims; what decides a quote must have passed',
    )
    .option('--coverage', 'of own documents: the sentences that can be checked and that no claim quotes; fails on any')
    .option('--json', 'a JSON array')
    .action(async (name: string | undefined, options: Options) => {
      const loaded = await loadAll();
      const documentsOf = ({ definition, claims }: LoadedTopology): string[] => [
        ...new Set([...Object.keys(definition.documents), ...claims.flatMap(({ at }) => at?.document ?? [])]),
      ];
      const documents = [...new Set(loaded.flatMap(documentsOf))];
      const topologies = loaded.map(({ definition }) => definition.name);
      if (name !== undefined && ![...documents, ...topologies].includes(name)) {
        throw unknownName('document', name, [...documents, ...topologies], 'sintoma claims');
      }
      const chosen = loaded.filter(
        (one) => name === undefined || one.definition.name === name || documentsOf(one).includes(name),
      );
      const quoting = chosen.filter(({ claims }) => claims.some(({ at }) => at !== undefined));
      if (options.coverage) {
        if (printUncovered(quoting, options.json === true)) process.exitCode = 1;
        return;
      }
      if (options.accept) {
        if (options.documents === undefined && quoting.length === 0)
          throw new UserError('--accept needs --documents: no claim quotes an own document', undefined, 2);
        if (quoting.length > 0) acceptAnchors(quoting);
        if (options.documents !== undefined) acceptLines(chosen, options.documents);
        return;
      }
      const passed = readVerdicts() ?? {};
      const rows = chosen.flatMap((topology): Row[] => {
        const quotes = options.documents === undefined ? undefined : quotesOf(topology, options.documents);
        const anchors = anchorsOf(topology);
        followMoves(topology.definition.name, anchors);
        return topology.claims
          .filter(({ document }) => name === undefined || topology.definition.name === name || document === name)
          .map((claim) => {
            const [quote, anchored] = [quotes?.get(claim), anchors.get(claim)];
            return { claim, state: stateOf(claim, passed), ...(quote && { quote }), ...(anchored && { anchored }) };
          });
      });
      if (options.json) console.log(JSON.stringify(rows.map(asJson), null, 2));
      else {
        for (const row of rows) printRow(row);
        printSummary(rows);
      }
      const fails = ({ state, quote, anchored }: Row): boolean =>
        state === 'drifted' ||
        (quote !== undefined && quote.fate.is !== 'same') ||
        (anchored !== undefined && !HELD.includes(anchored.is));
      if (rows.some(fails)) process.exitCode = 1;
    });
