/** Writes what a run found, also one that is merged from shards: reports/result.json and the page reports/index.html. */
import path from 'node:path';
import type { FullConfig, FullResult, Reporter, Suite, TestCase, TestResult } from '@playwright/test/reporter';
import { isUserError } from '../common/errors.ts';
import { writeWhole } from '../common/files.ts';
import { REPORTS } from '../common/paths.ts';
import { VERSION } from '../common/version.ts';
import { partsOf, passedOf } from '../result/merge.ts';
import { claimResults } from '../result/claims.ts';
import type { CheckResult, Result, ScenarioResult } from '../result/schema.ts';
import { ownDocuments } from '../scenario/documents.ts';
import { loadAll, type LoadedTopology } from '../scenario/load.ts';
import type { Definition } from '../scenario/read.ts';
import { writeAllure } from './allure.ts';
import { annotation, checkOf, picturesOf, scenarioOf, type Picture } from './collect.ts';
import { addResult } from './store.ts';
import { writePage } from './page.ts';
import { writeSummary } from './summary.ts';

/** What a run says of each id; where it was played several times, that it failed once. */
class Entries<T extends { id: string; status: string }> {
  private readonly byId = new Map<string, T>();

  add(entry: T): void {
    if (this.byId.get(entry.id)?.status !== 'failed') this.byId.set(entry.id, entry);
  }

  get all(): T[] {
    return [...this.byId.values()];
  }
}

/** The table of a topology's variants, as the result has it. */
const variantsOf = ({ name: topology, variants }: Definition): NonNullable<Result['variants']> =>
  variants === undefined
    ? []
    : [
        {
          topology,
          by: variants.by,
          rows: variants.rows.map(({ wrong, cells }) => ({
            wrong,
            cells: Object.entries(cells).map(([variant, cell]) => ({
              variant,
              ...('scenario' in cell ? { scenario: `${topology}/${cell.scenario}` } : cell),
            })),
          })),
        },
      ];

export default class ResultReporter implements Reporter {
  private readonly scenarios = new Entries<ScenarioResult>();
  private readonly checks = new Entries<CheckResult>();
  private readonly pictures: Picture[] = [];
  private playwright = '';
  private suite: Suite | undefined;
  /** False when Playwright only lists the tests. */
  private ran = false;

  /** @param options run: the name of the run's folder */
  constructor(private readonly options: { run: string }) {}

  onBegin({ version }: FullConfig, suite: Suite): void {
    this.playwright = version;
    this.suite = suite;
  }

  onTestBegin(): void {
    this.ran = true;
  }

  onTestEnd(test: TestCase, result: TestResult): void {
    const { run } = this.options;
    const [scenario, check] = ['scenario', 'check'].map((type) => annotation(test, result, type));
    if (scenario !== undefined) {
      this.scenarios.add(scenarioOf(test, result, scenario, run));
      this.pictures.push(...picturesOf(result));
    }
    if (check !== undefined) this.checks.add(checkOf(test, result, check, run));
  }

  async onEnd(result: FullResult): Promise<void> {
    if (!this.ran || this.scenarios.all.length + this.checks.all.length === 0) return;
    const loaded = await loadAll().catch((error: unknown) => {
      // It has been told before the run, or by the tests that could not be declared.
      if (isUserError(error)) return undefined;
      throw error;
    });
    if (loaded === undefined) return;
    const newer = this.result(result, loaded);
    const claims = loaded.flatMap((one) => one.claims);
    const ids = new Set(loaded.flatMap(({ scenarios, checks }) => [...scenarios, ...checks].map(({ id }) => id)));
    await addResult(newer, { ids, claims }, (whole) => {
      for (const { path: file, body } of this.pictures) writeWhole(path.join(REPORTS, file), body);
      writePage(whole);
    });
    const folder = path.join(REPORTS, 'runs', this.options.run);
    writeSummary(folder, newer);
    writeAllure(folder, newer);
    // Shards leave theirs beside their blobs.
    if (this.options.run === 'merged') writeAllure(REPORTS, newer);
  }

  printsToStdio(): boolean {
    return false;
  }

  private result({ status, startTime, duration }: FullResult, loaded: readonly LoadedTopology[]): Result {
    const [scenarios, checks] = [this.scenarios.all, this.checks.all];
    const outcomes = (this.suite?.allTests() ?? []).map((test) => test.outcome());
    const tally = (...wanted: string[]): number => outcomes.filter((one) => wanted.includes(one)).length;
    return {
      schemaVersion: 1,
      version: VERSION,
      runs: [
        {
          id: this.options.run,
          startedAt: startTime.toISOString(),
          ms: duration,
          status,
          tests: { passed: tally('expected'), failed: tally('unexpected', 'flaky'), skipped: tally('skipped') },
          versions: {
            Node: process.version,
            Playwright: this.playwright,
            platform: `${process.platform} ${process.arch}`,
          },
        },
      ],
      scenarios,
      checks,
      documents: loaded.flatMap(({ definition: { documents, name: topology }, claims }) =>
        Object.entries({ ...documents, ...ownDocuments(claims) }).map(([name, lines]) => ({ name, topology, lines })),
      ),
      claims: claimResults(
        loaded.flatMap(({ claims }) => claims),
        passedOf({ scenarios, checks }),
      ),
      parts: partsOf(scenarios),
      variants: loaded.flatMap(({ definition }) => variantsOf(definition)),
    };
  }
}
