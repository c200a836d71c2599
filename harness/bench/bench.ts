/**
 * What Sintoma costs beyond the bare tools, side by side in one run: `npm run bench [-- --topology balancas --runs 5]`.
 * Adds to reports/bench.json, by topology, and prints a table. Nothing here passes or fails.
 */
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { Command } from 'commander';
import { execa } from 'execa';
import { z } from 'zod';
import { launchBrowser } from '../browser/launch.ts';
import { testTrust } from '../browser/trust.ts';
import { readOrForget, writeWhole } from '../common/files.ts';
import { REPORTS, ROOT } from '../common/paths.ts';
import { setup } from '../setup/setup.ts';
import { loadTopology } from '../scenario/load.ts';
import type { Scenario } from '../scenario/schema.ts';
import { leave, playRepair, playSymptom, start, type Place } from '../suite/play.ts';
import { Stage, stackFor } from '../suite/stage.ts';
import { currentRun, LABEL_RUN, removeWhere } from '../topology/ownership.ts';
import { newEngine } from '../topology/engine.ts';
import type { Stack } from '../topology/stack.ts';

/** One measured way of doing it: durations in ms. */
interface Row {
  name: string;
  durations: number[];
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/**
 * The same files and images by the bare tools: up --wait, a visit that waits for the page's own sign of life, down.
 * The override with the images is the one that the stack wrote.
 */
async function bare(stack: Stack, scenario: Scenario): Promise<void> {
  const flags = ['compose', '-p', 'sintoma-bench-bare', ...stack.files().flatMap((file) => ['-f', file])];
  await execa('docker', [...flags, 'up', '-d', '--wait', '--no-build']);
  try {
    const published = async (service: string, port: number): Promise<number> => {
      const { stdout } = await execa('docker', [...flags, 'port', service, String(port)]);
      return Number(stdout.split(':').at(-1));
    };
    const rules = await Promise.all(
      Object.entries(stack.configuration.addresses).flatMap(([documented, to]) =>
        typeof to === 'object' && documented.startsWith(`${new URL(scenario.visit).hostname}:`)
          ? [
              published(to.service, to.port).then((port) => ({
                host: new URL(scenario.visit).hostname,
                port: Number(documented.split(':').at(-1)),
                to: { address: '127.0.0.1', port },
              })),
            ]
          : [],
      ),
    );
    const browser = await launchBrowser({ rules, hermetic: true, trust: testTrust() });
    const page = await browser.newPage();
    // The containers run, but nothing tells when they serve: ask until the page comes.
    while (
      !(await page.goto(scenario.visit).then(
        (answer) => answer?.ok(),
        () => false,
      ))
    );
    await browser.close();
  } finally {
    await execa('docker', [...flags, 'down', '-t', '1', '-v']);
  }
}

/** One scenario with its repairs on a running stack, as the suite plays it. */
async function play(place: Place, scenario: Scenario): Promise<void> {
  const { stack } = place;
  await start(stack, scenario);
  await playSymptom(place, scenario);
  for (const [index, repair] of scenario.repairs.entries()) {
    if (index > 0 && !scenario.repairs[index - 1]?.fails) await start(stack, scenario);
    await playRepair(place, scenario, repair);
  }
  await leave(stack, scenario);
}

async function main(): Promise<void> {
  const { topology: name, runs } = new Command('bench')
    .option('--topology <name>', 'which', 'balancas')
    .option('--runs <n>', 'how often each is measured', Number, 5)
    .parse()
    .opts<{ topology: string; runs: number }>();
  const { run } = currentRun();
  const ready = await timed(() => setup({ install: false, topologies: [name] }));
  const { definition, scenarios: all, checks } = await loadTopology(name);
  const scenarios = all.filter(({ tags }) => !tags.includes('@slow'));
  const healthy = scenarios.find(({ cause }) => cause === 'none');
  if (!healthy) throw new Error(`${name} has no healthy scenario`);
  const rows: Row[] = [
    { name: '(a) bare: compose up --wait, visit, down', durations: [] },
    { name: '(b) Sintoma cold: the same with evidence, delivery, comparison', durations: [] },
    { name: '(c) Sintoma on a kept stack: one scenario', durations: [] },
    { name: '(d) one scenario after the other on it: switch, symptom, repairs', durations: [] },
    { name: '(e) the whole topology: npx playwright test --project', durations: [] },
  ];
  const [a, b, c, d, e] = rows as [Row, Row, Row, Row, Row];
  const stage = new Stage(99);
  const stack = stackFor(definition, 99);
  const place: Place = { stage, stack, topology: definition };
  try {
    // Writes the override that (a) shares, and warms the page cache for both alike.
    await start(stack, healthy);
    await stack.down({ keepFiles: true });
    for (let round = 0; round < runs; round += 1) {
      a.durations.push(await timed(() => bare(stack, healthy)));
      b.durations.push(
        await timed(async () => {
          await start(stack, healthy);
          await playSymptom(place, healthy);
          await stack.down({ keepFiles: true });
        }),
      );
      await stage.close();
    }
    await start(stack, healthy);
    for (let round = 0; round < runs; round += 1) {
      c.durations.push(
        await timed(async () => {
          await start(stack, healthy);
          await playSymptom(place, healthy);
        }),
      );
    }
    for (const scenario of scenarios.filter(({ cause }) => cause !== 'none')) {
      d.durations.push(await timed(() => play(place, scenario)));
    }
  } finally {
    await stage.close();
    await stack.down();
    await removeWhere(newEngine(), (labels) => labels[LABEL_RUN] === run);
  }
  // A run of its own: not this one's identity, and not its reports.
  const env = { SINTOMA_RUN: undefined, SINTOMA_OWNER: undefined, SINTOMA_REPORTS: path.join(REPORTS, 'bench') };
  e.durations.push(
    await timed(async () => {
      const args = ['playwright', 'test', '--project', name, '--reporter', 'dot'];
      const { exitCode, stdout } = await execa('npx', args, { env, cwd: ROOT, reject: false });
      if (exitCode !== 0) {
        console.error(`the run of ${name} did not pass, so its time says nothing:\n${stdout}`);
        process.exitCode = 1;
      }
    }),
  );
  const seconds = (ms: number): string => (ms / 1000).toFixed(2).padStart(7);
  console.log(`\n${name}: set-up with all present ${seconds(ready)} s\n`);
  console.log(`${''.padEnd(64)} median    min     max   (s)  runs`);
  for (const { name: what, durations } of rows) {
    console.log(
      `${what.padEnd(62)} ${seconds(median(durations))} ${seconds(Math.min(...durations))} ${seconds(Math.max(...durations))}  ${String(durations.length).padStart(7)}`,
    );
  }
  const each = seconds(median(e.durations) / scenarios.length).trim();
  console.log(`\n(b)/(a) ${(median(b.durations) / median(a.durations)).toFixed(2)}`);
  console.log(`(e) is ${scenarios.length} scenarios and ${checks.length} checks: ${each} s a scenario`);
  const file = path.join(REPORTS, 'bench.json');
  const earlier = readOrForget(file, z.looseObject({}), 'it begins anew');
  const measured = { when: new Date().toISOString(), setupMs: ready, rows };
  writeWhole(file, JSON.stringify({ ...earlier, [name]: measured }, null, 1));
}

await main();
