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

type Edits<Name extends string> = Record<`${Proxy}-${Name}`, Record<string, Block>>;

/** One edit of the block of each proxy: in these lines, one text in the place of another. */
const forEach = <Name extends string>(
  name: Name,
  lines: Readonly<Record<Proxy, readonly [block: Block, lines: string]>>,
  from: string,
  to: string,
): Edits<Name> =>
  Object.fromEntries(
    PROXIES.map((proxy) => {
      const [block, text] = lines[proxy];
      return [`${proxy}-${name}`, inPlace(proxy, block.replace(text, text.replaceAll(from, to)))];
    }),
  ) as Edits<Name>;

export const edits = {
  'nginx-without-route': inPlace('nginx', nginx.replace('location /live/ {', 'location /alive/ {')),
  'traefik-without-route': inPlace('traefik', traefik.replace('PathPrefix(`/live/`)', 'PathPrefix(`/alive/`)')),
  'caddy-without-route': inPlace('caddy', caddy.replace('handle /live/*', 'handle /alive/*')),
  'haproxy-without-route': inPlace('haproxy', haproxy.without('use_backend live')),
  'apache-without-route': inPlace('apache', apache.without('ProxyPass /live/')),
  'nginx-without-upgrade': inPlace('nginx', nginx.without('proxy_set_header Upgrade')),
  'apache-without-upgrade': inPlace('apache', apache.replace(' upgrade=websocket', '')),
  'nginx-without-connection': inPlace('nginx', nginx.without('proxy_set_header Connection')),
  'nginx-speaks-http-1.0': inPlace('nginx', nginx.without('proxy_http_version')),
  'caddy-strips-prefix': inPlace('caddy', caddy.replace('handle /live/*', 'handle_path /live/*')),
  'apache-strips-prefix': inPlace('apache', apache.replace('http://app:3000/live/', 'http://app:3000/')),
  'apache-route-too-late': inPlace('apache', apache.without('ProxyPass /live/').insert('ProxyPass / ', LIVE)),
  'nginx-without-host': inPlace('nginx', nginx.without('proxy_set_header Host')),
  'apache-without-host': inPlace('apache', apache.without('ProxyPreserveHost')),
  ...forEach('certificate-expired', CERTIFICATES, '/good.', '/expired.'),
  ...forEach('certificate-for-another-name', CERTIFICATES, '/good.', '/other-name.'),
  ...forEach('certificate-untrusted', CERTIFICATES, '/good.', '/untrusted.'),
  ...forEach('wrong-port', UPSTREAMS, 'app:3000', 'app:3001'),
  'nginx-buffers': inPlace('nginx', nginx.without('proxy_buffering')),
  'nginx-limits-bodies': inPlace('nginx', nginx.without('client_max_body_size')),
};
