// What is written: whole or not at all, read with a sentence, kept apart for each run, and swept when nobody owns it.
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { readJson, readOrForget, writeWhole } from '../../harness/common/files.ts';
import { ROOT } from '../../harness/common/paths.ts';
import { LABEL_OWNER, ownerOf } from '../../harness/topology/ownership.ts';
import { playwright, run, sintoma, TYPESCRIPT, TYPESCRIPT_ENV, type Answer } from './support/command.ts';
import { FIXTURE } from './support/project.ts';
import { expect, test } from './support/test.ts';

/** Runs a TypeScript text that may import from harness/. */
async function script(folder: string, text: string, env: NodeJS.ProcessEnv): Promise<Answer> {
  const file = path.join(folder, `script-${process.hrtime.bigint()}.mts`);
  writeFileSync(file, text.replaceAll("'harness/", `'${ROOT}/harness/`));
  return run(process.execPath, [TYPESCRIPT, file], { ...TYPESCRIPT_ENV, ...env });
}

const old = (file: string): void => utimesSync(file, new Date(0), new Date(0));

test.describe('a file', () => {
  test('is written beside the old one, which whoever has it open still reads', ({ folder }) => {
    const file = path.join(folder, 'new/folder/a.json');
    writeWhole(file, 'old text');
    const reader = openSync(file, 'r');
    writeWhole(file, 'new', 0o600);
    expect(readFileSync(reader, 'utf8')).toBe('old text');
    closeSync(reader);
    expect(readFileSync(file, 'utf8')).toBe('new');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(path.dirname(file))).toEqual(['a.json']);
  });

  test('that cannot be written leaves no draft', ({ folder }) => {
    mkdirSync(path.join(folder, 'taken/inside'), { recursive: true });
    expect(() => writeWhole(path.join(folder, 'taken'), 'text')).toThrow();
    expect(readdirSync(folder)).toEqual(['taken']);
  });

  for (const text of ['', '{"a": tr', '[1]', 'null', '\0\0\0']) {
    test(`that holds ${JSON.stringify(text)} is damaged, and is named`, ({ folder }) => {
      const file = path.join(folder, 'a.json');
      writeFileSync(file, text);
      const schema = z.object({ a: z.boolean() });
      expect(() => readJson(file, schema, 'do this')).toThrow(`${file}: is damaged`);
      expect(readOrForget(file, schema, 'it is made anew')).toBeUndefined();
    });
  }

  test('that cannot be read is named, and its reason', ({ folder }) => {
    expect(() => readJson(folder, z.unknown(), 'do this')).toThrow(`${folder}: cannot be read: EISDIR`);
  });
});

