/** A subscriber attached straight to the broker or backend: it proves that a message was published. */
export interface ControlSubscriber {
  /** Resolves with true when a message with this text arrived, also if it came before the call; false after the timeout (ms). */
  received(nonce: string, timeoutMs: number): Promise<boolean>;
  /** Calls the listener with every text, also with those that came before. */
  watch?(listener: (text: string) => void): void;
  close(): Promise<void>;
}

/** Several subscribers as one: it received what any of them did. */
export const anyOf = (subscribers: readonly ControlSubscriber[]): ControlSubscriber => ({
  received: (nonce, timeoutMs) =>
    Promise.any(
      subscribers.map(async (subscriber) => {
        if (!(await subscriber.received(nonce, timeoutMs))) throw new Error('not here');
        return true;
      }),
    ).catch(() => false),
  watch: (listener) => {
    for (const subscriber of subscribers) subscriber.watch?.(listener);
  },
  close: async () => {
    await Promise.all(subscribers.map((subscriber) => subscriber.close()));
  },
});

/** Remembers every text that came, and wakes who waits for one. */
export class Inbox {
  private readonly texts: string[] = [];
  private readonly waiters = new Set<() => void>();
  private readonly listeners = new Set<(text: string) => void>();

  add(text: string): void {
    this.texts.push(text);
    for (const listener of this.listeners) listener(text);
    for (const wake of this.waiters) wake();
  }

  /** As {@link ControlSubscriber.watch}. */
  watch(listener: (text: string) => void): void {
    for (const text of this.texts) listener(text);
    this.listeners.add(listener);
  }

  /** As {@link ControlSubscriber.received}. */
  received(nonce: string, timeoutMs: number): Promise<boolean> {
    const there = (): boolean => this.texts.some((text) => text.includes(nonce));
    if (there()) return Promise.resolve(true);
    return new Promise((resolve) => {
      const finish = (answer: boolean): void => {
        clearTimeout(timer);
        this.waiters.delete(check);
        resolve(answer);
      };
      const check = (): void => {
        if (there()) finish(true);
      };
      const timer = setTimeout(finish, timeoutMs, false);
      this.waiters.add(check);
    });
  }
}
