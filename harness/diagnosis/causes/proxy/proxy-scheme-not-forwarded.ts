import { cause } from '../../cause.ts';
import { addressOf, isSocket, seenError, seenStatus } from '../../facts/answers.ts';
import { label } from '../../facts/sentences.ts';
import { finding } from '../../finding.ts';
import { parseAddress, withScheme } from '../../urls.ts';

export default cause({
  id: 'proxy-scheme-not-forwarded',
  hop: 'proxy',
  sentence: 'TLS ends at the proxy, and the application, which is not told, redirects to https again and again.',
  proof: 'The address is redirected to itself, and no longer when the request says X-Forwarded-Proto: https.',
  lookAlikes: ['proxy-host-rewritten', 'proxy-redirects-websocket', 'auth-missing'],
  repair: 'Have the proxy set X-Forwarded-Proto to the scheme of the request, and the application trust it.',
  explains: ['proxy-redirects-websocket'],
  examineTarget: (context, target) => {
    // A browser follows no redirect of a handshake.
    const redirected = isSocket(target) && [301, 302, 307, 308].includes(seenStatus(target) ?? 0);
    if (!target.address.secure || (!redirected && seenError(target) !== 'TOO_MANY_REDIRECTS')) return undefined;
    const address = addressOf(target);
    const answer = context.get(address);
    const { location } = answer?.headers ?? {};
    if (!answer?.status || answer.status < 301 || answer.status > 308 || location === undefined) return undefined;
    const here = withScheme(address, 'http');
    const to = parseAddress(new URL(location, here).href);
    if (!to || withScheme(to, 'http') !== here) return undefined;
    const told = context.get(address, { forwardedProto: 'https' });
    const ends = told?.status !== undefined && told.headers.location === undefined;
    return finding(
      ends ? 'proven' : 'likely',
      `${label(target)} is redirected to itself: ${answer.status} to ${location.slice(0, 100)}`,
      ends && `with X-Forwarded-Proto: https it is answered ${told.status}`,
    );
  },
});
