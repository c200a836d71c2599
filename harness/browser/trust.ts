/**
 * How the suite's browsers trust the certificates of the documented hosts. On Linux the test authority is in an NSS
 * store of their own, which Chromium reads from its home directory. Elsewhere, and on a Linux without certutil, they
 * are told the keys of the good certificates; then a certificate of another name or date says that its authority is
 * unknown instead of what is wrong with it. Read on Chromium 156: page, wss, service worker and secure context work.
 */
import { createHash, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { readOrForget } from '../common/files.ts';
import { CACHE } from '../common/paths.ts';

/** Where set-up keeps the certificates: the authority, `good`, one for each host, and bad ones. */
export const TLS = path.join(CACHE, 'tls');

/** The suite's browsers' home directory. */
export const BROWSER_HOME = path.join(CACHE, 'browser-home');

/** The authority that the store of {@link BROWSER_HOME} was made for. */
export const TRUSTED_AUTHORITY = path.join(BROWSER_HOME, 'authority.crt');

/** What a browser needs in order to trust. */
export interface Trust {
  env: Readonly<Record<string, string>>;
  flags: readonly string[];
  /** It knows the authority, not only keys: the errors of bad certificates are their own. */
  store: boolean;
}

/** True when the store trusts the authority that signed the current certificates. */
export function hasStore(): boolean {
  const authority = path.join(TLS, 'ca.crt');
  if (process.platform !== 'linux' || !existsSync(TRUSTED_AUTHORITY) || !existsSync(authority)) return false;
  return readFileSync(TRUSTED_AUTHORITY).equals(readFileSync(authority));
}

/** Hosts that have certificates on this machine. */
export function certifiedHosts(): string[] {
  return readOrForget(path.join(TLS, 'hosts.json'), z.array(z.string()), 'set-up makes the certificates anew') ?? [];
}

/** SHA-256 of a certificate's public key, as Chromium compares it. */
function keyHash(name: string): string {
  const { publicKey } = new X509Certificate(readFileSync(path.join(TLS, `${name}.crt`)));
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64');
}

/** How a browser of the suite trusts on this machine. */
export function testTrust(): Trust {
  // A home of their own also where it holds no store: nothing that the user trusts counts.
  const home = { HOME: BROWSER_HOME, XDG_DATA_HOME: path.join(BROWSER_HOME, '.local/share') };
  const env = process.platform === 'linux' && existsSync(BROWSER_HOME) ? home : {};
  if (hasStore()) return { env, flags: [], store: true };
  const good = ['good', ...certifiedHosts()].filter((name) => existsSync(path.join(TLS, `${name}.crt`)));
  if (good.length === 0) return { env, flags: [], store: false };
  return { env, flags: [`--ignore-certificate-errors-spki-list=${good.map(keyHash).join(',')}`], store: false };
}
