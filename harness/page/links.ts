/** Where things are in the pages. */
import type { ScenarioResult } from '../result/schema.ts';
import { slug } from '../common/slug.ts';
import { documentFile, lineAnchor, titleOf } from '../scenario/labels.ts';
import { markup, range, type Html } from './html.ts';

/** Path of a scenario's page beside the result, without its ending. */
export const scenarioPath = ({ id, topology }: Pick<ScenarioResult, 'id' | 'topology'>): string =>
  `page/${slug(topology)}/${slug(titleOf(topology, id))}`;

/** Id of a scenario or check in the first page. */
export const anchorOf = (id: string): string => `at-${slug(id)}`;

/** `balancas.md:7-11`, which leads to the first of these lines in the first page, seen from a scenario's page. */
export const lineLink = (document: string, lines: readonly [number, number]): Html =>
  markup`<a href="../../index.html#${lineAnchor(document, lines[0])}">${documentFile(document)}:${range(lines)}</a>`;
