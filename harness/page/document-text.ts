/** A document as its readers see it, line by line, where its file is at hand: what runs say of each line. */
import type { ClaimResult } from '../result/schema.ts';
import { badge, markup, type Html } from './html.ts';

/** A document whose file is at hand. */
export interface DocumentText {
  lines: readonly string[];
  /** Where a claim's lines are now, from 1; undefined when they are gone. */
  placeOf: (claim: ClaimResult) => readonly [number, number] | undefined;
}

/** The lines with the claims that speak of them, each with its standing. */
export function documentText(
  name: string,
  { lines, placeOf }: DocumentText,
  claims: readonly (ClaimResult & { standing: string })[],
): Html {
  const placed = claims.map((claim) => ({ ...claim, place: placeOf(claim) }));
  const row = (text: string, index: number): Html => {
    const line = index + 1;
    const here = placed.filter(({ place }) => place !== undefined && place[0] <= line && line <= place[1]);
    const first = here.filter(({ place }) => place?.[0] === line);
    return markup`<tr>
      <th scope="row">${line}</th>
      <td class="${(here[0]?.standing ?? 'plain').replace(' ', '-')}">${text}</td>
      <td>${first.map(({ standing }) => badge(standing, standing))}</td>
    </tr>`;
  };
  return markup`<div class="scroll" role="region" aria-label="Text of ${name}" tabindex="0">
    <table>
      <thead>
        <tr>
          <th scope="col">line</th>
          <th scope="col">text</th>
          <th scope="col">verdict</th>
        </tr>
      </thead>
      <tbody>
        ${lines.map(row)}
      </tbody>
    </table>
  </div>`;
}
