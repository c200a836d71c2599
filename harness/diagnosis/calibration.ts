// Written by `npm run score -- --update`: how often the first candidate was right at each level, over all recordings of
// the repository, each with all readings, with one less, and with none. The examinations were written with these
// systems at hand: on others they are less often right.

/** Right answers, and all answers. */
export const CALIBRATION = {
  faulty: {
    proven: { right: 1566, of: 1566 },
    likely: { right: 741, of: 741 },
    possible: { right: 977, of: 1495 },
  },
  healthy: {
    proven: { right: 183, of: 183 },
    likely: { right: 145, of: 145 },
    possible: { right: 12, of: 12 },
  },
} as const;
