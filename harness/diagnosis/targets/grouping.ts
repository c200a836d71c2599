/** Readings of one endpoint, grouped. */
import type { Address } from '../urls.ts';
import { parseAddress } from '../urls.ts';

/** Engine.IO names its version in every URL. */
export const ENGINE = /[?&]EIO=\d/;

/** Below this many milliseconds a pending handshake or request may just be slow. */
export const SILENT_MS = 1400;

export function endpointOf(address: Address): string {
  return `${address.secure ? 's' : 'p'} ${address.host}:${address.port}${address.path}`;
}

/** Query parameters that change with every attempt of the same connection. */
const VOLATILE =
  /^(t|ts|_|sid|nonce|rand(om)?|time(stamp)?|cache|cb|v|attempt|retry|ticket|token|access_token|jwt|auth|signature|sig)$/i;

/** The endpoint with its query, so that rooms and channels are distinct targets. */
export function channelOf(address: Address): string {
  return `${endpointOf(address)} ${JSON.stringify(steadyQuery(address))}`;
}

/** The parameters of the query that stay the same from attempt to attempt. */
export const steadyQuery = ({ query }: Address): [string, string][] =>
  [...new URLSearchParams(query)].filter(([name, value]) => !VOLATILE.test(name) && !value.includes('masked'));

/** Readings of one endpoint, in order. */
export interface Group<T> {
  all: T[];
  last: T;
  /** Of the last one. */
  address: Address;
}

/** Groups readings by endpoint; those without a usable URL are left out. */
export function groupBy<T extends { url: string }>(
  readings: readonly T[],
  keyOf: (address: Address, reading: T) => string,
) {
  const groups = new Map<string, Group<T>>();
  for (const reading of readings) {
    const address = parseAddress(reading.url);
    if (!address) continue;
    const key = keyOf(address, reading);
    groups.set(key, { all: [...(groups.get(key)?.all ?? []), reading], last: reading, address });
  }
  return [...groups.values()];
}

/** `net::ERR_CONNECTION_REFUSED` → `CONNECTION_REFUSED`. */
export function netError(text: string): string {
  return /ERR_([A-Z0-9_]+)/.exec(text)?.[1] ?? text;
}

/** How soon after it opened a connection is given up by a page that opens it anew on every render, in ms. */
export const GIVEN_UP_MS = 1500;

/** Connections to one address, in order, of which the page itself gave up so many that it does so on every render. */
export function churnOf(
  all: readonly { at: number }[],
  dropped: number,
): { sockets: number; within: number } | undefined {
  const within = (all.at(-1)?.at ?? 0) - (all[0]?.at ?? 0);
  const rate = all.length / Math.max(1, within / 1000);
  return dropped >= 5 && dropped >= all.length / 2 && rate > 0.8 ? { sockets: all.length, within } : undefined;
}
