import type { BrowserContext, Page } from '@playwright/test';
import { Cookie, CookieJar } from 'tough-cookie';
import { z } from 'zod';
import { LIMITS } from '../browser/evidence.ts';
import { MASK, Masker, isProtocolName, maskProtocol } from '../common/mask.ts';
import { within } from '../common/time.ts';
import { parseJson } from '../diagnosis/json.ts';
import { authority, parseAddress, sameSite } from '../diagnosis/urls.ts';
import type { Secrets } from '../probes/secrets.ts';

/** A mask in a URL, as it is and percent-encoded. */
const MASKED = /‹masked›|%E2%80%B9masked%E2%80%BA/i;

/** What a page may be made to store: texts of strangers. */
const texts = z.array(z.string().max(10_000)).max(500);

/** A stored value, and where it is JSON the texts in it that may be credentials. */
function secretsIn(value: string): string[] {
  const found = [value];
  const walk = (part: unknown, depth: number): void => {
    if (found.length >= 50 || depth > 5) return;
    if (typeof part === 'string') {
      if (part.length >= 12 && !part.includes(' ')) found.push(part);
    } else if (typeof part === 'object' && part !== null) {
      for (const member of Object.values(part)) walk(member, depth + 1);
    }
  };
  if (/^\s*[{[]/.test(value)) walk(parseJson(value), 0);
  return found;
}

/** The host and port of a URL, and whether it is by TLS: ws and http are the same there. */
function placeOf(url: string): string | undefined {
  const address = parseAddress(url);
  return address && `${address.secure ? 'tls' : 'plain'} ${authority(address)}`;
}

/**
 * Keeps, in memory only, the real URLs and subprotocols that a page used, and the cookies that the browser would send,
 * so that probes can send the same requests as the page. They never reach evidence or reports, and no other host than
 * the one to which the page itself sent them.
 */
export class PageSecrets implements Secrets {
  /** As the page used them. */
  private readonly urls = new Set<string>();
  /** What the page's sockets offered, by place. */
  private readonly offered = new Map<string, Set<string>>();
  // A cookie with Secure goes over TLS only, on this machine too.
  private readonly jar = new CookieJar(undefined, {
    rejectPublicSuffixes: false,
    allowSecureOnLocal: false,
    looseMode: true,
  });
  private pageHost = '';
  private masks = new Masker();
  /** The URLs by what the evidence has in their place. */
  private byMask = new Map<string, string>();

  /** Masks what this visit must not tell. */
  get masker(): Masker {
    return this.masks;
  }

  /** Starts collecting; call it before the first navigation. */
  async watch(context: BrowserContext, page: Page): Promise<void> {
    const cdp = await context.newCDPSession(page);
    const sockets = new Map<string, string>();
    const keep = (url: string): void => {
      if (this.urls.size < 500 && url.length < 10_000) this.urls.add(url);
    };
    cdp.on('Network.webSocketCreated', ({ requestId, url }) => {
      keep(url);
      if (sockets.size < 500) sockets.set(requestId, url);
    });
    cdp.on('Network.webSocketWillSendHandshakeRequest', ({ requestId, request }) => {
      const place = placeOf(sockets.get(requestId) ?? '');
      const header = Object.entries(request.headers).find(([name]) => name.toLowerCase() === 'sec-websocket-protocol');
      if (place === undefined || !header) return;
      const known = this.offered.get(place) ?? new Set();
      for (const entry of header[1].split(/,\s*/)) if (known.size < 50) known.add(entry);
      this.offered.set(place, known);
    });
    cdp.on('Network.requestWillBeSent', ({ request }) => {
      if (!request.url.startsWith('data:')) keep(request.url);
    });
    await cdp.send('Network.enable');
  }

  /**
   * Reads the cookies and the storage of the page.
   *
   * @param ms what it may take; a page that is busy does not answer, and then only its cookies are known
   * @param own nobody else uses the browser; of another one only the cookies are read that the page sent
   */
  async readStorage(context: BrowserContext, page: Page, ms: number, own = true): Promise<void> {
    this.pageHost = parseAddress(page.url())?.host ?? '';
    const nothing = (): undefined => undefined;
    const sentTo = [...this.urls].map((url) => url.replace(/^ws/, 'http')).filter((url) => url.startsWith('http'));
    const cookies = await within(context.cookies(own ? [] : sentTo), ms).catch(nothing);
    for (const { name, value, domain, path, secure, httpOnly, sameSite: policy } of cookies ?? []) {
      const cookie = new Cookie({ key: name, value, path, secure, httpOnly, sameSite: policy.toLowerCase() });
      cookie.domain = domain.replace(/^\./, '');
      cookie.hostOnly = !domain.startsWith('.');
      await this.jar.store.putCookie(cookie);
    }
    const read = page.evaluate(() =>
      [localStorage, sessionStorage].flatMap((storage) =>
        Object.values(storage as unknown as Record<string, string>)
          .slice(0, 250)
          .map((value) => value.slice(0, 9000)),
      ),
    );
    const stored = texts.safeParse(await within(read, ms).catch(nothing)).data ?? [];
    this.masks = new Masker([...(cookies ?? []).map(({ value }) => value), ...stored.flatMap(secretsIn)]);
    for (const real of this.urls) {
      const masked = this.masks.text(real).slice(0, LIMITS.line);
      if (!this.byMask.has(masked)) this.byMask.set(masked, real);
    }
  }

  /** The URL as the page used it. On another place than that, masked values are left out. */
  reveal(url: string): string {
    if (!MASKED.test(url)) return url;
    const exact = this.byMask.get(url);
    if (exact !== undefined) return exact;
    // A probe may use the same query on another path, but only on the host to which the page sent the secret.
    const wanted = new URL(url);
    wanted.username = '';
    wanted.password = '';
    const known = this.sentTo(placeOf(url)).map((real) => new URL(real).searchParams);
    for (const [name, value] of [...wanted.searchParams]) {
      if (!value.includes(MASK)) continue;
      const secret = known.find((parameters) => parameters.has(name))?.get(name);
      if (secret === undefined || secret === null) wanted.searchParams.delete(name);
      else wanted.searchParams.set(name, secret);
    }
    return wanted.href;
  }

  /** The URLs that the page used at a place. */
  private sentTo(place: string | undefined): string[] {
    return [...this.urls].filter((real) => placeOf(real) === place);
  }

  /** The subprotocols to offer: as the page offered them there; elsewhere only names of protocols. */
  protocols(url: string, wanted: readonly string[]): string[] {
    const sent = this.offered.get(placeOf(url) ?? '') ?? new Set<string>();
    return wanted.flatMap((entry) => {
      if (!entry.includes(MASK)) return isProtocolName(entry) || sent.has(entry) ? [entry] : [];
      return [...sent].filter((real) => this.masks.text(maskProtocol(real)) === entry);
    });
  }

  /** The Cookie header that the browser would send with this URL, if the page itself connected to that host and port. */
  cookies(url: string): string | undefined {
    const place = placeOf(url);
    if (place === undefined || this.sentTo(place).length === 0) return undefined;
    const host = parseAddress(url)?.host ?? '';
    const header = this.jar.getCookieStringSync(url, {
      sameSiteContext: sameSite(host, this.pageHost) ? 'strict' : 'none',
    });
    return header === '' ? undefined : header;
  }
}
