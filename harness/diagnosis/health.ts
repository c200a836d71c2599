import type { RuleContext } from './context.ts';
import { asksForSignIn, effectOf, isAside } from './effect.ts';
import { label, quoted, seconds } from './facts/sentences.ts';
import type { Finding, Level } from './finding.ts';
import { finding } from './finding.ts';
import type { Target } from './targets/target.ts';
import { isNamedStream, isRealtime } from './targets/target.ts';
import { symptomText } from './symptom-text.ts';

/** The target that shows how far the way of messages was used: of a page without a connection, that it was served. */
export const usedTarget = (context: RuleContext): Target | undefined =>
  context.live[0] ??
  (context.delivery === undefined ? context.goodApi.find(polls) : context.goodApi[0]) ??
  context.documentTarget;

/** The page asks for the same again and again. */
const polls = (target: Target): boolean => target.requests.length >= 2 && isServed(target);

/** The status with which an application refuses what the page asks for: of such a request the way works, and no more. */
function refusedWith({ kind, requests }: Target): number | undefined {
  const { status = 0 } = requests.at(-1) ?? {};
  return kind === 'api' && status >= 400 ? status : undefined;
}

const isServed = (target: Target): boolean => refusedWith(target) === undefined;

/** Whether the visit looks healthy, and why. */
export function healthOf(context: RuleContext): Finding | undefined {
  const channels = Object.values(context.delivery?.channels ?? {});
  const arrived = channels.every(
    ({ outcome }) => outcome === 'live' || (outcome === 'polling' && context.failed.length === 0),
  );
  const failed = context.failed.some((target) => effectOf(context, target) === 'full');
  if (!arrived || failed || !context.pageLoaded || saysNotConnected(context).length > 0) return undefined;
  const shown = channels.length > 0 ? (['proven', 'the published message arrived'] as const) : stands(context);
  return shown && finding(...shown, quietly(context), ...asides(context), unrelatedFailures(context));
}

/** After what time without a message the visit says so, in ms. */
const QUIET_MS = 4000;

/** What a connection does not show on which no message passed: whether a proxy cuts what is idle for long. */
function quietly({ evidence, live }: RuleContext): string | undefined {
  for (const target of live.filter(({ kind }) => kind === 'websocket')) {
    const open = evidence.sockets.findLast(({ url, closedAt }) => url === target.url && closedAt === undefined);
    const quiet = evidence.duration - (open?.frames.at(-1)?.at ?? open?.openedAt ?? evidence.duration);
    if (quiet >= QUIET_MS)
      return `no message passed on ${label(target)} in the last ${seconds(quiet)}: whether a proxy ends what is idle for longer shows with --watch 70`;
  }
  return undefined;
}

/** What a visit without a published message shows, if the page was seen to do anything. */
function stands(context: RuleContext): readonly [Level, string] | undefined {
  if (hiddenConnections(context).length > 0) return undefined;
  const { live } = context;
  if (live.length > 0) {
    const answers = live.some((target) => target.conversation?.greeted === true);
    const ended = live.filter(hasEnded);
    const open = live.filter((target) => !ended.includes(target));
    const say = (targets: readonly Target[]): string =>
      `${targets.slice(0, 3).map(nameOf).join(', ')} ${targets.length === 1 ? 'is' : 'are'}`;
    const text =
      open.length > 0
        ? `${say(open)} open${answers ? ' and the server answers on it' : ''}`
        : `${say(ended)} at its end, which the server or the page wanted`;
    return ['likely', text];
  }
  const poll = context.goodApi.find(polls);
  if (poll) return ['likely', `the page polls ${label(poll)} successfully`];
  if (asksForSignIn(context))
    return ['possible', 'the page asks for a password and connects to nothing before; --login visits it signed in'];
  if (context.goodApi.some(isServed)) return ['possible', `the requests of the page succeed; ${NOT_SEEN}`];
  const held = context.targets.find(
    (target) => target.kind !== 'document' && target.kind !== 'script' && !refusedWith(target),
  );
  const opened = held?.attempts.some((attempt) => attempt.opened) === true;
  if (held && !opened && !isNamedStream(held))
    return ['possible', `nothing fails; ${label(held)} still waits for its answer`];
  return undefined;
}

