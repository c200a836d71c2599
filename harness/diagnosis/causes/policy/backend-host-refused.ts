import { sameAnswer } from '../../answers.ts';
import { cause } from '../../cause.ts';
import type { RuleContext } from '../../context.ts';
import { addressOf, seenStatus } from '../../facts/answers.ts';
import { refusedHost } from '../../facts/host-refusals.ts';
import { hostRefusal } from '../../facts/host-words.ts';
import { label } from '../../facts/sentences.ts';
import type { Finding } from '../../finding.ts';
import { finding, proven } from '../../finding.ts';
import type { Target } from '../../targets/target.ts';

export default cause({
  id: 'backend-host-refused',
  hop: 'policy',
  sentence: 'The backend does not accept the host name with which it is asked.',
  proof:
    'Every path is refused in words about the host, which quote the visited name; or with another Host the same path is answered.',
  lookAlikes: [
    'proxy-host-rewritten',
    'proxy-host-unknown',
    'auth-missing',
    'ws-origin-rejected',
    'backend-endpoint-missing',
  ],
  repair: 'Add the host name that visitors use to the list of hosts that the backend accepts, and restart it.',
  explains: [
    'auth-missing',
    'auth-rejected',
    'ws-origin-rejected',
    'proxy-host-unknown',
    'proxy-route-missing',
    'proxy-upgrade-missing',
    'backend-endpoint-missing',
    'backend-ws-unsupported',
  ],
  examineTarget: (context, target) => {
    // XMPP: the stream is opened for a domain that the server has not.
    if (target.symptom?.is === 'refused' && /\bhost-unknown\b/.test(target.symptom.text))
      return proven(`the server says: ${target.symptom.text.slice(0, 140)}`);
    const refused = refusedHost(context, target);
    if (!refused) return refusedInSilence(context, target);
    if (!refused.byList || refused.says === 'another') return undefined;
    const says = `${label(target)} is refused: “${refused.text}”`;
    if (refused.says === 'the visited') return proven(says, 'that is the name that the browser asked for');
    const accepted = acceptedAs(context, target);
    return finding(
      accepted === undefined ? 'likely' : 'proven',
      says,
      accepted !== undefined && `asked as ${accepted}, the same address is not refused`,
    );
  },
});

/** A name under which the same address answers, and not with a refusal of the name. */
function acceptedAs(context: RuleContext, target: Target): string | undefined {
  const here = context.get(addressOf(target));
  const there = context.get(addressOf(target), { as: 'localhost' });
  if (!here || there?.status === undefined) return undefined;
  return !sameAnswer(here, there) && !hostRefusal(there.body) ? 'localhost' : undefined;
}

/** A stream or the whole site is refused without a word about the host, and answered when it is asked as localhost. */
function refusedInSilence(context: RuleContext, target: Target): Finding | undefined {
  const status = seenStatus(target);
  const maybe = target.kind === 'document' ? [400, 403] : target.kind === 'sse' ? [400] : [];
  if (status === undefined || !maybe.includes(status)) return undefined;
  const there = context.get(addressOf(target), { as: 'localhost' });
  if (there?.status === undefined || there.status >= 400) return undefined;
  const invented = context.get(addressOf(target), { as: 'no-such-name.invalid' });
  return finding(
    invented?.status === status ? 'proven' : 'possible',
    `${label(target)} is refused with ${status}, and answered ${there.status} when it is asked as localhost`,
    invented?.status === status && 'an invented name is refused as well',
  );
}
