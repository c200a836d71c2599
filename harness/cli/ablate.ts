import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import pc from 'picocolors';
import { isCauseId } from '../causes/causes.ts';
import { UserError } from '../common/errors.ts';
import { writeWhole } from '../common/files.ts';
import { PROJECT } from '../common/paths.ts';
import { ABLATION, withTable } from '../document/ablation-table.ts';
import { Document, type Section } from '../document/document.ts';
import { code, grid, markdown, sentence } from '../page/markdown.ts';
import { loadAll } from '../scenario/load.ts';
import { setup } from '../setup/setup.ts';
import {
  ablatables,
  amiss,
  playAblation,
  rowOf,
  type Ablatable,
  type AblationReading,
  type Ablatables,
} from '../suite/ablation.ts';
import { Stage } from '../suite/stage.ts';
import { connectEngine } from '../topology/engine.ts';
import { currentRun, LABEL_RUN } from '../topology/ownership.ts';
import { removeOnSignal } from './interrupted.ts';
import { unknownName } from './nearest.ts';

/** A documented file with what was seen without each of its lines. */
interface Ablated {
  file: Ablatable;
  rows: ({ leftOut: string } & AblationReading)[];
}

/** A heading as it stands in addresses: `All five` is `all-five`. */
const slug = (heading: string): string => heading.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-');

/** The document and the section of it that somebody named: `docs/page.md#nginx`. */
function sectionOf(written: string): { document: string; section: Section } {
  const [name = '', heading] = written.split('#', 2);
  const full = [path.resolve(name), path.resolve(PROJECT, name)].find((file) => existsSync(file));
  if (full === undefined) throw new UserError(`${name}: there is no such document`, undefined, 2);
  const document = new Document(full);
  const file = path.relative(PROJECT, full);
  if (!heading) return { document: file, section: document };
  const titles = document.parts.flatMap((part) => (part.is === 'heading' ? [part.text] : []));
  const title = titles.find((one) => slug(one) === slug(heading));
  if (title === undefined) throw unknownName('section', heading, titles.map(slug), `sintoma ablate ${name}`);
  return { document: file, section: document.section(title) };
}

/** The files that blocks of a section are, by topology. */
async function filesIn(written: string): Promise<(Ablatables & { name: string })[]> {
  const { document, section } = sectionOf(written);
  const blocks = section.parts.flatMap((part) => (part.is === 'code' ? [part.line] : []));
  const all = (await loadAll()).map((loaded) => ({ ...ablatables(loaded), name: loaded.definition.name }));
  const found = all
    .map((one) => ({
      ...one,
      files: one.files.filter((file) => file.document === document && blocks.includes(file.line)),
    }))
    .filter(({ files }) => files.length > 0);
  if (found.length > 0) return found;
  const known = all.flatMap(({ files }) => files.map((file) => `${file.document}:${file.line}`));
  throw new UserError(
    `${written}: no topology has a block of it as a file`,
    known.length > 0
      ? `blocks that are files begin in ${known.join(', ')}`
      : 'see "Documents of your own" in docs/writing-scenarios.md',
    2,
  );
}

/** Plays every ablation on as many stacks at a time; told of each as it is done. */
async function play(
  { files, definition, pages }: Ablatables,
  stages: readonly Stage[],
  onRow: (file: Ablatable, leftOut: string, reading: AblationReading) => void,
): Promise<Ablated[]> {
  const ablated = files.map((file): Ablated => ({ file, rows: [] }));
  // Neighbours change the same service: a stack is switched the least when it stays with it.
  const queue = ablated.flatMap(({ file, rows }) =>
    file.ablations.map((ablation, index) => async (stage: Stage): Promise<void> => {
      const place = { stage, stack: stage.stack(definition), topology: definition };
      const reading = await playAblation(place, file, ablation, pages);
      rows[index] = { leftOut: ablation.leftOut, ...reading };
      onRow(file, ablation.leftOut, reading);
    }),
  );
  await Promise.all(
    stages.map(async (stage) => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) await next(stage);
    }),
  );
  return ablated;
}

/** The table as Markdown. Causes and lines are code, outcomes are words. */
function tableOf({ file, rows }: Ablated): string {
  const head = ['without', ...file.columns].map(sentence);
  const cell = (text: string): ReturnType<typeof sentence> => (isCauseId(text) ? [code(text)] : sentence(text));
  return markdown([grid([head, ...rows.map(({ leftOut, cells }) => [[code(leftOut)], ...cells.map(cell)])])], {
    aligned: true,
  });
}

