// What `sintoma up` prints can be pasted: publish, watch and repair do to a left stack what its scenario does.
import { execa } from 'execa';
import { handRun } from '../../harness/topology/ownership.ts';
import { environment, SINTOMA, sintoma } from './support/command.ts';
import { test, thingsOf, until } from './support/stacks.ts';
import { expect } from './support/test.ts';

test.use({ trace: 'off', screenshot: 'off' });

test('a stack that was left running is published in, repaired, watched and removed by what is printed', async ({
  copy,
  docker,
}) => {
  test.setTimeout(240_000);
  copy.replace(
    'scenarios/tiny/topology.ts',
    "topology } from 'sintoma'",
    "topology, withLocalStorage } from 'sintoma'",
  );
  copy.replace(
    'scenarios/tiny/topology.ts',
    '  data: dataState(),',
    "  data: dataState(),\n  signIn: withLocalStorage({ 'tiny.token': 'demo' }),",
  );
  const env = { ...copy.env };
  const up = await sintoma(['up', 'tiny/live-off'], env);
  expect(up.status, up.err).toBe(0);
  const project = /npx sintoma down (\S+)$/m.exec(up.out)?.[1] ?? '';
  try {
    /** The printed command that begins so, as it can be pasted. */
    const printed = (name: string): string[] => {
      const found = new RegExp(`^ {2}npx sintoma (${name} [^#\\n]+)`, 'm').exec(up.out)?.[1];
      if (found === undefined) throw new Error(`${name} is not printed:\n${up.out}`);
      return found.trim().split(' ');
    };
    expect(up.out).toContain(
      'Sign in\n  in the console of the page, which is then loaded again: localStorage.setItem("tiny.token", "demo")',
    );
    expect(up.out).toMatch(/^ {2}npx sintoma repair \S+ 1 +# switch them on$/m);

    const published = await sintoma([...printed('publish'), 'first of all'], env);
    expect(published.out).toBe('published on notes: first of all (201)');
    // The fault: the server takes no sockets.
    const refused = await sintoma(printed('watch'), env);
    expect(refused.status).toBe(1);
    expect(refused.err).toContain('/live');

    const before = /^ {2}tiny\.test:80 +(\S+)/m.exec(up.out)?.[1];
    const repaired = await sintoma(printed('repair'), env);
    expect(repaired.err).toBe('');
    expect(repaired.out).toContain('repaired: switch them on');
    // Compose made the container anew: the window leads to its new port.
    const opened = await sintoma(printed('open').concat('--print'), env);
    const port = /MAP tiny\.test:80 (127\.0\.0\.1:\d+)/.exec(opened.out)?.[1] ?? '';
    expect((await fetch(`http://${port}/api/notes`)).status).toBe(200);
    expect(before).toBeDefined();

    const watching = execa(process.execPath, [SINTOMA, ...printed('watch')], {
      extendEnv: false,
      env: environment(env),
      reject: false,
      stdin: 'ignore',
    });
    let seen = '';
    watching.stdout.on('data', (chunk: Buffer) => (seen += chunk.toString()));
    await until(async () => seen.includes('watching notes'), 'the watcher');
    const second = await sintoma(printed('publish'), env);
    const text = /published on notes: (\S+)/.exec(second.out)?.[1] ?? '';
    expect(text).toMatch(/^aviso-/);
    await until(async () => seen.includes(text), 'the message');
    watching.kill('SIGINT');
    expect((await watching).exitCode).toBe(0);
  } finally {
    await sintoma(['down', project], env);
  }
  expect(await thingsOf(docker, handRun(copy.path))).toEqual([]);
});

test('what is not there is refused by name', async ({ copy }) => {
  for (const args of [
    ['publish', 'sintoma-none', 'notes'],
    ['watch', 'sintoma-none', 'notes'],
    ['repair', 'sintoma-none'],
  ]) {
    const { status, err } = await sintoma(args, copy.env);
    expect(status, args.join(' ')).toBe(2);
    expect(err).toContain('there is no stack "sintoma-none"');
  }
  const { status, err } = await sintoma(['repair', 'sintoma-none', 'zero'], copy.env);
  expect(status).toBe(2);
  expect(err).toContain('it must be a number from 1');
});
