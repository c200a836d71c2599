import { cause } from '../../cause.ts';
import { seenError } from '../../facts/answers.ts';
import { certificate } from '../../facts/certificate.ts';
import { noCertificateError } from '../../facts/refutations.ts';
import { proven } from '../../finding.ts';
import { authority } from '../../urls.ts';

export default cause({
  id: 'tls-certificate-name',
  hop: 'edge',
  sentence: 'The certificate is for another host name.',
  proof: 'ERR_CERT_COMMON_NAME_INVALID in the browser; the name is not among the subject alternative names.',
  lookAlikes: ['tls-certificate-untrusted', 'proxy-host-unknown'],
  repair: 'Issue a certificate that covers this name, or use the name that it covers.',
  examineTarget: (context, target) => {
    const error = seenError(target) ?? '';
    if (!/CERT_COMMON_NAME_INVALID/.test(error)) return undefined;
    const tls = certificate(context, target);
    return proven(
      `the browser reports ERR_${error} for ${authority(target.address)}`,
      tls?.names !== undefined &&
        `the certificate covers ${tls.names.slice(0, 4).join(', ') || tls.subject || 'no name'}`,
    );
  },
  excluded: noCertificateError,
});
