import type { Finding } from '../finding.ts';
import type { Rule, RuleContext } from '../context.ts';
import { finding, likely, possible, proven } from '../finding.ts';
import { rule, visitRule } from '../context.ts';
import { engineCode, isGatewayStatus, kindOf } from '../answers.ts';
import {
  addressOf,
  describeAnswer,
  frontEndAnswers,
  handshakeAnswer,
  isSocket,
  label,
  openElsewhere,
  plainAnswer,
  realStatus,
  seenError,
  seenStatus,
  speaks,
} from '../facts.ts';
import { eventNameOf } from '../conversation.ts';
import type { Target } from '../targets.ts';
import { bodyOf, isRealtime, targetsOf } from '../targets.ts';
import { authority, changed, hostClass, originOf, parseAddress, placeholderIn, withScheme } from '../urls.ts';

/** Causes in the page: built-in configuration, requests that the browser blocks, behaviour. Hop: page. */
export const pageRules: readonly Rule[] = [
  rule('mixed-content', (_context, target) =>
    target.symptom?.is === 'blocked' && target.symptom.by === 'mixed-content'
      ? proven(`the browser blocked ${label(target)} as mixed content: the page was loaded over https`)
      : undefined,
  ),

  rule('csp-blocks-connect', (context, target) =>
    target.symptom?.is === 'blocked' && target.symptom.by === 'csp'
      ? proven(
          `the browser blocked ${label(target)} by the page's Content-Security-Policy`,
          context.consoleLine(/Content Security Policy/)?.slice(0, 200),
        )
      : undefined,
  ),

  rule('local-network-access', (_context, target) =>
    target.symptom?.is === 'blocked' && target.symptom.by === 'local-network'
      ? proven(`the browser refused ${label(target)} by its local network access checks`)
      : undefined,
  ),

  rule('bundle-variable-unset', (_context, target) => {
    const placeholder = placeholderIn(target.url);
    if (placeholder !== undefined) {
      // Further down the path, "undefined" is rather a missing id than a missing build-time variable.
      const early = isRealtime(target) || !target.address.path.split('/').slice(2).join('/').includes(placeholder);
      return finding(
        early ? 'proven' : 'possible',
        `the page asks for ${target.url.slice(0, 120)}: “${placeholder}” takes the place of a configured value`,
      );
    }
    if (target.symptom?.is === 'invalid-url') {
      return finding(
        /undefined|null|''|NaN/.test(target.symptom.text) ? 'proven' : 'likely',
        `the page used an invalid address: ${target.symptom.text.slice(0, 160)}`,
      );
    }
    // Pusher's library connects to Pusher's own servers when no host is configured.
    if (/(^|\.)pusher\.com$/.test(target.address.host) && seenError(target) === 'NAME_NOT_RESOLVED') {
      return proven(`the library connects to its default host ${target.address.host}: no host was configured`);
    }
    return undefined;
  }),

  visitRule('bundle-variable-unset', unsetVariable),

  rule('bundle-localhost', (context, target) => {
    if (hostClass(target.address.host) !== 'loopback' || context.pageIsLocal || target.kind === 'document')
      return undefined;
    const bundle = context.bundle();
    const named = bundle?.urls
      .concat(bundle.literals)
      .some(
        (text) =>
          text.includes(`${target.address.host}:${target.address.port}`) || text.includes(`//${target.address.host}`),
      );
    return proven(
      `the page of ${context.page.host} asks for ${label(target)}, which is the visitor's own machine`,
      named === true && 'the served script contains that address',
    );
  }),

  rule('bundle-wrong-host', (context, target) => {
    if (target.kind === 'document' || target.symptom?.is === 'blocked' || placeholderIn(target.url) !== undefined)
      return undefined;
    const { host } = target.address;
    if (
      hostClass(host) === 'single-label' &&
      hostClass(context.page.host) !== 'single-label' &&
      seenError(target) === 'NAME_NOT_RESOLVED'
    ) {
      return likely(
        `${host} is a name without a domain, like those of services in a container network: it does not resolve outside`,
      );
    }
    const asked = target.kind === 'api' && target.symptom?.is === 'wrong-kind';
    if (!isRealtime(target) && !asked) return undefined;
    const unreachable = seenError(target) !== undefined;
    if (!unreachable && !(frontEndAnswers(context, target) || wrongAnswer(context, target))) return undefined;
    // Only hosts that the page itself uses are possible replacements.
    const used = usedHosts(context).filter((other) => other.host !== host);
    for (const other of used.slice(0, 3)) {
      const address = { ...addressOf(target), ...other, scheme: target.address.scheme };
      if (speaks(context, target, changed(address, { secure: other.secure })) === true) {
        return finding(
          unreachable ? 'likely' : 'proven',
          `${label(target)} answers ${describeAnswer(plainAnswer(context, target))}`,
          `the same path at ${authority(other)}, which the page uses for its data, ${asked ? 'answers with data' : 'speaks the right protocol'}`,
        );
      }
    }
    return undefined;
  }),

  rule('bundle-wrong-port', (context, target) => {
    if (
      !isRealtime(target) ||
      target.symptom?.is === 'blocked' ||
      (hostClass(target.address.host) === 'loopback') !== context.pageIsLocal
    )
      return undefined;
    const { host, port } = target.address;
    const error = seenError(target);
    const samePortAsPage = host === context.page.host && port === context.page.port;
    // A port on which a connection was opened is not wrong.
    if (target.attempts.some((attempt) => attempt.opened)) return undefined;
    if (samePortAsPage || error === 'NAME_NOT_RESOLVED' || /CERT/.test(error ?? '')) return undefined;
    const entry = openElsewhere(
      context,
      target,
      (other) => other.host === host || (context.pageIsLocal && hostClass(other.host) === 'loopback'),
    );
    if (!entry) return undefined;
    const ownOrigin = entry.host === context.page.host && entry.port === context.page.port;
    const shared = context.failed.some(
      (other) => other !== target && !isRealtime(other) && other.address.host === host && other.address.port === port,
    );
    const refused = error === 'CONNECTION_REFUSED';
    // Between wss and ws the scheme differs, rather than the port.
    if (refused && target.address.secure && !entry.secure)
      return possible(`the same path works over plain ws at port ${entry.port}`);
    // From outside, a wrong port and a closed port look the same.
    return finding(
      refused && (!ownOrigin || shared) ? 'possible' : 'likely',
      `port ${port} of ${host} ${refused ? 'is closed' : `answers ${describeAnswer(plainAnswer(context, target))}`}`,
      `the same path at port ${entry.port} ${ownOrigin ? '(the page’s own) ' : ''}speaks the right protocol`,
    );
  }),

  rule('bundle-stale', staleBundle),

  rule('page-stale-cache', staleCache),
  visitRule('page-stale-cache', (context) => {
    const { revisit } = context.known;
    if (!revisit) return undefined;
    const cached =
      revisit.navigation.fromServiceWorker ||
      revisit.requests.some((request) => request.type === 'script' && request.fromServiceWorker);
    const broken = targetsOf(revisit).find((target) => target.relevant && target.symptom !== undefined);
    if (!cached || !broken || context.failed.length > 0) return undefined;
    return proven(
      'the first visit works; the second, served by the service worker, does not',
      `it asks for ${label(broken)}`,
    );
  }),

  rule('hsts-upgrade', (context, target) => {
    const hsts = context.evidence.requests.find((request) =>
      /hsts/i.test(request.headers?.['non-authoritative-reason'] ?? ''),
    );
    const upgraded = hsts && parseAddress(hsts.url)?.host === target.address.host;
    if (upgraded && target.symptom && target.symptom.is !== 'status')
      return proven(`the browser itself upgraded ${hsts.url.slice(0, 100)} to https (Non-Authoritative-Reason: HSTS)`);
    const error = seenError(target) ?? '';
    if (target.address.secure || !isSocket(target) || !/SSL|CERT|CONNECTION_(REFUSED|RESET|CLOSED)/.test(error))
      return undefined;
    const announced = context.evidence.requests.some((request) => {
      const from = parseAddress(request.url);
      const policy = request.headers?.['strict-transport-security'];
      if (policy === undefined || from === undefined || /max-age=0\b/.test(policy)) return false;
      return (
        from.host === target.address.host ||
        (/includesubdomains/i.test(policy) && target.address.host.endsWith(`.${from.host}`))
      );
    });
    const tlsWords = /SSL|CERT/.test(error);
    if (!tlsWords && !announced) return undefined;
    const outside = handshakeAnswer(context, target);
    if (outside?.state !== 'open')
      return finding(
        tlsWords ? 'likely' : 'possible',
        `the browser reports ${error} for the plain address ${label(target)}`,
      );
    return finding(
      announced ? 'proven' : 'likely',
      `the browser reports ${error} for ${label(target)}, which works from outside`,
      announced && 'the host has sent Strict-Transport-Security',
    );
  }),

  rule('client-effect-churn', (_context, target) =>
    target.symptom?.is === 'churn'
      ? proven(
          `${target.symptom.sockets} sockets to ${label(target)} in ${(target.symptom.within / 1000).toFixed(1)} s, closed by the page itself`,
        )
      : undefined,
  ),

  rule('transport-no-fallback', (context, target) => {
    if (target.kind !== 'engine.io' || target.transports.includes('polling') || target.symptom?.is === 'blocked')
      return undefined;
    if (target.symptom?.is !== 'status' && target.symptom?.is !== 'network' && target.symptom?.is !== 'silent')
      return undefined;
    const polling = context.ask({
      ask: 'engineio',
      url: withScheme({ ...addressOf(target), query: '' }, 'http'),
      paths: [target.address.path],
    });
    if (!polling?.results.some((result) => result.open)) return undefined;
    const lists = context.bundle()?.transports ?? [];
    const refusal = handshakeAnswer(context, target);
    if (refusal && engineCode(refusal.body) === 0)
      return proven(
        'the server does not offer the websocket transport, and the page tries no other',
        `the handshake is answered ${describeAnswer(refusal)}`,
      );
    const fallback = lists.find((list) => list[0] === 'websocket' && list.includes('polling'));
    const only = lists.some((list) => list.length === 1 && list[0] === 'websocket');
    return finding(
      fallback ? 'proven' : only ? 'possible' : 'likely',
      'every WebSocket handshake fails, and the page never tries long-polling',
      'an Engine.IO handshake by long-polling succeeds at the same path',
      fallback &&
        `the script lists the transports ${fallback.join(', ')}: after the first one fails, the second is not tried`,
    );
  }),

  rule('client-protocol-mismatch', protocolMismatch),

  rule('client-no-reconnect', streamNotReopened),
  rule('client-no-reconnect', (context, target) => {
    if (target.symptom?.is !== 'closed' || target.attempts.length === 0 || !isRealtime(target)) return undefined;
    const { code, reason, age } = target.symptom;
    if (
      [1002, 1003, 1007, 1008, 1009, 1010, 1013].includes(code) ||
      (code >= 4000 && code < 5000) ||
      /auth|token|origin|unauthor/i.test(reason)
    )
      return undefined;
    const cuts = target.attempts.filter((attempt) => attempt.opened && attempt.closedAt !== undefined);
    const last = target.attempts.at(-1);
    if (cuts.length > 1 || last?.closedAt === undefined) return undefined;
    const waited = context.evidence.duration - last.closedAt;
    const again = handshakeAnswer(context, target);
    const reconnects = context.bundle()?.reconnects;
    const longEnough = waited >= 4000 || reconnects === false;
    if (again && again.state !== 'open') return undefined;
    return finding(
      again && longEnough && reconnects !== true ? 'likely' : 'possible',
      `the socket closed after ${(age / 1000).toFixed(1)} s (${code}${reason ? ` “${reason}”` : ''}) and the page opened no other within ${(waited / 1000).toFixed(1)} s`,
      again && 'a new handshake succeeds at once',
      reconnects === false && 'the script contains no code that reconnects',
    );
  }),

  visitRule('event-name-mismatch', (context) => notShown(context, 'name')),
  visitRule('client-ui-filter', (context) => notShown(context, 'filter')),
];

