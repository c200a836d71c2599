/** Plays a mutation: the suite, run as a person runs it, on a copy of its topology with the one edit. */
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { execa } from 'execa';
import { REPORTS, ROOT } from '../../harness/common/paths.ts';
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

/** Variables of a run that this one may be part of. */
const OTHER_RUN = /^(SINTOMA_(?!CACHE|CHROMIUM)|PLAYWRIGHT_(?!BROWSERS_PATH)|PW_|TEST_|KEEP$|CI$|FORCE_COLOR$)/;

/** A project with one topology, edited. It lies below the repository, so that its imports hold. */
function copyOf(mutation: Mutation): string {
  const topology = topologyOf(mutation);
  const folder = path.join(REPORTS, 'mutations', mutation.id.replace('/', '-'));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const part of [`compose/${topology}`, `scenarios/${topology}`]) {
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
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !OTHER_RUN.test(name)));
  const only = ['--project', topology, '-g', `spec.ts ${mutation.plays} `];
  const { exitCode, all } = await execa(
    process.execPath,
    [path.join(ROOT, 'node_modules/@playwright/test/cli.js'), 'test', ...only],
    {
      cwd: folder,
      all: true,
      reject: false,
      stdin: 'ignore',
      timeout: LIMIT_MS,
      extendEnv: false,
      env: { ...own, NO_COLOR: '1', SINTOMA_PROJECT: folder, SINTOMA_WORKERS: '1' },
    },
  );
  const output = stripVTControlCharacters(all);
  const outcome = exitCode === 0 ? 'survived' : fits(output, mutation.says) ? 'killed' : 'unclear';
  if (outcome === 'killed') rmSync(folder, { recursive: true, force: true });
  return { outcome, output, ms: Date.now() - began };
}
