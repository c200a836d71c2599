import { expect, test } from '@playwright/test';
import { MASK, Masker, isProtocolName, mask, maskHeaders, maskProtocol, maskUrl } from '../../harness/common/mask.ts';

/** Made at run time, so that no scanner takes them for real ones. */
const VALUE = ['opaque', 'Demo', '4711', 'value'].join('-');
const JWT = ['eyJhbGciOiJub25lIn0', 'eyJzdWIiOiJkZW1vIn0', 'c2ln'].join('.');
const AWS = ['AK', 'IA', 'EXAMPLE0'.repeat(2)].join('');
const GITHUB = ['gh', 'p_', 'demo0'.repeat(8)].join('');
const PEM = ['-----BEGIN', 'PRIVATE KEY-----\nZGVtbw==\n-----END', 'PRIVATE KEY-----'].join(' ');

const FORMS: Record<string, string[]> = {
  'a query': [
    ...['token', 'access_token', 'accessToken', 'authToken', 'refresh_token', 'id_token', 'api_key', 'apikey', 'auth'],
    ...['jwt', 'sid', 'session', 'session_id', 'key', 'code', 'signature', 'sig', 'client_secret', 'secret', 'ticket'],
    ...['password', 'passwd', 'pwd', 'X-Amz-Signature', 'X-Amz-Security-Token', '_csrf', 'xsrf_token', 'otp'],
  ].map((name) => `wss://a.test/ws?page=1&${name}=${VALUE}&x=2`),
  'a URL': [
    `https://a.test/#access_token=${VALUE}`,
    `https://a.test/?a=1;token=${VALUE}`,
    `https://a.test/?access%5Ftoken=${VALUE}`,
    `https://user:${VALUE}@a.test/`,
    `https://${VALUE}@a.test/`,
    `see /x?q=${'r4nd0m'.repeat(5)}${VALUE}`,
  ],
  JSON: [
    ...['accessToken', 'refresh_token', 'auth', 'sessionId', 'client_secret', 'passwd', 'password', 'jwt'].map(
      (name) => `{"a":1,"${name}":"${VALUE}","b":2}`,
    ),
    `{"token": 12345678}`.replace('12345678', VALUE.replace(/\D/g, '')),
    JSON.stringify({ password: `a"${VALUE}"b` }),
    JSON.stringify({ data: JSON.stringify({ token: `a"${VALUE}` }) }),
    JSON.stringify({ x: JSON.stringify({ y: JSON.stringify({ secret: VALUE }) }) }),
    `{ "api-key" : "${VALUE}" }`,
    `{"token":"${VALUE}`,
  ],
  'a text': [
    `token: ${VALUE}`,
    `token=${VALUE}`,
    `password = none, password=${VALUE}`,
    `Authorization: Bearer ${VALUE}`,
    `Authorization: Token ${VALUE}`,
    `Authorization: Basic ${VALUE}==`,
    `authorization: ${VALUE}`,
    `Authorization: Digest username="x", response="${VALUE}"`,
    `curl -H "X-Api-Key: ${VALUE}" http://a.test/`,
    `Cookie: a=1; sid=${VALUE}`,
    `Set-Cookie: sid=${VALUE}; Path=/; HttpOnly`,
    `refused Bearer ${VALUE}`,
    `username=demo&password=${VALUE}`,
    `{token: '${VALUE}'}`,
    `bad ${JWT}`,
    `cut ${JWT.slice(0, 30)}`,
    `uses ${AWS}`,
    `clones with ${GITHUB}`,
    PEM,
  ],
};

for (const [where, texts] of Object.entries(FORMS)) {
  test(`credentials in ${where} are masked, and again the same`, () => {
    for (const text of texts) {
      const masked = mask(text);
      expect(masked, text).toContain(MASK);
      for (const secret of [VALUE, '4711', JWT.slice(0, 30), AWS, GITHUB, 'ZGVtbw'])
        expect(masked, text).not.toContain(secret);
      expect(mask(masked), text).toBe(masked);
    }
  });
}

