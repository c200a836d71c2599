import { cause } from '../../cause.ts';
import { label } from '../../facts/sentences.ts';
import { proven } from '../../finding.ts';

export default cause({
  id: 'local-network-access',
  hop: 'page',
  sentence: 'The browser does not let a public page reach an address of the local machine or network.',
  proof: 'The request fails with ERR_BLOCKED_BY_LOCAL_NETWORK_ACCESS_CHECKS or a Local Network Access CORS error.',
  lookAlikes: ['bundle-localhost', 'cors-origin-missing', 'edge-port-closed'],
  repair: 'Give the backend a public address; where the local target is intended, let the page ask for the permission.',
  examineTarget: (_context, target) =>
    target.symptom?.is === 'blocked' && target.symptom.by === 'local-network'
      ? proven(`the browser refused ${label(target)} by its local network access checks`)
      : undefined,
  excluded: () => 'the browser reports no blocked access to the local network',
});
