// Written by `npm run score -- --update`: how often the first candidate was right at each level, over all recordings of
// the repository, each with all readings, with one less, and with none. The examinations were written with these
// systems at hand: on others they are less often right.

/** Right answers, and all answers. */
export const CALIBRATION = {
  faulty: {
    proven: { right: 958, of: 958 },
    likely: { right: 389, of: 389 },
    possible: { right: 522, of: 802 },
  },
  healthy: {
    proven: { right: 33, of: 33 },
    likely: { right: 73, of: 73 },
    possible: { right: 7, of: 7 },
  },
} as const;
