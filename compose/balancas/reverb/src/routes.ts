// Which path means what: exact paths, no trailing slash, the query never matters.
import { HttpError } from './http-response.ts';

export type RouteName =
  'websocket' | 'up' | 'events' | 'batch_events' | 'channels' | 'channel' | 'channel_users' | 'connections';

export interface Route {
  name: RouteName;
  /** Values of the placeholders, in order. */
  values: string[];
}

const ROUTES: [name: RouteName, method: 'GET' | 'POST', path: RegExp][] = [
  ['websocket', 'GET', /^\/app\/([^/]+)$/],
  ['up', 'GET', /^\/up$/],
  ['events', 'POST', /^\/apps\/([^/]+)\/events$/],
  ['batch_events', 'POST', /^\/apps\/([^/]+)\/batch_events$/],
  ['channels', 'GET', /^\/apps\/([^/]+)\/channels$/],
  ['channel', 'GET', /^\/apps\/([^/]+)\/channels\/([^/]+)$/],
  ['channel_users', 'GET', /^\/apps\/([^/]+)\/channels\/([^/]+)\/users$/],
  ['connections', 'GET', /^\/apps\/([^/]+)\/connections$/],
];

export function route(method: string, path: string): Route {
  const decoded = decode(path);
  for (const [name, allowed, pattern] of ROUTES) {
    const match = pattern.exec(decoded);
    if (!match) continue;
    if (method !== allowed && !(method === 'HEAD' && allowed === 'GET')) {
      throw new HttpError(405, 'Method not allowed.', allowed);
    }
    return { name, values: match.slice(1) };
  }
  throw new HttpError(404, 'Not found.');
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
