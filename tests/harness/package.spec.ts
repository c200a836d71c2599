// What a team elsewhere gets: the packed package, installed beside a system of its own that was not written for it.
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import Docker from 'dockerode';
import { chromiumPath } from '../../harness/browser/launch.ts';
import { ROOT } from '../../harness/common/paths.ts';
import { diagnosisSchema } from '../../harness/investigation/result.ts';
import { IMAGE_PREFIX } from '../../harness/topology/images.ts';
import { run, type Answer } from './support/command.ts';

const manifest = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
  version: string;
  devDependencies: Record<string, string>;
};
const PLAYWRIGHT = `@playwright/test@${manifest.devDependencies['@playwright/test'] ?? ''}`;
/** npm's own packages of Node hold the program for one platform. */
const NODE_24 = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
const NODE_24_VERSION = '24.11.1';
const IMAGE = { repo: 'notes.example/node', tag: '20' };
const IMAGE_NAME = `${IMAGE.repo}:${IMAGE.tag}`;

test.describe.configure({ mode: 'serial' });

let folder: string;
let docker: Docker;

/** Runs a program in the consumer's folder. */
const here = (file: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Answer> =>
  run(file, args, env, { cwd: folder, timeout: 240_000 });

const npm = async (...args: string[]): Promise<void> => {
  const options = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'];
  const { status, err } = await here('npm', [...args, ...options]);
  expect(status, err).toBe(0);
};

test.beforeAll(async () => {
  test.setTimeout(300_000);
  docker = new Docker();
  folder = mkdtempSync(path.join(os.tmpdir(), 'sintoma-consumer-'));
  cpSync(path.join(import.meta.dirname, 'consumer'), folder, { recursive: true });
  // Under their own names they would count in this repository.
  renameSync(path.join(folder, 'notes.env'), path.join(folder, '.env'));
  renameSync(path.join(folder, 'consumer.tsconfig.json'), path.join(folder, 'tsconfig.json'));
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  const { status, out, err } = await run('npm', ['pack', '--pack-destination', folder], {}, { timeout: 120_000 });
  expect(status, err).toBe(0);
  await npm(
    'install',
    `./${out.split('\n').at(-1) ?? ''}`,
    PLAYWRIGHT,
    '@types/node@20',
    `${NODE_24}@${NODE_24_VERSION}`,
  );
  await docker.getImage(`${IMAGE_PREFIX}node`).tag(IMAGE);
});

test.afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await docker
    .getImage(IMAGE_NAME)
    .remove()
    .catch(() => undefined);
});

