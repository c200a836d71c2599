/** What several visits to the same system have in common, as expectations that hold for each: pure functions. */
import type { ConsoleLine, Evidence, RequestReading, SocketReading } from '../browser/evidence.ts';
import { socketOutcome } from '../scenario/fit.ts';
import { tellingRequests } from '../scenario/match.ts';
import type {
  ConsoleExpectation,
  Count,
  RequestExpectation,
  ScenarioInput,
  SocketExpectation,
  Text,
} from '../scenario/schema.ts';
import { shapeOf, shapeOfLine, textOfLines, textOfUrls } from './patterns.ts';

/**
 * How often something was seen, by visit, as an expectation says it.
 *
 * @param loosely more than once is not counted: of requests that differ, how many there are depends on time
 */
export function countOf(counts: readonly number[], loosely = false): Count {
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  if (least === most && most === 1) return {};
  if (least === most && !loosely) return { times: most };
  return { ...(most > 1 ? { many: true as const } : {}), ...(least === 0 ? { may: true } : {}) };
}

/** Readings of all visits that one expectation stands for. */
interface Group<T> {
  members: T[];
  /** By visit. */
  counts: number[];
}

/**
 * Groups readings: those that are equal in every visit, and of the rest those of one shape.
 *
 * @param same of readings that are equal
 * @param alike of readings that differ only in what varies
 */
function groups<T>(visits: readonly (readonly T[])[], same: (one: T) => string, alike: (one: T) => string): Group<T>[] {
  const found = new Map<string, Group<T>>();
  const inEach = (key: string): boolean => visits.every((visit) => visit.some((one) => same(one) === key));
  for (const [index, visit] of visits.entries()) {
    for (const one of visit) {
      const key = inEach(same(one)) ? `= ${same(one)}` : `~ ${alike(one)}`;
      const group = found.get(key) ?? { members: [], counts: visits.map(() => 0) };
      group.members.push(one);
      group.counts[index] = (group.counts[index] ?? 0) + 1;
      found.set(key, group);
    }
  }
  return [...found.values()];
}

/** What became of a request, as far as an expectation tells. */
const outcomeOf = ({ status, error, blockedReason, corsError }: RequestReading): string =>
  JSON.stringify([error ?? status, blockedReason, corsError]);

const isOpen = ({ status, error, blockedReason }: RequestReading): boolean =>
  status === undefined && error === undefined && blockedReason === undefined;

/** A poll of an Engine.IO session: how many there are before the session changes to a socket depends on time. */
const isPoll = (url: string): boolean => /[?&]transport=polling\b/.test(url) && /[?&]sid=/.test(url);

function requestOf({ members, counts }: Group<RequestReading>): RequestExpectation {
  const { method, status, error, blockedReason, corsError } = members[0] as RequestReading;
  const url = textOfUrls(members.map((one) => one.url));
  const polls = members.some((one) => isPoll(one.url));
  return {
    method,
    url,
    ...(error === undefined ? (status === undefined ? {} : { status }) : { error }),
    ...(blockedReason === undefined ? {} : { blockedReason }),
    ...(corsError === undefined ? {} : { corsError }),
    ...(polls ? { many: true as const } : {}),
    ...countOf(polls ? counts.map((count) => Math.min(count, 1)) : counts, typeof url !== 'string'),
  };
}

/** A browser may ask for an icon that no page names, or not: which it does depends on the browser. */
export const isIcon = (url: string | undefined): boolean =>
  url !== undefined && URL.canParse(url) && new URL(url).pathname === '/favicon.ico';

const optional = <T extends Count>(one: T, may: boolean): T => (may ? { ...one, may: true } : one);

