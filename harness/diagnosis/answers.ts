import type { HandshakeAnswer, HttpAnswer, Program } from './readings.ts';
import { engineCode } from './words/engine-io.ts';
import { FRAMEWORK_PAGES, PROXY_PAGES } from './words/stock-pages.ts';

/**
 * Which program wrote an HTTP answer, and what it means. Programs have characteristic error texts; a status alone says
 * little (a 404 may come from the proxy, the front end or the backend).
 */

export type Written =
  Pick<HttpAnswer, 'status' | 'headers' | 'body'> | Pick<HandshakeAnswer, 'status' | 'headers' | 'body'>;

/** What an answer means. */
export type AnswerKind =
  /** The front end's page (or any whole HTML page with status 2xx). */
  | 'page'
  /** A stock error page of a proxy or static server. */
  | 'proxy-error'
  /** The proxy has no site or no route under this name. */
  | 'proxy-no-route'
  /** "It works", "Welcome to nginx", a parking page. */
  | 'default-site'
  /** A gateway asks for credentials. */
  | 'gate'
  /** The server says that the headers of a WebSocket handshake are missing. */
  | 'upgrade-required'
  /** Plain HTTP was spoken to a TLS port. */
  | 'tls-port'
  /** Engine.IO's own JSON error. */
  | 'engine-error'
  /** Engine.IO's open packet. */
  | 'engine-open'
  /** The backend's own "not found". */
  | 'backend-not-found'
  /** Empty body. */
  | 'empty'
  | 'stream'
  | 'other';

/** Reads the kind of an answer. */
export function kindOf(answer: Written): AnswerKind {
  const { status = 0, headers, body } = answer;
  const type = headers['content-type'] ?? '';
  const text = body.trim();
  if (
    /plain HTTP request was sent to HTTPS port|HTTP request to an HTTPS server|speaking plain HTTP to an SSL-enabled/i.test(
      text,
    )
  )
    return 'tls-port';
  if (status === 426 || upgradeWords(text)) return 'upgrade-required';
  if (/^(\d+:)?0\{"sid"/.test(text)) return 'engine-open';
  if (engineCode(text) !== undefined) return 'engine-error';
  if (/text\/event-stream/.test(type)) return 'stream';
  if ((status === 401 && /^(basic|digest|negotiate|ntlm)/i.test(headers['www-authenticate'] ?? '')) || status === 407)
    return 'gate';
  if (isDefaultSite(text)) return 'default-site';
  if (isProxyNoRoute(answer)) return 'proxy-no-route';
  if (stockProgram(answer) !== undefined && status >= 400) return 'proxy-error';
  if (status < 300 && text === '') return 'empty';
  if (status < 300 && /html/.test(type) && /<(!doctype|html|head|body)/i.test(text)) return 'page';
  if (status === 404 || status === 405) return 'backend-not-found';
  if (text === '') return 'empty';
  return 'other';
}

/** The text says that upgrade headers are missing. Some servers begin every refusal with these words, also one for its origin. */
function upgradeWords(text: string): boolean {
  if (/origin/i.test(text)) return false;
  return /upgrade required|'upgrade' token not found|'websocket' token not found|client is not using the websocket protocol|not a websocket (upgrade|handshake|request)|can "?upgrade"? only to "?websocket|expected upgrade|upgrade header (is )?missing|missing (or invalid )?(connection|upgrade)[ /]?(upgrade)? header|invalid (upgrade|connection) header|websocket protocol violation|failed to open a websocket connection|expecting websocket|this is a websocket (endpoint|server)|websocket upgrade (is )?(failed|required|expected)|connection upgrade is expected|upgrade failed|no (websocket|connection) upgrade|connection upgrade must be requested|["'`](connection|upgrade)["'`]? (header )?must (be|contain)|(connection|upgrade)["'`]? header did not include/i.test(
    text,
  );
}

/** A platform or proxy of many names says that it has none of this one: the name leads to the right place. */
export const saysUnknownName = (text: string): boolean =>
  /There isn't a GitHub Pages site here|NoSuchBucket|Site Not Found|No such app|DEPLOYMENT_NOT_FOUND|started the Nginx Proxy Manager/i.test(
    text,
  );

/** The page of a program that serves measurements alone, as exporters of Prometheus do. */
export const isExporter = (text: string): boolean =>
  /<title>[^<]*\bexporter\b/i.test(text) && /<a href="\/?metrics"/i.test(text);

/** The console of a program that has another port for sockets or messages. */
export const isConsole = (text: string): boolean =>
  /<title>[^<]*\b(RabbitMQ Management|EMQX Dashboard|Apache ActiveMQ|Artemis Console|Centrifugo admin|NATS Server|Traefik|MinIO Console)\b/i.test(
    text,
  );

