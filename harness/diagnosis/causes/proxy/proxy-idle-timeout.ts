import { cause, surestOf } from '../../cause.ts';
import type { RuleContext } from '../../context.ts';
import { addressOf } from '../../facts/answers.ts';
import { label, seconds } from '../../facts/sentences.ts';
import type { Finding } from '../../finding.ts';
import { finding, likely, possible, proven } from '../../finding.ts';
import type { IdleAnswer } from '../../readings.ts';
import type { Target } from '../../targets/target.ts';
import { isSameServer, parseAddress, withScheme } from '../../urls.ts';

export default cause({
  id: 'proxy-idle-timeout',
  hop: 'proxy',
  sentence: 'A proxy cuts connections after some time without traffic.',
  proof: 'Sockets end without a close frame (1006), each at the same time after its last frame; busy ones live longer.',
  lookAlikes: ['client-no-reconnect', 'upstream-down', 'client-effect-churn', 'auth-rejected'],
  repair: 'Send heartbeats more often than the timeout, or raise it.',
  explains: ['upstream-silent', 'proxy-stale-upstream'],
  examineTarget: surestOf(idleTimeout, impatient),
  examineVisit: cutOnce,
});

/** Connections end after some time without traffic. */
function idleTimeout(context: RuleContext, target: Target): Finding | undefined {
  if (
    target.symptom?.is !== 'closed' ||
    target.symptom.clean ||
    ![1006, 1005, 1001, 1000].includes(target.symptom.code)
  )
    return undefined;
  if (target.kind === 'sse') {
    const cuts = target.requests
      .filter((request) => request.status === 200 && request.error !== undefined)
      .map((request) => (request.finishedAt ?? 0) - (request.events?.at(-1)?.at ?? request.at));
    return cuts.length >= 2 && isConstant(cuts)
      ? likely(`the event stream is cut ${cuts.length} times, each ${seconds(mean(cuts))} after its last event`)
      : likely(`the event stream was cut ${seconds(target.symptom.idle)} after its last event`);
  }
  const cuts = target.attempts.filter(
    (attempt) =>
      attempt.opened && !attempt.byPage && attempt.idle !== undefined && (attempt.closeCode ?? 1006) === 1006,
  );
  const quiet = cuts.map((attempt) => attempt.idle ?? 0);
  const idle = mean(quiet.length > 0 ? quiet : [target.symptom.idle]);
  if (idle < 700) return undefined;
  const pattern = cuts.length >= 2 && isConstant(quiet);
  const observed =
    cuts.length >= 2
      ? `${cuts.length} sockets ended without a close frame, ${quiet.map(seconds).join(', ')} after their last frame`
      : `the socket ended without a close frame ${seconds(idle)} after its last frame`;
  const probe = heldOpen(context, target, idle);
  if (!probe) return finding(pattern ? 'likely' : 'possible', observed);
  if (!probe.opened) return finding(pattern ? 'likely' : 'possible', observed);
  const cut = probe.idle;
  const cutToo = cut !== undefined && isAbout(cut.ms, idle);
  if (cutToo && !probe.busy)
    return proven(
      observed,
      `a connection without traffic was cut after ${seconds(cut.ms)}; one with a heartbeat stayed open`,
    );
  if (cutToo)
    return finding(pattern ? 'likely' : 'possible', observed, 'a connection with a heartbeat was cut as well');
  return possible(observed, 'a connection held from outside was not cut');
}

/** A poll that the server may hold open is given up by the proxy, while one that has something to fetch is answered. */
function impatient(context: RuleContext, target: Target): Finding | undefined {
  const late = target.requests.at(-1);
  if (target.kind !== 'api' || late?.status !== 504) return undefined;
  const waited = (late.finishedAt ?? late.at) - late.at;
  const fetched = context.evidence.requests.find(({ url, status, method }) => {
    const address = parseAddress(url);
    const same = address !== undefined && isSameServer(address, target.address) && address.path === target.address.path;
    return same && url !== late.url && method === late.method && status === 200;
  });
  const address = fetched && parseAddress(fetched.url);
  const again = address && context.get(address);
  return again?.status === 200 && again.ms < waited
    ? likely(
        `${label(target)} is answered 504 after ${seconds(waited)}, and at once (200) where there is something to fetch: the proxy does not wait as long as the server holds a poll`,
      )
    : undefined;
}

/** A socket was cut once and is open again: what was said in between is lost. Only a repetition tells it from a restart. */
function cutOnce(context: RuleContext): Finding | undefined {
  for (const target of context.live) {
    const cut = target.attempts.find(
      ({ opened, byPage, closeCode, idle = 0 }) => opened && !byPage && closeCode === 1006 && idle >= 700,
    );
    if (!cut) continue;
    const idle = cut.idle ?? 0;
    const probe = heldOpen(context, target, idle);
    if (!probe?.idle || probe.busy || !isAbout(probe.idle.ms, idle)) continue;
    return proven(
      `${label(target)} was cut ${seconds(idle)} after its last frame, and the page opened it again: what was said in between is lost`,
      `a connection without traffic was cut after ${seconds(probe.idle.ms)}; one with a heartbeat stayed open`,
    );
  }
  return undefined;
}

/** After what time without traffic a connection may have been cut, in ms, for others to be held open as long. */
const LONGEST_IDLE = 7000;

/** Two connections from outside, held a little longer than the one of the page; none where that takes too long. */
function heldOpen(context: RuleContext, target: Target, idle: number): IdleAnswer | undefined {
  const longest = Math.max(LONGEST_IDLE, context.known.watchMs ?? 0);
  if (idle > longest) return undefined;
  return context.ask({
    ask: 'idle',
    url: withScheme(addressOf(target), 'ws'),
    origin: context.origin,
    hold: Math.round(Math.min(longest + 1500, idle * 1.25 + 600)),
  });
}

const isAbout = (ms: number, idle: number): boolean => Math.abs(ms - idle) < Math.max(600, idle * 0.25);

const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

const isConstant = (values: number[]): boolean =>
  values.every((value) => Math.abs(value - mean(values)) <= Math.max(250, mean(values) * 0.15));
