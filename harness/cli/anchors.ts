/** Claims that quote own documents: whether they are as accepted, accepting them, and what no claim quotes. */
import { statSync } from 'node:fs';
import path from 'node:path';
import pc from 'picocolors';
import { UserError } from '../common/errors.ts';
import type { Anchor, AnchorFate } from '../document/anchors.ts';
import { PROJECT } from '../common/paths.ts';
import { tellingOf } from '../document/coverage.ts';
import { readResult } from '../report/store.ts';
import { stateOf, type Passed } from '../result/claims.ts';
import { fateOfQuote, followAnchors, ownOf, writeAnchors, type Anchors } from '../scenario/lock.ts';
import { placeIn } from '../scenario/labels.ts';
import type { LoadedTopology } from '../scenario/load.ts';
import type { Claim } from '../scenario/schema.ts';

/** What became of what a claim quotes, and the words for it. */
export interface Anchored {
  is: AnchorFate['is'];
  fate: AnchorFate;
  says: string;
  /** What the document says now, where that is not what the claim quotes. */
  now?: string;
}

/** What is no failure. */
export const HELD: readonly Anchored['is'][] = ['same', 'moved'];

function words(fate: AnchorFate, { document }: Claim): string {
  if (fate.is === 'gone') return pc.red(`gone: ${document} has nothing like it`);
  if (fate.is === 'ambiguous') return pc.red(`ambiguous: ${document} has it in lines ${fate.lines.join(', ')}`);
  const place = placeIn(document, fate.place.lines);
  if (fate.is === 'new') return pc.yellow(`new: ${place}: never accepted`);
  if (fate.is === 'reworded') return pc.red(`reworded: ${place}: not what was accepted`);
  return pc.dim(`${fate.is}: ${place}: ${fate.place.section.join(' › ')}`);
}

/** What became of what the claims of a topology quote. */
export function anchorsOf({ definition, claims }: LoadedTopology): Map<Claim, Anchored> {
  const own = claims.some(({ at }) => at !== undefined) ? ownOf(definition.name) : {};
  return new Map(
    claims.flatMap((claim): [Claim, Anchored][] => {
      if (claim.at === undefined) return [];
      const fate = fateOfQuote(own, claim.id, claim.at);
      const now = fate.is === 'reworded' ? { now: fate.place.text } : {};
      return [[claim, { is: fate.is, fate, says: words(fate, claim), ...now }]];
    }),
  );
}

/** The anchors of some claims, by document. */
function byDocument(anchors: Iterable<readonly [Claim, Anchored]>): Record<string, Anchors> {
  const all: Record<string, Record<string, Anchor>> = {};
  for (const [{ id, document }, { fate }] of anchors) {
    if ('anchor' in fate) (all[document] ??= {})[id] = fate.anchor;
  }
  return all;
}

/** The lock follows what has only moved. */
export function followMoves(topology: string, anchors: ReadonlyMap<Claim, Anchored>): void {
  const moved = [...anchors].filter(([, { is }]) => is === 'moved');
  if (moved.length > 0) followAnchors(topology, byDocument(moved));
}

/** What passed when it was played last, if that was after a document was written: an older run is of another document. */
function passedSince(document: string): Passed {
  const { scenarios, checks } = readResult() ?? { scenarios: [], checks: [] };
  const written = statSync(path.resolve(PROJECT, document)).mtimeMs;
  return Object.fromEntries(
    [...scenarios, ...checks].map(({ id, status, startedAt }) => [
      id,
      status === 'failed' ? false : status === 'passed' && Date.parse(startedAt) >= written ? true : undefined,
    ]),
  );
}

/**
 * Takes what the claims of topologies quote as the documents have it now.
 *
 * @throws UserError when something is not found, or what decides a new wording has not passed; then nothing is written
 */
export function acceptAnchors(loaded: readonly LoadedTopology[]): void {
  const all = loaded.map((topology) => ({ name: topology.definition.name, anchors: anchorsOf(topology) }));
  const claims = all.flatMap(({ anchors }) => [...anchors]);
  const lost = claims.filter(([, { is }]) => is === 'gone' || is === 'ambiguous');
  if (lost.length > 0) {
    const list = lost.map(([{ id }, { is }]) => `${id} is ${is}`).join(', ');
    throw new UserError(`--accept: ${list}`, 'quote what the document says, or take the claim out: sintoma claims');
  }
  const waiting = claims
    .filter(([, { is }]) => !HELD.includes(is))
    .map(([claim]) => ({ claim, passed: passedSince(claim.document) }))
    .filter(({ claim, passed }) => !['confirmed', 'not checkable'].includes(stateOf(claim, passed)));
  if (waiting.length > 0) {
    const ids = waiting.flatMap(({ claim, passed }) =>
      claim.decidedBy.map(({ id }) => id).filter((id) => passed[id] !== true),
    );
    throw new UserError(
      `--accept: ${waiting.map(({ claim }) => claim.id).join(', ')}: what decides it has not passed since the document was written`,
      `play, and let pass: ${[...new Set(ids)].join(', ')}`,
    );
  }
  for (const { name, anchors } of all) {
    writeAnchors(name, byDocument(anchors));
    const changed = [...anchors].filter(([, { is }]) => !HELD.includes(is)).map(([{ id }]) => id);
    console.log(`scenarios/${name}/documents.lock.json: accepted ${changed.join(', ') || 'nothing new'}`);
  }
}

/**
 * Prints the sentences of own documents that can be checked and that no claim quotes.
 *
 * @returns whether there are any
 */
export function printUncovered(loaded: readonly LoadedTopology[], json: boolean): boolean {
  if (loaded.length === 0) throw new UserError('--coverage: no claim quotes an own document', undefined, 2);
  const places = loaded.flatMap((topology) => [...anchorsOf(topology)]);
  const documents = new Map(places.flatMap(([{ at }]) => (at ? [[at.document, at.section.document] as const] : [])));
  const uncovered = [...documents].flatMap(([document, { read }]) => {
    const claimed = places.flatMap(([claim, { fate }]) =>
      claim.document === document && 'place' in fate ? [fate.place] : [],
    );
    return tellingOf(read())
      .filter(
        ({ text, lines }) =>
          !claimed.some(
            (place) => place.text.includes(text) && place.lines[0] <= lines[0] && lines[1] <= place.lines[1],
          ),
      )
      .map((sentence) => ({ document, ...sentence }));
  });
  if (json) console.log(JSON.stringify(uncovered, null, 2));
  else {
    for (const { document, lines, text, why } of uncovered)
      console.log(`${placeIn(document, lines)}  ${pc.dim(`(${why})`)}\n    ${text}`);
    console.log(
      `sentences that can be checked and that no claim quotes: ${uncovered.length}, in ${[...documents.keys()].join(', ')}`,
    );
  }
  return uncovered.length > 0;
}
