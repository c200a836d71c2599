import { kindOf } from '../../answers.ts';
import { engineCode, engineVersion, engineWords } from '../../words/engine-io.ts';
import { cause } from '../../cause.ts';
import type { RuleContext } from '../../context.ts';
import {
  addressOf,
  answerTo,
  atPath,
  handshakeAnswer,
  plainAnswer,
  realStatus,
  seenError,
  seenStatus,
} from '../../facts/answers.ts';
import { isHub } from '../../facts/hubs.ts';
import { describeAnswer, label, quoted } from '../../facts/sentences.ts';
import { frontEndAnswers } from '../../facts/servers.ts';
import { listened, quietStream } from '../../facts/streams.ts';
import { toldStatus } from '../../facts/told-status.ts';
import { accepts } from '../../facts/upgrade.ts';
import type { Finding } from '../../finding.ts';
import { parseJson, textAt } from '../../json.ts';
import { finding, likely, proven } from '../../finding.ts';
import { askedForInfo } from '../../targets/sockjs.ts';
import type { Target } from '../../targets/target.ts';
import { bodyOf } from '../../targets/target.ts';
import { originOf, parseAddress, withScheme } from '../../urls.ts';

export default cause({
  id: 'client-protocol-mismatch',
  hop: 'page',
  sentence: 'Client and server speak different protocols, or different versions of one.',
  proof:
    'The endpoint answers in another protocol than the page speaks: Engine.IO where the page sends raw frames, "Unsupported protocol version", or the reverse.',
  lookAlikes: ['socketio-path-mismatch', 'cors-wildcard-credentials', 'backend-wrong-path'],
  repair: 'Use the client library that belongs to the server, in the same major version.',
  examineTarget: protocolMismatch,
  examineVisit: (context) => frameworkOfHub(context) ?? frameByFrame(context) ?? eventsWithoutEnd(context),
});

/** The page negotiates as a client of ASP.NET Core SignalR does, and the hub is one of the older ASP.NET SignalR. */
function frameworkOfHub({ evidence: { requests } }: RuleContext): Finding | undefined {
  const old = requests.find(
    ({ url, body = '' }) =>
      /\/negotiate\?(.*&)?negotiateVersion=/.test(url) && textAt(parseJson(body), 'ProtocolVersion') !== undefined,
  );
  return (
    old &&
    proven(
      `${parseAddress(old.url)?.path ?? ''} answers as ASP.NET SignalR does, and the page asks as ASP.NET Core SignalR does`,
    )
  );
}

/** How soon, in ms, a page throws that cannot read a frame; the browser may tell of that first. */
const THROWS_WITHIN_MS = 300;

/** Each frame that the page receives makes it throw, and nothing else does: it expects something else. */
function frameByFrame({ evidence: { console, sockets }, delivery }: RuleContext): Finding | undefined {
  const [first] = console.filter(({ level }) => level === 'exception');
  if (!first || Object.values(delivery?.channels ?? {}).some(({ outcome }) => outcome === 'live')) return undefined;
  const thrown = console.filter(({ level, text }) => level === 'exception' && text === first.text);
  for (const { url, frames } of sockets) {
    const received = frames.filter(({ direction }) => direction === 'received');
    const unread = received.filter(({ at }) => thrown.some((one) => Math.abs(one.at - at) < THROWS_WITHIN_MS));
    if (unread.length >= 2 && unread.length === received.length && thrown.length <= received.length + 1)
      return likely(
        `each of the ${received.length} messages on ${parseAddress(url)?.path ?? url} makes the page throw: ${quoted(first.text)}`,
      );
  }
  return undefined;
}

/** The lines of a stream arrive, and no empty line ends an event: browsers tell the page of none. */
function eventsWithoutEnd(context: RuleContext): Finding | undefined {
  const quiet = quietStream(context);
  const stream = quiet && listened(context, quiet, 'identity');
  return quiet && stream && stream.events === 0 && (stream.lines ?? 0) > 0
    ? proven(
        `${stream.lines ?? 0} lines of data arrive on ${label(quiet)}, and no empty line after them: without one an event does not end`,
      )
    : undefined;
}

