import { cause } from '../../cause.ts';
import { realStatus } from '../../facts/answers.ts';
import { label } from '../../facts/sentences.ts';
import { frontEndAnswers } from '../../facts/servers.ts';
import { finding } from '../../finding.ts';

export default cause({
  id: 'channel-auth-unrouted',
  hop: 'policy',
  sentence:
    'The endpoint that authorises private channels is not reachable, so private subscriptions fail and public ones work.',
  proof:
    'The POST to the authorisation endpoint gets the front end, 404, 405 or 419 instead of a signature, while the socket is connected.',
  lookAlikes: ['auth-rejected', 'proxy-route-missing', 'publisher-driver-off'],
  repair: 'Route the authorisation endpoint to the application, with its session or token.',
  explains: ['proxy-route-missing', 'backend-endpoint-missing', 'auth-missing', 'auth-rejected'],
  examineTarget: (context, target) => {
    if (target.kind !== 'channel-auth' || !target.symptom) return undefined;
    const connected = context.realtime.some((other) => other.kind === 'pusher' && other.conversation?.greeted === true);
    const status = realStatus(context, target);
    if (
      frontEndAnswers(context, target) ||
      (status !== undefined && [404, 405, 419, 501, 301, 302, 308].includes(status))
    ) {
      return finding(
        connected ? 'proven' : 'likely',
        `the authorisation of private channels at ${label(target)} is answered ${status ?? 200}${frontEndAnswers(context, target) ? ' with the front end’s page' : ''}`,
        connected && 'the socket is connected',
      );
    }
    return undefined;
  },
});
