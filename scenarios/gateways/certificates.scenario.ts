/** Certificates that browsers do not take. */
import { refused, scenario } from 'sintoma';
import { NEVER, restored } from './broken.ts';
import { PROXIES, urlOf } from './expected.ts';

const EXPIRED = 'net::ERR_CERT_DATE_INVALID';

export default PROXIES.map((proxy) =>
  scenario(`gateways/${proxy}-certificate-expired`, {
    title: `The certificate of ${proxy} has expired: the page itself does not open.`,
    faults: [`${proxy}-certificate-expired`],
    visit: `${urlOf(proxy)}/`,
    console: [],
    requests: [refused('GET', `${urlOf(proxy)}/`, EXPIRED)],
    sockets: [],
    navigationError: EXPIRED,
    delivery: NEVER,
    cause: 'tls-certificate-expired',
    needsTrustStore: true,
    repairs: [{ title: 'renew the certificate', ...restored }],
  }),
);
