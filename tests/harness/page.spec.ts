// The page that people read, in a real browser: under a strict policy, without script, on a phone, by keyboard.
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import AxeBuilder from '@axe-core/playwright';
import { chromium, type Browser, type BrowserContextOptions, type Page } from '@playwright/test';
import { chromiumPath } from '../../harness/browser/launch.ts';
import { pagesOf } from '../../harness/page/pages.ts';
import { resultSchema } from '../../harness/result/schema.ts';
import { HOSTILE, MARKUP, resultOf } from './support/result.ts';
import { expect, test as base } from './support/test.ts';

/** What Jenkins sends with a file of a build, where nobody changed it. */
const JENKINS = "sandbox; default-src 'none'; img-src 'self'; style-src 'self';";
const INDEX = 'index.html';
const SCENARIO = 'page/system-0/scenario-0.html';
const TYPES: Readonly<Record<string, string>> = { html: 'text/html', css: 'text/css', json: 'application/json' };

interface Site {
  url: string;
  /** Paths that were asked for. */
  asked: string[];
}

/** Serves pages, with a policy if there is one. */
async function serve(pages: ReadonlyMap<string, string>, policy?: string): Promise<Site & { close: () => void }> {
  const asked: string[] = [];
  const server = http.createServer((request, response) => {
    const file = decodeURIComponent((request.url ?? '').slice(1));
    asked.push(file);
    const text = pages.get(file);
    response.writeHead(text === undefined ? 404 : 200, {
      'Content-Type': `${TYPES[file.split('.').at(-1) ?? ''] ?? 'text/plain'}; charset=utf-8`,
      ...(policy === undefined ? {} : { 'Content-Security-Policy': policy }),
    });
    response.end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return { url, asked, close: () => server.close() };
}

type Opened = Page & { complaints: string[] };

const test = base.extend<
  { open: (site: Site, file: string, options?: BrowserContextOptions) => Promise<Opened> },
  { chrome: Browser; strict: Site; plain: Site }
>({
  chrome: [
    async ({}, use) => {
      const browser = await chromium.launch({ executablePath: chromiumPath(true) });
      await use(browser);
      await browser.close();
    },
    { scope: 'worker' },
  ],
  strict: [
    async ({}, use) => {
      const site = await serve(pagesOf(resultOf(12)), JENKINS);
      await use(site);
      site.close();
    },
    { scope: 'worker' },
  ],
  plain: [
    async ({}, use) => {
      const site = await serve(pagesOf(resultOf(12)));
      await use(site);
      site.close();
    },
    { scope: 'worker' },
  ],
  open: async ({ chrome }, use) => {
    const contexts: { close: () => Promise<void> }[] = [];
    await use(async (site, file, options = {}) => {
      const context = await chrome.newContext(options);
      contexts.push(context);
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on('console', (line) => complaints.push(line.text()));
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('dialog', (dialog) => {
        complaints.push(dialog.message());
        void dialog.dismiss();
      });
      page.on('request', (request) => {
        if (!request.url().startsWith(site.url)) complaints.push(request.url());
      });
      await page.goto(`${site.url}${file}`);
      return Object.assign(page, { complaints });
    });
    await Promise.all(contexts.map((context) => context.close()));
  },
});

test.use({ trace: 'off', screenshot: 'off' });

test('the result of these tests has the published form', () => {
  expect(resultSchema.safeParse(resultOf(12)).error).toBeUndefined();
});

for (const file of [INDEX, SCENARIO]) {
  for (const width of [400, 900, 1400]) {
    test(`${file} at ${width} px, under Jenkins' policy: it has its styles, and does not overflow`, async ({
      open,
      strict,
    }) => {
      const page = await open(strict, file, { viewport: { width, height: 800 } });
      const widest = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(widest).toBeLessThanOrEqual(width);
      const overlapping = await page.locator('th.seen span').evaluateAll((spans) =>
        spans
          .filter((span) => {
            const cell = span.closest('th')?.getBoundingClientRect();
            return cell !== undefined && cell.bottom < span.getBoundingClientRect().top + span.scrollHeight;
          })
          .map(({ textContent }) => textContent),
      );
      expect(overlapping).toEqual([]);
      await expect(page.locator('.badge').first()).toHaveCSS('border-radius', '4.8px');
      expect(page.complaints.filter((text) => !/\.jpg/.test(text))).toEqual([]);
    });
  }

  for (const colorScheme of ['light', 'dark'] as const) {
    test(`${file}, ${colorScheme}: axe finds nothing`, async ({ open, plain }) => {
      const page = await open(plain, file, { colorScheme });
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)).toEqual([]);
    });
  }

  test(`${file} asks nobody but its own folder, and runs nothing of what pages said`, async ({ open, plain }) => {
    // Without a policy: it is the page itself that keeps it inert.
    const page = await open(plain, file);
    await expect(page.locator('script, iframe, object, embed, base, form')).toHaveCount(0);
    await expect(page.locator('[onerror], [onload], [style]')).toHaveCount(0);
    expect(page.complaints).toEqual([]);
    const text = await page.locator('body').innerText();
    expect(text).toContain(MARKUP);
    expect(text).toContain('\\u001b[31mred');
    expect(text).toContain('\\u202egnp.exe');
    // eslint-disable-next-line no-control-regex
    expect(text).not.toMatch(/[\u001b\u0007\u202e\u200f]/);
  });
}

