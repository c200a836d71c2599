import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { createGzip } from 'node:zlib';
import { Readable } from 'node:stream';
import { expect, test as base } from '@playwright/test';

/** Pages and servers that do their worst: `sintoma diagnose` ends in time, within its memory, and leaves nothing. */

const ROOT = path.join(import.meta.dirname, '../..');
const SINTOMA = path.join(ROOT, 'harness/cli/sintoma.js');
const DEFECT = path.join(import.meta.dirname, 'support/plant-defect.cjs');
/** s */
const TIMEOUT = 8;

const test = base.extend<{
  /** A folder for temporary files. Its name is short: Chromium binds a socket in it. */
  temporary: string;
}>({
  temporary: async ({}, use) => {
    const folder = mkdtempSync('/tmp/h-');
    await use(folder);
    rmSync(folder, { recursive: true, force: true });
  },
});

interface Ended {
  code: number | null;
  text: string;
  /** ms from the first line of progress to the end */
  took: number;
  /** kB, the most that Node took by the kernel's account */
  memory: number;
}

/** Runs `sintoma diagnose`, and sends it a signal when its progress says so. */
function diagnose(
  args: readonly string[],
  {
    env = {},
    temporary,
    signalAt,
  }: { env?: NodeJS.ProcessEnv; temporary: string; signalAt?: [RegExp, NodeJS.Signals] },
): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [SINTOMA, 'diagnose', ...args], {
      cwd: ROOT,
      env: { ...process.env, NO_COLOR: '1', TMPDIR: temporary, ...env },
    });
    let text = '';
    let began = Date.now();
    let memory = 0;
    const timer = setInterval(() => {
      try {
        const status = readFileSync(`/proc/${child.pid ?? 0}/status`, 'utf8');
        memory = Math.max(memory, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0));
      } catch {
        // It has ended, or this is no Linux.
      }
    }, 100);
    let progressing = false;
    const keep = (chunk: Buffer): void => {
      text += chunk.toString();
      if (!progressing && /^ *\d+\.\d s {2}/m.test(text)) {
        progressing = true;
        began = Date.now();
      }
      if (signalAt?.[0].test(text)) child.kill(signalAt[1]);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('close', (code) => {
      clearInterval(timer);
      resolve({ code, text, took: Date.now() - began, memory });
    });
  });
}

type Handler = (request: http.IncomingMessage, response: http.ServerResponse) => void;

async function withServer<T>(handler: Handler, use: (url: string, server: http.Server) => Promise<T>): Promise<T> {
  const server = http.createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, server);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** A page at `/`, and nothing elsewhere. */
const page =
  (html: string): Handler =>
  (request, response) => {
    response.writeHead(request.url?.split('?')[0] === '/' ? 200 : 404, { 'content-type': 'text/html' });
    response.end(request.url?.split('?')[0] === '/' ? html : '');
  };

/** An answer of this kind that never ends. */
const endless =
  (type: string, chunk: string): Handler =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': type });
    const pour = (): void => {
      while (!response.destroyed && response.write(chunk));
      if (!response.destroyed) response.once('drain', () => setImmediate(pour));
    };
    pour();
  };

const SOCKET = "new WebSocket('ws://' + location.host + '/x')";

const HOSTILE: Record<string, Handler> = {
  'is busy after it loaded': page('<script>onload = () => setTimeout(() => { for (;;); }, 500)</script>'),
  'is busy at once': page('<script>for (;;);</script>'),
  'is busy with a socket open': page(`<script>${SOCKET}.onerror = () => { for (;;); }</script>`),
  'never answers a question': page(
    '<script>Object.defineProperty(navigator, "serviceWorker", { get: () => ({ getRegistrations: () => new Promise(() => {}) }) })</script>',
  ),
  'sends 25,000 events a second': (request, response) => {
    const answer =
      request.url === '/e'
        ? endless('text/event-stream', 'data: x\n\n'.repeat(500))
        : page('<script>new EventSource("/e")</script>');
    answer(request, response);
  },
  'never ends': endless('text/html', '<p>x</p>'.repeat(2000)),
  'is 300 MB behind gzip': (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html', 'content-encoding': 'gzip' });
    Readable.from(Array.from({ length: 300 }, () => Buffer.alloc(1e6, 'a')))
      .pipe(createGzip())
      .pipe(response);
  },
  'fetches once a millisecond': page('<script>setInterval(() => fetch("/" + Math.random()), 1)</script>'),
  'writes 30 MB in one line of the console': page('<script>console.error("x".repeat(3e7))</script>'),
  'navigates without end': page('<script>setTimeout(() => { location.href = "/?" + Math.random() }, 30)</script>'),
  'has unfinished tags': page(`<script>${SOCKET}</script>${'<link rel=modulepreload '.repeat(20_000)}`),
  'has unfinished scripts': page(`<script>${SOCKET}</script>${'<script '.repeat(37_000)}`),
  'has a stray percent sign in an address': page(
    '<img src="/img?discount=50%"><script>fetch("/api/search?q=100%")</script>',
  ),
  'lies about its text': page(
    '<script>Object.defineProperty(HTMLElement.prototype, "innerText", { get: () => 5 })</script>',
  ),
  'lies about its title': page('<script>Object.defineProperty(document, "title", { get: () => ({}) })</script>'),
  'reports sockets that never were': page(
    '<script>setInterval(() => { window.__socketClosed?.(7); window.__socketClosed?.({ url: 5 }) }, 50)</script>',
  ),
};

