import { stockProgram } from '../../answers.ts';
import { cause } from '../../cause.ts';
import { answerTo, atPath, realStatus } from '../../facts/answers.ts';
import { originSensitive } from '../../facts/origins.ts';
import { describeAnswer, label } from '../../facts/sentences.ts';
import { finding, proven } from '../../finding.ts';
import { edgeWords } from '../../words/edges.ts';

export default cause({
  id: 'proxy-access-denied',
  hop: 'proxy',
  sentence:
    'A rule of the proxy refuses this path to the visitor: a list of addresses, a firewall for web applications.',
  proof:
    'The path is answered 403 by the proxy itself, in its own words, and the same with any Origin; the application is not asked.',
  lookAlikes: ['auth-missing', 'auth-rejected', 'ws-origin-rejected', 'proxy-auth-gate'],
  repair:
    "Add the visitors' addresses to the rule of this path, or exempt the path from it; behind another proxy, take the visitor's address from that proxy's header.",
  explains: ['auth-missing', 'auth-rejected'],
  examineTarget: (context, target) => {
    const status = realStatus(context, target);
    if (status !== 403 && status !== 406) return undefined;
    const answer = answerTo(context, target);
    if (!answer) return undefined;
    const said = `${label(target)} is answered ${describeAnswer(answer)}`;
    const words = edgeWords(answer);
    if (words?.failure === 'denied') return proven(`${said}: ${words.by} says that ${words.means}`);
    if (status !== 403 || words || stockProgram(answer) === undefined || originSensitive(context, target))
      return undefined;
    // A folder of files without an index is refused in the same words, and what is below it is not found.
    const below = target.address.path.endsWith('/')
      ? context.get(atPath(target.address, `${target.address.path}zz-no-such-path`))
      : undefined;
    return finding(below?.status === 404 ? 'possible' : 'likely', `${said}: the proxy's own page`);
  },
});
