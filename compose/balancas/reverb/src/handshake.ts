// The answer to a WebSocket handshake. The caller writes it and opens the connection whatever it says:
// the real server does not look at the result of its own check.
import { createHash } from 'node:crypto';
import type { HttpRequest } from './http-request.ts';
import { REASONS } from './http-response.ts';

const WEBSOCKET_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const POWERED_BY = 'X-Powered-By: Laravel Reverb\r\n\r\n';
const UPGRADE_SUGGESTION = 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n';

/** Any value of the header will do, `h2c` as well. */
export function wantsUpgrade(request: HttpRequest): boolean {
  return Boolean(request.headers.get('upgrade')?.[0]);
}

export function handshakeAnswer(request: HttpRequest): string {
  const values = (name: string) => request.headers.get(name) ?? [];
  const [upgrade, key, version] = [values('upgrade'), values('sec-websocket-key'), values('sec-websocket-version')];

  if (request.method !== 'GET') return refusal(405, REASONS[405], 'Allow: GET\r\n');
  if (request.version < 1.1) return refusal(505);
  if (values('host').length !== 1) return refusal(400);
  if (upgrade.length !== 1 || upgrade[0]?.toLowerCase() !== 'websocket') {
    return refusal(426, 'Upgrade header MUST be provided', UPGRADE_SUGGESTION);
  }
  if (!values('connection').some(listsUpgrade)) return refusal(400, 'Connection Upgrade MUST be requested');
  if (key.length !== 1 || Buffer.from(key[0] ?? '', 'base64').length !== 16) {
    return refusal(400, 'Invalid Sec-WebSocket-Key');
  }
  if (version.length !== 1 || Number.parseInt(version[0] ?? '', 10) !== 13) {
    return refusal(426, REASONS[426], UPGRADE_SUGGESTION);
  }

  const accept = createHash('sha1').update(`${key[0]}${WEBSOCKET_GUID}`).digest('base64');
  return (
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
    `Sec-WebSocket-Accept: ${accept}\r\n${POWERED_BY}`
  );
}

function listsUpgrade(connection: string): boolean {
  return connection.split(',').some((token) => token.trim().toLowerCase() === 'upgrade');
}

function refusal(status: number, reason = REASONS[status], headers = ''): string {
  return `HTTP/1.1 ${status} ${reason}\r\n${headers}${POWERED_BY}`;
}
