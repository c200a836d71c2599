/** Hubs of SignalR: one path for WebSockets and event streams, and one beside it where a connection is negotiated. */
import type { RuleContext } from '../context.ts';
import { listAt, textAt } from '../json.ts';
import { jsonBodyOf, type Target } from '../targets/target.ts';
import { parseAddress } from '../urls.ts';

/** A hub offers the page ways to connect, and WebSockets are none of them: what it offers. */
export function withoutSockets({ goodApi }: RuleContext): string | undefined {
  for (const target of goodApi.filter(({ address }) => address.path.endsWith('/negotiate'))) {
    const names = listAt(jsonBodyOf(target), 'availableTransports').flatMap((one) => textAt(one, 'transport') ?? []);
    if (names.length > 0 && !names.includes('WebSockets')) return `${target.address.path} offers ${names.join(', ')}`;
  }
  return undefined;
}

/** The page has negotiated a connection to the path of the target. */
export const isHub = ({ evidence }: RuleContext, { address: { host, path } }: Target): boolean =>
  evidence.requests.some(({ url }) => {
    const address = parseAddress(url);
    return address?.host === host && address.path === `${path}/negotiate`;
  });
