// Evidence against what must be seen: what is missing, what is too much, what is different, and how a person reads it.
import { expect, test } from '@playwright/test';
import {
  answered,
  brokenSocket,
  error,
  exception,
  failedResource,
  failedSocket,
  may,
  openSocket,
  refused,
  warning,
} from '../../harness/scenario/words.ts';
import {
  compareControl,
  compareDelivery,
  compareEvidence,
  renderMismatches,
  socketOutcome,
  type Expected,
} from '../../harness/scenario/match.ts';
import { evidence, fetched, line, PAGE, socket } from './support/evidence.ts';

const expected = (more: Partial<Expected> = {}): Expected => ({ console: [], requests: [], sockets: [], ...more });

const API = 'http://site.test/api/items';
const LIVE = 'ws://site.test/live';
const REFUSED = 'net::ERR_CONNECTION_REFUSED';
const HANDSHAKE_404 = 'Error during WebSocket handshake: Unexpected response code: 404';

test.describe('the whole', () => {
  const all = expected({
    console: [failedResource(REFUSED, 'http://site.test/a'), failedSocket(LIVE, HANDSHAKE_404), warning(/slow/)],
    requests: [answered('GET', API, 200), refused('GET', 'http://site.test/a', REFUSED)],
    sockets: [brokenSocket(LIVE, HANDSHAKE_404)],
    page: { api: { state: 'loaded', text: 'Ready' } },
  });
  const seen = evidence({
    console: [
      line('error', `Failed to load resource: ${REFUSED}`, 'http://site.test/a'),
      line('error', `WebSocket connection to '${LIVE}' failed: ${HANDSHAKE_404}`, PAGE),
      line('warning', 'a slow answer', PAGE),
    ],
    requests: [
      fetched(API, { status: 200, mimeType: 'application/json' }),
      fetched('http://site.test/a', { error: REFUSED }),
    ],
    sockets: [socket(LIVE, { error: HANDSHAKE_404, closeCode: 1006 })],
    page: { ...evidence().page, hooks: { api: { text: 'Ready', data: { state: 'loaded' } } } },
  });

  test('agrees with itself', () => {
    expect(compareEvidence(all, seen)).toEqual([]);
  });

  test('does not depend on the order of lines, requests and sockets', () => {
    const turned = { ...seen, console: seen.console.toReversed(), requests: seen.requests.toReversed() };
    expect(compareEvidence(all, turned)).toEqual([]);
    const other = { ...all, console: all.console.toReversed(), requests: all.requests.toReversed() };
    expect(compareEvidence(other, seen)).toEqual([]);
  });

  test('with nothing expected, everything is too much', () => {
    const mismatches = compareEvidence(expected(), seen);
    expect(mismatches).toHaveLength(6);
    expect(new Set(mismatches.map(({ kind }) => kind))).toEqual(new Set(['unexpected']));
  });

  test('with nothing seen, everything is missing', () => {
    const mismatches = compareEvidence(all, evidence());
    expect(mismatches.map(({ part, kind }) => `${part} ${kind}`)).toEqual([
      ...Array.from({ length: 3 }, () => 'console missing'),
      ...Array.from({ length: 2 }, () => 'requests missing'),
      'sockets missing',
      'page missing',
    ]);
  });
});

