import type { CauseId, Hop } from '../causes/causes.ts';
import { HOPS } from '../causes/causes.ts';
import { isGatewayStatus, kindOf, stockProgram } from './answers.ts';
import { CAUSES } from './causes/index.ts';
import type { RuleContext } from './context.ts';
import { answerTo } from './facts/answers.ts';
import type { HandshakeAnswer, HttpAnswer } from './readings.ts';
import { wasCut } from './targets/attempts.ts';
import type { Target } from './targets/target.ts';

/** A hop of the way, as the picture shows it. */
export interface HopState {
  hop: Hop;
  state: 'ok' | 'broken' | 'unknown' | 'not reached';
  text: string;
}

/**
 * The way of a message, hop by hop. A hop is `ok` only where a reading shows that it was passed. Behind the broken hop
 * a reading counts only if the connection stood: otherwise what answered there may be another system.
 *
 * @param cause what is wrong, if that is known
 * @param target the target that the diagnosis is about, if there is one
 */
export function wayOf(context: RuleContext, cause: CauseId | undefined, target: Target | undefined): HopState[] {
  const passed = passedHops(context, target);
  if (cause === undefined) return HOPS.map((hop) => ({ hop, state: passed.has(hop) ? 'ok' : 'unknown', text: '' }));
  const { hop: broken, sentence } = CAUSES[cause];
  const at = HOPS.indexOf(broken);
  const connected = target !== undefined && wasConnected(target);
  // A connection that stood tells nothing of what the rest of the way would have done with a message.
  const rest = connected && broken !== 'publisher' && !isRefused(target) ? 'unknown' : 'not reached';
  return HOPS.map((hop, index): HopState => {
    if (index === at) return { hop, state: 'broken', text: sentence };
    if (index < at) return { hop, state: passed.has(hop) ? 'ok' : 'unknown', text: '' };
    return { hop, state: connected && passed.has(hop) ? 'ok' : rest, text: '' };
  });
}

/** The hops that a reading shows to work. */
function passedHops(context: RuleContext, target: Target | undefined): ReadonlySet<Hop> {
  const passed = new Set<Hop>();
  if (context.pageLoaded) passed.add('page');
  if (target) for (const hop of hopsOf(context, target)) passed.add(hop);
  const channels = Object.values(context.delivery?.channels ?? {});
  const everywhere = channels.filter(({ outcome, frameSeen }) => ['live', 'polling'].includes(outcome) || frameSeen);
  const somewhere = channels.filter(({ outcome, received = 0 }) => outcome === 'partial' || received > 0);
  if (everywhere.length > 0 || somewhere.length > 0) passed.add('publisher');
  if (everywhere.length > 0 && somewhere.every(({ outcome }) => outcome !== 'partial')) passed.add('broker');
  return passed;
}

/** The hops between page and publisher that were passed on the way to a target. */
function hopsOf(context: RuleContext, target: Target): Hop[] {
  const { host, port, secure } = target.address;
  if (wasConnected(target)) {
    const admitted = target.works || (target.conversation?.greeted === true && !isRefused(target));
    return ['dns', 'edge', 'proxy', 'backend', ...(admitted ? (['policy'] as const) : [])];
  }
  if (isAnswered(target))
    return byApplication(answerTo(context, target)) ? ['dns', 'edge', 'proxy', 'backend'] : ['dns', 'edge'];
  const resolved =
    (target.symptom?.is === 'network' && !target.symptom.error.startsWith('NAME_')) ||
    (context.peek({ ask: 'dns', host, port })?.addresses.length ?? 0) > 0;
  const accepted = context.peek({ ask: 'tcp', host, port })?.state === 'open';
  const encrypted = !secure || context.peek({ ask: 'tls', host, port, alpn: 'any' })?.state === 'ok';
  if (accepted && encrypted) return ['dns', 'edge'];
  return resolved || accepted ? ['dns'] : [];
}

/** The connection stood at some time. */
function wasConnected(target: Target): boolean {
  if (target.kind === 'document' || target.kind === 'script') return false;
  return (
    target.works ||
    target.conversation?.greeted === true ||
    target.attempts.some((attempt) => attempt.opened && !wasCut(attempt))
  );
}

/** The server let the page in and refused it by its own protocol. */
const isRefused = ({ symptom }: Target): boolean => symptom?.is === 'refused' || symptom?.is === 'dismissed';

/** Some server, whichever, answered the last request. */
function isAnswered({ symptom, works, requests }: Target): boolean {
  if (requests.at(-1)?.fromServiceWorker) return false;
  return works || (symptom !== undefined && ['status', 'wrong-kind', 'cors', 'negotiation'].includes(symptom.is));
}

/** The answer is written by the application rather than by a proxy or a front end. */
function byApplication(answer: HandshakeAnswer | HttpAnswer | undefined): boolean {
  if (answer?.status === undefined || isGatewayStatus(answer.status)) return false;
  if (stockProgram(answer) !== undefined || /html/.test(answer.headers['content-type'] ?? '')) return false;
  return ['engine-error', 'engine-open', 'upgrade-required', 'backend-not-found', 'stream', 'other'].includes(
    kindOf(answer),
  );
}
