import { kindOf } from '../../answers.ts';
import { cause } from '../../cause.ts';
import { plainAnswer, seenError, seenStatus } from '../../facts/answers.ts';
import { describeAnswer } from '../../facts/sentences.ts';
import { finding, possible, proven } from '../../finding.ts';
import { authority } from '../../urls.ts';

export default cause({
  id: 'tls-plain-mismatch',
  hop: 'edge',
  sentence: 'The page uses TLS on a plain HTTP port, or plain HTTP on a TLS port.',
  proof:
    'The TLS handshake fails on a port that answers plain HTTP, or the plain request is answered with "sent to HTTPS port".',
  lookAlikes: ['tls-http2-only', 'edge-port-unserved', 'bundle-wrong-port', 'hsts-upgrade', 'proxy-upstream-tls'],
  repair: 'Align scheme and port: wss with the TLS port, ws with the plain one.',
  examineTarget: (context, target) => {
    const error = seenError(target) ?? '';
    if (/CERT|NAME_NOT|REFUSED/.test(error) || target.symptom?.is === 'blocked') return undefined;
    const { host, port, secure } = target.address;
    if (secure) {
      if (!/SSL|CONNECTION_(CLOSED|RESET)|EMPTY_RESPONSE|TIMED_OUT/.test(error) && target.symptom?.is !== 'silent')
        return undefined;
      const asHttp = context.get({ scheme: 'http', secure: false, host, port, path: '/', query: '' });
      if (asHttp?.status === undefined || kindOf(asHttp) === 'tls-port') return undefined;
      const asTls = context.ask({ ask: 'tls', host, port, alpn: 'any' });
      if (!asTls) return possible(`${authority(target.address)} answers plain HTTP (${describeAnswer(asHttp)})`);
      if (asTls.state === 'ok') return undefined;
      return proven(
        `the page uses TLS for ${host}:${port}, and that port answers plain HTTP (${describeAnswer(asHttp)})`,
        `a TLS handshake there fails: ${asTls.error ?? asTls.state}`,
      );
    }
    const status = seenStatus(target);
    if (!(
      status === 400 ||
      /CONNECTION_(CLOSED|RESET)|EMPTY_RESPONSE|INVALID_HTTP_RESPONSE|TIMED_OUT/.test(error) ||
      target.symptom?.is === 'silent' ||
      target.symptom?.is === 'cors'
    ))
      return undefined;
    const answer = plainAnswer(context, target);
    const saysSo = answer !== undefined && kindOf(answer) === 'tls-port';
    if (!answer || (answer.status !== undefined && !saysSo)) return undefined;
    const asTls = context.ask({ ask: 'tls', host, port, alpn: 'any' });
    if (saysSo) {
      // A port without TLS that says so hands on the words of a backend.
      if (asTls && asTls.state !== 'ok') return undefined;
      return finding(
        asTls ? 'proven' : 'possible',
        `the page sends plain HTTP to a TLS port, and the server says so: ${describeAnswer(answer)}`,
      );
    }
    return asTls?.state === 'ok'
      ? proven(
          `${host}:${port} drops plain HTTP and completes a TLS handshake: the page sends plain HTTP to a TLS port`,
        )
      : undefined;
  },
});
