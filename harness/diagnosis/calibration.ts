// Written by `npm run score -- --update`: how often the first candidate was right at each level, over all recordings of
// the repository, each with all readings, with one less, and with none. The examinations were written with these
// systems at hand: on others they are less often right.

/** Right answers, and all answers. */
export const CALIBRATION = {
  faulty: {
    proven: { right: 737, of: 737 },
    likely: { right: 214, of: 215 },
    possible: { right: 284, of: 432 },
  },
  healthy: {
    proven: { right: 17, of: 17 },
    likely: { right: 34, of: 34 },
    possible: { right: 4, of: 4 },
  },
} as const;
