import { engineCode } from '../../words/engine-io.ts';
import { cause } from '../../cause.ts';
import { addressOf, handshakeAnswer, seenError } from '../../facts/answers.ts';
import { describeAnswer } from '../../facts/sentences.ts';
import { finding, proven } from '../../finding.ts';
import { withScheme } from '../../urls.ts';

export default cause({
  id: 'transport-no-fallback',
  hop: 'page',
  sentence: 'WebSocket handshakes fail, and the client never tries HTTP long-polling, which would work.',
  proof:
    'Every WebSocket handshake is refused, an Engine.IO polling handshake to the same path succeeds, and the page makes no polling request.',
  lookAlikes: ['proxy-upgrade-missing', 'backend-ws-unsupported', 'socketio-path-mismatch'],
  repair:
    'Put polling first or let the client try all transports, and repair the WebSocket route (see proxy-upgrade-missing).',
  explains: ['proxy-upgrade-missing', 'backend-ws-unsupported'],
  examineTarget: (context, target) => {
    if (target.kind !== 'engine.io' || target.transports.includes('polling') || target.symptom?.is === 'blocked')
      return undefined;
    if (target.symptom?.is !== 'status' && target.symptom?.is !== 'network' && target.symptom?.is !== 'silent')
      return undefined;
    // TLS that the browser refuses is refused to long-polling as well.
    if (/CERT|SSL/.test(seenError(target) ?? '')) return undefined;
    // One that stood needs no other transport.
    if (target.attempts.some(({ opened }) => opened)) return undefined;
    const polling = context.ask({
      ask: 'engineio',
      url: withScheme({ ...addressOf(target), query: '' }, 'http'),
      paths: [target.address.path],
    });
    if (!polling?.results.some((result) => result.open)) return undefined;
    const lists = context.bundle()?.transports ?? [];
    const refusal = handshakeAnswer(context, target);
    if (refusal && engineCode(refusal.body) === 0)
      return proven(
        'the server does not offer the websocket transport, and the page tries no other',
        `the handshake is answered ${describeAnswer(refusal)}`,
      );
    const fallback = lists.find((list) => list[0] === 'websocket' && list.includes('polling'));
    const only = lists.some((list) => list.length === 1 && list[0] === 'websocket');
    return finding(
      fallback ? 'proven' : only ? 'possible' : 'likely',
      'every WebSocket handshake fails, and the page never tries long-polling',
      'an Engine.IO handshake by long-polling succeeds at the same path',
      fallback &&
        `the script lists the transports ${fallback.join(', ')}: after the first one fails, the second is not tried`,
    );
  },
});
