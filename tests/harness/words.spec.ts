// Other people's words: each row of the tables with a text that its program really sends.
import { expect, test } from '@playwright/test';
import { evaluate } from '../../harness/diagnosis/diagnose.ts';
import { questionText } from '../../harness/diagnosis/sentences.ts';
import { knownOf, recordings } from '../unseen/recording.ts';
import { describe as inWords, kindOf, stockProgram } from '../../harness/diagnosis/answers.ts';
import { ENGINE_REFUSALS, engineCode } from '../../harness/diagnosis/words/engine-io.ts';
import { FRAMEWORK_PAGES, PROXY_PAGES } from '../../harness/diagnosis/words/stock-pages.ts';

const APACHE =
  '<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>404 Not Found</title>\n</head><body>\n';
const DJANGO =
  '\n<!doctype html>\n<html lang="en">\n<head>\n  <title>Not Found</title>\n</head>\n<body>\n  <h1>Not Found</h1><p>The requested resource was not found on this server.</p>\n</body>\n</html>\n';

const PROXIES: readonly (readonly [program: string, text: string, server?: string])[] = [
  [
    'nginx',
    '<html>\r\n<head><title>404 Not Found</title></head>\r\n<body>\r\n<center><h1>404 Not Found</h1></center>\r\n<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n',
  ],
  [
    'apache',
    `${APACHE}<h1>Not Found</h1>\n<p>x</p>\n<hr>\n<address>Apache/2.4.62 (Debian) Server at a.test Port 80</address>\n</body></html>\n`,
  ],
  ['apache', `${APACHE}<h1>Not Found</h1>\n<p>The requested URL was not found on this server.</p>\n</body></html>\n`],
  [
    'apache',
    `${APACHE}<h1>Forbidden</h1>\n<p>You don't have permission to access this resource.</p>\n</body></html>\n`,
  ],
  [
    'apache',
    '<p>The server is temporarily unable to service your\nrequest due to maintenance downtime or capacity\nproblems. Please try again later.</p>',
  ],
  ['apache', '<p>The proxy server received an invalid\nresponse from an upstream server.<br />\n</p>'],
  [
    'haproxy',
    '<html><body><h1>503 Service Unavailable</h1>\nNo server is available to handle this request.\n</body></html>\n',
  ],
  ['envoy', 'upstream connect error or disconnect/reset before headers. reset reason: connection failure'],
  ['varnish', '<h1>Error 503 Backend fetch failed</h1>\n<h3>Guru Meditation:</h3>'],
  ['cloudflare', 'error code: 522', 'cloudflare'],
  [
    'aws-elb',
    '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n',
    'awselb/2.0',
  ],
  ['ngrok', '<noscript>The endpoint a.test is offline. (ERR_NGROK_3200)</noscript>'],
  ['traefik', 'Bad Gateway'],
];

const FRAMEWORKS: readonly (readonly [string, string])[] = [
  ['Django', DJANGO],
  ['Django', '<p>\n  Using the URLconf defined in <code>desk.urls</code>,\n  Django tried these URL patterns</p>'],
  [
    'Werkzeug',
    '<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n<p>The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.</p>\n',
  ],
  ['Tornado', '<html><title>404: Not Found</title><body>404: Not Found</body></html>'],
  [
    'Spring Boot',
    '<html><body><h1>Whitelabel Error Page</h1><p>This application has no explicit mapping for /error</p></body></html>',
  ],
  ['Tomcat', '<!doctype html><html lang="en"><head><title>HTTP Status 404 – Not Found</title></head></html>'],
  ['Express', '<!DOCTYPE html>\n<html lang="en">\n<body>\n<pre>Cannot GET /ws</pre>\n</body>\n</html>\n'],
];

for (const [index, { program, says }] of PROXY_PAGES.entries())
  test(`a page of ${program}, row ${index + 1}`, () => {
    const [name, text = '', server] = PROXIES[index] ?? [];
    const headers: Record<string, string> = server === undefined ? {} : { server };
    expect(name, 'the texts stand in the order of the table').toBe(program);
    expect(text.trim()).toMatch(says);
    expect(stockProgram({ body: text, headers })).toBe(program);
    expect(kindOf({ status: 503, headers, body: text })).toBe('proxy-error');
    expect(stockProgram({ body: text, headers: { server: 'gunicorn' } }), 'its signature contradicts').toBeUndefined();
  });

for (const [index, { framework, says }] of FRAMEWORK_PAGES.entries())
  test(`a page of ${framework}, row ${index + 1}`, () => {
    const [name, text = ''] = FRAMEWORKS[index] ?? [];
    expect(name, 'the texts stand in the order of the table').toBe(framework);
    expect(text.trim()).toMatch(says);
    for (const server of [undefined, 'nginx/1.22.1', 'Apache/2.4.62 (Debian)']) {
      const answer = { status: 404, headers: { ...(server === undefined ? {} : { server }) }, body: text };
      expect(stockProgram(answer), server).toBeUndefined();
      expect(kindOf(answer), server).toBe('backend-not-found');
    }
  });

