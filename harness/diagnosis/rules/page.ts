import type { Case, Finding, Rule } from '../case.ts';
import { because, rule, visitRule } from '../case.ts';
import { engineCode, isGatewayStatus, kindOf } from '../answers.ts';
import {
  addressOf,
  frontEndAnswers,
  isSocket,
  label,
  openElsewhere,
  plain,
  realStatus,
  said,
  seenError,
  seenStatus,
  shake,
  speaks,
} from '../facts.ts';
import { eventNameOf } from '../conversation.ts';
import type { Target } from '../targets.ts';
import { bodyOf, isRealtime, targetsOf } from '../targets.ts';
import { authority, changed, hostClass, originOf, parseAddress, placeholderIn, withScheme } from '../urls.ts';

/** Causes inside the page: what was built into it, what the browser forbids it, and how it behaves. */
export const pageRules: readonly Rule[] = [
  rule('mixed-content', (_c, t) =>
    t.symptom?.is === 'blocked' && t.symptom.by === 'mixed-content'
      ? because(0.97, `the browser blocked ${label(t)} as mixed content: the page came by https`)
      : undefined,
  ),

  rule('csp-blocks-connect', (c, t) =>
    t.symptom?.is === 'blocked' && t.symptom.by === 'csp'
      ? because(
          0.96,
          `the browser blocked ${label(t)} by the page's Content-Security-Policy`,
          c.consoleLine(/Content Security Policy/)?.slice(0, 200),
        )
      : undefined,
  ),

  rule('local-network-access', (_c, t) =>
    t.symptom?.is === 'blocked' && t.symptom.by === 'local-network'
      ? because(0.96, `the browser refused ${label(t)} by its local network access checks`)
      : undefined,
  ),

  rule('bundle-variable-unset', (_c, t) => {
    const placeholder = placeholderIn(t.url);
    if (placeholder !== undefined) {
      // An id that an application lacks is not a variable of the build.
      const early = isRealtime(t) || !t.address.path.split('/').slice(2).join('/').includes(placeholder);
      return because(
        early ? 0.95 : 0.4,
        `the page asks for ${t.url.slice(0, 120)}: “${placeholder}” stands where a configured value belongs`,
      );
    }
    if (t.symptom?.is === 'invalid-url') {
      return because(
        /undefined|null|''|NaN/.test(t.symptom.text) ? 0.93 : 0.6,
        `the page gave no usable address: ${t.symptom.text.slice(0, 160)}`,
      );
    }
    // Pusher's library asks Pusher's own servers when no host was configured.
    if (/(^|\.)pusher\.com$/.test(t.address.host) && seenError(t) === 'NAME_NOT_RESOLVED') {
      return because(0.9, `the library asks its default host ${t.address.host}: no host was configured`);
    }
    return undefined;
  }),

  visitRule('bundle-variable-unset', unsetAndSilent),

  rule('bundle-localhost', (c, t) => {
    if (hostClass(t.address.host) !== 'loopback' || c.pageIsLocal || t.kind === 'document') return undefined;
    const bundle = c.bundle();
    const named = bundle?.urls
      .concat(bundle.literals)
      .some((text) => text.includes(`${t.address.host}:${t.address.port}`) || text.includes(`//${t.address.host}`));
    return because(
      0.93,
      `the page of ${c.page.host} asks for ${label(t)}, which is the visitor's own machine`,
      named === true && 'the served script holds that address',
    );
  }),

  rule('bundle-wrong-host', (c, t) => {
    if (t.kind === 'document' || t.symptom?.is === 'blocked' || placeholderIn(t.url) !== undefined) return undefined;
    const { host } = t.address;
    if (
      hostClass(host) === 'single-label' &&
      hostClass(c.page.host) !== 'single-label' &&
      seenError(t) === 'NAME_NOT_RESOLVED'
    ) {
      return because(
        0.85,
        `${host} is a name without a domain, such as services have inside a container network; nobody outside can resolve it`,
      );
    }
    const asked = t.kind === 'api' && t.symptom?.is === 'wrong-kind';
    if (!isRealtime(t) && !asked) return undefined;
    const unreachable = seenError(t) !== undefined;
    if (!unreachable && !(frontEndAnswers(c, t) || wrongAnswer(c, t))) return undefined;
    // Only hosts that the page itself works with: another host is where it should have asked.
    const used = usedHosts(c).filter((other) => other.host !== host);
    for (const other of used.slice(0, 3)) {
      const address = { ...addressOf(t), ...other, scheme: t.address.scheme };
      if (speaks(c, t, changed(address, { secure: other.secure })) === true) {
        return because(
          unreachable ? 0.6 : 0.9,
          `${label(t)} answers ${said(plain(c, t))}`,
          `the same path at ${authority(other)}, which the page uses for its data, ${asked ? 'answers with data' : 'speaks the right protocol'}`,
        );
      }
    }
    return undefined;
  }),

  rule('bundle-wrong-port', (c, t) => {
    if (!isRealtime(t) || t.symptom?.is === 'blocked' || (hostClass(t.address.host) === 'loopback') !== c.pageIsLocal)
      return undefined;
    const { host, port } = t.address;
    const error = seenError(t);
    const samePortAsPage = host === c.page.host && port === c.page.port;
    // A port at which a connection was opened is not the wrong one.
    if (t.tries.some((attempt) => attempt.opened)) return undefined;
    if (samePortAsPage || error === 'NAME_NOT_RESOLVED' || /CERT/.test(error ?? '')) return undefined;
    const door = openElsewhere(
      c,
      t,
      (other) => other.host === host || (c.pageIsLocal && hostClass(other.host) === 'loopback'),
    );
    if (!door) return undefined;
    const ownOrigin = door.host === c.page.host && door.port === c.page.port;
    const shared = c.failed.some(
      (other) => other !== t && !isRealtime(other) && other.address.host === host && other.address.port === port,
    );
    const refused = error === 'CONNECTION_REFUSED';
    // From wss to ws it is another scheme rather than another port.
    if (refused && t.address.secure && !door.secure)
      return because(0.4, `the same path works by plain ws at port ${door.port}`);
    // Whether the page names the wrong port or the right one is not open, nobody outside can tell.
    const weight = refused ? (ownOrigin && !shared ? 0.72 : 0.5) : /SSL/.test(error ?? '') ? 0.7 : 0.88;
    return because(
      weight,
      `port ${port} of ${host} ${refused ? 'is closed' : `answers ${said(plain(c, t))}`}`,
      `the same path at port ${door.port} ${ownOrigin ? '(the page’s own) ' : ''}speaks the right protocol`,
    );
  }),

  rule('bundle-stale', staleBundle),

  rule('page-stale-cache', staleCache),
  visitRule('page-stale-cache', (c) => {
    const { revisit } = c.known;
    if (!revisit) return undefined;
    const cached =
      revisit.navigation.fromServiceWorker ||
      revisit.requests.some((request) => request.type === 'script' && request.fromServiceWorker);
    const broken = targetsOf(revisit).find((target) => target.relevant && target.symptom !== undefined);
    if (!cached || !broken || c.failed.length > 0) return undefined;
    return because(
      0.93,
      'the first visit works; the second, served by the service worker, does not',
      `it asks for ${label(broken)}`,
    );
  }),

  rule('hsts-upgrade', (c, t) => {
    const hsts = c.evidence.requests.find((request) =>
      /hsts/i.test(request.headers?.['non-authoritative-reason'] ?? ''),
    );
    const upgraded = hsts && parseAddress(hsts.url)?.host === t.address.host;
    if (upgraded && t.symptom && t.symptom.is !== 'status')
      return because(
        0.95,
        `the browser itself turned ${hsts.url.slice(0, 100)} into https (Non-Authoritative-Reason: HSTS)`,
      );
    const error = seenError(t) ?? '';
    if (t.address.secure || !isSocket(t) || !/SSL|CERT|CONNECTION_(REFUSED|RESET|CLOSED)/.test(error)) return undefined;
    const announced = c.evidence.requests.some((request) => {
      const from = parseAddress(request.url);
      const policy = request.headers?.['strict-transport-security'];
      if (policy === undefined || from === undefined || /max-age=0\b/.test(policy)) return false;
      return (
        from.host === t.address.host || (/includesubdomains/i.test(policy) && t.address.host.endsWith(`.${from.host}`))
      );
    });
    const tlsWords = /SSL|CERT/.test(error);
    if (!tlsWords && !announced) return undefined;
    const outside = shake(c, t);
    if (outside?.state !== 'open')
      return because(tlsWords ? 0.6 : 0.2, `the browser reports ${error} for the plain address ${label(t)}`);
    return because(
      announced ? 0.95 : 0.85,
      `the browser reports ${error} for ${label(t)}, which works from outside`,
      announced && 'the host has sent Strict-Transport-Security',
    );
  }),

  rule('client-effect-churn', (_c, t) =>
    t.symptom?.is === 'churn'
      ? because(
          0.93,
          `${t.symptom.sockets} sockets to ${label(t)} in ${(t.symptom.within / 1000).toFixed(1)} s, closed by the page itself`,
        )
      : undefined,
  ),

  rule('transport-no-fallback', (c, t) => {
    if (t.kind !== 'engine.io' || t.transports.includes('polling') || t.symptom?.is === 'blocked') return undefined;
    if (t.symptom?.is !== 'status' && t.symptom?.is !== 'network' && t.symptom?.is !== 'silent') return undefined;
    const polling = c.ask({
      ask: 'engineio',
      url: withScheme({ ...addressOf(t), query: '' }, 'http'),
      paths: [t.address.path],
    });
    if (!polling?.results.some((result) => result.open)) return undefined;
    const lists = c.bundle()?.transports ?? [];
    const refusal = shake(c, t);
    if (refusal && engineCode(refusal.body) === 0)
      return because(
        0.94,
        'the server does not offer the transport websocket, and the page tries no other',
        `the handshake is answered ${said(refusal)}`,
      );
    const fallback = lists.find((list) => list[0] === 'websocket' && list.includes('polling'));
    const only = lists.some((list) => list.length === 1 && list[0] === 'websocket');
    return because(
      fallback ? 0.94 : only ? 0.45 : 0.6,
      'every WebSocket handshake fails, and the page never asks by long-polling',
      'an Engine.IO handshake by long-polling succeeds at the same path',
      fallback &&
        `the script lists the transports ${fallback.join(', ')}: the first failure is not followed by the second transport`,
    );
  }),

  rule('client-protocol-mismatch', protocolMismatch),

  rule('client-no-reconnect', streamLeft),
  rule('client-no-reconnect', (c, t) => {
    if (t.symptom?.is !== 'closed' || t.tries.length === 0 || !isRealtime(t)) return undefined;
    const { code, reason, age } = t.symptom;
    if (
      [1002, 1003, 1007, 1008, 1009, 1010, 1013].includes(code) ||
      (code >= 4000 && code < 5000) ||
      /auth|token|origin|unauthor/i.test(reason)
    )
      return undefined;
    const cuts = t.tries.filter((attempt) => attempt.opened && attempt.closedAt !== undefined);
    const last = t.tries.at(-1);
    if (cuts.length > 1 || last?.closedAt === undefined) return undefined;
    const waited = c.evidence.duration - last.closedAt;
    const again = shake(c, t);
    const reconnects = c.bundle()?.reconnects;
    const orderly = t.symptom.clean && code !== 1006;
    const sure =
      (orderly ? 0.75 : 0.6) +
      (reconnects === false ? 0.13 : reconnects === true ? -0.25 : 0) +
      (waited >= 4000 ? 0.05 : -0.1);
    if (again && again.state !== 'open') return undefined;
    return because(
      again ? sure : sure - 0.25,
      `the socket closed after ${(age / 1000).toFixed(1)} s (${code}${reason ? ` “${reason}”` : ''}) and the page made no other in ${(waited / 1000).toFixed(1)} s`,
      again && 'a new handshake succeeds at once',
      reconnects === false && 'the script holds nothing that reconnects',
    );
  }),

  visitRule('event-name-mismatch', (c) => unshown(c, 'name')),
  visitRule('client-ui-filter', (c) => unshown(c, 'filter')),
];

