import { cause } from '../../cause.ts';
import { lostMessageTable } from '../../families/lost-message.ts';
import { examine } from '../../families/table.ts';

export default cause({
  id: 'publisher-driver-off',
  hop: 'publisher',
  sentence: 'Broadcasting is switched off in the configuration of the application.',
  proof:
    'Publishing succeeds at once, sockets are subscribed, no frame comes; the private channel endpoint answers 200 with an empty body.',
  lookAlikes: ['publisher-worker-stopped', 'publisher-unreachable-broker', 'event-name-mismatch', 'broker-down'],
  repair: 'Set the broadcast connection of the application, and clear its cached configuration.',
  examineVisit: (context) => examine(lostMessageTable, 'publisher-driver-off', context),
});
