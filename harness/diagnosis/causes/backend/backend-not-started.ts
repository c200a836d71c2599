import { cause, surestOf } from '../../cause.ts';
import { answerTo } from '../../facts/answers.ts';
import { label } from '../../facts/sentences.ts';
import { gatewayError } from '../../families/gateway-error.ts';
import { byTable } from '../../families/table.ts';
import { proven } from '../../finding.ts';
import { edgeWords } from '../../words/edges.ts';

export default cause({
  id: 'backend-not-started',
  hop: 'backend',
  sentence: 'The backend process fails at start-up.',
  proof:
    'The proxy answers 502 for all of its routes; its log ends in an error at start (import, configuration). IIS says so itself (500.30).',
  lookAlikes: ['upstream-down', 'backend-loopback-bind', 'proxy-wrong-upstream'],
  repair: 'Read the beginning of its log, correct what it names, and start it again.',
  examineTarget: surestOf(
    (context, target) => {
      if (target.symptom?.is !== 'status') return undefined;
      const answer = answerTo(context, target);
      const words = answer && edgeWords(answer);
      return words?.failure === 'start'
        ? proven(`${words.by} says for ${label(target)} that ${words.means}`)
        : undefined;
    },
    byTable(gatewayError, 'backend-not-started'),
  ),
});
