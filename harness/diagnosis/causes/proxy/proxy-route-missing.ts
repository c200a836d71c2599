import {
  PROXY_PROGRAMS,
  echoedPath,
  isDefaultSite,
  isFrameworkPage,
  isGatewayNotFound,
  isGoNotFound,
  isUnhandled,
  kindOf,
  programOf,
  sameAnswer,
  stockProgram,
} from '../../answers.ts';
import { cause } from '../../cause.ts';
import type { RuleContext } from '../../context.ts';
import { answerTo, atPath, isSocket, realStatus } from '../../facts/answers.ts';
import { defaultSite } from '../../facts/default-site.ts';
import { unknownFolder } from '../../facts/folders.ts';
import { realtimeServerAnswers } from '../../facts/refutations.ts';
import { describeAnswer, label } from '../../facts/sentences.ts';
import {
  becomesRoot,
  firstServer,
  frontEndAnswers,
  isGoApplication,
  isPageItself,
  oneProgram,
} from '../../facts/servers.ts';
import type { Finding } from '../../finding.ts';
import { finding, likely, possible } from '../../finding.ts';
import { isRealtime, type Target } from '../../targets/target.ts';
import { isBeside, parseAddress } from '../../urls.ts';

export default cause({
  id: 'proxy-route-missing',
  hop: 'proxy',
  sentence: 'The proxy has no route for this path, so another service (usually the front end) answers.',
  proof:
    "The path is answered with the front end's page, or with the proxy's own 404 or 405, while other paths reach the backend.",
  lookAlikes: ['dns-wrong-host', 'proxy-path-stripped', 'backend-endpoint-missing', 'proxy-host-unknown'],
  repair: 'Add the route for the path (before the catch-all) to the proxy that answers, and reload it.',
  // What the page opens is then answered by something that speaks another protocol.
  explains: ['client-protocol-mismatch'],
  examineTarget: routeMissing,
  examineVisit: pageWithoutRoute,
  excluded: realtimeServerAnswers,
});

/** The name has its certificate, and nothing of the application is behind it. */
function pageWithoutRoute(context: RuleContext): Finding | undefined {
  const { page, evidence } = context;
  if (!context.pageLoaded || context.realtime.length > 0 || !page.secure) return undefined;
  const site = defaultSite(context);
  if (site?.ofServer)
    return likely(
      `${page.host} has a certificate for its name, and shows the default page of a web server: “${site.quote}”`,
    );
  return `${evidence.page.title}${evidence.page.text}`.trim() === '' && isUnhandled(context.get(page))
    ? likely(`${page.host} is answered with an empty page (200) by Caddy: none of its handlers has this path`)
    : undefined;
}

