/** Finds what a repository has: its Compose files, and the documents that may tell of its symptoms. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../common/errors.ts';

/** Names of Compose files, in the order in which Compose itself looks for them. */
const COMPOSE_NAMES = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];

/** How many folders down is looked. */
const DEPTH = { compose: 2, documents: 3 };

/** Folders that hold nothing that a team wrote about its system. */
const SKIPPED = /^(\..*|node_modules|vendor|dist|build|out|coverage|target|scenarios|reports)$/;

/** At most so many documents are named. */
const NAMED_DOCUMENTS = 5;

/** Paths of files, relative to the root, shallow ones first. */
function filesBelow(root: string, depth: number, wanted: (name: string) => boolean): string[] {
  const found: string[] = [];
  let folders = [''];
  for (let level = 0; level <= depth; level += 1) {
    const below: string[] = [];
    for (const folder of folders) {
      let entries;
      try {
        entries = readdirSync(path.join(root, folder), { withFileTypes: true });
      } catch {
        // A folder that may not be read holds nothing for us.
        continue;
      }
      for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
        const relative = path.posix.join(folder, entry.name);
        if (entry.isDirectory() && !SKIPPED.test(entry.name)) below.push(relative);
        else if (entry.isFile() && wanted(entry.name)) found.push(relative);
      }
    }
    folders = below;
  }
  return found;
}

/** The Compose files of a repository, relative to it: the root's first, then those one and two folders down. */
export const findCompose = (root: string): string[] =>
  filesBelow(root, DEPTH.compose, (name) => COMPOSE_NAMES.includes(name));

const depthOf = (file: string): number => file.split('/').length;

/** Of one folder, the file that Compose itself would take. */
const first = (files: readonly string[]): string | undefined =>
  [...files].sort((a, b) => COMPOSE_NAMES.indexOf(path.basename(a)) - COMPOSE_NAMES.indexOf(path.basename(b)))[0];

/**
 * The Compose file that is meant: the one in the root, or nearest to it.
 *
 * @param found as {@link findCompose} says
 * @throws UserError when there is none, or several folders are equally near
 */
export function chooseCompose(found: readonly string[]): string {
  const nearest = Math.min(...found.map(depthOf));
  const near = found.filter((file) => depthOf(file) === nearest);
  const chosen = first(near);
  if (chosen === undefined)
    throw new UserError(
      'there is no Compose file here, nor one or two folders down',
      `it is called ${COMPOSE_NAMES[0] ?? ''} or ${COMPOSE_NAMES[2] ?? ''}; elsewhere: sintoma init --compose <file>`,
      2,
    );
  const folders = new Set(near.map((file) => path.posix.dirname(file)));
  if (folders.size === 1) return chosen;
  throw new UserError(`several Compose files are equally near: ${near.join(', ')}`, 'choose one with --compose', 2);
}

/**
 * The Compose file that `--compose` names, relative to the repository.
 *
 * @throws UserError when there is no such file
 */
export function namedCompose(root: string, named: string): string {
  const full = path.resolve(named);
  if (!existsSync(full)) throw new UserError(`--compose: there is no file ${named}`, 'name a Compose file', 2);
  return path.relative(root, full).split(path.sep).join('/');
}

/** Words of documents that tell how to run a system, or what goes wrong with it. */
const TELLING = /troubleshoot|deploy|self.?host|reverse.?proxy|websocket|socket\.io|docker|nginx|\bfaq\b|known issues/i;
const SYMPTOM = /\b(ERR_[A-Z_]+|50[234] (bad|service|gateway)|failed to connect|connection refused|status 4\d\d)\b/i;

/** True for a document by whose name, headings or error texts it may tell of symptoms: a pure function. */
export const mayTellSymptoms = (file: string, text: string): boolean =>
  TELLING.test(file) ||
  SYMPTOM.test(text) ||
  text.split('\n').some((line) => /^#{1,4} /.test(line) && TELLING.test(line));

/** Documents of a repository that may tell of symptoms, relative to it; a few at most. */
export const findDocuments = (root: string): string[] =>
  filesBelow(root, DEPTH.documents, (name) => /\.(?:mdx?|adoc)$/i.test(name) && !/^(changelog|license)/i.test(name))
    .filter((file) => mayTellSymptoms(file, readFileSync(path.join(root, file), 'utf8').slice(0, 200_000)))
    .slice(0, NAMED_DOCUMENTS);
