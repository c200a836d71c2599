import type { CauseId } from '../../../harness/causes/causes.ts';
import type { Authority, World } from './world.ts';

/** What a person would type to have a system diagnosed. */
export interface VisitInput {
  url: string;
  /** A command that publishes a message. */
  publish?: string;
}

/** A small system of somebody else, and what is wrong with it. */
export interface Unseen {
  name: string;
  expect: CauseId | 'healthy';
  /** Why it cannot be run here; undefined when it can. */
  missing?: () => string | undefined;
  start: (world: World, authority: Authority | undefined) => Promise<VisitInput>;
}

/** The reason to leave out a system that needs a program which is not installed. */
export const needs =
  (...checks: [name: string, found: boolean | string | undefined][]) =>
  (): string | undefined => {
    const missing = checks.find(([, found]) => found === undefined || found === false);
    return missing ? `${missing[0]} is not installed` : undefined;
  };
