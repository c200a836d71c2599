/** One-to-one matching of expectations with readings: a pure function. */

/** How many readings an expectation stands for. */
export interface Range {
  min: number;
  max: number;
}

/** A matching: no other leaves fewer expectations wanting or fewer readings over. */
export interface Assignment {
  /** By expectation: the indices of the readings that it stands for, in ascending order. */
  held: number[][];
  /** Indices of the readings that no expectation has room for. */
  over: number[];
}

/**
 * Gives each reading to at most one expectation that fits it, and each expectation no more readings than its maximum.
 * It first fills minima, then finds room for as many of the rest as there is room for (Kuhn's augmenting paths, where an
 * expectation counts as often as it may).
 *
 * @param fits by index of the expectation and of the reading
 */
export function assign(
  ranges: readonly Range[],
  readings: number,
  fits: (expectation: number, reading: number) => boolean,
): Assignment {
  const held: number[][] = ranges.map(() => []);
  const candidates = Array.from({ length: readings }, (_, reading) =>
    ranges.map((_range, expectation) => expectation).filter((expectation) => fits(expectation, reading)),
  );
  const owned = new Set<number>();

  /** Finds room for a reading, if need be by moving others. */
  const place = (reading: number, room: (expectation: number) => number, visited: Set<number>): boolean => {
    for (const expectation of candidates[reading] ?? []) {
      if (visited.has(expectation)) continue;
      visited.add(expectation);
      const mine = held[expectation] as number[];
      if (mine.length < room(expectation)) {
        mine.push(reading);
        return true;
      }
      const moved = mine.findIndex((other) => place(other, room, visited));
      if (moved >= 0) {
        mine[moved] = reading;
        return true;
      }
    }
    return false;
  };
  for (const limit of ['min', 'max'] as const) {
    for (let reading = 0; reading < readings; reading += 1) {
      const room = (expectation: number): number => (ranges[expectation] as Range)[limit];
      if (!owned.has(reading) && place(reading, room, new Set())) owned.add(reading);
    }
  }
  return {
    held: held.map((mine) => mine.toSorted((a, b) => a - b)),
    over: Array.from({ length: readings }, (_, reading) => reading).filter((reading) => !owned.has(reading)),
  };
}
