/** Hubs of SignalR: one path for WebSockets and event streams, and one beside it where a connection is negotiated. */
import type { RuleContext } from '../context.ts';
import type { Target } from '../targets/target.ts';
import { parseAddress } from '../urls.ts';

/** The page has negotiated a connection to the path of the target. */
export const isHub = ({ evidence }: RuleContext, { address: { host, path } }: Target): boolean =>
  evidence.requests.some(({ url }) => {
    const address = parseAddress(url);
    return address?.host === host && address.path === `${path}/negotiate`;
  });
