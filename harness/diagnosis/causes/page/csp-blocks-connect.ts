import { cause } from '../../cause.ts';
import { label } from '../../facts/sentences.ts';
import { proven } from '../../finding.ts';

export default cause({
  id: 'csp-blocks-connect',
  hop: 'page',
  sentence: "The page's Content-Security-Policy does not allow connections to the real-time host.",
  proof: 'The browser reports a connect-src violation for that URL; no packet leaves the browser.',
  lookAlikes: ['mixed-content', 'cors-origin-missing', 'edge-port-closed'],
  repair: "Add the host with its scheme (wss://host) to the policy's connect-src.",
  examineTarget: (context, target) =>
    target.symptom?.is === 'blocked' && target.symptom.by === 'csp'
      ? proven(
          `the browser blocked ${label(target)} by the page's Content-Security-Policy`,
          context.consoleLine(/Content Security Policy/)?.slice(0, 200),
        )
      : undefined,
  excluded: () => 'the browser reports no violation of a Content-Security-Policy',
});
