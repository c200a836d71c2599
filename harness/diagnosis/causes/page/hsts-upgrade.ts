import { cause } from '../../cause.ts';
import { handshakeAnswer, isSocket, seenError } from '../../facts/answers.ts';
import { label } from '../../facts/sentences.ts';
import { finding, proven } from '../../finding.ts';
import { parseAddress } from '../../urls.ts';

export default cause({
  id: 'hsts-upgrade',
  hop: 'page',
  sentence: 'The browser remembers that this host is HTTPS only, and upgrades http and ws addresses to https and wss.',
  proof:
    'A request for http:// or ws:// is redirected inside the browser (307 with reason HSTS); the server itself sends no redirect, and a fresh profile does not do it.',
  lookAlikes: ['tls-port-closed', 'proxy-redirects-websocket', 'tls-plain-mismatch'],
  repair: 'Serve TLS on that host again (and port), or send max-age=0 over HTTPS once and remove the header.',
  examineTarget: (context, target) => {
    const hsts = context.evidence.requests.find((request) =>
      /hsts/i.test(request.headers?.['non-authoritative-reason'] ?? ''),
    );
    const upgraded = hsts && parseAddress(hsts.url)?.host === target.address.host;
    if (upgraded && target.symptom && target.symptom.is !== 'status')
      return proven(`the browser itself upgraded ${hsts.url.slice(0, 100)} to https (Non-Authoritative-Reason: HSTS)`);
    const error = seenError(target) ?? '';
    if (target.address.secure || !isSocket(target) || !/SSL|CERT|CONNECTION_(REFUSED|RESET|CLOSED)/.test(error))
      return undefined;
    const announced = context.evidence.requests.some((request) => {
      const from = parseAddress(request.url);
      const policy = request.headers?.['strict-transport-security'];
      if (policy === undefined || from === undefined || /max-age=0\b/.test(policy)) return false;
      return (
        from.host === target.address.host ||
        (/includesubdomains/i.test(policy) && target.address.host.endsWith(`.${from.host}`))
      );
    });
    const tlsWords = /SSL|CERT/.test(error);
    if (!tlsWords && !announced) return undefined;
    const outside = handshakeAnswer(context, target);
    if (outside?.state !== 'open')
      return finding(
        tlsWords ? 'likely' : 'possible',
        `the browser reports ${error} for the plain address ${label(target)}`,
      );
    return finding(
      announced ? 'proven' : 'likely',
      `the browser reports ${error} for ${label(target)}, which works from outside`,
      announced && 'the host has sent Strict-Transport-Security',
    );
  },
  excluded: ({ evidence }) =>
    evidence.requests.some((request) => /hsts/i.test(request.headers?.['non-authoritative-reason'] ?? ''))
      ? undefined
      : 'the browser upgraded no address by HSTS',
});