test.describe('console', () => {
  test('an unlisted error, warning or exception is too much; an unlisted log line is not', () => {
    const levels = ['error', 'warning', 'exception', 'log'] as const;
    const seen = evidence({ console: levels.map((level) => line(level, `a ${level}`)) });
    expect(compareEvidence(expected(), seen).map((one) => one.seen)).toEqual([
      'error: a error',
      'warning: a warning',
      'exception: a exception',
    ]);
  });

  test('a log line that is expected must be there', () => {
    const logged = expected({ console: [{ level: 'log', text: 'ready' }] });
    expect(compareEvidence(logged, evidence({ console: [line('log', 'ready'), line('log', 'chatter')] }))).toEqual([]);
    expect(compareEvidence(logged, evidence())).toEqual([{ part: 'console', kind: 'missing', expected: 'log: ready' }]);
  });

  test('the level counts', () => {
    const seen = evidence({ console: [line('warning', 'x')] });
    expect(compareEvidence(expected({ console: [error('x')] }), seen).map(({ kind }) => kind)).toEqual([
      'missing',
      'unexpected',
    ]);
    const thrown = evidence({ console: [line('exception', 'x')] });
    expect(compareEvidence(expected({ console: [exception('x')] }), thrown)).toEqual([]);
  });

  test('a text must be equal, not contained; a pattern must match', () => {
    const seen = evidence({ console: [line('error', `Failed to load resource: ${REFUSED}`)] });
    expect(compareEvidence(expected({ console: [error(REFUSED)] }), seen)).toHaveLength(1);
    expect(compareEvidence(expected({ console: [error(/ERR_CONNECTION_REFUSED$/)] }), seen)).toEqual([]);
  });

  test('the resource that a line names counts where the expectation names one', () => {
    const seen = evidence({ console: [line('error', `Failed to load resource: ${REFUSED}`, API)] });
    expect(compareEvidence(expected({ console: [failedResource(REFUSED, API)] }), seen)).toEqual([]);
    const elsewhere = failedResource(REFUSED, 'http://site.test/api/other');
    expect(compareEvidence(expected({ console: [elsewhere] }), seen).map(({ kind }) => kind)).toEqual([
      'missing',
      'unexpected',
    ]);
  });

  test('another reason at the same resource is a difference, shown side by side', () => {
    const seen = evidence({ console: [line('error', 'Failed to load resource: net::ERR_CONNECTION_RESET', API)] });
    expect(compareEvidence(expected({ console: [failedResource(REFUSED, API)] }), seen)).toEqual([
      {
        part: 'console',
        kind: 'different',
        expected: `error: Failed to load resource: ${REFUSED} at ${API}`,
        seen: `error: Failed to load resource: net::ERR_CONNECTION_RESET at ${API}`,
      },
    ]);
  });

  test('one line explains one difference only', () => {
    const seen = evidence({ console: [line('error', 'x')] });
    const two = expected({ console: [error('a'), error('b')] });
    expect(compareEvidence(two, seen).map(({ kind }) => kind)).toEqual(['different', 'missing']);
  });

  test('a line that repeats is one line', () => {
    const twice = evidence({ console: [line('error', 'x'), line('error', 'x')] });
    expect(compareEvidence(expected({ console: [error('x')] }), twice)).toEqual([]);
    expect(compareEvidence(expected(), twice)).toHaveLength(1);
  });

  test('what may be seen may be absent, and nothing else', () => {
    const optional = expected({ console: [may(error('x'))] });
    expect(compareEvidence(optional, evidence())).toEqual([]);
    expect(compareEvidence(optional, evidence({ console: [line('error', 'x')] }))).toEqual([]);
    expect(compareEvidence(optional, evidence({ console: [line('error', 'y')] }))).toHaveLength(1);
  });
});

