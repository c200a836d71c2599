import { cause } from '../../cause.ts';
import { seenError } from '../../facts/answers.ts';
import { certificate } from '../../facts/certificate.ts';
import { noCertificateError } from '../../facts/refutations.ts';
import { finding } from '../../finding.ts';
import { authority } from '../../urls.ts';

export default cause({
  id: 'tls-certificate-untrusted',
  hop: 'edge',
  sentence: 'The certificate is not issued by an authority that browsers trust.',
  proof: 'ERR_CERT_AUTHORITY_INVALID in the browser; the chain outside ends in a self-signed or unknown issuer.',
  lookAlikes: ['tls-certificate-name', 'tls-certificate-expired', 'proxy-host-unknown'],
  repair: 'Install a certificate of a public authority with its full chain (or distribute the private authority).',
  examineTarget: (context, target) => {
    const error = seenError(target) ?? '';
    if (!/CERT_(AUTHORITY_INVALID|INVALID|WEAK|SYMANTEC|REVOKED|NO_REVOCATION)|CERTIFICATE_TRANSPARENCY/.test(error))
      return undefined;
    const tls = certificate(context, target);
    // The browser names the issuer first, also where the certificate has expired.
    return finding(
      tls?.inDate === false ? 'possible' : tls?.covers === true ? 'proven' : 'likely',
      `the browser reports ERR_${error} for ${authority(target.address)}`,
      tls?.issuer !== undefined &&
        `the certificate of ${tls.subject || '?'} is issued by ${tls.issuer || '?'}${tls.selfSigned ? ', self-signed' : ''}`,
    );
  },
  excluded: noCertificateError,
});