/** The page that a web server shows before anybody has told it what to serve. */
export const isServerDefault = (text: string): boolean =>
  /Welcome to nginx!|It works!|Apache2? (Debian|Ubuntu) Default Page|Test Page for the (Apache|HTTP Server|Nginx)|IIS Windows Server|Caddy works!|Your web ?server is (working|now)|default (backend|web page|server|page|vhost|site)\b/i.test(
    text,
  );

/** The default page of a server without a site, or of a host that has no site of this name. */
export const isDefaultSite = (text: string): boolean =>
  isServerDefault(text) ||
  saysUnknownName(text) ||
  /domain (is )?(parked|for sale)|parked (free|domain)|buy this domain|under construction|future home of/i.test(text);

/** "404 page not found" of Go's standard library: applications and Traefik both send it. */
export function isGoNotFound({ status, headers, body }: Written): boolean {
  return status === 404 && body.trim() === '404 page not found' && headers['x-content-type-options'] === 'nosniff';
}

/** So the API Gateway of AWS answers every path and method that it does not have. */
export const isGatewayNotFound = ({ status, headers }: Written): boolean =>
  status === 403 && /MissingAuthenticationToken/.test(headers['x-amzn-errortype'] ?? '');

/**
 * Caddy names itself in what it passes on from a server without a name, too. Go, in which it is written, sorts what it is
 * given by name, and adds the date to its own answers later.
 */
function isOwnOfCaddy(headers: Written['headers']): boolean {
  const [server, date] = ['server', 'date'].map((name) => Object.keys(headers).indexOf(name));
  return date === -1 || (server ?? 0) < (date ?? 0);
}

/** Caddy answers what none of its handlers has with an empty 200. */
export const isUnhandled = (answer: Written | undefined): boolean =>
  answer?.status === 200 && answer.body === '' && programOf(answer) === 'caddy';

/** A proxy's "I do not know this site or route". */
export function isProxyNoRoute(answer: Written): boolean {
  const { status, headers, body } = answer;
  const text = body.trim();
  // Traefik uses the words of Go's library and sends no `Server` header; with one, the answer is a backend's.
  if (isGoNotFound(answer)) return headers.server === undefined;
  if (
    status === 404 &&
    /default backend - 404|no (matching )?(route|router|site|host)|unknown (host|domain|site|virtual host)|no such (host|site)|site not (found|configured)/i.test(
      text,
    )
  )
    return true;
  if (status === 421 || isGatewayNotFound(answer)) return true;
  // The load balancer of AWS leaves the signature of what its targets answer.
  if (status === 404 && signedBy(headers.server ?? '') === 'aws-elb') return true;
  if (/caddy/i.test(headers.server ?? '') && text === '' && (status === 200 || status === 404))
    return isOwnOfCaddy(headers);
  return status === 503 && /no such backend|no backend|default backend/i.test(text);
}

/**
 * The proxy or server of files that signed a stock error page. Where the answer names a server of applications, that one
 * wrote it, whatever its words resemble.
 */
export function stockProgram({ body, headers }: Pick<Written, 'body' | 'headers'>): Program | undefined {
  const text = body.trim();
  if (frameworkPage(text) !== undefined) return undefined;
  const signed = signedBy(headers.server ?? '');
  if (signed !== undefined && !PROXY_PROGRAMS.includes(signed)) return undefined;
  return PROXY_PAGES.find(({ says, server }) => says.test(text) && (server?.test(headers.server ?? '') ?? true))
    ?.program;
}

/** The framework of applications that wrote this error page. */
export const frameworkOf = ({ body }: Pick<Written, 'body'>): string | undefined =>
  frameworkPage(body.trim())?.framework;

/** A framework of applications wrote this error page. */
export const isFrameworkPage = (answer: Pick<Written, 'body'>): boolean => frameworkOf(answer) !== undefined;

const frameworkPage = (text: string): (typeof FRAMEWORK_PAGES)[number] | undefined =>
  FRAMEWORK_PAGES.find(({ says }) => says.test(text));

/** The program that a `Server` header names. */
function signedBy(server: string): Program | undefined {
  return SIGNATURES.find(([, says]) => says.test(server))?.[0];
}

const SIGNATURES: readonly (readonly [Program, RegExp])[] = [
  ['nginx', /nginx|openresty/i],
  ['apache', /apache/i],
  ['caddy', /caddy/i],
  ['envoy', /envoy/i],
  ['cloudflare', /^cloudflare/i],
  ['aws-elb', /^awselb/i],
  ['uvicorn', /uvicorn|hypercorn|daphne/i],
  ['gunicorn', /gunicorn/i],
  ['kestrel', /kestrel/i],
  ['python', /werkzeug|wsgiserver|waitress|cheroot|aiohttp|tornado|python|websockets/i],
  ['java', /jetty|tomcat|undertow|netty/i],
];

