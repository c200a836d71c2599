// HAR files and traces, read without a browser: what becomes evidence, what stays unknown, and what is refused.
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { strToU8, zipSync } from 'fflate';
import type { Captured } from '../../harness/capture/capture.ts';
import { readCapture } from '../../harness/capture/capture.ts';
import { corsErrorsIn } from '../../harness/capture/console.ts';
import { loadCapture } from '../../harness/capture/file.ts';
import type { Entry, Har } from '../../harness/capture/schema.ts';
import { evaluate } from '../../harness/diagnosis/diagnose.ts';
import { diagnoseCapture } from '../../harness/investigation/captured.ts';

/** As Chrome's developer tools export it: written by hand, after HAR 1.2 and the members that Chrome adds. */
const CHROME = path.join(import.meta.dirname, 'captures/chrome.har');

let folder: string;

test.beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'captures-'));
});

test.afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const chrome = (): Har => JSON.parse(readFileSync(CHROME, 'utf8')) as Har;

/** Writes a file, and returns its name. */
function written(name: string, content: string | Uint8Array): string {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return file;
}

/** What is read of Chrome's file after a change. */
function read(change: (entries: Entry[], har: Har) => void, wanted?: string): Captured {
  const har = chrome();
  change(har.log.entries, har);
  return readCapture(loadCapture({ har: written('changed.har', JSON.stringify(har)) }), wanted);
}

const socketIn = (entries: Entry[]): Entry => {
  const found = entries.find(({ _resourceType }) => _resourceType === 'websocket');
  if (!found) throw new Error('no socket');
  return found;
};

test.describe('Chrome’s export', () => {
  test('becomes what a visit records: times from the beginning, frames with direction, nothing secret', () => {
    const { evidence, untold } = readCapture(loadCapture({ har: CHROME }));
    expect(evidence).toMatchObject({
      visit: 'https://desk.example.test/',
      startedAt: '2026-03-04T09:15:00.100Z',
      navigation: { status: 200, fromServiceWorker: false },
      page: { url: 'https://desk.example.test/', title: 'Order desk' },
      untold: ['console', 'page'],
      truncated: [],
    });
    expect(evidence.requests.map(({ type, url, status, body }) => [type, url, status, body])).toEqual([
      ['document', 'https://desk.example.test/', 200, undefined],
      ['script', 'https://desk.example.test/app.js', 200, undefined],
      ['fetch', 'https://desk.example.test/api/orders', 200, '[]'],
    ]);
    const [socket] = evidence.sockets;
    expect(socket).toMatchObject({
      at: 120,
      openedAt: 138,
      url: 'wss://desk.example.test/socket.io/?EIO=4&transport=websocket&token=‹masked›',
    });
    expect(socket).not.toHaveProperty('closedAt');
    expect(socket?.frames.map(({ direction, at, text }) => [direction, Math.round(at), text.slice(0, 10)])).toEqual([
      ['received', 210, '0{"sid":"‹'],
      ['sent', 220, '40/orders,'],
      ['received', 250, '44/orders,'],
    ]);
    expect(untold).toContain('the file holds no console');
    const text = JSON.stringify(evidence);
    expect(text).not.toContain('demo-session-value-1');
    expect(text).not.toContain('demo.token.unsigned');
  });

  test('names the cause that the server told in a frame', async () => {
    const { page, diagnosis } = await diagnoseCapture({ har: CHROME });
    expect(page).toBe('https://desk.example.test/');
    expect(diagnosis).toMatchObject({ verdict: 'faulty', cause: 'namespace-invalid', level: 'proven' });
  });

  test('a handshake that failed stands among the messages', () => {
    const text = 'Error during WebSocket handshake: Unexpected response code: 502';
    const { evidence } = read((entries) => {
      const socket = socketIn(entries);
      socket.response.status = 0;
      socket._webSocketMessages = [{ type: 'error', opcode: -1, time: 1772615700.4, data: text }];
    });
    expect(evidence.sockets[0]).toMatchObject({ error: text, frames: [] });
    expect(evidence.sockets[0]).not.toHaveProperty('openedAt');
  });

  test('of a socket without status and error nothing is concluded: neither that it is silent, nor that none was tried', async () => {
    const har = chrome();
    const socket = socketIn(har.log.entries);
    socket.response.status = 0;
    socket._webSocketMessages = [];
    // Much later the page did something else.
    har.log.entries.push({ ...(har.log.entries[2] as Entry), startedDateTime: '2026-03-04T09:16:00.000Z' });
    const file = written('pending.har', JSON.stringify(har));
    const { evidence, untold } = readCapture(loadCapture({ har: file }));
    expect(evidence.sockets).toEqual([{ at: evidence.duration, url: expect.any(String) as unknown, frames: [] }]);
    expect(untold.join()).toContain('wss://desk.example.test/socket.io/ how it ended');
    const { diagnosis } = await diagnoseCapture({ har: file });
    expect(diagnosis).toMatchObject({ verdict: 'inconclusive', candidates: [] });
    expect(diagnosis.because.join()).toContain('how it ended');
  });

  test('nothing that failed is not healthy: whether a socket ended is not in the file', async () => {
    const har = chrome();
    socketIn(har.log.entries)._webSocketMessages?.splice(2, 1, {
      type: 'receive',
      opcode: 1,
      time: 1772615700.35,
      data: '40/orders,{"sid":"demo"}',
    });
    const { diagnosis } = await diagnoseCapture({ har: written('well.har', JSON.stringify(har)) });
    expect(diagnosis.verdict).toBe('inconclusive');
    expect(diagnosis.because[0]).toBe('nothing in the file failed');
    expect(diagnosis.because.join()).toContain('whether and how it ended');
  });
});

