import { isConsole, isExporter } from '../../answers.ts';
import { cause, surestOf } from '../../cause.ts';
import type { RuleContext } from '../../context.ts';
import { atPath, realStatus } from '../../facts/answers.ts';
import { describeAnswer } from '../../facts/sentences.ts';
import { gatewayError } from '../../families/gateway-error.ts';
import { byTable } from '../../families/table.ts';
import type { Finding } from '../../finding.ts';
import { proven } from '../../finding.ts';
import type { Target } from '../../targets/target.ts';

export default cause({
  id: 'proxy-wrong-upstream',
  hop: 'proxy',
  sentence: 'The proxy forwards to a host or port on which this backend does not listen.',
  proof: 'The proxy answers 502 for the route, and the backend runs and answers on another port.',
  lookAlikes: ['upstream-down', 'backend-loopback-bind', 'proxy-stale-upstream', 'backend-not-started'],
  repair: 'Correct the upstream host and port of the route.',
  examineTarget: surestOf(anotherPort, byTable(gatewayError, 'proxy-wrong-upstream')),
});

/** The name leads to a port at which a program serves something else: its measurements, its console. */
function anotherPort(context: RuleContext, target: Target): Finding | undefined {
  if (realStatus(context, target) !== 404 || target.kind === 'document') return undefined;
  const root = context.get(atPath(target.address, '/'));
  if (root === undefined) return undefined;
  const { host } = target.address;
  if (isConsole(root.body)) return proven(`${host} leads to the console of a program: ${describeAnswer(root)}`);
  return isExporter(root.body)
    ? proven(`${host} leads to a program that serves measurements alone: ${describeAnswer(root)}`)
    : undefined;
}
