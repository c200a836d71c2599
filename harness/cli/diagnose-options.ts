/** How the arguments of `sintoma diagnose` are read. */
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import type { BrowserContextOptions } from '@playwright/test';
import { InvalidArgumentError } from 'commander';
import { z } from 'zod';
import type { AddressRule } from '../common/address.ts';
import { UserError } from '../common/errors.ts';

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

/** Reads the address of a browser's DevTools protocol; a bare port is one of this machine. */
export function parseEndpoint(text: string): string {
  return parseUrl(/^\d{1,5}$/.test(text) ? `http://127.0.0.1:${text}` : text, ['http', 'https', 'ws', 'wss']);
}

/** Reads a URL of one of these schemes. */
export function parseUrl(text: string, schemes: readonly string[]): string {
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

const ENTRY = z.object({ name: z.string(), value: z.string() });

/** A storageState of Playwright, or a part of it. */
const STATE = z
  .object({
    cookies: z.array(
      z.object({
        name: z.string(),
        value: z.string(),
        domain: z.string(),
        path: z.string().default('/'),
        expires: z.number().default(-1),
        httpOnly: z.boolean().default(false),
        secure: z.boolean().default(false),
        sameSite: z.enum(['Strict', 'Lax', 'None']).default('Lax'),
      }),
    ),
    origins: z.array(z.object({ origin: z.url(), localStorage: z.array(ENTRY) })),
  })
  .partial()
  .refine(({ cookies, origins }) => cookies !== undefined || origins !== undefined)
  .transform(({ cookies = [], origins = [] }): Storage => ({ cookies, origins }));

/** localStorage as a list of entries, or as an object whose values may be anything that JSON has. */
const STORE = z.union([
  z.array(ENTRY),
  z.record(z.string(), z.unknown()).transform((store) =>
    Object.entries(store).map(([name, value]) => ({
      name,
      value: typeof value === 'string' ? value : JSON.stringify(value),
    })),
  ),
]);

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
  const whole = STATE.safeParse(content);
  if (whole.success) return whole.data;
  const isState = 'cookies' in content || 'origins' in content;
  const entries = STORE.safeParse('localStorage' in content ? content.localStorage : content);
  if (isState || !entries.success) {
    const [issue] = (isState ? whole : entries).error?.issues ?? [];
    throw new UserError(
      `--login: ${file}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'is no state of a browser'}`,
      'expected { "cookies": […], "origins": […] } as Playwright saves it, or an object of localStorage',
      2,
    );
  }
  return { cookies: [], origins: [{ origin: new URL(page).origin, localStorage: entries.data }] };
}
