// The two HMAC signatures: of HTTP API requests and of private subscriptions.
import { createHash, createHmac } from 'node:crypto';
import type { HttpRequest } from './http-request.ts';

const NOT_SIGNED = new Set(['auth_signature', 'body_md5', 'appId', 'appKey', 'channelName']);

const hmac = (secret: string, text: string) => createHmac('sha256', secret).update(text).digest('hex');

/** The digest of the body is computed here, never believed; key and timestamp are part of it but not checked. */
export function isRequestSigned(request: HttpRequest, path: string, secret: string): boolean {
  const parameters = new Map([...request.query].filter(([name]) => !NOT_SIGNED.has(name)));
  if (request.body.length > 0) parameters.set('body_md5', createHash('md5').update(request.body).digest('hex'));
  const query = [...parameters]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  return request.query.get('auth_signature') === hmac(secret, [request.method, path, query].join('\n'));
}

/** Only what follows the colon counts: the key before it is not looked at. */
export function isSubscriptionSigned(auth: string, signed: string[], secret: string): boolean {
  return auth.slice(auth.indexOf(':') + 1) === hmac(secret, signed.filter(Boolean).join(':'));
}
