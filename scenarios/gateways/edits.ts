/** Faults that are edits of the guide's blocks: what operators leave out, or mistype. */
import type { Block } from 'sintoma';
import { apache, caddy, haproxy, nginx, PLACES, traefik } from './blocks.ts';
import { type Proxy, PROXIES } from './expected.ts';

const PLACE: Readonly<Record<Proxy, string>> = PLACES;
const inPlace = (proxy: Proxy, block: Block): Record<string, Block> => ({ [PLACE[proxy]]: block });

const LIVE = '    ProxyPass /live/ http://app:3000/live/ upgrade=websocket timeout=3600 disablereuse=on';

/** The lines of each block that name the certificate. */
const CERTIFICATES: Readonly<Record<Proxy, readonly [block: Block, lines: string]>> = {
  nginx: [nginx, 'ssl_certificate     /etc/tls/good.crt;\n    ssl_certificate_key /etc/tls/good.key;'],
  traefik: [traefik, 'certFile: /etc/tls/good.crt\n      keyFile: /etc/tls/good.key'],
  caddy: [caddy, 'tls /etc/tls/good.crt /etc/tls/good.key'],
  haproxy: [haproxy, 'crt /etc/tls/good.pem'],
  apache: [apache, 'SSLCertificateFile /etc/tls/good.crt\n    SSLCertificateKeyFile /etc/tls/good.key'],
};

/** The line of each block that names the application. */
const UPSTREAMS: Readonly<Record<Proxy, readonly [block: Block, line: string]>> = {
  nginx: [nginx, 'set $app app:3000'],
  traefik: [traefik, 'url: http://app:3000'],
  caddy: [caddy, 'reverse_proxy app:3000'],
  haproxy: [haproxy, 'server app app:3000'],
  apache: [apache, 'http://app:3000/live/'],
};

const indented = (by: string, lines: readonly string[]): string => lines.map((line) => `${by}${line}`).join('\n');

/** A middleware of Traefik that only what is live passes. */
const middleware = (...lines: string[]): Block =>
  traefik
    .insert(/PathPrefix/, '      middlewares: [added]')
    .insert(/^http:$/, `  middlewares:\n    added:\n${indented('      ', lines)}`);

const inLocation = (...lines: string[]): Block => nginx.insert('location /live/ {', indented('        ', lines));
const inHandle = (...lines: string[]): Block => caddy.insert('handle /live/* {', indented('\t\t', lines));
const inFrontend = (line: string): Block => haproxy.insert('bind :443', `    ${line} if { path_beg /live/ }`);
const inBackend = (...lines: string[]): Block => haproxy.insert(/^backend live$/, indented('    ', lines));
const inHost = (...lines: string[]): Block => apache.insert('ProxyPreserveHost', indented('    ', lines));

/** One edit each of some proxies: the others have nothing of the kind. */
const each = <Of extends Proxy, Name extends string>(
  name: Name,
  blocks: Readonly<Record<Of, Block>>,
): Record<`${Of}-${Name}`, Record<string, Block>> =>
  Object.fromEntries(
    Object.entries<Block>(blocks).map(([proxy, block]) => [`${proxy}-${name}`, inPlace(proxy as Proxy, block)]),
  ) as Record<`${Of}-${Name}`, Record<string, Block>>;

/** One edit of the block of each proxy: in these lines, one text in the place of another. */
const forEach = <Name extends string>(
  name: Name,
  lines: Readonly<Record<Proxy, readonly [block: Block, lines: string]>>,
  from: string,
  to: string,
): Record<`${Proxy}-${Name}`, Record<string, Block>> => {
  const edited = PROXIES.map((proxy) => {
    const [block, text] = lines[proxy];
    return [proxy, block.replace(text, text.replaceAll(from, to))] as const;
  });
  return each(name, Object.fromEntries(edited) as Record<Proxy, Block>);
};

