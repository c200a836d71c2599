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
  start: (world: World, authority: Authority | undefined) => Promise<VisitInput>;
}
