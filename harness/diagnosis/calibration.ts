// Written by `npm run score -- --update`: how often the first candidate was right at each level, over all recordings of
// the repository, each with all readings, with one less, and with none. The examinations were written with these
// systems at hand: on others they are less often right.

/** Right answers, and all answers. */
export const CALIBRATION = {
  faulty: {
    proven: { right: 1535, of: 1535 },
    likely: { right: 659, of: 659 },
    possible: { right: 910, of: 1376 },
  },
  healthy: {
    proven: { right: 170, of: 170 },
    likely: { right: 135, of: 135 },
    possible: { right: 11, of: 11 },
  },
} as const;
