import { cause } from '../../cause.ts';
import { authentication } from '../../families/credentials.ts';

export default cause({
  id: 'auth-missing',
  hop: 'policy',
  sentence: 'The page connects without the credential that the backend requires.',
  proof:
    'The connection is refused or closed for lack of authentication, and neither URL, handshake nor first frames carry a token.',
  lookAlikes: ['auth-rejected', 'proxy-auth-gate', 'ws-origin-rejected', 'backend-wrong-path'],
  repair:
    'Sign in first, and send the token where the backend reads it (auth payload, query, first message, cookie of the same site).',
  examineTarget: (context, target) => authentication(context, target, 'missing'),
});
