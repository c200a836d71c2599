// The command that a user gives to `--publish`: bounded, ended with all that it started, and blamed only for itself.
import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { runCommand, unusable } from '../../harness/visit/command.ts';
import { runPublisher } from '../../harness/visit/publisher.ts';
import { ROOT } from '../../harness/common/paths.ts';
import { environment, sintoma, TYPESCRIPT, TYPESCRIPT_ENV } from './support/command.ts';
import { until } from './support/stacks.ts';
import { expect, test } from './support/test.ts';

const WITHIN = { env: {}, timeoutMs: 10_000 };

const alive = (pid: number): boolean => {
  try {
    // What was killed and not yet waited for is no longer alive.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

/** A command that starts a child in the background, and notes its pid. */
const withChild = (file: string, rest: string): string => `sleep 100 & echo $! > ${file}; ${rest}`;

const pidIn = (file: string): number => Number(readFileSync(file, 'utf8'));

const published = (command: string): Promise<unknown> => runPublisher(command, 'nonce', 10_000);

test.describe('a command that did not do its work is the mistake of its user', () => {
  for (const [command, sentence] of [
    [
      'no-such-program',
      '--publish: the command was not found (exit status 127): /bin/sh: 1: no-such-program: not found',
    ],
    [
      path.join(ROOT, 'package.json'),
      /^--publish: the command cannot be executed \(exit status 126\): .*Permission denied/,
    ],
    ['exit 137', '--publish: the command was ended by SIGKILL (exit status 137)'],
    ['exit 255', '--publish: the command broke off (exit status 255)'],
    ['kill -TERM $$', '--publish: the command was ended by SIGTERM'],
    ['', '--publish: the command is empty'],
    [' \n', '--publish: the command is empty'],
    [
      'echo "Authorization: Bearer abcdefgh.ijklmnop"; exit 127',
      '--publish: the command was not found (exit status 127): Authorization: Bearer ‹masked›',
    ],
    ["printf '\\033[31mred'; exit 127", '--publish: the command was not found (exit status 127): [31mred'],
  ] as const) {
    test(`${JSON.stringify(command)}: what became of it, and nothing of the system`, async () => {
      await expect(published(command)).rejects.toMatchObject({ name: 'UserError', exitCode: 2 });
      await expect(published(command)).rejects.toThrow(sentence);
    });
  }

  test('one that takes too long: said with its time', async () => {
    await expect(runPublisher('sleep 100', 'nonce', 300)).rejects.toThrow(
      '--publish: the command was ended after 0.3 s, because it took too long',
    );
  });

  test('one that says that publishing failed is a finding, and no mistake', async () => {
    const { publisher } = await runPublisher('echo "HTTP/1.1 500 Internal Server Error"; exit 22', 'nonce', 10_000);
    expect(publisher).toMatchObject({ published: false, publisherStatus: 500 });
  });

  test('sintoma diagnose tells it with status 2, and gives no verdict', async () => {
    const server = http.createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<title>Well</title><p>All is well.');
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const { status, out, err } = await sintoma(['diagnose', url, '--publish', 'no-such-program {nonce}']);
    server.closeAllConnections();
    server.close();
    expect(err).toMatch(/^sintoma: --publish: the command was not found \(exit status 127\): /m);
    expect(err).toMatch(/^ {9}run it by hand: it has to publish one message and end with exit status 0$/m);
    expect(out).toBe('');
    expect(status).toBe(2);
  });
});

test.describe('what is left of a command', () => {
  test('nothing, when its time is over', async ({ folder }) => {
    const file = path.join(folder, 'pid');
    const { end, output } = await runCommand(withChild(file, 'echo begun; sleep 100'), { env: {}, timeoutMs: 500 });
    expect(unusable(end)).toContain('took too long');
    expect(output).toBe('begun\n');
    expect(alive(pidIn(file))).toBe(false);
  });

  test('its daemon, until its work was seen; the daemon holds nobody up', async ({ folder }) => {
    const file = path.join(folder, 'pid');
    const began = Date.now();
    const { end, output, endRest } = await runCommand(withChild(file, 'echo done'), WITHIN);
    expect(Date.now() - began).toBeLessThan(5000);
    expect({ end, output }).toEqual({ end: { status: 0 }, output: 'done\n' });
    expect(alive(pidIn(file))).toBe(true);
    endRest();
    await until(() => Promise.resolve(!alive(pidIn(file))), 'the end of the daemon', 5000);
  });

  test('what went into a session of its own is its own business, and no crash', async () => {
    const { end, output, endRest } = await runCommand('setsid sleep 2 & echo done', WITHIN);
    expect({ end, output }).toEqual({ end: { status: 0 }, output: 'done\n' });
    endRest();
    endRest();
  });

  test('not more than the beginning of what it printed', async () => {
    const { end, output } = await runCommand('yes é', { env: {}, timeoutMs: 500 });
    expect(end).toHaveProperty('lateAfterMs');
    expect(output).toHaveLength(4000);
    expect(output).not.toContain('�');
  });

  test('in its time, also where Node collects garbage meanwhile', async () => {
    test.setTimeout(10_000);
    setFlagsFromString('--expose_gc');
    const collecting = setInterval(runInNewContext('gc') as () => void, 20);
    try {
      const { end } = await runCommand('sleep 60', { env: {}, timeoutMs: 500 });
      expect(end).toHaveProperty('lateAfterMs');
    } finally {
      clearInterval(collecting);
    }
  });

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    for (const [when, rest] of [
      ['while it runs', 'sleep 100'],
      ['after it has ended and left a daemon', 'true'],
    ] as const) {
      test(`nothing, when ${signal} ends the diagnosis ${when}`, async ({ folder }) => {
        const file = path.join(folder, 'pid');
        const module = path.join(ROOT, 'harness/visit/command.ts');
        const script = `
          import { runCommand } from ${JSON.stringify(module)};
          await runCommand(${JSON.stringify(withChild(file, rest))}, { env: {}, timeoutMs: 60_000 });
          console.log('over');
          setTimeout(() => {}, 60_000);`;
        writeFileSync(path.join(folder, 'run.mts'), script);
        const child = spawn(process.execPath, [TYPESCRIPT, path.join(folder, 'run.mts')], {
          env: environment(TYPESCRIPT_ENV),
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        if (rest === 'true') await once(child.stdout, 'data');
        else await until(() => Promise.resolve(existsSync(file) && pidIn(file) > 0), 'the child of the command');
        expect(alive(pidIn(file))).toBe(true);
        const exited = once(child, 'exit');
        child.kill(signal);
        expect(await exited).toEqual([null, signal]);
        await until(() => Promise.resolve(!alive(pidIn(file))), 'the end of the child', 5000);
      });
    }
  }
});
