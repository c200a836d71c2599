// Written by `npm run score -- --update`: how often the first candidate was right at each level, over all recordings of
// the repository, each with all readings, with one less, and with none. The examinations were written with these
// systems at hand: on others they are less often right.

/** Right answers, and all answers. */
export const CALIBRATION = {
  faulty: {
    proven: { right: 1532, of: 1532 },
    likely: { right: 692, of: 692 },
    possible: { right: 954, of: 1432 },
  },
  healthy: {
    proven: { right: 183, of: 183 },
    likely: { right: 143, of: 143 },
    possible: { right: 12, of: 12 },
  },
} as const;
