import { cause } from '../../cause.ts';
import { monitored } from '../../facts/monitoring.ts';
import { label } from '../../facts/sentences.ts';
import { possible, proven } from '../../finding.ts';

export default cause({
  id: 'scrape-target-down',
  hop: 'publisher',
  sentence: 'The monitoring server cannot scrape its target.',
  proof: 'Its targets API reports the target as down with an error, whatever its page shows.',
  lookAlikes: ['alert-webhook-unrouted', 'upstream-down'],
  repair: 'Correct the host, port or path of the target in the scrape configuration.',
  examineVisit: (context) => {
    const monitors = monitored(context);
    const down = monitors?.found.find((one) => one.targetsDown.length > 0);
    if (!down) return undefined;
    const text = `Prometheus at ${down.base} reports targets as down: ${down.targetsDown.slice(0, 2).join('; ')}`;
    // If the page cannot reach its target either, the failed scrape is only a consequence.
    const [nearer] = context.failed;
    return nearer ? possible(text, `${label(nearer)} fails as well`) : proven(text);
  },
});
