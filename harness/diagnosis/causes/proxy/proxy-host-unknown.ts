import {
  isDefaultSite,
  isGatewayStatus,
  saysUnknownName,
  isGoNotFound,
  isProxyNoRoute,
  kindOf,
  sameAnswer,
} from '../../answers.ts';
import { cause } from '../../cause.ts';
import type { RuleContext } from '../../context.ts';
import {
  addressOf,
  answerTo,
  atPath,
  handshakeAnswer,
  isSocket,
  plainAnswer,
  realStatus,
  seenError,
} from '../../facts/answers.ts';
import { defaultSite } from '../../facts/default-site.ts';
import { refusedHost } from '../../facts/host-refusals.ts';
import { realtimeServerAnswers } from '../../facts/refutations.ts';
import { describeAnswer } from '../../facts/sentences.ts';
import { isGoApplication } from '../../facts/servers.ts';
import { accepts } from '../../facts/upgrade.ts';
import type { Finding } from '../../finding.ts';
import { finding, likely, possible, proven } from '../../finding.ts';
import type { Target } from '../../targets/target.ts';
import { edgeWords } from '../../words/edges.ts';

export default cause({
  id: 'proxy-host-unknown',
  hop: 'proxy',
  sentence: 'The proxy does not know this host name and answers with its default site.',
  proof:
    'Every path of the name gets the same default answer (404 page not found, an empty 200, the default certificate), while another name at the same address is served.',
  lookAlikes: ['proxy-route-missing', 'dns-wrong-host', 'tls-certificate-name', 'upstream-down'],
  repair: 'Add the host name to the proxy (server_name, Host rule, site address) with its certificate.',
  // For names that they do not know, servers present a default certificate and have no path.
  explains: ['tls-certificate-untrusted', 'tls-certificate-name', 'proxy-route-missing', 'backend-endpoint-missing'],
  examineTarget: hostUnknown,
  examineVisit: (context) =>
    defaultSite(context) ? possible(`${context.page.host} is answered with a server's default site`) : undefined,
  excluded: realtimeServerAnswers,
});

/** Default certificates, which servers present for unknown names. */
const DEFAULT_CERTIFICATES =
  /TRAEFIK DEFAULT CERT|Kubernetes Ingress Controller Fake|default\.example|Caddy Local Authority|snakeoil|invalid2\.invalid|^localhost$|plesk/i;

