import os from 'node:os';
import { Command, InvalidArgumentError, Option } from 'commander';
import pc from 'picocolors';
import type { AddressRule } from '../common/address.ts';
import { defined } from '../common/defined.ts';
import { UNAVAILABLE, UserError, isUserError } from '../common/errors.ts';
import { maskUrl } from '../common/mask.ts';
import type { Diagnosis } from '../diagnosis/diagnose.ts';
import { diagnoseCapture } from '../investigation/captured.ts';
import { diagnoseSite } from '../investigation/site.ts';
import { clean } from '../common/clean.ts';
import { FORMATS, type Format } from '../report/formats.ts';
import { parseEndpoint, parseResolve, parseUrl, readLogin } from './diagnose-options.ts';

/** Exit statuses of `sintoma diagnose`; 2 is wrong usage. */
export const EXIT = { healthy: 0, faulty: 1, inconclusive: 3 } as const;

interface Options {
  resolve: AddressRule[];
  ws: string[];
  publish?: string;
  attach?: string;
  har?: string;
  trace?: string;
  login?: string;
  internal: string[];
  click?: string;
  waitFor?: string;
  format: Format;
  json?: boolean;
  /** s */
  watch?: number;
  /** s */
  timeout?: number;
}

async function run(url: string | undefined, options: Options): Promise<void> {
  const { har, trace } = options;
  const file = har !== undefined ? { har } : trace !== undefined ? { trace } : undefined;
  if (file) {
    const { page, diagnosis } = await diagnoseCapture(file, defined({ page: url }));
    print(diagnosis, page, options);
  } else if (url === undefined) {
    throw new UserError(
      'diagnose: the page is missing',
      'sintoma diagnose <page-url>, or --har <file>, or --trace <file>',
      2,
    );
  } else await diagnosePage(url, options);
}

function print(diagnosis: Diagnosis, page: string, { json, format }: Options): void {
  console.log(FORMATS[json ? 'json' : format](diagnosis, page));
  process.exitCode = EXIT[diagnosis.verdict];
}

async function diagnosePage(url: string, options: Options): Promise<void> {
  const began = Date.now();
  const { resolve, ws: sockets, internal, attach, publish, click, waitFor, login, watch, timeout } = options;
  const ending = new AbortController();
  let ended: number | undefined;
  const end = (signal: NodeJS.Signals): void => {
    ended = 128 + os.constants.signals[signal];
    ending.abort();
  };
  process.once('SIGINT', end).once('SIGTERM', end);
  if (process.getuid?.() === 0 && attach === undefined)
    progress(began, 'this is root, for whom Chromium has no sandbox: open pages of strangers as another user');
  try {
    const diagnosis = await diagnoseSite(url, {
      resolve,
      sockets,
      internal,
      signal: ending.signal,
      onProgress: (text) => {
        progress(began, text);
      },
      ...defined({
        attach,
        publish,
        click,
        waitFor,
        watchMs: watch === undefined ? undefined : watch * 1000,
        timeoutMs: timeout === undefined ? undefined : timeout * 1000,
        storage: login === undefined ? undefined : readLogin(login, url),
      }),
    });
    print(diagnosis, maskUrl(url), options);
  } catch (error) {
    // Status 1 says that the system is faulty.
    if (ended === undefined)
      throw isUserError(error) && error.exitCode === 1 ? new UserError(error.message, error.hint, UNAVAILABLE) : error;
    process.exitCode = ended;
  } finally {
    process.off('SIGINT', end).off('SIGTERM', end);
  }
}

function progress(began: number, text: string): void {
  const seconds = ((Date.now() - began) / 1000).toFixed(1).padStart(5);
  process.stderr.write(pc.dim(`${seconds} s  ${clean(text, 200)}\n`));
}

const numberBetween =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!Number.isFinite(value) || value < least || value > most)
      throw new InvalidArgumentError(`it must be a number from ${least} to ${most}`);
    return value;
  };

const collect =
  <T>(parse: (text: string) => T) =>
  (text: string, known: T[]): T[] => [...known, parse(text)];

/** What only a visit can use. */
const ONLY_LIVE = ['attach', 'resolve', 'ws', 'internal', 'click', 'waitFor', 'publish', 'login', 'watch', 'timeout'];

