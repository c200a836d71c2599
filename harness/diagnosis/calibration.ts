// Written by `npm run score -- --update`: how often the first candidate was right at each level, over all recordings of
// the repository, each with all readings, with one less, and with none. The examinations were written with these
// systems at hand: on others they are less often right.

/** Right answers, and all answers. */
export const CALIBRATION = {
  faulty: {
    proven: { right: 816, of: 816 },
    likely: { right: 257, of: 257 },
    possible: { right: 340, of: 540 },
  },
  healthy: {
    proven: { right: 25, of: 25 },
    likely: { right: 44, of: 44 },
    possible: { right: 7, of: 7 },
  },
} as const;
