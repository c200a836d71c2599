// The recorder against pages that fail in known ways: what the console says, what the network did, how sockets ended.
import { withLocalStorage } from 'sintoma';
import { LIMITS, type Evidence, type SocketReading } from '../../harness/browser/evidence.ts';
import { mask, maskHeaders } from '../../harness/common/mask.ts';
import type { Recorded } from '../../harness/browser/recorder.ts';
import { visit, type Visitor } from '../../harness/browser/visitor.ts';
import { accepted, API, SECURE, SITE, test, WIRE } from './support/sites.ts';
import { expect } from './support/test.ts';

const PATIENCE_MS = 10_000;

// The pages are this file's own: a trace of them tells nothing that the message does not.
test.use({ trace: 'off', screenshot: 'off' });

/** Goes to a page and waits for a fact of the recording. */
async function watch(
  { page, recorder }: Visitor,
  url: string,
  fact: (recorded: Recorded) => boolean,
): Promise<Evidence> {
  await page.goto(url, { waitUntil: 'load' }).catch(() => undefined);
  const came = await recorder.until(fact, PATIENCE_MS);
  const evidence = await recorder.evidence(url);
  expect(came, `not recorded in time:\n${JSON.stringify(evidence, null, 1)}`).toBe(true);
  return evidence;
}

const socketEnded = ({ sockets }: Recorded): boolean => sockets.some(({ closeCode }) => closeCode !== undefined);
const failures = (lines: number) => (recorded: Recorded) =>
  recorded.console.filter(({ level }) => level !== 'log').length >= lines &&
  recorded.requests.every(({ finishedAt }) => finishedAt !== undefined);

/** Level and text of each line; with its resource where the text does not name it. */
const lines = ({ console }: Evidence): (string | undefined)[][] =>
  console
    .filter(({ level }) => level !== 'log')
    .map(({ level, text, url }) => [level, text, ...(text.startsWith('Failed to load resource') ? [url] : [])]);

const first = ({ sockets }: Evidence): SocketReading => sockets[0] as SocketReading;
const telling = ({ requests }: Evidence): Evidence['requests'] => requests.filter(({ type }) => type !== 'document');

