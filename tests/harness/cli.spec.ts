// The command line as a person meets it, above all where something is wrong: one or two lines, no stack trace.
import { existsSync, chmodSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { findProgram } from '../../harness/common/which.ts';
import { SINTOMA, environment, playwright, programs, run, sintoma, type Answer } from './support/command.ts';
import { FIXTURE, FIXTURE_CONFIG } from './support/project.ts';
import { expect, test } from './support/test.ts';

const COMMANDS = [
  'init',
  'setup',
  'list',
  'up',
  'publish',
  'watch',
  'repair',
  'open',
  'down',
  'claims',
  'ablate',
  'matrix',
  'report',
  'explain',
  'diagnose',
];
const NO_ENGINE = { DOCKER_HOST: 'unix:///nonexistent.sock' };
const NODE = { at: process.execPath };
const FIXTURE_PROJECT = { SINTOMA_PROJECT: FIXTURE };

const realPath = (program: string): string => {
  const found = findProgram(program);
  if (!found) throw new Error(`these tests need ${program}`);
  return found;
};

/** What a person reads when a command refuses: what is wrong, and what to do. */
function expectRefusal({ status, err }: Answer, code: 1 | 2, message: RegExp, hint: RegExp): void {
  expect(err).toMatch(message);
  expect(err).toMatch(hint);
  expect(err).not.toMatch(/^\s+at .*[:(]\d+/m);
  expect(status).toBe(code);
}

/** The lines that speak to a person: without setup's progress. */
const spoken = ({ err }: Answer): string[] => err.split('\n').filter((line) => /^sintoma:|^ {9}\S/.test(line));

test.describe('usage', () => {
  test('help lists the commands', async () => {
    const { status, out } = await sintoma(['--help']);
    expect(status).toBe(0);
    for (const command of COMMANDS) expect(out).toMatch(new RegExp(`^  ${command}\\b`, 'm'));
  });

  for (const command of COMMANDS) {
    test(`help of ${command}`, async () => {
      const { status, out, err } = await sintoma([command, '--help']);
      expect(out).toMatch(new RegExp(`^Usage: sintoma ${command} `));
      expect(err).toBe('');
      expect(status).toBe(0);
    });
  }

  const wrong: [args: string[], message: RegExp, nearest: RegExp][] = [
    [['lits'], /unknown command 'lits'/, /list/],
    [['list', '--jsn'], /unknown option '--jsn'/, /--json/],
    [['up'], /missing required argument 'scenario'/, /sintoma --help|Usage/],
    [['setup', 'tinny'], /^sintoma: there is no topology "tinny"$/m, /^ {9}did you mean "tiny"\?$/m],
    [['up', 'tinny'], /^sintoma: there is no topology "tinny"$/m, /^ {9}did you mean "tiny"\?$/m],
    [
      ['up', 'tiny/live-of'],
      /^sintoma: there is no scenario "tiny\/live-of"$/m,
      /^ {9}did you mean "tiny\/live-off"\?$/m,
    ],
    [['claims', 'tinny'], /^sintoma: there is no document "tinny"$/m, /^ {9}did you mean "tiny"\?$/m],
    [['explain', 'upgrade'], /^sintoma: there is no cause "upgrade"$/m, /^ {9}did you mean .*"proxy-upgrade-missing"/m],
    [['explain', 'gremlins'], /^sintoma: there is no cause "gremlins"$/m, /^ {9}run: sintoma explain$/m],
    [['open', 'sintoma-no-such-stack'], /^sintoma: there is no stack "sintoma-no-such-stack"$/m, /sintoma up/],
    [['down', 'sintoma-no-such-stack'], /^sintoma: there is no stack "sintoma-no-such-stack"$/m, /./],
  ];
  for (const [args, message, nearest] of wrong) {
    test(`sintoma ${args.join(' ')}: status 2, and the nearest name`, async () => {
      expectRefusal(await sintoma(args, FIXTURE_PROJECT), 2, message, nearest);
    });
  }
});

test.describe('what scripts read', () => {
  test('a reader that went away is no error', async () => {
    const { err } = await run('sh', [
      '-c',
      '{ "$0" "$1" list; echo "status $?" >&2; } | true',
      process.execPath,
      SINTOMA,
    ]);
    expect(err).toBe('status 0');
  });

  test('list --json', async () => {
    const { status, out } = await sintoma(['list', 'balancas/', '--json']);
    expect(status).toBe(0);
    const rows = JSON.parse(out) as Record<string, unknown>[];
    expect(rows.length).toBeGreaterThan(20);
    for (const row of rows) {
      expect(Object.keys(row)).toEqual(['id', 'topology', 'cause', 'document', 'delivery', 'repairs', 'tags']);
      expect(row).toMatchObject({
        id: expect.stringMatching(/^balancas\/[\w-]+$/),
        topology: 'balancas',
        cause: expect.stringMatching(/^[\w-]+$/),
        document: { name: 'balancas', lines: [expect.any(Number), expect.any(Number)] },
        delivery: {
          public: expect.anything(),
          private: expect.anything(),
          api: expect.stringMatching(/loaded|missing/),
        },
        repairs: expect.any(Array),
        tags: expect.arrayContaining([expect.stringMatching(/^@/), '@balancas']),
      });
    }
  });

  test('claims --json', async () => {
    const { out } = await sintoma(['claims', 'balancas', '--json']);
    const rows = JSON.parse(out) as Record<string, unknown>[];
    expect(rows).toHaveLength(25);
    for (const row of rows) {
      expect(row).toMatchObject({
        id: expect.any(String),
        document: 'balancas',
        lines: [expect.any(Number), expect.any(Number)],
        verdict: expect.stringMatching(/^(holds|holds with a correction|refuted|not checkable)$/),
        decidedBy: expect.any(Array),
      });
    }
  });

  for (const args of [['list'], ['claims', 'veloflux'], ['explain'], ['explain', 'proxy-host-unknown']]) {
    test(`sintoma ${args.join(' ')} fits 80 columns`, async () => {
      const { out } = await sintoma(args);
      expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
    });
  }

  test('list of nothing: status 1', async () => {
    const { status, out } = await sintoma(['list', 'no-such-thing'], FIXTURE_PROJECT);
    expect(out.trim()).toBe('0 scenarios');
    expect(status).toBe(1);
  });

  test('playwright test --list prints the tests and no summary, and leaves what the last run wrote', async ({
    copy,
  }) => {
    const results = path.join(copy.path, 'reports/runs/earlier');
    mkdirSync(results, { recursive: true });
    const { status, out } = await playwright(['test', '-c', FIXTURE_CONFIG, '--list'], copy.env);
    expect(status).toBe(0);
    expect(out).toMatch(/tiny\.scenario\.ts:\d+:\d+ › live-off/);
    expect(out).not.toContain('has it all');
    expect(existsSync(results)).toBe(true);
  });

  test('a run of one topology does not load another', async ({ copy }) => {
    mkdirSync(path.join(copy.path, 'scenarios/other'));
    copy.write('scenarios/other/topology.ts', "throw new Error('it was loaded');\n");
    const listed = await playwright(['test', '-c', FIXTURE_CONFIG, '--list'], copy.env);
    expect(listed.out).toMatch(/2 tests/);
    expect(listed.status).toBe(0);
    const all = await sintoma(['list'], copy.env);
    expect(all.err).toMatch(/^sintoma: scenarios\/other\/topology\.ts: it was loaded$/m);
  });

  test('list by a line of a document', async () => {
    const { out } = await sintoma(['list', 'tiny.md:2', '--json'], FIXTURE_PROJECT);
    expect((JSON.parse(out) as { id: string }[]).map(({ id }) => id)).toEqual(['tiny/live-off']);
  });

  test('claims fail when a verdict has drifted, and say which', async ({ copy }) => {
    const claim = (id: string, decidedBy: string): object => ({
      ...{ id, document: 'tiny', lines: [1, 1], says: 'It works.', verdict: 'holds', found: 'It does.' },
      decidedBy: [{ id: decidedBy, stance: 'shows' }],
    });
    const claims = [claim('tiny/1', 'tiny/healthy'), claim('tiny/2', 'tiny/live-off')];
    copy.write('scenarios/tiny/claims.ts', `export default ${JSON.stringify(claims)};\n`);
    mkdirSync(path.join(copy.path, 'reports'));
    const verdicts = (passed: Record<string, boolean>): void =>
      void copy.write('reports/verdicts.json', JSON.stringify(passed));
    verdicts({ 'tiny/healthy': true });
    const partly = await sintoma(['claims'], copy.env);
    expect(partly.status).toBe(0);
    expect(partly.out).toContain('2 claims: 1 confirmed, 0 drifted, 1 not run yet, 0 not checkable');
    verdicts({ 'tiny/healthy': true, 'tiny/live-off': false });
    const drifted = await sintoma(['claims'], copy.env);
    expect(drifted.out).toMatch(/^✗ tiny\/2 /m);
    expect(drifted.status).toBe(1);
  });
});

test.describe('the machine', () => {
  const nothingAnswers = /^sintoma: Docker engine: nothing answers at unix:\/\/\/nonexistent\.sock$/m;

  for (const args of [['setup', 'tiny'], ['up', 'tiny'], ['down']]) {
    test(`engine not running: sintoma ${args[0] ?? ''}`, async () => {
      const answer = await sintoma(args, { ...FIXTURE_PROJECT, ...NO_ENGINE });
      expectRefusal(answer, 1, nothingAnswers, /^ {9}run "npx sintoma setup --install"/m);
      expect(spoken(answer)).toHaveLength(2);
    });
  }

  test('engine not running: npx playwright test says the same', async () => {
    const answer = await playwright(['test', '-c', FIXTURE_CONFIG], { ...FIXTURE_PROJECT, ...NO_ENGINE });
    expectRefusal(answer, 1, nothingAnswers, /^ {9}run "npx sintoma setup --install"/m);
    expect(answer.out).not.toMatch(/passed|^\s+at |Error:/m);
  });

  test('no permission on the socket of the engine', async ({ folder }) => {
    test.skip(process.getuid?.() !== 0, 'needs to be root, to become somebody else');
    test.skip(Boolean(process.env.DOCKER_HOST), 'the engine is not at the usual socket');
    chmodSync(folder, 0o777);
    const nobody = 65_534;
    const answer = await sintoma(
      ['down'],
      { HOME: folder, TMPDIR: folder, SINTOMA_CACHE: path.join(folder, 'cache') },
      { uid: nobody, gid: nobody },
    );
    expectRefusal(
      answer,
      1,
      /^sintoma: Docker engine: no permission on \/var\/run\/docker\.sock$/m,
      /usermod -aG docker/,
    );
    expect(spoken(answer)).toHaveLength(2);
  });

  test('docker is not on the PATH', async ({ folder }) => {
    const bin = programs(folder, { node: NODE });
    const answer = await sintoma(['setup', 'tiny'], { ...FIXTURE_PROJECT, PATH: bin });
    expectRefusal(answer, 1, /^sintoma: Docker: the command "docker" is not on the PATH$/m, /install Docker/);
  });

  for (const [signal, status] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    test(`${signal} while set-up waits for a program: both end`, async ({ folder }) => {
      test.skip(process.platform === 'win32', 'signals of POSIX');
      const note = path.join(folder, 'pid');
      const bin = programs(folder, { node: NODE, docker: `echo $$ > '${note}'; exec ${realPath('sleep')} 60` });
      const child = execa(process.execPath, [SINTOMA, 'setup', 'tiny'], {
        extendEnv: false,
        env: environment({ ...FIXTURE_PROJECT, PATH: bin }),
        reject: false,
        timeout: 30_000,
      });
      await expect
        .poll(() => existsSync(note) && readFileSync(note, 'utf8').trim(), { timeout: 20_000 })
        .toMatch(/^\d+$/);
      child.kill(signal);
      const { exitCode, signal: by } = await child;
      // A shell tells of a program that a signal has ended by the same status.
      expect([signal, status]).toContain(by ?? exitCode);
      const pid = Number(readFileSync(note, 'utf8'));
      await expect.poll(() => existsSync(`/proc/${pid}`)).toBe(false);
    });
  }

  for (const args of [['list'], ['claims'], ['explain', 'upstream-down']]) {
    test(`docker is not on the PATH, and nothing was ever set up: sintoma ${args.join(' ')} needs neither`, async ({
      folder,
    }) => {
      const bin = programs(folder, { node: NODE });
      const env = { ...FIXTURE_PROJECT, PATH: bin, SINTOMA_CACHE: path.join(folder, 'cache') };
      const { status, out, err } = await sintoma(args, env);
      expect(err).toBe('');
      expect(out).not.toBe('');
      expect(status).toBe(0);
    });
  }

  test('Compose v1 only', async ({ folder }) => {
    const bin = programs(folder, {
      node: NODE,
      docker: `echo "docker: 'compose' is not a docker command." >&2; exit 1`,
      'docker-compose': 'echo 1.29.2',
    });
    const answer = await sintoma(['setup', 'tiny'], { ...FIXTURE_PROJECT, PATH: bin });
    expectRefusal(
      answer,
      1,
      /^sintoma: Docker Compose: only the old docker-compose 1\.29\.2 is here; "docker compose" \(v2\) is needed$/m,
      /^ {9}install the Docker Compose plugin/m,
    );
  });

  test('no Compose at all', async ({ folder }) => {
    const bin = programs(folder, { node: NODE, docker: 'exit 1' });
    const answer = await sintoma(['setup', 'tiny'], { ...FIXTURE_PROJECT, PATH: bin });
    expectRefusal(answer, 1, /^sintoma: Docker Compose: the "docker compose" plugin \(v2\) is missing$/m, /install/);
  });

  test('the browser that SINTOMA_CHROMIUM names is not there', async () => {
    const answer = await sintoma(['setup', 'tiny'], { ...FIXTURE_PROJECT, SINTOMA_CHROMIUM: '/nonexistent' });
    expectRefusal(
      answer,
      1,
      /^sintoma: browser: SINTOMA_CHROMIUM names \/nonexistent, which does not exist$/m,
      /^ {9}unset it, or point it at a Chromium$/m,
    );
    expect(answer.out).not.toContain('downloading');
  });

  test('no browser, and none to be had', async ({ folder }) => {
    const bin = programs(folder, { node: NODE, docker: { at: realPath('docker') }, npx: 'exit 1' });
    const answer = await sintoma(['setup', 'tiny'], {
      ...FIXTURE_PROJECT,
      PATH: bin,
      PLAYWRIGHT_BROWSERS_PATH: folder,
    });
    expectRefusal(answer, 1, /^sintoma: .*Chromium/m, /^ {9}.*(install|setup)/m);
  });
});

test.describe('files of a project that are wrong: the file, the place, and what to do', () => {
  const FAULT = 'compose/tiny/faults/live-off.yaml';
  const SCENARIOS = 'scenarios/tiny/tiny.scenario.ts';
  const faults: [what: string, text: string, message: string, hint: RegExp][] = [
    [
      'a service misspelt',
      '# x\nservices:\n  webb:\n    image: debian:trixie-slim\n',
      `${FAULT}: services: "webb" is no service of compose/tiny/compose.yaml; did you mean "web"?`,
      /x-adds: \[webb\]/,
    ],
    ['nothing', '', `${FAULT}: is empty`, /at least one key/],
    ['only a comment', '# x\n', `${FAULT}: is empty`, /at least one key/],
    ['a sentence', 'the server is down\n', `${FAULT}: is no Compose file`, /at least one key/],
    ['a bracket that is not closed', 'services:\n  web:\n    ports: [80\n', `${FAULT}:4:1: Flow sequence`, /YAML/],
  ];
  for (const [what, text, message, hint] of faults) {
    test(`a fault that holds ${what}`, async ({ copy }) => {
      copy.write(FAULT, text);
      const answer = await sintoma(['setup', 'tiny'], copy.env);
      expect(answer.err).toContain(`sintoma: ${message}`);
      expectRefusal(answer, 1, /^sintoma: /m, hint);
    });
  }

  test('a service that a fault adds on purpose is none', async ({ copy }) => {
    const service = 'web2:\n    image: debian:trixie-slim\n';
    copy.write(FAULT, `# x\nx-adds: [web2]\nservices:\n  ${service}`);
    const { err, status } = await sintoma(['setup', 'tiny'], copy.env);
    expect(err).toBe('');
    expect(status).toBe(0);
  });

  test('a visit to an address that nothing documents', async ({ copy }) => {
    copy.replace(SCENARIOS, "visit: 'http://tiny.test/'", "visit: 'https://elsewhere.test/'");
    expectRefusal(
      await sintoma(['setup', 'tiny'], copy.env),
      1,
      /^sintoma: scenarios\/tiny\/tiny\.scenario\.ts: tiny\/healthy: visit: nothing says where elsewhere\.test:443 leads$/m,
      /x-addresses/,
    );
  });

  test('a syntax error: its line and column, from the command line and from Playwright', async ({ copy }) => {
    copy.write(SCENARIOS, 'export default [\n  foo bar\n];\n');
    const said = 'scenarios/tiny/tiny.scenario.ts:2:7: Unexpected token, expected ","';
    const listed = await sintoma(['list'], copy.env);
    expect(listed.err).toBe(`sintoma: ${said}`);
    expect(listed.status).toBe(1);
    const { out, err } = await playwright(['test', '-c', FIXTURE_CONFIG, '--list'], copy.env);
    expect(`${out}\n${err}`).toContain(`UserError: ${said}`);
  });

  test('a project that is not there', async () => {
    const env = { SINTOMA_PROJECT: '/nonexistent/project' };
    for (const answer of [await sintoma(['list'], env), await playwright(['test', '--list'], env)]) {
      expectRefusal(
        answer,
        2,
        /^sintoma: SINTOMA_PROJECT names \/nonexistent\/project, which is no folder$/m,
        /^ {9}unset it, or name a project$/m,
      );
    }
  });
});

test.describe('a build that fails', () => {
  /** Everything as usual, but `docker compose … build` prints this and fails. */
  const failing = (folder: string, output: string): NodeJS.ProcessEnv => {
    const bin = programs(folder, {
      docker: `case " $* " in *" build "*) cat >&2 <<'END'\n${output}\nEND\nexit 17;; esac\nexec ${realPath('docker')} "$@"`,
    });
    return { PATH: `${bin}${path.delimiter}${process.env.PATH ?? ''}` };
  };

  test('disk full', async ({ folder, copy }) => {
    copy.write('compose/tiny/web/another.txt', folder);
    const env = failing(folder, '#7 12.3 write /var/lib/docker/x: no space left on device');
    const answer = await sintoma(['setup', 'tiny'], { ...copy.env, ...env });
    expectRefusal(
      answer,
      1,
      /^sintoma: build of service "web" of tiny: the disk is full$/m,
      /^ {9}free some space \(docker system df/m,
    );
    expect(spoken(answer)).toHaveLength(2);
  });

  const steps = [
    '#5 [2/4] RUN apt-get install node-ws',
    '#5 DONE 3.2s',
    '#6 [3/4] WORKDIR /app',
    '#7 [4/4] COPY no-such-file .',
    '#7 ERROR: "/no-such-file" not found: not found',
    'failed to solve: failed to compute cache key',
  ];

  test('service, step and last lines', async ({ folder, copy }) => {
    copy.write('compose/tiny/web/another.txt', folder);
    const answer = await sintoma(['setup', 'tiny'], { ...copy.env, ...failing(folder, steps.join('\n')) });
    expectRefusal(
      answer,
      1,
      /^sintoma: build of service "web" of tiny failed at step \[4\/4\] COPY no-such-file \.; its last lines:$/m,
      /^ {4}failed to solve: failed to compute cache key$/m,
    );
  });

  test('from a run of scenarios: the same, and no scenario is played', async ({ folder, copy }) => {
    copy.write('compose/tiny/web/another.txt', folder);
    const answer = await playwright(['test', '-c', FIXTURE_CONFIG], {
      ...copy.env,
      ...failing(folder, steps.join('\n')),
    });
    expectRefusal(answer, 1, /^sintoma: build of service "web" of tiny failed at step \[4\/4\]/m, /failed to solve/);
    expect(answer.out).not.toContain('Running');
  });
});
