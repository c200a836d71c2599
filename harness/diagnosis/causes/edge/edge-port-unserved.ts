import { cause } from '../../cause.ts';
import { seenError } from '../../facts/answers.ts';
import { protocolOfPort } from '../../facts/other-protocols.ts';
import { likely, possible, proven } from '../../finding.ts';
import { authority } from '../../urls.ts';

/** Subprotocols of brokers, whose listeners without WebSockets take the same by TCP. */
const BARE = /^(mqtt|mqttv3\.1|v\d\d\.stomp|amqp|xmpp)/;

export default cause({
  id: 'edge-port-unserved',
  hop: 'edge',
  sentence: 'The port accepts connections and drops them: it is published, but no program serves it.',
  proof: 'TCP connects, and the connection is reset or ended before any answer, for TLS and for plain HTTP.',
  lookAlikes: ['edge-port-closed', 'tls-plain-mismatch', 'backend-loopback-bind', 'bundle-wrong-port'],
  repair:
    'Let the program listen on the published port (for 443: a TLS server block), or publish the port that it serves.',
  examineTarget: (context, target) => {
    const error = seenError(target) ?? '';
    if (!/CONNECTION_(RESET|CLOSED|ABORTED)|EMPTY_RESPONSE|SSL_PROTOCOL_ERROR|SOCKET_NOT_CONNECTED/.test(error))
      return undefined;
    const { host, port, secure } = target.address;
    const tcp = context.tcp(host, port);
    if (tcp?.state !== 'open') return undefined;
    const asTls = context.ask({ ask: 'tls', host, port, alpn: 'any' });
    const asHttp = context.get({ scheme: 'http', secure: false, host, port, path: '/', query: '' });
    const dropped = (state: string | undefined): boolean => state === 'reset' || state === 'closed';
    if (!asTls || !asHttp) return possible(`${authority(target.address)} accepts the connection and ends it`);
    if (!dropped(asTls.state) || !dropped(asHttp.failure)) return undefined;
    const protocols = secure ? 'for TLS and for plain HTTP' : 'for plain HTTP and for TLS';
    const drops = `${authority(target.address)} accepts connections and drops them, ${protocols}`;
    // A program that speaks another protocol does the same.
    if (protocolOfPort(port) !== undefined) return possible(drops);
    const spoken = target.attempts.flatMap(({ protocols }) => protocols).find((name) => BARE.test(name));
    return spoken === undefined
      ? proven(`${drops}: no program serves the port to browsers`)
      : likely(drops, `so does a listener that takes ${spoken} by TCP and has no WebSockets`);
  },
});
