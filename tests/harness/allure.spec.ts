// Allure's own program makes its report of a run, and a browser shows it.
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { chromium } from '@playwright/test';
import { chromiumPath } from '../../harness/browser/launch.ts';
import { ROOT } from '../../harness/common/paths.ts';
import { playwright, run } from './support/command.ts';
import { FIXTURE } from './support/project.ts';
import { test } from './support/stacks.ts';
import { expect } from './support/test.ts';

const ALLURE = path.join(ROOT, 'node_modules/allure/cli.js');

test('the report of Allure shows scenarios, their lines, the cause of a failure as its category, environment and history', async ({
  copy,
  newRun,
}) => {
  test.setTimeout(240_000);
  copy.replace('scenarios/tiny/tiny.scenario.ts', "notes: 'after-reload'", "notes: 'never'");
  copy.replace('scenarios/tiny/topology.ts', '{ tiny: 3 }', "{ tiny: 3, 'docs/tiny.md': 3 }");
  copy.replace('scenarios/tiny/tiny.scenario.ts', "name: 'tiny', lines: [2, 2]", "name: 'docs/tiny.md', lines: [2, 3]");
  const id = newRun();
  const server = {
    GITHUB_WORKSPACE: copy.path,
    GITHUB_SERVER_URL: 'http://forge.test',
    GITHUB_REPOSITORY: 'one/tiny',
    GITHUB_SHA: 'c0ffee',
  };
  const config = path.join(FIXTURE, 'allure.config.ts');
  const played = await playwright(['test', '-c', config], { ...copy.env, ...server, SINTOMA_RUN: id });
  expect(played.status, played.err).toBe(1);

  const of = path.join(copy.path, 'reports/runs', id);
  const report = path.join(of, 'allure');
  // The second report of a run has the first as its history.
  for (const one of ['first', 'second']) {
    rmSync(report, { recursive: true, force: true });
    const made = await run(
      process.execPath,
      [ALLURE, 'generate', '--config', path.join(of, 'allurerc.json'), path.join(of, 'allure-results')],
      {},
      { cwd: copy.path },
    );
    expect(made.status, `${one}: ${made.err}`).toBe(0);
  }

  const browser = await chromium.launch({ executablePath: chromiumPath(true) });
  try {
    const page = await browser.newPage();
    const reports = path.join(copy.path, 'reports');
    await page.route('http://reports.test/**', async (route) => {
      const file = path.join(reports, new URL(route.request().url()).pathname);
      await route.fulfill(existsSync(file) ? { path: file } : { status: 404 });
    });
    const home = `http://reports.test/runs/${id}/allure/index.html`;
    await page.goto(home);
    for (const scenario of ['healthy', 'live-off']) await expect(page.getByText(scenario).first()).toBeVisible();
    await expect(page.getByText('Docker.Engine').first()).toBeVisible();
    await page.goto(`${home}#/categories`);
    await expect(page.getByText('backend-endpoint-missing').first()).toBeVisible();

    await page.goto(home);
    await page.getByText('live-off').first().click();
    await expect(page.getByText(/^History\s*1$/)).toBeVisible();
    await expect(page.getByRole('link', { name: 'docs/tiny.md:2-3' })).toHaveAttribute(
      'href',
      'http://forge.test/one/tiny/blob/c0ffee/docs/tiny.md?plain=1#L2-L3',
    );
  } finally {
    await browser.close();
  }
});
