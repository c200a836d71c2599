import type { Case, Finding, Rule } from '../case.ts';
import { because, rule, visitRule } from '../case.ts';
import { isDefaultSite, kindOf, programOf, titleOf } from '../answers.ts';
import {
  answerTo,
  atPath,
  frontEndAnswers,
  inFront,
  isSocket,
  label,
  openElsewhere,
  plain,
  said,
  seenError,
  seenStatus,
  shake,
} from '../facts.ts';
import type { Target } from '../targets.ts';
import { authority, changed, hostClass, placeholderIn } from '../urls.ts';

/** Causes on the way to the first server: names, ports, TLS. Hops dns and edge. */
export const networkRules: readonly Rule[] = [
  rule('dns-no-record', (c, t) => {
    if (seenError(t) !== 'NAME_NOT_RESOLVED' && seenError(t) !== 'NAME_RESOLUTION_FAILED') return undefined;
    const { host, port } = t.address;
    const dns = c.ask({ ask: 'dns', host, port });
    if (dns && dns.addresses.length > 0)
      return because(0.4, `the browser could not resolve ${host}; outside it resolves now`);
    const ownMistake =
      placeholderIn(t.url) !== undefined ||
      hostClass(host) === 'single-label' ||
      hostClass(host) === 'loopback' ||
      /pusher\.com$/.test(host);
    return because(
      ownMistake ? 0.5 : dns ? 0.94 : 0.8,
      `the browser could not resolve ${host}`,
      dns && 'name resolution outside the browser finds no address either',
    );
  }),

  rule('dns-wrong-host', (c, t) => deadHost(c, t) ?? strangeHost(c, t) ?? staticHost(c, t)),

  visitRule('dns-wrong-host', (c) =>
    c.pageLoaded && c.realtime.length === 0 && isDefaultSite(`${c.evidence.page.title} ${c.evidence.page.text}`)
      ? because(
          0.8,
          `${c.page.host} shows a default or parking page: “${c.evidence.page.text.slice(0, 60).replace(/\s+/g, ' ')}”`,
        )
      : undefined,
  ),

  // ---------------------------------------------------------------- ports

  rule('tls-port-closed', (c, t) => {
    const { host, port, secure } = t.address;
    if (!secure || seenError(t) !== 'CONNECTION_REFUSED' || port !== 443) return undefined;
    const closed = c.tcp(host, 443);
    const plainPort = c.tcp(host, 80);
    if (closed?.state === 'open') return undefined;
    const refused = `${label(t)}: connection refused, nothing listens on port 443 of ${host}`;
    if (plainPort?.state === 'open')
      return because(closed ? 0.95 : 0.75, refused, `port 80 of ${host} is open: the server speaks plain http only`);
    const cached = c.evidence.navigation.fromServiceWorker && c.page.host === host;
    if (cached) return because(0.92, refused, 'the page itself came from its service worker, not from the server');
    const reached = c.evidence.requests.some(
      (request) =>
        request.status !== undefined && !request.fromServiceWorker && request.url.startsWith(`http://${host}/`),
    );
    return because(reached ? 0.85 : plainPort ? 0.4 : 0.5, refused, reached && `${host} answers plain http`);
  }),

  rule('edge-port-closed', (c, t) => {
    if (seenError(t) !== 'CONNECTION_REFUSED' || placeholderIn(t.url) !== undefined) return undefined;
    const { host, port } = t.address;
    const tcp = c.tcp(host, port);
    if (tcp && tcp.state === 'open')
      return because(0.2, `the browser was refused at ${authority(t.address)}; outside it is open now`);
    if (hostClass(host) === 'loopback' && !c.pageIsLocal)
      return because(0.35, `${authority(t.address)} refuses connections`);
    const closed = `${authority(t.address)} refuses connections: nothing listens there`;
    const open = isSocket(t) ? openElsewhere(c, t) : undefined;
    if (open)
      return because(
        open.host === c.page.host && open.port === c.page.port ? 0.68 : 0.86,
        closed,
        `the same path works at ${authority(open)}: the backend runs, its port is not open here`,
      );
    const alive =
      c.portsOf(host).some((other) => other !== port && c.tcp(host, other)?.state === 'open') || c.page.host === host;
    return because(tcp ? (alive ? 0.78 : 0.7) : 0.55, closed, alive && `${host} itself answers on another port`);
  }),

  rule('edge-port-unserved', (c, t) => {
    const error = seenError(t) ?? '';
    if (!/CONNECTION_(RESET|CLOSED|ABORTED)|EMPTY_RESPONSE|SSL_PROTOCOL_ERROR|SOCKET_NOT_CONNECTED/.test(error))
      return undefined;
    const { host, port, secure } = t.address;
    const tcp = c.tcp(host, port);
    if (tcp?.state !== 'open') return undefined;
    const asTls = c.ask({ ask: 'tls', host, port, alpn: 'any' });
    const asHttp = c.get({ scheme: 'http', secure: false, host, port, path: '/', query: '' });
    const dropped = (state: string | undefined): boolean => state === 'reset' || state === 'closed';
    if (!asTls || !asHttp) return because(0.45, `${authority(t.address)} accepts the connection and ends it`);
    if (!dropped(asTls.state) || !dropped(asHttp.failure)) return undefined;
    const named = secure ? 'TLS and plain HTTP alike' : 'plain HTTP and TLS alike';
    return because(
      0.92,
      `${authority(t.address)} accepts connections and drops them, ${named}: no program serves the port`,
    );
  }),

  rule('edge-silent', (c, t) => {
    const error = seenError(t) ?? '';
    const waiting = t.symptom?.is === 'silent' || /TIMED_OUT|ADDRESS_UNREACHABLE|NETWORK_UNREACHABLE/.test(error);
    if (!waiting) return undefined;
    const { host, port, secure } = t.address;
    const tcp = c.tcp(host, port);
    if (!tcp) return undefined;
    if (tcp.state === 'silent' || tcp.state === 'unreachable')
      return because(0.94, `${authority(t.address)} never answers a connection: packets vanish on the way`);
    if (tcp.state !== 'open') return undefined;
    // It has answered before: the page itself came from there.
    if (c.pageLoaded && host === c.page.host && port === c.page.port) return undefined;
    const root = c.get(atPath(t.address, '/'));
    if (!root || root.failure !== 'silent') return undefined;
    const asTls = secure ? c.ask({ ask: 'tls', host, port, alpn: 'any' }) : undefined;
    if (secure && asTls?.state === 'ok')
      return because(0.5, `${authority(t.address)} completes TLS and then says nothing, on any path`);
    const asHttp = secure ? c.get(changed(atPath(t.address, '/'), { secure: false })) : root;
    if (asHttp?.failure !== 'silent') return undefined;
    const door = c.ask({ ask: 'door', host, port, secure: false });
    if (door && door.program !== 'unknown') return undefined;
    return because(0.8, `${authority(t.address)} accepts the connection, and no byte comes back on any path`);
  }),

  // ---------------------------------------------------------------- certificates

  rule('tls-certificate-untrusted', (c, t) => {
    const error = seenError(t) ?? '';
    if (!/CERT_(AUTHORITY_INVALID|INVALID|WEAK|SYMANTEC|REVOKED|NO_REVOCATION)|CERTIFICATE_TRANSPARENCY/.test(error))
      return undefined;
    const tls = certificate(c, t);
    const only = tls?.inDate === false ? -0.3 : tls?.covers === false ? -0.1 : 0;
    return because(
      0.93 + only,
      `the browser says ERR_${error} for ${authority(t.address)}`,
      tls?.issuer !== undefined &&
        `the certificate of ${tls.subject || '?'} is issued by ${tls.issuer || '?'}${tls.selfSigned ? ', self-signed' : ''}`,
    );
  }),

  rule('tls-certificate-name', (c, t) => {
    const error = seenError(t) ?? '';
    if (!/CERT_COMMON_NAME_INVALID/.test(error)) return undefined;
    const tls = certificate(c, t);
    return because(
      0.93,
      `the browser says ERR_${error} for ${authority(t.address)}`,
      tls?.names !== undefined &&
        `the certificate covers ${tls.names.slice(0, 4).join(', ') || tls.subject || 'no name'}`,
    );
  }),

  rule('tls-certificate-expired', (c, t) => {
    const error = seenError(t) ?? '';
    const tls = /CERT_/.test(error) ? certificate(c, t) : undefined;
    if (/CERT_(DATE_INVALID|VALIDITY_TOO_LONG)/.test(error)) {
      return because(
        0.95,
        `the browser says ERR_${error} for ${authority(t.address)}`,
        tls?.validTo !== undefined && `the certificate is valid from ${tls.validFrom ?? '?'} to ${tls.validTo}`,
      );
    }
    return tls?.inDate === false
      ? because(
          0.85,
          `the certificate of ${authority(t.address)} is valid from ${tls.validFrom ?? '?'} to ${tls.validTo ?? '?'}`,
        )
      : undefined;
  }),

  // ---------------------------------------------------------------- TLS or plain

  rule('tls-plain-mismatch', (c, t) => {
    const error = seenError(t) ?? '';
    if (/CERT|NAME_NOT|REFUSED/.test(error) || t.symptom?.is === 'blocked') return undefined;
    const { host, port, secure } = t.address;
    if (secure) {
      if (!/SSL|CONNECTION_(CLOSED|RESET)|EMPTY_RESPONSE|TIMED_OUT/.test(error) && t.symptom?.is !== 'silent')
        return undefined;
      const asHttp = c.get({ scheme: 'http', secure: false, host, port, path: '/', query: '' });
      if (asHttp?.status === undefined || kindOf(asHttp) === 'tls-port') return undefined;
      const asTls = c.ask({ ask: 'tls', host, port, alpn: 'any' });
      if (!asTls) return because(0.6, `${authority(t.address)} answers plain HTTP (${said(asHttp)})`);
      if (asTls.state === 'ok') return undefined;
      return because(
        0.93,
        `the page speaks TLS to ${host}:${port}, and that port answers plain HTTP (${said(asHttp)})`,
        `a TLS handshake there fails: ${asTls.error ?? asTls.state}`,
      );
    }
    const status = seenStatus(t);
    if (!(
      status === 400 ||
      /CONNECTION_(CLOSED|RESET)|EMPTY_RESPONSE|INVALID_HTTP_RESPONSE|TIMED_OUT/.test(error) ||
      t.symptom?.is === 'silent' ||
      t.symptom?.is === 'cors'
    ))
      return undefined;
    const answer = plain(c, t);
    if (answer && kindOf(answer) === 'tls-port')
      return because(0.95, `the page speaks plain HTTP to a TLS port, which says so: ${said(answer)}`);
    if (!answer || answer.status !== undefined) return undefined;
    const asTls = c.ask({ ask: 'tls', host, port, alpn: 'any' });
    return asTls?.state === 'ok'
      ? because(
          0.92,
          `${host}:${port} drops plain HTTP and completes a TLS handshake: the page speaks plain to a TLS port`,
        )
      : undefined;
  }),

  rule('tls-http2-only', (c, t) => {
    const { host, port, secure } = t.address;
    const error = seenError(t) ?? '';
    const status = seenStatus(t);
    if (!secure || /CERT|REFUSED|NAME_NOT|TIMED_OUT/.test(error) || !isSocket(t) || t.symptom?.is === 'blocked')
      return undefined;
    const tries =
      /SSL|HTTP_?2|ALPN|HTTP_1_1|CONNECTION_(CLOSED|RESET)|EMPTY|INVALID_HTTP|PROTOCOL/.test(error) ||
      (status !== undefined && status !== 200 && !(status >= 301 && status <= 308)) ||
      t.symptom?.is === 'closed';
    if (!tries) return undefined;
    const both = c.ask({ ask: 'tls', host, port, alpn: 'any' });
    if (both?.alpn !== 'h2') return undefined;
    const old = c.ask({ ask: 'tls', host, port, alpn: 'http/1.1' });
    if (!old) return undefined;
    if (old.state !== 'ok')
      return because(
        0.95,
        `${authority(t.address)} agrees on h2, and refuses a handshake that offers only http/1.1 (${old.error ?? old.state})`,
      );
    const answer = shake(c, t);
    if (!answer) return undefined;
    if (
      /ALPN|HTTP\/2|h2\b/i.test(answer.body) ||
      answer.state === 'not-http' ||
      answer.status === 505 ||
      answer.status === 464 ||
      (answer.state === 'closed' && old.alpn === undefined)
    ) {
      return because(0.93, `${authority(t.address)} agrees on h2, and does not serve http/1.1 (${said(answer)})`);
    }
    // The browser went by h2 because the server announced WebSockets there.
    if (answer.state === 'open' && status !== undefined)
      return because(0.7, `a handshake by http/1.1 succeeds; the browser's, by h2, got ${status}`);
    return undefined;
  }),
];

