// What the `reverb` service must do on the wire, case by case as the real Laravel Reverb 1.10.2 was measured.
// Runs against the stand-in of compose/balancas, or against any running server (see reverb/subject.ts).
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { request as httpRequest } from 'undici';
import { WebSocket } from 'ws';
import { closePayload, OPCODE, serverFrame, serverText, text, type ClientFrame } from './reverb/frames.ts';
import { ReverbProcess } from './reverb/process.ts';
import {
  ACCEPT,
  APP,
  apiRequest,
  channelAuth,
  delivered,
  event,
  expect,
  externalUrl,
  handshake,
  json,
  plainRequest,
  pusherError,
  subscribe,
  succeeded,
  test,
  withoutDate,
  type ApiRequest,
  Subject,
  type Settings,
  type Socket,
} from './reverb/subject.ts';
import type { Tcp } from './reverb/raw-client.ts';

// One after the other on a running server: its connections and channels are counted.
test.describe.configure({ mode: externalUrl ? 'default' : 'parallel' });

const APP_PATH = `/app/${APP.key}`;
const API = `/apps/${APP.id}`;
const EVENTS = `${API}/events`;
const POWERED_BY = 'X-Powered-By: Laravel Reverb\r\n\r\n';
const SWITCHING =
  'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
  `Sec-WebSocket-Accept: ${ACCEPT}\r\n${POWERED_BY}`;
const GREETING =
  /^\{"event":"pusher:connection_established","data":"\{\\"socket_id\\":\\"\d+\.\d+\\",\\"activity_timeout\\":30\}"\}$/;
const PONG = '{"event":"pusher:pong"}';
const PING = JSON.stringify({ event: 'pusher:ping' });
const INVALID = pusherError(4200, 'Invalid message format');
const UNAUTHORIZED = pusherError(4009, 'Connection is unauthorized');
const NO_APPLICATION = pusherError(4001, 'Application does not exist');

const refusal = (status: string, body: string, headers = '') => `HTTP/1.1 ${status}\r\n${headers}\r\n${body}`;
const NOT_FOUND = refusal('404 Not Found', 'Not found.');
const SERVER_ERROR = refusal('500 Internal Server Error', 'Internal server error.');
const TOO_LARGE = refusal('413 Request Entity Too Large', 'Payload too large.');
const BAD_SIGNATURE = refusal('401 Unauthorized', 'Authentication signature invalid.');
const notAllowed = (allow: string) => refusal('405 Method Not Allowed', 'Method not allowed.', `Allow: ${allow}\r\n`);

const clientEvent = (channel: string, data: unknown = { a: 1 }) =>
  JSON.stringify({ event: 'client-typing', channel, data });

test.describe('1 healthy connect', () => {
  for (const query of ['', '?protocol=7&client=js&version=8.6.0&flash=false', '?protocol=99', '?protocol=']) {
    test(`101 with four headers and the greeting in one segment, query "${query}"`, async ({ subject }) => {
      const socket = await (await subject()).open(handshake(APP_PATH + query));
      expect(socket.head).toBe(SWITCHING);
      expect(socket.greeting).toMatch(GREETING);
      expect(socket.raw.segments).toBe(1);
      expect(await socket.read('')).toEqual({ bytes: '', tcp: 'open' });
    });
  }

  const offers: [title: string, headers: Record<string, string>][] = [
    ['permessage-deflate offered', { 'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits' }],
    ['a subprotocol offered', { 'Sec-WebSocket-Protocol': 'pusher' }],
    ['Connection: keep-alive, Upgrade', { Connection: 'keep-alive, Upgrade' }],
    ['Upgrade: WebSocket', { Upgrade: 'WebSocket' }],
  ];
  for (const [title, headers] of offers) {
    test(`${title}: the same 101`, async ({ subject }) => {
      const socket = await (await subject()).open(handshake(APP_PATH, headers));
      expect(socket.head).toBe(SWITCHING);
      expect(socket.greeting).toMatch(GREETING);
    });
  }

  test('both parts of the socket id are between 1 and 1,000,000,000', async ({ subject }) => {
    const server = await subject();
    const sockets = await Promise.all(Array.from({ length: 20 }, () => server.open()));
    const parts = sockets.flatMap((socket) => socket.id.split('.').map(Number));
    expect(Math.min(...parts)).toBeGreaterThanOrEqual(1);
    expect(Math.max(...parts)).toBeLessThanOrEqual(1_000_000_000);
    expect(new Set(parts).size).toBeGreaterThan(30);
  });

  test('activity_timeout is announced', async ({ subject }) => {
    const socket = await (await subject({ activityTimeout: 3 })).open();
    expect(socket.greeting).toContain('\\"activity_timeout\\":3}');
  });

  test('a published event', async ({ subject }) => {
    const server = await subject();
    const socket = await server.subscribed('orders');
    await server.api({ path: EVENTS, body: event('orders') });
    await socket.expectTexts(delivered('orders'));
  });

  test('a batch event has another key order', async ({ subject }) => {
    const server = await subject();
    const socket = await server.subscribed('orders');
    const body = JSON.stringify({ batch: [{ name: 'a', channel: 'orders', data: '{}' }] });
    const answer = await server.api({ path: `${API}/batch_events`, body });
    expect(answer).toEqual({ bytes: json('{"batch":{}}'), tcp: 'FIN' });
    await socket.expectTexts('{"event":"a","channel":"orders","data":"{}"}');
  });

  test('unsubscribe: no answer, and nothing more is delivered', async ({ subject }) => {
    const server = await subject();
    const socket = await server.subscribed('orders');
    socket.send(JSON.stringify({ event: 'pusher:unsubscribe', data: { channel: 'orders' } }));
    expect(await socket.read('')).toEqual({ bytes: '', tcp: 'open' });
    await server.api({ path: EVENTS, body: event('orders') });
    expect(await socket.read('')).toEqual({ bytes: '', tcp: 'open' });
  });
});

