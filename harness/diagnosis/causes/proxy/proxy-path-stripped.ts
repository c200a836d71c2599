import { echoedPath, sameAnswer, stockProgram } from '../../answers.ts';
import { cause } from '../../cause.ts';
import type { RuleContext } from '../../context.ts';
import { addressOf, answerTo, handshakeAtUnknownPath, isSocket, plainAnswer, realStatus } from '../../facts/answers.ts';
import { openElsewhere } from '../../facts/entry-points.ts';
import { describeAnswer } from '../../facts/sentences.ts';
import { becomesRoot, frontEndAnswers } from '../../facts/servers.ts';
import { upgradeArrives } from '../../facts/upgrade.ts';
import type { Finding } from '../../finding.ts';
import { finding, likely, proven } from '../../finding.ts';
import type { Target } from '../../targets/target.ts';
import { bodyOf, isRealtime } from '../../targets/target.ts';
import { withScheme } from '../../urls.ts';

export default cause({
  id: 'proxy-path-stripped',
  hop: 'proxy',
  sentence: 'The proxy removes or rewrites a part of the path, so the backend receives a path that it does not have.',
  proof:
    "The backend's own 404 (or 403) comes through the proxy, and a path with the prefix repeated, or the backend's own port, answers 101.",
  lookAlikes: ['backend-endpoint-missing', 'proxy-route-missing', 'proxy-upgrade-missing', 'backend-wrong-path'],
  repair: 'Forward the path unchanged, without removing or adding a prefix.',
  examineTarget: pathStripped,
});

/** The backend received another path than the browser requested. */
function pathStripped(context: RuleContext, target: Target): Finding | undefined {
  if (target.kind === 'document' || target.kind === 'script' || target.symptom?.is === 'blocked') return undefined;
  if (becomesRoot(context, target))
    return likely(
      `${target.address.path} is answered with the page, as / is, and a path that nobody has is not: the proxy takes the whole path away`,
    );
  const status = realStatus(context, target);
  if (status === undefined || ![400, 403, 404, 405, 426].includes(status)) return undefined;
  const answer = answerTo(context, target);
  const direct = plainAnswer(context, target);
  const { path } = target.address;
  for (const text of [answer?.body, direct?.body, bodyOf(target)]) {
    const echoed = echoedPath(text ?? '');
    if (echoed !== undefined && trimmed(echoed) !== trimmed(path) && echoed !== '/404') {
      return proven(
        `the browser requested ${path}, and the backend says that it received ${echoed}`,
        answer && `it answers ${describeAnswer(answer)}`,
      );
    }
  }
  if (frontEndAnswers(context, target) || (answer && stockProgram(answer) !== undefined)) return undefined;
  if (!isRealtime(target)) return status === 404 ? knownElsewhere(context, target) : undefined;
  const doubled = doubledPaths(path);
  if (isSocket(target) && target.kind !== 'engine.io' && doubled.length > 0) {
    const probed = context.ask({
      ask: 'paths',
      url: withScheme(addressOf(target), 'ws'),
      origin: context.origin,
      paths: doubled,
    });
    const open = probed?.results.find((result) => result.state === 'open');
    if (open)
      return proven(
        `${path} is refused with ${status}, and ${open.path}, with its prefix repeated, is accepted: the proxy removes it once`,
      );
  }
  if (target.kind === 'engine.io') {
    // Engine.IO accepts every path that begins with its own, so the path itself must fail first.
    const probed = context.ask({
      ask: 'engineio',
      url: withScheme({ ...target.address, query: '' }, 'http'),
      paths: [path, ...doubled],
    });
    const open = probed?.results.find((result) => result.open);
    if (probed?.results.some((result) => result.path === path && result.code !== undefined)) return undefined;
    if (open && open.path !== path)
      return proven(
        `${path} is refused with ${status}, and ${open.path}, with its prefix repeated, is accepted: the proxy removes it once`,
      );
    if (open) return undefined;
  }
  const entry = openElsewhere(context, target);
  if (entry && !refusesThisPath(context, target)) {
    const reached = context.live.some(
      (other) =>
        isSocket(other) && other.address.host === target.address.host && other.address.port === target.address.port,
    );
    const passesUpgrade = reached || upgradeArrives(context, target) === true;
    // A plain request of the path is known there and answered 404 here, so another path is requested from the backend.
    const there = context.get(entry);
    const known = isSocket(target) && direct && there?.status !== undefined && ![404, 405].includes(there.status);
    const differs = known && status === 404 && direct.status === 404;
    return finding(
      differs || passesUpgrade ? 'likely' : 'possible',
      `${path} is refused with ${status} here, and accepted at ${entry.host}:${entry.port}`,
      differs &&
        `a plain request of the path is answered ${describeAnswer(there)} there, and ${describeAnswer(direct)} here`,
      answer && `the backend itself refuses: ${describeAnswer(answer)}`,
    );
  }
  return undefined;
}

/** A page without connections asks for what the same program has at another port of the system, and not here. */
function knownElsewhere(context: RuleContext, target: Target): Finding | undefined {
  if (target.kind !== 'api' || context.realtime.length > 0) return undefined;
  const entry = openElsewhere(context, target);
  const [here, unknown] = [answerTo(context, target), entry && context.getUnknownPath(entry)];
  if (!entry || !here || !unknown || !sameAnswer(here, unknown)) return undefined;
  return proven(
    `${target.address.path} is answered 404 here, and by the same program at ${entry.host}:${entry.port} with data`,
    `it answers ${describeAnswer(here)} to paths that it does not have`,
  );
}

/** Sockets at a path that nobody has fail in another way: the server knows this path, and refuses it. */
function refusesThisPath(context: RuleContext, target: Target): boolean {
  if (!isSocket(target) || realStatus(context, target) !== 403) return false;
  const { status = 0 } = handshakeAtUnknownPath(context, target) ?? {};
  return status >= 400 && status !== 403;
}

const trimmed = (path: string): string => (path.split('?')[0] ?? '').replace(/\/+$/, '');

/** The path with one or two of its first segments repeated. */
function doubledPaths(path: string): string[] {
  const parts = path.split('/').filter((part) => part !== '');
  return parts
    .slice(0, 2)
    .map((_part, index) => `/${[...parts.slice(0, index + 1), ...parts].join('/')}${path.endsWith('/') ? '/' : ''}`);
}
