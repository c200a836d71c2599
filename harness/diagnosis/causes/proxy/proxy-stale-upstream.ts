import { cause } from '../../cause.ts';
import { gatewayError } from '../../families/gateway-error.ts';
import { byTable } from '../../families/table.ts';

export default cause({
  id: 'proxy-stale-upstream',
  hop: 'proxy',
  sentence: 'The proxy still uses the old address of a backend that was recreated.',
  proof:
    'The proxy answers 502 or 504 for one route, while the same backend answers directly or through another route.',
  lookAlikes: ['upstream-down', 'proxy-wrong-upstream', 'backend-loopback-bind'],
  repair: 'Restart or reload the proxy, and let it resolve names at run time (resolver with a variable).',
  examineTarget: byTable(gatewayError, 'proxy-stale-upstream'),
});