/** A page that opens an EventSource is answered with a stream of another type, which browsers give up. */
function streamOfAnotherType(context: RuleContext, target: Target): Finding | undefined {
  if (target.symptom?.is !== 'silent' || target.requests.at(-1)?.type !== 'eventsource') return undefined;
  const { status, headers = {} } = listened(context, target, 'identity') ?? {};
  const type = headers['content-type'];
  return status === 200 && type !== undefined && !/^text\/event-stream\b/i.test(type)
    ? proven(`${label(target)} is answered as ${type.slice(0, 60)}: browsers read events as text/event-stream alone`)
    : undefined;
}

/** The page asks for what only SockJS has, of an endpoint for plain sockets. */
function withoutSockJs(context: RuleContext, target: Target): Finding | undefined {
  const endpoint = askedForInfo(target);
  return endpoint !== undefined && accepts(context.handshake(atPath(target.address, endpoint)))
    ? proven(`the page speaks SockJS, and ${endpoint} takes plain WebSockets: it has no ${target.address.path}`)
    : undefined;
}

/** Client and server speak different protocols. */
function protocolMismatch(context: RuleContext, target: Target): Finding | undefined {
  if (target.symptom?.is === 'blocked') return undefined;
  const sockJs = realStatus(context, target) === 404 ? withoutSockJs(context, target) : undefined;
  if (sockJs) return sockJs;
  if (realStatus(context, target) === 415) {
    const answer = answerTo(context, target);
    const grpc = /^application\/grpc\b(?!-web)/.test(answer?.headers['content-type'] ?? '');
    return finding(
      grpc ? 'proven' : 'likely',
      `${label(target)} is answered 415: the server does not take the type of what the page sends`,
      grpc && 'the server speaks gRPC, and a page can speak gRPC-Web alone',
      answer && describeAnswer(answer),
    );
  }
  const version = engineVersion(target.url);
  const seen = engineCode(bodyOf(target));
  if (seen === 5) return proven(`the server answers ${quoted(engineWords(bodyOf(target))?.words ?? '')}`);
  if (version !== 4 && target.kind === 'engine.io') {
    const answer = context.get({ ...addressOf(target), query: `?EIO=${version}&transport=polling` });
    if (answer && engineCode(answer.body) === 5)
      return proven(`the client speaks Engine.IO ${version}, the server answers “Unsupported protocol version”`);
  }
  if (target.kind === 'engine.io') {
    if (version !== 3 && /^\d+:\d/.test(bodyOf(target)))
      return proven('the server answers in the packet format of Engine.IO 3');
    if (target.symptom?.is === 'unanswered') {
      if (target.conversation?.greeted === true) return likely('the server speaks Engine.IO, and the page does not');
      // A poll may be answered with a page of the front end, which is no protocol.
      const opened = target.attempts.some((attempt) => attempt.opened);
      if (!opened && frontEndAnswers(context, target)) return undefined;
      return finding(
        opened || answerTo(context, target) ? 'likely' : 'possible',
        'the connection is made, and the server sends no Engine.IO handshake: it speaks another protocol',
      );
    }
    if (
      target.symptom?.is === 'closed' &&
      target.conversation?.greeted === true &&
      target.conversation.asked.length === 0 &&
      target.conversation.confirmed.length === 0 &&
      !target.transports.includes('polling')
    )
      return likely('the server speaks Engine.IO; the page opened its socket without that protocol and was closed');
    const polled = context.ask({
      ask: 'engineio',
      url: withScheme({ ...addressOf(target), query: '' }, 'http'),
      paths: [target.address.path],
    });
    const first = polled?.results[0];
    if (
      first &&
      !first.open &&
      first.code === undefined &&
      (first.status === 426 || /upgrade required/i.test(first.body))
    ) {
      return likely(
        `a plain WebSocket server answers long-polling with ${first.status ?? '?'} “${first.body.slice(0, 40)}”`,
      );
    }
    return undefined;
  }
  if (target.kind === 'pusher' && target.symptom?.is === 'unanswered')
    return likely('the socket opens, and the server never sends pusher:connection_established');
  if (target.symptom?.is === 'refused' && /protocol version|unsupported protocol/i.test(target.symptom.text))
    return proven(`the server says: ${target.symptom.text.slice(0, 140)}`);
  if (target.kind === 'websocket') {
    const closedAtOnce = seenError(target) === 'CONNECTION_CLOSED' || seenError(target) === 'EMPTY_RESPONSE';
    const status = seenStatus(target);
    if (closedAtOnce || status === 400 || status === 404) {
      const known = context.live.some((other) => other.kind === 'engine.io');
      const engine = known
        ? undefined
        : context.ask({
            ask: 'engineio',
            url: originOf(target.address),
            paths: [
              ...new Set([
                '/socket.io/',
                target.address.path.endsWith('/') ? target.address.path : `${target.address.path}/`,
              ]),
            ],
          });
      const open = engine?.results.find((result) => result.open);
      if (open)
        return finding(
          closedAtOnce ? 'proven' : 'likely',
          `the page opens a plain WebSocket; the server speaks Socket.IO (Engine.IO answers at ${open.path})`,
        );
    }
    const first = target.conversation && target.attempts.length > 0 ? firstFrame(context, target) : undefined;
    if (first !== undefined && /^(0\{"sid"|o$|\{"event":"pusher:)/.test(first) && target.symptom)
      return likely(`the server's first frame is ${first.slice(0, 40)}, of a protocol that the page does not speak`);
    if (target.symptom?.is === 'closed' && [1002, 1003, 1007, 4400, 4406].includes(target.symptom.code)) {
      return likely(
        `the server closed with ${target.symptom.code}${target.symptom.reason ? ` “${target.symptom.reason}”` : ''}: it did not understand what the page sent`,
      );
    }
    if (target.symptom?.is === 'negotiation' && (target.symptom.part === 'frame' || target.symptom.part === 'accept'))
      return likely(`the browser could not read the answer: ${target.symptom.text.slice(0, 140)}`);
    if (status === 200 || seenError(target) === 'INVALID_HTTP_RESPONSE') {
      const answer = handshakeAnswer(context, target);
      if (answer && kindOf(answer) === 'stream')
        return proven('the endpoint answers with an event stream; the page opens a WebSocket');
    }
    if (status !== undefined && status >= 400 && status < 500 && !isHub(context, target)) {
      const got = plainAnswer(context, target);
      if (got && kindOf(got) === 'stream')
        return proven('a plain request of the path is answered with an event stream; the page opens a WebSocket');
    }
  }
  if (target.kind === 'sse') {
    const another = streamOfAnotherType(context, target);
    if (another) return another;
    const status = realStatus(context, target);
    if (target.symptom?.is === 'wrong-kind' && !target.symptom.html && toldStatus(context, target) === 'none')
      return likely(
        `the page expects an event stream, the endpoint answers ${target.symptom.mimeType || 'something else'}`,
      );
    if (status !== undefined && status >= 400) {
      const got = plainAnswer(context, target);
      if (got && kindOf(got) === 'upgrade-required')
        return proven('the page opens an event stream; the endpoint is a WebSocket');
      const socket = got ? context.handshake(addressOf(target)) : undefined;
      if (accepts(socket)) return likely('the page opens an event stream; the path accepts WebSocket handshakes');
    }
  }
  return undefined;
}

function firstFrame(context: RuleContext, target: Target): string | undefined {
  return context.evidence.sockets
    .find((socket) => socket.url === target.url)
    ?.frames.find((frame) => frame.direction === 'received')?.text;
}
