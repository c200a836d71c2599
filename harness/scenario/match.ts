/** Evidence against what must be seen: pure functions. Presence, absence and number count. */
import type { ConsoleLine, Evidence, RequestReading, SocketReading } from '../browser/evidence.ts';
import { assign, type Range } from './assign.ts';
import { consoleFits, rangeOf, requestFits, socketFits, textFits } from './fit.ts';
import type { ConsoleExpectation, Count, RequestExpectation, Scenario, SocketExpectation, Text } from './schema.ts';
import { showConsole, showCount, showRequest, showSocket, showSocketBeside, showText, showTimes } from './show.ts';

/** One difference between what must be seen and what was seen. */
export interface Mismatch {
  part: 'console' | 'requests' | 'sockets' | 'page' | 'navigation' | 'delivery';
  /** `unexpected` is what is there and should not be, or not so often. */
  kind: 'missing' | 'unexpected' | 'different';
  /** Absent for what no expectation speaks of. */
  expected?: string;
  /** For something missing: what came closest. */
  seen?: string;
}

/** What a scenario says about one visit. */
export type Expected = Pick<Scenario, 'console' | 'requests' | 'sockets' | 'page' | 'navigationError'>;

/** Requests that a scenario must speak of: the page's own calls, and whatever failed. */
export const tellingRequests = (requests: readonly RequestReading[]): RequestReading[] =>
  requests.filter(
    ({ type, error, status }) =>
      ['fetch', 'xhr', 'eventsource', 'preflight'].includes(type) || error !== undefined || (status ?? 0) >= 400,
  );

interface Kind<E extends Count, S extends { at: number }> {
  part: Mismatch['part'];
  fits(expected: E, seen: S): boolean;
  showExpected(expected: E): string;
  showSeen(seen: S): string;
  /** A reading beside the expectation that it almost is. */
  showBeside(expected: E, seen: S): string;
  /** What came closest to an expectation that nothing fits. */
  near(expected: E, seen: S): boolean;
}

/** How much later, in ms, than others a reading may be told on a busy machine. */
const SLACK_MS = 2000;

/** The time in which something was seen that is repeated on a timer, where it is too short for so many. */
function hurried({ everyMs }: Count, times: readonly number[]): number | undefined {
  if (everyMs === undefined || times.length === 0) return undefined;
  const span = Math.max(...times) - Math.min(...times);
  return (times.length - 1) * everyMs > span + SLACK_MS ? span : undefined;
}

function compare<E extends Count, S extends { at: number }>(
  kind: Kind<E, S>,
  expected: readonly E[],
  seen: readonly S[],
): Mismatch[] {
  const { part } = kind;
  const ranges = expected.map(rangeOf);
  const { held, over } = assign(ranges, seen.length, (one, reading) =>
    kind.fits(expected[one] as E, seen[reading] as S),
  );
  const left = over.map((index) => seen[index] as S);
  const explained = new Set<S>();
  const mismatches = expected.flatMap((one, index): Mismatch[] => {
    const mine = (held[index] as number[]).map((reading) => seen[reading] as S);
    const text = kind.showExpected(one);
    const soon = hurried(
      one,
      mine.map(({ at }) => at),
    );
    if (soon !== undefined) {
      const often = `${text}, every ${one.everyMs ?? 0} ms`;
      return [
        { part, kind: 'unexpected', expected: often, seen: `${text}, ${showTimes(mine.length)} within ${soon} ms` },
      ];
    }
    if (mine.length >= (ranges[index] as Range).min) return [];
    const counted = showCount(one) === 'once' ? text : `${text}, ${showCount(one)}`;
    if (mine.length > 0) {
      return [{ part, kind: 'missing', expected: counted, seen: `${text}, ${showTimes(mine.length)}` }];
    }
    const near = left.find((reading) => !explained.has(reading) && kind.near(one, reading));
    if (near === undefined) return [{ part, kind: 'missing', expected: counted }];
    explained.add(near);
    return [{ part, kind: 'different', expected: counted, seen: kind.showBeside(one, near) }];
  });
  const rest = left.filter((reading) => !explained.has(reading));
  const fitting = (reading: S): E | undefined => expected.find((one) => kind.fits(one, reading));
  const full = new Set(rest.flatMap((reading) => fitting(reading) ?? []));
  const tooOften = [...full].map((one): Mismatch => {
    const all = seen.filter((reading) => kind.fits(one, reading));
    const text = kind.showSeen(all.at(-1) as S);
    return {
      part,
      kind: 'unexpected',
      expected: `${kind.showExpected(one)}, ${showCount(one)}`,
      seen: `${text}, ${showTimes(all.length)}`,
    };
  });
  const unlisted = rest.filter((reading) => fitting(reading) === undefined).map((reading) => kind.showSeen(reading));
  const tooMuch = [...new Set(unlisted)].map((text): Mismatch => {
    const number = unlisted.filter((other) => other === text).length;
    return { part, kind: 'unexpected', seen: number === 1 ? text : `${text}, ${showTimes(number)}` };
  });
  return [...mismatches, ...tooOften, ...tooMuch];
}

