/** Small questions to the running system that decide claims and need no browser. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import tls from 'node:tls';
import { setTimeout as pause } from 'node:timers/promises';
import type { ManagerOptions, Socket, SocketOptions } from 'socket.io-client';
import type { WebSocket } from 'ws';
import { type Answer, ask, type Check, check, openWebSocket, publishedAt, type Reach } from 'sintoma';
import { API } from './expected.ts';
import { TOKEN } from './topology.ts';

const API_HOST = 'api.seu-dominio.com';
const CRM_HOST = 'crm.seu-dominio.com';

/** A GET to Traefik as if its address were that of the host. The test authority is the browser's; here the way counts. */
async function askTraefik(
  reach: Reach,
  host: string,
  path: string,
  scheme: 'http' | 'https' = 'https',
): Promise<Answer> {
  const address = `${publishedAt(reach, 'traefik', scheme === 'https' ? 443 : 80, scheme)}${path}`;
  return ask(address, { servername: host, headers: { host } });
}

/** A WebSocket to Engine.IO through Traefik, as a browser opens it. */
const engineSocket = (reach: Reach): Promise<WebSocket> =>
  openWebSocket(`${publishedAt(reach, 'traefik', 443, 'wss')}/socket.io/?EIO=4&transport=websocket`, {
    headers: { host: API_HOST },
    servername: API_HOST,
    rejectUnauthorized: false,
  });

/** A client straight at the backend. */
async function client(
  reach: Reach,
  namespace: string,
  options: Partial<ManagerOptions & SocketOptions> = {},
): Promise<Socket> {
  const { io } = await import('socket.io-client');
  return io(`${publishedAt(reach, 'backend', 3000)}${namespace}`, {
    transports: ['websocket'],
    forceNew: true,
    auth: { token: TOKEN },
    ...options,
  });
}

/** Resolves with the arguments of the next event of a Socket.IO object, and fails after 10 s. */
const next = (emitter: { once(event: string, listener: (...args: unknown[]) => void): unknown }, event: string) =>
  new Promise<unknown[]>((resolve, reject) => {
    const timer = setTimeout(reject, 10_000, new Error(`no ${event} within 10 s`));
    emitter.once(event, (...args) => {
      clearTimeout(timer);
      resolve(args);
    });
  });

