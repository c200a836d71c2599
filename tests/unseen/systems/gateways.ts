import type { WebSocket } from 'ws';
import { rawPage, html } from './pages.ts';
import { nginx, UPGRADE } from './proxies.ts';
import { endpoint, routes } from './servers.ts';
import type { Unseen } from './unseen.ts';
import type { World } from './world.ts';

const HOST = 'console.example.test';
const HOME = `http://${HOST}/`;
const LIVE = "'ws://' + location.host + '/tunnel'";

async function gateway(world: World, page: string, join: (socket: WebSocket) => void): Promise<number> {
  const { server, port } = await world.http(routes({ '/': page }));
  endpoint(server, '/tunnel', (socket) => {
    socket.on('error', () => undefined);
    join(socket);
  });
  return port;
}

/** Gateways that accept a WebSocket and cannot reach what it is for. */
export const gateways: readonly Unseen[] = [
  {
    name: 'screen gateway: 1011, the downstream server cannot be reached, and an optional file is missing',
    expect: 'upstream-down',
    async start(world) {
      const page = html(`fetch('/mandatory.json').catch(() => {});
const socket = new WebSocket(${LIVE}, ['binary']); socket.onclose = (event) => state('closed ' + event.code);`);
      const port = await gateway(world, page, (socket) => {
        setTimeout(() => {
          socket.close(1011, 'Failed to connect to downstream server');
        }, 60);
      });
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'gateway that says 1013 while its backend is unavailable',
    expect: 'upstream-down',
    async start(world) {
      const port = await gateway(world, rawPage(LIVE), (socket) => {
        socket.close(1013, 'backend unavailable');
      });
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'gateway that says 1014 and no word, behind nginx',
    expect: 'upstream-down',
    async start(world) {
      const port = await gateway(world, rawPage(LIVE, { reconnect: false }), (socket) => {
        socket.close(1014);
      });
      world.route(HOST, 80, await nginx(world, `location / { ${UPGRADE} proxy_pass http://127.0.0.1:${port}; }`));
      return { url: HOME };
    },
  },
  {
    name: 'terminal gateway that ends a session normally because its target refuses',
    expect: 'upstream-down',
    async start(world) {
      const port = await gateway(world, rawPage(LIVE, { reconnect: false, hello: "'start'" }), (socket) => {
        socket.once('message', () => {
          socket.close(1000, 'dial tcp 10.1.2.3:22: connect: connection refused');
        });
      });
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
  {
    name: 'gateway that tells the failure of its upstream in a frame, then closes',
    expect: 'upstream-down',
    async start(world) {
      const port = await gateway(world, rawPage(LIVE), (socket) => {
        socket.send(
          JSON.stringify({ type: 'error', message: 'cannot connect to upstream: ECONNREFUSED 10.0.0.7:4000' }),
        );
        socket.close(4502);
      });
      world.route(HOST, 80, port);
      return { url: HOME };
    },
  },
];
