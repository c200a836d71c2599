/** A browser window on a stack that was left running: the documented addresses lead to its ports. */
import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { chromiumFlags, chromiumPath } from '../browser/launch.ts';
import { testTrust } from '../browser/trust.ts';
import type { AddressRule } from '../common/address.ts';
import { UserError } from '../common/errors.ts';
import { readJson, writeWhole } from '../common/files.ts';
import { windowFile } from '../topology/ownership.ts';

/** What a window needs to know. */
interface WindowState {
  rules: readonly AddressRule[];
  /** The address that it opens. */
  url: string;
  /** The scenario that the stack plays, if it plays one. */
  scenario?: string | undefined;
  /** The run of its labels. */
  run?: string | undefined;
}

const windowState: z.ZodType<WindowState> = z.object({
  rules: z.array(
    z.object({
      host: z.string(),
      port: z.number(),
      to: z.union([z.literal('no-record'), z.object({ address: z.string(), port: z.number() })]),
    }),
  ),
  url: z.string(),
  scenario: z.string().optional(),
  run: z.string().optional(),
});

/** Notes what a window on a stack needs. {@link openWindow} reads it, also much later. */
export function saveWindow(project: string, state: WindowState): void {
  writeWhole(windowFile(project), JSON.stringify(state));
}

/** The command that opens a window; the same on every platform. */
export const windowCommand = (project: string): string => `npx sintoma open ${project}`;

/**
 * What was noted of a stack.
 *
 * @throws UserError when no such stack was left
 */
export function readWindow(project: string): WindowState {
  const state = readJson(windowFile(project), windowState, `start it again, or: npx sintoma down ${project}`);
  if (!state) {
    throw new UserError(`there is no stack "${project}"`, 'sintoma up leaves one, and a failed run with KEEP=1', 2);
  }
  return state;
}

/** The command of a window in a fresh profile. */
function command(project: string): { env: Readonly<Record<string, string>>; program: string; args: string[] } {
  const { rules, url } = readWindow(project);
  const profile = mkdtempSync(path.join(os.tmpdir(), 'sintoma-profile-'));
  const trust = testTrust();
  const flags = chromiumFlags({ rules, hermetic: true, trust });
  return { env: trust.env, program: chromiumPath(), args: [...flags, `--user-data-dir=${profile}`, url] };
}

/**
 * Opens a window in a fresh profile, and does not wait for its end.
 *
 * @throws UserError when no such stack was left, or there is no browser
 */
export function openWindow(project: string): void {
  const { env, program, args } = command(project);
  spawn(program, args, { detached: true, stdio: 'ignore', env: { ...process.env, ...env } }).unref();
}

/**
 * The same as text, one argument a line after the environment, for a browser elsewhere.
 *
 * @throws UserError as {@link openWindow}
 */
export function windowArguments(project: string): string[] {
  const { env, program, args } = command(project);
  return [...Object.entries(env).map(([name, value]) => `${name}=${value}`), program, ...args];
}
