import type { Finding } from '../finding.ts';
import type { Rule, RuleContext } from '../context.ts';
import { finding, likely, possible, proven } from '../finding.ts';
import { rule } from '../context.ts';
import { kindOf, programOf, sameAnswer, stockProgram } from '../answers.ts';
import {
  addressOf,
  answerTo,
  atPath,
  describeAnswer,
  firstServer,
  frontEndAnswers,
  handshakeAnswer,
  handshakeAtUnknownPath,
  isSocket,
  label,
  originSensitive,
  otherEntryPoints,
  pathIsKnown,
  plainAnswer,
  realStatus,
  seenError,
  seenStatus,
} from '../facts.ts';
import type { Target } from '../targets.ts';
import { isRealtime } from '../targets.ts';
import { hostClass, parseAddress, withScheme } from '../urls.ts';

/** Causes in the application and its server. Hop: backend. */
export const backendRules: readonly Rule[] = [
  // Here the page connects to the backend's own port; proxy.ts has the rule for a backend behind a proxy.
  rule('upstream-down', (context, target) => {
    if (seenError(target) !== 'CONNECTION_REFUSED' || target.kind === 'document') return undefined;
    const { host, port } = target.address;
    if (hostClass(host) === 'loopback' && !context.pageIsLocal) return undefined;
    const tcp = context.tcp(host, port);
    if (tcp?.state !== 'refused') return undefined;
    const refused = `${host}:${port} refuses connections`;
    for (const entry of otherEntryPoints(context, target)) {
      const answer = isSocket(target) ? context.handshake(entry) : context.get(entry);
      if (answer?.status !== undefined && [502, 503, 504].includes(answer.status))
        return likely(
          refused,
          `the same path through ${entry.host}:${entry.port} is answered ${answer.status}: the proxy cannot reach it either`,
        );
    }
    const siblings = context.known.addresses.filter(
      (address) => address.host === host && address.port !== port && address.port !== context.page.port,
    );
    const states = siblings.slice(0, 4).map((address) => context.tcp(address.host, address.port)?.state);
    const closed = states.filter((state) => state === 'refused').length;
    if (closed >= 2 && !states.includes('open'))
      return likely(refused, `so do ${closed} other ports of the same service`);
    return finding(
      target.address.host === context.page.host && target.address.port !== 443 && target.address.port !== 80
        ? 'possible'
        : 'possible',
      refused,
    );
  }),

  rule('upstream-silent', (context, target) => {
    const waiting = target.symptom?.is === 'silent' || /TIMED_OUT/.test(seenError(target) ?? '');
    if (!waiting || target.kind === 'sse')
      return target.kind === 'sse' && waiting ? possible(`${label(target)} does not answer`) : undefined;
    const { host, port, secure } = target.address;
    const answer = isSocket(target) ? handshakeAnswer(context, target) : plainAnswer(context, target);
    if (!answer) return possible(`${label(target)} does not answer`);
    const silent = 'state' in answer ? answer.state === 'silent' : answer.failure === 'silent';
    if (!silent) return undefined;
    const root = context.get(atPath(target.address, '/'));
    const other = context.get(addressOf(target));
    if (isSocket(target) && !other) return possible(`${label(target)} does not answer a handshake`);
    if (
      isSocket(target) &&
      other?.status !== undefined &&
      other.status < 500 &&
      pathIsKnown(context, target) !== false
    ) {
      return possible(`${label(target)} does not answer a handshake, and answers a plain request`);
    }
    if (root?.status !== undefined)
      return likely(`${label(target)} does not answer, and other paths of ${host} are answered at once`);
    const fingerprint = context.ask({ ask: 'fingerprint', host, port, secure });
    if (fingerprint && fingerprint.program !== 'unknown')
      return likely(`${fingerprint.program} answers at ${host}:${port}, and the server behind it does not`);
    const tls = secure ? context.ask({ ask: 'tls', host, port, alpn: 'any' }) : undefined;
    if (tls?.state === 'ok')
      return likely(`${host}:${port} completes the TLS handshake, and nothing answers behind it`);
    return possible(`${host}:${port} accepts the connection and sends nothing`);
  }),

  rule('backend-endpoint-missing', (context, target) => {
    const status = realStatus(context, target);
    if (
      target.kind === 'script' ||
      target.kind === 'channel-auth' ||
      status === undefined ||
      ![400, 403, 404, 405, 501].includes(status)
    )
      return undefined;
    if (frontEndAnswers(context, target)) return undefined;
    const answer = answerTo(context, target);
    if (!answer || ['tls-port', 'engine-error'].includes(kindOf(answer))) return undefined;
    if (status === 403 && !isSocket(target)) return undefined;
    const unknownPath = isSocket(target)
      ? handshakeAtUnknownPath(context, target)
      : context.getUnknownPath(target.address);
    const likeUnknownPath =
      unknownPath !== undefined && unknownPath.status !== undefined && sameAnswer(answer, unknownPath);
    if (unknownPath && !likeUnknownPath && status !== 404) return undefined;
    const sibling = context.targets.find(
      (other) =>
        other !== target &&
        other.works &&
        other.address.host === target.address.host &&
        other.address.port === target.address.port &&
        (isSocket(other) || (!isSocket(target) && other.kind === 'api')) &&
        other.address.path.split('/')[1] === target.address.path.split('/')[1],
    );
    const own = stockProgram(answer.body) === undefined && kindOf(answer) !== 'proxy-error';
    const text = `${label(target)} is answered ${describeAnswer(answer)}${likeUnknownPath ? ', like an unknown path' : ''}`;
    if (target.kind === 'document') return own && status === 404 ? likely(text) : undefined;
    if (sibling)
      return finding(
        own || isSocket(sibling) ? 'proven' : 'likely',
        text,
        `${label(sibling)} works through the same server`,
      );
    if (status === 404 && !isSocket(target))
      return finding(own ? 'likely' : 'possible', text, 'the application itself wrote the answer');
    // The server answers 403 for unknown paths, and perhaps for bad credentials too.
    if (status === 403 && target.conversation?.credential !== 'none') return possible(text);
    return finding(own ? (firstServer(context, target).proxied === false ? 'likely' : 'possible') : 'possible', text);
  }),

  rule('backend-wrong-path', (context, target) => {
    const status = realStatus(context, target);
    const dropped = /CONNECTION_(CLOSED|RESET)|EMPTY_RESPONSE/.test(seenError(target) ?? '');
    if (
      !isRealtime(target) ||
      target.kind === 'engine.io' ||
      (!dropped && (status === undefined || ![400, 403, 404, 405, 426, 500].includes(status)))
    )
      return undefined;
    const paths = nearPaths(context, target);
    if (paths.length === 0) return undefined;
    if (target.kind === 'sse') {
      for (const path of paths.slice(0, 5)) {
        const answer = context.get(atPath(target.address, path));
        if (answer && answer.status === 200 && kindOf(answer) === 'stream')
          return proven(`${target.address.path} is answered ${status ?? '?'}, and ${path} is an event stream`);
      }
      return undefined;
    }
    const probed = context.ask({
      ask: 'paths',
      url: withScheme({ ...addressOf(target) }, 'ws'),
      origin: context.origin,
      paths,
    });
    const open = probed?.results.find((result) => result.state === 'open');
    if (!open) return undefined;
    return proven(
      `${target.address.path} is refused${status !== undefined ? ` with ${status}` : ''}, and ${open.path} is accepted`,
    );
  }),

  rule('backend-ws-unsupported', (context, target) => {
    if (!isSocket(target)) return undefined;
    const status = seenStatus(target);
    if (status === undefined || status === 401 || (status >= 301 && status <= 308) || [502, 503, 504].includes(status))
      return undefined;
    const handshake = handshakeAnswer(context, target);
    if (!handshake || handshake.state === 'open' || handshake.status === undefined) return undefined;
    const text = `a handshake is answered ${describeAnswer(handshake)}`;
    if (
      /websockets? (is |are )?(not supported|unsupported|disabled|not enabled|not available)|no websocket (library|support)|does not support websocket|unsupported upgrade|upgrade (is )?not supported/i.test(
        handshake.body,
      )
    )
      return proven(text);
    if (status === 501) return likely(text);
    if (frontEndAnswers(context, target) || stockProgram(handshake.body) !== undefined) return undefined;
    const front = firstServer(context, target);
    const get = plainAnswer(context, target);
    const alike = get !== undefined && sameAnswer(handshake, get);
    const asgi =
      /"detail"\s*:\s*"(Not Found|Method Not Allowed)"/.test(handshake.body) || programOf(handshake) === 'uvicorn';
    if (asgi && status === 400 && /unsupported upgrade|invalid http/i.test(handshake.body))
      return likely(text, 'the ASGI server refuses every upgrade');
    if (asgi && alike && (status === 404 || status === 405)) {
      const elsewhere = otherEntryPoints(context, target).filter((entry) => {
        const there = context.handshake(entry);
        return there !== undefined && sameAnswer(there, handshake);
      });
      if (elsewhere.length > 0)
        return likely(
          text,
          'a plain request gets the same answer',
          `the same happens at ${elsewhere[0]?.host}:${elsewhere[0]?.port}, without the proxy: the server does not support upgrades`,
        );
      return finding(
        front.proxied === false ? 'likely' : 'possible',
        text,
        'an ASGI server with WebSocket support refuses unknown paths with 403',
        front.text,
      );
    }
    // The endpoint exists, and fails for every handshake, whatever its origin.
    if (
      status === 500 &&
      !alike &&
      front.proxied !== true &&
      pathIsKnown(context, target) === true &&
      !originSensitive(context, target)
    )
      return finding(
        front.proxied === false ? 'likely' : 'possible',
        text,
        `a plain request is answered ${describeAnswer(get)}`,
        front.text,
      );
    if (!alike || front.proxied !== false) return undefined;
    const engine = target.kind === 'engine.io';
    if (engine) return undefined;
    return finding(
      pathIsKnown(context, target) === true ? 'likely' : 'possible',
      text,
      'a plain request of the path gets the same answer: the server ignores the upgrade',
      front.text,
    );
  }),

  rule('payload-too-large', (context, target) => {
    const status = realStatus(context, target);
    if (target.symptom?.is === 'closed' && target.symptom.code === 1009)
      return proven(`the socket was closed with 1009${target.symptom.reason ? ` “${target.symptom.reason}”` : ''}`);
    if (status === 413) return proven(`${label(target)} is answered 413`);
    if (
      target.symptom?.is === 'refused' &&
      /too (large|big|long)|payload|message size|max(imum)? (size|length)/i.test(target.symptom.text)
    )
      return proven(`the server says: ${target.symptom.text.slice(0, 140)}`);
    const big =
      (target.attempts.at(-1)?.sentLast ?? 0) > 3900 ||
      context.evidence.sockets.some(
        (socket) =>
          socket.url === target.url &&
          socket.frames.at(-1)?.direction === 'sent' &&
          (socket.frames.at(-1)?.text.length ?? 0) > 3900,
      );
    if (target.symptom?.is === 'closed' && big && target.symptom.idle < 2000)
      return likely(`the connection ended ${target.symptom.idle} ms after the page sent a large message`);
    if (status === 502 && target.method !== 'GET') {
      // Some proxies report their own size limit as a failed upstream.
      const read = plainAnswer(context, target);
      if (read?.status !== undefined && read.status < 500)
        return likely(
          `${target.method} ${label(target)} is answered 502, and a request without a body reaches the backend (${read.status})`,
        );
    }
    const posted = target.requests.some((request) => request.method === 'POST' && request.status === 413);
    return posted ? proven(`a POST to ${label(target)} is answered 413`) : undefined;
  }),

  rule('connection-limit', (context, target) => {
    if (
      target.symptom?.is === 'refused' &&
      (target.symptom.code === 4004 || target.symptom.code === 4100 || LIMIT_WORDS.test(target.symptom.text))
    )
      return proven(`the server says: ${target.symptom.text.slice(0, 140)}`);
    if (target.symptom?.is === 'closed' && (target.symptom.code === 1013 || LIMIT_WORDS.test(target.symptom.reason)))
      return proven(
        `the server closed with ${target.symptom.code}${target.symptom.reason ? ` “${target.symptom.reason}”` : ''}`,
      );
    const status = realStatus(context, target);
    if (isSocket(target) && (status === 503 || status === 429)) {
      const answer = handshakeAnswer(context, target);
      const own = answer !== undefined && stockProgram(answer.body) === undefined;
      if (own && LIMIT_WORDS.test(answer.body))
        return finding(
          firstServer(context, target).proxied === true ? 'likely' : 'proven',
          `the server says: ${describeAnswer(answer)}`,
        );
      const others = context.live.some(
        (other) =>
          isSocket(other) && other.address.host === target.address.host && other.address.port === target.address.port,
      );
      if (own && firstServer(context, target).proxied === false)
        return likely(
          `the application refuses the handshake with ${status}`,
          others && 'other sockets of the page are open',
        );
    }
    return streamLimit(context, target);
  }),
];

