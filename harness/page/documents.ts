/** The documents by line, each claim with what runs say of it. */
import type { ClaimResult, Result } from '../result/schema.ts';
import { documentAnchor, lineAnchor } from '../scenario/labels.ts';
import { documentText, type DocumentText } from './document-text.ts';
import { badge, count, markup, list, range, table, type Html } from './html.ts';
import { anchorOf, scenarioPath } from './links.ts';

/** By name: the documents whose files are at hand. */
export type Texts = ReadonlyMap<string, DocumentText>;

type Document = Result['documents'][number];

/** How a claim is shown: what runs confirm counts, not what is written. */
export function standing({ state, verdict }: Pick<ClaimResult, 'state' | 'verdict'>): string {
  if (state !== 'confirmed') return state;
  return {
    holds: 'proven',
    'holds with a correction': 'corrected',
    refuted: 'refuted',
    'not checkable': 'not checkable',
  }[verdict];
}

/** Lines of which no claim speaks. */
export function unclaimed(claims: readonly Pick<ClaimResult, 'lines'>[], lines: number): [number, number][] {
  const gaps: [number, number][] = [];
  let next = 1;
  for (const [from, to] of claims.map((claim) => claim.lines).toSorted((a, b) => a[0] - b[0])) {
    if (from > next) gaps.push([next, from - 1]);
    next = Math.max(next, to + 1);
  }
  if (next <= lines) gaps.push([next, lines]);
  return gaps;
}

/** The document from top to bottom as a strip. */
function strip({ name, lines }: Document, claims: readonly ClaimResult[]): Html {
  return markup`<svg
    class="strip"
    viewBox="0 0 ${lines} 10"
    preserveAspectRatio="none"
    role="img"
    aria-label="${name} by line"
  >
    ${claims.map(
      (claim) =>
        markup`<rect
          class="${standing(claim).replace(' ', '-')}"
          x="${claim.lines[0] - 1}"
          y="0"
          width="${claim.lines[1] - claim.lines[0] + 1}"
          height="10"
        />`,
    )}
  </svg>`;
}

/** `7–11`, to which a link to any of these lines leads that no row before has taken. */
function lineRange(document: string, lines: readonly [number, number], taken: Set<number>): Html {
  const own = Array.from({ length: lines[1] - lines[0] + 1 }, (_, index) => lines[0] + index).filter(
    (line) => !taken.has(line),
  );
  for (const line of own) taken.add(line);
  return markup`${own.map((line) => markup`<span id="${lineAnchor(document, line)}"></span>`)}${range(lines)}`;
}

/** Links to what decides a claim, where it was played. */
const deciders = ({ decidedBy }: ClaimResult, { scenarios, checks }: Result): Html | undefined =>
  list(
    decidedBy.map(({ id, stance }) => {
      const scenario = scenarios.find((one) => one.id === id);
      const check = checks.find((one) => one.id === id);
      const target = scenario ? `${scenarioPath(scenario)}.html` : `#${anchorOf(id)}`;
      return markup`${scenario || check ? markup`<a href="${target}">${id}</a>` : id} ${stance} it`;
    }),
  );

function section(document: Document, result: Result, text: DocumentText | undefined): Html {
  const claims = result.claims.filter((claim) => claim.document === document.name);
  const tally = new Map<string, number>();
  for (const claim of claims) tally.set(standing(claim), (tally.get(standing(claim)) ?? 0) + 1);
  const taken = new Set<number>();
  const rows = [
    ...claims.map((claim) => ({
      lines: claim.lines,
      cells: [badge(standing(claim), standing(claim)), claim.says, claim.found, deciders(claim, result)],
    })),
    ...unclaimed(claims, document.lines).map((lines) => ({
      lines,
      cells: [badge('unclaimed', 'no claim'), '', '', ''],
    })),
  ].sort((a, b) => a.lines[0] - b.lines[0]);
  return markup`<h3 id="${documentAnchor(document.name)}">${document.name}</h3>
    <p>
      ${count(claims.length, 'claim')}:
      ${[...tally].map(([name, number]) => markup`${badge(name, `${number} ${name}`)} `)}
    </p>
    ${strip(document, claims)}
    ${
      text &&
      documentText(
        document.name,
        text,
        claims.map((claim) => ({ ...claim, standing: standing(claim) })),
      )
    }
    ${table(
      `${document.name} by line`,
      ['lines', 'verdict', 'it says, in our words', 'in fact', 'decided by'],
      rows.map(({ lines, cells }) => [lineRange(document.name, lines, taken), ...cells]),
    )}`;
}

/** All documents of which something is claimed. */
export const documents = (result: Result, texts: Texts): Html =>
  markup`${result.documents
    .filter(({ name }) => result.claims.some(({ document }) => document === name))
    .map((document) => section(document, result, texts.get(document.name)))}`;
