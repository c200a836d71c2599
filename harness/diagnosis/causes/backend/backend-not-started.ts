import { cause } from '../../cause.ts';
import { gatewayError } from '../../families/gateway-error.ts';
import { byTable } from '../../families/table.ts';

export default cause({
  id: 'backend-not-started',
  hop: 'backend',
  sentence: 'The backend process fails at start-up.',
  proof: 'The proxy answers 502 for all of its routes; its log ends in an error at start (import, configuration).',
  lookAlikes: ['upstream-down', 'backend-loopback-bind', 'proxy-wrong-upstream'],
  repair: 'Read the beginning of its log, correct what it names, and start it again.',
  examineTarget: byTable(gatewayError, 'backend-not-started'),
});