const LIMIT_WORDS =
  /over (connection )?quota|too many (open )?(connections|clients|sockets|users)|connection (limit|quota)|max(imum)?[ _-](number of )?(connections|clients)|(connections?|clients?|server) (limit|full|is full)|limit (reached|exceeded)|at capacity|limite de conex/i;

/** Browsers open at most six HTTP/1.1 connections to a host, and each event stream occupies one. */
function streamLimit(context: RuleContext, target: Target): Finding | undefined {
  if (target.symptom?.is !== 'silent') return undefined;
  const streams = context.evidence.requests.filter((request) => {
    const address = parseAddress(request.url);
    return (
      (request.type === 'eventsource' || request.mimeType === 'text/event-stream') &&
      address?.host === target.address.host &&
      address.port === target.address.port &&
      request.error === undefined
    );
  });
  const open = streams.filter((request) => request.status === 200);
  const pending = streams.filter((request) => request.status === undefined);
  if (open.length < 6 || (pending.length === 0 && target.kind === 'sse')) return undefined;
  return proven(
    `${open.length} event streams of ${target.address.host} are open, and ${pending.length > 0 ? `${pending.length} more wait` : 'other requests wait'}: browsers open six connections to a host over HTTP/1.1`,
  );
}

const COMMON_PATHS = ['/ws', '/websocket', '/socket', '/ws/', '/api/ws', '/cable', '/realtime', '/live'];

