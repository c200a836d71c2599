// Kinds of failure that were seen on real applications, each told by the smallest visit and the smallest server that show it.
import { expect, test } from '@playwright/test';
import type { Evidence } from '../../harness/browser/evidence.ts';
import type { Diagnosis } from '../../harness/diagnosis/diagnose.ts';
import type {
  Answer,
  BundleAnswer,
  HandshakeAnswer,
  HttpAnswer,
  Program,
  Question,
} from '../../harness/diagnosis/readings.ts';
import { investigate } from '../../harness/investigation/investigate.ts';
import { PAGE, evidence, fetched, socket } from './support/evidence.ts';

type Reply = Pick<HttpAnswer, 'status' | 'headers' | 'body'>;

/** A system that answers every request by a function of its path, and every handshake by another one. */
interface System {
  first: Program;
  get: (path: string) => Reply;
  handshake: (path: string, origin: string | null) => Reply | 'open';
}

const html = (title: string, headers: Record<string, string> = {}): Reply => ({
  status: 200,
  headers: { 'content-type': 'text/html', ...headers },
  body: `<!doctype html><html><head><title>${title}</title></head><body></body></html>`,
});

const json = (status: number, value: unknown, headers: Record<string, string> = {}): Reply => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(value),
});

const socketAnswer = (reply: Reply | 'open'): HandshakeAnswer =>
  reply === 'open'
    ? { state: 'open', status: 101, headers: {}, body: '', frames: [], ms: 5 }
    : { state: 'answered', headers: reply.headers, body: reply.body, frames: [], ms: 5, ...status(reply) };

const status = ({ status: value }: Reply): { status?: number } => (value === undefined ? {} : { status: value });

function answer(system: System, question: Question): Answer {
  const pathOf = (url: string): string => new URL(url).pathname;
  switch (question.ask) {
    case 'dns':
      return { addresses: ['192.0.2.1:80'] };
    case 'tcp':
      return { state: 'open', ms: 1 };
    case 'fingerprint':
      return { program: system.first };
    case 'http': {
      const reply = system.get(pathOf(question.url));
      return { headers: reply.headers, body: reply.body, ms: 5, ...status(reply) };
    }
    case 'handshake':
      return socketAnswer(system.handshake(pathOf(question.url), question.origin));
    case 'bundle':
      return NO_SCRIPTS;
    case 'paths':
    case 'engineio':
      return { results: [] };
    case 'config':
    case 'health':
      return { found: [] };
    default:
      throw new Error(`no answer to ${question.ask}`);
  }
}

const NO_SCRIPTS: BundleAnswer = {
  status: 200,
  scripts: [],
  digest: '',
  bytes: 0,
  urls: [],
  pageUrls: [],
  literals: [],
  empty: [],
  libraries: [],
  transports: [],
  reconnects: false,
  cache: {},
};

async function diagnose(system: System, visit: Partial<Evidence>): Promise<Diagnosis> {
  const { diagnosis } = await investigate({
    evidence: evidence({
      duration: 6000,
      page: { url: PAGE, title: 'App', text: '', hooks: {}, serviceWorker: false },
      ...visit,
    }),
    addresses: [],
    hermetic: true,
    probes: { answer: async (question) => answer(system, question) },
  });
  return diagnosis;
}

const refusedSocket = (code: number) =>
  socket('ws://site.test/ws', {
    at: 100,
    closedAt: 120,
    closeCode: 1006,
    error: `WebSocket connection to 'ws://site.test/ws' failed: Error during WebSocket handshake: Unexpected response code: ${code}`,
  });

const page = fetched(PAGE, { type: 'document', status: 200, mimeType: 'text/html', finishedAt: 20 });
const api = (headers: Record<string, string>, more = {}) =>
  fetched('http://site.test/api/items', {
    at: 50,
    status: 200,
    mimeType: 'application/json',
    headers: { 'content-type': 'application/json', ...headers },
    body: '[]',
    finishedAt: 60,
    ...more,
  });

test('a program that serves page and API answers a handshake with its page: the proxy does not pass the upgrade on', async () => {
  const signed = { server: 'uvicorn' };
  const get = (path: string): Reply => (path.startsWith('/api/') ? json(200, [], signed) : html('App', signed));
  const system: System = { first: 'apache', get, handshake: get };
  const { verdict, cause, candidates } = await diagnose(system, {
    requests: [page, api(signed)],
    sockets: [refusedSocket(200)],
  });
  expect([verdict, cause]).toEqual(['faulty', 'proxy-upgrade-missing']);
  expect(candidates.map((one) => one.cause)).toContain('proxy-route-missing');
});

