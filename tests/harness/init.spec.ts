// `sintoma init` in repositories of others: what it writes is green at once, and what it cannot answer it says.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import Docker from 'dockerode';
import { stripVTControlCharacters } from 'node:util';
import { execa } from 'execa';
import { findProgram } from '../../harness/common/which.ts';
import { LABEL_CLONE, cloneOf } from '../../harness/topology/ownership.ts';
import { environment, run, SINTOMA, sintoma, type Answer } from './support/command.ts';
import { copyForeign, filesIn, installed, linkPlaywright, type Foreign } from './support/foreign.ts';
import { until } from './support/stacks.ts';
import { expect, test as base } from './support/test.ts';

const NOTE = 'POST /api/notes {"text":"{message}"}';

const test = base.extend<{ board: string }>({
  board: async ({ folder }, use) => {
    copyForeign('board', folder, { type: 'module' });
    linkPlaywright(folder);
    await use(folder);
  },
});

/** Runs `sintoma init` of this repository in a folder. */
const init = (cwd: string, ...args: string[]): Promise<Answer> =>
  sintoma(['init', ...args], {}, { cwd, timeout: 180_000 });

/** Names of what a project's runs have left on the engine. */
async function leftOf(folder: string): Promise<string[]> {
  const filters = { label: [`${LABEL_CLONE}=${cloneOf(folder)}`] };
  const docker = new Docker();
  const [containers, networks, volumes] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listNetworks({ filters }),
    docker.listVolumes({ filters }),
  ]);
  const names = [
    containers.map(({ Id }) => Id),
    networks.map(({ Name }) => Name),
    volumes.Volumes.map(({ Name }) => Name),
  ];
  return names.flat();
}

