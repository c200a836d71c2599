/** Which parts of a topology are real and which stand in, on this machine. Setup finds out; runs and reports read it. */
import path from 'node:path';
import { z } from 'zod';
import { readOrForget, writeWhole } from '../common/files.ts';
import { CACHE } from '../common/paths.ts';
import type { Deployment } from './deployment.ts';

/** What setup found for one stand-in of a topology. */
const partReading = z.object({
  topology: z.string(),
  service: z.string(),
  /** What the part is, e.g. "Laravel Reverb 1.10". */
  for: z.string(),
  /** Override that puts the real part in its place, relative to compose.yaml; absent if the topology has none. */
  override: z.string().exactOptional(),
  real: z.boolean(),
  /** Why the real one cannot be had, in one line. */
  reason: z.string().exactOptional(),
  /** Hash of what was tried, so that a changed recipe is tried again. */
  recipe: z.string().exactOptional(),
});
export type PartReading = z.infer<typeof partReading>;

const file = path.join(CACHE, 'parts.json');

export function readParts(): PartReading[] {
  return readOrForget(file, z.array(partReading), 'the next set-up finds out anew what is real') ?? [];
}

export function writeParts(parts: readonly PartReading[]): void {
  writeWhole(file, JSON.stringify(parts, null, 1));
}

/** Overrides (full paths) that put real parts in place of stand-ins. */
export const partsInUse = ({ name, compose }: Deployment): string[] =>
  readParts()
    .filter((part) => part.topology === name && part.real)
    .flatMap(({ override }) => (override === undefined ? [] : [path.resolve(path.dirname(compose), override)]));

/** One line for a report: which of the two runs. */
export const describePart = ({ topology, service, for: what, real, reason }: PartReading): string =>
  real
    ? `${topology}: ${service} is the real ${what}`
    : `${topology}: ${service} is a stand-in for ${what}${reason ? ` (${reason})` : ''}`;
