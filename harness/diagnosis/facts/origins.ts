/** Whether a handshake is refused for its Origin. */
import { engineCode } from '../words/engine-io.ts';
import type { RuleContext } from '../context.ts';
import type { Target } from '../targets/target.ts';
import { changed, hostClass, originOf, siteOf } from '../urls.ts';
import { addressOf, handshakeAnswer, isSocket, seenError, seenStatus } from './answers.ts';
import { isCut, stays } from './upgrade.ts';

/** The handshake is refused for its Origin: with another one, or without, it is accepted. */
export function originSensitive(context: RuleContext, target: Target): { accepted: string } | undefined {
  if (!isSocket(target) || (target.kind === 'engine.io' && target.attempts.length === 0)) return undefined;
  const status = seenStatus(target);
  const dropped = /CONNECTION_(CLOSED|RESET)|EMPTY_RESPONSE/.test(seenError(target) ?? '');
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
  const without = context.handshake(addressOf(target), { origin: null });
  if (stays(without)) return { accepted: 'no Origin' };
  if (without && isCut(without) && isCut(asPage)) return undefined;
  // A 404 is about the path, not about the origin.
  if (status === 404) return undefined;
  for (const origin of likelyOrigins(context, target)) {
    const answer = context.handshake(addressOf(target), { origin });
    if (stays(answer)) return { accepted: origin };
  }
  return undefined;
}

/** The origins of the page's host without its port, the page's scheme first; none where its port is the usual one. */
export function withoutPort({ page }: RuleContext): string[] {
  if (page.port === 80 || page.port === 443) return [];
  const at = (secure: boolean): string => originOf({ host: page.host, secure, port: secure ? 443 : 80 });
  return [at(page.secure), at(!page.secure)];
}

/** Origins that the server's list may contain instead of the page's: at most eight. */
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
    originOf(changed(context.page, { secure: !context.page.secure, port: context.page.secure ? 80 : 443 })),
    ...relatives,
    ...named.flatMap((host) => [`https://${host}`, `http://${host}`]),
    'http://localhost:3000',
    'http://localhost',
  ];
  return [...new Set(guesses)].filter((origin) => origin !== context.origin).slice(0, 8);
}
