import type { Case, Finding, Rule } from '../case.ts';
import { because, rule } from '../case.ts';
import { kindOf, programOf, sameAnswer, stockProgram } from '../answers.ts';
import {
  addressOf,
  answerTo,
  atPath,
  frontEndAnswers,
  inFront,
  isSocket,
  label,
  originSensitive,
  otherDoors,
  pathIsKnown,
  plain,
  realStatus,
  said,
  seenError,
  seenStatus,
  shake,
  shakeNowhere,
} from '../facts.ts';
import type { Target } from '../targets.ts';
import { isRealtime } from '../targets.ts';
import { hostClass, parseAddress, withScheme } from '../urls.ts';

/** Causes in the application and its server. Hop backend. */
export const backendRules: readonly Rule[] = [
  // Behind a proxy, see proxy.ts; here the backend's own port is what the page asks.
  rule('upstream-down', (c, t) => {
    if (seenError(t) !== 'CONNECTION_REFUSED' || t.kind === 'document') return undefined;
    const { host, port } = t.address;
    if (hostClass(host) === 'loopback' && !c.pageIsLocal) return undefined;
    const tcp = c.tcp(host, port);
    if (tcp?.state !== 'refused') return undefined;
    const refused = `${host}:${port} refuses connections`;
    for (const door of otherDoors(c, t)) {
      const answer = isSocket(t) ? c.handshake(door) : c.get(door);
      if (answer?.status !== undefined && [502, 503, 504].includes(answer.status))
        return because(
          0.88,
          refused,
          `the same path through ${door.host}:${door.port} is answered ${answer.status}: the proxy cannot reach it either`,
        );
    }
    const siblings = c.known.addresses.filter(
      (address) => address.host === host && address.port !== port && address.port !== c.page.port,
    );
    const states = siblings.slice(0, 4).map((address) => c.tcp(address.host, address.port)?.state);
    const closed = states.filter((state) => state === 'refused').length;
    if (closed >= 2 && !states.includes('open'))
      return because(0.8, refused, `so do ${closed} other ports of the same service`);
    return because(
      t.address.host === c.page.host && t.address.port !== 443 && t.address.port !== 80 ? 0.5 : 0.35,
      refused,
    );
  }),

  rule('upstream-silent', (c, t) => {
    const waiting = t.symptom?.is === 'silent' || /TIMED_OUT/.test(seenError(t) ?? '');
    if (!waiting || t.kind === 'sse')
      return t.kind === 'sse' && waiting ? because(0.35, `${label(t)} gives no answer`) : undefined;
    const { host, port, secure } = t.address;
    const answer = isSocket(t) ? shake(c, t) : plain(c, t);
    if (!answer) return because(0.4, `${label(t)} gives no answer`);
    const silent = 'state' in answer ? answer.state === 'silent' : answer.failure === 'silent';
    if (!silent) return undefined;
    const root = c.get(atPath(t.address, '/'));
    const other = c.get(addressOf(t));
    if (isSocket(t) && !other) return because(0.4, `${label(t)} gives no answer to a handshake`);
    if (isSocket(t) && other?.status !== undefined && other.status < 500 && pathIsKnown(c, t) !== false) {
      return because(0.35, `${label(t)} gives no answer to a handshake, and answers a plain request`);
    }
    if (root?.status !== undefined)
      return because(0.88, `${label(t)} gives no answer, and other paths of ${host} are answered at once`);
    const door = c.ask({ ask: 'door', host, port, secure });
    if (door && door.program !== 'unknown')
      return because(0.86, `a ${door.program} answers at ${host}:${port}, and nothing comes from behind it`);
    const tls = secure ? c.ask({ ask: 'tls', host, port, alpn: 'any' }) : undefined;
    if (tls?.state === 'ok') return because(0.75, `${host}:${port} completes TLS, and nothing comes from behind it`);
    return because(0.5, `${host}:${port} accepts the connection and says nothing`);
  }),

  rule('backend-endpoint-missing', (c, t) => {
    const status = realStatus(c, t);
    if (
      t.kind === 'script' ||
      t.kind === 'channel-auth' ||
      status === undefined ||
      ![400, 403, 404, 405, 501].includes(status)
    )
      return undefined;
    if (frontEndAnswers(c, t)) return undefined;
    const answer = answerTo(c, t);
    if (!answer || ['tls-port', 'engine-error'].includes(kindOf(answer))) return undefined;
    if (status === 403 && !isSocket(t)) return undefined;
    const nowhere = isSocket(t) ? shakeNowhere(c, t) : c.getNowhere(t.address);
    const likeNowhere = nowhere !== undefined && nowhere.status !== undefined && sameAnswer(answer, nowhere);
    if (nowhere && !likeNowhere && status !== 404) return undefined;
    const sibling = c.targets.find(
      (other) =>
        other !== t &&
        other.works &&
        other.address.host === t.address.host &&
        other.address.port === t.address.port &&
        (isSocket(other) || (!isSocket(t) && other.kind === 'api')) &&
        other.address.path.split('/')[1] === t.address.path.split('/')[1],
    );
    const own = stockProgram(answer.body) === undefined && kindOf(answer) !== 'proxy-error';
    const text = `${label(t)} is answered ${said(answer)}${likeNowhere ? ', like a path that does not exist' : ''}`;
    if (t.kind === 'document') return own && status === 404 ? because(0.72, text) : undefined;
    if (sibling) return because(own || isSocket(sibling) ? 0.9 : 0.6, text, `${label(sibling)} works by the same way`);
    if (status === 404 && !isSocket(t))
      return because(own ? 0.75 : 0.4, text, 'the answer is written by the application');
    // A server that refuses unknown paths with 403 refuses credentials in the same way.
    if (status === 403 && t.talk?.credential !== 'none') return because(0.4, text);
    return because(own ? (inFront(c, t).proxied === false ? 0.6 : 0.5) : 0.3, text);
  }),

  rule('backend-wrong-path', (c, t) => {
    const status = realStatus(c, t);
    const dropped = /CONNECTION_(CLOSED|RESET)|EMPTY_RESPONSE/.test(seenError(t) ?? '');
    if (
      !isRealtime(t) ||
      t.kind === 'engine.io' ||
      (!dropped && (status === undefined || ![400, 403, 404, 405, 426, 500].includes(status)))
    )
      return undefined;
    const paths = nearPaths(c, t);
    if (paths.length === 0) return undefined;
    if (t.kind === 'sse') {
      for (const path of paths.slice(0, 5)) {
        const answer = c.get(atPath(t.address, path));
        if (answer && answer.status === 200 && kindOf(answer) === 'stream')
          return because(0.92, `${t.address.path} is answered ${status ?? '?'}, and ${path} is an event stream`);
      }
      return undefined;
    }
    const probed = c.ask({ ask: 'paths', url: withScheme({ ...addressOf(t) }, 'ws'), origin: c.origin, paths });
    const open = probed?.results.find((result) => result.state === 'open');
    if (!open) return undefined;
    return because(
      0.93,
      `${t.address.path} is refused${status !== undefined ? ` with ${status}` : ''}, and ${open.path} is accepted`,
    );
  }),

  rule('backend-ws-unsupported', (c, t) => {
    if (!isSocket(t)) return undefined;
    const status = seenStatus(t);
    if (status === undefined || status === 401 || (status >= 301 && status <= 308) || [502, 503, 504].includes(status))
      return undefined;
    const handshake = shake(c, t);
    if (!handshake || handshake.state === 'open' || handshake.status === undefined) return undefined;
    const text = `a handshake is answered ${said(handshake)}`;
    if (
      /websockets? (is |are )?(not supported|unsupported|disabled|not enabled|not available)|no websocket (library|support)|does not support websocket|unsupported upgrade|upgrade (is )?not supported/i.test(
        handshake.body,
      )
    )
      return because(0.93, text);
    if (status === 501) return because(0.75, text);
    if (frontEndAnswers(c, t) || stockProgram(handshake.body) !== undefined) return undefined;
    const front = inFront(c, t);
    const get = plain(c, t);
    const alike = get !== undefined && sameAnswer(handshake, get);
    const asgi =
      /"detail"\s*:\s*"(Not Found|Method Not Allowed)"/.test(handshake.body) || programOf(handshake) === 'uvicorn';
    if (asgi && status === 400 && /unsupported upgrade|invalid http/i.test(handshake.body))
      return because(0.85, text, 'the ASGI server refuses every upgrade');
    if (asgi && alike && (status === 404 || status === 405)) {
      const elsewhere = otherDoors(c, t).filter((door) => {
        const there = c.handshake(door);
        return there !== undefined && sameAnswer(there, handshake);
      });
      if (elsewhere.length > 0)
        return because(
          0.88,
          text,
          'a plain request gets the same answer',
          `so it is at ${elsewhere[0]?.host}:${elsewhere[0]?.port}, without the proxy: the server takes no upgrade`,
        );
      return because(
        front.proxied === false ? 0.88 : 0.5,
        text,
        'an ASGI server with WebSocket support refuses unknown paths with 403',
        front.text,
      );
    }
    // The endpoint is there, and fails whenever a handshake comes, whoever asks.
    if (status === 500 && !alike && front.proxied !== true && pathIsKnown(c, t) === true && !originSensitive(c, t))
      return because(0.5, text, `a plain request is answered ${said(get)}`, front.text);
    if (!alike || front.proxied !== false) return undefined;
    const engine = t.kind === 'engine.io';
    if (engine) return undefined;
    return because(
      pathIsKnown(c, t) === true ? 0.8 : 0.55,
      text,
      'a plain request of the path gets the same answer: the server takes no notice of the upgrade',
      front.text,
    );
  }),

  rule('payload-too-large', (c, t) => {
    const status = realStatus(c, t);
    if (t.symptom?.is === 'closed' && t.symptom.code === 1009)
      return because(0.96, `the socket was closed with 1009${t.symptom.reason ? ` “${t.symptom.reason}”` : ''}`);
    if (status === 413) return because(0.95, `${label(t)} is answered 413`);
    if (
      t.symptom?.is === 'refused' &&
      /too (large|big|long)|payload|message size|max(imum)? (size|length)/i.test(t.symptom.text)
    )
      return because(0.9, `the server says: ${t.symptom.text.slice(0, 140)}`);
    const big =
      (t.tries.at(-1)?.sentLast ?? 0) > 3900 ||
      c.evidence.sockets.some(
        (socket) =>
          socket.url === t.url &&
          socket.frames.at(-1)?.direction === 'sent' &&
          (socket.frames.at(-1)?.text.length ?? 0) > 3900,
      );
    if (t.symptom?.is === 'closed' && big && t.symptom.idle < 2000)
      return because(0.85, `the connection ended ${t.symptom.idle} ms after the page had sent a large message`);
    if (status === 502 && t.method !== 'GET') {
      // Some proxies report their own limit as an upstream that failed.
      const read = plain(c, t);
      if (read?.status !== undefined && read.status < 500)
        return because(
          0.6,
          `${t.method} ${label(t)} is answered 502, and a request without a body reaches the backend (${read.status})`,
        );
    }
    const posted = t.requests.some((request) => request.method === 'POST' && request.status === 413);
    return posted ? because(0.95, `a POST to ${label(t)} is answered 413`) : undefined;
  }),

  rule('connection-limit', (c, t) => {
    if (
      t.symptom?.is === 'refused' &&
      (t.symptom.code === 4004 || t.symptom.code === 4100 || LIMIT_WORDS.test(t.symptom.text))
    )
      return because(0.95, `the server says: ${t.symptom.text.slice(0, 140)}`);
    if (t.symptom?.is === 'closed' && (t.symptom.code === 1013 || LIMIT_WORDS.test(t.symptom.reason)))
      return because(
        0.92,
        `the server closed with ${t.symptom.code}${t.symptom.reason ? ` “${t.symptom.reason}”` : ''}`,
      );
    const status = realStatus(c, t);
    if (isSocket(t) && (status === 503 || status === 429)) {
      const answer = shake(c, t);
      const own = answer !== undefined && stockProgram(answer.body) === undefined;
      if (own && LIMIT_WORDS.test(answer.body))
        return because(inFront(c, t).proxied === true ? 0.86 : 0.92, `the server says: ${said(answer)}`);
      const others = c.live.some(
        (other) => isSocket(other) && other.address.host === t.address.host && other.address.port === t.address.port,
      );
      if (own && inFront(c, t).proxied === false)
        return because(
          others ? 0.88 : 0.7,
          `the application refuses the handshake with ${status}`,
          others && 'other sockets of the page are open',
        );
    }
    return streamLimit(c, t);
  }),
];