function requestsOf(visits: readonly Evidence[]): RequestExpectation[] {
  const readings = visits.map(({ requests }) => tellingRequests(requests));
  const place = (one: RequestReading): string => `${one.method} ${one.url}`;
  const shape = (one: RequestReading): string => `${one.method} ${shapeOf(one.url)}`;
  const all = groups(
    readings,
    (one) => `${place(one)} ${outcomeOf(one)}`,
    (one) => `${shape(one)} ${outcomeOf(one)}`,
  );
  // What a visit ends before its answer is the same request as the one that another visit saw answered.
  const merged = new Set<Group<RequestReading>>();
  for (const open of all.filter(({ members }) => isOpen(members[0] as RequestReading))) {
    const answered = all.find(
      (other) =>
        other !== open && shape(other.members[0] as RequestReading) === shape(open.members[0] as RequestReading),
    );
    if (!answered) continue;
    if (answered.counts.every((count, index) => count + (open.counts[index] ?? 0) === 1)) {
      open.members.push(...answered.members);
      open.counts = open.counts.map(() => 1);
      merged.add(answered);
      // Of what is asked again and again, the last may be answered or not when a visit ends.
    } else open.counts.push(0);
  }
  return all
    .filter((group) => !merged.has(group))
    .map((group) => optional(requestOf(group), isIcon(group.members[0]?.url)));
}

const isComplaint = ({ level }: ConsoleLine): boolean => level !== 'log';

function consoleOf(visits: readonly Evidence[]): ConsoleExpectation[] {
  const readings = visits.map(({ console }) => console.filter(isComplaint));
  const all = groups(
    readings,
    (one) => JSON.stringify([one.level, one.text, one.url]),
    (one) => JSON.stringify([one.level, shapeOfLine(one.text), one.url && shapeOf(one.url)]),
  );
  return all.map(({ members, counts }) => {
    const { level, url } = members[0] as ConsoleLine;
    const urls = members.flatMap((one) => one.url ?? []);
    const text: Text = textOfLines(members.map((one) => one.text));
    return optional(
      { level, text, ...(urls.length > 0 ? { url: textOfUrls(urls) } : {}), ...countOf(counts) },
      isIcon(url),
    );
  });
}

function socketsOf(visits: readonly Evidence[]): SocketExpectation[] {
  const tell = (one: SocketReading): string =>
    JSON.stringify([socketOutcome(one), one.error, one.closeCode, one.closedByPage]);
  const all = groups(
    visits.map(({ sockets }) => sockets),
    (one) => `${one.url} ${tell(one)}`,
    (one) => `${shapeOf(one.url)} ${tell(one)}`,
  );
  return all.map(({ members, counts }) => {
    const one = members[0] as SocketReading;
    const outcome = socketOutcome(one);
    return {
      url: textOfUrls(members.map(({ url }) => url)),
      outcome,
      ...(outcome === 'failed' && one.error !== undefined ? { error: one.error } : {}),
      ...(outcome === 'closed' && one.closeCode !== undefined ? { closeCode: one.closeCode } : {}),
      ...(outcome === 'closed' && one.closedByPage ? { closedByPage: true } : {}),
      ...countOf(counts),
    };
  });
}

/** What a scenario says must be seen. */
export type Expectations = Required<Pick<ScenarioInput, 'console' | 'requests' | 'sockets'>> &
  Pick<ScenarioInput, 'navigationError'>;

/**
 * What must be seen of a system of which these visits are all the same. What differs between them becomes a pattern,
 * or an expectation that is counted loosely.
 *
 * @param visits evidence of one visit or more
 * @param unnamedIcon the page names no icon, and this address of one fails: a browser may ask for it
 */
export function expectationsOf(
  visits: readonly Evidence[],
  unnamedIcon?: { url: string; status: number },
): Expectations {
  const [one] = visits;
  const navigationError = one?.navigation.error;
  const requests = requestsOf(visits);
  const console = consoleOf(visits);
  if (unnamedIcon && !requests.some(({ url }) => typeof url === 'string' && isIcon(url))) {
    const { url, status } = unnamedIcon;
    console.push({ level: 'error', text: new RegExp(`status of ${status}`), url, may: true });
    requests.push({ method: 'GET', url, status, may: true });
  }
  return {
    console,
    requests,
    sockets: socketsOf(visits),
    ...(navigationError === undefined ? {} : { navigationError }),
  };
}