test.describe('a socket whose handshake fails', () => {
  const status = (code: number, headers = ''): ((head: string) => string) => {
    return () => `HTTP/1.1 ${code} Whatever\r\n${headers}content-length: 0\r\n\r\n`;
  };
  const HANDSHAKE = 'Error during WebSocket handshake: ';
  const switched =
    (...headers: string[]) =>
    (): string =>
      `HTTP/1.1 101 Switching Protocols\r\n${headers.map((header) => `${header}\r\n`).join('')}\r\n`;
  const wrong = 'Sec-WebSocket-Accept: bm90IHRoZSByaWdodCBvbmUh';

  const codes = [200, 204, 301, 302, 400, 403, 404, 405, 426, 429, 500, 502, 503, 504];
  const onWire: [what: string, answer: (head: string) => string, error: string][] = [
    ...codes.map((code): [string, (head: string) => string, string] => [
      `HTTP ${code}`,
      status(code, code < 400 && code > 300 ? `location: ${SITE}/elsewhere\r\n` : ''),
      `${HANDSHAKE}Unexpected response code: ${code}`,
    ]),
    [
      'HTTP 401',
      status(401, 'www-authenticate: Basic realm="x"\r\n'),
      'HTTP Authentication failed; no valid credentials available',
    ],
    // By port 80, Chromium takes it for HTTP/0.9; see below for other ports.
    ['no HTTP', () => 'SSH-2.0-OpenSSH_9.2\r\n', `${HANDSHAKE}Invalid status line`],
    [
      '101 with a wrong key',
      switched('Upgrade: websocket', 'Connection: Upgrade', wrong),
      `${HANDSHAKE}Incorrect 'Sec-WebSocket-Accept' header value`,
    ],
    [
      '101 without Upgrade',
      (head) => accepted(head).replace('Upgrade: websocket\r\n', ''),
      `${HANDSHAKE}'Upgrade' header is missing`,
    ],
    [
      '101 without Connection',
      (head) => accepted(head).replace('Connection: Upgrade\r\n', ''),
      `${HANDSHAKE}'Connection' header is missing`,
    ],
    [
      '101 without a key',
      switched('Upgrade: websocket', 'Connection: Upgrade'),
      `${HANDSHAKE}'Sec-WebSocket-Accept' header is missing`,
    ],
    [
      'a subprotocol that was not asked for',
      (head) => accepted(head, 'Sec-WebSocket-Protocol: other\r\n'),
      `${HANDSHAKE}Response must not include 'Sec-WebSocket-Protocol' header if not present in request: other`,
    ],
    [
      'an extension that was not asked for',
      (head) => accepted(head, 'Sec-WebSocket-Extensions: x-foo\r\n'),
      `${HANDSHAKE}Found an unsupported extension 'x-foo' in 'Sec-WebSocket-Extensions' header`,
    ],
  ];

  const url = 'ws://wire.test/socket';
  const expectFailure = (evidence: Evidence, at: string, reason: string | RegExp): void => {
    const error = first(evidence).error ?? '';
    expect(error).toEqual(typeof reason === 'string' ? reason : expect.stringMatching(reason));
    expect(lines(evidence)).toEqual([['error', `WebSocket connection to '${at}' failed: ${error}`]]);
    expect(evidence.sockets).toHaveLength(1);
    expect(first(evidence)).toMatchObject({ url: at, error, closeCode: 1006, closeReason: '', wasClean: false });
    expect(first(evidence).openedAt).toBeUndefined();
    expect(first(evidence).closedByPage).toBeUndefined();
    expect(first(evidence).frames).toEqual([]);
  };

  for (const [what, answer, error] of onWire) {
    test(what, async ({ sites, visitor }) => {
      sites.onWire('/socket', (connection, head) => connection.end(answer(head)));
      const page = sites.page(`new WebSocket('${url}')`);
      expectFailure(await watch(visitor, SITE + page, socketEnded), url, error);
    });
  }

  test('the connection ends without an answer', async ({ sites, visitor }) => {
    sites.onWire('/socket', (connection) => connection.end());
    const evidence = await watch(visitor, SITE + sites.page(`new WebSocket('${url}')`), socketEnded);
    expectFailure(evidence, url, 'Connection closed before receiving a handshake response');
  });

  test('no HTTP, on a port of its own', async ({ sites, visitor }) => {
    sites.onWire('/socket', (connection) => connection.end('SSH-2.0-OpenSSH_9.2\r\n'));
    const at = 'ws://wire.test:8080/socket';
    const evidence = await watch(visitor, SITE + sites.page(`new WebSocket('${at}')`), socketEnded);
    expectFailure(evidence, at, `${HANDSHAKE}net::ERR_INVALID_HTTP_RESPONSE`);
  });

  test('the connection is reset', async ({ sites, visitor }) => {
    sites.onWire('/socket', (connection) => connection.resetAndDestroy());
    const evidence = await watch(visitor, SITE + sites.page(`new WebSocket('${url}')`), socketEnded);
    expectFailure(evidence, url, `${HANDSHAKE}net::ERR_CONNECTION_RESET`);
  });

  for (const [what, at, error] of [
    ['nothing listens', 'ws://closed.test/', /^Error in connection establishment: net::ERR_CONNECTION_REFUSED$/],
    // The reset may come before or after the browser has sent its handshake.
    [
      'a published port without a listener',
      'ws://reset.test/',
      /^Error (in connection establishment|during WebSocket handshake): net::ERR_CONNECTION_RESET$/,
    ],
    ['no DNS record', 'ws://no-record.test/', /^Error in connection establishment: net::ERR_NAME_NOT_RESOLVED$/],
    ['a host that no rule names', 'ws://outside.test/', /: net::ERR_NAME_NOT_RESOLVED$/],
    ['TLS to a plain port', 'wss://plain.test/', /: net::ERR_SSL_PROTOCOL_ERROR$/],
    ['a plain socket to a TLS port', 'ws://secure.test/', /./],
    ['certificate of another name', 'wss://localhost:8443/', /: net::ERR_CERT_COMMON_NAME_INVALID$/],
    ['certificate that has expired', 'wss://localhost:9443/', /: net::ERR_CERT_DATE_INVALID$/],
    ['certificate of nobody', 'wss://localhost:7443/', /: net::ERR_CERT_AUTHORITY_INVALID$/],
  ] as const) {
    test(what, async ({ sites, visitor }) => {
      const evidence = await watch(visitor, SITE + sites.page(`new WebSocket('${at}')`), socketEnded);
      expectFailure(evidence, at, error);
    });
  }

  test('a subprotocol that the page asked for is recorded, and that the server ignored it', async ({
    sites,
    visitor,
  }) => {
    sites.onWire('/socket', (connection, head) => connection.end(accepted(head)));
    const page = sites.page(`new WebSocket('${url}', ['v2.notes', 'v1.notes'])`);
    const evidence = await watch(visitor, SITE + page, socketEnded);
    expectFailure(
      evidence,
      url,
      `${HANDSHAKE}Sent non-empty 'Sec-WebSocket-Protocol' header but no response was received`,
    );
    expect(first(evidence).protocols).toEqual(['v2.notes', 'v1.notes']);
  });

  test('a handshake that is never answered is pending', async ({ sites, visitor }) => {
    sites.onWire('/socket', () => undefined);
    const evidence = await watch(
      visitor,
      SITE + sites.page(`new WebSocket('${url}')`),
      ({ sockets }) => sockets.length === 1,
    );
    expect(lines(evidence)).toEqual([]);
    expect(first(evidence)).toEqual({ at: expect.any(Number), url, frames: [] });
  });
});

