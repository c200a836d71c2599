// What edges say of the server behind them: one row for each sentence that is known, and those that only look like one.
import { expect, test } from '@playwright/test';
import { kindOf } from '../../harness/diagnosis/answers.ts';
import { edgeWords } from '../../harness/diagnosis/words/edges.ts';

const answer = (
  status: number,
  body: string,
  headers: Record<string, string> = {},
): { status: number; body: string; headers: Record<string, string> } => ({ status, body, headers });

const CLOUDFLARE = { server: 'cloudflare' };

const SAID = [
  ['Cloudflare 525', 'tls', answer(525, 'error code: 525', CLOUDFLARE)],
  ['Cloudflare 526', 'tls', answer(526, '<title>app | 526: Invalid SSL certificate</title>', CLOUDFLARE)],
  ['Cloudflare 530, its tunnel', 'offline', answer(530, 'error code: 1033', CLOUDFLARE)],
  [
    'Cloudflare, challenge',
    'challenge',
    answer(403, '<title>Just a moment...</title>', { 'cf-mitigated': 'challenge' }),
  ],
  ['AWS 503', 'offline', answer(503, '<center><h1>503 Service</h1></center>', { server: 'awselb/2.0' })],
  ['ngrok, agent away', 'offline', answer(404, '(ERR_NGROK_3200)', { 'ngrok-error-code': 'ERR_NGROK_3200' })],
  [
    'Apache, certificate of the backend',
    'tls',
    answer(500, '<p>Reason: <strong>Error during SSL Handshake with remote server</strong></p>'),
  ],
  [
    'Envoy, plain backend',
    'tls',
    answer(
      503,
      'upstream connect error or disconnect/reset before headers. reset reason: connection failure, transport failure reason: TLS_error:|268435703:SSL routines:OPENSSL_internal:WRONG_VERSION_NUMBER',
    ),
  ],
  [
    'proxy in Go, certificate',
    'tls',
    answer(502, 'tls: failed to verify certificate: x509: certificate signed by unknown authority'),
  ],
  [
    'proxy in Node, certificate',
    'tls',
    answer(500, 'Error occurred while trying to proxy: DEPTH_ZERO_SELF_SIGNED_CERT'),
  ],
] as const;

for (const [name, failure, said] of SAID) {
  test(`${name}: ${failure}`, () => {
    expect(edgeWords(said)?.failure).toBe(failure);
  });
}

const ORDINARY = [
  ['an application that is proxied', answer(404, '{"error":"not found"}', CLOUDFLARE)],
  ['Cloudflare 530, no name for the origin', answer(530, 'error code: 1016', CLOUDFLARE)],
  [
    'Envoy, no backend',
    answer(503, 'upstream connect error or disconnect/reset before headers. reset reason: connection failure'),
  ],
  ['an article about certificates', answer(200, 'x509: certificate signed by unknown authority')],
  ['AWS 502', answer(502, '<center><h1>502 Bad Gateway</h1></center>', { server: 'awselb/2.0' })],
] as const;

for (const [name, said] of ORDINARY) {
  test(`${name}: nothing`, () => {
    expect(edgeWords(said)).toBeUndefined();
  });
}

test('an application behind an edge keeps its words', () => {
  expect(kindOf(answer(404, '{"error":"not found"}', CLOUDFLARE))).toBe('backend-not-found');
});
