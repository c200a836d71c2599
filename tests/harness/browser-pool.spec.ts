import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from '@playwright/test';
import { BrowserPool, newVisitor } from '../../harness/browser/visitor.ts';
import { expect, test } from './support/test.ts';

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
  const { port } = server.address() as AddressInfo;
  const pool = new BrowserPool({ flags: [], env: {}, store: false });
  const rule = { host: 'a.example.test', port: 80, to: { address: '127.0.0.1', port } };
  const used = new Set<Browser>();
  try {
    for (let visit = 0; visit < 2; visit += 1) {
      const browser = await pool.for([rule]);
      used.add(browser);
      const { context, page } = await newVisitor(browser);
      await page.goto('http://a.example.test/');
      await context.close();
    }
    expect(used.size).toBe(1);
    expect(new Set(asked.map(({ from }) => from)).size, 'connections').toBe(2);
    expect(asked.map(({ etag, cookie }) => [etag, cookie])).toEqual([
      [undefined, undefined],
      [undefined, undefined],
    ]);
    for (const host of ['b.example.test', 'c.example.test', 'a.example.test'])
      used.add(await pool.for([{ ...rule, host }]));
    expect(used.size, 'other addresses need another browser, and two are kept').toBe(4);
  } finally {
    await pool.close();
    await new Promise((resolve) => server.close(resolve));
  }
});
