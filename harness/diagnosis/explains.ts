import type { CauseId } from '../causes/causes.ts';

/** What a page can meet at an address that it should not use. */
const AT_A_WRONG_ADDRESS: readonly CauseId[] = [
  'bundle-localhost',
  'bundle-wrong-host',
  'bundle-wrong-port',
  'dns-no-record',
  'dns-wrong-host',
  'edge-port-closed',
  'edge-port-unserved',
  'edge-silent',
  'tls-port-closed',
  'tls-plain-mismatch',
  'proxy-route-missing',
  'proxy-host-unknown',
  'backend-endpoint-missing',
  'upstream-down',
  'app-key-mismatch',
];

/** The causes of which another one is a part or a consequence. */
export const EXPLAINS: Partial<Record<CauseId, readonly CauseId[]>> = {
  'bundle-stale': AT_A_WRONG_ADDRESS,
  'page-stale-cache': ['bundle-stale', ...AT_A_WRONG_ADDRESS],
  'transport-no-fallback': ['proxy-upgrade-missing', 'backend-ws-unsupported'],
  'proxy-auth-gate': ['proxy-redirects-websocket'],
  'upstream-down': ['edge-port-closed'],
  // Some servers answer a foreign origin in the words of a missing credential.
  'ws-origin-rejected': ['auth-missing', 'auth-rejected'],
  'proxy-host-rewritten': ['auth-missing', 'auth-rejected'],
  'channel-auth-unrouted': ['proxy-route-missing', 'backend-endpoint-missing', 'auth-missing', 'auth-rejected'],
};
