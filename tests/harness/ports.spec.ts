import { keptIn, overlayOf } from '../../harness/topology/overlay.ts';
import { isFree, PortBlock } from '../../harness/topology/ports.ts';
import { expect, test } from './support/test.ts';

test('a block gives each container port one number for good, below those that machines hand out', async () => {
  const block = (await PortBlock.reserve()) as PortBlock;
  try {
    const [web, api] = [block.of('web', 80), block.of('api', 80)];
    expect(block.of('web', 80)).toBe(web);
    expect(new Set([web, api, block.of('web', 80, 'udp'), block.toJSON().first]).size).toBe(4);
    expect(web).toBeLessThan(32_768);
    const more = Array.from({ length: 60 }, (_value, index) => block.of('many', index));
    expect(
      more.filter((port) => port === undefined),
      'the engine chooses for the rest',
    ).toHaveLength(60 - 46);
  } finally {
    await block.release();
  }
});

test('a block is taken until it is released, also where nothing of the stack runs', async () => {
  const block = (await PortBlock.reserve()) as PortBlock;
  const { first } = block.toJSON();
  expect(await isFree(first)).toBe(false);
  await block.release();
  expect(await isFree(first)).toBe(true);
});

test('an override publishes under the numbers of the block, and tells another process which', async () => {
  const block = (await PortBlock.reserve()) as PortBlock;
  try {
    const ports = [{ target: 80 }];
    const services = { web: { ports }, many: { ports, deploy: { replicas: 2 } } };
    const resolved = { services, networks: {}, volumes: {} };
    const options = { project: 'p', labels: {}, images: {}, address: '127.0.0.1' };
    const written = overlayOf(resolved, { ...options, block });
    expect(written).toContain(`127.0.0.1:${block.of('web', 80)}:80`);
    expect(written, 'containers of one service cannot share a port').toContain('127.0.0.1::80');
    expect(keptIn(written).ports).toEqual(block.toJSON());
    const resumed = await PortBlock.resume(keptIn(written).ports as ReturnType<PortBlock['toJSON']>);
    expect(resumed.of('web', 80)).toBe(block.of('web', 80));
    expect(keptIn(overlayOf(resolved, options)).ports).toBeUndefined();
  } finally {
    await block.release();
  }
});
