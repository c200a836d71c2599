/** The error pages that programs send when nobody wrote one, and whose they are. */
import type { Program } from '../readings.ts';

export interface StockPage {
  program: Program;
  says: RegExp;
  /** The `Server` header, where the words are those of others too. */
  server?: RegExp;
}

/** Pages of proxies and servers of files. */
export const PROXY_PAGES: readonly StockPage[] = [
  { program: 'nginx', says: /<hr><center>(nginx|openresty|tengine)/i },
  { program: 'apache', says: /<address>Apache|Apache Server at/i },
  // httpd 2.4: “The requested URL was not found on this server.”, before 2.4.39 with the path after “URL”.
  { program: 'apache', says: /The requested URL [^<]{0,300}was not found on this server\./i },
  {
    program: 'apache',
    says: /You don't have permission to access [^<]{0,300}\bon this server\.|permission to access this resource\./i,
  },
  { program: 'apache', says: /The server is temporarily unable to service your\s+request due to maintenance/i },
  { program: 'apache', says: /The proxy server (received|could not handle)|proxy-error|proxy server could not/i },
  { program: 'haproxy', says: /^<html><body><h1>\d{3} [^<]+<\/h1>\s/i },
  {
    program: 'envoy',
    says: /upstream connect error or disconnect\/reset|no healthy upstream|upstream request timeout/i,
  },
  { program: 'varnish', says: /Guru Meditation|Varnish cache server/i },
  {
    program: 'cloudflare',
    says: /^error code: \d{3,4}$|id="cf-error-details"|class="cf-error-code"|<title>Just a moment\.\.\.<\/title>|<title>Attention Required! \| Cloudflare<\/title>/,
  },
  { program: 'aws-elb', server: /^awselb/, says: /<center><h1>\d{3} [^<]+<\/h1><\/center>/ },
  { program: 'ngrok', says: /\(ERR_NGROK_\d+\)|^ERR_NGROK_\d+/ },
  // Traefik does not sign what it writes.
  {
    program: 'traefik',
    server: /^$/,
    says: /^(Bad Gateway|Gateway Timeout|no available server|Service Unavailable)$/i,
  },
];

/** Pages of application frameworks, which resemble those of proxies. */
export const FRAMEWORK_PAGES: readonly (StockPage & { framework: string })[] = [
  // Django 1 to 5 with DEBUG off: django/views/defaults.py.
  {
    framework: 'Django',
    program: 'python',
    says: /<h1>(Not Found|Server Error \(500\)|Bad Request \(400\)|403 Forbidden)<\/h1>\s*<p>(The requested resource was not found on this server\.)?<\/p>/i,
  },
  { framework: 'Django', program: 'python', says: /Using the URLconf defined in <code>/i },
  // Werkzeug (Flask), werkzeug/exceptions.py.
  {
    framework: 'Werkzeug',
    program: 'python',
    says: /The requested URL was not found on the server\. If you entered the URL manually/i,
  },
  // Tornado 4 to 6, tornado/web.py.
  {
    framework: 'Tornado',
    program: 'python',
    says: /^<html><title>(\d{3}): [^<]*<\/title><body>\1: [^<]*<\/body><\/html>$/i,
  },
  { framework: 'Spring Boot', program: 'java', says: /<h1>Whitelabel Error Page<\/h1>/i },
  { framework: 'Tomcat', program: 'java', says: /<title>HTTP Status \d{3} – /i },
  { framework: 'Express', program: 'node', says: /<pre>Cannot (GET|POST) \/[^<]*<\/pre>/ },
];
