import type { BrowserContext, Page } from '@playwright/test';
import { LIMITS } from '../browser/evidence.ts';
import { mask } from '../browser/mask.ts';
import { sameSite } from '../diagnosis/urls.ts';
import type { Secrets } from '../probes/websocket.ts';

/**
 * Keeps, in memory only, the real URLs that a page used and the cookies that the browser would send, so that probes can
 * send the same requests as the page. They never reach evidence, reports or another host.
 */
export class PageSecrets implements Secrets {
  private readonly urls = new Map<string, string>();
  private readonly cookiesByHost = new Map<string, string>();

  /** Starts collecting; call it before the first navigation. */
  async watch(context: BrowserContext, page: Page): Promise<void> {
    const cdp = await context.newCDPSession(page);
    const keep = (url: string): void => {
      const masked = mask(url);
      if (masked !== url && this.urls.size < 500) this.urls.set(masked.slice(0, LIMITS.line), url);
    };
    cdp.on('Network.webSocketCreated', ({ url }) => {
      keep(url);
    });
    cdp.on('Network.requestWillBeSent', ({ request }) => {
      keep(request.url);
    });
    await cdp.send('Network.enable');
  }

  /** Stores the cookies for these URLs. */
  async readCookies(context: BrowserContext, pageHost: string, urls: readonly string[]): Promise<void> {
    for (const url of urls) {
      const http = url.replace(/^ws/, 'http');
      let host: string;
      try {
        ({ hostname: host } = new URL(http));
      } catch {
        continue;
      }
      const crossSite = !sameSite(host, pageHost);
      const cookies = await context.cookies(http);
      const sent = cookies
        .filter((cookie) => !crossSite || cookie.sameSite === 'None')
        .map((cookie) => `${cookie.name}=${cookie.value}`);
      if (sent.length > 0) this.cookiesByHost.set(host, sent.join('; '));
    }
  }

  reveal(url: string): string {
    const direct = this.urls.get(url);
    if (direct !== undefined) return direct;
    // A probe may use the same query on another path, but only on the host to which the page sent the secret.
    if (!/masked/.test(decodeURIComponent(url))) return url;
    const wanted = new URL(url);
    for (const real of this.urls.values()) {
      const known = new URL(real);
      if (known.host !== wanted.host || known.protocol.replace('http', 'ws') !== wanted.protocol.replace('http', 'ws'))
        continue;
      for (const [name, value] of wanted.searchParams) {
        const secret = known.searchParams.get(name);
        if (value.includes('masked') && secret !== null) wanted.searchParams.set(name, secret);
      }
    }
    return wanted.href;
  }

  cookies(url: string): string | undefined {
    try {
      return this.cookiesByHost.get(new URL(url).hostname);
    } catch {
      return undefined;
    }
  }
}
