import type { Server } from 'node:http';
import { Server as SocketIo } from 'socket.io';
import { html, socketIoPage } from './pages.ts';
import { Chat, endpoint, json, routes, socketIoClient, stream } from './servers.ts';
import type { Unseen } from './unseen.ts';

const HOST = 'wall.example.test';
const HOME = `http://${HOST}/`;

/** A client whose WebSocket is open already joins by a POST that takes its time. */
function joinLate(server: Server): void {
  const listeners = server.listeners('request');
  server.removeAllListeners('request').on('request', (request, response) => {
    const answer = (): void => {
      for (const listener of listeners) listener.call(server, request, response);
    };
    if (request.method === 'POST') setTimeout(answer, 300);
    else answer();
  });
}

/** Pages that load themselves anew when a message comes, and clients that take their time to connect. */
export const reloads: readonly Unseen[] = [
  {
    name: 'page that reloads when its server says so, by Socket.IO',
    expect: 'healthy',
    async start(world) {
      const said: string[] = [];
      const { server, port } = await world.http((request, response) => {
        const page = socketIoPage("''", '{}', "socket.on('browser:reload', () => location.reload());").replace(
          '</ul>',
          `${said.map((text) => `<li>${text}</li>`).join('')}</ul>`,
        );
        routes({
          '/': page,
          '/client.js': socketIoClient,
          '/change': (q, r) => {
            said.push(new URL(q.url ?? '', HOME).searchParams.get('text') ?? '');
            io.emit('browser:reload');
            r.end('ok');
          },
        })(request, response);
      });
      const io = new SocketIo(server);
      joinLate(server);
      world.onStop(() => void io.close());
      world.route(HOST, 80, port);
      return { url: HOME, publish: `curl -s "http://127.0.0.1:${port}/change?text={nonce}"` };
    },
  },
  {
    name: 'page that opens Engine.IO by hand and reloads for a new version',
    expect: 'healthy',
    async start(world) {
      const chat = new Chat();
      const page = (): string =>
        html(`setTimeout(() => { const socket = new WebSocket('ws://' + location.host + '/engine/?EIO=4&transport=websocket');
socket.onmessage = ({ data }) => { if (data === '2') socket.send('3'); if (data.startsWith('4')) location.reload(); }; }, 1500);`).replace(
          '</ul>',
          `${chat.said.map((text) => `<li>${text}</li>`).join('')}</ul>`,
        );
      const { server, port } = await world.http((request, response) => {
        routes({
          '/': page(),
          '/change': (q, r) => {
            const text = new URL(q.url ?? '', HOME).searchParams.get('text') ?? '';
            chat.said.push(text);
            for (const client of chat.clients) client.send(`4${JSON.stringify({ version: chat.said.length })}`);
            r.end('ok');
          },
        })(request, response);
      });
      endpoint(server, '/engine/', (socket) => {
        chat.join(socket, null);
        socket.send('0{"sid":"b5d0c1","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":100000}');
      });
      world.route(HOST, 80, port);
      return { url: HOME, publish: `curl -s "http://127.0.0.1:${port}/change?text={nonce}"` };
    },
  },
  {
    name: 'heavy page whose later clients take eight seconds to open their sockets',
    expect: 'healthy',
    async start(world) {
      const chat = new Chat();
      let opened = 0;
      const page = html(`fetch('/boot').then(() => { const socket = new WebSocket('ws://' + location.host + '/live');
socket.onopen = () => state('connected'); socket.onmessage = ({ data }) => { const { text } = JSON.parse(data); if (text) show(text); }; });`);
      const { server, port } = await world.http(
        routes({
          '/': page,
          '/boot': (_q, r) => {
            opened += 1;
            setTimeout(
              () => r.writeHead(200, { 'Content-Type': 'application/json' }).end('{}'),
              opened === 1 ? 100 : 8000,
            );
          },
          '/say': chat.publish,
        }),
      );
      endpoint(server, '/live', (socket) => {
        chat.join(socket);
      });
      world.route(HOST, 80, port);
      return { url: HOME, publish: `curl -s "http://127.0.0.1:${port}/say?text={nonce}"` };
    },
  },
  {
    name: 'one client of four never gets its event stream, because it is still loading',
    expect: 'healthy',
    async start(world) {
      let opened = 0;
      const open = new Set<{ write: (text: string) => void }>();
      const page = html(
        `fetch('/boot').then(() => { const source = new EventSource('/events'); source.onmessage = ({ data }) => show(data); });`,
      );
      const { port } = await world.http(
        routes({
          '/': page,
          '/boot': (q, r) => {
            opened += 1;
            if (opened === 3) setTimeout(() => r.end('{}'), 30_000);
            else json({})(q, r);
          },
          '/events': (q, r) => {
            open.add(r);
            stream(60_000)(q, r);
          },
          '/say': (q, r) => {
            for (const one of open) one.write(`data: ${new URL(q.url ?? '', HOME).searchParams.get('text')}\n\n`);
            r.end('ok');
          },
        }),
      );
      world.route(HOST, 80, port);
      return { url: HOME, publish: `curl -s "http://127.0.0.1:${port}/say?text={nonce}"` };
    },
  },
];
