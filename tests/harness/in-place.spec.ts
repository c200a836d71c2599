// A changed file is taken by the container that runs, and what runs is what a real `up` would give.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import Docker from 'dockerode';
import { execa } from 'execa';
import { request } from 'undici';
import { NGINX_RELOAD } from '../../harness/index.ts';
import type { Deployment } from '../../harness/topology/deployment.ts';
import { stateOf, type Reload } from '../../harness/topology/in-place.ts';
import { handRun, KEPT, LABEL_PROJECT, removeWhere } from '../../harness/topology/ownership.ts';
import { Stack } from '../../harness/topology/stack.ts';
import { expect, test as base } from './support/test.ts';

const server = (text: string): string => `server { listen 80; location / { return 200 "${text} $$uri"; } }\n`;
const withFile = (target: string, content: string): object => ({
  services: { web: { configs: [{ source: 'file', target }] } },
  configs: { file: { content } },
});

const COMPOSE = {
  services: {
    web: {
      image: 'localhost/sintoma/nginx',
      pull_policy: 'never',
      init: true,
      ports: ['127.0.0.1::80'],
      configs: [{ source: 'healthy', target: '/etc/nginx/conf.d/site.conf' }],
    },
    other: { image: 'localhost/sintoma/nginx', pull_policy: 'never', init: true },
  },
  configs: { healthy: { content: server('healthy') } },
};
const FAULTS = {
  edited: withFile('/etc/nginx/conf.d/site.conf', server('edited')),
  // The image has this file.
  covers: withFile('/etc/nginx/mime.types', 'types { text/x-covered txt; }\n'),
  // The image has none of this name.
  adds: withFile('/etc/nginx/conf.d/added.conf', '# nothing\n'),
  malformed: withFile('/etc/nginx/conf.d/site.conf', 'server {\n'),
  environment: { services: { other: { environment: { A: 'b' } } } },
};

const test = base.extend<{ open: (reload?: Record<string, Reload>) => Stack }>({
  open: async ({ folder }, use) => {
    const written = {
      'compose.yaml': COMPOSE,
      ...Object.fromEntries(Object.entries(FAULTS).map(([k, v]) => [`${k}.yaml`, v])),
    };
    // JSON is YAML.
    for (const [name, content] of Object.entries(written))
      writeFileSync(path.join(folder, name), JSON.stringify(content));
    const deployment: Deployment = {
      name: 'in-place',
      compose: path.join(folder, 'compose.yaml'),
      faults: folder,
      addresses: {},
    };
    const run = handRun(folder);
    const project = `sintoma-in-place-${run}`;
    const stacks: Stack[] = [];
    await use((reload = { web: NGINX_RELOAD }) => {
      const stack = new Stack({ deployment, ready: { web: { tcp: 80 } }, reload, project, run, owner: KEPT });
      stacks.push(stack);
      return stack;
    });
    await stacks[0]?.down();
    await removeWhere(new Docker(), (labels) => labels[LABEL_PROJECT] === project);
  },
});

async function up(
  stack: Stack,
  faults: string[],
  options: { without?: string[]; anew?: boolean } = {},
): Promise<string> {
  await stack.edit(faults);
  await stack.up(options.without, options);
  return stack.containers('web')[0] ?? '';
}

async function answer(stack: Stack, file = '/'): Promise<string> {
  const { host, port } = stack.at('web', 80);
  return (await request(`http://${host}:${port}${file}`)).body.text();
}

const mimeTypes = (stack: Stack): Promise<string> => stack.exec('web', ['head', '-c', '60', '/etc/nginx/mime.types']);

test('a changed file is taken without a new container, and taken back', async ({ open }) => {
  const stack = open();
  const first = await up(stack, []);
  expect(await answer(stack)).toBe('healthy /');
  expect(await up(stack, ['edited'])).toBe(first);
  expect(await answer(stack)).toBe('edited /');
  expect(await up(stack, [])).toBe(first);
  expect(await answer(stack)).toBe('healthy /');

  const types = await mimeTypes(stack);
  expect(await up(stack, ['covers'])).toBe(first);
  expect(await mimeTypes(stack)).toContain('text/x-covered');
  expect(await up(stack, []), 'what the image has in its place is put back').toBe(first);
  expect(await mimeTypes(stack)).toBe(types);
});

