// What set-up says of the time that is left.
import { timeLeft, type Build } from '../../harness/setup/time-left.ts';
import { expect, test } from './support/test.ts';

const MINUTE = 60_000;
const last: Build = { images: 10, ms: 10 * MINUTE };

for (const [what, build, images, elapsed, says] of [
  ['the first time', undefined, 10, 0, undefined],
  ['all of it', last, 10, 0, 'about 10 min left'],
  ['half of the images', last, 5, 0, 'about 5 min left'],
  ['more images than the last time', last, 20, 4 * MINUTE, 'about 6 min left'],
  ['the end of it', last, 10, 9.5 * MINUTE, 'about 30 s left'],
  ['longer than the last time', last, 10, 11 * MINUTE, undefined],
] as const)
  test(what, () => {
    expect(timeLeft(build, images, elapsed)).toBe(says);
  });
