import net from 'node:net';
import { html } from './pages.ts';
import { endpoint, json, routes } from './servers.ts';
import type { Unseen } from './unseen.ts';

const HOST = 'plant.example.test';
const HOME = `http://${HOST}/`;

const client = (url: string): string =>
  html(`const connect = () => { const socket = new WebSocket(${url}, 'mqtt'); socket.binaryType = 'arraybuffer';
socket.onopen = () => { state('connected'); socket.send(new Uint8Array([0x10, 0x0d, 0, 4, 77, 81, 84, 84, 4, 2, 0, 60, 0, 1, 97])); };
socket.onclose = () => { state('disconnected'); setTimeout(connect, 1500); }; }; connect();`);

/** Ports at which another protocol than HTTP is spoken. */
export const otherProtocols: readonly Unseen[] = [
  {
    name: 'port of MQTT over TCP, which drops a handshake; the sockets are at the port of the page',
    expect: 'bundle-wrong-port',
    async start(world) {
      const { server, port } = await world.http(routes({ '/': client(`'ws://${HOST}:1883/mqtt'`) }));
      endpoint(
        server,
        '/mqtt',
        (socket) => {
          socket.once('message', () => {
            socket.send(Buffer.from([0x20, 2, 0, 0]));
          });
        },
        { handleProtocols: () => 'mqtt' },
      );
      world.route(HOST, 80, port);
      world.route(
        HOST,
        1883,
        await world.listen(net.createServer((socket) => socket.once('data', () => socket.destroy()))),
      );
      return { url: HOME };
    },
  },
  {
    name: 'port of a cache that answers in its own protocol; the sockets are at another port of the host',
    expect: 'bundle-wrong-port',
    async start(world) {
      const page = await world.http(routes({ '/': client(`'ws://${HOST}:6379/feed'`), '/api/items': json([]) }));
      world.route(HOST, 80, page.port);
      world.route(
        HOST,
        6379,
        await world.listen(
          net.createServer((socket) => void socket.on('data', () => socket.end("-ERR unknown command 'GET'\r\n"))),
        ),
      );
      const feed = await world.http(routes({}));
      endpoint(
        feed.server,
        '/feed',
        (socket) => {
          socket.send(Buffer.from([0x20, 2, 0, 0]));
        },
        { handleProtocols: () => 'mqtt' },
      );
      world.route(HOST, 9001, feed.port);
      return { url: HOME };
    },
  },
  {
    name: 'port of MQTT over TCP, and no other is known',
    expect: 'bundle-wrong-port',
    async start(world) {
      const { port } = await world.http(routes({ '/': client(`'ws://${HOST}:1883/mqtt'`) }));
      world.route(HOST, 80, port);
      world.route(
        HOST,
        1883,
        await world.listen(net.createServer((socket) => socket.once('data', () => socket.destroy()))),
      );
      return { url: HOME };
    },
  },
];
