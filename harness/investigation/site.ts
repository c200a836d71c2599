/** Diagnoses a live system from its page's address alone. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { UserError } from '../common/errors.ts';
import { ROOT } from '../common/paths.ts';
import { endGroup } from '../common/process.ts';
import type { Diagnosis } from '../diagnosis/diagnose.ts';
import { inconclusive } from '../diagnosis/inconclusive.ts';
import { LONGEST_TEMPORARY } from '../topology/leftovers.ts';
import { closeTabs } from '../visit/opener.ts';
import type { ExamineOptions } from './examine.ts';
import { timeoutFor } from './timeout.ts';

export interface SiteOptions extends ExamineOptions {
  /** Ends the diagnosis, with its browser and its publishing command. */
  signal?: AbortSignal;
}

/** What the thread is told. */
export interface Task {
  url: string;
  options: Omit<ExamineOptions, 'onProgress'>;
}

/** What the thread tells. */
export type Report =
  | { progress: string }
  /** A process was started that leads a group of its own. */
  | { group: number }
  /** A tab was opened in the user's own browser. */
  | { tab: string }
  | { diagnosis: Diagnosis }
  | { failure: { message: string; stack?: string; user?: { hint?: string; exitCode: UserError['exitCode'] } } };

/** How much longer than it may take the thread is given to end by itself, in ms. */
const GRACE = 1000;
/** Where TypeScript that was loaded once is kept. */
const MODULES = path.join(ROOT, 'node_modules/.cache/jiti');
/** MB of JavaScript's heap. What a visit keeps is far below that. */
const HEAP = 320;

/**
 * Opens a page as a visitor does, and probes each hop behind it until the cause is clear. It changes nothing on the
 * target. All of it runs in a thread of its own, which is ended when the time is over: whatever a page or a server does,
 * the answer comes in time, if need be without a cause.
 *
 * @param url of the page, http or https
 * @throws UserError when no browser can be started
 */
export async function diagnoseSite(url: string, options: SiteOptions = {}): Promise<Diagnosis> {
  const { onProgress = () => undefined, signal, ...rest } = options;
  const { timeoutMs = timeoutFor(rest.watchMs) } = rest;
  const task: Task = { url, options: { ...rest, timeoutMs } };
  const folder = await ownFolder();
  const worker = new Worker(BOOTSTRAP, {
    eval: true,
    env: { ...process.env, ...(folder === undefined ? {} : { TMPDIR: folder }) },
    workerData: {
      cache: MODULES,
      entry: new URL(`./worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url).href,
      task,
    },
    resourceLimits: { maxOldGenerationSizeMb: HEAP },
  });
  const groups = new Set<number>();
  const tabs = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<Diagnosis>((resolve, reject) => {
      timer = setTimeout(() => {
        resolve(
          inconclusive([
            `stopped after ${((timeoutMs + GRACE) / 1000).toFixed(0)} s: the page kept the diagnosis busy all the time`,
          ]),
        );
      }, timeoutMs + GRACE);
      signal?.addEventListener('abort', () => {
        reject(new Error('aborted'));
      });
      worker.on('message', (report: Report) => {
        if ('progress' in report) onProgress(report.progress);
        else if ('group' in report) groups.add(report.group);
        else if ('tab' in report) tabs.add(report.tab);
        else if ('diagnosis' in report) resolve(report.diagnosis);
        else reject(asError(report.failure));
      });
      worker.once('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'ERR_WORKER_OUT_OF_MEMORY')
          resolve(inconclusive([`stopped: what the page sends takes more than ${HEAP} MB`]));
        else reject(error);
      });
    });
  } finally {
    clearTimeout(timer);
    await worker.terminate();
    // A browser would end with its pipe, but a busy one takes seconds, and writes meanwhile.
    for (const group of groups) endGroup(group);
    if (rest.attach !== undefined) await closeTabs(rest.attach, tabs);
    if (folder !== undefined)
      await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }).catch(() => undefined);
  }
}

/**
 * A temporary folder for what the browser writes: it is removed, also when the thread had to be ended. Undefined where its
 * path would be too long for Chromium.
 */
async function ownFolder(): Promise<string | undefined> {
  const prefix = path.join(os.tmpdir(), 's-');
  return prefix.length + 6 > LONGEST_TEMPORARY ? undefined : mkdtemp(prefix);
}

/** Loads the thread's module: TypeScript in the repository, JavaScript in the package. */
const BOOTSTRAP = `
const { workerData } = require('node:worker_threads');
const { entry, cache } = workerData;
if (entry.endsWith('.ts')) require('node:module').createRequire(entry)('jiti').createJiti(entry, { fsCache: cache }).import(entry);
else import(entry);
`;

function asError({ message, stack, user }: Extract<Report, { failure: unknown }>['failure']): Error {
  if (user) return new UserError(message, user.hint, user.exitCode);
  const error = new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
