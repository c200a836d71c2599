/** Faults that are edits of the guide's blocks: what operators leave out, or mistype. */
import type { Block } from 'sintoma';
import { apache, caddy, haproxy, nginx, PLACES, traefik } from './blocks.ts';
import type { Proxy } from './expected.ts';

const PLACE: Readonly<Record<Proxy, string>> = PLACES;
const inPlace = (proxy: Proxy, block: Block): Record<string, Block> => ({ [PLACE[proxy]]: block });

const LIVE = '    ProxyPass /live/ http://app:3000/live/ upgrade=websocket timeout=3600 disablereuse=on';

/** A line, or lines, that name the certificate: with the one that has expired. */
const expired = (block: Block, lines: string): Block => block.replace(lines, lines.replaceAll('/good.', '/expired.'));

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
  'nginx-certificate-expired': inPlace(
    'nginx',
    expired(nginx, 'ssl_certificate     /etc/tls/good.crt;\n    ssl_certificate_key /etc/tls/good.key;'),
  ),
  'traefik-certificate-expired': inPlace(
    'traefik',
    expired(traefik, 'certFile: /etc/tls/good.crt\n      keyFile: /etc/tls/good.key'),
  ),
  'caddy-certificate-expired': inPlace('caddy', expired(caddy, 'tls /etc/tls/good.crt /etc/tls/good.key')),
  'haproxy-certificate-expired': inPlace('haproxy', expired(haproxy, 'crt /etc/tls/good.pem')),
  'apache-certificate-expired': inPlace(
    'apache',
    expired(apache, 'SSLCertificateFile /etc/tls/good.crt\n    SSLCertificateKeyFile /etc/tls/good.key'),
  ),
  'nginx-buffers': inPlace('nginx', nginx.without('proxy_buffering')),
  'nginx-limits-bodies': inPlace('nginx', nginx.without('client_max_body_size')),
};
