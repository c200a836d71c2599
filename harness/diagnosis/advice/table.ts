/** What to change in which program, for which cause, and where its documentation tells more. */
import type { CauseId } from '../../causes/causes.ts';
import type { ProgramName } from './programs.ts';

/** One row: the directive or setting of a program that mends some causes. */
export interface AdviceRow {
  program: ProgramName;
  causes: readonly CauseId[];
  /** As a sentence, with the name of the directive or setting. */
  change: string;
  /** The address of the documentation. */
  see: string;
  /** It concerns pages by https only, whose TLS ends at the proxy. */
  behindTls?: true;
}

const NGINX = 'https://nginx.org/en/docs/http';
const APACHE = 'https://httpd.apache.org/docs/2.4/mod';
const HAPROXY = 'https://docs.haproxy.org/2.8/configuration.html';
const CADDY = 'https://caddyserver.com/docs/caddyfile/directives';
const TRAEFIK = 'https://doc.traefik.io/traefik';
const ENVOY = 'https://www.envoyproxy.io/docs/envoy/latest';
const SOCKET_IO = 'https://socket.io/docs/v4';
const LARAVEL = 'https://laravel.com/docs';
const CHANNELS = 'https://channels.readthedocs.io/en/stable';
const ASPNET = 'https://learn.microsoft.com/aspnet/core';
const RAILS = 'https://guides.rubyonrails.org';

const row = (program: ProgramName, causes: readonly CauseId[], change: string, see: string): AdviceRow => ({
  program,
  causes,
  change,
  see,
});

