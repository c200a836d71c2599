// Written by `npm run score -- --update`: how often the first candidate was right at each level, over all recordings of
// the repository, each with all readings, with one less, and with none. The examinations were written with these
// systems at hand: on others they are less often right.

/** Right answers, and all answers. */
export const CALIBRATION = {
  faulty: {
    proven: { right: 1197, of: 1197 },
    likely: { right: 512, of: 512 },
    possible: { right: 735, of: 1120 },
  },
  healthy: {
    proven: { right: 69, of: 69 },
    likely: { right: 98, of: 98 },
    possible: { right: 8, of: 8 },
  },
} as const;
