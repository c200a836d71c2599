import { cause } from '../../cause.ts';
import { addressOf } from '../../facts/answers.ts';
import { permits } from '../../facts/cors.ts';
import { noCorsBlock } from '../../facts/refutations.ts';
import { describeAnswer, label } from '../../facts/sentences.ts';
import { proven } from '../../finding.ts';

export default cause({
  id: 'cors-header-missing',
  hop: 'policy',
  sentence: 'The preflight does not allow a header or method that the page uses.',
  proof:
    'The preflight allows the origin, and the header (or method) is not in Access-Control-Allow-Headers (or -Methods).',
  lookAlikes: ['cors-origin-missing', 'auth-missing'],
  repair: 'Add the header to Access-Control-Allow-Headers (the method to -Methods).',
  examineTarget: (context, target) => {
    if (target.symptom?.is !== 'cors') return undefined;
    if (target.symptom.error === 'PreflightInvalidStatus') {
      // Some servers refuse the whole preflight because of one header.
      const bare = context.get(addressOf(target), {
        preflight: { method: target.method, headers: [] },
        origin: context.origin,
      });
      return bare && permits(context, bare)
        ? proven(
            `the browser reports ${target.symptom.error} for ${label(target)}`,
            `a preflight that asks for no header is answered ${describeAnswer(bare)}`,
          )
        : undefined;
    }
    if (!/HeaderDisallowed|MethodDisallowed/.test(target.symptom.error)) return undefined;
    return proven(
      `the browser reports ${target.symptom.error} for ${label(target)}`,
      context.consoleLine(/not allowed by Access-Control-Allow/)?.slice(0, 220),
    );
  },
  excluded: noCorsBlock,
});
