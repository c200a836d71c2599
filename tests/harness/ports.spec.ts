import http from 'node:http';
import net from 'node:net';
import { overlayOf, portsIn } from '../../harness/topology/overlay.ts';
import { PortBlock } from '../../harness/topology/ports.ts';
import { BrowserPool, newVisitor } from '../../harness/browser/visitor.ts';
import { expect, test } from './support/test.ts';

/** True when a port of this machine takes a listener. */
const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });

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
    expect(portsIn(written)).toEqual(block.toJSON());
    const resumed = await PortBlock.resume(portsIn(written) as ReturnType<PortBlock['toJSON']>);
    expect(resumed.of('web', 80)).toBe(block.of('web', 80));
    expect(portsIn(overlayOf(resolved, options))).toBeUndefined();
  } finally {
    await block.release();
  }
});

test('visits share a browser, and neither connections nor cache nor cookies', async () => {
  const asked: { from: string; etag: string | undefined; cookie: string | undefined }[] = [];
  const server = http.createServer((request, response) => {
    const { 'if-none-match': etag, cookie } = request.headers;
    if (request.url === '/')
      asked.push({ from: `${request.socket.remoteAddress}:${request.socket.remotePort}`, etag, cookie });
    response.writeHead(200, {
      'Content-Type': 'text/html',
      'Cache-Control': 'max-age=600',
      ETag: '"one"',
      'Set-Cookie': 'session=1',
    });
    response.end('<title>a page</title>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  const pool = new BrowserPool({ flags: [], env: {}, store: false });
  const rule = { host: 'a.example.test', port: 80, to: { address: '127.0.0.1', port } };
  try {
    for (let visit = 0; visit < 2; visit += 1) {
      const { context, page } = await newVisitor(await pool.for([rule]));
      await page.goto('http://a.example.test/');
      await context.close();
    }
    expect(pool.launches).toBe(1);
    expect(new Set(asked.map(({ from }) => from)).size, 'connections').toBe(2);
    expect(asked.map(({ etag, cookie }) => [etag, cookie])).toEqual([
      [undefined, undefined],
      [undefined, undefined],
    ]);
    for (const host of ['b.example.test', 'c.example.test', 'a.example.test']) await pool.for([{ ...rule, host }]);
    expect(pool.launches, 'other addresses need another browser, and two are kept').toBe(4);
  } finally {
    await pool.close();
    await new Promise((resolve) => server.close(resolve));
  }
});
