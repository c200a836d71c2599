import { cause } from '../../cause.ts';
import { lostMessageTable } from '../../families/lost-message.ts';
import { examine } from '../../families/table.ts';

export default cause({
  id: 'broker-down',
  hop: 'broker',
  sentence: 'The broker of the real-time servers cannot be reached.',
  proof:
    'Sockets connect and subscribe, publishing is accepted, a message reaches at most the clients of one server, and health or readiness answers name the broker.',
  lookAlikes: ['broker-missing', 'publisher-worker-stopped', 'publisher-driver-off', 'workers-isolated'],
  repair: 'Start the broker, check its address, and watch it.',
  examineVisit: (context) => examine(lostMessageTable, 'broker-down', context),
});
