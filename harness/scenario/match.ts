/** Evidence against what must be seen: pure functions. Presence and absence both count. */
import type { ConsoleLine, Evidence, RequestReading, SocketReading } from '../browser/evidence.ts';
import type {
  ConsoleExpectation,
  Delivery,
  MessageOutcome,
  RequestExpectation,
  Scenario,
  SocketExpectation,
  Text,
} from './schema.ts';

/** One difference between what must be seen and what was seen. */
export interface Mismatch {
  part: 'console' | 'requests' | 'sockets' | 'page' | 'navigation' | 'delivery';
  kind: 'missing' | 'unexpected' | 'different';
  expected?: string;
  /** For something missing: what came closest. */
  seen?: string;
}

/** What a scenario says about one visit. */
export type Expected = Pick<Scenario, 'console' | 'requests' | 'sockets' | 'page' | 'navigationError'>;

const fits = (expected: Text | undefined, seen: string | undefined): boolean =>
  expected === undefined ||
  (typeof expected === 'string' ? expected === seen : seen !== undefined && expected.test(seen));

const show = (text: Text): string => (typeof text === 'string' ? text : String(text));

export const showConsole = (line: ConsoleLine | ConsoleExpectation): string =>
  `${line.level}: ${show(line.text)}${line.url === undefined ? '' : ` at ${show(line.url)}`}`;

const outcomeOfRequest = (request: RequestReading | RequestExpectation): string =>
  [
    (request.error === undefined ? undefined : show(request.error)) ??
      request.status ??
      (request.blockedReason ? undefined : 'no answer'),
    request.mimeType,
    request.blockedReason && `blocked: ${request.blockedReason}`,
    request.corsError && `cors: ${request.corsError}`,
    request.fromServiceWorker && 'from the service worker',
  ]
    .filter(Boolean)
    .join(', ');

export const showRequest = (request: RequestReading | RequestExpectation): string =>
  `${request.method} ${show(request.url)} → ${outcomeOfRequest(request)}`;

/** What became of a socket. */
export function socketOutcome(socket: SocketReading): SocketExpectation['outcome'] {
  if (socket.openedAt !== undefined) return socket.closedAt === undefined ? 'open' : 'closed';
  return socket.error !== undefined || socket.closedAt !== undefined ? 'failed' : 'pending';
}

export function showSocket(socket: SocketReading | SocketExpectation): string {
  const outcome = 'outcome' in socket ? socket.outcome : socketOutcome(socket);
  const close = socket.closeCode === undefined ? '' : ` ${socket.closeCode} "${show(socket.closeReason ?? '')}"`;
  const reason = socket.error === undefined ? '' : `: ${show(socket.error)}`;
  const received = 'received' in socket && socket.received ? ` receiving ${socket.received.map(show).join(', ')}` : '';
  return `${show(socket.url)} ${outcome}${close}${reason}${socket.closedByPage ? ' by the page' : ''}${received}`;
}

const consoleFits = (expected: ConsoleExpectation, seen: ConsoleLine): boolean =>
  expected.level === seen.level && fits(expected.text, seen.text) && fits(expected.url, seen.url);

const requestFits = (expected: RequestExpectation, seen: RequestReading): boolean =>
  expected.method === seen.method &&
  fits(expected.url, seen.url) &&
  (expected.error === undefined
    ? seen.error === undefined || expected.status !== undefined
    : fits(expected.error, seen.error)) &&
  (['status', 'mimeType', 'blockedReason', 'corsError', 'fromServiceWorker'] as const).every(
    (key) => expected[key] === undefined || expected[key] === seen[key],
  );

const socketFits = (expected: SocketExpectation, seen: SocketReading): boolean =>
  fits(expected.url, seen.url) &&
  expected.outcome === socketOutcome(seen) &&
  fits(expected.error, seen.error) &&
  (expected.closeCode === undefined || expected.closeCode === seen.closeCode) &&
  fits(expected.closeReason, seen.closeReason) &&
  (expected.closedByPage === undefined || expected.closedByPage === (seen.closedByPage ?? false)) &&
  (expected.received ?? []).every((part) =>
    seen.frames.some(
      ({ direction, text }) =>
        direction === 'received' && (typeof part === 'string' ? text.includes(part) : part.test(text)),
    ),
  );

/** Requests that a scenario must speak of: the page's own calls, and whatever failed. */
export const tellingRequests = (requests: readonly RequestReading[]): RequestReading[] =>
  requests.filter(
    ({ type, error, status }) =>
      ['fetch', 'xhr', 'eventsource', 'preflight'].includes(type) || error !== undefined || (status ?? 0) >= 400,
  );

interface Kind<E extends { may?: boolean }, S> {
  part: Mismatch['part'];
  fits(expected: E, seen: S): boolean;
  showExpected(expected: E): string;
  showSeen(seen: S): string;
  /** What came closest to an expectation that nothing fits. */
  near(expected: E, seen: S): boolean;
}

function compare<E extends { may?: boolean }, S>(
  kind: Kind<E, S>,
  expected: readonly E[],
  seen: readonly S[],
): Mismatch[] {
  const missing = expected.filter((one) => !one.may && !seen.some((reading) => kind.fits(one, reading)));
  const unexpected = seen.filter((reading) => !expected.some((one) => kind.fits(one, reading)));
  const explained = new Set<S>();
  const mismatches: Mismatch[] = missing.map((one) => {
    const near = unexpected.find((reading) => !explained.has(reading) && kind.near(one, reading));
    if (near === undefined) return { part: kind.part, kind: 'missing', expected: kind.showExpected(one) };
    explained.add(near);
    return { part: kind.part, kind: 'different', expected: kind.showExpected(one), seen: kind.showSeen(near) };
  });
  const rest = new Set(
    unexpected.filter((reading) => !explained.has(reading)).map((reading) => kind.showSeen(reading)),
  );
  return [...mismatches, ...[...rest].map((text): Mismatch => ({ part: kind.part, kind: 'unexpected', seen: text }))];
}

