import { HOPS } from '../causes/hops.ts';

/** A diagnosis without a cause, of which nothing is known but why. */
export const inconclusive = (because: string[]) => ({
  schemaVersion: 1 as const,
  verdict: 'inconclusive' as const,
  cause: null,
  hop: null,
  level: null,
  confidence: 0,
  seen: [],
  because,
  ruledOut: [],
  candidates: [],
  repair: null,
  advice: [],
  probes: [],
  way: HOPS.map((hop) => ({ hop, state: 'unknown' as const, text: '' })),
});
