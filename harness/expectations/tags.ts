import type { Scenario } from './scenario.ts';

/** Tags by which `--grep` finds a scenario: its cause, its document, and its own. */
export const tagsOf = (scenario: Pick<Scenario, 'cause' | 'document' | 'tags'>): string[] => [
  ...new Set([
    `@${scenario.cause === 'none' ? 'healthy' : scenario.cause}`,
    `@${scenario.document.name}`,
    ...scenario.tags,
  ]),
];