test.describe('a socket that was open', () => {
  for (const [code, reason] of [
    [1000, ''],
    [1001, 'going away'],
    [1008, 'no token'],
    [1011, 'exception'],
    [1012, 'restart'],
    [4001, 'unknown application'],
    [4401, 'token expired'],
  ] as const) {
    test(`closed by the server with ${code} "${reason}": nothing in the console`, async ({ sites, visitor }) => {
      sites.onSocket('/open', (socket) => {
        socket.on('message', (text: Buffer) => {
          socket.send(`echo ${text.toString('utf8')}`);
          socket.close(code, reason);
        });
      });
      const page = sites.page(`const s = new WebSocket('ws://site.test/open'); s.onopen = () => s.send('hello')`);
      const evidence = await watch(visitor, SITE + page, socketEnded);
      expect(lines(evidence)).toEqual([]);
      expect(first(evidence)).toMatchObject({ closeCode: code, closeReason: reason, wasClean: true });
      expect(first(evidence).openedAt).toBeDefined();
      expect(first(evidence).closedByPage).toBeUndefined();
      expect(first(evidence).frames.map(({ direction, text }) => `${direction} ${text}`)).toEqual([
        'sent hello',
        'received echo hello',
      ]);
    });
  }

  test('closed by the page, with its own code', async ({ sites, visitor }) => {
    sites.onSocket('/open', () => undefined);
    const page = sites.page(
      `const s = new WebSocket('ws://site.test/open'); s.onopen = () => s.close(3001, 'page leaves')`,
    );
    const evidence = await watch(visitor, SITE + page, socketEnded);
    expect(lines(evidence)).toEqual([]);
    expect(first(evidence)).toMatchObject({ closeCode: 3001, closeReason: 'page leaves', closedByPage: true });
  });

  for (const how of ['end', 'resetAndDestroy'] as const) {
    test(`cut without a close frame (${how}): 1006, and nothing in the console`, async ({ sites, visitor }) => {
      sites.onWire('/socket', (connection, head) => {
        connection.write(accepted(head));
        connection.once('data', () => connection[how]());
      });
      const page = sites.page(`const s = new WebSocket('ws://wire.test/socket'); s.onopen = () => s.send('x')`);
      const evidence = await watch(visitor, SITE + page, socketEnded);
      expect(lines(evidence)).toEqual([]);
      expect(first(evidence)).toMatchObject({ closeCode: 1006, wasClean: false });
      expect(first(evidence).openedAt).toBeDefined();
    });
  }

  for (const [what, frame, error] of [
    ['reserved bits', [0xc1, 0], 'One or more reserved bits are on: reserved1 = 1, reserved2 = 0, reserved3 = 0'],
    [
      'masked by the server',
      [0x81, 0x81, 1, 2, 3, 4, 5],
      'A server must not mask any frames that it sends to the client.',
    ],
    ['text that is no UTF-8', [0x81, 1, 0xff], 'Could not decode a text frame as UTF-8.'],
  ] as const) {
    test(`a frame that is wrong, ${what}: open, then an error`, async ({ sites, visitor }) => {
      sites.onWire('/socket', (connection, head) => {
        connection.write(accepted(head));
        connection.once('data', () => connection.write(Buffer.from(frame)));
      });
      const page = sites.page(`const s = new WebSocket('ws://wire.test/socket'); s.onopen = () => s.send('x')`);
      const evidence = await watch(visitor, SITE + page, socketEnded);
      expect(lines(evidence)).toEqual([['error', `WebSocket connection to 'ws://wire.test/socket' failed: ${error}`]]);
      expect(first(evidence)).toMatchObject({ error, closeCode: 1006 });
      expect(first(evidence).openedAt).toBeDefined();
    });
  }

  test('a binary frame is base64', async ({ sites, visitor }) => {
    sites.onSocket('/open', (socket) => {
      socket.send(Buffer.from([0, 1, 254, 255]));
      socket.close(1000);
    });
    const evidence = await watch(visitor, SITE + sites.page(`new WebSocket('ws://site.test/open')`), socketEnded);
    expect(first(evidence).frames).toEqual([
      { at: expect.any(Number), direction: 'received', text: 'AAH+/w==', binary: true },
    ]);
  });

  test('many to one address: each close belongs to its own socket, across documents', async ({ sites, visitor }) => {
    sites.onSocket('/open', (socket) => {
      socket.on('message', (text) => socket.close(Number(text)));
    });
    const page = sites.page(`for (const code of [4001, 4002, 4003]) {
      const s = new WebSocket('ws://site.test/open');
      s.onopen = () => s.send(String(code));
    }`);
    const all =
      (count: number) =>
      ({ sockets }: Recorded) =>
        sockets.filter(({ closeCode }) => closeCode !== undefined).length === count;
    await watch(visitor, SITE + page, all(3));
    const evidence = await watch(visitor, SITE + page, all(6));
    const pairs = evidence.sockets.map(({ frames, closeCode }) => [frames[0]?.text, String(closeCode)]);
    for (const [sent, closed] of pairs) expect(closed).toBe(sent);
    expect(new Set(pairs.map(([sent]) => sent)).size).toBe(3);
  });
});

