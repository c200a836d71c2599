import { stripVTControlCharacters } from 'node:util';
import { existsSync } from 'node:fs';
import { chromium, type Browser } from '@playwright/test';
import type { AddressRule } from '../common/address.ts';
import { isUserError, UserError } from '../common/errors.ts';
import { findProgram } from '../common/which.ts';
import { canShield, shielded } from './shield.ts';
import type { Trust } from './trust.ts';

export interface LaunchOptions {
  rules: readonly AddressRule[];
  /** Every host without a rule fails to resolve, so that nothing outside can be reached. */
  hermetic: boolean;
  /** Whom it trusts; default: as the environment has it. */
  trust?: Trust;
  headless?: boolean;
  /** The caller ends it on Ctrl-C and SIGTERM. Default: Playwright does, and the process with it. */
  ownSignals?: boolean;
}

/** What keeps a Chromium quiet: no requests of its own to anybody. */
const QUIET_FLAGS = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--disable-quic',
];

/**
 * The Chromium to run: `SINTOMA_CHROMIUM`, else the one that Playwright installed, else one of the system's.
 *
 * @param shell take the headless shell where the system has it: the same engine, which starts in a third of the time
 * @throws UserError when there is none.
 */
export function chromiumPath(shell = false): string {
  const asked = process.env.SINTOMA_CHROMIUM;
  if (asked) {
    if (existsSync(asked)) return asked;
    throw new UserError(
      `browser: SINTOMA_CHROMIUM names ${asked}, which does not exist`,
      'unset it, or point it at a Chromium',
    );
  }
  const own = chromium.executablePath();
  if (own !== '' && existsSync(own)) return own;
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  const found = [...(shell ? ['chromium-headless-shell'] : []), ...names].map(findProgram).find(Boolean);
  if (!found) throw new UserError('browser: no Chromium found', 'run: npx sintoma setup');
  return found;
}

/** The value of Chromium's --host-resolver-rules for these rules; see platform.md on hosts with an unlisted port. */
export function resolverRules(rules: readonly AddressRule[], hermetic: boolean): string {
  const maps = rules.map(({ host, port, to }) => {
    const from = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
    return to === 'no-record' ? `MAP ${from} ~NOTFOUND` : `MAP ${from} ${to.address}:${to.port}`;
  });
  if (hermetic) {
    const destinations = rules.flatMap(({ to }) => (to === 'no-record' ? [] : [to.address]));
    maps.push(
      'MAP * ~NOTFOUND',
      ...[...new Set(['127.0.0.1', ...destinations])].map((address) => `EXCLUDE ${address}`),
    );
  }
  return maps.join(', ');
}

/** Chromium's command line flags for a set of addresses; also those of `sintoma open`. */
export function chromiumFlags(options: Pick<LaunchOptions, 'rules' | 'hermetic' | 'trust'>): string[] {
  const flags = [...QUIET_FLAGS, ...(options.trust?.flags ?? [])];
  const rules = resolverRules(options.rules, options.hermetic);
  if (rules !== '') flags.push(`--host-resolver-rules=${rules}`);
  if (process.getuid?.() === 0) flags.push('--no-sandbox');
  return flags;
}

/**
 * Starts a Chromium for one set of addresses.
 *
 * @throws UserError when no browser is found or it does not start.
 */
export async function launchBrowser(options: LaunchOptions): Promise<Browser> {
  const headless = options.headless ?? true;
  try {
    const browser = chromiumPath(headless && options.hermetic);
    const wrapped = canShield() ? shielded(browser) : { executablePath: browser, env: {} };
    const env = Object.fromEntries(
      Object.entries({ ...process.env, ...options.trust?.env, ...wrapped.env }).filter(
        (entry): entry is [string, string] => entry[1] !== undefined,
      ),
    );
    return await chromium.launch({
      executablePath: wrapped.executablePath,
      headless,
      args: chromiumFlags(options),
      chromiumSandbox: process.getuid?.() !== 0,
      env,
      ...(options.ownSignals ? { handleSIGINT: false, handleSIGTERM: false } : {}),
    });
  } catch (error) {
    if (isUserError(error)) throw error;
    const [first = '', ...rest] = stripVTControlCharacters((error as Error).message).split('\n');
    // What the browser, or what starts it, said itself.
    const said = new Set(rest.flatMap((line) => /\[(?:err|out)\] (.*)/.exec(line)?.[1] ?? []));
    throw new UserError(
      [`browser: Chromium did not start: ${first}`, ...[...said].slice(-5).map((line) => `    ${line}`)].join('\n'),
      'run: npx sintoma setup',
    );
  }
}
