import { createHash } from 'node:crypto';
import { Parser } from 'htmlparser2';
import { defined } from '../common/defined.ts';
import type {
  BundleAnswer,
  BundleQuestion,
  ConfigAnswer,
  ConfigQuestion,
  HealthAnswer,
  HealthQuestion,
  MonitorAnswer,
  MonitorQuestion,
} from '../diagnosis/readings.ts';
import { isObject, listAt, parseJson, textAt, valueAt } from '../diagnosis/json.ts';
import { askHttp } from './http.ts';
import type { Network } from './network.ts';
import type { Secrets } from './secrets.ts';

/** Bytes of one script that are read. */
const SCRIPT = 1_500_000;

const CACHE_HEADERS = [
  'age',
  'x-cache',
  'x-cache-status',
  'cf-cache-status',
  'x-varnish',
  'cache-control',
  'last-modified',
  'etag',
  'date',
];

/** A page or script as it was served. */
export interface Served {
  status?: number;
  failure?: BundleAnswer['failure'];
  headers: Readonly<Record<string, string>>;
  body: string;
}

/** Downloads the page and its scripts, and extracts what a diagnosis needs. Nothing is executed. */
export async function askBundle(
  network: Network,
  secrets: Secrets,
  question: Omit<BundleQuestion, 'ask'>,
): Promise<BundleAnswer> {
  // Some caches ignore the request headers, but they have no copy of a new URL.
  const url = new URL(secrets.reveal(question.page));
  if (question.fresh) url.searchParams.set('fresh', String(Date.now()));
  const get = (address: string, most: number): Promise<Served> =>
    askHttp(network, { url: address, fresh: question.fresh }, most);
  return readBundle(question, await get(url.href, 300_000), get);
}

/**
 * Extracts what a diagnosis needs from a page and its scripts.
 *
 * @param get a script, by its URL, and how much of it at most, in bytes
 */
export async function readBundle(
  question: Omit<BundleQuestion, 'ask'>,
  page: Served,
  get: (url: string, most: number) => Promise<Served>,
): Promise<BundleAnswer> {
  const found: BundleAnswer = {
    ...defined({ status: page.status, failure: page.failure }),
    scripts: [],
    digest: '',
    bytes: 0,
    urls: [],
    pageUrls: urlsIn(page.body),
    literals: [],
    libraries: [],
    transports: [],
    empty: [],
    reconnects: false,
    cache: Object.fromEntries(
      CACHE_HEADERS.flatMap((name) => (page.headers[name] !== undefined ? [[name, page.headers[name]]] : [])),
    ),
  };
  const { inline, sources } = readPage(page.body);
  const named = scriptsOf(sources, question.page);
  const wanted =
    question.fresh || question.scripts.length === 0 ? named : [...new Set([...question.scripts, ...named])];
  const texts = [...inline];
  let left = 4_000_000;
  for (const address of wanted.slice(0, 12)) {
    if (left <= 0) break;
    const script = await get(address, Math.min(SCRIPT, left));
    if (script.status !== 200 || /html/.test(script.headers['content-type'] ?? '')) continue;
    left -= script.body.length;
    texts.push(script.body);
    found.scripts.push(new URL(address).pathname);
  }
  return {
    ...found,
    ...readScripts(texts),
    digest: createHash('sha256').update(texts.join('\n')).digest('hex').slice(0, 16),
  };
}

/** The scripts of a page: the texts that stand in it, and the addresses that it names. The page is read once, as it comes. */
export function readPage(html: string): { inline: string[]; sources: string[] } {
  const inline: string[] = [];
  const sources: string[] = [];
  let script: string[] | undefined;
  const parser = new Parser({
    onopentag: (name, attributes) => {
      if (name === 'script') {
        if (attributes.src === undefined) script = [];
        else sources.push(attributes.src);
      } else if (name === 'link' && /\bmodulepreload\b/i.test(attributes.rel ?? '') && attributes.href !== undefined) {
        sources.push(attributes.href);
      }
    },
    ontext: (text) => script?.push(text),
    onclosetag: () => {
      if (script) inline.push(script.join(''));
      script = undefined;
    },
  });
  parser.end(html);
  return { inline, sources };
}