/** Hosts with which the page works: its own, and those that answered its requests. */
function usedHosts(c: Case): { host: string; port: number; secure: boolean }[] {
  const found = new Map<string, { host: string; port: number; secure: boolean }>();
  for (const request of c.evidence.requests) {
    const address = parseAddress(request.url);
    const data =
      request.type === 'fetch' ||
      request.type === 'xhr' ||
      request.type === 'eventsource' ||
      request.type === 'preflight';
    if (address && data && (request.status !== undefined || request.corsError !== undefined))
      found.set(`${address.host}:${address.port}`, { host: address.host, port: address.port, secure: address.secure });
  }
  for (const url of c.bundle()?.urls ?? []) {
    const address = parseAddress(url);
    if (address && hostClass(address.host) === 'name')
      found.set(`${address.host}:${address.port}`, { host: address.host, port: address.port, secure: address.secure });
  }
  return [...found.values()];
}

/** The host answers, but not as a real-time backend would. */
function wrongAnswer(c: Case, t: Target): boolean {
  const answer = plain(c, t);
  if (!answer || answer.status === undefined) return false;
  const kind = kindOf(answer);
  if (t.kind === 'engine.io')
    return kind !== 'engine-open' && kind !== 'engine-error' && !isGatewayStatus(answer.status);
  const elsewhere = answer.status >= 301 && answer.status <= 308;
  return (
    elsewhere || ['page', 'default-site', 'empty', 'backend-not-found', 'proxy-error', 'proxy-no-route'].includes(kind)
  );
}

