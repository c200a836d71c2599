import { cause } from '../../cause.ts';
import { lostMessageTable } from '../../families/lost-message.ts';
import { examine } from '../../families/table.ts';

export default cause({
  id: 'broker-missing',
  hop: 'broker',
  sentence: 'Several replicas run without a shared broker, so a message reaches only the clients of one.',
  proof:
    'Of several clients connected at the same time, only a constant share receives each message, and answers show more than one replica.',
  lookAlikes: ['workers-isolated', 'broker-down', 'proxy-no-stickiness'],
  repair: 'Add the adapter (Redis, NATS) or scaling of the server to every replica.',
  examineVisit: (context) => examine(lostMessageTable, 'broker-missing', context),
});