const checks: Check[] = [
  check('easypanel-crm/check-upgrade-without-configuration', {
    title: 'Traefik upgrades a connection with no more than a router for the domain',
    async run(reach) {
      const socket = await engineSocket(reach);
      const [frame] = (await once(socket, 'message', { signal: AbortSignal.timeout(5000) })) as [Buffer];
      socket.terminate();
      assert.match(frame.toString(), /^0\{"sid":/);
      const { text } = await askTraefik(reach, API_HOST, '/socket.io/?EIO=4&transport=websocket');
      assert.equal(text, '{"code":3,"message":"Bad request"}');
      return `101 and ${frame.toString()}; without the headers of the upgrade ${text}`;
    },
  }),
  check('easypanel-crm/check-domains-on-https', {
    title: 'both domains answer by https, and http leads there',
    async run(reach) {
      const page = await askTraefik(reach, CRM_HOST, '/');
      const data = await askTraefik(reach, API_HOST, '/conversations');
      assert.deepEqual([page.status, data.status], [200, 401]);
      const moved = await Promise.all([CRM_HOST, API_HOST].map((host) => askTraefik(reach, host, '/', 'http')));
      assert.deepEqual(
        moved.map(({ status, headers }) => [status, headers.location]),
        [
          [301, `https://${CRM_HOST}/`],
          [301, `https://${API_HOST}/`],
        ],
      );
      return `page ${page.status}, API without a token ${data.status}, http 301`;
    },
  }),
  check('easypanel-crm/check-unknown-domain', {
    title: "a domain that was not configured gets 404 and Traefik's own certificate",
    async run(reach) {
      const host = 'outro.seu-dominio.com';
      const { status, text } = await askTraefik(reach, host, '/');
      assert.deepEqual([status, text.trim()], [404, '404 page not found']);
      const socket = tls.connect({ ...reach.at('traefik', 443), servername: host, rejectUnauthorized: false });
      await once(socket, 'secureConnect', { signal: AbortSignal.timeout(5000) });
      const { CN } = socket.getPeerCertificate().subject;
      socket.destroy();
      assert.equal(CN, 'TRAEFIK DEFAULT CERT');
      return `${status} ${text.trim()}, ${CN}`;
    },
  }),
  check('easypanel-crm/check-bundle-holds-the-address', {
    title: "the front end's scripts hold the backend's domain",
    async run(reach) {
      const page = await askTraefik(reach, CRM_HOST, '/');
      const paths = [...page.text.matchAll(/src="(\/_next\/static\/[^"]+\.js)"/g)].map(([, path]) => path as string);
      const scripts = await Promise.all(paths.map((path) => askTraefik(reach, CRM_HOST, path)));
      const holding = scripts.filter(({ text }) => text.includes(API));
      assert.notEqual(holding.length, 0, `none of ${scripts.length} scripts holds ${API}`);
      return `${holding.length} of ${scripts.length} scripts`;
    },
  }),
  check('easypanel-crm/check-log-line-of-a-connection', {
    title: 'the backend logs who connected to /messages, with user and tenant',
    async run(reach) {
      const socket = await client(reach, '/messages');
      await next(socket, 'connect');
      const { id } = socket;
      // It logs the client and its user on one line, once the token is verified; the engine keeps it a moment later.
      let line: string | undefined;
      const deadline = Date.now() + 10_000;
      while (line === undefined && Date.now() < deadline) {
        await pause(50);
        line = (await reach.logs()).backend?.split('\n').find((text) => text.includes(`${id}`));
      }
      socket.close();
      assert.match(
        line ?? '',
        /\[MessagesGateway\] Cliente conectado: \S+ - Usuário: demo@crm\.seu-dominio\.com - Tenant: demo/,
      );
      return line ?? '';
    },
  }),
  check('easypanel-crm/check-rejected-token-connects-first', {
    title: 'a client whose token is rejected is connected first, then sent away, and does not try again',
    async run(reach) {
      const socket = await client(reach, '/scheduler', { auth: { token: 'demo' } });
      const events: string[] = [];
      socket.on('connect', () => events.push('connect'));
      socket.on('connect_error', ({ message }) => events.push(message));
      const [reason] = await next(socket, 'disconnect');
      assert.deepEqual([events, reason, socket.active], [['connect'], 'io server disconnect', false]);
      socket.close();
      return `connect, then "${String(reason)}"; active ${socket.active}`;
    },
  }),
  check('easypanel-crm/check-reconnect-is-of-the-manager', {
    title: 'after a lost connection, the reconnect event comes from the manager and never from a socket',
    async run(reach) {
      const socket = await client(reach, '/messages', { reconnectionDelay: 50, reconnectionDelayMax: 50 });
      await next(socket, 'connect');
      const seen = { socket: 0, manager: 0 };
      // Not an event of the types either: that is the point.
      (socket as unknown as { on(event: string, listener: () => void): void }).on('reconnect', () => {
        seen.socket += 1;
      });
      socket.io.on('reconnect', () => {
        seen.manager += 1;
      });
      const again = next(socket, 'connect');
      socket.io.engine.close();
      await again;
      await pause(100);
      socket.close();
      assert.deepEqual(seen, { socket: 0, manager: 1 });
      return `socket ${seen.socket}, manager ${seen.manager}`;
    },
  }),
  check('easypanel-crm/check-five-attempts-are-the-end', {
    title: 'with five attempts (their delays scaled to 20 ms) the client gives up for good',
    async run() {
      // Nothing listens on port 1.
      const { io } = await import('socket.io-client');
      const socket = io('http://127.0.0.1:1/messages', {
        transports: ['websocket'],
        forceNew: true,
        reconnectionAttempts: 5,
        reconnectionDelay: 20,
        reconnectionDelayMax: 20,
      });
      let attempts = 0;
      socket.io.on('reconnect_attempt', () => {
        attempts += 1;
      });
      await next(socket.io, 'reconnect_failed');
      await pause(300);
      assert.deepEqual([attempts, socket.connected], [5, false]);
      socket.close();
      return `${attempts} attempts, then none`;
    },
  }),
  check('easypanel-crm/check-timeout-is-20s-anyway', {
    title: 'a client that says nothing of a timeout has 20 s',
    async run(reach) {
      const socket = await client(reach, '/messages', { autoConnect: false });
      const timeout = socket.io.timeout() as number | undefined;
      socket.close();
      assert.equal(timeout, 20_000);
      return `${timeout} ms`;
    },
  }),
  check('easypanel-crm/check-namespaces-are-exact', {
    title: 'the three documented namespaces exist, and none that is written a little differently',
    async run(reach) {
      const answers: string[] = [];
      for (const namespace of ['/messages', '/scheduler', '/attendances', '/Scheduler', '/scheduler/', '/agenda']) {
        const socket = await client(reach, namespace, { reconnection: false });
        const answer = await Promise.race([
          next(socket, 'connect').then(() => 'connected'),
          next(socket, 'connect_error').then(([failure]) => (failure as Error).message),
        ]);
        socket.close();
        answers.push(answer);
      }
      assert.deepEqual(answers, [...Array<string>(3).fill('connected'), ...Array<string>(3).fill('Invalid namespace')]);
      return answers.join(', ');
    },
  }),
];

export default checks;
