import { plainText } from '../../answers.ts';
import { cause } from '../../cause.ts';
import { handshakeAnswer, isSocket, plainAnswer, realStatus } from '../../facts/answers.ts';
import { label } from '../../facts/sentences.ts';
import { gatewayError } from '../../families/gateway-error.ts';
import { byTable } from '../../families/table.ts';
import { likely, proven } from '../../finding.ts';
import { bodyOf } from '../../targets/target.ts';

export default cause({
  id: 'payload-too-large',
  hop: 'backend',
  sentence: 'A message, or what goes with a request, is larger than a limit on the way.',
  proof:
    'The socket ends with 1009 (or HTTP says 413) right after a large message, and small ones pass; or HTTP says 431 to large headers, 414 to a long address.',
  lookAlikes: ['proxy-idle-timeout', 'proxy-strips-extensions', 'cors-origin-missing'],
  repair: 'Raise the limit of the server or proxy that refuses the message, or send less.',
  examineTarget: (context, target) => {
    const status = realStatus(context, target);
    if (target.symptom?.is === 'closed' && target.symptom.code === 1009)
      return proven(`the socket was closed with 1009${target.symptom.reason ? ` “${target.symptom.reason}”` : ''}`);
    if (status === 413) return proven(`${label(target)} is answered 413`);
    if (status === 414) return proven(`${label(target)} is answered 414: its address is too long`);
    if (status === 431)
      return proven(`${label(target)} is answered 431: its headers, cookies among them, are too large`);
    // nginx: “Request Header Or Cookie Too Large”; Apache: “Size of a request header field exceeds server limit.”.
    const refusal = status === 400 && isSocket(target) ? handshakeAnswer(context, target)?.body : undefined;
    const answer = status === 400 ? (refusal ?? bodyOf(target)) : '';
    if (/(header|cookie)[^<]{0,30} (too (large|big)|exceeds server limit)/i.test(answer))
      return proven(`${label(target)} is answered 400: ${plainText(answer).slice(0, 100)}`);
    if (
      target.symptom?.is === 'refused' &&
      /too (large|big|long)|payload (size|length|exceed|limit)|(max(imum)?|exceeds?)[ _-](the )?(max(imum)? )?payload|message size|max(imum)? (size|length)/i.test(
        target.symptom.text,
      )
    )
      return proven(`the server says: ${target.symptom.text.slice(0, 140)}`);
    const big =
      (target.attempts.at(-1)?.sentLast ?? 0) > 3900 ||
      context.evidence.sockets.some(
        (socket) =>
          socket.url === target.url &&
          socket.frames.at(-1)?.direction === 'sent' &&
          (socket.frames.at(-1)?.text.length ?? 0) > 3900,
      );
    if (target.symptom?.is === 'closed' && big && target.symptom.idle < 2000)
      return likely(`the connection ended ${target.symptom.idle} ms after the page sent a large message`);
    if (status === 502 && target.method !== 'GET') {
      // Some proxies report their own size limit as a failed upstream.
      const read = plainAnswer(context, target);
      if (read?.status !== undefined && read.status < 500)
        return likely(
          `${target.method} ${label(target)} is answered 502, and a request without a body reaches the backend (${read.status})`,
        );
    }
    const posted = target.requests.some((request) => request.method === 'POST' && request.status === 413);
    if (posted) return proven(`a POST to ${label(target)} is answered 413`);
    return byTable(gatewayError, 'payload-too-large')(context, target);
  },
});
