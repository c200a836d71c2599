/** What one worker keeps while it plays the scenarios of a topology: its stack and its browser. */
import path from 'node:path';
import { z } from 'zod';
import { readJson, writeWhole } from '../common/files.ts';
import { CACHE } from '../common/paths.ts';
import type { SaysWait } from '../common/waiting.ts';
import { testTrust } from '../browser/trust.ts';
import { BrowserPool } from '../browser/visitor.ts';
import { newEngine } from '../topology/engine.ts';
import type { Definition } from '../scenario/read.ts';
import { useTemporaryFolder } from '../topology/leftovers.ts';
import { currentRun, KEPT } from '../topology/ownership.ts';
import { partsInUse } from '../topology/parts.ts';
import { Stack } from '../topology/stack.ts';

/** True when failed stacks are to be left running for a person to look at. */
export const keepFailed = (): boolean => Boolean(process.env.KEEP);

/** True when every scenario starts from nothing instead of switching a running stack. */
export const isolated = (): boolean => Boolean(process.env.SINTOMA_ISOLATED);

/**
 * The stack of a topology for one worker of this run. The name is the same after Playwright replaced the worker, except
 * where the stack of that name is kept for a person to look at.
 */
export function stackFor({ name, ready, reload, deployment }: Definition, slot: number, says?: SaysWait): Stack {
  const { run, owner } = currentRun();
  const kept = keptProjects();
  let project = `sintoma-${name}-${run}-${slot}`;
  for (let count = 2; kept.includes(project); count += 1) {
    project = `sintoma-${name}-${run}-${slot}-${count}`;
  }
  return new Stack({
    deployment,
    ready,
    reload,
    project,
    run,
    owner: keepFailed() ? KEPT : owner,
    parts: partsInUse(deployment),
    says,
  });
}

export class Stage {
  readonly browsers = new BrowserPool(testTrust());
  private readonly stacks = new Map<string, Stack>();

  /** @param says is told what is waited for */
  constructor(
    private readonly slot: number,
    readonly says?: SaysWait,
  ) {
    useTemporaryFolder(currentRun().owner);
  }

  stack(topology: Definition): Stack {
    let stack = this.stacks.get(topology.name);
    if (!stack) {
      stack = stackFor(topology, this.slot, this.says);
      this.stacks.set(topology.name, stack);
    }
    return stack;
  }

  private engine: Promise<string> | undefined;

  /** Versions of what scenarios are played with, by name. */
  async versions(): Promise<Record<string, string>> {
    this.engine ??= newEngine()
      .version()
      .then(({ Version }) => Version);
    const chromium = this.browsers.version;
    return { ...(chromium === undefined ? {} : { Chromium: chromium }), 'Docker Engine': await this.engine };
  }

  /** Tells that a test failed: Playwright then replaces the worker, and the next one goes on with the stacks. */
  failed = false;

  /** Closes the browser, and removes the stacks unless another worker goes on with them. */
  async close(): Promise<void> {
    await this.browsers.close();
    if (!this.failed) await Promise.all([...this.stacks.values()].map((stack) => stack.down()));
  }
}

const keptFile = (): string => path.join(CACHE, 'kept', `${currentRun().run}.json`);

/** Projects of this run that failed while KEEP was set. */
export function keptProjects(): string[] {
  return (
    readJson(keptFile(), z.array(z.string()), 'delete it, and look with "docker ps" for what is still there') ?? []
  );
}

/** Notes that a stack is to survive the end of the run. */
export function keep(project: string): void {
  writeWhole(keptFile(), JSON.stringify([...new Set([...keptProjects(), project])]));
}
