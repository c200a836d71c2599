import { isGatewayStatus, kindOf } from '../../answers.ts';
import { cause } from '../../cause.ts';
import type { RuleContext } from '../../context.ts';
import { addressOf, plainAnswer, seenError } from '../../facts/answers.ts';
import { speaks } from '../../facts/entry-points.ts';
import { describeAnswer, label } from '../../facts/sentences.ts';
import { frontEndAnswers } from '../../facts/servers.ts';
import { finding, likely } from '../../finding.ts';
import type { Target } from '../../targets/target.ts';
import { isRealtime } from '../../targets/target.ts';
import { authority, changed, hostClass, parseAddress, placeholderIn } from '../../urls.ts';

export default cause({
  id: 'bundle-wrong-host',
  hop: 'page',
  sentence: 'The page connects to a host that is not the one where the real-time backend lives.',
  proof:
    'The host in the socket URL answers as something else (a front end, a static host), while another host of the same page answers as the backend.',
  lookAlikes: ['proxy-route-missing', 'dns-wrong-host', 'bundle-stale'],
  repair: 'Build the page with the host of the backend, and deploy the new bundle.',
  examineTarget: (context, target) => {
    if (target.kind === 'document' || target.symptom?.is === 'blocked' || placeholderIn(target.url) !== undefined)
      return undefined;
    const { host } = target.address;
    if (
      hostClass(host) === 'single-label' &&
      hostClass(context.page.host) !== 'single-label' &&
      seenError(target) === 'NAME_NOT_RESOLVED'
    ) {
      return likely(
        `${host} is a name without a domain, like those of services in a container network: it does not resolve outside`,
      );
    }
    const asked = target.kind === 'api' && target.symptom?.is === 'wrong-kind';
    if (!isRealtime(target) && !asked) return undefined;
    const unreachable = seenError(target) !== undefined;
    if (!unreachable && !(frontEndAnswers(context, target) || wrongAnswer(context, target))) return undefined;
    // Only hosts that the page itself uses are possible replacements.
    const used = usedHosts(context).filter((other) => other.host !== host);
    for (const other of used.slice(0, 3)) {
      const address = { ...addressOf(target), ...other, scheme: target.address.scheme };
      if (speaks(context, target, changed(address, { secure: other.secure })) === true) {
        return finding(
          unreachable ? 'likely' : 'proven',
          `${label(target)} answers ${describeAnswer(plainAnswer(context, target))}`,
          `the same path at ${authority(other)}, which the page uses for its data, ${asked ? 'answers with data' : 'speaks the right protocol'}`,
        );
      }
    }
    return undefined;
  },
});

/** Hosts that the page uses for data. Those that merely stand in its scripts are strangers. */
function usedHosts(context: RuleContext): { host: string; port: number; secure: boolean }[] {
  const found = new Map<string, { host: string; port: number; secure: boolean }>();
  for (const request of context.evidence.requests) {
    const address = parseAddress(request.url);
    const data =
      request.type === 'fetch' ||
      request.type === 'xhr' ||
      request.type === 'eventsource' ||
      request.type === 'preflight';
    if (address && data && (request.status !== undefined || request.corsError !== undefined))
      found.set(`${address.host}:${address.port}`, { host: address.host, port: address.port, secure: address.secure });
  }
  return [...found.values()];
}

/** The host answers, but not like a real-time backend. */
function wrongAnswer(context: RuleContext, target: Target): boolean {
  const answer = plainAnswer(context, target);
  if (!answer || answer.status === undefined) return false;
  const kind = kindOf(answer);
  if (target.kind === 'engine.io')
    return kind !== 'engine-open' && kind !== 'engine-error' && !isGatewayStatus(answer.status);
  const elsewhere = answer.status >= 301 && answer.status <= 308;
  return (
    elsewhere || ['page', 'default-site', 'empty', 'backend-not-found', 'proxy-error', 'proxy-no-route'].includes(kind)
  );
}