test.describe('what other tools write', () => {
  test('of a version of Playwright that keeps no sockets it is not said that none was opened', async () => {
    const har = chrome();
    har.log.creator = { name: 'Playwright', version: '1.60.2' };
    har.log.entries.splice(3, 1);
    const old = written('old.har', JSON.stringify(har));
    const { evidence, untold } = readCapture({ ...loadCapture({ har: old }), console: [] });
    expect(evidence.untold).toEqual(['page', 'sockets']);
    expect(untold).toEqual(['Playwright 1.60.2 keeps no WebSockets; 1.61 and newer do']);
    expect(evaluate({ evidence, readings: [], addresses: [] }).questions).not.toContainEqual(
      expect.objectContaining({ ask: 'bundle' }),
    );
    // A newer one does: that none is there shows that none was tried.
    har.log.creator.version = '1.61.0';
    const newer = readCapture({ ...loadCapture({ har: written('new.har', JSON.stringify(har)) }), console: [] });
    expect(newer.evidence.untold).toEqual(['page']);
  });

  test('a close frame, whose code a proxy keeps', () => {
    const { evidence, untold } = read((entries) => {
      socketIn(entries)._webSocketMessages?.push({ type: 'receive', opcode: 8, time: 1772615703, data: '1008 policy' });
    });
    expect(evidence.sockets[0]).toMatchObject({ closedAt: 2900, closeCode: 1008, wasClean: true });
    expect(untold.join()).not.toContain('whether and how it ended');
  });

  test('no resource types, and a handshake under http with the status that refused it', () => {
    const { evidence } = read((entries) => {
      for (const entry of entries) delete entry._resourceType;
      const socket = socketOf(entries);
      socket.request.url = socket.request.url.replace('wss:', 'https:');
      socket.response.status = 403;
      delete socket._webSocketMessages;
    });
    expect(evidence.requests.map(({ type }) => type)).toEqual(['document', 'script', 'fetch']);
    expect(evidence.sockets[0]).toMatchObject({
      url: expect.stringMatching(/^wss:/),
      error: 'Error during WebSocket handshake: Unexpected response code: 403',
    });
  });

  test('messages of an event stream, with and without their times', () => {
    const stream = (entries: Entry[]): Entry => {
      const entry = entries[2] as Entry;
      entry._resourceType = 'eventsource';
      entry.response.headers = [{ name: 'Content-Type', value: 'text/event-stream' }];
      return entry;
    };
    const listed = read((entries) => {
      stream(entries)._eventSourceMessages = [{ time: 1772615700.5, eventName: 'order', data: '1' }];
    });
    expect(listed.evidence.requests[2]?.events).toEqual([{ at: 400, direction: 'received', text: 'order: 1' }]);
    const whole = read((entries) => {
      stream(entries).response.content = { mimeType: 'text/event-stream', text: 'data: 1\n\nevent: x\ndata: 2\n\n' };
    });
    expect(whole.evidence.requests[2]?.events?.map(({ text }) => text)).toEqual(['message: 1', 'x: 2']);
  });

  test('several pages: the last with a live connection, or the one that is named', () => {
    const second = (entries: Entry[]): void => {
      const [document] = entries;
      if (!document) return;
      entries.push({
        ...document,
        pageref: 'page_2',
        startedDateTime: '2026-03-04T09:20:00.000Z',
        request: { ...document.request, url: 'https://desk.example.test/help' },
      });
    };
    expect(read(second).evidence.visit).toBe('https://desk.example.test/');
    expect(read(second, 'https://desk.example.test/help').evidence.requests).toHaveLength(1);
    expect(() => read(second, 'https://other.example.test/')).toThrow(/no page that begins with https:\/\/other/);
  });
});