/** True when the document says of each line what was seen. */
const asDocumented = ({ file, rows }: Ablated): boolean =>
  amiss(file).length === 0 && rows.every(({ leftOut, cells }) => rowOf(file, leftOut)?.join() === cells.join());

/** Writes tables into their documents, from the last to the first, so that lines keep their numbers. */
function write(ablated: readonly Ablated[]): void {
  for (const one of [...ablated].sort((a, b) => b.file.line - a.file.line)) {
    const { document, table } = one.file;
    const full = path.join(PROJECT, document);
    if (table === undefined) continue;
    writeWhole(full, withTable(readFileSync(full, 'utf8'), table, tableOf(one)));
    console.log(`${document}:${table.marker}: written, ${one.rows.length} rows`);
  }
}

export const ablateCommand = (): Command =>
  new Command('ablate')
    .description("leave out each line of a document's code blocks in turn, and find out what breaks")
    .argument('<document>', 'a document of which blocks run, or a section of it: docs/page.md#nginx')
    .option('--write', `write the table below each block, at <!-- sintoma: ${ABLATION} -->`)
    .option('--stacks <n>', 'how many systems are started at a time', Number, 2)
    .option('--json <file>', 'write what was seen into a file as well')
    .addHelpText(
      'after',
      `
Each line is left out with what stands below it, and each option of a line by itself. The healthy page is then visited,
a message is published on each channel, and the cause is diagnosed. A table that a document has is played by
npx playwright test as well. Exit status: 0, or 1 when a document has another table than was seen, and no --write.`,
    )
    .action(async (written: string, options: { write?: boolean; stacks: number; json?: string }) => {
      if (!Number.isInteger(options.stacks) || options.stacks < 1)
        throw new UserError(`--stacks: not a number of systems`, 'give 1 or more', 2);
      const found = await filesIn(written);
      const homeless = found.flatMap(({ files }) => files).find(({ table }) => table === undefined);
      if (options.write && homeless)
        throw new UserError(
          `${homeless.document}:${homeless.line}: says nowhere where the table of this block is to stand`,
          `write <!-- sintoma: ${ABLATION} --> below the block`,
          2,
        );
      const docker = await connectEngine();
      await setup({ install: false, topologies: found.map(({ name }) => name) });
      const { run } = currentRun();
      const signals = removeOnSignal(docker, (labels) => labels[LABEL_RUN] === run);
      const all: Ablated[] = [];
      for (const topology of found) {
        const total = topology.files.flatMap(({ ablations }) => ablations).length;
        const stages = Array.from({ length: Math.min(options.stacks, total) }, (_, slot) => new Stage(slot));
        let done = 0;
        try {
          const ablated = await play(topology, stages, ({ service, columns }, leftOut, { cells, says }) => {
            done += 1;
            const seen = columns.map((column, index) => `${column} ${cells[index] ?? ''}`);
            console.log(`${pc.dim(`${done}/${total}`)} ${service} without ${pc.bold(leftOut)}\n    ${seen.join(', ')}`);
            if (says !== undefined) console.log(pc.dim(`    ${says.split('\n').join('\n    ')}`));
          });
          all.push(...ablated);
        } catch (error) {
          // What fails because all is being taken away is no failure.
          await signals.ending();
          throw error;
        } finally {
          await Promise.all(stages.map((stage) => stage.close()));
        }
      }
      signals.done();
      if (options.json !== undefined) {
        const seen = all.map(({ file: { document, line, target, columns }, rows }) => ({
          document,
          line,
          target,
          columns,
          rows,
        }));
        writeWhole(path.resolve(options.json), `${JSON.stringify(seen, null, 2)}\n`);
      }
      if (options.write) {
        write(all);
        return;
      }
      for (const one of all) console.log(`\n${one.file.document}:${one.file.line}\n\n${tableOf(one)}`);
      const others = all.filter((one) => one.file.table !== undefined && !asDocumented(one));
      for (const { file } of others) console.error(`${file.document}:${file.table?.marker ?? 1}: says something else`);
      if (others.length > 0) process.exitCode = 1;
    });
