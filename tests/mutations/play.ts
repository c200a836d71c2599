/** Plays a mutation: the suite, run as a person runs it, on a copy of its topology with the one edit. */
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { REPORTS, ROOT } from '../../harness/common/paths.ts';
import { PLAYWRIGHT, run } from '../harness/support/command.ts';
import { edited, fileOf, topologyOf, type Mutation } from './mutation.ts';

export interface Result {
  /** `unclear`: the run failed, and does not say what changed. */
  outcome: 'killed' | 'unclear' | 'survived';
  /** What the run printed. */
  output: string;
  /** How long it took, in ms. */
  ms: number;
}

/** How long, in ms, a run may take, the builds of its images included. */
const LIMIT_MS = 15 * 60_000;

/** A project with one topology, edited. It lies below the repository, so that its imports hold. */
function copyOf(mutation: Mutation): string {
  const topology = topologyOf(mutation);
  const folder = path.join(REPORTS, 'mutations', mutation.id.replace('/', '-'));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  // A document of the project is a source: its blocks are files of the system.
  for (const part of [`compose/${topology}`, `scenarios/${topology}`, 'docs']) {
    cpSync(path.join(ROOT, part), path.join(folder, part), {
      recursive: true,
      filter: (file) => !/\/(node_modules|dist|\.next|__pycache__)$/.test(file),
    });
  }
  cpSync(path.join(ROOT, `tests/${topology}.spec.ts`), path.join(folder, `${topology}.spec.ts`));
  writeFileSync(
    path.join(folder, 'playwright.config.ts'),
    "import { sintoma } from 'sintoma/playwright';\n\nexport default sintoma();\n",
  );
  writeFileSync(path.join(folder, fileOf(mutation)), edited(mutation));
  return folder;
}

const fits = (output: string, says: Mutation['says']): boolean =>
  typeof says === 'string' ? output.includes(says) : says.test(output);

/**
 * Plays a mutation to its end, and removes what it built. Its folder, reports included, stays for a person to look at
 * unless the mutation was killed.
 */
export async function play(mutation: Mutation): Promise<Result> {
  const topology = topologyOf(mutation);
  const folder = copyOf(mutation);
  const began = Date.now();
  const { status, out, err } = await run(
    process.execPath,
    [PLAYWRIGHT, 'test', '--project', topology, '-g', `spec.ts ${mutation.plays} `],
    { SINTOMA_PROJECT: folder, SINTOMA_WORKERS: '1' },
    { cwd: folder, timeout: LIMIT_MS },
  );
  const output = `${out}\n${err}`;
  const outcome = status === 0 ? 'survived' : fits(output, mutation.says) ? 'killed' : 'unclear';
  if (outcome === 'killed') rmSync(folder, { recursive: true, force: true });
  return { outcome, output, ms: Date.now() - began };
}
