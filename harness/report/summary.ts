import type { Result } from '../result/schema.ts';
/** Writes the summary. */
export function writeSummary(_result: Result): void {
  return;
}
