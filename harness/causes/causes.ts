/**
 * The catalogue of causes: every reason that Sintoma can name for a real-time page that does not work.
 *
 * Scenarios, diagnosis, reports and the JSON of `sintoma diagnose` all use these ids. A diagnosis may name any of
 * them for a system that it has never seen.
 */

/** A place on the way of a message, in the order in which a message passes them. */
export const HOPS = ['page', 'dns', 'edge', 'proxy', 'backend', 'policy', 'publisher', 'broker'] as const;

/** One of {@link HOPS}. */
export type Hop = (typeof HOPS)[number];

/** Ids of all causes, grouped by the hop that is broken. */
export const CAUSE_IDS = [
  // page
  'bundle-localhost',
  'bundle-wrong-host',
  'bundle-wrong-port',
  'bundle-variable-unset',
  'bundle-stale',
  'page-stale-cache',
  'hsts-upgrade',
  'mixed-content',
  'csp-blocks-connect',
  'local-network-access',
  'client-effect-churn',
  'client-ui-filter',
  'event-name-mismatch',
  'transport-no-fallback',
  'client-protocol-mismatch',
  'client-no-reconnect',
  // dns
  'dns-no-record',
  'dns-wrong-host',
  // edge
  'edge-port-closed',
  'edge-port-unserved',
  'edge-silent',
  'tls-port-closed',
  'tls-certificate-untrusted',
  'tls-certificate-name',
  'tls-certificate-expired',
  'tls-plain-mismatch',
  'tls-http2-only',
  // proxy
  'proxy-route-missing',
  'proxy-path-stripped',
  'proxy-upgrade-missing',
  'proxy-redirects-websocket',
  'proxy-auth-gate',
  'proxy-idle-timeout',
  'proxy-stale-upstream',
  'proxy-wrong-upstream',
  'proxy-host-unknown',
  'proxy-host-rewritten',
  'proxy-no-stickiness',
  'proxy-connection-limit',
  'proxy-strips-extensions',
  'proxy-buffers-stream',
  // backend
  'upstream-down',
  'upstream-silent',
  'backend-loopback-bind',
  'backend-not-started',
  'backend-endpoint-missing',
  'backend-wrong-path',
  'backend-ws-unsupported',
  'container-old-image',
  'payload-too-large',
  'connection-limit',
  // policy
  'cors-origin-missing',
  'cors-wildcard-credentials',
  'cors-header-missing',
  'ws-origin-rejected',
  'auth-missing',
  'auth-rejected',
  'channel-auth-unrouted',
  'app-key-mismatch',
  'namespace-invalid',
  'socketio-path-mismatch',
  'subprotocol-unanswered',
  // publisher and broker
  'publisher-unreachable-broker',
  'publisher-driver-off',
  'publisher-worker-stopped',
  'broker-missing',
  'broker-down',
  'workers-isolated',
  'scrape-target-down',
  'alert-webhook-unrouted',
] as const;

/** One of {@link CAUSE_IDS}. */
export type CauseId = (typeof CAUSE_IDS)[number];

/** A row of the catalogue. */
export interface Cause {
  /** The hop that is broken. */
  hop: Hop;
  /** What is wrong, in one plain sentence. */
  sentence: string;
  /** What has to be read for the cause to be proven. */
  proof: string;
  /** Causes with the same symptom, from which it must be told apart. */
  lookAlikes: readonly CauseId[];
  /** What to do about it. */
  repair: string;
}