test.describe('damaged', () => {
  const DAMAGED = '{"tiny/healthy": tr';

  test('verdicts: claims count nothing as played, and say why', async ({ copy }) => {
    mkdirSync(path.join(copy.path, 'reports'));
    copy.write('reports/verdicts.json', DAMAGED);
    const { status, out, err } = await sintoma(['claims'], copy.env);
    expect(err).toMatch(
      /^sintoma: reports\/harness\/[\w-]+\/reports\/verdicts\.json is damaged: nothing counts as played, until a run makes it anew$/,
    );
    expect(out).toContain('0 drifted');
    expect(status).toBe(0);
  });

  test('verdicts: made anew, by two runs that end together as well', async ({ folder }) => {
    const file = path.join(folder, 'verdicts.json');
    writeFileSync(file, DAMAGED);
    // They begin at one moment, and take turns as often as they can.
    const begin = Date.now() + 3000;
    const add = (id: string): Promise<Answer> =>
      script(
        folder,
        `import { addVerdicts } from 'harness/report/verdicts.ts';
         await new Promise((resolve) => setTimeout(resolve, ${begin} - Date.now()));
         for (let n = 0; n < 200; n += 1) await addVerdicts({ ['tiny/${id}-' + n]: true });`,
        { SINTOMA_REPORTS: folder, SINTOMA_CACHE: path.join(folder, 'cache') },
      );
    const answers = await Promise.all([add('one'), add('two')]);
    expect(answers.map(({ status }) => status)).toEqual([0, 0]);
    expect(Object.keys(JSON.parse(readFileSync(file, 'utf8')) as object)).toHaveLength(400);
    expect(answers.map(({ err }) => err).join('\n')).toMatch(/^sintoma: .*verdicts\.json is damaged: /m);
  });

  test('cache: Compose is asked again', async ({ folder }) => {
    const cache = path.join(folder, 'cache');
    const resolve = (): Promise<Answer> =>
      script(
        folder,
        `import { resolveProject } from 'harness/topology/compose.ts';
         const compose = ${JSON.stringify(path.join(FIXTURE, 'compose/tiny/compose.yaml'))};
         const { services } = await resolveProject({ name: 'tiny', compose, faults: '', addresses: {} }, []);
         console.log(Object.keys(services).join());`,
        { SINTOMA_CACHE: cache },
      );
    expect((await resolve()).out).toBe('web');
    const [name = ''] = readdirSync(path.join(cache, 'compose-config'));
    const file = path.join(cache, 'compose-config', name);
    const whole = readFileSync(file, 'utf8');
    writeFileSync(file, whole.slice(0, 100));
    const { out, err, status } = await resolve();
    expect(err).toBe(`sintoma: ${file} is damaged: Compose is asked again`);
    expect(out).toBe('web');
    expect(status).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe(whole);
    expect((await resolve()).err).toBe('');
  });

  test('what is known of parts: found out again', async ({ folder }) => {
    writeFileSync(path.join(folder, 'parts.json'), '[{"topology":');
    const { out, err } = await script(
      folder,
      `import { readParts } from 'harness/topology/parts.ts';
       console.log(JSON.stringify(readParts()));`,
      { SINTOMA_CACHE: folder },
    );
    expect(out).toBe('[]');
    expect(err).toBe(
      `sintoma: ${path.join(folder, 'parts.json')} is damaged: the next set-up finds out anew what is real`,
    );
  });

  test('a window: named, and what to do', async ({ folder }) => {
    mkdirSync(path.join(folder, 'stacks'));
    writeFileSync(path.join(folder, 'stacks/sintoma-x.window.json'), '{"rules":[');
    const { status, err } = await sintoma(['open', 'sintoma-x'], { SINTOMA_CACHE: folder });
    expect(err).toMatch(/^sintoma: .*sintoma-x\.window\.json: is damaged\n {9}start it again, or: npx sintoma down/);
    expect(status).toBe(1);
  });
});

test.describe('results', () => {
  test('of two runs of one clone at a time: both are kept, each is counted, and latest leads to one of them', async ({
    folder,
  }) => {
    test.setTimeout(240_000);
    const runs = path.join(folder, 'runs');
    const DEAD = `${os.hostname()}/4194303/1`;
    for (let n = 0; n < 12; n += 1) {
      mkdirSync(path.join(runs, `old-${n}`), { recursive: true });
      writeFileSync(path.join(runs, `old-${n}`, '.owner'), n === 0 ? ownerOf(process.pid) : DEAD);
      utimesSync(path.join(runs, `old-${n}`), n, n);
    }
    const play = (name: string, grep: string): Promise<Answer> =>
      playwright(['test', 'cli.spec', '--project', 'harness', '-g', grep], {
        SINTOMA_REPORTS: folder,
        SINTOMA_RUN: name,
      });
    const answers = await Promise.all([play('one', 'help lists'), play('two', 'help lists|help of down')]);
    for (const [index, [name, count]] of [
      ['one', 1],
      ['two', 2],
    ].entries()) {
      const where = path.relative(ROOT, path.join(runs, String(name), 'html/index.html'));
      expect(answers[index]?.out).toContain(`${where} has it all`);
      for (const file of ['html/index.html', 'junit.xml', 'results.json', 'allure-results'])
        expect(existsSync(path.join(runs, String(name), file)), `${String(name)}/${file}`).toBe(true);
      const counted = await run(process.execPath, [path.join(ROOT, 'harness/report/count.js')], {
        SINTOMA_REPORTS: folder,
        SINTOMA_RUN: String(name),
      });
      expect(counted.out).toBe(`${count} passed, 0 failed`);
      // What is no test fails as well: the kill matrix, say.
      const beside = await run(process.execPath, [path.join(ROOT, 'harness/report/count.js'), '1'], {
        SINTOMA_REPORTS: folder,
        SINTOMA_RUN: String(name),
      });
      expect(beside.out).toMatch(new RegExp(`check beside the tests did.*\\n${count} passed, 1 failed$`));
      expect(beside.status).toBe(1);
    }
    expect(['runs/one', 'runs/two']).toContain(readlinkSync(path.join(folder, 'latest')));
    // Ten are kept, and the one that is still going on.
    const left = readdirSync(runs);
    expect(left).toHaveLength(11);
    expect(left).toContain('old-0');
    expect(left).not.toContain('old-3');
  });

  test('of a run that never came to its tests: one failure', async ({ folder }) => {
    const { status, out } = await run(process.execPath, [path.join(ROOT, 'harness/report/count.js')], {
      SINTOMA_REPORTS: folder,
    });
    expect(out).toBe('0 passed, 1 failed');
    expect(status).toBe(1);
  });
});

