import { cause } from '../../cause.ts';
import { seenError } from '../../facts/answers.ts';
import { certificate } from '../../facts/certificate.ts';
import { noCertificateError } from '../../facts/refutations.ts';
import { likely, proven } from '../../finding.ts';
import { authority } from '../../urls.ts';

export default cause({
  id: 'tls-certificate-expired',
  hop: 'edge',
  sentence: 'The certificate is outside its period of validity.',
  proof: "ERR_CERT_DATE_INVALID in the browser; today is not between the certificate's dates.",
  lookAlikes: ['tls-certificate-untrusted', 'tls-certificate-name'],
  repair: 'Renew the certificate, reload the server, and monitor its expiry (check the clock as well).',
  examineTarget: (context, target) => {
    const error = seenError(target) ?? '';
    const tls = /CERT_/.test(error) ? certificate(context, target) : undefined;
    if (/CERT_(DATE_INVALID|VALIDITY_TOO_LONG)/.test(error)) {
      return proven(
        `the browser reports ERR_${error} for ${authority(target.address)}`,
        tls?.validTo !== undefined && `the certificate is valid from ${tls.validFrom ?? '?'} to ${tls.validTo}`,
      );
    }
    return tls?.inDate === false
      ? likely(
          `the certificate of ${authority(target.address)} is valid from ${tls.validFrom ?? '?'} to ${tls.validTo ?? '?'}`,
        )
      : undefined;
  },
  excluded: noCertificateError,
});
