import { stockProgram } from '../../answers.ts';
import { cause, surestOf } from '../../cause.ts';
import { answerTo, atPath, clientsAtOnce, isSocket, realStatus } from '../../facts/answers.ts';
import { isRefusedAlone } from '../../facts/gateways.ts';
import { describeAnswer, label } from '../../facts/sentences.ts';
import { firstServer } from '../../facts/servers.ts';
import { finding, proven } from '../../finding.ts';

/** An application knows who is connected; a proxy counts connections and requests. */
const COUNTS_PEOPLE = /too many (connected |concurrent )?(users|clients|peers)/i;

export default cause({
  id: 'proxy-connection-limit',
  hop: 'proxy',
  sentence: 'The proxy refuses further sockets because of a limit on connections or requests.',
  proof:
    'The first connections are accepted and further ones at the same time get 429 or 503 (or wait) from the proxy.',
  lookAlikes: ['connection-limit', 'upstream-down', 'broker-missing'],
  repair: 'Raise the limit of connections or requests that the proxy has for the real-time path.',
  examineTarget: surestOf(
    (context, target) => {
      const status = realStatus(context, target);
      if (status !== 503 && status !== 429) return undefined;
      const answer = answerTo(context, target);
      const program = answer ? stockProgram(answer) : undefined;
      const others = context.live.filter(
        (other) => other.address.host === target.address.host && other.address.port === target.address.port,
      );
      const text = `${label(target)} is refused with ${status}`;
      if (
        /overflow|too many (connections|requests)|limit exceeded|rate limit/i.test(answer?.body ?? '') &&
        (program !== undefined || firstServer(context, target).proxied === true)
      )
        return proven(`${text}: ${describeAnswer(answer)}`);
      if (
        (program === 'nginx' && !(status === 503 && isRefusedAlone(context, target))) ||
        (status === 429 && firstServer(context, target).proxied !== false)
      ) {
        return finding(
          COUNTS_PEOPLE.test(answer?.body ?? '') ? 'possible' : others.length > 0 ? 'proven' : 'likely',
          `${text} by the proxy itself (${describeAnswer(answer)})`,
          program === 'nginx' &&
            'nginx answers 502 or 504 when its upstream fails, and 503 or 429 when a limit is reached',
          others.length > 0 && 'other connections of the same page are open',
        );
      }
      if (isSocket(target)) {
        const clients = clientsAtOnce(context, target);
        const open = clients?.results.filter((result) => result.state === 'open').length ?? 0;
        const refused =
          clients?.results.filter(
            (result) => result.status === 503 || result.status === 429 || result.state === 'silent',
          ) ?? [];
        const proxied = firstServer(context, target).proxied;
        if (open > 0 && refused.length > 0)
          return finding(
            proxied === false ? 'possible' : 'proven',
            `of ${clients?.results.length ?? 0} simultaneous handshakes, ${open} succeed and ${refused.length} get ${refused[0]?.status ?? 'no answer'}`,
          );
        if (others.length > 0)
          return finding(
            proxied === false ? 'possible' : 'likely',
            text,
            'other connections of the same page to the same server are open',
          );
      }
      return undefined;
    },
    (context, target) => {
      // The proxy queues connections at its limit: some are open, and the next one waits for ever.
      if (target.symptom?.is !== 'silent' || !isSocket(target)) return undefined;
      const open =
        target.attempts.some((attempt) => attempt.opened) ||
        context.live.some(
          (other) =>
            other.address.host === target.address.host && other.address.port === target.address.port && isSocket(other),
        );
      const root = context.get(atPath(target.address, '/'));
      return open
        ? finding(
            root?.failure === 'silent' ? 'proven' : 'likely',
            `some sockets to ${target.address.host} are open, and the next one waits for an answer`,
          )
        : undefined;
    },
  ),
});
