/** The guide, and its blocks, which are the configurations that run. */
import { document } from 'sintoma';

export const guide = document(new URL('../../docs/behind-a-proxy.md', import.meta.url));

export const nginx = guide.section('nginx').block();
export const traefik = guide.section('Traefik').block();
export const caddy = guide.section('Caddy').block();
export const haproxy = guide.section('HAProxy').block();
export const apache = guide.section('Apache').block();

export const PLACES = {
  nginx: 'nginx:/etc/nginx/conf.d/app.conf',
  traefik: 'traefik:/etc/traefik/dynamic/app.yaml',
  caddy: 'caddy:/etc/caddy/Caddyfile',
  haproxy: 'haproxy:/etc/haproxy/haproxy.cfg',
  apache: 'apache:/etc/apache2/sites/app.conf',
} as const;
