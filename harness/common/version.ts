import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './paths.ts';

const manifest = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { version: string };

/** The version of Sintoma. */
export const VERSION = manifest.version;