/** The path is answered by something other than the backend. */
function routeMissing(context: RuleContext, target: Target): Finding | undefined {
  if (target.kind === 'document' || target.kind === 'script' || target.symptom?.is === 'blocked') return undefined;
  const status = realStatus(context, target);
  if (frontEndAnswers(context, target)) {
    // Where the same program serves the API too, there is a route for it.
    return finding(
      isPageItself(context, target) || oneProgram(context, target) === true || becomesRoot(context, target)
        ? 'possible'
        : 'likely',
      `${label(target)} is answered with the front end's page${status !== undefined ? ` (${status})` : ''}: the proxy has no route for it to the backend`,
      goodNeighbour(context, target),
    );
  }
  const answer = answerTo(context, target);
  if (isRealtime(target) && isUnhandled(answer))
    return likely(`${label(target)} is answered with an empty 200 by Caddy: none of its handlers has this path`);
  if (status !== 404 && status !== 405 && status !== 403 && status !== 501) return undefined;
  if (status === 403 && isSocket(target)) return undefined;
  if (!answer) return undefined;
  const root = context.get(atPath(target.address, '/'));
  const kind = kindOf(answer);
  const rootDiffers =
    root !== undefined && root.failure === undefined && !sameAnswer(root, answer) && !isDefaultSite(root.body);
  if ((kind === 'proxy-error' && status !== 403) || kind === 'proxy-no-route') {
    if (isGoNotFound(answer) && isGoApplication(context, target) !== false) return undefined;
    // Words alone are a proxy's only where it answers a path that nobody has in the same way.
    const nonsense = context.getUnknownPath(target.address);
    const own = stockProgram(answer) !== undefined || isGoNotFound(answer) || isGatewayNotFound(answer);
    if (!own && nonsense && !sameAnswer(nonsense, answer)) return undefined;
    const front = firstServer(context, target);
    // Traefik sends the "404 page not found" of Go's library too.
    const neighbour = goodNeighbour(context, target);
    // An application has such words too: they are a proxy's where one is seen.
    const ambiguous =
      kind === 'proxy-no-route' &&
      front.proxied !== true &&
      (!own || (programOf(answer) === undefined && !behindGo(context, target)));
    if (!rootDiffers && neighbour === undefined)
      return possible(`${label(target)} is answered ${describeAnswer(answer)}, like every other path`);
    // Behind a proxy of another kind, these are the words of a program in Go.
    const another = isGoNotFound(answer) && ['nginx', 'apache', 'haproxy'].includes(front.program ?? '');
    return finding(
      ambiguous ? 'possible' : another ? 'likely' : 'proven',
      `${label(target)} is answered ${describeAnswer(answer)}, by the proxy itself`,
      neighbour ??
        (root?.status !== undefined && root.status < 400 && 'other paths of the same server are answered by a service'),
    );
  }
  if (status === 405 && !isSocket(target) && PROXY_PROGRAMS.includes(programOf(answer) ?? 'node'))
    return likely(
      `${label(target)} is answered ${describeAnswer(answer)}: a static server does not accept ${target.method}`,
    );
  if (isSocket(target) || target.kind === 'sse') {
    // The front end renders a "not found" page.
    const html = /html/.test(answer.headers['content-type'] ?? '') && /<(!doctype|html)/i.test(answer.body);
    const unsigned = !isFrameworkPage(answer) && echoedPath(answer.body) === undefined;
    if (html && status === 404 && rootDiffers && unsigned) {
      const frontEnd = root.status === 200 && /html/.test(root.headers['content-type'] ?? '');
      return finding(
        frontEnd && !servesFolder(context, target) ? 'likely' : 'possible',
        `${label(target)} is answered with an HTML “not found” page (${describeAnswer(answer)}), like that of a front end`,
        goodNeighbour(context, target),
      );
    }
  }
  const folder = unknownFolder(context, target);
  return folder === undefined
    ? undefined
    : likely(
        `${label(target)} is answered ${describeAnswer(answer)}, as is all that the page asks below /${folder}/ and a path that nobody has`,
        firstServer(context, target).text,
      );
}

/** Scripts of the page come from the same folder, so there is a route for it. */
function servesFolder(context: RuleContext, target: Target): boolean {
  return (
    target.address.path.split('/').length > 2 &&
    context.scripts.some((url) => {
      const address = parseAddress(url);
      return address !== undefined && isBeside(address, target.address);
    })
  );
}

/** A sentence about another path of the same server that reaches its backend. */
function goodNeighbour(context: RuleContext, target: Target): string | undefined {
  const neighbour = context.targets.find(
    (other) =>
      other !== target &&
      other.works &&
      other.kind !== 'document' &&
      other.kind !== 'script' &&
      other.address.host === target.address.host &&
      other.address.port === target.address.port,
  );
  return neighbour ? `${label(neighbour)} reaches its backend through the same server` : undefined;
}

/** Other programs answer behind a Go program, so that one is a proxy. */
function behindGo(context: RuleContext, target: Target): boolean {
  // Engine.IO servers usually run on Node.
  if (
    context.live.some(
      (other) =>
        other.kind === 'engine.io' &&
        other.address.host === target.address.host &&
        other.address.port === target.address.port,
    )
  )
    return true;
  const sameServer = context.evidence.requests.filter((request) => {
    const address = parseAddress(request.url);
    return (
      address?.host === target.address.host && address.port === target.address.port && request.headers !== undefined
    );
  });
  return sameServer.some((request) => {
    const program = programOf({ status: request.status ?? 0, headers: request.headers ?? {}, body: '' });
    return program !== undefined && program !== 'go';
  });
}