const PROXIES: readonly AdviceRow[] = [
  row(
    'nginx',
    ['proxy-upgrade-missing'],
    'Set proxy_http_version 1.1, proxy_set_header Upgrade $http_upgrade and proxy_set_header Connection "upgrade" in the location.',
    `${NGINX}/websocket.html`,
  ),
  row(
    'nginx',
    ['proxy-host-rewritten'],
    'Set proxy_set_header Host $http_host: unlike $host it keeps the port.',
    `${NGINX}/ngx_http_proxy_module.html#proxy_set_header`,
  ),
  {
    ...row(
      'nginx',
      ['ws-origin-rejected'],
      'Pass the scheme on: proxy_set_header X-Forwarded-Proto $scheme, and let the backend trust it.',
      `${NGINX}/ngx_http_proxy_module.html#proxy_set_header`,
    ),
    behindTls: true,
  },
  row(
    'nginx',
    ['proxy-scheme-not-forwarded'],
    'Pass the scheme on: proxy_set_header X-Forwarded-Proto $scheme, and let the backend trust it.',
    `${NGINX}/ngx_http_proxy_module.html#proxy_set_header`,
  ),
  row(
    'nginx',
    ['proxy-upstream-tls'],
    'Write the scheme of the backend in proxy_pass: https:// for a port with TLS, http:// for one without.',
    `${NGINX}/ngx_http_proxy_module.html#proxy_pass`,
  ),
  row(
    'nginx',
    ['proxy-path-stripped'],
    'Write proxy_pass without a path behind the address; with one, it replaces the prefix of the location.',
    `${NGINX}/ngx_http_proxy_module.html#proxy_pass`,
  ),
  row(
    'nginx',
    ['proxy-route-missing'],
    'Add a location for the path with its proxy_pass: of prefixes the longest one wins.',
    `${NGINX}/ngx_http_core_module.html#location`,
  ),
  row(
    'nginx',
    ['proxy-host-unknown'],
    'Add the name to server_name of the server block.',
    `${NGINX}/server_names.html`,
  ),
  row(
    'nginx',
    ['proxy-idle-timeout'],
    'Raise proxy_read_timeout for the location (60 s unless set).',
    `${NGINX}/ngx_http_proxy_module.html#proxy_read_timeout`,
  ),
  row(
    'nginx',
    ['proxy-buffers-stream'],
    'Set proxy_buffering off and gzip off for the location, or let the application send X-Accel-Buffering: no.',
    `${NGINX}/ngx_http_proxy_module.html#proxy_buffering`,
  ),
  row(
    'nginx',
    ['proxy-connection-limit'],
    'Raise limit_conn or limit_req for the location.',
    `${NGINX}/ngx_http_limit_conn_module.html`,
  ),
  row(
    'nginx',
    ['proxy-no-stickiness'],
    'Use ip_hash or hash in the upstream block.',
    `${NGINX}/ngx_http_upstream_module.html#ip_hash`,
  ),
  row(
    'nginx',
    ['payload-too-large'],
    'Raise client_max_body_size.',
    `${NGINX}/ngx_http_core_module.html#client_max_body_size`,
  ),
  row(
    'nginx',
    ['proxy-stale-upstream'],
    'Reload it, and set resolver with a variable in proxy_pass, so that it resolves the name again.',
    `${NGINX}/ngx_http_core_module.html#resolver`,
  ),
  row(
    'nginx',
    ['proxy-wrong-upstream', 'upstream-down'],
    'The address is that of proxy_pass or of the upstream block; error.log names what it cannot reach.',
    `${NGINX}/ngx_http_proxy_module.html#proxy_pass`,
  ),
  row(
    'nginx',
    ['proxy-strips-extensions'],
    'Remove proxy_hide_header Sec-WebSocket-Extensions, or clear that header in the request as well.',
    `${NGINX}/ngx_http_proxy_module.html#proxy_hide_header`,
  ),
  row(
    'Apache',
    ['proxy-upgrade-missing'],
    'Add upgrade=websocket to ProxyPass (2.4.47 and later), or load mod_proxy_wstunnel and rewrite to ws://.',
    `${APACHE}/mod_proxy_wstunnel.html`,
  ),
  row(
    'Apache',
    ['proxy-scheme-not-forwarded'],
    'Pass the scheme on: RequestHeader set X-Forwarded-Proto "https", and let the backend trust it.',
    `${APACHE}/mod_headers.html#requestheader`,
  ),
  row('Apache', ['proxy-host-rewritten'], 'Set ProxyPreserveHost On.', `${APACHE}/mod_proxy.html#proxypreservehost`),
  row(
    'Apache',
    ['proxy-route-missing', 'proxy-path-stripped', 'proxy-wrong-upstream', 'upstream-down'],
    'Correct ProxyPass: both of its paths end with a slash or none does, and longer paths come first.',
    `${APACHE}/mod_proxy.html#proxypass`,
  ),
  row(
    'Apache',
    ['proxy-host-unknown'],
    'Add the name as ServerName or ServerAlias of the virtual host.',
    `${APACHE}/core.html#serveralias`,
  ),
  row(
    'Apache',
    ['proxy-idle-timeout'],
    'Raise ProxyTimeout, or timeout= of ProxyPass.',
    `${APACHE}/mod_proxy.html#proxytimeout`,
  ),
  row(
    'Apache',
    ['proxy-buffers-stream'],
    'Set flushpackets=on for ProxyPass, and exempt text/event-stream from mod_deflate.',
    `${APACHE}/mod_proxy.html#proxypass`,
  ),
  row('HAProxy', ['proxy-idle-timeout'], 'Raise timeout tunnel.', HAPROXY),
  row('HAProxy', ['proxy-connection-limit'], 'Raise maxconn of the frontend or server.', HAPROXY),
  row('HAProxy', ['proxy-no-stickiness'], 'Use cookie … insert, or balance source, in the backend.', HAPROXY),
  row(
    'HAProxy',
    ['proxy-route-missing', 'proxy-host-unknown'],
    'Add an acl for the path or host with use_backend, or a default_backend.',
    HAPROXY,
  ),
  row(
    'HAProxy',
    ['proxy-upgrade-missing'],
    'Use mode http, and delete neither Upgrade nor Connection by http-request del-header.',
    HAPROXY,
  ),
  row(
    'Caddy',
    ['proxy-path-stripped'],
    'Use handle in place of handle_path, which removes the prefix.',
    `${CADDY}/handle_path`,
  ),
  row(
    'Caddy',
    ['proxy-route-missing', 'proxy-wrong-upstream', 'upstream-down', 'proxy-host-rewritten'],
    'Add or correct reverse_proxy with a matcher for the path; it passes WebSockets and Host on by itself.',
    `${CADDY}/reverse_proxy`,
  ),
  row(
    'Caddy',
    ['proxy-buffers-stream'],
    'Set flush_interval -1 in reverse_proxy, and exempt the path from encode.',
    `${CADDY}/reverse_proxy`,
  ),
  row('Caddy', ['proxy-no-stickiness'], 'Set lb_policy cookie or ip_hash in reverse_proxy.', `${CADDY}/reverse_proxy`),
  row(
    'Traefik',
    ['proxy-path-stripped'],
    'Remove the middleware StripPrefix from the router.',
    `${TRAEFIK}/middlewares/http/stripprefix/`,
  ),
  row(
    'Traefik',
    ['proxy-route-missing', 'proxy-host-unknown'],
    'Add a router whose rule has the Host and PathPrefix; the longer rule wins.',
    `${TRAEFIK}/routing/routers/`,
  ),
  row(
    'Traefik',
    ['proxy-idle-timeout'],
    'Raise respondingTimeouts of the entry point.',
    `${TRAEFIK}/routing/entrypoints/`,
  ),
  row('Traefik', ['proxy-no-stickiness'], 'Set sticky.cookie for the service.', `${TRAEFIK}/routing/services/`),
  row(
    'Traefik',
    ['proxy-wrong-upstream', 'upstream-down', 'proxy-stale-upstream'],
    'Correct loadBalancer.servers or the port label of the service.',
    `${TRAEFIK}/routing/services/`,
  ),
  row(
    'Envoy',
    ['proxy-upgrade-missing'],
    'Add upgrade_configs with upgrade_type: websocket.',
    `${ENVOY}/intro/arch_overview/http/upgrades`,
  ),
  row(
    'Envoy',
    ['proxy-idle-timeout', 'upstream-silent'],
    'Raise stream_idle_timeout and the timeout of the route.',
    `${ENVOY}/faq/configuration/timeouts`,
  ),
];

