// Written by `npm run score -- --update`: how often the first candidate was right at each level, over all recordings of
// the repository, each with all readings, with one less, and with none. The examinations were written with these
// systems at hand: on others they are less often right.

/** Right answers, and all answers. */
export const CALIBRATION = {
  faulty: {
    proven: { right: 1564, of: 1564 },
    likely: { right: 739, of: 739 },
    possible: { right: 975, of: 1493 },
  },
  healthy: {
    proven: { right: 183, of: 183 },
    likely: { right: 145, of: 145 },
    possible: { right: 12, of: 12 },
  },
} as const;