test.describe('a socket that the page or the browser stops', () => {
  test('closed while connecting: a warning, no error', async ({ sites, visitor }) => {
    sites.onWire('/socket', () => undefined);
    const page = sites.page(`new WebSocket('ws://wire.test/socket').close()`);
    const evidence = await watch(visitor, SITE + page, socketEnded);
    const error = 'WebSocket is closed before the connection is established.';
    expect(lines(evidence)).toEqual([['warning', `WebSocket connection to 'ws://wire.test/socket' failed: ${error}`]]);
    expect(first(evidence)).toMatchObject({ closeCode: 1006, closedByPage: true });
    expect(first(evidence).openedAt).toBeUndefined();
  });

  test('mixed content: the constructor throws', async ({ sites, visitor }) => {
    const page = sites.page(`new WebSocket('ws://wire.test/socket')`);
    const evidence = await watch(visitor, SECURE + page, failures(2));
    expect(lines(evidence)).toEqual([
      [
        'error',
        `Mixed Content: The page at '${SECURE}${page}' was loaded over HTTPS, but attempted to connect to the insecure ` +
          "WebSocket endpoint 'ws://wire.test/socket'. This request has been blocked; this endpoint must be available " +
          'over WSS.',
      ],
      [
        'exception',
        "SecurityError: Failed to construct 'WebSocket': An insecure WebSocket connection may not be initiated from a " +
          'page loaded over HTTPS.',
      ],
    ]);
    expect(evidence.sockets.every(({ openedAt }) => openedAt === undefined)).toBe(true);
    expect(evidence.issues.map(({ code }) => code)).toContain('MixedContentIssue');
  });

  test('policy of the page (CSP)', async ({ sites, visitor }) => {
    const page = sites.page(`new WebSocket('ws://wire.test/socket')`, {
      'content-security-policy': "connect-src 'self'",
    });
    const evidence = await watch(visitor, SITE + page, failures(1));
    expect(lines(evidence)).toEqual([
      [
        'error',
        "Connecting to 'ws://wire.test/socket' violates the following Content Security Policy directive: " +
          '"connect-src \'self\'". The action has been blocked.',
      ],
    ]);
    expect(evidence.issues.map(({ code }) => code)).toContain('ContentSecurityPolicyIssue');
  });

  test('an address that is none: an exception and nothing else', async ({ sites, visitor }) => {
    const evidence = await watch(visitor, SITE + sites.page(`new WebSocket('api.test:43002/ws')`), failures(1));
    expect(lines(evidence)).toEqual([
      [
        'exception',
        "SyntaxError: Failed to construct 'WebSocket': The URL's scheme must be either 'http', 'https', 'ws', or " +
          "'wss'. 'api.test' is not allowed.",
      ],
    ]);
    expect(evidence.sockets).toEqual([]);
  });

  test('an address with an undefined part leads to the page itself', async ({ sites, visitor }) => {
    const page = sites.page('new WebSocket(`${window.nothing}/messages`)');
    const evidence = await watch(visitor, SITE + page, ({ sockets }) => sockets.length === 1);
    expect(first(evidence).url).toBe('ws://site.test/undefined/messages');
  });
});

