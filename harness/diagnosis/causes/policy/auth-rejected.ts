import { cause } from '../../cause.ts';
import { authentication } from '../../families/credentials.ts';

export default cause({
  id: 'auth-rejected',
  hop: 'policy',
  sentence: 'The credential that the page sends is not accepted: expired, or signed with another secret.',
  proof:
    'A token is sent, and the answer is an authentication error (401, 403, close 1008 or 44xx with a reason, "io server disconnect").',
  lookAlikes: ['auth-missing', 'ws-origin-rejected', 'backend-wrong-path', 'client-no-reconnect'],
  repair: 'Renew the token, and make sure that issuer and verifier have the same secret and clock.',
  examineTarget: (context, target) => authentication(context, target, 'rejected'),
});