const BACKENDS: readonly AdviceRow[] = [
  row(
    'Laravel Reverb',
    ['publisher-driver-off'],
    'Set BROADCAST_CONNECTION=reverb, and clear the cached configuration.',
    `${LARAVEL}/broadcasting#reverb`,
  ),
  row(
    'Laravel Reverb',
    ['publisher-unreachable-broker'],
    'Set REVERB_HOST of the application to the name of the service in its network.',
    `${LARAVEL}/reverb#running-the-server`,
  ),
  row(
    'Streamlit',
    ['ws-origin-rejected', 'proxy-host-rewritten'],
    'Set browser.serverAddress, or add the origin to server.corsAllowedOrigins, in config.toml.',
    'https://docs.streamlit.io/develop/api-reference/configuration/config.toml',
  ),
  row(
    'Jupyter',
    ['ws-origin-rejected', 'proxy-host-rewritten'],
    'Add the origin to ServerApp.allow_origin.',
    'https://jupyter-server.readthedocs.io/en/latest/other/full-config.html',
  ),
  row(
    'Bokeh',
    ['ws-origin-rejected', 'proxy-host-rewritten'],
    'Start it with --allow-websocket-origin=<host of the page>.',
    'https://docs.bokeh.org/en/latest/docs/user_guide/server/deploy.html',
  ),
  row(
    'Django',
    ['backend-host-refused', 'ws-origin-rejected'],
    'Add the host to ALLOWED_HOSTS; AllowedHostsOriginValidator of Channels compares origins with it.',
    'https://docs.djangoproject.com/en/stable/ref/settings/#allowed-hosts',
  ),
  row(
    'Django',
    ['proxy-scheme-not-forwarded'],
    'Set SECURE_PROXY_SSL_HEADER to the header in which the proxy tells the scheme.',
    'https://docs.djangoproject.com/en/stable/ref/settings/#secure-proxy-ssl-header',
  ),
  row(
    'Django',
    ['backend-ws-unsupported'],
    'Serve it by an ASGI server such as Daphne: a WSGI server cannot switch protocols.',
    `${CHANNELS}/deploying.html`,
  ),
  row(
    'Django',
    ['broker-missing', 'workers-isolated', 'broker-down'],
    'Set CHANNEL_LAYERS to channels_redis, which all processes share.',
    `${CHANNELS}/topics/channel_layers.html`,
  ),
  row(
    'python-socketio',
    ['ws-origin-rejected', 'cors-origin-missing'],
    'Add the origin to cors_allowed_origins of the server.',
    'https://python-socketio.readthedocs.io/en/stable/server.html',
  ),
  row(
    'python-socketio',
    ['proxy-no-stickiness'],
    'Run one worker a port, and balance by cookie or address between them.',
    'https://python-socketio.readthedocs.io/en/stable/server.html',
  ),
  row(
    'Socket.IO',
    ['cors-origin-missing', 'cors-wildcard-credentials', 'ws-origin-rejected'],
    'Set cors.origin (and cors.credentials) of the server.',
    `${SOCKET_IO}/handling-cors/`,
  ),
  row(
    'Socket.IO',
    ['proxy-no-stickiness'],
    'Sessions by polling need a sticky route.',
    `${SOCKET_IO}/using-multiple-nodes/`,
  ),
  row(
    'Socket.IO',
    ['broker-missing', 'workers-isolated'],
    'Attach an adapter, such as that for Redis.',
    `${SOCKET_IO}/adapter/`,
  ),
  row(
    'Socket.IO',
    ['socketio-path-mismatch'],
    'Set the option path alike in server and client.',
    `${SOCKET_IO}/server-options/#path`,
  ),
  row('Socket.IO', ['payload-too-large'], 'Raise maxHttpBufferSize.', `${SOCKET_IO}/server-options/#maxhttpbuffersize`),
  row(
    'Socket.IO',
    ['transport-no-fallback'],
    'Put polling first in transports, or set tryAllTransports.',
    `${SOCKET_IO}/client-options/#transports`,
  ),
  row(
    'Socket.IO',
    ['proxy-upgrade-missing'],
    'The documentation has a configuration for each common proxy.',
    `${SOCKET_IO}/reverse-proxy/`,
  ),
  row(
    'uvicorn',
    ['backend-ws-unsupported'],
    'Install uvicorn[standard], or the package websockets.',
    'https://www.uvicorn.org/',
  ),
  row(
    'gunicorn',
    ['backend-ws-unsupported'],
    'Use an asynchronous worker class, such as that of uvicorn or gevent.',
    'https://docs.gunicorn.org/en/stable/design.html',
  ),
  row(
    'Spring',
    ['ws-origin-rejected', 'proxy-host-rewritten'],
    'Add the origin by setAllowedOrigins of the endpoint, and set server.forward-headers-strategy behind a proxy.',
    'https://docs.spring.io/spring-framework/reference/web/websocket/server.html',
  ),
  row(
    'ASP.NET',
    ['ws-origin-rejected'],
    'Add the origin to WebSocketOptions.AllowedOrigins.',
    `${ASPNET}/fundamentals/websockets`,
  ),
  row(
    'ASP.NET',
    ['broker-missing', 'workers-isolated', 'proxy-no-stickiness'],
    'Give SignalR a backplane, and make the route sticky.',
    `${ASPNET}/signalr/scale`,
  ),
  row(
    'Phoenix',
    ['ws-origin-rejected', 'proxy-host-rewritten'],
    'Set url: [host: …] or check_origin of the endpoint.',
    'https://hexdocs.pm/phoenix/Phoenix.Endpoint.html',
  ),
  row(
    'Rails',
    ['ws-origin-rejected', 'proxy-host-rewritten'],
    'Add the origin to config.action_cable.allowed_request_origins.',
    `${RAILS}/action_cable_overview.html#allowed-request-origins`,
  ),
  row('Rails', ['backend-host-refused'], 'Add the host to config.hosts.', `${RAILS}/configuring.html`),
  row(
    'Laravel Reverb',
    ['ws-origin-rejected'],
    'Add the host of the page to allowed_origins: host names only, without scheme and port.',
    `${LARAVEL}/reverb#allowed-origins`,
  ),
  row(
    'Laravel Reverb',
    ['broker-missing', 'workers-isolated'],
    'Set REVERB_SCALING_ENABLED, with Redis.',
    `${LARAVEL}/reverb#scaling`,
  ),
  row(
    'Laravel',
    ['channel-auth-unrouted'],
    'Route /broadcasting/auth to the application, with its session or token.',
    `${LARAVEL}/broadcasting#authorizing-channels`,
  ),
  row(
    'Laravel',
    ['event-name-mismatch'],
    'With broadcastAs, listen with a leading dot in Echo.',
    `${LARAVEL}/broadcasting#broadcast-name`,
  ),
  row(
    'Vite',
    ['backend-host-refused'],
    'Add the host to server.allowedHosts.',
    'https://vite.dev/config/server-options.html#server-allowedhosts',
  ),
  row(
    'Vite',
    ['proxy-upgrade-missing', 'bundle-localhost', 'bundle-wrong-port'],
    'Set server.hmr.clientPort (and host, protocol) to those of the proxy.',
    'https://vite.dev/config/server-options.html#server-hmr',
  ),
  row(
    'Vite',
    ['bundle-stale', 'bundle-variable-unset'],
    'Variables named VITE_… are inlined when it builds: set them there, and build again.',
    'https://vite.dev/guide/env-and-mode.html',
  ),
  row(
    'Next.js',
    ['ws-origin-rejected'],
    'Add the host to allowedDevOrigins.',
    'https://nextjs.org/docs/app/api-reference/config/next-config-js/allowedDevOrigins',
  ),
  row(
    'Next.js',
    ['bundle-stale', 'bundle-variable-unset'],
    'Variables named NEXT_PUBLIC_… are inlined when it builds: set them there, and build again.',
    'https://nextjs.org/docs/app/guides/environment-variables',
  ),
  row(
    'webpack-dev-server',
    ['backend-host-refused'],
    'Add the host to devServer.allowedHosts.',
    'https://webpack.js.org/configuration/dev-server/#devserverallowedhosts',
  ),
  row(
    'Syncthing',
    ['backend-host-refused'],
    'Let the proxy send Host localhost, or set insecureSkipHostcheck in the GUI element.',
    'https://docs.syncthing.net/users/config.html',
  ),
  row(
    'Cockpit',
    ['ws-origin-rejected'],
    'Add the origin to Origins, and set ProtocolHeader = X-Forwarded-Proto, in cockpit.conf.',
    'https://cockpit-project.org/guide/latest/cockpit.conf.5',
  ),
  row(
    'websockify',
    ['upstream-down'],
    'Check the target that follows the listening port on its command line, or in --token-source.',
    'https://github.com/novnc/websockify',
  ),
  row(
    'Mosquitto',
    ['bundle-wrong-port', 'edge-port-unserved'],
    'Add a listener with protocol websockets on a port of its own, and use that one.',
    'https://mosquitto.org/man/mosquitto-conf-5.html',
  ),
  row(
    'Prosody',
    ['ws-origin-rejected', 'proxy-host-rewritten'],
    'Let the proxy pass Host on, and name the host as http_host or http_external_url.',
    'https://prosody.im/doc/http',
  ),
];

/** All rows: those of proxies first. */
export const ADVICE: readonly AdviceRow[] = [...PROXIES, ...BACKENDS];
