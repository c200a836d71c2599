// What the recorder says of who asked for a script, and of sockets that a navigation ends.
import type { Recorded } from '../../harness/browser/recorder.ts';
import { SITE, test } from './support/sites.ts';
import { expect } from './support/test.ts';

const PATIENCE_MS = 10_000;

test.use({ trace: 'off', screenshot: 'off' });

test('a script that another script file asks for is told from one that the document names', async ({
  sites,
  visitor: { page, recorder },
}) => {
  const add = (path: string): string =>
    `{ const script = document.createElement('script'); script.src = '${path}'; document.head.append(script); }`;
  sites.on('/boot.js', (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/javascript' }).end(add('/optional.js'));
  });
  // What stands in the document is the document's: it names the file that boots the rest.
  await page.goto(SITE + sites.page(add('/boot.js')));
  const missing = ({ requests }: Recorded): boolean =>
    requests.some(({ url, status }) => url.endsWith('/optional.js') && status === 404);
  expect(await recorder.until(missing, PATIENCE_MS)).toBe(true);
  const byScript = (name: string) => recorder.recorded.requests.find(({ url }) => url.endsWith(name))?.byScript;
  expect([byScript('/boot.js'), byScript('/optional.js')]).toEqual([undefined, true]);
});

test('a socket that ends because the page loads itself anew is no cut, and one that the server cut before is', async ({
  sites,
  visitor: { page, recorder },
}) => {
  sites.onSocket('/cut', (socket) => {
    socket.close(1012);
  });
  sites.onSocket('/stays', (socket) => {
    socket.send('reload');
  });
  const url = `ws://${new URL(SITE).host}`;
  await page.goto(
    SITE +
      sites.page(`if (performance.getEntriesByType('navigation')[0].type !== 'reload') {
  new WebSocket('${url}/cut').onclose = () => {
    new WebSocket('${url}/stays').onmessage = () => location.reload();
  };
}`),
  );
  const left = ({ sockets }: Recorded): boolean => sockets.some(({ closedByNavigation }) => closedByNavigation);
  expect(await recorder.until(left, PATIENCE_MS), JSON.stringify(recorder.recorded.sockets)).toBe(true);
  const ends = recorder.recorded.sockets.map(({ url: at, closedAt, closedByNavigation }) => [
    new URL(at).pathname,
    closedAt !== undefined,
    closedByNavigation,
  ]);
  expect(ends).toEqual([
    ['/cut', true, undefined],
    ['/stays', true, true],
  ]);
});
