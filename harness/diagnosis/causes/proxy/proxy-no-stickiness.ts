import { engineCode } from '../../answers.ts';
import { cause } from '../../cause.ts';
import { seenStatus } from '../../facts/answers.ts';
import { finding, proven } from '../../finding.ts';
import { withScheme } from '../../urls.ts';

export default cause({
  id: 'proxy-no-stickiness',
  hop: 'proxy',
  sentence: 'Requests of one polling session reach different replicas, and only one of them knows the session.',
  proof: 'An Engine.IO session opened by polling is sometimes answered 400 "Session ID unknown" a moment later.',
  lookAlikes: ['upstream-down', 'client-protocol-mismatch', 'broker-missing'],
  repair: 'Make the route sticky, by cookie or address, or use the websocket transport alone.',
  examineTarget: (context, target) => {
    if (target.kind !== 'engine.io' || !target.transports.includes('polling')) return undefined;
    const unknown = target.requests.some((request) => engineCode(request.body ?? '') === 1);
    const suspicious = unknown || seenStatus(target) === 400 || target.symptom?.is === 'cors';
    if (!suspicious) return undefined;
    const sticky = context.ask({ ask: 'sticky', url: withScheme({ ...target.address, query: '' }, 'http') });
    if (sticky && sticky.unknown > 0)
      return proven(
        `of ${sticky.requests} requests of a polling session, ${sticky.unknown} was answered “Session ID unknown”`,
        unknown && 'the page got the same answer',
      );
    if (!unknown) return undefined;
    return finding(
      sticky ? 'possible' : 'likely',
      'the page got “Session ID unknown” for a session that was just opened',
    );
  },
});