/** A stream ended, and nobody asked for it again. */
function streamLeft(c: Case, t: Target): Finding | undefined {
  const last = t.requests.at(-1);
  if (t.kind !== 'sse' || t.symptom?.is !== 'closed' || last?.finishedAt === undefined) return undefined;
  const waited = c.evidence.duration - last.finishedAt;
  // Event sources come back after three seconds, or after as many as the server says.
  if (waited < (last.type === 'eventsource' ? 4500 : 3500)) return undefined;
  const again = c.ask({
    ask: 'stream',
    url: withScheme(addressOf(t), 'http'),
    encoding: 'identity',
    listen: 1500,
  });
  if (again && again.status !== 200) return undefined;
  return because(
    again ? 0.75 : 0.5,
    `the stream ${label(t)} ended after ${(t.symptom.age / 1000).toFixed(1)} s, and the page asked for no other in ${(waited / 1000).toFixed(1)} s`,
    again && 'it can be had again at once',
  );
}

/** A real-time client is in the bundle, and no connection was ever tried. */
function unsetAndSilent(c: Case): Finding | undefined {
  const exception = c.evidence.console.find(
    (line) =>
      line.level === 'exception' &&
      /pass your app key|app key|Invalid URL|is not a valid URL|cannot be parsed as a URL/i.test(line.text),
  );
  if (exception) return because(0.92, `the page throws: ${exception.text.slice(0, 160)}`);
  if (!c.pageLoaded || c.realtime.length > 0 || c.failed.length > 0) return undefined;
  if (c.evidence.requests.filter((request) => request.type === 'fetch' || request.type === 'xhr').length > 3)
    return undefined;
  const bundle = c.bundle();
  if (!bundle) return undefined;
  const missed = Object.values(c.delivery?.channels ?? {}).some(
    ({ outcome }) => outcome === 'never' || outcome === 'after-reload',
  );
  const library = bundle.libraries.filter((name) => name !== 'fetch');
  const nothing = 'the page opened no connection';
  const lost = missed && 'a published message does not come without a reload';
  if (library.length === 0) return missed ? because(0.55, nothing, lost) : undefined;
  const saysSo =
    /\b(disconnected|offline|not connected|no connection|unavailable|connecting|desconectad|sem conex|indispon|conectando)/i.test(
      c.evidence.page.text,
    );
  const empty = bundle.empty.slice(0, 3);
  const sure = (empty.length > 0 ? 0.75 : 0.3) + (saysSo ? (empty.length > 0 ? 0.1 : 0.3) : 0);
  return because(
    Math.max(sure, missed ? 0.82 : 0),
    `the scripts hold a real-time client (${library.join(', ')}), and ${nothing}`,
    empty.length > 0 && `options without a value in the scripts: ${empty.join(', ')}`,
    saysSo && 'the page itself says that it is not connected',
    lost,
  );
}

