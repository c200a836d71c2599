/** Which parts of a topology are real and which stand in, on this machine. Setup finds out; runs and reports read it. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CACHE } from '../common/paths.ts';
import type { Deployment } from './deployment.ts';

/** What setup found for one stand-in of a topology. */
export interface PartReading {
  topology: string;
  service: string;
  /** What the part is, e.g. "Laravel Reverb 1.10". */
  for: string;
  /** Override that puts the real part in its place, relative to compose.yaml; absent if the topology has none. */
  override?: string;
  real: boolean;
  /** Why the real one cannot be had, in one line. */
  reason?: string;
  /** Hash of what was tried, so that a changed recipe is tried again. */
  recipe?: string;
}

const file = path.join(CACHE, 'parts.json');

export function readParts(): PartReading[] {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as PartReading[]) : [];
}

export function writeParts(parts: readonly PartReading[]): void {
  mkdirSync(CACHE, { recursive: true });
  writeFileSync(file, JSON.stringify(parts, null, 1));
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