test.describe('a system of others, with the package installed', () => {
  test.describe.configure({ mode: 'serial' });

  let modules: string;
  const folders: string[] = [];

  const newFolder = (): string => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'sintoma-foreign-'));
    folders.push(folder);
    return folder;
  };

  test.beforeAll(() => {
    test.setTimeout(120_000);
    modules = installed(newFolder());
  });

  test.afterAll(() => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  const project = (name: Foreign, manifest: object): string => {
    const folder = newFolder();
    copyForeign(name, folder, manifest);
    symlinkSync(modules, path.join(folder, 'node_modules'));
    return folder;
  };

  const here = (folder: string, program: string, ...args: string[]): Promise<Answer> =>
    run(process.execPath, [path.join(folder, 'node_modules', program), ...args], {}, { cwd: folder, timeout: 240_000 });

  const COMMAND = 'sintoma/harness/cli/sintoma.js';
  const PLAYWRIGHT = '@playwright/test/cli.js';

  const hash = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');

  test('sockets, .env, a fixed port and names, ids that vary, a timer: green at once, and again', async () => {
    test.setTimeout(300_000);
    const folder = project('board', { type: 'module' });
    const compose = path.join(folder, 'compose.yaml');
    const before = [hash(compose), filesIn(folder)] as const;
    const { status, out, err } = await here(folder, COMMAND, 'init', '--publish', NOTE);
    expect(status, `${out}\n${err}`).toBe(0);
    expect(out).toContain('2 passed');
    expect(out).toContain('Play them again:  npx playwright test --project board-dev');
    const own = [
      'board-dev.spec.ts',
      'faults/web-stopped.yaml',
      'healthy.scenario.ts',
      'topology.ts',
      'web-stopped.scenario.ts',
    ];
    expect(filesIn(folder)).toEqual(
      [
        ...before[1],
        ...['.agents/skills/sintoma/SKILL.md', '.github/workflows/sintoma.yaml', 'playwright.config.ts'],
        ...own.map((file) => `scenarios/board-dev/${file}`),
      ].sort(),
    );
    expect(hash(compose)).toBe(before[0]);
    const healthy = readFileSync(path.join(folder, 'scenarios/board-dev/healthy.scenario.ts'), 'utf8');
    expect(healthy).toContain("answered('GET', /^http:\\/\\/localhost:28081\\/api\\/notes\\?visit=[^&]*$/, 200)");
    expect(healthy).toContain("may(many(answered('GET', 'http://localhost:28081/api/health', 200)))");
    expect(healthy).toContain('openSocket(/^ws:\\/\\/localhost:28081\\/live\\?visit=[^&]*$/)');
    expect(healthy).toContain("delivery: { messages: 'live' }");
    const broken = readFileSync(path.join(folder, 'scenarios/board-dev/web-stopped.scenario.ts'), 'utf8');
    expect(broken).toContain("cause: 'edge-port-closed'");
    expect(await leftOf(folder)).toEqual([]);

    const again = await here(folder, PLAYWRIGHT, 'test', '--project', 'board-dev');
    expect(again.out).toContain('2 passed');

    // What was written notices a change of the system.
    const server = path.join(folder, 'server.mjs');
    writeFileSync(
      server,
      readFileSync(server, 'utf8').replace('for (const socket of sockets)', 'for (const socket of [])'),
    );
    const changed = await here(folder, PLAYWRIGHT, 'test', '--project', 'board-dev', '-g', 'healthy');
    expect(changed.out).toContain('- expected  messages: live');
    expect(changed.status).toBe(1);
  });

  test('a proxy before an event stream, in a folder, in a project of CommonJS that has tests of its own', async () => {
    test.setTimeout(300_000);
    const folder = project('feed', { name: 'feed' });
    const config = path.join(folder, 'playwright.config.js');
    writeFileSync(config, "module.exports = { testDir: './e2e' };\n");
    mkdirSync(path.join(folder, '.git'));
    const publish = 'POST app:3000/publish text={message}';
    const visit = 'http://feed.example.com/';
    const initAs = (name: string, ...more: string[]): Promise<Answer> =>
      here(folder, COMMAND, 'init', '--visit', visit, '--publish', publish, '--name', name, ...more);
    const { status, out, err } = await initAs('news');
    expect(status, `${out}\n${err}`).toBe(0);
    expect(out).toContain('2 passed');
    expect(out).toContain('npx playwright test --config playwright.sintoma.config.ts --project news');
    expect(out).toMatch(
      /^playwright\.config\.js stays as it is; playwright\.sintoma\.config\.ts plays the scenarios\.$/m,
    );
    expect(out).toContain("testIgnore: 'scenarios/**'");
    expect(out).toContain('take a symptom of docs/deployment.md');
    expect(readFileSync(config, 'utf8')).toBe("module.exports = { testDir: './e2e' };\n");
    const topology = readFileSync(path.join(folder, 'scenarios/news/topology.ts'), 'utf8');
    expect(topology).toContain("compose: '../../deploy/docker-compose.yml'");
    expect(topology).toContain("ports: ['app:3000']");
    expect(topology).toMatch(/ready: \{ proxy: .*, app: \{ tcp: 3000 \} \},/);
    expect(topology).toContain("'feed.example.com:80': 'proxy:8080'");
    expect(topology).toContain("subscribed: connected('http://feed.example.com/events', 'welcome: 1')");
    expect(readFileSync(path.join(folder, '.github/workflows/sintoma.yaml'), 'utf8')).toContain(
      'npx playwright test --config playwright.sintoma.config.ts',
    );
    expect(await leftOf(folder)).toEqual([]);

    // A second time, under the same name and under another.
    const files = filesIn(folder);
    const same = await initAs('news');
    expect(same.err).toMatch(/^sintoma: scenarios\/news\/topology\.ts exists already, and nothing is overwritten$/m);
    expect(same.status).toBe(2);
    const other = await initAs('other', '--dry-run');
    expect(other.out).toContain('5 files would be written:');
    expect(other.status).toBe(0);
    expect(filesIn(folder)).toEqual(files);
  });
});

test.describe('a system that is not in order: nothing is written', () => {
  test('the message is refused: what was answered', async ({ board }) => {
    test.setTimeout(200_000);
    const files = filesIn(board);
    const { status, out, err } = await init(board, '--publish', 'POST /api/note {"text":"{message}"}');
    expect(out).toContain('a message was published; it was not taken: answered 404');
    expect(out).not.toContain('What sintoma diagnose says');
    expect(err).toMatch(/^sintoma: the system is not as it should be, so nothing was written$/m);
    expect(err).toMatch(/^ {9}correct --publish, and run again$/m);
    expect(status).toBe(1);
    expect(filesIn(board)).toEqual(files);
    expect(await leftOf(board)).toEqual([]);
  });

  test('the page does not take messages: what is seen, and what the diagnosis says', async ({ board }) => {
    test.setTimeout(200_000);
    const server = path.join(board, 'server.mjs');
    writeFileSync(server, readFileSync(server, 'utf8').replace("server.on('upgrade'", "server.on('never'"));
    const files = filesIn(board);
    const { status, out, err } = await init(board, '--publish', NOTE);
    expect(out).toContain('a message was published; it was taken; the page shows it only after a reload');
    expect(out).toMatch(/^What sintoma diagnose says\n.*faulty: backend-/m);
    expect(err).toMatch(/^sintoma: the system is not as it should be, so nothing was written$/m);
    expect(status).toBe(1);
    expect(filesIn(board)).toEqual(files);
    expect(await leftOf(board)).toEqual([]);
  });

  test('a service that does not start: its last lines', async ({ board }) => {
    writeFileSync(path.join(board, 'server.mjs'), "console.log('no database'); process.exit(3);\n");
    const compose = path.join(board, 'compose.yaml');
    writeFileSync(compose, readFileSync(compose, 'utf8').replace('    restart: unless-stopped\n', ''));
    const { status, err } = await init(board, '--publish', NOTE);
    expect(err).toMatch(/^sintoma: service "web" ended with exit code 3; its last lines:\n {4}no database$/m);
    expect(status).toBe(1);
    expect(await leftOf(board)).toEqual([]);
  });
});