const CONFIG_PATHS = [
  '/config.json',
  '/env.js',
  '/env.json',
  '/config.js',
  '/runtime-config.json',
  '/settings.json',
  '/version.json',
  '/build-info.json',
];

/** What runs now says another address than the one that was built in. */
function staleBundle(c: Case, t: Target): Finding | undefined {
  if (t.kind === 'document' || t.symptom?.is === 'blocked' || !c.pageLoaded || placeholderIn(t.url) !== undefined)
    return undefined;
  const key =
    t.kind === 'pusher' && t.symptom?.is === 'refused' ? /\/app\/([^/?]+)/.exec(t.address.path)?.[1] : undefined;
  const failed =
    seenError(t) !== undefined || t.symptom?.is === 'status' || t.symptom?.is === 'wrong-kind' || key !== undefined;
  if (!failed || (t.address.host === c.page.host && t.address.port === c.page.port && key === undefined))
    return undefined;
  const bundle = c.bundle();
  if (!bundle) return undefined;
  const named = bundle.literals
    .filter((literal) => /^\.?\/?[\w/-]*(config|env|settings|version|build)[\w.-]*\.(json|js)$/i.test(literal))
    .map((literal) => `/${literal.replace(/^\.?\//, '')}`);
  const config = c.ask({
    ask: 'config',
    page: originOf(c.page),
    paths: [...new Set([...named, ...CONFIG_PATHS])].slice(0, 8),
  });
  const texts = (config?.found ?? []).map(({ path, urls, body }) => ({ from: path, urls, body }));
  if (bundle.pageUrls.length > 0) texts.push({ from: 'the page itself', urls: bundle.pageUrls, body: '' });
  for (const { from, urls, body } of texts) {
    for (const url of urls) {
      const address = parseAddress(url);
      if (!address || (address.host === t.address.host && address.port === t.address.port)) continue;
      if (address.host === c.page.host && address.port === c.page.port && !/^ws/.test(address.scheme)) continue;
      if (isRealtime(t) !== /^ws/.test(address.scheme) && address.path.length > 1 && isRealtime(t)) continue;
      const path = address.path.length > 1 ? address.path : t.address.path;
      const works = speaks(c, t, { ...address, path, query: addressOf(t).query });
      if (works === true)
        return because(
          0.95,
          `the running configuration (${from}) names ${authority(address)}, which works; the script still asks for ${authority(t.address)}`,
        );
      if (/^ws/.test(address.scheme) && isRealtime(t) && works === undefined)
        return because(
          0.5,
          `the running configuration (${from}) names ${authority(address)}; the script asks for ${authority(t.address)}`,
        );
    }
    const other = key !== undefined ? /(?:app_?key|\bkey)["'\s:=]+["']?([\w-]{3,})/i.exec(body)?.[1] : undefined;
    if (other !== undefined && other !== key)
      return because(0.96, `the running configuration (${from}) holds another application key than the script`);
  }
  return undefined;
}

/** A cache hands out a page or script that the server no longer has. */
function staleCache(c: Case, t: Target): Finding | undefined {
  const fromWorker =
    c.evidence.navigation.fromServiceWorker ||
    c.evidence.requests.some((request) => request.type === 'script' && request.fromServiceWorker);
  const cached = c.evidence.requests.find(
    (request) =>
      (request.type === 'document' || request.type === 'script') &&
      parseAddress(request.url)?.host === c.page.host &&
      /hit|stale/i.test(
        `${request.headers?.['x-cache'] ?? ''} ${request.headers?.['x-cache-status'] ?? ''} ${request.headers?.['cf-cache-status'] ?? ''}`,
      ),
  );
  const aged = c.evidence.requests.find(
    (request) => (request.type === 'document' || request.type === 'script') && Number(request.headers?.age ?? 0) > 0,
  );
  const lostScript = t.kind === 'script' && (t.symptom?.is === 'status' || t.symptom?.is === 'wrong-kind');
  if (!fromWorker && !cached && !aged && !lostScript) return undefined;
  const fresh = c.bundle(true);
  if (!fresh || fresh.failure !== undefined || (fresh.status ?? 500) >= 400) return undefined;
  const used = c.scripts.map((url) => parseAddress(url)?.path ?? '');
  const otherScripts =
    fresh.scripts.length > 0 &&
    used.some((path) => !fresh.scripts.includes(path)) &&
    fresh.scripts.some((path) => !used.includes(path));
  if (lostScript) {
    const gone = !fresh.scripts.includes(t.address.path);
    return gone && fresh.scripts.length > 0
      ? because(
          0.92,
          `the page names the script ${t.address.path}, which is gone; a fresh copy of the page names ${fresh.scripts.join(', ')}`,
        )
      : undefined;
  }
  const namesIt = fresh.urls
    .concat(fresh.literals, fresh.pageUrls)
    .some(
      (text) =>
        text.includes(t.address.host) &&
        (t.address.port === 443 || t.address.port === 80 || text.includes(String(t.address.port))),
    );
  const samePlace = t.address.host === c.page.host && t.address.port === c.page.port;
  const namesPath = fresh.literals.concat(fresh.urls).some((text) => text.includes(t.address.path));
  const changedAddress = samePlace
    ? t.address.path.length > 1 && !namesPath && fresh.bytes > 0
    : !namesIt && fresh.bytes > 0;
  if (!otherScripts && !changedAddress) return undefined;
  return because(
    changedAddress ? 0.955 : 0.75,
    fromWorker
      ? 'the page or its script came from a service worker'
      : `the page or its script came from a cache (${cached ? 'cache hit' : `age ${aged?.headers?.age ?? '?'} s`})`,
    changedAddress && `a fresh copy no longer asks for ${label(t)}`,
    otherScripts && `a fresh copy loads other scripts (${fresh.scripts.slice(0, 3).join(', ')})`,
  );
}

/** Client and server speak different protocols. */
function protocolMismatch(c: Case, t: Target): Finding | undefined {
  if (t.symptom?.is === 'blocked') return undefined;
  const version = /[?&]EIO=(\d)/.exec(t.url)?.[1];
  const seen = engineCode(bodyOf(t));
  if (seen === 5) return because(0.95, 'the server answers “Unsupported protocol version”');
  if (version !== undefined && version !== '4' && t.kind === 'engine.io') {
    const answer = c.get({ ...addressOf(t), query: `?EIO=${version}&transport=polling` });
    if (answer && engineCode(answer.body) === 5)
      return because(0.95, `the client speaks Engine.IO ${version}, the server answers “Unsupported protocol version”`);
  }
  if (t.kind === 'engine.io') {
    if (/^\d+:\d/.test(bodyOf(t))) return because(0.9, 'the server answers in the packet format of Engine.IO 3');
    if (t.symptom?.is === 'unanswered') {
      return t.talk?.greeted === true
        ? because(0.85, 'the server speaks Engine.IO, and the page never answers in it')
        : because(0.85, 'the socket opens, and the server sends no Engine.IO handshake: it speaks another protocol');
    }
    if (t.symptom?.is === 'closed' && t.talk?.greeted === true && t.talk.asked.length === 0)
      return because(
        0.88,
        'the server speaks Engine.IO; the page opened its socket without that protocol and was closed',
      );
    const polled = c.ask({
      ask: 'engineio',
      url: withScheme({ ...addressOf(t), query: '' }, 'http'),
      paths: [t.address.path],
    });
    const first = polled?.results[0];
    if (
      first &&
      !first.open &&
      first.code === undefined &&
      (first.status === 426 || /upgrade required/i.test(first.body))
    ) {
      return because(
        0.88,
        `a plain WebSocket server answers long-polling with ${first.status ?? '?'} “${first.body.slice(0, 40)}”`,
      );
    }
    return undefined;
  }
  if (t.kind === 'pusher' && t.symptom?.is === 'unanswered')
    return because(0.85, 'the socket opens, and the server never says pusher:connection_established');
  if (t.symptom?.is === 'refused' && /protocol version|unsupported protocol/i.test(t.symptom.text))
    return because(0.93, `the server says: ${t.symptom.text.slice(0, 140)}`);
  if (t.kind === 'websocket') {
    const closedAtOnce = seenError(t) === 'CONNECTION_CLOSED' || seenError(t) === 'EMPTY_RESPONSE';
    const status = seenStatus(t);
    if (closedAtOnce || status === 400 || status === 404) {
      const known = c.live.some((other) => other.kind === 'engine.io');
      const engine = known
        ? undefined
        : c.ask({
            ask: 'engineio',
            url: originOf(t.address),
            paths: [...new Set(['/socket.io/', t.address.path.endsWith('/') ? t.address.path : `${t.address.path}/`])],
          });
      const open = engine?.results.find((result) => result.open);
      if (open)
        return because(
          closedAtOnce ? 0.9 : 0.8,
          `the page opens a plain WebSocket; the server speaks Socket.IO (Engine.IO answers at ${open.path})`,
        );
    }
    const first = t.talk && t.tries.length > 0 ? firstFrame(c, t) : undefined;
    if (first !== undefined && /^(0\{"sid"|o$|\{"event":"pusher:)/.test(first) && t.symptom)
      return because(0.8, `the server begins with ${first.slice(0, 40)}, a protocol that the page does not speak`);
    if (t.symptom?.is === 'closed' && [1002, 1003, 1007, 4400, 4406].includes(t.symptom.code)) {
      return because(
        0.8,
        `the server closed with ${t.symptom.code}${t.symptom.reason ? ` “${t.symptom.reason}”` : ''}: it did not understand what the page sent`,
      );
    }
    if (t.symptom?.is === 'negotiation' && (t.symptom.part === 'frame' || t.symptom.part === 'accept'))
      return because(0.75, `the browser could not read the answer: ${t.symptom.text.slice(0, 140)}`);
    if (status === 200 || seenError(t) === 'INVALID_HTTP_RESPONSE') {
      const answer = shake(c, t);
      if (answer && kindOf(answer) === 'stream')
        return because(0.92, 'the endpoint answers with an event stream; the page opens a WebSocket');
    }
    if (status !== undefined && status >= 400 && status < 500) {
      const got = plain(c, t);
      if (got && kindOf(got) === 'stream')
        return because(0.9, 'a plain request of the path is answered with an event stream; the page opens a WebSocket');
    }
  }
  if (t.kind === 'sse') {
    const status = realStatus(c, t);
    if (t.symptom?.is === 'wrong-kind' && !t.symptom.html)
      return because(
        0.75,
        `the page expects an event stream, the endpoint answers ${t.symptom.mimeType || 'something else'}`,
      );
    if (status !== undefined && status >= 400) {
      const got = plain(c, t);
      if (got && kindOf(got) === 'upgrade-required')
        return because(0.92, 'the page opens an event stream, the endpoint is a WebSocket');
      const socket = got ? c.handshake(addressOf(t)) : undefined;
      if (socket?.state === 'open')
        return because(0.88, 'the page opens an event stream; the path accepts WebSocket handshakes');
    }
  }
  return undefined;
}

function firstFrame(c: Case, t: Target): string | undefined {
  return c.evidence.sockets
    .find((socket) => socket.url === t.url)
    ?.frames.find((frame) => frame.direction === 'received')?.text;
}

/** The message came in a frame, and the page does not show it. */
function unshown(c: Case, why: 'name' | 'filter'): Finding | undefined {
  const channels = Object.entries(c.delivery?.channels ?? {});
  const lost = channels.find(
    ([, channel]) => channel.frameSeen === true && (channel.outcome === 'never' || channel.outcome === 'after-reload'),
  );
  // A frame on one connection proves nothing for a channel whose own connection failed.
  if (!lost || c.failed.some(isRealtime)) return undefined;
  const [name, channel] = lost;
  const arrived = `the published message arrived in a frame${channel.frame ? ` named “${channel.frame}”` : ''}, and the page does not show it (${name})`;
  const bundle = c.bundle();
  if (!bundle) return because(0.45, arrived);
  const event = channel.frame ?? strangeEvent(c, bundle.literals);
  if (event === undefined) {
    const quiet = 'no received frame has an event name that the scripts do not know';
    return why === 'filter' ? because(0.7, arrived, quiet) : because(0.4, arrived);
  }
  const listened = listensTo(bundle.literals, event);
  if (why === 'name')
    return listened ? because(0.2, arrived) : because(0.92, arrived, `“${event}” does not occur in the page's scripts`);
  return listened ? because(0.88, arrived, `the page's scripts know the name “${event}”`) : because(0.25, arrived);
}

/** An event name among the received frames that the scripts do not know: the last one. */
function strangeEvent(c: Case, literals: readonly string[]): string | undefined {
  const frames = [
    ...c.evidence.sockets.flatMap((socket) => socket.frames.filter((frame) => frame.direction === 'received')),
    ...c.evidence.requests.flatMap((request) => request.events ?? []),
  ];
  const names = frames.flatMap((frame) => eventNameOf(frame.text.replace(/^message: /, '')) ?? []);
  return names.findLast((name) => !/^pusher/.test(name) && !listensTo(literals, name));
}

/** Whether scripts with these literals listen to an event; Laravel Echo puts a namespace before names without a dot. */
function listensTo(literals: readonly string[], event: string): boolean {
  const has = (name: string): boolean => literals.includes(name);
  const echo = literals.some(
    (literal) => literal === 'broadcaster' || literal === 'reverb' || literal.includes('pusher:'),
  );
  if (!echo) return has(event);
  const short = /^App\\Events\\(.+)$/.exec(event)?.[1];
  if (short !== undefined) return has(short) || has(event) || has(`.${event}`);
  return (
    has(`.${event}`) ||
    (has(event) && !literals.some((literal) => /^private|^presence/.test(literal)) && literals.includes('bind'))
  );
}
