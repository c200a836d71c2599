/** A capture as evidence: pure, from what the file holds to what a visit would have recorded. */
import type { ConsoleLine, Evidence } from '../browser/evidence.ts';
import { LIMITS } from '../browser/evidence.ts';
import { kept } from '../browser/kept.ts';
import { UserError } from '../common/errors.ts';
import { Masker } from '../common/mask.ts';
import { titleOf } from '../diagnosis/answers.ts';
import type { Served } from '../probes/content.ts';
import { corsErrorsIn } from './console.ts';
import type { Reading } from './entries.ts';
import {
  bodyOf,
  isAccepted,
  isOpenEnded,
  isSocket,
  lastMessage,
  lengthOf,
  requestOf,
  socketOf,
  startOf,
  typeOf,
} from './entries.ts';
import { chooseLoad, pageLoadsOf } from './pages.ts';
import type { Entry, Har } from './schema.ts';

/** A line of the console, as a trace has it. */
export interface CapturedLine extends Omit<ConsoleLine, 'at'> {
  /** ms since 1970 */
  time: number;
  page?: string;
}

/** A HAR file or a trace, read and checked. */
export interface Capture {
  log: Har['log'];
  /** The console; undefined where the file has none. */
  console?: readonly CapturedLine[];
  /** The text of a body that the archive keeps as a file of its own. */
  textOf: (file: string) => string | undefined;
}

/** What a capture tells of one page. */
export interface Captured {
  evidence: Evidence;
  /** What the file does not tell, as sentences: nobody may take it for well. */
  untold: string[];
  /** The page and the scripts that it loaded, as they were served, by their URLs as the evidence has them. */
  served: ReadonlyMap<string, Served>;
  /** Masks the values of the cookies in the file. */
  masker: Masker;
}

/**
 * Reads the page that a capture is about.
 *
 * @param wanted the beginning of the page's URL; by default the last page with a live connection
 * @throws UserError when the capture holds no such page
 */
export function readCapture(capture: Capture, wanted?: string): Captured {
  const { log, textOf } = capture;
  const loads = pageLoadsOf(log.entries);
  const load = chooseLoad(loads, wanted);
  const [first] = load?.entries ?? [];
  if (!load || !first)
    throw new UserError(
      wanted === undefined ? 'it holds no request' : `it holds no page that begins with ${wanted}`,
      loads.length === 0
        ? 'record it while the page is loaded'
        : `it holds ${
            loads
              .map(({ url }) => url)
              .filter(Boolean)
              .slice(-5)
              .join(', ') || 'requests without a page'
          }`,
      2,
    );
  const began = startOf(first);
  const documents = load.entries.filter((entry) => !isSocket(entry) && typeOf(entry) === 'document');
  const frame = documents[0]?._frameref;
  const document = documents.findLast((entry) => entry._frameref === frame);
  const url = document?.request.url ?? headerUrl(load.entries) ?? first.request.url;
  const tellsPending = /playwright/i.test(log.creator?.name ?? '');
  const reading: Reading = { began, host: hostOf(url), tellsPending, textOf };
  const { isUntold, untold } = gapsOf(load.entries, tellsPending);
  const sockets = load.entries.filter(isSocket);
  const requests = load.entries.filter((entry) => !isSocket(entry) && /^https?:/.test(entry.request.url));
  const lines = (capture.console ?? []).filter(
    ({ time, page }) => (page === undefined || load.id === undefined || page === load.id) && time >= began - 50,
  );
  const end = Math.max(
    began,
    ...load.entries.flatMap((entry) => [startOf(entry) + lengthOf(entry), lastMessage(entry)]),
    ...lines.map(({ time }) => time),
  );
  const masker = new Masker(load.entries.flatMap(({ request }) => request.cookies ?? []).map(({ value }) => value));
  const failed = document && document.response.status <= 0;
  const titles = [
    log.pages?.find(({ id }) => id === load.id)?.title,
    document && titleOf(bodyOf(document, textOf) ?? ''),
  ];
  const evidence: Evidence = {
    visit: kept(load.url || url),
    startedAt: new Date(began).toISOString(),
    duration: end - began,
    navigation: navigationOf(document),
    console: lines.slice(0, LIMITS.console).map(({ time, level, text, url: place }) => ({
      at: Math.max(0, time - began),
      level,
      text: kept(text),
      ...(place === undefined || place === '' ? {} : { url: kept(place) }),
    })),
    // A reading that is not told whole stands as one that has only just begun: no examination concludes from that.
    requests: requests.slice(0, LIMITS.requests).map((entry) => {
      const request = requestOf(entry, reading);
      const { method, url: of, type, fromServiceWorker } = request;
      return isUntold(entry) ? { at: end - began, method, url: of, type, fromServiceWorker } : request;
    }),
    sockets: boundedSockets(sockets, reading).map((socket, index) => {
      const entry = sockets[index];
      return entry && isUntold(entry) ? { at: end - began, url: socket.url, frames: [] } : socket;
    }),
    issues: [],
    page: {
      url: failed ? 'chrome-error://chromewebdata/' : kept(url),
      title: kept(titles.find((title) => title !== undefined && title !== '' && !URL.canParse(title)) ?? ''),
      text: '',
      hooks: {},
      serviceWorker: false,
    },
    untold: [
      ...(capture.console ? [] : ['console' as const]),
      'page',
      ...(keepsSockets(log) ? [] : ['sockets' as const]),
    ],
    truncated: [
      ...more('console', lines.length),
      ...more('requests', requests.length),
      ...more('sockets', sockets.length),
    ],
  };
  const cors = corsErrorsIn(evidence.console);
  for (const request of evidence.requests) {
    const error = cors.get(request.url);
    if (error !== undefined && request.error !== undefined && request.status === undefined) request.corsError = error;
  }
  return {
    evidence: masker.data(evidence),
    untold: [
      ...untold,
      ...(capture.console ? [] : ['the file holds no console']),
      ...(keepsSockets(log) ? [] : [`Playwright ${log.creator?.version ?? ''} keeps no WebSockets; 1.61 and newer do`]),
      ...(isChromium(log)
        ? []
        : [`it was recorded in ${log.browser?.name ?? ''}, whose words for errors are not known`]),
    ],
    served: servedOf(load.entries, textOf),
    masker,
  };
}

