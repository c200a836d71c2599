/** What a command that starts systems does when a signal ends it. */
import type Docker from 'dockerode';
import { removeInterrupted } from '../topology/ownership.ts';

export interface Interruptible {
  /** Undefined until a signal has come; then ends with the process, when all is removed. */
  ending(): Promise<never> | undefined;
  /** From now on signals do what they usually do. */
  done(): void;
}

/**
 * On Ctrl-C and SIGTERM, removes what was started, and ends the process with 130 and 143.
 *
 * @param ours whether labels are those of something that was started
 * @param also what else is ended; what comes of it does not matter
 * @param says in addition to what is done
 */
export function removeOnSignal(
  docker: Docker,
  ours: (labels: Record<string, string>) => boolean,
  { also, says = '' }: { also?: () => Promise<unknown>; says?: string } = {},
): Interruptible {
  let ending: Promise<never> | undefined;
  const interrupted = (signal: NodeJS.Signals): void => {
    console.error(`\ninterrupted: removing what was started${says}`);
    ending = Promise.allSettled([also?.(), removeInterrupted(docker, ours)]).then(() =>
      process.exit(signal === 'SIGINT' ? 130 : 143),
    );
  };
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  return {
    ending: () => ending,
    done: () => void process.off('SIGINT', interrupted).off('SIGTERM', interrupted),
  };
}
