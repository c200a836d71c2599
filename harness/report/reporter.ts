/** Sintoma's own report: the matrix of scenarios on the terminal, and the verdicts that claims are decided by. */
import path from 'node:path';
import type {
  FullConfig,
  FullResult,
  Reporter,
  Suite,
  TestCase,
  TestResult,
  TestStep,
} from '@playwright/test/reporter';
import pc from 'picocolors';
import { REPORTS } from '../common/paths.ts';
import { describePart, readParts } from '../topology/parts.ts';
import { QuietSteps } from './quiet-steps.ts';
import { runFolder } from './run-folder.ts';
import { columns, paragraph } from './terminal.ts';
import { addVerdicts } from './verdicts.ts';

interface Row {
  id: string;
  passed: boolean;
  delivery: string;
  cause: string;
  /** s */
  seconds: number;
  differs: string | undefined;
  /** Channels without a control subscriber. */
  uncontrolled: string | undefined;
}

const annotation = (test: TestCase, result: TestResult, type: string): string | undefined =>
  [...result.annotations, ...test.annotations].find((one) => one.type === type)?.description;

/** Id of a scenario or check; other tests have none. */
const idOf = (test: TestCase): string | undefined =>
  test.annotations.find(({ type }) => type === 'scenario' || type === 'check')?.description;

/** Categories of Playwright's steps that tell what a test waits for. */
const SAID = new Set(['test.step', 'hook']);

export default class SintomaReporter implements Reporter {
  private readonly rows = new Map<string, Row>();
  private readonly began = Date.now();
  private total: Suite | undefined;
  /** False when Playwright only lists the tests. */
  private ran = false;
  private readonly steps = new QuietSteps();
  private timer: NodeJS.Timeout | undefined;

  onBegin(_config: FullConfig, suite: Suite): void {
    this.total = suite;
    // On a terminal, Playwright shows the step of each test.
    if (!process.stdout.isTTY) this.timer = setInterval(() => this.tellQuiet(), 5000).unref();
  }

  private tellQuiet(): void {
    for (const line of this.steps.lines(Date.now())) console.log(`  … ${line}`);
  }

  onTestBegin(test: TestCase): void {
    this.ran = true;
    this.steps.begin(test.id, idOf(test) ?? test.title, Date.now());
  }

  onStepBegin(test: TestCase, _result: TestResult, { category, title, parent }: TestStep): void {
    if (SAID.has(category)) this.steps.step(test.id, title, Date.now(), parent?.title);
  }

  onStepEnd(test: TestCase, _result: TestResult, { category, title }: TestStep): void {
    if (SAID.has(category)) this.steps.stepEnd(test.id, title, Date.now());
  }

  onTestEnd(test: TestCase, result: TestResult): void {
    this.steps.end(test.id);
    const id = idOf(test);
    if (id === undefined || result.status === 'skipped') return;
    const earlier = this.rows.get(id);
    this.rows.set(id, {
      id,
      // With --repeat-each a scenario passes when every repetition passed.
      passed: result.status === 'passed' && (earlier?.passed ?? true),
      delivery: annotation(test, result, 'delivery') ?? '',
      cause: annotation(test, result, 'diagnosed') ?? annotation(test, result, 'cause') ?? '',
      seconds: result.duration / 1000,
      differs: annotation(test, result, 'document differs'),
      uncontrolled: annotation(test, result, 'no control subscriber'),
    });
  }

  async onEnd(result: FullResult): Promise<void> {
    clearInterval(this.timer);
    if (!this.ran) return;
    if (this.rows.size > 0)
      await addVerdicts(Object.fromEntries([...this.rows.values()].map(({ id, passed }) => [id, passed])));
    const rows = [...this.rows.values()].filter(({ delivery, passed }) => delivery !== '' || !passed);
    if (rows.length > 0) {
      const width = Math.max(...rows.map(({ id }) => id.length));
      console.log(`\n  ${pc.bold('scenario'.padEnd(width + 2))}${pc.bold('cause'.padEnd(28))}${pc.bold('delivery')}`);
      for (const { id, passed, cause, delivery } of rows) {
        const mark = passed ? pc.green('✓') : pc.red('✗');
        const row = `${id.padEnd(width + 2)}${cause.padEnd(28)}`;
        const fits = row.length + delivery.length + 2 <= columns();
        console.log(`${mark} ${fits ? `${row}${delivery}` : `${row.trimEnd()}\n${paragraph(delivery, 6, 4)}`}`);
      }
      const differs = rows.filter((row) => row.differs);
      if (differs.length > 0) {
        console.log(`\n  ${pc.bold('Where reality contradicts a document')}`);
        for (const row of differs) console.log(paragraph(`${row.id}: ${row.differs ?? ''}`, 4, 2));
      }
      const uncontrolled = rows.filter((row) => row.uncontrolled);
      if (uncontrolled.length > 0) {
        console.log(`\n  ${pc.bold('Without a control subscriber')}`);
        console.log(paragraph('A lost message cannot be told from one that was never published.', 2));
        for (const row of uncontrolled) console.log(`  ${row.id}: ${row.uncontrolled ?? ''}`);
      }
      const topologies = new Set(rows.map(({ id }) => id.split('/')[0]));
      const parts = readParts().filter(({ topology }) => topologies.has(topology));
      if (parts.length > 0) console.log(`\n  ${pc.bold('Parts')}`);
      for (const part of parts) console.log(paragraph(describePart(part), 4, 2));
    }
    if (this.rows.size > 0 && !process.env.SINTOMA_BLOB)
      console.log(`\n  ${path.relative(process.cwd(), path.join(REPORTS, 'index.html'))} shows what was proven`);
    const seconds = ((Date.now() - this.began) / 1000).toFixed(1);
    const report = process.env.SINTOMA_BLOB ? 'blob' : 'html/index.html';
    const where = path.relative(process.cwd(), path.join(runFolder(), report));
    console.log(
      `\n  ${this.total?.allTests().length ?? 0} tests in ${seconds} s: ${result.status}; ${where} has it all`,
    );
  }

  printsToStdio(): boolean {
    return false;
  }
}
