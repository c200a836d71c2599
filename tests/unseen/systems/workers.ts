/** Pages whose live connection is held by a web worker. */
import { html } from './pages.ts';
import { nginx, UPGRADE } from './proxies.ts';
import { Chat, endpoint, routes } from './servers.ts';
import type { Unseen } from './unseen.ts';
import type { World } from './world.ts';

const HOST = 'board.example.test';
const HOME = `http://${HOST}/`;

const PAGE = html(
  "new Worker('/worker.js').onmessage = ({ data }) => { if (data.state) state(data.state); if (data.text) show(data.text); };",
);

const WORKER = `function connect() {
  const socket = new WebSocket('ws://' + location.host + '/live');
  socket.onopen = () => postMessage({ state: 'connected' });
  socket.onmessage = ({ data }) => postMessage({ text: JSON.parse(data).text });
  socket.onclose = () => { postMessage({ state: 'disconnected' }); setTimeout(connect, 1000); };
}
connect();`;

/** All tabs share one connection. The page asks who the visitor is besides, and does without an answer. */
const SHARED_PAGE = html(`const { port } = new SharedWorker('/worker.js');
port.onmessage = ({ data }) => { if (data.state) state(data.state); if (data.text) show(data.text); };
fetch('/me');`);

const SHARED_WORKER = `let ports = [];
const postMessage = (data) => { for (const port of ports) port.postMessage(data); };
onconnect = ({ ports: [port] }) => { ports = [...ports, port]; };
${WORKER}`;

/** The application, by its port. */
async function board(world: World, page = PAGE, worker = WORKER): Promise<number> {
  const chat = new Chat();
  const { server, port } = await world.http(
    routes({
      '/': page,
      '/worker.js': (_request, response) =>
        void response.writeHead(200, { 'Content-Type': 'text/javascript' }).end(worker),
      '/me': (_request, response) => void response.writeHead(401).end(),
      '/say': chat.publish,
    }),
  );
  endpoint(server, '/live', (socket) => {
    chat.join(socket);
  });
  return port;
}

export const workers: readonly Unseen[] = [
  {
    name: 'worker of the page holds the socket and hands on what comes',
    expect: 'healthy',
    async start(world) {
      const port = await board(world);
      world.route(HOST, 80, port);
      return { url: HOME, publish: `curl -s "http://127.0.0.1:${port}/say?text={nonce}"` };
    },
  },
  {
    name: 'socket of a worker, and nginx passes no upgrade on',
    expect: 'proxy-upgrade-missing',
    async start(world) {
      const to = `proxy_pass http://127.0.0.1:${await board(world)};`;
      world.route(HOST, 80, await nginx(world, `location / { ${to} }`));
      return { url: HOME };
    },
  },
  {
    name: 'socket of a worker is cut by nginx after a second without traffic, again and again',
    expect: 'proxy-idle-timeout',
    async start(world) {
      const to = `proxy_pass http://127.0.0.1:${await board(world)}; ${UPGRADE} proxy_read_timeout 1500ms;`;
      world.route(HOST, 80, await nginx(world, `location / { ${to} }`));
      return { url: HOME };
    },
  },
  {
    name: 'shared worker of all tabs holds the socket, and a message arrives by it',
    expect: 'healthy',
    async start(world) {
      const port = await board(world, SHARED_PAGE, SHARED_WORKER);
      world.route(HOST, 80, port);
      return { url: HOME, publish: `curl -s "http://127.0.0.1:${port}/say?text={nonce}"` };
    },
  },
  {
    name: 'socket of a shared worker, and nginx passes no upgrade on',
    expect: 'inconclusive',
    async start(world) {
      const to = `proxy_pass http://127.0.0.1:${await board(world, SHARED_PAGE, SHARED_WORKER)};`;
      world.route(HOST, 80, await nginx(world, `location / { ${to} }`));
      return { url: HOME };
    },
  },
];
