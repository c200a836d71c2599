// Written by `npm run score -- --update`: how often the first candidate was right at each level, over all recordings of
// the repository, each with all readings, with one less, and with none. The examinations were written with these
// systems at hand: on others they are less often right.

/** Right answers, and all answers. */
export const CALIBRATION = {
  faulty: {
    proven: { right: 1058, of: 1058 },
    likely: { right: 459, of: 459 },
    possible: { right: 621, of: 960 },
  },
  healthy: {
    proven: { right: 37, of: 37 },
    likely: { right: 90, of: 90 },
    possible: { right: 7, of: 7 },
  },
} as const;
