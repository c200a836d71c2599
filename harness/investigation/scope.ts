/**
 * Whom the probes may ask. A page of a stranger names hosts, and a probe runs inside the user's network, without the
 * browser's rules: so it asks only what the user or the page itself had to do with.
 */
import { BlockList, isIP } from 'node:net';
import type { Evidence } from '../browser/evidence.ts';
import type { AddressRule } from '../common/address.ts';
import { originOf, parseAddress, sameSite } from '../diagnosis/urls.ts';
import type { Question } from '../diagnosis/readings.ts';
import type { Refusal } from '../probes/network.ts';

/** Addresses that lead into a network rather than to the internet: RFC 1122, 1918, 3927, 4193, 4291, 6598. */
const INSIDE: Readonly<Record<string, readonly (readonly [net: string, prefix: number, family: 'ipv4' | 'ipv6'])[]>> = {
  'a loopback address': [
    ['127.0.0.0', 8, 'ipv4'],
    ['0.0.0.0', 8, 'ipv4'],
    ['::', 127, 'ipv6'],
  ],
  'a private address': [
    ['10.0.0.0', 8, 'ipv4'],
    ['172.16.0.0', 12, 'ipv4'],
    ['192.168.0.0', 16, 'ipv4'],
    ['100.64.0.0', 10, 'ipv4'],
    ['fc00::', 7, 'ipv6'],
  ],
  'a link-local address': [
    ['169.254.0.0', 16, 'ipv4'],
    ['fe80::', 10, 'ipv6'],
  ],
};

const LISTS = Object.entries(INSIDE).map(([kind, subnets]) => {
  const list = new BlockList();
  for (const [net, prefix, family] of subnets) list.addSubnet(net, prefix, family);
  return { kind, list };
});

/** What kind of inner address it is; undefined for one of the internet. */
export function insideKind(address: string): string | undefined {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  return LISTS.find(({ list }) => list.check(address, family))?.kind;
}

/** What the user named, and what the visit showed. */
export interface ScopeOptions {
  /** The URL that the user gave. */
  visited: string;
  evidence: Pick<Evidence, 'requests' | 'sockets' | 'page'>;
  /** The rules of --resolve. */
  rules: readonly AddressRule[];
  /** Further hosts that the user named: those of --ws and --internal. */
  named: readonly string[];
  /** Where the page's own host leads. */
  pageAddress: string | undefined;
}

export interface Scope {
  /** Why the question is not asked; undefined when it may be. */
  refusal(question: Question): Refusal | undefined;
  /** Why no connection is made to this address of the host; undefined when it may be. */
  addressRefusal(host: string, address: string): Refusal | undefined;
}

const hostOf = (url: string): string | undefined => parseAddress(url)?.host.toLowerCase();

/** The hosts that a question would be sent to. */
export function hostsOf(question: Question): string[] {
  const urls =
    'url' in question
      ? [question.url]
      : 'page' in question
        ? [question.page]
        : 'bases' in question
          ? question.bases
          : [];
  return 'host' in question ? [question.host.toLowerCase()] : urls.flatMap((url) => hostOf(url) ?? []);
}

/**
 * Allows the hosts that the user named, those of their site, and those that the page itself contacted. Of these last
 * ones, an inner address only where the page has one of that kind itself. An Origin that is not the page's goes only to
 * what the user named and its site.
 */
export function scopeOf({ visited, evidence, rules, named, pageAddress }: ScopeOptions): Scope {
  const pageHost = hostOf(visited) ?? '';
  const trusted = new Set([
    pageHost,
    ...[...rules.map(({ host }) => host), ...named].map((host) => host.toLowerCase()),
  ]);
  const contacted = new Set([...evidence.requests, ...evidence.sockets].flatMap(({ url }) => hostOf(url) ?? []));
  const page = parseAddress(evidence.page.url) ?? parseAddress(visited);
  const pageOrigin = page && originOf(page);
  const pageKind = pageAddress === undefined ? undefined : insideKind(pageAddress);
  const isOwn = (host: string): boolean => trusted.has(host) || sameSite(host, pageHost);
  return {
    refusal(question) {
      for (const host of hostsOf(question)) {
        if (isOwn(host)) continue;
        if (!contacted.has(host)) return { because: `the page does not contact ${host}` };
        const origin = 'origin' in question ? (question.origin ?? pageOrigin) : pageOrigin;
        if (origin !== pageOrigin)
          return { because: `another Origin than the page's goes only to hosts that the user names` };
      }
      return undefined;
    },
    addressRefusal(host, address) {
      const kind = insideKind(address);
      if (kind === undefined || trusted.has(host.toLowerCase()) || kind === pageKind) return undefined;
      return { because: `${host} has ${kind}, and the page has none`, remedy: `--internal ${host} allows it` };
    },
  };
}
