// Allure's own program makes its report of a run, and a browser shows it.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { chromium } from '@playwright/test';
import { chromiumPath } from '../../harness/browser/launch.ts';
import { ROOT } from '../../harness/common/paths.ts';
import { playwright, run } from './support/command.ts';
import { FIXTURE } from './support/project.ts';
import { test } from './support/stacks.ts';
import { expect } from './support/test.ts';

const ALLURE = path.join(ROOT, 'node_modules/allure/cli.js');

test('the report of Allure shows the scenarios, the cause of a failure as its category, and the environment', async ({
  copy,
  newRun,
}) => {
  test.setTimeout(240_000);
  copy.replace('scenarios/tiny/tiny.scenario.ts', "notes: 'after-reload'", "notes: 'never'");
  const id = newRun();
  const config = path.join(FIXTURE, 'allure.config.ts');
  const played = await playwright(['test', '-c', config], { ...copy.env, SINTOMA_RUN: id });
  expect(played.status, played.err).toBe(1);

  const of = path.join(copy.path, 'reports/runs', id);
  const report = path.join(copy.path, 'allure');
  const made = await run(process.execPath, [
    ...[ALLURE, 'generate', '--config', path.join(of, 'allurerc.json')],
    ...['--output', report, path.join(of, 'allure-results')],
  ]);
  expect(made.status, made.err).toBe(0);

  const browser = await chromium.launch({ executablePath: chromiumPath(true) });
  try {
    const page = await browser.newPage();
    await page.route('http://allure.test/**', async (route) => {
      const { pathname } = new URL(route.request().url());
      const file = path.join(report, pathname === '/' ? 'index.html' : pathname);
      await route.fulfill(existsSync(file) ? { path: file } : { status: 404 });
    });
    await page.goto('http://allure.test/');
    for (const scenario of ['healthy', 'live-off']) await expect(page.getByText(scenario).first()).toBeVisible();
    await expect(page.getByText('Docker.Engine').first()).toBeVisible();
    await page.goto('http://allure.test/#/categories');
    await expect(page.getByText('backend-endpoint-missing').first()).toBeVisible();
  } finally {
    await browser.close();
  }
});
