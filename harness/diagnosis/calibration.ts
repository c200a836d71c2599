// Written by `npm run score -- --update`: how often the first candidate was right at each level, over all recordings of
// the repository, each with all readings, with one less, and with none. The rules were written on these systems: on others
// they are less often right.

/** Right answers, and all answers. */
export const CALIBRATION = {
  faulty: {
    proven: { right: 760, of: 760 },
    likely: { right: 207, of: 208 },
    possible: { right: 269, of: 388 },
  },
  healthy: {
    proven: { right: 17, of: 17 },
    likely: { right: 34, of: 34 },
    possible: { right: 4, of: 4 },
  },
} as const;