/** The server has no site for the host name. */
function hostUnknown(context: RuleContext, target: Target): Finding | undefined {
  if (target.symptom?.is === 'blocked') return undefined;
  const { host, port, secure } = target.address;
  const error = seenError(target) ?? '';
  if (/NAME_NOT|REFUSED|TIMED_OUT/.test(error)) return undefined;
  // If anything works under this name, the server knows it.
  if (
    context.targets.some(
      (other) =>
        other !== target &&
        other.works &&
        other.address.host === host &&
        other.address.port === port &&
        other.kind !== 'script',
    )
  )
    return undefined;
  // Behind a wrong certificate, too.
  if (isSocket(target) && accepts(handshakeAnswer(context, target))) return undefined;
  const tls =
    secure && (/CERT|SSL|CLOSED|RESET/.test(error) || target.symptom?.is === 'cors')
      ? context.ask({ ask: 'tls', host, port, alpn: 'any' })
      : undefined;
  const anotherName =
    target.address.host !== context.page.host && context.page.secure
      ? context.page.host
      : context.entryPoints().find((entry) => entry.secure && entry.host !== host)?.host;
  if (
    tls?.state === 'refused-handshake' &&
    /internal error|unrecognized name|alert number (80|112)|handshake failure|alert number 40/i.test(tls.error ?? '') &&
    anotherName !== undefined
  ) {
    const other = context.ask({ ask: 'tls', host, port, alpn: 'any', servername: anotherName });
    if (other?.state === 'ok')
      return proven(
        `the server refuses a TLS handshake for ${host} (${tls.error}), and completes one for ${anotherName}`,
      );
    if (/unrecognized name|112/.test(tls.error ?? ''))
      return likely(`the server refuses a TLS handshake for ${host}: ${tls.error}`);
  }
  // So Caddy ends a handshake for a name that it has no certificate for.
  if (
    target.kind === 'document' &&
    tls?.state === 'refused-handshake' &&
    /internal error|alert number 80/i.test(tls.error ?? '') &&
    context.get({ scheme: 'http', secure: false, host, port, path: '/', query: '' })?.body.trim() ===
      'Client sent an HTTP request to an HTTPS server.'
  )
    return likely(`the server speaks TLS, and has no certificate for ${host}: ${tls.error}`);
  if (/CONNECTION_(CLOSED|RESET)|EMPTY_RESPONSE/.test(error) && host !== context.page.host) {
    const at = atPath(target.address, '/');
    const [named, invented, served] = [
      context.get(at),
      context.get(at, { as: 'no-such-name.invalid' }),
      context.get(at, { as: context.page.host }),
    ];
    const hangsUp = [named, invented].every((answer) => ['closed', 'reset'].includes(answer?.failure ?? ''));
    if (hangsUp && served?.status !== undefined && served.status < 400)
      return proven(
        `the server hangs up on every request for ${host}, as for an invented name, and serves ${context.page.host} at the same address`,
      );
  }
  const madeUp = tls?.state === 'ok' && DEFAULT_CERTIFICATES.test(`${tls.subject ?? ''} ${tls.issuer ?? ''}`);
  const status = realStatus(context, target);
  const certificateError = /CERT/.test(error);
  if (!certificateError && status === undefined && target.symptom?.is !== 'wrong-kind') return undefined;
  if (status === 401) return undefined;
  const here = certificateError
    ? context.get(addressOf(target))
    : (answerTo(context, target) ?? plainAnswer(context, target));
  const root = context.get(atPath(target.address, '/'));
  const unknownPath = context.getUnknownPath(target.address);
  if (root && (kindOf(root) === 'tls-port' || edgeWords(root) !== undefined)) return undefined;
  const refused = refusedHost(context, target);
  if (refused?.byList || refused?.says === 'another') return undefined;
  // A name that the server knows has that certificate too, where none could be got for it.
  if (!here || !root || !unknownPath)
    return madeUp
      ? possible(`${host} is answered with the server's default certificate (${tls.subject ?? ''})`)
      : undefined;
  if (isDefaultSite(root.body) && host !== context.page.host) {
    const invented = context.get(atPath(target.address, '/'), { as: 'no-such-name.invalid' });
    const served = context.get(atPath(target.address, '/'), { as: context.page.host });
    if (!invented || !served || !sameAnswer(invented, root)) return undefined;
    const differs = served.status !== undefined && served.status < 400 && !sameAnswer(served, root);
    return finding(
      differs || saysUnknownName(root.body) ? 'proven' : 'likely',
      `${host} is answered with the server's default site (${describeAnswer(root)}), like an invented name`,
      differs && `${context.page.host} is served at the same address`,
    );
  }
  const everywhere = sameAnswer(root, unknownPath) && (here.status === undefined || here.status === root.status);
  if (!everywhere || root.status === undefined) return undefined;
  const application = isGoNotFound(root) ? isGoApplication(context, target) : false;
  if (application === true) return undefined;
  const kind = kindOf(root);
  // A name that the server knows has that certificate too: an application that answers 404 everywhere is told by an invented name.
  const invented = context.get(atPath(target.address, '/'), { as: 'no-such-name.invalid' });
  if (madeUp) {
    if (invented && !sameAnswer(invented, root)) return undefined;
    const stock = kind === 'proxy-no-route';
    return finding(
      invented ? (stock ? 'proven' : 'likely') : stock ? 'likely' : 'possible',
      `${host} is answered with the server's default certificate (${tls.subject ?? ''})`,
      `every path is answered ${describeAnswer(root)}`,
      invented && 'so is an invented name',
    );
  }
  if (kind === 'proxy-no-route' || isProxyNoRoute(root))
    return finding(
      application === undefined ? 'possible' : target.kind === 'document' ? 'likely' : 'proven',
      `every path of ${host} is answered ${describeAnswer(root)}: the server has no site of that name`,
    );
  if (host === context.page.host && target.kind !== 'document') return undefined;
  // Compare with a name that the server has, and with an invented one.
  if (!invented || !sameAnswer(invented, root)) return undefined;
  const served =
    target.kind === 'document' ? undefined : context.get(atPath(target.address, '/'), { as: context.page.host });
  const differs =
    served !== undefined && served.status !== undefined && served.status < 400 && !sameAnswer(served, root);
  if (isGatewayStatus(root.status))
    return differs && root.ms < 400
      ? likely(
          `${host} and an invented name get the same answer (${describeAnswer(root)}), ${context.page.host} is served at the same address`,
        )
      : undefined;
  if (kind === 'default-site')
    return finding(
      differs ? 'proven' : 'likely',
      `${host} is answered with the server's default site (${describeAnswer(root)}), like an invented name`,
      differs && `${context.page.host} is served at the same address`,
    );
  if (root.status === 404 || root.status === 421 || root.status === 400 || kind === 'empty')
    return finding(
      differs ? 'proven' : 'likely',
      `every path of ${host} is answered ${describeAnswer(root)}, like an invented name`,
      differs && `${context.page.host} is served at the same address`,
    );
  return differs ? likely(`${host} is answered like an invented name`) : undefined;
}
