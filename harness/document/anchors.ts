/**
 * What a claim is about, by text: the sentences that its quote touches. Lines may move, sentences may move; another
 * wording is another sentence. Pure, apart from reading the document that a quote is of.
 */
import { isUserError } from '../common/errors.ts';
import type { Quote, Section } from './document.ts';
import { plain, type Part, type Passage } from './markdown.ts';
import { hashOf, likeness, normalised, sentencesOf, triplesOf, type Sentence } from './sentences.ts';

/** What is kept of the sentences that a claim is about; nothing that could be read. */
export interface Anchor {
  /** The headings that lead to them. */
  section: string[];
  /** SHA-256 of the sentences, normalised. */
  sentence: string;
  /** SHA-256 of the quote by which they were found. */
  quote: string;
  /** Hashes of their runs of three words: what is near them is a new wording. */
  triples: string[];
  /** A hint: the line in which they began. */
  line: number;
}

/** Sentences in a document, one after the other. */
export interface Place {
  section: string[];
  text: string;
  lines: readonly [from: number, to: number];
}

/**
 * What became of what a claim is about. `same` and `moved` are as they were kept; `new` was never kept; `reworded` is
 * another wording, and where the quote itself is there no more, the nearest one.
 */
export type AnchorFate =
  | { is: 'same' | 'moved' | 'new' | 'reworded'; place: Place; anchor: Anchor }
  | { is: 'ambiguous'; lines: number[] }
  | { is: 'gone' };

/** As much alike as a new wording is at least: a third of the runs of words. */
const NEAR = 1 / 3;

interface Placed {
  passage: Passage;
  section: string[];
}

/** Every passage with the headings that lead to it. */
function passagesOf(parts: readonly Part[]): Placed[] {
  let path: { depth: number; text: string }[] = [];
  return parts.flatMap((part): Placed[] => {
    if (part.is === 'heading') path = [...path.filter(({ depth }) => depth < part.depth), part];
    return part.is === 'passage' ? [{ passage: part, section: path.map(({ text }) => text) }] : [];
  });
}

const placeOf = ({ section }: Placed, sentences: readonly Sentence[]): Place => ({
  section,
  text: sentences.map(({ text }) => text).join(' '),
  lines: [sentences[0]?.lines[0] ?? 1, sentences.at(-1)?.lines[1] ?? 1],
});

/** A passage as it is searched: made once of each, since each claim of a document searches all of it. */
interface Searched {
  text: string;
  sentences: readonly Sentence[];
}

const searched = new WeakMap<Passage, Searched>();

function searchedOf(passage: Passage): Searched {
  const known = searched.get(passage) ?? { text: normalised(passage.text), sentences: sentencesOf(passage) };
  searched.set(passage, known);
  return known;
}

/** Where a text stands in a passage: the sentences that it touches, for each time. */
function touched(placed: Placed, wanted: string): Place[] {
  const { text, sentences: all } = searchedOf(placed.passage);
  const found: Place[] = [];
  for (let from = text.indexOf(wanted); from >= 0 && wanted !== ''; from = text.indexOf(wanted, from + 1)) {
    let end = 0;
    const sentences = all.filter((sentence) => {
      const start = text.indexOf(sentence.text, end);
      end = start + sentence.text.length;
      return start < from + wanted.length && end > from;
    });
    found.push(placeOf(placed, sentences));
  }
  return found;
}

/** All runs of so many sentences. */
const runsOf = (placed: Placed, length: number): Place[] => {
  const { sentences } = searchedOf(placed.passage);
  const runs = sentences.slice(length - 1).map((_, index) => sentences.slice(index, index + length));
  return runs.map((run) => placeOf(placed, run));
};

/** The passages of a section; none where it is there no more. */
function inside(section: Section): ReadonlySet<Part> {
  try {
    return new Set(section.parts);
  } catch (error) {
    if (isUserError(error)) return new Set();
    throw error;
  }
}

const anchorOf = ({ section, text, lines }: Place, quote: string): Anchor => ({
  section,
  sentence: hashOf(text),
  quote: hashOf(quote),
  triples: triplesOf(text),
  line: lines[0],
});

/** The place that is nearest to what was quoted, and to what was kept; none that is near, or several equally near. */
function nearest(places: readonly Place[], quote: string, kept: Anchor | undefined): Place[] {
  const words = triplesOf(quote);
  const scored = places.map((place) => {
    const triples = triplesOf(place.text);
    const quoted = words.filter((triple) => triples.includes(triple)).length / words.length;
    return { place, score: Math.max(quoted, kept ? likeness(kept.triples, triples) : 0) };
  });
  const best = Math.max(NEAR, ...scored.map(({ score }) => score));
  return scored.filter(({ score }) => score === best).map(({ place }) => place);
}

/**
 * What became of what a claim quotes.
 *
 * @param kept what was kept of it; undefined when nothing was
 * @throws UserError when the document cannot be read
 */
export function anchorFate({ section, text }: Quote, kept: Anchor | undefined): AnchorFate {
  const all = passagesOf(section.document.read());
  const own = inside(section);
  const here = all.filter(({ passage }) => own.has(passage));
  const find = (passages: readonly Placed[], wanted: string): Place[] =>
    passages.flatMap((placed) => touched(placed, wanted));
  const search = (passages: readonly Placed[]): Place[] => {
    const asWritten = find(passages, normalised(text));
    return asWritten.length > 0 ? asWritten : find(passages, normalised(plain(text)));
  };
  const inPlace = search(here);
  const found = inPlace.length > 0 ? inPlace : search(all);
  if (found.length > 1) return { is: 'ambiguous', lines: found.map(({ lines }) => lines[0]) };
  const fate = (place: Place, moved: boolean): AnchorFate => {
    const anchor = anchorOf(place, text);
    if (kept === undefined) return { is: 'new', place, anchor };
    if (kept.sentence !== anchor.sentence) return { is: 'reworded', place, anchor };
    const same = !moved && kept.section.join('\n') === place.section.join('\n');
    return { is: same ? 'same' : 'moved', place, anchor };
  };
  const [one] = found;
  if (one) return fate(one, inPlace.length === 0);

  const wording = normalised(plain(text));
  const length = Math.max(1, sentencesOf({ text: wording, line: 1 }).length);
  const runs = all.flatMap((placed) => runsOf(placed, length));
  // A wording that was accepted, of a quote that was left as it is.
  const accepted = runs.filter((run) => kept?.quote === hashOf(text) && kept.sentence === hashOf(run.text));
  const [near, ...others] = accepted.length > 0 ? accepted : nearest(runs, wording, kept);
  if (near === undefined) return { is: 'gone' };
  if (others.length > 0) return { is: 'ambiguous', lines: [near, ...others].map(({ lines }) => lines[0]) };
  if (accepted.length > 0) return fate(near, false);
  return { is: 'reworded', place: near, anchor: anchorOf(near, text) };
}
