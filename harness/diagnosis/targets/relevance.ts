/** Which targets matter for the messages of the page. */
import type { Evidence } from '../../browser/evidence.ts';
import type { Address } from '../urls.ts';
import { hostClass, isTracker, parseAddress, sameSite } from '../urls.ts';
import type { Target } from './target.ts';
import { isRealtime } from './target.ts';

/** Sockets of development servers, which carry no messages of the application. */
const DEV_SOCKET = /_next\/webpack-hmr|\/@vite|[?&]token=[\w-]+$.*vite|__webpack_hmr|sockjs-node|\/ws\?vite|livereload/;

/** A script of another site connects to another site: a widget, an advertisement. */
export function isThirdParty(target: Target, { sockets, requests }: Evidence, page: Address | undefined): boolean {
  if (!page || sameSite(target.address.host, page.host)) return false;
  const made = [...sockets, ...requests].filter(({ url }) => url === target.url);
  return (
    made.length > 0 &&
    made.every(({ foreignScript }) => {
      const from = foreignScript === undefined ? undefined : parseAddress(foreignScript);
      return from !== undefined && !sameSite(from.host, page.host);
    })
  );
}

/**
 * Pusher's client falls back to the other scheme when the configured one fails. The first of the two is the one that the
 * page asked for.
 */
export function isFallback(target: Target, all: readonly Target[]): boolean {
  if (target.kind !== 'pusher' || target.works) return false;
  const began = (one: Target): number => one.attempts[0]?.at ?? Infinity;
  return all.some(
    (other) =>
      other !== target &&
      other.kind === 'pusher' &&
      other.address.host === target.address.host &&
      other.address.path === target.address.path &&
      other.address.secure !== target.address.secure &&
      began(other) < began(target),
  );
}

export function relevant(target: Target, page: Address | undefined, realtimeHosts: ReadonlySet<string>): boolean {
  if (target.kind === 'document') return true;
  if (DEV_SOCKET.test(target.url)) return false;
  const { host } = target.address;
  if (!page || host === page.host) return true;
  if (target.kind === 'script') return sameSite(host, page.host);
  if (isTracker(host)) return false;
  if (isRealtime(target)) return true;
  return realtimeHosts.has(host) || sameSite(host, page.host) || hostClass(host) === 'loopback' || looksLikeApi(target);
}

function looksLikeApi(target: Target): boolean {
  return (
    /^(api|backend|server|gateway|auth|ws|rt|realtime)[.-]/.test(target.address.host) ||
    /\/(api|graphql|v\d+|rest|auth|broadcasting)(\/|$)/.test(target.address.path)
  );
}
