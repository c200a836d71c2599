// Machines that this one is not: what Linux alone has is said and skipped, the rest works.
import { testTrust } from '../../harness/browser/trust.ts';
import { ownerIsGone, ownerOf } from '../../harness/topology/ownership.ts';
import { sintoma } from './support/command.ts';
import { FIXTURE } from './support/project.ts';
import { SECURE, Sites } from './support/sites.ts';
import { expect, test } from './support/test.ts';

/** Does something while this process takes the machine for another. */
function on<T>(platform: NodeJS.Platform, work: () => T): T {
  const real = process.platform;
  Object.defineProperty(process, 'platform', { value: platform });
  try {
    return work();
  } finally {
    Object.defineProperty(process, 'platform', { value: real });
  }
}

/** A process that takes the machine for another. */
const as = (platform: NodeJS.Platform): NodeJS.ProcessEnv => ({
  NODE_OPTIONS: `--import data:text/javascript,Object.defineProperty(process,'platform',{value:'${platform}'})`,
  // Playwright has no browser of its own for it here.
  SINTOMA_CHROMIUM: testedBrowser,
  SINTOMA_PROJECT: FIXTURE,
});
const testedBrowser = process.env.SINTOMA_CHROMIUM ?? '/usr/bin/chromium';

test('without a store, browsers trust by key: the good pages work, and every bad certificate fails', async () => {
  const trust = on('darwin', testTrust);
  expect(trust).toMatchObject({ env: {}, store: false });
  const sites = new Sites();
  await sites.open(trust);
  try {
    sites.on('/', (_request, response) => void response.end('<!doctype html><title>Good</title>'));
    const { page } = await sites.visitor();
    await page.goto(`${SECURE}/`);
    expect(await page.evaluate(() => [document.title, isSecureContext])).toEqual(['Good', true]);
    for (const port of [8443, 9443, 7443]) {
      await expect(page.goto(`https://localhost:${port}/`)).rejects.toThrow('net::ERR_CERT_AUTHORITY_INVALID');
    }
  } finally {
    await sites.leave();
    await sites.close();
  }
});

test('macOS: set-up needs no certutil, and says what only Linux has', async () => {
  test.skip(process.platform !== 'linux', 'it plays another platform on Linux');
  const { status, out, err } = await sintoma(['setup', 'tiny'], as('darwin'));
  expect(err).toBe('');
  expect(out).toMatch(/✔ browser: .*, not shielded from network changes: that needs Linux$/m);
  expect(out).toMatch(
    /✔ certificates: .* trusted by key, so scenarios about the name or date of a certificate are skip/m,
  );
  expect(out).toMatch(/^ {2}containers can reach this machine, .*: no fence, because it needs Linux$/m);
  expect(status).toBe(0);
});

for (const platform of ['darwin', 'win32'] as const) {
  test(`${platform}: a process that lives is no owner that is gone`, () => {
    on(platform, () => {
      const owner = ownerOf(process.pid);
      expect(ownerIsGone(owner)).toBe(false);
      expect(ownerIsGone(owner.replace(String(process.pid), '99999999'))).toBe(true);
    });
  });
}
