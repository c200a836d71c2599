import { cause } from '../../cause.ts';
import { handshakeAnswer } from '../../facts/answers.ts';
import { possible, proven } from '../../finding.ts';

export default cause({
  id: 'upgrade-answered-twice',
  hop: 'backend',
  sentence:
    'Two WebSocket servers of one backend answer the same handshake, so the second answer ends up among the frames.',
  proof: 'The browser opens the socket and reports “Invalid frame header”; after the 101 a second HTTP answer comes.',
  lookAlikes: ['client-protocol-mismatch', 'proxy-strips-extensions'],
  repair:
    'Let one handler of the event “upgrade” choose the WebSocket server by the path; the others must leave the connection alone.',
  explains: ['client-protocol-mismatch', 'proxy-strips-extensions'],
  examineTarget: (context, target) => {
    const { symptom } = target;
    if (symptom?.is !== 'negotiation' || !['frame', 'extension'].includes(symptom.part)) return undefined;
    const seen = `the socket opens and fails: ${symptom.text.slice(0, 140)}`;
    const answer = handshakeAnswer(context, target);
    if (answer?.second !== undefined) return proven(seen, `after the 101 the server sends “${answer.second}”`);
    if (answer || symptom.part !== 'frame') return undefined;
    return /invalid frame header/i.test(symptom.text) ? possible(seen) : undefined;
  },
});
