import type { CauseId } from '../../../harness/causes/causes.ts';
import type { Authority, World } from './world.ts';

/** The arguments with which a user would have the system diagnosed. */
export interface VisitInput {
  url: string;
  /** A command that publishes a message. */
  publish?: string;
}

/** A small system that no scenario describes, and what is wrong with it. */
export interface Unseen {
  name: string;
  expect: CauseId | 'healthy' | 'inconclusive';
  /** Why it cannot be run here; undefined when it can. */
  missing?: () => string | undefined;
  start: (world: World, authority: Authority | undefined) => Promise<VisitInput>;
}

/** The reason to skip a system whose program is not installed. */
export const needs =
  (...checks: [name: string, found: boolean | string | undefined][]) =>
  (): string | undefined => {
    const missing = checks.find(([, found]) => found === undefined || found === false);
    return missing ? `${missing[0]} is not installed` : undefined;
  };
