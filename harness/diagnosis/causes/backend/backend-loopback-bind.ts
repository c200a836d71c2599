import { cause } from '../../cause.ts';
import { gatewayError } from '../../families/gateway-error.ts';
import { byTable } from '../../families/table.ts';

export default cause({
  id: 'backend-loopback-bind',
  hop: 'backend',
  sentence: 'The backend listens only on 127.0.0.1 of its own machine or container.',
  proof:
    'The proxy answers 502 (or the published port resets), while the backend runs and answers inside its container.',
  lookAlikes: ['proxy-wrong-upstream', 'upstream-down', 'edge-port-unserved'],
  repair: 'Let the backend listen on 0.0.0.0.',
  examineTarget: byTable(gatewayError, 'backend-loopback-bind'),
});
