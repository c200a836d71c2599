// `sintoma diagnose --attach`: a visit in a browser that somebody has open and goes on using.
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { chromium, expect, test } from '@playwright/test';
import { WebSocketServer } from 'ws';
import { chromiumFlags, chromiumPath } from '../../harness/browser/launch.ts';
import { endGroup } from '../../harness/common/process.ts';
import { closedPort } from '../../harness/topology/ports.ts';
import { ROOT } from '../../harness/common/paths.ts';
import { environment, SINTOMA, sintoma } from './support/command.ts';

const COOKIE = 'desk_session=demo-session-value-1';
/** What the user keeps open, and what the diagnosis visits. */
const MINE = '/mine';
const LIVE = '/live-page';

let profile: string;
let browser: ChildProcess;
let endpoint: string;
let site: http.Server;
let origin: string;
/** Cookies with which sockets were opened. */
const cookies: (string | undefined)[] = [];

const waitFor = async <T>(read: () => T | undefined | Promise<T | undefined>): Promise<T> => {
  for (const end = Date.now() + 40_000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 50))) {
    const value = await read();
    if (value !== undefined) return value;
  }
  throw new Error('it did not come in time');
};

/** URLs of the browser's tabs. */
const tabs = async (): Promise<string[]> => {
  const list = (await (await fetch(`${endpoint}/json/list`)).json()) as { type: string; url: string }[];
  return list.filter(({ type }) => type === 'page').map(({ url }) => url);
};

test.beforeAll(async () => {
  site = http.createServer(({ url }, response) => {
    response.writeHead(200, { 'Content-Type': 'text/html', ...(url === MINE ? { 'Set-Cookie': COOKIE } : {}) });
    const script = {
      [LIVE]: "new WebSocket('ws://' + location.host + '/live')",
    }[url ?? ''];
    response.end(
      `<!doctype html><link rel="icon" href="data:,"><title>${url ?? ''}</title><script>${script ?? ''}</script>`,
    );
  });
  const sockets = new WebSocketServer({ noServer: true });
  site.on('upgrade', (request, socket, head) => {
    cookies.push(request.headers.cookie);
    if (request.headers.cookie === COOKIE)
      sockets.handleUpgrade(request, socket, head, (client) => client.send('{"type":"welcome"}'));
    else socket.end('HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n');
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
  profile = mkdtempSync(path.join(os.tmpdir(), 'attach-'));
  const flags = chromiumFlags({ rules: [], hermetic: true });
  browser = spawn(
    chromiumPath(true),
    [...flags, '--headless', '--remote-debugging-port=0', `--user-data-dir=${profile}`, `${origin}${MINE}`],
    // The program may be a script that starts the browser: both end by their group.
    { stdio: 'ignore', detached: true },
  );
  const file = path.join(profile, 'DevToolsActivePort');
  const port = await waitFor(() =>
    existsSync(file) ? readFileSync(file, 'utf8').split('\n')[0] || undefined : undefined,
  );
  endpoint = `http://127.0.0.1:${port}`;
  await waitFor(async () => ((await tabs()).includes(`${origin}${MINE}`) ? true : undefined));
});

test.afterAll(async () => {
  const gone = new Promise((resolve) => browser.once('exit', resolve));
  if (browser.pid !== undefined) endGroup(browser.pid);
  await gone;
  site.closeAllConnections();
  site.close();
  rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
});

test('it visits with the sign-in of that browser, and closes nothing but its own tab', async () => {
  test.setTimeout(240_000);
  // Without that browser the server lets nobody in.
  const alone = await sintoma(['diagnose', `${origin}${LIVE}`, '--json']);
  expect(JSON.parse(alone.out)).toMatchObject({ verdict: 'faulty', hop: 'policy' });
  const before = await tabs();
  cookies.length = 0;
  const { status, out, err } = await sintoma(['diagnose', `${origin}${LIVE}`, '--attach', endpoint, '--json']);
  expect(status, `${out}\n${err}`).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ verdict: 'healthy' });
  expect(cookies).toContain(COOKIE);
  expect(out + err).not.toContain('demo-session-value-1');
  expect(await tabs()).toEqual(before);
  expect(browser.exitCode).toBeNull();
  // The tab that was there before has not been touched.
  const mine = await chromium.connectOverCDP(endpoint);
  expect(await mine.contexts()[0]?.pages()[0]?.title()).toBe(MINE);
  await mine.close();
});

test('interrupted, it leaves no tab', async () => {
  test.setTimeout(240_000);
  const before = await tabs();
  const child = spawn(process.execPath, [SINTOMA, 'diagnose', `${origin}${LIVE}`, '--attach', endpoint], {
    cwd: ROOT,
    env: environment(),
    stdio: 'ignore',
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  await waitFor(async () => ((await tabs()).includes(`${origin}${LIVE}`) ? true : undefined));
  child.kill('SIGINT');
  expect(await ended).toBe(130);
  await expect.poll(tabs).toEqual(before);
});

test('where no browser answers it says how to start one; what only an own browser takes is refused', async () => {
  const nobody = `http://127.0.0.1:${await closedPort()}`;
  const { status, err } = await sintoma(['diagnose', origin, '--attach', nobody]);
  expect(status).toBe(2);
  expect(err).toContain(`--attach: no browser answers at ${nobody}`);
  expect(err).toContain('--remote-debugging-port=9222');
  const both = await sintoma(['diagnose', origin, '--attach', endpoint, '--login', 'state.json']);
  expect(both.status).toBe(2);
  expect(both.err).toContain("'--attach <endpoint>' cannot be used with option '--login <file>'");
});
