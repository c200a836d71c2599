/** A connection or request is refused for its credential: it is missing, or not accepted. */
import { kindOf, stockProgram } from '../answers.ts';
import { engineCode } from '../words/engine-io.ts';
import type { RuleContext } from '../context.ts';
import { AUTH_BAD_WORDS, AUTH_MISSING_WORDS, AUTH_WORDS } from '../credentials.ts';
import { asksForSignIn } from '../effect.ts';
import { answerTo, handshakeAtUnknownPath, isSocket, plainAnswer, realStatus } from '../facts/answers.ts';
import { originSensitive } from '../facts/origins.ts';
import { describeAnswer, label, quoted } from '../facts/sentences.ts';
import { pathIsKnown } from '../facts/servers.ts';
import { toldStatus } from '../facts/told-status.ts';
import type { Finding, Level } from '../finding.ts';
import { atMost, finding } from '../finding.ts';
import type { Target } from '../targets/target.ts';
import { bodyOf } from '../targets/target.ts';
import { isSameServer } from '../urls.ts';

/** A refusal because of a credential: missing, or rejected. */
export function authentication(
  context: RuleContext,
  target: Target,
  which: 'missing' | 'rejected',
): Finding | undefined {
  const refusal = refusedForCredential(context, target);
  if (!refusal) return undefined;
  const seen = target.conversation?.credential ?? 'none';
  const credential = seen === 'none' && acceptedWithout(context, target) ? 'sent' : seen;
  const { text, level, words } = refusal;
  if (asksForSignIn(context)) return finding('possible', text, NOT_SIGNED_IN);
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

/** A plain request without cookies is answered, which the page's is not: so the page has sent one. */
const acceptedWithout = (context: RuleContext, target: Target): boolean =>
  !isSocket(target) && target.symptom?.is === 'status' && (plainAnswer(context, target)?.status ?? 500) < 300;

export function refusedForCredential(
  context: RuleContext,
  target: Target,
): { text: string; level: Level; words: string } | undefined {
  const { symptom } = target;
  if (symptom?.is === 'dismissed') {
    const words = target.conversation?.error?.text ?? '';
    // Who has been served what he came for was let in.
    if (wasServed(target)) return undefined;
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
  const told = toldStatus(context, target);
  if (typeof told === 'object' && [401, 403].includes(told.status))
    return {
      text: `${label(target)} is answered 200, and says ${told.status}: ${quoted(told.body)}`,
      level: 'likely',
      words: told.body,
    };
  // The browser sent only the preflight, so the answer to a probe without credentials proves nothing.
  if (symptom?.is === 'cors' && /Preflight/.test(symptom.error)) return undefined;
  const status = realStatus(context, target);
  if (status === 301 || status === 302 || status === 303 || status === 307) {
    const answer = answerTo(context, target);
    return (isSocket(target) || target.kind === 'sse') && /login|signin|sign-in/i.test(answer?.headers.location ?? '')
      ? {
          text: `${label(target)} is redirected to a sign-in page`,
          // At another address, the sign-in may be that of another application.
          level: isSameServer(target.address, context.page) ? 'likely' : 'possible',
          words: 'login required',
        }
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
  if (
    answer &&
    (['gate', 'proxy-no-route'].includes(kindOf(answer)) || (stockProgram(answer) !== undefined && status === 401))
  )
    return undefined;
  // The page sends what the questions do not, so its own answer says more.
  const asked = target.requests.findLast((request) => request.status === status);
  const challenge = asked?.headers?.['www-authenticate'] ?? answer?.headers['www-authenticate'] ?? '';
  const words = `${answer?.body.slice(0, 500) ?? ''} ${bodyOf(target).slice(0, 500)} ${challenge}`;
  const text = `${label(target)} is answered ${answer?.status === status ? describeAnswer(answer) : status}`;
  // A proxy's own “Forbidden” is about files or addresses, rarely about a credential.
  if (answer && stockProgram(answer) !== undefined) return { text, level: 'possible', words };
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

/** The server sent the page messages of the application for longer than it takes to look at a credential. */
export const wasServed = ({ conversation, attempts }: Target): boolean => {
  const { age = 0 } = attempts.at(-1) ?? {};
  return (conversation?.messages ?? 0) > 0 && age > 1000;
};

/** What a visit without credentials shows of a page that asks for them. */
const NOT_SIGNED_IN =
  'the page asks for a password: the visitor is not signed in, and nothing real-time was looked at; --login visits it signed in';

export const CREDENTIAL_SEEN = {
  sent: 'the page sent a credential',
  empty: 'the page sent an empty credential',
  none: 'no credential is seen in the URL, the subprotocol or the first messages of the page',
} as const;