test.describe('2 handshake and plain HTTP', () => {
  interface Exchange {
    title: string;
    request: string | Buffer;
    answer: string;
    tcp: Tcp;
    settings?: Settings;
  }

  const longCookie = (length: number) => {
    const empty = handshake(APP_PATH, { Cookie: '' });
    return handshake(APP_PATH, { Cookie: 'c'.repeat(length - empty.length) });
  };
  const wrongPaths = [
    '/app',
    '/app/',
    '/',
    `${APP_PATH}/`,
    `${APP_PATH}/extra`,
    '/socket.io/?EIO=4&transport=websocket',
  ];

  const exchanges: Exchange[] = [
    ...wrongPaths.flatMap((path): Exchange[] => [
      { title: `upgrade to ${path}`, request: handshake(path), answer: NOT_FOUND, tcp: 'FIN' },
      { title: `GET ${path}`, request: plainRequest('GET', path), answer: NOT_FOUND, tcp: 'FIN' },
    ]),
    {
      title: 'GET of the right key without Upgrade',
      request: plainRequest('GET', APP_PATH),
      answer: SERVER_ERROR,
      tcp: 'FIN',
    },
    {
      title: 'GET of a wrong key without Upgrade',
      request: plainRequest('GET', '/app/wrong'),
      answer: SERVER_ERROR,
      tcp: 'FIN',
    },
    {
      title: 'the same over HTTP/1.0',
      request: plainRequest('GET', APP_PATH, '', '1.0'),
      answer: SERVER_ERROR,
      tcp: 'FIN',
    },
    {
      title: 'the same with Connection: close',
      request: plainRequest('GET', APP_PATH, 'Host: reverb.test\r\nConnection: close\r\n'),
      answer: SERVER_ERROR,
      tcp: 'FIN',
    },
    { title: 'POST of the key', request: plainRequest('POST', APP_PATH), answer: notAllowed('GET'), tcp: 'FIN' },
    { title: 'GET of the events', request: plainRequest('GET', EVENTS), answer: notAllowed('POST'), tcp: 'FIN' },
    {
      title: 'OPTIONS of the events',
      request: plainRequest('OPTIONS', EVENTS),
      answer: notAllowed('POST'),
      tcp: 'FIN',
    },
    { title: 'GET /up', request: plainRequest('GET', '/up'), answer: json('{"health":"OK"}'), tcp: 'FIN' },
    { title: 'HEAD /up has a body', request: plainRequest('HEAD', '/up'), answer: json('{"health":"OK"}'), tcp: 'FIN' },
    { title: '10,001 bytes of handshake', request: longCookie(10_001), answer: TOO_LARGE, tcp: 'FIN' },
    {
      title: 'a long address',
      request: handshake(`${APP_PATH}?${'q'.repeat(10_000)}`),
      answer: TOO_LARGE,
      tcp: 'FIN',
    },
    {
      title: 'no HTTP',
      request: 'HELLO\r\n\r\n',
      answer: refusal('400 Bad Request', 'Bad request.'),
      tcp: 'FIN',
    },
    { title: 'a lone empty line', request: '\r\n\r\n', answer: '', tcp: 'open' },
    { title: 'half a request', request: `GET ${APP_PATH} HTTP/1.1\r\nHost: reverb.test\r\n`, answer: '', tcp: 'open' },
    {
      title: 'the beginning of a TLS hello',
      request: Buffer.from('160301007a0100007603035a5b5c5d5e5f', 'hex'),
      answer: '',
      tcp: 'open',
    },
    {
      title: 'of two pipelined requests only the first is answered',
      request: plainRequest('GET', '/nothing') + plainRequest('GET', '/up'),
      answer: NOT_FOUND,
      tcp: 'FIN',
    },
    {
      title: 'with a server path, the path without it',
      request: handshake(APP_PATH),
      answer: NOT_FOUND,
      tcp: 'FIN',
      settings: { path: '/ws' },
    },
  ];
  for (const { title, request, answer, tcp, settings } of exchanges) {
    test(`${title}: ${answer.split('\r\n')[0] || 'silence'}, ${tcp}`, async ({ subject }) => {
      const seen = await (await subject(settings)).exchange(request, answer, tcp);
      expect({ ...seen, bytes: withoutDate(seen.bytes) }).toEqual({ bytes: answer, tcp });
    });
  }

  test('half a request is completed later: 101', async ({ subject }) => {
    const request = handshake(APP_PATH);
    const client = (await subject()).connect();
    client.send(request.slice(0, 40));
    expect(await client.read(0, 'open', 1000)).toEqual({ bytes: '', tcp: 'open' });
    client.send(request.slice(40));
    expect(await client.take((unread) => (unread.startsWith(SWITCHING) ? SWITCHING.length : 0))).toBe(SWITCHING);
  });

  test('with a server path, the path under it: 101', async ({ subject }) => {
    const socket = await (await subject({ path: '/ws' })).open(handshake(`/ws${APP_PATH}`));
    expect(socket.head).toBe(SWITCHING);
  });

  test('with a server path, publishing is signed without it', async ({ subject }) => {
    const server = await subject({ path: '/ws' });
    const unprefixed = await server.api({ path: EVENTS, body: event('orders') });
    const prefixed = await server.api({ path: `/ws${EVENTS}`, signedPath: EVENTS, body: event('orders') });
    expect([unprefixed.bytes, prefixed.bytes]).toEqual([NOT_FOUND, json('{}')]);
  });

  test('10,000 bytes of handshake: 101', async ({ subject }) => {
    const socket = await (await subject()).open(longCookie(10_000));
    expect(socket.head).toBe(SWITCHING);
  });

  const suggestion = `Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n${POWERED_BY}`;
  const failedHandshakes: [title: string, request: string, head: string][] = [
    ['HTTP/1.0', handshake(APP_PATH, {}, '1.0'), `HTTP/1.1 505 HTTP Version not supported\r\n${POWERED_BY}`],
    [
      'Connection: close',
      handshake(APP_PATH, { Connection: 'close' }),
      `HTTP/1.1 400 Connection Upgrade MUST be requested\r\n${POWERED_BY}`,
    ],
    [
      'no Connection',
      handshake(APP_PATH, { Connection: null }),
      `HTTP/1.1 400 Connection Upgrade MUST be requested\r\n${POWERED_BY}`,
    ],
    [
      'no key',
      handshake(APP_PATH, { 'Sec-WebSocket-Key': null }),
      `HTTP/1.1 400 Invalid Sec-WebSocket-Key\r\n${POWERED_BY}`,
    ],
    ['no Host', handshake(APP_PATH, { Host: null }), `HTTP/1.1 400 Bad Request\r\n${POWERED_BY}`],
    [
      'version 8',
      handshake(APP_PATH, { 'Sec-WebSocket-Version': '8' }),
      `HTTP/1.1 426 Upgrade Required\r\n${suggestion}`,
    ],
    [
      'Upgrade: h2c',
      handshake(APP_PATH, { Upgrade: 'h2c' }),
      `HTTP/1.1 426 Upgrade header MUST be provided\r\n${suggestion}`,
    ],
  ];
  for (const [title, request, head] of failedHandshakes) {
    test(`bad handshake, ${title}: ${head.split('\r\n')[0]}, then the greeting, and stays open`, async ({
      subject,
    }) => {
      const socket = await (await subject()).open(request);
      expect(socket.head).toBe(head);
      expect(socket.greeting).toMatch(GREETING);
      expect(await socket.read('', 'open', 400)).toEqual({ bytes: '', tcp: 'open' });
    });
  }

  test('bad handshake with a wrong key: 505, the error, FIN', async ({ subject }) => {
    const answer = `HTTP/1.1 505 HTTP Version not supported\r\n${POWERED_BY}${serverText(NO_APPLICATION)}`;
    const seen = await (await subject()).exchange(handshake('/app/wrong', {}, '1.0'), answer, 'FIN');
    expect(seen).toEqual({ bytes: answer, tcp: 'FIN' });
  });
});

