import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { launchBrowser } from '../../harness/browser/launch.ts';
import { record } from '../../harness/browser/recorder.ts';
import type { CaptureDiagnosis } from '../../harness/investigation/captured.ts';
import { diagnoseCapture } from '../../harness/investigation/captured.ts';
import type { Unseen } from './systems/unseen.ts';
import type { Authority } from './systems/world.ts';
import { World } from './systems/world.ts';

/** What is said about the two files of one visit. */
export interface Captures {
  har: CaptureDiagnosis;
  trace: CaptureDiagnosis;
}

/**
 * Visits a system as a test of somebody else would, with recordHar and tracing, ends the system, and diagnoses the files.
 */
export async function captured(system: Unseen, authority: Authority | undefined): Promise<Captures> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'captures-'));
  const files = { har: path.join(folder, 'page.har'), trace: path.join(folder, 'trace.zip') };
  try {
    await visitRecorded(system, authority, files);
    return { har: await diagnoseCapture({ har: files.har }), trace: await diagnoseCapture({ trace: files.trace }) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function visitRecorded(
  system: Unseen,
  authority: Authority | undefined,
  files: { har: string; trace: string },
): Promise<void> {
  const world = new World();
  try {
    const { url } = await system.start(world, authority);
    const browser = await launchBrowser({ rules: world.rules, hermetic: true });
    try {
      const context = await browser.newContext({ recordHar: { path: files.har } });
      await context.tracing.start({ snapshots: true });
      const page = await context.newPage();
      const recorder = await record(context, page);
      await page.goto(url, { timeout: 8000, waitUntil: 'domcontentloaded' }).catch(() => undefined);
      await recorder.settled({ quietMs: 1500, timeoutMs: 5000 });
      await context.tracing.stop({ path: files.trace });
      await context.close();
    } finally {
      await browser.close();
    }
  } finally {
    await world.stop();
  }
}