test('a new container is made where files are not all: for a service, a program, a restart that is the subject', async ({
  open,
}) => {
  const stack = open();
  let before = await up(stack, []);
  const made = async (faults: string[], options?: Parameters<typeof up>[2]): Promise<boolean> => {
    const now = await up(stack, faults, options);
    const isNew = now !== before;
    before = now;
    return isNew;
  };
  expect(await made(['edited'], { anew: true }), 'asked for').toBe(true);
  expect(await made(['edited'], { anew: true }), 'nothing differs').toBe(false);
  expect(await made([])).toBe(false);
  expect(await made(['adds'])).toBe(false);
  expect(await made([]), 'nothing can be taken away').toBe(true);
  expect(await made(['adds', 'environment']), 'another service differs too').toBe(true);
  expect(await made(['edited', 'environment'])).toBe(true);
  expect(await answer(stack)).toBe('edited /');
  expect(await made(['environment']), 'only the file differs').toBe(false);
  expect(await made(['environment'], { anew: true }), 'nothing is left that was changed in place').toBe(true);
  expect(await made(['edited', 'environment'])).toBe(false);
  expect(await made([]), 'only the other service differs, and this one has its own file back').toBe(false);
  expect(await answer(stack)).toBe('healthy /');

  const others = open({});
  await up(others, []);
  expect(await up(others, ['edited']), 'nobody says how it takes its files').not.toBe(before);
});

test('a file that the program does not take is given to a new container, which then does not start', async ({
  open,
}) => {
  const stack = open();
  let began = Date.now();
  const first = await up(stack, []);
  const usual = Date.now() - began;
  began = Date.now();
  expect(await up(stack, ['malformed'], { without: ['web'] })).not.toBe(first);
  await expect.poll(() => stack.hasEnded('web')).toBe(true);
  expect(Date.now() - began, 'its log has said so: the five seconds are not waited for').toBeLessThan(usual + 4000);
  await up(stack, []);
  expect(await answer(stack)).toBe('healthy /');
});

for (const [how, again] of [
  [
    'a person',
    async ({ project }: Stack, files: string[]) => {
      await execa('docker', [
        'compose',
        '-p',
        project,
        ...files.flatMap((file) => ['-f', file]),
        'up',
        '-d',
        '--no-build',
        '--timeout',
        '1',
      ]);
    },
  ],
  [
    'another process',
    async (_stack: Stack, _files: string[], open: () => Stack) => {
      await up(open(), []);
    },
  ],
] as const) {
  test(`what ${how} brings up is what the files say, whatever was changed in place before`, async ({ open }) => {
    const stack = open();
    const first = await up(stack, []);
    expect(await up(stack, ['edited'])).toBe(first);
    // The healthy files are those with which the container was made: Compose alone would see nothing to do.
    const healthy = stack.files().filter((file) => !file.endsWith('/edited.yaml'));
    await again(stack, healthy, open);
    await stack.attach();
    // Who brings it up by hand waits for nothing.
    await expect.poll(() => answer(stack).catch(() => undefined)).toBe('healthy /');
  });
}

test('only files whose content is known are taken in place', () => {
  const project = {
    services: {
      web: {
        image: 'a',
        configs: [
          { source: 'text', target: '/text' },
          { source: 'file', target: '/file' },
        ],
      },
    },
    networks: {},
    volumes: {},
    addresses: {},
    standIns: {},
    configs: { text: { content: 'costs 5$$' }, file: { file: './file' } as object },
  };
  const { web } = stateOf(project, {}).services;
  expect(web?.files).toEqual({ '/text': 'costs 5$' });
  const other = stateOf({ ...project, configs: { ...project.configs, file: { file: './other' } as object } }, {});
  expect(other.services['web']?.spec).not.toBe(web?.spec);
  expect(stateOf(project, { web: 'b' }).services['web']?.spec).not.toBe(web?.spec);
});
