import { cause, surestOf } from '../../cause.ts';
import { isSocket, seenError } from '../../facts/answers.ts';
import { otherEntryPoints } from '../../facts/entry-points.ts';
import { gatewayFailure } from '../../facts/gateways.ts';
import { gatewayError } from '../../families/gateway-error.ts';
import { byTable } from '../../families/table.ts';
import { finding, likely, possible } from '../../finding.ts';
import { hostClass } from '../../urls.ts';

export default cause({
  id: 'upstream-down',
  hop: 'backend',
  sentence: 'The backend is not running.',
  proof:
    'The proxy answers 502 or 503 (or the backend port, published directly, is refused) for everything that belongs to that backend.',
  lookAlikes: [
    'proxy-wrong-upstream',
    'backend-not-started',
    'backend-loopback-bind',
    'proxy-stale-upstream',
    'edge-port-closed',
  ],
  repair: 'Start the backend, and read its last log lines to learn why it stopped.',
  explains: ['edge-port-closed'],
  examineTarget: surestOf(
    // Here the page connects to the backend's own port; behind a proxy, the table of gateway errors decides.
    (context, target) => {
      if (seenError(target) !== 'CONNECTION_REFUSED' || target.kind === 'document') return undefined;
      const { host, port } = target.address;
      if (hostClass(host) === 'loopback' && !context.pageIsLocal) return undefined;
      const tcp = context.tcp(host, port);
      if (tcp?.state !== 'refused') return undefined;
      const refused = `${host}:${port} refuses connections`;
      for (const entry of otherEntryPoints(context, target)) {
        const answer = isSocket(target) ? context.handshake(entry) : context.get(entry);
        if (answer?.status !== undefined && [502, 503, 504].includes(answer.status))
          return likely(
            refused,
            `the same path through ${entry.host}:${entry.port} is answered ${answer.status}: the proxy cannot reach it either`,
          );
      }
      const siblings = context.known.addresses.filter(
        (address) => address.host === host && address.port !== port && address.port !== context.page.port,
      );
      const states = siblings.slice(0, 4).map((address) => context.tcp(address.host, address.port)?.state);
      const closed = states.filter((state) => state === 'refused').length;
      if (closed >= 2 && !states.includes('open'))
        return likely(refused, `so do ${closed} other ports of the same service`);
      return possible(refused);
    },
    (_context, target) => {
      const failure = gatewayFailure(target);
      return (
        failure &&
        finding(failure.sure ? 'proven' : 'possible', failure.text, 'a gateway works, and not what is behind it')
      );
    },
    byTable(gatewayError, 'upstream-down'),
  ),
});
