// Systems of tests/harness/foreign, copied to where a team elsewhere has them.
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { ROOT } from '../../../harness/common/paths.ts';

export type Foreign = 'board' | 'feed';

/** Copies a system into a folder, with a package.json of these lines. */
export function copyForeign(name: Foreign, folder: string, manifest: object): void {
  cpSync(path.join(ROOT, 'tests/harness/foreign', name), folder, { recursive: true });
  // Under its own name it would count in this repository.
  const env = path.join(folder, 'board.env');
  if (existsSync(env)) renameSync(env, path.join(folder, '.env'));
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ private: true, ...manifest }));
}

/** Gives a folder the packages of this repository, without `sintoma`: enough for all that plays nothing. */
export function linkPlaywright(folder: string): void {
  mkdirSync(path.join(folder, 'node_modules'));
  symlinkSync(path.join(ROOT, 'node_modules/@playwright'), path.join(folder, 'node_modules/@playwright'));
}

/**
 * A node_modules that holds `sintoma` as the package has it, without waiting for a build that checks types and writes
 * them, and links to all that it needs.
 *
 * @returns its path
 */
export function installed(folder: string): string {
  const modules = path.join(folder, 'node_modules');
  mkdirSync(modules, { recursive: true });
  for (const name of readdirSync(path.join(ROOT, 'node_modules')).filter((one) => !one.startsWith('.'))) {
    symlinkSync(path.join(ROOT, 'node_modules', name), path.join(modules, name));
  }
  const place = path.join(modules, 'sintoma');
  for (const file of ['package.json', 'harness/cli/sintoma.js']) cpSync(path.join(ROOT, file), path.join(place, file));
  const compilerOptions = {
    module: ts.ModuleKind.ESNext,
    target: ts.ScriptTarget.ES2023,
    verbatimModuleSyntax: true,
    rewriteRelativeImportExtensions: true,
  };
  const sources = readdirSync(path.join(ROOT, 'harness'), { recursive: true, encoding: 'utf8' });
  for (const file of sources.filter((name) => name.endsWith('.ts'))) {
    const { outputText } = ts.transpileModule(readFileSync(path.join(ROOT, 'harness', file), 'utf8'), {
      compilerOptions,
    });
    const target = path.join(place, 'dist', file.replace(/\.ts$/, '.js'));
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, outputText);
  }
  return modules;
}

/** Paths of all files below a folder, sorted, without those of packages and reports. */
export function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .filter((file) => !/^(node_modules|reports)\//.test(file))
    .sort();
}