const sameUrl = (expected: { url?: Text }, seen: { url?: string }): boolean =>
  expected.url !== undefined && textFits(expected.url, seen.url);

const CONSOLE: Kind<ConsoleExpectation, ConsoleLine> = {
  part: 'console',
  fits: consoleFits,
  showExpected: showConsole,
  showSeen: showConsole,
  showBeside: (_expected, seen) => showConsole(seen),
  near: (one, seen) => one.level === seen.level && (one.url === undefined || sameUrl(one, seen)),
};

const REQUESTS: Kind<RequestExpectation, RequestReading> = {
  part: 'requests',
  fits: requestFits,
  showExpected: showRequest,
  showSeen: showRequest,
  showBeside: (_expected, seen) => showRequest(seen),
  near: (one, seen) => one.method === seen.method && sameUrl(one, seen),
};

const SOCKETS: Kind<SocketExpectation, SocketReading> = {
  part: 'sockets',
  fits: socketFits,
  showExpected: showSocket,
  showSeen: showSocket,
  showBeside: showSocketBeside,
  near: sameUrl,
};

/** Compares the console of one visit with what must be seen; of lines that are no complaint only those that are listed. */
export const compareConsole = (expected: Expected['console'], lines: Evidence['console']): Mismatch[] =>
  compare(
    CONSOLE,
    expected,
    lines.filter((line) => line.level !== 'log' || expected.some((one) => consoleFits(one, line))),
  );

/** Compares the sockets of one visit with what must be seen. */
export const compareSockets = (expected: Expected['sockets'], sockets: Evidence['sockets']): Mismatch[] =>
  compare(SOCKETS, expected, sockets);

/** Compares one visit's evidence with what must be seen. An empty list means that they agree. */
export const compareEvidence = (expected: Expected, evidence: Evidence): Mismatch[] => [
  ...evidenceMismatches(expected, evidence),
];

/** As {@link compareEvidence}, one after the other, for who wants to know only whether there is any. */
export function* evidenceMismatches(expected: Expected, evidence: Evidence): Generator<Mismatch> {
  yield* compareConsole(expected.console, evidence.console);
  yield* compare(REQUESTS, expected.requests, tellingRequests(evidence.requests));
  yield* compareSockets(expected.sockets, evidence.sockets);
  if (
    expected.navigationError === undefined
      ? evidence.navigation.error !== undefined
      : !textFits(expected.navigationError, evidence.navigation.error)
  ) {
    yield {
      part: 'navigation',
      kind: 'different',
      expected: expected.navigationError === undefined ? 'the document loads' : showText(expected.navigationError),
      seen: evidence.navigation.error ?? `status ${evidence.navigation.status ?? 'unknown'}`,
    };
  }
  for (const [testId, wanted] of Object.entries(expected.page ?? {})) {
    const hook = evidence.page.hooks[testId];
    if (hook && textFits(wanted.text, hook.text) && (wanted.state === undefined || wanted.state === hook.data.state))
      continue;
    yield {
      part: 'page',
      kind: hook ? 'different' : 'missing',
      expected: `${testId}: ${[wanted.state, wanted.text && showText(wanted.text)].filter(Boolean).join(' ')}`,
      ...(hook ? { seen: `${testId}: ${[hook.data.state, hook.text].filter(Boolean).join(' ')}` } : {}),
    };
  }
}

/** Text in which a person sees expected against seen at a glance. */
export function renderMismatches(title: string, mismatches: readonly Mismatch[]): string {
  const lines = [title];
  for (const part of ['navigation', 'console', 'requests', 'sockets', 'page', 'delivery'] as const) {
    const own = mismatches.filter((mismatch) => mismatch.part === part);
    if (own.length === 0) continue;
    lines.push('', `  ${part}`);
    for (const { expected, seen } of own) {
      if (expected !== undefined) lines.push(`    - expected  ${expected}`);
      if (seen !== undefined) lines.push(`    + seen      ${seen}${expected === undefined ? '   (not listed)' : ''}`);
      else lines.push('    + seen      nothing like it');
    }
  }
  return lines.join('\n');
}
