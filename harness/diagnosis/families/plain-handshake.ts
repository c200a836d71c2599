/** A WebSocket handshake is refused, and answered exactly like a plain request of the same path. */
import type { AnswerKind } from '../answers.ts';
import { frameworkOf, isGoNotFound, kindOf, programOf, sameAnswer, stockProgram } from '../answers.ts';
import type { RuleContext } from '../context.ts';
import { answerTo, atPath, handshakeAnswer, isSocket, plainAnswer, seenStatus } from '../facts/answers.ts';
import { openElsewhere, otherEntryPoints, sameBackend } from '../facts/entry-points.ts';
import { originSensitive } from '../facts/origins.ts';
import { describeAnswer } from '../facts/sentences.ts';
import {
  firstServer,
  frontEndAnswers,
  isPageItself,
  isReadByGunicorn,
  oneProgram,
  pathIsKnown,
} from '../facts/servers.ts';
import { plainAnswerLike, tellsHandshakes, upgradeArrives, upgradesWorkBeside } from '../facts/upgrade.ts';
import type { HandshakeAnswer, Program } from '../readings.ts';
import type { Target } from '../targets/target.ts';
import { isBeside } from '../urls.ts';
import type { Table } from './table.ts';

interface PlainHandshake {
  target: Target;
  status: number;
  answer: HandshakeAnswer;
}

/** Statuses with which applications answer plain requests of an endpoint for WebSockets. */
const ANSWERED_PLAINLY = [200, 204, 400, 403, 404, 405, 500, 501];

/** Answers in which a server or proxy says that something else is wrong. */
const NOT_PLAIN: readonly AnswerKind[] = ['upgrade-required', 'tls-port', 'proxy-no-route', 'default-site', 'gate'];

/** A refused handshake that is answered like a plain request, by an application. */
function plainHandshake(context: RuleContext, target: Target | undefined): PlainHandshake | undefined {
  if (!target || !isSocket(target) || target.symptom?.is !== 'status' || upgradesWorkBeside(context, target))
    return undefined;
  const status = seenStatus(target);
  const answer = handshakeAnswer(context, target);
  if (status === undefined || !ANSWERED_PLAINLY.includes(status) || !answer || answer.state === 'open')
    return undefined;
  // A server that says what is wrong with the handshake did receive it; Go's endpoints answer 400 to plain requests.
  if (NOT_PLAIN.includes(kindOf(answer)) || isGoNotFound(answer) || stockProgram(answer) !== undefined)
    return undefined;
  // A server that checks the Origin did receive the handshake.
  if (originSensitive(context, target)) return undefined;
  if (frontEndAnswers(context, target) && !servesBoth(context, target)) return undefined;
  if (context.failed.some((other) => isSharedWith(context, other, target, answer))) return undefined;
  const get = plainAnswerLike(context, target, answer);
  if (!get || !sameAnswer(answer, get)) return undefined;
  // Another program takes the handshake, so this one is not the one that should have had it.
  const open = openElsewhere(context, target);
  return open && sameBackend(context, target, open) === false ? undefined : { target, status, answer };
}

/** A plain request of the same folder fails in the same way: what is wrong is no matter of handshakes. */
const isSharedWith = (context: RuleContext, other: Target, { address }: Target, answer: HandshakeAnswer): boolean => {
  if ((other.kind !== 'api' && other.kind !== 'sse') || other.symptom?.is !== 'status') return false;
  if (!isBeside(other.address, address)) return false;
  const there = answerTo(context, other);
  return there !== undefined && sameAnswer(there, answer);
};

/** The program that serves the page serves the endpoint too. */
const servesBoth = (context: RuleContext, target: Target): boolean =>
  isPageItself(context, target) || oneProgram(context, target) === true;

/** The kind of server that wrote the answer. */
function server(context: RuleContext, { target, status, answer }: PlainHandshake): string | undefined {
  if (target.kind === 'engine.io') return 'engine.io';
  // gorilla/websocket and others say so whenever they refuse; what they refuse in a whole handshake is that it came as none.
  if (answer.headers['sec-websocket-version'] !== undefined) return 'speaks WebSocket';
  // The library of Python that serves a page beside its sockets, and never answers 200 to a handshake.
  if (/\bwebsockets\/\d/.test(answer.headers.server ?? '')) return 'speaks WebSocket';
  // These never switch protocols.
  if (/\b(WSGIServer|waitress|mod_wsgi)\b/i.test(answer.headers.server ?? '')) return 'wsgi';
  if (frameworkOf(answer) === 'Django') {
    const gunicorn = isReadByGunicorn(context, target);
    if (gunicorn !== false) return gunicorn === undefined ? undefined : 'wsgi';
  }
  if (kindOf(answer) === 'page' && servesBoth(context, target)) return 'front end and API in one';
  const asgi = /"detail"\s*:\s*"(Not Found|Method Not Allowed)"/.test(answer.body) || programOf(answer) === 'uvicorn';
  return asgi && (status === 404 || status === 405) ? 'asgi' : 'other';
}

