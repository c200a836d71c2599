import { cause } from '../../cause.ts';
import { handshakeAnswer, isSocket, seenStatus } from '../../facts/answers.ts';
import { LOGIN } from '../../words/login.ts';
import { label } from '../../facts/sentences.ts';
import { accepts } from '../../facts/upgrade.ts';
import { finding, possible } from '../../finding.ts';
import { parseAddress, withScheme } from '../../urls.ts';

export default cause({
  id: 'proxy-redirects-websocket',
  hop: 'proxy',
  sentence: 'The handshake is answered with a redirect, which browsers do not follow for WebSockets.',
  proof: 'The handshake gets 301, 302, 307 or 308 with a Location; following it by hand reaches the socket.',
  lookAlikes: ['hsts-upgrade', 'auth-missing', 'proxy-auth-gate', 'proxy-route-missing'],
  repair:
    'Use the final address in the page (wss, the canonical host, the right slash), or exempt the path from the redirect.',
  examineTarget: (context, target) => {
    const status = seenStatus(target);
    if (!isSocket(target) || status === undefined || ![301, 302, 303, 307, 308].includes(status)) {
      if (target.symptom?.is === 'cors' && /Redirect/.test(target.symptom.error))
        return possible(`the preflight of ${label(target)} is answered with a redirect, which browsers do not follow`);
      return undefined;
    }
    const answer = handshakeAnswer(context, target);
    const location = answer?.headers.location;
    if (location !== undefined && LOGIN.test(location))
      return possible(`the handshake is redirected to ${location.slice(0, 100)}`);
    const destination =
      location === undefined ? undefined : parseAddress(new URL(location, withScheme(target.address, 'http')).href);
    const followed = destination ? context.handshake(destination) : undefined;
    return finding(
      location === undefined ? 'likely' : 'proven',
      `the handshake is answered with ${status}${location ? ` to ${location.slice(0, 100)}` : ''}; browsers do not follow redirects of WebSockets`,
      accepts(followed) && 'a handshake at that address succeeds',
    );
  },
});
