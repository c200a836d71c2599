/** The thread in which a diagnosis runs: see site.ts. */
import type { ChildProcess } from 'node:child_process';
import { subscribe } from 'node:diagnostics_channel';
import { parentPort, workerData } from 'node:worker_threads';
import { isUserError } from '../common/errors.ts';
import { examineSite } from './examine.ts';
import type { Report, Task } from './site.ts';

const { task } = workerData as { task: Task };
const tell = (report: Report): void => parentPort?.postMessage(report);

// The browser, whose pid Playwright does not tell, and the publishing command. Both lead a process group.
subscribe('child_process', (message) => {
  const { process } = message as { process: ChildProcess };
  process.once('spawn', () => {
    if (process.pid !== undefined) tell({ group: process.pid });
  });
});

try {
  const onProgress = (progress: string): void => {
    tell({ progress });
  };
  const onTab = (tab: string): void => {
    tell({ tab });
  };
  tell({ diagnosis: await examineSite(task.url, { ...task.options, onProgress }, onTab) });
} catch (error) {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  tell({
    failure: isUserError(error)
      ? { message, user: { exitCode: error.exitCode, ...(error.hint === undefined ? {} : { hint: error.hint }) } }
      : { message, ...(stack === undefined ? {} : { stack }) },
  });
}