test('what killed processes leave in cache and temporary folder is swept, and nothing else', async ({ folder }) => {
  // A short path: see LONGEST_TEMPORARY.
  const base = mkdtempSync('/tmp/f-');
  const [cache, temporary] = [path.join(base, 'cache'), path.join(base, 'tmp')];
  const dead = `${os.hostname()}/4194303/1`;
  const alive = ownerOf(process.pid);
  const stack = (owner: string): string => `services:\n  web:\n    labels:\n      ${LABEL_OWNER}: ${owner}\n`;
  const files: Record<string, string> = {
    'cache/stacks/sintoma-dead.yaml': stack(dead),
    'cache/stacks/sintoma-alive.yaml': stack(alive),
    'cache/stacks/sintoma-elsewhere.yaml': stack('another-machine/1/1'),
    'cache/stacks/sintoma-kept.yaml': stack('kept'),
    'cache/stacks/sintoma-kept.window.json': '{}',
    'cache/stacks/sintoma-begun.yaml': stack('kept'),
    'cache/stacks/sintoma-gone.yaml': stack('kept'),
    'cache/stacks/sintoma-gone.window.json': '{}',
    'cache/stacks/build-dead.json': JSON.stringify({ 'x-sintoma-owner': dead, services: {} }),
    'cache/stacks/build-alive.json': JSON.stringify({ 'x-sintoma-owner': alive, services: {} }),
    'cache/stacks/draft.yaml.0a0a0a0a.tmp': '',
    'cache/kept/one.json': '["sintoma-kept"]',
    'cache/kept/two.json': '["sintoma-gone"]',
    'cache/compose-config/old.json': '{}',
    'cache/compose-config/new.json': '{}',
    'cache/parts.json': '[]',
    'tmp/another-program/file': '',
    'tmp/sintoma-profile-new/file': '',
    'tmp/sintoma-profile-old/file': '',
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(base, name)), { recursive: true });
    writeFileSync(path.join(base, name), text);
  }
  // Chromium's own note of who is on a profile.
  for (const [name, pid] of [
    ['open', process.pid],
    ['killed', 4_194_303],
  ] as const) {
    mkdirSync(path.join(temporary, `sintoma-profile-${name}`));
    symlinkSync(`${os.hostname()}-${pid}`, path.join(temporary, `sintoma-profile-${name}/SingletonLock`));
  }
  for (const name of ['kept.yaml', 'kept.window.json', 'gone.yaml', 'gone.window.json', 'elsewhere.yaml'])
    old(path.join(cache, `stacks/sintoma-${name}`));
  for (const name of ['stacks/draft.yaml.0a0a0a0a.tmp', 'kept/one.json', 'kept/two.json', 'compose-config/old.json'])
    old(path.join(cache, name));
  for (const name of ['sintoma-profile-old', 'another-program', 'sintoma-profile-open'])
    old(path.join(temporary, name));
  const { out, err } = await script(
    folder,
    `import { sweepFiles, useTemporaryFolder } from 'harness/topology/leftovers.ts';
     const tmp = process.env.TMPDIR;
     for (const owner of ${JSON.stringify([dead, alive])}) {
       useTemporaryFolder(owner);
       for (const name of ['TMPDIR', 'TEMP', 'TMP']) process.env[name] = tmp;
     }
     console.log(sweepFiles(new Set(['sintoma-kept'])));`,
    { SINTOMA_CACHE: cache, TMPDIR: temporary },
  );
  expect(err).toBe('');
  expect(out).toBe('10');
  expect(readdirSync(path.join(cache, 'stacks'))).toEqual([
    'build-alive.json',
    'sintoma-alive.yaml',
    'sintoma-begun.yaml',
    'sintoma-elsewhere.yaml',
    'sintoma-kept.window.json',
    'sintoma-kept.yaml',
  ]);
  expect(readdirSync(path.join(cache, 'kept'))).toEqual(['one.json']);
  expect(readdirSync(path.join(cache, 'compose-config'))).toEqual(['new.json']);
  expect(readdirSync(temporary).filter((name) => !/^(jiti|node-)/.test(name))).toEqual([
    'another-program',
    'sintoma-profile-new',
    'sintoma-profile-open',
    expect.stringMatching(new RegExp(`^sintoma-tmp-[0-9a-f]{6}-${process.pid}-`)),
  ]);
  rmSync(base, { recursive: true });
});
