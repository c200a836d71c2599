import { startProgram } from './containers.ts';
import type { Pems, World } from './world.ts';

// Real proxies on a free port, with a configuration of the test. What they write goes where anybody may write.

/** nginx with the content of one `server` block; `%p` is its port. */
export async function nginx(world: World, server: string, http = ''): Promise<number> {
  const port = await world.closedPort();
  const file = world.file(
    `nginx-${port}.conf`,
    `daemon off; worker_processes 1; pid /tmp/pid; error_log stderr error;
events { worker_connections 128; }
http {
  access_log off; default_type application/octet-stream; types { text/html html; text/javascript js; }
  client_body_temp_path /tmp/body; proxy_temp_path /tmp/proxy;
  fastcgi_temp_path /tmp/f; uwsgi_temp_path /tmp/u; scgi_temp_path /tmp/s;
  map $http_upgrade $connection_upgrade { default upgrade; '' close; }
  ${http}
  ${server.includes('server {') ? server.replaceAll('%p', String(port)) : `server { listen 127.0.0.1:${port}; ${server} }`}
}`,
  );
  await startProgram(world, 'nginx', ['nginx', '-p', world.folder, '-c', file], port);
  return port;
}

/** What nginx needs in order to pass a WebSocket on. */
export const UPGRADE =
  'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade; proxy_set_header Host $host;';

/** HAProxy with one frontend of HTTP mode; `%p` is its port. */
export async function haproxy(world: World, rest: string, defaults = ''): Promise<number> {
  const port = await world.closedPort();
  const file = world.file(
    `haproxy-${port}.cfg`,
    `global
  maxconn 200
defaults
  mode http
  timeout connect 2s
  timeout client 30s
  timeout server 30s
  timeout tunnel 1h
  ${defaults}
frontend web
  bind 127.0.0.1:${port}
${rest}
`,
  );
  await startProgram(world, 'haproxy', ['haproxy', '-db', '-f', file], port);
  return port;
}

/** Caddy with a site on a free port; `%p` is that port. */
export async function caddy(world: World, site: string): Promise<number> {
  const port = await world.closedPort();
  const file = world.file(
    `Caddyfile-${port}`,
    `{\n  admin off\n  auto_https off\n}\n${site.replaceAll('%p', String(port))}\n`,
  );
  await startProgram(world, 'caddy', ['caddy', 'run', '--adapter', 'caddyfile', '--config', file], port);
  return port;
}

/** Apache with a virtual host on a free port. */
export async function apache(world: World, host: string): Promise<number> {
  const port = await world.closedPort();
  const modules = '/usr/lib/apache2/modules';
  const load = [
    'mpm_event',
    'authz_core',
    'proxy',
    'proxy_http',
    'proxy_wstunnel',
    'rewrite',
    'headers',
    'mime',
    'dir',
    'alias',
    'auth_basic',
    'authn_core',
    'authn_file',
    'authz_user',
    'deflate',
    'filter',
  ]
    .map((name) => `LoadModule ${name}_module ${modules}/mod_${name}.so`)
    .join('\n');
  const file = world.file(
    `apache-${port}.conf`,
    `ServerRoot ${world.folder}
PidFile /tmp/apache.pid
Listen 127.0.0.1:${port}
ServerName localhost
TypesConfig ${world.file(`mime-${port}.types`, 'text/html html\ntext/javascript js\n')}
ErrorLog /tmp/error.log
${load}
<Directory />
  Require all granted
</Directory>
${host}
`,
  );
  await startProgram(world, 'apache', ['apache2', '-DFOREGROUND', '-f', file], port);
  return port;
}

/** Files of a certificate, for programs that read them. */
export function pemFiles(world: World, pems: Pems): { cert: string; key: string; both: string } {
  return {
    cert: world.file('tls/site.crt', pems.cert),
    key: world.file('tls/site.key', pems.key),
    both: world.file('tls/site.pem', `${pems.cert}\n${pems.key}`),
  };
}
