#!/usr/bin/env node
// Entry of the `sintoma` command: the sources are TypeScript and run without a build.
import { register } from 'tsx/esm/api';

register();
const { main } = await import('./main.ts');
await main(process.argv);