export const edits = {
  ...each('without-route', {
    nginx: nginx.replace('location /live/ {', 'location /alive/ {'),
    traefik: traefik.replace('PathPrefix(`/live/`)', 'PathPrefix(`/alive/`)'),
    caddy: caddy.replace('handle /live/*', 'handle /alive/*'),
    haproxy: haproxy.without('use_backend live'),
    apache: apache.without('ProxyPass /live/'),
  }),
  'nginx-without-upgrade': inPlace('nginx', nginx.without('proxy_set_header Upgrade')),
  'apache-without-upgrade': inPlace('apache', apache.replace(' upgrade=websocket', '')),
  'nginx-without-connection': inPlace('nginx', nginx.without('proxy_set_header Connection')),
  'nginx-speaks-http-1.0': inPlace('nginx', nginx.without('proxy_http_version')),
  ...each('strips-prefix', {
    traefik: middleware('stripPrefix:', '  prefixes: [/live]'),
    caddy: caddy.replace('handle /live/*', 'handle_path /live/*'),
    haproxy: inBackend('http-request replace-path /live(/.*) \\1'),
    apache: apache.replace('http://app:3000/live/', 'http://app:3000/'),
  }),
  'nginx-replaces-path': inPlace('nginx', nginx.replace('proxy_pass http://$app;', 'proxy_pass http://$app/;')),
  'apache-route-too-late': inPlace('apache', apache.without('ProxyPass /live/').insert('ProxyPass / ', LIVE)),
  ...each('without-host', {
    nginx: nginx.without('proxy_set_header Host'),
    traefik: traefik.replace(
      '    live:\n      loadBalancer:',
      '    live:\n      loadBalancer:\n        passHostHeader: false',
    ),
    caddy: caddy.replace(
      'reverse_proxy app:3000',
      'reverse_proxy app:3000 {\n\t\t\theader_up Host {upstream_hostport}\n\t\t}',
    ),
    haproxy: inBackend('http-request set-header Host app:3000'),
    apache: apache.without('ProxyPreserveHost'),
  }),
  ...forEach('certificate-expired', CERTIFICATES, '/good.', '/expired.'),
  ...forEach('certificate-for-another-name', CERTIFICATES, '/good.', '/other-name.'),
  ...forEach('certificate-untrusted', CERTIFICATES, '/good.', '/untrusted.'),
  ...forEach('wrong-port', UPSTREAMS, 'app:3000', 'app:3001'),
  ...each('asks-for-a-password', {
    nginx: inLocation('auth_basic staff;', 'auth_basic_user_file /etc/nginx/staff;'),
    traefik: middleware('basicAuth:', '  users: ["staff:none"]'),
    caddy: inHandle('basicauth {', '\tstaff bm9uZQ==', '}'),
    haproxy: inFrontend('http-request auth realm staff'),
    apache: inHost(
      '<Location /live/>',
      '    AuthType Basic',
      '    AuthName staff',
      '    AuthUserFile /etc/apache2/staff',
      '    Require valid-user',
      '</Location>',
    ),
  }),
  ...each('redirects', {
    nginx: inLocation('return 302 /oauth2/sign_in;'),
    traefik: middleware('redirectRegex:', '  regex: .*', '  replacement: https://traefik.example.test/oauth2/sign_in'),
    caddy: inHandle('redir * /oauth2/sign_in'),
    haproxy: inFrontend('http-request redirect location /oauth2/sign_in'),
    apache: inHost('RewriteEngine On', 'RewriteRule ^/live/ /oauth2/sign_in [R=302,L]'),
  }),
  ...each('limits-bodies', {
    nginx: nginx.without('client_max_body_size'),
    traefik: middleware('buffering:', '  maxRequestBodyBytes: 1048576'),
    caddy: inHandle('request_body {', '\tmax_size 1MB', '}'),
    haproxy: haproxy.insert('bind :443', '    http-request deny deny_status 413 if { req.body_size gt 1048576 }'),
    apache: inHost('LimitRequestBody 1048576'),
  }),
  ...each('compresses', {
    nginx: inLocation('gzip on;', 'gzip_types text/event-stream;'),
    traefik: middleware('compress: {}'),
    caddy: inHandle('encode gzip'),
    haproxy: inBackend('compression algo gzip', 'compression type text/event-stream'),
    apache: inHost('AddOutputFilterByType DEFLATE text/event-stream'),
  }),
  'nginx-ends-what-is-idle': inPlace('nginx', nginx.replace('proxy_read_timeout 1h', 'proxy_read_timeout 2s')),
  ...each('ends-idle-streams', {
    haproxy: haproxy.replace('timeout server 1h', 'timeout server 2s'),
    apache: apache.replace('timeout=3600', 'timeout=2'),
  }),
  ...each('hides-extensions', {
    nginx: inLocation('proxy_set_header Sec-WebSocket-Extensions "";'),
    traefik: middleware('headers:', '  customRequestHeaders:', '    Sec-WebSocket-Extensions: ""'),
    caddy: caddy.replace(
      'reverse_proxy app:3000',
      'reverse_proxy app:3000 {\n\t\t\theader_up -Sec-WebSocket-Extensions\n\t\t}',
    ),
    haproxy: inBackend('http-request del-header Sec-WebSocket-Extensions'),
    apache: inHost('RequestHeader unset Sec-WebSocket-Extensions'),
  }),
  'nginx-speaks-http-2': inPlace('nginx', nginx.replace('443 ssl;', '443 ssl http2;')),
  'nginx-buffers': inPlace('nginx', nginx.without('proxy_buffering')),
};