test('--dry-run prints the files and writes none; a command publishes', async ({ board }) => {
  test.setTimeout(200_000);
  const files = filesIn(board);
  const post = `fetch('http://127.0.0.1:8080/api/notes', { method: 'POST', body: JSON.stringify({ text: '{message}' }) })`;
  const { status, out, err } = await init(board, '--dry-run', '--name', 'b2', '--publish', `web: node -e "${post}"`);
  expect(status, `${out}\n${err}`).toBe(0);
  expect(out).toContain('--- scenarios/b2/topology.ts');
  expect(out).toContain("publish: byCommand('web', 'node -e \"fetch(");
  expect(out).toContain('8 files would be written:');
  expect(filesIn(board)).toEqual(files);
  expect(await leftOf(board)).toEqual([]);
});

/** Ends `sintoma init` by Ctrl-C once something is so. Returns what it says and leaves. */
async function interrupt(board: string, more: NodeJS.ProcessEnv, when: (said: string) => boolean): Promise<object> {
  const child = execa(process.execPath, [SINTOMA, 'init', '--publish', NOTE], {
    cwd: board,
    extendEnv: false,
    env: environment(more),
    reject: false,
    detached: true,
    stdin: 'ignore',
  });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await until(async () => when(said), 'the first visit', 120_000);
  process.kill(-(child.pid ?? 0), 'SIGINT');
  const { exitCode, stderr } = await child;
  return { exitCode, stderr, files: filesIn(board), left: await leftOf(board) };
}

/** What is to be seen of it. */
const interrupted = (files: ReturnType<typeof filesIn>): object => ({
  exitCode: 130,
  stderr: '\ninterrupted: removing what was started; nothing was written',
  files,
  left: [],
});

test('Ctrl-C: what was started is removed, and nothing is written', async ({ board }) => {
  test.setTimeout(200_000);
  const files = filesIn(board);
  expect(await interrupt(board, {}, (said) => said.includes('open the page'))).toEqual(interrupted(files));
});

test('Ctrl-C while the browser starts: that it ends is not told as a failure', async ({ board }) => {
  test.setTimeout(200_000);
  const [browser, started] = [path.join(board, 'browser'), path.join(board, 'started')];
  const files = [...filesIn(board), 'browser', 'started'].sort();
  writeFileSync(browser, `#!/bin/sh\ntouch '${started}'\nsleep 0.5\nexit 1\n`, { mode: 0o755 });
  expect(await interrupt(board, { SINTOMA_CHROMIUM: browser }, () => existsSync(started))).toEqual(interrupted(files));
});

test('at a terminal: two questions, an answer that can be corrected, and Ctrl-C', async ({ board }) => {
  const script = findProgram('script');
  test.skip(!script || process.platform !== 'linux', 'needs the command script of util-linux');
  const files = filesIn(board);
  const child = execa(script ?? '', ['-qec', `"${process.execPath}" "${SINTOMA}" init`, '/dev/null'], {
    cwd: board,
    extendEnv: false,
    env: environment({ TERM: 'xterm' }),
    reject: false,
    stdin: 'pipe',
    timeout: 60_000,
  });
  const steps: [seen: string, typed: string][] = [
    ['Which address do readers open? (http://localhost:28081/)', '\r'],
    ['How is a message published?', 'shout\r'],
    ['"shout" is no way to publish', '\x03'],
  ];
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += stripVTControlCharacters(chunk.toString());
    const [step] = steps;
    if (step === undefined || !said.includes(step[0])) return;
    steps.shift();
    child.stdin.write(step[1]);
  });
  const { exitCode } = await child;
  expect(steps, said).toEqual([]);
  expect(exitCode).toBe(130);
  expect(filesIn(board)).toEqual(files);
});

