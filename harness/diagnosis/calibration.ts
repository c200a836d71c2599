// Written by `npm run score -- --update`: how often the first candidate was right at each level, over all recordings of
// the repository, each with all readings, with one less, and with none. The examinations were written with these
// systems at hand: on others they are less often right.

/** Right answers, and all answers. */
export const CALIBRATION = {
  faulty: {
    proven: { right: 1058, of: 1058 },
    likely: { right: 444, of: 444 },
    possible: { right: 593, of: 917 },
  },
  healthy: {
    proven: { right: 33, of: 33 },
    likely: { right: 90, of: 90 },
    possible: { right: 7, of: 7 },
  },
} as const;
