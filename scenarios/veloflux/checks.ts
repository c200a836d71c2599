/** Small questions to the running system that decide claims and need no browser. */
import assert from 'node:assert/strict';
import net from 'node:net';
import {
  type Answer,
  ask,
  type Check,
  check,
  type CheckTools,
  differences,
  handshakeStatus,
  openWebSocket,
  type Reach,
} from 'sintoma';
import { DISPUTED, ENDPOINTS, GREETING, UPDATE } from './expected.ts';
import { TOKEN } from './topology.ts';

/** Where each documented port is published. */
const PORTS = {
  80: ['loadbalancer', 80],
  443: ['loadbalancer', 443],
  3000: ['frontend', 80],
  8080: ['backend', 8080],
  9000: ['backend', 9000],
  9090: ['backend', 9090],
  9091: ['prometheus', 9090],
  9092: ['alertmanager', 9093],
} as const;

/** host:port at which a documented port of localhost really is. */
function at(reach: Reach, documented: keyof typeof PORTS): string {
  const [service, containerPort] = PORTS[documented];
  const { host, port } = reach.at(service, containerPort);
  return `${host}:${port}`;
}

/** One request of a signed-in user. */
const send = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, json?: object): Promise<Answer> =>
  ask(`http://${url}`, {
    method,
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    ...(json ? { body: JSON.stringify(json) } : {}),
  });

const get = (url: string): Promise<Answer> => send('GET', url);

/** Opens a socket, does something once it is greeted, and returns the first two frames. */
async function twoFrames(url: string, afterTheFirst: () => Promise<unknown>): Promise<string[]> {
  const socket = await openWebSocket(`ws://${url}`);
  return new Promise((resolve, reject) => {
    const frames: string[] = [];
    const timer = setTimeout(() => {
      socket.terminate();
      reject(new Error(`two frames did not come in 5 s, only: ${frames.join(' ')}`));
    }, 5000);
    socket.once('error', reject);
    socket.on('message', (raw: Buffer) => {
      frames.push(raw.toString('utf8'));
      if (frames.length === 1) afterTheFirst().catch(reject);
      if (frames.length < 2) return;
      clearTimeout(timer);
      socket.terminate();
      resolve(frames);
    });
  });
}

