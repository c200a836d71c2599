import { cause } from '../../cause.ts';
import { monitored } from '../../facts/monitoring.ts';
import { proven } from '../../finding.ts';

export default cause({
  id: 'alert-webhook-unrouted',
  hop: 'publisher',
  sentence: 'Alerts fire, and the application has no route for the receiver URL of AlertManager.',
  proof: 'An alert is firing, the notification counter shows failures, and a request to the receiver path gets 404.',
  lookAlikes: ['scrape-target-down', 'publisher-unreachable-broker'],
  repair: 'Point the receiver at a route that exists, or add the route.',
  examineVisit: (context) => {
    const monitors = monitored(context);
    const failing = monitors?.found.find((one) => one.failedNotifications > 0);
    if (!failing) return undefined;
    const firing = monitors?.found.flatMap((one) => one.firing) ?? [];
    return proven(
      `AlertManager at ${failing.base} counts ${failing.failedNotifications} failed notifications`,
      firing.length > 0 && `firing: ${firing.slice(0, 3).join(', ')}`,
    );
  },
});
