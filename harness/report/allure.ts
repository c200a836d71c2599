/** What Allure shows besides the tests: categories by cause, the environment, and how earlier runs went. */
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { writeWhole } from '../common/files.ts';
import { PROJECT, REPORTS } from '../common/paths.ts';
import type { Result } from '../result/schema.ts';

/** One of Allure's categories: a test belongs to it by the text with which it failed. */
interface Category {
  name: string;
  matchedStatuses: string[];
  messageRegex: string;
}

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** How many runs Allure's history keeps. */
const HISTORY = 50;

/** A category for each cause; what fails names its scenario first. Pure. */
export function categoriesOf({ scenarios }: Pick<Result, 'scenarios'>): Category[] {
  const byCause = new Map<string, string[]>();
  for (const { cause, id } of scenarios) {
    if (cause !== undefined) byCause.set(cause, [...(byCause.get(cause) ?? []), id]);
  }
  return [...byCause].sort().map(([cause, ids]) => ({
    name: cause === 'none' ? 'healthy systems' : cause,
    matchedStatuses: ['failed', 'broken'],
    messageRegex: `[\\s\\S]*\\b(?:${ids.map(literal).join('|')}): [\\s\\S]*`,
  }));
}

/** The environment as Allure reads it: a property a line. Pure. */
export function environmentOf({ version, runs, scenarios, parts }: Result): string {
  const versions = Object.assign({}, ...scenarios.map((one) => one.versions ?? {})) as Record<string, string>;
  const standIns = parts
    .filter(({ real }) => !real)
    .map(({ topology, service, for: what }) => [`${topology} ${service}`, `a stand-in for ${what}`]);
  const lines = [
    ['Sintoma', version],
    ...Object.entries(runs[0]?.versions ?? {}),
    ...Object.entries(versions),
    ...standIns,
  ];
  return lines
    .map(([name = '', value = '']) => `${name.replace(/[\s:=]+/g, '.')} = ${value.replace(/\s+/g, ' ')}\n`)
    .join('');
}

/**
 * Writes them for the results of Allure in a run's folder, where there are some. Allure 2 reads the categories from beside
 * the results, Allure 3 from its configuration: `allure generate --config allurerc.json allure-results`.
 */
export function writeAllure(folder: string, result: Result): void {
  const results = path.join(folder, 'allure-results');
  if (!existsSync(results)) return;
  const categories = categoriesOf(result);
  writeWhole(path.join(results, 'categories.json'), JSON.stringify(categories, null, 1));
  writeWhole(path.join(results, 'environment.properties'), environmentOf(result));
  // Allure takes these from the folder in which it is called, and writes beside a report that is there already.
  const called = (name: string): string => path.relative(PROJECT, name);
  const output = path.join(folder, 'allure');
  rmSync(output, { recursive: true, force: true });
  const configuration = {
    name: 'Sintoma',
    output: called(output),
    historyPath: called(path.join(REPORTS, 'allure-history.jsonl')),
    historyLimit: HISTORY,
    categories,
  };
  writeWhole(path.join(folder, 'allurerc.json'), JSON.stringify(configuration, null, 1));
}