test.describe('a request', () => {
  const fetching = (url: string, options = '{}'): string => `fetch('${url}', ${options}).catch(() => undefined)`;

  for (const [what, url, error] of [
    ['nothing listens', 'http://closed.test/', 'net::ERR_CONNECTION_REFUSED'],
    ['a published port without a listener', 'http://reset.test/', 'net::ERR_CONNECTION_RESET'],
    ['no DNS record', 'http://no-record.test/', 'net::ERR_NAME_NOT_RESOLVED'],
    ['a host that no rule names: the browser is hermetic', 'http://outside.test/', 'net::ERR_NAME_NOT_RESOLVED'],
    ['the connection ends without an answer', `${WIRE}/silent`, 'net::ERR_EMPTY_RESPONSE'],
    ['TLS to a plain port', 'https://plain.test/', 'net::ERR_SSL_PROTOCOL_ERROR'],
    ['certificate of another name', 'https://localhost:8443/', 'net::ERR_CERT_COMMON_NAME_INVALID'],
    ['certificate that has expired', 'https://localhost:9443/', 'net::ERR_CERT_DATE_INVALID'],
    ['certificate of nobody', 'https://localhost:7443/', 'net::ERR_CERT_AUTHORITY_INVALID'],
  ] as const) {
    test(`below HTTP: ${what}`, async ({ sites, visitor }) => {
      sites.onWire('/silent', (connection) => connection.end());
      const evidence = await watch(visitor, SITE + sites.page(fetching(url)), failures(1));
      expect(lines(evidence)).toEqual([['error', `Failed to load resource: ${error}`, url]]);
      expect(telling(evidence)).toEqual([
        {
          at: expect.any(Number),
          finishedAt: expect.any(Number),
          method: 'GET',
          url,
          type: 'fetch',
          error,
          fromServiceWorker: false,
        },
      ]);
    });
  }

  test('to a name that this machine would resolve, and that no rule names', async ({ sites, visitor }) => {
    const url = `http://localhost:${sites.unlisted}/`;
    const evidence = await watch(visitor, SITE + sites.page(fetching(url)), failures(1));
    expect(lines(evidence)).toEqual([['error', 'Failed to load resource: net::ERR_NAME_NOT_RESOLVED', url]]);
  });

  for (const [status, phrase] of [
    [401, 'Unauthorized'],
    [404, 'Not Found'],
    [405, 'Not Allowed'],
    [502, 'Bad Gateway'],
  ] as const) {
    test(`answered with ${status}`, async ({ sites, visitor }) => {
      sites.on(`/status/${status}`, (_request, response) => {
        response.writeHead(status, phrase, { 'content-type': 'application/json' }).end('{"message":"no"}');
      });
      const url = `${SITE}/status/${status}`;
      const evidence = await watch(visitor, SITE + sites.page(fetching(url)), failures(1));
      expect(lines(evidence)).toEqual([
        ['error', `Failed to load resource: the server responded with a status of ${status} (${phrase})`, url],
      ]);
      expect(telling(evidence)).toEqual([
        expect.objectContaining({ url, status, mimeType: 'application/json', body: '{"message":"no"}' }),
      ]);
      expect(telling(evidence)[0]?.error).toBeUndefined();
    });
  }

  test('that works leaves nothing in the console; its body and headers are kept', async ({ sites, visitor }) => {
    sites.on('/data', (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'x-kind': 'notes' }).end('[1,2]');
    });
    const evidence = await watch(visitor, SITE + sites.page(fetching('/data')), ({ requests }) =>
      requests.some(({ body }) => body !== undefined),
    );
    expect(lines(evidence)).toEqual([]);
    expect(evidence.navigation).toEqual({ status: 200, fromServiceWorker: false });
    expect(telling(evidence)[0]).toMatchObject({ status: 200, body: '[1,2]', headers: { 'x-kind': 'notes' } });
  });

  test('that is redirected: both steps', async ({ sites, visitor }) => {
    sites.on('/old', (_request, response) => response.writeHead(302, { location: '/new' }).end());
    sites.on('/new', (_request, response) => response.writeHead(200, { 'content-type': 'text/plain' }).end('new'));
    const evidence = await watch(visitor, SITE + sites.page(fetching('/old')), ({ requests }) =>
      requests.some(({ body }) => body !== undefined),
    );
    expect(telling(evidence).map(({ url, status, redirectedTo }) => [url, status, redirectedTo])).toEqual([
      [`${SITE}/old`, 302, `${SITE}/new`],
      [`${SITE}/new`, 200, undefined],
    ]);
  });

  test('across origins without permission (CORS)', async ({ sites, visitor }) => {
    sites.on('/closed-api', (_request, response) => response.writeHead(200).end('{}'));
    const page = sites.page(fetching(`${API}/closed-api`));
    const evidence = await watch(visitor, SITE + page, failures(2));
    expect(lines(evidence)).toEqual([
      [
        'error',
        `Access to fetch at '${API}/closed-api' from origin '${SITE}' has been blocked by CORS policy: No ` +
          "'Access-Control-Allow-Origin' header is present on the requested resource.",
      ],
      ['error', 'Failed to load resource: net::ERR_FAILED', `${API}/closed-api`],
    ]);
    expect(telling(evidence)[0]).toMatchObject({ error: 'net::ERR_FAILED', corsError: 'MissingAllowOriginHeader' });
    expect(evidence.issues.map(({ code }) => code)).toContain('CorsIssue');
  });

  test('across origins with a preflight that is refused', async ({ sites, visitor }) => {
    sites.on('/closed-api', (_request, response) => response.writeHead(404).end());
    const page = sites.page(fetching(`${API}/closed-api`, `{ headers: { authorization: 'Bearer x' } }`));
    const evidence = await watch(visitor, SITE + page, failures(2));
    expect(lines(evidence)[0]?.[1]).toBe(
      `Access to fetch at '${API}/closed-api' from origin '${SITE}' has been blocked by CORS policy: Response to ` +
        "preflight request doesn't pass access control check: No 'Access-Control-Allow-Origin' header is present on " +
        'the requested resource.',
    );
    const requests = telling(evidence).map(({ method, type, corsError }) => [method, type, corsError]);
    expect(requests).toContainEqual(['GET', 'fetch', 'PreflightMissingAllowOriginHeader']);
    expect(requests.map(([method]) => method)).toContain('OPTIONS');
  });

  test('across origins with * and credentials', async ({ sites, visitor }) => {
    sites.on('/open-api', (_request, response) =>
      response.writeHead(200, { 'access-control-allow-origin': '*' }).end(),
    );
    const page = sites.page(fetching(`${API}/open-api`, `{ credentials: 'include' }`));
    const evidence = await watch(visitor, SITE + page, failures(2));
    expect(telling(evidence)[0]).toMatchObject({ error: 'net::ERR_FAILED', corsError: 'WildcardOriginNotAllowed' });
  });

  for (const [api, what, script] of [
    ['fetch', 'resource', `fetch('${API}/x').catch(() => undefined)`],
    ['xhr', 'XMLHttpRequest endpoint', `const x = new XMLHttpRequest(); x.open('GET', '${API}/x'); x.send()`],
  ] as const) {
    test(`mixed content by ${api}: blocked before it is sent`, async ({ sites, visitor }) => {
      const page = sites.page(script);
      const evidence = await watch(visitor, SECURE + page, failures(1));
      expect(lines(evidence)).toEqual([
        [
          'error',
          `Mixed Content: The page at '${SECURE}${page}' was loaded over HTTPS, but requested an insecure ${what} ` +
            `'${API}/x'. This request has been blocked; the content must be served over HTTPS.`,
        ],
      ]);
      expect(telling(evidence)).toEqual([
        expect.objectContaining({ url: `${API}/x`, type: api, blockedReason: 'mixed-content' }),
      ]);
      expect(telling(evidence)[0]?.status).toBeUndefined();
    });
  }

  const policy = { 'content-security-policy': "connect-src 'self'" };
  const violation =
    `Connecting to '${API}/x' violates the following Content Security Policy directive: "connect-src 'self'". The ` +
    'action has been blocked.';

  test('by fetch, against the policy of the page (CSP): lines, and no request at all', async ({ sites, visitor }) => {
    const evidence = await watch(visitor, SITE + sites.page(fetching(`${API}/x`), policy), failures(2));
    expect(lines(evidence)).toEqual([
      ['error', violation],
      [
        'error',
        `Fetch API cannot load ${API}/x. Refused to connect because it violates the document's Content Security Policy.`,
      ],
    ]);
    expect(telling(evidence)).toEqual([]);
  });

  test('by xhr, against the policy of the page (CSP): a blocked request', async ({ sites, visitor }) => {
    const page = sites.page(`const x = new XMLHttpRequest(); x.open('GET', '${API}/x'); x.send()`, policy);
    const evidence = await watch(visitor, SITE + page, ({ requests }) =>
      requests.some(({ blockedReason }) => blockedReason !== undefined),
    );
    expect(lines(evidence)).toEqual([['error', violation]]);
    expect(telling(evidence)[0]).toMatchObject({ type: 'xhr', blockedReason: 'csp' });
  });

  test('an event stream: its messages', async ({ sites, visitor }) => {
    sites.on('/stream', (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: one\n\nevent: note\ndata: two\n\n');
    });
    const evidence = await watch(
      visitor,
      SITE + sites.page(`new EventSource('/stream').addEventListener('note', () => undefined)`),
      ({ requests }) => requests.some(({ events }) => events?.length === 2),
    );
    expect(telling(evidence)[0]?.type).toBe('eventsource');
    expect(telling(evidence)[0]?.events?.map(({ text }) => text)).toEqual(['message: one', 'note: two']);
  });

  test('an event stream that the page reads by fetch: the same', async ({ sites, visitor }) => {
    sites.on('/stream', (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: one\n\nevent: no');
      setTimeout(() => response.write('te\ndata: t\u00fc'), 100);
      setTimeout(() => response.write('o\n\n'), 200);
    });
    const evidence = await watch(
      visitor,
      SITE + sites.page(`fetch('/stream').then(async ({ body }) => { for await (const _ of body); })`),
      ({ requests }) => requests.some(({ events }) => events?.length === 2),
    );
    expect(telling(evidence)[0]?.type).toBe('fetch');
    expect(telling(evidence)[0]?.events?.map(({ text }) => text)).toEqual(['message: one', 'note: t\u00fco']);
  });

  test('an event stream that is a page', async ({ sites, visitor }) => {
    const page = sites.page('');
    const evidence = await watch(visitor, SITE + sites.page(`new EventSource('${page}')`), failures(1));
    expect(lines(evidence)[0]?.[1]).toBe(
      'EventSource\'s response has a MIME type ("text/html") that is not "text/event-stream". Aborting the connection.',
    );
  });
});

