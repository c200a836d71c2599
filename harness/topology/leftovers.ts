/** Files that a killed process leaves in the cache and in the temporary folder. */
import { mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { createHash } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import { CACHE } from '../common/paths.ts';
import { KEPT, LABEL_OWNER, ownerIsGone, ownerOf } from './ownership.ts';

/** In a written Compose file without labels: whose it is. */
export const OWNED_BY = 'x-sintoma-owner';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** This machine's mark in names of temporary folders: several may share one. */
const HERE = createHash('sha256').update(os.hostname()).digest('hex').slice(0, 6);

/** The most characters that the path of a temporary folder may have: Chromium binds a socket in it, of 46 more (of 103). */
export const LONGEST_TEMPORARY = 57;
const TEMPORARY = /^sintoma-tmp-([0-9a-f]{6})-(\d+)-([^-]+)$/;

/** The folder for what an owner's processes put into the temporary folder, such as profiles of browsers. */
function temporaryFolder(owner: string): string {
  const [, pid, start] = owner.split('/');
  const name = `sintoma-tmp-${HERE}-${pid ?? ''}-${start ?? ''}`;
  // It may be in use already.
  return path.basename(os.tmpdir()) === name ? os.tmpdir() : path.join(os.tmpdir(), name);
}

/**
 * From now on, what this process and its children put into the temporary folder goes into one of the owner's, by which
 * it can be told from what other programs put there. Where its path would be too long, all stays as it is.
 *
 * @returns removes it
 */
export function useTemporaryFolder(owner = ownerOf(process.pid)): () => void {
  const folder = temporaryFolder(owner);
  if (folder.length > LONGEST_TEMPORARY) return () => undefined;
  mkdirSync(folder, { recursive: true });
  for (const name of ['TMPDIR', 'TEMP', 'TMP']) process.env[name] = folder;
  return () => {
    try {
      // On a busy machine a browser that was ended writes for a moment longer: 3.3 s at most.
      rmSync(folder, { recursive: true, force: true, maxRetries: 11, retryDelay: 50 });
    } catch {
      // A browser still writes there. The next command removes what is left.
    }
  };
}

const olderThan = (file: string, ms: number): boolean => Date.now() - statSync(file).mtimeMs > ms;

/** Who wrote a Compose file; undefined when it does not say. */
const ownerIn = (text: string): string | undefined =>
  new RegExp(`"?(?:${LABEL_OWNER.replace('.', '\\.')}|${OWNED_BY})"?: ?"?([^\\s",}]+)`).exec(text)?.[1];

/** True for a written stack that nobody will ask for any more. */
function isStackLeft(file: string, project: string, existing: ReadonlySet<string>): boolean {
  const owner = file.endsWith('.window.json') ? KEPT : ownerIn(readFileSync(file, 'utf8'));
  if (owner !== undefined && owner !== KEPT) return ownerIsGone(owner);
  // It is written before the engine has anything of it.
  return !existing.has(project) && olderThan(file, HOUR_MS);
}

/** True for a browser's profile that no browser of this machine is on. */
function isProfileLeft(folder: string): boolean {
  let holder: string;
  try {
    holder = readlinkSync(path.join(folder, 'SingletonLock'));
  } catch {
    return olderThan(folder, DAY_MS);
  }
  const [, host, pid] = /^(.*)-(\d+)$/.exec(holder) ?? [];
  return host === os.hostname() && ownerOf(Number(pid)).endsWith('/gone');
}

/** Removes what of a folder is left over. Whatever vanishes meanwhile, or is not ours to read, is not an error. */
function clear(folder: string, isLeft: (file: string, name: string) => boolean): number {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return 0;
  }
  let removed = 0;
  for (const name of names) {
    const file = path.join(folder, name);
    try {
      if (!isLeft(file, name)) continue;
      rmSync(file, { recursive: true, force: true, maxRetries: 2 });
      removed += 1;
    } catch {
      continue;
    }
  }
  return removed;
}

/** Removes what killed processes left in the temporary folder, and returns how many folders there were. */
export const sweepTemporary = (): number =>
  clear(os.tmpdir(), (file, name) => {
    const [, where, pid, start] = TEMPORARY.exec(name) ?? [];
    if (where !== undefined) return where === HERE && ownerIsGone(`${os.hostname()}/${pid ?? ''}/${start ?? ''}`);
    return name.startsWith('sintoma-profile-') && isProfileLeft(file);
  });

/**
 * Removes the files that killed processes left.
 *
 * @param existing Compose projects of which the engine still has something
 * @returns how many files and folders there were
 */
export function sweepFiles(existing: ReadonlySet<string>): number {
  const drafts = (file: string, name: string): boolean => name.endsWith('.tmp') && olderThan(file, HOUR_MS);
  return (
    clear(
      path.join(CACHE, 'stacks'),
      (file, name) => drafts(file, name) || isStackLeft(file, name.replace(/(\.window)?\.(yaml|json)$/, ''), existing),
    ) +
    clear(path.join(CACHE, 'kept'), (file) => {
      const projects = JSON.parse(readFileSync(file, 'utf8')) as string[];
      return !projects.some((project) => existing.has(project)) && olderThan(file, HOUR_MS);
    }) +
    clear(path.join(CACHE, 'compose-config'), (file) => olderThan(file, 30 * DAY_MS)) +
    clear(CACHE, drafts) +
    clear(path.join(CACHE, 'tls'), drafts) +
    sweepTemporary()
  );
}
