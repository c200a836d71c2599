/** How long the images of a topology took to build the last time, and what that says of this time. */
import path from 'node:path';
import { z } from 'zod';
import { readOrForget, writeWhole } from '../common/files.ts';
import { withLock } from '../common/lock.ts';
import { CACHE } from '../common/paths.ts';

/** One build: how many images, and how long all of them took together, in ms. */
const build = z.object({ images: z.number(), ms: z.number() });
export type Build = z.infer<typeof build>;

const file = path.join(CACHE, 'build-times.json');

const read = (): Record<string, Build> =>
  readOrForget(file, z.record(z.string(), build), 'the next build is timed anew') ?? {};

/** The last build of a topology that is of use as a measure; undefined before the first. */
export const lastBuild = (topology: string): Build | undefined => read()[topology];

/** Keeps how long a build took. One of few images says nothing of one of many. */
export async function keepBuild(topology: string, took: Build): Promise<void> {
  await withLock('build-times', async () => {
    const known = read();
    if (took.images * 2 < (known[topology]?.images ?? 0)) return;
    writeWhole(file, JSON.stringify({ ...known, [topology]: took }, null, 1));
  });
}

/**
 * About how long it will still take to build so many images, as text; undefined where that is not known or where it has
 * taken longer than the last time. Pure.
 *
 * @param elapsed ms since the build began
 */
export function timeLeft(last: Build | undefined, images: number, elapsed: number): string | undefined {
  if (last === undefined || last.images === 0) return undefined;
  const left = (last.ms * Math.min(1, images / last.images) - elapsed) / 1000;
  if (left <= 0) return undefined;
  return left < 90 ? `about ${Math.ceil(left / 10) * 10} s left` : `about ${Math.round(left / 60)} min left`;
}
