import { cause } from '../../cause.ts';
import { gatewayError } from '../../families/gateway-error.ts';
import { byTable } from '../../families/table.ts';

export default cause({
  id: 'proxy-wrong-upstream',
  hop: 'proxy',
  sentence: 'The proxy forwards to a host or port on which this backend does not listen.',
  proof: 'The proxy answers 502 for the route, and the backend runs and answers on another port.',
  lookAlikes: ['upstream-down', 'backend-loopback-bind', 'proxy-stale-upstream', 'backend-not-started'],
  repair: 'Correct the upstream host and port of the route.',
  examineTarget: byTable(gatewayError, 'proxy-wrong-upstream'),
});
