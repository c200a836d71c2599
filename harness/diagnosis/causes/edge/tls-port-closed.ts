import { cause } from '../../cause.ts';
import { seenError } from '../../facts/answers.ts';
import { portIsOpen } from '../../facts/refutations.ts';
import { label } from '../../facts/sentences.ts';
import { finding, proven } from '../../finding.ts';

export default cause({
  id: 'tls-port-closed',
  hop: 'edge',
  sentence: 'The page uses https or wss, and nothing listens on the TLS port of that host.',
  proof:
    'TCP to the TLS port is refused while the plain HTTP port of the same host is served, or the page came from a cache.',
  lookAlikes: ['edge-port-closed', 'hsts-upgrade', 'proxy-route-missing', 'dns-wrong-host', 'page-stale-cache'],
  repair: 'Serve TLS on 443 (certificate and listener), or use plain http addresses where the site is plain http.',
  examineTarget: (context, target) => {
    const { host, port, secure } = target.address;
    if (!secure || seenError(target) !== 'CONNECTION_REFUSED' || port !== 443) return undefined;
    const closed = context.tcp(host, 443);
    const plainPort = context.tcp(host, 80);
    if (closed?.state === 'open') return undefined;
    const refused = `${label(target)}: connection refused, nothing listens on port 443 of ${host}`;
    if (plainPort?.state === 'open')
      return finding(
        closed ? 'proven' : 'likely',
        refused,
        `port 80 of ${host} is open: the server offers plain HTTP only`,
      );
    const cached = context.evidence.navigation.fromServiceWorker && context.page.host === host;
    if (cached) return proven(refused, 'the page itself came from its service worker, not from the server');
    const reached = context.evidence.requests.some(
      (request) =>
        request.status !== undefined && !request.fromServiceWorker && request.url.startsWith(`http://${host}/`),
    );
    return finding(reached ? 'likely' : 'possible', refused, reached && `${host} answers plain HTTP`);
  },
  excluded: portIsOpen,
});
