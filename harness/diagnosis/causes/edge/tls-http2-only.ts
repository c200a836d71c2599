import { cause } from '../../cause.ts';
import { handshakeAnswer, isSocket, seenError, seenStatus } from '../../facts/answers.ts';
import { describeAnswer } from '../../facts/sentences.ts';
import { likely, proven } from '../../finding.ts';
import { authority } from '../../urls.ts';

export default cause({
  id: 'tls-http2-only',
  hop: 'edge',
  sentence: 'The TLS server offers only HTTP/2, and this WebSocket cannot be opened over it.',
  proof: 'A handshake that offers h2 succeeds and one that offers only http/1.1 is refused; ordinary requests work.',
  lookAlikes: ['tls-plain-mismatch', 'proxy-upgrade-missing', 'edge-port-unserved'],
  repair: 'Let the server negotiate http/1.1 as well (ALPN), or support WebSockets over HTTP/2 (RFC 8441).',
  examineTarget: (context, target) => {
    const { host, port, secure } = target.address;
    const error = seenError(target) ?? '';
    const status = seenStatus(target);
    if (
      !secure ||
      /CERT|REFUSED|NAME_NOT|TIMED_OUT/.test(error) ||
      !isSocket(target) ||
      target.symptom?.is === 'blocked'
    )
      return undefined;
    const tries =
      /SSL|HTTP_?2|ALPN|HTTP_1_1|CONNECTION_(CLOSED|RESET)|EMPTY|INVALID_HTTP|PROTOCOL/.test(error) ||
      (status !== undefined && status !== 200 && !(status >= 301 && status <= 308)) ||
      target.symptom?.is === 'closed';
    if (!tries) return undefined;
    const both = context.ask({ ask: 'tls', host, port, alpn: 'any' });
    if (both?.alpn !== 'h2') return undefined;
    const old = context.ask({ ask: 'tls', host, port, alpn: 'http/1.1' });
    if (!old) return undefined;
    if (old.state !== 'ok')
      return proven(
        `${authority(target.address)} negotiates h2, and refuses a handshake that offers only http/1.1 (${old.error ?? old.state})`,
      );
    const answer = handshakeAnswer(context, target);
    if (!answer) return undefined;
    if (
      /ALPN|HTTP\/2|h2\b/i.test(answer.body) ||
      answer.state === 'not-http' ||
      answer.status === 505 ||
      answer.status === 464 ||
      (answer.state === 'closed' && old.alpn === undefined)
    ) {
      return proven(
        `${authority(target.address)} negotiates h2, and does not serve http/1.1 (${describeAnswer(answer)})`,
      );
    }
    // The browser used h2 because the server announced WebSockets over it.
    if (answer.state === 'open' && status !== undefined && !target.attempts.some(({ opened }) => opened))
      return likely(`a handshake over http/1.1 succeeds; the browser used h2 and got ${status}`);
    return undefined;
  },
});
