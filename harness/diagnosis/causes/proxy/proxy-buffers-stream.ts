import { isGatewayStatus } from '../../answers.ts';
import { cause } from '../../cause.ts';
import type { RuleContext } from '../../context.ts';
import { addressOf } from '../../facts/answers.ts';
import { listened, quietStream } from '../../facts/streams.ts';
import { label, seconds } from '../../facts/sentences.ts';
import { firstServer } from '../../facts/servers.ts';
import type { Finding } from '../../finding.ts';
import { finding, likely, possible, proven } from '../../finding.ts';
import type { HttpAnswer } from '../../readings.ts';
import type { Target } from '../../targets/target.ts';
import { isNamedStream } from '../../targets/target.ts';

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
    const held = context.targets.find((target) => target.relevant && target.symptom === undefined && waits(target));
    if (held && context.failed.length === 0)
      return (
        neverBegins(context, held) ??
        (isNamedStream(held) && context.live.length === 0
          ? possible(`${label(held)} is not answered with so much as its headers, which a stream sends at once`)
          : undefined)
      );
    const late = context.live.flatMap((target) => heldBack(target) ?? [])[0];
    if (late) return late;
    // An open stream without events: does the backend send none, or does a proxy hold them back?
    const quiet = quietStream(context);
    if (!quiet) return undefined;
    const [plain, level] = [listened(context, quiet, 'identity'), heldByCompression(context, quiet)];
    if (!plain || plain.events === 0 || !level) return undefined;
    return finding(
      level,
      `the stream ${label(quiet)} is open and sends no event to the browser, which accepts compression, and ${plain.events} to a client that does not`,
    );
  },
});

/** How soon after one another, in ms, events arrive in one burst. */
const TOGETHER_MS = 150;
/** How long, in ms, nothing came before. */
const SILENCE_MS = 1500;

/** How sure it is that a client which accepts compression gets no event, while one which does not gets some. */
function heldByCompression(context: RuleContext, target: Target): 'proven' | 'possible' | undefined {
  const compressed = listened(context, target, 'gzip');
  if (!compressed) return 'possible';
  return compressed.events > 0 ? undefined : 'proven';
}

/** A proxy holds back events. */
function buffersStream(context: RuleContext, target: Target): Finding | undefined {
  const waiting = target.symptom?.is === 'silent';
  if (waiting && waits(target)) return neverBegins(context, target);
  if (target.kind !== 'sse') return undefined;
  if (!waiting) return burst(target);
  // What was sent with the request is not sent again.
  if (target.method !== 'GET') return withheld(context, target, undefined);
  const identity = listened(context, target, 'identity');
  if (!identity) return possible(`the event stream ${label(target)} does not answer`);
  if ((identity.status ?? 200) >= 400) return undefined;
  if (identity.chunks.length > 0) {
    const level = heldByCompression(context, target);
    return (
      level &&
      finding(
        level,
        `the stream sends nothing to the browser, which accepts compression, and ${identity.events} events to a client that does not: a proxy compresses it`,
      )
    );
  }
  if (identity.headersMs !== undefined) return likely('the stream sends its headers and no event');
  return neverBegins(context, target) ?? withheld(context, target, head(context, target));
}

/** A request of the page's own that has had no answer yet. */
function waits({ kind, requests }: Target): boolean {
  const last = requests.at(-1);
  return kind === 'api' && last?.status === undefined && last?.error === undefined;
}

const head = (context: RuleContext, target: Target): HttpAnswer | undefined =>
  context.get(addressOf(target), { method: 'HEAD' });

/** The request is never answered, and the same path says that it is an event stream. */
function neverBegins(context: RuleContext, target: Target): Finding | undefined {
  if (target.method !== 'GET') return undefined;
  const { status, headers = {} } = head(context, target) ?? {};
  if (status === undefined || !/event-stream/.test(headers['content-type'] ?? '')) return undefined;
  return proven(
    `the stream ${label(target)} does not even send its headers; a HEAD request of the same path is answered at once, as an event stream`,
    firstServer(context, target).text,
  );
}

/** The stream is never answered, and other paths are. */
function withheld(context: RuleContext, target: Target, headers: HttpAnswer | undefined): Finding {
  const front = firstServer(context, target);
  const nearby = context.getUnknownPath(target.address);
  const alive =
    (headers?.status !== undefined && !isGatewayStatus(headers.status)) ||
    (nearby?.status !== undefined && !isGatewayStatus(nearby.status));
  if (!alive) return possible(`the event stream ${label(target)} does not answer`);
  return finding(
    front.proxied === true ? 'likely' : 'possible',
    `the event stream ${label(target)} does not even send its headers, and other paths answer at once`,
    front.text,
  );
}

/** When something happened, in ms, as an event itself says. */
const stampIn = (text: string): number => Date.parse(/\d{4}-\d\d-\d\dT[\d:.]+Z/.exec(text)?.[0] ?? '');

/** Events that arrived together after a silence, and say of themselves that they happened one after the other in it. */
function heldBack(target: Target): Finding | undefined {
  if (target.kind !== 'sse') return undefined;
  for (const { at, events = [] } of target.requests) {
    for (const [index, first] of events.entries()) {
      const silence = first.at - (events[index - 1]?.at ?? at);
      const together = events.slice(index).filter((event) => event.at - first.at < TOGETHER_MS);
      const stamps = together.map(({ text }) => stampIn(text)).filter((stamp) => !Number.isNaN(stamp));
      const apart = Math.max(...stamps) - Math.min(...stamps);
      if (silence > SILENCE_MS && stamps.length >= 3 && apart > 1000 && apart < silence + SILENCE_MS)
        return likely(
          `${together.length} events of ${label(target)} arrived together after ${seconds(silence)}, and tell of times ${seconds(apart)} apart`,
        );
    }
  }
  return undefined;
}

/** Events that arrived in one burst after a long silence. */
function burst(target: Target): Finding | undefined {
  for (const request of target.requests) {
    const events = request.events ?? [];
    const first = events[0];
    const last = events.at(-1);
    if (!first || !last || events.length < 3) continue;
    const together = last.at - first.at < TOGETHER_MS;
    if (together && first.at - request.at > SILENCE_MS)
      return likely(
        `${events.length} events arrived within ${last.at - first.at} ms, ${seconds(first.at - request.at)} after the stream was requested`,
      );
  }
  return undefined;
}