test('what is no credential stays', () => {
  for (const text of [
    `SyntaxError: Unexpected token '<', "<!DOCTYPE "... is not valid JSON`,
    `WebSocket connection to 'ws://a.test:8080/app/demo-key?protocol=7&client=js&version=8.4.0&flash=false' failed: `,
    'http://a.test/socket.io/?EIO=4&transport=polling&t=abc123',
    '{"event":"pusher:error","data":{"code":4009,"message":"Connection not authorized"}}',
    '{"code":1,"message":"Session ID unknown"}',
    '{"token":"","session":null,"auth":false}',
    'wss://a.test/ws?token=undefined',
    'wss://a.test/ws?token=&page=1',
    'Bearer token missing',
    'token: expired',
    'csrf token is missing',
    'connecting to token-service:8080',
    'https://a.test/login?next=%2Fadmin%2Fdashboard%2F2024%2Freports',
    'max_tokens=100'.replace('=100', ''),
    'author=somebody&keyboard=de',
  ])
    expect(mask(text)).toBe(text);
});

test('headers: the whole value of those that hold a credential', () => {
  const names = ['Authorization', 'X-API-Key', 'X-Auth-Token', 'X-CSRF-Token', 'Proxy-Authorization', 'X-Access-Token'];
  for (const name of names) {
    const [masked] = Object.values(maskHeaders({ [name]: `Token ${VALUE}` }));
    expect(masked, name).toBe(`Token ${MASK}`);
  }
  expect(
    maskHeaders({ Location: `/x#access_token=${VALUE}`, 'Sec-WebSocket-Protocol': `bokeh, bearer.${VALUE}` }),
  ).toEqual({ location: `/x#access_token=${MASK}`, 'sec-websocket-protocol': `bokeh, bearer.${MASK}` });
});

test('subprotocols: names stay, what stands in their place does not', () => {
  for (const name of [
    'graphql-transport-ws',
    'v12.stomp',
    'mqtt',
    'vite-hmr',
    'actioncable-v1-json',
    'wamp.2.json',
    'bokeh',
  ])
    expect(isProtocolName(name), name).toBe(true);
  const others = [VALUE.replace(/-/g, ''), '2|5f1d2c3b|1700000000', JWT, `bearer.${VALUE}`, 'c2Vzc2lvbi10b2tlbi1kZW1v'];
  for (const entry of others) expect(maskProtocol(entry), entry).toContain(MASK);
});

test('a typed URL shows no value but those that protocols need', () => {
  expect(maskUrl(`https://u:p@a.test/lab?room=42&EIO=4&empty=#id_token=${VALUE}`)).toBe(
    `https://${MASK}@a.test/lab?room=${MASK}&EIO=4&empty=#id_token=${MASK}`,
  );
  expect(maskUrl('https://a.test/#/board')).toBe('https://a.test/#/board');
});

test('values that the browser stores are masked wherever they stand', () => {
  const masker = new Masker(['plain-value-7', 'with space 8', 'abc', 'dark']);
  expect(
    masker.data({
      text: 'got plain-value-7 and with%20space%208',
      headers: { 'set-cookie': 'sid=1; Path=/', 'x-theme': 'dark' },
      list: [{ deep: 'plain-value-7!' }, 5, null],
    }),
  ).toEqual({
    text: `got ${MASK} and ${MASK}`,
    headers: { 'set-cookie': `sid=${MASK}; Path=/`, 'x-theme': 'dark' },
    list: [{ deep: `${MASK}!` }, 5, null],
  });
});

test('the time grows with the length of the text', () => {
  const hostile = [
    '\\',
    '"a":',
    'token=',
    'authorization: ',
    'a://',
    'Bearer ',
    '-----BEGIN PRIVATE KEY-----',
    'eyJ',
    ':',
    ' ',
  ];
  const took = (length: number): number => {
    const began = performance.now();
    for (const part of hostile) mask(part.repeat(length / part.length));
    return performance.now() - began;
  };
  // The quickest of several: whatever else the machine does only adds to it.
  const quickest = (length: number): number => Math.min(...Array.from({ length: 4 }, () => took(length)));
  const [short, long] = [quickest(50_000), quickest(400_000)];
  // Eight times the length; with the square of it, it would be 64 times.
  expect(long / short).toBeLessThan(24);
});