test('the package holds no source, test, key or certificate', () => {
  const files = readdirSync(path.join(folder, 'node_modules/sintoma'), { recursive: true, encoding: 'utf8' });
  expect(files).toEqual(
    expect.arrayContaining(['dist/index.d.ts', 'schema/diagnosis.v1.json', 'LICENSE', 'README.md']),
  );
  expect(files.filter((file) => /(?<!\.d)\.ts$|\.(key|crt|pem|tgz)$|^(tests|scenarios|compose)\//.test(file))).toEqual(
    [],
  );
});

test('its types fit a consumer that checks them strictly', async () => {
  const { status, out } = await here(process.execPath, [path.join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', '.']);
  expect(out).toBe('');
  expect(status).toBe(0);
});

/** A site whose first page is in order. The socket of its page `live` is answered with a page. */
async function withSite<T>(use: (url: string) => Promise<T>): Promise<T> {
  const site = http.createServer((request, response) => {
    if (request.url === '/api') response.writeHead(200, { 'content-type': 'application/json' }).end('[]');
    else {
      const script = request.url === '/live' ? 'new WebSocket(`ws://${location.host}/socket`)' : 'fetch("/api")';
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end(`<!doctype html><link rel="icon" href="data:,"><title>Site</title><script>${script}</script>`);
    }
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  try {
    return await use(`http://127.0.0.1:${(site.address() as net.AddressInfo).port}/`);
  } finally {
    site.closeAllConnections();
    site.close();
  }
}

test('a test of the team itself that fails on a page with a socket carries the diagnosis, without an engine', async () => {
  test.setTimeout(240_000);
  const own = path.join(folder, 'own');
  mkdirSync(own);
  writeFileSync(
    path.join(own, 'live.spec.ts'),
    `import { expect, test } from 'sintoma/playwright';
     test('live', async ({ page }) => {
       await page.goto(process.env.SITE + 'live');
       await expect(page.getByText('connected')).toBeVisible({ timeout: 1000 });
     });`,
  );
  writeFileSync(
    path.join(own, 'playwright.config.ts'),
    `export default {
       reporter: [['json', { outputFile: 'report.json' }]],
       use: { launchOptions: { executablePath: process.env.CHROMIUM, args: ['--no-sandbox'] } },
     };`,
  );
  await withSite(async (url) => {
    const cli = path.join(folder, 'node_modules/@playwright/test/cli.js');
    const env = { SITE: url, CHROMIUM: chromiumPath(true), DOCKER_HOST: 'unix:///tmp/no-engine.sock' };
    const { status, out, err } = await here(process.execPath, [cli, 'test', '--config', own], env);
    expect(status, `${out}\n${err}`).toBe(1);
  });
  const report = JSON.parse(readFileSync(path.join(own, 'report.json'), 'utf8')) as {
    suites: { specs: { tests: { results: { attachments: { name: string; body?: string }[] }[] }[] }[] }[];
  };
  const { attachments = [] } = report.suites[0]?.specs[0]?.tests[0]?.results[0] ?? {};
  const body = attachments.find(({ name }) => name === 'diagnosis.json')?.body ?? '';
  const diagnosis = diagnosisSchema.parse(JSON.parse(Buffer.from(body, 'base64').toString('utf8')));
  expect(diagnosis).toMatchObject({ verdict: 'faulty', candidates: expect.arrayContaining([expect.anything()]) });
});

for (const [name, nodeOf] of [
  [`Node ${process.versions.node}`, () => process.execPath],
  [`Node ${NODE_24_VERSION}`, () => path.join(folder, 'node_modules', NODE_24, 'bin/node')],
] as const) {
  test.describe(name, () => {
    const sintoma = (...args: string[]): Promise<Answer> =>
      here(nodeOf(), [path.join(folder, 'node_modules/sintoma/harness/cli/sintoma.js'), ...args]);

    test('--version, list and explain', async () => {
      expect((await sintoma('--version')).out).toBe(manifest.version);
      const listed = await sintoma('list', '--json');
      expect(listed.err).toBe('');
      expect((JSON.parse(listed.out) as { id: string }[]).map(({ id }) => id)).toEqual([
        'notes/live',
        'notes/live-off',
      ]);
      const explained = await sintoma('explain', 'backend-endpoint-missing');
      expect(explained.out).toContain('notes/live-off – The server does not take sockets.');
    });

    test('diagnose, from the command line and from a program, by the published schema', async () => {
      test.setTimeout(240_000);
      await withSite(async (url) => {
        const { status, out, err } = await sintoma('diagnose', url, '--json');
        expect(status, err).toBe(0);
        expect(diagnosisSchema.parse(JSON.parse(out)).verdict).toBe('healthy');
        const jiti = path.join(folder, 'node_modules/jiti/lib/jiti-cli.mjs');
        const program = await here(nodeOf(), [jiti, 'diagnose.ts', url]);
        expect(JSON.parse(program.out)).toEqual({ verdict: 'healthy', repair: null });
      });
    });

    test('a system of its own plays, beside another that holds its port and names, and nothing is left', async () => {
      test.setTimeout(240_000);
      const compose = path.join(folder, 'compose.yaml');
      const hash = (): string => createHash('sha256').update(readFileSync(compose)).digest('hex');
      const before = hash();
      const holder = net.createServer().listen(28_080, '0.0.0.0');
      const container = await docker.createContainer({ name: 'notes-web', Image: IMAGE_NAME, Cmd: ['true'] });
      const volume = await docker.createVolume({ Name: 'notes-data' });
      const network = await docker.createNetwork({ Name: 'notes-front' });
      try {
        const cli = path.join(folder, 'node_modules/@playwright/test/cli.js');
        const { status, out } = await here(nodeOf(), [cli, 'test']);
        expect(status, out).toBe(0);
        expect(out).toMatch(/✓ +\d+ \[notes\] › scenarios\/notes\/live\.scenario\.ts:18:\d+ › live-off /);
        expect(out).toMatch(/✓ notes\/live-off +backend-endpoint-missing +board: after-reload/);
        expect(out).toContain('Without a control subscriber');
        expect(out).toContain('2 passed');
        expect(hash()).toBe(before);
        // Neither taken, nor removed.
        expect((await container.inspect()).State.Status).toBe('created');
        expect(Object.keys((await volume.inspect()).Labels ?? {})).toEqual([]);
        const left = await docker.listContainers({ all: true, filters: { name: ['sintoma-notes'] } });
        expect(left).toEqual([]);
      } finally {
        holder.close();
        await container.remove();
        await volume.remove();
        await network.remove();
      }
    });
  });
}
