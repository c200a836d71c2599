/** The evidence of a visit, grouped by endpoint. */
import type { Evidence } from '../browser/evidence.ts';
import { blockedTargets } from './targets/blocked.ts';
import { engineTargets } from './targets/engine-io.ts';
import { fallbackOf, isDeclined, isDevelopment, isLeft, isThirdParty, relevant } from './targets/relevance.ts';
import { documentTarget, requestTargets, scriptTargets } from './targets/requests.ts';
import { sockJsTargets } from './targets/sockjs.ts';
import { socketTargets } from './targets/sockets.ts';
import { streamTargets } from './targets/streams.ts';
import type { Target } from './targets/target.ts';
import { isRealtime } from './targets/target.ts';
import { parseAddress } from './urls.ts';

/** Groups the evidence of a visit by endpoint. */
export function targetsOf(evidence: Evidence): Target[] {
  const page = parseAddress(evidence.page.url) ?? parseAddress(evidence.visit);
  const visit = parseAddress(evidence.visit);
  const { targets: sockJs, rest } = sockJsTargets(evidence);
  const targets = [
    ...documentTarget(evidence),
    ...sockJs,
    ...socketTargets(rest),
    ...engineTargets(rest),
    ...streamTargets(rest),
    ...requestTargets(rest),
    ...scriptTargets(rest),
  ];
  const blocked = blockedTargets(evidence, targets);
  const all = [...targets, ...blocked];
  const hosts = new Set(all.filter(isRealtime).map((target) => target.address.host));
  for (const target of all) {
    const first = fallbackOf(target, all);
    if (first) target.fallbackOf = first;
    target.relevant =
      relevant(target, page ?? visit, hosts) &&
      !first &&
      !isLeft(target, all) &&
      !isDeclined(target, all, evidence.duration);
  }
  // The socket of a development server counts where the page has no other.
  const own = all.some((target) => target.relevant && isRealtime(target) && !isDevelopment(target));
  if (own) for (const target of all) if (isDevelopment(target)) target.relevant = false;
  // With an open connection, failed scripts and requests of third parties do not matter.
  const stands = all.some((target) => target.relevant && isRealtime(target) && target.works);
  if (stands)
    for (const target of all)
      if (target.kind === 'script' || isThirdParty(target, evidence, page ?? visit)) target.relevant = false;
  return all;
}