/** Playwright keeps WebSockets from version 1.61 on. */
function keepsSockets({ creator }: Har['log']): boolean {
  if (!/playwright/i.test(creator?.name ?? '')) return true;
  const [major = 1, minor = 61] = (creator?.version ?? '').split('.').map(Number);
  return major > 1 || !(minor < 61);
}

const isChromium = ({ browser }: Har['log']): boolean => !/firefox|webkit|safari/i.test(browser?.name ?? '');

const more = (kind: 'console' | 'requests' | 'sockets', count: number): string[] =>
  count > LIMITS[kind] ? [`${kind}: ${count - LIMITS[kind]} more`] : [];

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).hostname : '');

/** The page that made the requests, where its own is not in the file. */
function headerUrl(entries: readonly Entry[]): string | undefined {
  const named = (name: string): string | undefined =>
    entries.flatMap(({ request }) => request.headers).find((header) => header.name.toLowerCase() === name)?.value;
  return [named('referer'), named('origin')].find((url) => url !== undefined && URL.canParse(url));
}

function navigationOf(document: Entry | undefined): Evidence['navigation'] {
  if (!document) return { fromServiceWorker: false };
  const { status, _failureText, _error, _fetchedViaServiceWorker = false } = document.response;
  const error = _failureText ?? _error ?? undefined;
  return {
    fromServiceWorker: _fetchedViaServiceWorker,
    ...(status > 0 ? { status } : error ? { error: kept(error) } : {}),
  };
}

/** What the file leaves open about its entries. */
interface Gaps {
  /** It is not told how the entry ended, or what was said on the socket. */
  isUntold: (entry: Entry) => boolean;
  /** The gaps, as sentences. */
  untold: string[];
}

/** Protocols in which the server speaks first: without the messages, silence would be a failure. */
const GREETS = /[?&](EIO|protocol)=\d/;

function gapsOf(entries: readonly Entry[], tellsPending: boolean): Gaps {
  const holdsMessages = entries.some(({ _webSocketMessages }) => (_webSocketMessages?.length ?? 0) > 0);
  const open = entries.filter((entry) => isOpenEnded(entry, tellsPending));
  const opened = entries.filter((entry) => isSocket(entry) && isAccepted(entry, tellsPending));
  // Playwright writes no list where there was no message, and none where messages are not kept.
  const mute = opened.filter(({ _webSocketMessages }) => !_webSocketMessages && !holdsMessages);
  const endless = opened.filter(({ _webSocketMessages }) => !_webSocketMessages?.some(({ opcode }) => opcode === 8));
  return {
    isUntold: (entry) => open.includes(entry) || (mute.includes(entry) && GREETS.test(entry.request.url)),
    untold: [
      ...about(open, 'how it ended: it has neither a status nor an error'),
      ...about(mute, 'what was said on it: it opened, and the file holds no messages'),
      ...about(endless, 'whether and how it ended'),
    ],
  };
}

function about(entries: readonly Entry[], what: string): string[] {
  const urls = [...new Set(entries.map(({ request }) => request.url.split(/[?#]/)[0] ?? ''))].map(kept);
  return urls.slice(0, 3).map((url) => `the file does not tell of ${url} ${what}`);
}

/** The sockets, with no more frames in all than a visit keeps. */
function boundedSockets(sockets: readonly Entry[], reading: Reading): Evidence['sockets'] {
  let left: number = LIMITS.frames;
  return sockets.slice(0, LIMITS.sockets).map((entry) => {
    const socket = socketOf(entry, reading);
    const frames = socket.frames.slice(0, left);
    left -= frames.length;
    return { ...socket, frames };
  });
}

/** The page and its scripts, where the file has their texts. */
function servedOf(entries: readonly Entry[], textOf: Capture['textOf']): Captured['served'] {
  const texts = entries
    .filter((entry) => !isSocket(entry) && ['document', 'script'].includes(typeOf(entry)) && entry.response.status > 0)
    .flatMap((entry) => {
      const { status, headers } = entry.response;
      const body = status === 200 ? bodyOf(entry, textOf) : '';
      const named = Object.fromEntries(headers.map(({ name, value }) => [name.toLowerCase(), value]));
      return body === undefined ? [] : ([[kept(entry.request.url), { status, headers: named, body }]] as const);
    });
  return new Map(texts);
}