/** The catalogue itself. */
export const CAUSES: Readonly<Record<CauseId, Cause>> = {
  // ---------------------------------------------------------------- page
  'bundle-localhost': {
    hop: 'page',
    sentence: 'The page was built with a localhost address and is visited from somewhere else.',
    proof:
      'The page asks for localhost or 127.0.0.1 although it is served from another host, and the served script holds that address.',
    lookAlikes: ['local-network-access', 'edge-port-closed', 'bundle-stale', 'bundle-variable-unset'],
    repair:
      'Set the public address at build time (or derive it from window.location), rebuild, and deploy the new bundle.',
  },
  'bundle-wrong-host': {
    hop: 'page',
    sentence: 'The page connects to a host that is not the one where the real-time backend lives.',
    proof:
      'The host in the socket URL answers as something else (a front end, a static host), while another host of the same page answers as the backend.',
    lookAlikes: ['proxy-route-missing', 'dns-wrong-host', 'bundle-stale'],
    repair: 'Build the page with the host of the backend, and deploy the new bundle.',
  },
  'bundle-wrong-port': {
    hop: 'page',
    sentence: 'The page connects to a port of the right host on which the real-time backend does not serve.',
    proof:
      'The socket path answers at another port of the same host; the port in the URL is closed or belongs to another program.',
    lookAlikes: ['edge-port-closed', 'backend-endpoint-missing', 'tls-plain-mismatch', 'upstream-down'],
    repair: 'Build the page with the port that the proxy publishes (443 behind HTTPS), and deploy the new bundle.',
  },
  'bundle-variable-unset': {
    hop: 'page',
    sentence:
      'A build-time variable was not set, so the page uses an address or key that does not exist, or makes no connection.',
    proof:
      'URLs contain "undefined", "null" or a library placeholder such as ws-.pusher.com, or the script holds an empty address or key and no socket is ever opened.',
    lookAlikes: ['dns-no-record', 'bundle-stale', 'proxy-route-missing'],
    repair:
      'Define the variable where the bundle is built (as a build argument), rebuild, and let the build fail when it is absent.',
  },
  'bundle-stale': {
    hop: 'page',
    sentence: 'The served bundle was built before the configuration was changed.',
    proof: 'The page uses an address or key which the running configuration no longer contains.',
    lookAlikes: ['bundle-wrong-host', 'bundle-localhost', 'page-stale-cache', 'container-old-image'],
    repair: 'Rebuild the front end and deploy it; variables of Vite and Next.js are inlined at build time.',
  },
  'page-stale-cache': {
    hop: 'page',
    sentence: 'A service worker or cache serves an old page, which connects to an address that is no longer right.',
    proof: 'The document or script comes from a service worker; a fresh visit gets another bundle, and that one works.',
    lookAlikes: ['bundle-stale', 'tls-port-closed', 'hsts-upgrade', 'bundle-wrong-port', 'bundle-wrong-host'],
    repair:
      'Serve the service worker script with no-cache, version its cache, and update or unregister the old worker.',
  },
  'hsts-upgrade': {
    hop: 'page',
    sentence:
      'The browser remembers that this host is HTTPS only, and upgrades http and ws addresses to https and wss.',
    proof:
      'A request for http:// or ws:// is redirected inside the browser (307 with reason HSTS); the server itself sends no redirect, and a fresh profile does not do it.',
    lookAlikes: ['tls-port-closed', 'proxy-redirects-websocket', 'tls-plain-mismatch'],
    repair: 'Serve TLS on that host again (and port), or send max-age=0 over HTTPS once and remove the header.',
  },
  'mixed-content': {
    hop: 'page',
    sentence:
      'The page was loaded over HTTPS and requests an insecure http:// or ws:// address, which the browser blocks.',
    proof:
      'The browser reports mixed content (console, blocked reason, or SecurityError of the WebSocket constructor) for that URL.',
    lookAlikes: ['upstream-silent', 'csp-blocks-connect', 'cors-origin-missing'],
    repair:
      'Use https:// and wss:// in the page, or derive the scheme from window.location; the backend must support TLS.',
  },
  'csp-blocks-connect': {
    hop: 'page',
    sentence: "The page's Content-Security-Policy does not allow connections to the real-time host.",
    proof: 'The browser reports a connect-src violation for that URL; no packet leaves the browser.',
    lookAlikes: ['mixed-content', 'cors-origin-missing', 'edge-port-closed'],
    repair: "Add the host with its scheme (wss://host) to the policy's connect-src.",
  },
  'local-network-access': {
    hop: 'page',
    sentence: 'The browser does not let a public page reach an address of the local machine or network.',
    proof: 'The request fails with ERR_BLOCKED_BY_LOCAL_NETWORK_ACCESS_CHECKS or a Local Network Access CORS error.',
    lookAlikes: ['bundle-localhost', 'cors-origin-missing', 'edge-port-closed'],
    repair:
      'Give the backend a public address; where the local target is intended, let the page ask for the permission.',
  },
  'client-effect-churn': {
    hop: 'page',
    sentence: 'The page itself closes and reopens its sockets again and again, because an effect runs on every render.',
    proof:
      'Many sockets to one URL in a short time, closed by the page, most before they were established, while the server accepts each.',
    lookAlikes: ['proxy-idle-timeout', 'auth-rejected', 'upstream-down'],
    repair: 'Keep the socket outside the render (a module, a ref), and give effects stable dependencies.',
  },
  'client-ui-filter': {
    hop: 'page',
    sentence: 'The message reaches the page, and the page filters it out.',
    proof:
      'The message is in a received frame under the name that the page handles, and the page shows it only after a reload or in another view.',
    lookAlikes: ['event-name-mismatch', 'publisher-driver-off', 'broker-missing'],
    repair:
      'Show the message where it belongs (select the conversation, room or tab), or handle it independently of the view.',
  },
  'event-name-mismatch': {
    hop: 'page',
    sentence: 'The server sends the event under a different name than the page listens for.',
    proof:
      'The message arrives in a frame, and its event name does not occur in the served script (or only in another spelling).',
    lookAlikes: ['client-ui-filter', 'publisher-driver-off', 'auth-missing'],
    repair: "Use exactly the server's event name (with Laravel Echo: a leading dot when broadcastAs is used).",
  },
  'transport-no-fallback': {
    hop: 'page',
    sentence: 'WebSocket handshakes fail, and the client never tries HTTP long-polling, which would work.',
    proof:
      'Every WebSocket handshake is refused, an Engine.IO polling handshake to the same path succeeds, and the page makes no polling request.',
    lookAlikes: ['proxy-upgrade-missing', 'backend-ws-unsupported', 'socketio-path-mismatch'],
    repair: 'Put polling first or set tryAllTransports, and repair the WebSocket route (see proxy-upgrade-missing).',
  },
  'client-protocol-mismatch': {
    hop: 'page',
    sentence: 'Client and server speak different protocols, or different versions of one.',
    proof:
      'The endpoint answers in another protocol than the page speaks: Engine.IO where the page sends raw frames, "Unsupported protocol version", or the reverse.',
    lookAlikes: ['socketio-path-mismatch', 'cors-wildcard-credentials', 'backend-wrong-path'],
    repair: 'Use the client library that belongs to the server, in the same major version.',
  },
  'client-no-reconnect': {
    hop: 'page',
    sentence: 'The connection was closed once, and the page never opens another.',
    proof: 'A socket that had been open closes, no further attempt follows, and a new handshake from outside succeeds.',
    lookAlikes: ['proxy-idle-timeout', 'auth-rejected', 'upstream-down'],
    repair: 'Reconnect with a growing delay after every close that the page did not ask for.',
  },

  // ---------------------------------------------------------------- dns
  'dns-no-record': {
    hop: 'dns',
    sentence: 'The host name does not resolve.',
    proof: 'Name resolution answers NXDOMAIN or no address, in the browser and outside.',
    lookAlikes: ['bundle-variable-unset', 'bundle-wrong-host', 'bundle-stale', 'page-stale-cache'],
    repair: 'Create the A, AAAA or CNAME record, or correct the name in the page.',
  },
  'dns-wrong-host': {
    hop: 'dns',
    sentence: 'The name resolves to a machine that does not serve this system.',
    proof: 'The name resolves; nothing answers there, or a server that returns only the front end on every path.',
    lookAlikes: [
      'proxy-route-missing',
      'edge-port-closed',
      'tls-port-closed',
      'proxy-host-unknown',
      'bundle-wrong-host',
      'backend-ws-unsupported',
    ],
    repair: 'Point the record at the host (or proxy) that serves page, API and sockets.',
  },

  // ---------------------------------------------------------------- edge
  'edge-port-closed': {
    hop: 'edge',
    sentence: 'Nothing listens on the port that the page uses.',
    proof: 'TCP connections to host and port are refused, while the host answers on other ports.',
    lookAlikes: ['tls-port-closed', 'bundle-wrong-port', 'upstream-down', 'edge-port-unserved'],
    repair: 'Publish or open that port, or use the one that is served.',
  },
  'edge-port-unserved': {
    hop: 'edge',
    sentence: 'The port accepts connections and drops them: it is published, but no program serves it.',
    proof: 'TCP connects, and the connection is reset or ended before any answer, for TLS and for plain HTTP.',
    lookAlikes: ['edge-port-closed', 'tls-plain-mismatch', 'backend-loopback-bind'],
    repair:
      'Let the program listen on the published port (for 443: a TLS server block), or publish the port that it serves.',
  },
  'edge-silent': {
    hop: 'edge',
    sentence: 'Packets to the host and port are lost: a firewall drops them, or nothing answers.',
    proof: 'TCP connections neither succeed nor fail within seconds, or they succeed and no path is ever answered.',
    lookAlikes: ['upstream-silent', 'edge-port-closed', 'mixed-content'],
    repair: 'Open the port in the firewall or security group, and check that the address is the right one.',
  },
  'tls-port-closed': {
    hop: 'edge',
    sentence: 'The page uses https or wss, and nothing listens on the TLS port of that host.',
    proof:
      'TCP to the TLS port is refused while the plain HTTP port of the same host is served, or the page came from a cache.',
    lookAlikes: ['edge-port-closed', 'hsts-upgrade', 'proxy-route-missing', 'dns-wrong-host', 'page-stale-cache'],
    repair: 'Serve TLS on 443 (certificate and listener), or use plain http addresses where the site is plain http.',
  },
  'tls-certificate-untrusted': {
    hop: 'edge',
    sentence: 'The certificate is not issued by an authority that browsers trust.',
    proof: 'ERR_CERT_AUTHORITY_INVALID in the browser; the chain outside ends in a self-signed or unknown issuer.',
    lookAlikes: ['tls-certificate-name', 'tls-certificate-expired', 'proxy-host-unknown'],
    repair: 'Install a certificate of a public authority with its full chain (or distribute the private authority).',
  },
  'tls-certificate-name': {
    hop: 'edge',
    sentence: 'The certificate is for another host name.',
    proof: 'ERR_CERT_COMMON_NAME_INVALID in the browser; the name is not among the subject alternative names.',
    lookAlikes: ['tls-certificate-untrusted', 'proxy-host-unknown'],
    repair: 'Issue a certificate that covers this name, or use the name that it covers.',
  },
  'tls-certificate-expired': {
    hop: 'edge',
    sentence: 'The certificate is outside its period of validity.',
    proof: "ERR_CERT_DATE_INVALID in the browser; today is not between the certificate's dates.",
    lookAlikes: ['tls-certificate-untrusted', 'tls-certificate-name'],
    repair: 'Renew the certificate, reload the server, and monitor its expiry (check the clock as well).',
  },
  'tls-plain-mismatch': {
    hop: 'edge',
    sentence: 'The page uses TLS on a plain HTTP port, or plain HTTP on a TLS port.',
    proof:
      'The TLS handshake fails on a port that answers plain HTTP, or the plain request is answered with "sent to HTTPS port".',
    lookAlikes: ['tls-http2-only', 'edge-port-unserved', 'bundle-wrong-port', 'hsts-upgrade'],
    repair: 'Align scheme and port: wss with the TLS port, ws with the plain one.',
  },
  'tls-http2-only': {
    hop: 'edge',
    sentence: 'The TLS server offers only HTTP/2, and this WebSocket cannot be opened over it.',
    proof: 'A handshake that offers h2 succeeds and one that offers only http/1.1 is refused; ordinary requests work.',
    lookAlikes: ['tls-plain-mismatch', 'proxy-upgrade-missing', 'edge-port-unserved'],
    repair: 'Let the server negotiate http/1.1 as well (ALPN), or support WebSockets over HTTP/2 (RFC 8441).',
  },

  // ---------------------------------------------------------------- proxy
  'proxy-route-missing': {
    hop: 'proxy',
    sentence: 'The proxy has no route for this path, so another service (usually the front end) answers.',
    proof:
      "The path is answered with the front end's page, or with the proxy's own 404 or 405, while other paths reach the backend.",
    lookAlikes: ['dns-wrong-host', 'proxy-path-stripped', 'backend-endpoint-missing', 'proxy-host-unknown'],
    repair: 'Add the route for the path (before the catch-all) to the proxy that answers, and reload it.',
  },
  'proxy-path-stripped': {
    hop: 'proxy',
    sentence: 'The proxy removes or rewrites a part of the path, so the backend receives a path that it does not have.',
    proof:
      "The backend's own 404 (or 403) comes through the proxy, and a path with the prefix repeated, or the backend's own port, answers 101.",
    lookAlikes: ['backend-endpoint-missing', 'proxy-route-missing', 'proxy-upgrade-missing', 'backend-wrong-path'],
    repair:
      'Forward the path unchanged (nginx: no URI part in proxy_pass; Caddy: handle instead of handle_path; Traefik: no StripPrefix).',
  },
  'proxy-upgrade-missing': {
    hop: 'proxy',
    sentence: 'A proxy does not forward the Upgrade and Connection headers, so the backend sees an ordinary request.',
    proof:
      'A WebSocket handshake is answered exactly like a plain GET of the same path, by the right backend, and plain requests work.',
    lookAlikes: ['backend-endpoint-missing', 'proxy-path-stripped', 'backend-ws-unsupported', 'transport-no-fallback'],
    repair: 'On every hop, use HTTP/1.1 towards the backend and forward Upgrade and Connection.',
  },
  'proxy-redirects-websocket': {
    hop: 'proxy',
    sentence: 'The handshake is answered with a redirect, which browsers do not follow for WebSockets.',
    proof: 'The handshake gets 301, 302, 307 or 308 with a Location; following it by hand reaches the socket.',
    lookAlikes: ['hsts-upgrade', 'auth-missing', 'proxy-auth-gate', 'proxy-route-missing'],
    repair:
      'Use the final address in the page (wss, the canonical host, the right slash), or exempt the path from the redirect.',
  },
  'proxy-auth-gate': {
    hop: 'proxy',
    sentence: 'A proxy asks for credentials (Basic, SSO) in front of the real-time path.',
    proof:
      'The path is answered 401 with WWW-Authenticate (or 407, or the login page of a gate) for plain requests and handshakes alike, independent of the token.',
    lookAlikes: ['auth-missing', 'auth-rejected', 'proxy-redirects-websocket'],
    repair: 'Exempt the path from the gate, or let the gate accept the credentials that the page can send.',
  },
  'proxy-idle-timeout': {
    hop: 'proxy',
    sentence: 'A proxy cuts connections after some time without traffic.',
    proof:
      'Sockets end without a close frame (1006), each at the same time after its last frame; busy ones live longer.',
    lookAlikes: ['client-no-reconnect', 'upstream-down', 'client-effect-churn', 'auth-rejected'],
    repair:
      'Send heartbeats more often than the timeout, or raise it (proxy_read_timeout, timeout tunnel, idle_timeout).',
  },
  'proxy-stale-upstream': {
    hop: 'proxy',
    sentence: 'The proxy still uses the old address of a backend that was recreated.',
    proof:
      'The proxy answers 502 or 504 for one route, while the same backend answers directly or through another route.',
    lookAlikes: ['upstream-down', 'proxy-wrong-upstream', 'backend-loopback-bind'],
    repair: 'Restart or reload the proxy, and let it resolve names at run time (resolver with a variable).',
  },
  'proxy-wrong-upstream': {
    hop: 'proxy',
    sentence: 'The proxy forwards to a host or port on which this backend does not listen.',
    proof: 'The proxy answers 502 for the route, and the backend runs and answers on another port.',
    lookAlikes: ['upstream-down', 'backend-loopback-bind', 'proxy-stale-upstream', 'backend-not-started'],
    repair: 'Correct the upstream host and port of the route.',
  },
  'proxy-host-unknown': {
    hop: 'proxy',
    sentence: 'The proxy does not know this host name and answers with its default site.',
    proof:
      'Every path of the name gets the same default answer (404 page not found, an empty 200, the default certificate), while another name at the same address is served.',
    lookAlikes: ['proxy-route-missing', 'dns-wrong-host', 'tls-certificate-name', 'upstream-down'],
    repair: 'Add the host name to the proxy (server_name, Host rule, site address) with its certificate.',
  },
  'proxy-host-rewritten': {
    hop: 'proxy',
    sentence: "The proxy replaces the Host header, so the backend's same-origin check refuses the browser.",
    proof:
      'The handshake is refused with the Origin of the page and accepted with none, or with the origin of the upstream that the proxy puts into Host.',
    lookAlikes: ['ws-origin-rejected', 'auth-rejected', 'backend-wrong-path'],
    repair:
      "Forward the browser's Host header (proxy_set_header Host $host), or list the public origin in the backend.",
  },
  'proxy-no-stickiness': {
    hop: 'proxy',
    sentence: 'Requests of one polling session reach different replicas, and only one of them knows the session.',
    proof: 'An Engine.IO session opened by polling is sometimes answered 400 "Session ID unknown" a moment later.',
    lookAlikes: ['upstream-down', 'client-protocol-mismatch', 'broker-missing'],
    repair: 'Make the route sticky (cookie, ip_hash), or use the websocket transport alone.',
  },
  'proxy-connection-limit': {
    hop: 'proxy',
    sentence: 'The proxy refuses further sockets because of a limit on connections or requests.',
    proof:
      'The first connections are accepted and further ones at the same time get 429 or 503 (or wait) from the proxy.',
    lookAlikes: ['connection-limit', 'upstream-down', 'broker-missing'],
    repair: 'Raise the limit (limit_conn, limit_req, maxconn) for the real-time path.',
  },
  'proxy-strips-extensions': {
    hop: 'proxy',
    sentence: 'A proxy removes Sec-WebSocket-Extensions from the answer, while the backend compresses its frames.',
    proof:
      'The socket opens and fails at the first frame with "reserved bits are on"; without offering compression it works.',
    lookAlikes: ['payload-too-large', 'client-protocol-mismatch', 'proxy-idle-timeout'],
    repair: 'Let the proxy pass Sec-WebSocket-Extensions both ways, or remove it from the request as well.',
  },
  'proxy-buffers-stream': {
    hop: 'proxy',
    sentence: 'A proxy holds back the event stream (buffering or compression) instead of forwarding each event.',
    proof:
      'An event stream opens late or not at all, or its events come in one burst; the backend sends them one by one.',
    lookAlikes: ['upstream-silent', 'publisher-driver-off', 'connection-limit'],
    repair:
      'Switch buffering and compression off for the stream (proxy_buffering off, X-Accel-Buffering: no, flush_interval -1).',
  },

  // ---------------------------------------------------------------- backend
  'upstream-down': {
    hop: 'backend',
    sentence: 'The backend is not running.',
    proof:
      'The proxy answers 502 or 503 (or the backend port, published directly, is refused) for everything that belongs to that backend.',
    lookAlikes: [
      'proxy-wrong-upstream',
      'backend-not-started',
      'backend-loopback-bind',
      'proxy-stale-upstream',
      'edge-port-closed',
    ],
    repair: 'Start the backend, and read its last log lines to learn why it stopped.',
  },
  'upstream-silent': {
    hop: 'backend',
    sentence: 'The backend, or the network in front of it, never answers requests.',
    proof: 'The edge accepts the connection and either nothing comes back or the proxy answers 504 after its timeout.',
    lookAlikes: ['edge-silent', 'upstream-down', 'mixed-content', 'proxy-buffers-stream'],
    repair: 'Open the port between proxy and backend, and check that the backend is not blocked.',
  },
  'backend-loopback-bind': {
    hop: 'backend',
    sentence: 'The backend listens only on 127.0.0.1 of its own machine or container.',
    proof:
      'The proxy answers 502 (or the published port resets), while the backend runs and answers inside its container.',
    lookAlikes: ['proxy-wrong-upstream', 'upstream-down', 'edge-port-unserved'],
    repair: 'Let the backend listen on 0.0.0.0.',
  },
  'backend-not-started': {
    hop: 'backend',
    sentence: 'The backend process fails at start-up.',
    proof: 'The proxy answers 502 for all of its routes; its log ends in an error at start (import, configuration).',
    lookAlikes: ['upstream-down', 'backend-loopback-bind', 'proxy-wrong-upstream'],
    repair: 'Read the beginning of its log, correct what it names, and start it again.',
  },
  'backend-endpoint-missing': {
    hop: 'backend',
    sentence: 'The backend has no such endpoint.',
    proof: 'The backend itself answers 404 for this path, while its other endpoints work through the same server.',
    lookAlikes: [
      'proxy-path-stripped',
      'proxy-route-missing',
      'bundle-wrong-port',
      'backend-wrong-path',
      'proxy-upgrade-missing',
    ],
    repair: 'Implement or deploy the endpoint, or remove it from the page.',
  },
  'backend-wrong-path': {
    hop: 'backend',
    sentence: 'The page uses a path that differs from the one that the backend serves.',
    proof:
      'The handshake is refused (403 or 404) at this path, and accepted at a similar one: without a prefix, without a trailing slash.',
    lookAlikes: ['proxy-path-stripped', 'backend-endpoint-missing', 'ws-origin-rejected', 'auth-rejected'],
    repair: "Use exactly the path of the backend's route.",
  },
  'backend-ws-unsupported': {
    hop: 'backend',
    sentence: 'The backend server does not support WebSockets: the library is missing or switched off.',
    proof:
      'The endpoint exists in the framework, and the server ignores or refuses every upgrade, also without a proxy.',
    lookAlikes: ['proxy-upgrade-missing', 'backend-endpoint-missing', 'transport-no-fallback'],
    repair: 'Install or enable WebSocket support (uvicorn[standard], an async worker), and restart.',
  },
  'container-old-image': {
    hop: 'backend',
    sentence: 'The running container still uses the old image.',
    proof: 'The image was rebuilt, the running container has the id of the old one, and the behaviour is unchanged.',
    lookAlikes: ['bundle-stale', 'page-stale-cache', 'bundle-localhost'],
    repair: 'Recreate the container (docker compose up -d); restart keeps the old image.',
  },
  'payload-too-large': {
    hop: 'backend',
    sentence: 'A message is larger than a limit on the way.',
    proof: 'The socket ends with 1009 (or HTTP says 413) right after a large message, and small ones pass.',
    lookAlikes: ['proxy-idle-timeout', 'proxy-strips-extensions', 'cors-origin-missing'],
    repair: 'Raise the limit (maxHttpBufferSize, max_message_size, client_max_body_size) or send less.',
  },
  'connection-limit': {
    hop: 'backend',
    sentence: 'The backend or the browser allows no more connections.',
    proof:
      'A quota error (Pusher 4004, close 1013), or more than six HTTP/1.1 event streams of one host: the others stay pending.',
    lookAlikes: ['proxy-connection-limit', 'upstream-silent', 'proxy-buffers-stream'],
    repair: 'Raise the quota, close what is not needed, share one connection, or serve streams by HTTP/2.',
  },

  // ---------------------------------------------------------------- policy
  'cors-origin-missing': {
    hop: 'policy',
    sentence: "The server's CORS headers do not allow the page's origin, so the browser hides the response.",
    proof:
      'The browser reports a CORS block, and outside the same request is answered 2xx (or its proper status) by the backend without that origin in Access-Control-Allow-Origin.',
    lookAlikes: [
      'upstream-down',
      'proxy-route-missing',
      'ws-origin-rejected',
      'cors-header-missing',
      'cors-wildcard-credentials',
    ],
    repair: "Add the page's origin (scheme, host, port) to the server's CORS list. WebSockets are not subject to CORS.",
  },
  'cors-wildcard-credentials': {
    hop: 'policy',
    sentence: 'The page sends credentials and the server answers with the origin "*", which browsers refuse.',
    proof: 'Access-Control-Allow-Origin is "*" (or Allow-Credentials is absent) on a request made with credentials.',
    lookAlikes: ['cors-origin-missing', 'client-protocol-mismatch'],
    repair: 'Answer with the exact origin and Access-Control-Allow-Credentials: true, or send no credentials.',
  },
  'cors-header-missing': {
    hop: 'policy',
    sentence: 'The preflight does not allow a header or method that the page uses.',
    proof:
      'The preflight allows the origin, and the header (or method) is not in Access-Control-Allow-Headers (or -Methods).',
    lookAlikes: ['cors-origin-missing', 'auth-missing'],
    repair: 'Add the header to Access-Control-Allow-Headers (the method to -Methods).',
  },
  'ws-origin-rejected': {
    hop: 'policy',
    sentence: "The real-time endpoint refuses connections from this page's origin.",
    proof:
      'The same handshake is refused with the Origin of the page and accepted with another or none (Pusher protocol: error 4009 "Origin not allowed").',
    lookAlikes: [
      'proxy-host-rewritten',
      'cors-origin-missing',
      'auth-rejected',
      'backend-endpoint-missing',
      'backend-wrong-path',
    ],
    repair: "Add the page's origin to the endpoint's list of allowed origins (Reverb: host names only).",
  },
  'auth-missing': {
    hop: 'policy',
    sentence: 'The page connects without the credential that the backend requires.',
    proof:
      'The connection is refused or closed for lack of authentication, and neither URL, handshake nor first frames carry a token.',
    lookAlikes: ['auth-rejected', 'proxy-auth-gate', 'ws-origin-rejected', 'backend-wrong-path'],
    repair:
      'Sign in first, and send the token where the backend reads it (auth payload, query, first message, cookie of the same site).',
  },
  'auth-rejected': {
    hop: 'policy',
    sentence: 'The credential that the page sends is not accepted: expired, or signed with another secret.',
    proof:
      'A token is sent, and the answer is an authentication error (401, 403, close 1008 or 44xx with a reason, "io server disconnect").',
    lookAlikes: ['auth-missing', 'ws-origin-rejected', 'backend-wrong-path', 'client-no-reconnect'],
    repair: 'Renew the token, and make sure that issuer and verifier have the same secret and clock.',
  },
  'channel-auth-unrouted': {
    hop: 'policy',
    sentence:
      'The endpoint that authorises private channels is not reachable, so private subscriptions fail and public ones work.',
    proof:
      'The POST to the authorisation endpoint gets the front end, 404, 405 or 419 instead of a signature, while the socket is connected.',
    lookAlikes: ['auth-rejected', 'proxy-route-missing', 'publisher-driver-off'],
    repair: 'Route the authorisation endpoint (/broadcasting/auth) to the application, with its session or token.',
  },
  'app-key-mismatch': {
    hop: 'policy',
    sentence: 'The page uses an application key that the server does not have.',
    proof: 'The server answers Pusher error 4001 "Application does not exist" to the key in the URL.',
    lookAlikes: ['ws-origin-rejected', 'bundle-stale', 'auth-rejected'],
    repair: 'Build the page with the key of the server, and deploy it.',
  },
  'namespace-invalid': {
    hop: 'policy',
    sentence: 'The page connects to a Socket.IO namespace that the server does not have.',
    proof: 'The server answers CONNECT_ERROR "Invalid namespace"; the transport itself works.',
    lookAlikes: ['socketio-path-mismatch', 'auth-rejected', 'proxy-route-missing'],
    repair: 'Register the namespace, or remove the path from the base URL: it is read as a namespace.',
  },
  'socketio-path-mismatch': {
    hop: 'policy',
    sentence: 'Client and server use different Socket.IO request paths.',
    proof: "The client's path is not answered as Engine.IO, and another path of the same host is.",
    lookAlikes: ['namespace-invalid', 'proxy-route-missing', 'client-protocol-mismatch', 'backend-endpoint-missing'],
    repair: 'Set the same path option on both sides.',
  },
  'subprotocol-unanswered': {
    hop: 'policy',
    sentence: 'The page offers a WebSocket subprotocol, and the server selects none or another one.',
    proof:
      'The browser reports the Sec-WebSocket-Protocol header; the handshake outside gets 101 without the offered value.',
    lookAlikes: ['auth-missing', 'client-protocol-mismatch'],
    repair: 'Let the server answer with one of the offered subprotocols, or do not offer one.',
  },

  // ---------------------------------------------------------------- publisher and broker
  'publisher-unreachable-broker': {
    hop: 'publisher',
    sentence: 'The application cannot reach the broker to which it publishes.',
    proof:
      'Sockets are connected and subscribed, publishing answers with an error (or is saved without being broadcast), and no frame comes.',
    lookAlikes: ['publisher-driver-off', 'publisher-worker-stopped', 'broker-down', 'event-name-mismatch'],
    repair:
      'Give the application the address of the broker inside the network (REVERB_HOST is the service name there), and read its error log.',
  },
  'publisher-driver-off': {
    hop: 'publisher',
    sentence: 'Broadcasting is switched off in the configuration of the application.',
    proof:
      'Publishing succeeds at once, sockets are subscribed, no frame comes; the private channel endpoint answers 200 with an empty body.',
    lookAlikes: ['publisher-worker-stopped', 'publisher-unreachable-broker', 'event-name-mismatch', 'broker-down'],
    repair:
      'Set the broadcast connection of the application (BROADCAST_CONNECTION=reverb), and clear its cached configuration.',
  },
  'publisher-worker-stopped': {
    hop: 'publisher',
    sentence: 'The worker that sends queued broadcasts is not running.',
    proof:
      'Publishing succeeds, sockets are subscribed and private channels are authorised, and no frame comes until a worker runs.',
    lookAlikes: ['publisher-driver-off', 'publisher-unreachable-broker', 'broker-down'],
    repair: 'Start the queue worker on the queue that the broadcasts use.',
  },
  'broker-missing': {
    hop: 'broker',
    sentence: 'Several replicas run without a shared broker, so a message reaches only the clients of one.',
    proof:
      'Of several clients connected at the same time, only a constant share receives each message, and answers show more than one replica.',
    lookAlikes: ['workers-isolated', 'broker-down', 'proxy-no-stickiness'],
    repair: 'Add the adapter (Redis, NATS) or scaling of the server to every replica.',
  },
  'broker-down': {
    hop: 'broker',
    sentence: 'The broker of the real-time servers cannot be reached.',
    proof:
      'Sockets connect and subscribe, publishing is accepted, a message reaches at most the clients of one server, and health or readiness answers name the broker.',
    lookAlikes: ['broker-missing', 'publisher-worker-stopped', 'publisher-driver-off', 'workers-isolated'],
    repair: 'Start the broker, check its address, and watch it.',
  },
  'workers-isolated': {
    hop: 'broker',
    sentence: 'Several worker processes of one server keep their connections in their own memory.',
    proof:
      'Of several clients connected at the same time to one server, only those of the worker that got the message receive it.',
    lookAlikes: ['broker-missing', 'broker-down', 'client-ui-filter'],
    repair: 'Run one worker, or share messages between workers through a broker.',
  },
  'scrape-target-down': {
    hop: 'publisher',
    sentence: 'The monitoring server cannot scrape its target.',
    proof: 'Its targets API reports the target as down with an error, whatever its page shows.',
    lookAlikes: ['alert-webhook-unrouted', 'upstream-down'],
    repair: 'Correct the host, port or path of the target in the scrape configuration.',
  },
  'alert-webhook-unrouted': {
    hop: 'publisher',
    sentence: 'Alerts fire, and the application has no route for the receiver URL of AlertManager.',
    proof: 'An alert is firing, the notification counter shows failures, and a request to the receiver path gets 404.',
    lookAlikes: ['scrape-target-down', 'publisher-unreachable-broker'],
    repair: 'Point the receiver at a route that exists, or add the route.',
  },
};

/**
 * Tells whether a text is the id of a cause.
 * @param text what a person typed
 */
export function isCauseId(text: string): text is CauseId {
  return CAUSE_IDS.some((id) => id === text);
}