test('without script, all is there: folded parts open, links lead on', async ({ open, strict }) => {
  const page = await open(strict, SCENARIO, { javaScriptEnabled: false });
  const folded = page.locator('details', { hasText: 'What was asked' }).first();
  await expect(folded.locator('table')).toBeHidden();
  await folded.locator('summary').click();
  await expect(folded.locator('table')).toContainText('does site.test resolve?');
  await page.getByRole('link', { name: 'All scenarios' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('What was proven');
});

test('by keyboard alone: to the content, into a table, to a scenario, and what is folded', async ({ open, strict }) => {
  const page = await open(strict, INDEX, { viewport: { width: 400, height: 800 } });
  const focused = page.locator(':focus');
  await page.keyboard.press('Tab');
  await expect(focused).toHaveText('Skip to the content');
  await page.keyboard.press('Enter');
  expect(page.url()).toContain('#main');
  const matrix = page.getByRole('region', { name: 'Matrix of system-0' });
  for (let presses = 0; presses < 12; presses += 1) {
    await page.keyboard.press('Tab');
    if (await matrix.evaluate((element) => element === document.activeElement)) break;
  }
  await expect(matrix).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => matrix.evaluate((element) => element.scrollLeft)).toBeGreaterThan(0);
  await page.keyboard.press('Tab');
  await expect(focused).toHaveText('scenario-0');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('system-0/scenario-0');
  const summary = page.locator('summary', { hasText: 'What was asked' });
  await summary.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByText('does site.test resolve?').first()).toBeVisible();
});

test('the way of a message: a tick only where a reading shows it, and in words', async ({ open, plain }) => {
  const page = await open(plain, SCENARIO);
  const way = page.getByRole('list', { name: 'Way of a message: As it was visited' });
  await expect(way.getByRole('listitem')).toHaveText([
    /✓ page in the browser: works/,
    /✓ name: works/,
    /✗ TCP and TLS: broken/,
    ...Array.from({ length: 5 }, () => /·.*: not reached/),
  ]);
});

test('the timeline has a lane of what the containers said', async ({ open, plain }) => {
  const page = await open(plain, SCENARIO);
  await page.getByText(/^The events as a table/).click();
  const row = page.getByRole('region', { name: 'Events' }).getByRole('row').filter({ hasText: 'proxy: [error]' });
  await expect(row.getByRole('cell').nth(2)).toHaveText('logs');
  await expect(row.getByRole('cell').nth(0)).toHaveText('0.000 s');
});

