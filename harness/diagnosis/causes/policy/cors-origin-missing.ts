import { isGatewayStatus, kindOf } from '../../answers.ts';
import { cause } from '../../cause.ts';
import type { RuleContext } from '../../context.ts';
import { addressOf, isSocket } from '../../facts/answers.ts';
import { permits } from '../../facts/cors.ts';
import { noCorsBlock } from '../../facts/refutations.ts';
import { describeAnswer, label } from '../../facts/sentences.ts';
import { finding, likely, possible, proven } from '../../finding.ts';
import type { Target } from '../../targets/target.ts';

export default cause({
  id: 'cors-origin-missing',
  hop: 'policy',
  sentence: "The server's CORS headers do not allow the page's origin, so the browser hides the response.",
  proof:
    'The browser reports a CORS block, and outside the same request is answered 2xx (or its proper status) by the backend without that origin in Access-Control-Allow-Origin.',
  lookAlikes: [
    'upstream-down',
    'proxy-route-missing',
    'ws-origin-rejected',
    'cors-header-missing',
    'cors-wildcard-credentials',
  ],
  repair: "Add the page's origin (scheme, host, port) to the server's CORS list. WebSockets are not subject to CORS.",
  examineTarget: (context, target) => {
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
    if (!preflight && permits(context, asked))
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
  },
  excluded: noCorsBlock,
});

/** A socket to the same host works: CORS does not apply to WebSockets. */
function liveAnyway(context: RuleContext, target: Target): string | undefined {
  return context.live.some((other) => isSocket(other) && other.address.host === target.address.host)
    ? `a WebSocket to ${target.address.host} works: it is not subject to CORS`
    : undefined;
}
