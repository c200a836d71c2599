import { cause } from '../../cause.ts';
import { lostMessageTable } from '../../families/lost-message.ts';
import { examine } from '../../families/table.ts';

export default cause({
  id: 'workers-isolated',
  hop: 'broker',
  sentence: 'Several worker processes of one server keep their connections in their own memory.',
  proof:
    'Of several clients connected at the same time to one server, only those of the worker that got the message receive it.',
  lookAlikes: ['broker-missing', 'broker-down', 'client-ui-filter'],
  repair: 'Run one worker, or share messages between workers through a broker.',
  examineVisit: (context) => examine(lostMessageTable, 'workers-isolated', context),
});
