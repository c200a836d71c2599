/** Certificates of the documented hosts, signed by a test authority that only this machine's test browsers trust. */
import { existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { execa } from 'execa';
import { generate } from 'selfsigned';
import { BROWSER_HOME, certifiedHosts, hasStore, TLS, TRUSTED_AUTHORITY } from '../browser/trust.ts';
import { writeWhole } from '../common/files.ts';
import { BASE } from '../common/paths.ts';
import { findProgram } from '../common/which.ts';

const TEN_YEARS_MS = 3650 * 24 * 3600 * 1000;
const DAY_MS = 24 * 3600 * 1000;

const write = (name: string, pems: { cert: string; private: string }, chain = ''): void => {
  // The certificate last: where it is, its key is.
  writeWhole(path.join(TLS, `${name}.key`), pems.private, 0o600);
  writeWhole(path.join(TLS, `${name}.crt`), pems.cert + chain);
};

const names = (
  hosts: readonly string[],
): { name: 'subjectAltName'; altNames: { type: 2 | 7; value?: string; ip?: string }[] } => ({
  name: 'subjectAltName',
  altNames: hosts.map((host) => (net.isIP(host) ? { type: 7 as const, ip: host } : { type: 2 as const, value: host })),
});

/** True when the certificates exist and cover these hosts. */
export const hasCertificates = (hosts: readonly string[]): boolean => {
  const known = certifiedHosts();
  return known.length > 0 && hosts.every((host) => known.includes(host) && isMade(host));
};

const isMade = (name: string): boolean => existsSync(path.join(TLS, `${name}.crt`));

/**
 * Makes the authority (once a machine) and the certificates: `good` for every documented host, one for each host alone
 * under its name, `other-name`, `expired`, and `untrusted`, which signs itself.
 */
export async function makeCertificates(wanted: readonly string[]): Promise<void> {
  mkdirSync(TLS, { recursive: true });
  const hosts = [...new Set(['localhost', ...certifiedHosts(), ...wanted])].sort();
  const common = { algorithm: 'sha256', keyType: 'ec' as const };
  const authorityFile = path.join(TLS, 'ca.crt');
  if (!existsSync(authorityFile)) {
    const authority = await generate([{ name: 'commonName', value: 'Sintoma test authority' }], {
      ...common,
      notAfterDate: new Date(Date.now() + TEN_YEARS_MS),
      extensions: [
        { name: 'basicConstraints', cA: true, critical: true },
        { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
      ],
    });
    write('ca', authority);
  }
  const ca = { cert: readFileSync(authorityFile, 'utf8'), key: readFileSync(path.join(TLS, 'ca.key'), 'utf8') };
  const leaf = async (name: string, forHosts: readonly string[], more: object = {}): Promise<void> => {
    const pems = await generate([{ name: 'commonName', value: forHosts[0] ?? name }], {
      ...common,
      notAfterDate: new Date(Date.now() + TEN_YEARS_MS),
      extensions: [
        { name: 'basicConstraints', cA: false },
        { name: 'keyUsage', digitalSignature: true },
        { name: 'extKeyUsage', serverAuth: true },
        names(forHosts),
      ],
      ca,
      ...more,
    });
    write(name, pems);
  };
  await leaf('good', hosts);
  for (const host of hosts) if (!isMade(host)) await leaf(host, [host]);
  await leaf('other-name', ['other.example.test']);
  await leaf('expired', hosts, {
    notBeforeDate: new Date(Date.now() - 30 * DAY_MS),
    notAfterDate: new Date(Date.now() - DAY_MS),
  });
  await leaf('untrusted', hosts, { ca: undefined });
  writeWhole(path.join(TLS, 'hosts.json'), JSON.stringify(hosts, null, 1));
}

/** Puts the certificates where the image build of compose/base/tls takes them from. The authority's key stays out. */
export function publishCertificates(): void {
  const folder = path.join(BASE, 'tls');
  for (const file of readdirSync(TLS).filter((name) => /\.(crt|key)$/.test(name) && name !== 'ca.key')) {
    const target = path.join(folder, file);
    const wanted = readFileSync(path.join(TLS, file));
    if (!existsSync(target) || !readFileSync(target).equals(wanted)) writeWhole(target, wanted);
  }
}

/** Where Chromium on Linux looks for the user's NSS store: older ones in HOME, newer ones in XDG_DATA_HOME. */
const STORES = ['.pki/nssdb', '.local/share/pki/nssdb'];

/**
 * Makes a home directory for the test browsers that trusts the authority. No other browser is touched.
 *
 * @returns how they trust: by a store of the authority, or by the keys of the good certificates
 */
export async function trustAuthority(): Promise<'store' | 'keys'> {
  mkdirSync(BROWSER_HOME, { recursive: true });
  if (hasStore()) return 'store';
  const certutil = process.platform === 'linux' ? findProgram('certutil') : undefined;
  if (!certutil) return 'keys';
  for (const store of STORES) {
    const folder = path.join(BROWSER_HOME, store);
    mkdirSync(folder, { recursive: true });
    const db = `sql:${folder}`;
    if (!existsSync(path.join(folder, 'cert9.db'))) await execa(certutil, ['-N', '-d', db, '--empty-password']);
    await execa(certutil, ['-D', '-d', db, '-n', 'sintoma'], { reject: false });
    await execa(certutil, ['-A', '-d', db, '-n', 'sintoma', '-t', 'C,,', '-i', path.join(TLS, 'ca.crt')]);
  }
  writeWhole(TRUSTED_AUTHORITY, readFileSync(path.join(TLS, 'ca.crt')));
  return 'store';
}
