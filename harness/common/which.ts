import { existsSync } from 'node:fs';
import path from 'node:path';

/** Full path of a program on the PATH or in the administrator's folders, or undefined. */
export const which = (program: string): string | undefined =>
  [...(process.env.PATH ?? '').split(path.delimiter), '/usr/sbin', '/sbin']
    .map((dir) => path.join(dir, program))
    .find((file) => existsSync(file));
