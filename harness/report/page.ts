/** Writes the page: reports/index.html, with a page for each scenario under reports/page. */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { writeWhole } from '../common/files.ts';
import { REPORTS } from '../common/paths.ts';
import type { Texts } from '../page/documents.ts';
import { pagesOf } from '../page/pages.ts';
import type { Result } from '../result/schema.ts';

/** Where the page is. */
export const PAGE = path.join(REPORTS, 'index.html');

/** Writes all pages, and removes those of scenarios and pictures that are no longer in the result. */
export function writePage(result: Result, texts?: Texts): void {
  const pages = pagesOf(result, texts);
  for (const [file, text] of pages) writeWhole(path.join(REPORTS, file), text);
  const visits = result.scenarios.flatMap(({ symptom, repairs = [] }) => [
    symptom,
    ...repairs.map(({ visit }) => visit),
  ]);
  const wanted = new Set([...pages.keys(), ...visits.flatMap((visit) => visit?.picture ?? [])]);
  const folder = path.join(REPORTS, 'page');
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const file = path.join('page', name).replaceAll(path.sep, '/');
    if (/\.(html|json|jpg)$/.test(file) && !wanted.has(file)) rmSync(path.join(REPORTS, file), { force: true });
  }
}