test.describe('a document', () => {
  for (const [what, url, error] of [
    ['nothing listens', 'http://closed.test/', 'net::ERR_CONNECTION_REFUSED'],
    ['no DNS record', 'http://no-record.test/', 'net::ERR_NAME_NOT_RESOLVED'],
    ['certificate of nobody', 'https://localhost:7443/', 'net::ERR_CERT_AUTHORITY_INVALID'],
  ] as const) {
    test(`that does not load, ${what}: a reading, not an error`, async ({ visitor }) => {
      await visit(visitor, url);
      const evidence = await visitor.recorder.evidence(url);
      expect(evidence.navigation).toEqual({ error, fromServiceWorker: false });
    });
  }

  test('that answers 502', async ({ sites, visitor }) => {
    sites.on('/gateway', (_request, response) =>
      response.writeHead(502, { 'content-type': 'text/html' }).end('<p>502'),
    );
    await visit(visitor, `${SITE}/gateway`);
    const evidence = await visitor.recorder.evidence(`${SITE}/gateway`);
    expect(evidence.navigation).toEqual({ status: 502, fromServiceWorker: false });
    expect(evidence.page.text).toBe('502');
  });

  test('its marked elements are read, with their state', async ({ sites, visitor }) => {
    const page = sites.page(`document.write('<b data-testid="api" data-state="error" data-tries="3">No data</b>')`);
    await visit(visitor, SITE + page);
    const { page: reading } = await visitor.recorder.evidence(SITE + page);
    expect(reading).toMatchObject({
      url: SITE + page,
      title: 'Page',
      text: 'No data',
      hooks: { api: { text: 'No data', data: { state: 'error', tries: '3' } } },
      serviceWorker: false,
    });
  });

  test('that hangs is read as empty, and nobody waits for it', async ({ sites, visitor }) => {
    const page = sites.page(`setTimeout(() => { console.log('hanging'); for (;;); })`);
    await visitor.page.goto(SITE + page, { waitUntil: 'commit' });
    await visitor.recorder.until(({ console }) => console.length > 0, PATIENCE_MS);
    const before = Date.now();
    const evidence = await visitor.recorder.evidence(SITE + page);
    expect(evidence.console.map(({ text }) => text)).toEqual(['hanging']);
    expect(evidence.page).toMatchObject({ title: '', text: '', hooks: {} });
    expect(Date.now() - before).toBeLessThan(8000);
  });
});

