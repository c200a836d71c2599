/** Where a visit opens its pages: in a browser of its own, or in one that the user has open. */
import type { BrowserContext, BrowserContextOptions, Page } from '@playwright/test';
import { chromium } from '@playwright/test';
import { launchBrowser } from '../browser/launch.ts';
import type { AddressRule } from '../common/address.ts';
import { defined } from '../common/defined.ts';
import { UserError } from '../common/errors.ts';

/** An empty page. */
export interface OpenPage {
  context: BrowserContext;
  page: Page;
  /** Closes the page, and what was opened for it. */
  close: () => Promise<void>;
}

export interface Opener {
  /** Nobody else uses this browser: its cookies are those of this visit. */
  readonly own: boolean;
  open(): Promise<OpenPage>;
  /** Closes the browser; one that belongs to somebody else is only left. */
  end(): Promise<void>;
}

export interface LaunchedOptions {
  rules: readonly AddressRule[];
  hermetic: boolean;
  storage?: Exclude<BrowserContextOptions['storageState'], string | undefined>;
}

/**
 * A browser of its own. Each page has a fresh profile.
 *
 * @throws UserError when no browser can be started
 */
export async function launched({ rules, hermetic, storage }: LaunchedOptions): Promise<Opener> {
  const browser = await launchBrowser({ rules, hermetic });
  return {
    own: true,
    async open() {
      const context = await browser.newContext({
        ...defined({ storageState: storage }),
        viewport: { width: 1280, height: 900 },
        acceptDownloads: false,
      });
      const page = await context.newPage();
      page.on('dialog', (dialog) => void dialog.dismiss().catch(() => undefined));
      return { context, page, close: () => context.close() };
    },
    end: () => browser.close(),
  };
}

/** How long, in ms, a browser may take to answer. */
const ANSWERS_WITHIN = 5000;

/**
 * The user's own browser, by the address of its DevTools protocol. Pages are opened as tabs of its profile, and nothing
 * but these tabs is closed.
 *
 * @param endpoint http:// or ws://
 * @param onTab told of each tab, by its id in the protocol
 * @throws UserError when no browser answers there
 */
export async function attached(endpoint: string, onTab: (id: string) => void): Promise<Opener> {
  const browser = await chromium
    .connectOverCDP(endpoint, { noDefaults: true, timeout: ANSWERS_WITHIN })
    .catch((error: unknown) => {
      const [first = ''] = (error as Error).message.split('\n');
      throw new UserError(
        `--attach: no browser answers at ${endpoint}: ${first.replace(/^browserType\.connectOverCDP: /, '')}`,
        'start it with --remote-debugging-port=9222 and, from Chrome 136 on, a --user-data-dir that is not the default one',
        2,
      );
    });
  const [context] = browser.contexts();
  if (!context) {
    await browser.close();
    throw new UserError(`--attach: the browser at ${endpoint} has no profile open`, 'open a window of it', 2);
  }
  const own = new Set<Page>();
  // With somebody listening, the dialogs of other tabs are left to the user.
  context.on('dialog', (dialog) => {
    const page = dialog.page();
    if (page !== null && own.has(page)) void dialog.dismiss().catch(() => undefined);
  });
  return {
    own: false,
    async open() {
      const page = await context.newPage();
      own.add(page);
      const cdp = await context.newCDPSession(page);
      onTab((await cdp.send('Target.getTargetInfo')).targetInfo.targetId);
      return { context, page, close: () => page.close() };
    },
    async end() {
      await Promise.all([...own].map((page) => page.close().catch(() => undefined)));
      await browser.close();
    },
  };
}

/**
 * Closes tabs of a browser by their ids, also when nobody is connected to it any more.
 *
 * @param endpoint http:// or ws://; it never throws
 */
export async function closeTabs(endpoint: string, ids: Iterable<string>): Promise<void> {
  const { host, protocol } = new URL(endpoint);
  const base = `${/^(https|wss):$/.test(protocol) ? 'https' : 'http'}://${host}`;
  await Promise.all(
    [...ids].map((id) =>
      fetch(`${base}/json/close/${id}`, { signal: AbortSignal.timeout(1000) }).catch(() => undefined),
    ),
  );
}