const accepts = (address: string): Promise<boolean> =>
  new Promise((resolve) => {
    const [host, port] = address.split(':') as [string, string];
    const socket = net.connect(Number(port), host);
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('close', () => socket.destroy()).setTimeout(2000, () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });

/** Asks again until the answer satisfies, for at most 10 s: what is asked needs a scrape or a notification. */
async function eventually<T>(question: () => Promise<T>, satisfies: (answer: T) => boolean): Promise<T> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const answer = await question();
    if (satisfies(answer) || Date.now() > deadline) return answer;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** The last lines of a service's log, once they match, or after 10 s: what a program writes takes a moment to be kept. */
async function logged(tools: CheckTools, service: string, line: RegExp): Promise<string> {
  const logs = await eventually(
    () => tools.logs(),
    (all) => line.test(all[service] ?? ''),
  );
  return logs[service] ?? '';
}

/** What /api/status says of Prometheus' targets. */
const targetsOf = ({ text }: { text: string }): object[] | null =>
  (JSON.parse(text) as { targets: object[] | null }).targets;

const addBackend = (reach: Reach, name: string, status: string): Promise<Answer> =>
  send('POST', `${at(reach, 80)}/api/backends`, { name, status });

/** What a documented script prints. */
const script = async (tools: CheckTools, name: string): Promise<string> =>
  (await tools.exec('workstation', ['python3', '/srv/documented.py', name])).trim();

/** What each looping or testing script says, by name. A script that ends in a traceback says that. */
async function monitors(tools: CheckTools, ...more: string[]): Promise<Record<string, string>> {
  const names = ['quick-test', 'watch-status', 'test-all-endpoints', 'monitor-websockets', ...more];
  const said = await Promise.all(
    names.map((name) => script(tools, name).catch((error: unknown) => `ends in an error: ${(error as Error).message}`)),
  );
  return Object.fromEntries(names.map((name, index) => [name, said[index] as string]));
}

const table = (said: Record<string, string>, truth: string): string =>
  Object.entries(said)
    .map(([name, text]) => `${name}: ${text.replaceAll('\n', ', ')}`)
    .concat(`in truth: ${truth}`)
    .join('\n');

const one = (id: string, title: string, run: Check['run'], faults?: readonly string[]): Check =>
  check(`veloflux/check-${id}`, { title, ...(faults ? { faults } : {}), run });

/** Routes of the map's REST list for port 9090, and whether the backend has them. */
type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

const ROUTES: readonly (readonly [Method, string, boolean])[] = [
  ['POST', '/api/auth/login', true],
  ['POST', '/api/auth/register', false],
  ['POST', '/api/auth/refresh', false],
  ['GET', '/api/auth/logout', false],
  ['GET', '/health', true],
  ['GET', '/api/status', true],
  ['GET', '/api/version', false],
  ['GET', '/api/metrics', true],
  ['GET', '/api/metrics/realtime', false],
  ['GET', '/api/system/info', false],
  ['GET', '/api/backends', true],
  ['POST', '/api/backends', true],
  ['GET', '/api/ai/status', false],
  ['GET', '/api/ai/predictions', false],
  ['POST', '/api/ai/train', false],
  ['GET', '/api/ai/models', false],
  ['GET', '/api/billing/usage', false],
  ['GET', '/api/billing/plans', false],
  ['POST', '/api/billing/upgrade', false],
  ['GET', '/api/billing/history', false],
  ['GET', '/api/tenants', false],
  ['POST', '/api/tenants', false],
  ['GET', '/api/tenants/1', false],
  ['PUT', '/api/tenants/1', false],
  ['DELETE', '/api/tenants/1', false],
  ['GET', '/api/admin/stats', false],
  ['GET', '/api/admin/users', false],
  ['POST', '/api/admin/users', false],
  ['GET', '/api/admin/logs', false],
];

const ADMIN_ROUTES = [
  ['GET', '/admin/health'],
  ['GET', '/admin/metrics'],
  ['POST', '/admin/reload'],
  ['GET', '/admin/config'],
  ['PUT', '/admin/config'],
] as const;

const METRICS = {
  sockets: [
    'websocket_connections_total',
    'websocket_connection_duration_seconds',
    'websocket_messages_sent_total',
    'websocket_messages_received_total',
  ],
  requests: ['http_requests_total', 'http_request_duration_seconds', 'http_response_size_bytes'],
};

const checks: Check[] = [
  one('documented-200s', 'the five addresses that are said to answer 200 do', async (reach) => {
    const health = await get(`${at(reach, 9090)}/health`);
    assert.equal(health.status, 200);
    assert.match(health.type, /json/);
    const connected = /^veloflux_redis_up 1$/m;
    const metrics = await eventually(
      () => get(`${at(reach, 8080)}/metrics`),
      ({ text }) => connected.test(text),
    );
    assert.equal(metrics.status, 200);
    assert.match(metrics.text, connected);
    for (const path of ['/', '/dashboard']) {
      const page = await get(`${at(reach, 80)}${path}`);
      assert.equal(page.status, 200);
      assert.match(page.text, /<title>VeloFlux<\/title>/);
    }
    assert.equal((await get(`${at(reach, 9092)}/`)).status, 200);
    return `:9090/health ${health.type}, :8080/metrics ${metrics.type}, / and /dashboard the page, :9092 200`;
  }),
  one('any-path-is-200', 'the load balancer answers 200 with the page for any path', async (reach) => {
    const page = await get(`${at(reach, 80)}/no-such-page`);
    assert.equal(page.status, 200);
    assert.match(page.type, /html/);
    return `/no-such-page: ${page.status} ${page.type}`;
  }),
  one(
    'documented-ports',
    'the eight published ports accept connections; the port of Redis is not published',
    async (reach) => {
      for (const port of Object.keys(PORTS).map(Number) as (keyof typeof PORTS)[]) {
        assert(await accepts(at(reach, port)), `port ${port} does not accept`);
      }
      assert.throws(() => reach.at('redis', 6379), /does not publish/);
      return `${Object.keys(PORTS).join(', ')} accept; 6379 is inside only`;
    },
  ),
  one('prometheus-root', 'Prometheus answers a redirect at its root', async (reach) => {
    const root = await get(`${at(reach, 9091)}/`);
    assert.equal(root.status, 302);
    assert.equal((await get(`${at(reach, 9091)}/-/healthy`)).status, 200);
    return `:9091/ ${root.status}, /-/healthy 200`;
  }),
  one('admin-routes', 'the five documented admin routes, and /health on 9000, are 404', async (reach) => {
    for (const [method, path] of [...ADMIN_ROUTES, ['GET', '/health'] as const]) {
      assert.equal((await send(method, `${at(reach, 9000)}${path}`)).status, 404, path);
    }
    const added = await send('POST', `${at(reach, 9000)}/admin/backends`, { name: 'admin-check' });
    assert.equal(added.status, 201);
    const { id } = JSON.parse(added.text) as { id: string };
    assert.equal((await send('DELETE', `${at(reach, 9000)}/admin/backends/${id}`)).status, 204);
    return 'all 404; POST /admin/backends and DELETE /admin/backends/{id} exist';
  }),
  one('metrics-port', 'port 8080 serves /metrics and nothing else', async (reach) => {
    assert.equal((await get(`${at(reach, 8080)}/metrics`)).status, 200);
    const health = await get(`${at(reach, 8080)}/health`);
    assert.equal(health.status, 404);
    const socket = await handshakeStatus(`ws://${at(reach, 8080)}/api/ws/metrics`);
    assert.equal(socket, 404);
    return `/metrics 200, /health ${health.status}, socket ${socket}`;
  }),
  one('seven-endpoints', 'of the seven documented endpoints three answer 101 and four 404', async (reach) => {
    const statuses: string[] = [];
    for (const [endpoints, expected] of [
      [ENDPOINTS, 101],
      [DISPUTED, 404],
    ] as const) {
      for (const endpoint of endpoints) {
        const status = await handshakeStatus(`ws://${at(reach, 9090)}/api/ws/${endpoint}`);
        assert.equal(status, expected, endpoint);
        statuses.push(`${endpoint} ${status}`);
      }
    }
    return statuses.join(', ');
  }),
  one('frames', 'each endpoint greets with `connected` and then carries every `backend_update`', async (reach) => {
    for (const endpoint of ENDPOINTS) {
      const name = `frame-check-${endpoint}`;
      const [greeting, update] = await twoFrames(`${at(reach, 9090)}/api/ws/${endpoint}`, () =>
        addBackend(reach, name, 'up'),
      );
      assert.deepEqual(differences(GREETING, JSON.parse(greeting as string)), []);
      assert.deepEqual(differences(UPDATE, JSON.parse(update as string)), []);
      assert.match(update as string, new RegExp(name));
    }
    return 'connected, backend_update on backends, metrics and status alike: one hub';
  }),
  one('rest-routes', "which routes of the map's REST list exist", async (reach) => {
    const read: string[] = [];
    const tell = async (method: Method, path: string, json: object): Promise<Answer> => {
      const answer = await send(method, `${at(reach, 9090)}${path}`, json);
      read.push(`${method} ${path} ${answer.status}`);
      return answer;
    };
    for (const [method, path, exists] of ROUTES) {
      const { status } = await tell(method, path, {});
      assert.equal(status === 404 || status === 405, !exists, `${method} ${path}: ${status}`);
    }
    // A backend that there is: an unknown one is 404 by every method.
    const { id } = JSON.parse((await addBackend(reach, 'route-check', 'up')).text) as { id: string };
    const found = await tell('GET', `/api/backends/${id}`, {});
    const changed = await tell('PUT', `/api/backends/${id}`, { name: 'route-check', status: 'down' });
    const deleted = await tell('DELETE', `/api/backends/${id}`, {});
    assert.deepEqual([found.status, changed.status, deleted.status], [200, 200, 204]);
    return read.join(', ');
  }),
  one('api-health', '/api/health exists on the load balancer and not on the backend', async (reach) => {
    const through = await get(`${at(reach, 80)}/api/health`);
    const direct = await get(`${at(reach, 9090)}/api/health`);
    assert.deepEqual([through.status, direct.status], [200, 404]);
    return `through ${through.status}, direct ${direct.status}`;
  }),
  one('metric-names', 'none of the documented metrics is in /metrics', async (reach) => {
    const { text } = await get(`${at(reach, 8080)}/metrics`);
    for (const name of [...METRICS.sockets, ...METRICS.requests]) assert(!text.includes(name), name);
    return `absent: ${[...METRICS.sockets, ...METRICS.requests].join(', ')}`;
  }),
  one('internal-communication', 'the backend reaches Redis and Prometheus by their names', async (reach) => {
    const health = await eventually(
      () => get(`${at(reach, 9090)}/health`),
      ({ text }) => text.includes('"redis":"ok"'),
    );
    assert.match(health.text, /"redis":"ok"/);
    // Prometheus is ready before it has looked for its targets.
    const { text } = await eventually(
      () => get(`${at(reach, 9090)}/api/status`),
      (answer) => targetsOf(answer)?.length === 1,
    );
    assert.equal(targetsOf({ text })?.length, 1, text);
    return `redis ok; Prometheus tells of ${JSON.stringify(targetsOf({ text }))}`;
  }),
  one('troubleshooting', 'the three troubleshooting steps for 9090 tell that it runs', async (reach) => {
    assert.equal((await get(`${at(reach, 9090)}/health`)).status, 200);
    assert.equal(await handshakeStatus(`ws://${at(reach, 9090)}/api/ws/status`), 101);
    assert(await accepts(at(reach, 9090)));
    const said = await logged(reach, 'backend', /websocket/i);
    assert.match(said, /websocket/i);
    assert.match(said, /9090/);
    return 'health 200, the log speaks of WebSocket and 9090, the port accepts';
  }),
  one(
    'targets-page',
    'with its target down, Prometheus still answers /targets with 200; its API tells the truth',
    async (reach) => {
      const page = await get(`${at(reach, 9091)}/targets`);
      assert.equal(page.status, 200);
      const targets = await eventually(
        () => get(`${at(reach, 9091)}/api/v1/targets`),
        // While the backend's container is made anew, its name does not resolve.
        ({ text }) => text.includes('"health":"down"') && text.includes('connection refused'),
      );
      assert.match(targets.text, /"health":"down"/);
      assert.match(targets.text, /connection refused/);
      return `/targets ${page.status}; /api/v1/targets: down, connection refused`;
    },
    ['metrics-port-changed'],
  ),
  one(
    'documented-receiver',
    'with the documented receiver an alert fires and AlertManager is answered 404',
    async (reach) => {
      assert.equal((await send('POST', `${at(reach, 9090)}/api/alerts/webhook`, {})).status, 404);
      await addBackend(reach, 'receiver-check', 'down');
      const firing = await eventually(
        () => get(`${at(reach, 9091)}/api/v1/alerts`),
        ({ text }) => text.includes('receiver-check'),
      );
      assert.match(firing.text, /"state":"firing"/);
      const failures = /^alertmanager_notifications_failed_total\{[^}]*integration="webhook"[^}]*\} [1-9]/m;
      const metrics = await eventually(
        () => get(`${at(reach, 9092)}/metrics`),
        ({ text }) => failures.test(text),
      );
      assert.match(metrics.text, failures);
      assert.match(await logged(reach, 'alertmanager', /unexpected status code 404/), /unexpected status code 404/);
      return 'firing in Prometheus; AlertManager: unexpected status code 404';
    },
    ['alert-webhook-documented'],
  ),
  one(
    '404-of-the-metrics-port',
    'a 404 of the wrong port: that port serves /metrics, and 9090 the same path',
    async (reach) => {
      assert.equal(await handshakeStatus(`ws://${at(reach, 8080)}/api/ws/backends`), 404);
      assert.equal((await get(`${at(reach, 8080)}/metrics`)).status, 200);
      assert.equal(await handshakeStatus(`ws://${at(reach, 9090)}/api/ws/backends`), 101);
      return ':8080 404 beside /metrics 200; :9090 101';
    },
  ),
  one(
    '404-of-a-missing-endpoint',
    'a 404 of a missing endpoint: direct as well, beside a sibling that works',
    async (reach) => {
      for (const port of [80, 9090] as const) {
        assert.equal(await handshakeStatus(`ws://${at(reach, port)}/api/ws/ai`), 404);
        assert.equal(await handshakeStatus(`ws://${at(reach, port)}/api/ws/backends`), 101);
      }
      return 'ai 404 and backends 101, through the load balancer and direct';
    },
  ),
  one(
    '404-of-a-stripped-path',
    'a 404 of a stripped path: through the load balancer only, and the backend logs the path that arrived',
    async (reach) => {
      assert.equal(await handshakeStatus(`ws://${at(reach, 80)}/api/ws/backends`), 404);
      assert.equal(await handshakeStatus(`ws://${at(reach, 9090)}/api/ws/backends`), 101);
      assert.match(await logged(reach, 'backend', /path=\/ws\/backends/), /path=\/ws\/backends/);
      return 'through 404, direct 101; the backend was asked for /ws/backends';
    },
    ['load-balancer-strips-api'],
  ),
  one('documented-monitors', 'what the documented scripts say of a healthy system', async (reach) => {
    const said = await monitors(reach, 'validation');
    assert.match(said['quick-test'] ?? '', /^OK: \{"type":"connected"/);
    assert.match(said['watch-status'] ?? '', /^FAILED: AttributeError/);
    assert.equal(
      said['test-all-endpoints'],
      [
        '9090/health: 200',
        '8080/metrics: 200',
        '9000/admin/health: 404',
        'backends: OK',
        'metrics: OK',
        'status: OK',
      ].join('\n'),
    );
    assert.equal(said['monitor-websockets'], 'OK');
    assert.equal(said.validation, '8 of 14');
    return table(said, 'the system is healthy');
  }),
  one(
    'documented-monitors-backend-down',
    'what the documented scripts say when the backend does not run',
    async (reach) => {
      const said = await monitors(reach);
      assert.match(said['quick-test'] ?? '', /^ends in an error/);
      assert.match(said['watch-status'] ?? '', /^FAILED: AttributeError/);
      assert.equal(
        said['test-all-endpoints'],
        [
          '9090/health: 000',
          '8080/metrics: 000',
          '9000/admin/health: 000',
          'backends: FAILED',
          'metrics: FAILED',
          'status: FAILED',
        ].join('\n'),
      );
      assert.match(said['monitor-websockets'] ?? '', /^FAILED/);
      return table(said, 'nothing of the backend answers');
    },
    ['backend-down'],
  ),
  one(
    'documented-monitors-redis-down',
    'what the documented scripts say when nothing can be stored or sent',
    async (reach) => {
      const said = await monitors(reach, 'validation');
      assert.match(said['quick-test'] ?? '', /^OK/);
      assert.match(said['watch-status'] ?? '', /^FAILED: AttributeError/);
      assert.equal(
        said['test-all-endpoints'],
        [
          '9090/health: 503',
          '8080/metrics: 200',
          '9000/admin/health: 404',
          'backends: OK',
          'metrics: OK',
          'status: OK',
        ].join('\n'),
      );
      assert.equal(said['monitor-websockets'], 'OK');
      assert.equal(said.validation, '7 of 14');
      return table(said, 'every API call answers 503, and no message can be sent');
    },
    ['redis-down'],
  ),
];

export default checks;
