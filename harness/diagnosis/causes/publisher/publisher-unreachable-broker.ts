import { cause } from '../../cause.ts';
import { lostMessageTable } from '../../families/lost-message.ts';
import { examine } from '../../families/table.ts';

export default cause({
  id: 'publisher-unreachable-broker',
  hop: 'publisher',
  sentence: 'The application cannot reach the broker to which it publishes.',
  proof:
    'Sockets are connected and subscribed, publishing answers with an error (or is saved without being broadcast), and no frame comes.',
  lookAlikes: ['publisher-driver-off', 'publisher-worker-stopped', 'broker-down', 'event-name-mismatch'],
  repair: 'Give the application the address of the broker inside the network, and read its error log.',
  examineVisit: (context) => examine(lostMessageTable, 'publisher-unreachable-broker', context),
});
