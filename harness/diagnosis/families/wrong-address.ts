import type { CauseId } from '../../causes/causes.ts';

/** What a page can meet at an address that it should not use. */
export const AT_A_WRONG_ADDRESS: readonly CauseId[] = [
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
