/** Mutations: single edits, as a regression or a slip of the pen would make them, that must turn the suite red. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../../harness/common/paths.ts';

export interface Mutation {
  /** `<topology>/<name>`. */
  id: string;
  /** What went wrong, in a sentence. */
  title: string;
  /** The edited file: `compose/…` or `scenarios/…` without the topology, or a document, `docs/…`. */
  file: string;
  /** The text that is there once, and what stands in its place. */
  edit: readonly [from: string, to: string];
  /** The scenario or check that is played, without the topology. */
  plays: string;
  /** What the failure says: words that name what changed. */
  says: string | RegExp;
}

/** Mutations of one topology: name, then what it is. */
export const mutationsOf = (
  topology: string,
  mutations: Readonly<Record<string, Omit<Mutation, 'id'>>>,
): readonly Mutation[] => Object.entries(mutations).map(([name, one]) => ({ ...one, id: `${topology}/${name}` }));

export const topologyOf = ({ id }: Pick<Mutation, 'id'>): string => id.slice(0, id.indexOf('/'));

/** Path of the edited file below the project's folder. */
export const fileOf = (mutation: Pick<Mutation, 'id' | 'file'>): string => {
  const [kind = '', ...rest] = mutation.file.split('/');
  if (kind === 'docs') return mutation.file;
  return path.join(kind, topologyOf(mutation), ...rest);
};

/**
 * The text of the edited file after the edit.
 *
 * @throws Error when the text that is to be edited is not there once
 */
export function edited(mutation: Mutation): string {
  const file = fileOf(mutation);
  const before = readFileSync(path.join(ROOT, file), 'utf8');
  const [from, to] = mutation.edit;
  const places = before.split(from).length - 1;
  if (places !== 1) throw new Error(`${mutation.id}: ${file} holds the text to edit ${places} times: ${from}`);
  return before.replace(from, () => to);
}