test.describe('requests', () => {
  test("only the page's own calls and failures need an expectation", () => {
    const seen = evidence({
      requests: [
        fetched('http://site.test/app.js', { type: 'script', status: 200 }),
        fetched('http://site.test/', { type: 'document', status: 304 }),
        fetched('http://site.test/logo.png', { type: 'image', status: 404 }),
        fetched('http://site.test/font', { type: 'font', error: REFUSED }),
        ...['fetch', 'xhr', 'eventsource', 'preflight'].map((type) =>
          fetched(`http://site.test/${type}`, { type, status: 200 }),
        ),
      ],
    });
    expect(compareEvidence(expected(), seen).map((one) => one.seen?.split(' ')[1])).toEqual([
      'http://site.test/logo.png',
      'http://site.test/font',
      'http://site.test/fetch',
      'http://site.test/xhr',
      'http://site.test/eventsource',
      'http://site.test/preflight',
    ]);
  });

  const seenOk = fetched(API, { status: 200, mimeType: 'text/html' });
  for (const [what, expectation, seen] of [
    ['method', answered('POST', API, 200), seenOk],
    ['status', answered('GET', API, 401), seenOk],
    ['type of the body', answered('GET', API, 200, { mimeType: 'application/json' }), seenOk],
    ['service worker', answered('GET', API, 200, { fromServiceWorker: true }), seenOk],
    ['net error', refused('GET', API, REFUSED), fetched(API, { error: 'net::ERR_FAILED' })],
    ['failure instead of an answer', answered('GET', API, 200), fetched(API, { error: REFUSED })],
    ['answer instead of a failure', refused('GET', API, REFUSED), seenOk],
    [
      'reason of a block',
      refused('GET', API, 'net::ERR_BLOCKED_BY_CLIENT', { blockedReason: 'csp' }),
      fetched(API, { error: 'net::ERR_BLOCKED_BY_CLIENT', blockedReason: 'mixed-content' }),
    ],
    [
      'CORS error',
      refused('GET', API, 'net::ERR_FAILED', { corsError: 'MissingAllowOriginHeader' }),
      fetched(API, { error: 'net::ERR_FAILED', corsError: 'WildcardOriginNotAllowed' }),
    ],
  ] as const) {
    test(`another ${what} is no hit`, () => {
      const mismatches = compareEvidence(expected({ requests: [expectation] }), evidence({ requests: [seen] }));
      expect(mismatches.length).toBeGreaterThan(0);
      expect(mismatches[0]?.part).toBe('requests');
    });
  }

  test('a request that the browser blocked before it had a net error', () => {
    const blocked = fetched('http://site.test/plain', { blockedReason: 'mixed-content' });
    const expectation = { method: 'GET', url: 'http://site.test/plain', blockedReason: 'mixed-content' };
    const seen = evidence({ requests: [blocked] });
    expect(compareEvidence(expected({ requests: [expectation] }), seen)).toEqual([]);
    expect(compareEvidence(expected(), seen)).toEqual([
      {
        part: 'requests',
        kind: 'unexpected',
        seen: 'GET http://site.test/plain → blocked: mixed-content',
      },
    ]);
  });

  test('a cross-origin answer that CORS hides has both: the status and the error', () => {
    const seen = evidence({ requests: [fetched(API, { status: 404, error: 'net::ERR_FAILED' })] });
    const both = answered('GET', API, 404, { error: 'net::ERR_FAILED' });
    expect(compareEvidence(expected({ requests: [both] }), seen)).toEqual([]);
  });

  test('a request that is still open says so', () => {
    const seen = evidence({ requests: [fetched(API)] });
    expect(compareEvidence(expected(), seen)[0]?.seen).toBe(`GET ${API} → no answer`);
  });
});

