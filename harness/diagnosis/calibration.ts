// Written by `npm run score -- --update`: how often the first candidate was right at each level, over all recordings of
// the repository, each with all readings, with one less, and with none. The examinations were written with these
// systems at hand: on others they are less often right.

/** Right answers, and all answers. */
export const CALIBRATION = {
  faulty: {
    proven: { right: 1390, of: 1390 },
    likely: { right: 577, of: 577 },
    possible: { right: 862, of: 1298 },
  },
  healthy: {
    proven: { right: 135, of: 135 },
    likely: { right: 111, of: 111 },
    possible: { right: 9, of: 9 },
  },
} as const;