function certificate(c: Case, t: Target) {
  return c.ask({ ask: 'tls', host: t.address.host, port: t.address.port, alpn: 'any' });
}

/** The name leads to a machine on which nothing answers. */
function deadHost(c: Case, t: Target): Finding | undefined {
  const { host } = t.address;
  const error = seenError(t) ?? '';
  if (hostClass(host) !== 'name' || !/CONNECTION_REFUSED|ADDRESS_UNREACHABLE|TIMED_OUT/.test(error)) return undefined;
  if (
    c.evidence.requests.some(
      (request) => request.status !== undefined && !request.fromServiceWorker && request.url.includes(`://${host}`),
    )
  )
    return undefined;
  if (c.evidence.navigation.fromServiceWorker && c.page.host === host) return undefined;
  const http = c.tcp(host, 80);
  const https = c.tcp(host, 443);
  if (!http || !https || http.state === 'no-record' || https.state === 'no-record')
    return t.kind === 'document' ? because(0.5, `${host} refuses connections`) : undefined;
  if (http.state === 'open' || https.state === 'open') return undefined;
  return because(
    t.kind === 'document' ? 0.86 : 0.55,
    `${host} resolves, and neither port 80 nor port 443 of that machine is open`,
  );
}

/** The name leads to somebody else's server, or to one without a site. */
function strangeHost(c: Case, t: Target): Finding | undefined {
  if (t.symptom?.is === 'blocked' || t.symptom?.is === 'network') return undefined;
  if (t.kind === 'document' || (t.symptom?.is !== 'status' && t.symptom?.is !== 'wrong-kind')) return undefined;
  if (t.address.host === c.page.host) return undefined;
  const answer = answerTo(c, t);
  const root = c.get(atPath(t.address, '/'));
  if (!root || !answer) return undefined;
  if (isDefaultSite(root.body))
    return because(0.82, `${t.address.host} serves a default or parking page: ${said(root)}`);
  // A whole other site, at another place than the page's.
  const title = titleOf(root.body);
  const other = title !== undefined && title !== '' && title !== c.evidence.page.title && kindOf(root) === 'page';
  if (!other || c.goodApi.some((api) => api.address.host === t.address.host)) return undefined;
  return c.samePlace(t.address, c.page) === false
    ? because(
        0.9,
        `${t.address.host} serves another site (“${title.slice(0, 60)}”), on another machine than ${c.page.host}`,
      )
    : undefined;
}