/** `sintoma diagnose <page-url>`. */
export function diagnoseCommand(): Command {
  return new Command('diagnose')
    .description(
      'what is wrong with a live system: opens the page as a visitor, probes each hop, names the first broken one',
    )
    .argument(
      '[page-url]',
      'the page, http:// or https://; with --har and --trace the beginning of its URL, where the file holds several',
      (text: string) => parseUrl(text, ['http', 'https']),
    )
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
      '--internal <host>',
      'a host that may be asked although it has a private, loopback or link-local address and the page has none; repeatable',
      collect((text: string) => text.toLowerCase()),
      [] as string[],
    )
    .option(
      '--click <selector>',
      'what to click before the page connects: CSS, text=Connect, role=button[name="Go"], …',
    )
    .option('--wait-for <selector>', 'what must be visible, after the click, before the page is judged')
    .option(
      '--publish <command>',
      'a shell command that publishes a message, best one with the text in $SINTOMA_NONCE (also {nonce}): then it is known for sure; run at most three times, so that lost messages are seen',
      (text: string) => {
        if (text.trim() === '') throw new InvalidArgumentError('it must be a command');
        return text;
      },
    )
    .option(
      '--login <file>',
      'state of a signed-in browser: JSON of Playwright’s storageState, or an object of localStorage',
    )
    .addOption(
      new Option(
        '--attach <endpoint>',
        'visit in a browser that you have open, where you are signed in: http://127.0.0.1:9222 as its --remote-debugging-port says; opens tabs, and closes only these',
      )
        .argParser(parseEndpoint)
        .conflicts(['login', 'resolve']),
    )
    .addOption(
      new Option(
        '--har <file>',
        'diagnose a HAR file instead, exported from a browser or recorded by Playwright',
      ).conflicts(['trace', ...ONLY_LIVE]),
    )
    .addOption(new Option('--trace <file>', 'diagnose a trace.zip of Playwright instead').conflicts(ONLY_LIVE))
    .addOption(
      new Option(
        '--format <format>',
        'what to print on stdout: text; json, one object; md, for an issue; html, one file. Progress goes to stderr',
      )
        .choices(Object.keys(FORMATS))
        .default('text'),
    )
    .option('--json', 'the same as --format json')
    .option(
      '--watch <seconds>',
      'how long a connection that works is watched in case it ends (default: 6.5); longer than a proxy’s limit of idle time, which is often 60, to see it',
      numberBetween(1, 200),
    )
    .option(
      '--timeout <seconds>',
      'upper bound of the whole diagnosis (default: 45, and 2.5 times --watch)',
      numberBetween(3, 600),
    )
    .addHelpText(
      'after',
      `
Exit status: 0 healthy, 1 faulty, 2 wrong usage, 3 inconclusive, 69 this machine lacks something
(a browser), 70 a defect of Sintoma, 130 and 143 ended by a signal.
It changes nothing on the target: it opens the page, asks a bounded number of plain requests and handshakes, and runs
your --publish command. It asks the page's own host and site, the hosts that you name, and those that the page itself
contacts; of the latter, private, loopback and link-local addresses only where the page has one of that kind too. Tokens,
cookies and subprotocols go only where the page itself sent them, and are masked in all that is printed. Names resolve
as on this machine, except those of --resolve. Browser and probes trust what the environment trusts (HOME and
XDG_DATA_HOME for the browser; NODE_EXTRA_CA_CERTS, SSL_CERT_FILE for the probes).
From a HAR file or a trace nothing is opened and nobody is asked: what only a question could tell is not known, and the
answer is a cause or inconclusive, never healthy.
JSON: { schemaVersion, verdict, cause, hop, level, confidence, seen, because, ruledOut, candidates, repair, advice, probes, way }

Examples:
  sintoma diagnose https://app.example.com
  sintoma diagnose https://app.example.com --format md > issue.md
  sintoma diagnose http://app.example.test --resolve app.example.test:80:127.0.0.1:8080 --json
  sintoma diagnose https://app.example.com --publish 'curl -sf -d text={nonce} https://app.example.com/api/messages'
  sintoma diagnose https://app.example.com --attach http://127.0.0.1:9222
  sintoma diagnose --har app.example.com.har
  sintoma diagnose --trace test-results/live/trace.zip --json`,
    )
    .action(run);
}