test('a front end of its own answers a handshake with its page: the proxy has no route', async () => {
  const get = (path: string): Reply =>
    path.startsWith('/api/') ? json(200, [], { server: 'uvicorn' }) : html('App', { server: 'nginx' });
  const system: System = { first: 'nginx', get, handshake: get };
  const { cause } = await diagnose(system, {
    requests: [page, api({ server: 'uvicorn' })],
    sockets: [refusedSocket(200)],
  });
  expect(cause).toBe('proxy-route-missing');
});

test('a WSGI server answers a handshake like any request: it does not support WebSockets', async () => {
  const signed = { server: 'WSGIServer/0.2 CPython/3.11.2' };
  const get = (path: string): Reply =>
    path === '/'
      ? html('App', signed)
      : { status: 404, headers: { 'content-type': 'text/html', ...signed }, body: '<h1>Not Found</h1>' };
  const system: System = { first: 'python', get, handshake: get };
  const { verdict, cause } = await diagnose(system, { requests: [page], sockets: [refusedSocket(404)] });
  expect([verdict, cause]).toEqual(['faulty', 'backend-ws-unsupported']);
});

const openSocket = socket('ws://site.test/ws', {
  at: 100,
  openedAt: 110,
  frames: [
    { at: 120, direction: 'received', text: '{"type":"welcome"}' },
    { at: 500, direction: 'received', text: '{"type":"tick"}' },
  ],
});

for (const [what, method, url, verdict] of [
  ['a report to a host that does not exist', 'POST', 'http://hooks.site.test/report', 'healthy'],
  ['data that the page asks of such a host', 'GET', 'http://hooks.site.test/orders', 'faulty'],
] as const)
  test(`beside a socket that stands, ${what}: ${verdict}`, async () => {
    const system: System = { first: 'node', get: () => html('App'), handshake: () => 'open' };
    const lost = fetched(url, { method, at: 50, error: 'net::ERR_NAME_NOT_RESOLVED', finishedAt: 51 });
    const found = await diagnose(system, { requests: [page, api({}), lost], sockets: [openSocket] });
    expect(found.verdict).toBe(verdict);
  });

for (const [what, status, type, verdict, cause] of [
  ['the type of what it sends is not taken', 415, 'application/json', 'faulty', 'client-protocol-mismatch'],
  ['what it sends is not taken', 422, 'application/json', 'inconclusive', null],
  ['it is served', 200, 'application/json', 'healthy', null],
] as const)
  test(`a page that asks again and again, where ${what}: ${verdict}`, async () => {
    const headers = { 'content-type': type };
    const system: System = { first: 'node', get: () => html('App'), handshake: () => 'open' };
    const asked = [50, 2050].map((at) =>
      fetched('http://site.test/orders', { method: 'POST', status, headers, mimeType: type, at, finishedAt: at + 9 }),
    );
    const found = await diagnose(system, { requests: [page, ...asked] });
    expect([found.verdict, found.cause]).toEqual([verdict, cause]);
  });

for (const [what, status, path, type, body] of [
  ['an optional file', 404, '/api/logo', 'text/html', '<h1>Not Found</h1>'],
  ['“who am I?” before the sign-in', 401, '/api/me', 'text/plain', 'Unauthorized'],
  ['a feature that is not built in', 501, '/api/metrics', 'text/plain', 'not supported by this build'],
] as const) {
  const reply: Reply = { status, headers: { 'content-type': type }, body };
  const get = (asked: string): Reply => (asked === '/' ? html('App') : asked === path ? reply : json(200, []));
  const system: System = { first: 'node', get, handshake: () => 'open' };
  const refused = fetched(`http://site.test${path}`, { ...reply, at: 50, mimeType: type, finishedAt: 60 });

  test(`beside a socket that stands, ${what} is no failure`, async () => {
    const { verdict } = await diagnose(system, { requests: [page, api({}), refused], sockets: [openSocket] });
    expect(verdict).toBe('healthy');
  });

  test(`where the page says that something is missing, ${what} is not called healthy`, async () => {
    const { verdict } = await diagnose(system, {
      requests: [page, api({}), refused],
      sockets: [openSocket],
      page: { url: PAGE, title: 'App', text: 'Could not load your data', hooks: {}, serviceWorker: false },
    });
    expect(verdict).not.toBe('healthy');
  });
}
