/** A proxy answers that it cannot reach what is behind it: 502, 503, 504 and the 52x of content networks. */
import { describe, isGatewayStatus, isInOwnWords, isUnhandled, stockProgram } from '../answers.ts';
import type { RuleContext } from '../context.ts';
import { answerTo, atPath, plainAnswer, realStatus } from '../facts/answers.ts';
import { isOverLimit, isRefusedAlone } from '../facts/gateways.ts';
import { label } from '../facts/sentences.ts';
import { otherEntryPoints, speaks } from '../facts/entry-points.ts';
import type { HandshakeAnswer, HttpAnswer } from '../readings.ts';
import type { Target } from '../targets/target.ts';
import { isBeside } from '../urls.ts';
import { edgeWords } from '../words/edges.ts';
import type { Table } from './table.ts';

interface GatewayError {
  target: Target;
  status: number;
  answer: HandshakeAnswer | HttpAnswer;
}

/** Statuses of a proxy that waited for its upstream in vain. */
const TIMEOUTS: readonly (number | undefined)[] = [504, 522, 524];

/**
 * A proxy that gives up sooner was refused, on a busy machine too; one that waits longer got no reply at all.
 * Linux asks three times for whoever has an address, a second apart (net.ipv4.neigh.default.mcast_solicit).
 */
const AT_ONCE_MS = 2000;

const NO_SERVER =
  /no available server|no healthy upstream|no server is available|connection refused|no live upstreams|web server is down/i;

/** The gateway error of a target, if that is its symptom. */
function gatewayErrorOf(context: RuleContext, target: Target | undefined): GatewayError | undefined {
  if (!target) return undefined;
  const status = realStatus(context, target);
  if (status === undefined || status < 400) return undefined;
  const gateway = isGatewayStatus(status);
  // A tunnel whose other end is away answers 404, a host of applications 403 for one that is stopped.
  if (!gateway && status !== 404 && status !== 403) return undefined;
  const answer = answerTo(context, target) ?? plainAnswer(context, target);
  // What was refused in the visit and is let in now is reached.
  if (!answer || ('state' in answer && answer.state === 'open')) return undefined;
  const words = edgeWords(answer)?.failure;
  if (words === 'tls' || (!gateway && words !== 'offline')) return undefined;
  // nginx answers 503 when a limit is reached, and an ingress of it when a service has no endpoints.
  if (status === 503 && stockProgram(answer) === 'nginx' && !isRefusedAlone(context, target)) return undefined;
  if (isOverLimit(answer)) return undefined;
  // An application answers so too, for a part that it cannot or may not offer.
  if (isInOwnWords(answer) && hasSibling(context, target)) return undefined;
  // If the same path works without a body, the upstream is reachable.
  if (target.method !== 'GET' && target.kind !== 'document') {
    const read = plainAnswer(context, target);
    if (read?.status !== undefined && !isGatewayStatus(read.status)) return undefined;
  }
  return { target, status, answer };
}

/** Another request of the page for the same folder of the same server is answered with data. */
const hasSibling = ({ goodApi }: RuleContext, { address }: Target): boolean =>
  goodApi.some((other) => isBeside(other.address, address));

/** Whether the backend answers at another entry point, which then shows that it runs. */
function elsewhere(context: RuleContext, { target }: GatewayError): string | undefined {
  const entries = otherEntryPoints(context, target);
  const spoken = entries.map((entry) => speaks(context, target, entry));
  if (spoken.includes(true)) return 'open';
  const own = entries.filter((entry) => entry.host === target.address.host);
  const states = own.map((entry) => context.tcp(entry.host, entry.port)?.state);
  const dropped = own.map((entry, index) => {
    if (states[index] !== 'open') return states[index] === undefined ? undefined : false;
    const answer = context.get({ ...entry, path: '/' });
    return answer && ['reset', 'closed'].includes(answer.failure ?? '');
  });
  if ([...spoken, ...states, ...dropped].includes(undefined)) return undefined;
  return states.includes('refused') ? 'refused' : dropped.includes(true) ? 'dropped' : 'none known';
}

/** Whether it is the page itself that fails, while other paths of the same proxy reach their services. */
function pageAlone(context: RuleContext, { target }: GatewayError): string | undefined {
  if (target.kind !== 'document') return 'no';
  const { host, port } = target.address;
  if (context.targets.some((other) => other.works && other.address.host === host && other.address.port === port))
    return 'yes';
  const other = context.getUnknownPath({ ...target.address, path: '/api/x' });
  if (!other || isGatewayStatus(other.status) || isUnhandled(other)) return other && 'no';
  // Where the service of the page answers at another path, it is the answer to this one that the proxy cannot pass on.
  const { path } = target.address;
  const beside = context.getUnknownPath(path.endsWith('/') ? atPath(target.address, `${path}x`) : target.address);
  return beside && (isGatewayStatus(beside.status) ? 'yes' : 'this path');
}

