import { cause } from '../../cause.ts';
import { proven } from '../../finding.ts';

export default cause({
  id: 'namespace-invalid',
  hop: 'policy',
  sentence: 'The page connects to a Socket.IO namespace that the server does not have.',
  proof: 'The server answers CONNECT_ERROR "Invalid namespace"; the transport itself works.',
  lookAlikes: ['socketio-path-mismatch', 'auth-rejected', 'proxy-route-missing'],
  repair: 'Register the namespace, or remove the path from the base URL: it is read as a namespace.',
  examineTarget: (context, target) => {
    const text = target.symptom?.is === 'refused' ? target.symptom.text : '';
    const name = target.conversation?.refused.at(-1)?.name ?? '?';
    // Python's server words it differently, and uses other words again when its application refuses.
    if (!/invalid namespace/i.test(text) && !(name !== '/' && /^"?unable to connect"?$/i.test(text))) return undefined;
    return proven(
      `the server answers “${text.slice(0, 60)}” for ${name}`,
      `the transport at ${context.name(target)} works`,
    );
  },
});