test.describe('3 wrong app key', () => {
  const wrong: [title: string, key: string, settings?: Settings][] = [
    ['another key', 'wrong'],
    ['another letter case', APP.key.toUpperCase()],
    ['undefined', 'undefined'],
    ['a space behind it', `${APP.key}%20`],
    ['the server has no key', APP.key, { appKey: '' }],
  ];
  for (const [title, key, settings] of wrong) {
    test(`${title}: 101, 4001, FIN without a close frame`, async ({ subject }) => {
      const answer = SWITCHING + serverText(NO_APPLICATION);
      const seen = await (await subject(settings)).exchange(handshake(`/app/${key}`), answer, 'FIN');
      expect(seen).toEqual({ bytes: answer, tcp: 'FIN' });
    });
  }

  test('the server has no key, neither has the address: 404', async ({ subject }) => {
    const seen = await (await subject({ appKey: '' })).exchange(handshake('/app/'), NOT_FOUND, 'FIN');
    expect(seen).toEqual({ bytes: NOT_FOUND, tcp: 'FIN' });
  });
});

test.describe('4 allowed origins', () => {
  const REFUSED = pusherError(4009, 'Origin not allowed');
  const origins: [allowed: string, origin: string | null, accepted: boolean][] = [
    ['app.example.test', 'https://app.example.test:8443', true],
    ['app.example.test', 'http://app.example.test', true],
    ['app.example.test', 'http://other.test', false],
    ['app.example.test', null, false],
    ['app.example.test', 'null', false],
    ['app.example.test', 'app.example.test', false],
    ['app.example.test', 'https://sub.app.example.test', false],
    ['app.example.test', 'https://APP.example.test', false],
    ['https://app.example.test', 'https://app.example.test', false],
    ['https://app.example.test', 'https://other.test', false],
    ['app.example.test:8443', 'https://app.example.test:8443', false],
    ['*.example.test', 'https://app.example.test', true],
    ['*.example.test', 'https://example.test', false],
  ];
  for (const [allowed, origin, accepted] of origins) {
    test(`${allowed} and ${origin ?? 'no origin'}: ${accepted ? 'accepted' : '4009'}`, async ({ subject }) => {
      const server = await subject({ allowedOrigins: [allowed] });
      const socket = await server.open(handshake(APP_PATH, { Origin: origin }));
      expect(socket.head).toBe(SWITCHING);
      expect(socket.greeting).toEqual(accepted ? expect.stringMatching(GREETING) : REFUSED);
      expect(await socket.read('')).toEqual({ bytes: '', tcp: 'open' });
    });
  }

  test('the refused client can subscribe and receives events', async ({ subject }) => {
    const server = await subject({ allowedOrigins: ['app.example.test'] });
    const socket = await server.open(handshake(APP_PATH, { Origin: 'http://other.test' }));
    socket.send(subscribe('orders'));
    await socket.expectTexts(succeeded('orders'));
    await server.api({ path: EVENTS, body: event('orders') });
    await socket.expectTexts(delivered('orders'));
  });
});

