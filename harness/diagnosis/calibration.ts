// Written by `npm run score -- --update`: how often the first candidate was right at each level, over all recordings of
// the repository, each with all readings, with one less, and with none. The examinations were written with these
// systems at hand: on others they are less often right.

/** Right answers, and all answers. */
export const CALIBRATION = {
  faulty: {
    proven: { right: 1473, of: 1473 },
    likely: { right: 639, of: 639 },
    possible: { right: 913, of: 1374 },
  },
  healthy: {
    proven: { right: 161, of: 161 },
    likely: { right: 121, of: 121 },
    possible: { right: 10, of: 10 },
  },
} as const;