test.describe('wrong answers: status 2, the flag, what to do, and nothing written', () => {
  const wrong: [args: string[], message: RegExp, hint: RegExp][] = [
    [
      [],
      /^sintoma: --publish is missing: nothing says how a message is published$/m,
      /^ {9}one of 'POST \/api\/notes /m,
    ],
    [['--visit', 'board'], /^sintoma: --visit: "board" is no address of a page$/m, /^ {9}such as http:/m],
    [
      ['--visit', 'http://127.0.0.1:28081/'],
      /^sintoma: --visit: .* always leads /m,
      /^ {9}write http:\/\/localhost:28081\/$/m,
    ],
    [['--service', 'wep:8080'], /^sintoma: --service: there is no service "wep"/m, /^ {9}did you mean "web"\?$/m],
    [['--service', 'web'], /^sintoma: --service: "web" is no service:port$/m, /^ {9}such as web:8080/m],
    [
      ['--publish', 'POST /api/notes {}'],
      /^sintoma: --publish: nothing says where the text/m,
      /^ {9}write \{message\}/m,
    ],
    [['--publish', 'shout'], /^sintoma: --publish: "shout" is no way to publish$/m, /^ {9}one of /m],
    [['--publish', 'db: echo {message}'], /^sintoma: --publish: there is no service "db"/m, /^ {9}its services: web$/m],
    [
      ['--publish', 'POST db:1/x {message}'],
      /^sintoma: --publish: there is no service "db"/m,
      /^ {9}its services: web$/m,
    ],
    [
      ['--publish', NOTE, '--name', 'My Board'],
      /^sintoma: --name: "My Board" is no name/m,
      /^ {9}.*such as my-board$/m,
    ],
    [['--compose', 'stack.yaml'], /^sintoma: --compose: there is no file stack\.yaml$/m, /^ {9}name a Compose file$/m],
  ];
  for (const [args, message, hint] of wrong) {
    test(`sintoma init ${args.join(' ')}`, async ({ board }) => {
      const files = filesIn(board);
      const { status, err } = await init(board, ...args);
      expect(err).toMatch(message);
      expect(err).toMatch(hint);
      expect(status).toBe(2);
      expect(filesIn(board)).toEqual(files);
    });
  }

  test('no Compose file', async ({ folder }) => {
    const { status, err } = await init(folder, '--publish', 'none');
    expect(err).toMatch(/^sintoma: there is no Compose file here, nor one or two folders down$/m);
    expect(status).toBe(2);
  });

  test('two Compose files that are equally near', async ({ folder }) => {
    for (const name of ['one', 'two']) {
      mkdirSync(path.join(folder, name));
      writeFileSync(path.join(folder, name, 'compose.yml'), 'services: { web: { image: x } }\n');
    }
    const { status, err } = await init(folder, '--publish', 'none');
    expect(err).toContain('sintoma: several Compose files are equally near: one/compose.yml, two/compose.yml');
    expect(err).toMatch(/^ {9}choose one with --compose$/m);
    expect(status).toBe(2);
  });

  test('several services may answer', async ({ folder }) => {
    const web = 'image: x, expose: ["3000"]';
    writeFileSync(path.join(folder, 'compose.yaml'), `services: { a: { ${web} }, b: { ${web} } }\n`);
    const visit = await init(folder, '--publish', 'none');
    expect(visit.err).toMatch(/^sintoma: --visit is missing: no port is published, /m);
    const service = await init(folder, '--publish', 'none', '--visit', 'http://a.example.com/');
    expect(service.err).toMatch(/^sintoma: --service is missing: nothing says which service answers /m);
    expect([visit.status, service.status]).toEqual([2, 2]);
  });

  for (const file of [
    'scenarios/board-dev/topology.ts',
    'scenarios/board-dev/faults/web-stopped.yaml',
    '.github/workflows/sintoma.yaml',
    '.agents/skills/sintoma/SKILL.md',
  ]) {
    test(`${file} exists`, async ({ board }) => {
      mkdirSync(path.dirname(path.join(board, file)), { recursive: true });
      writeFileSync(path.join(board, file), 'mine\n');
      const files = filesIn(board);
      const { status, err } = await init(board, '--publish', NOTE);
      expect(err).toContain(`sintoma: ${file} exists already, and nothing is overwritten`);
      expect(status).toBe(2);
      expect(filesIn(board)).toEqual(files);
      expect(readFileSync(path.join(board, file), 'utf8')).toBe('mine\n');
    });
  }

  test('Playwright is not installed', async ({ board }) => {
    rmSync(path.join(board, 'node_modules'), { recursive: true });
    const { status, err } = await init(board, '--publish', NOTE);
    expect(err).toMatch(/^sintoma: @playwright\/test is not installed here$/m);
    expect(status).toBe(1);
  });
});