/** Proxies that pass upgrades on unless something takes the header away. Behind "go" are Caddy and Traefik. */
const PASSES_UPGRADES: readonly Program[] = ['haproxy', 'traefik', 'caddy', 'go'];

/** Whether there is a proxy in front of the application, and of which kind. */
function front(context: RuleContext, { target }: PlainHandshake): string | undefined {
  const { host, port, secure } = target.address;
  const { proxied, program } = firstServer(context, target);
  if (proxied === true) return program !== undefined && PASSES_UPGRADES.includes(program) ? 'passes upgrades' : 'proxy';
  if (proxied === false) return 'application';
  return context.ask({ ask: 'fingerprint', host, port, secure }) && 'not known';
}

/** How the same handshake fares at other entry points. */
function elsewhere(context: RuleContext, { target, answer }: PlainHandshake): string | undefined {
  const open = openElsewhere(context, target);
  if (open) {
    const same = sameBackend(context, target, open);
    return same === undefined ? undefined : same ? 'accepted' : 'unlike';
  }
  const answers = otherEntryPoints(context, target).map((entry) => context.handshake(entry));
  if (answers.some((there) => there !== undefined && sameAnswer(there, answer))) return 'refused alike';
  return answers.includes(undefined) ? undefined : 'unlike';
}

/** Whether the path is there, and whether any handshake is treated as such. */
function path(context: RuleContext, { target, status }: PlainHandshake): string | undefined {
  const known = pathIsKnown(context, target);
  if (known === true) {
    if (status === 403) return 'unclear';
    if (status !== 404) return 'known';
    // Another program may have the route, which answers whatever is below it alike.
    const here = plainAnswer(context, target);
    const below = context.get(atPath(target.address, `${target.address.path.replace(/\/$/, '')}/zz-no-such-path`));
    if (!here || !below) return undefined;
    return sameAnswer(here, below) ? 'unclear' : 'known';
  }
  if (status !== 404 || target.kind === 'engine.io') return known === undefined ? undefined : 'unclear';
  const arrives = upgradeArrives(context, target);
  if (arrives === false) return 'no handshake arrives';
  return known === undefined || arrives === undefined ? undefined : 'unclear';
}

/** How the entry point that accepts the handshake answers one at an unknown path, compared with a plain request. */
function there(context: RuleContext, { target }: PlainHandshake): string | undefined {
  const open = openElsewhere(context, target);
  const told = open && tellsHandshakes(context, target, { ...open, path: target.address.path });
  return told === undefined ? undefined : told ? 'told apart' : 'alike';
}

const NOT_ACCEPTED = ['refused alike', 'unlike'];
const MAYBE_PROXY = ['proxy', 'not known'];
const ACCEPTED_ELSEWHERE = 'the same handshake succeeds at another entry point of the same backend';
const frontText = (context: RuleContext, { target }: PlainHandshake): string => firstServer(context, target).text;
const passedOn = (context: RuleContext, subject: PlainHandshake): string =>
  `${frontText(context, subject)}, which passes upgrades on by itself`;