test.describe('sockets', () => {
  const error = 'net::ERR_CONNECTION_REFUSED';
  for (const [outcome, reading] of [
    ['open', { openedAt: 5 }],
    ['closed', { openedAt: 5, closedAt: 9 }],
    ['closed', { openedAt: 5, closedAt: 9, error: 'Invalid frame header' }],
    ['failed', { error }],
    ['failed', { closedAt: 9 }],
    ['pending', {}],
  ] as const) {
    test(`${JSON.stringify(reading)} is ${outcome}`, () => {
      expect(socketOutcome(socket(LIVE, reading))).toBe(outcome);
      const others = (['open', 'closed', 'failed', 'pending'] as const).filter((one) => one !== outcome);
      const seen = evidence({ sockets: [socket(LIVE, reading)] });
      expect(compareEvidence(expected({ sockets: [{ url: LIVE, outcome }] }), seen)).toEqual([]);
      for (const other of others) {
        const mismatches = compareEvidence(expected({ sockets: [{ url: LIVE, outcome: other }] }), seen);
        expect(mismatches.map(({ kind }) => kind)).toEqual(['different']);
      }
    });
  }

  const closed = { openedAt: 5, closedAt: 9, closeCode: 4401, closeReason: 'token expired' };
  for (const [what, more] of [
    ['close code', { closeCode: 1008 }],
    ['close reason', { closeReason: 'other' }],
    ['side that closed', { closedByPage: true }],
    ['error', { error: 'Invalid frame header' }],
  ] as const) {
    test(`another ${what} is a difference`, () => {
      const seen = evidence({ sockets: [socket(LIVE, closed)] });
      const outcome = 'closed';
      expect(compareEvidence(expected({ sockets: [{ url: LIVE, outcome, closeCode: 4401 }] }), seen)).toEqual([]);
      expect(compareEvidence(expected({ sockets: [{ url: LIVE, outcome, ...more }] }), seen)).toHaveLength(1);
    });
  }

  test('a received text must have come, in a frame that was received', () => {
    const frames = [
      { at: 1, direction: 'sent' as const, text: '{"event":"subscribe"}' },
      { at: 2, direction: 'received' as const, text: '{"event":"welcome","id":7}' },
    ];
    const seen = evidence({ sockets: [socket(LIVE, { openedAt: 5, frames })] });
    const receiving = (...received: (string | RegExp)[]): number =>
      compareEvidence(expected({ sockets: [openSocket(LIVE, { received })] }), seen).length;
    expect(receiving('"welcome"', /"id":\d+/)).toBe(0);
    expect(receiving('subscribe')).toBe(1);
    expect(receiving('"welcome"', 'goodbye')).toBe(1);
  });

  test('a socket that is not listed is too much', () => {
    const seen = evidence({ sockets: [socket(LIVE, { openedAt: 5 }), socket('ws://site.test/other')] });
    expect(compareEvidence(expected({ sockets: [openSocket(LIVE)] }), seen)).toEqual([
      { part: 'sockets', kind: 'unexpected', seen: 'ws://site.test/other pending' },
    ]);
  });
});

test.describe('navigation and page', () => {
  test('a document that does not load, expected and not', () => {
    const failed = evidence({ navigation: { error: REFUSED, fromServiceWorker: false } });
    expect(compareEvidence(expected({ navigationError: REFUSED }), failed)).toEqual([]);
    expect(compareEvidence(expected(), failed)).toEqual([
      { part: 'navigation', kind: 'different', expected: 'the document loads', seen: REFUSED },
    ]);
    expect(compareEvidence(expected({ navigationError: REFUSED }), evidence())).toEqual([
      { part: 'navigation', kind: 'different', expected: REFUSED, seen: 'status 200' },
    ]);
  });

  test('an element of the page: its state, its text, its absence', () => {
    const hooks = { api: { text: 'No data', data: { state: 'error' } } };
    const seen = evidence({ page: { ...evidence().page, hooks } });
    const wanting = (page: NonNullable<Expected['page']>): unknown => compareEvidence(expected({ page }), seen);
    expect(wanting({ api: { state: 'error' } })).toEqual([]);
    expect(wanting({ api: { text: /no data/i } })).toEqual([]);
    expect(wanting({ api: { state: 'loaded' } })).toEqual([
      { part: 'page', kind: 'different', expected: 'api: loaded', seen: 'api: error No data' },
    ]);
    expect(wanting({ connection: { state: 'connected' } })).toEqual([
      { part: 'page', kind: 'missing', expected: 'connection: connected' },
    ]);
  });
});

