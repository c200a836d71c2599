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
  frame,
  json,
  many,
  openSocket,
  refused,
  some,
  times,
  warning,
} from '../../harness/scenario/words.ts';
import { assign } from '../../harness/scenario/assign.ts';
import { socketOutcome } from '../../harness/scenario/fit.ts';
import { compareEvidence, renderMismatches, type Expected } from '../../harness/scenario/match.ts';
import { compareControl, compareDelivery, compareFrames, comparePublisher } from '../../harness/scenario/outcomes.ts';
import { awaitsData, wayOf } from '../../harness/suite/way.ts';
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

  const shown = (count: number, expectation: Expected['console'][number]): unknown =>
    compareEvidence(
      expected({ console: [expectation] }),
      evidence({ console: Array.from({ length: count }, (_, index) => line('error', 'x', undefined, 5000 * index)) }),
    );

  test('an expectation stands for one line, unless it says otherwise', () => {
    expect(shown(1, error('x'))).toEqual([]);
    expect(shown(3, error('x'))).toEqual([
      { part: 'console', kind: 'unexpected', expected: 'error: x, once', seen: 'error: x, 3 times' },
    ]);
    expect(shown(3, times(3, error('x')))).toEqual([]);
    expect(shown(2, times(3, error('x')))).toEqual([
      { part: 'console', kind: 'missing', expected: 'error: x, 3 times', seen: 'error: x, 2 times' },
    ]);
    expect(shown(4, times(3, error('x')))).toHaveLength(1);
    expect(shown(4, many(error('x')))).toEqual([]);
    expect(shown(0, many(error('x')))).toEqual([
      { part: 'console', kind: 'missing', expected: 'error: x, once or more' },
    ]);
    expect(shown(2, may(error('x')))).toHaveLength(1);
    expect(shown(0, may(many(error('x'))))).toEqual([]);
  });

  test('what is repeated on a timer is not repeated sooner', () => {
    expect(shown(3, many(error('x'), 5000))).toEqual([]);
    expect(shown(3, many(error('x'), 20_000))).toEqual([
      {
        part: 'console',
        kind: 'unexpected',
        expected: 'error: x, every 20000 ms',
        seen: 'error: x, 3 times within 10000 ms',
      },
    ]);
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
    expect(receiving(/"id":\d+/)).toBe(0);
    // One frame stands for one text.
    expect(receiving('"welcome"', /"id":\d+/)).toBe(1);
    expect(receiving('subscribe')).toBe(1);
    expect(receiving('"welcome"', 'goodbye')).toBe(1);
  });

  test('frames are counted, and none is there that is not listed', () => {
    const received = (...texts: string[]): ReturnType<typeof evidence> =>
      evidence({
        sockets: [
          socket(LIVE, { openedAt: 5, frames: texts.map((text) => ({ at: 1, direction: 'received' as const, text })) }),
        ],
      });
    const compared = (
      seen: ReturnType<typeof evidence>,
      ...frames: NonNullable<Parameters<typeof openSocket>[1]>['received'] & object
    ): unknown =>
      compareEvidence(expected({ sockets: [openSocket(LIVE, { received: frames })] }), seen).map((one) => one.seen);
    expect(compared(received('a', 'b'), 'b', 'a')).toEqual([]);
    expect(compared(received('a', 'a'), 'a')).toEqual([`${LIVE} open; received, and not listed: a`]);
    expect(compared(received('a'), 'a', 'a')).toEqual([`${LIVE} open; not received: a`]);
    expect(compared(received('a', 'a'), many(frame('a')))).toEqual([]);
    // A published message is the delivery's to judge.
    expect(compared(received('a', 'aviso-0123456789'), 'a')).toEqual([]);
  });

  test('a frame has the documented shape, without a key more or less', () => {
    const shape = json({ type: 'update', at: /^\d+$/, items: [{ id: Number, name: String }] }, '42');
    const seen = (text: string): unknown =>
      compareEvidence(
        expected({ sockets: [openSocket(LIVE, { received: [shape] })] }),
        evidence({ sockets: [socket(LIVE, { openedAt: 5, frames: [{ at: 1, direction: 'received', text }] })] }),
      ).length;
    expect(seen('42{"type":"update","at":"7","items":[]}')).toBe(0);
    expect(seen('42{"type":"update","at":"7","items":[{"id":1,"name":"a"},{"id":2,"name":"b"}]}')).toBe(0);
    expect(seen('{"type":"update","at":"7","items":[]}')).toBe(1);
    expect(seen('42{"type":"update","items":[]}')).toBe(1);
    expect(seen('42{"type":"update","at":"7","items":[],"more":1}')).toBe(1);
    expect(seen('42{"type":"update","at":"7","items":[{"id":"1","name":"a"}]}')).toBe(1);
    expect(seen('42{"type":"other","at":"7","items":[]}')).toBe(1);
    expect(seen('42 no JSON')).toBe(1);
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
    const outcomes = ['live', 'polling', 'refetched', 'reloaded', 'after-reload', 'never'] as const;
    for (const wanted of outcomes) {
      for (const seen of outcomes) {
        expect(compareDelivery({ public: wanted }, { public: seen }), `${wanted}, ${seen}`).toHaveLength(
          wanted === seen ? 0 : 1,
        );
      }
    }
  });

  test('some is so many of so many, in a stated way', () => {
    const wanted = { public: some(3, 8) };
    const measured = (shown: number, of: number, by: 'live' | 'polling' = 'live'): unknown[] =>
      compareDelivery(wanted, { public: { shown, of, by } });
    expect(measured(3, 8)).toEqual([]);
    expect(measured(2, 8)).toHaveLength(1);
    expect(measured(3, 9)).toHaveLength(1);
    expect(measured(3, 8, 'polling')).toHaveLength(1);
    expect(compareDelivery(wanted, { public: 'live' })).toHaveLength(1);
    expect(compareDelivery(wanted, { public: 'never' })).toHaveLength(1);
    expect(compareDelivery({ public: 'live' }, { public: { shown: 3, of: 8, by: 'refetched' } })).toEqual([
      { part: 'delivery', kind: 'different', expected: 'public: live', seen: 'public: 3 of 8 shown, refetched' },
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

test.describe('what else is judged of a delivery', () => {
  test('the answer that the publisher gets', () => {
    const told = (expectation: number | 'no answer' | undefined, ok: boolean, status?: number): unknown =>
      comparePublisher(expectation, { public: [{ ok, ...(status === undefined ? {} : { status }) }] });
    expect(told(undefined, true, 201)).toEqual([]);
    expect(told(undefined, false, 503)).toEqual([
      {
        part: 'delivery',
        kind: 'different',
        expected: 'public: the message is taken',
        seen: 'public: the publisher is told 503',
      },
    ]);
    expect(told(503, false, 503)).toEqual([]);
    expect(told(503, false, 500)).toHaveLength(1);
    expect(told(503, true, 201)).toHaveLength(1);
    expect(told('no answer', false)).toEqual([]);
    expect(told('no answer', false, 502)).toHaveLength(1);
    expect(told(502, false)).toHaveLength(1);
  });

  test('the frame in which a message comes', () => {
    expect(compareFrames({ public: [] })).toEqual([]);
    expect(compareFrames({ public: ['data.at: missing'] })).toEqual([
      {
        part: 'delivery',
        kind: 'different',
        expected: 'public: the documented frame',
        seen: 'public: another frame: data.at: missing',
      },
    ]);
  });
});

test.describe('the way in which a message came', () => {
  const TEXT = 'message-1';
  const showing = { text: TEXT, publishedAt: 1000, shownAt: 1200, framed: true };
  const fetchedAt = (at: number, finishedAt: number, more: object = {}): ReturnType<typeof fetched> =>
    fetched(API, { at, finishedAt, status: 200, ...more });
  const ways: [what: string, way: string, requests: ReturnType<typeof fetched>[], framed?: boolean][] = [
    ['a frame, and nothing else', 'live', []],
    ['requests before it was published', 'live', [fetchedAt(100, 900)]],
    ['requests after it was shown', 'live', [fetchedAt(1300, 1400)]],
    ['a request between frame and showing', 'refetched', [fetchedAt(1100, 1150)]],
    ['a request that was under way', 'refetched', [fetchedAt(900, 1150)]],
    ['an answer that holds the message', 'refetched', [fetchedAt(1100, 1150, { body: `["${TEXT}"]` })]],
    ['an answer that does not hold it', 'live', [fetchedAt(1100, 1150, { body: '[]' })]],
    [
      'an answer of which only the beginning is known',
      'refetched',
      [fetchedAt(1100, 1150, { body: ' '.repeat(4000) })],
    ],
    ['a request that failed', 'live', [fetchedAt(1100, 1150, { status: 404 })]],
    [
      'an event stream that is open all the time',
      'live',
      [fetched(API, { at: 100, status: 200, type: 'eventsource' })],
    ],
    ['an answer that is a stream', 'live', [fetchedAt(100, 1150, { mimeType: 'text/event-stream' })]],
    ['a script or an image', 'live', [fetchedAt(1100, 1150, { type: 'image' })]],
    ['the page loaded anew', 'reloaded', [fetchedAt(1100, 1150, { type: 'document' })]],
    ['no frame', 'polling', [fetchedAt(1100, 1150)], false],
    ['no frame, and the page loaded anew', 'reloaded', [fetchedAt(1100, 1150, { type: 'document' })], false],
  ];
  for (const [what, way, requests, framed = true] of ways) {
    test(`${what}: ${way}`, () => {
      expect(wayOf({ ...showing, framed }, requests)).toBe(way);
    });
  }
});

test('data that a page waits for could hold a message, an open stream or a poll could not', () => {
  const open = (more: object): boolean => awaitsData([fetched(API, { at: 100, type: 'fetch', ...more })]);
  expect(open({}), 'a request without an answer').toBe(true);
  expect(open({ type: 'xhr' }), 'one of the older kind').toBe(true);
  expect(open({ finishedAt: 200, status: 200 }), 'one that was answered').toBe(false);
  expect(open({ type: 'eventsource' }), 'an event stream').toBe(false);
  expect(open({ accepts: 'text/event-stream' }), 'a stream that was asked for').toBe(false);
  expect(open({ status: 200, mimeType: 'text/event-stream' }), 'an answer that is a stream').toBe(false);
  const poll = fetched(`${API}/?EIO=4&transport=polling&sid=a`, { at: 100, type: 'xhr' });
  expect(awaitsData([poll]), 'a poll of Engine.IO').toBe(false);
});

test('a matching is never worse than the best one', () => {
  // Every matching of small cases, tried one by one.
  const best = (ranges: readonly { min: number; max: number }[], fits: boolean[][], cap: 'min' | 'max'): number => {
    const rest = (reading: number, room: readonly number[]): number => {
      if (reading === (fits[0]?.length ?? 0)) return 0;
      const skipped = rest(reading + 1, room);
      return ranges.reduce((most, _, one) => {
        if (!fits[one]?.[reading] || (room[one] ?? 0) === 0) return most;
        return Math.max(
          most,
          1 +
            rest(
              reading + 1,
              room.map((free, index) => (index === one ? free - 1 : free)),
            ),
        );
      }, skipped);
    };
    return rest(
      0,
      ranges.map((range) => Math.min(range[cap], 9)),
    );
  };
  let seed = 7;
  const random = (below: number): number => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return Math.floor((seed / 2147483648) * below);
  };
  for (let round = 0; round < 500; round += 1) {
    const ranges = Array.from({ length: 1 + random(4) }, () => {
      const min = random(3);
      return { min, max: random(3) === 0 ? Infinity : Math.max(min, 1) };
    });
    const readings = random(6);
    const fits = ranges.map(() => Array.from({ length: readings }, () => random(2) === 1));
    const { held, over } = assign(ranges, readings, (one, reading) => fits[one]?.[reading] === true);
    expect(readings - over.length, `round ${round}`).toBe(readings === 0 ? 0 : best(ranges, fits, 'max'));
    const filled = held.reduce((sum, mine, one) => sum + Math.min(mine.length, ranges[one]?.min ?? 0), 0);
    expect(filled, `round ${round}: minima`).toBe(readings === 0 ? 0 : best(ranges, fits, 'min'));
    expect(held.flat().toSorted()).toEqual([...new Set(held.flat())].toSorted());
    held.forEach((mine, one) => {
      expect(mine.length).toBeLessThanOrEqual(ranges[one]?.max ?? 0);
      for (const reading of mine) expect(fits[one]?.[reading]).toBe(true);
    });
  }
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
    + seen      ws://site.test/live closed 1008 "no token"; not received: welcome

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
