#!/usr/bin/env node
// Entry of the `sintoma` command. In the repository the command itself is TypeScript and runs without a build; in the
// package it is JavaScript. A project's scenarios are TypeScript in both.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

// As CommonJS: importing it would read the whole of it twice.
const { createJiti } = createRequire(import.meta.url)('jiti');

const root = path.resolve(import.meta.dirname, '../..');
const source = path.join(root, 'harness/cli/main.ts');
const inRepository = existsSync(source);

/** In the repository, tsconfig.json says where its own public entries are. (jiti's tsconfigPaths looks at every import: 0.3 s.) */
function entries() {
  const { compilerOptions } = JSON.parse(readFileSync(path.join(root, 'tsconfig.json'), 'utf8'));
  return Object.fromEntries(
    Object.entries(compilerOptions.paths).map(([name, [file]]) => [name, path.join(root, file)]),
  );
}

const jiti = createJiti(import.meta.url, {
  ...(inRepository ? { alias: entries(), fsCache: path.join(root, 'node_modules/.cache/jiti') } : {}),
});
const { main } = inRepository
  ? await jiti.import(source)
  : await import(pathToFileURL(path.join(root, 'dist/cli/main.js')).href);
await main(process.argv, { loadModule: (file) => jiti.import(file) });
