/** Runs a shell command of the user's, and lets neither it nor what it started outlive its time. */
import { spawn } from 'node:child_process';
import os from 'node:os';
import { onExit } from 'signal-exit';
import { UserError } from '../common/errors.ts';
import { endGroup } from '../common/process.ts';

/** How a command ended: by itself, by a signal, or because its time was over. */
export type CommandEnd = { status: number } | { signal: NodeJS.Signals } | { lateAfterMs: number };

export interface CommandRun {
  end: CommandEnd;
  /** The beginning of what it printed. */
  output: string;
  /** Ends what the command left running in its process group; to be called when its work has been seen. */
  endRest: () => void;
}

export interface CommandOptions {
  /** Variables besides those of this process. */
  env: Readonly<Record<string, string>>;
  timeoutMs: number;
  /** Ends the command before its time. */
  signal?: AbortSignal;
}

/** How much of its output is kept, in characters. */
const KEPT = 4000;

/** How long, in ms, output that was written before the end may take to arrive. A daemon may hold the pipe for ever. */
const DRAIN_MS = 100;

/**
 * Runs a command in a process group of its own. Whatever ends this process (its end, Ctrl-C, SIGTERM) ends that group.
 *
 * @throws UserError when there is no command
 */
export async function runCommand(command: string, { env, timeoutMs, signal }: CommandOptions): Promise<CommandRun> {
  if (command.trim() === '') throw new UserError('--publish: the command is empty', undefined, 2);
  // Before the command starts: a signal that came in between would end this process and leave the command.
  const forget = onExit(() => endAll());
  const child = spawn(command, {
    shell: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
    detached: process.platform !== 'win32',
  });
  const { pid } = child;
  // What went into a session of its own is no longer of the group.
  const endAll = (): void => {
    if (pid !== undefined) endGroup(pid);
  };
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      if (output.length < KEPT) output += text.slice(0, KEPT - output.length);
    });
  }
  let late = false;
  const endInTime = (): void => {
    late = true;
    endAll();
  };
  // No AbortSignal.any over AbortSignal.timeout: Node collects the inner signal as garbage, and the time is never over.
  const limit = setTimeout(endInTime, timeoutMs);
  signal?.addEventListener('abort', endInTime);
  if (signal?.aborted === true) endInTime();
  const began = Date.now();
  const closed = new Promise((resolve) => child.once('close', resolve));
  try {
    const end = await new Promise<CommandEnd>((resolve) => {
      child.once('error', (error) => {
        output += error.message;
        resolve({ status: 127 });
      });
      child.once('exit', (status, by) => {
        if (late) resolve({ lateAfterMs: Math.min(Date.now() - began, timeoutMs) });
        else resolve(status === null ? { signal: by ?? 'SIGKILL' } : { status });
      });
    });
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([closed, new Promise((resolve) => (timer = setTimeout(resolve, DRAIN_MS)))]);
    clearTimeout(timer);
    const endRest = (): void => {
      forget();
      endAll();
    };
    return { end, output, endRest };
  } finally {
    clearTimeout(limit);
    signal?.removeEventListener('abort', endInTime);
    child.stdout.destroy();
    child.stderr.destroy();
  }
}

/** Name of the signal behind an exit status of a shell, e.g. "SIGKILL" for 137. */
const signalOf = (status: number): string | undefined =>
  Object.entries(os.constants.signals).find(([, number]) => number === status - 128)?.[0];

/** Why a command says nothing about the system: it did not do its work. Undefined when it may have. */
export function unusable(end: CommandEnd): string | undefined {
  if ('lateAfterMs' in end)
    return `was ended after ${Number((end.lateAfterMs / 1000).toFixed(1))} s, because it took too long`;
  if ('signal' in end) return `was ended by ${end.signal}`;
  if (end.status === 126) return 'cannot be executed (exit status 126)';
  if (end.status === 127) return 'was not found (exit status 127)';
  if (end.status < 128) return undefined;
  const signal = signalOf(end.status);
  return signal === undefined
    ? `broke off (exit status ${end.status})`
    : `was ended by ${signal} (exit status ${end.status})`;
}