const sameUrl = (expected: { url?: Text }, seen: { url?: string }): boolean =>
  expected.url !== undefined && fits(expected.url, seen.url);

/** Compares one visit's evidence with what must be seen. An empty list means that they agree. */
export function compareEvidence(expected: Expected, evidence: Evidence): Mismatch[] {
  const lines = evidence.console.filter(
    (line) => line.level !== 'log' || expected.console.some((one) => consoleFits(one, line)),
  );
  const mismatches = [
    ...compare<ConsoleExpectation, ConsoleLine>(
      {
        part: 'console',
        fits: consoleFits,
        showExpected: showConsole,
        showSeen: showConsole,
        near: (one, seen) => one.level === seen.level && (one.url === undefined || sameUrl(one, seen)),
      },
      expected.console,
      lines,
    ),
    ...compare<RequestExpectation, RequestReading>(
      {
        part: 'requests',
        fits: requestFits,
        showExpected: showRequest,
        showSeen: showRequest,
        near: (one, seen) => one.method === seen.method && sameUrl(one, seen),
      },
      expected.requests,
      tellingRequests(evidence.requests),
    ),
    ...compare<SocketExpectation, SocketReading>(
      { part: 'sockets', fits: socketFits, showExpected: showSocket, showSeen: showSocket, near: sameUrl },
      expected.sockets,
      evidence.sockets,
    ),
  ];
  if (
    expected.navigationError === undefined
      ? evidence.navigation.error !== undefined
      : !fits(expected.navigationError, evidence.navigation.error)
  ) {
    mismatches.push({
      part: 'navigation',
      kind: 'different',
      expected: expected.navigationError === undefined ? 'the document loads' : show(expected.navigationError),
      seen: evidence.navigation.error ?? `status ${evidence.navigation.status ?? 'unknown'}`,
    });
  }
  for (const [testId, wanted] of Object.entries(expected.page ?? {})) {
    const hook = evidence.page.hooks[testId];
    if (hook && fits(wanted.text, hook.text) && (wanted.state === undefined || wanted.state === hook.data.state))
      continue;
    mismatches.push({
      part: 'page',
      kind: hook ? 'different' : 'missing',
      expected: `${testId}: ${[wanted.state, wanted.text && show(wanted.text)].filter(Boolean).join(' ')}`,
      ...(hook ? { seen: `${testId}: ${[hook.data.state, hook.text].filter(Boolean).join(' ')}` } : {}),
    });
  }
  return mismatches;
}

export const showOutcome = (outcome: MessageOutcome | 'loaded' | 'missing' | { k: number; n: number }): string => {
  if (typeof outcome === 'string') return outcome;
  return 'k' in outcome ? `partial (${outcome.k} of ${outcome.n})` : 'partial (some of them)';
};

/** What was measured of one channel: how many of the expected showings happened, and how. */
export type MeasuredOutcome = Exclude<MessageOutcome, object> | 'loaded' | 'missing' | { k: number; n: number };

/**
 * Compares what the control subscriber received with what it must have: without it, "never" would prove nothing.
 *
 * @param received by channel: whether the control subscriber got every message
 */
export function compareControl(
  published: Scenario['published'],
  received: Readonly<Record<string, boolean>>,
): Mismatch[] {
  const say = (got: boolean): string => (got ? 'gets the message' : 'gets nothing');
  return Object.entries(received).flatMap(([channel, got]): Mismatch[] => {
    const expected = typeof published === 'boolean' ? published : (published[channel] ?? true);
    if (got === expected) return [];
    const mismatch = (what: boolean): string => `${channel}: the control subscriber ${say(what)}`;
    return [{ part: 'delivery', kind: 'different', expected: mismatch(expected), seen: mismatch(got) }];
  });
}

/** Compares measured deliveries with what must be. Channels that the scenario does not state are not compared. */
export function compareDelivery(expected: Delivery, measured: Readonly<Record<string, MeasuredOutcome>>): Mismatch[] {
  return Object.entries(expected).flatMap(([channel, wanted]): Mismatch[] => {
    const seen = measured[channel];
    const same =
      typeof wanted === 'string'
        ? wanted === seen
        : typeof seen === 'object'
          ? seen.k < seen.n
          : wanted.perhapsNone === true && (seen === 'after-reload' || seen === 'never');
    if (same) return [];
    return [
      {
        part: 'delivery',
        kind: seen === undefined ? 'missing' : 'different',
        expected: `${channel}: ${showOutcome(wanted)}`,
        ...(seen === undefined ? {} : { seen: `${channel}: ${showOutcome(seen)}` }),
      },
    ];
  });
}

/** Text in which a person sees expected against seen at a glance. */
export function renderMismatches(title: string, mismatches: readonly Mismatch[]): string {
  const lines = [title];
  for (const part of ['navigation', 'console', 'requests', 'sockets', 'page', 'delivery'] as const) {
    const own = mismatches.filter((mismatch) => mismatch.part === part);
    if (own.length === 0) continue;
    lines.push('', `  ${part}`);
    for (const { kind, expected, seen } of own) {
      if (expected !== undefined) lines.push(`    - expected  ${expected}`);
      if (seen !== undefined) lines.push(`    + seen      ${seen}${kind === 'unexpected' ? '   (not listed)' : ''}`);
      else lines.push('    + seen      nothing like it');
    }
  }
  return lines.join('\n');
}
