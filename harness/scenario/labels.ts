/** By what a scenario is found: its tags, and the place in a document. */
import type { Scenario } from './schema.ts';

/** Tags by which `--grep` finds a scenario: its cause, its document, and its own. */
export const tagsOf = ({ cause, document, tags }: Pick<Scenario, 'cause' | 'document' | 'tags'>): string[] => [
  ...new Set([`@${cause === 'none' ? 'healthy' : cause}`, ...(document ? [`@${document.name}`] : []), ...tags]),
];

/** `balancas.md:7-11`: where a document says it; undefined for a scenario of no document. */
export const placeOf = ({ document }: Pick<Scenario, 'document'>): string | undefined =>
  document && `${document.name}.md:${document.lines.join('-')}`;
