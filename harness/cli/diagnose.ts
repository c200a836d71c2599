import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { Command, InvalidArgumentError } from 'commander';
import pc from 'picocolors';
import type { BrowserContextOptions } from '@playwright/test';
import type { AddressRule } from '../common/address.ts';
import type { Diagnosis } from '../diagnosis/diagnose.ts';
import { UserError } from '../common/errors.ts';
import { BUDGET, investigate } from '../investigation/investigate.ts';
import { visit } from '../visit/visit.ts';

/** Exit statuses of `sintoma diagnose`; 2 is wrong usage. */
export const EXIT = { healthy: 0, faulty: 1, inconclusive: 3 } as const;

interface Options {
  resolve: AddressRule[];
  ws: string[];
  publish?: string;
  login?: string;
  json?: boolean;
  timeout: number;
}

/** Reads curl's HOST:PORT:ADDR:PORT; addresses of IPv6 stand in brackets. */
export function parseResolve(text: string): AddressRule {
  const found = /^(\[[^\]]+\]|[^:[\]]+):(\d{1,5}):(\[[^\]]+\]|[^:[\]]+)(?::(\d{1,5}))?$/.exec(text.replace(/^\+/, ''));
  const bare = (host: string): string => host.replace(/^\[|\]$/g, '');
  const port = Number(found?.[2]);
  const toPort = Number(found?.[4] ?? found?.[2]);
  const address = bare(found?.[3] ?? '');
  if (!found || port < 1 || port > 65535 || toPort < 1 || toPort > 65535 || isIP(address) === 0) {
    throw new InvalidArgumentError(
      'it reads HOST:PORT:ADDR:PORT with an IP address, e.g. app.example.test:443:127.0.0.1:8443',
    );
  }
  return { host: bare(found[1] ?? '').toLowerCase(), port, to: { address, port: toPort } };
}

function parseUrl(text: string, schemes: readonly string[]): string {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new InvalidArgumentError(`it must be a URL with ${schemes.join(' or ')}`);
  }
  if (!schemes.includes(url.protocol.slice(0, -1)))
    throw new InvalidArgumentError(`it must begin with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`);
  return url.href;
}

type Storage = Exclude<BrowserContextOptions['storageState'], string | undefined>;

/**
 * Reads the state of a signed-in browser: Playwright's storageState, a part of it, or just an object of localStorage
 * for the page's origin.
 *
 * @throws UserError when the file cannot be read or is no such thing
 */
export function readLogin(file: string, page: string): Storage {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UserError(
      `--login: cannot read ${file}: ${(error as Error).message}`,
      'it must be a JSON file, as Playwright saves a storageState',
      2,
    );
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw new UserError(
      `--login: ${file} holds no JSON object`,
      'expected { "cookies": […], "origins": […] } or an object of localStorage',
      2,
    );
  }
  const state = content as { cookies?: unknown; origins?: unknown; localStorage?: unknown };
  const origin = new URL(page).origin;
  if (Array.isArray(state.cookies) || Array.isArray(state.origins)) {
    return {
      cookies: (state.cookies ?? []) as Storage['cookies'],
      origins: (state.origins ?? []) as Storage['origins'],
    };
  }
  const store = (
    typeof state.localStorage === 'object' && state.localStorage !== null ? state.localStorage : content
  ) as Record<string, unknown>;
  const entries = Array.isArray(store)
    ? (store as { name: string; value: string }[])
    : Object.entries(store).map(([name, value]) => ({
        name,
        value: typeof value === 'string' ? value : JSON.stringify(value),
      }));
  return { cookies: [], origins: [{ origin, localStorage: entries }] };
}

/** A text from a foreign page, safe to print: control and direction characters are shown, not obeyed. */
export function clean(text: string, limit = 400): string {
  const cut = text.length > limit ? `${text.slice(0, limit)}…` : text;
  return cut.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code === 0x0a || code === 0x09 ? ' ' : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** Escapes every text in a value that will be printed as JSON. */
function cleanAll<T>(value: T): T {
  if (typeof value === 'string') return clean(value, 1000) as T;
  if (Array.isArray(value)) return value.map(cleanAll) as T;
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, cleanAll(member)])) as T;
  return value;
}

const MARKS = { ok: '●', broken: '✖', unknown: '○', 'not reached': '·' } as const;

/** The way of a message, hop by hop, with the broken one marked. */
export function drawWay(way: Diagnosis['way']): string {
  const paint = { ok: pc.green, broken: pc.red, unknown: pc.yellow, 'not reached': pc.dim } as const;
  const line = way
    .map(({ hop, state }) => paint[state](`${MARKS[state]} ${state === 'broken' ? hop.toUpperCase() : hop}`))
    .join(pc.dim(' ─ '));
  const broken = way.findIndex(({ state }) => state === 'broken');
  if (broken < 0) return line;
  const indent = way.slice(0, broken).reduce((sum, { hop }) => sum + hop.length + 5, 0);
  return `${line}\n${' '.repeat(indent)}${pc.red(`└ ${way[broken]?.text ?? ''}`)}`;
}