/** The addresses that lead to the page's own host. */
function scriptsOf(sources: readonly string[], page: string): string[] {
  const urls = sources.slice(0, 200).flatMap((source) => (URL.canParse(source, page) ? [new URL(source, page)] : []));
  return [...new Set(urls.filter(({ host }) => host === new URL(page).host).map(({ href }) => href))];
}

/** Whole URLs in a text. */
export function urlsIn(text: string): string[] {
  const found = [...text.matchAll(/\b(?:wss?|https?):\/\/[\w.:[\]-]+(?:\/[\w./%~+-]*)?/g)].map((match) =>
    match[0].replace(/[.,]$/, ''),
  );
  return [...new Set(found)]
    .filter(
      (url) =>
        !/w3\.org|schema\.org|reactjs\.org|react\.dev|github\.com|mozilla\.org|nextjs\.org|fb\.me|vuejs\.org/.test(url),
    )
    .slice(0, 60);
}

const LIBRARIES: readonly (readonly [BundleAnswer['libraries'][number], RegExp])[] = [
  ['websocket', /new\s+(?:window\.|globalThis\.|self\.)?WebSocket\b|\bWebSocket\(/],
  ['socket.io', /socket\.io|EIO["':=]|["']EIO["']|engine\.io/],
  ['pusher', /pusher:subscribe|pusher_internal/],
  ['echo', /broadcaster|laravel-echo/],
  ['eventsource', /new\s+(?:window\.)?EventSource\b/],
  ['fetch', /\bfetch\(/],
];

/** A connection option or variable without a value. */
const EMPTY_OPTION =
  /\b((?:VITE|NEXT_PUBLIC|REACT_APP|VUE_APP|NUXT_PUBLIC|PUBLIC)_\w+|wsHost|wsUrl|wsURL|socketUrl|socketURL|WS_URL|SOCKET_URL|appKey|app_key|APP_KEY)["']?\s*[:=]\s*(?:""|''|``|void 0|undefined|null)(?=\s*[,;})\n])|\b(key)["']?\s*:\s*(?:""|'')(?=\s*[,;}\n])/g;

/** What scripts contain, found by text search alone. */
export function readScripts(
  texts: readonly string[],
): Pick<BundleAnswer, 'urls' | 'literals' | 'libraries' | 'transports' | 'empty' | 'reconnects' | 'bytes'> {
  const text = texts.join('\n');
  const literals = new Set<string>();
  for (const match of text.matchAll(/"([^"\\\n]{0,120})"|'([^'\\\n]{0,120})'|`([^`\\\n$]{1,120})`/g)) {
    const literal = match[1] ?? match[2] ?? match[3] ?? '';
    if (literal !== '' && literal.length <= 80) literals.add(literal);
    if (literals.size >= 20_000) break;
  }
  // Escaped names such as "App\\Events\\MessageSent".
  for (const match of text.matchAll(/["']((?:\w+\\\\)+\w+)["']/g))
    literals.add((match[1] ?? '').replaceAll('\\\\', '\\'));
  // Handlers by name: `message_new: (data) => …`, `message_new(data) { … }`.
  for (const match of text.matchAll(
    /[{,]\s*([A-Za-z_]\w{2,60})\s*(?::\s*(?:async\s*)?(?:function\b|\([^()]{0,80}\)\s*=>|\w+\s*=>)|\([\w\s,]{0,80}\)\s*\{)/g,
  ))
    literals.add(match[1] ?? '');
  const transports = [...text.matchAll(/\btransports\s*:\s*\[([^\]]{0,120})\]/g)].map((match) =>
    [...(match[1] ?? '').matchAll(/["'`](\w+)["'`]/g)].map((entry) => entry[1] ?? ''),
  );
  return {
    bytes: text.length,
    urls: urlsIn(text),
    literals: [...literals],
    libraries: LIBRARIES.filter(([, pattern]) => pattern.test(text)).map(([name]) => name),
    // The default list of the library is not the page's own choice.
    transports: transports.filter((list) => list.length > 0 && !list.includes('webtransport')),
    empty: [...new Set([...text.matchAll(EMPTY_OPTION)].map((match) => match[1] ?? match[2] ?? ''))].slice(0, 10),
    reconnects:
      /reconnect|setTimeout\(\s*(?:\(\)\s*=>\s*)?(?:this\.)?(?:connect|open|start|init|subscribe)|onclose\s*=\s*(?:this\.)?(?:connect|open|start)\b|location\.reload/i.test(
        text,
      ),
  };
}

/** Reads small configuration files next to the page. */
export async function askConfig(network: Network, question: Omit<ConfigQuestion, 'ask'>): Promise<ConfigAnswer> {
  const found: ConfigAnswer['found'] = [];
  await Promise.all(
    question.paths.slice(0, 8).map(async (path) => {
      const answer = await askHttp(network, { url: new URL(path, question.page).href });
      if (answer.status === 200 && !/html/.test(answer.headers['content-type'] ?? '') && !/^\s*</.test(answer.body)) {
        found.push({ path, urls: urlsIn(answer.body), body: answer.body.slice(0, 2000) });
      }
    }),
  );
  return { found: found.sort((a, b) => a.path.localeCompare(b.path)) };
}

const HEALTH_PATHS = [
  '/health',
  '/api/health',
  '/healthz',
  '/ready',
  '/readyz',
  '/status',
  '/api/status',
  '/health/ready',
  '/actuator/health',
  // django-health-check
  '/ht/?format=json',
];

/** Reads the application's health endpoints: JSON answers at the usual paths. */
export async function askHealth(network: Network, question: Omit<HealthQuestion, 'ask'>): Promise<HealthAnswer> {
  const found: HealthAnswer['found'] = [];
  await Promise.all(
    question.bases.slice(0, 3).flatMap((base) =>
      HEALTH_PATHS.map(async (path) => {
        const url = new URL(path, base).href;
        const answer = await askHttp(network, { url });
        if (answer.status !== undefined && isObject(parseJson(answer.body)))
          found.push({ url, status: answer.status, body: answer.body.slice(0, 1500) });
      }),
    ),
  );
  return { found: found.sort((a, b) => a.url.localeCompare(b.url)) };
}

/** Reads the state of Prometheus and AlertManager. */
export async function askMonitor(network: Network, question: Omit<MonitorQuestion, 'ask'>): Promise<MonitorAnswer> {
  const found: MonitorAnswer['found'] = [];
  await Promise.all(
    question.bases.slice(0, 6).map(async (base) => {
      const read = async (path: string): Promise<string> =>
        (await askHttp(network, { url: new URL(path, base).href }, 200_000)).body;
      const nameOf = (alert: unknown): string => String(valueAt(alert, 'labels', 'alertname'));
      const targets = valueAt(parseJson(await read('/api/v1/targets')), 'data', 'activeTargets');
      if (Array.isArray(targets)) {
        const alerts = listAt(parseJson(await read('/api/v1/alerts')), 'data', 'alerts');
        found.push({
          base,
          program: 'prometheus',
          targetsDown: targets
            .filter((target) => valueAt(target, 'health') === 'down')
            .map((target) =>
              `${textAt(target, 'scrapeUrl') ?? '?'}: ${textAt(target, 'lastError') ?? ''}`.slice(0, 200),
            ),
          firing: alerts.filter((alert) => valueAt(alert, 'state') === 'firing').map(nameOf),
          failedNotifications: 0,
        });
        return;
      }
      const status = parseJson(await read('/api/v2/status'));
      if (valueAt(status, 'cluster') === undefined || valueAt(status, 'versionInfo') === undefined) return;
      const alerts = listAt(parseJson(await read('/api/v2/alerts')));
      const failed = [
        ...(await read('/metrics')).matchAll(/^alertmanager_notifications_failed_total\{[^}]*\}\s+(\d+)/gm),
      ];
      found.push({
        base,
        program: 'alertmanager',
        targetsDown: [],
        firing: alerts.map(nameOf),
        failedNotifications: failed.reduce((sum, match) => sum + Number(match[1]), 0),
      });
    }),
  );
  return { found: found.sort((a, b) => a.base.localeCompare(b.base)) };
}