test.describe('5 private and presence channels', () => {
  const PRIVATE = 'private-orders.1';
  const unauthorized: [title: string, auth: (socket: Socket) => object][] = [
    ['no auth', () => ({ auth: undefined })],
    ['empty auth', () => ({ auth: '' })],
    ['bad signature', () => ({ auth: `${APP.key}:${'0'.repeat(64)}` })],
    ['another secret', ({ id }) => ({ auth: `${APP.key}:${channelAuth(id, PRIVATE, '', 'another')}` })],
  ];
  for (const [title, auth] of unauthorized) {
    test(`${title}: 4009 without a channel, public channels go on`, async ({ subject }) => {
      const socket = await (await subject()).open();
      socket.send(subscribe(PRIVATE, auth(socket)));
      await socket.expectTexts(UNAUTHORIZED);
      socket.send(subscribe('orders'));
      await socket.expectTexts(succeeded('orders'));
    });
  }

  for (const key of [APP.key, 'zzz']) {
    test(`right signature, "${key}" before the colon: accepted, events delivered`, async ({ subject }) => {
      const server = await subject();
      const socket = await server.open();
      socket.send(subscribe(PRIVATE, { auth: `${key}:${channelAuth(socket.id, PRIVATE)}` }));
      await socket.expectTexts(succeeded(PRIVATE));
      await server.api({ path: EVENTS, body: event(PRIVATE) });
      await socket.expectTexts(delivered(PRIVATE));
    });
  }

  const presences: [title: string, channelData: string, data: string][] = [
    [
      'with channel_data',
      '{"user_id":"7","user_info":{"n":"a"}}',
      '{"presence":{"count":1,"ids":["7"],"hash":{"7":{"n":"a"}}}}',
    ],
    ['signed without channel_data', '', '{"presence":{"count":0,"ids":[],"hash":[]}}'],
  ];
  for (const [title, channelData, data] of presences) {
    test(`presence channel ${title}`, async ({ subject }) => {
      const socket = await (await subject()).open();
      const auth = `${APP.key}:${channelAuth(socket.id, 'presence-room', channelData)}`;
      socket.send(subscribe('presence-room', { auth, ...(channelData && { channel_data: channelData }) }));
      await socket.expectTexts(succeeded('presence-room', data));
    });
  }

  test('the public name of a private channel: succeeded, never an event', async ({ subject }) => {
    const server = await subject();
    const socket = await server.subscribed('orders.1');
    await server.api({ path: EVENTS, body: event(PRIVATE) });
    expect(await socket.read('')).toEqual({ bytes: '', tcp: 'open' });
  });
});