const LIMIT_WORDS =
  /over (connection )?quota|too many (open )?(connections|clients|sockets|users)|connection (limit|quota)|max(imum)?[ _-](number of )?(connections|clients)|(connections?|clients?|server) (limit|full|is full)|limit (reached|exceeded)|at capacity|limite de conex/i;

/** Browsers open six HTTP/1.1 connections to a host; event streams hold them. */
function streamLimit(c: Case, t: Target): Finding | undefined {
  if (t.symptom?.is !== 'silent') return undefined;
  const streams = c.evidence.requests.filter((request) => {
    const address = parseAddress(request.url);
    return (
      (request.type === 'eventsource' || request.mimeType === 'text/event-stream') &&
      address?.host === t.address.host &&
      address.port === t.address.port &&
      request.error === undefined
    );
  });
  const open = streams.filter((request) => request.status === 200);
  const pending = streams.filter((request) => request.status === undefined);
  if (open.length < 6 || (pending.length === 0 && t.kind === 'sse')) return undefined;
  return because(
    0.93,
    `${open.length} event streams of ${t.address.host} are open, and ${pending.length > 0 ? `${pending.length} more wait` : 'other requests wait'}: browsers open six connections to a host over HTTP/1.1`,
  );
}

const COMMON_PATHS = ['/ws', '/websocket', '/socket', '/ws/', '/api/ws', '/cable', '/realtime', '/live'];

/** Paths near the one that was refused, under which a backend may serve. */
function nearPaths(c: Case, t: Target): string[] {
  const { path } = t.address;
  const parts = path.split('/').filter((part) => part !== '');
  const used = new Set(c.targets.filter((other) => isRealtime(other)).map((other) => other.address.path));
  const slash = path.endsWith('/') ? path.slice(0, -1) : `${path}/`;
  const without = parts.slice(1).map((_part, index) => `/${parts.slice(index + 1).join('/')}`);
  const withPrefix = ['/api', '/ws', '/api/v1']
    .filter((prefix) => !path.startsWith(`${prefix}/`) && path !== prefix)
    .map((prefix) => `${prefix}${path === '/' ? '' : path}`);
  const lower = path.toLowerCase();
  const parent = parts.length > 1 ? [`/${parts.slice(0, -1).join('/')}`] : [];
  const several = c.realtime.filter((other) => other.address.host === t.address.host).length > 1;
  const last = parts.at(-1) ?? '';
  const respelled = [
    path.replaceAll('_', '-'),
    path.replaceAll('-', '_'),
    `/${last}s`,
    last.endsWith('s') ? `/${last.slice(0, -1)}` : '',
  ];
  const built =
    c
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
