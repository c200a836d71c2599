// Words with which servers refuse a host name, and gateways tell of their upstream: one row each.
import { expect, test } from '@playwright/test';
import { gatewayFailure } from '../../harness/diagnosis/facts/gateways.ts';
import { hostRefusal } from '../../harness/diagnosis/facts/host-words.ts';
import { conversationOf } from '../../harness/diagnosis/protocols/read.ts';
import { emptyTarget } from '../../harness/diagnosis/targets/target.ts';
import { parseAddress } from '../../harness/diagnosis/urls.ts';

const byList = true;

for (const [text, refusal] of [
  ['Blocked request. This host ("app.example.org") is not allowed.', { name: 'app.example.org', byList }],
  ['The host app.example.org:8443 is not trusted', { name: 'app.example.org', byList }],
  ['Invalid HTTP_HOST header: &#x27;web:8000&#x27;. You may need to add &#x27;web&#x27;', { name: 'web', byList }],
  ['<h1>Blocked hosts: app.example.org</h1>', { name: 'app.example.org', byList }],
  ['Untrusted Host "app.example.org".', { name: 'app.example.org', byList }],
  ['Invalid host header "[2001:db8::1]:80"', { name: '[2001:db8::1]', byList }],
  ['Invalid Host header', { byList }],
  ['{"type":"error","data":"Invalid Host/Origin header"}', { byList }],
  ['Host check error', { byList }],
  ['Bad Request - Invalid Hostname', { byList }],
  ['<h1>Bad Request (400)</h1>', { byList }],
  ['Unknown host: chat', { name: 'chat', byList: false }],
  ['Forbidden', undefined],
  ['the host of this meeting is not here', undefined],
  ['Origin https://app.example.org is not allowed', undefined],
  ['<h1>Bad Request</h1>', undefined],
] as const)
  test(`a host refused, or not: ${text}`, () => {
    expect(hostRefusal(text)).toEqual(refusal);
  });

function closed(code: number, reason: string, age = 80) {
  const address = parseAddress('ws://site.test/ws');
  if (!address) throw new Error('no address');
  const target = emptyTarget('websocket', 'ws://site.test/ws', address);
  target.conversation = conversationOf('raw', []);
  target.symptom = { is: 'closed', code, reason, age, idle: age, clean: true };
  return target;
}

for (const [code, reason, sure] of [
  [1011, 'Failed to connect to downstream server', true],
  [1013, 'upstream unavailable', true],
  [1000, 'dial tcp 10.0.0.1:22: connect: connection refused', true],
  [4502, 'backend is away', true],
  [1014, '', true],
  [1011, '', false],
  [1013, '', false],
  [1011, 'keepalive ping timeout', undefined],
  [1008, 'invalid token for backend', undefined],
  [1000, '', undefined],
  [1013, 'too many clients', undefined],
] as const)
  test(`a gateway whose upstream fails, or not: ${code} ${reason || 'without words'}`, () => {
    expect(gatewayFailure(closed(code, reason))?.sure).toBe(sure);
  });

test('a connection that lived for a while is not one that a gateway could not pass on', () => {
  expect(gatewayFailure(closed(1011, 'upstream closed', 20_000))).toBeUndefined();
});
