import { cause } from '../../cause.ts';
import { addressOf } from '../../facts/answers.ts';
import { proven } from '../../finding.ts';

export default cause({
  id: 'proxy-strips-extensions',
  hop: 'proxy',
  sentence: 'A proxy removes Sec-WebSocket-Extensions from the answer, while the backend compresses its frames.',
  proof:
    'The socket opens and fails at the first frame with "reserved bits are on"; without offering compression it works.',
  lookAlikes: ['payload-too-large', 'client-protocol-mismatch', 'proxy-idle-timeout'],
  repair: 'Let the proxy pass Sec-WebSocket-Extensions both ways, or remove it from the request as well.',
  examineTarget: (context, target) => {
    if (target.symptom?.is !== 'negotiation' || target.symptom.part !== 'extension') return undefined;
    const uncompressed = context.handshake(addressOf(target), { deflate: false });
    const works = uncompressed?.state === 'open' && uncompressed.closed?.error === undefined;
    return proven(
      `the socket opens and fails: ${target.symptom.text.slice(0, 140)}`,
      works && 'a client that does not offer compression works',
    );
  },
});
