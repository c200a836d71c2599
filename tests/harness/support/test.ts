// What the tests of this folder share.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test as base } from '@playwright/test';
import { Copy } from './project.ts';

export { expect } from '@playwright/test';

export const test = base.extend<{ folder: string; copy: Copy }>({
  // A folder for one test, removed after it.
  folder: async ({}, use) => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'sintoma-test-'));
    await use(folder);
    rmSync(folder, { recursive: true, force: true });
  },
  // A copy of the fixture's project for one test, removed after it.
  copy: async ({}, use) => {
    const copy = new Copy();
    await use(copy);
    rmSync(copy.path, { recursive: true, force: true });
  },
});
