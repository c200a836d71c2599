/** Which steps of a run take long: a log without a terminal shows nothing while one is played. */

/** How long, in ms, a step may take before a log speaks of it, and then until it does so again. */
export const QUIET_MS = 30_000;

interface Running {
  test: string;
  /** The steps that are being taken, by when they began. */
  steps: Step[];
  /** When the log last said something of this test, or its steps last changed: ms since the epoch. */
  since: number;
  /** When the innermost step began: ms since the epoch. */
  began: number;
}

interface Step {
  title: string;
  /** The title of the step around it. */
  within: string | undefined;
}

/** Steps that are taken at the same time stand beside each other, others after the one that they are part of. */
const pathOf = (steps: readonly Step[]): string =>
  steps.reduce(
    (path, { title, within }, index) =>
      index === 0 ? title : `${path}${steps[index - 1]?.within === within ? ', ' : ' › '}${title}`,
    '',
  );

/** Keeps the steps of the tests that run now. */
export class QuietSteps {
  private readonly running = new Map<string, Running>();

  begin(id: string, test: string, now: number): void {
    this.running.set(id, { test, steps: [], since: now, began: now });
  }

  step(id: string, title: string, now: number, within?: string): void {
    const running = this.running.get(id);
    if (running) Object.assign(running, { steps: [...running.steps, { title, within }], since: now, began: now });
  }

  stepEnd(id: string, title: string, now: number): void {
    const running = this.running.get(id);
    const at = running?.steps.findLastIndex((step) => step.title === title) ?? -1;
    if (running && at >= 0) Object.assign(running, { steps: running.steps.toSpliced(at, 1), since: now, began: now });
  }

  end(id: string): void {
    this.running.delete(id);
  }

  /** A line for each test of which nothing was said for long: its name, its steps, and for how long. */
  lines(now: number): string[] {
    return [...this.running.values()]
      .filter(({ since }) => now - since >= QUIET_MS)
      .map((running) => {
        running.since = now;
        const seconds = Math.round((now - running.began) / 1000);
        return `${[running.test, pathOf(running.steps)].filter(Boolean).join(' › ')}, for ${seconds} s`;
      });
  }
}
