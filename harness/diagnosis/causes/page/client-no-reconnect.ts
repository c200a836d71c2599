import { isGatewayStatus } from '../../answers.ts';
import { cause, surestOf } from '../../cause.ts';
import type { RuleContext } from '../../context.ts';
import { addressOf, clientsAtOnce, handshakeAnswer, plainAnswer } from '../../facts/answers.ts';
import { label } from '../../facts/sentences.ts';
import { wasServed } from '../../families/credentials.ts';
import { accepts } from '../../facts/upgrade.ts';
import type { Finding } from '../../finding.ts';
import { finding } from '../../finding.ts';
import type { HandshakeAnswer } from '../../readings.ts';
import { symptomText } from '../../symptom-text.ts';
import type { Target } from '../../targets/target.ts';
import { isRealtime } from '../../targets/target.ts';
import { withScheme } from '../../urls.ts';

export default cause({
  id: 'client-no-reconnect',
  hop: 'page',
  sentence: 'The connection was lost, and the page does not open another, or has given up trying.',
  proof:
    'A socket that had been open closes, no further attempt follows or those that follow fail and end, and a new handshake from outside succeeds.',
  lookAlikes: ['proxy-idle-timeout', 'auth-rejected', 'upstream-down'],
  repair: 'Reconnect with a growing delay after every close that the page did not ask for.',
  explains: [
    'upstream-down',
    'upstream-silent',
    'backend-not-started',
    'backend-loopback-bind',
    'proxy-stale-upstream',
    'proxy-wrong-upstream',
  ],
  examineTarget: surestOf(streamNotReopened, streamGivenUp, gaveUp, sentAway, (context, target) => {
    if (target.symptom?.is !== 'closed' || target.attempts.length === 0 || !isRealtime(target)) return undefined;
    const { code, reason, age } = target.symptom;
    if (
      [1002, 1003, 1007, 1008, 1009, 1010, 1013].includes(code) ||
      (code >= 4000 && code < 5000) ||
      /auth|token|origin|unauthor/i.test(reason)
    )
      return undefined;
    const cuts = target.attempts.filter((attempt) => attempt.opened && attempt.closedAt !== undefined);
    const last = target.attempts.at(-1);
    if (cuts.length > 1 || last?.closedAt === undefined) return undefined;
    const waited = context.evidence.duration - last.closedAt;
    const again = handshakeAnswer(context, target);
    const reconnects = context.bundle()?.reconnects;
    const longEnough = waited >= 4000 || reconnects === false;
    if (again && !accepts(again)) return undefined;
    return finding(
      again && longEnough && reconnects !== true ? 'likely' : 'possible',
      `the socket closed after ${(age / 1000).toFixed(1)} s (${code}${reason ? ` “${reason}”` : ''}) and the page opened no other within ${(waited / 1000).toFixed(1)} s`,
      again && 'a new handshake succeeds at once',
      reconnects === false && 'the script contains no code that reconnects',
    );
  }),
});

/** How much longer, in ms, than its longest pause a page must have made no attempt to have given up. */
const GAVE_UP_MS = 2000;

/** The connection stood and was lost, attempts to open it again failed, and no other follows although one succeeds now. */
function gaveUp(context: RuleContext, target: Target): Finding | undefined {
  const { attempts, symptom } = target;
  const lost = attempts.findLastIndex(({ opened, byPage, closedAt }) => opened && !byPage && closedAt !== undefined);
  const failed = attempts.slice(lost + 1);
  const last = failed.at(-1);
  if (lost < 0 || last === undefined || !isRealtime(target)) return undefined;
  if (symptom?.is !== 'status' && symptom?.is !== 'network') return undefined;
  if (failed.some(({ opened, error }) => opened || error === undefined)) return undefined;
  const pauses = failed.map(({ at }, index) => at - (failed[index - 1]?.at ?? attempts[lost]?.closedAt ?? at));
  const waited = context.evidence.duration - last.at;
  if (waited < Math.max(...pauses) * 1.5 + GAVE_UP_MS) return undefined;
  const again = handshakeAnswer(context, target);
  const back = again && (accepts(again) || isBack(context, target, again));
  if (back === false) return undefined;
  return finding(
    back ? 'proven' : 'possible',
    `the connection was lost, ${failed.length} attempts to open it again failed (${symptomText(target)}), and the page made no other within ${(waited / 1000).toFixed(1)} s`,
    back && 'a new handshake succeeds',
  );
}

/** A server that still was away when it was asked first accepts handshakes by now. */
function isBack(context: RuleContext, target: Target, { status }: HandshakeAnswer): boolean | undefined {
  if (!isGatewayStatus(status)) return false;
  return clientsAtOnce(context, target)?.results.some(({ state }) => state === 'open');
}

/** Socket.IO's client does not come back by itself to a server that has disconnected it. */
function sentAway({ evidence }: RuleContext, target: Target): Finding | undefined {
  const { closedAt } = target.attempts.at(-1) ?? {};
  if (target.symptom?.is !== 'dismissed' || closedAt === undefined || !wasServed(target)) return undefined;
  const waited = evidence.duration - closedAt;
  return finding(
    waited >= 4000 ? 'likely' : 'possible',
    `the server served the page and then disconnected it (packet 41), after which Socket.IO's client waits to be told to connect, and the page opened no other connection within ${(waited / 1000).toFixed(1)} s`,
  );
}

/** An EventSource was answered with an error, after which it never asks again by itself, and would be served now. */
function streamGivenUp(context: RuleContext, target: Target): Finding | undefined {
  const last = target.requests.at(-1);
  const { symptom } = target;
  if (last?.type !== 'eventsource' || symptom?.is !== 'status' || symptom.status < 500) return undefined;
  const waited = context.evidence.duration - (last.finishedAt ?? last.at);
  if (plainAnswer(context, target)?.status !== 200) return undefined;
  const given = waited >= EVENT_SOURCE_MS || context.bundle()?.reconnects === false;
  return finding(
    given ? 'likely' : 'possible',
    `the stream ${label(target)} was answered ${symptom.status} once, which ends an EventSource, and the page did not open another within ${(waited / 1000).toFixed(1)} s`,
    'opening it again succeeds at once',
  );
}

/** An EventSource reconnects after three seconds, unless the server sets another delay. */
const EVENT_SOURCE_MS = 4500;

/** A stream ended, and the page did not open it again. */
function streamNotReopened(context: RuleContext, target: Target): Finding | undefined {
  const last = target.requests.at(-1);
  if (target.kind !== 'sse' || target.symptom?.is !== 'closed' || last?.finishedAt === undefined) return undefined;
  const waited = context.evidence.duration - last.finishedAt;
  if (waited < (last.type === 'eventsource' ? EVENT_SOURCE_MS : 3500)) return undefined;
  const again = context.ask({
    ask: 'stream',
    url: withScheme(addressOf(target), 'http'),
    encoding: 'identity',
    listen: 1500,
  });
  if (again && again.status !== 200) return undefined;
  return finding(
    again ? 'likely' : 'possible',
    `the stream ${label(target)} ended after ${(target.symptom.age / 1000).toFixed(1)} s, and the page did not open it again within ${(waited / 1000).toFixed(1)} s`,
    again && 'opening it again succeeds at once',
  );
}