/** Who takes the handshake for a plain request: a proxy on the way, or the server itself. */
export const plainHandshakeTable: Table<PlainHandshake> = {
  subject: plainHandshake,
  text: ({ answer }) => `a handshake is answered like a plain request: ${describeAnswer(answer)}`,
  columns: {
    server: {
      values: ['speaks WebSocket', 'asgi', 'wsgi', 'engine.io', 'front end and API in one', 'other'],
      read: server,
    },
    front: { values: ['proxy', 'passes upgrades', 'application', 'not known'], read: front },
    elsewhere: { values: ['accepted', ...NOT_ACCEPTED], read: elsewhere },
    path: { values: ['known', 'no handshake arrives', 'unclear'], read: path },
    there: { values: ['told apart', 'alike'], read: there },
  },
  rows: [
    {
      when: { elsewhere: 'accepted', path: 'known' },
      cause: 'proxy-upgrade-missing',
      level: 'proven',
      because: ACCEPTED_ELSEWHERE,
    },
    {
      when: { elsewhere: 'accepted', path: 'no handshake arrives', there: 'told apart' },
      cause: 'proxy-upgrade-missing',
      level: 'proven',
      because: `${ACCEPTED_ELSEWHERE}, which there answers handshakes at unknown paths otherwise than plain requests`,
    },
    // A path that the proxy changes is unknown to the backend, which may have the same words for handshakes.
    {
      when: { elsewhere: 'accepted', path: 'no handshake arrives', there: 'alike' },
      cause: 'proxy-upgrade-missing',
      level: 'possible',
      alike: ['proxy-path-stripped'],
    },
    {
      when: { elsewhere: 'accepted', path: 'unclear' },
      cause: 'proxy-upgrade-missing',
      level: 'possible',
      alike: ['proxy-path-stripped'],
    },
    {
      when: { server: 'speaks WebSocket', elsewhere: NOT_ACCEPTED },
      cause: 'proxy-upgrade-missing',
      level: 'likely',
      because:
        'the answer shows that its server speaks WebSocket (Sec-WebSocket-Version, or the name of a library for it)',
      alike: ['backend-ws-unsupported'],
    },
    {
      when: { server: 'wsgi', elsewhere: NOT_ACCEPTED },
      cause: 'backend-ws-unsupported',
      level: 'likely',
      because: (_context, { answer }) =>
        frameworkOf(answer) === 'Django'
          ? 'gunicorn serves Django by WSGI here (it refuses a long request in its own words), which cannot switch protocols'
          : 'the answer is signed by a WSGI server, which cannot switch protocols',
    },
    // ASGI servers refuse an unknown WebSocket path with 403, and answer 404 to a plain request. Without a WebSocket
    // library they treat every handshake as a plain request; behind a proxy that looks the same from outside.
    {
      when: { server: 'asgi', front: 'application', elsewhere: NOT_ACCEPTED },
      cause: 'backend-ws-unsupported',
      level: 'likely',
      because: 'an ASGI server with WebSocket support refuses unknown paths with 403, and there is no proxy',
    },
    {
      when: { server: 'asgi', front: 'passes upgrades', elsewhere: NOT_ACCEPTED },
      cause: 'backend-ws-unsupported',
      level: 'likely',
      because: (context, subject) =>
        `an ASGI server with WebSocket support refuses unknown paths with 403; ${passedOn(context, subject)}`,
      alike: ['proxy-upgrade-missing'],
    },
    {
      when: { server: 'asgi', front: MAYBE_PROXY, elsewhere: 'refused alike' },
      cause: 'backend-ws-unsupported',
      level: 'likely',
      because: 'the same happens at another entry point, without the proxy: the server does not support upgrades',
      alike: ['proxy-upgrade-missing'],
    },
    {
      when: { server: 'asgi', front: MAYBE_PROXY, elsewhere: 'unlike' },
      cause: 'proxy-upgrade-missing',
      level: 'likely',
      because: 'an ASGI server refuses unknown WebSocket paths with 403; this 404 is for a plain request',
      alike: ['backend-ws-unsupported'],
    },
    // An application that serves its page on unknown paths too: there is one route, and it is right.
    {
      when: { server: 'front end and API in one', front: 'proxy', elsewhere: NOT_ACCEPTED },
      cause: 'proxy-upgrade-missing',
      level: 'likely',
      because: 'the program that answers with the page also serves this path, behind a proxy',
      alike: ['proxy-route-missing'],
    },
    {
      when: {
        server: 'front end and API in one',
        front: ['application', 'passes upgrades', 'not known'],
        elsewhere: NOT_ACCEPTED,
      },
      cause: 'proxy-upgrade-missing',
      level: 'possible',
      alike: ['backend-ws-unsupported', 'backend-endpoint-missing'],
    },
    {
      when: { server: 'other', front: 'application', elsewhere: NOT_ACCEPTED, path: 'known' },
      cause: 'backend-ws-unsupported',
      level: 'likely',
      because: 'the path exists, there is no proxy, and the server ignores the upgrade',
      alike: ['proxy-upgrade-missing'],
    },
    {
      when: { server: 'other', front: 'passes upgrades', elsewhere: NOT_ACCEPTED, path: 'known' },
      cause: 'backend-ws-unsupported',
      level: 'likely',
      because: (context, subject) =>
        `the path exists, and the server ignores the upgrade; ${passedOn(context, subject)}`,
      alike: ['proxy-upgrade-missing'],
    },
    {
      when: {
        server: 'other',
        front: ['application', 'passes upgrades'],
        elsewhere: NOT_ACCEPTED,
        path: ['no handshake arrives', 'unclear'],
      },
      cause: 'backend-ws-unsupported',
      level: 'possible',
    },
    {
      when: { server: 'engine.io', front: ['application', 'passes upgrades'], elsewhere: NOT_ACCEPTED },
      cause: 'proxy-upgrade-missing',
      level: 'possible',
    },
    {
      when: { server: ['other', 'engine.io'], front: MAYBE_PROXY, elsewhere: NOT_ACCEPTED, path: 'known' },
      cause: 'proxy-upgrade-missing',
      level: 'likely',
      because: (context, subject) =>
        `the path exists: an unknown path gets another answer; ${frontText(context, subject)}`,
    },
    {
      when: { server: ['other', 'engine.io'], front: 'proxy', elsewhere: NOT_ACCEPTED, path: 'no handshake arrives' },
      cause: 'proxy-upgrade-missing',
      level: 'likely',
      because: (context, subject) =>
        `so is a handshake at an unknown path: nothing behind the proxy receives handshakes; ${frontText(context, subject)}`,
    },
    {
      when: {
        server: ['other', 'engine.io'],
        front: 'not known',
        elsewhere: NOT_ACCEPTED,
        path: 'no handshake arrives',
      },
      cause: 'proxy-upgrade-missing',
      level: 'possible',
    },
    {
      when: { server: ['other', 'engine.io'], front: MAYBE_PROXY, elsewhere: NOT_ACCEPTED, path: 'unclear' },
      cause: 'proxy-upgrade-missing',
      level: 'possible',
    },
  ],
};
