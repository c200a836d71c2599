/** What a failed target means for the messages of the page. */
import { isGatewayStatus, stockProgram } from './answers.ts';
import type { RuleContext } from './context.ts';
import type { Target } from './targets/target.ts';
import { bodyOf, isElsewhere, isRealtime } from './targets/target.ts';
import { sameSite } from './urls.ts';

/** How far the failure of a target can explain missing messages. */
export type Effect = 'full' | 'partial' | 'none';

/** How much a failure matters when messages arrive, or other connections are open. */
export function effectOf(context: RuleContext, target: Target): Effect {
  if (isAside(context, target)) return 'none';
  const outcomes = Object.values(context.delivery?.channels ?? {}).map((channel) => channel.outcome);
  const own = context.delivery?.api === undefined ? applicationError(target) : undefined;
  if (outcomes.length === 0) {
    // A working application refuses requests of a visitor who has not signed in.
    const stand =
      context.realtime.length > 0 ? context.live.length === context.realtime.length : asksForSignIn(context);
    return stand && (own === 401 || own === 500) ? 'none' : 'full';
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
 * A request of the page's own API that the application refuses, or takes long to answer, while every real-time connection
 * of the page is open and spoken on: an optional file, a feature that is not built in, “who am I?” before the sign-in, a
 * build or a report. The page goes on without it.
 */
export function isAside(context: RuleContext, target: Target): boolean {
  if (target.kind !== 'api') return false;
  const { symptom } = target;
  const slow = symptom?.is === 'silent';
  if (!slow && (target.method !== 'GET' || symptom?.is !== 'status' || isGatewayStatus(symptom.status))) return false;
  const { realtime, live } = context;
  const standing = live.some((other) => other.conversation !== undefined && other.conversation.messages > 0);
  const stands = standing && live.length === realtime.length;
  return stands && !isMissed(context, target);
}

const SAYS_SO =
  /\b(error|failed|could not|couldn.t|cannot|can.t|unable to|unavailable|not available|went wrong|try again)\b/i;

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
