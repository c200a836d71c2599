import { isGatewayStatus } from '../../answers.ts';
import { cause } from '../../cause.ts';
import type { RuleContext } from '../../context.ts';
import { addressOf } from '../../facts/answers.ts';
import { label, seconds } from '../../facts/sentences.ts';
import { firstServer } from '../../facts/servers.ts';
import type { Finding } from '../../finding.ts';
import { finding, likely, possible, proven } from '../../finding.ts';
import type { Target } from '../../targets/target.ts';
import { withScheme } from '../../urls.ts';

export default cause({
  id: 'proxy-buffers-stream',
  hop: 'proxy',
  sentence: 'A proxy holds back the event stream (buffering or compression) instead of forwarding each event.',
  proof:
    'An event stream opens late or not at all, or its events come in one burst; the backend sends them one by one.',
  lookAlikes: ['upstream-silent', 'publisher-driver-off', 'connection-limit'],
  repair: 'Switch buffering and compression off for the stream.',
  examineTarget: buffersStream,
  examineVisit: (context) => {
    // An open stream without events: does the backend send none, or does a proxy hold them back?
    const quiet = context.live.find((target) => target.kind === 'sse' && target.conversation?.messages === 0);
    if (!quiet || context.failed.length > 0) return undefined;
    const identity = context.ask({
      ask: 'stream',
      url: withScheme(addressOf(quiet), 'http'),
      encoding: 'identity',
      listen: 2500,
    });
    if (!identity || identity.events === 0) return undefined;
    return proven(
      `the stream ${label(quiet)} is open and sends no event to the browser, which accepts compression, and ${identity.events} to a client that does not`,
    );
  },
});

/** A proxy holds back events. */
function buffersStream(context: RuleContext, target: Target): Finding | undefined {
  if (target.kind !== 'sse') return undefined;
  const waiting = target.symptom?.is === 'silent';
  if (!waiting) return burst(target);
  const identity = context.ask({
    ask: 'stream',
    url: withScheme(addressOf(target), 'http'),
    encoding: 'identity',
    listen: 2500,
  });
  if (!identity) return possible(`the event stream ${label(target)} does not answer`);
  if ((identity.status ?? 200) >= 400) return undefined;
  if (identity.chunks.length > 0)
    return proven(
      `the stream sends nothing to the browser, which accepts compression, and ${identity.events} events to a client that does not: a proxy compresses it`,
    );
  if (identity.headersMs !== undefined) return likely('the stream sends its headers and no event');
  const head = context.get(addressOf(target), { method: 'HEAD' });
  const front = firstServer(context, target);
  const streams = head?.status !== undefined && /event-stream/.test(head.headers['content-type'] ?? '');
  if (streams)
    return proven(
      'the stream does not even send its headers; a HEAD request of the same path is answered at once, as an event stream',
      front.text,
    );
  const nearby = context.getUnknownPath(target.address);
  const alive =
    (head?.status !== undefined && !isGatewayStatus(head.status)) ||
    (nearby?.status !== undefined && !isGatewayStatus(nearby.status));
  if (!alive) return possible(`the event stream ${label(target)} does not answer`);
  return finding(
    front.proxied === true ? 'likely' : 'possible',
    `the event stream ${label(target)} does not even send its headers, and other paths answer at once`,
    front.text,
  );
}

/** Events that arrived in one burst after a long silence. */
function burst(target: Target): Finding | undefined {
  for (const request of target.requests) {
    const events = request.events ?? [];
    const first = events[0];
    const last = events.at(-1);
    if (!first || !last || events.length < 3) continue;
    const together = last.at - first.at < 150;
    if (together && first.at - request.at > 1500)
      return likely(
        `${events.length} events arrived within ${last.at - first.at} ms, ${seconds(first.at - request.at)} after the stream was requested`,
      );
  }
  return undefined;
}