/** Hosts that the page uses for data, or that its scripts name. */
function usedHosts(context: RuleContext): { host: string; port: number; secure: boolean }[] {
  const found = new Map<string, { host: string; port: number; secure: boolean }>();
  for (const request of context.evidence.requests) {
    const address = parseAddress(request.url);
    const data =
      request.type === 'fetch' ||
      request.type === 'xhr' ||
      request.type === 'eventsource' ||
      request.type === 'preflight';
    if (address && data && (request.status !== undefined || request.corsError !== undefined))
      found.set(`${address.host}:${address.port}`, { host: address.host, port: address.port, secure: address.secure });
  }
  for (const url of context.bundle()?.urls ?? []) {
    const address = parseAddress(url);
    if (address && hostClass(address.host) === 'name')
      found.set(`${address.host}:${address.port}`, { host: address.host, port: address.port, secure: address.secure });
  }
  return [...found.values()];
}

/** The host answers, but not like a real-time backend. */
function wrongAnswer(context: RuleContext, target: Target): boolean {
  const answer = plainAnswer(context, target);
  if (!answer || answer.status === undefined) return false;
  const kind = kindOf(answer);
  if (target.kind === 'engine.io')
    return kind !== 'engine-open' && kind !== 'engine-error' && !isGatewayStatus(answer.status);
  const elsewhere = answer.status >= 301 && answer.status <= 308;
  return (
    elsewhere || ['page', 'default-site', 'empty', 'backend-not-found', 'proxy-error', 'proxy-no-route'].includes(kind)
  );
}