test('the words to paste are all in one place, and mention nobody', async ({ open, plain }) => {
  const page = await open(plain, SCENARIO);
  const text = await page.getByLabel(/^Markdown/).inputValue();
  for (const part of ['What was seen', 'Cause', 'Why', 'Ruled out', 'Repair', 'Versions', 'See it again'])
    expect(text).toContain(`### ${part}\n`);
  const fences = text.split(/^```/m).filter((_, index) => index % 2 === 0);
  for (const prose of fences) {
    const live = prose.replace(/`[^`]*`/g, '');
    expect(live).not.toMatch(/(?<!\\)<(?:img|script)/);
    expect(live).not.toMatch(/@someone|#12\b/);
  }
});

test('150 scenarios: small, bounded, and open at once', async ({ open }) => {
  const pages = pagesOf(resultOf(150));
  const size = (file: string): number => Buffer.byteLength(pages.get(file) ?? '');
  expect(size(INDEX)).toBeLessThan(3_000_000);
  // Its error has 10,000 lines.
  expect(size(SCENARIO)).toBeLessThan(200_000);
  const site = await serve(pages, JENKINS);
  const page = await open(site, INDEX);
  await expect(page.getByRole('link', { name: 'scenario-149' })).toBeAttached();
  expect(site.asked.filter((file) => file !== 'favicon.ico')).toEqual([INDEX, 'page/style.css']);
  site.close();
});

test('a document at hand is shown line by line, each with what runs say of it', async ({ open }) => {
  const lines = Array.from({ length: 40 }, (_, index) => (index === 2 ? HOSTILE : `line ${index + 1}`));
  // What was at line 12 is gone; everything else is where it was.
  const placeOf = ({ lines: place }: { lines: [number, number] }) => (place[0] === 12 ? undefined : place);
  const site = await serve(pagesOf(resultOf(2), new Map([['guide', { lines, placeOf }]])), JENKINS);
  const page = await open(site, INDEX);
  const rows = page.getByRole('region', { name: 'Text of guide' }).locator('tbody tr');
  await expect(rows).toHaveCount(40);
  await expect(rows.nth(2)).toContainText(MARKUP);
  const standings = [3, 4, 9, 12, 20, 25, 30, 40].map((line) =>
    rows
      .nth(line - 1)
      .locator('td')
      .first(),
  );
  const classes = await Promise.all(standings.map((cell) => cell.getAttribute('class')));
  expect(classes).toEqual(['proven', 'proven', 'corrected', 'plain', 'drifted', 'not-run', 'not-checkable', 'plain']);
  site.close();
});

test('faults by variant: what was played with its cause and what did not come, what was not, and why there is none', async ({
  open,
  plain,
}) => {
  const page = await open(plain, INDEX);
  const rows = page.getByRole('region', { name: 'system-0 by proxy' }).getByRole('row');
  const cells = rows.nth(1).getByRole('cell');
  await expect(cells.nth(1)).toContainText(/failed\s+edge-port-closed\s+never: notes/);
  await expect(cells.nth(2)).toContainText('passed');
  await expect(cells.nth(2).getByRole('link')).toHaveAttribute('href', 'page/system-0/scenario-4.html');
  await expect(cells.nth(3)).toHaveText('not run');
  await expect(cells.nth(4)).toContainText('none: It always listens.');
  await expect(page.getByText('system-9, by proxy'), 'of which nothing was played').toHaveCount(0);
});

test('the first page names what failed and what drifted first', async ({ open, plain }) => {
  const page = await open(plain, INDEX);
  const failed = page.locator('#failed li');
  await expect(failed).toHaveCount(3);
  await expect(failed.nth(0)).toContainText('system-0/scenario-0');
  await expect(failed.nth(2)).toContainText('guide.md:20–22');
  await expect(failed.nth(2)).toContainText(HOSTILE.slice(0, 20));
});
