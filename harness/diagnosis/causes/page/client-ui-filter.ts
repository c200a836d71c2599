import { cause } from '../../cause.ts';
import { notShown } from '../../families/not-shown.ts';

export default cause({
  id: 'client-ui-filter',
  hop: 'page',
  sentence: 'The message reaches the page, and the page filters it out.',
  proof:
    'The message is in a received frame under the name that the page handles, and the page shows it only after a reload or in another view.',
  lookAlikes: ['event-name-mismatch', 'publisher-driver-off', 'broker-missing'],
  repair:
    'Show the message where it belongs (select the conversation, room or tab), or handle it independently of the view.',
  examineVisit: (context) => notShown(context, 'filter'),
});
