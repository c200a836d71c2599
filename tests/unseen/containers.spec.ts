// Real programs of small systems, in containers: whose they are, when they go, and what is said when one does not start.
import { expect, test } from '@playwright/test';
import { newEngine } from '../../harness/topology/engine.ts';
import { currentRun, LABEL_OWNER, LABEL_RUN } from '../../harness/topology/ownership.ts';
import { imagesOfTests } from '../../harness/setup/configurations.ts';
import { startProgram } from './systems/containers.ts';
import { nginx } from './systems/proxies.ts';
import { World } from './systems/world.ts';

/** Labels of this run's container for a port. */
const labelsOf = async (port: number): Promise<Record<string, string> | undefined> => {
  const all = await newEngine().listContainers({ all: true, filters: { label: [LABEL_OWNER] } });
  return all.find(({ Names }) => Names.includes(`/sintoma-unseen-${currentRun().run}-${port}`))?.Labels;
};

test('a program reaches this process, belongs to the run, and goes with its system', async () => {
  const world = new World();
  try {
    const { port } = await world.http((_request, response) => response.end('from the test'));
    const front = await nginx(world, `location / { proxy_pass http://127.0.0.1:${port}; }`);
    const answer = await fetch(`http://127.0.0.1:${front}/`);
    expect([answer.headers.get('server')?.split('/')[0], await answer.text()]).toEqual(['nginx', 'from the test']);
    const { run, owner } = currentRun();
    expect(await labelsOf(front)).toMatchObject({ [LABEL_RUN]: run, [LABEL_OWNER]: owner });
    await world.stop();
    expect(await labelsOf(front)).toBeUndefined();
  } finally {
    await world.stop();
  }
});

test('a program that ends says why, and its container goes too', async () => {
  const world = new World();
  const port = await world.closedPort();
  try {
    await expect(
      startProgram(world, 'python', ['python3', '-c', 'raise SystemExit("no such table")'], port),
    ).rejects.toThrow(/python.* ended with 1:\nno such table/);
  } finally {
    await world.stop();
  }
  expect(await labelsOf(port)).toBeUndefined();
});

test('set-up builds these images for the project of these tests, the base first, and for no other', () => {
  const images = imagesOfTests((project) => project === 'unseen');
  expect(images).toEqual(['base', 'nginx', 'haproxy', 'caddy', 'apache', 'python']);
  expect(imagesOfTests((project) => project === 'veloflux')).toEqual([]);
});
