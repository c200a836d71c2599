import path from 'node:path';
import { Command } from 'commander';
import pc from 'picocolors';
import { z } from 'zod';
import { UserError } from '../common/errors.ts';
import { readJson, writeWhole } from '../common/files.ts';
import { REPORTS } from '../common/paths.ts';
import { loadAll } from '../scenario/load.ts';
import { evidenceFile, killMatrix, type Alike, type KeptEvidence, type KillMatrix } from '../suite/kill-matrix.ts';
import { unknownName } from './nearest.ts';

/** As much of kept evidence as tells that it is whole. */
const keptEvidence = z.looseObject({
  scenario: z.string(),
  evidence: z.looseObject({
    console: z.array(z.unknown()),
    requests: z.array(z.unknown()),
    sockets: z.array(z.unknown()),
  }),
  delivery: z.looseObject({}),
});

/** What the last runs kept, by scenario; scenarios that were not played are missing. */
function readKept(ids: readonly string[]): Map<string, KeptEvidence> {
  return new Map(
    ids.flatMap((id): [string, KeptEvidence][] => {
      const hint = `play it again: npx playwright test -g ${id.split('/')[1]}`;
      const kept = readJson(evidenceFile(id), keptEvidence, hint);
      return kept === undefined ? [] : [[id, kept as unknown as KeptEvidence]];
    }),
  );
}

/** What is wrong with a matrix; nothing when the expectations tell apart what they are said to. */
const findings = ({ alike, overstated, stale }: KillMatrix): string[] => [
  ...alike
    .filter(({ stated }) => !stated)
    .map(({ pair: [one, other] }) => `${one} and ${other} look alike, and neither says so (sameSymptomAs)`),
  ...overstated.map(([one, other]) => `${one} and ${other} are said to look alike (sameSymptomAs), and do not`),
  ...stale.map(
    (id) => `${id} rejects its own evidence: of a failed run, or older than its expectations; play it again`,
  ),
];

const APART: Readonly<Record<Alike['apart'], (named: Alike['named']) => string>> = {
  'same cause': () => 'one cause as seen from outside',
  diagnosis: (named) => `the diagnosis tells them apart: ${named.join(', ')}`,
  nothing: () => pc.yellow('nothing tells them apart'),
};

function print(matrix: KillMatrix): void {
  const { topology, scenarios, pairs, accepted, alike, missing } = matrix;
  console.log(
    `\n${pc.bold(topology)}  ${scenarios.length} scenarios, ${pairs - accepted} of ${pairs} ordered pairs told apart by the symptom`,
  );
  for (const { pair, apart, named } of alike) console.log(`  ${pair.join(' ~ ')}\n      ${APART[apart](named)}`);
  for (const finding of findings(matrix)) console.log(`  ${pc.red('✗')} ${finding}`);
  if (missing.length > 0) console.log(`  not played: ${missing.join(', ')}`);
}

export const matrixCommand = (): Command =>
  new Command('matrix')
    .description("the kill matrix: each scenario's expectations against the evidence that the others left")
    .argument('[topology]', 'one topology')
    .option('--json', 'one JSON array')
    .action(async (name: string | undefined, options: { json?: boolean }) => {
      const all = await loadAll();
      const names = all.map(({ definition }) => definition.name);
      if (name !== undefined && !names.includes(name)) throw unknownName('topology', name, names, 'sintoma list');
      const matrices = all
        .filter(({ definition }) => name === undefined || definition.name === name)
        .map(({ definition, scenarios }) =>
          killMatrix(definition.name, scenarios, readKept(scenarios.map(({ id }) => id))),
        )
        .filter(({ scenarios }) => scenarios.length > 0);
      if (matrices.length === 0) {
        throw new UserError(`matrix: no evidence under ${path.join(REPORTS, 'evidence')}`, 'run: npx playwright test');
      }
      writeWhole(path.join(REPORTS, 'matrix.json'), JSON.stringify(matrices, null, 1));
      if (options.json) console.log(JSON.stringify(matrices, null, 2));
      else matrices.forEach(print);
      if (matrices.some((matrix) => findings(matrix).length > 0)) process.exitCode = 1;
    });
