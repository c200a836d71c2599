/** The one system image under all others: local, else pulled, else made from Debian's packages. */
import { mkdirSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import type Docker from 'dockerode';
import { execa } from 'execa';
import { UserError } from '../common/errors.ts';
import { writeWhole } from '../common/files.ts';
import { BASE, CACHE } from '../common/paths.ts';
import { findProgram } from '../common/which.ts';
import { hasImage } from '../topology/images.ts';

export const BASE_SYSTEM = 'debian:trixie-slim';

/** Tries to pull; false when no registry answers. */
async function pull(docker: Docker): Promise<boolean> {
  try {
    const stream = await docker.pull(BASE_SYSTEM);
    await new Promise<void>((resolve, reject) =>
      docker.modem.followProgress(stream, (error) => (error ? reject(error) : resolve())),
    );
  } catch {
    return false;
  }
  return hasImage(docker, BASE_SYSTEM);
}

/**
 * Makes sure that the engine has the base system.
 *
 * @param onLine gets what is being done
 * @returns how it was had
 * @throws UserError when it can neither be pulled nor made.
 */
export async function ensureBaseSystem(
  docker: Docker,
  onLine: (line: string) => void,
): Promise<'local' | 'pulled' | 'made'> {
  if (await hasImage(docker, BASE_SYSTEM)) return 'local';
  onLine(`pulling ${BASE_SYSTEM}`);
  if (await pull(docker)) return 'pulled';
  if (!findProgram('mmdebstrap')) {
    throw new UserError(
      `base image: ${BASE_SYSTEM} can neither be pulled (no registry answers) nor made (mmdebstrap is missing)`,
      'connect to a registry, or on Debian as root: npx sintoma setup --install',
    );
  }
  mkdirSync(CACHE, { recursive: true });
  const tar = path.join(CACHE, 'trixie.tar');
  const child = execa('mmdebstrap', ['--variant=minbase', '--include=ca-certificates', 'trixie', tar], {
    all: true,
    reject: false,
    stdin: 'ignore',
  });
  for await (const line of child.iterable({ from: 'all' })) onLine(line);
  const { exitCode, all } = await child;
  if (exitCode !== 0) {
    rmSync(tar, { force: true });
    throw new UserError(`base image: mmdebstrap failed: ${all.trim().split('\n').slice(-3).join(' / ')}`);
  }
  await execa('docker', ['import', tar, BASE_SYSTEM]);
  rmSync(tar, { force: true });
  return 'made';
}

const PEM = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/**
 * Puts the machine's extra certificate authorities where the build of the base image takes them from: those that an
 * administrator added to the system, and those of NODE_EXTRA_CA_CERTS if that is not the system's own bundle.
 */
export function publishExtraAuthorities(): void {
  const folder = path.join(BASE, 'ca');
  mkdirSync(folder, { recursive: true });
  const system = '/usr/local/share/ca-certificates';
  const wanted = new Map<string, string>();
  if (existsSync(system)) {
    for (const name of readdirSync(system).filter((file) => file.endsWith('.crt'))) {
      wanted.set(name, readFileSync(path.join(system, name), 'utf8'));
    }
  }
  const extra = process.env.NODE_EXTRA_CA_CERTS;
  if (extra && existsSync(extra) && !extra.startsWith('/etc/ssl/certs/')) {
    const blocks = readFileSync(extra, 'utf8').match(PEM) ?? [];
    blocks.forEach((block, index) => wanted.set(`node-extra-${index}.crt`, `${block}\n`));
  }
  for (const stale of readdirSync(folder).filter((name) => !wanted.has(name))) rmSync(path.join(folder, stale));
  for (const [name, text] of wanted) {
    const target = path.join(folder, name);
    if (!existsSync(target) || readFileSync(target, 'utf8') !== text) writeWhole(target, text);
  }
  // COPY needs the folder to hold something on machines without extra authorities.
  const note = path.join(folder, 'README');
  if (!existsSync(note)) writeWhole(note, readFileSync(path.join(BASE, 'ca-README')));
}
