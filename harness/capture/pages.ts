/** A capture may hold many pages; a diagnosis is about one. */
import { isSocket, startOf, typeOf } from './entries.ts';
import type { Entry } from './schema.ts';
import { STREAM_TYPES } from '../browser/evidence.ts';

/** One document of the main frame, and all that came of it. */
export interface PageLoad {
  /** The `pageref` of its entries, where the file has pages. */
  id?: string;
  /** As it was asked for: the first of its redirects. */
  url: string;
  entries: Entry[];
}

const isDocument = (entry: Entry): boolean => !isSocket(entry) && typeOf(entry) === 'document';

/** Splits the entries into page loads, in the order of time. What comes before the first document belongs to the first. */
export function pageLoadsOf(entries: readonly Entry[]): PageLoad[] {
  const loads: PageLoad[] = [];
  const inOrder = [...entries].sort((a, b) => startOf(a) - startOf(b));
  for (const id of new Set(inOrder.map(({ pageref }) => pageref))) {
    const own = inOrder.filter(({ pageref }) => pageref === id);
    const mainFrame = own.find(isDocument)?._frameref;
    let load: PageLoad | undefined;
    let redirects: string | undefined;
    for (const entry of own) {
      // Where frames are not named, every page has an id of its own, and a further document is one of a frame.
      const main =
        isDocument(entry) && entry._frameref === mainFrame && (mainFrame !== undefined || load === undefined);
      if (main && redirects === undefined) {
        load = { url: entry.request.url, entries: load?.entries.some(isDocument) === false ? load.entries : [] };
        if (id !== undefined) load.id = id;
        loads.push(load);
      }
      if (main) redirects = entry.response.redirectURL || undefined;
      load ??= { url: '', entries: [] };
      load.entries.push(entry);
    }
    if (load !== undefined && !loads.includes(load)) loads.push(load);
  }
  return loads.sort((a, b) => firstOf(a) - firstOf(b));
}

const firstOf = ({ entries: [first] }: PageLoad): number => (first ? startOf(first) : 0);

const isLive = (entry: Entry): boolean =>
  isSocket(entry) ||
  typeOf(entry) === 'eventsource' ||
  STREAM_TYPES.test(entry.response.content?.mimeType ?? '') ||
  /[?&]EIO=\d/.test(entry.request.url);

const asksForData = (entry: Entry): boolean => ['fetch', 'xhr'].includes(typeOf(entry));

/**
 * The page load that a diagnosis is about: the last one with a live connection, else the last one that asks for data,
 * else the last one.
 *
 * @param wanted the beginning of its URL, where the user names it
 */
export function chooseLoad(loads: readonly PageLoad[], wanted?: string): PageLoad | undefined {
  const named =
    wanted === undefined
      ? loads
      : loads.filter(({ entries, url }) =>
          [url, ...entries.filter(isDocument).map(({ request }) => request.url)].some((one) => one.startsWith(wanted)),
        );
  return (
    named.findLast(({ entries }) => entries.some(isLive)) ??
    named.findLast(({ entries }) => entries.some(asksForData)) ??
    named.at(-1)
  );
}
