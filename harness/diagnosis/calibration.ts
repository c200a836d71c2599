// Written by `npm run score -- --update`: how often the first candidate was right at each level, over all recordings of
// the repository, each with all readings, with one less, and with none. The examinations were written with these
// systems at hand: on others they are less often right.

/** Right answers, and all answers. */
export const CALIBRATION = {
  faulty: {
    proven: { right: 1113, of: 1113 },
    likely: { right: 486, of: 486 },
    possible: { right: 666, of: 1030 },
  },
  healthy: {
    proven: { right: 48, of: 48 },
    likely: { right: 94, of: 94 },
    possible: { right: 7, of: 7 },
  },
} as const;
