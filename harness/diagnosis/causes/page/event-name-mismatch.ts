import { cause } from '../../cause.ts';
import { notShown } from '../../families/not-shown.ts';

export default cause({
  id: 'event-name-mismatch',
  hop: 'page',
  sentence: 'The server sends the event under a different name than the page listens for.',
  proof:
    'The message arrives in a frame, and its event name does not occur in the served script (or only in another spelling).',
  lookAlikes: ['client-ui-filter', 'publisher-driver-off', 'auth-missing'],
  repair: "Use exactly the server's event name, with the namespace or leading dot that the client library asks for.",
  examineVisit: (context) => notShown(context, 'name'),
});