/** The diagnosis for a person. */
export function render(diagnosis: Diagnosis, url: string): string {
  const { verdict, cause, confidence, because, ruledOut, candidates, repair, way } = diagnosis;
  const head =
    verdict === 'healthy'
      ? pc.green('healthy')
      : verdict === 'faulty'
        ? `${pc.red('faulty')}: ${pc.bold(cause ?? '')}`
        : pc.yellow('inconclusive');
  const list = (title: string, lines: readonly string[]): string[] =>
    lines.length > 0 ? ['', pc.bold(title), ...lines.map((line) => `  ${line}`)] : [];
  return [
    `${clean(url, 200)}  ${head} ${pc.dim(`(confidence ${confidence.toFixed(2)})`)}`,
    '',
    drawWay(way),
    ...list(
      'Why',
      because.map((text) => clean(text)),
    ),
    ...list(
      'Ruled out',
      ruledOut.map(({ cause: other, because: text }) => `${other}: ${clean(text)}`),
    ),
    ...list(
      'Other candidates',
      candidates
        .slice(verdict === 'faulty' ? 1 : 0, 4)
        .map((other) => `${other.cause} ${pc.dim(other.confidence.toFixed(2))}`),
    ),
    ...list('Repair', repair === null ? [] : [repair]),
    ...list(
      'What was asked',
      diagnosis.probes.map(
        ({ question, answer, ms }) => `${clean(question, 160)} ${pc.dim(`${clean(answer, 160)} (${ms} ms)`)}`,
      ),
    ),
  ].join('\n');
}

async function run(url: string, options: Options): Promise<void> {
  const began = Date.now();
  const deadline = began + options.timeout * 1000;
  const say = (text: string): void => {
    process.stderr.write(pc.dim(`${((Date.now() - began) / 1000).toFixed(1).padStart(5)} s  ${clean(text, 200)}\n`));
  };
  const storage = options.login === undefined ? undefined : readLogin(options.login, url);
  say(`visiting ${url}`);
  const { evidence, revisit, delivery, secrets } = await visit({
    url,
    rules: options.resolve,
    sockets: options.ws,
    // The rest of the time is for the probes.
    timeoutMs: options.timeout * 1000 * 0.65,
    onProgress: say,
    ...(storage ? { storage } : {}),
    ...(options.publish !== undefined ? { publish: options.publish } : {}),
  });
  const { diagnosis } = await investigate({
    evidence,
    addresses: options.resolve,
    hermetic: false,
    secrets,
    budget: { ...BUDGET, ms: Math.max(1000, Math.min(BUDGET.ms, deadline - Date.now())) },
    onProgress: ({ question, answer }) => {
      if (answer !== undefined) say(`${question} ${answer}`);
    },
    ...(revisit ? { revisit } : {}),
    ...(delivery ? { delivery } : {}),
  });
  console.log(options.json ? JSON.stringify(cleanAll(diagnosis), null, 2) : render(diagnosis, url));
  process.exitCode = EXIT[diagnosis.verdict];
}

const collect =
  <T>(parse: (text: string) => T) =>
  (text: string, known: T[]): T[] => [...known, parse(text)];

/** `sintoma diagnose <page-url>`. */
export function diagnoseCommand(): Command {
  return new Command('diagnose')
    .description(
      'what is wrong with a live system: opens the page as a visitor, probes each hop, names the first broken one',
    )
    .argument('<page-url>', 'the page, http:// or https://', (text: string) => parseUrl(text, ['http', 'https']))
    .option(
      '--resolve <HOST:PORT:ADDR:PORT>',
      'where a host and port really lead, as in curl; repeatable',
      collect(parseResolve),
      [] as AddressRule[],
    )
    .option(
      '--ws <url>',
      'a WebSocket to open besides those of the page; repeatable',
      collect((text: string) => parseUrl(text, ['ws', 'wss'])),
      [] as string[],
    )
    .option(
      '--publish <command>',
      'a shell command that publishes a message, best one with the text in $SINTOMA_NONCE (also {nonce}): then it is known for sure; run at most three times, so that lost messages are seen',
    )
    .option(
      '--login <file>',
      'state of a signed-in browser: JSON of Playwright’s storageState, or an object of localStorage',
    )
    .option('--json', 'print exactly one JSON object on stdout; progress goes to stderr')
    .option(
      '--timeout <seconds>',
      'upper bound of the whole diagnosis',
      (text: string) => {
        const seconds = Number(text);
        if (!Number.isFinite(seconds) || seconds < 3 || seconds > 600)
          throw new InvalidArgumentError('it must be a number from 3 to 600');
        return seconds;
      },
      45,
    )
    .addHelpText(
      'after',
      `
Exit status: 0 healthy, 1 faulty, 2 wrong usage, 3 inconclusive.
It changes nothing on the target: it opens the page, asks a bounded number of plain requests and handshakes, and runs
your --publish command. Names resolve as on this machine, except those of --resolve. Browser and probes trust what the
environment trusts (HOME and XDG_DATA_HOME for the browser; NODE_EXTRA_CA_CERTS, SSL_CERT_FILE for the probes).
JSON: { verdict, cause, hop, confidence, because, ruledOut, candidates, repair, probes, way }

Examples:
  sintoma diagnose https://app.example.com
  sintoma diagnose http://app.example.test --resolve app.example.test:80:127.0.0.1:8080 --json
  sintoma diagnose https://app.example.com --publish 'curl -sf -d text={nonce} https://app.example.com/api/messages'`,
    )
    .action(run);
}