const STATIC_HOSTS =
  /vercel|netlify|github\.com|amazons3|cloudfront|cloudflare-pages|surge|firebase|gitlab pages|render|static|pages|hosting|cdn|bunny|fastly|akamai/i;

/** The whole name is served by a host that has only the front end. */
function staticHost(c: Case, t: Target): Finding | undefined {
  if (t.address.host !== c.page.host || t.address.port !== c.page.port || hostClass(t.address.host) !== 'name')
    return undefined;
  if (!frontEndAnswers(c, t)) return undefined;
  // Something else than the front end answers under this name: the name is right.
  const onlyFrontEnd = !c.targets.some(
    (other) =>
      other !== t &&
      other.address.host === t.address.host &&
      other.works &&
      (other.kind === 'api' ||
        other.kind === 'websocket' ||
        other.kind === 'engine.io' ||
        other.kind === 'pusher' ||
        other.kind === 'sse'),
  );
  if (!onlyFrontEnd) return undefined;
  const answer = answerTo(c, t);
  const headers = answer?.headers ?? {};
  const marks = `${headers.server ?? ''} ${headers['x-powered-by'] ?? ''} ${headers['x-served-by'] ?? ''}`;
  const known =
    STATIC_HOSTS.test(marks) ||
    ['x-vercel-id', 'x-nf-request-id', 'x-github-request-id', 'x-amz-request-id', 'x-hosting'].some(
      (name) => headers[name] !== undefined,
    );
  if (known) return because(0.88, `every path of ${t.address.host} is answered by a static host (${marks.trim()})`);
  const front = inFront(c, t);
  const program = answer ? programOf(answer) : undefined;
  const behindProxy =
    headers['strict-transport-security'] !== undefined ||
    headers.via !== undefined ||
    (program !== undefined && front.proxied === true && front.program !== program);
  if (behindProxy)
    return because(0.35, `only the front end answers at ${t.address.host}, behind a proxy that somebody set up for it`);
  // A host with which the page works already is where it should have asked.
  const used = new Set(c.goodApi.map((api) => api.address.host));
  const real = openElsewhere(c, t, (door) => door.host !== t.address.host && !used.has(door.host));
  return because(
    real ? 0.9 : 0.5,
    `only the front end answers at ${t.address.host}, on every path, and nothing shows a proxy in front of it`,
    real && `the whole system is at ${real.host}: the same path works there`,
  );
}
