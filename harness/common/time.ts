/**
 * What a promise resolves to, if it does so in time.
 *
 * @throws Error 'timeout' after `ms` milliseconds; what the promise was for goes on
 */
export async function within<T>(promise: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  try {
    return await Promise.race([
      promise,
      new Promise<never>((_resolve, reject) => (timer = setTimeout(reject, ms, new Error('timeout')))),
    ]);
  } finally {
    clearTimeout(timer);
  }
}

/** Resolves after `ms` milliseconds. It keeps no process alive. */
export const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms).unref());