/** The program behind an answer, by its words or its headers. */
export function programOf(answer: Written): Program | undefined {
  const stock = stockProgram(answer);
  if (stock) return stock;
  const powered = answer.headers['x-powered-by'] ?? '';
  if (/reverb/i.test(powered)) return 'reverb';
  return signedBy(answer.headers.server ?? '') ?? authorOf(answer);
}

/** The application's program, which a proxy in front of it leaves in the answer. */
function authorOf({ headers, body }: Written): Program | undefined {
  const powered = headers['x-powered-by'] ?? '';
  if (/reverb/i.test(powered)) return 'reverb';
  if (/php|laravel/i.test(powered)) return 'php';
  if (/express|next\.js|nest|koa|fastify/i.test(powered)) return 'node';
  if (/^Cannot (GET|POST) \//m.test(body)) return 'node';
  const framework = frameworkPage(body.trim());
  if (framework) return framework.program;
  return headers['keep-alive'] !== undefined && /timeout=5/.test(headers['keep-alive']) ? 'node' : undefined;
}

/** Programs that are usually proxies, and seldom the application itself. */
export const PROXY_PROGRAMS: readonly Program[] = [
  'nginx',
  'apache',
  'haproxy',
  'caddy',
  'traefik',
  'envoy',
  'varnish',
  'cloudflare',
  'aws-elb',
  'ngrok',
];

/** The title of an HTML page. */
export function titleOf(html: string): string | undefined {
  return /<title>([^<]*)<\/title>/i.exec(html)?.[1]?.trim();
}

/** The path that a backend's error message says was requested. */
export function echoedPath(body: string): string | undefined {
  const patterns = [
    /Cannot (?:GET|POST) (\/[^\s<?"']*)/,
    /Route (?:GET|POST):(\/[^\s?"']*)/,
    /"path"\s*:\s*"(\/[^"?]*)/,
    /"(?:url|uri|requestUri|instance|request_path)"\s*:\s*"(\/[^"?]*)/,
    /The requested URL (\/[^\s?"'<]*) was not found/,
    /No route (?:matches|found for)[^/]*(\/[^\s?"'&\]]*)/i,
    /no (?:such )?(?:route|endpoint|path|handler)[^/\n]{0,40}(\/[^\s?"'<]*)/i,
    /(?:not found|unknown (?:path|route|endpoint|url))[^/\n<]{0,20}(\/[^\s?"'<]*)/i,
    /The route ([^\s?"']+) could not be found/,
  ];
  for (const pattern of patterns) {
    const found = pattern.exec(body)?.[1];
    if (found !== undefined) return found.startsWith('/') ? found : `/${found}`;
  }
  return undefined;
}

/** The status of a gateway whose upstream failed: 502, 503, 504, and the 52x of content networks. */
export function isGatewayStatus(status: number | undefined): boolean {
  return status === 502 || status === 503 || status === 504 || (status !== undefined && status >= 520 && status <= 530);
}

/** The text is an application's own: it says something, and is no stock page of a proxy. */
export const isInOwnWords = (answer: Pick<Written, 'body' | 'headers'>): boolean =>
  answer.body.trim() !== '' && stockProgram(answer) === undefined;

/** The text of an HTML page in one line, without its styles and scripts. */
export const plainText = (html: string): string =>
  html
    .replace(/<style[\s\S]*?<\/style>|<script[\s\S]*?<\/script>/gi, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();

/** Two answers are equal: same status and, apart from what varies by request, same text. */
export function sameAnswer(a: Written, b: Written): boolean {
  const normal = (text: string): string =>
    text
      .replace(/[0-9a-f-]{16,}|\d{3,}|\/[\w./-]+/gi, '#')
      .trim()
      .slice(0, 600);
  return a.status === b.status && normal(a.body) === normal(b.body);
}

/**
 * A short description for a person: status, program, first words. A proxy that only signs an answer of the application
 * is what the answer came through.
 */
export function describe(answer: Written): string {
  const stock = stockProgram(answer);
  const signed = signedBy(answer.headers.server ?? '');
  const proxy = signed !== undefined && PROXY_PROGRAMS.includes(signed) ? signed : undefined;
  const author = stock ?? (proxy === undefined ? programOf(answer) : authorOf(answer));
  const from = [author && `by ${author}`, stock === undefined && proxy && `through ${proxy}`].filter(Boolean).join(' ');
  const text = plainText(answer.body);
  const words = text === '' ? 'empty body' : `“${text.slice(0, 80)}${text.length > 80 ? '…' : ''}”`;
  return `${answer.status ?? 'no status'}${from === '' ? '' : ` ${from}`}, ${words}`;
}
