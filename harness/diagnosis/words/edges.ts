/** What networks of content, cloud load balancers, tunnels and proxies say of the server behind them, where its status alone does not. */

export interface EdgeAnswer {
  status?: number;
  headers: Readonly<Record<string, string>>;
  body: string;
}

/** What is wrong behind the edge, or at it. */
export type EdgeFailure = 'offline' | 'start' | 'tls' | 'challenge' | 'denied';

interface EdgeWords {
  /** Who says so. */
  by: string;
  failure: EdgeFailure;
  status?: readonly number[];
  header?: readonly [name: string, pattern: RegExp];
  says?: RegExp;
  /** What it means, as a clause. */
  means: string;
}

const WORDS: readonly EdgeWords[] = [
  { by: 'Cloudflare', failure: 'tls', status: [525], means: 'no TLS handshake succeeds with the origin' },
  { by: 'Cloudflare', failure: 'tls', status: [526], means: 'the certificate of the origin is not valid' },
  // “error code: 1033” and its page.
  {
    by: 'Cloudflare',
    failure: 'offline',
    status: [530],
    says: /\b1033\b/,
    means: 'the tunnel to the origin does not run',
  },
  {
    by: 'Cloudflare',
    failure: 'challenge',
    header: ['cf-mitigated', /challenge/],
    means: 'the visitor must first prove to be a browser',
  },
  {
    by: 'the firewall of AWS',
    failure: 'challenge',
    header: ['x-amzn-waf-action', /captcha|challenge/],
    means: 'the visitor must first prove to be a browser',
  },
  {
    by: 'ngrok',
    failure: 'challenge',
    header: ['ngrok-error-code', /ERR_NGROK_6024/],
    means: 'the visitor must first agree to its warning',
  },
  {
    by: 'Azure App Service',
    failure: 'offline',
    status: [403],
    says: /\bweb app is stopped\b/i,
    means: 'the application has been stopped',
  },
  {
    by: 'the load balancer of AWS',
    failure: 'offline',
    status: [503],
    header: ['server', /awselb/],
    means: 'no target is healthy',
  },
  {
    by: 'ngrok',
    failure: 'offline',
    header: ['ngrok-error-code', /ERR_NGROK_3200/],
    means: 'the agent of the endpoint is offline',
  },
  {
    by: 'ngrok',
    failure: 'offline',
    header: ['ngrok-error-code', /ERR_NGROK_8012/],
    means: 'nothing accepts connections at the local address',
  },
  // Its module for ASP.NET Core: 500.30 to 500.38, and 502.5 of older ones.
  {
    by: 'IIS',
    failure: 'start',
    status: [500, 502],
    says: /HTTP Error (500\.3\d|502\.5)\b/,
    means: 'the application fails while it is started',
  },
  {
    by: 'Passenger',
    failure: 'start',
    status: [500],
    says: /Web application could not be started/i,
    means: 'the application fails while it is started',
  },
  // httpd: “Reason: Error during SSL Handshake with remote server”.
  {
    by: 'Apache',
    failure: 'tls',
    says: /SSL Handshake with remote server/i,
    means: 'no TLS handshake succeeds with the backend',
  },
  // “transport failure reason: TLS error: …” or “TLS_error: …”.
  {
    by: 'Envoy',
    failure: 'tls',
    says: /upstream connect error[\s\S]*TLS[_ ]error/,
    means: 'no TLS handshake succeeds with the backend',
  },
  // Proxies in Go and Node that tell the error of their library.
  {
    by: 'the proxy',
    failure: 'tls',
    status: [500, 502, 503],
    says: /x509: certificate|tls: (first record does not look|failed to verify)|wrong version number|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_VERIFY_LEAF_SIGNATURE|ERR_TLS_CERT_ALTNAME_INVALID/,
    means: 'no TLS handshake succeeds with the backend',
  },
  // Codes of its firewall and access rules, as text or on a page.
  {
    by: 'Cloudflare',
    failure: 'denied',
    status: [403],
    says: /\b(error code: |cf-error-code">)(1005|1006|1007|1008|1009|1010|1012|1020)\b/,
    means: 'a rule of the site refuses the visitor',
  },
  {
    by: 'HAProxy',
    failure: 'denied',
    status: [403],
    says: /Request forbidden by administrative rules/,
    means: 'a rule denies the request',
  },
  {
    by: 'Akamai',
    failure: 'denied',
    status: [403],
    header: ['server', /^AkamaiGHost/],
    means: 'a rule of the site refuses the visitor',
  },
  {
    by: 'the load balancer of AWS',
    failure: 'denied',
    status: [403],
    header: ['server', /^awselb/],
    means: 'its firewall refuses the request',
  },
  {
    by: 'CloudFront',
    failure: 'denied',
    status: [403],
    header: ['server', /^CloudFront/],
    says: /Request blocked/,
    means: 'a rule of the distribution refuses the request',
  },
  {
    by: 'the gateway of Azure',
    failure: 'denied',
    status: [403],
    says: /<center>Microsoft-Azure-Application-Gateway/,
    means: 'its firewall refuses the request',
  },
  {
    by: 'the load balancer of Google Cloud',
    failure: 'denied',
    status: [403],
    says: /Your client does not have permission to get URL/,
    means: 'a rule refuses the request',
  },
  {
    by: 'Imperva',
    failure: 'denied',
    status: [403],
    says: /Incapsula incident ID/,
    means: 'a rule of the site refuses the visitor',
  },
  // Apache and nginx with ModSecurity, whose own rules answer 403 or 406.
  {
    by: 'ModSecurity',
    failure: 'denied',
    says: /Mod_?Security/i,
    status: [403, 406],
    means: 'one of its rules refuses the request',
  },
];

/** The words of an edge in an answer: who says what. */
export function edgeWords(answer: EdgeAnswer): Pick<EdgeWords, 'by' | 'failure' | 'means'> | undefined {
  return WORDS.find(
    ({ status, header, says }) =>
      (status === undefined || status.includes(answer.status ?? 0)) &&
      (header === undefined || header[1].test(answer.headers[header[0]] ?? '')) &&
      (says === undefined || says.test(answer.body)),
  );
}
