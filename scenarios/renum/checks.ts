/** Small questions to the running system that decide claims and need no browser. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { ask, type Check, check, handshakeStatus, openWebSocket, publishedAt, type Reach } from 'sintoma';
import { SOCKET } from './expected.ts';

/** The origin that the backend allows when a page of this origin asks; undefined when it refuses. */
async function allowedOrigin(reach: Reach, origin: string): Promise<string | undefined> {
  const { headers } = await ask(`${publishedAt(reach, 'backend', 8000)}/api/tasks`, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'GET',
      'access-control-request-headers': 'authorization',
    },
  });
  return headers['access-control-allow-origin'] as string | undefined;
}

/** Asks for each origin and states which ones are allowed. */
async function assertOrigins(reach: Reach, allowed: readonly string[], refused: readonly string[]): Promise<string> {
  for (const origin of allowed) assert.equal(await allowedOrigin(reach, origin), origin, `${origin} is refused`);
  for (const origin of refused) assert.equal(await allowedOrigin(reach, origin), undefined, `${origin} is allowed`);
  return `allowed: ${allowed.join(', ')}; refused: ${refused.join(', ')}`;
}

const DOCUMENTED = ['https://www.suna.so', 'https://suna.so', 'https://renum.com.br', 'https://www.renum.com.br'];
const PREVIEW_OF_RENUM = 'https://renum-9c41d2.vercel.app';
const PREVIEW_OF_SUNA = 'https://suna-1f-prjcts.vercel.app';
const LOCALHOST = 'http://localhost:3001';

const checks: Check[] = [
  check('renum/check-bundle-holds-the-address', {
    title: "the production deployment's scripts hold the documented address of the socket",
    async run(reach) {
      const site = publishedAt(reach, 'production', 3001);
      const page = await ask(`${site}/`);
      const scripts = [...page.text.matchAll(/src="(\/_next\/static\/[^"]+\.js)"/g)].map(([, path]) => path as string);
      const texts = await Promise.all(scripts.map((path) => ask(`${site}${path}`)));
      const holding = scripts.filter((_path, index) => texts[index]?.text.includes(SOCKET));
      assert.notEqual(holding.length, 0, `none of ${scripts.length} scripts holds ${SOCKET}`);
      return `${holding.join(', ')} of ${scripts.length} scripts`;
    },
  }),
  check('renum/check-origins-of-production', {
    title: 'production allows the documented origins, and whoever names a project renum-<anything> at the host',
    run: (reach) =>
      assertOrigins(
        reach,
        [...DOCUMENTED, PREVIEW_OF_RENUM, 'https://renum-of-somebody-else.vercel.app'],
        ['https://renum.vercel.app', LOCALHOST, PREVIEW_OF_SUNA, 'https://renum-x.vercel.app.example.test'],
      ),
  }),
  check('renum/check-socket-takes-any-origin', {
    title: 'the socket opens for origins that the list does not have, and for none',
    async run(reach) {
      const socket = `${publishedAt(reach, 'backend', 8000, 'ws')}/ws`;
      const statuses = await Promise.all(
        ['https://example.test', LOCALHOST, undefined].map((origin) => handshakeStatus(socket, origin)),
      );
      assert.deepEqual(statuses, [101, 101, 101]);
      return 'foreign 101, localhost 101, none 101';
    },
  }),
  check('renum/check-paths-of-the-socket', {
    title: 'only /ws opens; every other path answers a handshake with 403, and an ordinary GET with 404',
    async run(reach) {
      const read: string[] = [];
      for (const [path, expected] of [
        ['/ws', 101],
        ['/ws/', 403],
        ['/api/ws', 403],
        ['/anything', 403],
      ] as const) {
        const status = await handshakeStatus(`${publishedAt(reach, 'backend', 8000, 'ws')}${path}`);
        assert.equal(status, expected, path);
        read.push(`${path} ${status}`);
      }
      const { status } = await ask(`${publishedAt(reach, 'backend', 8000)}/ws`);
      assert.equal(status, 404);
      return `${read.join(', ')}, GET /ws ${status}`;
    },
  }),
  check('renum/check-backend-by-port-and-by-name', {
    title: 'the backend answers on its port 8000, and through the HTTPS proxy',
    async run(reach) {
      const direct = await ask(`${publishedAt(reach, 'backend', 8000)}/api/health`);
      const proxied = await ask(`${publishedAt(reach, 'proxy', 443, 'https')}/api/health`, {
        servername: 'api.renum.com.br',
      });
      assert.deepEqual([direct.status, proxied.status], [200, 200]);
      assert.equal(direct.text, proxied.text);
      return `8000 ${direct.status}, https ${proxied.status}`;
    },
  }),
  check('renum/check-origins-of-a-developer', {
    title: 'in LOCAL, localhost:3001 is allowed as well',
    faults: ['developer-machine'],
    run: (reach) => assertOrigins(reach, [...DOCUMENTED, PREVIEW_OF_RENUM, LOCALHOST], [PREVIEW_OF_SUNA]),
  }),
  check('renum/check-origins-of-staging', {
    title: 'in STAGING, localhost:3001 and the previews of both projects are allowed as well',
    faults: ['backend-staging'],
    run: (reach) => assertOrigins(reach, [...DOCUMENTED, PREVIEW_OF_RENUM, PREVIEW_OF_SUNA, LOCALHOST], []),
  }),
  check('renum/check-silent-client-is-closed', {
    title: 'who presents no token in time is closed with 1008 and a reason (ten seconds, scaled to one)',
    faults: ['auth-timeout-1s'],
    async run(reach) {
      const socket = await openWebSocket(`${publishedAt(reach, 'backend', 8000, 'ws')}/ws`);
      const frames: string[] = [];
      socket.on('message', (raw: Buffer) => frames.push(raw.toString('utf8')));
      const [code, reason] = (await once(socket, 'close', { signal: AbortSignal.timeout(10_000) })) as [number, Buffer];
      assert.deepEqual([code, reason.toString()], [1008, 'Authentication timeout']);
      assert.match(frames.join('\n'), /"type":"auth_required","timeout":1[\s\S]*"code":"AUTH_FAILED"/);
      return `${code} "${reason.toString()}" after ${frames.length} frames`;
    },
  }),
];

export default checks;
