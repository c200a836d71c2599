import { cause } from '../../cause.ts';
import { label } from '../../facts/sentences.ts';
import { proven } from '../../finding.ts';

export default cause({
  id: 'client-effect-churn',
  hop: 'page',
  sentence:
    'The page itself closes and reopens its connections again and again, because an effect runs on every render.',
  proof:
    'Many sockets to one URL in a short time, closed by the page, most before they were established, while the server accepts each.',
  lookAlikes: ['proxy-idle-timeout', 'auth-rejected', 'upstream-down'],
  repair: 'Keep the socket outside the render (a module, a ref), and give effects stable dependencies.',
  examineTarget: (_context, target) =>
    target.symptom?.is === 'churn'
      ? proven(
          `${target.symptom.sockets} connections to ${label(target)} in ${(target.symptom.within / 1000).toFixed(1)} s, closed by the page itself`,
        )
      : undefined,
  excluded: ({ evidence: { sockets } }) =>
    sockets.length === 0
      ? undefined
      : `the page opened ${sockets.length} ${sockets.length === 1 ? 'socket' : 'sockets'}, and does not close them itself`,
});
