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
// In the repository, tsconfig.json says where its own doors are.
const jiti = createJiti(import.meta.url, inRepository ? { tsconfigPaths: path.join(root, 'tsconfig.json') } : {});
const { main } = inRepository
  ? await jiti.import(source)
  : await import(pathToFileURL(path.join(root, 'dist/cli/main.js')).href);
await main(process.argv, { loadModule: (file) => jiti.import(file) });
