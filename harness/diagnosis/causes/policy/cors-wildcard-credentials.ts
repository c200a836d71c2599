import { cause } from '../../cause.ts';
import { noCorsBlock } from '../../facts/refutations.ts';
import { label } from '../../facts/sentences.ts';
import { proven } from '../../finding.ts';

export default cause({
  id: 'cors-wildcard-credentials',
  hop: 'policy',
  sentence: 'The page sends credentials and the server answers with the origin "*", which browsers refuse.',
  proof: 'Access-Control-Allow-Origin is "*" (or Allow-Credentials is absent) on a request made with credentials.',
  lookAlikes: ['cors-origin-missing', 'client-protocol-mismatch'],
  repair: 'Answer with the exact origin and Access-Control-Allow-Credentials: true, or send no credentials.',
  examineTarget: (_context, target) => {
    if (target.symptom?.is !== 'cors' || !/Wildcard|AllowCredentials/.test(target.symptom.error)) return undefined;
    return proven(
      `the browser reports ${target.symptom.error} for ${label(target)}: the request has credentials, and the server answers with a wildcard or does not permit them`,
    );
  },
  excluded: noCorsBlock,
});
