// Written by `npm run score -- --update`: how often the first candidate was right at each level, over all recordings of
// the repository, each with all readings, with one less, and with none. The examinations were written with these
// systems at hand: on others they are less often right.

/** Right answers, and all answers. */
export const CALIBRATION = {
  faulty: {
    proven: { right: 1232, of: 1232 },
    likely: { right: 530, of: 530 },
    possible: { right: 767, of: 1157 },
  },
  healthy: {
    proven: { right: 83, of: 83 },
    likely: { right: 98, of: 98 },
    possible: { right: 8, of: 8 },
  },
} as const;
