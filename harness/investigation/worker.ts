/** The thread in which a diagnosis runs: see site.ts. */
import { parentPort, workerData } from 'node:worker_threads';
import { isUserError } from '../common/errors.ts';
import { examineSite } from './examine.ts';
import type { Report, Task } from './site.ts';

const { task } = workerData as { task: Task };
const tell = (report: Report): void => parentPort?.postMessage(report);

try {
  const onProgress = (progress: string): void => {
    tell({ progress });
  };
  const onGroup = (group: number): void => {
    tell({ group });
  };
  const onTab = (tab: string): void => {
    tell({ tab });
  };
  tell({ diagnosis: await examineSite(task.url, { ...task.options, onProgress }, { onGroup, onTab }) });
} catch (error) {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  tell({
    failure: isUserError(error)
      ? { message, user: { exitCode: error.exitCode, ...(error.hint === undefined ? {} : { hint: error.hint }) } }
      : { message, ...(stack === undefined ? {} : { stack }) },
  });
}
