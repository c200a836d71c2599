/** Faults that are edits of the guide's blocks: what operators leave out, or mistype. */
import type { Block } from 'sintoma';
import { apache, caddy, haproxy, nginx, PLACES, traefik } from './blocks.ts';
import type { Proxy } from './expected.ts';

const PLACE: Readonly<Record<Proxy, string>> = PLACES;
const inPlace = (proxy: Proxy, block: Block): Record<string, Block> => ({ [PLACE[proxy]]: block });

export const edits = {
  'nginx-without-route': inPlace('nginx', nginx.replace('location /live/ {', 'location /alive/ {')),
  'traefik-without-route': inPlace('traefik', traefik.replace('PathPrefix(`/live/`)', 'PathPrefix(`/alive/`)')),
  'caddy-without-route': inPlace('caddy', caddy.replace('handle /live/*', 'handle /alive/*')),
  'haproxy-without-route': inPlace('haproxy', haproxy.without('use_backend live')),
  'apache-without-route': inPlace('apache', apache.without('ProxyPass /live/')),
  'nginx-without-upgrade': inPlace('nginx', nginx.without('proxy_set_header Upgrade')),
  'apache-without-upgrade': inPlace('apache', apache.replace(' upgrade=websocket', '')),
  'nginx-without-host': inPlace('nginx', nginx.without('proxy_set_header Host')),
  'apache-without-host': inPlace('apache', apache.without('ProxyPreserveHost')),
  'nginx-buffers': inPlace('nginx', nginx.without('proxy_buffering')),
  'nginx-limits-bodies': inPlace('nginx', nginx.without('client_max_body_size')),
};