/** A connection that worked and is over by design: otherwise it would have a symptom. */
function hasEnded({ kind, attempts, requests, takenOverBy }: Target): boolean {
  if (kind === 'websocket')
    return takenOverBy === undefined && attempts.every(({ closedAt }) => closedAt !== undefined);
  const last = requests.at(-1);
  // An EventSource opens its stream again, unless it is told by 204 not to.
  return kind === 'sse' && (last?.status === 204 || (last?.type === 'fetch' && last.finishedAt !== undefined));
}

/** What a visit without a connection leaves open. */
const NOT_SEEN =
  'no real-time connection was made in this visit: the page may need a click (--click), a sign-in (--login) or another address';

/** A connection by the transport that it uses. */
const nameOf = (target: Target): string =>
  target.takenOverBy === undefined
    ? label(target)
    : `${label(target)}, by ${target.takenOverBy} in place of a WebSocket,`;

/** Why nothing can be said of a page whose connections a visit does not see: a SharedWorker may hold them. */
export function hiddenConnections({ evidence, targets }: RuleContext): string[] {
  if (evidence.page.sharedWorker !== true || targets.some(isRealtime)) return [];
  return ['the page has a SharedWorker, which may hold its connections: a visit does not see what that one does'];
}

/** A line of its own in which a page says, as a status does, that it is not connected. */
const NOT_CONNECTED =
  /^\W*(re-?connecting|disconnected|offline|not connected|no connection|connection (is |was )?(lost|closed|interrupted)|lost connection|desconectad[oa]|sem conex[aã]o|reconectando)\b.{0,40}$/im;

/** The page itself says that it is not connected, and no message shows the opposite. */
export function saysNotConnected({ evidence, delivery }: RuleContext): string[] {
  if (Object.keys(delivery?.channels ?? {}).length > 0) return [];
  const { page, sockets, requests } = evidence;
  const line = NOT_CONNECTED.exec(page.text)?.[0].trim();
  if (line === undefined) return [];
  // What its server tells it, such as the state of a machine, is no status of the page.
  const told = [
    ...sockets.flatMap(({ frames }) => frames.map(({ text }) => text)),
    ...requests.flatMap(({ body = '', events = [] }) => [body, ...events.map(({ text }) => text)]),
  ].some((text) => text.includes(line));
  return told ? [] : [`the page itself says ${quoted(line)}, and nothing that fails explains it`];
}

/** What to do where a page that loads did nothing in this visit: that shows neither that it works nor that it fails. */
export function nothingTried(context: RuleContext): string[] {
  if (!context.pageLoaded || context.failed.length > 0 || stands(context) || hiddenConnections(context).length > 0)
    return [];
  const { untold = [] } = context.evidence;
  // What the browser blocked stands in the console alone.
  if (untold.includes('console') || untold.includes('sockets')) return [];
  const nothing =
    'the page loads, and nothing real-time was tried in this visit: it opens no connection and asks for no data';
  const refused = context.goodApi.find(refusedWith);
  if (refused)
    return [
      `the page opens no connection, and is refused what it asks for: ${label(refused)} (${refusedWith(refused)})`,
    ];
  if (untold.includes('page')) return [nothing];
  return [nothing, 'it may need a click (--click), a sign-in (--login), more time (--wait-for) or another address'];
}

/** Why a page may have come to no connection: scripts that do not load, and the first error that it throws. */
export function failingScripts({ evidence, targets }: RuleContext): string[] {
  if (targets.some(isRealtime)) return [];
  const missing = targets.filter(({ kind, symptom }) => kind === 'script' && symptom !== undefined);
  const thrown = evidence.console.find(({ level }) => level === 'exception');
  return [
    ...missing.slice(0, 2).map((target) => `the script ${label(target)} does not load: ${symptomText(target)}`),
    ...(thrown ? [`the page throws ${quoted(thrown.text)}`] : []),
  ];
}

/** What the page goes on without. */
function asides(context: RuleContext): string[] {
  return context.failed
    .filter((target) => isAside(context, target))
    .slice(0, 3)
    .map((target) => `the page goes on without ${label(target)}: ${symptomText(target)}`);
}

function unrelatedFailures({ targets }: RuleContext): string | undefined {
  const unrelated = targets.filter((target) => target.symptom !== undefined && !target.relevant).length;
  if (unrelated === 0) return undefined;
  return `${unrelated} failed ${unrelated === 1 ? 'request does' : 'requests do'} not concern the page's own messages`;
}