test.describe('exceptions', () => {
  test('thrown, and rejected', async ({ sites, visitor }) => {
    const page = sites.page(`setTimeout(() => { throw new RangeError('too far') }); Promise.reject(new Error('lost'))`);
    const evidence = await watch(visitor, SITE + page, failures(2));
    expect(lines(evidence).sort()).toEqual([
      ['exception', 'Error: lost'],
      ['exception', 'RangeError: too far'],
    ]);
  });
});

test.describe('credentials', () => {
  const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJkZW1vIn0.c2lnbmF0dXJl';
  const SECRETS = [JWT, 'demo-secret', 'demo-cookie', 'f'.repeat(64)];

  test('are masked wherever they show up', async ({ sites, visitor }) => {
    sites.on('/data', (_request, response) => {
      response
        .writeHead(200, { 'content-type': 'application/json', 'set-cookie': 'session=demo-cookie; Path=/' })
        .end(`{"token":"demo-secret","name":"demo"}`);
    });
    sites.onSocket('/open', (socket) => {
      socket.on('message', () => {
        socket.send(JSON.stringify({ data: JSON.stringify({ access_token: 'demo-secret', kept: 'yes' }) }));
        socket.close(1008, `bad ${JWT}`);
      });
    });
    const page = sites.page(`
      console.error('refused Bearer demo-secret');
      console.warn('see /x?token=demo-secret&page=2');
      document.title = 'for ${JWT}';
      document.write('<p data-testid="last-error" data-reason="token=${JWT}">${JWT}</p>');
      history.replaceState(null, '', '?token=demo-secret');
      fetch('/data?api_key=demo-secret&page=3');
      const s = new WebSocket('ws://site.test/open?token=demo-secret');
      s.onopen = () => s.send(JSON.stringify({ auth: 'demo-key:${'f'.repeat(64)}', token: '${JWT}' }));
      s.onclose = () => { throw new Error('closed for ${JWT}') };
    `);
    const evidence = await watch(
      visitor,
      SITE + page,
      (recorded) => failures(3)(recorded) && recorded.requests.some(({ body }) => body !== undefined),
    );
    const text = JSON.stringify(evidence);
    for (const secret of SECRETS) expect(text).not.toContain(secret);
    expect(lines(evidence).map(([, shown]) => shown)).toEqual([
      'refused Bearer ‹masked›',
      'see /x?token=‹masked›&page=2',
      'Error: closed for ‹masked›',
    ]);
    expect(first(evidence)).toMatchObject({
      url: 'ws://site.test/open?token=‹masked›',
      closeCode: 1008,
      closeReason: 'bad ‹masked›',
    });
    expect(first(evidence).frames.map((frame) => frame.text)).toEqual([
      '{"auth":"demo-key:‹masked›","token":"‹masked›"}',
      String.raw`{"data":"{\"access_token\":\"‹masked›\",\"kept\":\"yes\"}"}`,
    ]);
    const request = telling(evidence).find(({ type }) => type === 'fetch');
    expect(request?.url).toBe(`${SITE}/data?api_key=‹masked›&page=3`);
    expect(request?.body).toBe('{"token":"‹masked›","name":"demo"}');
  });
});

test('credentials in headers: every cookie, and no more than that', () => {
  expect(
    maskHeaders({
      'Set-Cookie': 'session=demo; Path=/; Secure\ntoken=demo; HttpOnly',
      cookie: 'session=demo; theme=dark',
      Authorization: 'Bearer demo.demo-demo',
      'Content-Type': 'text/html; charset=utf-8',
    }),
  ).toEqual({
    'set-cookie': 'session=‹masked›; Path=/; Secure\ntoken=‹masked›; HttpOnly',
    cookie: 'session=‹masked›; theme=‹masked›',
    authorization: 'Bearer ‹masked›',
    'content-type': 'text/html; charset=utf-8',
  });
});

test('an empty credential stays empty, which is evidence', () => {
  for (const text of ['wss://site.test/ws?token=&page=1', '{"token":"","page":1}']) expect(mask(text)).toBe(text);
});

