/** Which targets matter for the messages of the page. */
import type { Evidence } from '../../browser/evidence.ts';
import type { Address } from '../urls.ts';
import { hostClass, isBeside, isTracker, isTrackerPath, parseAddress, sameSite } from '../urls.ts';
import { steadyQuery } from './grouping.ts';
import type { Target } from './target.ts';
import { isRealtime } from './target.ts';

/** Paths at which development servers tell of changes. */
const DEV_PATH = /\/_next\/(webpack-)?hmr|\/@vite|\/__webpack_hmr|\/sockjs-node\b|\/livereload\b|\/browser-sync\b/;
const DEV_PROTOCOL = /^vite-(hmr|ping)$/;

/** The socket of a development server, which carries no messages of the application. */
export const isDevelopment = ({ address, attempts }: Target): boolean =>
  DEV_PATH.test(address.path) || attempts.some(({ protocols }) => protocols.some((one) => DEV_PROTOCOL.test(one)));

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

/** How soon a client tries its next address after one has failed, in ms. */
const AT_ONCE = 2500;

const isAtOnce = (at: number, closedAt: number): boolean => at >= closedAt && at - closedAt < AT_ONCE;

/**
 * A client that fails at one address and then tries the same at another one: the first of the two is the one that counts.
 * Pusher's client tries the other scheme, that of Vite the server behind the proxy.
 *
 * @returns the target that was tried first, if this one is such a second try and failed too
 */
export function fallbackOf(target: Target, all: readonly Target[]): Target | undefined {
  const [began] = target.attempts;
  if (target.works || !began || target.kind === 'engine.io') return undefined;
  return all.find((other) => {
    const [first] = other.attempts;
    if (other === target || !first || first.opened || other.kind !== target.kind || first.at >= began.at) return false;
    const otherScheme =
      target.kind === 'pusher' &&
      other.address.host === target.address.host &&
      other.address.path === target.address.path &&
      other.address.secure !== target.address.secure;
    const { closedAt = Infinity } = first;
    const next = isAtOnce(began.at, closedAt) && sameRequest(other, target);
    return otherScheme || next;
  });
}

/**
 * A connection that the page goes on without, by its own choice: it tries several addresses at once and keeps the first
 * that opens, or one after the other; the server ends it with a code of the application and the page goes where it was
 * sent, or the server does not have that path and the page takes the one above it.
 */
export function isLeft(target: Target, all: readonly Target[]): boolean {
  const { attempts, symptom } = target;
  const last = attempts.at(-1);
  if (!last || target.kind === 'engine.io') return false;
  const open = all.filter((other) => other !== target && other.works && other.kind === target.kind);
  if (attempts.every(({ opened, byPage }) => !opened && byPage))
    return open.some((other) => sameRequest(other, target));
  const { closedAt = Infinity } = last;
  const sent = symptom?.is === 'closed' && symptom.clean && (symptom.code >= 4000 || MOVED.includes(symptom.code));
  const follows = ({ attempts: [next] }: Target): boolean => next !== undefined && isAtOnce(next.at, closedAt);
  // A client asks an older server for its newest path first.
  const newer = symptom?.is === 'status' && symptom.status === 404;
  return (
    attempts.length === 1 &&
    ((sent && open.some(follows)) ||
      (symptom?.is === 'network' && open.some((other) => follows(other) && sameRequest(other, target))) ||
      (newer && open.some((other) => follows(other) && target.address.path.startsWith(`${other.address.path}/`))))
  );
}

/**
 * The page has taken a stream in the place of a socket: the server implements no WebSockets (501), or has none at this path
 * (404), which the page asks once, and streams beside it.
 */
export function isDeclined(
  { kind, address, attempts, symptom }: Target,
  all: readonly Target[],
  duration: number,
): boolean {
  const { closedAt = Infinity } = attempts.at(-1) ?? {};
  if (kind !== 'websocket' || symptom?.is !== 'status') return false;
  const never = symptom.status === 501;
  if (!never && (symptom.status !== 404 || attempts.length > 1)) return false;
  return all.some(
    (other) =>
      other.works &&
      (other.kind === 'sse' || (!never && isHeld(other))) &&
      (never ? other.address.host === address.host : isBeside(other.address, address)) &&
      other.requests.some(({ at }) => isAtOnce(at, closedAt) && (never || duration - at > STANDS)),
  );
}

/** How long a stream must have stood, in ms, until it is known to take the place of a socket. */
const STANDS = 1500;

/** A request whose answer has begun and does not end. */
const isHeld = ({ kind, requests }: Target): boolean => {
  const last = requests.at(-1);
  return kind === 'api' && last?.status === 200 && last.finishedAt === undefined;
};

/** RFC 6455 and its registry: going away, service restart, try again later. */
const MOVED = [1001, 1012, 1013];

/** The same path, query and subprotocols at two addresses. Of a connection that was refused no subprotocol is known. */
function sameRequest(a: Target, b: Target): boolean {
  const offered = [a, b].map(({ attempts }) => attempts[0]?.protocols ?? []).filter((list) => list.length > 0);
  return (
    a.address.path === b.address.path &&
    JSON.stringify(steadyQuery(a.address)) === JSON.stringify(steadyQuery(b.address)) &&
    new Set(offered.map((list) => list.join())).size < 2
  );
}

/** Files for the eye, and what the networks of content keep for themselves: a page has its messages without them. */
const DECORATION = /\.(css|map|ico|png|svg|jpe?g|gif|webp|woff2?|ttf|webmanifest)$|^\/cdn-cgi\//i;

export function relevant(target: Target, page: Address | undefined, realtimeHosts: ReadonlySet<string>): boolean {
  if (target.kind === 'document') return true;
  const { host, path } = target.address;
  if (target.kind === 'api' && DECORATION.test(path)) return false;
  if (isTrackerPath(path)) return false;
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
