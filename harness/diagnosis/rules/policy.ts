import type { Finding, Rule, RuleContext } from '../context.ts';
import { because, rule } from '../context.ts';
import { engineCode, isGatewayStatus, kindOf, stockProgram } from '../answers.ts';
import { AUTH_BAD_WORDS, AUTH_MISSING_WORDS, AUTH_WORDS } from '../conversation.ts';
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
  likelyOrigins,
  originSensitive,
  pathIsKnown,
  plainAnswer,
  realStatus,
  seenError,
  seenStatus,
} from '../facts.ts';
import type { HttpAnswer } from '../readings.ts';
import type { Target } from '../targets.ts';
import { bodyOf } from '../targets.ts';
import { withScheme } from '../urls.ts';

/** Causes in what a server permits: origins, credentials, keys, protocols. Hop: policy. */
export const policyRules: readonly Rule[] = [
  rule('cors-origin-missing', (context, target) => {
    if (target.symptom?.is !== 'cors') return undefined;
    const { error } = target.symptom;
    if (
      !/MissingAllowOrigin|AllowOriginMismatch|InvalidAllowOrigin|MultipleAllowOrigin|PreflightInvalidStatus|PreflightMissing/.test(
        error,
      )
    )
      return undefined;
    const blocked = `the browser reports ${error} for ${label(target)}`;
    const preflight = /Preflight/.test(error);
    const asked = preflight
      ? context.get(addressOf(target), { preflight: { method: target.method, headers: [] }, origin: context.origin })
      : context.get(addressOf(target), { origin: context.origin });
    if (!asked) return because(0.6, blocked);
    if (asked.status === undefined || isGatewayStatus(asked.status)) return undefined;
    const allowed = asked.headers['access-control-allow-origin'];
    if (allowed === context.origin && !preflight)
      return because(0.3, blocked, 'outside the browser the same request is allowed');
    if (preflight && permits(context, asked)) return undefined;
    const kind = kindOf(asked);
    const proxyAnswer =
      kind === 'proxy-error' ||
      kind === 'proxy-no-route' ||
      kind === 'page' ||
      kind === 'default-site' ||
      kind === 'gate';
    const outside =
      allowed === undefined
        ? `outside the browser it is answered ${asked.status} without Access-Control-Allow-Origin`
        : `outside the browser it is answered ${asked.status} with Access-Control-Allow-Origin: ${allowed}`;
    const corsWords = /cors|origin/i.test(asked.body) && asked.status >= 400;
    if (corsWords) return because(0.95, blocked, `the server says: ${describeAnswer(asked)}`);
    if (asked.status < 300 || asked.status === 304)
      return because(proxyAnswer && kind === 'page' ? 0.4 : 0.95, blocked, outside, liveAnyway(context, target));
    // Does the error come only with the Origin header?
    const without = context.get(addressOf(target));
    if (without?.status !== undefined && without.status < 400 && asked.status >= 400)
      return because(
        preflight && (asked.status === 404 || asked.status === 405) ? 0.85 : 0.93,
        blocked,
        outside,
        `without an Origin it is answered ${without.status}`,
      );
    if (proxyAnswer) return because(0.15, blocked, outside);
    if (asked.status === 401 || asked.status === 403)
      return because(allowed === undefined ? 0.8 : 0.5, blocked, outside);
    return because(asked.status === 404 ? 0.4 : 0.6, blocked, outside);
  }),

  rule('cors-wildcard-credentials', (_context, target) => {
    if (target.symptom?.is !== 'cors' || !/Wildcard|AllowCredentials/.test(target.symptom.error)) return undefined;
    return because(
      0.94,
      `the browser reports ${target.symptom.error} for ${label(target)}: the request has credentials, and the server answers with a wildcard or does not permit them`,
    );
  }),

  rule('cors-header-missing', (context, target) => {
    if (target.symptom?.is !== 'cors') return undefined;
    if (target.symptom.error === 'PreflightInvalidStatus') {
      // Some servers refuse the whole preflight because of one header.
      const bare = context.get(addressOf(target), {
        preflight: { method: target.method, headers: [] },
        origin: context.origin,
      });
      return bare && permits(context, bare)
        ? because(
            0.93,
            `the browser reports ${target.symptom.error} for ${label(target)}`,
            `a preflight that asks for no header is answered ${describeAnswer(bare)}`,
          )
        : undefined;
    }
    if (!/HeaderDisallowed|MethodDisallowed/.test(target.symptom.error)) return undefined;
    return because(
      0.95,
      `the browser reports ${target.symptom.error} for ${label(target)}`,
      context.consoleLine(/not allowed by Access-Control-Allow/)?.slice(0, 220),
    );
  }),

  rule('ws-origin-rejected', (context, target) => {
    if (target.symptom?.is === 'refused' && /origin/i.test(target.symptom.text))
      return because(0.96, `the server says: ${target.symptom.text.slice(0, 140)}`);
    if (target.symptom?.is === 'closed' && /origin/i.test(target.symptom.reason))
      return because(0.95, `the server closed with ${target.symptom.code} “${target.symptom.reason}”`);
    const sensitive = originSensitive(context, target);
    if (!sensitive) {
      const answer = seenStatus(target) === 403 ? handshakeAnswer(context, target) : undefined;
      return answer && /origin/i.test(answer.body)
        ? because(0.85, `the server says: ${describeAnswer(answer)}`)
        : undefined;
    }
    const refusal = handshakeAnswer(context, target);
    const sameHost = target.address.host === context.page.host && target.address.port === context.page.port;
    const refused = `the handshake is refused with Origin ${context.origin} (${describeAnswer(refusal)}) and accepted with`;
    if (!sameHost || firstServer(context, target).proxied === false)
      return because(0.94, `${refused} ${sensitive.accepted}`);
    // Behind a proxy that rewrites Host, the backend accepts the origin of its internal name.
    const listed = likelyOrigins(context, target).find(
      (origin) => context.handshake(addressOf(target), { origin })?.state === 'open',
    );
    return because(listed === undefined ? 0.75 : 0.94, `${refused} ${listed ?? sensitive.accepted}`);
  }),

  rule('auth-missing', (context, target) => authentication(context, target, 'missing')),
  rule('auth-rejected', (context, target) => authentication(context, target, 'rejected')),

  rule('channel-auth-unrouted', (context, target) => {
    if (target.kind !== 'channel-auth' || !target.symptom) return undefined;
    const connected = context.realtime.some((other) => other.kind === 'pusher' && other.conversation?.greeted === true);
    const status = realStatus(context, target);
    if (
      frontEndAnswers(context, target) ||
      (status !== undefined && [404, 405, 419, 501, 301, 302, 308].includes(status))
    ) {
      return because(
        connected ? 0.95 : 0.85,
        `the authorisation of private channels at ${label(target)} is answered ${status ?? 200}${frontEndAnswers(context, target) ? ' with the front end’s page' : ''}`,
        connected && 'the socket is connected',
      );
    }
    return undefined;
  }),

  rule('app-key-mismatch', (_context, target) => {
    if (target.kind !== 'pusher') return undefined;
    const key = /\/app\/([^/?]+)/.exec(target.address.path)?.[1] ?? '?';
    if (
      target.symptom?.is === 'refused' &&
      (target.symptom.code === 4001 ||
        /application does not exist|app key .* (does not|doesn't) exist|unknown app/i.test(target.symptom.text))
    ) {
      return because(
        0.95,
        `the server does not know the key “${key}” in the page's URL: ${target.symptom.text.slice(0, 120)}`,
      );
    }
    return target.symptom?.is === 'closed' && target.symptom.code === 4001
      ? because(0.9, `the server closed with 4001 for the key “${key}”`)
      : undefined;
  }),

  rule('namespace-invalid', (context, target) => {
    const text = target.symptom?.is === 'refused' ? target.symptom.text : '';
    const name = target.conversation?.refused.at(-1)?.name ?? '?';
    // Python's server words it differently, and uses other words again when its application refuses.
    if (!/invalid namespace/i.test(text) && !(name !== '/' && /^"?unable to connect"?$/i.test(text))) return undefined;
    return because(
      0.97,
      `the server answers “${text.slice(0, 60)}” for ${name}`,
      `the transport at ${context.name(target)} works`,
    );
  }),

  rule('socketio-path-mismatch', (context, target) => {
    if (
      target.kind !== 'engine.io' ||
      !target.symptom ||
      target.symptom.is === 'blocked' ||
      target.symptom.is === 'refused' ||
      target.symptom.is === 'dismissed'
    )
      return undefined;
    if (/REFUSED|NAME_NOT|CERT|SSL/.test(seenError(target) ?? '')) return undefined;
    const status = realStatus(context, target);
    if (isGatewayStatus(status)) return undefined;
    if (target.symptom.is === 'silent') {
      // If the root does not answer, no other path will.
      const root = context.get(atPath(target.address, '/'));
      if (!root || root.failure === 'silent') return undefined;
    }
    const built =
      context
        .bundle()
        ?.literals.filter(
          (literal) => /^\/[\w/.-]{1,40}$/.test(literal) && /io|ws|socket|live|realtime|chat/i.test(literal),
        ) ?? [];
    const { path } = target.address;
    const candidates = [
      '/socket.io/',
      '/api/socket.io/',
      '/ws/socket.io/',
      '/ws/',
      '/realtime/',
      '/io/',
      '/socket/',
      ...built.map((one) => (one.endsWith('/') ? one : `${one}/`)),
    ];
    const folded = path.replace(/[^/]+\/$/, '');
    const paths = [
      path,
      ...new Set([path.startsWith('/socket.io') ? '' : '/socket.io/', folded === '/' ? '' : folded, ...candidates]),
    ]
      .filter((one, index, all) => one !== '' && one !== '/' && all.indexOf(one) === index)
      .slice(0, 10);
    const probed = context.ask({ ask: 'engineio', url: withScheme({ ...target.address, query: '' }, 'http'), paths });
    const open = probed?.results.find((result) => result.open);
    if (open && open.path !== path)
      return because(
        0.94,
        `${path} does not answer as Engine.IO (${status ?? seenError(target) ?? 'no answer'}), and ${open.path} of the same host does`,
      );
    if (open) return undefined;
    const slow =
      /CONNECTION_CLOSED|EMPTY_RESPONSE/.test(seenError(target) ?? '') &&
      target.attempts.some(
        (attempt) =>
          attempt.closedAt !== undefined && attempt.closedAt - attempt.at > 900 && attempt.closedAt - attempt.at < 1400,
      );
    if (slow)
      return because(
        0.7,
        'the handshake was dropped after one second, as Engine.IO does for paths that it does not serve',
      );
    return status === 404 &&
      probed &&
      !frontEndAnswers(context, target) &&
      stockProgram(probed.results[0]?.body ?? '') === undefined
      ? because(0.5, `${path} is answered 404 by the application, not by Engine.IO`)
      : undefined;
  }),

  rule('subprotocol-unanswered', (context, target) => {
    if (target.symptom?.is === 'negotiation' && target.symptom.part === 'subprotocol') {
      return because(
        0.96,
        target.symptom.text.slice(0, 180),
        (target.attempts.at(-1)?.protocols.length ?? 0) > 0 &&
          `the page offers ${target.attempts.at(-1)?.protocols.join(', ').slice(0, 80)}`,
      );
    }
    if (target.symptom?.is === 'closed' && target.symptom.code === 4406)
      return because(0.85, `the server closed with 4406 “${target.symptom.reason}”`);
    const protocols = target.attempts.at(-1)?.protocols ?? [];
    if (protocols.length === 0 || seenStatus(target) === undefined) return undefined;
    const without = context.handshake(addressOf(target), { protocols: [] });
    return without?.state === 'open' && handshakeAnswer(context, target)?.state !== 'open'
      ? because(0.75, 'the handshake is accepted when no subprotocol is offered')
      : undefined;
  }),
];

/** The answer to a preflight permits the request. */
function permits(context: RuleContext, { status = 0, headers }: HttpAnswer): boolean {
  return status >= 200 && status < 300 && ['*', context.origin].includes(headers['access-control-allow-origin'] ?? '');
}

/** A socket to the same host works: CORS does not apply to WebSockets. */
function liveAnyway(context: RuleContext, target: Target): string | undefined {
  return context.live.some((other) => isSocket(other) && other.address.host === target.address.host)
    ? `a WebSocket to ${target.address.host} works: it is not subject to CORS`
    : undefined;
}

/** A refusal because of a credential: missing, or rejected. */
function authentication(context: RuleContext, target: Target, which: 'missing' | 'rejected'): Finding | undefined {
  const refusal = refusedForCredential(context, target);
  if (!refusal) return undefined;
  const credential = target.conversation?.credential ?? 'none';
  const { text, weight, words } = refusal;
  const saysMissing = AUTH_MISSING_WORDS.test(words) && !AUTH_BAD_WORDS.test(words);
  const saysBad = AUTH_BAD_WORDS.test(words) && !/missing|required|absent|ausente/i.test(words);
  // How well each cause fits what the page sent and what the server said.
  const fits = {
    sent: saysMissing ? { missing: 0.55, rejected: 0.75 } : { missing: 0.2, rejected: 1 },
    empty: { missing: 0.97, rejected: 0.3 },
    none: saysBad ? { missing: 0.5, rejected: 0.8 } : { missing: 1, rejected: 0.45 },
  };
  return because(weight * fits[credential][which], text, CREDENTIAL_SEEN[credential]);
}

const CREDENTIAL_SEEN = {
  sent: 'the page sent a credential',
  empty: 'the page sent an empty credential',
  none: 'no credential is seen in the URL, the subprotocol or the first messages of the page',
} as const;

function refusedForCredential(
  context: RuleContext,
  target: Target,
): { text: string; weight: number; words: string } | undefined {
  const { symptom } = target;
  if (symptom?.is === 'dismissed') {
    const words = target.conversation?.error?.text ?? '';
    return {
      text: `the server admitted the page and then disconnected it${words ? ` (“${words.slice(0, 80)}”)` : ''}: packet 41, “io server disconnect”`,
      weight: 0.9,
      words,
    };
  }
  if (symptom?.is === 'refused') {
    const { text, code } = symptom;
    if (/origin|invalid namespace|^"?unable to connect"?$|quota|too many|too large|does not exist/i.test(text))
      return undefined;
    const byCode = code !== undefined && /^(401|403|4401|4403|AUTH|UNAUTH|FORBID|TOKEN|JWT)/i.test(String(code));
    if (!byCode && !AUTH_WORDS.test(text))
      return target.kind === 'engine.io' && target.conversation?.confirmed.length === 0
        ? { text: `the server refuses the connection: “${text.slice(0, 120)}”`, weight: 0.5, words: text }
        : undefined;
    return { text: `the server says: “${text.slice(0, 140)}”`, weight: 0.95, words: `${text} ${String(code ?? '')}` };
  }
  if (symptom?.is === 'closed') {
    const { code, reason } = symptom;
    if (/origin|quota|too many|limit|too large/i.test(reason)) return undefined;
    const spoken = target.conversation?.error?.text ?? '';
    const words = `${reason} ${spoken}`;
    const byCode = code === 1008 || code === 4401 || code === 4403 || code === 4003 || code === 4001;
    const byWords = AUTH_WORDS.test(words);
    if (!byCode && !(byWords && code !== 1006) && !(code >= 4000 && code < 4500 && byWords)) return undefined;
    if (target.kind === 'pusher' && code === 4001) return undefined;
    return {
      text: `the server closed with ${code}${reason ? ` “${reason.slice(0, 100)}”` : ''}`,
      weight: byWords ? 0.95 : code === 1008 ? 0.85 : 0.8,
      words,
    };
  }
  // The browser sent only the preflight, so the answer to a probe without credentials proves nothing.
  if (symptom?.is === 'cors' && /Preflight/.test(symptom.error)) return undefined;
  const status = realStatus(context, target);
  if (status === 301 || status === 302 || status === 303 || status === 307) {
    const answer = answerTo(context, target);
    return isSocket(target) && /login|signin|sign-in/i.test(answer?.headers.location ?? '')
      ? { text: `${label(target)} is redirected to a sign-in page`, weight: 0.7, words: 'login required' }
      : undefined;
  }
  if (status === 419 && target.kind !== 'channel-auth')
    return { text: `${label(target)} is answered 419: the session has ended`, weight: 0.7, words: 'expired session' };
  if (status !== 401 && status !== 403) return undefined;
  const answer = answerTo(context, target) ?? plainAnswer(context, target);
  if (answer && (kindOf(answer) === 'gate' || (stockProgram(answer.body) !== undefined && status === 401)))
    return undefined;
  const words = `${answer?.body.slice(0, 500) ?? ''} ${bodyOf(target).slice(0, 500)} ${answer?.headers['www-authenticate'] ?? ''}`;
  const text = `${label(target)} is answered ${answer ? describeAnswer(answer) : status}`;
  // A proxy's own “Forbidden” is about files or addresses, rarely about a credential.
  if (answer && stockProgram(answer.body) !== undefined) return { text, weight: 0.35, words };
  if (!isSocket(target))
    return { text, weight: status === 401 ? 0.85 : target.kind === 'channel-auth' ? 0.85 : 0.7, words };
  if (engineCode(answer?.body ?? '') === 4) return { text, weight: 0.6, words };
  if (originSensitive(context, target)) return undefined;
  // A 403 may also mean a wrong path: compare it with the answer for an unknown path.
  const unknownPath = handshakeAtUnknownPath(context, target);
  const everywhere = unknownPath !== undefined && unknownPath.status === status;
  const known = pathIsKnown(context, target);
  const spoken = AUTH_WORDS.test(words);
  const withoutCredential = target.conversation === undefined || target.conversation.credential === 'none';
  const weight = (): number => {
    if (spoken) return 0.93;
    if (everywhere && status === 401) return 0.7;
    if (everywhere) return withoutCredential ? 0.5 : 0.66;
    if (unknownPath === undefined && known === undefined) return 0.6;
    return status === 401 ? 0.92 : 0.85;
  };
  return { text: `${text}${everywhere ? ', like an unknown path' : ''}`, weight: weight(), words };
}
