import { cause } from '../../cause.ts';
import { isSocket, seenError } from '../../facts/answers.ts';
import { openElsewhere } from '../../facts/entry-points.ts';
import { portIsOpen } from '../../facts/refutations.ts';
import { finding, likely, possible } from '../../finding.ts';
import { authority, hostClass, placeholderIn } from '../../urls.ts';

export default cause({
  id: 'edge-port-closed',
  hop: 'edge',
  sentence: 'Nothing listens on the port that the page uses.',
  proof: 'TCP connections to host and port are refused, while the host answers on other ports.',
  lookAlikes: ['tls-port-closed', 'bundle-wrong-port', 'upstream-down', 'edge-port-unserved'],
  repair: 'Publish or open that port, or use the one that is served.',
  examineTarget: (context, target) => {
    if (seenError(target) !== 'CONNECTION_REFUSED' || placeholderIn(target.url) !== undefined) return undefined;
    const { host, port } = target.address;
    const tcp = context.tcp(host, port);
    if (tcp && tcp.state === 'open')
      return possible(
        `the browser was refused at ${authority(target.address)}; outside the browser the port is now open`,
      );
    if (hostClass(host) === 'loopback' && !context.pageIsLocal)
      return possible(`${authority(target.address)} refuses connections`);
    const closed = `${authority(target.address)} refuses connections: nothing listens there`;
    const open = isSocket(target) ? openElsewhere(context, target) : undefined;
    if (open)
      return likely(closed, `the same path works at ${authority(open)}: the backend runs, its port is not open here`);
    const alive =
      context.portsOf(host).some((other) => other !== port && context.tcp(host, other)?.state === 'open') ||
      context.page.host === host;
    return finding(tcp ? 'likely' : 'possible', closed, alive && `${host} itself answers on another port`);
  },
  excluded: portIsOpen,
});
