import { cause } from '../../cause.ts';
import { plainAnswer, seenError } from '../../facts/answers.ts';
import { openElsewhere } from '../../facts/entry-points.ts';
import { protocolOfPort } from '../../facts/other-protocols.ts';
import { describeAnswer } from '../../facts/sentences.ts';
import { finding, likely, possible, proven } from '../../finding.ts';
import type { RuleContext } from '../../context.ts';
import type { Target } from '../../targets/target.ts';
import { isRealtime } from '../../targets/target.ts';
import { hostClass, isSameServer } from '../../urls.ts';

export default cause({
  id: 'bundle-wrong-port',
  hop: 'page',
  sentence: 'The page connects to a port of the right host on which the real-time backend does not serve.',
  proof:
    'The socket path answers at another port of the same host; the port in the URL is closed or belongs to another program.',
  lookAlikes: [
    'edge-port-closed',
    'edge-port-unserved',
    'backend-endpoint-missing',
    'tls-plain-mismatch',
    'upstream-down',
  ],
  explains: ['edge-port-unserved'],
  repair: 'Build the page with the port that the proxy publishes (443 behind HTTPS), and deploy the new bundle.',
  examineTarget: (context, target) => {
    if (
      !isRealtime(target) ||
      target.symptom?.is === 'blocked' ||
      (hostClass(target.address.host) === 'loopback') !== context.pageIsLocal
    )
      return undefined;
    const { host, port } = target.address;
    const error = seenError(target);
    const samePortAsPage = host === context.page.host && port === context.page.port;
    // A port on which a connection was opened is not wrong.
    if (target.attempts.some((attempt) => attempt.opened)) return undefined;
    if (samePortAsPage || error === 'NAME_NOT_RESOLVED' || /CERT/.test(error ?? '')) return undefined;
    const entry = openElsewhere(
      context,
      target,
      (other) => other.host === host || (context.pageIsLocal && hostClass(other.host) === 'loopback'),
    );
    const protocol = protocolOfPort(port);
    const speaksOther = isNoHttp(context, target);
    if (!entry)
      return protocol !== undefined && speaksOther
        ? likely(
            `port ${port} of ${host} is that of ${protocol}, which pages cannot speak, and it answers no HTTP: ${describeAnswer(plainAnswer(context, target))}`,
          )
        : undefined;
    // The page itself comes from there, or its data.
    const own = [context.page, ...context.goodApi.map(({ address }) => address)].some((one) =>
      isSameServer(one, entry),
    );
    const shared = context.failed.some(
      (other) => other !== target && !isRealtime(other) && other.address.host === host && other.address.port === port,
    );
    const refused = error === 'CONNECTION_REFUSED';
    // Between wss and ws the scheme differs, rather than the port.
    if (refused && target.address.secure && !entry.secure)
      return possible(`the same path works over plain ws at port ${entry.port}`);
    if (speaksOther)
      return proven(
        `port ${port} of ${host} answers no HTTP (${describeAnswer(plainAnswer(context, target))})${protocol === undefined ? '' : `: it is that of ${protocol}`}`,
        `the same handshake at port ${entry.port} is accepted`,
      );
    // From outside, a wrong port and a closed port look the same.
    // So do a wrong port and one behind a firewall, or of a program that hangs.
    const silent = target.symptom?.is === 'silent';
    return finding(
      silent || (refused && (!own || shared)) ? 'possible' : 'likely',
      `port ${port} of ${host} ${refused ? 'is closed' : `answers ${describeAnswer(plainAnswer(context, target))}`}`,
      `the same path at port ${entry.port} ${own ? '(which the page uses) ' : ''}speaks the right protocol`,
    );
  },
});

/** The port accepts connections, and what it answers to a plain request is no HTTP, or nothing. */
function isNoHttp(context: RuleContext, target: Target): boolean {
  const seen = seenError(target) ?? '';
  if (!/CONNECTION_(RESET|CLOSED)|EMPTY_RESPONSE|INVALID_HTTP_RESPONSE|Invalid status line/.test(seen)) return false;
  const answer = plainAnswer(context, target);
  return answer !== undefined && ['not-http', 'closed', 'reset'].includes(answer.failure ?? '');
}
