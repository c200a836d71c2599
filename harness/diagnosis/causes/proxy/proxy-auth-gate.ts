import { stockProgram } from '../../answers.ts';
import { cause } from '../../cause.ts';
import { answerTo, plainAnswer, realStatus } from '../../facts/answers.ts';
import { GATE_PAGE, LOGIN } from '../../words/login.ts';
import { describeAnswer, label } from '../../facts/sentences.ts';
import type { Finding } from '../../finding.ts';
import { finding, likely, proven } from '../../finding.ts';
import type { HandshakeAnswer, HttpAnswer } from '../../readings.ts';
import type { Target } from '../../targets/target.ts';
import { parseAddress } from '../../urls.ts';
import { edgeWords } from '../../words/edges.ts';

export default cause({
  id: 'proxy-auth-gate',
  hop: 'proxy',
  sentence:
    'A proxy asks for credentials (Basic, SSO), or for a proof of being a browser, in front of the real-time path.',
  proof:
    'The path is answered 401 with WWW-Authenticate (or 407, or the login page of a gate) for plain requests and handshakes alike, independent of the token.',
  lookAlikes: ['auth-missing', 'auth-rejected', 'proxy-redirects-websocket'],
  repair: 'Exempt the path from the gate, or let the gate accept the credentials that the page can send.',
  explains: ['proxy-redirects-websocket', 'cors-origin-missing'],
  examineTarget: (context, target) => {
    // A gate that shows a page of its own says nothing of the origin.
    const hidden = target.symptom?.is === 'cors' ? challenged(target, answerTo(context, target)) : undefined;
    if (hidden) return hidden;
    // A browser that is asked for a password waits for the user.
    const waits = target.symptom?.is === 'silent' && target.method === 'GET' && target.attempts.length === 0;
    const asked = waits ? plainAnswer(context, target) : undefined;
    const status = asked ? asked.status : realStatus(context, target);
    const redirected = status !== undefined && status >= 301 && status <= 308;
    if (![401, 403, 405, 407].includes(status ?? 0) && !redirected) return undefined;
    const answer = asked ?? answerTo(context, target);
    if (!answer) return undefined;
    const challenge = challenged(target, answer);
    if (challenge) return challenge;
    if ((status === 401 || status === 403) && GATE_PAGE.test(answer.body))
      return proven(`${label(target)} is answered with the sign-in page of a gate: ${describeAnswer(answer)}`);
    if (status === 403 || status === 405) return undefined;
    const asks = answer.headers['www-authenticate'] ?? answer.headers['proxy-authenticate'];
    if (redirected) {
      const location = answer.headers.location ?? '';
      if (!LOGIN.test(location)) return undefined;
      const elsewhere =
        parseAddress(location)?.host !== undefined && parseAddress(location)?.host !== target.address.host;
      const gate =
        elsewhere || /oauth2?\/|authelia|authentik|cdn-cgi\/access|\bsso\b|saml|openid|outpost/i.test(location);
      return finding(
        gate ? 'likely' : 'possible',
        `${label(target)} is redirected to a sign-in page at ${location.slice(0, 100)}`,
      );
    }
    if (asks === undefined || !/^(basic|digest|negotiate|ntlm)/i.test(asks)) {
      return stockProgram(answer) !== undefined
        ? likely(`the 401 of ${label(target)} is a stock page of the proxy (${describeAnswer(answer)})`)
        : undefined;
    }
    return proven(
      `${label(target)} is answered ${status} with “${asks.slice(0, 60)}”: a proxy asks for credentials`,
      stockProgram(answer) !== undefined && `the proxy itself wrote the answer: ${describeAnswer(answer)}`,
    );
  },
});

/** The visitor must first prove something to the edge, which says so. */
function challenged(target: Target, answer: HttpAnswer | HandshakeAnswer | undefined): Finding | undefined {
  const words = answer && edgeWords(answer);
  return words?.failure === 'challenge'
    ? proven(`${label(target)} is answered ${describeAnswer(answer)}: ${words.by} says that ${words.means}`)
    : undefined;
}
