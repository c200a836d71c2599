/** By what a scenario is found: its tags, and the place in a document. */
import { slug } from '../common/slug.ts';
import { isDocument } from '../document/formats.ts';
import type { Scenario } from './schema.ts';

/** Tags by which `--grep` finds a scenario: its cause, its document, and its own. */
export const tagsOf = ({ cause, document, tags }: Pick<Scenario, 'cause' | 'document' | 'tags'>): string[] => [
  ...new Set([`@${cause === 'none' ? 'healthy' : cause}`, ...(document ? [`@${document.name}`] : []), ...tags]),
];

/** Whether a document is the project's own: those have their path as their name. */
export const isOwn = isDocument;

/** The file of a document, as messages name it. */
export const documentFile = (document: string): string => (isOwn(document) ? document : `${document}.md`);

/** `balancas.md:7-11`, of an own document `docs/page.mdx:7-11`: lines of a document. */
export const placeIn = (document: string, lines: readonly [number, number]): string =>
  `${documentFile(document)}:${lines.join('-')}`;

/** Where a document says it; undefined for a scenario of no document. */
export const placeOf = ({ document }: Pick<Scenario, 'document'>): string | undefined =>
  document && placeIn(document.name, document.lines);

/** Id of a document in the first page of the report. */
export const documentAnchor = (document: string): string => `document-${slug(document)}`;

/** Id of a document's line in the first page of the report. */
export const lineAnchor = (document: string, line: number): string => `${documentAnchor(document)}-L${line}`;

/** Tag of every check. */
export const CHECK_TAG = '@check';

/** Title of a scenario's or check's test: its id without the topology. */
export const titleOf = (topology: string, id: string): string => id.slice(topology.length + 1);

/** What Playwright matches `--grep` against: project, file, title and tags of a scenario's or check's test. */
export const grepTitle = (topology: string, id: string, tags: readonly string[]): string =>
  [topology, `${topology}.spec.ts`, titleOf(topology, id), ...tags].join(' ');