const socketOf = (entries: Entry[]): Entry => {
  const found = entries.find(({ request }) => request.url.includes('socket.io'));
  if (!found) throw new Error('no socket');
  return found;
};

test('what Chromium says about CORS, in its words', () => {
  const said = (sentence: string): string | undefined =>
    corsErrorsIn([
      {
        text: `Access to fetch at 'http://a.test/x' from origin 'http://b.test' has been blocked by CORS policy: ${sentence}`,
      },
    ]).get('http://a.test/x');
  const preflight = "Response to preflight request doesn't pass access control check: ";
  const header = "No 'Access-Control-Allow-Origin' header is present on the requested resource.";
  expect(said(header)).toBe('MissingAllowOriginHeader');
  expect(said(preflight + header)).toBe('PreflightMissingAllowOriginHeader');
  expect(said(`${preflight}It does not have HTTP ok status.`)).toBe('PreflightInvalidStatus');
  expect(
    said(
      "The 'Access-Control-Allow-Origin' header has a value 'http://c.test' that is not equal to the supplied origin.",
    ),
  ).toBe('AllowOriginMismatch');
  expect(
    said('Request header field x-tenant is not allowed by Access-Control-Allow-Headers in preflight response.'),
  ).toBe('HeaderDisallowedByPreflightResponse');
  expect(said('Words of a version to come.')).toBeUndefined();
});

test.describe('a file that cannot be used is refused with its name, the place in it and what to do', () => {
  const refusal = (source: Parameters<typeof loadCapture>[0]): { message: string; hint?: string; exitCode: number } => {
    try {
      loadCapture(source);
    } catch (error) {
      return error as { message: string; hint?: string; exitCode: number };
    }
    throw new Error('it was taken');
  };

  const changed = (change: (entry: Record<string, Record<string, unknown>>) => void): string => {
    const har = chrome();
    change(har.log.entries[1] as unknown as Record<string, Record<string, unknown>>);
    return written('wrong.har', JSON.stringify(har));
  };

  for (const [name, file, says] of [
    ['no such file', () => path.join(os.tmpdir(), 'none.har'), /cannot be read: ENOENT/],
    ['no JSON', () => written('text.har', '<html>'), /is no JSON/],
    ['JSON of another kind', () => written('other.har', '{"log":{}}'), /: log\.entries: /],
    [
      'a key of another type',
      () => changed((entry) => Object.assign(entry.request ?? {}, { url: 7 })),
      /: log\.entries\.1\.request\.url: /,
    ],
    [
      'no date',
      () => changed((entry) => Object.assign(entry, { startedDateTime: 'x' })),
      /: log\.entries\.1\.startedDateTime: expected a date/,
    ],
  ] as const) {
    test(`--har: ${name}`, () => {
      const har = file();
      const { message, hint, exitCode } = refusal({ har });
      expect(message).toContain(`--har: ${har}: `);
      expect(message).toMatch(says);
      expect(hint).not.toBe('');
      expect(exitCode).toBe(2);
    });
  }

  test('--har: longer than is read', () => {
    const har = written('long.har', '');
    truncateSync(har, 300_000_000);
    expect(refusal({ har }).message).toContain('it is 300 MB long, and at most 200 MB are read');
  });

  test('--trace: no archive, another archive, and a line that is damaged', () => {
    expect(refusal({ trace: written('a.zip', 'PK and no more') }).message).toMatch(/no zip archive, or a damaged one/);
    const other = written('b.zip', zipSync({ 'readme.txt': strToU8('x') }));
    expect(refusal({ trace: other }).message).toContain('holds no *.network file');
    const lines = ['{"type":"resource-snapshot","snapshot":{}}', ''].join('\n');
    const damaged = written('c.zip', zipSync({ 'trace.network': strToU8(lines), 'trace.trace': strToU8('') }));
    expect(refusal({ trace: damaged }).message).toContain('trace.network: line 1: snapshot.startedDateTime: ');
  });

  test('--trace: unpacked longer than is read', () => {
    const bomb = zipSync({ 'trace.network': [new Uint8Array(450_000_000), { level: 1 }] });
    const trace = written('bomb.zip', bomb);
    expect(bomb.length).toBeLessThan(5_000_000);
    expect(refusal({ trace }).message).toContain('unpacked it is longer than 400 MB');
  });
});
