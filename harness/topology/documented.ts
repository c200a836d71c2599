/**
 * Code blocks of documents as files of a system. They become inline configs of a generated Compose override, which
 * stands in reports/ where a person can read it and start it by hand.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { closest } from 'fastest-levenshtein';
import type { Document } from 'yaml';
import { UserError } from '../common/errors.ts';
import { writeWhole } from '../common/files.ts';
import { REPORTS } from '../common/paths.ts';
import type { Block } from '../document/block.ts';

const require = createRequire(import.meta.url);

/** `service:/path/in/its/container` to the block that is the file. */
export type Files = Readonly<Record<string, Block>>;

/** What a topology takes from documents. */
export interface Documented {
  /** Name of the topology. */
  name: string;
  files?: Files | undefined;
  /** Faults that are edits of such files, by name. */
  edits?: Readonly<Record<string, Files>> | undefined;
}

/** Service and path of a file. */
const placeOf = (target: string): readonly [service: string, path: string] => {
  const colon = target.indexOf(':');
  return [target.slice(0, colon), target.slice(colon + 1)];
};

/** The part of a topology.ts that messages name. */
const inTopology = ({ name }: Documented, ...keys: string[]): string =>
  `scenarios/${name}/topology.ts: ${keys.join(': ')}`;

/**
 * A Compose override in which files are blocks. Its first lines say, as comments, where each is from.
 *
 * @param prefix of the configs' names: another name for another text, or Compose sees no difference
 */
export function overrideOf(files: Files, prefix: string): string {
  const all = Object.entries(files).map(([target, block]) => {
    const [service, file] = placeOf(target);
    return { target, service, file, block, config: `${prefix}-${target.replace(/[^\w.]+/g, '-')}` };
  });
  const services: Record<string, { configs: object[] }> = {};
  for (const { service, file, config } of all)
    (services[service] ??= { configs: [] }).configs.push({ source: config, target: file });
  // Compose puts values of the environment in place of $NAME; $$ is the character.
  const configs = all.map(({ config, block }): [string, object] => [
    config,
    { content: block.text.replaceAll('$', '$$$$') },
  ]);
  const written: object = { services, configs: Object.fromEntries(configs) };
  // What only lists scenarios does not load it.
  const yaml = require('yaml') as { Document: typeof Document };
  const document = new yaml.Document(written);
  document.commentBefore = all
    .map(({ target, block }) => ` ${target} is ${block.at}${block.edited === '' ? '' : ` ${block.edited}`}`)
    .join('\n');
  return document.toString({ lineWidth: 0 });
}

/** Writes a generated override where it is not there yet; returns its full path. */
function keep(topology: string, name: string, text: string): string {
  const file = path.join(REPORTS, 'documents', topology, `${name}.yaml`);
  try {
    if (readFileSync(file, 'utf8') === text) return file;
  } catch {
    // It was never written.
  }
  writeWhole(file, text);
  return file;
}

/**
 * The override with the files that a topology takes from documents; none where it takes none.
 *
 * @throws UserError that names document and line
 */
export const documentedFiles = ({ name, files = {} }: Documented): string[] =>
  Object.keys(files).length === 0 ? [] : [keep(name, 'files', overrideOf(files, 'documented'))];

/**
 * The override of a fault that is an edit of documented files.
 *
 * @returns its full path; undefined when the topology has no such edit
 * @throws UserError that names document and line, or the edit that changes nothing
 */
export function editedFiles(documented: Documented, fault: string): string | undefined {
  const edit = documented.edits?.[fault];
  if (edit === undefined) return undefined;
  for (const [target, block] of Object.entries(edit)) {
    if (block.text === documented.files?.[target]?.text)
      throw new UserError(`${inTopology(documented, 'edits', fault, target)}: changes nothing`);
  }
  return keep(documented.name, `faults/${fault}`, overrideOf(edit, fault));
}

/**
 * Checks that the files of a topology are files of its services.
 *
 * @param services of its compose.yaml
 * @throws UserError that names the file and the nearest service
 */
export function checkServicesOf(documented: Documented, services: readonly string[]): void {
  const unknown = Object.keys(documented.files ?? {}).find((target) => !services.includes(placeOf(target)[0]));
  if (unknown === undefined) return;
  const [service] = placeOf(unknown);
  throw new UserError(
    `${inTopology(documented, 'files', unknown)}: "${service}" is no service of compose.yaml`,
    services.length === 0 ? undefined : `did you mean "${closest(service, [...services])}"?`,
  );
}
