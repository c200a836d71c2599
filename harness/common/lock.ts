import { mkdirSync } from 'node:fs';
import path from 'node:path';
import lockfile from 'proper-lockfile';
import { CACHE } from './paths.ts';

/**
 * Does something that only one process of this machine may do at a time. One lock a thing: who has all of a topology
 * does not wait for the builds of another.
 */
export async function withLock<T>(thing: string, work: () => Promise<T>): Promise<T> {
  mkdirSync(CACHE, { recursive: true });
  const release = await lockfile.lock(path.join(CACHE, thing), {
    realpath: false,
    stale: 20_000,
    retries: { forever: true, minTimeout: 100, maxTimeout: 1000, factor: 1.2, maxRetryTime: 30 * 60_000 },
  });
  try {
    return await work();
  } finally {
    await release();
  }
}