test.describe('6 messages from the client', () => {
  interface Conversation {
    title: string;
    /** Channels subscribed before, whose answers are not part of the case. */
    member?: string[];
    send: (string | ClientFrame)[];
    answer: string;
    tcp?: Tcp;
    settings?: Settings;
  }

  const close = (code: number, reason = '') => serverFrame(OPCODE.close, closePayload(code, reason));
  const texts = (...payloads: string[]) => payloads.map(serverText).join('');
  const ofLength = (length: number) => {
    const message = (padding: string) => JSON.stringify({ event: 'pusher:ping', padding });
    return message('x'.repeat(length - message('').length));
  };
  const limited = (terminate: boolean): Settings => ({ rateLimit: { maxAttempts: 3, decaySeconds: 60, terminate } });

  const invalid: [title: string, message: string][] = [
    ['invalid JSON', '{"event":'],
    ['empty text', ''],
    ['a JSON string', '"hello"'],
    ['an empty list', '[]'],
    ['no event', '{"data":{}}'],
    ['unknown pusher:foo', '{"event":"pusher:foo","data":{}}'],
    ['pusher:signin', '{"event":"pusher:signin","data":{"auth":"x","user_data":"{}"}}'],
    ['subscribe without a channel', '{"event":"pusher:subscribe","data":{"auth":""}}'],
    ['an event without a channel', '{"event":"something","data":{}}'],
    ['a client event with text as data', clientEvent('orders', 'text')],
  ];

  const conversations: Conversation[] = [
    { title: 'pusher:ping', send: [PING], answer: texts(PONG) },
    {
      title: 'WebSocket ping',
      send: [{ opcode: OPCODE.ping, payload: 'hi' }],
      answer: serverFrame(OPCODE.pong, 'hi'),
    },
    {
      title: 'subscribe twice',
      send: [subscribe('orders'), subscribe('orders')],
      answer: texts(succeeded('orders'), succeeded('orders')),
    },
    {
      title: 'subscribe with data as JSON text',
      send: [JSON.stringify({ event: 'pusher:subscribe', data: '{"auth":"","channel":"orders"}' })],
      answer: texts(succeeded('orders')),
    },
    {
      title: 'subscribe to the channel without a name',
      send: [subscribe('')],
      answer: texts('{"event":"pusher_internal:subscription_succeeded","data":"{}"}'),
    },
    {
      title: 'close 1000',
      send: [{ opcode: OPCODE.close, payload: closePayload(1000) }],
      answer: close(1000),
      tcp: 'FIN',
    },
    { title: 'close without a code', send: [{ opcode: OPCODE.close, payload: '' }], answer: close(1000), tcp: 'FIN' },
    {
      title: 'close 4999',
      send: [{ opcode: OPCODE.close, payload: closePayload(4999, 'bye') }],
      answer: close(4999, 'bye'),
      tcp: 'FIN',
    },
    { title: '10,000 bytes', send: [ofLength(10_000)], answer: texts(PONG) },
    {
      title: '10,001 bytes',
      send: [ofLength(10_001)],
      answer: close(1009, 'Maximum message size exceeded'),
      tcp: 'FIN',
    },
    ...invalid.map(([title, message]) => ({ title, send: [message], answer: texts(INVALID) })),
    { title: 'after an invalid message', send: ['[]', PING], answer: texts(INVALID, PONG) },
    {
      title: 'another event with a channel',
      member: ['orders'],
      send: [JSON.stringify({ event: 'something', channel: 'orders', data: {} })],
      answer: '',
    },
    {
      title: 'client event of a member, seen by itself',
      member: ['orders'],
      send: [clientEvent('orders')],
      answer: '',
    },
    {
      title: 'client event of a client that is no member',
      send: [clientEvent('orders')],
      answer: texts(pusherError(4009, 'The client is not a member of the specified channel.')),
    },
    {
      title: 'client events switched off',
      member: ['orders'],
      send: [clientEvent('orders')],
      answer: texts(pusherError(4301, 'The app does not have client messaging enabled.')),
      settings: { acceptClientEventsFrom: 'none' },
    },
    {
      title: 'rate limit',
      send: [PING, PING, PING, PING, PING],
      answer: texts(PONG, PONG, PONG, ...Array<string>(2).fill(pusherError(4301, 'Rate limit exceeded'))),
      settings: limited(false),
    },
    {
      title: 'rate limit with terminate',
      send: [PING, PING, PING, PING],
      answer: texts(PONG, PONG, PONG),
      tcp: 'FIN',
      settings: limited(true),
    },
    { title: 'a binary frame', send: [{ ...text(PING), opcode: OPCODE.binary }], answer: texts(PONG) },
    {
      title: 'an unmasked frame',
      send: [{ ...text(PING), masked: false }],
      answer: close(1002, 'Ratchet detected an incorrect frame mask'),
      tcp: 'FIN',
    },
    ...[1, 2, 4].map((reservedBits): Conversation => ({
      title: `reserved bit ${reservedBits}`,
      send: [{ ...text(PING), reservedBits }],
      answer: close(1002, 'Ratchet detected an invalid reserve code'),
      tcp: 'FIN',
    })),
    {
      title: 'text that is no UTF-8',
      send: [{ opcode: OPCODE.text, payload: Buffer.from([0x22, 0xff, 0xfe, 0x22]) }],
      answer: close(1007, 'Ratchet detected an invalid UTF-8 payload'),
      tcp: 'FIN',
    },
  ];
  for (const { title, member = [], send, answer, tcp = 'open', settings } of conversations) {
    test(`${title}: ${tcp}`, async ({ subject }) => {
      const server = await subject(settings);
      const socket = await server.subscribed(...member);
      socket.send(...send);
      expect(await socket.read(answer, tcp)).toEqual({ bytes: answer, tcp });
    });
  }

  test('a client event of a member reaches the others, with an object as data', async ({ subject }) => {
    const server = await subject();
    const [sender, other] = [await server.subscribed('orders'), await server.subscribed('orders')];
    sender.send(clientEvent('orders'));
    await other.expectTexts('{"event":"client-typing","channel":"orders","data":{"a":1}}');
    await sender.expectTexts();
  });

  test('another event of a member reaches nobody', async ({ subject }) => {
    const server = await subject();
    const [sender, other] = [await server.subscribed('orders'), await server.subscribed('orders')];
    sender.send(JSON.stringify({ event: 'something', channel: 'orders', data: {} }));
    await other.expectTexts();
    await sender.expectTexts();
  });
});

test.describe('7 connection quota', () => {
  const OVER = pusherError(4004, 'Application is over connection quota');
  const quota = { maxConnections: 1 };

  test('connections without a subscription do not count', async ({ subject }) => {
    const server = await subject(quota);
    await server.open();
    expect((await server.open()).greeting).toMatch(GREETING);
  });

  test('over the quota: 4004 instead of the greeting, open, and fully usable', async ({ subject }) => {
    const server = await subject(quota);
    await server.subscribed('orders');
    const refused = await server.open();
    expect(refused.head).toBe(SWITCHING);
    expect(refused.greeting).toBe(OVER);
    await refused.expectTexts();
    refused.send(subscribe('orders'));
    await refused.expectTexts(succeeded('orders'));
    await server.api({ path: EVENTS, body: event('orders') });
    await refused.expectTexts(delivered('orders'));
  });

  test('after all have gone a new one is accepted', async ({ subject }) => {
    const server = await subject(quota);
    const first = await server.subscribed('orders');
    expect((await server.open()).greeting).toBe(OVER);
    first.send({ opcode: OPCODE.close, payload: '' });
    await first.read('', 'FIN');
    await expect.poll(async () => (await server.open()).greeting).toMatch(GREETING);
  });
});

