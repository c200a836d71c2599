import type { Finding } from '../finding.ts';
import type { Rule, RuleContext } from '../context.ts';
import { finding, likely, possible, proven } from '../finding.ts';
import { rule, visitRule } from '../context.ts';
import { isDefaultSite, kindOf, programOf, titleOf } from '../answers.ts';
import {
  answerTo,
  atPath,
  describeAnswer,
  firstServer,
  frontEndAnswers,
  handshakeAnswer,
  isSocket,
  label,
  openElsewhere,
  plainAnswer,
  seenError,
  seenStatus,
} from '../facts.ts';
import type { Target } from '../targets.ts';
import { authority, changed, hostClass, placeholderIn } from '../urls.ts';

/** Causes on the way to the first server: names, ports, TLS. Hops: dns and edge. */
export const networkRules: readonly Rule[] = [
  rule('dns-no-record', (context, target) => {
    if (seenError(target) !== 'NAME_NOT_RESOLVED' && seenError(target) !== 'NAME_RESOLUTION_FAILED') return undefined;
    const { host, port } = target.address;
    const dns = context.ask({ ask: 'dns', host, port });
    if (dns && dns.addresses.length > 0)
      return possible(`the browser could not resolve ${host}; outside the browser it now resolves`);
    const ownMistake =
      placeholderIn(target.url) !== undefined ||
      hostClass(host) === 'single-label' ||
      hostClass(host) === 'loopback' ||
      /pusher\.com$/.test(host);
    return finding(
      ownMistake ? 'possible' : dns ? 'proven' : 'likely',
      `the browser could not resolve ${host}`,
      dns && 'name resolution outside the browser finds no address either',
    );
  }),

  rule(
    'dns-wrong-host',
    (context, target) =>
      hostWithoutServer(context, target) ?? foreignHost(context, target) ?? staticHost(context, target),
  ),

  visitRule('dns-wrong-host', (context) =>
    context.pageLoaded &&
    context.realtime.length === 0 &&
    isDefaultSite(`${context.evidence.page.title} ${context.evidence.page.text}`)
      ? likely(
          `${context.page.host} shows a default or parking page: “${context.evidence.page.text.slice(0, 60).replace(/\s+/g, ' ')}”`,
        )
      : undefined,
  ),

  // ---------------------------------------------------------------- ports

  rule('tls-port-closed', (context, target) => {
    const { host, port, secure } = target.address;
    if (!secure || seenError(target) !== 'CONNECTION_REFUSED' || port !== 443) return undefined;
    const closed = context.tcp(host, 443);
    const plainPort = context.tcp(host, 80);
    if (closed?.state === 'open') return undefined;
    const refused = `${label(target)}: connection refused, nothing listens on port 443 of ${host}`;
    if (plainPort?.state === 'open')
      return finding(
        closed ? 'proven' : 'likely',
        refused,
        `port 80 of ${host} is open: the server offers plain HTTP only`,
      );
    const cached = context.evidence.navigation.fromServiceWorker && context.page.host === host;
    if (cached) return proven(refused, 'the page itself came from its service worker, not from the server');
    const reached = context.evidence.requests.some(
      (request) =>
        request.status !== undefined && !request.fromServiceWorker && request.url.startsWith(`http://${host}/`),
    );
    return finding(reached ? 'likely' : 'possible', refused, reached && `${host} answers plain HTTP`);
  }),

  rule('edge-port-closed', (context, target) => {
    if (seenError(target) !== 'CONNECTION_REFUSED' || placeholderIn(target.url) !== undefined) return undefined;
    const { host, port } = target.address;
    const tcp = context.tcp(host, port);
    if (tcp && tcp.state === 'open')
      return possible(
        `the browser was refused at ${authority(target.address)}; outside the browser the port is now open`,
      );
    if (hostClass(host) === 'loopback' && !context.pageIsLocal)
      return possible(`${authority(target.address)} refuses connections`);
    const closed = `${authority(target.address)} refuses connections: nothing listens there`;
    const open = isSocket(target) ? openElsewhere(context, target) : undefined;
    if (open)
      return likely(closed, `the same path works at ${authority(open)}: the backend runs, its port is not open here`);
    const alive =
      context.portsOf(host).some((other) => other !== port && context.tcp(host, other)?.state === 'open') ||
      context.page.host === host;
    return finding(tcp ? 'likely' : 'possible', closed, alive && `${host} itself answers on another port`);
  }),

  rule('edge-port-unserved', (context, target) => {
    const error = seenError(target) ?? '';
    if (!/CONNECTION_(RESET|CLOSED|ABORTED)|EMPTY_RESPONSE|SSL_PROTOCOL_ERROR|SOCKET_NOT_CONNECTED/.test(error))
      return undefined;
    const { host, port, secure } = target.address;
    const tcp = context.tcp(host, port);
    if (tcp?.state !== 'open') return undefined;
    const asTls = context.ask({ ask: 'tls', host, port, alpn: 'any' });
    const asHttp = context.get({ scheme: 'http', secure: false, host, port, path: '/', query: '' });
    const dropped = (state: string | undefined): boolean => state === 'reset' || state === 'closed';
    if (!asTls || !asHttp) return possible(`${authority(target.address)} accepts the connection and ends it`);
    if (!dropped(asTls.state) || !dropped(asHttp.failure)) return undefined;
    const protocols = secure ? 'for TLS and for plain HTTP' : 'for plain HTTP and for TLS';
    return proven(
      `${authority(target.address)} accepts connections and drops them, ${protocols}: no program serves the port`,
    );
  }),

  rule('edge-silent', (context, target) => {
    const error = seenError(target) ?? '';
    const waiting = target.symptom?.is === 'silent' || /TIMED_OUT|ADDRESS_UNREACHABLE|NETWORK_UNREACHABLE/.test(error);
    if (!waiting) return undefined;
    const { host, port, secure } = target.address;
    const tcp = context.tcp(host, port);
    if (!tcp) return undefined;
    if (tcp.state === 'silent' || tcp.state === 'unreachable')
      return proven(`${authority(target.address)} never answers a connection attempt: packets are dropped on the way`);
    if (tcp.state !== 'open') return undefined;
    // The page itself came from there, so the server does answer.
    if (context.pageLoaded && host === context.page.host && port === context.page.port) return undefined;
    const root = context.get(atPath(target.address, '/'));
    if (!root || root.failure !== 'silent') return undefined;
    const asTls = secure ? context.ask({ ask: 'tls', host, port, alpn: 'any' }) : undefined;
    if (secure && asTls?.state === 'ok')
      return possible(`${authority(target.address)} completes the TLS handshake and then answers no path`);
    const asHttp = secure ? context.get(changed(atPath(target.address, '/'), { secure: false })) : root;
    if (asHttp?.failure !== 'silent') return undefined;
    const fingerprint = context.ask({ ask: 'fingerprint', host, port, secure: false });
    if (fingerprint && fingerprint.program !== 'unknown') return undefined;
    return likely(`${authority(target.address)} accepts the connection and answers no path`);
  }),

  // ---------------------------------------------------------------- certificates

  rule('tls-certificate-untrusted', (context, target) => {
    const error = seenError(target) ?? '';
    if (!/CERT_(AUTHORITY_INVALID|INVALID|WEAK|SYMANTEC|REVOKED|NO_REVOCATION)|CERTIFICATE_TRANSPARENCY/.test(error))
      return undefined;
    const tls = certificate(context, target);
    // The browser names the issuer first, also where the certificate has expired.
    return finding(
      tls?.inDate === false ? 'possible' : tls?.covers === false ? 'likely' : 'proven',
      `the browser reports ERR_${error} for ${authority(target.address)}`,
      tls?.issuer !== undefined &&
        `the certificate of ${tls.subject || '?'} is issued by ${tls.issuer || '?'}${tls.selfSigned ? ', self-signed' : ''}`,
    );
  }),

  rule('tls-certificate-name', (context, target) => {
    const error = seenError(target) ?? '';
    if (!/CERT_COMMON_NAME_INVALID/.test(error)) return undefined;
    const tls = certificate(context, target);
    return proven(
      `the browser reports ERR_${error} for ${authority(target.address)}`,
      tls?.names !== undefined &&
        `the certificate covers ${tls.names.slice(0, 4).join(', ') || tls.subject || 'no name'}`,
    );
  }),

  rule('tls-certificate-expired', (context, target) => {
    const error = seenError(target) ?? '';
    const tls = /CERT_/.test(error) ? certificate(context, target) : undefined;
    if (/CERT_(DATE_INVALID|VALIDITY_TOO_LONG)/.test(error)) {
      return proven(
        `the browser reports ERR_${error} for ${authority(target.address)}`,
        tls?.validTo !== undefined && `the certificate is valid from ${tls.validFrom ?? '?'} to ${tls.validTo}`,
      );
    }
    return tls?.inDate === false
      ? likely(
          `the certificate of ${authority(target.address)} is valid from ${tls.validFrom ?? '?'} to ${tls.validTo ?? '?'}`,
        )
      : undefined;
  }),

  // ---------------------------------------------------------------- TLS or plain

  rule('tls-plain-mismatch', (context, target) => {
    const error = seenError(target) ?? '';
    if (/CERT|NAME_NOT|REFUSED/.test(error) || target.symptom?.is === 'blocked') return undefined;
    const { host, port, secure } = target.address;
    if (secure) {
      if (!/SSL|CONNECTION_(CLOSED|RESET)|EMPTY_RESPONSE|TIMED_OUT/.test(error) && target.symptom?.is !== 'silent')
        return undefined;
      const asHttp = context.get({ scheme: 'http', secure: false, host, port, path: '/', query: '' });
      if (asHttp?.status === undefined || kindOf(asHttp) === 'tls-port') return undefined;
      const asTls = context.ask({ ask: 'tls', host, port, alpn: 'any' });
      if (!asTls) return possible(`${authority(target.address)} answers plain HTTP (${describeAnswer(asHttp)})`);
      if (asTls.state === 'ok') return undefined;
      return proven(
        `the page uses TLS for ${host}:${port}, and that port answers plain HTTP (${describeAnswer(asHttp)})`,
        `a TLS handshake there fails: ${asTls.error ?? asTls.state}`,
      );
    }
    const status = seenStatus(target);
    if (!(
      status === 400 ||
      /CONNECTION_(CLOSED|RESET)|EMPTY_RESPONSE|INVALID_HTTP_RESPONSE|TIMED_OUT/.test(error) ||
      target.symptom?.is === 'silent' ||
      target.symptom?.is === 'cors'
    ))
      return undefined;
    const answer = plainAnswer(context, target);
    if (answer && kindOf(answer) === 'tls-port')
      return proven(`the page sends plain HTTP to a TLS port, and the server says so: ${describeAnswer(answer)}`);
    if (!answer || answer.status !== undefined) return undefined;
    const asTls = context.ask({ ask: 'tls', host, port, alpn: 'any' });
    return asTls?.state === 'ok'
      ? proven(
          `${host}:${port} drops plain HTTP and completes a TLS handshake: the page sends plain HTTP to a TLS port`,
        )
      : undefined;
  }),

  rule('tls-http2-only', (context, target) => {
    const { host, port, secure } = target.address;
    const error = seenError(target) ?? '';
    const status = seenStatus(target);
    if (
      !secure ||
      /CERT|REFUSED|NAME_NOT|TIMED_OUT/.test(error) ||
      !isSocket(target) ||
      target.symptom?.is === 'blocked'
    )
      return undefined;
    const tries =
      /SSL|HTTP_?2|ALPN|HTTP_1_1|CONNECTION_(CLOSED|RESET)|EMPTY|INVALID_HTTP|PROTOCOL/.test(error) ||
      (status !== undefined && status !== 200 && !(status >= 301 && status <= 308)) ||
      target.symptom?.is === 'closed';
    if (!tries) return undefined;
    const both = context.ask({ ask: 'tls', host, port, alpn: 'any' });
    if (both?.alpn !== 'h2') return undefined;
    const old = context.ask({ ask: 'tls', host, port, alpn: 'http/1.1' });
    if (!old) return undefined;
    if (old.state !== 'ok')
      return proven(
        `${authority(target.address)} negotiates h2, and refuses a handshake that offers only http/1.1 (${old.error ?? old.state})`,
      );
    const answer = handshakeAnswer(context, target);
    if (!answer) return undefined;
    if (
      /ALPN|HTTP\/2|h2\b/i.test(answer.body) ||
      answer.state === 'not-http' ||
      answer.status === 505 ||
      answer.status === 464 ||
      (answer.state === 'closed' && old.alpn === undefined)
    ) {
      return proven(
        `${authority(target.address)} negotiates h2, and does not serve http/1.1 (${describeAnswer(answer)})`,
      );
    }
    // The browser used h2 because the server announced WebSockets over it.
    if (answer.state === 'open' && status !== undefined)
      return likely(`a handshake over http/1.1 succeeds; the browser used h2 and got ${status}`);
    return undefined;
  }),
];

function certificate(context: RuleContext, target: Target) {
  return context.ask({ ask: 'tls', host: target.address.host, port: target.address.port, alpn: 'any' });
}

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
    return likely(`${target.address.host} serves a default or parking page: ${describeAnswer(root)}`);
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
