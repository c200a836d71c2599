#!/usr/bin/env node
// Entry of the `sintoma` command. In the repository the command itself is TypeScript and runs without a build; in the
// package it is JavaScript. A project's scenarios are TypeScript in both.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { createJiti } from 'jiti';

const root = path.resolve(import.meta.dirname, '../..');
const source = path.join(root, 'harness/cli/main.ts');
const inRepository = existsSync(source);
/** In the repository, its own doors lead to the sources. */
const alias = inRepository
  ? Object.fromEntries(
      Object.entries({ sintoma: 'index', 'sintoma/playwright': 'playwright', 'sintoma/diagnose': 'diagnose' })
        // The longest name first: a name also stands for what begins with it.
        .sort(([a], [b]) => b.length - a.length)
        .map(([name, file]) => [name, path.join(root, 'harness', `${file}.ts`)]),
    )
  : {};
const jiti = createJiti(import.meta.url, { alias });
const { main } = inRepository
  ? await jiti.import(source)
  : await import(pathToFileURL(path.join(root, 'dist/cli/main.js')).href);
await main(process.argv, { loadModule: (file) => jiti.import(file) });