test.describe('8 inactivity, with a shorter tick than the real 60 s', () => {
  const SERVER_PING = serverText('{"event":"pusher:ping"}');
  const PRUNED = serverText(pusherError(4201, 'Pong reply not received in time'));
  const quick = { tickSeconds: 1, pingInterval: 0.1 };

  test('silent subscriber: pinged at the first tick, at the second 4201 and FIN without a close frame', async ({
    subject,
  }) => {
    const socket = await (await subject(quick)).subscribed('orders');
    expect(await socket.read(SERVER_PING)).toEqual({ bytes: SERVER_PING, tcp: 'open' });
    expect(await socket.read(PRUNED, 'FIN')).toEqual({ bytes: PRUNED, tcp: 'FIN' });
  });

  test('after any control frame the ping is one too, without payload', async ({ subject }) => {
    const socket = await (await subject(quick)).subscribed('orders');
    socket.send({ opcode: OPCODE.pong, payload: '' });
    const ping = serverFrame(OPCODE.ping, '');
    expect(await socket.read(ping)).toEqual({ bytes: ping, tcp: 'open' });
    expect(await socket.read(PRUNED, 'FIN')).toEqual({ bytes: PRUNED, tcp: 'FIN' });
  });

  test('a client that answers is pinged at each tick and kept', async ({ subject }) => {
    const socket = await (await subject(quick)).subscribed('orders');
    for (let tick = 0; tick < 3; tick += 1) {
      expect(await socket.read(SERVER_PING)).toEqual({ bytes: SERVER_PING, tcp: 'open' });
      socket.send('{"event":"pusher:pong"}');
    }
  });

  test('a client that pings by itself is never pinged', async ({ subject }) => {
    const socket = await (await subject({ tickSeconds: 1, pingInterval: 0.9 })).subscribed('orders');
    for (let round = 0; round < 12; round += 1) {
      socket.send(PING);
      await socket.expectTexts(PONG);
    }
  });

  test('without a subscription: never pinged, never pruned', async ({ subject }) => {
    const socket = await (await subject({ tickSeconds: 0.1, pingInterval: 0.05 })).open();
    expect(await socket.read('', 'open', 700)).toEqual({ bytes: '', tcp: 'open' });
  });
});

