/** Says what a long wait is for. */

/** Says what is waited for until a promise settles. It never fails, and nobody waits for it. */
export type SaysWait = (title: string, until: Promise<unknown>) => void;

/** How long, in ms, something is waited for before anything is said of it. */
const UNSAID_MS = 2000;

/**
 * Makes a function that names a wait once it is long, as a step that lasts as long as the wait.
 *
 * @param step begins a step, and ends it with the promise; Playwright's `test.step`, say. It may throw.
 */
export const sayLongWaits =
  (step: (title: string, act: () => Promise<unknown>) => Promise<unknown>, unsaidMs = UNSAID_MS): SaysWait =>
  (title, until) => {
    const settled = until.then(
      () => undefined,
      () => undefined,
    );
    const timer = setTimeout(() => {
      const said = (async () => step(title, () => settled))();
      // The test is over, say.
      said.catch(() => undefined);
    }, unsaidMs);
    void settled.then(() => {
      clearTimeout(timer);
    });
  };
