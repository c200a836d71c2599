/** Programs and frameworks that answers reveal. */

/** What an answer or a target shows of who is behind it. */
export interface Sign {
  /** The header `Server`, `X-Powered-By` or `Via`, or the body, of an answer. */
  in: 'server' | 'powered-by' | 'via' | 'body';
  pattern: RegExp;
}

/** Where a program is known by the address or the subprotocol of a connection. */
export interface Mark {
  in: 'path' | 'query' | 'protocol';
  pattern: RegExp;
}

const server = (pattern: RegExp): Sign => ({ in: 'server', pattern });
const poweredBy = (pattern: RegExp): Sign => ({ in: 'powered-by', pattern });
const body = (pattern: RegExp): Sign => ({ in: 'body', pattern });
const path = (pattern: RegExp): Mark => ({ in: 'path', pattern });

/** Programs by their names, with what reveals them. */
export const PROGRAMS = {
  nginx: [server(/nginx|openresty/i), body(/<hr><center>(nginx|openresty)/i)],
  Apache: [server(/^apache/i), body(/<address>Apache/i)],
  HAProxy: [body(/^<html><body><h1>\d{3} [^<]+<\/h1>\s/i)],
  Caddy: [server(/caddy/i), { in: 'via', pattern: /caddy/i }],
  Traefik: [server(/traefik/i), body(/^no available server$/)],
  Envoy: [server(/^(envoy|istio-envoy)/i), body(/upstream connect error or disconnect\/reset|no healthy upstream/)],
  Streamlit: [path(/\/_stcore\/stream$/)],
  Jupyter: [path(/\/api\/(kernels\/[\w-]+\/channels|events\/subscribe)$/), body(/Jupyter Server/)],
  Bokeh: [{ in: 'protocol', pattern: /^bokeh$/ }],
  Gradio: [path(/\/gradio_api\/|\/queue\/(join|data)$/)],
  Django: [
    body(/DisallowedHost|ALLOWED_HOSTS|<h1>Bad Request \(400\)<\/h1>|csrfmiddlewaretoken|DEBUG = True/),
    server(/daphne|WSGIServer/i),
  ],
  'python-socketio': [
    body(/^"(Invalid session|Not an accepted origin\.|Invalid transport|Invalid websocket upgrade)"/),
  ],
  'Socket.IO': [
    body(
      /^\{"code":\d,"message":"(Transport unknown|Session ID unknown|Bad handshake method|Bad request|Forbidden|Unsupported protocol version)"/,
    ),
  ],
  uvicorn: [server(/^uvicorn/i)],
  gunicorn: [server(/^gunicorn/i)],
  Spring: [
    body(/Can "Upgrade" only to "WebSocket"|Whitelabel Error Page|Invalid CORS request/),
    path(/\/\d{3}\/\w+\/websocket$/),
  ],
  'ASP.NET': [server(/kestrel/i), poweredBy(/ASP\.NET/i)],
  Phoenix: [{ in: 'query', pattern: /[?&]vsn=\d/ }, path(/\/(live|socket)\/websocket$/)],
  Rails: [body(/Blocked hosts?:|Action Controller/), { in: 'protocol', pattern: /^actioncable-/ }],
  'Laravel Reverb': [poweredBy(/reverb/i)],
  Laravel: [path(/\/broadcasting\/auth$/), poweredBy(/laravel/i)],
  Vite: [{ in: 'protocol', pattern: /^vite-(hmr|ping)$/ }, body(/`?server\.allowedHosts`?/)],
  'Next.js': [poweredBy(/next\.js/i), path(/\/_next\//)],
  'webpack-dev-server': [body(/Invalid Host(\/Origin)? header/), path(/\/sockjs-node\b/)],
  Syncthing: [body(/Host check error/)],
  Cockpit: [{ in: 'protocol', pattern: /^cockpit\d$/ }, path(/\/cockpit\/socket$/)],
  websockify: [server(/websockify/i), path(/\/websockify$/)],
  Mosquitto: [{ in: 'protocol', pattern: /^mqtt/ }],
  Prosody: [{ in: 'protocol', pattern: /^xmpp$/ }],
} as const satisfies Readonly<Record<string, readonly (Sign | Mark)[]>>;

/** One of {@link PROGRAMS}. */
export type ProgramName = keyof typeof PROGRAMS;

/** The names of all of them. */
export const PROGRAM_NAMES = Object.keys(PROGRAMS) as [ProgramName, ...ProgramName[]];
