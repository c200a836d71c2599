/** What a failed target means for the messages of the page. */
import { STREAM_TYPES } from '../browser/evidence.ts';
import { isGatewayStatus, isInOwnWords, stockProgram } from './answers.ts';
import type { RuleContext } from './context.ts';
import { forgottenSession } from './facts/sessions.ts';
import { CONNECTIONS_PER_HOST, eventStreams } from './facts/streams.ts';
import type { Target } from './targets/target.ts';
import { bodyOf, isElsewhere, isRealtime } from './targets/target.ts';
import { sameSite } from './urls.ts';

/** How far the failure of a target can explain missing messages. */
export type Effect = 'full' | 'partial' | 'none';

/** How much a failure matters when messages arrive, or other connections are open. */
export function effectOf(context: RuleContext, target: Target): Effect {
  if (isAside(context, target) || isBeforeSignIn(context, target)) return 'none';
  const outcomes = Object.values(context.delivery?.channels ?? {}).map((channel) => channel.outcome);
  const own = context.delivery?.api === undefined ? applicationError(target) : undefined;
  if (outcomes.length === 0) {
    // A working application refuses requests of a visitor who has not signed in.
    const mayAskForSignIn = asksForSignIn(context) || context.evidence.untold?.includes('page') === true;
    const stand = context.realtime.length > 0 ? context.live.length === context.realtime.length : mayAskForSignIn;
    if (stand && (own === 401 || own === 500)) return 'none';
    return isOverruled(context, target) ? 'partial' : 'full';
  }
  if (!outcomes.every((outcome) => outcome === 'live' || outcome === 'polling')) return 'full';
  if (isRealtime(target)) {
    // Messages that arrived before the connection ended prove nothing about the time after.
    if (target.symptom?.is === 'closed') return 'full';
    return isElsewhere(context, target) ? 'none' : 'partial';
  }
  return context.delivery?.api === 'loaded' || own !== undefined || isUnrelatedHost(context, target) ? 'none' : 'full';
}

/**
 * A request of the page's own that the application refuses or takes long to answer, or a script that another one asks
 * for, while the page lives without it: an optional file, a feature that is not built in, “who am I?” before the sign-in,
 * a report.
 */
export function isAside(context: RuleContext, target: Target): boolean {
  const optional = target.kind === 'script' && target.requests.every(({ byScript }) => byScript);
  const refused =
    isRefusedRequest(target) && !isGatewayFailure(target) && !forgottenSession(target) && !isRefusedStream(target);
  const slow =
    target.kind === 'api' &&
    target.symptom?.is === 'silent' &&
    context.realtime.length > 0 &&
    eventStreams(context, target).open < CONNECTIONS_PER_HOST;
  return (optional || refused || slow || isReport(context, target)) && lives(context) && !isMissed(context, target);
}

/** The page tells a host something, once, and asks for nothing; the host does not exist. */
const isReport = ({ page }: RuleContext, { kind, symptom, method, requests, address }: Target): boolean =>
  kind === 'api' &&
  symptom?.is === 'network' &&
  symptom.error === 'NAME_NOT_RESOLVED' &&
  method === 'POST' &&
  requests.length === 1 &&
  address.host !== page.host;

/** Statuses of limits, which the page meets by what it does and not by what it is. */
const LIMITS = [413, 429];

/** A request of the page is answered with an error. */
const isRefusedRequest = ({ kind, symptom }: Target): boolean =>
  kind === 'api' && symptom?.is === 'status' && !LIMITS.includes(symptom.status);

/** The page asks for a stream, and whom it asks does not let it in. */
const isRefusedStream = ({ symptom, requests }: Target): boolean =>
  symptom?.is === 'status' &&
  [401, 403].includes(symptom.status) &&
  requests.some(({ accepts = '' }) => STREAM_TYPES.test(accepts));

/** Every real-time connection of the page is open and spoken on; of a page without any, it polls with success. */
function lives({ realtime, live, goodApi }: RuleContext): boolean {
  if (realtime.length === 0) return goodApi.some(({ requests }) => requests.length >= 2);
  return (
    live.length === realtime.length &&
    live.some(({ conversation }) => conversation?.greeted === true || (conversation?.messages ?? 0) > 0)
  );
}

/** A proxy says that it cannot reach the application; an application may use the same statuses in its own words. */
const isGatewayFailure = (target: Target): boolean =>
  target.symptom?.is === 'status' &&
  isGatewayStatus(target.symptom.status) &&
  !isInOwnWords({ body: bodyOf(target), headers: target.requests.at(-1)?.headers ?? {} });

/** A page that asks for a password is refused what only users get. */
const isBeforeSignIn = (context: RuleContext, { kind, symptom }: Target): boolean =>
  kind === 'api' && asksForSignIn(context) && symptom?.is === 'status' && [401, 403].includes(symptom.status);

/** An application refuses a request, and a real-time connection failed too: that one explains the missing messages. */
const isOverruled = (context: RuleContext, { kind, symptom }: Target): boolean =>
  kind === 'api' &&
  symptom?.is === 'status' &&
  symptom.status < 500 &&
  context.failed.some((other) => isRealtime(other) && other.symptom?.is !== 'status');

const SAYS_SO =
  /\b(could ?n.?t|could not|can.?t|cannot|unable to|fail(ed|s)? to|error) (be )?(load|fetch|get|read|retriev|reach|connect|show|display)|\bwent wrong\b|\btry again\b|\berror (has )?(occurred|happened)\b|\b(is|are|currently|temporarily) (unavailable|not available)\b|^\s*(error|failed|failure|unavailable)\s*([:!.–-]|$)/im;

/** The page shows that something failed, or that it has nothing of what the request names. */
function isMissed({ evidence }: RuleContext, { address }: Target): boolean {
  const { text } = evidence.page;
  const name = /([a-z]+)\W*$/i.exec(address.path)?.[1];
  return SAYS_SO.test(text) || (name !== undefined && new RegExp(`\\b(no|missing) ${name}\\b`, 'i').test(text));
}

/** A host of another site from which the page received nothing. */
const isUnrelatedHost = (context: RuleContext, { address }: Target): boolean =>
  context.delivery?.api === undefined &&
  !sameSite(address.host, context.page.host) &&
  !context.targets.some((other) => other.works && other.address.host === address.host);

/** The page asks for a password: nothing else is visible before signing in. */
export const asksForSignIn = (context: RuleContext): boolean => context.evidence.page.signIn === true;

/** The status of a request that the application itself, not a proxy, refused or failed to serve. */
function applicationError(target: Target): number | undefined {
  if (target.kind !== 'api' || target.symptom?.is !== 'status') return undefined;
  const { status } = target.symptom;
  const type = target.requests.at(-1)?.headers?.['content-type'] ?? '';
  const own =
    status === 500
      ? stockProgram({ body: bodyOf(target), headers: target.requests.at(-1)?.headers ?? {} }) === undefined
      : /json|^$/.test(type);
  return own && [401, 403, 404, 500].includes(status) ? status : undefined;
}
