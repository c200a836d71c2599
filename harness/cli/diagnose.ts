import { Command, InvalidArgumentError } from 'commander';
import pc from 'picocolors';
import type { AddressRule } from '../common/address.ts';
import { diagnoseSite } from '../investigation/site.ts';
import { clean, cleanAll, render } from '../report/diagnosis.ts';
import { parseResolve, parseUrl, readLogin } from './diagnose-options.ts';

/** Exit statuses of `sintoma diagnose`; 2 is wrong usage. */
export const EXIT = { healthy: 0, faulty: 1, inconclusive: 3 } as const;

interface Options {
  resolve: AddressRule[];
  ws: string[];
  publish?: string;
  login?: string;
  json?: boolean;
  /** s */
  timeout: number;
}

async function run(url: string, options: Options): Promise<void> {
  const began = Date.now();
  const diagnosis = await diagnoseSite(url, {
    resolve: options.resolve,
    sockets: options.ws,
    timeoutMs: options.timeout * 1000,
    ...(options.login === undefined ? {} : { storage: readLogin(options.login, url) }),
    ...(options.publish === undefined ? {} : { publish: options.publish }),
    onProgress: (text) => {
      const seconds = ((Date.now() - began) / 1000).toFixed(1).padStart(5);
      process.stderr.write(pc.dim(`${seconds} s  ${clean(text, 200)}\n`));
    },
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