/** A stream ended, and the page did not open it again. */
function streamNotReopened(context: RuleContext, target: Target): Finding | undefined {
  const last = target.requests.at(-1);
  if (target.kind !== 'sse' || target.symptom?.is !== 'closed' || last?.finishedAt === undefined) return undefined;
  const waited = context.evidence.duration - last.finishedAt;
  // An EventSource reconnects after three seconds, unless the server sets another delay.
  if (waited < (last.type === 'eventsource' ? 4500 : 3500)) return undefined;
  const again = context.ask({
    ask: 'stream',
    url: withScheme(addressOf(target), 'http'),
    encoding: 'identity',
    listen: 1500,
  });
  if (again && again.status !== 200) return undefined;
  return finding(
    again ? 'likely' : 'possible',
    `the stream ${label(target)} ended after ${(target.symptom.age / 1000).toFixed(1)} s, and the page did not open it again within ${(waited / 1000).toFixed(1)} s`,
    again && 'opening it again succeeds at once',
  );
}

/** The bundle contains a real-time client, and no connection was tried. */
function unsetVariable(context: RuleContext): Finding | undefined {
  const exception = context.evidence.console.find(
    (line) =>
      line.level === 'exception' &&
      /pass your app key|app key|Invalid URL|is not a valid URL|cannot be parsed as a URL/i.test(line.text),
  );
  if (exception) return proven(`the page throws: ${exception.text.slice(0, 160)}`);
  if (!context.pageLoaded || context.realtime.length > 0 || context.failed.length > 0) return undefined;
  if (context.evidence.requests.filter((request) => request.type === 'fetch' || request.type === 'xhr').length > 3)
    return undefined;
  const bundle = context.bundle();
  if (!bundle) return undefined;
  const missed = Object.values(context.delivery?.channels ?? {}).some(
    ({ outcome }) => outcome === 'never' || outcome === 'after-reload',
  );
  const library = bundle.libraries.filter((name) => name !== 'fetch');
  const nothing = 'the page opened no connection';
  const lost = missed && 'a published message does not appear without a reload';
  if (library.length === 0) return missed ? possible(nothing, lost) : undefined;
  const saysSo =
    /\b(disconnected|offline|not connected|no connection|unavailable|connecting|desconectad|sem conex|indispon|conectando)/i.test(
      context.evidence.page.text,
    );
  const empty = bundle.empty.slice(0, 3);
  return finding(
    empty.length > 0 || saysSo || missed ? 'likely' : 'possible',
    `the scripts contain a real-time client (${library.join(', ')}), and ${nothing}`,
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

/** The running configuration names another address than the one built into the page. */
function staleBundle(context: RuleContext, target: Target): Finding | undefined {
  if (
    target.kind === 'document' ||
    target.symptom?.is === 'blocked' ||
    !context.pageLoaded ||
    placeholderIn(target.url) !== undefined
  )
    return undefined;
  const key =
    target.kind === 'pusher' && target.symptom?.is === 'refused'
      ? /\/app\/([^/?]+)/.exec(target.address.path)?.[1]
      : undefined;
  const failed =
    seenError(target) !== undefined ||
    target.symptom?.is === 'status' ||
    target.symptom?.is === 'wrong-kind' ||
    key !== undefined;
  if (
    !failed ||
    (target.address.host === context.page.host && target.address.port === context.page.port && key === undefined)
  )
    return undefined;
  const bundle = context.bundle();
  if (!bundle) return undefined;
  const named = bundle.literals
    .filter((literal) => /^\.?\/?[\w/-]*(config|env|settings|version|build)[\w.-]*\.(json|js)$/i.test(literal))
    .map((literal) => `/${literal.replace(/^\.?\//, '')}`);
  const config = context.ask({
    ask: 'config',
    page: originOf(context.page),
    paths: [...new Set([...named, ...CONFIG_PATHS])].slice(0, 8),
  });
  const texts = (config?.found ?? []).map(({ path, urls, body }) => ({ from: path, urls, body }));
  if (bundle.pageUrls.length > 0) texts.push({ from: 'the page itself', urls: bundle.pageUrls, body: '' });
  for (const { from, urls, body } of texts) {
    for (const url of urls) {
      const address = parseAddress(url);
      if (!address || (address.host === target.address.host && address.port === target.address.port)) continue;
      if (address.host === context.page.host && address.port === context.page.port && !/^ws/.test(address.scheme))
        continue;
      if (isRealtime(target) !== /^ws/.test(address.scheme) && address.path.length > 1 && isRealtime(target)) continue;
      const path = address.path.length > 1 ? address.path : target.address.path;
      const works = speaks(context, target, { ...address, path, query: addressOf(target).query });
      if (works === true)
        return proven(
          `the running configuration (${from}) names ${authority(address)}, which works; the script still uses ${authority(target.address)}`,
        );
      if (/^ws/.test(address.scheme) && isRealtime(target) && works === undefined)
        return possible(
          `the running configuration (${from}) names ${authority(address)}; the script uses ${authority(target.address)}`,
        );
    }
    const other = key !== undefined ? /(?:app_?key|\bkey)["'\s:=]+["']?([\w-]{3,})/i.exec(body)?.[1] : undefined;
    if (other !== undefined && other !== key)
      return proven(`the running configuration (${from}) contains another application key than the script`);
  }
  return undefined;
}

/** A cache serves a page or script that the server no longer has. */
function staleCache(context: RuleContext, target: Target): Finding | undefined {
  const fromWorker =
    context.evidence.navigation.fromServiceWorker ||
    context.evidence.requests.some((request) => request.type === 'script' && request.fromServiceWorker);
  const cached = context.evidence.requests.find(
    (request) =>
      (request.type === 'document' || request.type === 'script') &&
      parseAddress(request.url)?.host === context.page.host &&
      /hit|stale/i.test(
        `${request.headers?.['x-cache'] ?? ''} ${request.headers?.['x-cache-status'] ?? ''} ${request.headers?.['cf-cache-status'] ?? ''}`,
      ),
  );
  const aged = context.evidence.requests.find(
    (request) => (request.type === 'document' || request.type === 'script') && Number(request.headers?.age ?? 0) > 0,
  );
  const lostScript =
    target.kind === 'script' && (target.symptom?.is === 'status' || target.symptom?.is === 'wrong-kind');
  if (!fromWorker && !cached && !aged && !lostScript) return undefined;
  const fresh = context.bundle(true);
  if (!fresh || fresh.failure !== undefined || (fresh.status ?? 500) >= 400) return undefined;
  const used = context.scripts.map((url) => parseAddress(url)?.path ?? '');
  const otherScripts =
    fresh.scripts.length > 0 &&
    used.some((path) => !fresh.scripts.includes(path)) &&
    fresh.scripts.some((path) => !used.includes(path));
  if (lostScript) {
    const gone = !fresh.scripts.includes(target.address.path);
    return gone && fresh.scripts.length > 0
      ? proven(
          `the page names the script ${target.address.path}, which is gone; a fresh copy of the page names ${fresh.scripts.join(', ')}`,
        )
      : undefined;
  }
  const namesIt = fresh.urls
    .concat(fresh.literals, fresh.pageUrls)
    .some(
      (text) =>
        text.includes(target.address.host) &&
        (target.address.port === 443 || target.address.port === 80 || text.includes(String(target.address.port))),
    );
  const samePlace = target.address.host === context.page.host && target.address.port === context.page.port;
  const namesPath = fresh.literals.concat(fresh.urls).some((text) => text.includes(target.address.path));
  const changedAddress = samePlace
    ? target.address.path.length > 1 && !namesPath && fresh.bytes > 0
    : !namesIt && fresh.bytes > 0;
  if (!otherScripts && !changedAddress) return undefined;
  return finding(
    changedAddress ? 'proven' : 'likely',
    fromWorker
      ? 'the page or its script came from a service worker'
      : `the page or its script came from a cache (${cached ? 'cache hit' : `age ${aged?.headers?.age ?? '?'} s`})`,
    changedAddress && `a fresh copy no longer uses ${label(target)}`,
    otherScripts && `a fresh copy loads other scripts (${fresh.scripts.slice(0, 3).join(', ')})`,
  );
}

/** Client and server speak different protocols. */
function protocolMismatch(context: RuleContext, target: Target): Finding | undefined {
  if (target.symptom?.is === 'blocked') return undefined;
  const version = /[?&]EIO=(\d)/.exec(target.url)?.[1];
  const seen = engineCode(bodyOf(target));
  if (seen === 5) return proven('the server answers “Unsupported protocol version”');
  if (version !== undefined && version !== '4' && target.kind === 'engine.io') {
    const answer = context.get({ ...addressOf(target), query: `?EIO=${version}&transport=polling` });
    if (answer && engineCode(answer.body) === 5)
      return proven(`the client speaks Engine.IO ${version}, the server answers “Unsupported protocol version”`);
  }
  if (target.kind === 'engine.io') {
    if (/^\d+:\d/.test(bodyOf(target))) return proven('the server answers in the packet format of Engine.IO 3');
    if (target.symptom?.is === 'unanswered') {
      return target.conversation?.greeted === true
        ? likely('the server speaks Engine.IO, and the page does not')
        : likely('the socket opens, and the server sends no Engine.IO handshake: it speaks another protocol');
    }
    if (
      target.symptom?.is === 'closed' &&
      target.conversation?.greeted === true &&
      target.conversation.asked.length === 0
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
    if (status !== undefined && status >= 400 && status < 500) {
      const got = plainAnswer(context, target);
      if (got && kindOf(got) === 'stream')
        return proven('a plain request of the path is answered with an event stream; the page opens a WebSocket');
    }
  }
  if (target.kind === 'sse') {
    const status = realStatus(context, target);
    if (target.symptom?.is === 'wrong-kind' && !target.symptom.html)
      return likely(
        `the page expects an event stream, the endpoint answers ${target.symptom.mimeType || 'something else'}`,
      );
    if (status !== undefined && status >= 400) {
      const got = plainAnswer(context, target);
      if (got && kindOf(got) === 'upgrade-required')
        return proven('the page opens an event stream; the endpoint is a WebSocket');
      const socket = got ? context.handshake(addressOf(target)) : undefined;
      if (socket?.state === 'open')
        return likely('the page opens an event stream; the path accepts WebSocket handshakes');
    }
  }
  return undefined;
}

function firstFrame(context: RuleContext, target: Target): string | undefined {
  return context.evidence.sockets
    .find((socket) => socket.url === target.url)
    ?.frames.find((frame) => frame.direction === 'received')?.text;
}

/** The message arrived in a frame, and the page does not show it. */
function notShown(context: RuleContext, why: 'name' | 'filter'): Finding | undefined {
  const channels = Object.entries(context.delivery?.channels ?? {});
  const lost = channels.find(
    ([, channel]) => channel.frameSeen === true && (channel.outcome === 'never' || channel.outcome === 'after-reload'),
  );
  // A frame on one connection proves nothing about a channel whose own connection failed.
  if (!lost || context.failed.some(isRealtime)) return undefined;
  const [name, channel] = lost;
  const arrived = `the published message arrived in a frame${channel.frame ? ` named “${channel.frame}”` : ''}, and the page does not show it (${name})`;
  const bundle = context.bundle();
  if (!bundle) return possible(arrived);
  const event = channel.frame ?? unknownEvent(context, bundle.literals);
  if (event === undefined) {
    const quiet = 'the scripts know the event names of all received frames';
    return why === 'filter' ? likely(arrived, quiet) : possible(arrived);
  }
  const listened = listensTo(bundle.literals, event);
  if (why === 'name')
    return listened ? possible(arrived) : proven(arrived, `“${event}” does not occur in the page's scripts`);
  return listened ? likely(arrived, `the page's scripts know the name “${event}”`) : possible(arrived);
}

/** The last event name in the received frames that the scripts do not know. */
function unknownEvent(context: RuleContext, literals: readonly string[]): string | undefined {
  const frames = [
    ...context.evidence.sockets.flatMap((socket) => socket.frames.filter((frame) => frame.direction === 'received')),
    ...context.evidence.requests.flatMap((request) => request.events ?? []),
  ];
  const names = frames.flatMap((frame) => eventNameOf(frame.text.replace(/^message: /, '')) ?? []);
  return names.findLast((name) => !/^pusher/.test(name) && !listensTo(literals, name));
}

/** Whether scripts with these literals listen to an event. Laravel Echo adds a namespace to names without a leading dot. */
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