/** Paths similar to the refused one that the backend may serve. */
function nearPaths(context: RuleContext, target: Target): string[] {
  const { path } = target.address;
  const parts = path.split('/').filter((part) => part !== '');
  const used = new Set(context.targets.filter((other) => isRealtime(other)).map((other) => other.address.path));
  const slash = path.endsWith('/') ? path.slice(0, -1) : `${path}/`;
  const without = parts.slice(1).map((_part, index) => `/${parts.slice(index + 1).join('/')}`);
  const withPrefix = ['/api', '/ws', '/api/v1']
    .filter((prefix) => !path.startsWith(`${prefix}/`) && path !== prefix)
    .map((prefix) => `${prefix}${path === '/' ? '' : path}`);
  const lower = path.toLowerCase();
  const parent = parts.length > 1 ? [`/${parts.slice(0, -1).join('/')}`] : [];
  const several = context.realtime.filter((other) => other.address.host === target.address.host).length > 1;
  const last = parts.at(-1) ?? '';
  const respelled = [
    path.replaceAll('_', '-'),
    path.replaceAll('-', '_'),
    `/${last}s`,
    last.endsWith('s') ? `/${last.slice(0, -1)}` : '',
  ];
  const built =
    context
      .bundle()
      ?.literals.filter(
        (literal) => /^\/[\w/-]{1,40}$/.test(literal) && /ws|socket|live|realtime|cable|stream|events/i.test(literal),
      ) ?? [];
  const all = [
    slash,
    lower,
    ...without,
    ...respelled,
    ...withPrefix,
    ...(several ? [] : [...parent, ...built.slice(0, 4), ...COMMON_PATHS]),
  ];
  return [...new Set(all)].filter((other) => other !== path && other !== '' && !used.has(other)).slice(0, 12);
}
