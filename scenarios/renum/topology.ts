import { createHmac } from 'node:crypto';
import type { Client } from 'undici';
import {
  anyOf,
  type ControlSubscriber,
  dataState,
  insideTestId,
  json,
  NGINX_RELOAD,
  type Published,
  type Reach,
  subscribeWebSocket,
  topology,
  UserError,
  withLocalStorage,
} from 'sintoma';

/** The secret that compose/renum gives the backend, and the other one of faults/token-rejected.yaml. */
const SECRET = 'renum-secret-for-tests-and-nothing-else';
const OTHER_SECRET = 'renum-other-secret-for-tests-and-nothing-else';

const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');

/** A token as the backend signs it. */
function tokenSignedBy(secret: string): string {
  const unsigned = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode({ sub: 'ana@renum.test' })}`;
  return `${unsigned}.${createHmac('sha256', secret).update(unsigned).digest('base64url')}`;
}

export const TOKEN = tokenSignedBy(SECRET);

/** The backend's own port, without the proxy. */
function backend(reach: Reach): string {
  const { host, port } = reach.at('backend', 8000);
  return `${host}:${port}`;
}

/**
 * One kept-alive connection to each worker of the backend, by the worker's process id. Which worker takes a new
 * connection is chance, so it asks until all have answered.
 */
async function connectWorkers(address: string): Promise<Map<number, Client>> {
  const undici = await import('undici');
  const clients = new Map<number, Client>();
  const deadline = Date.now() + 10_000;
  for (let expected = 1; clients.size < expected;) {
    if (Date.now() > deadline) throw new UserError(`only ${clients.size} of ${expected} workers answer`);
    const client = new undici.Client(`http://${address}`);
    try {
      const { body } = await client.request({ path: '/api/metrics', method: 'GET', headersTimeout: 5000 });
      const { worker, workers } = (await body.json()) as { worker: number; workers: number };
      expected = workers;
      if (clients.has(worker)) await client.close();
      else clients.set(worker, client);
    } catch (error) {
      await client.destroy();
      throw error;
    }
  }
  return clients;
}

const closeAll = async (clients: ReadonlyMap<number, Client>): Promise<void> => {
  await Promise.all([...clients.values()].map((client) => client.close()));
};

let published = 0;

/** A step of a task, reported to the REST API. Where there are several workers, each one has its turn. */
async function publish(reach: Reach, nonce: string): Promise<Published> {
  let clients: Map<number, Client>;
  try {
    clients = await connectWorkers(backend(reach));
  } catch (error) {
    return { ok: false, detail: String(error) };
  }
  const turns = [...clients].sort(([a], [b]) => a - b);
  const [, client] = turns[published++ % turns.length] as [number, Client];
  const { statusCode, body } = await client.request({
    path: '/api/tasks/1/progress',
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ message: nonce, progress: 40 }),
  });
  await body.dump();
  await closeAll(clients);
  return { ok: statusCode === 201, status: statusCode };
}

const subscribeAs = (token: string, address: string): Promise<ControlSubscriber> =>
  subscribeWebSocket({
    url: `ws://${address}/ws`,
    // It is on every list of origins.
    origin: 'https://suna.so',
    hello: JSON.stringify({ type: 'auth', token }),
    confirmed: /connection_established/,
  });

const subscribe = (address: string): Promise<ControlSubscriber> =>
  subscribeAs(TOKEN, address).catch(() => subscribeAs(tokenSignedBy(OTHER_SECRET), address));

/** Subscribers at every worker of the backend: a message that any of them sends is seen. */
async function control(reach: Reach): Promise<ControlSubscriber> {
  const address = backend(reach);
  const first = await subscribe(address);
  const subscribers = [first];
  const clients = await connectWorkers(address);
  await closeAll(clients);
  const missing = new Set(clients.keys());
  for (let latest = first; ; latest = await subscribe(address), subscribers.push(latest)) {
    for (const worker of missing) if (await latest.received(`"worker":${worker}}`, 0)) missing.delete(worker);
    if (missing.size === 0) break;
  }
  return anyOf(subscribers);
}

export default topology({
  compose: '../../compose/renum/compose.yaml',
  faults: '../../compose/renum/faults',
  documents: { renum: 142 },
  ready: {
    production: { tcp: 443 },
    preview: { tcp: 443 },
    'preview-redeployed': { tcp: 443 },
    local: { tcp: 3001 },
    proxy: { tcp: 443 },
    backend: { log: /Application startup complete/ },
    dropped: { log: /^drops/m },
  },
  reload: { proxy: NGINX_RELOAD },
  signIn: withLocalStorage({ 'renum.token': TOKEN }),
  data: dataState(),
  shows: insideTestId('messages'),
  channels: {
    tasks: {
      publish,
      control,
      subscribed: ({ sockets }) =>
        sockets.some(
          ({ openedAt, closedAt, frames }) =>
            openedAt !== undefined &&
            closedAt === undefined &&
            frames.some(({ text }) => text.includes('"type":"connection_established"')),
        ),
      frame: json({ type: 'task_progress', id: Number, task_id: 1, message: String, progress: 40 }),
    },
  },
});
