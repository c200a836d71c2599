// Pages and schemas that are made from the code are as the code has it.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { generated } from '../../docs/generate.ts';
import { ROOT } from '../../harness/common/paths.ts';

test('the picture of the layers, what consoles say, the list of causes and the published schemas', async () => {
  // 16 s on an idle machine, and many times that on a busy one.
  test.setTimeout(240_000);
  for (const [file, text] of Object.entries(await generated())) {
    expect(readFileSync(path.join(ROOT, file), 'utf8'), `${file}: run npm run generate`).toBe(text);
  }
});
