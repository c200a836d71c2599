import { cause } from '../../cause.ts';
import { addressOf, handshakeAnswer, seenStatus } from '../../facts/answers.ts';
import { likely, proven } from '../../finding.ts';

export default cause({
  id: 'subprotocol-unanswered',
  hop: 'policy',
  sentence: 'The page offers a WebSocket subprotocol, and the server selects none or another one.',
  proof:
    'The browser reports the Sec-WebSocket-Protocol header; the handshake outside gets 101 without the offered value.',
  lookAlikes: ['auth-missing', 'client-protocol-mismatch'],
  repair: 'Let the server answer with one of the offered subprotocols, or do not offer one.',
  examineTarget: (context, target) => {
    if (target.symptom?.is === 'negotiation' && target.symptom.part === 'subprotocol') {
      return proven(
        target.symptom.text.slice(0, 180),
        (target.attempts.at(-1)?.protocols.length ?? 0) > 0 &&
          `the page offers ${target.attempts.at(-1)?.protocols.join(', ').slice(0, 80)}`,
      );
    }
    if (target.symptom?.is === 'closed' && target.symptom.code === 4406)
      return likely(`the server closed with 4406 “${target.symptom.reason}”`);
    const protocols = target.attempts.at(-1)?.protocols ?? [];
    if (protocols.length === 0 || seenStatus(target) === undefined) return undefined;
    const without = context.handshake(addressOf(target), { protocols: [] });
    return without?.state === 'open' && handshakeAnswer(context, target)?.state !== 'open'
      ? likely('the handshake is accepted when no subprotocol is offered')
      : undefined;
  },
});
