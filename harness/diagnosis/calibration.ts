// Written by `npm run score -- --update`: how often the first candidate was right at each level, over all recordings of
// the repository, each with all readings, with one less, and with none. The examinations were written with these
// systems at hand: on others they are less often right.

/** Right answers, and all answers. */
export const CALIBRATION = {
  faulty: {
    proven: { right: 815, of: 815 },
    likely: { right: 266, of: 266 },
    possible: { right: 323, of: 482 },
  },
  healthy: {
    proven: { right: 25, of: 25 },
    likely: { right: 44, of: 44 },
    possible: { right: 3, of: 3 },
  },
} as const;
