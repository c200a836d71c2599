// Runs what a person types, and reads what they see.
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { execa, type Options } from 'execa';
import { ROOT } from '../../../harness/common/paths.ts';

export const SINTOMA = path.join(ROOT, 'harness/cli/sintoma.js');
export const PLAYWRIGHT = path.join(ROOT, 'node_modules/@playwright/test/cli.js');

/** How a TypeScript file of the repository is run by itself. */
export const TYPESCRIPT = path.join(ROOT, 'node_modules/jiti/lib/jiti-cli.mjs');
export const TYPESCRIPT_ENV = { JITI_TSCONFIG_PATHS: path.join(ROOT, 'tsconfig.json') };

/** The environment without what belongs to the run that this test is part of. */
export function environment(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const ours = /^(SINTOMA_(?!CACHE)|PLAYWRIGHT_(?!BROWSERS_PATH)|PW_|TEST_|KEEP$|CI$|FORCE_COLOR$|NODE_OPTIONS$)/;
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.test(name)));
  return { ...own, NO_COLOR: '1', ...more };
}

export interface Answer {
  status: number;
  /** Without colours. */
  out: string;
  err: string;
}

/** Runs a program to its end. A status other than 0 is an answer, not an error. */
export async function run(
  file: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  more: Options = {},
): Promise<Answer> {
  const result = await execa(file, args, {
    cwd: ROOT,
    reject: false,
    extendEnv: false,
    env: environment(env),
    stdin: 'ignore',
    timeout: 60_000,
    ...more,
  });
  const read = (text: unknown): string => stripVTControlCharacters(typeof text === 'string' ? text : '').trimEnd();
  return { status: result.exitCode ?? -1, out: read(result.stdout), err: read(result.stderr) };
}

/** Runs the `sintoma` command. */
export const sintoma = (args: readonly string[], env?: NodeJS.ProcessEnv, more?: Options): Promise<Answer> =>
  run(process.execPath, [SINTOMA, ...args], env, more);

/** Runs Playwright as `npx playwright` does. What takes a minute and a half takes twice as long beside other work. */
export const playwright = (args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Answer> =>
  run(process.execPath, [PLAYWRIGHT, ...args], env, { timeout: 220_000 });

/** Programs that take the place of others: a shell script by name, or a link to the real one at a path. */
export function programs(folder: string, scripts: Readonly<Record<string, string | { at: string }>>): string {
  const bin = path.join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  for (const [name, script] of Object.entries(scripts)) {
    const file = path.join(bin, name);
    if (typeof script === 'string') {
      writeFileSync(file, `#!/bin/sh\n${script}\n`);
      chmodSync(file, 0o755);
    } else symlinkSync(script.at, file);
  }
  return bin;
}
