import type { Finding, Level } from '../finding.ts';
import type { Rule, RuleContext } from '../context.ts';
import { atMost, finding, likely, possible, proven } from '../finding.ts';
import { rule } from '../context.ts';
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
    if (!asked) return likely(blocked);
    if (asked.status === undefined || isGatewayStatus(asked.status)) return undefined;
    const allowed = asked.headers['access-control-allow-origin'];
    if (allowed === context.origin && !preflight)
      return possible(blocked, 'outside the browser the same request is allowed');
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
    if (corsWords) return proven(blocked, `the server says: ${describeAnswer(asked)}`);
    if (asked.status < 300 || asked.status === 304)
      return finding(
        proxyAnswer && kind === 'page' ? 'possible' : 'proven',
        blocked,
        outside,
        liveAnyway(context, target),
      );
    // Does the error come only with the Origin header?
    const without = context.get(addressOf(target));
    if (without?.status !== undefined && without.status < 400 && asked.status >= 400)
      return finding(
        preflight && (asked.status === 404 || asked.status === 405) ? 'likely' : 'proven',
        blocked,
        outside,
        `without an Origin it is answered ${without.status}`,
      );
    if (proxyAnswer) return possible(blocked, outside);
    if (asked.status === 401 || asked.status === 403)
      return finding(allowed === undefined ? 'likely' : 'possible', blocked, outside);
    return finding(asked.status === 404 ? 'possible' : 'likely', blocked, outside);
  }),

  rule('cors-wildcard-credentials', (_context, target) => {
    if (target.symptom?.is !== 'cors' || !/Wildcard|AllowCredentials/.test(target.symptom.error)) return undefined;
    return proven(
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
        ? proven(
            `the browser reports ${target.symptom.error} for ${label(target)}`,
            `a preflight that asks for no header is answered ${describeAnswer(bare)}`,
          )
        : undefined;
    }
    if (!/HeaderDisallowed|MethodDisallowed/.test(target.symptom.error)) return undefined;
    return proven(
      `the browser reports ${target.symptom.error} for ${label(target)}`,
      context.consoleLine(/not allowed by Access-Control-Allow/)?.slice(0, 220),
    );
  }),

  rule('ws-origin-rejected', (context, target) => {
    if (target.symptom?.is === 'refused' && /origin/i.test(target.symptom.text))
      return proven(`the server says: ${target.symptom.text.slice(0, 140)}`);
    if (target.symptom?.is === 'closed' && /origin/i.test(target.symptom.reason))
      return proven(`the server closed with ${target.symptom.code} “${target.symptom.reason}”`);
    const sensitive = originSensitive(context, target);
    if (!sensitive) {
      const answer = seenStatus(target) === 403 ? handshakeAnswer(context, target) : undefined;
      return answer && /origin/i.test(answer.body) ? likely(`the server says: ${describeAnswer(answer)}`) : undefined;
    }
    const refusal = handshakeAnswer(context, target);
    const sameHost = target.address.host === context.page.host && target.address.port === context.page.port;
    const refused = `the handshake is refused with Origin ${context.origin} (${describeAnswer(refusal)}) and accepted with`;
    if (!sameHost || firstServer(context, target).proxied === false) return proven(`${refused} ${sensitive.accepted}`);
    // Behind a proxy that rewrites Host, the backend accepts the origin of its internal name.
    const listed = likelyOrigins(context, target).find(
      (origin) => context.handshake(addressOf(target), { origin })?.state === 'open',
    );
    return finding(listed === undefined ? 'likely' : 'proven', `${refused} ${listed ?? sensitive.accepted}`);
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
      return finding(
        connected ? 'proven' : 'likely',
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
      return proven(
        `the server does not know the key “${key}” in the page's URL: ${target.symptom.text.slice(0, 120)}`,
      );
    }
    return target.symptom?.is === 'closed' && target.symptom.code === 4001
      ? proven(`the server closed with 4001 for the key “${key}”`)
      : undefined;
  }),

  rule('namespace-invalid', (context, target) => {
    const text = target.symptom?.is === 'refused' ? target.symptom.text : '';
    const name = target.conversation?.refused.at(-1)?.name ?? '?';
    // Python's server words it differently, and uses other words again when its application refuses.
    if (!/invalid namespace/i.test(text) && !(name !== '/' && /^"?unable to connect"?$/i.test(text))) return undefined;
    return proven(
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
      return proven(
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
      return likely('the handshake was dropped after one second, as Engine.IO does for paths that it does not serve');
    return status === 404 &&
      probed &&
      !frontEndAnswers(context, target) &&
      stockProgram(probed.results[0]?.body ?? '') === undefined
      ? possible(`${path} is answered 404 by the application, not by Engine.IO`)
      : undefined;
  }),

  rule('subprotocol-unanswered', (context, target) => {
    if (target.symptom?.is === 'negotiation' && target.symptom.part === 'subprotocol') {
      return proven(
        target.symptom.text.slice(0, 180),
        (target.attempts.at(-1)?.protocols.length ?? 0) > 0 &&
          `the page offers ${target.attempts.at(-1)?.protocols.join(', ').slice(0, 80)}`,
      );
    }
    if (target.symptom?.is === 'closed' && target.symptom.code === 4406)
      return likely(`the server closed with 4406 “${target.symptom.reason}”`);
    const protocols = target.attempts.at(-1)?.protocols ?? [];
    if (protocols.length === 0 || seenStatus(target) === undefined) return undefined;
    const without = context.handshake(addressOf(target), { protocols: [] });
    return without?.state === 'open' && handshakeAnswer(context, target)?.state !== 'open'
      ? likely('the handshake is accepted when no subprotocol is offered')
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
  const { text, level, words } = refusal;
  const saysMissing = AUTH_MISSING_WORDS.test(words) && !AUTH_BAD_WORDS.test(words);
  const saysBad = AUTH_BAD_WORDS.test(words) && !/missing|required|absent|ausente/i.test(words);
  // How well each cause fits what the page sent and what the server said.
  const fits = {
    sent: { missing: 'possible', rejected: saysMissing ? atMost('likely', level) : level },
    empty: { missing: level, rejected: 'possible' },
    none: saysBad
      ? { missing: 'possible', rejected: atMost('likely', level) }
      : { missing: level, rejected: 'possible' },
  } satisfies Record<string, Record<string, Level>>;
  return finding(fits[credential][which], text, CREDENTIAL_SEEN[credential]);
}

const CREDENTIAL_SEEN = {
  sent: 'the page sent a credential',
  empty: 'the page sent an empty credential',
  none: 'no credential is seen in the URL, the subprotocol or the first messages of the page',
} as const;

function refusedForCredential(
  context: RuleContext,
  target: Target,
): { text: string; level: Level; words: string } | undefined {
  const { symptom } = target;
  if (symptom?.is === 'dismissed') {
    const words = target.conversation?.error?.text ?? '';
    return {
      text: `the server admitted the page and then disconnected it${words ? ` (“${words.slice(0, 80)}”)` : ''}: packet 41, “io server disconnect”`,
      level: 'proven',
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
        ? { text: `the server refuses the connection: “${text.slice(0, 120)}”`, level: 'possible', words: text }
        : undefined;
    return {
      text: `the server says: “${text.slice(0, 140)}”`,
      level: 'proven',
      words: `${text} ${String(code ?? '')}`,
    };
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
      level: byWords ? 'proven' : 'likely',
      words,
    };
  }
  // The browser sent only the preflight, so the answer to a probe without credentials proves nothing.
  if (symptom?.is === 'cors' && /Preflight/.test(symptom.error)) return undefined;
  const status = realStatus(context, target);
  if (status === 301 || status === 302 || status === 303 || status === 307) {
    const answer = answerTo(context, target);
    return isSocket(target) && /login|signin|sign-in/i.test(answer?.headers.location ?? '')
      ? { text: `${label(target)} is redirected to a sign-in page`, level: 'likely', words: 'login required' }
      : undefined;
  }
  if (status === 419 && target.kind !== 'channel-auth')
    return {
      text: `${label(target)} is answered 419: the session has ended`,
      level: 'likely',
      words: 'expired session',
    };
  if (status !== 401 && status !== 403) return undefined;
  const answer = answerTo(context, target) ?? plainAnswer(context, target);
  if (answer && (kindOf(answer) === 'gate' || (stockProgram(answer.body) !== undefined && status === 401)))
    return undefined;
  const words = `${answer?.body.slice(0, 500) ?? ''} ${bodyOf(target).slice(0, 500)} ${answer?.headers['www-authenticate'] ?? ''}`;
  const text = `${label(target)} is answered ${answer ? describeAnswer(answer) : status}`;
  // A proxy's own “Forbidden” is about files or addresses, rarely about a credential.
  if (answer && stockProgram(answer.body) !== undefined) return { text, level: 'possible', words };
  if (!isSocket(target)) return { text, level: 'likely', words };
  if (engineCode(answer?.body ?? '') === 4) return { text, level: 'likely', words };
  if (originSensitive(context, target)) return undefined;
  // A 403 may also mean a wrong path: compare it with the answer for an unknown path.
  const unknownPath = handshakeAtUnknownPath(context, target);
  const everywhere = unknownPath !== undefined && unknownPath.status === status;
  const known = pathIsKnown(context, target);
  const spoken = AUTH_WORDS.test(words);
  const withoutCredential = target.conversation === undefined || target.conversation.credential === 'none';
  const level = (): Level => {
    // “Forbidden” is no more than the name of the status 403.
    if (spoken) return status === 401 ? 'proven' : 'likely';
    if (everywhere && status === 401) return 'likely';
    if (everywhere) return withoutCredential ? 'possible' : 'likely';
    if (unknownPath === undefined && known === undefined) return 'likely';
    return status === 401 ? 'proven' : 'likely';
  };
  return { text: `${text}${everywhere ? ', like an unknown path' : ''}`, level: level(), words };
}
