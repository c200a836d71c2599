/** Whether runs confirm what is written of the documents. */
import type { Claim } from '../scenario/schema.ts';
import type { ClaimResult } from './schema.ts';

/** By id of the scenario or check: whether it passed. */
export type Passed = Readonly<Record<string, boolean | undefined>>;

/** Whether the committed verdict on a claim is confirmed by what was played. */
export function stateOf(
  { verdict, decidedBy }: Pick<Claim, 'verdict' | 'decidedBy'>,
  passed: Passed,
): ClaimResult['state'] {
  if (verdict === 'not checkable') return 'not checkable';
  const results = decidedBy.map(({ id }) => passed[id]);
  if (results.includes(false)) return 'drifted';
  return results.includes(undefined) ? 'not run' : 'confirmed';
}

/** The claims of documents with what runs say of them, in the order of the documents. */
export const claimResults = (claims: readonly Claim[], passed: Passed): ClaimResult[] =>
  claims
    .map(({ id, document, lines, says, verdict, found, decidedBy }) => ({
      id,
      document,
      lines: [...lines] as [number, number],
      says,
      verdict,
      found,
      decidedBy: decidedBy.map((one) => ({ ...one })),
      state: stateOf({ verdict, decidedBy }, passed),
    }))
    .sort((a, b) => (a.document === b.document ? a.lines[0] - b.lines[0] : a.document < b.document ? -1 : 1));