test.describe('delivery', () => {
  test('each outcome is itself and no other', () => {
    const outcomes = ['live', 'polling', 'after-reload', 'never'] as const;
    for (const wanted of outcomes) {
      for (const seen of outcomes) {
        expect(compareDelivery({ public: wanted }, { public: seen }), `${wanted}, ${seen}`).toHaveLength(
          wanted === seen ? 0 : 1,
        );
      }
    }
  });

  test('partial is some, not none and not all', () => {
    const wanted = { public: { partial: true } } as const;
    expect(compareDelivery(wanted, { public: { k: 3, n: 8 } })).toEqual([]);
    expect(compareDelivery(wanted, { public: 'never' })).toHaveLength(1);
    expect(compareDelivery(wanted, { public: { k: 8, n: 8 } })).toHaveLength(1);
    expect(compareDelivery(wanted, { public: 'live' })).toHaveLength(1);
    // By chance none may come; all never do.
    const perhaps = { public: { partial: true, perhapsNone: true } } as const;
    expect(compareDelivery(perhaps, { public: { k: 3, n: 8 } })).toEqual([]);
    expect(compareDelivery(perhaps, { public: 'never' })).toEqual([]);
    expect(compareDelivery(perhaps, { public: 'live' })).toHaveLength(1);
    expect(compareDelivery({ public: 'live' }, { public: { k: 3, n: 8 } })).toEqual([
      { part: 'delivery', kind: 'different', expected: 'public: live', seen: 'public: partial (3 of 8)' },
    ]);
  });

  test('a channel that was not measured is missing; one that is not stated is not compared', () => {
    expect(compareDelivery({ public: 'live' }, { private: 'live' })).toEqual([
      { part: 'delivery', kind: 'missing', expected: 'public: live' },
    ]);
    expect(compareDelivery({}, { private: 'live' })).toEqual([]);
  });

  test('the control subscriber must get what is published, and nothing where nothing is', () => {
    expect(compareControl(true, { public: true, private: true })).toEqual([]);
    expect(compareControl(false, { public: false })).toEqual([]);
    expect(compareControl(true, { public: true, private: false })).toEqual([
      {
        part: 'delivery',
        kind: 'different',
        expected: 'private: the control subscriber gets the message',
        seen: 'private: the control subscriber gets nothing',
      },
    ]);
    expect(compareControl(false, { public: true })).toHaveLength(1);
  });
});

test('a person sees expected against seen', () => {
  const scenario = expected({
    console: [failedResource(REFUSED, API), error('Offline')],
    requests: [answered('GET', API, 200, { mimeType: 'application/json' })],
    sockets: [openSocket(LIVE, { received: ['welcome'] })],
    page: { connection: { state: 'connected' } },
  });
  const seen = evidence({
    console: [
      line('error', 'Failed to load resource: the server responded with a status of 502 (Bad Gateway)', API),
      line('warning', 'Slow network'),
    ],
    requests: [fetched(API, { status: 502, mimeType: 'text/html' })],
    sockets: [socket(LIVE, { openedAt: 3, closedAt: 9, closeCode: 1008, closeReason: 'no token' })],
    page: {
      ...evidence().page,
      hooks: { connection: { text: 'Reconnecting', data: { state: 'disconnected' } } },
    },
  });
  const text = renderMismatches('site/healthy: the symptom is not what the scenario says', [
    ...compareDelivery({ public: 'live', api: 'loaded' }, { public: 'after-reload', api: 'loaded' }),
    ...compareEvidence(scenario, seen),
  ]);
  expect(text).toBe(
    `
site/healthy: the symptom is not what the scenario says

  console
    - expected  error: Failed to load resource: net::ERR_CONNECTION_REFUSED at http://site.test/api/items
    + seen      error: Failed to load resource: the server responded with a status of 502 (Bad Gateway) at http://site.test/api/items
    - expected  error: Offline
    + seen      nothing like it
    + seen      warning: Slow network   (not listed)

  requests
    - expected  GET http://site.test/api/items → 200, application/json
    + seen      GET http://site.test/api/items → 502, text/html

  sockets
    - expected  ws://site.test/live open receiving welcome
    + seen      ws://site.test/live closed 1008 "no token"

  page
    - expected  connection: connected
    + seen      connection: disconnected Reconnecting

  delivery
    - expected  public: live
    + seen      public: after-reload
`.trim(),
  );
});

test('an agreement renders as its title', () => {
  expect(renderMismatches('all well', [])).toBe('all well');
});
