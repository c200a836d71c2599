import { cause } from '../../cause.ts';
import { handshakeAnswer, seenStatus } from '../../facts/answers.ts';
import { handshakeAs, likelyOrigins, originSensitive, otherScheme } from '../../facts/origins.ts';
import { sameWithAnyOrigin } from '../../facts/refutations.ts';
import { describeAnswer } from '../../facts/sentences.ts';
import { firstServer } from '../../facts/servers.ts';
import { finding, likely, proven } from '../../finding.ts';

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
    "Add the page's origin (scheme, host and port) to the endpoint's list of allowed origins; where TLS ends before it, let it trust the scheme that the proxy passes on.",
  explains: ['auth-missing', 'auth-rejected'],
  examineTarget: (context, target) => {
    if (target.symptom?.is === 'refused' && /origin/i.test(target.symptom.text))
      return proven(`the server says: ${target.symptom.text.slice(0, 140)}`);
    if (target.symptom?.is === 'closed' && /origin/i.test(target.symptom.reason))
      return proven(`the server closed with ${target.symptom.code} “${target.symptom.reason}”`);
    const sensitive = originSensitive(context, target);
    const byScheme = otherScheme(context).find((origin) => origin === sensitive?.accepted);
    if (!sensitive) {
      const answer = seenStatus(target) === 403 ? handshakeAnswer(context, target) : undefined;
      return answer && /origin/i.test(answer.body) ? likely(`the server says: ${describeAnswer(answer)}`) : undefined;
    }
    const refusal = handshakeAnswer(context, target);
    const sameHost = target.address.host === context.page.host && target.address.port === context.page.port;
    const refused = `the handshake is refused with Origin ${context.origin} (${describeAnswer(refusal)}) and accepted with`;
    if (byScheme !== undefined && context.page.secure && sameHost)
      return proven(`${refused} ${byScheme}: TLS ends before the backend, which takes the page for one of plain http`);
    if (!sameHost || firstServer(context, target).proxied === false) return proven(`${refused} ${sensitive.accepted}`);
    // Behind a proxy that rewrites Host, the backend accepts the origin of its internal name.
    const listed = likelyOrigins(context, target).find(
      (origin) => handshakeAs(context, target, origin)?.state === 'open',
    );
    return finding(listed === undefined ? 'likely' : 'proven', `${refused} ${listed ?? sensitive.accepted}`);
  },
  excluded: sameWithAnyOrigin,
});
