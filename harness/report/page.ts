import type { Result } from '../result/schema.ts';
/** Writes the page. */
export function writePage(_result: Result): void {
  return;
}
