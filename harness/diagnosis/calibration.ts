// Written by `npm run score -- --update`: how often the first candidate was right at each level, over all recordings of
// the repository, each with all readings, with one less, and with none. The examinations were written with these
// systems at hand: on others they are less often right.

/** Right answers, and all answers. */
export const CALIBRATION = {
  faulty: {
    proven: { right: 1143, of: 1143 },
    likely: { right: 499, of: 499 },
    possible: { right: 706, of: 1076 },
  },
  healthy: {
    proven: { right: 58, of: 58 },
    likely: { right: 98, of: 98 },
    possible: { right: 7, of: 7 },
  },
} as const;
