/** Certificates that browsers do not take: the page itself does not open. */
import { refused, scenario, type ScenarioInput } from 'sintoma';
import { NEVER, restored } from './broken.ts';
import { type Proxy, PROXIES, urlOf } from './expected.ts';

const UNTRUSTED = 'net::ERR_CERT_AUTHORITY_INVALID';

const ofEach = (
  name: string,
  what: string,
  error: (proxy: Proxy) => string,
  more: (proxy: Proxy) => Pick<ScenarioInput, 'cause' | 'causeFromOutside' | 'sameSymptomAs' | 'needsTrustStore'>,
  repair: string,
) =>
  PROXIES.map((proxy) =>
    scenario(`gateways/${proxy}-${name}`, {
      title: `The certificate of ${proxy} ${what}: the page itself does not open.`,
      faults: [`${proxy}-${name}`],
      visit: `${urlOf(proxy)}/`,
      console: [],
      requests: [refused('GET', `${urlOf(proxy)}/`, error(proxy))],
      sockets: [],
      navigationError: error(proxy),
      delivery: NEVER,
      ...more(proxy),
      repairs: [{ title: repair, ...restored }],
    }),
  );

export default [
  ...ofEach(
    'certificate-expired',
    'has expired',
    () => 'net::ERR_CERT_DATE_INVALID',
    () => ({ cause: 'tls-certificate-expired', needsTrustStore: true }),
    'renew the certificate',
  ),
  ...ofEach(
    'certificate-for-another-name',
    'is for another name',
    // Traefik presents one that it signed itself instead.
    (proxy) => (proxy === 'traefik' ? UNTRUSTED : 'net::ERR_CERT_COMMON_NAME_INVALID'),
    (proxy) => ({
      cause: 'tls-certificate-name',
      needsTrustStore: true,
      ...(proxy === 'traefik'
        ? { causeFromOutside: 'tls-certificate-untrusted', sameSymptomAs: ['gateways/traefik-certificate-untrusted'] }
        : {}),
    }),
    'get a certificate for this name',
  ),
  ...ofEach(
    'certificate-untrusted',
    'signs itself',
    () => UNTRUSTED,
    () => ({ cause: 'tls-certificate-untrusted' }),
    'get a certificate of an authority that browsers trust',
  ),
];
