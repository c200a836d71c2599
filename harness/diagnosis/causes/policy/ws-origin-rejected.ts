import { cause } from '../../cause.ts';
import type { RuleContext } from '../../context.ts';
import { addressOf, handshakeAnswer, offered, seenStatus } from '../../facts/answers.ts';
import {
  closedForOrigin,
  comparesHost,
  handshakeAs,
  likelyOrigins,
  originSensitive,
  otherScheme,
  withoutPort,
} from '../../facts/origins.ts';
import { sameWithAnyOrigin } from '../../facts/refutations.ts';
import { describeAnswer, quoted } from '../../facts/sentences.ts';
import { firstServer } from '../../facts/servers.ts';
import { accepts, stays } from '../../facts/upgrade.ts';
import type { Finding } from '../../finding.ts';
import { finding, likely, proven } from '../../finding.ts';
import type { Target } from '../../targets/target.ts';
import { isSameServer } from '../../urls.ts';

export default cause({
  id: 'ws-origin-rejected',
  hop: 'policy',
  sentence: "The real-time endpoint refuses connections from this page's origin.",
  proof:
    'The same handshake is refused with the Origin of the page and accepted with another or none (Pusher protocol: error 4009 "Origin not allowed").',
  lookAlikes: [
    'proxy-host-rewritten',
    'cors-origin-missing',
    'auth-rejected',
    'backend-endpoint-missing',
    'backend-wrong-path',
  ],
  repair:
    "Add the page's origin to the endpoint's list of allowed origins, in the form that the server wants: with its scheme and port, or the host name alone. Where TLS ends before it, let it trust the scheme that the proxy passes on.",
  explains: ['auth-missing', 'auth-rejected'],
  examineTarget: (context, target) => {
    const sameHost = isSameServer(target.address, context.page);
    const compares = sameHost && comparesHost(target);
    const said = closedForOrigin(target);
    if (said !== undefined) return finding(compares ? 'possible' : 'proven', said);
    const sandboxed = refusedFrame(context, target);
    if (sandboxed) return sandboxed;
    const sensitive = originSensitive(context, target);
    const byScheme = otherScheme(context).find((origin) => origin === sensitive?.accepted);
    if (!sensitive) {
      const answered = target.requests.findLast(({ status = 0, body = '' }) => status >= 400 && saysOrigin(body));
      if (answered) return likely(`the server says: ${quoted(answered.body ?? '')}`);
      const answer = [400, 403].includes(seenStatus(target) ?? 0) ? handshakeAnswer(context, target) : undefined;
      return answer && saysOrigin(answer.body) ? likely(`the server says: ${describeAnswer(answer)}`) : undefined;
    }
    const refusal = handshakeAnswer(context, target);
    const refused = `the handshake is refused with Origin ${context.origin} (${describeAnswer(refusal)}) and accepted with`;
    if (byScheme !== undefined && context.page.secure && sameHost)
      return proven(`${refused} ${byScheme}: TLS ends before the backend, which takes the page for one of plain http`);
    if (!sameHost || (!compares && firstServer(context, target).proxied === false))
      return proven(`${refused} ${sensitive.accepted}`);
    // Behind a proxy that rewrites Host, the backend accepts the origin of its internal name, or of the Host without its port.
    const listed = likelyOrigins(context, target).find((origin) => stays(handshakeAs(context, target, origin)));
    const inHost = compares || (listed !== undefined && withoutPort(context).includes(listed));
    const level = inHost ? 'possible' : listed === undefined ? 'likely' : 'proven';
    return finding(level, `${refused} ${listed ?? sensitive.accepted}`);
  },
  excluded: sameWithAnyOrigin,
});

/** What the page itself may open is refused to a frame in a sandbox, whose origin is null. */
function refusedFrame(context: RuleContext, target: Target): Finding | undefined {
  const status = seenStatus(target);
  if (status === undefined || !accepts(handshakeAnswer(context, target))) return undefined;
  const framed = context.handshake(addressOf(target), { origin: 'null', ...offered(target) });
  return framed?.status === status
    ? proven(
        `the handshake is refused with Origin null (${describeAnswer(framed)}), which a frame in a sandbox has, and accepted with ${context.origin}`,
      )
    : undefined;
}

const saysOrigin = (text: string): boolean => /origin/i.test(text) && !/<html/i.test(text);
