import { cause } from '../../cause.ts';
import { lostMessageTable } from '../../families/lost-message.ts';
import { examine } from '../../families/table.ts';

export default cause({
  id: 'publisher-worker-stopped',
  hop: 'publisher',
  sentence: 'The worker that sends queued broadcasts is not running.',
  proof:
    'Publishing succeeds, sockets are subscribed and private channels are authorised, and no frame comes until a worker runs.',
  lookAlikes: ['publisher-driver-off', 'publisher-unreachable-broker', 'broker-down'],
  repair: 'Start the queue worker on the queue that the broadcasts use.',
  examineVisit: (context) => examine(lostMessageTable, 'publisher-worker-stopped', context),
});