test('an answer of the application came through the proxy that signs it; an error page of the proxy is by the proxy', () => {
  const through = { status: 403, headers: { server: 'nginx' }, body: 'Invalid CORS request' };
  expect(inWords(through)).toBe('403 through nginx, “Invalid CORS request”');
  expect(inWords({ ...through, headers: { server: 'nginx', 'x-powered-by': 'Express' } })).toContain(
    'by node through nginx',
  );
  expect(inWords({ ...through, headers: { server: 'uvicorn' } })).toContain('403 by uvicorn');
  expect(inWords({ ...through, body: PROXIES[0]?.[1] ?? '' })).toContain('403 by nginx');
  expect(inWords({ ...through, body: DJANGO })).toContain('by python through nginx');
});

/** For each row what its library says, and a sentence that resembles it. */
const REFUSALS: Readonly<Record<string, readonly (readonly [code: number, text: string])[]>> = {
  object: [
    'Transport unknown',
    'Session ID unknown',
    'Bad handshake method',
    'Bad request',
    'Forbidden',
    'Unsupported protocol version',
  ].map((message, code) => [code, JSON.stringify({ code, message })] as const),
  string: [
    [3, '"Invalid transport websocket"'],
    [0, '"Invalid transport"'],
    [1, '"Invalid session 3yYt1pVZ8qJ0"'],
    [3, '"Invalid websocket upgrade"'],
    [4, '"http://desk.example.test is not an accepted origin."'],
    [5, '"The client is using an unsupported version of the Socket.IO or Engine.IO protocols"'],
  ],
};

for (const [form, rows] of Object.entries(ENGINE_REFUSALS))
  for (const [index, { code, by, says }] of rows.entries())
    test(`Engine.IO refuses by a ${form}, row ${index + 1}: ${says.source}, ${by}`, () => {
      const [expected, text = ''] = REFUSALS[form]?.[index] ?? [];
      expect(expected, 'the texts stand in the order of the table').toBe(code);
      expect(engineCode(text)).toBe(code);
      expect(engineCode(text.replace(/"$|"\}$/, ', they say$&')), 'other words').toBeUndefined();
    });

test('other answers are no refusals of Engine.IO', () => {
  for (const text of [
    '"Bad Request"',
    '{"code":1,"message":"no such order"}',
    'Invalid session',
    '',
    '0{"sid":"a"}',
    '"',
  ])
    expect(engineCode(text), text).toBeUndefined();
  for (const text of ['"Invalid session"', '"Not an accepted origin."', '"Invalid transport for session 7"'])
    expect(engineCode(text), text).toBeDefined();
});

test("the reasons begin with the server's own words, also where no cause is found", () => {
  const reasons = (name: string): string[] => {
    const recording = recordings().find((one) => one.name === name);
    return recording ? evaluate(knownOf(recording)).diagnosis.because : [];
  };
  expect(reasons('every POST of a polling session is refused, in words that nobody knows')[0]).toBe(
    'the server answers http://desk.example.test/socket.io/ with “body rejected by policy 7”',
  );
  const [first, ...rest] = reasons('a client of an old version, refused in words of Python');
  expect(first).toContain('“The client is using an unsupported version');
  expect(rest, 'what is quoted already is not said twice').toEqual([]);
});

test('a question shows the address that was asked, and of its parameters the names', () => {
  const url = 'http://desk.example.test/socket.io/?EIO=4&transport=polling&ticket=secret';
  const shown = 'http://desk.example.test/socket.io/?EIO=4&transport=polling&ticket=…';
  expect(questionText({ ask: 'http', url })).toBe(`GET ${shown}`);
  expect(questionText({ ask: 'http', url: 'http://desk.example.test/ws' })).toBe('GET http://desk.example.test/ws');
  const handshake = { ask: 'handshake', url: 'ws://desk.example.test/ws', origin: null } as const;
  expect(questionText(handshake)).toBe('WebSocket handshake with ws://desk.example.test/ws, without Origin');
});

/** What servers answer to a handshake of which a header is missing or another. */
const NO_UPGRADE: Readonly<Record<string, string>> = {
  gorilla:
    "Bad Request\nwebsocket: the client is not using the websocket protocol: 'upgrade' token not found in 'Connection' header",
  'coder/websocket': 'WebSocket protocol violation: Connection header "keep-alive" does not contain Upgrade',
  websockets: 'Failed to open a WebSocket connection: invalid Connection header: keep-alive.',
  aiohttp: 'No CONNECTION upgrade hdr: keep-alive',
  'aiohttp, Upgrade': 'No WebSocket UPGRADE hdr: None\n Can "Upgrade" only to "WebSocket".',
  tornado: '"Connection" must be "Upgrade".',
  spring: 'Handshake failed due to invalid Connection header [keep-alive]',
  bandit: "'connection' header must contain 'upgrade', got []",
  axum: "Connection header did not include 'upgrade'",
  actix: 'WebSocket upgrade is expected.',
  bun: 'Upgrade failed :(',
};

for (const [server, body] of Object.entries(NO_UPGRADE))
  test(`a handshake without its headers, answered by ${server}`, () => {
    expect(kindOf({ status: 400, headers: {}, body })).toBe('upgrade-required');
  });

test('to speak of an upgrade is not to ask for its headers', () => {
  for (const body of [
    'Upgrade your plan to connect',
    'no connection to the database',
    'Origin is not allowed: Upgrade required',
  ])
    expect(kindOf({ status: 400, headers: {}, body }), body).not.toBe('upgrade-required');
});
