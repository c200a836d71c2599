// A page whose only connection fails is never called healthy, however it fails.
import { expect, test } from '@playwright/test';
import type { Evidence, RequestReading, SocketReading } from '../../harness/browser/evidence.ts';
import { evaluate } from '../../harness/diagnosis/diagnose.ts';
import { recordings } from '../unseen/recording.ts';

const PAGE = 'http://desk.example.test/';
const SOCKET = 'ws://desk.example.test/live';
const STREAM = 'http://desk.example.test/events';

/** ms, when the page tries. */
const TRIES = [200, 1400, 3500, 6000];
/** ms, how long a try takes. */
const TOOK = 20;

const loaded: RequestReading = {
  at: 10,
  method: 'GET',
  url: PAGE,
  type: 'document',
  fromServiceWorker: false,
  status: 200,
  mimeType: 'text/html',
  headers: { 'content-type': 'text/html' },
  finishedAt: 30,
};

const [recording] = recordings();

/** A visit of a page that loads, and of which nothing is said. */
function visited(seen: Partial<Pick<Evidence, 'sockets' | 'requests'>>): Evidence {
  if (!recording) throw new Error('there are no recordings');
  const { evidence } = recording;
  return {
    ...evidence,
    visit: PAGE,
    duration: 9000,
    navigation: { ...evidence.navigation, status: 200 },
    console: [],
    issues: [],
    sockets: [],
    page: { ...evidence.page, title: 'Desk', text: 'Desk' },
    ...seen,
    requests: [loaded, ...(seen.requests ?? [])],
  };
}

const verdictOf = (evidence: Evidence): string =>
  evaluate({ evidence, readings: [], unanswerable: new Set(), addresses: [] }).diagnosis.verdict;

const sockets = (tries: readonly number[], how: (at: number) => Partial<SocketReading>): SocketReading[] =>
  tries.map((at) => ({ at, url: SOCKET, frames: [], ...how(at) }));

const streams = (type: 'eventsource' | 'fetch', how: Partial<RequestReading>): RequestReading[] =>
  TRIES.map((at) => ({
    at,
    method: 'GET',
    url: STREAM,
    type,
    fromServiceWorker: false,
    accepts: 'text/event-stream',
    finishedAt: at + TOOK,
    ...how,
  }));

/** The names of the cases whose verdict is healthy. */
const healthy = (cases: Record<string, Evidence>): string[] =>
  Object.keys(cases).filter((name) => cases[name] !== undefined && verdictOf(cases[name]) === 'healthy');

const ERRORS = [
  'CONNECTION_REFUSED',
  'CONNECTION_RESET',
  'NAME_NOT_RESOLVED',
  'TIMED_OUT',
  'CERT_AUTHORITY_INVALID',
  'TUNNEL_CONNECTION_FAILED',
  'INVALID_HTTP_RESPONSE',
  'SSL_PROTOCOL_ERROR',
  'HTTP2_PROTOCOL_ERROR',
  'FAILED',
];

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);

test('the visit that the others are made from has a page', () => {
  const open = visited({ sockets: [{ at: 200, url: SOCKET, openedAt: 210, frames: [] }] });
  expect(verdictOf(open)).toBe('healthy');
});

test('a handshake that is refused, with whatever status or error', () => {
  const statuses = range(300, 599).flatMap((status) =>
    [TRIES, TRIES.slice(0, 1)].map((tries) => [
      `${status} × ${tries.length}`,
      visited({
        sockets: sockets(tries, (at) => ({
          error: `Error during WebSocket handshake: Unexpected response code: ${status}`,
          closedAt: at + TOOK,
        })),
      }),
    ]),
  );
  const errors = ERRORS.map((error) => [
    error,
    visited({
      sockets: sockets(TRIES, (at) => ({
        error: `Error in connection establishment: net::ERR_${error}`,
        closedAt: at + TOOK,
      })),
    }),
  ]);
  expect(healthy(Object.fromEntries([...statuses, ...errors]) as Record<string, Evidence>)).toEqual([]);
});

test('a socket that the server closes again and again, with whatever code', () => {
  const cases = [...range(1001, 1015), 3000, 4000, 4001, 4100, 4409, 4999].flatMap((closeCode) =>
    [[], [{ at: 230, direction: 'received' as const, text: '{"type":"welcome"}' }]].flatMap((frames) =>
      [true, false].map((wasClean) => [
        `${closeCode}, ${wasClean ? 'clean' : 'cut'}, ${frames.length} frames`,
        visited({
          sockets: sockets(TRIES, (at) => ({
            openedAt: at + 10,
            closedAt: at + 300,
            closeCode,
            closeReason: '',
            wasClean,
            frames: frames.map((frame) => ({ ...frame, at: at + TOOK })),
          })),
        }),
      ]),
    ),
  );
  expect(healthy(Object.fromEntries(cases) as Record<string, Evidence>)).toEqual([]);
});

test('an event stream that is refused, is none, or ends at once', () => {
  const types = ['text/html', 'application/json', 'text/plain', 'text/event-stream'];
  const statuses = [...range(201, 208), ...range(400, 599)].flatMap((status) =>
    types.map((mimeType) => [
      `${status} ${mimeType}`,
      visited({ requests: streams('eventsource', { status, mimeType, headers: { 'content-type': mimeType } }) }),
    ]),
  );
  const kinds = types.map((mimeType) => [
    `200 ${mimeType}`,
    visited({ requests: streams('eventsource', { status: 200, mimeType, headers: { 'content-type': mimeType } }) }),
  ]);
  const errors = [...ERRORS, 'ABORTED'].flatMap((error) =>
    (['eventsource', 'fetch'] as const).map((type) => [
      `${type} ${error}`,
      visited({ requests: streams(type, { error: `net::ERR_${error}` }) }),
    ]),
  );
  expect(healthy(Object.fromEntries([...statuses, ...kinds, ...errors]) as Record<string, Evidence>)).toEqual([]);
});
