import type { Finding } from '../finding.ts';
import type { Rule, RuleContext } from '../context.ts';
import { finding, likely, possible, proven } from '../finding.ts';
import { rule, visitRule } from '../context.ts';
import {
  echoedPath,
  engineCode,
  isDefaultSite,
  isGoNotFound,
  isGatewayStatus,
  isProxyNoRoute,
  kindOf,
  programOf,
  PROXY_PROGRAMS,
  sameAnswer,
  stockProgram,
} from '../answers.ts';
import {
  addressOf,
  answerTo,
  atPath,
  describeAnswer,
  firstServer,
  frontEndAnswers,
  handshakeAnswer,
  handshakeAtUnknownPath,
  isGoApplication,
  isSocket,
  label,
  openElsewhere,
  originSensitive,
  otherEntryPoints,
  pathIsKnown,
  plainAnswer,
  realStatus,
  sameBackend,
  seenError,
  seenStatus,
  speaks,
} from '../facts.ts';
import type { HandshakeAnswer, HttpAnswer } from '../readings.ts';
import { isReadingOf } from '../readings.ts';
import type { Target } from '../targets.ts';
import { bodyOf, isRealtime } from '../targets.ts';
import { parseAddress, withScheme } from '../urls.ts';

/** Causes in the servers between the browser and the application. Hop: proxy. */
export const proxyRules: readonly Rule[] = [
  rule('proxy-route-missing', routeMissing),
  rule('proxy-path-stripped', pathStripped),
  rule('proxy-upgrade-missing', upgradeMissing),

  rule('proxy-redirects-websocket', (context, target) => {
    const status = seenStatus(target);
    if (!isSocket(target) || status === undefined || ![301, 302, 303, 307, 308].includes(status)) {
      if (target.symptom?.is === 'cors' && /Redirect/.test(target.symptom.error))
        return possible(`the preflight of ${label(target)} is answered with a redirect, which browsers do not follow`);
      return undefined;
    }
    const answer = handshakeAnswer(context, target);
    const location = answer?.headers.location;
    if (location !== undefined && LOGIN.test(location))
      return possible(`the handshake is redirected to ${location.slice(0, 100)}`);
    const destination =
      location === undefined ? undefined : parseAddress(new URL(location, withScheme(target.address, 'http')).href);
    const followed = destination ? context.handshake(destination) : undefined;
    return finding(
      location === undefined ? 'likely' : 'proven',
      `the handshake is answered with ${status}${location ? ` to ${location.slice(0, 100)}` : ''}; browsers do not follow redirects of WebSockets`,
      followed?.state === 'open' && 'a handshake at that address succeeds',
    );
  }),

  rule('proxy-auth-gate', (context, target) => {
    // A browser that is asked for a password waits for the user.
    const asked = target.symptom?.is === 'silent' && target.kind === 'sse' ? plainAnswer(context, target) : undefined;
    const status = asked ? asked.status : realStatus(context, target);
    const redirected = status !== undefined && status >= 301 && status <= 308;
    if (status !== 401 && status !== 407 && !redirected) return undefined;
    const answer = asked ?? answerTo(context, target);
    if (!answer) return undefined;
    const asks = answer.headers['www-authenticate'] ?? answer.headers['proxy-authenticate'];
    if (redirected) {
      const location = answer.headers.location ?? '';
      if (!LOGIN.test(location)) return undefined;
      const elsewhere =
        parseAddress(location)?.host !== undefined && parseAddress(location)?.host !== target.address.host;
      const gate =
        elsewhere || /oauth2?\/|authelia|authentik|cdn-cgi\/access|\bsso\b|saml|openid|outpost/i.test(location);
      return finding(
        gate ? 'likely' : 'possible',
        `${label(target)} is redirected to a sign-in page at ${location.slice(0, 100)}`,
      );
    }
    if (asks === undefined || !/^(basic|digest|negotiate|ntlm)/i.test(asks)) {
      return stockProgram(answer.body) !== undefined
        ? likely(`the 401 of ${label(target)} is a stock page of the proxy (${describeAnswer(answer)})`)
        : undefined;
    }
    return proven(
      `${label(target)} is answered ${status} with “${asks.slice(0, 60)}”: a proxy asks for credentials`,
      stockProgram(answer.body) !== undefined && `the proxy itself wrote the answer: ${describeAnswer(answer)}`,
    );
  }),

  rule('proxy-idle-timeout', idleTimeout),

  rule('proxy-host-unknown', hostUnknown),
  visitRule('proxy-host-unknown', (context) =>
    context.pageLoaded &&
    context.realtime.length === 0 &&
    isDefaultSite(`${context.evidence.page.title} ${context.evidence.page.text}`)
      ? possible(`${context.page.host} is answered with a server's default site`)
      : undefined,
  ),

  rule('proxy-host-rewritten', (context, target) => {
    const sensitive = originSensitive(context, target);
    if (!sensitive || target.address.host !== context.page.host || target.address.port !== context.page.port)
      return undefined;
    const refusal = handshakeAnswer(context, target);
    const echoed = /for host ["']?([\w.:-]+)/i.exec(refusal?.body ?? '')?.[1];
    if (
      echoed !== undefined &&
      echoed !== target.address.host &&
      echoed !== `${target.address.host}:${target.address.port}`
    ) {
      return proven(
        `the backend compares the Origin with the host “${echoed}”, which is not the one that the browser requested`,
      );
    }
    const front = firstServer(context, target);
    if (front.proxied === false) return undefined;
    for (const origin of leakedOrigins(context, target)) {
      if (context.handshake(addressOf(target), { origin })?.state === 'open')
        return proven(
          `the handshake is refused with ${context.origin} and accepted with ${origin}: the backend takes that name for its own`,
          front.text,
        );
    }
    const sameOriginWords =
      /cross.?origin|same.?origin|host mismatch|origin (does not|doesn't) match|not match(ing)? (the )?host|origin mismatch/i.test(
        refusal?.body ?? '',
      );
    // nginx and Apache rewrite Host by default.
    const rewritesHost = front.program === 'nginx' || front.program === 'apache';
    return finding(
      sameOriginWords || rewritesHost ? 'likely' : 'possible',
      `page and socket have the same host, and the handshake is refused for its Origin (${describeAnswer(refusal)})`,
      front.text,
    );
  }),

  rule('proxy-no-stickiness', (context, target) => {
    if (target.kind !== 'engine.io' || !target.transports.includes('polling')) return undefined;
    const unknown = target.requests.some((request) => engineCode(request.body ?? '') === 1);
    const suspicious = unknown || seenStatus(target) === 400 || target.symptom?.is === 'cors';
    if (!suspicious) return undefined;
    const sticky = context.ask({ ask: 'sticky', url: withScheme({ ...target.address, query: '' }, 'http') });
    if (sticky && sticky.unknown > 0)
      return proven(
        `of ${sticky.requests} requests of a polling session, ${sticky.unknown} was answered “Session ID unknown”`,
        unknown && 'the page got the same answer',
      );
    if (!unknown) return undefined;
    return finding(
      sticky ? 'possible' : 'likely',
      'the page got “Session ID unknown” for a session that was just opened',
    );
  }),

  rule('proxy-connection-limit', (context, target) => {
    const status = realStatus(context, target);
    if (status !== 503 && status !== 429) return undefined;
    const answer = answerTo(context, target);
    const program = answer ? stockProgram(answer.body) : undefined;
    const others = context.live.filter(
      (other) => other.address.host === target.address.host && other.address.port === target.address.port,
    );
    const text = `${label(target)} is refused with ${status}`;
    if (
      /overflow|too many (connections|requests)|limit exceeded|rate limit/i.test(answer?.body ?? '') &&
      (program !== undefined || firstServer(context, target).proxied === true)
    )
      return proven(`${text}: ${describeAnswer(answer)}`);
    if (program === 'nginx' || (status === 429 && firstServer(context, target).proxied !== false)) {
      return finding(
        others.length > 0 ? 'proven' : 'likely',
        `${text} by the proxy itself (${describeAnswer(answer)}): nginx answers 502 or 504 when its upstream fails, and 503 or 429 when a limit is reached`,
        others.length > 0 && 'other connections of the same page are open',
      );
    }
    if (isSocket(target)) {
      const clients = context.ask({
        ask: 'clients',
        url: withScheme(addressOf(target), 'ws'),
        origin: context.origin,
        count: 4,
      });
      const open = clients?.results.filter((result) => result.state === 'open').length ?? 0;
      const refused =
        clients?.results.filter(
          (result) => result.status === 503 || result.status === 429 || result.state === 'silent',
        ) ?? [];
      const proxied = firstServer(context, target).proxied;
      if (open > 0 && refused.length > 0)
        return finding(
          proxied === false ? 'possible' : 'proven',
          `of ${clients?.results.length ?? 0} simultaneous handshakes, ${open} succeed and ${refused.length} get ${refused[0]?.status ?? 'no answer'}`,
        );
      if (others.length > 0)
        return finding(
          proxied === false ? 'possible' : 'likely',
          text,
          'other connections of the same page to the same server are open',
        );
    }
    return undefined;
  }),
  rule('proxy-connection-limit', (context, target) => {
    // The proxy queues connections at its limit: some are open, and the next one waits for ever.
    if (target.symptom?.is !== 'silent' || !isSocket(target)) return undefined;
    const open =
      target.attempts.some((attempt) => attempt.opened) ||
      context.live.some(
        (other) =>
          other.address.host === target.address.host && other.address.port === target.address.port && isSocket(other),
      );
    const root = context.get(atPath(target.address, '/'));
    return open
      ? finding(
          root?.failure === 'silent' ? 'proven' : 'likely',
          `some sockets to ${target.address.host} are open, and the next one waits for an answer`,
        )
      : undefined;
  }),

  rule('proxy-strips-extensions', (context, target) => {
    if (target.symptom?.is !== 'negotiation' || target.symptom.part !== 'extension') return undefined;
    const uncompressed = context.handshake(addressOf(target), { deflate: false });
    const works = uncompressed?.state === 'open' && uncompressed.closed?.error === undefined;
    return proven(
      `the socket opens and fails: ${target.symptom.text.slice(0, 140)}`,
      works && 'a client that does not offer compression works',
    );
  }),

  rule('proxy-buffers-stream', buffersStream),
  visitRule('proxy-buffers-stream', (context) => {
    // An open stream without events: does the backend send none, or does a proxy hold them back?
    const quiet = context.live.find((target) => target.kind === 'sse' && target.conversation?.messages === 0);
    if (!quiet || context.failed.length > 0) return undefined;
    const identity = context.ask({
      ask: 'stream',
      url: withScheme(addressOf(quiet), 'http'),
      encoding: 'identity',
      listen: 2500,
    });
    if (!identity || identity.events === 0) return undefined;
    return proven(
      `the stream ${label(quiet)} is open and sends no event to the browser, which accepts compression, and ${identity.events} to a client that does not`,
    );
  }),

  ...gatewayRules(),
];

const LOGIN = /login|log-in|signin|sign-in|sign_in|oauth|\bauth\b|authorize|sso|saml|openid|access\/|entrar/i;

/** The path is answered by something other than the backend. */
function routeMissing(context: RuleContext, target: Target): Finding | undefined {
  if (target.kind === 'document' || target.kind === 'script' || target.symptom?.is === 'blocked') return undefined;
  const status = realStatus(context, target);
  if (frontEndAnswers(context, target)) {
    return likely(
      `${label(target)} is answered with the front end's page${status !== undefined ? ` (${status})` : ''}: the proxy has no route for it to the backend`,
      goodNeighbour(context, target),
    );
  }
  if (status !== 404 && status !== 405 && status !== 403 && status !== 501) return undefined;
  if (status === 403 && isSocket(target)) return undefined;
  const answer = answerTo(context, target);
  if (!answer) return undefined;
  const root = context.get(atPath(target.address, '/'));
  const kind = kindOf(answer);
  const rootDiffers =
    root !== undefined && root.failure === undefined && !sameAnswer(root, answer) && !isDefaultSite(root.body);
  if ((kind === 'proxy-error' || kind === 'proxy-no-route') && status !== 403) {
    if (isGoNotFound(answer) && isGoApplication(context, target) !== false) return undefined;
    const front = firstServer(context, target);
    // Traefik sends the "404 page not found" of Go's library too.
    const neighbour = goodNeighbour(context, target);
    const ambiguous =
      kind === 'proxy-no-route' &&
      programOf(answer) === undefined &&
      !behindGo(context, target) &&
      front.proxied !== true;
    if (!rootDiffers && neighbour === undefined)
      return possible(`${label(target)} is answered ${describeAnswer(answer)}, like every other path`);
    return finding(
      ambiguous ? 'possible' : 'proven',
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
    if (html && status === 404 && rootDiffers && echoedPath(answer.body) === undefined) {
      const frontEnd = root.status === 200 && /html/.test(root.headers['content-type'] ?? '');
      return finding(
        frontEnd ? 'likely' : 'possible',
        `${label(target)} is answered with an HTML “not found” page (${describeAnswer(answer)}), like that of a front end`,
        goodNeighbour(context, target),
      );
    }
  }
  return undefined;
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

/** The backend received another path than the browser requested. */
function pathStripped(context: RuleContext, target: Target): Finding | undefined {
  if (target.kind === 'document' || target.kind === 'script' || target.symptom?.is === 'blocked') return undefined;
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
  if (frontEndAnswers(context, target) || (answer && stockProgram(answer.body) !== undefined)) return undefined;
  if (!isRealtime(target)) return undefined;
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
  if (entry) {
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

const trimmed = (path: string): string => (path.split('?')[0] ?? '').replace(/\/+$/, '');

/** The path with one or two of its first segments repeated. */
function doubledPaths(path: string): string[] {
  const parts = path.split('/').filter((part) => part !== '');
  return parts
    .slice(0, 2)
    .map((_part, index) => `/${[...parts.slice(0, index + 1), ...parts].join('/')}${path.endsWith('/') ? '/' : ''}`);
}

/** A handshake is answered differently from a plain request, so its headers reach the backend. */
function upgradeArrives(context: RuleContext, target: Target): boolean | undefined {
  const handshake = handshakeAnswer(context, target);
  const get = plainAnswer(context, target);
  if (!handshake || !get) return undefined;
  if (handshake.state === 'open') return true;
  const same = (a: HandshakeAnswer, b: HttpAnswer): boolean =>
    a.status === undefined || b.status === undefined ? a.state === b.failure : sameAnswer(a, b);
  if (!same(handshake, get)) return true;
  const unknownPath = handshakeAtUnknownPath(context, target);
  const plainUnknownPath = context.getUnknownPath(target.address);
  if (!unknownPath || !plainUnknownPath) return undefined;
  return !same(unknownPath, plainUnknownPath);
}

/** The headers of the handshake do not reach the backend. */
function upgradeMissing(context: RuleContext, target: Target): Finding | undefined {
  if (!isSocket(target) || target.symptom?.is === 'blocked') return undefined;
  const status = seenStatus(target);
  const held = target.symptom?.is === 'silent' || seenError(target) === 'TIMED_OUT';
  const unseen = target.symptom?.is === 'closed' || target.symptom?.is === 'refused' || (status === undefined && !held);
  if (unseen || status === 401) return undefined;
  if (
    context.live.some(
      (other) =>
        other !== target &&
        other.attempts.some((attempt) => attempt.opened) &&
        other.address.host === target.address.host &&
        other.address.port === target.address.port &&
        sharedFolder(other, target),
    )
  )
    return undefined;
  const handshake = handshakeAnswer(context, target);
  if (!handshake) return undefined;
  const front = firstServer(context, target);
  const direct = front.proxied === false;
  if (held) {
    const get = plainAnswer(context, target);
    if (handshake.state !== 'silent' || get?.status === undefined || isGatewayStatus(get.status)) return undefined;
    // Engine.IO answers plain requests in its own format; anything else is not the backend.
    if (target.kind === 'engine.io' && !['engine-error', 'engine-open'].includes(kindOf(get))) return undefined;
    return likely(
      `a plain request of ${label(target)} is answered at once (${describeAnswer(get)}), and a handshake never: a proxy forwards only part of it (HTTP/1.0, or no Connection header), and the backend waits for the rest`,
    );
  }
  if (handshake.state === 'open') return undefined;
  if (handshake.status === 505)
    return proven('the backend refuses the handshake as HTTP/1.0: the proxy uses that version towards it');
  if (kindOf(handshake) === 'upgrade-required') {
    return finding(
      direct ? 'likely' : 'proven',
      `the handshake carries the upgrade headers, and the backend says that they are missing: ${describeAnswer(handshake)}`,
      front.text,
    );
  }
  // A server that checks the Origin did receive the handshake.
  if (originSensitive(context, target)) return undefined;
  const code = engineCode(handshake.body);
  if (target.kind === 'engine.io' && (code === 3 || code === 2))
    return finding(
      direct ? 'likely' : 'proven',
      `Engine.IO takes the handshake for a plain request: ${describeAnswer(handshake)}`,
      front.text,
    );
  if (programOf(handshake) === 'reverb' || (target.kind === 'pusher' && handshake.status === 500)) {
    if (handshake.status === 500 && /Internal server error/i.test(handshake.body))
      return proven(`the broker answers a handshake like a plain request: ${describeAnswer(handshake)}`, front.text);
    if (handshake.status === 400 && /upgrade/i.test(handshake.body))
      return proven(describeAnswer(handshake), front.text);
  }
  if (frontEndAnswers(context, target) || stockProgram(handshake.body) !== undefined) return undefined;
  // Go endpoints answer 400 or 426 to a request without an upgrade, so a 404 is about the path.
  if (isGoNotFound(handshake)) return undefined;
  if (status === undefined || ![400, 404, 405, 500, 501, 200, 204, 403].includes(status)) return undefined;
  const get = plainAnswer(context, target);
  if (!get || !sameAnswer(handshake, get)) return undefined;
  const alike = `a handshake is answered like a plain request: ${describeAnswer(handshake)}`;
  const elsewhere = openElsewhere(context, target);
  if (elsewhere && sameBackend(context, target, elsewhere) === true)
    return proven(alike, `the same handshake succeeds at ${elsewhere.host}:${elsewhere.port}`);
  const refusedElsewhere = otherEntryPoints(context, target).some((entry) => {
    const there = context.handshake(entry);
    return there !== undefined && sameAnswer(there, handshake);
  });
  // ASGI servers refuse an unknown WebSocket path with 403, and answer 404 to a plain request. Without a WebSocket
  // library they treat every handshake as a plain request; behind a proxy that looks the same from outside.
  const asgi = /"detail"\s*:\s*"Not Found"/.test(handshake.body) || programOf(handshake) === 'uvicorn';
  if (asgi && status === 404)
    return finding(
      direct ? 'possible' : refusedElsewhere ? 'possible' : 'likely',
      alike,
      'an ASGI server refuses unknown WebSocket paths with 403; this 404 is for a plain request',
      front.text,
    );
  const known = pathIsKnown(context, target);
  if (known === true && status !== 403)
    return finding(
      direct ? 'possible' : 'likely',
      alike,
      'the path exists: an unknown path gets another answer',
      front.text,
    );
  const arrives = upgradeArrives(context, target);
  if (arrives === false && front.proxied === true && status === 404)
    return likely(
      alike,
      'so is a handshake at an unknown path: nothing behind the proxy receives handshakes',
      front.text,
    );
  return undefined;
}

function sharedFolder(a: Target, b: Target): boolean {
  return a.address.path.split('/')[1] === b.address.path.split('/')[1] || a.address.path.split('/').length <= 2;
}

/** Connections end after some time without traffic. */
function idleTimeout(context: RuleContext, target: Target): Finding | undefined {
  if (
    target.symptom?.is !== 'closed' ||
    target.symptom.clean ||
    ![1006, 1005, 1001, 1000].includes(target.symptom.code)
  )
    return undefined;
  if (target.kind === 'sse') {
    const cuts = target.requests
      .filter((request) => request.status === 200 && request.error !== undefined)
      .map((request) => (request.finishedAt ?? 0) - (request.events?.at(-1)?.at ?? request.at));
    return cuts.length >= 2 && isConstant(cuts)
      ? likely(`the event stream is cut ${cuts.length} times, each ${seconds(mean(cuts))} after its last event`)
      : likely(`the event stream was cut ${seconds(target.symptom.idle)} after its last event`);
  }
  const cuts = target.attempts.filter(
    (attempt) =>
      attempt.opened && !attempt.byPage && attempt.idle !== undefined && (attempt.closeCode ?? 1006) === 1006,
  );
  const quiet = cuts.map((attempt) => attempt.idle ?? 0);
  const idle = mean(quiet.length > 0 ? quiet : [target.symptom.idle]);
  if (idle < 700) return undefined;
  const pattern = cuts.length >= 2 && isConstant(quiet);
  const observed =
    cuts.length >= 2
      ? `${cuts.length} sockets ended without a close frame, ${quiet.map(seconds).join(', ')} after their last frame`
      : `the socket ended without a close frame ${seconds(idle)} after its last frame`;
  const probe =
    idle <= 7000
      ? context.ask({
          ask: 'idle',
          url: withScheme(addressOf(target), 'ws'),
          origin: context.origin,
          hold: Math.round(Math.min(8500, idle * 1.25 + 600)),
        })
      : undefined;
  if (!probe) return finding(pattern ? 'likely' : 'possible', observed);
  if (!probe.opened) return finding(pattern ? 'likely' : 'possible', observed);
  const cut = probe.idle;
  const cutToo = cut !== undefined && Math.abs(cut.ms - idle) < Math.max(600, idle * 0.25);
  if (cutToo && !probe.busy)
    return proven(
      observed,
      `a connection without traffic was cut after ${seconds(cut.ms)}; one with a heartbeat stayed open`,
    );
  if (cutToo)
    return finding(pattern ? 'likely' : 'possible', observed, 'a connection with a heartbeat was cut as well');
  return possible(observed, 'a connection held from outside was not cut');
}

const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
const isConstant = (values: number[]): boolean =>
  values.every((value) => Math.abs(value - mean(values)) <= Math.max(250, mean(values) * 0.15));
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

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
  if (root && kindOf(root) === 'tls-port') return undefined;
  if (!here || !root || !unknownPath)
    return madeUp
      ? likely(`${host} is answered with the server's default certificate (${tls.subject ?? ''})`)
      : undefined;
  if (isDefaultSite(root.body) && host !== context.page.host) {
    const invented = context.get(atPath(target.address, '/'), { as: 'no-such-name.invalid' });
    const served = context.get(atPath(target.address, '/'), { as: context.page.host });
    if (!invented || !served || !sameAnswer(invented, root)) return undefined;
    const differs = served.status !== undefined && served.status < 400 && !sameAnswer(served, root);
    return finding(
      differs ? 'proven' : 'likely',
      `${host} is answered with the server's default site (${describeAnswer(root)}), like an invented name`,
      differs && `${context.page.host} is served at the same address`,
    );
  }
  const everywhere = sameAnswer(root, unknownPath) && (here.status === undefined || here.status === root.status);
  if (!everywhere || root.status === undefined) return undefined;
  const application = isGoNotFound(root) ? isGoApplication(context, target) : false;
  if (application === true) return undefined;
  const kind = kindOf(root);
  if (madeUp)
    return proven(
      `${host} is answered with the server's default certificate (${tls.subject ?? ''})`,
      `every path is answered ${describeAnswer(root)}`,
    );
  if (kind === 'proxy-no-route' || isProxyNoRoute(root))
    return finding(
      application === undefined ? 'possible' : target.kind === 'document' ? 'likely' : 'proven',
      `every path of ${host} is answered ${describeAnswer(root)}: the server has no site of that name`,
    );
  if (host === context.page.host && target.kind !== 'document') return undefined;
  // Compare with a name that the server has, and with an invented one.
  const invented = context.get(atPath(target.address, '/'), { as: 'no-such-name.invalid' });
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

/** Internal origins that answers reveal: a backend behind a rewritten Host takes them for its own. */
function leakedOrigins(context: RuleContext, target: Target): string[] {
  const textOf = ({ body, headers }: Pick<HttpAnswer, 'body' | 'headers'>): string =>
    `${body} ${headers.location ?? ''}`;
  const { path } = target.address;
  // Frameworks that add or remove a trailing slash redirect to the host name that they take for their own.
  const redirect = context.get(atPath(target.address, path.endsWith('/') ? path.slice(0, -1) : `${path}/`));
  const texts = [
    ...context.evidence.requests.map(
      (request) => `${request.body ?? ''} ${request.headers?.location ?? ''} ${request.headers?.link ?? ''}`,
    ),
    ...context.known.readings.flatMap((reading) =>
      isReadingOf(reading, 'http') || isReadingOf(reading, 'handshake') ? [textOf(reading.answer)] : [],
    ),
    ...(redirect ? [textOf(redirect)] : []),
  ];
  const used = new Set(context.evidence.requests.map((request) => parseAddress(request.url)?.host));
  const found = new Set<string>();
  for (const text of texts) {
    for (const [origin] of text.matchAll(/https?:\/\/[\w.-]+(?::\d+)?/g)) {
      const address = parseAddress(origin);
      if (address && address.host !== context.page.host && !used.has(address.host)) found.add(origin);
    }
  }
  return [...found, 'http://localhost', 'http://127.0.0.1', 'http://backend', 'http://app'].slice(0, 6);
}

/** A proxy holds back events. */
function buffersStream(context: RuleContext, target: Target): Finding | undefined {
  if (target.kind !== 'sse') return undefined;
  const waiting = target.symptom?.is === 'silent';
  if (!waiting) return burst(target);
  const identity = context.ask({
    ask: 'stream',
    url: withScheme(addressOf(target), 'http'),
    encoding: 'identity',
    listen: 2500,
  });
  if (!identity) return possible(`the event stream ${label(target)} does not answer`);
  if ((identity.status ?? 200) >= 400) return undefined;
  if (identity.chunks.length > 0)
    return proven(
      `the stream sends nothing to the browser, which accepts compression, and ${identity.events} events to a client that does not: a proxy compresses it`,
    );
  if (identity.headersMs !== undefined) return likely('the stream sends its headers and no event');
  const head = context.get(addressOf(target), { method: 'HEAD' });
  const front = firstServer(context, target);
  const streams = head?.status !== undefined && /event-stream/.test(head.headers['content-type'] ?? '');
  if (streams)
    return proven(
      'the stream does not even send its headers; a HEAD request of the same path is answered at once, as an event stream',
      front.text,
    );
  const nearby = context.getUnknownPath(target.address);
  const alive =
    (head?.status !== undefined && !isGatewayStatus(head.status)) ||
    (nearby?.status !== undefined && !isGatewayStatus(nearby.status));
  if (!alive) return possible(`the event stream ${label(target)} does not answer`);
  return finding(
    front.proxied === true ? 'likely' : 'possible',
    `the event stream ${label(target)} does not even send its headers, and other paths answer at once`,
    front.text,
  );
}

/** Events that arrived in one burst after a long silence. */
function burst(target: Target): Finding | undefined {
  for (const request of target.requests) {
    const events = request.events ?? [];
    const first = events[0];
    const last = events.at(-1);
    if (!first || !last || events.length < 3) continue;
    const together = last.at - first.at < 150;
    if (together && first.at - request.at > 1500)
      return likely(
        `${events.length} events arrived within ${last.at - first.at} ms, ${seconds(first.at - request.at)} after the stream was requested`,
      );
  }
  return undefined;
}

// ---------------------------------------------------------------- gateways that cannot reach their upstream

interface Gateway {
  status: number;
  /** Milliseconds until the proxy gave up. */
  ms: number;
  answer: HttpAnswer | HandshakeAnswer;
  text: string;
  /** The same path works at another entry point: the backend runs. */
  open: boolean;
  /** Another port of the host accepts connections and drops them: published, but not served. */
  dropsElsewhere: boolean;
  /** Another port of the host refuses connections. */
  refusesElsewhere: boolean;
  /** Other paths of the proxy work. */
  proxyWorks: boolean;
}

/** Facts about a gateway error, for the causes that share it. */
function readGateway(context: RuleContext, target: Target): Gateway | undefined {
  const status = realStatus(context, target);
  if (status === undefined || !isGatewayStatus(status)) return undefined;
  const answer = answerTo(context, target) ?? plainAnswer(context, target);
  if (!answer) return undefined;
  if (status === 503 && stockProgram(answer.body) === 'nginx') return undefined;
  // If the same path works without a body, the upstream is reachable.
  if (target.method !== 'GET' && target.kind !== 'document') {
    const read = plainAnswer(context, target);
    if (read?.status !== undefined && !isGatewayStatus(read.status)) return undefined;
  }
  const entries = otherEntryPoints(context, target);
  const open = entries.some((entry) => speaks(context, target, entry) === true);
  const states = entries
    .filter((entry) => entry.host === target.address.host)
    .map((entry) => ({ entry, tcp: context.tcp(entry.host, entry.port)?.state }));
  const drops = states.some(
    ({ entry, tcp }) =>
      tcp === 'open' && ['reset', 'closed'].includes(context.get({ ...entry, path: '/' })?.failure ?? ''),
  );
  return {
    status,
    ms: answer.ms,
    answer,
    text: `${label(target)} is answered ${describeAnswer(answer)} after ${answer.ms} ms: the proxy cannot reach the backend of this path`,
    open,
    dropsElsewhere: drops,
    refusesElsewhere: states.some(({ tcp }) => tcp === 'refused'),
    proxyWorks:
      context.targets.some(
        (other) =>
          other.works && other.address.host === target.address.host && other.address.port === target.address.port,
      ) ||
      (target.kind === 'document' &&
        !isGatewayStatus(context.getUnknownPath({ ...target.address, path: '/api/x' })?.status)),
  };
}

/** An upstream that the proxy cannot reach: causes that share one status. */
function gatewayRules(): Rule[] {
  const quick = (gateway: Gateway): boolean => gateway.ms < 700;
  return [
    rule('upstream-down', (context, target) => {
      const gateway = readGateway(context, target);
      if (!gateway || gateway.status === 504 || gateway.status === 522) return undefined;
      if (gateway.open) return possible(gateway.text);
      const says =
        /no available server|no healthy upstream|no server is available|connection refused|no live upstreams|web server is down/i.test(
          gateway.answer.body,
        );
      const oneOfMany = target.kind === 'document' && gateway.proxyWorks;
      return finding(
        gateway.refusesElsewhere || says || !oneOfMany ? 'likely' : 'possible',
        gateway.text,
        gateway.refusesElsewhere && 'its own port refuses connections as well',
      );
    }),
    rule('proxy-wrong-upstream', (context, target) => {
      const gateway = readGateway(context, target);
      if (!gateway || gateway.status === 504) return undefined;
      return finding(
        gateway.open && quick(gateway) ? 'likely' : 'possible',
        gateway.text,
        gateway.open && 'the backend runs: the same path works at another address',
      );
    }),
    rule('proxy-stale-upstream', (context, target) => {
      const gateway = readGateway(context, target);
      if (!gateway) return undefined;
      if (gateway.open)
        return finding(
          quick(gateway) ? 'possible' : 'likely',
          gateway.text,
          'the backend runs: the same path works at another address',
          !quick(gateway) && 'the proxy waits for an address at which nothing runs',
        );
      if (target.kind === 'document' && gateway.proxyWorks)
        return finding(
          quick(gateway) ? 'possible' : 'likely',
          gateway.text,
          'other paths of the same proxy reach their services',
        );
      return possible(gateway.text);
    }),
    rule('backend-loopback-bind', (context, target) => {
      const gateway = readGateway(context, target);
      if (!gateway || gateway.status === 504 || gateway.open) return undefined;
      return finding(
        gateway.dropsElsewhere ? 'likely' : 'possible',
        gateway.text,
        gateway.dropsElsewhere && 'its published port accepts connections and drops them',
      );
    }),
    rule('backend-not-started', (context, target) => {
      const gateway = readGateway(context, target);
      if (!gateway || gateway.status === 504 || gateway.open) return undefined;
      return finding(gateway.dropsElsewhere ? 'likely' : 'possible', gateway.text);
    }),
    rule('upstream-silent', (context, target) => {
      const status = realStatus(context, target);
      if (status !== 504 && status !== 522 && status !== 524) return undefined;
      const answer = answerTo(context, target) ?? plainAnswer(context, target);
      // A proxy that cannot connect at all reports that at once on the next request.
      const deadAddress =
        answer?.status === 502 ||
        readGateway(context, target)?.open === true ||
        (target.kind === 'document' && readGateway(context, target)?.proxyWorks === true);
      return finding(
        deadAddress ? 'possible' : 'proven',
        `${label(target)} is answered ${status}: the proxy got no answer from its upstream`,
        answer && describeAnswer(answer),
      );
    }),
  ];
}