test.describe('a page that', () => {
  for (const [what, handler] of Object.entries(HOSTILE)) {
    test(`${what}: an answer in time`, async ({ temporary }) => {
      test.setTimeout(60_000);
      const { code, text, took, memory } = await withServer(handler, (url) =>
        diagnose([url, '--timeout', String(TIMEOUT)], { temporary }),
      );
      expect([0, 1, 3], text).toContain(code);
      expect(text).toMatch(/healthy|faulty|inconclusive/);
      // Two seconds more is the promise; the rest is for a machine that runs other tests.
      expect(took, text).toBeLessThan((TIMEOUT + 6) * 1000);
      expect(memory).toBeLessThan(600_000);
      expect(text).not.toMatch(/\n\s+at |a defect of Sintoma/);
      // One that has begun to end is not told from one that runs.
      await expect(() => {
        expect(running(temporary)).toEqual([]);
      }).toPass({ timeout: 500 });
      expect(readdirSync(temporary)).toEqual([]);
    });
  }
});

test('a handshake that is redirected to no address', async ({ temporary }) => {
  const { code, text } = await withServer(page(`<script>${SOCKET}</script>`), (url, server) => {
    server.on('upgrade', (_request, socket) => {
      socket.end('HTTP/1.1 302 Found\r\nLocation: http://[::bad\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
    });
    return diagnose([url, '--timeout', '20'], { temporary });
  });
  expect([1, 3], text).toContain(code);
  expect(text).not.toContain('a defect of Sintoma');
});

for (const [signal, status] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  test(`${signal}: ended at once, with browser and publishing command`, async ({ temporary }, testInfo) => {
    test.skip(process.platform === 'win32', 'signals of POSIX');
    const marker = 300 + testInfo.workerIndex + status;
    const { code, text } = await withServer(page('<p>x'), (url) =>
      diagnose([url, '--publish', `sleep ${marker}`], { temporary, signalAt: [/publishing a message/, signal] }),
    );
    expect(code, text).toBe(status);
    expect(text).not.toContain('Error');
    await expect(() => {
      expect(running(`sleep ${marker}`)).toEqual([]);
      expect(running(temporary)).toEqual([]);
    }).toPass({ timeout: 3000 });
    expect(readdirSync(temporary)).toEqual([]);
  });
}

/** The beginnings of command lines on this machine that contain a text. */
function running(text: string): string[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && entry !== String(process.pid))
    .flatMap((pid) => {
      try {
        return isKilled(pid) ? [] : [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')];
      } catch {
        return [];
      }
    })
    .filter((line) => line.includes(text))
    .map((line) => line.slice(0, 100));
}

/** SIGKILL was sent, which the process, on a busy machine, has not been given the time to end by. */
function isKilled(pid: string): boolean {
  const pending = readFileSync(`/proc/${pid}/status`, 'utf8').matchAll(/^S(?:ig|hd)Pnd:\s*([0-9a-f]+)$/gm);
  return [...pending].some(([, signals]) => (BigInt(`0x${signals ?? '0'}`) & (1n << 8n)) !== 0n);
}

test('what nobody expected is no diagnosis: its own status, one sentence, no stack trace', async ({ temporary }) => {
  const env = { NODE_OPTIONS: `--require ${DEFECT}` };
  const plain = await diagnose(['http://127.0.0.1:9/'], { env, temporary });
  expect(plain.code, plain.text).toBe(70);
  expect(plain.text).toContain('sintoma: a defect of Sintoma: TypeError: planted\n');
  expect(plain.text).not.toMatch(/second line|\n\s+at /);
  const debugged = await diagnose(['http://127.0.0.1:9/'], { env: { ...env, SINTOMA_DEBUG: '1' }, temporary });
  expect(debugged.text).toMatch(/\n\s+at /);
});
