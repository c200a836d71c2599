// Written by `npm run score -- --update`: how often the first candidate was right at each level, over all recordings of
// the repository, each with all readings, with one less, and with none. The examinations were written with these
// systems at hand: on others they are less often right.

/** Right answers, and all answers. */
export const CALIBRATION = {
  faulty: {
    proven: { right: 735, of: 735 },
    likely: { right: 218, of: 218 },
    possible: { right: 302, of: 447 },
  },
  healthy: {
    proven: { right: 17, of: 17 },
    likely: { right: 34, of: 34 },
    possible: { right: 3, of: 3 },
  },
} as const;
