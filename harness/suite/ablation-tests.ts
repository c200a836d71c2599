/** One Playwright test for each row of a document's ablation tables. */
import path from 'node:path';
import type { TestType } from '@playwright/test';
import { PROJECT } from '../common/paths.ts';
import { amiss, expectedOf, playAblation, type Ablatables, type AblationReading } from './ablation.ts';
import { attachFailure } from './failure.ts';
import { writtenIn } from './location.ts';
import type { Stage } from './stage.ts';

/** Tag of the tests of ablation tables. */
const TAG = '@ablation';

/** How long, in ms, a service may take to be as its row says. */
const SLOW_MS = 40_000;

/** Declares the tests; none where no document has such a table. */
export function declareAblations(
  test: TestType<object, { stage: Stage }>,
  { files, definition, pages }: Ablatables,
): void {
  for (const file of files) {
    const { document, service, table, ablations, columns } = file;
    if (table === undefined) continue;
    const command = `npx sintoma ablate ${document} --write`;
    const details = {
      tag: [TAG],
      annotation: [{ type: 'document', description: `${document}:${table.marker}` }],
    };
    /** Each test stands where its row does. */
    const at = (row: number): typeof test =>
      writtenIn(`${path.join(PROJECT, document)}:${table.lines[0] + row}:1`, test) as typeof test;
    at(0)(`the table of ${service} has a row for each line`, details, () => {
      const wrong = amiss(file);
      if (wrong.length > 0)
        throw new Error(`${document}:${table.lines[0]}: ${wrong.join('; ')}\n  write it anew: ${command}`);
    });
    for (const ablation of ablations) {
      const index = table.rows.findIndex(([leftOut]) => leftOut === ablation.leftOut);
      const row = table.rows[index]?.slice(1);
      // The test above says so.
      if (row === undefined) continue;
      at(index + 2)(`without ${ablation.leftOut} of ${service}`, details, async ({ stage }, testInfo) => {
        const stack = stage.stack(definition);
        const place = { stage, stack, topology: definition };
        try {
          const deadline = Date.now() + SLOW_MS;
          const look = (): Promise<AblationReading> =>
            playAblation(place, file, ablation, pages, expectedOf(file, row));
          let { settled, cells, says } = await look();
          // A service that is not ready may be slow, or may never be: what the table says of it is waited for.
          while (!settled && cells.join() !== row.join() && Date.now() < deadline)
            ({ settled, cells, says } = await look());
          if (says !== undefined) testInfo.annotations.push({ type: 'says', description: says });
          const differences = columns.flatMap((column, index) =>
            cells[index] === row[index]
              ? []
              : [`    ${column}: the table says ${row[index] ?? 'nothing'}, and it is ${cells[index] ?? 'nothing'}`],
          );
          if (differences.length === 0) return;
          throw new Error(
            `${document}: without ${ablation.leftOut}\n${differences.join('\n')}\n  if that is right: ${command}`,
          );
        } catch (error) {
          const accident = await stack.accident();
          await attachFailure(testInfo, place, { faults: [ablation.fault], url: 'about:blank' });
          throw accident ?? error;
        }
      });
    }
  }
}
