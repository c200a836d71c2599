import { kindOf } from '../../answers.ts';
import { cause } from '../../cause.ts';
import { answerTo, plainAnswer, realStatus } from '../../facts/answers.ts';
import { describeAnswer, label } from '../../facts/sentences.ts';
import { finding, proven } from '../../finding.ts';
import { edgeWords } from '../../words/edges.ts';

export default cause({
  id: 'proxy-upstream-tls',
  hop: 'proxy',
  sentence:
    'Proxy and backend do not agree on TLS: it is used with a port that has none, not used with one that demands it, or the certificate is not accepted.',
  proof:
    'The proxy says that its TLS handshake with the backend fails, or hands on a backend’s answer that plain HTTP was sent to its TLS port.',
  lookAlikes: ['upstream-down', 'proxy-wrong-upstream', 'tls-plain-mismatch'],
  repair:
    'Name the backend in the proxy with the scheme and port that it serves, and have the proxy trust its certificate.',
  examineTarget: (context, target) => {
    const status = realStatus(context, target);
    if (status === undefined || status < 400) return undefined;
    const answer = answerTo(context, target) ?? plainAnswer(context, target);
    if (!answer) return undefined;
    const words = edgeWords(answer);
    if (words?.failure === 'tls')
      return proven(`${label(target)} is answered ${describeAnswer(answer)}: ${words.by} says that ${words.means}`);
    if (kindOf(answer) !== 'tls-port') return undefined;
    const { host, port, secure } = target.address;
    const tls = secure ? undefined : context.ask({ ask: 'tls', host, port, alpn: 'any' });
    if (tls?.state === 'ok') return undefined;
    return finding(
      secure || tls ? 'proven' : 'possible',
      `${label(target)} is answered ${describeAnswer(answer)}, as a TLS port answers plain HTTP`,
      secure
        ? 'the browser used TLS: the proxy does not'
        : tls && `${host}:${port} has no TLS: the words are of a backend`,
    );
  },
});
