import path from 'node:path';
import which from 'which';

/** Where administrators' programs are on Linux, also when the PATH of a user does not name them. */
const ADMINISTRATORS = ['/usr/sbin', '/sbin'];

/** Full path of a program on the PATH or in the administrators' folders, or undefined. */
export const findProgram = (name: string): string | undefined =>
  which.sync(name, {
    path: [process.env.PATH ?? '', ...ADMINISTRATORS].join(path.delimiter),
    nothrow: true,
  }) ?? undefined;