/** Which upstream fails, and how. */
export const gatewayError: Table<GatewayError> = {
  subject: gatewayErrorOf,
  text: ({ target, answer }) =>
    `${label(target)} is answered ${describe(answer)} after ${answer.ms} ms: the proxy cannot reach the backend of this path`,
  columns: {
    error: {
      values: ['timeout', 'failure', 'both'],
      read: (_context, { status, answer }) => {
        const timedOut = TIMEOUTS.includes(status);
        return timedOut && isGatewayStatus(answer.status) && !TIMEOUTS.includes(answer.status)
          ? 'both'
          : timedOut
            ? 'timeout'
            : 'failure';
      },
    },
    gaveUp: {
      values: ['at once', 'after a wait'],
      read: (_context, { answer }) => (answer.ms < AT_ONCE_MS ? 'at once' : 'after a wait'),
    },
    says: {
      values: ['no server', 'nothing'],
      read: (_context, { answer }) =>
        NO_SERVER.test(answer.body) || edgeWords(answer)?.failure === 'offline' ? 'no server' : 'nothing',
    },
    pageAlone: { values: ['yes', 'no', 'this path'], read: pageAlone },
    elsewhere: { values: ['open', 'refused', 'dropped', 'none known'], read: elsewhere },
  },
  rows: [
    {
      when: { error: 'failure', elsewhere: 'open', gaveUp: 'at once' },
      cause: 'proxy-wrong-upstream',
      level: 'likely',
      because: 'the backend runs: the same path works at another address',
      alike: ['proxy-stale-upstream'],
    },
    {
      when: { error: 'failure', elsewhere: 'open', gaveUp: 'after a wait' },
      cause: 'proxy-stale-upstream',
      level: 'likely',
      because:
        'the backend runs: the same path works at another address; the proxy waits for an address at which nothing runs',
      alike: ['proxy-wrong-upstream'],
    },
    {
      when: { error: 'failure', elsewhere: 'refused' },
      cause: 'upstream-down',
      level: 'likely',
      because: 'its own port refuses connections as well',
      alike: ['backend-not-started'],
    },
    {
      when: { error: 'failure', elsewhere: 'dropped' },
      cause: 'backend-loopback-bind',
      level: 'likely',
      because: 'its published port accepts connections and drops them',
      alike: ['backend-not-started', 'upstream-down'],
    },
    {
      when: { error: 'failure', elsewhere: 'none known', says: 'no server' },
      cause: 'upstream-down',
      level: 'likely',
      alike: ['proxy-wrong-upstream', 'backend-not-started', 'proxy-stale-upstream', 'backend-loopback-bind'],
    },
    {
      when: { error: 'failure', elsewhere: 'none known', says: 'nothing', pageAlone: 'no' },
      cause: 'upstream-down',
      level: 'likely',
      alike: ['proxy-wrong-upstream', 'backend-not-started', 'backend-loopback-bind', 'proxy-stale-upstream'],
    },
    {
      when: { error: 'failure', elsewhere: 'none known', says: 'nothing', pageAlone: 'yes' },
      cause: 'proxy-stale-upstream',
      level: 'likely',
      because: 'other paths of the same proxy reach their services',
      alike: ['upstream-down', 'proxy-wrong-upstream', 'backend-not-started', 'backend-loopback-bind'],
    },
    {
      when: { error: 'failure', elsewhere: 'none known', says: 'nothing', pageAlone: 'this path' },
      cause: 'payload-too-large',
      level: 'possible',
      because:
        'its service answers at other paths: the headers of this answer may be too large for the proxy, or the service may fail at it',
      alike: ['proxy-stale-upstream'],
    },
    {
      when: { error: ['timeout', 'both'], elsewhere: 'open' },
      cause: 'proxy-stale-upstream',
      level: 'likely',
      because: 'the backend runs: the same path works at another address',
      alike: ['upstream-silent'],
    },
    {
      when: { error: ['timeout', 'both'], elsewhere: ['refused', 'dropped', 'none known'], pageAlone: 'yes' },
      cause: 'proxy-stale-upstream',
      level: 'likely',
      because: 'other paths of the same proxy reach their services',
      alike: ['upstream-silent'],
    },
    {
      when: { error: 'timeout', elsewhere: ['refused', 'dropped', 'none known'], pageAlone: 'no' },
      cause: 'upstream-silent',
      level: 'likely',
      because: 'the proxy got no answer from its upstream',
      alike: ['proxy-stale-upstream'],
    },
    {
      when: { error: ['timeout', 'both'], elsewhere: ['refused', 'dropped', 'none known'], pageAlone: 'this path' },
      cause: 'upstream-silent',
      level: 'possible',
      because: 'its service answers at other paths',
    },
    {
      // It cannot connect at all: a proxy reports that at once on the next request.
      when: { error: 'both', elsewhere: ['refused', 'dropped', 'none known'], pageAlone: 'no' },
      cause: 'upstream-silent',
      level: 'possible',
      alike: ['proxy-stale-upstream', 'upstream-down'],
    },
  ],
};