test.describe('9 HTTP API', () => {
  interface ApiCase extends ApiRequest {
    title: string;
    answer: string;
    /** Whether a subscriber of `orders` must have got the event. */
    reaches?: boolean;
  }
  const required = {
    data: ['The data field is required.'],
    channels: ['The channels field is required when channel is not present.'],
    channel: ['The channel field is required when channels is not present.'],
  };
  const unprocessable = (problems: object) => json(JSON.stringify(problems), '422 Unprocessable Content');
  const body = event('orders');

  const cases: ApiCase[] = [
    { title: 'signed', path: EVENTS, body, answer: json('{}'), reaches: true },
    { title: 'unsigned', path: EVENTS, body, unsigned: true, answer: BAD_SIGNATURE },
    { title: 'wrong secret', path: EVENTS, body, secret: 'another', answer: BAD_SIGNATURE },
    { title: 'body changed', path: EVENTS, body, signedBody: event('others'), answer: BAD_SIGNATURE },
    { title: 'wrong key', path: EVENTS, body, key: 'wrong', answer: json('{}'), reaches: true },
    { title: 'an hour old', path: EVENTS, body, timestamp: 1_700_000_000, answer: json('{}'), reaches: true },
    {
      title: 'unknown app',
      path: '/apps/nope/events',
      body,
      answer: refusal('404 Not Found', 'No matching application for ID [nope].'),
    },
    {
      title: 'unknown app, unsigned',
      path: '/apps/nope/events',
      body,
      unsigned: true,
      answer: refusal('404 Not Found', 'No matching application for ID [nope].'),
    },
    {
      title: 'fields missing',
      path: EVENTS,
      body: '{"name":"order.updated"}',
      answer: unprocessable(required),
    },
    {
      title: 'data is an object',
      path: EVENTS,
      body: '{"name":"order.updated","channels":["orders"],"data":{"a":1}}',
      answer: unprocessable({ data: ['The data field must be a string.'] }),
    },
    { title: 'not JSON', path: EVENTS, body: 'name=order.updated', answer: SERVER_ERROR },
    { title: 'no body', method: 'POST', path: EVENTS, answer: SERVER_ERROR },
    {
      title: 'chunked',
      path: EVENTS,
      body: `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
      signedBody: body,
      headers: 'Transfer-Encoding: chunked\r\n',
      answer: BAD_SIGNATURE,
    },
    { title: 'nobody listens', path: EVENTS, body: event('empty'), answer: json('{}') },
    {
      title: 'subscription count asked for',
      path: EVENTS,
      body: event('orders', undefined, { info: 'subscription_count' }),
      answer: json('{"channels":{"orders":{"subscription_count":1}}}'),
      reaches: true,
    },
    { title: 'channels', path: `${API}/channels`, answer: json('{"channels":{"orders":{}}}') },
    { title: 'channels, unsigned', path: `${API}/channels`, unsigned: true, answer: BAD_SIGNATURE },
    { title: 'connections', path: `${API}/connections`, answer: json('{"connections":1}') },
    { title: 'an occupied channel', path: `${API}/channels/orders`, answer: json('{"occupied":true}') },
    { title: 'an empty channel', path: `${API}/channels/none`, answer: json('{"occupied":false}') },
    { title: 'a trailing slash', path: `${EVENTS}/`, body, answer: NOT_FOUND },
  ];
  for (const { title, answer, reaches = false, ...request } of cases) {
    test(`${request.method ?? (request.body ? 'POST' : 'GET')} ${title}: ${answer.split('\r\n')[0]}`, async ({
      subject,
    }) => {
      const server = await subject();
      const subscriber = await server.subscribed('orders');
      // Not subscribed, so never counted.
      await server.open();
      expect(await server.api(request)).toEqual({ bytes: answer, tcp: 'FIN' });
      await subscriber.expectTexts(...(reaches ? [delivered('orders')] : []));
    });
  }

  const sizes: [bytes: number, answer: string][] = [
    [10_000, json('{}')],
    [10_001, TOO_LARGE],
  ];
  for (const [bytes, answer] of sizes) {
    test(`head and body of ${bytes} bytes: ${answer.split('\r\n')[0]}`, async ({ subject }) => {
      const server = await subject();
      const size = ({ head, body: sent }: { head: string; body: string }) => head.length + sent.length;
      const padded = (length: number) => ({ path: EVENTS, body: event('orders', 'x'.repeat(length)) });
      // The head has one size as soon as the length of the body has four digits.
      const rest = bytes - size(apiRequest(padded(9000)));
      expect(await server.api(padded(9000 + rest))).toEqual({ bytes: answer, tcp: 'FIN' });
    });
  }

  test('the head first and the body later: 200', async ({ subject }) => {
    const server = await subject();
    const { head } = apiRequest({ path: EVENTS, body });
    const client = server.connect();
    client.send(head);
    await sleep(300);
    client.send(body);
    const seen = await client.read(0, 'FIN');
    expect(withoutDate(seen.bytes)).toBe(json('{}'));
  });

  test('the sender that socket_id names gets nothing, the others do', async ({ subject }) => {
    const server = await subject();
    const [sender, other] = [await server.subscribed('orders'), await server.subscribed('orders')];
    const answer = await server.api({ path: EVENTS, body: event('orders', undefined, { socket_id: sender.id }) });
    expect(answer.bytes).toBe(json('{}'));
    await other.expectTexts(delivered('orders'));
    await sender.expectTexts();
  });
});

test.describe('15 as ordinary clients see it', () => {
  const url = (server: Subject, path: string, scheme = 'ws') => `${scheme}://${server.host}:${server.port}${path}`;

  test('ws, wrong key: open, the error, close 1006', async ({ subject }) => {
    const socket = new WebSocket(url(await subject(), '/app/wrong'));
    const seen: string[] = [];
    socket.on('open', () => seen.push('open'));
    socket.on('message', (data: Buffer) => seen.push(data.toString()));
    const code = await new Promise((resolve) => socket.on('close', resolve));
    expect([...seen, code]).toEqual(['open', NO_APPLICATION, 1006]);
  });

  test('ws, bare /app: an unexpected answer', async ({ subject }) => {
    const socket = new WebSocket(url(await subject(), '/app'));
    const failure = await new Promise<Error>((resolve) => socket.on('error', resolve));
    expect(failure.message).toBe('Unexpected server response: 404');
  });

  test('ws, wss on the plain port: neither open nor failed', async ({ subject }) => {
    const socket = new WebSocket(url(await subject(), APP_PATH, 'wss'));
    const events: string[] = [];
    for (const name of ['open', 'error', 'close']) socket.on(name, () => events.push(name));
    await sleep(700);
    expect({ events, state: socket.readyState }).toEqual({ events: [], state: WebSocket.CONNECTING });
    socket.on('error', () => undefined).terminate();
  });

  test('undici: /up, a publish and a refusal', async ({ subject }) => {
    const server = await subject();
    const { target, body } = apiRequest({ path: EVENTS, body: event('orders') });
    const up = await httpRequest(url(server, '/up', 'http'));
    const published = await httpRequest(url(server, target, 'http'), { method: 'POST', body });
    const refused = await httpRequest(url(server, EVENTS, 'http'), { method: 'POST', body });
    expect([up.statusCode, await up.body.json()]).toEqual([200, { health: 'OK' }]);
    expect([published.statusCode, await published.body.json()]).toEqual([200, {}]);
    expect([refused.statusCode, await refused.body.text()]).toEqual([401, 'Authentication signature invalid.']);
  });
});

test.describe('13 and 14 the process: output and end', () => {
  test.skip(externalUrl !== undefined, 'a running server is not ours to start and stop');

  const freePort = () =>
    new Promise<number>((resolve) => {
      const probe = createServer().listen(0, '127.0.0.1', () => {
        const address = probe.address();
        probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
      });
    });

  const processes: ReverbProcess[] = [];

  test.afterEach(() => {
    for (const started of processes.splice(0)) started.signal('SIGKILL');
  });

  async function run(options: string[] = [], environment: NodeJS.ProcessEnv = {}) {
    const port = await freePort();
    const reverb = new ReverbProcess(options, { REVERB_SERVER_PORT: String(port), ...environment });
    processes.push(reverb);
    await reverb.printed('Starting server on');
    return { reverb, port, server: new Subject('127.0.0.1', port) };
  }

  /** Everything that must not print a line: a connect, an error, refusals, a 500 and a publish. */
  async function use(server: Subject): Promise<Socket> {
    const socket = await server.subscribed('orders');
    socket.send('[]');
    await socket.expectTexts(INVALID);
    await server.exchange(handshake('/app/wrong'), '', 'FIN');
    await server.exchange(plainRequest('GET', APP_PATH), '', 'FIN');
    await server.exchange(plainRequest('GET', '/'), '', 'FIN');
    await server.api({ path: EVENTS, body: event('orders') });
    await socket.expectTexts(delivered('orders'));
    return socket;
  }

  for (const signal of ['SIGTERM', 'SIGINT', 'SIGTSTP'] as const) {
    test(`${signal}: FIN without a close frame, exit 0 at once, and two lines printed in all`, async () => {
      const { reverb, port, server } = await run();
      const subscribed = await use(server);
      const unsubscribed = await server.open();
      const stoppedAt = Date.now();
      reverb.signal(signal);
      expect(await subscribed.read('', 'FIN')).toEqual({ bytes: '', tcp: 'FIN' });
      expect(await unsubscribed.read('', 'FIN')).toEqual({ bytes: '', tcp: 'FIN' });
      expect(await reverb.exit()).toEqual({ code: 0, signal: null });
      expect(Date.now() - stoppedAt).toBeLessThan(2000);
      expect(reverb.lines).toEqual([
        `INFO  Starting server on 127.0.0.1:${port}.`,
        'INFO  Gracefully terminating connections.',
      ]);
    });
  }

  test('SIGKILL: FIN without a close frame', async () => {
    const { reverb, server } = await run();
    const socket = await server.subscribed('orders');
    reverb.signal('SIGKILL');
    expect(await socket.read('', 'FIN')).toEqual({ bytes: '', tcp: 'FIN' });
    expect(await reverb.exit()).toEqual({ code: null, signal: 'SIGKILL' });
  });

  test('restart signal: seen at the next 5 s tick, FIN, exit 0, no start of its own', async () => {
    const file = join(tmpdir(), `reverb-restart-${process.pid}-${Date.now()}`);
    const { reverb, port, server } = await run([], { REVERB_RESTART_FILE: file });
    const socket = await server.subscribed('orders');
    writeFileSync(file, '');
    expect(await reverb.exit()).toEqual({ code: 0, signal: null });
    expect(await socket.read('', 'FIN')).toEqual({ bytes: '', tcp: 'FIN' });
    expect(reverb.lines.at(-1)).toBe(`INFO  Stopping server on 127.0.0.1:${port}.`);
  });

  test('host name and server path are in the start line', async () => {
    const { reverb, port } = await run(['--hostname=app.example.test'], { REVERB_SERVER_PATH: '/ws' });
    expect(reverb.lines).toEqual([`INFO  Starting server on 127.0.0.1:${port}/ws (app.example.test).`]);
  });

  test('port in use: exit 1', async () => {
    const { port } = await run();
    const second = await run([`--port=${port}`]);
    expect(await second.reverb.exit()).toEqual({ code: 1, signal: null });
    expect(second.reverb.output).toContain(
      `Failed to listen on "tcp://127.0.0.1:${port}": Address already in use (EADDRINUSE)`,
    );
  });

  test('a name as host: exit 1', async () => {
    const { reverb } = await run(['--host=reverb.invalid', '--port=8080']);
    expect(await reverb.exit()).toEqual({ code: 1, signal: null });
    expect(reverb.output).toContain('Given URI "tcp://reverb.invalid:8080" does not contain a valid host IP (EINVAL)');
  });

  test('--debug: the lines of a connection, 80 columns wide; nothing for a wrong key and refused HTTP', async () => {
    const { reverb, server } = await run(['--debug']);
    await server.exchange(handshake('/app/wrong'), '', 'FIN');
    await server.exchange(plainRequest('GET', '/'), '', 'FIN');
    const socket = await server.subscribed('orders');
    socket.send('nonsense', { opcode: OPCODE.close, payload: '' });
    await socket.read('', 'FIN');
    await reverb.printed('Connection Closed');
    const detail = (title: string, value = '') => {
      const tail = value && ` ${value}`;
      return `  ${`${title} `.padEnd(76 - tail.length, '.')}${tail}  `;
    };
    const lines = reverb.output.split('\n').filter((line) => line.trim() && !line.includes('▕'));
    expect(lines.slice(1)).toEqual([
      detail('Connection Established', socket.id),
      detail('Message Received', socket.id),
      detail('Message Handled', socket.id),
      detail('Message Received', socket.id),
      ` [ERROR] Message from ${socket.id} resulted in an unknown error`.padEnd(80),
      detail('Syntax error'),
      detail('Control Frame Received', socket.id),
      detail('Connection Closed', socket.id),
    ]);
    expect(reverb.output).toContain('   1▕ {\n   2▕     "event": "pusher:subscribe",\n');
  });
});
