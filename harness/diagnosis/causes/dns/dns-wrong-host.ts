import { isConsole, isDefaultSite, isExporter, saysUnknownName, kindOf, programOf, titleOf } from '../../answers.ts';
import { cause } from '../../cause.ts';
import type { RuleContext } from '../../context.ts';
import { answerTo, atPath, realStatus, seenError } from '../../facts/answers.ts';
import { defaultSite } from '../../facts/default-site.ts';
import { openElsewhere } from '../../facts/entry-points.ts';
import { describeAnswer } from '../../facts/sentences.ts';
import { firstServer, frontEndAnswers, pathIsKnown } from '../../facts/servers.ts';
import type { Finding } from '../../finding.ts';
import { finding, likely, possible, proven } from '../../finding.ts';
import type { Target } from '../../targets/target.ts';
import { hostClass } from '../../urls.ts';

export default cause({
  id: 'dns-wrong-host',
  hop: 'dns',
  sentence: 'The name resolves to a machine that does not serve this system.',
  proof: 'The name resolves; nothing answers there, or a server that returns only the front end on every path.',
  lookAlikes: [
    'proxy-route-missing',
    'edge-port-closed',
    'tls-port-closed',
    'proxy-host-unknown',
    'bundle-wrong-host',
    'backend-ws-unsupported',
  ],
  repair: 'Point the record at the host (or proxy) that serves page, API and sockets.',
  examineTarget: (context, target) =>
    hostWithoutServer(context, target) ?? foreignHost(context, target) ?? staticHost(context, target),
  examineVisit: (context) => {
    const site = defaultSite(context);
    // Who has a certificate for the name is the right machine, unless it sells names.
    return (
      site &&
      finding(
        context.page.secure && site.ofServer ? 'possible' : 'likely',
        `${context.page.host} shows a default or parking page: “${site.quote}”`,
      )
    );
  },
});

/** The name resolves to a machine on which nothing answers. */
function hostWithoutServer(context: RuleContext, target: Target): Finding | undefined {
  const { host } = target.address;
  const error = seenError(target) ?? '';
  if (hostClass(host) !== 'name' || !/CONNECTION_REFUSED|ADDRESS_UNREACHABLE|TIMED_OUT/.test(error)) return undefined;
  if (
    context.evidence.requests.some(
      (request) => request.status !== undefined && !request.fromServiceWorker && request.url.includes(`://${host}`),
    )
  )
    return undefined;
  if (context.evidence.navigation.fromServiceWorker && context.page.host === host) return undefined;
  const http = context.tcp(host, 80);
  const https = context.tcp(host, 443);
  if (!http || !https || http.state === 'no-record' || https.state === 'no-record')
    return target.kind === 'document' ? possible(`${host} refuses connections`) : undefined;
  if (http.state === 'open' || https.state === 'open') return undefined;
  return finding(
    target.kind === 'document' ? 'likely' : 'possible',
    `${host} resolves, and neither port 80 nor port 443 is open there`,
  );
}

/** The name resolves to another organisation's server, or to one without a site. */
function foreignHost(context: RuleContext, target: Target): Finding | undefined {
  if (target.symptom?.is === 'blocked' || target.symptom?.is === 'network') return undefined;
  if (target.kind === 'document' || (target.symptom?.is !== 'status' && target.symptom?.is !== 'wrong-kind'))
    return undefined;
  if (target.address.host === context.page.host) return undefined;
  const answer = answerTo(context, target);
  const root = context.get(atPath(target.address, '/'));
  if (!root || !answer) return undefined;
  if (isDefaultSite(root.body))
    return finding(
      saysUnknownName(root.body) ? 'possible' : 'likely',
      `${target.address.host} serves a default or parking page: ${describeAnswer(root)}`,
    );
  // A proxy at the right address leads to the wrong program.
  if (isExporter(root.body) || isConsole(root.body)) return undefined;
  // A program that refuses what it has is the one that was meant.
  if ([401, 403].includes(realStatus(context, target) ?? 0) && pathIsKnown(context, target) !== false) return undefined;
  // A different site, at another address than the page's.
  const title = titleOf(root.body);
  const other = title !== undefined && title !== '' && title !== context.evidence.page.title && kindOf(root) === 'page';
  if (!other || context.goodApi.some((api) => api.address.host === target.address.host)) return undefined;
  return context.samePlace(target.address, context.page) === false
    ? proven(
        `${target.address.host} serves another site (“${title.slice(0, 60)}”), and its address is not that of ${context.page.host}`,
      )
    : undefined;
}

const STATIC_HOSTS =
  /vercel|netlify|github\.com|amazons3|cloudfront|cloudflare-pages|surge|firebase|gitlab pages|render|static|pages|hosting|cdn|bunny|fastly|akamai/i;

/** The name resolves to a server that has only the front end. */
function staticHost(context: RuleContext, target: Target): Finding | undefined {
  if (
    target.address.host !== context.page.host ||
    target.address.port !== context.page.port ||
    hostClass(target.address.host) !== 'name'
  )
    return undefined;
  if (!frontEndAnswers(context, target)) return undefined;
  // If anything besides the front end answers under this name, the name is right.
  const onlyFrontEnd = !context.targets.some(
    (other) =>
      other !== target &&
      other.address.host === target.address.host &&
      other.works &&
      (other.kind === 'api' ||
        other.kind === 'websocket' ||
        other.kind === 'engine.io' ||
        other.kind === 'pusher' ||
        other.kind === 'sse'),
  );
  if (!onlyFrontEnd) return undefined;
  const answer = answerTo(context, target);
  const headers = answer?.headers ?? {};
  const marks = `${headers.server ?? ''} ${headers['x-powered-by'] ?? ''} ${headers['x-served-by'] ?? ''}`;
  const known =
    STATIC_HOSTS.test(marks) ||
    ['x-vercel-id', 'x-nf-request-id', 'x-github-request-id', 'x-amz-request-id', 'x-hosting'].some(
      (name) => headers[name] !== undefined,
    );
  if (known) return likely(`every path of ${target.address.host} is answered by a static host (${marks.trim()})`);
  const front = firstServer(context, target);
  const program = answer ? programOf(answer) : undefined;
  const behindProxy =
    headers['strict-transport-security'] !== undefined ||
    headers.via !== undefined ||
    (program !== undefined && front.proxied === true && front.program !== program);
  if (behindProxy) return possible(`only the front end answers at ${target.address.host}, through a proxy`);
  // The page already uses these hosts: if the path works there, the page has the wrong host.
  const used = new Set(context.goodApi.map((api) => api.address.host));
  const real = openElsewhere(context, target, (entry) => entry.host !== target.address.host && !used.has(entry.host));
  return finding(
    real ? 'likely' : 'possible',
    `only the front end answers at ${target.address.host}, on every path, and there is no sign of a proxy`,
    real && `the whole system is at ${real.host}: the same path works there`,
  );
}
