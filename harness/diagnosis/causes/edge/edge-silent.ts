import { cause } from '../../cause.ts';
import { atPath, seenError } from '../../facts/answers.ts';
import { answersAtOnce, portIsOpen } from '../../facts/refutations.ts';
import { likely, possible, proven } from '../../finding.ts';
import { authority, changed } from '../../urls.ts';

export default cause({
  id: 'edge-silent',
  hop: 'edge',
  sentence: 'Packets to the host and port are lost: a firewall drops them, or nothing answers.',
  proof: 'TCP connections neither succeed nor fail within seconds, or they succeed and no path is ever answered.',
  lookAlikes: ['upstream-silent', 'edge-port-closed', 'mixed-content'],
  repair: 'Open the port in the firewall or security group, and check that the address is the right one.',
  examineTarget: (context, target) => {
    const error = seenError(target) ?? '';
    const waiting = target.symptom?.is === 'silent' || /TIMED_OUT|ADDRESS_UNREACHABLE|NETWORK_UNREACHABLE/.test(error);
    if (!waiting) return undefined;
    const { host, port, secure } = target.address;
    const tcp = context.tcp(host, port);
    if (!tcp) return undefined;
    if (tcp.state === 'silent' || tcp.state === 'unreachable')
      return proven(`${authority(target.address)} never answers a connection attempt: packets are dropped on the way`);
    if (tcp.state !== 'open') return undefined;
    // The page itself came from there, so the server does answer.
    if (context.pageLoaded && host === context.page.host && port === context.page.port) return undefined;
    const root = context.get(atPath(target.address, '/'));
    if (!root || root.failure !== 'silent') return undefined;
    const asTls = secure ? context.ask({ ask: 'tls', host, port, alpn: 'any' }) : undefined;
    if (secure && asTls?.state === 'ok')
      return possible(`${authority(target.address)} completes the TLS handshake and then answers no path`);
    const asHttp = secure ? context.get(changed(atPath(target.address, '/'), { secure: false })) : root;
    if (asHttp?.failure !== 'silent') return undefined;
    const fingerprint = context.ask({ ask: 'fingerprint', host, port, secure: false });
    if (fingerprint && fingerprint.program !== 'unknown') return undefined;
    return likely(`${authority(target.address)} accepts the connection and answers no path`);
  },
  excluded: (context) => portIsOpen(context) ?? answersAtOnce(context),
});
