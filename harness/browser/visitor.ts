/** Opens a documented address as a person does, and records what happens. */
import type { Browser, BrowserContext, Page } from '@playwright/test';
import type { AddressRule } from '../common/address.ts';
import { launchBrowser } from './launch.ts';
import type { Trust } from './trust.ts';
import { record, type Recorder } from './recorder.ts';

/** A fresh profile with one open page. */
export interface Visitor {
  context: BrowserContext;
  page: Page;
  recorder: Recorder;
}

/**
 * One browser at a time for one set of addresses. Chromium takes its resolver rules at launch, so other addresses
 * need another browser.
 */
export class BrowserPool {
  private current: { key: string; browser: Browser } | undefined;

  constructor(private readonly trust: Trust) {}

  /** The browser for these addresses; launched if the last one was for others. */
  async for(rules: readonly AddressRule[]): Promise<Browser> {
    const key = JSON.stringify(rules);
    if (this.current?.key === key && this.current.browser.isConnected()) return this.current.browser;
    await this.close();
    const browser = await launchBrowser({
      rules,
      hermetic: true,
      trust: this.trust,
    });
    this.current = { key, browser };
    return browser;
  }

  /** What runs now, e.g. "149.0.7827.55"; undefined before the first launch. */
  get version(): string | undefined {
    return this.current?.browser.version();
  }

  async close(): Promise<void> {
    await this.current?.browser.close();
    this.current = undefined;
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
}