test.describe('a hostile page', () => {
  test('cannot make the evidence larger than its bounds; what is left out is counted', async ({ sites, visitor }) => {
    test.setTimeout(240_000);
    const more = 50;
    sites.on('/long', (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' }).end('b'.repeat(LIMITS.body * 3));
    });
    sites.on('/tiny', (_request, response) => response.writeHead(204).end());
    sites.onSocket('/flood', (socket) => {
      socket.send('f'.repeat(LIMITS.frame * 3));
      for (let count = 0; count < LIMITS.frames + more - 1; count += 1) socket.send(String(count));
      socket.close(1000, 'done');
    });
    const page = sites.page(`
      const wide = 'w'.repeat(${LIMITS.line * 3});
      for (let i = 0; i < ${LIMITS.console + more}; i++) console.error(i + wide);
      document.write('<p>' + 't'.repeat(${LIMITS.text * 3}) + '</p>');
      (async () => {
        await fetch('/long');
        for (let i = 0; i < ${LIMITS.requests}; i += 50)
          await Promise.all(Array.from({ length: 50 }, (_, k) => fetch('/tiny?' + (i + k))));
        new WebSocket('ws://site.test/flood').onclose = () => { document.title = 'over' };
      })();
    `);
    await visitor.page.goto(SITE + page);
    await expect(visitor.page).toHaveTitle('over', { timeout: 40_000 });
    await visitor.recorder.until(socketEnded, PATIENCE_MS);
    const evidence = await visitor.recorder.evidence(SITE + page);
    expect(evidence.console).toHaveLength(LIMITS.console);
    expect(evidence.requests).toHaveLength(LIMITS.requests);
    expect(first(evidence).frames).toHaveLength(LIMITS.frames);
    const bound = (limit: number): number => limit + '…'.length;
    for (const { text } of evidence.console) expect(text.length).toBeLessThanOrEqual(bound(LIMITS.line));
    expect(first(evidence).frames[0]?.text).toHaveLength(bound(LIMITS.frame));
    expect(evidence.requests.find(({ url }) => url.endsWith('/long'))?.body).toHaveLength(bound(LIMITS.body));
    expect(evidence.page.text).toHaveLength(bound(LIMITS.text));
    expect(evidence.truncated.toSorted()).toEqual([
      `console: ${more} more`,
      `frames: ${more} more`,
      'requests: 2 more',
    ]);
  });

  test('cannot make sockets without bound either', async ({ sites, visitor }) => {
    test.setTimeout(240_000);
    sites.onSocket('/open', (socket) => socket.close(1000));
    const page = sites.page(`
      let left = ${LIMITS.sockets + 5};
      const next = () => {
        if (left-- > 0) new WebSocket('ws://site.test/open').onclose = next;
        else document.title = 'over';
      };
      next();
    `);
    await visitor.page.goto(SITE + page);
    await expect(visitor.page).toHaveTitle('over', { timeout: 40_000 });
    const evidence = await visitor.recorder.evidence(SITE + page);
    expect(evidence.sockets).toHaveLength(LIMITS.sockets);
    expect(evidence.truncated).toContain('sockets: 5 more');
  });

  test('a signed-in visitor has a session on each origin, and keeps what the page made of it', async ({ sites }) => {
    const visitor = await sites.visitor();
    await withLocalStorage({ token: 'demo' })(visitor.page);
    const page = sites.page(`document.write('<p data-testid="token">' + localStorage.getItem('token') + '</p>');
      localStorage.setItem('token', 'renewed')`);
    for (const seen of ['demo', 'renewed']) {
      await visit(visitor, SITE + page);
      expect((await visitor.recorder.evidence(SITE + page)).page.hooks.token?.text).toBe(seen);
    }
    await sites.leave();
  });
});

test.describe('waiting', () => {
  test('settled does not wait for a request that is held open on purpose', async ({ sites, visitor }) => {
    sites.on('/held', () => undefined);
    await visitor.page.goto(SITE + sites.page(`fetch('/held')`));
    const before = Date.now();
    await visitor.recorder.settled({ quietMs: 100, heldMs: 300, timeoutMs: 20_000 });
    expect(Date.now() - before).toBeLessThan(10_000);
    expect(visitor.recorder.recorded.requests.find(({ type }) => type === 'fetch')?.finishedAt).toBeUndefined();
  });

  test('settled waits for a late answer', async ({ sites, visitor }) => {
    let answer = (): void => undefined;
    sites.on('/late', (_request, response) => {
      answer = () => void response.writeHead(200, { 'content-type': 'text/plain' }).end('late');
    });
    await visitor.page.goto(SITE + sites.page(`fetch('/late')`));
    await visitor.recorder.until(({ requests }) => requests.some(({ url }) => url.endsWith('/late')), PATIENCE_MS);
    const settled = visitor.recorder.settled({ quietMs: 100, heldMs: 30_000, timeoutMs: 30_000 });
    answer();
    await settled;
    expect(visitor.recorder.recorded.requests.find(({ type }) => type === 'fetch')?.body).toBe('late');
  });

  test('restart forgets what was, and only that', async ({ sites, visitor }) => {
    const page = sites.page(`console.error('loaded'); setInterval(() => console.error('again'), 20)`);
    await watch(visitor, SITE + page, failures(1));
    visitor.recorder.restart();
    expect(visitor.recorder.recorded.console).toEqual([]);
    expect(await visitor.recorder.until(({ console }) => console.length > 0, PATIENCE_MS)).toBe(true);
    const evidence = await visitor.recorder.evidence(SITE + page);
    expect(new Set(evidence.console.map(({ text }) => text))).toEqual(new Set(['again']));
  });
});
