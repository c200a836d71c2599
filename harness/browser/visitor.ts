/** Opens a documented address as a person does, and records what happens. */
import type { Browser, BrowserContext, Page } from '@playwright/test';
import type { AddressRule } from '../common/address.ts';
import { launchBrowser } from './launch.ts';
import type { Trust } from './trust.ts';
import { HELD_MS, record, type Recorder } from './recorder.ts';

/** A fresh profile with one open page. */
export interface Visitor {
  context: BrowserContext;
  page: Page;
  recorder: Recorder;
}

/** How many browsers a worker keeps: the addresses of most scenarios of a topology are the same. */
const KEPT_BROWSERS = 2;

/**
 * Browsers by set of addresses: Chromium takes its resolver rules at launch, so other addresses need another browser.
 * Visits share a browser and nothing else: each has a profile of its own.
 */
export class BrowserPool {
  /** The one that was used last is the last. */
  private readonly browsers = new Map<string, Browser>();

  /** @param ownSignals see {@link launchBrowser} */
  constructor(
    private readonly trust: Trust,
    private readonly ownSignals = false,
  ) {}

  /** The browser for these addresses; launched if there is none. The one that was not used for longest makes room. */
  async for(rules: readonly AddressRule[]): Promise<Browser> {
    const key = JSON.stringify(rules);
    const known = this.browsers.get(key);
    this.browsers.delete(key);
    if (known?.isConnected()) {
      this.browsers.set(key, known);
      return known;
    }
    for (const [other, browser] of [...this.browsers].slice(0, -(KEPT_BROWSERS - 1))) {
      this.browsers.delete(other);
      await browser.close();
    }
    const browser = await launchBrowser({ rules, hermetic: true, trust: this.trust, ownSignals: this.ownSignals });
    this.browsers.set(key, browser);
    return browser;
  }

  /** What runs now, e.g. "149.0.7827.55"; undefined before the first launch. */
  get version(): string | undefined {
    return [...this.browsers.values()].at(-1)?.version();
  }

  async close(): Promise<void> {
    const browsers = [...this.browsers.values()];
    this.browsers.clear();
    await Promise.all(browsers.map((browser) => browser.close()));
  }
}

/** Opens an empty page in a fresh profile, recording from the start. */
export async function newVisitor(browser: Browser): Promise<Visitor> {
  const context = await browser.newContext({ serviceWorkers: 'allow', viewport: { width: 1100, height: 720 } });
  const page = await context.newPage();
  const recorder = await record(context, page);
  return { context, page, recorder };
}

/** Goes to an address and waits until the page has gone quiet. A navigation that fails is a reading, not an error. */
export async function visit(visitor: Visitor, url: string, settleMs?: number): Promise<void> {
  await visitor.page.goto(url, { waitUntil: 'load', timeout: 15_000 }).catch(() => undefined);
  await visitor.recorder.settled(settleMs === undefined ? {} : { timeoutMs: settleMs });
  // What a page that was late has only just asked for is not yet known to go unanswered.
  await visitor.recorder.settled({ quietMs: 0, timeoutMs: HELD_MS + 100 });
}
