/** Whether a handshake is refused for its Origin. */
import { engineCode } from '../words/engine-io.ts';
import type { RuleContext } from '../context.ts';
import type { HandshakeAnswer } from '../readings.ts';
import type { Target } from '../targets/target.ts';
import { hostClass, originOf, siteOf } from '../urls.ts';
import { addressOf, handshakeAnswer, isSocket, offered, seenError, seenStatus } from './answers.ts';
import { isCut, stays } from './upgrade.ts';

/** The handshake is refused for its Origin: with another one, or without, it is accepted. */
export function originSensitive(context: RuleContext, target: Target): { accepted: string } | undefined {
  if (!isSocket(target) || (target.kind === 'engine.io' && target.attempts.length === 0)) return undefined;
  const status = seenStatus(target);
  // A server may also hang up, or write a bare word that is no HTTP.
  const dropped = /CONNECTION_(CLOSED|RESET)|EMPTY_RESPONSE|INVALID_HTTP_RESPONSE|Invalid status line/.test(
    seenError(target) ?? '',
  );
  const endedAtOnce =
    target.symptom?.is === 'closed' && target.symptom.age < 1500 && target.conversation?.messages === 0;
  if (!dropped && !endedAtOnce && (status === undefined || ![400, 401, 403, 404, 500].includes(status)))
    return undefined;
  const asPage = handshakeAnswer(context, target);
  if (!asPage) return undefined;
  if (stays(asPage)) return undefined;
  // Engine.IO gives its reason as a code; only "Forbidden" can be about the origin.
  const code = engineCode(asPage.body);
  if (code !== undefined && code !== 4) return undefined;
  const without = handshakeAs(context, target, null);
  if (stays(without)) return { accepted: 'no Origin' };
  if (without && isCut(without) && isCut(asPage)) return undefined;
  // A 404 is about the path, not about the origin; Action Cable says so to origins that it does not know.
  if (status === 404 && !target.attempts.some(({ protocols }) => protocols.some(isActionCable))) return undefined;
  for (const origin of likelyOrigins(context, target)) {
    if (stays(handshakeAs(context, target, origin))) return { accepted: origin };
  }
  return undefined;
}

/**
 * Paths of servers that compare the Origin with the Host of the request before any list: Streamlit, Jupyter, n8n. So where
 * they refuse the page that they serve, they have been asked for another host.
 */
export const comparesHost = ({ address }: Target): boolean =>
  /\/_stcore\/stream$|\/api\/kernels\/[^/]+\/channels$|\/api\/events\/subscribe$|\/terminals\/websocket\/|\/rest\/push$/.test(
    address.path,
  );

/** Servers that have a list of origins and never look at Host: Bokeh and Panel, by their subprotocol. */
export const knowsOriginsAlone = ({ attempts }: Target): boolean =>
  attempts.some(({ protocols }) => protocols.includes('bokeh'));

/** The connection was made and then ended in words about the Origin: what was said. */
export function closedForOrigin({ symptom }: Target): string | undefined {
  if (symptom?.is === 'refused' && /origin/i.test(symptom.text))
    return `the server says: ${symptom.text.slice(0, 140)}`;
  return symptom?.is === 'closed' && /origin/i.test(symptom.reason)
    ? `the server closed with ${symptom.code} “${symptom.reason}”`
    : undefined;
}

const isActionCable = (protocol: string): boolean => /^actioncable-/.test(protocol);

/** The answer to a handshake of the page with another Origin, or with none. */
export const handshakeAs = (context: RuleContext, target: Target, origin: string | null): HandshakeAnswer | undefined =>
  context.handshake(addressOf(target), { origin, ...offered(target) });

/** The page's origin with the other scheme: what a backend takes it for when TLS ends before it. */
export const otherScheme = ({ page }: RuleContext): string[] => {
  const secure = !page.secure;
  return [originOf({ ...page, secure, port: secure ? 443 : 80 }), originOf({ ...page, secure })];
};

/** The origins of the page's host without its port, the page's scheme first; none where its port is the usual one. */
export function withoutPort({ page }: RuleContext): string[] {
  if (page.port === 80 || page.port === 443) return [];
  const at = (secure: boolean): string => originOf({ host: page.host, secure, port: secure ? 443 : 80 });
  return [at(page.secure), at(!page.secure)];
}

/** The origin of the page's host with www. before it, or without. */
function otherWww({ page }: RuleContext): string[] {
  if (hostClass(page.host) !== 'name') return [];
  return [originOf({ ...page, host: page.host.startsWith('www.') ? page.host.slice(4) : `www.${page.host}` })];
}

/** Origins that the server's list may contain instead of the page's: at most ten. */
export function likelyOrigins(context: RuleContext, target: Target): string[] {
  const relatives = context
    .entryPoints()
    .map(originOf)
    .filter((origin) => !origin.includes('localhost'));
  const site = siteOf(context.page.host);
  const named = hostClass(site) === 'name' ? [site, `www.${site}`] : [];
  const guesses = [
    originOf(target.address),
    ...withoutPort(context),
    ...otherWww(context),
    ...(context.page.port === (context.page.secure ? 443 : 80)
      ? otherScheme(context).slice(0, 1)
      : otherScheme(context)),
    ...relatives,
    ...named.flatMap((host) => [`https://${host}`, `http://${host}`]),
    'http://localhost:3000',
    'http://localhost',
    'http://127.0.0.1',
  ];
  return [...new Set(guesses)].filter((origin) => origin !== context.origin).slice(0, 10);
}
