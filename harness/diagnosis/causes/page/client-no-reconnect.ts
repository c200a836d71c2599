import { cause, surestOf } from '../../cause.ts';
import type { RuleContext } from '../../context.ts';
import { addressOf, handshakeAnswer } from '../../facts/answers.ts';
import { label } from '../../facts/sentences.ts';
import { accepts } from '../../facts/upgrade.ts';
import type { Finding } from '../../finding.ts';
import { finding } from '../../finding.ts';
import type { Target } from '../../targets/target.ts';
import { isRealtime } from '../../targets/target.ts';
import { withScheme } from '../../urls.ts';

export default cause({
  id: 'client-no-reconnect',
  hop: 'page',
  sentence: 'The connection was closed once, and the page never opens another.',
  proof: 'A socket that had been open closes, no further attempt follows, and a new handshake from outside succeeds.',
  lookAlikes: ['proxy-idle-timeout', 'auth-rejected', 'upstream-down'],
  repair: 'Reconnect with a growing delay after every close that the page did not ask for.',
  examineTarget: surestOf(streamNotReopened, (context, target) => {
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

/** A stream ended, and the page did not open it again. */
function streamNotReopened(context: RuleContext, target: Target): Finding | undefined {
  const last = target.requests.at(-1);
  if (target.kind !== 'sse' || target.symptom?.is !== 'closed' || last?.finishedAt === undefined) return undefined;
  const waited = context.evidence.duration - last.finishedAt;
  // An EventSource reconnects after three seconds, unless the server sets another delay.
  if (waited < (last.type === 'eventsource' ? 4500 : 3500)) return undefined;
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
