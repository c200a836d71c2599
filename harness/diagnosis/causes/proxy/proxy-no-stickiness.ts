import type { RequestReading } from '../../../browser/evidence.ts';
import { ENGINE_CODES, engineCode, engineWords } from '../../words/engine-io.ts';
import { cause } from '../../cause.ts';
import type { RuleContext } from '../../context.ts';
import { answerTo, seenStatus } from '../../facts/answers.ts';
import { isHub } from '../../facts/hubs.ts';
import { label, quoted } from '../../facts/sentences.ts';
import { forgottenSession } from '../../facts/sessions.ts';
import type { Finding } from '../../finding.ts';
import { finding, proven } from '../../finding.ts';
import { placeOf } from '../../targets/sockjs.ts';
import type { Target } from '../../targets/target.ts';
import { withScheme } from '../../urls.ts';

export default cause({
  id: 'proxy-no-stickiness',
  hop: 'proxy',
  sentence:
    'Requests of one polling session reach different replicas or worker processes, and only one of them knows the session.',
  proof:
    'An Engine.IO session opened by polling is sometimes refused as unknown a moment later; a polling session of SockJS is opened again and again; a hub of SignalR does not know a connection that was just negotiated; a server of the Model Context Protocol does not know the session of the request before.',
  lookAlikes: ['upstream-down', 'client-protocol-mismatch', 'broker-missing'],
  repair:
    'Make the route sticky, by cookie or address, or use the websocket transport alone. Worker processes that share one address cannot be told apart by a proxy: run one worker, or one address each.',
  explains: ['client-protocol-mismatch', 'backend-endpoint-missing'],
  examineTarget: (context, target) => {
    if (target.kind === 'websocket' || target.kind === 'sse') return unknownToHub(context, target);
    const forgotten = forgottenSession(target);
    if (forgotten)
      return proven(
        `${label(target)} was answered ${forgotten.status} ${quoted(forgotten.body ?? '')}, right after another request of the session had been served`,
      );
    if (target.kind !== 'engine.io' || !target.transports.includes('polling')) return undefined;
    const lost = target.requests.findLast((request) => engineCode(request.body ?? '') === ENGINE_CODES.session);
    const refused = [400, 404, 410].includes(seenStatus(target) ?? 0);
    if (!lost && !refused && target.symptom?.is !== 'cors') return undefined;
    const sticky = context.ask({ ask: 'sticky', url: withScheme({ ...target.address, query: '' }, 'http') });
    const words = (text: string | undefined): string =>
      text === undefined ? '“Session ID unknown”' : quoted(engineWords(text)?.words ?? text);
    if (sticky && sticky.unknown > 0)
      return proven(
        `of ${sticky.requests} requests of a polling session, ${sticky.unknown} was answered ${words(sticky.says)}`,
        lost && 'the page got the same answer',
      );
    if (!lost) return undefined;
    return finding(
      sticky ? 'possible' : 'likely',
      `the page got ${words(lost.body)} for a session that was just opened`,
    );
  },
  examineVisit: ({ evidence }) => {
    const twice = openedTwice(evidence.requests);
    if (twice !== undefined)
      return proven(
        `the SockJS session ${twice} was opened more than once: its requests reach servers that do not know it`,
      );
    const [one, another] = unknownSessions(evidence.requests);
    if (one === undefined) return undefined;
    return proven(
      `the SockJS session ${one} is open, and what the page sends to it is answered 404, as by a server that does not know it`,
      another !== undefined && `so is what it sends to ${another}`,
    );
  },
});

/** What a hub of SignalR says of a connection that another one has negotiated. */
const UNKNOWN_TO_HUB = /^No Connection with that ID$/;

/** A server of SignalR does not know a connection that the page has just negotiated. */
function unknownToHub(context: RuleContext, target: Target): Finding | undefined {
  const answer = isHub(context, target) ? answerTo(context, target) : undefined;
  return answer?.status === 404 && UNKNOWN_TO_HUB.test(answer.body.trim())
    ? proven(`${label(target)} is answered ${quoted(answer.body.trim())} for a connection that was just negotiated`)
    : undefined;
}

/** Sessions of SockJS that are open by one request, and to which another one that sends is answered 404. */
function unknownSessions(requests: readonly RequestReading[]): string[] {
  const placed = requests.flatMap((request) => {
    const place = placeOf(request.url);
    return place ? [{ ...request, ...place }] : [];
  });
  const isSend = ({ transport }: { transport: string }): boolean => transport.endsWith('_send');
  const lost = placed.filter(
    (send) =>
      isSend(send) &&
      send.status === 404 &&
      placed.some(
        (other) =>
          !isSend(other) &&
          other.session === send.session &&
          other.status === 200 &&
          other.at <= send.at &&
          (other.finishedAt ?? Infinity) > send.at,
      ),
  );
  return [...new Set(lost.map(({ session }) => session))];
}

/** A polling session of SockJS whose requests were answered with the frame that opens a session more than once. */
function openedTwice(requests: readonly RequestReading[]): string | undefined {
  const opened = requests
    .filter(({ body = '' }) => body.startsWith('o\n'))
    .flatMap(({ url }) => {
      const place = placeOf(url);
      return place?.transport === 'xhr' ? [place.session] : [];
    });
  return opened.find((session, index) => opened.indexOf(session) !== index);
}
