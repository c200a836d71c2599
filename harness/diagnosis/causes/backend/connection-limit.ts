import { stockProgram } from '../../answers.ts';
import { cause } from '../../cause.ts';
import type { RuleContext } from '../../context.ts';
import { answerTo, clientsAtOnce, handshakeAnswer, isSocket, realStatus } from '../../facts/answers.ts';
import { gatewayFailure, isOverLimit } from '../../facts/gateways.ts';
import { describeAnswer, label } from '../../facts/sentences.ts';
import { firstServer } from '../../facts/servers.ts';
import { CONNECTIONS_PER_HOST, eventStreams } from '../../facts/streams.ts';
import type { Finding } from '../../finding.ts';
import { finding, likely, proven } from '../../finding.ts';
import type { Target } from '../../targets/target.ts';

export default cause({
  id: 'connection-limit',
  hop: 'backend',
  sentence: 'The backend or the browser allows no more connections.',
  proof:
    'A quota error (Pusher 4004, close 1013), or more than six HTTP/1.1 event streams of one host: the others stay pending.',
  lookAlikes: ['proxy-connection-limit', 'upstream-silent', 'proxy-buffers-stream'],
  repair: 'Raise the quota, close what is not needed, share one connection, or serve streams by HTTP/2.',
  examineTarget: (context, target) => {
    if (
      target.symptom?.is === 'refused' &&
      (target.symptom.code === 4004 || target.symptom.code === 4100 || LIMIT_WORDS.test(target.symptom.text))
    )
      return proven(`the server says: ${target.symptom.text.slice(0, 140)}`);
    if (target.symptom?.is === 'closed' && !gatewayFailure(target)?.sure) {
      const { code, reason } = target.symptom;
      const says = LIMIT_WORDS.test(reason);
      // “Try again later” is said by a server that is full, and by one whose own server is away.
      if (says || code === 1013)
        return finding(says ? 'proven' : 'likely', `the server closed with ${code}${reason ? ` “${reason}”` : ''}`);
    }
    const status = realStatus(context, target);
    const said = status === 503 ? answerTo(context, target) : undefined;
    if (said && isOverLimit(said))
      return likely(
        `${label(target)} is answered ${describeAnswer(said)}, as Uvicorn does over its limit of connections`,
      );
    if (isSocket(target) && (status === 503 || status === 429)) {
      const answer = handshakeAnswer(context, target);
      const own = answer !== undefined && stockProgram(answer) === undefined;
      if (own && LIMIT_WORDS.test(answer.body))
        return finding(
          firstServer(context, target).proxied === true ? 'likely' : 'proven',
          `the server says: ${describeAnswer(answer)}`,
        );
      const others = context.live.some(
        (other) =>
          isSocket(other) && other.address.host === target.address.host && other.address.port === target.address.port,
      );
      // Whoever is let in a moment later, and three more with him, met no limit.
      const letIn =
        answer?.state === 'open' && clientsAtOnce(context, target)?.results.every(({ state }) => state === 'open');
      if (own && letIn === false && firstServer(context, target).proxied === false)
        return likely(
          `the application refuses the handshake with ${status}`,
          others && 'other sockets of the page are open',
        );
    }
    return streamLimit(context, target);
  },
});

const LIMIT_WORDS =
  /over (connection )?quota|too many (open |connected |concurrent )?(connections|clients|sockets|users)|connection (limit|quota)|max(imum)?[ _-](number of )?(connections|clients)|(connections?|clients?|server) (limit|full|is full)|limit (reached|exceeded)|at capacity|limite de conex/i;

/** Browsers open at most six HTTP/1.1 connections to a host, and each event stream occupies one. */
function streamLimit(context: RuleContext, target: Target): Finding | undefined {
  if (target.symptom?.is !== 'silent') return undefined;
  const { open, pending } = eventStreams(context, target);
  if (open < CONNECTIONS_PER_HOST || (pending === 0 && target.kind === 'sse')) return undefined;
  return proven(
    `${open} event streams of ${target.address.host} are open, and ${pending > 0 ? `${pending} more wait` : 'other requests wait'}: browsers open six connections to a host over HTTP/1.1`,
  );
}
